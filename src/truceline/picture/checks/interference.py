"""Interference with satellite navigation: more aircraft than usual of a cell and hour report degraded navigation.

    degraded   most of an aircraft's claims in the cell and hour state NIC < 7 or NACp < 8
    usual      p = max(usual, (degraded elsewhere in time + p(all)) / (aircraft + 1)): the cell's other hours
    flag       P(D >= d | n, p) <= rate, D binomial: so d >= ``least_degraded(n, p, rate)``

A cell-hour with fewer than ``interference_aircraft`` aircraft is not assessable. It is an impediment: receivers hear
less there and what they hear is worth less; it is nobody's violation. Source: Pleninger et al., Aeronautical Journal
2024 (NACp as the indicator); the test is the exact binomial one against the cell's own baseline.
"""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

from truceline.means.observations import KIND
from truceline.picture.checks.check import DEFAULT, FLAG, NOT_ASSESSABLE, Bounds, Check
from truceline.picture.picture import Floats, placed
from truceline.terms.columns import Columns
from truceline.terms.time import NS_PER_HOUR

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
DEGRADED = "more aircraft than usual report degraded satellite navigation"
TOO_FEW = "too few aircraft report"


@numba.njit(cache=True)
def upper_tail(least: int, trials: int, chance: float) -> float:
    """Return P(D >= least) of a binomial D, summed from its smallest terms."""
    if least <= 0:
        return 1.0
    if least > trials or chance <= 0.0:
        return 0.0
    if chance >= 1.0:
        return 1.0
    total = 0.0
    for k in range(trials, least - 1, -1):
        term = 1.0
        for i in range(k):
            term *= (trials - i) / (i + 1.0) * chance
            # what of (1 - p) is still owed keeps the product within range
            if i < trials - k:
                term *= 1.0 - chance
        for _ in range(max(0, trials - 2 * k)):
            term *= 1.0 - chance
        total += term
    return min(total, 1.0)


@numba.njit(cache=True)
def least_degraded(trials: int, chance: float, rate: float) -> int:
    """Return the least number of degraded aircraft of which P(D >= number) <= rate; trials + 1 when none is."""
    number = trials + 1
    while number > 0 and upper_tail(number - 1, trials, chance) <= rate:
        number -= 1
    return number


def degraded(observations: Columns, bounds: Bounds = DEFAULT) -> tuple[Flags, Flags]:
    """Return which observations state their integrity or accuracy, and which of these are degraded, shapes (n,)."""
    nic, nacp = observations["integrity"], observations["accuracy_category"]
    states = ((nic >= 0) | (nacp >= 0)) & (observations["kind"] == KIND["position"])
    poor = (nic >= 0) & (nic < bounds.least_integrity)
    poor |= (nacp >= 0) & (nacp < bounds.least_accuracy_category)
    return states, states & poor


def interference(observations: Columns, bounds: Bounds = DEFAULT) -> list[Check]:
    """Return the cell-hours with interference, and those with aircraft but too few of them to tell."""
    states, poor = degraded(observations, bounds)
    rows = np.flatnonzero(states & (observations["address"] >= 0) & placed(observations))
    if not len(rows):
        return []
    rows = rows[np.lexsort([observations[name][rows] for name in ("item", "north_m", "east_m", "time_ns")])]
    side = bounds.interference_cell_m
    where = np.stack(
        [
            np.floor(observations["east_m"][rows] / side).astype(np.int64),
            np.floor(observations["north_m"][rows] / side).astype(np.int64),
            observations["time_ns"][rows] // NS_PER_HOUR,
            observations["address"][rows].astype(np.int64),
        ],
        axis=1,
    )
    aircraft, which = np.unique(where, axis=0, return_inverse=True)
    which = which.reshape(-1)
    bad = np.bincount(which, poor[rows]) > 0.5 * np.bincount(which)
    hours, hour = np.unique(aircraft[:, :3], axis=0, return_inverse=True)
    cells, cell = np.unique(hours[:, :2], axis=0, return_inverse=True)
    hour, cell = hour.reshape(-1), cell.reshape(-1)
    count, hits = np.bincount(hour), np.bincount(hour, bad).astype(np.int64)
    usual = _usual(count, hits, cell, len(cells), bounds.interference_usual)
    # the first degraded claim of each degraded aircraft is its evidence
    told = np.flatnonzero(poor[rows] & bad[which])
    whose, first = np.unique(which[told], return_index=True)
    proof = np.full(len(aircraft), -1, np.int64)
    proof[whose] = rows[told[first]]
    last = np.zeros(len(hours), np.int64)
    np.maximum.at(last, hour[which], observations["time_ns"][rows])
    checks = []
    for number, place in enumerate(hours.tolist()):
        some, poorly = int(count[number]), int(hits[number])
        limit = least_degraded(some, float(usual[number]), bounds.interference_rate)
        enough = some >= bounds.interference_aircraft
        if enough and poorly < limit:
            continue
        own = proof[(hour == number) & bad] if enough else proof[:0]
        numbers = (poorly, limit) if enough else (some, bounds.interference_aircraft)
        checks.append(_check(enough, int(last[number]), place, side, numbers, own))
    return checks


def _check(
    enough: bool, time_ns: int, place: list[int], side: float, numbers: tuple[int, int], own: Ints
) -> Check:
    return Check(
        "interference",
        FLAG if enough else NOT_ASSESSABLE,
        DEGRADED if enough else TOO_FEW,
        time_ns,
        place[2] * NS_PER_HOUR,
        (place[2] + 1) * NS_PER_HOUR,
        "",
        -1,
        (place[0] + 0.5) * side,
        (place[1] + 0.5) * side,
        float(numbers[0]),
        float(numbers[1]),
        tuple(np.sort(own).tolist()),
    )


def jammed(
    checks: list[Check], east_m: Floats, north_m: Floats, time_ns: Ints, bounds: Bounds = DEFAULT
) -> Flags:
    """Return which places and times lie in a cell-hour with interference, shapes (n,)."""
    inside = np.zeros(len(time_ns), np.bool_)
    half = 0.5 * bounds.interference_cell_m
    for check in checks:
        if check.kind == "interference" and check.state == FLAG:
            near = (np.abs(east_m - check.east_m) <= half) & (np.abs(north_m - check.north_m) <= half)
            inside |= near & (time_ns >= check.from_ns) & (time_ns < check.to_ns)
    return inside


def _usual(count: Ints, hits: Ints, cell: Ints, cells: int, least: float) -> Floats:
    """Return per cell-hour the share of degraded aircraft in the other hours of its cell, drawn to that of all."""
    every = float(hits.sum()) / float(count.sum())
    others = np.bincount(cell, count, cells)[cell] - count
    bad = np.bincount(cell, hits, cells)[cell] - hits
    return np.maximum((bad + every) / (others + 1.0), least)
