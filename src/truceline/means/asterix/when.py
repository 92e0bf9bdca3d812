"""When a record was: its time of day, which has no date, put beside the time of its packet, stamp or file.

    time of day = 24 bits of 1/128 s since midnight UTC;  1/128 s = 7,812,500 ns exactly

A frame is timed (packet time, or a stamp at a live door): the time of day nearest to that time is meant, and one that is
further off than ``TOLERANCE_NS`` is a clock or zone fault. Or it is only dated (a file whose date was given by hand): the
day is the date's, and within a file the time runs on over midnight from record to record. A stamp of exactly 00:00 UTC
on a dated file names the whole day that begins there.
"""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

from truceline.means.asterix.take import ABSENT
from truceline.terms.time import NS_PER_DAY, NS_PER_MINUTE, NS_PER_S

Longs = npt.NDArray[np.int64]

TRUNCATED_NS = 512 * NS_PER_S
TICK_NS = 7_812_500
TICKS_PER_DAY = 86_400 * 128
TOLERANCE_NS = 15 * NS_PER_MINUTE
TIMED, DATED, RUNNING = range(3)
UNTIMED_SIGMA_NS = 1_000_000_000


@numba.njit(cache=True)
def moments(
    ticks: Longs, reference_ns: Longs, mode: Longs, period_ns: int, last_ns: int
) -> tuple[Longs, int]:
    """Return the instants of times of day (1/128 s), shape (n,), and the last of them.

    ``period_ns`` is a day, or 512 s for truncated times. Absent ticks take the reference itself. In RUNNING frames the
    previous record's instant (at first ``last_ns``, unless it is negative) takes the place of the reference.
    """
    out = np.empty(len(ticks), dtype=np.int64)
    for n in range(len(ticks)):
        near = reference_ns[n]
        if mode[n] == 2 and last_ns >= 0:
            near = last_ns
        if ticks[n] == ABSENT:
            out[n] = near
            continue
        moment = near - near % period_ns + ticks[n] * 7_812_500
        if moment - near > period_ns // 2:
            moment -= period_ns
        elif near - moment > period_ns // 2:
            moment += period_ns
        out[n] = moment
        last_ns = moment
    return out, last_ns


class Running:
    """The time that runs on from step to step in files without packet times: the last instant of each category."""

    def __init__(self) -> None:
        """Begin with no time known."""
        self.last_ns: dict[int, int] = {}
        self.marks: tuple[Longs, Longs] = (np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))

    def place(self, category: int, ticks: Longs, reference_ns: Longs, mode: Longs) -> Longs:
        """Return the instants of times of day of one category's records, in the order of the bytes; shapes (n,)."""
        time_ns, last = moments(ticks, reference_ns, mode, NS_PER_DAY, self.last_ns.get(category, -1))
        self.last_ns[category] = last
        return time_ns

    def mark(self, start: Longs, time_ns: Longs) -> None:
        """Keep the full times that service messages (CAT002) give, by where they stand, for truncated ones near them."""
        self.marks = (start, time_ns)

    def near(self, start: Longs, reference_ns: Longs, mode: Longs) -> tuple[Longs, npt.NDArray[np.bool_]]:
        """Return the instants that truncated times of day are near to, and whether they are known; shapes (n,)."""
        known = mode == TIMED
        if len(self.marks[0]):
            place = np.maximum(np.searchsorted(self.marks[0], start, side="right") - 1, 0)
            return np.where(known, reference_ns, self.marks[1][place]), np.ones(len(start), dtype=bool)
        carried = self.last_ns.get(2, -1)
        return np.where(known, reference_ns, carried), known | (carried >= 0)


def noon_of_dates(stamp_ns: Longs) -> Longs:
    """Return the instants that dated files' times are nearest to: noon of a day named by its midnight, else the stamp."""
    return np.where(stamp_ns % NS_PER_DAY == 0, stamp_ns + NS_PER_DAY // 2, stamp_ns)
