"""Exposure of an area over a period: how probably a violation would have been seen, on average and at least.

    cross   an object of the class goes from outside the area to its middle and out again (air classes)
    stay    it is inside for the whole period and may move (ground classes)
    once    it happens in one place for the class's dwell (events)
    D_mean  the place, the time and a straight way are random
    D_min   whoever does it knows the sensors and picks the least exposed place, time and way, and every
            hole in time or ground: D = max over ceilings c of min(c, 1 - exp(-X_c)), X_c the least sum of
            exposures (rate x watched time) of looks trusted c or more
1 - prod_g (1 - min(c, 1 - exp(-x_g))) is least, for a given sum of the x_g, when all of it lies with one
source; so D_min is a bound that holds whatever the split, and D_min <= D_mean. Source: METHODS section 0
(publish both); Avenhaus and Canty, Compliance Quantified, 1996, for the inspectee who knows the plan.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
import numba
import numpy as np
import numpy.typing as npt

from truceline.coverage.crossing import (
    depths_of,
    least_crossing,
    least_stay,
    neighbours_of,
    straight_crossings,
    way_back,
)
from truceline.coverage.watched import Coverage, Look
from truceline.terms.classes import BY_NAME
from truceline.terms.faults import Broken
from truceline.terms.time import NS_PER_S

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Times = npt.NDArray[np.int64]

HOW: dict[str, str] = {"air": "cross", "ground": "stay", "events": "once"}


class Waypoint(msgspec.Struct, frozen=True):
    """Where the least exposed way is at a time: the centre of a cell on the theatre grid."""

    time_ns: int
    east_m: float
    north_m: float


class _Case(msgspec.Struct, frozen=True):
    """What one question is about: class, cells of the mask, layers of time, layers per move (0: never)."""

    kind: int
    name: str
    cells: Times
    edges_ns: Times
    hop: int
    how: str


def area_mean(
    coverage: Coverage,
    name: str,
    mask: Mask,
    start_ns: int,
    end_ns: int,
    how: str = "",
    speed_mps: float = 0.0,
) -> float:
    """Return D_mean: detection of a violation at a random place and time of an area and period; 0 when empty.

    ``mask`` (cells,) is the area, ``how`` is cross, stay or once ("": as the class's lane has it),
    ``speed_mps`` 0 takes the class's own.
    """
    case = _case(coverage, name, mask, start_ns, end_ns, how, speed_mps)
    if case is None:
        return 0.0
    if case.how == "once":
        first, last = coverage.steps_in(start_ns, end_ns)
        return _mean(np.ravel(coverage.probability[case.kind, first:last][:, case.cells]).astype(np.float64))
    if case.how == "cross":
        neighbours, depth, middle = _shape(coverage, case)
        best = np.zeros(0)
        for ceiling in _ceilings(coverage, case):
            exposures = straight_crossings(
                _cost(coverage, case, ceiling, False), neighbours, depth, middle, case.hop
            )
            seen = _capped(exposures, ceiling)
            best = np.maximum(best, seen) if len(best) else seen
        if len(best):
            return _mean(best)
    return _mean(_standing(coverage, case))


def least_exposed(
    coverage: Coverage,
    name: str,
    mask: Mask,
    start_ns: int,
    end_ns: int,
    speed_mps: float = 0.0,
    how: str = "",
) -> tuple[float, tuple[Waypoint, ...]]:
    """Return D_min and its way: the violation least likely to be seen; (0, ()) for an empty area or period.

    Arguments as ``area_mean``. A crossing that no object of the class can complete in the period counts as a
    stay.
    """
    case = _case(coverage, name, mask, start_ns, end_ns, how, speed_mps)
    if case is None:
        return 0.0, ()
    if case.how == "once":
        return _least_once(coverage, case, start_ns, end_ns)
    neighbours, depth, middle = _shape(coverage, case)
    best, path = -1.0, np.zeros((0, 2), np.int64)
    for ceiling in _ceilings(coverage, case):
        cost = _cost(coverage, case, ceiling, True)
        phase, found = 1, (math.inf, -1, -1, np.zeros((2, 0, 0), np.int8))
        if case.how == "cross":
            found = least_crossing(cost, neighbours, depth, middle, case.hop)
        if not math.isfinite(found[0]):
            phase, found = 0, least_stay(cost, neighbours, case.hop)
        seen = float(_capped(np.array([found[0]]), ceiling)[0])
        if seen > best:
            best, path = seen, way_back(found[3], neighbours, phase, found[1], found[2])
    return best, _waypoints(coverage, case, path)


def _case(
    coverage: Coverage, name: str, mask: Mask, start_ns: int, end_ns: int, how: str, speed_mps: float
) -> _Case | None:
    if how not in ("", "cross", "stay", "once"):
        raise Broken(f"no violation is called {how!r}", where="coverage.exposure")
    item = BY_NAME[name]
    how = how or HOW[item.lane]
    if len(mask) != coverage.grid.rows * coverage.grid.columns:
        raise Broken(f"a mask of {len(mask)} cells for another grid", where="coverage.exposure")
    start_ns, end_ns = max(start_ns, coverage.start_ns), min(end_ns, coverage.end_ns)
    cells = np.flatnonzero(mask).astype(np.int64)
    if name not in coverage.classes or not len(cells) or end_ns <= start_ns:
        return None
    speed = speed_mps or item.speed_mps
    layer_ns, hop = coverage.step_ns, 0
    if speed > 0.0:
        transit_ns = max(NS_PER_S, round(coverage.grid.cell_m / speed * NS_PER_S))
        hop = -(-transit_ns // coverage.step_ns)
        layer_ns = -(-transit_ns // hop)
    if how == "cross" and hop == 0:
        how = "stay"
    layers = -(-(end_ns - start_ns) // layer_ns)
    edges = np.minimum(start_ns + np.arange(layers + 1, dtype=np.int64) * layer_ns, end_ns)
    return _Case(coverage.classes.index(name), name, cells, edges, hop, how)


def _looks(coverage: Coverage, case: _Case) -> list[Look]:
    """The looks that count: what may stand still is not seen by those that see only what moves."""
    return [look for look in coverage.looks if case.how == "cross" or not look.view.moving]


def _shape(coverage: Coverage, case: _Case) -> tuple[Times, Times, Mask]:
    neighbours = neighbours_of(case.cells, coverage.grid.rows, coverage.grid.columns)
    depth, middle = depths_of(neighbours)
    return neighbours, depth, middle


def _ceilings(coverage: Coverage, case: _Case) -> list[float]:
    """The distinct ceilings of the looks that could see the case, highest first; only 0 when none could."""
    start, end = case.edges_ns[0], case.edges_ns[-1]
    found = {0.0}
    for look in _looks(coverage, case):
        if np.any(_on(look, look.view.rate[case.kind], coverage, case) > 0.0):
            if np.any((look.start_ns < end) & (look.end_ns > start)):
                found.add(float(look.view.ceiling[case.kind]))
    return sorted(found, reverse=True)[: max(1, len(found) - 1)]


def _on(look: Look, row: npt.NDArray[np.floating], coverage: Coverage, case: _Case) -> Floats:
    dense = np.zeros(coverage.grid.rows * coverage.grid.columns)
    dense[look.view.cells] = row
    return dense[case.cells]


def _cost(coverage: Coverage, case: _Case, ceiling: float, adversary: bool) -> Floats:
    """Exposure of a layer spent in a cell, (layers, cells): summed over groups, each by its best look."""
    shape = (len(case.edges_ns) - 1, len(case.cells))
    total = np.zeros(shape)
    for group in sorted(set(coverage.groups)):
        best = np.zeros(shape)
        for look in _looks(coverage, case):
            if coverage.groups[look.source] != group or look.view.ceiling[case.kind] < ceiling:
                continue
            rate = _on(look, look.view.rate[case.kind], coverage, case)
            share = _on(look, look.view.share[case.kind], coverage, case)
            if np.any(rate > 0.0):
                _take(best, rate, share, _watched_s(look, case), adversary)
        total += best
    return total


def _watched_s(look: Look, case: _Case) -> Floats:
    """Watched seconds per layer; a crossing's last layer, cut by the period, goes on as it was."""
    watched = look.watched_s(case.edges_ns)
    if case.how == "cross" and len(watched) > 1:
        whole, cut = case.edges_ns[1] - case.edges_ns[0], case.edges_ns[-1] - case.edges_ns[-2]
        watched[-1] *= int(whole) / int(cut)
    return watched


def _standing(coverage: Coverage, case: _Case) -> Floats:
    """Detection of an object that stands at a random place of each cell for the period; shape (cells,)."""
    best = np.zeros(len(case.cells))
    for ceiling in _ceilings(coverage, case):
        missed = np.ones(len(case.cells))
        for group in sorted(set(coverage.groups)):
            held = np.zeros(len(case.cells))
            for source in range(len(coverage.sources)):
                if coverage.groups[source] == group:
                    held = np.maximum(held, _standing_for(coverage, case, source, ceiling))
            missed *= 1.0 - held
        best = np.maximum(best, 1.0 - missed)
    return best


def _standing_for(coverage: Coverage, case: _Case, source: int, ceiling: float) -> Floats:
    exposure = np.zeros((len(case.edges_ns) - 1, len(case.cells)))
    share = np.zeros(len(case.cells))
    for look in _looks(coverage, case):
        if look.source == source and look.view.ceiling[case.kind] >= ceiling:
            rate = _on(look, look.view.rate[case.kind], coverage, case)
            watched = look.watched_s(case.edges_ns)
            if np.any(rate > 0.0) and np.any(watched > 0.0):
                share = np.maximum(share, _on(look, look.view.share[case.kind], coverage, case))
                _take(exposure, rate, np.ones(len(rate)), watched, True)
    return share * _capped(_sum_layers(exposure), ceiling)


def _least_once(
    coverage: Coverage, case: _Case, start_ns: int, end_ns: int
) -> tuple[float, tuple[Waypoint, ...]]:
    first, last = coverage.steps_in(start_ns, end_ns)
    edges = coverage.start_ns + np.arange(first, last + 1, dtype=np.int64) * coverage.step_ns
    step_s = coverage.step_ns / NS_PER_S
    dwell = coverage.dwell_s[case.kind]
    steps = msgspec.structs.replace(case, edges_ns=edges)
    best = np.zeros((last - first, len(case.cells)))
    for ceiling in _ceilings(coverage, steps):
        total = np.zeros_like(best)
        for group in sorted(set(coverage.groups)):
            held = np.zeros_like(best)
            for look in _looks(coverage, case):
                if coverage.groups[look.source] == group and look.view.ceiling[case.kind] >= ceiling:
                    # Whoever knows the holes acts in them: what is left of the dwell is all that is exposed.
                    left = np.maximum(0.0, dwell - (step_s - look.watched_s(edges)))
                    rate = _on(look, look.view.rate[case.kind], coverage, case)
                    _take(held, rate, _on(look, look.view.share[case.kind], coverage, case), left, True)
            total += held
        best = np.maximum(best, _capped(total.ravel(), ceiling).reshape(best.shape))
    place = int(np.argmin(best))
    step, cell = divmod(place, len(case.cells))
    middle = [int(edges[step]) + coverage.step_ns // 2]
    return float(best[step, cell]), _points(coverage, middle, case.cells[[cell]])


def _waypoints(coverage: Coverage, case: _Case, path: Times) -> tuple[Waypoint, ...]:
    edges = case.edges_ns
    times = [int((edges[layer] + edges[layer + 1]) // 2) for layer in path[:, 0]]
    return _points(coverage, times, case.cells[path[:, 1]])


def _points(coverage: Coverage, times: Sequence[int], cells: Times) -> tuple[Waypoint, ...]:
    east, north = coverage.grid.centres()
    rows = zip(times, cells, strict=True)
    return tuple(Waypoint(time, float(east[cell]), float(north[cell])) for time, cell in rows)


@numba.njit(cache=True)
def _take(best: Floats, rate: Floats, share: Floats, watched: Floats, adversary: bool) -> None:
    for layer in range(best.shape[0]):
        if watched[layer] <= 0.0:
            continue
        for i in range(best.shape[1]):
            exposure = rate[i] * watched[layer]
            if exposure <= 0.0:
                continue
            if share[i] < 1.0:
                if adversary:
                    continue
                exposure = -math.log(1.0 - share[i] * (1.0 - math.exp(-exposure)))
            best[layer, i] = max(best[layer, i], exposure)


@numba.njit(cache=True)
def _capped(exposure: Floats, ceiling: float) -> Floats:
    out = np.empty(len(exposure))
    for i in range(len(exposure)):
        out[i] = min(ceiling, 1.0 - math.exp(-exposure[i]))
    return out


@numba.njit(cache=True)
def _sum_layers(exposure: Floats) -> Floats:
    total = np.zeros(exposure.shape[1])
    for layer in range(exposure.shape[0]):
        for i in range(exposure.shape[1]):
            total[i] += exposure[layer, i]
    return total


@numba.njit(cache=True)
def _mean(values: Floats) -> float:
    total = 0.0
    for value in values:
        total += value
    return total / len(values) if len(values) else 0.0
