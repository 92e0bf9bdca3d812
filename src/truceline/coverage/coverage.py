"""Coverage: how probably an object of a class would have been seen, per cell and step; by whom; and why not.

    look       all Watches of one source with one footprint: what it covers, and when (their union, clipped to
               the period)
    a step     P(look) = share max(chord, sure),   chord = (max(w, T) / S) q(min(w, T)),
               sure = q(T - (S - w)),   q(t) = min(c, 1 - exp(-rate t))
               share of the cell in view, w watched and S whole seconds of the step, T the class's dwell in a
               cell, c the ceiling: what the source is ever trusted with
    source     P(source) = max over its looks;  group of sources that share site, power, link or owner: max
               over them
    joint      P(at least one) = 1 - prod over groups (1 - P(group))
The step's formula is exact when the watch fills the step or the object stays all of it, else a lower bound
(the chord of a concave function). Without a Watch every factor is 0, exactly. Source: METHODS of ceasefire
verification as in ``detection``; independence as declared in the configuration.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import msgspec
import numba
import numpy as np
import numpy.typing as npt

from truceline.coverage.footprint import (
    CAUSE,
    CAUSES,
    CLASS,
    NOT_THERE,
    OUTAGE,
    WATCHED,
    View,
    dwell_s,
    no_view,
    view_of,
)
from truceline.coverage.terrain import Terrain
from truceline.means.source import Source, independent
from truceline.means.watch import Watch
from truceline.terms.classes import BY_NAME, ObjectClass
from truceline.terms.faults import Refusal
from truceline.terms.place import CellGrid, Theatre
from truceline.terms.time import NS_PER_S

__all__ = ["CAUSE", "CAUSES", "Coverage", "Look", "fold_coverage", "groups_of", "two_independent"]

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Codes = npt.NDArray[np.uint8]
Times = npt.NDArray[np.int64]

SMOOTH = "smooth earth"
# Share of cases in which what fools one source fools all of them (weather, deception, a wrong map): METHODS
# section 0.
COMMON_MODE = 0.05
KINDS_OF_LOOK: dict[str, str] = {"Sector": "sector", "Cone": "cone", "Area": "area", "Swath": "swath"}


class Look(msgspec.Struct, frozen=True):
    """One source's footprint and the stretches [start_ns, end_ns), disjoint and sorted, of watching."""

    source: int
    kind: str
    mode: str
    view: View
    start_ns: Times
    end_ns: Times

    def watched_s(self, edges_ns: Times) -> Floats:
        """Return the watched seconds within each of the consecutive stretches of ``edges_ns`` (n + 1,)."""
        return _overlap_s(self.start_ns, self.end_ns, edges_ns)


class Coverage(msgspec.Struct, frozen=True):
    """``probability`` [class, step, cell]; ``by_source`` and ``cause`` [source, class, step, cell].

    Steps start at ``start_ns + n step_ns``; ``dwell_s`` and ``heights_m`` are those each class was folded
    with; ``groups`` numbers the sources' independence groups; ``looks`` are what the arrays were made of.
    """

    grid: CellGrid
    start_ns: int
    step_ns: int
    classes: tuple[str, ...]
    sources: tuple[str, ...]
    probability: Singles
    by_source: Singles
    cause: Codes
    terrain: str
    groups: tuple[int, ...]
    dwell_s: tuple[float, ...]
    heights_m: tuple[float, ...]
    looks: tuple[Look, ...]

    @property
    def steps(self) -> int:
        """Return the number of steps."""
        return int(self.probability.shape[1])

    @property
    def end_ns(self) -> int:
        """Return the end of the last step."""
        return self.start_ns + self.steps * self.step_ns

    def steps_in(self, start_ns: int, end_ns: int) -> tuple[int, int]:
        """Return the first step and the step after the last that [start_ns, end_ns) touches."""
        first = (start_ns - self.start_ns) // self.step_ns
        last = -((self.start_ns - end_ns) // self.step_ns)
        return max(0, min(first, self.steps)), max(0, min(last, self.steps))


def fold_coverage(
    watches: Sequence[Watch],
    sources: Sequence[Source],
    theatre: Theatre,
    grid: CellGrid,
    start_ns: int,
    end_ns: int,
    step_ns: int,
    classes: Sequence[str],
    terrain: Terrain | None = None,
    heights_m: Mapping[str, float] | None = None,
) -> Coverage:
    """Return the coverage of [start_ns, end_ns) in steps of ``step_ns`` (the last may reach beyond the end).

    ``heights_m`` overrides a class's height above ground in metres. Watches of unknown sources and empty
    Watches cover nothing. The order of ``watches`` does not matter.

    Raises:
        Refusal: no time, no step, an unknown class, or a negative height.
    """
    if end_ns <= start_ns or step_ns <= 0:
        raise Refusal(
            "coverage needs a period and a step longer than nothing", remedy="check the day and step_s"
        )
    kinds = tuple(_class_at(name, heights_m or {}) for name in classes)
    steps = -((start_ns - end_ns) // step_ns)
    looks = looks_of(watches, sources, theatre, grid, kinds, start_ns, end_ns, terrain)
    groups = groups_of(sources)
    dwells = tuple(dwell_s(item, grid.cell_m, step_ns / NS_PER_S) for item in kinds)
    edges = np.minimum(start_ns + np.arange(steps + 1, dtype=np.int64) * step_ns, end_ns)
    shape = (len(sources), len(kinds), steps, grid.rows * grid.columns)
    by_source, cause = np.zeros(shape, np.float32), np.zeros(shape, np.uint8)
    for number, source in enumerate(sources):
        own = [look for look in looks if look.source == number]
        cause[number] = _idle_cause(own, source, theatre, grid, kinds, terrain)[:, None, :]
    for look in looks:
        view = look.view
        _lay(
            by_source[look.source], cause[look.source], view.cells, view.share, view.rate, view.cause,
            view.ceiling, look.watched_s(edges), np.array(dwells), step_ns / NS_PER_S,
        )  # fmt: skip
    return Coverage(
        grid,
        start_ns,
        step_ns,
        tuple(classes),
        tuple(source.name for source in sources),
        _at_least_one(by_source, np.array(groups, dtype=np.int64)),
        by_source,
        cause,
        SMOOTH if terrain is None else terrain.text(),
        groups,
        dwells,
        tuple(item.height_m for item in kinds),
        looks,
    )


def looks_of(
    watches: Sequence[Watch],
    sources: Sequence[Source],
    theatre: Theatre,
    grid: CellGrid,
    classes: Sequence[ObjectClass],
    start_ns: int,
    end_ns: int,
    terrain: Terrain | None = None,
) -> tuple[Look, ...]:
    """Return the looks of Watches within a period, in order of source and content."""
    numbers = {source.name: number for number, source in enumerate(sources)}
    held: dict[tuple[int, bytes], list[Watch]] = {}
    for watch in watches:
        if watch.source in numbers and watch.start_ns < end_ns and watch.end_ns > start_ns:
            held.setdefault((numbers[watch.source], _look_key(watch)), []).append(watch)
    looks = []
    for (number, _), own in sorted(held.items(), key=lambda entry: entry[0]):
        view = view_of(own[0], sources[number], theatre, grid, classes, terrain)
        starts, ends = _union([(max(w.start_ns, start_ns), min(w.end_ns, end_ns)) for w in own])
        kind = KINDS_OF_LOOK[type(own[0].footprint).__name__]
        looks.append(Look(number, kind, own[0].mode, view, starts, ends))
    return tuple(looks)


def groups_of(sources: Sequence[Source]) -> tuple[int, ...]:
    """Return per source its independence group: sources linked by anything shared are in one group."""
    groups = list(range(len(sources)))
    for one in range(len(sources)):
        for other in range(one):
            if not independent(sources[one], sources[other]):
                low, high = sorted((groups[one], groups[other]))
                groups = [low if group == high else group for group in groups]
    return tuple(groups)


def two_independent(
    coverage: Coverage, name: str, sources: Sequence[Source], common_mode: float = COMMON_MODE
) -> Singles:
    """Return the probability that two independent sources would both have seen a class; shape (step, cell).

        P = (1 - common_mode) (1 - prod(1 - P_g) - sum_g P_g prod_{h != g} (1 - P_h)),  P_g = max over the
                                                                                        group's sources

    ``common_mode`` is the share of cases in which what hides an object from one source hides it from all of
    them.
    """
    groups = np.array(groups_of(sources), dtype=np.int64)
    return _at_least_two(coverage.by_source[:, coverage.classes.index(name)], groups, 1.0 - common_mode)


def _class_at(name: str, heights_m: Mapping[str, float]) -> ObjectClass:
    if name not in BY_NAME:
        raise Refusal(f"no object class is called {name!r}", remedy=f"known: {', '.join(BY_NAME)}")
    height = heights_m.get(name, BY_NAME[name].height_m)
    if not height >= 0.0:
        raise Refusal(f"{name} at {height} m above ground", remedy="give 0 or more")
    return msgspec.structs.replace(BY_NAME[name], height_m=float(height))


def _look_key(watch: Watch) -> bytes:
    """A visit's probability belongs to the whole visit, so its times are part of it; a sector's are not."""
    steady = type(watch.footprint).__name__ in ("Sector", "Cone")
    times = (0, 0) if steady else (watch.start_ns, watch.end_ns)
    return msgspec.json.encode((times, watch.footprint, watch.health, watch.mode, watch.classes))


def _union(stretches: Sequence[tuple[int, int]]) -> tuple[Times, Times]:
    starts: list[int] = []
    ends: list[int] = []
    for start, end in sorted(stretches):
        if starts and start <= ends[-1]:
            ends[-1] = max(ends[-1], end)
        else:
            starts.append(start)
            ends.append(end)
    return np.array(starts, np.int64), np.array(ends, np.int64)


def _idle_cause(
    looks: Sequence[Look],
    source: Source,
    theatre: Theatre,
    grid: CellGrid,
    classes: Sequence[ObjectClass],
    terrain: Terrain | None,
) -> Codes:
    """Per class and cell, why the source sees nothing there while it does not watch."""
    views = [look.view for look in looks]
    steady = [view for view in views if view.steady]
    if source.site is not None and not views:
        steady = [no_view(source, theatre, grid, classes, terrain)]
    idle = np.full((len(classes), grid.rows * grid.columns), NOT_THERE, np.uint8)
    if views and not steady:
        nobody = np.all([np.all(view.cause == CLASS, axis=1) for view in views], axis=0)
        idle[nobody] = CLASS
    for number, view in enumerate(steady):
        reason = np.where(view.cause == WATCHED, np.uint8(OUTAGE), view.cause)
        idle = reason if number == 0 else np.where(idle == OUTAGE, idle, reason)
    return idle


@numba.njit(cache=True)
def _overlap_s(starts: Times, ends: Times, edges: Times) -> Floats:
    watched = np.zeros(len(edges) - 1)
    first = 0
    for n in range(len(edges) - 1):
        while first < len(starts) and ends[first] <= edges[n]:
            first += 1
        total = np.int64(0)
        i = first
        while i < len(starts) and starts[i] < edges[n + 1]:
            total += min(ends[i], edges[n + 1]) - max(starts[i], edges[n])
            i += 1
        watched[n] = total / 1e9
    return watched


@numba.njit(cache=True)
def _lay(
    by_source: Singles,
    cause: Codes,
    cells: Times,
    share: Singles,
    rate: Floats,
    reason: Codes,
    ceiling: Floats,
    watched: Floats,
    dwells: Floats,
    step_s: float,
) -> None:
    kinds, count = rate.shape
    for kind in range(kinds):
        held = -1.0
        chance = np.zeros(count, np.float32)
        for step in range(len(watched)):
            seconds = watched[step]
            if seconds <= 0.0:
                continue
            if seconds != held:
                held = seconds
                within = min(seconds, dwells[kind])
                part = max(seconds, dwells[kind]) / step_s
                surely = max(0.0, dwells[kind] - (step_s - seconds))
                for i in range(count):
                    if rate[kind, i] > 0.0:
                        chord = part * min(ceiling[kind], 1.0 - math.exp(-rate[kind, i] * within))
                        least = min(ceiling[kind], 1.0 - math.exp(-rate[kind, i] * surely))
                        chance[i] = np.float32(share[kind, i] * max(chord, least))
            for i in range(count):
                cell = cells[i]
                by_source[kind, step, cell] = max(by_source[kind, step, cell], chance[i])
                if by_source[kind, step, cell] > 0.0:
                    cause[kind, step, cell] = 0
                elif reason[kind, i] != 0:
                    cause[kind, step, cell] = reason[kind, i]


@numba.njit(cache=True)
def _at_least_one(by_source: Singles, groups: Times) -> Singles:
    sources, kinds, steps, cells = by_source.shape
    out = np.zeros((kinds, steps, cells), np.float32)
    best = np.zeros(sources)
    for kind in range(kinds):
        for step in range(steps):
            for cell in range(cells):
                best[:] = 0.0
                some = False
                for source in range(sources):
                    p = by_source[source, kind, step, cell]
                    if p > 0.0:
                        some = True
                        best[groups[source]] = max(best[groups[source]], p)
                if some:
                    missed = 1.0
                    for group in range(sources):
                        missed *= 1.0 - best[group]
                    out[kind, step, cell] = 1.0 - missed
    return out


@numba.njit(cache=True)
def _at_least_two(by_source: Singles, groups: Times, trust: float) -> Singles:
    sources, steps, cells = by_source.shape
    out = np.zeros((steps, cells), np.float32)
    best = np.zeros(sources)
    for step in range(steps):
        for cell in range(cells):
            best[:] = 0.0
            for source in range(sources):
                best[groups[source]] = max(best[groups[source]], by_source[source, step, cell])
            none, one = 1.0, 0.0
            for group in range(sources):
                one = one * (1.0 - best[group]) + none * best[group]
                none *= 1.0 - best[group]
            out[step, cell] = max(0.0, trust * (1.0 - none - one))
    return out
