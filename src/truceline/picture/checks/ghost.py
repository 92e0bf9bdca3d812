"""Ghost: claims where a radar that would have seen the aircraft sees nothing, look after look.

A claim a look stands for its address. The radar saw it when a plot of it lies, within three quarters of a look of the
claim's time, within ``near_m`` + 3 sigma of where the claims put the aircraft then. ``chance`` is the probability that
the radar sees in one look what flies there: 0 where it is dead or cannot, and silence there is never counted.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
import numba
import numpy as np
import numpy.typing as npt

from truceline.means.observations import KIND
from truceline.picture.checks.check import DEFAULT, FLAG, NOT_ASSESSABLE, Bounds, Check
from truceline.picture.checks.claims import Claims, blocks, claims_of
from truceline.picture.checks.misses import HEARD, SILENT, runs
from truceline.picture.picture import Floats, placed
from truceline.terms.columns import Columns

Ints = npt.NDArray[np.int64]
UNSEEN = "claims where a radar sees nothing"
NO_RADAR = "no radar would have seen it"
WINDOW = 0.75


class Radar(msgspec.Struct, frozen=True):
    """One radar: its source number, seconds a look, and its chance to see what flies where each observation is, (rows,)."""

    source: int
    look_s: float
    chance: Floats


class Looked(msgspec.Struct, frozen=True):
    """One radar's looks at claims, by (address, time): the claim's row in the observations, SILENT or HEARD (seen)."""

    row: Ints
    address: Ints
    time_ns: Ints
    status: Ints


def looked(
    observations: Columns, claims: Claims, source: int, look_s: float, bounds: Bounds = DEFAULT
) -> Looked:
    """Return, for one claim of each address a look, whether the radar saw something there."""
    look_ns = max(round(look_s * 1e9), 1)
    spell = claims.time_ns // look_ns
    first = np.ones(len(spell), np.bool_)
    first[1:] = (np.diff(spell) != 0) | (np.diff(claims.address) != 0)
    chosen = np.flatnonzero(first)
    kind = observations["kind"]
    plot = ((kind == KIND["plot"]) | (kind == KIND["reply"])) & (observations["source"] == source)
    rows = np.flatnonzero(plot & placed(observations))
    rows = rows[np.lexsort([observations[name][rows] for name in ("north_m", "east_m", "time_ns")])]
    plots = np.stack([observations["east_m"][rows], observations["north_m"][rows]], axis=1)
    sigma = np.sqrt(np.maximum(claims.ee_m2, claims.nn_m2))
    held = np.stack([claims.east_m, claims.north_m, sigma], axis=1)
    status = _seen(
        chosen, held, claims.time_ns, claims.address, plots, observations["time_ns"][rows],
        round(WINDOW * look_ns), bounds.ghost_near_m,
    )  # fmt: skip
    return Looked(claims.row[chosen], claims.address[chosen], claims.time_ns[chosen], status)


def ghosts(
    observations: Columns, radars: Sequence[Radar], bounds: Bounds = DEFAULT, claims: Claims | None = None
) -> list[Check]:
    """Return the addresses that claimed to be where a radar saw nothing, and those of which that could not be told."""
    held = claims_of(observations) if claims is None else claims
    limit = -math.log(bounds.ghost_miss)
    checks: list[Check] = []
    known: set[int] = set()
    for radar in radars:
        looks = looked(observations, held, radar.source, radar.look_s, bounds)
        chance = np.nan_to_num(radar.chance[looks.row], nan=0.0)
        seconds = np.full(len(looks.row), radar.look_s)
        found, highest, sums, seen = runs(
            looks.status, chance, looks.time_ns, looks.address, seconds, bounds.trusted, limit
        )
        for (first, crossed, last), level in zip(found.tolist(), highest.tolist(), strict=True):
            run = np.arange(first, last + 1)
            silent = looks.row[run[(looks.status[run] == SILENT) & (chance[run] > 0.0)]]
            checks.append(_check(observations, looks, silent, FLAG, UNSEEN, crossed, last, level, limit))
        keys, _, _ = blocks(looks.address)
        known.update(keys[(seen > 0) | (sums >= limit)].tolist())
    keys, first, stop = blocks(held.address)
    for key, low, high in zip(keys.tolist(), first.tolist(), stop.tolist(), strict=True):
        if key not in known:
            all_of_it = Looked(held.row, held.address, held.time_ns, held.row)
            own = held.row[[low, high - 1]]
            checks.append(
                _check(observations, all_of_it, own, NOT_ASSESSABLE, NO_RADAR, high - 1, high - 1, 0.0, limit)
            )
    return checks


def _check(
    observations: Columns,
    looks: Looked,
    own: Ints,
    state: str,
    reason: str,
    crossed: int,
    last: int,
    level: float,
    limit: float,
) -> Check:
    row = looks.row[crossed]
    return Check(
        "ghost",
        state,
        reason,
        int(looks.time_ns[crossed]),
        int(observations["time_ns"][own].min()),
        int(looks.time_ns[last]),
        "",
        int(looks.address[crossed]),
        float(observations["east_m"][row]),
        float(observations["north_m"][row]),
        level,
        limit,
        tuple(np.unique(own).tolist()),
    )


@numba.njit(cache=True)
def _seen(
    chosen: Ints,
    held: Floats,
    times: Ints,
    address: Ints,
    plots: Floats,
    plot_ns: Ints,
    window_ns: int,
    near_m: float,
) -> Ints:
    status = np.full(len(chosen), SILENT, np.int64)
    for n in range(len(chosen)):
        claim = chosen[n]
        other = claim + 1 if claim + 1 < len(times) and address[claim + 1] == address[claim] else claim - 1
        east_mps, north_mps = 0.0, 0.0
        if 0 <= other and address[other] == address[claim] and times[other] != times[claim]:
            length = (times[other] - times[claim]) * 1e-9
            east_mps = (held[other, 0] - held[claim, 0]) / length
            north_mps = (held[other, 1] - held[claim, 1]) / length
        reach = near_m + 3.0 * held[claim, 2]
        at = np.searchsorted(plot_ns, times[claim] - window_ns)
        while at < len(plot_ns) and plot_ns[at] <= times[claim] + window_ns:
            since = (plot_ns[at] - times[claim]) * 1e-9
            east = plots[at, 0] - held[claim, 0] - since * east_mps
            north = plots[at, 1] - held[claim, 1] - since * north_mps
            if east * east + north * north <= reach * reach:
                status[n] = HEARD
                break
            at += 1
    return status
