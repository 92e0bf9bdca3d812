"""Roads as a motion prior: polylines on the theatre grid, and which of their segments lie near each cell of a raster.

    offset = t x (p - a),   t = (b - a) / |b - a|           signed distance from a segment's line, left of t positive

A vehicle's road is, of the segments within reach of its cell, the one whose direction and distance fit its state best: near
a junction the nearest road may be the one it only crosses. The raster only says which segments to look at; distance and
heading are those of the segment itself, so that the cell size decides nothing but the work.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numba
import numpy as np

from truceline.picture.picture import FARTHEST_M
from truceline.picture.slots import Floats, Ints, Roads
from truceline.terms.faults import Refusal

Line = Sequence[tuple[float, float]]
MOST_CELLS = 4_000_000
MOST_LOOKS = 50_000_000  # at cells, while the raster is made
CELL_M = 100.0
WIDEST_M = 5e6
LEAST_COSINE = 0.7  # a road more than 45 degrees off the course is not the one driven on


def no_roads() -> Roads:
    """Return a network without roads."""
    nothing = np.zeros(0, dtype=np.int64)
    return Roads(np.zeros((0, 4)), np.zeros(5), np.zeros(1, dtype=np.int64), nothing, np.ones(1))


def make_roads(
    lines: Iterable[Line], cell_m: float | None = None, reach_m: float = 100.0, width_m: float = 5.0
) -> Roads:
    """Return the network of polylines, each a list of (east_m, north_m).

    ``cell_m`` is the raster's cell (None: 100 m, or as many hundreds as a wide network needs), ``reach_m`` how far off a
    road still acts, ``width_m`` one sigma of where vehicles (and the map) stand off the centre line. Points that are not
    finite and segments without length are left out. Equal lines in equal order give equal bytes.

    Raises:
        Refusal: a length is not positive, or the raster would have more than four million cells or want too much work.
    """
    if not ((cell_m is None or cell_m > 0.0) and reach_m > 0.0 and width_m > 0.0):
        raise Refusal("cell, reach and width of roads must be positive", remedy="give lengths in metres")
    parts = [
        (one[0], one[1], two[0], two[1])
        for line in lines
        for one, two in pairwise(line)
        if all(math.isfinite(value) for value in (*one[:2], *two[:2])) and tuple(one[:2]) != tuple(two[:2])
    ]
    if not parts:
        return no_roads()
    ends = np.array(parts, dtype=np.float64)
    east, north = ends[:, [0, 2]].min() - reach_m, ends[:, [1, 3]].min() - reach_m
    wide, high = ends[:, [0, 2]].max() + reach_m - east, ends[:, [1, 3]].max() + reach_m - north
    if max(wide, high) > WIDEST_M:
        raise Refusal(f"roads over {max(wide, high) / 1000:.0f} km", remedy="cut the network to the theatre")
    if cell_m is None:
        cell_m = CELL_M
        while (wide // cell_m + 1) * (high // cell_m + 1) > MOST_CELLS and cell_m < wide + high:
            cell_m += CELL_M
    columns, rows = int(wide // cell_m) + 1, int(high // cell_m) + 1
    if columns * rows > MOST_CELLS:
        raise Refusal(f"roads over {columns} x {rows} cells", remedy="use larger cells or cut the network")
    spans = (np.abs(ends[:, 2:] - ends[:, :2]) + 2.0 * reach_m) / cell_m + 3.0
    if float((spans[:, 0] * spans[:, 1]).sum()) > MOST_LOOKS:
        raise Refusal(
            "too many long roads", remedy="cut the network to the theatre, or long lines into pieces"
        )
    grid = np.array([east, north, cell_m, float(columns), float(rows)])
    start = np.zeros(columns * rows + 1, dtype=np.int64)
    _raster(ends, grid, reach_m, start, np.zeros(0, dtype=np.int64))
    items = np.empty(start[-1], dtype=np.int64)
    _raster(ends, grid, reach_m, start, items)
    return Roads(ends, grid, start, items, np.array([width_m]))


def network(lines: Any) -> Roads:
    """Return the network of polylines as scripts give them: sequences of at least two (east_m, north_m).

    Raises:
        Refusal: a line or point is none; the text names it.
    """
    if isinstance(lines, str | bytes | dict) or not isinstance(lines, Iterable):
        raise _refused("", f"a {type(lines).__name__} is no list of lines")
    held = []
    for number, line in enumerate(lines):
        try:
            points = np.asarray(line, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise _refused(f"line {number}", "it is no list of numbers") from error
        if points.ndim != 2 or points.shape[1] != 2 or len(points) < 2:
            raise _refused(f"line {number}", f"an array of shape {points.shape}")
        bad = ~(np.abs(points) <= FARTHEST_M).all(axis=1)
        if bad.any():
            raise _refused(f"line {number}, point {int(np.argmax(bad))}", "it lies nowhere within 2,000 km")
        held.append([(x, y) for x, y in points.tolist()])
    return make_roads(held)


def _refused(place: str, what: str) -> Refusal:
    where = f"roads, {place}" if place else "roads"
    return Refusal(
        what, where=where, remedy="give lines of two (east_m, north_m) or more, in metres of the grid"
    )


@numba.njit(cache=True)
def _raster(ends: Floats, grid: Floats, reach_m: float, start: Ints, items: Ints) -> None:
    """Count (without ``items``) or list the segments within reach of each cell, in the segments' order."""
    columns, rows, cell = int(grid[3]), int(grid[4]), grid[2]
    fill = start[:-1].copy()
    far = reach_m + 0.7071067811865476 * cell
    for s in range(len(ends)):
        ax, ay, bx, by = ends[s]
        left = max(int((min(ax, bx) - far - grid[0]) / cell), 0)
        right = min(int((max(ax, bx) + far - grid[0]) / cell), columns - 1)
        low = max(int((min(ay, by) - far - grid[1]) / cell), 0)
        high = min(int((max(ay, by) + far - grid[1]) / cell), rows - 1)
        for row in range(low, high + 1):
            for column in range(left, right + 1):
                x, y = grid[0] + (column + 0.5) * cell, grid[1] + (row + 0.5) * cell
                if _distance2(ends[s], x, y) > far * far:
                    continue
                place = row * columns + column
                if len(items):
                    items[fill[place]] = s
                fill[place] += 1
    if not len(items):
        total = 0
        for place in range(len(fill)):
            count = fill[place]
            start[place] = total
            total += count
        start[len(fill)] = total


@numba.njit(cache=True)
def _distance2(end: Floats, x: float, y: float) -> float:
    tx, ty = end[2] - end[0], end[3] - end[1]
    share = ((x - end[0]) * tx + (y - end[1]) * ty) / (tx * tx + ty * ty)
    share = min(max(share, 0.0), 1.0)
    dx, dy = x - end[0] - share * tx, y - end[1] - share * ty
    return float(dx * dx + dy * dy)


@numba.njit(cache=True)
def road_near(roads: Roads, x: float, y: float, u: float, v: float) -> tuple[int, float, float, float]:
    """Return (segment or -1, unit tangent east, north along the course, signed distance m) of the road under a vehicle.

    (x, y) is its place, (u, v) its velocity, m and m/s. Of the roads near, those within 45 degrees of the course count; at a
    standstill all do. The least of distance^2 (1 + tan^2 of the angle off the course) wins, the first of equals.
    """
    grid = roads.grid
    if not len(roads.items):
        return -1, 1.0, 0.0, 0.0
    column, row = math.floor((x - grid[0]) / grid[2]), math.floor((y - grid[1]) / grid[2])
    if column < 0 or row < 0 or column >= grid[3] or row >= grid[4]:
        return -1, 1.0, 0.0, 0.0
    place = int(row) * int(grid[3]) + int(column)
    best, least, east, north, off = -1, 1e300, 1.0, 0.0, 0.0
    speed = math.sqrt(u * u + v * v)
    width2 = roads.width_m[0] * roads.width_m[0]
    for item in range(roads.start[place], roads.start[place + 1]):
        s = roads.items[item]
        end = roads.ends[s]
        tx, ty = end[2] - end[0], end[3] - end[1]
        length = math.sqrt(tx * tx + ty * ty)
        tx, ty = tx / length, ty / length
        cosine = (u * tx + v * ty) / speed if speed > 0.5 else 1.0
        if cosine < 0.0:
            tx, ty, cosine = -tx, -ty, -cosine
        if cosine < LEAST_COSINE:
            continue
        score = (_distance2(end, x, y) + width2) / (cosine * cosine)
        if score < least:
            best, least, east, north = s, score, tx, ty
            # left of the course is positive, whatever the order of the segment's ends
            off = tx * (y - end[1]) - ty * (x - end[0])
    return best, east, north, off
