"""Terrain: from what height above ground an object can be seen from a mast (wave-front R2 viewshed).

    line of sight     slope of a ground point at distance d:  s = (z - z_eye) / d - d / (2 k R),  k R the
                      effective earth
    horizon at d      b = largest slope nearer than d;   least visible height = z_eye + b d + d^2 / (2 k R) - z
    wave front        in each of eight 45-degree sectors all rays advance one row at a time; a cell reads the
                      horizon of its two neighbouring rays, interpolated, before the rays take in its own row
Every cell is computed by one sector with the same operations whatever the order of the sectors: they may be
shared out over threads (``each``; the kernels hold no lock) and give the same bytes for any number of them. A
hole (NaN) hides itself and all behind it: unknown ground is never seen ground. Source: R2 after Franklin &
Ray, Higher isn't necessarily better, 1994; k = 4/3 after Skolnik, ch. 8.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import msgspec
import numba
import numpy as np
import numpy.typing as npt

from truceline.coverage.detection import EARTH_M, REFRACTION
from truceline.terms.faults import Refusal
from truceline.terms.ids import content_id, digest, short
from truceline.terms.place import CellGrid

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Each = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]
"""An ordered map, as ``map`` itself or a pool of threads gives it."""
Sights = Callable[[str, Callable[[], Floats]], Floats]
"""Gives what is kept under a key, else makes it."""

# An antenna may stand this far below the model's ground before the site is taken for wrong.
SUNK_M = 30.0
HOLE_M = np.float32(1e6)
UNSEEN_M = np.float32(1e5)
POINTS = 64
BLOCK = 64
# Part of every key under which a viewshed is kept: changes with the kernels.
KERNEL = "wave-front R2, 1"


def made_anew(_: str, make: Callable[[], Floats]) -> Floats:
    """Keep nothing."""
    return make()


class Terrain(msgspec.Struct, frozen=True):
    """Heights in metres above the ellipsoid on the theatre grid, float32 (rows, columns), row 0 southmost.

    ``native_m`` is the spacing of what the heights were made from (0: the grid's own); ``content`` names the heights ("":
    taken from them); ``sights`` may keep viewsheds once computed.
    """

    name: str
    east_m: float
    north_m: float
    cell_m: float
    heights_m: Singles
    native_m: float = 0.0
    content: str = ""
    sights: Sights = made_anew

    def text(self) -> str:
        """Return name, content and resolution, for every number that rests on this terrain."""
        return f"{self.name} {short(content_of(self))} {max(self.cell_m, self.native_m):g} m"

    def cell_at(self, east_m: float, north_m: float) -> tuple[int, int] | None:
        """Return (row, column) of a place, None outside."""
        row = math.floor((north_m - self.north_m) / self.cell_m)
        column = math.floor((east_m - self.east_m) / self.cell_m)
        rows, columns = self.heights_m.shape
        return (row, column) if 0 <= row < rows and 0 <= column < columns else None

    def ground_m(self, east_m: float, north_m: float) -> float:
        """Return the height of the ground at a place, NaN outside and over a hole."""
        cell = self.cell_at(east_m, north_m)
        return math.nan if cell is None else float(self.heights_m[cell])


def content_of(terrain: Terrain) -> str:
    """Return the digest that names a terrain's heights."""
    return terrain.content or digest(np.ascontiguousarray(terrain.heights_m, "<f4").tobytes())


def viewshed(
    heights_m: npt.NDArray[Any],
    cell_m: float,
    row: int,
    col: int,
    mast_m: float,
    k: float = REFRACTION,
    each: Each = map,
) -> Singles:
    """Return the least height in metres above ground at which each cell is visible from a mast; float32.

    ``heights_m`` (rows, columns) in metres, ``cell_m`` its spacing, ``mast_m`` the eye above the ground of
    cell (row, col), ``k`` the effective-earth factor. Holes (NaN) and what lies behind them are infinite.
    ``each`` shares the work out: the ``map`` of a pool of threads gives the same bytes as ``map``.

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
    turned = np.empty((ground.shape[1], ground.shape[0]), np.float32)
    _done(each(lambda part: _turn(filled, turned, part[0], part[1]), _parts(ground.shape[0])))
    out, out_turned = np.empty_like(filled), np.empty_like(turned)
    eye = np.float32(float(ground[row, col]) + mast_m)
    drop = np.float32(1.0 / (2.0 * k * EARTH_M))
    planes = ((filled, row, col, out), (turned, col, row, out_turned))
    lens = (eye, np.float32(cell_m), drop)
    octants = [(*plane, sign, side, *lens) for plane in planes for sign in (-1, 1) for side in (-1, 1)]
    _done(each(_octant, octants))
    _done(each(lambda part: _merge(out, out_turned, row, col, part[0], part[1]), _parts(ground.shape[0])))
    out[row, col] = 0.0
    if holes.any():
        out[holes | (out > UNSEEN_M)] = np.inf
    return out


def _octant(part: Any) -> None:
    _advance(*part)


def _done(results: Iterable[Any]) -> None:
    for _ in results:
        pass


def _parts(rows: int) -> list[tuple[int, int]]:
    """Stretches of rows to share out, in whole blocks."""
    length = max(BLOCK, -(-rows // (4 * BLOCK)) * BLOCK)
    return [(first, min(rows, first + length)) for first in range(0, rows, length)]


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
    raster = (grid.east_m, grid.north_m, grid.cell_m, grid.rows, grid.columns)
    ground = (content_of(terrain), terrain.east_m, terrain.north_m, terrain.cell_m)
    key = content_id(
        "sight", repr((KERNEL, ground, (east_m, north_m, eye_m, range_m), raster, heights_m.tolist()))
    )
    return terrain.sights(
        key, lambda: _shares(terrain, grid, east_m, north_m, eye_m, range_m, np.asarray(heights_m, float))
    )


def floor_window(
    terrain: Terrain, east_m: float, north_m: float, eye_m: float, range_m: float, each: Each = map
) -> tuple[Singles, int, int] | None:
    """Return the least visible heights above ground round a site, and the row and column of their south-west corner.

    The window reaches ``range_m`` to each side as far as the terrain goes; None when the site lies outside it, over a
    hole, or with its eye further than SUNK_M under the ground: nothing can be claimed from there.
    """
    cell = terrain.cell_at(east_m, north_m)
    if cell is None:
        return None
    mast_m = eye_m - float(terrain.heights_m[cell])
    if not mast_m >= -SUNK_M:
        return None
    row, column = cell
    reach = math.ceil(range_m / terrain.cell_m) + 1
    low, left = max(0, row - reach), max(0, column - reach)
    window = terrain.heights_m[low : row + reach + 1, left : column + reach + 1]
    mast_m = max(0.0, mast_m)
    return viewshed(window, terrain.cell_m, row - low, column - left, mast_m, each=each), low, left


def network_floor(
    terrain: Terrain, sites: Iterable[tuple[float, float, float, float]], each: Each = map
) -> Singles:
    """Return the lowest height above ground that any of the sites sees, per terrain cell; infinite where none does.

    A site is (east_m, north_m, eye_m above the ellipsoid, range_m); a site from which nothing can be claimed adds nothing.
    """
    out = np.full(terrain.heights_m.shape, np.inf, np.float32)
    for east_m, north_m, eye_m, range_m in sites:
        found = floor_window(terrain, east_m, north_m, eye_m, range_m, each)
        cell = terrain.cell_at(east_m, north_m)
        if found is not None and cell is not None:
            within = np.float32(range_m / terrain.cell_m)
            _lower(out, *found, *cell, within * within)
    return out


def _shares(
    terrain: Terrain,
    grid: CellGrid,
    east_m: float,
    north_m: float,
    eye_m: float,
    range_m: float,
    heights_m: Floats,
) -> Floats:
    none = np.zeros((len(heights_m), grid.rows * grid.columns))
    found = floor_window(terrain, east_m, north_m, eye_m, range_m)
    if found is None:
        return none
    floor_m, low, left = found
    points = min(POINTS, max(1, math.ceil(grid.cell_m / terrain.cell_m)))
    corner = (terrain.east_m + left * terrain.cell_m, terrain.north_m + low * terrain.cell_m, terrain.cell_m)
    area = (grid.east_m, grid.north_m, grid.cell_m, grid.rows, grid.columns)
    return _share(floor_m, corner, area, points, heights_m, none)


# Division by zero cannot happen here; without its check the loops over a row run on vector units.
@numba.njit(cache=True, nogil=True, error_model="numpy")
def _advance(
    ground: Singles,
    row: int,
    column: int,
    out: Singles,
    sign: int,
    side: int,
    eye: Any,
    cell_m: Any,
    drop: Any,
) -> None:
    """Fill one octant: the rows on one side (``sign``), the cells on one side (``side``; -1 has the middle line)."""
    rows, columns = ground.shape
    steps = row if sign < 0 else rows - 1 - row
    if steps < 1:
        return
    rays = steps + 1
    from_ray = 0 if side < 0 else steps
    best = np.full(rays, np.float32(-1e30))
    tangent, length = np.empty(rays, np.float32), np.empty(rays, np.float32)
    for ray in range(rays):
        slope = -1.0 + (ray + from_ray) / steps
        tangent[ray] = np.float32(slope)
        length[ray] = np.float32(math.sqrt(1.0 + slope * slope)) * cell_m
    one, nought = np.float32(1.0), np.float32(0.0)
    zero = np.float32(steps - from_ray)
    for step in range(1, steps + 1):
        line, seen = ground[row + sign * step], out[row + sign * step]
        left = max(0, column - step) if side < 0 else column + 1
        right = column if side < 0 else min(columns - 1, column + step)
        scale = np.float32(steps) / np.float32(step)
        near = np.float32(step * step)
        for c in range(left, right + 1):
            across = np.float32(c - column)
            spot = across * scale + zero
            ray = min(rays - 2, max(0, int(spot)))
            weight = spot - np.float32(ray)
            square = (near + across * across) * (cell_m * cell_m)
            slope32 = best[ray] * (one - weight) + best[ray + 1] * weight
            need = eye + slope32 * np.float32(math.sqrt(square)) + square * drop - line[c]
            seen[c] = need if (need > nought and step > 1) else nought
        first, last = 0, rays - 1
        if side < 0 and column - step < 0:
            first = max(0, math.ceil((1.0 - column / step) * steps))
        if side > 0 and column + step > columns - 1:
            last = min(rays - 1, math.floor((columns - 1 - column) / step * steps))
        for ray in range(first, last + 1):
            x = np.float32(column) + tangent[ray] * np.float32(step)
            c = min(columns - 2, max(0, int(x)))
            height = line[c] + (line[c + 1] - line[c]) * (x - np.float32(c))
            distance = length[ray] * np.float32(step)
            rise = (height - eye) / distance - distance * drop
            best[ray] = max(best[ray], rise)


@numba.njit(cache=True, nogil=True)
def _turn(ground: Singles, turned: Singles, first: int, last: int) -> None:
    """Rows first to last - 1 as columns, in blocks that fit the cache."""
    columns = ground.shape[1]
    block = 32
    for top in range(first, last, block):
        for left in range(0, columns, block):
            for c in range(left, min(columns, left + block)):
                for r in range(top, min(last, top + block)):
                    turned[c, r] = ground[r, c]


@numba.njit(cache=True, nogil=True)
def _merge(out: Singles, turned: Singles, row: int, column: int, first: int, last: int) -> None:
    columns = out.shape[1]
    for top in range(first, last, BLOCK):
        for left in range(0, columns, BLOCK):
            for r in range(top, min(last, top + BLOCK)):
                for c in range(left, min(columns, left + BLOCK)):
                    if abs(c - column) > abs(r - row):
                        out[r, c] = turned[c, r]


@numba.njit(cache=True)
def _lower(out: Singles, floor_m: Singles, low: int, left: int, row: int, column: int, within: Any) -> None:
    rows, columns = floor_m.shape
    for r in range(rows):
        for c in range(columns):
            dr, dc = np.float32(low + r - row), np.float32(left + c - column)
            if dr * dr + dc * dc <= within:
                out[low + r, left + c] = min(out[low + r, left + c], floor_m[r, c])


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
