"""Shifted: claimed positions off the radar's plots of the same aircraft, by a chi-square CUSUM for each radar.

    r = claim at the plot's time - plot - what all aircraft of that radar and hour show
    P = P(plot) + P(claim) + v v' s(t)^2                                   flag: see ``cusum``

A plot belongs to an address that the radar read, else to that of the track it moved; a plot without an address of its own
may also be of the aircraft whose claims lie nearest, within ``near_m``. Of one look the plot nearest to the claims counts:
who is seen where it says is not accused for a plot that the picture mistook. What all show (range, azimuth,
time) is the median over addresses of each address's median, from FEW addresses on, so that one liar moves nothing; with
fewer aircraft the radar's registration is not known, and UNREGISTERED is added to P instead.
"""

from __future__ import annotations

import math

import msgspec
import numba
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
    observations: Columns,
    picture: Picture,
    claims: Claims,
    places_m: Floats,
    looks_s: Floats,
    bounds: Bounds = DEFAULT,
) -> Offsets:
    """Return claim minus plot for each look at an address; ``places_m`` (sources, 2) are the sites, NaN none."""
    rows, address = _pairs(observations, picture, claims, len(places_m), bounds)
    held = observations.take(rows)
    said = between(claims, address, held["time_ns"], bounds.shift_gap_s, bounds.shift_turn_mps2)
    apart2 = (said.east_m - held["east_m"]) ** 2 + (said.north_m - held["north_m"]) ** 2
    own, _ = owners(observations, picture)
    good = np.isfinite(apart2) & ((own[rows] == address) | (apart2 <= bounds.near_m**2))
    source = held["source"].astype(np.int64)
    keys = [apart2[good], held["item"][good], held["time_ns"][good], source[good], address[good]]
    order = np.flatnonzero(good)[np.lexsort(keys)]
    look_ns = np.round(looks_s * 0.5e9).astype(np.int64)
    kept = order[_nearest(address[order], source[order], held["time_ns"][order], apart2[order], look_ns)]
    rows, address, held, said = rows[kept], address[kept], held.take(kept), _taken(said, kept)
    return _registered(rows, address, held, said, claims, places_m)


def _pairs(
    observations: Columns, picture: Picture, claims: Claims, sources: int, bounds: Bounds
) -> tuple[Ints, Ints]:
    """Return (row, address) of plots: their own or their track's address, and of silent ones the nearest claim's."""
    address, _ = owners(observations, picture)
    kind = observations["kind"]
    plot = ((kind == KIND["plot"]) | (kind == KIND["reply"])) & placed(observations)
    plot &= (observations["source"] >= 0) & (observations["source"] < sources)
    owned, silent = (
        np.flatnonzero(plot & (address >= 0)),
        np.flatnonzero(plot & (observations["address"] < 0)),
    )
    by_time = np.lexsort([claims.north_m, claims.east_m, claims.address, claims.time_ns])
    place = np.stack([claims.east_m[by_time], claims.north_m[by_time]], axis=1)
    here = np.stack([observations["east_m"][silent], observations["north_m"][silent]], axis=1)
    near = _near_address(
        here, observations["time_ns"][silent], place, claims.time_ns[by_time], claims.address[by_time],
        round(bounds.shift_gap_s * 0.5e9), bounds.near_m,
    )  # fmt: skip
    other = (near >= 0) & (near != address[silent])
    return np.concatenate([owned, silent[other]]), np.concatenate([address[owned], near[other]])


def _registered(
    rows: Ints, address: Ints, held: Columns, said: Between, claims: Claims, places_m: Floats
) -> Offsets:
    source = held["source"].astype(np.int64)
    ee, en, nn = covariance(held, np.full(len(rows), DECLARED_M))
    own = held["time_sigma_ns"] * 1e-9
    late2 = own * own + said.late_s * said.late_s
    whole = np.stack([source, held["time_ns"], address], axis=1)
    there = np.stack([held["east_m"], held["north_m"]], axis=1) - places_m[source]
    velocity = np.stack([said.vel_east_mps, said.vel_north_mps], axis=1)
    east, north = said.east_m - held["east_m"], said.north_m - held["north_m"]
    east, north, extra = registered(whole, east, north, there, velocity)
    return Offsets(
        rows,
        address,
        source,
        held["time_ns"],
        east,
        north,
        ee + said.ee_m2 + late2 * said.vel_east_mps**2 + extra[:, 0],
        en + said.en_m2 + late2 * said.vel_east_mps * said.vel_north_mps + extra[:, 1],
        nn + said.nn_m2 + late2 * said.vel_north_mps**2 + extra[:, 2],
        claims.row[said.before],
        claims.row[said.after],
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
    held = claims_of(observations) if claims is None else claims
    if not len(held.row):
        return []
    found = offsets(observations, picture, held, places_m, looks_s, bounds)
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


def _taken(said: Between, kept: Ints) -> Between:
    names = Between.__struct_fields__
    return Between(**{name: getattr(said, name)[kept] for name in names})


@numba.njit(cache=True)
def _nearest(address: Ints, source: Ints, time_ns: Ints, apart2: Floats, look_ns: Ints) -> Ints:
    """Return the nearest pair of each look at an address: pairs of half a look after the first are of one look."""
    kept = np.empty(len(address), np.int64)
    count, begun = 0, np.int64(0)
    for n in range(len(address)):
        fresh = n == 0 or address[n] != address[n - 1] or source[n] != source[n - 1]
        if fresh or time_ns[n] - begun > look_ns[source[n]]:
            kept[count], begun = n, time_ns[n]
            count += 1
        elif apart2[n] < apart2[kept[count - 1]]:
            kept[count - 1] = n
    return kept[:count]


@numba.njit(cache=True)
def _near_address(
    here: Floats, when: Ints, place: Floats, claimed_ns: Ints, address: Ints, window_ns: int, near_m: float
) -> Ints:
    """Return the address of the nearest claim, 300 m forgiven for each second between, -1 beyond ``near_m``."""
    found = np.full(len(when), -1, np.int64)
    for n in range(len(when)):
        at = np.searchsorted(claimed_ns, when[n] - window_ns)
        best = near_m
        while at < len(claimed_ns) and claimed_ns[at] <= when[n] + window_ns:
            east, north = place[at, 0] - here[n, 0], place[at, 1] - here[n, 1]
            late_m = 300.0 * abs(claimed_ns[at] - when[n]) * 1e-9
            far = math.sqrt(east * east + north * north)
            if far - late_m < best:
                best, found[n] = far - late_m, address[at]
            at += 1
    return found
