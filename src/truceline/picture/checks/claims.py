"""The claims: positions that aircraft broadcast of themselves, by address and time, and where they put one at an instant.

Between two claims a s and b s away the aircraft is taken on the chord; a turn of ``a`` m/s2 leaves at most a a b / 2 m,
which is added to the variance of the two.
"""

from __future__ import annotations

import msgspec
import numba
import numpy as np
import numpy.typing as npt

from truceline.means.observations import KIND
from truceline.picture.picture import Floats, covariance, placed
from truceline.terms.columns import Columns

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
UNKNOWN_M = 500.0  # a claim that states no accuracy


class Claims(msgspec.Struct, frozen=True):
    """Placed claims sorted by (address, time, place); ``row`` is the row in the observations. Shapes (n,)."""

    row: Ints
    address: Ints
    time_ns: Ints
    east_m: Floats
    north_m: Floats
    ee_m2: Floats
    en_m2: Floats
    nn_m2: Floats
    height_m: Floats
    late_s: Floats


class Between(msgspec.Struct, frozen=True):
    """Where the claims put an aircraft: place, covariance in m2, velocity, and the claims before and after (-1: none)."""

    east_m: Floats
    north_m: Floats
    ee_m2: Floats
    en_m2: Floats
    nn_m2: Floats
    vel_east_mps: Floats
    vel_north_mps: Floats
    late_s: Floats
    before: Ints
    after: Ints


def claims_of(observations: Columns) -> Claims:
    """Return the claims among located observations, in any order of theirs."""
    good = (observations["kind"] == KIND["position"]) & (observations["address"] >= 0) & placed(observations)
    rows = np.flatnonzero(good)
    held = observations.take(rows)
    order = np.lexsort(
        [held["item"], held["source"], held["north_m"], held["east_m"], held["time_ns"], held["address"]]
    )
    rows, held = rows[order], held.take(order)
    ee, en, nn = covariance(held, np.full(len(rows), UNKNOWN_M))
    pressure = held["pressure_altitude_m"]
    return Claims(
        rows,
        held["address"].astype(np.int64),
        held["time_ns"],
        held["east_m"],
        held["north_m"],
        ee,
        en,
        nn,
        np.where(np.isfinite(pressure), pressure, held["height_m"]),
        held["time_sigma_ns"] * 1e-9,
    )


def blocks(keys: Ints) -> tuple[Ints, Ints, Ints]:
    """Return (key, first, stop) of each run of equal sorted keys."""
    if not len(keys):
        none = np.zeros(0, np.int64)
        return none, none, none
    first = np.concatenate([[0], np.flatnonzero(np.diff(keys)) + 1]).astype(np.int64)
    return keys[first], first, np.append(first[1:], len(keys)).astype(np.int64)


def between(claims: Claims, address: Ints, time_ns: Ints, gap_s: float, turn_mps2: float) -> Between:
    """Return where the claims put addresses at times, shapes (n,); NaN where no two claims ``gap_s`` apart enclose it."""
    keys, first, stop = blocks(claims.address)
    block = np.searchsorted(keys, address)
    known = (block < len(keys)) & (
        keys[np.minimum(block, max(len(keys) - 1, 0))] == address if len(keys) else False
    )
    block = np.where(known, block, -1).astype(np.int64)
    out = np.full((len(address), 8), np.nan)
    ends = np.full((len(address), 2), -1, np.int64)
    held = np.stack(
        [claims.east_m, claims.north_m, claims.ee_m2, claims.en_m2, claims.nn_m2, claims.late_s], axis=1
    )
    _between(held, claims.time_ns, block, first, stop, time_ns, gap_s, turn_mps2, out, ends)
    columns = [np.ascontiguousarray(out[:, place]) for place in range(8)]
    names = Between.__struct_fields__
    return Between(**dict(zip(names, [*columns, ends[:, 0], ends[:, 1]], strict=True)))


@numba.njit(cache=True)
def _between(
    held: Floats,
    times: Ints,
    block: Ints,
    first: Ints,
    stop: Ints,
    when: Ints,
    gap_s: float,
    turn_mps2: float,
    out: Floats,
    ends: Ints,
) -> None:
    for n in range(len(when)):
        if block[n] < 0:
            continue
        low, high = first[block[n]], stop[block[n]]
        after = low + np.searchsorted(times[low:high], when[n])
        before = after if after < high and times[after] == when[n] else after - 1
        if before < low or after >= high:
            continue
        length = (times[after] - times[before]) * 1e-9
        if length > gap_s:
            continue
        past = (when[n] - times[before]) * 1e-9
        share = past / length if length > 0.0 else 0.0
        bend = 0.5 * turn_mps2 * past * (length - past)
        # at the very time of a claim, the velocity is that to a neighbour
        old, new = before, after
        if length <= 0.0:
            old, new = (before - 1, after) if before > low else (before, min(after + 1, high - 1))
        span = (times[new] - times[old]) * 1e-9
        for axis in range(2):
            out[n, axis] = held[before, axis] + share * (held[after, axis] - held[before, axis])
            out[n, 5 + axis] = (held[new, axis] - held[old, axis]) / span if 0.0 < span <= gap_s else 0.0
        # errors of one aircraft's claims are alike: the two are not averaged
        out[n, 2] = max(held[before, 2], held[after, 2]) + bend * bend
        out[n, 3] = 0.5 * (held[before, 3] + held[after, 3])
        out[n, 4] = max(held[before, 4], held[after, 4]) + bend * bend
        out[n, 7] = max(held[before, 5], held[after, 5])
        ends[n, 0], ends[n, 1] = before, after
