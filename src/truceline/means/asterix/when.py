"""When a record was: its time of day, which has no date, put beside the time of its packet, stamp or file.

    time of day = 24 bits of 1/128 s since midnight UTC;  1/128 s = 7,812,500 ns exactly

A frame is timed (packet time, or a stamp at a live door): the time of day nearest to that time is meant, and one that is
further off than ``TOLERANCE_NS`` is a clock or zone fault. Or it is only dated (a file whose date was given by hand): the
day is the date's, and within a file the time runs on over midnight from record to record. A stamp of exactly 00:00 UTC
on a dated file names the whole day that begins there.
"""

from __future__ import annotations

import msgspec
import numba
import numpy as np
import numpy.typing as npt

from truceline.means.asterix.take import ABSENT
from truceline.terms.time import NS_PER_DAY, NS_PER_MINUTE

Longs = npt.NDArray[np.int64]

TICK_NS = 7_812_500
TICKS_PER_DAY = 86_400 * 128
TOLERANCE_NS = 15 * NS_PER_MINUTE
TIMED, DATED, RUNNING = range(3)
UNTIMED_SIGMA_NS = 1_000_000_000


class Placed(msgspec.Struct, frozen=True):
    """Where records stand, in the order of the bytes: number of the body, position, frame's time and mode; shapes (n,)."""

    body: Longs
    start: Longs
    reference_ns: Longs
    mode: Longs


@numba.njit(cache=True)
def moments(
    ticks: Longs, reference_ns: Longs, mode: Longs, body: Longs, last_ns: int, last_body: int
) -> tuple[Longs, int, int]:
    """Return the instants of times of day (1/128 s), shape (n,), and the last of them with its body.

    Absent ticks take the reference itself. In RUNNING frames the instant of the body's previous record takes the place
    of the reference.
    """
    out = np.empty(len(ticks), dtype=np.int64)
    for n in range(len(ticks)):
        near = reference_ns[n]
        if mode[n] == 2 and last_body == body[n]:
            near = last_ns
        if ticks[n] == ABSENT:
            out[n] = near
            continue
        moment = near - near % 86_400_000_000_000 + ticks[n] * 7_812_500
        if moment - near > 43_200_000_000_000:
            moment -= 86_400_000_000_000
        elif near - moment > 43_200_000_000_000:
            moment += 86_400_000_000_000
        out[n] = moment
        last_ns, last_body = moment, body[n]
    return out, last_ns, last_body


@numba.njit(cache=True)
def truncated_moments(ticks: Longs, reference_ns: Longs) -> Longs:
    """Return the instants nearest to the references whose time of day, modulo 512 s, is ``ticks`` (1/128 s).

    The count begins anew at midnight, which is no multiple of 512 s: so the days before and after are tried as well.
    """
    out = reference_ns.copy()
    for n in range(len(ticks)):
        if ticks[n] == ABSENT:
            continue
        near, best = reference_ns[n], np.int64(1) << 62
        for day in range(-1, 2):
            midnight = near - near % 86_400_000_000_000 + day * 86_400_000_000_000
            first = midnight + ticks[n] * 7_812_500
            turns = (near - first + 256_000_000_000) // 512_000_000_000
            for turn in range(turns - 1, turns + 2):
                moment = first + turn * 512_000_000_000
                if midnight <= moment < midnight + 86_400_000_000_000 and abs(moment - near) < best:
                    best, out[n] = abs(moment - near), moment
    return out


class Running:
    """The time that runs on from step to step in files without packet times: each category's last instant and its body."""

    def __init__(self) -> None:
        """Begin with no time known."""
        self.last: dict[int, tuple[int, int]] = {}
        self.marks = np.empty((0, 3), dtype=np.int64)

    def place(self, category: int, ticks: Longs, at: Placed) -> Longs:
        """Return the instants of times of day of one category's records; shapes (n,)."""
        last_ns, last_body = self.last.get(category, (0, -1))
        time_ns, last_ns, last_body = moments(ticks, at.reference_ns, at.mode, at.body, last_ns, last_body)
        self.last[category] = (last_ns, last_body)
        return time_ns

    def mark(self, at: Placed, time_ns: Longs, full: npt.NDArray[np.bool_]) -> None:
        """Keep the full times that service messages (CAT002) give, for truncated ones near them; shapes (n,)."""
        fresh = np.column_stack((at.body, at.start, time_ns))[full]
        self.marks = np.concatenate((self.marks[-1:], fresh))

    def near(self, at: Placed) -> tuple[Longs, npt.NDArray[np.bool_]]:
        """Return the instants that truncated times of day are near to, and whether they are known; shapes (n,).

        In files without packet times that is the full time of the body's service message before, else behind.
        """
        known, found = at.mode == TIMED, at.reference_ns
        if not len(self.marks):
            return found, known
        behind = np.searchsorted((self.marks[:, 0] << 32) + self.marks[:, 1], (at.body << 32) + at.start)
        for place in (behind, behind - 1):
            mark = self.marks[np.clip(place, 0, len(self.marks) - 1)]
            mine = (at.mode != TIMED) & (mark[:, 0] == at.body)
            known, found = known | mine, np.where(mine, mark[:, 2], found)
        return found, known


def noon_of_dates(stamp_ns: Longs) -> Longs:
    """Return the instants that dated files' times are nearest to: noon of a day named by its midnight, else the stamp."""
    return np.where(stamp_ns % NS_PER_DAY == 0, stamp_ns + NS_PER_DAY // 2, stamp_ns)
