"""A chi-square CUSUM: when the offsets of a target, each within its own covariance, are too large for too long.

    d2 = r' P^-1 r, chi-square with 2 degrees of freedom while claim and radar mean the same place
    S  = max(0, S + min(d2, most) - 4);   flag at S >= h
    false flags per look = 0.0961 exp(-0.3984 h)

so h = ln(0.0961 looks per hour / false flags per hour) / 0.3984: 28 for a look each 5 s and 1e-3 an hour. The slope is
the root of E exp(s (d2 - 4)) = 1, ln(1 - 2 s) = -4 s; the factor is the spectral gap of the chain with 1,500 states.
Source: Page, Continuous inspection schemes, Biometrika 41, 1954; Brook and Evans, Biometrika 59, 1972.
"""

from __future__ import annotations

import math

import numba
import numpy as np
import numpy.typing as npt

from truceline.picture.picture import Floats

Ints = npt.NDArray[np.int64]
USUAL = 4.0
SLOPE = 0.3984060650099574
FACTOR = 0.0961


def threshold(looks_per_hour: float, rate_per_hour: float) -> float:
    """Return the h at which a target that is where it says raises ``rate_per_hour`` false flags an hour."""
    return max(math.log(FACTOR * looks_per_hour / rate_per_hour) / SLOPE, 0.0)


@numba.njit(cache=True)
def excursions(
    square: Floats, time_ns: Ints, group: Ints, limit: Floats, most: float, silence_ns: int
) -> tuple[Ints, Floats]:
    """Return [first, crossed, last] of each flagged stretch of looks and the greatest S of it.

    Looks are sorted by group and time; ``limit`` is the threshold of each. A stretch goes from the first look after S
    was 0 to the last one that raised it; S begins anew with a group and after a silence.
    """
    found = np.zeros((len(square), 3), np.int64)
    highest = np.zeros(len(square))
    count, level, begun, crossed, top, last = 0, 0.0, 0, -1, 0.0, 0
    for n in range(len(square) + 1):
        fresh = n == len(square) or n == 0
        if not fresh:
            fresh = group[n] != group[n - 1] or time_ns[n] - time_ns[n - 1] > silence_ns
        if fresh or level <= 0.0:
            if crossed >= 0:
                found[count, 0], found[count, 1], found[count, 2] = begun, crossed, last
                highest[count] = top
                count += 1
            level, begun, crossed, top = 0.0, n, -1, 0.0
        if n == len(square):
            break
        step = min(square[n], most) - USUAL
        # without a roof a long offset would be told long after it ended
        level = min(max(level + step, 0.0), 2.0 * limit[n])
        if step > 0.0:
            last = n
        top = max(top, level)
        if crossed < 0 and level >= limit[n]:
            crossed = n
    return found[:count], highest[:count]


@numba.njit(cache=True)
def squares(east: Floats, north: Floats, ee: Floats, en: Floats, nn: Floats) -> Floats:
    """Return r' P^-1 r of offsets (east, north) in m with covariances in m2, shapes (n,)."""
    out = np.empty(len(east))
    for n in range(len(east)):
        whole = ee[n] * nn[n] - en[n] * en[n]
        part = nn[n] * east[n] * east[n] - 2.0 * en[n] * east[n] * north[n] + ee[n] * north[n] * north[n]
        out[n] = part / whole
    return out
