"""What a Watch's footprint covers: the share of each cell in view, the rate of detection there, or why none.

    sector, cone    per cell: azimuth inside, slant range <= instrumented range, above the 4/3-earth horizon
                    or, with
                    terrain, the share of its ground from which an object of the class's height is visible
    area, swath     per cell: share of 8 x 8 sample points inside the ring, times the clear share of a swath
Range and horizon are taken at the cell's far corner, so that no part of a covered cell is worse than said. On
smooth earth a site stands SMOOTH_MAST_M above its surroundings: a smooth earth knows no hill to stand on.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
import numba
import numpy as np
import numpy.typing as npt

from truceline.coverage.detection import horizon_m, radar_look, rate_of_looks, rate_of_visit
from truceline.coverage.terrain import Terrain, visible_share
from truceline.means.source import Source
from truceline.means.watch import Area, Cone, Sector, Swath, Watch
from truceline.terms.classes import ObjectClass
from truceline.terms.place import CellGrid, Site, Theatre, convergence_rad, to_grid
from truceline.terms.time import NS_PER_S

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Codes = npt.NDArray[np.uint8]

CAUSES: tuple[str, ...] = (
    "watched",
    "not there",
    "outage",
    "range",
    "horizon",
    "terrain",
    "class",
    "sector",
    "weather",
)
CAUSE: dict[str, int] = {name: number for number, name in enumerate(CAUSES)}
WATCHED, NOT_THERE, OUTAGE, RANGE, HORIZON, TERRAIN, CLASS, SECTOR, WEATHER = range(9)

SMOOTH_MAST_M = 15.0
# A share this near to one is one: elevation models and rings are no better than that.
WHOLE_SHARE = 0.98
# What a sensor that calls itself degraded is still trusted with; issue of the running Pd estimate, not of a
# book.
DEGRADED = 0.5
INSTANT: tuple[str, ...] = ("shot",)
# Means that hear only those who speak. Whoever breaks a clause may stay silent, so they cover no class at all.
COOPERATIVE = frozenset({"adsb", "aircraft", "flights"})
COOPERATIVE_MODE = "cooperative"
SAMPLES = 8


class View(msgspec.Struct, frozen=True):
    """What one footprint covers: ``cells`` (n,); per class and cell the share in view, rate per s, and cause.

    ``ceiling`` caps every probability of a class. ``steady`` views last (sector, cone); the others are visits
    or passes, whose rate per class (``visit``) and share of clear sky are the same all over the ring.
    """

    cells: npt.NDArray[np.int64]
    share: Singles
    rate: Floats
    cause: Codes
    ceiling: Floats
    steady: bool
    visit: Floats
    clear: float = 1.0
    east_m: float = math.nan
    north_m: float = math.nan


def dwell_s(item: ObjectClass, cell_m: float, step_s: float) -> float:
    """Return how long an object stays in a cell: a second for an instant, a step for what stands still."""
    if item.name in INSTANT:
        return 1.0
    return min(step_s, cell_m / item.speed_mps) if item.speed_mps > 0.0 else step_s


def view_of(
    watch: Watch,
    source: Source,
    theatre: Theatre,
    grid: CellGrid,
    classes: Sequence[ObjectClass],
    terrain: Terrain | None,
) -> View:
    """Return what a Watch covers of the grid for classes of the given heights above ground."""
    footprint = watch.footprint
    trust = DEGRADED if watch.health == "degraded" else 1.0
    if isinstance(footprint, Area | Swath):
        return _ring_view(watch, footprint, source, theatre, grid, classes, trust)
    if isinstance(footprint, Cone):
        low, high = (
            footprint.azimuth_rad - footprint.half_angle_rad,
            footprint.azimuth_rad + footprint.half_angle_rad,
        )
        footprint = Sector(footprint.site, footprint.range_m, low, high)
    stated = tuple((item.name, 0.0) for item in classes) if watch.mode == COOPERATIVE_MODE else watch.classes
    return sector_view(footprint, source, theatre, grid, classes, terrain, stated, trust)


def sector_view(
    sector: Sector,
    source: Source,
    theatre: Theatre,
    grid: CellGrid,
    classes: Sequence[ObjectClass],
    terrain: Terrain | None,
    stated: tuple[tuple[str, float], ...] = (),
    trust: float = 1.0,
) -> View:
    """Return what a disc or sector round a site covers, by ``stated`` classes or the declared radar model."""
    model = source.detection
    if not stated and source.means in COOPERATIVE:
        stated = tuple((item.name, 0.0) for item in classes)
    chance = np.full(len(classes), math.nan if not stated else 0.0)
    for number, item in enumerate(classes):
        chance[number] = dict(stated).get(item.name, chance[number])
    ceiling = np.where(np.isnan(chance), model.ceiling, np.minimum(chance, model.ceiling)) * trust
    east_m, north_m = site_place(theatre, sector.site)
    heights = np.array([item.height_m for item in classes], float)
    if terrain is None:
        seen = np.ones((len(classes), grid.rows * grid.columns))
    else:
        seen = visible_share(terrain, grid, east_m, north_m, sector.site.height_m, sector.range_m, heights)
    share, rate, cause = _sector_cells(
        *grid.centres(),
        grid.cell_m * math.sqrt(0.5),
        (
            east_m,
            north_m,
            convergence_rad(theatre, sector.site),
            -1.0 if terrain is not None else SMOOTH_MAST_M,
        ),
        (sector.range_m, sector.from_rad, sector.to_rad),
        (model.reference_range_m, model.pfa, model.look_s, model.range_m),
        heights,
        np.array([item.rcs_m2 for item in classes], float),
        chance,
        ceiling,
        _whole(seen),
    )
    cells = np.arange(grid.rows * grid.columns)
    return View(cells, share, rate, cause, ceiling, True, np.zeros(len(classes)), 1.0, east_m, north_m)


def site_place(theatre: Theatre, site: Site) -> tuple[float, float]:
    """Return (east_m, north_m) of a site on the theatre grid, to the millimetre."""
    east, north = to_grid(theatre, np.array([site.lat_deg]), np.array([site.lon_deg]))
    return round(float(east[0]), 3), round(float(north[0]), 3)


def grid_ring(theatre: Theatre, ring: Sequence[tuple[float, float]]) -> tuple[Floats, Floats] | None:
    """Return (east_m, north_m) of a ring of (lon_deg, lat_deg), to the millimetre; None when it is no ring."""
    points = np.array(ring, float).reshape(-1, 2)
    east, north = to_grid(theatre, points[:, 1], points[:, 0])
    if len(points) < 3 or not np.all(np.isfinite(east)):
        return None
    return np.round(east, 3), np.round(north, 3)


def ring_share(grid: CellGrid, theatre: Theatre, ring: Sequence[tuple[float, float]]) -> Floats:
    """Return the share of each cell inside a ring of (lon_deg, lat_deg), in 64ths; shape (cells,)."""
    place = grid_ring(theatre, ring)
    if place is None:
        return np.zeros(grid.rows * grid.columns)
    return _inside_share(grid.east_m, grid.north_m, grid.cell_m, grid.rows, grid.columns, *place)


def cells_in(grid: CellGrid, theatre: Theatre, ring: Sequence[tuple[float, float]]) -> npt.NDArray[np.bool_]:
    """Return the mask of cells half or more inside a ring of (lon_deg, lat_deg), else of those it touches."""
    share = ring_share(grid, theatre, ring)
    half = share >= 0.5
    return half if half.any() else share > 0.0


def _whole(share: Floats) -> Floats:
    return np.where(share >= WHOLE_SHARE, 1.0, share)


def _ring_view(
    watch: Watch,
    footprint: Area | Swath,
    source: Source,
    theatre: Theatre,
    grid: CellGrid,
    classes: Sequence[ObjectClass],
    trust: float,
) -> View:
    share = ring_share(grid, theatre, footprint.ring)
    cells = np.flatnonzero(share > 0.0)
    clear = footprint.clear_share if isinstance(footprint, Swath) else 1.0
    # An unknown sky is not a clear one.
    clear = min(1.0, max(0.0, clear)) if math.isfinite(clear) else 0.0
    seconds = (watch.end_ns - watch.start_ns) / NS_PER_S
    stated = dict(watch.classes)
    shape = (len(classes), len(cells))
    cause, ceiling = np.full(shape, CLASS, np.uint8), np.zeros(len(classes))
    visit = np.zeros(len(classes))
    for number, item in enumerate(classes):
        if stated.get(item.name, 0.0) > 0.0:
            ceiling[number] = min(source.detection.ceiling, stated[item.name]) * trust
            lasting = 1.0 if item.name in INSTANT else seconds
            visit[number] = rate_of_visit(ceiling[number], lasting)
            cause[number] = WATCHED if clear > 0.0 and seconds > 0.0 else WEATHER
    seen = np.broadcast_to(_whole(share[cells] * clear), shape).astype(np.float32)
    seen = np.where(cause == WATCHED, seen, np.float32(0))
    rate = np.where(cause == WATCHED, visit[:, None], 0.0)
    return View(cells, seen, rate, cause, ceiling, False, visit, clear)


def no_view(
    source: Source,
    site: Site,
    theatre: Theatre,
    grid: CellGrid,
    classes: Sequence[ObjectClass],
    terrain: Terrain | None,
) -> View:
    """Return what a silent source would cover if it lived, by its declared site and model: for reasons."""
    return sector_view(Sector(site, source.detection.range_m), source, theatre, grid, classes, terrain)


@numba.njit(cache=True)
def _sector_cells(
    east: Floats,
    north: Floats,
    corner_m: float,
    site: tuple[float, float, float, float],
    reach: tuple[float, float, float],
    model: tuple[float, float, float, float],
    heights: Floats,
    rcs: Floats,
    chance: Floats,
    ceiling: Floats,
    seen: Floats,
) -> tuple[Singles, Floats, Codes]:
    kinds, cells = seen.shape
    share = np.zeros((kinds, cells), np.float32)
    rate = np.zeros((kinds, cells))
    cause = np.zeros((kinds, cells), np.uint8)
    east0, north0, turn, mast = site
    limit = min(reach[0], model[3])
    width = reach[2] - reach[1]
    whole = width >= 2.0 * math.pi - 1e-9
    for cell in range(cells):
        dx, dy = east[cell] - east0, north[cell] - north0
        far = math.sqrt(dx * dx + dy * dy) + corner_m
        azimuth = math.atan2(dx, dy) + turn - reach[1]
        outside = not whole and azimuth - 2.0 * math.pi * math.floor(azimuth / (2.0 * math.pi)) > width
        for kind in range(kinds):
            stated = not math.isnan(chance[kind])
            slant = math.sqrt(far * far + heights[kind] * heights[kind])
            if (stated and chance[kind] <= 0.0) or (not stated and rcs[kind] <= 0.0):
                cause[kind, cell] = CLASS
            elif outside:
                cause[kind, cell] = SECTOR
            elif slant > limit:
                cause[kind, cell] = RANGE
            elif mast >= 0.0 and far > horizon_m(mast, heights[kind]):
                cause[kind, cell] = HORIZON
            elif seen[kind, cell] <= 0.0:
                cause[kind, cell] = TERRAIN
            else:
                look = ceiling[kind]
                if not stated:
                    look = radar_look(slant, rcs[kind], model[0], model[1], ceiling[kind])
                rate[kind, cell] = rate_of_looks(look, model[2])
                share[kind, cell] = seen[kind, cell]
                if rate[kind, cell] <= 0.0:
                    cause[kind, cell] = RANGE
    return share, rate, cause


@numba.njit(cache=True)
def inside_ring(x: float, y: float, ring_east: Floats, ring_north: Floats) -> bool:
    """Return whether a point lies inside a ring (crossing count; a closing point may be repeated or not)."""
    inside = False
    corners = len(ring_east)
    for a in range(corners):
        b = a - 1 if a > 0 else corners - 1
        if (ring_north[a] > y) != (ring_north[b] > y):
            along = (y - ring_north[a]) / (ring_north[b] - ring_north[a])
            if x < ring_east[a] + along * (ring_east[b] - ring_east[a]):
                inside = not inside
    return inside


@numba.njit(cache=True)
def _inside_share(
    east0: float, north0: float, cell_m: float, rows: int, columns: int, ring_east: Floats, ring_north: Floats
) -> Floats:
    share = np.zeros(rows * columns)
    low_row = max(0, math.floor((ring_north.min() - north0) / cell_m))
    high_row = min(rows - 1, math.floor((ring_north.max() - north0) / cell_m))
    low_column = max(0, math.floor((ring_east.min() - east0) / cell_m))
    high_column = min(columns - 1, math.floor((ring_east.max() - east0) / cell_m))
    for row in range(low_row, high_row + 1):
        for column in range(low_column, high_column + 1):
            hits = 0
            for i in range(SAMPLES):
                y = north0 + (row + (i + 0.5) / SAMPLES) * cell_m
                for j in range(SAMPLES):
                    x = east0 + (column + (j + 0.5) / SAMPLES) * cell_m
                    if inside_ring(x, y, ring_east, ring_north):
                        hits += 1
            share[row * columns + column] = hits / (SAMPLES * SAMPLES)
    return share
