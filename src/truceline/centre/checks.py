"""The checks of a day: its pictures and claims joined with what radars and receivers could have seen and heard there.

    interference -> where receivers tell nothing -> dark, ghost;   plots and claims -> shifted, impossible, duplicate

Coverage says what a source could notice, experience what it did notice (``picture.checks.experience``); the picture's
checks know neither. Checks are indications: no verdict rests on them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from truceline.coverage.instant import chance_at, is_receiver, least_height_m
from truceline.coverage.terrain import Terrain
from truceline.means.observations import KIND
from truceline.means.source import Source
from truceline.means.watch import Sector, Watch
from truceline.picture.checks.check import DEFAULT, Bounds, Check, in_order
from truceline.picture.checks.claims import Claims, claims_of
from truceline.picture.checks.dark import dark, heard, radar_states
from truceline.picture.checks.experience import experienced
from truceline.picture.checks.ghost import Radar, ghosts, looked
from truceline.picture.checks.interference import interference, jammed
from truceline.picture.checks.misses import HEARD, UNCLEAR
from truceline.picture.checks.motion import motion
from truceline.picture.checks.shifted import shifted
from truceline.picture.picture import Floats, Picture
from truceline.terms.classes import BY_NAME
from truceline.terms.columns import Columns
from truceline.terms.place import Theatre, to_grid

Ints = npt.NDArray[np.int64]
# a claim does not say how large the aircraft is: a radar is asked whether it would see a small one
SMALL = BY_NAME["uav"]


def checks_of(
    observations: Columns,
    air: Picture,
    watches: Sequence[Watch],
    sources: Sequence[Source],
    theatre: Theatre,
    period: tuple[int, int] | None = None,
    bounds: Bounds = DEFAULT,
    terrain: Terrain | None = None,
) -> tuple[Check, ...]:
    """Return the checks of located observations and their air picture, in order; those that ended before ``period`` not."""
    held = claims_of(observations)
    found = interference(observations, bounds)
    hearing, look_s = _hearing(observations, air, watches, sources, theatre, found, bounds, terrain)
    if look_s > 0.0:
        found += dark(observations, air, hearing, look_s, bounds)
    radars = _radars(observations, held, watches, sources, theatre, bounds, terrain)
    found += ghosts(observations, radars, bounds, held) if radars else []
    looks = np.array([max(source.detection.look_s, 0.1) for source in sources])
    found += shifted(observations, air, _places(sources, theatre), looks, bounds, held)
    found += motion(observations, bounds, held)
    if period is not None:
        later = [c for c in found if c.to_ns > period[0] or c.time_ns >= period[0]]
        found = [check for check in later if check.from_ns < period[1]]
    return in_order(found)


def _hearing(
    observations: Columns,
    air: Picture,
    watches: Sequence[Watch],
    sources: Sequence[Source],
    theatre: Theatre,
    impeded: list[Check],
    bounds: Bounds,
    terrain: Terrain | None = None,
) -> tuple[Floats, float]:
    """Return the chance per look that some receiver hears what flies at each state, and the look in seconds (0: none)."""
    states = air.states
    chance = np.zeros(len(states))
    rows = radar_states(observations, air)
    receivers = [source for source in sources if is_receiver(source) and source.site is not None]
    if not receivers:
        return chance, 0.0
    look_s = max(max(source.detection.look_s, 0.1) for source in receivers)
    when, east, north, height = (states[name][rows] for name in ("time_ns", "east_m", "north_m", "height_m"))
    height = _at_least(height, states["source"][rows], east, north, sources, theatre, terrain)
    declared = np.zeros(len(rows))
    for source in receivers:
        own = chance_at(
            watches, source, theatre, when, east, north, height, SMALL.rcs_m2, SMALL.height_m, terrain
        )
        declared = np.maximum(declared, own)
    declared[jammed(impeded, east, north, when, bounds)] = 0.0
    status = heard(observations, air, rows, look_s, bounds)
    clear = status != UNCLEAR
    known = np.where(clear, declared, 0.0)
    learned = experienced(known, status == HEARD, states["track"][rows], when, east, north, height)
    chance[rows] = np.minimum(declared, learned)
    return chance, look_s


def _at_least(
    height_m: Floats,
    source: Ints,
    east_m: Floats,
    north_m: Floats,
    sources: Sequence[Source],
    theatre: Theatre,
    terrain: Terrain | None,
) -> Floats:
    """Return heights with the unknown ones as the radar that saw the place bounds them; NaN below a small aircraft's."""
    known = height_m.copy()
    for number, one in enumerate(sources):
        rows = np.flatnonzero((source == number) & ~np.isfinite(height_m))
        if len(rows) and one.site is not None:
            least = least_height_m(one, theatre, east_m[rows], north_m[rows], terrain)
            known[rows] = np.where(least > one.site.height_m + SMALL.height_m, least, np.nan)
    return known


def _radars(
    observations: Columns,
    held: Claims,
    watches: Sequence[Watch],
    sources: Sequence[Source],
    theatre: Theatre,
    bounds: Bounds,
    terrain: Terrain | None = None,
) -> list[Radar]:
    """Return each radar with its chance to see what flies where a claim is; 0 on all other rows."""
    found = []
    kinds = np.isin(observations["kind"], [KIND["plot"], KIND["reply"]])
    for number, source in enumerate(sources):
        if (
            is_receiver(source)
            or source.site is None
            or not np.any(kinds & (observations["source"] == number))
        ):
            continue
        if not any(w.source == source.name and isinstance(w.footprint, Sector) for w in watches):
            continue
        look_s = max(source.detection.look_s, 0.1)
        looks = looked(observations, held, number, look_s, bounds)
        when, east, north = (observations[name][looks.row] for name in ("time_ns", "east_m", "north_m"))
        pressure, stated = observations["pressure_altitude_m"][looks.row], observations["height_m"][looks.row]
        height = np.where(np.isfinite(pressure), pressure, stated)
        declared = chance_at(
            watches, source, theatre, when, east, north, height, SMALL.rcs_m2, SMALL.height_m, terrain
        )
        chance = np.zeros(len(observations))
        chance[looks.row] = experienced(
            declared, looks.status == HEARD, looks.address, when, east, north, height
        )
        found.append(Radar(number, look_s, chance))
    return found


def _places(sources: Sequence[Source], theatre: Theatre) -> Floats:
    """Return the sources' sites on the grid in whole metres, which no projection library changes; NaN for none."""
    places = np.full((len(sources), 2), np.nan)
    for number, source in enumerate(sources):
        if source.site is not None and not is_receiver(source):
            east, north = to_grid(theatre, np.array([source.site.lat_deg]), np.array([source.site.lon_deg]))
            places[number] = np.rint(east[0]), np.rint(north[0])
    return places
