"""The categories that are read here: which tables walk each, and what its records are turned into."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from truceline.means.asterix import broadcast, general, polar, service, tracks, when
from truceline.means.asterix.cat001 import PLOT, TRACK
from truceline.means.asterix.cat002 import CAT002
from truceline.means.asterix.cat021 import CAT021
from truceline.means.asterix.cat034 import CAT034
from truceline.means.asterix.cat048 import CAT048
from truceline.means.asterix.cat062 import CAT062
from truceline.means.asterix.cat063 import CAT063
from truceline.means.asterix.cat065 import CAT065
from truceline.means.asterix.layout import Table
from truceline.means.asterix.take import ABSENT
from truceline.means.asterix.walk import Longs, Records

Flags = npt.NDArray[np.bool_]
Mapper = Callable[[Records], tuple[Longs, dict[str, Any]]]
Messages = Callable[[Records], tuple[Longs, Longs]]

LATE_TIME, NO_SUCH_PLACE = 1, 2
REASONS = {
    LATE_TIME: "a time of day past midnight",
    NO_SUCH_PLACE: "a place beyond the earth's degrees: an older edition of the category?",
}
CLOCK_OFF = "times of day more than 15 minutes from the packet's: check the sensor's clock and zone; no rows"
CLOCK_NONE = "no time of day, and the file gives no other; no rows"

OWN: dict[int, tuple[Table, ...]] = {
    1: (PLOT, TRACK),
    2: (CAT002,),
    21: (CAT021,),
    34: (CAT034,),
    48: (CAT048,),
    62: (CAT062,),
    63: (CAT063,),
    65: (CAT065,),
}
KNOWN: Flags = np.isin(np.arange(256), [*OWN, *general.NUMBERS])
ROWS: dict[int, Mapper] = {
    1: polar.old_reports,
    21: broadcast.reports,
    48: polar.target_reports,
    62: tracks.system_tracks,
}
SERVICE: dict[int, Messages] = {2: service.old_messages, 34: service.messages}
TARGETS = (1, 48)


class Content(msgspec.Struct, frozen=True):
    """What the records of one category say, one element per record.

    ``absurd`` is 0 or a key of ``REASONS``; ``kept`` marks records that give a row; ``untimed`` those whose time is the
    packet's; ``notes`` are things to be counted: (reason, mask).
    """

    time_ns: Longs
    absurd: npt.NDArray[np.int8]
    kept: Flags
    untimed: Flags
    notes: tuple[tuple[str, Flags], ...] = ()
    columns: dict[str, Any] | None = None
    service: Longs | None = None


def tables(category: int) -> Sequence[Table]:
    """Return the tables that read a category: ours, else libasterix's; none for a category that is not known."""
    if category in OWN:
        return OWN[category]
    table = general.table(category)
    return (table,) if table else ()


def reading_order(categories: Sequence[int]) -> list[int]:
    """Return categories so that CAT002, which gives the full time, comes before CAT001, which has it truncated."""
    return sorted(categories, key=lambda number: (number == 1, number))


def content(category: int, records: Records, at: when.Placed, running: when.Running) -> Content:
    """Return what records of a category say; ``running`` carries the time of dated files from step to step."""
    if category in SERVICE:
        ticks, rows = SERVICE[category](records)
        found = _timed(category, ticks, at, running)
        if category == 2:
            full = (ticks != ABSENT) & (found.absurd == 0)
            running.mark(at, found.time_ns, full)
        return msgspec.structs.replace(found, service=rows)
    if category in ROWS:
        ticks, columns = ROWS[category](records)
        found = _timed(category, ticks, at, running)
        absurd = np.where(_nowhere(columns), NO_SUCH_PLACE, found.absurd).astype(np.int8)
        return msgspec.structs.replace(found, columns=columns, absurd=absurd)
    none = np.zeros(len(records.start), dtype=bool)
    return Content(np.zeros(len(none), dtype=np.int64), none.astype(np.int8), none, none)


def _nowhere(columns: dict[str, Any]) -> Flags | bool:
    if "lat_deg" not in columns:
        return False
    return np.asarray((np.abs(columns["lat_deg"]) > 90.0) | (np.abs(columns["lon_deg"]) > 180.0))


def _timed(category: int, ticks: Longs, at: when.Placed, running: when.Running) -> Content:
    timed = at.mode == when.TIMED
    if category == 1:
        near, known = running.near(at)
        time_ns = when.truncated_moments(ticks, near)
        late = np.zeros(len(ticks), dtype=bool)
        untimed = ticks == ABSENT
        lost = ~known | (untimed & ~timed)
    else:
        late = (ticks != ABSENT) & (ticks >= when.TICKS_PER_DAY)
        ticks = np.where(late, ABSENT, ticks)
        time_ns = running.place(category, ticks, at)
        untimed = ticks == ABSENT
        lost = untimed & ~timed
    off = timed & (np.abs(time_ns - at.reference_ns) > when.TOLERANCE_NS)
    absurd = np.where(late, LATE_TIME, 0).astype(np.int8)
    notes = ((CLOCK_OFF, off), (CLOCK_NONE, lost & ~late))
    return Content(time_ns, absurd, ~(off | lost), untimed, notes)
