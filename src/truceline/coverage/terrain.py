"""Terrain: from what height above ground an object can be seen from a mast (wave-front R2 viewshed).

    line of sight     slope of a ground point at distance d:  s = (z - z_eye) / d - d / (2 k R),  k R the
                      effective earth
    horizon at d      b = largest slope nearer than d;   least visible height = z_eye + b d + d^2 / (2 k R) -
                      z
    wave front        in each of four 90-degree sectors all rays advance one row at a time; a cell reads the
                      horizon of its
                      two neighbouring rays, interpolated, before the rays take in its own row
Every cell is computed by one sector with the same operations whatever the order of the sectors, so that any
number of threads (the kernel holds no lock) gives the same bytes. A hole (NaN) hides itself and all behind
it: unknown ground is never seen ground. Source: R2 after Franklin & Ray, Higher isn't necessarily better,
1994; k = 4/3 after Skolnik, ch. 8.
"""

from __future__ import annotations

import math
from typing import Any

import msgspec
import numba
import numpy as np
import numpy.typing as npt

from truceline.coverage.detection import EARTH_M, REFRACTION
from truceline.terms.faults import Refusal
from truceline.terms.ids import digest, short
from truceline.terms.place import CellGrid

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]

# An antenna may stand this far below the model's ground before the site is taken for wrong.
SUNK_M = 30.0
HOLE_M = np.float32(1e6)
UNSEEN_M = np.float32(1e5)
POINTS = 64


class Terrain(msgspec.Struct, frozen=True):
    """Heights in metres above the ellipsoid on the theatre grid, float32 (rows, columns), row 0 southmost."""

    name: str
    east_m: float
    north_m: float
    cell_m: float
    heights_m: Singles

    def text(self) -> str:
        """Return name, content and resolution, for every number that rests on this terrain."""
        content = digest(np.ascontiguousarray(self.heights_m, "<f4").tobytes())
        return f"{self.name} {short(content)} {self.cell_m:g} m"


def viewshed(
    heights_m: npt.NDArray[Any], cell_m: float, row: int, col: int, mast_m: float, k: float = REFRACTION
) -> Singles:
    """Return the least height in metres above ground at which each cell is visible from a mast; float32.

    ``heights_m`` (rows, columns) in metres, ``cell_m`` its spacing, ``mast_m`` the eye above the ground of
    cell (row, col), ``k`` the effective-earth factor. Holes (NaN) and what lies behind them are infinite.

    Raises:
        Refusal: no two-dimensional heights, the mast outside them, over a hole or under the ground, or a bad
        spacing.
    """
    ground = np.ascontiguousarray(heights_m, dtype=np.float32)
    if (
        ground.ndim != 2
        or min(ground.shape) < 2
        or not (0 <= row < ground.shape[0] and 0 <= col < ground.shape[1])
    ):
        raise Refusal(
            f"no cell ({row}, {col}) in heights of shape {ground.shape}",
            remedy="give 2 x 2 or more and a cell inside",
        )
    if not (cell_m > 0.0 and k > 0.0 and mast_m >= 0.0 and math.isfinite(cell_m + mast_m)):
        raise Refusal(
            f"spacing {cell_m} m, mast {mast_m} m, k {k}", remedy="spacing and k above 0, mast 0 or more"
        )
    if not math.isfinite(float(ground[row, col])):
        raise Refusal(
            f"the terrain has a hole at cell ({row}, {col})", remedy="choose a site on known ground"
        )
    holes = ~np.isfinite(ground)
    filled = np.where(holes, HOLE_M, ground) if holes.any() else ground
    turned = _turn(filled)
    out, out_turned = np.empty_like(filled), np.empty_like(turned)
    eye = np.float32(float(ground[row, col]) + mast_m)
    drop = np.float32(1.0 / (2.0 * k * EARTH_M))
    for sign in (-1, 1):
        _advance(filled, row, col, sign, eye, np.float32(cell_m), drop, out)
        _advance(turned, col, row, sign, eye, np.float32(cell_m), drop, out_turned)
    _merge(out, out_turned, row, col)
    if holes.any():
        out[holes | (out > UNSEEN_M)] = np.inf
    return out


def visible_share(
    terrain: Terrain,
    grid: CellGrid,
    east_m: float,
    north_m: float,
    eye_m: float,
    range_m: float,
    heights_m: Floats,
) -> Floats:
    """Return, per height above ground and cell, the share of the cell over which that height is visible.

    The eye stands at (east_m, north_m), ``eye_m`` above the ellipsoid; shape (heights, cells). Ground outside
    the terrain, a site outside it, and an eye further than SUNK_M under it claim nothing.
    """
    none = np.zeros((len(heights_m), grid.rows * grid.columns))
    row = math.floor((north_m - terrain.north_m) / terrain.cell_m)
    column = math.floor((east_m - terrain.east_m) / terrain.cell_m)
    rows, columns = terrain.heights_m.shape
    if not (0 <= row < rows and 0 <= column < columns):
        return none
    mast_m = eye_m - float(terrain.heights_m[row, column])
    if not mast_m >= -SUNK_M:
        return none
    reach = math.ceil(range_m / terrain.cell_m) + 1
    low, left = max(0, row - reach), max(0, column - reach)
    window = terrain.heights_m[low : row + reach + 1, left : column + reach + 1]
    floor_m = viewshed(window, terrain.cell_m, row - low, column - left, max(0.0, mast_m))
    points = min(POINTS, max(1, math.ceil(grid.cell_m / terrain.cell_m)))
    corner = (terrain.east_m + left * terrain.cell_m, terrain.north_m + low * terrain.cell_m, terrain.cell_m)
    area = (grid.east_m, grid.north_m, grid.cell_m, grid.rows, grid.columns)
    return _share(floor_m, corner, area, points, heights_m, none)


# Division by zero cannot happen here; without its check the loops over a row run on vector units.
@numba.njit(cache=True, nogil=True, error_model="numpy")
def _advance(
    ground: Singles, row: int, column: int, sign: int, eye: Any, cell_m: Any, drop: Any, out: Singles
) -> None:
    rows, columns = ground.shape
    steps = row if sign < 0 else rows - 1 - row
    if steps < 1:
        return
    rays = 2 * steps + 1
    best = np.full(rays, np.float32(-1e30))
    tangent, length = np.empty(rays, np.float32), np.empty(rays, np.float32)
    for ray in range(rays):
        slope = -1.0 + ray / steps
        tangent[ray] = np.float32(slope)
        length[ray] = np.float32(math.sqrt(1.0 + slope * slope)) * cell_m
    one, nought = np.float32(1.0), np.float32(0.0)
    for step in range(1, steps + 1):
        line, seen = ground[row + sign * step], out[row + sign * step]
        left, right = max(0, column - step), min(columns - 1, column + step)
        scale = np.float32(steps) / np.float32(step)
        near = np.float32(step * step)
        for c in range(left, right + 1):
            across = np.float32(c - column)
            spot = across * scale + np.float32(steps)
            ray = min(rays - 2, max(0, int(spot)))
            weight = spot - np.float32(ray)
            square = (near + across * across) * (cell_m * cell_m)
            slope32 = best[ray] * (one - weight) + best[ray + 1] * weight
            need = eye + slope32 * np.float32(math.sqrt(square)) + square * drop - line[c]
            seen[c] = need if (need > nought and step > 1) else nought
        first, last = 0, rays - 1
        if column - step < 0:
            first = max(0, math.ceil((1.0 - column / step) * steps))
        if column + step > columns - 1:
            last = min(rays - 1, math.floor((1.0 + (columns - 1 - column) / step) * steps))
        for ray in range(first, last + 1):
            x = np.float32(column) + tangent[ray] * np.float32(step)
            c = min(columns - 2, max(0, int(x)))
            height = line[c] + (line[c + 1] - line[c]) * (x - np.float32(c))
            distance = length[ray] * np.float32(step)
            rise = (height - eye) / distance - distance * drop
            best[ray] = max(best[ray], rise)


@numba.njit(cache=True, nogil=True)
def _turn(ground: Singles) -> Singles:
    """Rows as columns, in blocks that fit the cache."""
    rows, columns = ground.shape
    turned = np.empty((columns, rows), np.float32)
    block = 32
    for top in range(0, rows, block):
        for left in range(0, columns, block):
            for c in range(left, min(columns, left + block)):
                for r in range(top, min(rows, top + block)):
                    turned[c, r] = ground[r, c]
    return turned


@numba.njit(cache=True, nogil=True)
def _merge(out: Singles, turned: Singles, row: int, column: int) -> None:
    rows, columns = out.shape
    block = 64
    for top in range(0, rows, block):
        for left in range(0, columns, block):
            for r in range(top, min(rows, top + block)):
                for c in range(left, min(columns, left + block)):
                    if abs(c - column) > abs(r - row):
                        out[r, c] = turned[c, r]
    out[row, column] = 0.0


@numba.njit(cache=True)
def _share(
    floor_m: Singles,
    corner: tuple[float, float, float],
    area: tuple[float, float, float, int, int],
    points: int,
    heights_m: Floats,
    share: Floats,
) -> Floats:
    rows, columns = floor_m.shape
    for row in range(area[3]):
        for column in range(area[4]):
            cell = row * area[4] + column
            for i in range(points):
                y = area[1] + (row + (i + 0.5) / points) * area[2]
                r = math.floor((y - corner[1]) / corner[2])
                for j in range(points):
                    x = area[0] + (column + (j + 0.5) / points) * area[2]
                    c = math.floor((x - corner[0]) / corner[2])
                    if r < 0 or c < 0 or r >= rows or c >= columns:
                        continue
                    for kind in range(len(heights_m)):
                        if floor_m[r, c] <= heights_m[kind]:
                            share[kind, cell] += 1.0
            for kind in range(len(heights_m)):
                share[kind, cell] /= points * points
    return share
