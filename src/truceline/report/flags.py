"""Flags: a day's checks of what aircraft claim as figures: per kind the flags and what could not be told, then each flag.

    not checked      the day holds nothing that the check could have worked on: no claims, no radar plots, or only aircraft
                     and places that no source covered
A count of 0 flags stands only where something was checked.
"""

from __future__ import annotations

import numpy as np

from truceline.means.observations import KIND
from truceline.picture.checks.check import FLAG, KINDS, NOT_ASSESSABLE, Check, check_id
from truceline.report.day import Day
from truceline.report.figures import Checked, Flagged
from truceline.terms.place import to_geographic
from truceline.terms.quantity import text
from truceline.terms.time import format_time

MOST_FLAGS = 200
MOST_EVIDENCE = 3
CLAIMS, PLOTS = ("position",), ("plot", "reply")
NEEDS = {
    "dark": (PLOTS,),
    "shifted": (CLAIMS, PLOTS),
    "impossible": (CLAIMS,),
    "duplicate": (CLAIMS,),
    "ghost": (CLAIMS, PLOTS),
    "interference": (CLAIMS,),
}
WHOLLY = (
    "dark",
    "ghost",
    "interference",
)  # each aircraft or place of these is told of when it could not be assessed


def checked_of(day: Day) -> tuple[Checked, ...]:
    """Return how each kind of check went, in their order."""
    inside = (day.observations["time_ns"] >= day.start_ns) & (day.observations["time_ns"] < day.end_ns)
    there = {int(number) for number in np.unique(day.observations["kind"][inside])}
    found = []
    for kind in KINDS:
        own = [check for check in day.checks if check.kind == kind]
        flags = sum(check.state == FLAG for check in own)
        untold = sum(check.state == NOT_ASSESSABLE for check in own)
        able = all(there & {KIND[name] for name in names} for names in NEEDS.get(kind, ()))
        only_untold = kind in WHOLLY and untold > 0 and not flags
        found.append(Checked(kind, flags, untold, able or flags > 0, only_untold))
    return tuple(found)


def flagged_of(day: Day) -> tuple[Flagged, ...]:
    """Return the flags in order of time, at most 200, each with the first of its evidence."""
    flags = [check for check in day.checks if check.state == FLAG]
    flags.sort(key=lambda check: (check.time_ns, KINDS.index(check.kind), check_id(check)))
    return tuple(_flagged(day, check) for check in flags[:MOST_FLAGS])


def _flagged(day: Day, check: Check) -> Flagged:
    lat, lon = to_geographic(day.theatre, np.array([check.east_m]), np.array([check.north_m]))
    rows = [(int(day.observations["seq"][row]), int(day.observations["item"][row])) for row in check.evidence]
    return Flagged(
        id=check_id(check),
        kind=check.kind,
        reason=check.reason,
        time=format_time(check.time_ns),
        start=format_time(check.from_ns),
        end=format_time(check.to_ns),
        track=check.track,
        address="" if check.address < 0 else f"{check.address:06X}",
        lat=text(float(lat[0]), 3) if np.isfinite(lat[0]) else "",
        lon=text(float(lon[0]), 3) if np.isfinite(lon[0]) else "",
        statistic=text(check.statistic, 2),
        threshold=text(check.threshold, 2),
        evidence=tuple((day.records[seq].content, item) for seq, item in rows[:MOST_EVIDENCE]),
        evidence_total=len(rows),
    )
