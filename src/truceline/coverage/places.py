"""One small place, far smaller than a cell: who looked at it, when, and would they have seen what stood there.

    look     q = share (1 - exp(-rate w)): share of 8 x 8 points of the place's disc in view (of a sector: its
             cell's), w
             watched seconds within the period
    source   P = min(c, 1 - prod over looks (1 - q));  group: max over sources;  place: D = 1 - prod over
             groups (1 - P)
Taken for every ceiling c with the looks trusted c or more, and the highest D kept (as ``exposure`` does). It
answers what stays at the place for the whole period: a declared position, a depot, a border post.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
import numba
import numpy as np
import numpy.typing as npt

from truceline.coverage.rings import SAMPLES, grid_ring, inside_ring
from truceline.coverage.watched import Coverage, Look
from truceline.means.watch import Area, Swath
from truceline.terms.place import Theatre, to_grid

Floats = npt.NDArray[np.float64]


class PlaceLook(msgspec.Struct, frozen=True):
    """One look at a place: source number, its time within the period, share in view, probability and its ceiling."""

    source: int
    start_ns: int
    end_ns: int
    share: float
    probability: float
    ceiling: float


def place_looks(
    coverage: Coverage,
    theatre: Theatre,
    name: str,
    lon_deg: float,
    lat_deg: float,
    radius_m: float,
    start_ns: int,
    end_ns: int,
) -> tuple[PlaceLook, ...]:
    """Return all looks that could have seen a class standing at a place in a period, by time and source."""
    if name not in coverage.classes or end_ns <= start_ns:
        return ()
    kind = coverage.classes.index(name)
    east, north = to_grid(theatre, np.array([lat_deg]), np.array([lon_deg]))
    place = (round(float(east[0]), 3), round(float(north[0]), 3), radius_m)
    found = []
    for look in coverage.looks:
        inside = (look.start_ns < end_ns) & (look.end_ns > start_ns)
        # what stands at a place is not seen by a source that sees only what moves
        if look.view.moving or not np.any(inside):
            continue
        watched = float(look.watched_s(np.array([start_ns, end_ns], np.int64))[0])
        rate, share = _reach(coverage, theatre, look, kind, place)
        probability = _seen(rate, share, watched)
        if probability > 0.0:
            begin = max(start_ns, int(look.start_ns[inside][0]))
            end = min(end_ns, int(look.end_ns[inside][-1]))
            ceiling = float(look.view.ceiling[kind])
            found.append(PlaceLook(look.source, begin, end, share, min(probability, ceiling), ceiling))
    return tuple(sorted(found, key=lambda item: (item.start_ns, item.source, item.end_ns, item.probability)))


def place_detection(
    coverage: Coverage,
    theatre: Theatre,
    name: str,
    lon_deg: float,
    lat_deg: float,
    radius_m: float,
    start_ns: int,
    end_ns: int,
) -> float:
    """Return the probability that a class standing at a place for a whole period would have been seen at least once."""
    looks = place_looks(coverage, theatre, name, lon_deg, lat_deg, radius_m, start_ns, end_ns)
    best = 0.0
    for ceiling in sorted({look.ceiling for look in looks}):
        missed = 1.0
        for group in sorted(set(coverage.groups)):
            held = 0.0
            for source, number in enumerate(coverage.groups):
                if number == group:
                    own = [look for look in looks if look.source == source and look.ceiling >= ceiling]
                    held = max(held, _source(own, ceiling))
            missed *= 1.0 - held
        best = max(best, 1.0 - missed)
    return best


def _source(looks: Sequence[PlaceLook], ceiling: float) -> float:
    missed = 1.0
    for look in looks:
        missed *= 1.0 - look.probability
    return min(ceiling, 1.0 - missed)


def _reach(
    coverage: Coverage, theatre: Theatre, look: Look, kind: int, place: tuple[float, float, float]
) -> tuple[float, float]:
    """Rate per second and share of the place's disc in view."""
    footprint = look.footprint
    if isinstance(footprint, Area | Swath):
        ring = grid_ring(theatre, footprint.ring)
        if ring is None:
            return 0.0, 0.0
        return float(look.view.visit[kind]), _disc_share(*place, ring[0], ring[1]) * look.view.clear
    cell = int(coverage.grid.cell_of(np.array([place[0]]), np.array([place[1]]))[0])
    if cell < 0:
        return 0.0, 0.0
    return float(look.view.rate[kind, cell]), float(look.view.share[kind, cell])


@numba.njit(cache=True)
def _seen(rate: float, share: float, watched: float) -> float:
    return share * (1.0 - math.exp(-rate * watched))


@numba.njit(cache=True)
def _disc_share(east: float, north: float, radius_m: float, ring_east: Floats, ring_north: Floats) -> float:
    points, hits = 0, 0
    for i in range(SAMPLES):
        dy = ((i + 0.5) / SAMPLES * 2.0 - 1.0) * radius_m
        for j in range(SAMPLES):
            dx = ((j + 0.5) / SAMPLES * 2.0 - 1.0) * radius_m
            if dx * dx + dy * dy > radius_m * radius_m:
                continue
            points += 1
            if inside_ring(east + dx, north + dy, ring_east, ring_north):
                hits += 1
    return hits / points
