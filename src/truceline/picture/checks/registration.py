"""What all aircraft of one radar show alike: its errors of range, azimuth and time, taken off before one is accused.

    offset r at range rho, unit vector u away from the radar, t clockwise, velocity v:
    time = median r.v / v.v      range = median r.u      azimuth = median r.t / rho
each the median over addresses of the address's own median within an hour, one after the other, twice over.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from truceline.picture.picture import Floats
from truceline.terms.time import NS_PER_HOUR

Ints = npt.NDArray[np.int64]
FEW = 5
ROUNDS = 2
SLOW_MPS = 20.0
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
    left = np.stack([east, north], axis=1)
    speed2 = velocity[:, 0] ** 2 + velocity[:, 1] ** 2
    fast = speed2 > SLOW_MPS**2
    for _ in range(ROUNDS):
        if len(np.unique(address[fast])) >= FEW:
            late = (left[:, 0] * velocity[:, 0] + left[:, 1] * velocity[:, 1])[fast] / speed2[fast]
            left = left - _median(late, address[fast]) * velocity
        far = left[:, 0] * away[:, 0] + left[:, 1] * away[:, 1]
        left = left - _median(far, address) * away
        aside = (left[:, 0] * across[:, 0] + left[:, 1] * across[:, 1]) / ground
        left = left - _median(aside, address) * ground[:, None] * across
    return left


def _median(values: Floats, address: Ints) -> float:
    """Return the median over addresses of each one's median: one aircraft, one voice."""
    order = np.lexsort([values, address])
    sorted_values, who = values[order], address[order]
    first = np.concatenate([[0], np.flatnonzero(np.diff(who)) + 1])
    stop = np.append(first[1:], len(who))
    low, high = sorted_values[first + (stop - first - 1) // 2], sorted_values[first + (stop - first) // 2]
    return float(np.median(0.5 * (low + high)))
