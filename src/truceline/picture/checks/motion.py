"""Impossible and duplicate: claims of one address that one aircraft cannot have flown.

Each address has up to two tails, places where it last was. A claim belongs to the tail it could have flown from,

    level     distance <= slack + fastest (dt + 3 s(t)) + 3 (s + s')
    height    |change| <= climb slack + climb (dt + 3 s(t))

(the nearer in time of two; places and heights are swept one by one); else it begins the second tail, in the place of the
staler one. ``agreeing`` claims in a row make a tail true. A true second tail while the first still speaks is a duplicate;
after the first fell silent it is an impossible jump. Single wild claims, which transmission errors make, join no true
tail and are never told; nor are heights that come by turns, which bad encoders make.
"""

from __future__ import annotations

import math

import numba
import numpy as np
import numpy.typing as npt

from truceline.picture.checks.check import DEFAULT, FLAG, Bounds, Check
from truceline.picture.checks.claims import Claims, claims_of
from truceline.picture.picture import Floats, within
from truceline.terms.columns import Columns
from truceline.terms.time import NS_PER_S

Ints = npt.NDArray[np.int64]
JUMP = "jumped faster than anything flies"
CLIMB = "climbed or fell faster than anything flies"
TWO = "two aircraft at two places under one address"
FLAT, HIGH = range(2)
HIGHEST_M = 1e5
# after so long without a claim, nothing is impossible
FORGOTTEN_NS = 600 * NS_PER_S


def motion(observations: Columns, bounds: Bounds = DEFAULT, claims: Claims | None = None) -> list[Check]:
    """Return the impossible jumps and the duplicate addresses among the claims of located observations."""
    held = claims_of(observations) if claims is None else claims
    count = len(held.row)
    if not count:
        return []
    sigma = np.sqrt(np.maximum(held.ee_m2, held.nn_m2))
    height = within(held.height_m, -HIGHEST_M, HIGHEST_M)
    measures = np.stack([held.east_m, held.north_m, height, sigma, held.late_s], axis=1)
    law = np.array(
        [bounds.slack_m, bounds.fastest_mps, bounds.climb_slack_m, bounds.climb_mps, bounds.together_s]
    )
    found: list[tuple[int, list[int], list[float]]] = []
    for axis in (FLAT, HIGH):
        known = np.flatnonzero(np.isfinite(height)) if axis == HIGH else np.arange(count)
        needed = bounds.climb_agreeing if axis == HIGH else bounds.agreeing
        told, values = _sweep(
            held.address[known], held.time_ns[known], measures[known], law, needed, axis == HIGH
        )
        for story, numbers in zip(told.tolist(), values.tolist(), strict=True):
            found.append((axis, [story[0], *known[story[1:]].tolist()], numbers))
    checks = []
    for axis, (kind, at, left, first, since), (statistic, limit) in found:
        reason = TWO if kind == 0 else (JUMP, CLIMB)[axis]
        own = np.arange(since if kind == 0 else left, at + 1)
        checks.append(
            Check(
                "duplicate" if kind == 0 else "impossible",
                FLAG,
                reason,
                int(held.time_ns[at]),
                int(held.time_ns[left]) if kind else int(held.time_ns[first]),
                int(held.time_ns[at]),
                "",
                int(held.address[at]),
                float(held.east_m[at]),
                float(held.north_m[at]),
                statistic,
                limit,
                tuple(np.unique(held.row[own]).tolist()),
            )
        )
    return checks


@numba.njit(cache=True)
def _apart(measures: Floats, times: Ints, old: int, new: int, law: Floats, high: bool) -> tuple[float, float]:
    """Return how far two claims are apart in m, level or in height, and how far is possible."""
    since = abs(times[new] - times[old]) * 1e-9
    late = measures[new, 4] + measures[old, 4]
    if high:
        return abs(measures[new, 2] - measures[old, 2]), law[2] + law[3] * (since + 3.0 * late)
    east = measures[new, 0] - measures[old, 0]
    north = measures[new, 1] - measures[old, 1]
    most = law[0] + law[1] * (since + 3.0 * late) + 3.0 * (measures[new, 3] + measures[old, 3])
    return math.sqrt(east * east + north * north), most


@numba.njit(cache=True)
def _sweep(
    address: Ints, times: Ints, measures: Floats, law: Floats, agreeing: int, high: bool
) -> tuple[Ints, Floats]:
    """Return rows of (0 duplicate, 1 jump; claim, claim left, first claim of the tail, earliest of both tails).

    Second: statistic (m) and what would have been possible (m).
    """
    told, values = np.zeros((len(times), 5), np.int64), np.zeros((len(times), 2))
    count = 0
    # per tail: first claim, last claim, number; -1 none
    tails = np.full((2, 3), -1, np.int64)
    opened = np.zeros(
        (2, 2)
    )  # how far a tail's first claim was from the other's last, and how far was possible
    together = np.int64(law[4] * 1e9)
    lead, said = 0, False
    for n in range(len(times)):
        if n == 0 or address[n] != address[n - 1] or times[n] - times[n - 1] > FORGOTTEN_NS:
            tails[:] = -1
            tails[0] = n, n, 1
            lead, said = 0, False
            continue
        chosen = -1
        for tail in range(2):
            if tails[tail, 1] < 0:
                continue
            far, most = _apart(measures, times, tails[tail, 1], n, law, high)
            if far <= most and (chosen < 0 or tails[tail, 1] > tails[chosen, 1]):
                chosen = tail
        if chosen < 0:
            chosen = 1 - lead
            tails[chosen, 0], tails[chosen, 2] = n, 0
            opened[chosen] = _apart(measures, times, tails[lead, 1], n, law, high)
            said = False
        tails[chosen, 1] = n
        tails[chosen, 2] += 1
        other = 1 - chosen
        if chosen == lead or tails[chosen, 2] < agreeing:
            continue
        # the second tail is true: does the first still speak?
        speaks = tails[other, 1] > tails[chosen, 0] and times[n] - times[tails[other, 1]] <= together
        if speaks and tails[other, 2] >= agreeing:
            # two heights by turns are a bad encoder, not a second aircraft
            if not said and not high:
                told[count] = 0, n, tails[other, 1], tails[chosen, 0], min(tails[other, 1], tails[chosen, 0])
                values[count] = opened[chosen]
                count += 1
                said = True
            continue
        if not said and times[tails[chosen, 0]] > times[tails[other, 1]]:
            left, first = tails[other, 1], tails[chosen, 0]
            if tails[other, 2] >= agreeing:
                told[count] = 1, n, left, first, left
                values[count] = opened[chosen]
                count += 1
        lead = chosen
        tails[other] = -1
        said = False
    return told[:count], values[:count]
