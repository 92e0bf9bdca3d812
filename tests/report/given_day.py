"""A small day: two radars, a fire list and a patrol; two tracks, one event, two findings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np

from tests.agreement.files import KARABAKH
from tests.coverage.scene import END, GRID, R1, R2, SOURCES, START, STEP, THEATRE, minutes, turning, visit
from truceline.agreement.text import read_agreement
from truceline.coverage.coverage import fold_coverage
from truceline.means.observations import KIND, OBSERVATIONS
from truceline.means.watch import Watch
from truceline.picture.checks.check import FLAG, NOT_ASSESSABLE, Check
from truceline.picture.picture import STATES, TRACKS, Picture
from truceline.record.record import Record
from truceline.report.day import Day
from truceline.terms.classes import NAMES
from truceline.terms.ids import digest
from truceline.terms.place import to_geographic
from truceline.verify.finding import Finding, Posterior, Words

SECONDS = 10**9
ODD = "=1+1"  # a callsign that a spreadsheet would take for a formula


DARK = Check(
    "dark", FLAG, "no claim and no reply", START + 20 * SECONDS, START, START + 20 * SECONDS,
    digest(b"track"), -1, 5e3, 4e3, 12.5, 9.2, (0, 1, 2),
)  # fmt: skip
NOBODY = msgspec.structs.replace(
    DARK,
    state=NOT_ASSESSABLE,
    reason="no receiver could hear it",
    track="",
    east_m=-5e3,
    north_m=6e3,
    statistic=0.0,
    evidence=(),
)
CHECKS = (DARK, NOBODY)


def record(seq: int, source: str) -> Record:
    """A raw record of a source."""
    return Record(seq, "raw", source, START + seq, START + seq, 0, b"bytes", digest(f"{seq}".encode()))


RECORDS = tuple(record(n, ("R1", "R2", "FIRMS", "PATROL")[n % 4]) for n in range(12))


def observations(simulated: bool = False) -> Any:
    """Six plots of one flight, one position, one fire known to the day, one report without a place."""
    count = 9
    east = np.array([1e3, 2e3, 3e3, 4e3, 5e3, 6e3, 7e3, -8e3, np.nan])
    north = np.full(count, 4e3)
    lat, lon = to_geographic(THEATRE, east, north)
    kinds = [KIND["plot"]] * 6 + [KIND["position"], KIND["fire"], KIND["report"]]
    return OBSERVATIONS.build(
        count,
        {
            "seq": [0, 0, 1, 4, 4, 5, 8, 2, 3],
            "item": [0, 40, 0, 0, 40, 7, 1, 90, 3],
            "source": [0, 0, 1, 0, 0, 1, 2, 4, 3],
            "kind": kinds,
            "time_ns": START + np.array([0, 4, 8, 12, 16, 20, 24, 28, 32]) * SECONDS + 123_456_789,
            "time_sigma_ns": [0] * 7 + [6 * 3600 * SECONDS, 0],
            "range_m": [30_000.1234567] * 6 + [np.nan] * 3,
            "lat_deg": [np.nan] * 6 + lat[6:].tolist(),
            "lon_deg": [np.nan] * 6 + lon[6:].tolist(),
            "east_m": east,
            "north_m": north,
            "height_m": [1500.0] * 6 + [np.nan] * 3,
            "address": [-1] * 6 + [0x4B8B02, -1, -1],
            "squawk": [-1] * 6 + [27, -1, -1],
            "label": [b""] * 6 + [ODD.encode(), b"", "Ağdam".encode()],
            "object_class": [-1] * 8 + [NAMES.index("vehicle")],
            "simulated": [simulated] * count,
        },
    )


def picture(lane: str, rows: Sequence[Sequence[int]], simulated: bool = False) -> Picture:
    """One track per list of observation rows."""
    seen = observations()
    tracks = TRACKS.build(
        len(rows),
        {
            "id": [digest(bytes(own)).encode() for own in rows],
            "first_ns": [seen["time_ns"][own[0]] for own in rows],
            "last_ns": [seen["time_ns"][own[-1]] for own in rows],
            "confirmed_ns": [seen["time_ns"][own[0]] if len(own) > 1 else -1 for own in rows],
            "existence": [0.99] * len(rows),
            "sources": [sum(1 << n for n in {int(seen["source"][row]) for row in own}) for own in rows],
            "simulated": [simulated] * len(rows),
        },
    )
    flat = sorted((row, number) for number, own in enumerate(rows) for row in own)
    index = [row for row, _ in flat]
    states = STATES.build(
        len(flat),
        {
            "track": [number for _, number in flat],
            "observation": index,
            **{name: seen[name][index] for name in ("time_ns", "east_m", "north_m", "height_m", "source")},
        },
    )
    return Picture(lane, tracks, states)


def finding(clause: str, area: str, verdict: str, evidence: tuple[tuple[str, int], ...]) -> Finding:
    """A finding as the judge makes one (the numbers are not judged here)."""
    given: dict[str, Any] = {
        "id": digest(f"{clause}{area}".encode()),
        "agreement": "2020-11-karabakh",
        "agreement_version": "1",
        "clause": clause,
        "kind": "EXCLUDE",
        "article": "1",
        "area": area,
        "map_version": "1",
        "reading": "by",
        "start_ns": START,
        "end_ns": END,
        "deadline": "",
        "verdict": verdict,
        "indication": False,
        "reason": Words("unwatched", (("cause", "outage"),)),
        "likelihood_ratio": 0.25,
        "posteriors": (Posterior("A", 0.2, 0.0588), Posterior("B", 0.3, 0.0968)),
        "object_class": "uav",
        "detection_mean": 0.9,
        "detection_min": 0.75,
        "required": 0.8,
        "required_measure": "least",
        "watched": 0.9,
        "unwatched": (("outage", 0.1),),
        "largest_unseen": Words("nothing"),
        "counts": (("tracks", 2),),
        "evidence": evidence,
        "evidence_total": len(evidence),
        "sources": ("R1", "R2"),
        "explanations": (),
        "alternatives": (),
        "method": "exclude",
        "method_version": "1",
    }
    return Finding(**given)


def given_day(exercise: str = "", simulated: bool = False, known_ns: int = END) -> Day:
    """The day; ``simulated`` marks the input itself."""
    watches: tuple[Watch, ...] = (
        msgspec.structs.replace(turning(R1, range_m=60_000.0), seq=0),
        msgspec.structs.replace(turning(R2, 0, 60), seq=1),
        msgspec.structs.replace(visit(10, 30, vehicle=0.8), seq=3),
    )
    proof = ((RECORDS[0].content, 40), (RECORDS[1].content, 0))
    return Day(
        part="A",
        exercise=exercise,
        day="2020-11-20",
        start_ns=START,
        end_ns=END,
        known_ns=known_ns,
        agreement=read_agreement(KARABAKH),
        theatre=THEATRE,
        sources=SOURCES,
        records=RECORDS,
        observations=observations(simulated),
        watches=watches,
        faults=(),
        duplicates=0,
        air=picture("air", [[0, 1, 2, 3, 4, 5], [6]], simulated),
        events=picture("events", [[7, 8]], simulated),
        coverage=fold_coverage(watches, SOURCES, THEATRE, GRID, START, END, STEP, NAMES),
        findings=(
            finding("1.air", "line-buffer", "violated", proof),
            finding("2.agdam", "agdam", "compliant", proof[:1]),
            finding("1.hold", "", "not verified", ()),
        ),
        checks=CHECKS,
    )


__all__ = ["ODD", "RECORDS", "given_day", "minutes"]
