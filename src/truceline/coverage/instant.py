"""One place at one instant: with what chance would one look of a source have noticed what flies there.

    0 unless a Watch of the source holds the instant, and the place lies within its sector, its instrumented range, in
    view (by the viewshed of its terrain, else above the 4/3-earth horizon) and, for a radar, below its cone of silence
    (elevation 45 deg); else
    radar      one look by the declared model (``detection.radar_look``)
    receiver   the probability that its Watch states for an aircraft that broadcasts, at most the declared ceiling

As in ``footprint``, a site on smooth earth stands SMOOTH_MAST_M above its surroundings, and heights count from there. It
serves checks of single aircraft; coverage itself never counts on receivers (a silent aircraft is not an absent one).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numba
import numpy as np
import numpy.typing as npt

from truceline.coverage.detection import horizon_m, radar_look
from truceline.coverage.footprint import COOPERATIVE, COOPERATIVE_MODE, DEGRADED, SMOOTH_MAST_M, site_place
from truceline.coverage.terrain import Singles, Terrain, floor_window
from truceline.means.source import Source
from truceline.means.watch import Sector, Watch
from truceline.terms.place import Site, Theatre, convergence_rad

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
HEARD_CLASS = "aircraft"


def is_receiver(source: Source) -> bool:
    """Return whether a source hears only those who speak."""
    return source.means in COOPERATIVE


def chance_at(
    watches: Sequence[Watch],
    source: Source,
    theatre: Theatre,
    time_ns: Ints,
    east_m: Floats,
    north_m: Floats,
    height_m: Floats,
    rcs_m2: float,
    unknown_height_m: float,
    terrain: Terrain | None = None,
) -> Floats:
    """Return the chance per look of one source at places and instants, shapes (n,); only Watches with a sector count.

    ``height_m`` above the ellipsoid; where it is NaN, ``unknown_height_m`` above the site's surroundings is taken
    (over ``terrain``: above the ground of the place).
    """
    chance = np.zeros(len(time_ns))
    views: dict[tuple[float, float, float, float], Flags] = {}
    own = [watch for watch in watches if watch.source == source.name and isinstance(watch.footprint, Sector)]
    for watch in sorted(own, key=lambda item: (item.start_ns, item.end_ns, item.seq)):
        alive = np.flatnonzero((time_ns >= watch.start_ns) & (time_ns < watch.end_ns))
        if not len(alive) or not isinstance(watch.footprint, Sector):
            continue
        sector = watch.footprint
        listens = watch.mode == COOPERATIVE_MODE or is_receiver(source)
        stated = dict(watch.classes).get(HEARD_CLASS, source.detection.ceiling) if listens else math.nan
        trust = DEGRADED if watch.health == "degraded" else 1.0
        found = _chances(
            np.stack([east_m[alive], north_m[alive], height_m[alive]], axis=1),
            _seat(theatre, sector.site),
            (sector.range_m, sector.from_rad, sector.to_rad),
            (source.detection.reference_range_m, source.detection.pfa, source.detection.ceiling * trust),
            source.detection.range_m,
            rcs_m2,
            stated * trust,
            unknown_height_m,
            terrain is None,
        )
        if terrain is not None:
            place = (*site_place(theatre, sector.site), sector.site.height_m, sector.range_m)
            if place not in views:
                views[place] = in_view(terrain, place, east_m, north_m, height_m, unknown_height_m)
            found = np.where(views[place][alive], found, 0.0)
        chance[alive] = np.maximum(chance[alive], found)
    return chance


def in_view(
    terrain: Terrain,
    site: tuple[float, float, float, float],
    east_m: Floats,
    north_m: Floats,
    height_m: Floats,
    unknown_height_m: float,
) -> Flags:
    """Return whether places are in view of a site (east_m, north_m, eye_m above the ellipsoid, range_m); shape (n,).

    Arguments as ``chance_at``. Off the terrain nothing is in view: unknown ground is never seen ground.
    """
    found = floor_window(terrain, *site)
    if found is None:
        return np.zeros(len(east_m), np.bool_)
    corner = (terrain.east_m, terrain.north_m, terrain.cell_m, found[1], found[2])
    least = _lowest(terrain.heights_m, found[0], corner, east_m, north_m)
    ground = _lowest(terrain.heights_m, np.zeros_like(found[0]), corner, east_m, north_m)
    known = np.where(np.isnan(height_m), ground + unknown_height_m, height_m)
    return np.asarray(np.maximum(known, ground) >= least)


def least_height_m(
    source: Source, theatre: Theatre, east_m: Floats, north_m: Floats, terrain: Terrain | None = None
) -> Floats:
    """Return the height above the ellipsoid below which a place is out of a source's view; NaN without a site.

    What a radar saw at a place was at least so high (but for ducting), whatever else is known of its height.
    """
    if source.site is None:
        return np.full(len(east_m), np.nan)
    smooth = _risen(east_m, north_m, _seat(theatre, source.site))
    if terrain is None:
        return smooth
    site = source.site
    found = floor_window(terrain, *site_place(theatre, site), site.height_m, source.detection.range_m)
    if found is None:
        return smooth
    corner = (terrain.east_m, terrain.north_m, terrain.cell_m, found[1], found[2])
    least = _lowest(terrain.heights_m, found[0], corner, east_m, north_m)
    return np.where(np.isfinite(least), least, smooth)


def _seat(theatre: Theatre, site: Site) -> tuple[float, float, float, float]:
    east, north = site_place(theatre, site)
    return east, north, convergence_rad(theatre, site), site.height_m - SMOOTH_MAST_M


@numba.njit(cache=True)
def _lowest(
    ground: Singles,
    floor_m: Singles,
    corner: tuple[float, float, float, int, int],
    east_m: Floats,
    north_m: Floats,
) -> Floats:
    """Ground plus floor of the terrain cell of each place; infinite off the terrain or the window, or over a hole."""
    height = np.full(len(east_m), np.inf)
    rows, columns = floor_m.shape
    for n in range(len(east_m)):
        row = math.floor((north_m[n] - corner[1]) / corner[2]) - corner[3]
        column = math.floor((east_m[n] - corner[0]) / corner[2]) - corner[4]
        if 0 <= row < rows and 0 <= column < columns and math.isfinite(floor_m[row, column]):
            height[n] = ground[row + corner[3], column + corner[4]] + floor_m[row, column]
    return height


@numba.njit(cache=True)
def _risen(east_m: Floats, north_m: Floats, seat: tuple[float, float, float, float]) -> Floats:
    height = np.empty(len(east_m))
    mast = horizon_m(SMOOTH_MAST_M, 0.0)
    metre = horizon_m(0.0, 1.0)
    for n in range(len(east_m)):
        east, north = east_m[n] - seat[0], north_m[n] - seat[1]
        beyond = max(0.0, math.sqrt(east * east + north * north) - mast) / metre
        height[n] = seat[3] + beyond * beyond
    return height


@numba.njit(cache=True)
def _chances(
    place: Floats,
    seat: tuple[float, float, float, float],
    reach: tuple[float, float, float],
    model: tuple[float, float, float],
    instrumented_m: float,
    rcs_m2: float,
    stated: float,
    unknown_height_m: float,
    smooth: bool,
) -> Floats:
    chance = np.zeros(len(place))
    width = reach[2] - reach[1]
    whole = width >= 2.0 * math.pi - 1e-9
    receiver = not math.isnan(stated)
    for n in range(len(place)):
        east, north = place[n, 0] - seat[0], place[n, 1] - seat[1]
        far = math.sqrt(east * east + north * north)
        rise = place[n, 2] - seat[3]
        rise = unknown_height_m if math.isnan(rise) else max(rise, 0.0)
        slant = math.sqrt(far * far + rise * rise)
        azimuth = math.atan2(east, north) + seat[2] - reach[1]
        inside = whole or azimuth - 2.0 * math.pi * math.floor(azimuth / (2.0 * math.pi)) <= width
        if not (inside and slant <= min(reach[0], instrumented_m)):
            continue
        if smooth and far > horizon_m(SMOOTH_MAST_M, rise):
            continue
        if receiver:
            chance[n] = min(stated, model[2])
        elif rise <= far:
            chance[n] = min(radar_look(slant, rcs_m2, model[0], model[1], model[2]), model[2])
    return chance
