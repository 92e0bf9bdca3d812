"""Line of sight in the world of a rehearsal: one ray per look, walked over the ground; no code of coverage's.

    ground under the ray at d of D:   z(d) + d (D - d) / (2 k R),  z between the four nearest heights
    ray                               eye + (height - eye) d / D;  seen when the ray is nowhere under the ground
Steps of half a cell, k = 4/3, R = 6,371 km. Off the terrain the world is a smooth earth at height 0. Source: geometry of the
effective earth, Skolnik, ch. 8.
"""

from __future__ import annotations

import math

import numba
import numpy as np
import numpy.typing as npt

from truceline.coverage.terrain import Terrain

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
EFFECTIVE_M = 6_371_000.0 * 4.0 / 3.0


def seen_from(
    terrain: Terrain, site: tuple[float, float, float], east_m: Floats, north_m: Floats, height_m: Floats
) -> Flags:
    """Return whether places are in line of sight of an eye at (east_m, north_m, height_m above the ellipsoid); (n,)."""
    heights = np.nan_to_num(terrain.heights_m, nan=0.0)
    frame = (terrain.east_m, terrain.north_m, terrain.cell_m, float(heights.max()))
    places = np.stack([east_m, north_m, height_m], axis=1).astype(np.float64)
    return _seen(heights, frame, site, places)


@numba.njit(cache=True)
def _ground(heights: npt.NDArray[np.float32], x: float, y: float) -> float:
    """Height at a place in cells from the south-west corner, between the middles of the four nearest cells."""
    x, y = x - 0.5, y - 0.5
    column, row = math.floor(x), math.floor(y)
    if row < 0 or column < 0 or row + 1 >= heights.shape[0] or column + 1 >= heights.shape[1]:
        return 0.0
    u, v = x - column, y - row
    low = heights[row, column] * (1.0 - u) + heights[row, column + 1] * u
    high = heights[row + 1, column] * (1.0 - u) + heights[row + 1, column + 1] * u
    return float(low * (1.0 - v) + high * v)


@numba.njit(cache=True)
def _seen(
    heights: npt.NDArray[np.float32],
    frame: tuple[float, float, float, float],
    site: tuple[float, float, float],
    places: Floats,
) -> Flags:
    seen = np.ones(len(places), np.bool_)
    step = 0.5 * frame[2]
    for n in range(len(places)):
        de, dn = places[n, 0] - site[0], places[n, 1] - site[1]
        whole = math.sqrt(de * de + dn * dn)
        if whole <= step:
            continue
        rise = (places[n, 2] - site[2]) / whole
        for i in range(1, math.ceil(whole / step)):
            d = i * step
            ray = site[2] + rise * d - d * (whole - d) / (2.0 * EFFECTIVE_M)
            if ray > frame[3] and rise > (whole - 2.0 * d) / (2.0 * EFFECTIVE_M):
                break  # above every summit, and rising
            x = (site[0] + de * d / whole - frame[0]) / frame[2]
            y = (site[1] + dn * d / whole - frame[1]) / frame[2]
            if ray < _ground(heights, x, y):
                seen[n] = False
                break
    return seen
