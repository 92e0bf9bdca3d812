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

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from truceline.coverage.footprint import (
    CAUSE,
    CAUSES,
    CLASS,
    NOT_THERE,
    OUTAGE,
    WATCHED,
    cells_in,
    dwell_s,
    no_view,
)
from truceline.coverage.joint import at_least_one, at_least_two, lay_look
from truceline.coverage.reasons import COVERAGE, coverage_table, explain
from truceline.coverage.terrain import Terrain
from truceline.coverage.watched import Coverage, Look, looks_of
from truceline.means.source import Source, independent
from truceline.means.watch import Watch
from truceline.terms.classes import BY_NAME, ObjectClass
from truceline.terms.faults import Refusal
from truceline.terms.place import CellGrid, Theatre
from truceline.terms.time import NS_PER_S

__all__ = [
    "CAUSE",
    "CAUSES",
    "COVERAGE",
    "Coverage",
    "Look",
    "cells_in",
    "coverage_table",
    "explain",
    "fold_coverage",
    "groups_of",
    "two_independent",
]

Singles = npt.NDArray[np.float32]
Codes = npt.NDArray[np.uint8]

SMOOTH = "smooth earth"
# Share of cases in which what hides an object from one source hides it from all (weather, deception, a wrong
# map): METHODS section 0, measured with 5 %.
COMMON_MODE = 0.05


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
        if view.moving:
            # a class stands for a member that may stop: only what must move is seen (``exposure``)
            view = msgspec.structs.replace(view, rate=np.zeros_like(view.rate))
        lay_look(
            by_source[look.source], cause[look.source], view.cells, view.share, view.rate, view.cause,
            view.ceiling, look.watched_s(edges), np.array(dwells), step_ns / NS_PER_S,
        )  # fmt: skip
    return Coverage(
        grid,
        start_ns,
        step_ns,
        tuple(classes),
        tuple(source.name for source in sources),
        at_least_one(by_source, np.array(groups, dtype=np.int64)),
        by_source,
        cause,
        SMOOTH if terrain is None else terrain.text(),
        groups,
        dwells,
        tuple(item.height_m for item in kinds),
        looks,
    )


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
    return at_least_two(coverage.by_source[:, coverage.classes.index(name)], groups, 1.0 - common_mode)


def _class_at(name: str, heights_m: Mapping[str, float]) -> ObjectClass:
    if name not in BY_NAME:
        raise Refusal(f"no object class is called {name!r}", remedy=f"known: {', '.join(BY_NAME)}")
    height = heights_m.get(name, BY_NAME[name].height_m)
    if not height >= 0.0:
        raise Refusal(f"{name} at {height} m above ground", remedy="give 0 or more")
    return msgspec.structs.replace(BY_NAME[name], height_m=float(height))


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
        steady = [no_view(source, source.site, theatre, grid, classes, terrain)]
    idle = np.full((len(classes), grid.rows * grid.columns), NOT_THERE, np.uint8)
    if views and not steady:
        nobody = np.all([np.all(view.cause == CLASS, axis=1) for view in views], axis=0)
        idle[nobody] = CLASS
    for number, view in enumerate(steady):
        reason = np.where(view.cause == WATCHED, np.uint8(OUTAGE), view.cause)
        idle = reason if number == 0 else np.where(idle == OUTAGE, idle, reason)
    return idle
