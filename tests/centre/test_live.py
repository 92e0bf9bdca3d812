"""Live: fed tick by tick it says what one fold of the same records says; what it never saw it reads from the log."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from tests.centre.stamped import DAY, HOUR
from truceline.centre.clock import SetClock
from truceline.centre.fold import fold_day
from truceline.centre.live import Live, joined
from truceline.centre.part import Part, Writing, look
from truceline.means.watch import Sector, Watch
from truceline.record.record import Record
from truceline.report.day import Day
from truceline.terms.faults import Refusal
from truceline.terms.place import Site
from truceline.terms.time import NS_PER_S, parse_day, parse_time

OPENS = parse_time("2020-11-19T21:00:00Z")
ENDS = parse_time("2020-11-19T22:00:00Z")
SECTOR = Sector(Site(40.0, 47.0, 1.0), 1_000.0)


@pytest.fixture
def emptied(rehearsal: Any, tmp_path: Path) -> tuple[Part, list[Record]]:
    """Part A as it was at its founding, without a mirror, and the raw records of its own feeds by stamp."""
    root = tmp_path / "A"
    shutil.copytree(
        rehearsal.part("A"), root, ignore=shutil.ignore_patterns("log", "blobs", "spool", "mirror", "derived")
    )
    own = [
        r
        for r in look(rehearsal.part("A"), {"A": 10**6 and rehearsal.days[0].seal.heads[0].size})[1]
        if r.held_by == "A"
    ]
    part = Part(root, SetClock(parse_time("2020-11-09T21:00:00Z")), rhythm_s=0.0)
    part.write([_writing(r) for r in own if r.kind == "agreement"])
    return part, sorted((r for r in own if r.kind == "raw"), key=lambda r: r.stamp_ns)


def _writing(record: Record) -> Writing:
    return Writing(record.kind, record.source, record.stamp_ns, record.body)


def told(day: Day) -> list[tuple[str, str, str, int, str]]:
    return [(f.clause, f.area, f.reading, f.start_ns, f.verdict) for f in day.findings]


def placed(day: Day) -> list[tuple[int, int, str, int]]:
    rows = day.observations.take(np.isfinite(day.observations["east_m"]))
    contents = [day.records[seq].content for seq in rows["seq"].tolist()]
    columns = (rows["time_ns"].tolist(), rows["kind"].tolist(), contents, rows["item"].tolist())
    return sorted(zip(*columns, strict=True))


def pictured(day: Day) -> list[tuple[object, ...]]:
    """Every state of the air picture by its track and the evidence it rests on."""
    states, tracks = day.air.states, day.air.tracks
    held = states.take(states["observation"] >= 0)
    rows = day.observations.take(held["observation"])
    contents = [day.records[seq].content for seq in rows["seq"].tolist()]
    columns = (
        tracks["id"][held["track"]].tolist(), held["time_ns"].tolist(), contents, rows["item"].tolist(),
        np.round(held["east_m"], 3).tolist(), np.round(held["north_m"], 3).tolist(),
    )  # fmt: skip
    return sorted(zip(*columns, strict=True))


@pytest.mark.parametrize("seed", [0, 1])
def test_input_reordered_within_the_lateness_changes_nothing(
    seed: int, emptied: tuple[Part, list[Record]]
) -> None:
    """Bodies come up to 25 s late, in any order and any batches: the picture is that of the fold."""
    part, raw = emptied
    chance = random.Random(seed)
    held = [r for r in raw if r.stamp_ns < OPENS + HOUR // 3]
    arrives = sorted((r.stamp_ns + (seed and chance.randrange(25 * NS_PER_S)), n) for n, r in enumerate(held))
    live = Live(part)
    live.begin(OPENS - HOUR // 2)
    batch: list[Record] = []
    for now_ns, number in arrives:
        batch.append(held[number])
        if chance.random() < 0.02:
            part.write([_writing(r) for r in batch])
            live.tick(max(now_ns, OPENS - HOUR // 2))
            batch = []
    part.write([_writing(r) for r in batch])
    live.tick(OPENS + HOUR // 3 + 60 * NS_PER_S)
    day = live.judge(OPENS + HOUR // 3 + 60 * NS_PER_S)
    assert day.day == "2020-11-20"
    whole = fold_day(part.records(), "A", parse_day("2020-11-20"), day.known_ns)
    live.begin(day.known_ns)  # the same from the log at once
    again = live.judge(day.known_ns)
    assert pictured(again) == pictured(whole)
    same = set(pictured(day)) & set(pictured(whole))
    assert len(same) > 0.98 * len(pictured(whole))
    part.close()


def test_tick_by_tick_says_what_one_fold_says(emptied: tuple[Part, list[Record]]) -> None:
    part, raw = emptied
    early = [r for r in raw if r.stamp_ns < OPENS]
    part.write([_writing(r) for r in early])
    live = Live(part)
    live.begin(OPENS)
    with pytest.raises(Refusal, match="nothing is judged yet"):
        _ = live.day
    fed, rest = 0, [r for r in raw if OPENS <= r.stamp_ns < ENDS]
    for now_ns in range(OPENS, ENDS, 20 * NS_PER_S):
        group = [r for r in rest if now_ns <= r.stamp_ns < now_ns + 20 * NS_PER_S]
        again = [
            msgspec.structs.replace(_writing(r), stamp_ns=r.stamp_ns + 1) for r in group if r.source == "R1"
        ][:1]
        part.write(
            [*(_writing(r) for r in [*group, *group[:1]]), *again]
        )  # one of each group twice, by both ways
        fed += live.tick(now_ns + 20 * NS_PER_S)
    assert fed >= len(rest)
    assert live.tick(ENDS) == 0
    day = live.judge(ENDS - 1)
    whole = fold_day(part.records(), "A", parse_day("2020-11-20"), ENDS - 1)
    # a callsign whose position comes only with the next tick stands alone in live; what has a place is the same
    assert placed(day) == placed(whole)
    assert day.duplicates == whole.duplicates > 100
    assert [(f.source, f.reason) for f in day.faults] == [(f.source, f.reason) for f in whole.faults]
    assert told(day) == told(whole)
    assert [(w.source, w.mode) for w in joined(whole.watches)] == [
        (w.source, w.mode) for w in joined(day.watches)
    ]
    assert pictured(day) == pictured(whole)
    assert live.present()[0].tracks["id"].tolist()
    assert {finding.stage for finding in day.findings} == {"provisional"}
    part.close()


def test_it_goes_on_from_the_log_after_a_restart(emptied: tuple[Part, list[Record]]) -> None:
    part, raw = emptied
    middle = OPENS + HOUR // 2
    part.write([_writing(r) for r in raw if r.stamp_ns < middle])
    part.close()
    again = Part(part.root, SetClock(middle), rhythm_s=0.0)
    live = Live(again)
    live.begin(middle)
    again.write([_writing(r) for r in raw if middle <= r.stamp_ns < ENDS])
    live.tick(ENDS - 1)
    day = live.judge(ENDS - 1)
    whole = fold_day(again.records(), "A", parse_day("2020-11-20"), ENDS - 1)
    assert told(day) == told(whole)
    assert placed(day) == placed(whole)
    again.close()


def test_the_day_rolls_over(emptied: tuple[Part, list[Record]]) -> None:
    part, raw = emptied
    lines: list[str] = []
    live = Live(part, lines.append)
    live.begin(OPENS - HOUR)
    assert live.judge(OPENS - HOUR).day == "2020-11-19"
    part.write([_writing(r) for r in raw if r.stamp_ns < ENDS])
    revision = live.revision
    live.tick(ENDS - 1)
    assert lines == ["the civil day has ended; the next one begins from the log"]
    day = live.judge(ENDS - 1)
    assert day.day == "2020-11-20"
    assert live.revision > revision
    assert len(day.observations) == len(fold_day(part.records(), "A", None, ENDS - 1).observations)
    part.close()


def test_evidence_is_decoded_for_a_person(emptied: tuple[Part, list[Record]]) -> None:
    part, raw = emptied
    plot = next(r for r in raw if r.source == "R1" and r.stamp_ns > OPENS)
    part.write([_writing(r) for r in raw if r.stamp_ns < ENDS])
    live = Live(part)
    live.begin(ENDS)
    record, fields = live.evidence(plot.content, 0)
    assert record.body == plot.body
    assert fields
    agreement = next(r for r in part.records() if r.kind == "agreement")
    assert live.evidence(agreement.content, 0)[1] == []
    with pytest.raises(Refusal, match="no input of this content id"):
        live.evidence("0" * 64, 0)
    part.close()


def test_watches_that_touch_are_one() -> None:
    one = Watch("R1", DAY, DAY + 10, SECTOR, mode="rotating", seq=1)
    two = Watch("R1", DAY + 10, DAY + 30, SECTOR, mode="rotating", seq=7)
    inside = Watch("R1", DAY + 2, DAY + 5, SECTOR, mode="rotating", seq=3)
    apart = Watch("R1", DAY + 40, DAY + 50, SECTOR, mode="rotating")
    sick = Watch("R1", DAY + 30, DAY + 45, SECTOR, health="degraded", mode="rotating")
    found = joined([two, apart, inside, one, sick])
    assert found == (sick, msgspec.structs.replace(one, end_ns=DAY + 30), apart)
    assert joined([]) == ()


def test_a_row_that_comes_after_its_tick_was_closed_changes_nothing_live(
    emptied: tuple[Part, list[Record]],
) -> None:
    part, raw = emptied
    held = [r for r in raw if OPENS - HOUR // 2 <= r.stamp_ns < OPENS]
    late = [r for r in held if r.source == "R1" and len(r.body) > 20][40]
    rest = [r for r in held if r is not late]
    part.write([_writing(r) for r in rest])
    live = Live(part)
    live.begin(OPENS - 1)
    before = live.judge(OPENS - 1)
    part.write([_writing(late)])
    assert live.tick(OPENS - 1) == 1
    after = live.judge(OPENS - 1)
    assert pictured(after) == pictured(before)
    whole = fold_day(part.records(), "A", parse_day("2020-11-19"), OPENS - 1)
    assert len(placed(whole)) == len(placed(after)) == len(placed(before)) + 1
    part.close()
