"""What a visit, a frame or a pass covers: a ring that was looked at once, or the ground beside a patrol's way.

    ring        share of 8 x 8 points of each cell inside, times the clear share of a satellite's sky
    chance      the sender's own per class; else, by the declared model: camera, satellite: from the image's ground sample
                distance (``camera.sampled_look``); without either nothing is claimed
    way         ``patrol``: lateral range by class and visibility, when the sender states no chance of his own
The rate is that which gives the chance over the whole visit; an unknown sky is not a clear one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from truceline.coverage.camera import SIZE_M, sampled_look
from truceline.coverage.detection import rate_of_visit
from truceline.coverage.patrol import HALF_WIDTH_M, lateral_chance, patrolled
from truceline.coverage.rings import ring_share
from truceline.coverage.view import CLASS, INSTANT, RANGE, WATCHED, WEATHER, View, trust_of, whole
from truceline.means.source import Source
from truceline.means.watch import Area, Route, Swath, Watch
from truceline.terms.classes import ObjectClass
from truceline.terms.place import CellGrid, Theatre, to_grid
from truceline.terms.time import NS_PER_S

# Eyes that nobody told of mist see as far as this.
FAIR_M = 10_000.0


def ring_view(
    watch: Watch,
    footprint: Area | Swath,
    source: Source,
    theatre: Theatre,
    grid: CellGrid,
    classes: Sequence[ObjectClass],
) -> View:
    """Return what a ring that was looked at once covers."""
    share = ring_share(grid, theatre, footprint.ring)
    cells = np.flatnonzero(share > 0.0)
    clear = clear_share(watch, footprint)
    seconds = (watch.end_ns - watch.start_ns) / NS_PER_S
    trust = trust_of(watch.health, watch.trust)
    shape = (len(classes), len(cells))
    cause, ceiling = np.full(shape, CLASS, np.uint8), np.zeros(len(classes))
    visit = np.zeros(len(classes))
    for number, item in enumerate(classes):
        chance = _chance(watch, source, item)
        if chance > 0.0:
            ceiling[number] = min(source.detection.ceiling, chance) * trust
            lasting = 1.0 if item.name in INSTANT else seconds
            visit[number] = rate_of_visit(ceiling[number], lasting)
            cause[number] = WATCHED if clear > 0.0 and seconds > 0.0 else WEATHER
    seen = np.broadcast_to(whole(share[cells] * clear), shape).astype(np.float32)
    seen = np.where(cause == WATCHED, seen, np.float32(0))
    rate = np.where(cause == WATCHED, visit[:, None], 0.0)
    return View(cells, seen, rate, cause, ceiling, False, visit, clear)


def route_view(
    watch: Watch,
    footprint: Route,
    source: Source,
    theatre: Theatre,
    grid: CellGrid,
    classes: Sequence[ObjectClass],
) -> View:
    """Return what a patrol covers along its way."""
    points = np.array(footprint.points, float).reshape(-1, 2)
    east, north = to_grid(theatre, points[:, 1], points[:, 0])
    cells = np.arange(grid.rows * grid.columns)
    shape = (len(classes), len(cells))
    seconds = (watch.end_ns - watch.start_ns) / NS_PER_S
    visibility = dict(watch.conditions).get("visibility_m", FAIR_M)
    stated, trust = dict(watch.classes), trust_of(watch.health, watch.trust)
    widths = np.array([HALF_WIDTH_M.get(item.name, 0.0) for item in classes])
    area = (grid.east_m, grid.north_m, grid.cell_m, grid.rows, grid.columns)
    mean = np.zeros(shape)
    if np.all(np.isfinite(east)):
        place = (np.round(east, 3), np.round(north, 3))
        mean = patrolled(area, *place, widths, visibility, footprint.reach_m)
    share, rate = np.zeros(shape, np.float32), np.zeros(shape)
    ceiling, visit = np.zeros(len(classes)), np.zeros(len(classes))
    cause = np.full(shape, CLASS, np.uint8)
    for number, item in enumerate(classes):
        best = lateral_chance(0.0, widths[number], visibility, footprint.reach_m)
        best = min(best, stated.get(item.name, 0.0 if watch.classes else 1.0), source.detection.ceiling)
        if best <= 0.0 or seconds <= 0.0:
            continue
        ceiling[number] = best * trust
        visit[number] = rate_of_visit(ceiling[number], seconds)
        share[number] = np.minimum(1.0, mean[number])
        cause[number] = np.where(mean[number] > 0.0, WATCHED, RANGE)
        rate[number] = np.where(mean[number] > 0.0, visit[number], 0.0)
    return View(cells, share, rate, cause, ceiling, False, visit)


def clear_share(watch: Watch, footprint: Area | Swath) -> float:
    """Return the share of clear sky: the pass's own, else one less the cloud that weather reports tell; 0 when unknown."""
    if not isinstance(footprint, Swath):
        return 1.0
    clear = footprint.clear_share
    if not math.isfinite(clear):
        clear = 1.0 - dict(watch.conditions).get("cloud", 1.0)
    return min(1.0, max(0.0, clear))


def _chance(watch: Watch, source: Source, item: ObjectClass) -> float:
    if watch.classes:
        return dict(watch.classes).get(item.name, 0.0)
    sample = dict(watch.conditions).get("gsd_m", source.detection.gsd_m)
    if source.detection.model not in ("camera", "satellite") or item.name in INSTANT or sample <= 0.0:
        return 0.0
    return float(sampled_look(sample, SIZE_M.get(item.name, 0.0)))
