"""The fold: one answer for one set of records, whatever their order, their log or their number."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterable
from typing import Any

import msgspec
import numpy as np
import pytest

from tests.centre.stamped import fire, fires, record
from truceline.agreement.text import read_agreement
from truceline.centre import fold
from truceline.centre.fold import agreement_at, fold_day
from truceline.centre.inputs import canonical_order
from truceline.centre.part import look
from truceline.centre.seal import findings_digest
from truceline.centre.spread import Pool
from truceline.record.record import Record
from truceline.report.day import Day
from truceline.terms.faults import Refusal
from truceline.terms.time import NS_PER_S, parse_time

DAY = datetime.date(2020, 11, 20)
Held = tuple[Record, ...]


@pytest.fixture(scope="module")
def inputs(rehearsal: Any) -> Held:
    """The inputs of both logs up to the seal, each marked with its log."""
    head = {item.part: item.size for item in rehearsal.days[0].seal.heads}
    return tuple(item for item in look(rehearsal.part("A"), head)[1] if item.is_input)


def digest(records: Iterable[Record], part: str = "A", **more: Any) -> str:
    return findings_digest(fold_day(records, part, DAY, **more).findings)


def test_both_parts_seal_one_digest_though_a_clock_is_seven_seconds_off(rehearsal: Any) -> None:
    one, other = rehearsal.days
    assert one.seal.findings == other.seal.findings == findings_digest(one.findings)
    assert one.duplicates == other.duplicates > 50
    assert one.faults == other.faults
    assert {fault.source for fault in one.faults} == {"R2"}
    assert {finding.verdict for finding in one.findings} == {"violated", "not verified"}
    stamps = {
        source: [r.stamp_ns for r in one.records if r.source == source and r.kind == "raw"]
        for source in ("R1", "R2")
    }
    assert min(stamps["R2"]) - min(stamps["R1"]) > 6 * NS_PER_S


@pytest.mark.parametrize("seed", range(5))
def test_any_order_split_and_repetition_gives_the_sealed_findings(
    seed: int, inputs: Held, rehearsal: Any
) -> None:
    chance = random.Random(seed)
    mixed = [*inputs, *chance.sample(inputs, 500)]
    chance.shuffle(mixed)
    numbered = (msgspec.structs.replace(item, seq=n) for n, item in enumerate(mixed))
    day = fold_day(numbered, "AB"[seed % 2], DAY)
    assert findings_digest(day.findings) == rehearsal.days[0].seal.findings
    assert [finding.id for finding in day.findings] == [f.id for f in rehearsal.days[0].findings]
    assert (day.faults, day.duplicates) == (rehearsal.days[0].faults, rehearsal.days[0].duplicates)
    assert day.air.tracks["id"].tolist() == rehearsal.days[0].air.tracks["id"].tolist()


def test_a_fold_in_order_of_arrival_would_be_another(
    inputs: Held, rehearsal: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tests above can fail: without the canonical order they do."""

    def arrival(records: Iterable[Record]) -> Held:
        return tuple(msgspec.structs.replace(item, seq=n) for n, item in enumerate(records) if item.is_input)

    monkeypatch.setattr(fold, "canonical_order", arrival)
    # few findings of the short day rest on the order; some orders happen to give the same ones
    orders = [random.Random(seed).sample(inputs, len(inputs)) for seed in range(1, 7)]
    assert any(digest(mixed) != rehearsal.days[0].seal.findings for mixed in orders)


def test_one_record_less_is_another_day(inputs: Held, rehearsal: Any) -> None:
    cited = {content for finding in rehearsal.days[0].findings for content, _ in finding.evidence}
    assert digest(item for item in inputs if item.content != min(cited)) != rehearsal.days[0].seal.findings


def test_a_pool_of_processes_gives_the_same(inputs: Held, rehearsal: Any) -> None:
    pool = Pool(2)
    try:
        assert digest(inputs, spread=pool) == rehearsal.days[0].seal.findings
    finally:
        pool.close()


# ------------------------------------------------------------------ as known on


KNOWN = parse_time("2020-11-19T21:40:00Z")


def test_as_known_on_uses_only_what_was_stamped_by_then(inputs: Held) -> None:
    before = [item for item in inputs if item.stamp_ns <= KNOWN]
    assert 0 < len(before) < len(inputs)
    one, other = fold_day(inputs, "A", DAY, KNOWN), fold_day(before, "A", DAY, KNOWN)
    assert findings_digest(one.findings) == findings_digest(other.findings)
    assert max(item.stamp_ns for item in one.records) <= KNOWN
    assert one.known_ns == KNOWN
    assert one.observations["time_ns"].max() < KNOWN
    assert all(watch.start_ns < KNOWN for watch in one.watches)
    assert [case.opened_by for case in one.cases] == ["finding"]  # the complaint came later
    assert {finding.start_ns < KNOWN for finding in one.findings} == {True}


def test_a_deadline_is_the_one_known_at_the_time(inputs: Held) -> None:
    for text, deadline in (("2020-11-14T12:00:00Z", "2020-11-15"), ("2020-11-16T12:00:00Z", "2020-11-25")):
        day = fold_day(inputs, "A", None, parse_time(text))
        held = {finding.clause: finding for finding in day.findings}
        assert day.day == text[:10]
        assert held["6.kalbajar"].deadline.startswith(deadline)


@pytest.mark.parametrize(
    ("day", "known", "what"),
    [
        (None, "2020-11-01T00:00:00Z", "no settings were in force"),
        (DAY, "2020-11-15T00:00:00Z", "2020-11-20 had not begun by then"),
        (None, "1969-01-01T00:00:00Z", "no settings were in force"),
    ],
)
def test_a_time_before_anything_is_refused(
    day: datetime.date | None, known: str, what: str, inputs: Held
) -> None:
    with pytest.raises(Refusal, match=what) as found:
        fold_day(inputs, "A", day, parse_time(known))
    assert found.value.remedy


def test_no_record_is_refused() -> None:
    with pytest.raises(Refusal, match="no settings"):
        fold_day([], "A")


# ------------------------------------------------------------------ late, absurd, foreign


def folded(*records: Record, base: Held) -> Day:
    return fold_day([*base, *records], "A", DAY)


def test_a_list_of_fires_taken_in_next_year_still_counts(inputs: Held, rehearsal: Any) -> None:
    late = record(
        "VIIRS-fires", parse_time("2021-12-24T00:00:00Z"), fires(fire(), fire(lat="39.9")), held_by="B"
    )
    day = folded(late, base=inputs)
    assert len(day.events.tracks) == len(rehearsal.days[0].events.tracks) + 2
    assert late.content in {item.content for item in day.records}


def test_absurd_input_is_counted_and_changes_no_finding(inputs: Held, rehearsal: Any) -> None:
    base = rehearsal.days[0]
    stamp = parse_time("2020-11-19T21:30:00Z")
    plot = next(item for item in inputs if item.source == "R1" and len(item.body) > 40)
    absurd = [
        record(
            "VIIRS-fires", stamp + 3 * 3600 * NS_PER_S, fires(fire(lat="nan"), fire(lon="900")), held_by="B"
        ),
        record("R1", stamp + 5 * 3600 * NS_PER_S, plot.body, held_by="A"),  # another time zone
        record("patrol-A", stamp, b"\xff\xfe not a report", held_by="A"),
        record("ghost", stamp, b"nobody declared this", held_by="A"),
        record("R1", stamp, plot.body, held_by="B"),  # the other part's word about our radar
        record("patrol-B", stamp, b"", held_by="B"),
    ]
    day = folded(*absurd, base=inputs)
    told = {(fault.source, day.records[fault.seq].content) for fault in day.faults}
    for item in absurd[:5]:
        assert (item.source, item.content) in told
    verdicts = [(f.clause, f.area, f.start_ns, f.verdict) for f in base.findings]
    assert [(f.clause, f.area, f.start_ns, f.verdict) for f in day.findings] == verdicts
    assert len(day.faults) > len(base.faults)


def test_a_forged_crossing_in_one_log_makes_no_violation(inputs: Held) -> None:
    """Both radars are needed, and a part holds only its own: the other's copied into its log is no second witness."""
    only_b = [msgspec.structs.replace(item, held_by="B") if item.source == "R1" else item for item in inputs]
    day = fold_day(only_b, "B", DAY)
    assert not [finding for finding in day.findings if finding.verdict == "violated"]
    assert sum(fault.source == "R1" for fault in day.faults) > 1_000


def test_an_unreadable_statement_is_a_fault(inputs: Held) -> None:
    odd = record("AZE", parse_time("2020-11-19T21:30:00Z"), b"{}", "statement", held_by="A")
    assert any(
        fault.source == "AZE" and "no complaint" in fault.reason for fault in folded(odd, base=inputs).faults
    )


def test_a_defective_amendment_changes_nothing_and_is_named(inputs: Held) -> None:
    odd = record(
        "agreement", parse_time("2020-11-19T20:00:00Z"), b"not TOML at all [", "agreement", held_by="B"
    )
    held = canonical_order([*inputs, odd])
    agreement = agreement_at(held, parse_time("2020-11-20T00:00:00Z"))
    assert agreement.refused
    before = next(item.body for item in inputs if item.kind == "agreement")
    assert agreement.id == read_agreement(before).id


def test_observations_point_at_their_records(rehearsal: Any) -> None:
    day = rehearsal.days[0]
    rows = day.observations
    assert np.all((rows["seq"] >= 0) & (rows["seq"] < len(day.records)))
    for row in range(0, len(rows), 997):
        held = day.records[int(rows["seq"][row])]
        assert held.source == day.sources[int(rows["source"][row])].name
        assert 0 <= int(rows["item"][row]) < len(held.body)
