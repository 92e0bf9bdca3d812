"""Shifted: claimed positions off the radar's plots of the same aircraft, by a chi-square CUSUM for each radar.

    r = claim at the plot's time - plot - what all aircraft of that radar and hour show
    P = P(plot) + P(claim) + v v' s(t)^2                                   flag: see ``cusum``

A plot belongs to an address that the radar read, else to that of the track it moved. What all show (range, azimuth,
time) is the median over addresses of each address's median, from FEW addresses on, so that one liar moves nothing; with
fewer aircraft the radar's registration is not known, and UNREGISTERED is added to P instead.
"""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt

from truceline.means.observations import KIND
from truceline.picture.checks.check import DEFAULT, FLAG, Bounds, Check
from truceline.picture.checks.claims import Between, Claims, between, claims_of
from truceline.picture.checks.cusum import excursions, squares, threshold
from truceline.picture.checks.registration import registered
from truceline.picture.picture import Floats, Picture, covariance, placed
from truceline.terms.columns import Columns

Ints = npt.NDArray[np.int64]
REASON = "claims lie off the radar's plots"
DECLARED_M = 100.0
SILENCE_NS = 600 * 10**9


class Offsets(msgspec.Struct, frozen=True):
    """Plots with a claim at their time, by (address, source, time): row in the observations, offset, covariance, claims."""

    row: Ints
    address: Ints
    source: Ints
    time_ns: Ints
    east_m: Floats
    north_m: Floats
    ee_m2: Floats
    en_m2: Floats
    nn_m2: Floats
    before: Ints
    after: Ints


def owners(observations: Columns, picture: Picture) -> tuple[Ints, Ints]:
    """Return per observation the address of its plot (its own, else its track's, -1) and its track (-1), shapes (n,)."""
    track = np.full(len(observations), -1, np.int64)
    seen = picture.states["observation"] >= 0
    track[picture.states["observation"][seen]] = picture.states["track"][seen]
    of_track = np.append(picture.tracks["address"], -1).astype(np.int64)[track]
    own = observations["address"].astype(np.int64)
    return np.where(own >= 0, own, of_track), track


def offsets(
    observations: Columns, picture: Picture, claims: Claims, places_m: Floats, bounds: Bounds = DEFAULT
) -> Offsets:
    """Return claim minus plot wherever both say where an address was; ``places_m`` (sources, 2) are the sites, NaN none."""
    address, _ = owners(observations, picture)
    kind = observations["kind"]
    plot = ((kind == KIND["plot"]) | (kind == KIND["reply"])) & (address >= 0) & placed(observations)
    plot &= (observations["source"] >= 0) & (observations["source"] < len(places_m))
    rows = np.flatnonzero(plot)
    keys = [observations[name][rows] for name in ("item", "north_m", "east_m", "time_ns", "source")]
    rows = rows[np.lexsort([*keys, address[rows]])]
    held = observations.take(rows)
    said = between(claims, address[rows], held["time_ns"], bounds.shift_gap_s, bounds.shift_turn_mps2)
    good = np.isfinite(said.east_m)
    rows, held, said = rows[good], held.take(good), _taken(said, good)
    ee, en, nn = covariance(held, np.full(len(rows), DECLARED_M))
    east, north = said.east_m - held["east_m"], said.north_m - held["north_m"]
    own = held["time_sigma_ns"] * 1e-9
    late2 = own * own + said.late_s * said.late_s
    ee = ee + said.ee_m2 + late2 * said.vel_east_mps**2
    en = en + said.en_m2 + late2 * said.vel_east_mps * said.vel_north_mps
    nn = nn + said.nn_m2 + late2 * said.vel_north_mps**2
    source = held["source"].astype(np.int64)
    whole = np.stack([source, held["time_ns"], address[rows]], axis=1)
    there = np.stack([held["east_m"], held["north_m"]], axis=1) - places_m[source]
    velocity = np.stack([said.vel_east_mps, said.vel_north_mps], axis=1)
    east, north, extra = registered(whole, east, north, there, velocity)
    return Offsets(
        rows,
        address[rows],
        source,
        held["time_ns"],
        east,
        north,
        ee + extra[:, 0],
        en + extra[:, 1],
        nn + extra[:, 2],
        np.where(said.before >= 0, claims.row[said.before], -1),
        np.where(said.after >= 0, claims.row[said.after], -1),
    )


def shifted(
    observations: Columns,
    picture: Picture,
    places_m: Floats,
    looks_s: Floats,
    bounds: Bounds = DEFAULT,
    claims: Claims | None = None,
) -> list[Check]:
    """Return the stretches in which an address claimed to be where a radar does not see it.

    ``places_m`` (sources, 2) are the sources' sites on the grid in metres, NaN for none; ``looks_s`` (sources,) the time
    between two looks in seconds.
    """
    found = offsets(
        observations, picture, claims_of(observations) if claims is None else claims, places_m, bounds
    )
    if not len(found.row):
        return []
    _, track = owners(observations, picture)
    limits = np.array(
        [threshold(3600.0 / max(look, 0.1), bounds.shift_rate_per_hour) for look in looks_s.tolist()]
    )
    square = squares(found.east_m, found.north_m, found.ee_m2, found.en_m2, found.nn_m2)
    group = found.address * len(looks_s) + found.source
    limit = limits[found.source]
    stretches, highest = excursions(square, found.time_ns, group, limit, bounds.shift_most, SILENCE_NS)
    checks = []
    for (first, crossed, last), top in zip(stretches.tolist(), highest.tolist(), strict=True):
        own = slice(first, last + 1)
        rows = np.unique(np.concatenate([found.row[own], found.before[own], found.after[own]]))
        number = int(track[found.row[crossed]])
        plot = found.row[crossed]
        checks.append(
            Check(
                "shifted",
                FLAG,
                REASON,
                int(found.time_ns[crossed]),
                int(found.time_ns[first]),
                int(found.time_ns[last]),
                picture.tracks["id"][number].decode() if number >= 0 else "",
                int(found.address[crossed]),
                float(observations["east_m"][plot]),
                float(observations["north_m"][plot]),
                top,
                float(limit[crossed]),
                tuple(rows[rows >= 0].tolist()),
            )
        )
    return checks


def _taken(said: Between, good: npt.NDArray[np.bool_]) -> Between:
    return Between(*(getattr(said, name)[good] for name in Between.__struct_fields__))
