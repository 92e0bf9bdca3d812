"""Misses in a row: how improbable it is that a sensor which would have noticed something never did.

    L = sum over silent stretches of  -ln(1 - p) dt / look,   p = min(chance, trusted);   flag at L >= -ln(miss)

and L begins anew whenever the sensor did notice. Where no sensor could (p = 0) or a look tells nothing, L stays.
"""

from __future__ import annotations

import math

import numba
import numpy as np
import numpy.typing as npt

from truceline.picture.picture import Floats

Ints = npt.NDArray[np.int64]
SILENT, HEARD, UNCLEAR = 0, 1, 2


@numba.njit(cache=True)
def runs(
    status: Ints, chance: Floats, time_ns: Ints, group: Ints, look_s: Floats, trusted: float, limit: float
) -> tuple[Ints, Floats, Floats, Ints]:
    """Return [first, crossed, last] and the greatest L of each flagged run; per row of the last of each group its L sum.

    Rows are sorted by group and time. A row stands for the time since the row before, at most ``look_s``.
    Third: the L of all silent rows, summed by group in order of appearance; fourth: whether a group was ever heard.
    """
    found = np.zeros((len(status), 3), np.int64)
    highest = np.zeros(len(status))
    sums, heard = np.zeros(len(status)), np.zeros(len(status), np.int64)
    count, groups, level, begun, crossed, last = 0, -1, 0.0, -1, -1, -1
    for n in range(len(status) + 1):
        fresh = n == len(status) or n == 0
        if not fresh:
            fresh = group[n] != group[n - 1]
        if fresh or status[n] == HEARD:
            if crossed >= 0:
                found[count, 0], found[count, 1], found[count, 2] = begun, crossed, last
                highest[count] = level
                count += 1
            level, begun, crossed = 0.0, -1, -1
        if n == len(status):
            break
        groups += 1 if fresh else 0
        if status[n] == HEARD:
            heard[groups] = 1
        p = min(chance[n], trusted)
        if status[n] != SILENT or not p > 0.0:
            continue
        since = look_s[n] if fresh else min((time_ns[n] - time_ns[n - 1]) * 1e-9, look_s[n])
        gain = -math.log(1.0 - p) * max(since, 0.0) / look_s[n]
        sums[groups] += gain
        level += gain
        begun = n if begun < 0 else begun
        last = n
        if crossed < 0 and level >= limit:
            crossed = n
    return found[:count], highest[:count], sums[: groups + 1], heard[: groups + 1]
