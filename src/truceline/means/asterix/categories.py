"""The categories that are read here: which table walks each, and what its records are turned into."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from truceline.means.asterix import polar, service, when
from truceline.means.asterix.cat034 import CAT034
from truceline.means.asterix.cat048 import CAT048
from truceline.means.asterix.layout import Table
from truceline.means.asterix.take import ABSENT
from truceline.means.asterix.walk import Bytes, Longs, Records

Flags = npt.NDArray[np.bool_]
LATE_TIME = 1
REASONS = {LATE_TIME: "a time of day past midnight"}


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


class Tables:
    """The walkers' tables by category: ours, and libasterix's for all others."""

    def __init__(self, own: tuple[Table, ...]) -> None:
        """Take our own declarations."""
        self.own = {table.category.number: table for table in own}
        self.known: Flags = np.zeros(256, dtype=bool)
        self.known[list(self.own)] = True

    def of(self, category: int, data: Bytes, spans: Longs) -> Table | None:
        """Return the table that reads a category, or None."""
        return self.own.get(category)


TABLES = Tables((CAT034, CAT048))
Mapper = Callable[[Records], tuple[Longs, dict[str, Any]]]
MAPPERS: dict[int, Mapper] = {48: polar.target_reports}


def read_category(
    category: int, records: Records, reference_ns: Longs, mode: Longs, last_ns: dict[int, int]
) -> Content:
    """Return what records of a category say; ``last_ns`` carries the running time of dated files from step to step."""
    none = np.zeros(len(records.start), dtype=bool)
    zero = np.zeros(len(none), dtype=np.int64)
    if category == 34:
        ticks, rows = service.messages(records)
        return _timed(category, ticks, reference_ns, mode, last_ns, service_rows=rows)
    if category in MAPPERS:
        ticks, columns = MAPPERS[category](records)
        return _timed(category, ticks, reference_ns, mode, last_ns, columns=columns)
    return Content(zero, zero.astype(np.int8), none, none)


def _timed(
    category: int,
    ticks: Longs,
    reference_ns: Longs,
    mode: Longs,
    last_ns: dict[int, int],
    columns: dict[str, Any] | None = None,
    service_rows: Longs | None = None,
) -> Content:
    late = (ticks != ABSENT) & (ticks >= when.TICKS_PER_DAY)
    known = np.where(late, ABSENT, ticks)
    time_ns, last = when.moments(known, reference_ns, mode, when.NS_PER_DAY, last_ns.get(category, -1))
    last_ns[category] = last
    untimed = known == ABSENT
    off = (mode == when.TIMED) & (np.abs(time_ns - reference_ns) > when.TOLERANCE_NS)
    lost = untimed & (mode != when.TIMED)
    notes = (
        ("the time of day is more than 15 minutes from the packet's: check the sensor's clock and zone", off),
        ("no time of day, and the file has no other time", lost & ~late),
    )
    absurd = np.where(late, LATE_TIME, 0).astype(np.int8)
    return Content(time_ns, absurd, ~(off | lost), untimed, notes, columns, service_rows)
