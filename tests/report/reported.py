"""Days to be reported, judged for real: a crossing that two radars hold, an outage, or nobody watching at all."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import msgspec

from tests.verify import scenes
from truceline.cases.assessment import Assessment
from truceline.cases.case import Case, case_id
from truceline.means.watch import Watch
from truceline.record.record import Record
from truceline.report.day import Day, Head, Seal
from truceline.terms.faults import Fault
from truceline.terms.ids import digest
from truceline.terms.time import NS_PER_MINUTE
from truceline.verify.judge import Material, judge
from truceline.verify.notices import announced

HEADS = (Head("A", 1200, "a1" * 32), Head("B", 700, "b2" * 32))
RING = scenes.box(46.93, 39.99, 0.05)
QUARRY = {"lat": 39.705, "lon": 47.13, "radius_m": 3000.0}


def radar_watches(silent: tuple[str, str] | None = None) -> tuple[Watch, ...]:
    """Both radars all day, R2 silent between two clock times if asked."""
    if silent is None:
        return (scenes.radar_watch(scenes.R1), scenes.radar_watch(scenes.R2))
    gone, back = (scenes.at(clock) for clock in silent)
    return (
        scenes.radar_watch(scenes.R1),
        scenes.radar_watch(scenes.R2, scenes.START, gone),
        scenes.radar_watch(scenes.R2, back, scenes.END),
    )


def day_of(material: Material, watches: Sequence[Watch], exercise: str = "", end_ns: int = scenes.END) -> Day:
    """The Day of judged material; its findings are the judge's."""
    findings = tuple(judge(scenes.agreement(), material))
    records = [
        Record(number, "raw", material.sources[number % 2].name, scenes.START, scenes.START, 0, b"", content)
        for number, content in enumerate(material.contents)
    ]
    records += [
        Record(len(records) + number, "notice", "notice", scenes.START, scenes.START, 0, body, digest(body))
        for number, body in enumerate(material.notices)
    ]
    return Day(
        part="A",
        exercise=exercise,
        day="2020-11-20",
        start_ns=scenes.START,
        end_ns=scenes.END,
        known_ns=end_ns,
        agreement=scenes.agreement(),
        theatre=scenes.THEATRE,
        sources=scenes.SOURCES,
        records=tuple(records),
        observations=material.observations,
        watches=tuple(watches),
        faults=(
            Fault("R2", 3, 0, 9, "a data block says it is 28 octets long, but 8 are left"),
            Fault("R2", 5, 0, 9, "a data block says it is 30 octets long, but 9 are left"),
            Fault("unknown", 1, 0, 9, "no source of this name is declared"),
        ),
        duplicates=7,
        air=material.air,
        events=material.events,
        coverage=material.coverage,
        findings=findings,
        norms=tuple((clause.id, "active", "") for clause in scenes.agreement().clauses),
    )


@cache
def seen_day(exercise: str = "karabakh-2020") -> Day:
    """Both radars, an outage from 14:00 to 17:00, a crossing both hold, shots (one notified), a visit with vehicles."""
    watches = (*radar_watches(("14:00", "17:00")), visit_watch())
    crossing = scenes.flight([scenes.R1, scenes.R2], scenes.at("08:05:00"), scenes.CROSSING)
    told = [
        scenes.report(scenes.PATROL_A, "09:40:00", 47.13, 39.705, "shot", "heard"),
        scenes.report(scenes.PATROL_B, "09:40:20", 47.13, 39.705, "shot", "seen"),
        scenes.report(scenes.PATROL_A, "10:41:00", 46.9, 39.9, "shot", "heard"),
        scenes.report(scenes.PATROL_A, "08:20:00", 46.93, 39.99, "vehicle", "seen"),
    ]
    notice = scenes.notice("N-118", ("shot",), "09:00", "11:00", **QUARRY)
    material = scenes.material(scenes.coverage_of(watches), crossing, told, [notice])
    assert len(announced(scenes.agreement(), material.notices, scenes.THEATRE)) == 1
    return day_of(material, watches, exercise)


@cache
def blind_day() -> Day:
    """Every feed is cut."""
    return msgspec.structs.replace(day_of(scenes.material(scenes.nobody()), (), "karabakh-2020"), faults=())


@cache
def watched_day() -> Day:
    """Both radars all day and nothing against a clause seen; real, sealed by one part."""
    return sealed(day_of(scenes.material(scenes.both_radars()), radar_watches()), "single part")


def visit_watch() -> Watch:
    """A patrol's look at Agdam."""
    start_ns = scenes.at("08:10:00")
    return scenes.patrol_watch(scenes.PATROL_A, RING, start_ns, start_ns + 40 * NS_PER_MINUTE)


def sealed(day: Day, mode: str = "joint") -> Day:
    """The day with final findings and a seal."""
    final = tuple(msgspec.structs.replace(finding, stage="final") for finding in day.findings)
    seal = Seal(
        day=day.day,
        mode=mode,
        heads=HEADS,
        inputs="11" * 32,
        findings="22" * 32,
        cases="33" * 32,
        norms=day.norms,
        code="0.1.0",
        config="44" * 32,
        counts={},
        known_ns=day.known_ns,
        changes=("1.air line-buffer: none -> violated",),
        signatures={"A": "— truceline/a AAAA"},
    )
    return msgspec.structs.replace(day, findings=final, seal=seal)


def with_case(
    day: Day, verdicts: Sequence[str], text: str = "Both radars hold it.", reservation: str = ""
) -> Day:
    """The day with a case on its first violation; one verdict per part that has revealed."""
    found = next(finding for finding in day.findings if finding.verdict == "violated")
    same = tuple(f.id for f in day.findings if f.verdict == "violated")
    assessments = tuple(
        Assessment(case_id(found), part, f"head-{part.lower()}", verdict, text, "00", reservation)
        for part, verdict in zip("AB", verdicts, strict=False)
    )
    outcome = "pending" if len(verdicts) < 2 else "split" if len(set(verdicts)) > 1 else "agreed"
    committed = tuple("AB"[: len(verdicts)])
    case = Case(
        case_id(found),
        "finding",
        found.clause,
        found.area,
        found.start_ns,
        same,
        (),
        committed,
        assessments,
        outcome,
    )
    return msgspec.structs.replace(day, cases=(case,))
