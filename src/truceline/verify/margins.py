"""How far inside an area a position lies, against its own uncertainty.

    margin_m    distance to the border, inside positive (ring) or half width - distance to the line (buffer)
    sigma_m     sqrt(n' S n), n the direction to the nearest border, S the position's covariance
    P(inside)   1/2 erfc(-margin / (sigma sqrt 2)): the border taken as straight over a few sigmas
Own loops over segments, in one order, so that every processor gives the same bits.
"""

from __future__ import annotations

import math

import msgspec
import numba
import numpy as np
import numpy.typing as npt

from truceline.agreement.areas import Area
from truceline.agreement.document import Agreement
from truceline.terms.place import CellGrid, Theatre, to_grid

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


class Shape(msgspec.Struct, frozen=True):
    """An area on the theatre grid: a closed ring, or all ground within ``half_width_m`` of a line."""

    east_m: Floats
    north_m: Floats
    closed: bool
    half_width_m: float


def shape_of(agreement: Agreement, area: Area, theatre: Theatre) -> Shape:
    """Return the shape of an area on the theatre grid; a bare line is a buffer of no width."""
    points = area.ring if area.kind == "polygon" else area.line
    width = 0.0
    if area.kind == "buffer":
        points, width = agreement.area(area.of).line, area.half_width_m
    lon, lat = np.array([p[0] for p in points]), np.array([p[1] for p in points])
    east, north = to_grid(theatre, lat, lon)
    return Shape(east, north, area.kind == "polygon", width)


def margins(shape: Shape, east_m: Floats, north_m: Floats) -> tuple[Floats, Floats, Floats]:
    """Return (margin_m, direction east, direction north to the nearest border), shapes (n,)."""
    return _margins(
        shape.east_m,
        shape.north_m,
        shape.closed,
        shape.half_width_m,
        np.ascontiguousarray(east_m, np.float64),
        np.ascontiguousarray(north_m, np.float64),
    )


def left_of(shape: Shape, east_m: Floats, north_m: Floats) -> Mask:
    """Return whether positions lie on the left hand of a line's nearest segment, walking it as drawn, shape (n,)."""
    return _left(
        shape.east_m,
        shape.north_m,
        np.ascontiguousarray(east_m, np.float64),
        np.ascontiguousarray(north_m, np.float64),
    )


def inside_probability(
    shape: Shape, east_m: Floats, north_m: Floats, cov_ee_m2: Floats, cov_en_m2: Floats, cov_nn_m2: Floats
) -> tuple[Floats, Floats]:
    """Return (P(inside), margin_m) of uncertain positions, shapes (n,); 0 where place or covariance is unknown."""
    margin, to_east, to_north = margins(shape, east_m, north_m)
    variance = (
        to_east * to_east * cov_ee_m2 + 2.0 * to_east * to_north * cov_en_m2 + to_north * to_north * cov_nn_m2
    )
    return _inside(margin, np.ascontiguousarray(variance, np.float64)), margin


def mask_of(shape: Shape, grid: CellGrid) -> tuple[Mask, float]:
    """Return the raster cells of an area, shape (cells,), and the share of the area that lies beyond the raster.

    A cell belongs to it when its middle does; an area smaller than that takes the cells its corners stand in.
    """
    size = grid.cell_m
    reach = shape.half_width_m + size
    first_row = math.floor((float(shape.north_m.min()) - reach - grid.north_m) / size)
    last_row = math.ceil((float(shape.north_m.max()) + reach - grid.north_m) / size)
    first_column = math.floor((float(shape.east_m.min()) - reach - grid.east_m) / size)
    last_column = math.ceil((float(shape.east_m.max()) + reach - grid.east_m) / size)
    rows, columns = np.arange(first_row, last_row), np.arange(first_column, last_column)
    row, column = np.repeat(rows, len(columns)), np.tile(columns, len(rows))
    east = np.asarray(grid.east_m + (column + 0.5) * size, np.float64)
    north = np.asarray(grid.north_m + (row + 0.5) * size, np.float64)
    margin, _, _ = margins(shape, east, north)
    held = margin >= 0.0
    if not held.any():
        held = np.zeros(len(row), dtype=bool)
        at_row = np.floor((shape.north_m - grid.north_m) / size).astype(np.int64)
        at_column = np.floor((shape.east_m - grid.east_m) / size).astype(np.int64)
        for r, c in zip(at_row.tolist(), at_column.tolist(), strict=True):
            held |= (row == r) & (column == c)
    within = held & (row >= 0) & (row < grid.rows) & (column >= 0) & (column < grid.columns)
    mask = np.zeros(grid.rows * grid.columns, dtype=bool)
    mask[(row * grid.columns + column)[within]] = True
    return mask, 1.0 - int(within.sum()) / max(1, int(held.sum()))


@numba.njit(cache=True)
def _margins(
    corner_east: Floats, corner_north: Floats, closed: bool, half_width: float, east: Floats, north: Floats
) -> tuple[Floats, Floats, Floats]:
    count, corners = len(east), len(corner_east)
    margin, to_east, to_north = np.empty(count), np.zeros(count), np.zeros(count)
    sides = corners if closed else corners - 1
    for row in range(count):
        px, py = east[row], north[row]
        nearest, near_x, near_y, within = math.inf, 0.0, 0.0, False
        for side in range(sides):
            ax, ay = corner_east[side], corner_north[side]
            bx, by = corner_east[(side + 1) % corners], corner_north[(side + 1) % corners]
            dx, dy = bx - ax, by - ay
            length2 = dx * dx + dy * dy
            along = 0.0 if length2 == 0.0 else min(1.0, max(0.0, ((px - ax) * dx + (py - ay) * dy) / length2))
            qx, qy = ax + along * dx, ay + along * dy
            distance2 = (px - qx) * (px - qx) + (py - qy) * (py - qy)
            if distance2 < nearest:
                nearest, near_x, near_y = distance2, qx, qy
            if closed and (ay > py) != (by > py) and px < ax + (py - ay) / (by - ay) * dx:
                within = not within
        distance = math.sqrt(nearest)
        margin[row] = half_width - distance if not closed else (distance if within else -distance)
        if distance > 0.0:
            to_east[row], to_north[row] = (near_x - px) / distance, (near_y - py) / distance
        else:
            to_east[row] = 1.0
    return margin, to_east, to_north


@numba.njit(cache=True)
def _left(corner_east: Floats, corner_north: Floats, east: Floats, north: Floats) -> Mask:
    out = np.zeros(len(east), dtype=np.bool_)
    for row in range(len(east)):
        nearest, turn = math.inf, 0.0
        for side in range(len(corner_east) - 1):
            ax, ay = corner_east[side], corner_north[side]
            dx, dy = corner_east[side + 1] - ax, corner_north[side + 1] - ay
            length2 = dx * dx + dy * dy
            if length2 == 0.0:
                continue
            px, py = east[row] - ax, north[row] - ay
            along = min(1.0, max(0.0, (px * dx + py * dy) / length2))
            away = (px - along * dx) ** 2 + (py - along * dy) ** 2
            cross = dx * py - dy * px
            # at a corner two segments are equally near: the one the position lies more squarely beside decides
            if away < nearest or (away == nearest and abs(cross) / math.sqrt(length2) > abs(turn)):
                nearest, turn = away, cross / math.sqrt(length2)
        out[row] = turn > 0.0
    return out


@numba.njit(cache=True)
def _inside(margin: Floats, variance: Floats) -> Floats:
    out = np.zeros(len(margin))
    for row in range(len(margin)):
        if math.isfinite(margin[row]) and math.isfinite(variance[row]) and variance[row] > 0.0:
            out[row] = 0.5 * math.erfc(-margin[row] / math.sqrt(2.0 * variance[row]))
        elif math.isfinite(margin[row]) and variance[row] == 0.0:
            out[row] = 1.0 if margin[row] >= 0.0 else 0.0
    return out
