"""Least exposed ways over an area: exact dynamic programming over layers of time, ties in a fixed order.

Time is cut into layers in which an object moves at most one cell (8 neighbours; a diagonal pays sqrt 2 of the
entered cell's exposure). A crossing enters at a border cell, passes the area's middle (cells that no
neighbour exceeds in depth) and leaves over the border; a stay begins anywhere and lasts from the first layer
to the last. Waiting is allowed. Source: least exposure path of Onur, Ersoy and Delic, PIMRC 2004, on a
time-expanded graph, which is acyclic and so needs no priority queue.
"""

from __future__ import annotations

import math

import numba
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Cells = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Ways = npt.NDArray[np.int8]

# Row and column steps of the neighbours, straight ones first; 8 stays, 9 begins, 10 turns from inbound to
# outbound.
STEPS = np.array([[-1, 0], [0, -1], [0, 1], [1, 0], [-1, -1], [-1, 1], [1, -1], [1, 1]])
STRAIGHT, STAYS, BEGINS, TURNS = 4, 8, 9, 10


@numba.njit(cache=True)
def neighbours_of(cells: Cells, rows: int, columns: int) -> Cells:
    """Return (n, 8) positions in ``cells`` of each cell's neighbours in the order of STEPS, -1 outside."""
    position = np.full(rows * columns, -1)
    for i in range(len(cells)):
        position[cells[i]] = i
    out = np.full((len(cells), 8), -1)
    for i in range(len(cells)):
        row, column = cells[i] // columns, cells[i] % columns
        for way in range(8):
            r, c = row + STEPS[way, 0], column + STEPS[way, 1]
            if 0 <= r < rows and 0 <= c < columns:
                out[i, way] = position[r * columns + c]
    return out


@numba.njit(cache=True)
def depths_of(neighbours: Cells) -> tuple[Cells, Mask]:
    """Return each cell's depth in hops (border 1) and the middle: cells that no neighbour is deeper than."""
    count = len(neighbours)
    depth = np.zeros(count, np.int64)
    line = np.empty(count, np.int64)
    head, tail = 0, 0
    for i in range(count):
        for way in range(8):
            if neighbours[i, way] < 0 and depth[i] == 0:
                depth[i] = 1
                line[tail] = i
                tail += 1
    while head < tail:
        i = line[head]
        head += 1
        for way in range(8):
            j = neighbours[i, way]
            if j >= 0 and depth[j] == 0:
                depth[j] = depth[i] + 1
                line[tail] = j
                tail += 1
    middle = np.ones(count, np.bool_)
    for i in range(count):
        for way in range(8):
            j = neighbours[i, way]
            if j >= 0 and depth[j] > depth[i]:
                middle[i] = False
    return depth, middle


@numba.njit(cache=True)
def _enter(before: Floats, i: int, cost: float, neighbours: Cells, moves: bool) -> tuple[float, int]:
    best, way_in = before[i] + cost, STAYS
    if moves:
        for way in range(8):
            j = neighbours[i, way]
            if j >= 0:
                other = before[j] + (cost if way < STRAIGHT else cost * math.sqrt(2.0))
                if other < best:
                    best, way_in = other, way
    return best, way_in


@numba.njit(cache=True)
def least_crossing(
    cost: Floats, neighbours: Cells, depth: Cells, middle: Mask, hop: int
) -> tuple[float, int, int, Ways]:
    """Return (exposure, last layer, last cell, ways) of the least exposed crossing; infinite when none fits.

    ``cost`` (layers, cells) is the exposure of a layer spent in a cell; a move is possible in every
    ``hop``-th layer.
    """
    layers, count = cost.shape
    ways = np.full((2, layers, count), np.int8(-1))
    inbound, outbound = np.full(count, np.inf), np.full(count, np.inf)
    found, last, place = np.inf, -1, -1
    for layer in range(layers):
        moves = hop > 0 and layer % hop == 0
        new_in, new_out = np.empty(count), np.empty(count)
        for i in range(count):
            best, way = _enter(inbound, i, cost[layer, i], neighbours, moves)
            if depth[i] == 1 and cost[layer, i] < best:
                best, way = cost[layer, i], BEGINS
            new_in[i], ways[0, layer, i] = best, way
            best, way = _enter(outbound, i, cost[layer, i], neighbours, moves)
            if middle[i] and new_in[i] < best:
                best, way = new_in[i], TURNS
            new_out[i], ways[1, layer, i] = best, way
            if depth[i] == 1 and best < found:
                found, last, place = best, layer, i
        inbound, outbound = new_in, new_out
    return found, last, place, ways


@numba.njit(cache=True)
def least_stay(cost: Floats, neighbours: Cells, hop: int) -> tuple[float, int, int, Ways]:
    """Return (exposure, last layer, last cell, ways) of the least exposed stay over all layers."""
    layers, count = cost.shape
    ways = np.full((2, layers, count), np.int8(-1))
    held = cost[0].copy()
    ways[0, 0, :] = BEGINS
    for layer in range(1, layers):
        moves = hop > 0 and layer % hop == 0
        new = np.empty(count)
        for i in range(count):
            new[i], ways[0, layer, i] = _enter(held, i, cost[layer, i], neighbours, moves)
        held = new
    place = 0
    for i in range(count):
        if held[i] < held[place]:
            place = i
    return held[place], layers - 1, place, ways


@numba.njit(cache=True)
def way_back(ways: Ways, neighbours: Cells, phase: int, layer: int, place: int) -> Cells:
    """Return the (layer, cell position) pairs of a found way, first to last; shape (n, 2)."""
    found = np.empty((ways.shape[1], 2), np.int64)
    count = 0
    while True:
        found[count, 0], found[count, 1] = layer, place
        way = ways[phase, layer, place]
        if way == TURNS:
            phase = 0
            way = ways[0, layer, place]
        count += 1
        if way == BEGINS or layer == 0:
            break
        if way != STAYS:
            place = neighbours[place, way]
        layer -= 1
    return found[:count][::-1].copy()


@numba.njit(cache=True)
def straight_crossings(cost: Floats, neighbours: Cells, depth: Cells, middle: Mask, hop: int) -> Floats:
    """Return the exposures of all straight crossings: the shortest way to a middle cell and the same way out.

    One entry per middle cell and possible first layer (a multiple of ``hop``); empty when none fits the time.
    """
    layers = cost.shape[0]
    longest = 0
    for i in range(len(depth)):
        longest = max(longest, depth[i])
    found = np.empty(middle.sum() * (layers // max(1, hop) + 1))
    count = 0
    cell, weight = np.empty(2 * longest, np.int64), np.empty(2 * longest)
    for i in range(len(depth)):
        if not middle[i]:
            continue
        deep = depth[i]
        here = i
        for k in range(deep):
            cell[deep - 1 - k] = here
            cell[deep - 1 + k] = here
            if k == deep - 1:
                weight[0] = 1.0
                break
            for way in range(8):
                j = neighbours[here, way]
                if j >= 0 and depth[j] == depth[here] - 1:
                    factor = 1.0 if way < STRAIGHT else math.sqrt(2.0)
                    weight[deep - 1 - k] = factor
                    weight[deep + k] = factor
                    here = j
                    break
        length = 2 * deep - 1
        for first in range(0, layers - (length - 1) * hop, hop):
            total = 0.0
            for k in range(length):
                begin = first + k * hop
                for layer in range(begin, min(layers, begin + hop)):
                    total += cost[layer, cell[k]] * (weight[k] if layer == begin else 1.0)
            found[count] = total
            count += 1
    return found[:count]
