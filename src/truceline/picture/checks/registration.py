"""What all aircraft of one radar show alike: its errors of range, azimuth and time, taken off before one is accused.

    offset = range u + azimuth rho t + time v        u away from the radar, t clockwise, rho ground range, v velocity

fitted for each radar and hour by least squares in which every aircraft has one voice, 1 / (1 + q^4), q its median residual
over the median aircraft's (at least VAGUE_M): one liar among FEW moves nothing. Source: Holland and Welsch, Robust
regression using iteratively reweighted least-squares, 1977.
"""

from __future__ import annotations

import math

import numba
import numpy as np
import numpy.typing as npt

from truceline.picture.picture import Floats
from truceline.terms.time import NS_PER_HOUR

Ints = npt.NDArray[np.int64]
FEW = 5
ROUNDS = 12
VAGUE_M = 30.0
# what is thought of a radar beforehand, one sigma: range in m, azimuth in rad, time in s
PRIOR = (1_000.0, 0.02, 3.0)
# one sigma of range and azimuth of a radar nobody registered, and what the median leaves
UNREGISTERED_M, UNREGISTERED_RAD = 60.0, 0.0012
LEFT_M, LEFT_RAD = 15.0, 0.0002


def registered(
    whole: Ints, east: Floats, north: Floats, there: Floats, velocity: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return offsets without what all show, and the covariance (ee, en, nn) in m2 of what may be left, shapes (n,), (n, 3).

    ``whole`` (n, 3): source, time_ns, address; ``there`` (n, 2): plot minus radar in m, NaN without a site; ``velocity``
    (n, 2) in m/s.
    """
    east, north = east.copy(), north.copy()
    extra = np.zeros((len(east), 3))
    spell = whole[:, 0] * (1 << 32) + whole[:, 1] // NS_PER_HOUR
    for key in np.unique(spell).tolist():
        rows = np.flatnonzero((spell == key) & np.isfinite(there[:, 0]))
        if not len(rows):
            continue
        ground = np.maximum(np.sqrt(np.sum(there[rows] ** 2, axis=1)), 1.0)
        away = there[rows] / ground[:, None]
        across = np.stack([away[:, 1], -away[:, 0]], axis=1)
        few = len(np.unique(whole[rows, 2])) < FEW
        if not few:
            moved = _without(east[rows], north[rows], ground, away, across, velocity[rows], whole[rows, 2])
            east[rows], north[rows] = moved[:, 0], moved[:, 1]
        along2 = (UNREGISTERED_M if few else LEFT_M) ** 2
        across2 = (ground * (UNREGISTERED_RAD if few else LEFT_RAD)) ** 2
        for place, (one, other) in enumerate(((0, 0), (0, 1), (1, 1))):
            extra[rows, place] = (
                along2 * away[:, one] * away[:, other] + across2 * across[:, one] * across[:, other]
            )
    return east, north, extra


def _without(
    east: Floats, north: Floats, ground: Floats, away: Floats, across: Floats, velocity: Floats, address: Ints
) -> Floats:
    offset, turn = np.stack([east, north], axis=1), ground[:, None] * across
    order = np.lexsort([east, north, address])
    _, who = np.unique(address[order], return_inverse=True)
    shown = _shown(offset[order], away[order], turn[order], velocity[order], who.reshape(-1).astype(np.int64))
    left: Floats = offset - shown[0] * away - shown[1] * turn - shown[2] * velocity
    return left


@numba.njit(cache=True)
def _shown(offset: Floats, away: Floats, turn: Floats, velocity: Floats, who: Ints) -> Floats:
    """Return range in m, azimuth in rad and time in s that fit the offsets; rows sorted by aircraft ``who``."""
    count, craft = len(offset), who[-1] + 1
    first = np.zeros(craft + 1, np.int64)
    for n in range(count):
        first[who[n] + 1] = n + 1
    shown, weight, far = np.zeros(3), np.ones(craft), np.empty(craft)
    for _ in range(ROUNDS):
        normal, right = np.zeros((3, 3)), np.zeros(3)
        for k in range(3):
            normal[k, k] = VAGUE_M**2 / PRIOR[k] ** 2
        for c in range(craft):
            share = weight[c] / (first[c + 1] - first[c])
            for n in range(first[c], first[c + 1]):
                for axis in range(2):
                    row = (away[n, axis], turn[n, axis], velocity[n, axis])
                    for i in range(3):
                        right[i] += share * row[i] * offset[n, axis]
                        for k in range(3):
                            normal[i, k] += share * row[i] * row[k]
        shown = _solved(normal, right)
        for c in range(craft):
            size = np.empty(first[c + 1] - first[c])
            for n in range(first[c], first[c + 1]):
                total = 0.0
                for axis in range(2):
                    rest = offset[n, axis] - shown[0] * away[n, axis] - shown[1] * turn[n, axis]
                    rest -= shown[2] * velocity[n, axis]
                    total += rest * rest
                size[n - first[c]] = math.sqrt(total)
            size.sort()
            far[c] = size[len(size) // 2]
        middle = np.sort(far)[craft // 2]
        for c in range(craft):
            ratio = far[c] / max(middle, VAGUE_M)
            weight[c] = 1.0 / (1.0 + ratio**4)
    return shown


@numba.njit(cache=True)
def _solved(normal: Floats, right: Floats) -> Floats:
    """Return the solution of a positive definite 3 x 3 system."""
    a, b = normal.copy(), right.copy()
    for i in range(3):
        for j in range(i + 1, 3):
            factor = a[j, i] / a[i, i]
            for k in range(i, 3):
                a[j, k] -= factor * a[i, k]
            b[j] -= factor * b[i]
    out = np.zeros(3)
    for i in range(2, -1, -1):
        total = b[i]
        for k in range(i + 1, 3):
            total -= a[i, k] * out[k]
        out[i] = total / a[i, i]
    return out
