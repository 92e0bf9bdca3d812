"""Rings of ground on the raster: the share of each cell inside, in 64ths, by 8 x 8 sample points."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numba
import numpy as np
import numpy.typing as npt

from truceline.terms.place import CellGrid, Theatre, to_grid

Floats = npt.NDArray[np.float64]
SAMPLES = 8


def grid_ring(theatre: Theatre, ring: Sequence[tuple[float, float]]) -> tuple[Floats, Floats] | None:
    """Return (east_m, north_m) of a ring of (lon_deg, lat_deg), to the millimetre; None when it is no ring."""
    points = np.array(ring, float).reshape(-1, 2)
    east, north = to_grid(theatre, points[:, 1], points[:, 0])
    if len(points) < 3 or not np.all(np.isfinite(east)):
        return None
    return np.round(east, 3), np.round(north, 3)


def ring_share(grid: CellGrid, theatre: Theatre, ring: Sequence[tuple[float, float]]) -> Floats:
    """Return the share of each cell inside a ring of (lon_deg, lat_deg), in 64ths; shape (cells,)."""
    place = grid_ring(theatre, ring)
    return np.zeros(grid.rows * grid.columns) if place is None else placed_share(grid, *place)


def placed_share(grid: CellGrid, east_m: Floats, north_m: Floats) -> Floats:
    """Return the share of each cell inside a ring on the theatre grid, in 64ths; shape (cells,)."""
    return _inside_share(grid.east_m, grid.north_m, grid.cell_m, grid.rows, grid.columns, east_m, north_m)


def cells_in(grid: CellGrid, theatre: Theatre, ring: Sequence[tuple[float, float]]) -> npt.NDArray[np.bool_]:
    """Return the mask of cells half or more inside a ring of (lon_deg, lat_deg), else of those it touches."""
    share = ring_share(grid, theatre, ring)
    half = share >= 0.5
    return half if half.any() else share > 0.0


@numba.njit(cache=True)
def inside_ring(x: float, y: float, ring_east: Floats, ring_north: Floats) -> bool:
    """Return whether a point lies inside a ring (crossing count; a closing point may be repeated or not)."""
    inside = False
    corners = len(ring_east)
    for a in range(corners):
        b = a - 1 if a > 0 else corners - 1
        if (ring_north[a] > y) != (ring_north[b] > y):
            along = (y - ring_north[a]) / (ring_north[b] - ring_north[a])
            if x < ring_east[a] + along * (ring_east[b] - ring_east[a]):
                inside = not inside
    return inside


@numba.njit(cache=True)
def _inside_share(
    east0: float, north0: float, cell_m: float, rows: int, columns: int, ring_east: Floats, ring_north: Floats
) -> Floats:
    share = np.zeros(rows * columns)
    low_row = max(0, math.floor((ring_north.min() - north0) / cell_m))
    high_row = min(rows - 1, math.floor((ring_north.max() - north0) / cell_m))
    low_column = max(0, math.floor((ring_east.min() - east0) / cell_m))
    high_column = min(columns - 1, math.floor((ring_east.max() - east0) / cell_m))
    for row in range(low_row, high_row + 1):
        for column in range(low_column, high_column + 1):
            hits = 0
            for i in range(SAMPLES):
                y = north0 + (row + (i + 0.5) / SAMPLES) * cell_m
                for j in range(SAMPLES):
                    x = east0 + (column + (j + 0.5) / SAMPLES) * cell_m
                    if inside_ring(x, y, ring_east, ring_north):
                        hits += 1
            share[row * columns + column] = hits / (SAMPLES * SAMPLES)
    return share
