"""The seal: signed text, changes told, corrections that supersede, one part alone, both together."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.centre.findings import finding
from tests.centre.stamped import fire, fires
from truceline.centre.audit import Audited, audit_centre
from truceline.centre.clock import SetClock
from truceline.centre.part import Part, Writing, keys_of, look, settings_of
from truceline.centre.seal import (
    bulletins,
    changes,
    findings_digest,
    last_of,
    last_seal,
    read_seal,
    seal_day,
    seal_id,
    sealed_text,
    signed_by,
)
from truceline.report.day import Seal
from truceline.terms.faults import Refusal
from truceline.terms.time import parse_time

DAY = datetime.date(2020, 11, 20)
LATER = parse_time("2020-11-22T09:00:00Z")


@pytest.fixture
def root(rehearsal: Any, tmp_path: Path) -> Path:
    shutil.copytree(rehearsal.root, tmp_path / "run")
    return tmp_path / "run"


def opened(root: Path, name: str, now_ns: int = LATER) -> Part:
    return Part(root / name, SetClock(now_ns), rhythm_s=0.0)


def step(result: Audited, name: str) -> str:
    return next(item.reason for item in result.steps if item.name == name)


def test_both_parts_sign_the_same_text(rehearsal: Any) -> None:
    one, other = (day.seal for day in rehearsal.days)
    assert sealed_text(one) == sealed_text(other)
    assert sealed_text(one).startswith("truceline seal\n{")
    keys = {item.name: keys_of(item) for item in settings_of(rehearsal.part("A")).part}
    assert signed_by(one, "A", keys["A"])
    assert signed_by(other, "B", keys["B"])
    assert not signed_by(one, "A", keys["B"])
    assert not signed_by(one, "B", keys["B"])
    assert not signed_by(msgspec.structs.replace(one, findings="0" * 64), "A", keys["A"])
    assert not signed_by(msgspec.structs.replace(one, signatures={"A": "rubbish"}), "A", keys["A"])


def test_a_day_that_has_not_ended_is_not_sealed(root: Path) -> None:
    part = opened(root, "A", parse_time("2020-11-20T20:59:59Z"))
    size = part.log.size
    try:
        with pytest.raises(Refusal, match="2020-11-21 has not ended") as found:
            seal_day(part, datetime.date(2020, 11, 21))
        assert "ends 2020-11-21T21:00:00Z" in str(found.value)
        assert part.log.size == size
    finally:
        part.close()


def test_what_is_sealed_is_read_back_from_the_log(rehearsal: Any) -> None:
    name, records = look(rehearsal.part("B"))
    (held,) = bulletins(records, name)
    day = rehearsal.days[1]
    assert (held.seal, held.findings, held.cases) == (day.seal, day.findings, day.cases)
    assert {finding.stage for finding in held.findings} == {"final"}
    assert last_seal(records, name) == day.seal
    assert last_seal(records, name, before="2020-11-20") is None
    assert len(bulletins(records, "A")) == 1  # the other part's, from its mirror
    assert bulletins(records, "C") == ()


def test_a_correction_after_late_input_supersedes_and_says_what_changed(root: Path, rehearsal: Any) -> None:
    before = rehearsal.days[1]
    part = opened(root, "B")
    try:
        burning = fires(
            fire("40.1", "46.04", "2020-11-20", "1032"), fire("40.098", "46.06", "2020-11-20", "1120")
        )
        part.write([Writing("raw", "VIIRS-fires", LATER, burning)])
        after = seal_day(part, DAY)
    finally:
        part.close()
    assert after.seal is not None
    assert after.seal.supersedes == seal_id(before.seal)
    assert after.seal.mode == "single part"
    assert after.seal.findings == findings_digest(after.findings) != before.seal.findings
    was = {(f.clause, f.area, f.reading, f.start_ns, f.end_ns): f for f in before.findings}
    for new in after.findings:
        old = was[new.clause, new.area, new.reading, new.start_ns, new.end_ns]
        assert new.supersedes == ("" if old.id == new.id else old.id)
    assert any(new.supersedes for new in after.findings)
    assert after.seal.changes == changes(before.findings, after.findings)
    result = audit_centre(root / "B")
    assert result.same, result.steps[-1]
    assert result.days == ("2020-11-20", "2020-11-20")


def test_changes_are_told_by_claim() -> None:
    one = finding("1.air", "violated")
    two = finding("1.cease", "not verified")
    other = msgspec.structs.replace(two, verdict="compliant")
    assert changes([one, two], [one, other]) == (
        "1.cease line-buffer 2020-11-19T21:00:00Z: not verified -> compliant",
    )
    assert changes([one], []) == ("1.air line-buffer 2020-11-19T21:00:00Z: violated -> none",)
    assert changes([], [two]) == ("1.cease line-buffer 2020-11-19T21:00:00Z: none -> not verified",)
    assert changes([one, two], [two, one]) == ()


def test_one_part_alone_then_both_together(root: Path) -> None:
    """The other part is gone: A seals alone; it comes back: a joint seal supersedes."""
    part = opened(root, "A")
    try:
        alone = seal_day(part, DAY)
    finally:
        part.close()
    assert alone.seal is not None
    assert alone.seal.mode == "single part"
    assert "single part, sealed by A" not in step(
        audit_centre(root / "A"), "signatures"
    )  # the first one was joint
    a, b = opened(root, "A", LATER + 1), opened(root, "B", LATER + 1)
    try:
        a.follow(b)
        b.follow(a)
        heads = a.heads()
        assert heads == b.heads()
        both = [seal_day(item, DAY, heads) for item in (a, b)]
        for item in (a, b):
            item.log.flush()
        a.follow(b)
        b.follow(a)
    finally:
        a.close()
        b.close()
    first, second = (day.seal for day in both)
    assert first is not None
    assert second is not None
    assert (first.mode, first.findings, first.inputs) == ("joint", second.findings, second.inputs)
    assert first.supersedes == seal_id(alone.seal)
    for name in "AB":
        result = audit_centre(root / name)
        assert result.same, result.steps[-1]
        assert [s.reason for s in result.steps if s.name == "signatures"][-1].startswith("2020-11-20: joint")


def test_a_seal_from_one_log_says_single_part(root: Path) -> None:
    shutil.rmtree(root / "A" / "mirror")
    part = opened(root, "A")
    try:
        day = seal_day(part, datetime.date(2020, 11, 21))
    finally:
        part.close()
    assert day.seal is not None
    assert day.seal.mode == "single part"
    assert [head.size > 0 for head in day.seal.heads] == [True, False]


def test_the_latest_day_counts_and_not_the_latest_word() -> None:
    def seal(day: str, code: str) -> Seal:
        return Seal(day, "joint", (), "", "", "", (), code, "", {})

    seals = [seal("2020-11-20", "1"), seal("2020-11-21", "2"), seal("2020-11-20", "3")]
    assert last_of(seals) == seals[1]
    assert last_of(seals, before="2020-11-21") == seals[2]
    assert last_of([]) is None


def test_an_unreadable_seal_is_refused() -> None:
    with pytest.raises(Refusal, match="unreadable seal"):
        read_seal(b"{}")
