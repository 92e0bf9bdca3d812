"""Siting: sensors that do not stand yet, what they would see of each clause's area, and which of them to take.

    candidate   highest spot of each square of ``spacing_m`` on permitted land, off the stand-off, by kind; or named
    covers      a cell of a clause: one sensor alone would see the class there within SPAN_S with ``required`` or more
    area        best_set (``choose``): weight of a clause spread evenly over the cells of its area
    least       D_min: a crossing (in to the middle and out), an hour's stay, or what happens once, on the least exposed
                way, as ``exposure`` has it; greedy and swaps among those that see the least exposed way
    what if     sensors gone, weather, a jammed bearing: what is left of each clause
The bound of ``least`` is D_min with all candidates together. Source: ``choose`` and ``exposure``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
import numba
import numpy as np
import numpy.typing as npt

from truceline.coverage.choose import Choice, best_set
from truceline.coverage.crossing import depths_of, least_crossing, neighbours_of, way_back
from truceline.coverage.exposure import HOW
from truceline.coverage.footprint import SMOOTH_MAST_M, sector_view, site_place
from truceline.coverage.looks import sees_class
from truceline.coverage.patrol import HALF_WIDTH_M, way_distance
from truceline.coverage.plan import Kind, Plan, Task
from truceline.coverage.rings import cells_in, grid_ring, inside_ring
from truceline.coverage.terrain import Terrain
from truceline.coverage.view import INSTANT
from truceline.means.source import MODELS, Detection, Source
from truceline.means.watch import Sector
from truceline.terms.classes import BY_NAME, ObjectClass
from truceline.terms.faults import Refusal
from truceline.terms.place import Site, to_geographic

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Cells = npt.NDArray[np.int64]
Conditions = tuple[tuple[str, float], ...]

SPAN_S, STAY_S = 600.0, 3600.0
NEAR_WAY = 24


class Candidate(msgspec.Struct, frozen=True):
    """A sensor that could stand: name, kind, place on the grid and on the earth, eye above the ellipsoid, cost."""

    name: str
    kind: str
    east_m: float
    north_m: float
    site: Site
    cost: float


class Laid(msgspec.Struct, frozen=True):
    """What each candidate would see: rate per s and share in view (candidates, clauses, cells), ceiling (candidates,)."""

    rate: Floats
    share: Floats
    ceiling: Floats
    masks: Flags


class Kept(msgspec.Struct, frozen=True):
    """One clause under a set: share of its area seen, D_min, whether that is enough, and the least exposed way's cells."""

    clause: str
    area: float
    least: float
    enough: bool
    way: tuple[int, ...]


def class_of(task: Task) -> ObjectClass:
    """Return a clause's class at the height that it asks for."""
    held = BY_NAME[task.object_class]
    return held if task.height_m < 0.0 else msgspec.structs.replace(held, height_m=task.height_m)


def candidates_of(plan: Plan, terrain: Terrain | None) -> tuple[Candidate, ...]:
    """Return the candidates of a plan, in order of kind and place; named ones as they are named.

    Raises:
        Refusal: none is left, or a named one stands off the terrain.
    """
    found: list[Candidate] = []
    kinds = {kind.name: kind for kind in plan.kind}
    for named in plan.candidate:
        kind = kinds[named.kind or plan.kind[0].name]
        east, north = site_place(plan.theatre, Site(named.lat, named.lon))
        found.append(_standing(plan, terrain, kind, named.name, east, north))
    if not plan.candidate:
        spots = _spots(plan, terrain)
        each = min(max(1, plan.most_candidates // len(plan.kind)), len(spots))
        keep = np.unique(np.linspace(0, max(0, len(spots) - 1), each).round().astype(int)).tolist()
        for kind in plan.kind:
            for number in keep:
                east, north = spots[number]
                found.append(_standing(plan, terrain, kind, f"{kind.name}-{number + 1:03d}", east, north))
    if not found:
        raise Refusal("no candidate is left", remedy="more [[permitted]] land, or a smaller standoff_m")
    return tuple(found)


def lay(
    plan: Plan, candidates: Sequence[Candidate], terrain: Terrain | None, conditions: Conditions = ()
) -> Laid:
    """Return what candidates would see of every clause, under conditions of weather."""
    kinds = {kind.name: kind for kind in plan.kind}
    classes = [class_of(task) for task in plan.clause]
    grid = plan.grid
    shape = (len(candidates), len(classes), grid.rows * grid.columns)
    rate, share = np.zeros(shape), np.zeros(shape)
    for number, item in enumerate(candidates):
        kind = kinds[item.kind]
        source = Source(item.name, "stations", site=item.site, detection=kind.detection)
        stands = dict(conditions)
        if terrain is None:
            stands["above_m"] = kind.mast_m
        said = tuple(sorted(stands.items()))
        sector = Sector(item.site, kind.detection.range_m)
        view = sector_view(sector, source, plan.theatre, grid, classes, terrain, (), (1.0, 1.0), said)
        rate[number], share[number] = view.rate, view.share
        if view.moving:
            stays = [(task.how or HOW[BY_NAME[task.object_class].lane]) != "cross" for task in plan.clause]
            rate[number, stays] = 0.0
    rings = {zone.id: cells_in(grid, plan.theatre, zone.ring) for zone in plan.area}
    masks = np.array([rings[task.area] for task in plan.clause])
    return Laid(rate, share, np.array([kinds[item.kind].detection.ceiling for item in candidates]), masks)


def choose(plan: Plan, laid: Laid, candidates: Sequence[Candidate], exact_s: float = 0.0) -> Choice:
    """Return the best set by the plan's objective, with its bound."""
    cost = np.array([item.cost for item in candidates])
    covers, weight = _covers(plan, laid)
    by_area = best_set(covers, weight, cost, plan.sensors, plan.budget, exact_s)
    if plan.objective == "area":
        # sensors that add no area are put where they raise D_min
        more = _raised(plan, laid, cost, list(by_area.chosen))
        return msgspec.structs.replace(by_area, chosen=tuple(sorted(more)))
    return _least_set(plan, laid, cost, by_area)


def kept(plan: Plan, laid: Laid, chosen: Sequence[int]) -> tuple[Kept, ...]:
    """Return what a set gives for every clause."""
    covers, _ = _covers(plan, laid)
    found = []
    start = 0
    for number, task in enumerate(plan.clause):
        cells = int(laid.masks[number].sum())
        mine = covers[:, start : start + cells]
        start += cells
        area = float(mine[list(chosen)].any(axis=0).mean()) if len(chosen) and cells else 0.0
        least, way = least_of(plan, laid, number, chosen)
        found.append(Kept(task.id, area, least, least >= task.required, way))
    return tuple(found)


def least_of(plan: Plan, laid: Laid, number: int, chosen: Sequence[int]) -> tuple[float, tuple[int, ...]]:
    """Return D_min of a clause under a set, and the cells of the least exposed way."""
    task, grid = plan.clause[number], plan.grid
    item = class_of(task)
    how = task.how or HOW[item.lane]
    cells = np.flatnonzero(laid.masks[number]).astype(np.int64)
    if not len(chosen) or not len(cells):
        return 0.0, ()
    speed = item.speed_mps
    seconds = (
        grid.cell_m / speed if how == "cross" and speed > 0.0 else (1.0 if item.name in INSTANT else STAY_S)
    )
    best: tuple[float, tuple[int, ...]] = (0.0, ())
    for ceiling in sorted({float(laid.ceiling[n]) for n in chosen}):
        own = [n for n in chosen if laid.ceiling[n] >= ceiling]
        # whoever knows the sites keeps to what a cell hides
        whole = laid.share[own, number][:, cells] >= 1.0
        cost = seconds * np.where(whole, laid.rate[own, number][:, cells], 0.0).sum(axis=0)
        found, way = _way(cost, cells, grid.rows, grid.columns, how == "cross" and speed > 0.0)
        seen = min(ceiling, 1.0 - math.exp(-found))
        if seen >= best[0]:
            best = (seen, way)
    return best


def changed(
    plan: Plan,
    candidates: Sequence[Candidate],
    terrain: Terrain | None,
    chosen: Sequence[int],
    conditions: Conditions = (),
    without: Sequence[str] = (),
    jammed: Sequence[tuple[str, float, float]] = (),
) -> tuple[Kept, ...]:
    """Return what is left of every clause without sensors, in weather, with bearings jammed (name, from, to in degrees)."""
    left = [candidates[n] for n in chosen if candidates[n].name not in without]
    laid = lay(plan, left, terrain, conditions)
    east, north = plan.grid.centres()
    for number, item in enumerate(left):
        for name, low, high in jammed:
            if name in (item.name, "*"):
                bearing = np.degrees(np.arctan2(east - item.east_m, north - item.north_m))
                laid.rate[number][:, (bearing - low) % 360.0 <= (high - low) % 360.0] = 0.0
    return kept(plan, laid, range(len(left)))


def means_for(name: str) -> tuple[str, ...]:
    """Return the detection models that can see a class at all."""
    item = BY_NAME[name]
    found = []
    for model in MODELS:
        source = Source("any", "stations", detection=Detection(model=model))
        if sees_class(source, item):
            found.append(model)
        elif (model == "patrol" and name in HALF_WIDTH_M) or (model == "satellite" and item.lane == "ground"):
            found.append(model)
    return tuple(found)


def why_not(plan: Plan, number: int, most: Kept) -> str:
    """Return in words why no set of the candidates verifies a clause, and which means could."""
    task = plan.clause[number]
    others = [
        model for model in means_for(task.object_class) if model not in {k.detection.model for k in plan.kind}
    ]
    could = f"means that could: {', '.join(others)}" if others else "no other means of this centre could"
    item = class_of(task)
    if all(not sees_class(Source("any", "stations", detection=kind.detection), item) for kind in plan.kind):
        said = (
            "radar cannot see"
            if {k.detection.model for k in plan.kind} == {"radar"}
            else "these kinds cannot see"
        )
        return f"{said} the class {task.object_class} at all; {could}"
    return (
        f"with all candidates together D_min is {most.least:.2f}, below {task.required:.2f}, and {most.area:.0%} of "
        f"the area is seen: radar and others that stand behind the stand-off cannot see a {task.object_class} at "
        f"{item.height_m:g} m above the ground there; {could}, and flights nearer to it"
    )


def _least_set(plan: Plan, laid: Laid, cost: Floats, start: Choice) -> Choice:
    everyone = _score(plan, laid, range(len(cost)))
    chosen = _raised(plan, laid, cost, [])
    best = max((list(start.chosen), chosen), key=lambda held: _score(plan, laid, held))
    better = True
    while better:
        better = False
        for n in _near_way(plan, laid, best):
            for place in range(len(best)):
                held = [*best[:place], n, *best[place + 1 :]]
                if n in best or math.fsum(cost[held]) > plan.budget:
                    continue
                if _score(plan, laid, held) > _score(plan, laid, best) + 1e-9:
                    best, better = held, True
                    break
            if better:
                break
    value = _score(plan, laid, best)
    return Choice(tuple(sorted(best)), value, max(value, everyone), "all candidates together")


def _raised(plan: Plan, laid: Laid, cost: Floats, chosen: list[int]) -> list[int]:
    """The set with candidates added one by one, each the one that raises D_min most."""
    held = list(chosen)
    while len(held) < plan.sensors:
        options = [n for n in _near_way(plan, laid, held) if n not in held]
        options = [n for n in options if math.fsum(cost[[*held, n]]) <= plan.budget]
        if not options:
            break
        held.append(max(options, key=lambda n: (_score(plan, laid, [*held, n]), -n)))
    return held


def _score(plan: Plan, laid: Laid, chosen: Sequence[int]) -> float:
    weights = math.fsum(task.weight for task in plan.clause) or 1.0
    parts = (task.weight * least_of(plan, laid, n, chosen)[0] for n, task in enumerate(plan.clause))
    return math.fsum(parts) / weights


def _near_way(plan: Plan, laid: Laid, chosen: Sequence[int]) -> list[int]:
    """The candidates that see most of the least exposed ways; only they can raise D_min."""
    seen = np.zeros(len(laid.ceiling))
    for number, task in enumerate(plan.clause):
        _, way = least_of(plan, laid, number, chosen)
        on = np.array(way, int) if way else np.flatnonzero(laid.masks[number])
        seen += task.weight * (laid.rate[:, number][:, on] * (laid.share[:, number][:, on] >= 1.0)).sum(
            axis=1
        )
    order = sorted(range(len(seen)), key=lambda n: (-seen[n], n))
    return [n for n in order[:NEAR_WAY] if seen[n] > 0.0]


def _covers(plan: Plan, laid: Laid) -> tuple[Flags, Floats]:
    parts, weights = [], []
    for number, task in enumerate(plan.clause):
        cells = np.flatnonzero(laid.masks[number])
        found = _chance(
            laid.rate[:, number][:, cells], laid.share[:, number][:, cells], laid.ceiling, _span(task)
        )
        parts.append(found >= task.required)
        weights.append(np.full(len(cells), task.weight / max(1, len(cells))))
    return np.concatenate(parts, axis=1), np.concatenate(weights)


def _span(task: Task) -> float:
    return 1.0 if task.object_class in INSTANT else SPAN_S


def _standing(
    plan: Plan, terrain: Terrain | None, kind: Kind, name: str, east: float, north: float
) -> Candidate:
    ground = 0.0
    if terrain is not None:
        cell = terrain.cell_at(east, north)
        if cell is None:
            raise Refusal(f"candidate {name} stands off the terrain, or over a hole in it", where=plan.title)
        ground = float(terrain.heights_m[cell])
    lat, lon = to_geographic(plan.theatre, np.array([east]), np.array([north]))
    mast = kind.mast_m if terrain is not None else SMOOTH_MAST_M
    site = Site(round(float(lat[0]), 7), round(float(lon[0]), 7), round(ground + mast, 1))
    return Candidate(name, kind.name, east, north, site, kind.cost)


def _spots(plan: Plan, terrain: Terrain | None) -> list[tuple[float, float]]:
    """The highest permitted point of every square, row by row; its middle on a smooth earth."""
    rings = [ring for land in plan.permitted if (ring := grid_ring(plan.theatre, land.ring)) is not None]
    lines = [grid_ring(plan.theatre, (*s.points, s.points[-1])) for s in plan.keep_off]
    away = [line for line in lines if line is not None]
    count = max(1, math.ceil(2.0 * plan.half_width_m / plan.spacing_m))
    spots: list[tuple[float, float]] = []
    steps = 1 if terrain is None else max(1, min(20, round(plan.spacing_m / terrain.cell_m)))
    for square in range(count * count):
        best: tuple[float, float, float] | None = None
        for part in range(steps * steps):
            along, up = (part % steps + 0.5) / steps, (part // steps + 0.5) / steps
            east = round(-plan.half_width_m + (square % count + along) * plan.spacing_m, 3)
            north = round(-plan.half_width_m + (square // count + up) * plan.spacing_m, 3)
            if not any(inside_ring(east, north, *ring) for ring in rings):
                continue
            if any(way_distance(east, north, *line) < plan.standoff_m for line in away):
                continue
            cell = None if terrain is None else terrain.cell_at(east, north)
            if terrain is not None and cell is None:
                continue
            height = 0.0 if terrain is None or cell is None else float(terrain.heights_m[cell])
            if best is None or height > best[0]:
                best = (height, east, north)
        if best is not None:
            spots.append((best[1], best[2]))
    return spots


def _way(cost: Floats, cells: Cells, rows: int, columns: int, crosses: bool) -> tuple[float, tuple[int, ...]]:
    if not crosses:
        place = int(np.argmin(cost))
        return float(cost[place]), (int(cells[place]),)
    neighbours = neighbours_of(cells, rows, columns)
    depth, middle = depths_of(neighbours)
    layers = np.broadcast_to(cost, (4 * int(depth.max()) + 8, len(cells)))
    found, last, place, ways = least_crossing(np.ascontiguousarray(layers), neighbours, depth, middle, 1)
    if not math.isfinite(found):
        return float(cost.min()), ()
    path = way_back(ways, neighbours, 1, last, place)
    return float(found), tuple(int(cells[p]) for p in path[:, 1])


@numba.njit(cache=True)
def _chance(rate: Floats, share: Floats, ceiling: Floats, span_s: float) -> Floats:
    out = np.empty(rate.shape)
    for n in range(rate.shape[0]):
        for i in range(rate.shape[1]):
            out[n, i] = share[n, i] * min(ceiling[n], 1.0 - math.exp(-rate[n, i] * span_s))
    return out
