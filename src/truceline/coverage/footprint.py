"""What a Watch's footprint covers: the share of each cell in view, the rate of detection there, or why none.

    sector      per cell: azimuth inside, slant range <= instrumented range, above the 4/3-earth horizon or, with
                terrain, the share of its ground from which an object of the class's height is visible
    cone        the ground that its rays meet (``camera.cone_ring``), seen as a sector sees
    ring, way   a visit, a frame, a pass, a patrol: ``visits``
    impeded     alive, yet jammed, blind, frozen or with its clock astray: nothing, and that is the cause
Range and horizon are taken at the cell's far corner, so that no part of a covered cell is worse than said. On
smooth earth a site stands SMOOTH_MAST_M above its surroundings: a smooth earth knows no hill to stand on. Only a
sender who states ``above_m`` of itself (an aircraft with a camera) stands that high above it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
import numba
import numpy as np
import numpy.typing as npt

from truceline.coverage.camera import cone_ring
from truceline.coverage.detection import (
    CONFIRM_HITS,
    CONFIRM_LOOKS,
    horizon_m,
    rate_of_looks,
    rate_of_visit,
)
from truceline.coverage.looks import ONE_SHOT, Conditions, is_moving_only, look_chances, sees_class
from truceline.coverage.rings import SAMPLES, cells_in, grid_ring, inside_ring, placed_share, ring_share
from truceline.coverage.terrain import Terrain, visible_share
from truceline.coverage.view import (
    CAUSE,
    CAUSES,
    CLASS,
    DEGRADED,
    HORIZON,
    IMPEDED,
    INSTANT,
    JAMMING,
    NOT_THERE,
    OUTAGE,
    RANGE,
    SECTOR,
    TERRAIN,
    WATCHED,
    WEATHER,
    Codes,
    Floats,
    Singles,
    View,
    cap_of,
    trust_of,
    whole,
)
from truceline.coverage.visits import ring_view, route_view
from truceline.means import watch as watching
from truceline.means.source import Source
from truceline.means.watch import Area, Cone, Route, Sector, Swath, Watch
from truceline.terms.classes import ObjectClass
from truceline.terms.place import CellGrid, Site, Theatre, convergence_rad, to_grid

__all__ = [
    "CAUSE",
    "CAUSES",
    "CLASS",
    "COOPERATIVE",
    "COOPERATIVE_MODE",
    "DEGRADED",
    "NOT_THERE",
    "OUTAGE",
    "SAMPLES",
    "SMOOTH_MAST_M",
    "WATCHED",
    "WEATHER",
    "View",
    "cells_in",
    "dwell_s",
    "grid_ring",
    "inside_ring",
    "no_view",
    "ring_share",
    "sector_view",
    "site_place",
    "view_of",
]

SMOOTH_MAST_M = 15.0
# Means that hear only those who speak. Whoever breaks a clause may stay silent, so they cover no class at all.
COOPERATIVE = frozenset({"adsb", "aircraft", "flights"})
COOPERATIVE_MODE = "cooperative"
WHOLE_TURN = 2.0 * math.pi - 1e-9


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
    if isinstance(footprint, Area | Swath | Route):
        if isinstance(footprint, Route):
            view = route_view(watch, footprint, source, theatre, grid, classes)
        else:
            view = ring_view(watch, footprint, source, theatre, grid, classes)
        return _impeded(view, watch.health)
    silent = tuple((item.name, 0.0) for item in classes)
    stated = silent if watch.mode == COOPERATIVE_MODE else watch.classes
    trust = (trust_of(watch.health, watch.trust), cap_of(watch.health, watch.trust))
    if isinstance(footprint, Cone):
        view = cone_view(footprint, source, theatre, grid, classes, terrain, stated, trust, watch.conditions)
    else:
        view = sector_view(
            footprint, source, theatre, grid, classes, terrain, stated, trust, watch.conditions
        )
    return _impeded(view, watch.health)


def sector_view(
    sector: Sector,
    source: Source,
    theatre: Theatre,
    grid: CellGrid,
    classes: Sequence[ObjectClass],
    terrain: Terrain | None,
    stated: tuple[tuple[str, float], ...] = (),
    trust: tuple[float, float] = (1.0, 1.0),
    conditions: Conditions = (),
) -> View:
    """Return what a disc or sector round a site covers, by ``stated`` classes or the declared detection model.

    ``trust`` is what is left of the chance of a look, and of the ceiling.
    """
    model = source.detection
    if not stated and (source.means in COOPERATIVE or model.model == "receiver"):
        stated = tuple((item.name, 0.0) for item in classes)
    said = dict(stated)
    chance = np.array([said.get(item.name, 0.0) if stated else math.nan for item in classes])
    ceiling = np.where(np.isnan(chance), model.ceiling, np.minimum(chance, model.ceiling)) * trust[1]
    east_m, north_m = site_place(theatre, sector.site)
    heights = np.array([item.height_m for item in classes], float)
    if terrain is None:
        seen = np.ones((len(classes), grid.rows * grid.columns))
    else:
        seen = visible_share(terrain, grid, east_m, north_m, sector.site.height_m, sector.range_m, heights)
    mast = -1.0 if terrain is not None else dict(conditions).get("above_m", SMOOTH_MAST_M)
    far, slant = _distances(*grid.centres(), grid.cell_m * math.sqrt(0.5), east_m, north_m, heights)
    look = look_chances(source, classes, slant, conditions, trust[0])
    never = np.array([not sees_class(source, item) for item in classes])
    for number in np.flatnonzero(~np.isnan(chance)):
        look[number] = min(chance[number], model.ceiling) * trust[0]
        never[number] = chance[number] <= 0.0
    once = np.array([model.model in ONE_SHOT and item.name in INSTANT for item in classes])
    share, rate, cause = _sector_cells(
        *grid.centres(),
        far,
        slant,
        (east_m, north_m, convergence_rad(theatre, sector.site), mast),
        (min(sector.range_m, model.range_m), sector.from_rad, sector.to_rad),
        (model.look_s, *confirmation(source)),
        heights,
        never,
        once,
        look,
        whole(seen),
    )
    if model.model == "camera" and "visibility_m" in dict(conditions):
        cause[(cause == RANGE) & (slant >= dict(conditions)["visibility_m"])] = WEATHER
    cells = np.arange(grid.rows * grid.columns)
    none = np.zeros(len(classes))
    return View(cells, share, rate, cause, ceiling, True, none, 1.0, east_m, north_m, is_moving_only(source))


def cone_view(
    cone: Cone,
    source: Source,
    theatre: Theatre,
    grid: CellGrid,
    classes: Sequence[ObjectClass],
    terrain: Terrain | None,
    stated: tuple[tuple[str, float], ...] = (),
    trust: tuple[float, float] = (1.0, 1.0),
    conditions: Conditions = (),
) -> View:
    """Return what a camera's cone covers: a disc's view, cut to the ground that its rays meet."""
    whole_disc = Sector(cone.site, cone.range_m)
    view = sector_view(whole_disc, source, theatre, grid, classes, terrain, stated, trust, conditions)
    heading = cone.azimuth_rad - convergence_rad(theatre, cone.site)
    above = dict(conditions).get("above_m", SMOOTH_MAST_M)
    eye = (view.east_m, view.north_m, above if terrain is None else cone.site.height_m)
    rays = (eye, heading, cone.elevation_rad, cone.half_angle_rad, cone.range_m)
    if terrain is None:
        ring = cone_ring(*rays)
    else:
        ring = cone_ring(*rays, terrain.heights_m, (terrain.east_m, terrain.north_m, terrain.cell_m))
    inside = placed_share(grid, np.round(ring[0], 3), np.round(ring[1], 3))
    share = np.where(inside > 0.0, np.minimum(view.share, inside), 0.0).astype(np.float32)
    rate = np.where(share > 0.0, view.rate, 0.0)
    cause = np.where((view.cause == WATCHED) & (inside <= 0.0), np.uint8(SECTOR), view.cause)
    return msgspec.structs.replace(view, share=share, rate=rate, cause=cause)


def confirmation(source: Source) -> tuple[int, int]:
    """Return (hits, looks) after which a source's sighting counts."""
    model = source.detection
    if not 1 <= model.confirm_hits <= model.confirm_looks:
        return CONFIRM_HITS, CONFIRM_LOOKS
    return model.confirm_hits, model.confirm_looks


def site_place(theatre: Theatre, site: Site) -> tuple[float, float]:
    """Return (east_m, north_m) of a site on the theatre grid, to the millimetre."""
    east, north = to_grid(theatre, np.array([site.lat_deg]), np.array([site.lon_deg]))
    return round(float(east[0]), 3), round(float(north[0]), 3)


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


def _impeded(view: View, health: str) -> View:
    """Return the view of a sensor that is alive and yet no witness of absence: where it would see, it does not."""
    if health not in watching.IMPEDED:
        return view
    lost = np.uint8(JAMMING if health == "jammed" else IMPEDED)
    return msgspec.structs.replace(
        view,
        share=np.zeros_like(view.share),
        rate=np.zeros_like(view.rate),
        cause=np.where(view.cause == WATCHED, lost, view.cause),
        ceiling=np.zeros_like(view.ceiling),
        visit=np.zeros_like(view.visit),
    )


@numba.njit(cache=True)
def _distances(
    east: Floats, north: Floats, corner_m: float, east0: float, north0: float, heights: Floats
) -> tuple[Floats, Floats]:
    """Ground distance to the far corner of each cell, and the slant range per height."""
    far, slant = np.empty(len(east)), np.empty((len(heights), len(east)))
    for cell in range(len(east)):
        dx, dy = east[cell] - east0, north[cell] - north0
        far[cell] = math.sqrt(dx * dx + dy * dy) + corner_m
        for kind in range(len(heights)):
            slant[kind, cell] = math.sqrt(far[cell] * far[cell] + heights[kind] * heights[kind])
    return far, slant


@numba.njit(cache=True)
def _sector_cells(
    east: Floats,
    north: Floats,
    far: Floats,
    slant: Floats,
    site: tuple[float, float, float, float],
    reach: tuple[float, float, float],
    model: tuple[float, int, int],
    heights: Floats,
    never: npt.NDArray[np.bool_],
    once: npt.NDArray[np.bool_],
    look: Floats,
    seen: Floats,
) -> tuple[Singles, Floats, Codes]:
    kinds, cells = seen.shape
    share = np.zeros((kinds, cells), np.float32)
    rate = np.zeros((kinds, cells))
    cause = np.zeros((kinds, cells), np.uint8)
    width = reach[2] - reach[1]
    for cell in range(cells):
        azimuth = math.atan2(east[cell] - site[0], north[cell] - site[1]) + site[2] - reach[1]
        outside = (
            width < WHOLE_TURN and azimuth - 2.0 * math.pi * math.floor(azimuth / (2.0 * math.pi)) > width
        )
        for kind in range(kinds):
            if never[kind]:
                cause[kind, cell] = CLASS
            elif outside:
                cause[kind, cell] = SECTOR
            elif slant[kind, cell] > reach[0]:
                cause[kind, cell] = RANGE
            elif site[3] >= 0.0 and far[cell] > horizon_m(site[3], heights[kind]):
                cause[kind, cell] = HORIZON
            elif seen[kind, cell] <= 0.0:
                cause[kind, cell] = TERRAIN
            else:
                if once[kind]:
                    rate[kind, cell] = rate_of_visit(look[kind, cell], 1.0)
                else:
                    rate[kind, cell] = rate_of_looks(look[kind, cell], model[0], model[1], model[2])
                share[kind, cell] = seen[kind, cell]
                if rate[kind, cell] <= 0.0:
                    cause[kind, cell] = RANGE
    return share, rate, cause
