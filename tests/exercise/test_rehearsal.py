"""The rehearsal: both parts from the same bytes to the same word, officers in order, twice the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.rehearsed import run_small, small_script
from truceline.centre.audit import audit_centre
from truceline.centre.part import look, settings_of
from truceline.centre.shipped import agreement_bytes
from truceline.centre.spread import in_order
from truceline.exercise.rehearsal import everything, mirror, prepare, rehearse, take_in
from truceline.exercise.score import only_not_verified
from truceline.record.policy import KEYS_SOURCE
from truceline.terms.faults import Refusal
from truceline.terms.time import parse_time


def test_both_parts_say_the_same_and_hold_both_logs(rehearsal: Any) -> None:
    one, other = rehearsal.days
    assert one.seal.findings == other.seal.findings
    assert one.seal.mode == other.seal.mode == "joint"
    assert [case.outcome for case in one.cases] == [case.outcome for case in other.cases]
    held = [
        {(r.held_by, r.seq, r.content) for r in look(rehearsal.part(name))[1] if r.is_input} for name in "AB"
    ]
    assert held[0] == held[1]
    assert {letter for letter, _, _ in held[0]} == {"A", "B"}


def test_the_crossing_is_violated_by_two_witnesses_and_assessed_by_both(rehearsal: Any) -> None:
    day = rehearsal.days[0]
    violated = [finding for finding in day.findings if finding.verdict == "violated"]
    assert {finding.clause for finding in violated} == {"1.air"}
    assert all(set(finding.sources) >= {"R1", "R2"} for finding in violated)
    (case,) = [case for case in day.cases if case.opened_by == "finding"]
    assert case.outcome == "agreed with reservation"
    assert (case.committed, case.rejected) == (("A", "B"), ())
    assert set(case.findings) == {finding.id for finding in violated}
    (complaint,) = [case for case in day.cases if case.opened_by == "complaint"]
    assert complaint.outcome == "pending"


def test_officers_commit_before_anyone_reveals(rehearsal: Any) -> None:
    records = look(rehearsal.part("A"))[1]
    commits = [r.stamp_ns for r in records if r.kind == "commitment"]
    reveals = [r.stamp_ns for r in records if r.kind == "assessment"]
    assert len(commits) == len(reveals) == 2
    assert max(commits) < min(reveals)


def test_everything_is_marked_an_exercise(rehearsal: Any) -> None:
    day = rehearsal.days[0]
    assert day.exercise == "karabakh-2020"
    assert day.observations["simulated"].all()
    for name in "AB":
        config = settings_of(rehearsal.part(name))
        assert config.centre.exercise == "karabakh-2020"
        assert all("EXERCISE" in key for part in config.part for key in part.log_keys)
    assert b"EXERCISE" in (rehearsal.root / "truth" / "truth.jsonl").read_bytes()


def test_the_log_opens_with_settings_keys_and_agreement_on_the_tenth(rehearsal: Any) -> None:
    for name in "AB":
        records = [r for r in look(rehearsal.part(name))[1] if r.held_by == name]
        first = [(r.kind, r.source) for r in records[:3]]
        assert first == [("config", "centre"), ("config", KEYS_SOURCE), ("agreement", "agreement")]
        assert {r.stamp_ns for r in records[:3]} == {parse_time("2020-11-09T21:00:00Z")}


def test_without_feeds_nothing_is_verified(tmp_path: Path) -> None:
    script = small_script()
    every = frozenset(source.name for source in script.source)
    days = rehearse(
        script, tmp_path / "x", agreement_bytes(script.agreement), every, in_order, lambda _: None
    )
    assert only_not_verified(days[0].findings).passed
    assert days[0].seal is not None
    assert days[1].seal is not None
    assert days[0].seal.findings == days[1].seal.findings
    assert len(days[0].observations) == len(days[0].watches) == 0
    assert audit_centre(tmp_path / "x" / "A").same


def test_twice_with_one_seed_is_the_same_to_the_byte(rehearsal: Any, tmp_path: Path) -> None:
    days = run_small(tmp_path / "again")
    assert [day.seal.findings for day in days if day.seal] == [day.seal.findings for day in rehearsal.days]
    for name in "AB":
        one = (rehearsal.part(name) / "log" / "checkpoint").read_text().partition("\n\n")[0]
        other = (tmp_path / "again" / name / "log" / "checkpoint").read_text().partition("\n\n")[0]
        assert one == other


def test_a_mirror_follows_while_the_day_goes_on(tmp_path: Path) -> None:
    script = small_script()
    sent, _ = everything(script, frozenset(), lambda _: None)
    parts = prepare(script, tmp_path / "x", agreement_bytes(script.agreement))
    try:
        for start in range(0, 900, 300):
            take_in(script, parts, sent, start, start + 300)
            mirror(parts)
            for part, other in (parts.parts, parts.parts[::-1]):
                assert part.mirrors[other.name].size == other.log.size
        assert parts.of("B")[0].name == "B"
    finally:
        parts.close()


def test_a_directory_that_is_taken_is_refused(rehearsal: Any) -> None:
    script = msgspec.structs.replace(small_script(), body=(), flight=())
    with pytest.raises(Refusal, match="a centre here already"):
        prepare(script, rehearsal.root, agreement_bytes(script.agreement))
