"""Where a source gives false plots: a map of their density round it, learned look by look.

    density(cell) = (F9 + k L0) / (n9 T + k A)      F9 false plots counted in the cell and its neighbours, n9 their area,
                                                    T looks (older ones fade), L0 mean density, A a cell's area

False plots are counted by their probability of being false. During a source's first look half of its plots so far stand
for them, where they are more than declared: other sources' tracks must not take clutter for certain meanwhile. L0 is the
mean density where false plots are (weighted by them), so that it does not depend on how far the declared range exceeds
the ground that gives any:

    L0 = sum F (F - 1) / (sum F  A T),   at least sum F / (disc T)
Source: Poisson-gamma estimate; Musicki, Suvorova, Morelande, Moran 2005, Clutter Map and Target Tracking.
"""

from __future__ import annotations

import math

import numba

from truceline.picture import slots as at
from truceline.picture.slots import Floats, Tally

SIDE = at.MAP_SIDE
FADES = 0.97  # of what was counted, per look
PRIOR_CELLS = 20.0


@numba.njit(cache=True)
def cell_of(sensor: Floats, east: float, north: float) -> int:
    """Return the map cell of a place, of the border when it lies outside."""
    size = 2.0 * sensor[at.S_RANGE] / SIDE
    left = (sensor[at.S_EAST] if math.isfinite(sensor[at.S_EAST]) else 0.0) - sensor[at.S_RANGE]
    low = (sensor[at.S_NORTH] if math.isfinite(sensor[at.S_NORTH]) else 0.0) - sensor[at.S_RANGE]
    column = min(max(math.floor((east - left) / size), 0), SIDE - 1)
    line = min(max(math.floor((north - low) / size), 0), SIDE - 1)
    return int(line * SIDE + column)


@numba.njit(cache=True)
def false_density(tally: Tally, s: int, sensor: Floats, east: float, north: float) -> float:
    """Return source s's density of false plots per look at a place, 1/m2."""
    reference, looks = tally.real[s, at.T_FALSE], tally.real[s, at.T_MAPPED]
    size = 2.0 * sensor[at.S_RANGE] / SIDE
    middle = cell_of(sensor, east, north)
    line, column = middle // SIDE, middle % SIDE
    counted, cells = 0.0, 0.0
    for y in range(max(line - 1, 0), min(line + 2, SIDE)):
        for x in range(max(column - 1, 0), min(column + 2, SIDE)):
            cell = y * SIDE + x
            counted += tally.map[s, cell] if looks > 0.0 else tally.fresh[s, cell]
            cells += 1.0
    area = size * size
    if looks <= 0.0:
        return float(max(reference, counted / (area * cells)))
    return float((counted + PRIOR_CELLS * reference * area) / (area * (cells * looks + PRIOR_CELLS)))


@numba.njit(cache=True)
def close_map(tally: Tally, s: int, sensor: Floats, share: float) -> float:
    """Take a look's false plots into source s's map (``share``: how long it was, in looks); return the area they fill.

    ``T_FALSE`` becomes the mean density where false plots are.
    """
    real = tally.real[s]
    real[at.T_MAPPED] = FADES * real[at.T_MAPPED] + share
    total, pairs = 0.0, 0.0
    for cell in range(SIDE * SIDE):
        value = FADES * tally.map[s, cell] + tally.fresh[s, cell]
        tally.map[s, cell], tally.fresh[s, cell] = value, 0.0
        total += value
        pairs += value * max(value - 1.0, 0.0)
    size = 2.0 * sensor[at.S_RANGE] / SIDE
    disc = sensor[at.S_AREA]
    even = max(total, 0.05 * real[at.T_MAPPED]) / (disc * real[at.T_MAPPED])
    dense = pairs / (max(total, 1e-9) * size * size * real[at.T_MAPPED])
    real[at.T_FALSE] = max(even, dense)
    return float(disc * even / real[at.T_FALSE])
