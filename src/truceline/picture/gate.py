"""Gating: which plots could belong to which tracks, found on a grid laid over the plots of one look.

Coarse: every track is drawn out in a straight line and reaches 4 sigma + a turn's displacement (1/2 a t^2)
round it. Exact: a pair stays when the track's weighted likelihood is not negligible beside a false plot's
density.
"""

from __future__ import annotations

import math

import numba
import numpy as np

from truceline.picture import slots as at
from truceline.picture.identity import same_name
from truceline.picture.moments import REACH_SIGMAS
from truceline.picture.slots import Floats, Ints, Plots, Slots

TURN_MPS2 = 20.0
LONGEST_TURN_S = 20.0
LEAST_CELL_M = 1500.0
MOST_CELLS = 128


@numba.njit(cache=True)
def cells(plots: Plots, a: int, b: int) -> tuple[Floats, Ints, Ints]:
    """Return (grid, start, items): the plots a..b sorted into cells; grid: east, north, cell, columns, lines."""
    grid = np.empty(5)
    east = north = 1e300
    east_end = north_end = -1e300
    for j in range(a, b):
        x, y = plots.real[j, at.P_EAST], plots.real[j, at.P_NORTH]
        east, east_end = min(east, x), max(east_end, x)
        north, north_end = min(north, y), max(north_end, y)
    cell = max(LEAST_CELL_M, max(east_end - east, north_end - north) / MOST_CELLS)
    cell = max(cell, math.sqrt((east_end - east) * (north_end - north) / (b - a)))
    columns, lines = int((east_end - east) / cell) + 1, int((north_end - north) / cell) + 1
    grid[0], grid[1], grid[2], grid[3], grid[4] = east, north, cell, columns, lines
    start = np.zeros(columns * lines + 1, np.int64)
    for j in range(a, b):
        start[cell_of(grid, plots.real[j, at.P_EAST], plots.real[j, at.P_NORTH]) + 1] += 1
    for c in range(columns * lines):
        start[c + 1] += start[c]
    fill = start.copy()
    items = np.empty(b - a, np.int64)
    for j in range(a, b):
        c = cell_of(grid, plots.real[j, at.P_EAST], plots.real[j, at.P_NORTH])
        items[fill[c]] = j
        fill[c] += 1
    return grid, start, items


@numba.njit(cache=True)
def cell_of(grid: Floats, east: float, north: float) -> int:
    """Return the cell of a point, of the border when it lies outside."""
    columns, lines = int(grid[3]), int(grid[4])
    column = min(max(math.floor((east - grid[0]) / grid[2]), 0), columns - 1)
    line = min(max(math.floor((north - grid[1]) / grid[2]), 0), lines - 1)
    return int(line * columns + column)


@numba.njit(cache=True)
def near(slots: Slots, n: int, plots: Plots, a: int, b: int, busy_ns: int, ends: Ints) -> Ints:
    """Return the plots coarsely near each track, track by track; track i's are [ends[i - 1], ends[i]).

    A track whose last look by the plots' source is nearer than ``busy_ns`` takes no further plot of it.
    """
    grid, start, items = cells(plots, a, b)
    source = plots.whole[a, at.P_SOURCE]
    time = plots.whole[a, at.P_TIME]
    noise = 0.0
    for j in range(a, b):
        noise = max(noise, plots.real[j, at.P_EE], plots.real[j, at.P_NN])
    found = np.empty(4 * (b - a) + 64, np.int64)
    count = 0
    columns, lines = int(grid[3]), int(grid[4])
    for i in range(n):
        ends[i] = count
        if time - slots.looks[i, source, at.LAST_LOOK] < busy_ns:
            continue
        real = slots.real[i]
        dt = (time - slots.whole[i, at.TIME]) * 1e-9
        lag = min(abs(dt), LONGEST_TURN_S)
        reach = REACH_SIGMAS * math.sqrt(real[at.REACH] + dt * dt * real[at.SPEED_REACH] + noise)
        reach += 0.5 * TURN_MPS2 * lag * lag
        x, y = real[at.EAST] + dt * real[at.VEL_EAST], real[at.NORTH] + dt * real[at.VEL_NORTH]
        left, right = math.floor((x - reach - grid[0]) / grid[2]), math.floor((x + reach - grid[0]) / grid[2])
        low, high = math.floor((y - reach - grid[1]) / grid[2]), math.floor((y + reach - grid[1]) / grid[2])
        if right < 0 or high < 0 or left >= columns or low >= lines:
            continue
        first, last = int(max(left, 0)), int(min(right, columns - 1))
        for line in range(int(max(low, 0)), int(min(high, lines - 1)) + 1):
            for place in range(start[line * columns + first], start[line * columns + last + 1]):
                j = items[place]
                if abs(plots.real[j, at.P_EAST] - x) <= reach and abs(plots.real[j, at.P_NORTH] - y) <= reach:
                    if count == len(found):
                        wider = np.empty(2 * count, np.int64)
                        wider[:count] = found
                        found = wider
                    found[count] = j
                    count += 1
        ends[i] = count
    return found


@numba.njit(cache=True)
def spend(
    slots: Slots, n: int, plots: Plots, a: int, b: int, thin_ns: int, ends: Ints, found: Ints, spent: Ints
) -> None:
    """Mark the claims a..b that need not move the filter: their sender's last one is too recent.

    Of one address or track number only the first claim of a look counts, and none when the track that
    carries it took one of the same source less than ``thin_ns`` ago. A claim of the same name somewhere else
    is not spent: it may be a ghost.
    """
    source = plots.whole[a, at.P_SOURCE]
    for j in range(a, b):
        spent[j - a] = 0
        for k in range(a, j):
            apart = abs(plots.real[j, at.P_EAST] - plots.real[k, at.P_EAST])
            apart += abs(plots.real[j, at.P_NORTH] - plots.real[k, at.P_NORTH])
            if spent[k - a] == 0 and apart < LEAST_CELL_M and same_name(plots.whole[j], plots.whole[k]):
                spent[j - a] = 1
    begin = 0
    for i in range(n):
        for place in range(begin, ends[i]):
            j = found[place]
            fresh = plots.whole[j, at.P_TIME] - slots.looks[i, source, at.LAST_HIT] < thin_ns
            address = plots.whole[j, at.P_ADDRESS]
            number = plots.whole[j, at.P_NUMBER]
            named = address >= 0 and address == slots.whole[i, at.ADDRESS]
            named = named or (address < 0 and number >= 0 and number == slots.looks[i, source, at.NUMBER])
            if fresh and named:
                spent[j - a] = 1
        begin = ends[i]
