"""What each source teaches while running: its density of false plots, its rotation, how often it sees a target.

Declared figures are where it starts; the field differs from the brochure.

    false      a map of the density of false plots (see clutter)
    new        density of targets not yet seen: starts as half of the first look and falls by 1 - Pd with every look of
               any radar over the same ground; beside it what traffic renews between two such looks
    rotation   the interval between hits of one track that most of them agree on (majority vote)
    noise      factor on the declared variances of plots, until sure and steady tracks find them where they expect them:
               NIS of mean 2, cut at MOST_NIS so that a lost track teaches little
    sight      the share of confirmed tracks in range that a source saw: so much its silence over a new track counts
    detection  per source over its confirmed tracks, and per track and source: the share of looks that gave a plot, with
               the declared figure as so many looks already made
"""

from __future__ import annotations

import math

import numba

from truceline.picture import slots as at
from truceline.picture.clutter import close_map
from truceline.picture.slots import Floats, Ints, Law, Slots, Tally

PRIOR_LOOKS = 60
MOST_LOOKS = 150
PRIOR_SOURCE_LOOKS = 100.0
MILLION = 1_000_000
LEAST_RATE, MOST_RATE = 0.1, 0.93
STAYS = 0.998
IN_SIGHT, MOST_SIGHT, SIGHT_PACE = 0.5, 0.98, 0.02
LEAST_HELD = 0.05
LONGEST_ROW = 3
AGREED = 20.0
SURELY, STEADILY = 0.95, 0.8
MOST_NIS = 9.0
EXPECTED_NIS = (
    1.9777820069234  # mean of a chi-square variable of 2 degrees of freedom cut at 9: 2 (1 - exp(-9 / 2))
)
NOISE_PRIOR, NOISE_FADES = 50.0, 0.9
LEAST_NOISE, MOST_NOISE = 0.5, 10.0
SILENT_NS = 30_000_000_000


@numba.njit(cache=True)
def together(whole: Ints) -> bool:
    """Return whether a source delivers whole scans under one time instead of plots under their own."""
    return bool(whole[at.T_SAME] * 5 > whole[at.T_PLOTS] * 4)


@numba.njit(cache=True)
def densities(slots: Slots, n: int, s: int, time_ns: int, sensors: Floats, tally: Tally, law: Law) -> None:
    """Close source s's look when its time has passed, and renew its densities of false plots and new targets."""
    whole, real = tally.whole[s], tally.real[s]
    period = real[at.T_PERIOD]
    passed = (time_ns - whole[at.T_WINDOW]) * 1e-9
    if whole[at.T_WINDOW] == at.NEVER:
        whole[at.T_WINDOW] = time_ns
        return
    if passed < 0.9 * period:
        return
    alive = 5.0
    for i in range(n):
        alive += slots.real[i, at.EXISTENCE]
    detection, before = real[at.T_DETECTION], real[at.T_FALSE]
    area = close_map(tally, s, sensors[s], min(passed / period, 1.5))
    real[at.T_LOOKS] += 1.0
    renew_noise(real, whole)
    if real[at.T_LOOKS] == 1.0:
        # Half of the first look's plots may be targets, less what other radars have looked over before.
        real[at.T_NEW] *= real[at.T_FALSE] / before
    looks_per_s = 1e-3
    for other in range(len(sensors)):
        tally.real[other, at.T_NEW] *= 1.0 - detection * overlap(sensors[other], sensors[s])
        if (
            tally.whole[other, at.T_WINDOW] != at.NEVER
            and time_ns - tally.whole[other, at.T_LAST] < SILENT_NS
        ):
            looks_per_s += overlap(sensors[s], sensors[other]) / tally.real[other, at.T_PERIOD]
    real[at.T_RENEWED] = detection * alive / (law.renewal_s * area * looks_per_s)
    whole[at.T_WINDOW] = time_ns


@numba.njit(cache=True)
def overlap(one: Floats, other: Floats) -> float:
    """Return roughly what share of one radar's disc another radar's disc covers; 1 when a site is not known."""
    if not (math.isfinite(one[at.S_EAST]) and math.isfinite(other[at.S_EAST])):
        return 1.0
    de, dn = one[at.S_EAST] - other[at.S_EAST], one[at.S_NORTH] - other[at.S_NORTH]
    apart = math.sqrt(de * de + dn * dn)
    right, left = (
        min(one[at.S_RANGE], apart + other[at.S_RANGE]),
        max(-one[at.S_RANGE], apart - other[at.S_RANGE]),
    )
    share = max(right - left, 0.0) / (2.0 * one[at.S_RANGE])
    return float(share * min(share, 1.0))


@numba.njit(cache=True)
def rate_of(looks: Ints) -> float:
    """Return how likely a source that held a track sees it at one look.

    Looks in vain after which another source saw the track (``KNOWN``) speak for its having left the source's sight.
    """
    rate = min(max(looks[at.RATE] * 1e-6, LEAST_RATE), MOST_RATE)
    return float(max(rate * still_in_sight(STAYS, rate, looks[at.KNOWN]), LEAST_HELD))


@numba.njit(cache=True)
def still_in_sight(before: float, rate: float, vain: int) -> float:
    """Return how likely a track is in a source's sight after looks in vain, by Bayes from ``before``."""
    able = before
    for _ in range(min(vain, 12)):
        able *= 1.0 - rate
    return able / (able + 1.0 - before)


@numba.njit(cache=True)
def within(real: Floats, sensor: Floats) -> bool:
    """Return whether a track is in the declared range of a source that has a place."""
    de, dn = real[at.EAST] - sensor[at.S_EAST], real[at.NORTH] - sensor[at.S_NORTH]
    return bool(de * de + dn * dn <= sensor[at.S_RANGE] * sensor[at.S_RANGE])


@numba.njit(cache=True)
def sight(real: Floats, looks: Ints, sensors: Floats, tally: Tally) -> None:
    """Let a track that is confirmed now teach which sources saw it and which, in range and at work, did not."""
    for s in range(len(sensors)):
        at_work = tally.whole[s, at.T_WINDOW] != at.NEVER and sensors[s, at.S_LEAST_RATE] <= 0.0
        if at_work and within(real, sensors[s]):
            hit = 1.0 if looks[s, at.LAST_HIT] != at.NEVER else 0.0
            tally.real[s, at.T_SIGHT] += SIGHT_PACE * (hit - tally.real[s, at.T_SIGHT])
            tally.real[s, at.T_SIGHT] = min(tally.real[s, at.T_SIGHT], MOST_SIGHT)


@numba.njit(cache=True)
def measure(real: Floats, fact: Ints, looks: Ints, tally: Tally, s: int) -> None:
    """Count the innovation of a plot that holds a sure, steady track for the noise of its source."""
    if real[at.EXISTENCE] < SURELY or not real[at.STEADY] > STEADILY or looks[at.LAST_HIT] == at.NEVER:
        return
    if fact[at.BRANCHES] > 1 or tally.whole[s, at.T_MEASURED] == at.NEVER:
        return
    tally.whole[s, at.T_MEASURED] += 1
    tally.real[s, at.T_OFF] += min(real[at.NIS], MOST_NIS) / EXPECTED_NIS - 1.0


@numba.njit(cache=True)
def renew_noise(real: Floats, whole: Ints) -> None:
    """Take what a look's innovations said of a source's noise, once: they were all weighed with the factor before."""
    count = whole[at.T_MEASURED]
    if count <= 0:
        return
    real[at.T_OFFS] = NOISE_FADES * real[at.T_OFFS] + count
    factor = real[at.T_NOISE] * (1.0 + real[at.T_OFF] / (NOISE_PRIOR + real[at.T_OFFS]))
    real[at.T_NOISE] = min(max(factor, LEAST_NOISE), MOST_NOISE)
    real[at.T_OFF], whole[at.T_MEASURED] = 0.0, 0


@numba.njit(cache=True)
def seen(looks: Ints, real: Floats, confirmed: bool, turning: bool, time_ns: int) -> None:
    """Let a hit, and the looks in vain before it, teach a source's rate (and its rotation) before it is noted."""
    if looks[at.LAST_HIT] == at.NEVER:
        looks[at.RATE] = int(real[at.T_DETECTION] * MILLION)
        looks[at.COUNT] = PRIOR_LOOKS
        return
    # A long row of looks in vain was a time out of sight and says nothing of the rate.
    vain = looks[at.UNSEEN] if looks[at.UNSEEN] <= LONGEST_ROW else 0
    for k in range(vain + 1):
        looks[at.COUNT] = min(looks[at.COUNT] + 1, MOST_LOOKS)
        looks[at.RATE] += ((MILLION if k == vain else 0) - looks[at.RATE]) // looks[at.COUNT]
        if confirmed:
            hit = 1.0 if k == vain else 0.0
            real[at.T_DETECTION] += (hit - real[at.T_DETECTION]) / (PRIOR_SOURCE_LOOKS + 100.0)
            real[at.T_DETECTION] = min(max(real[at.T_DETECTION], LEAST_RATE), MOST_RATE)
    if confirmed and turning:
        turn((time_ns - looks[at.LAST_HIT]) * 1e-9, real)


@numba.njit(cache=True)
def turn(interval: float, real: Floats) -> None:
    """Let an interval between two hits of one track vote on the source's rotation."""
    period = real[at.T_PERIOD]
    times = math.floor(interval / period + 0.5)
    if times >= 1.0 and abs(interval - times * period) < 0.1 * period:
        if times == 1.0:
            real[at.T_PERIOD] += 0.02 * (interval - period)
        real[at.T_VOTES] = max(real[at.T_VOTES] - 1.0, 0.0)
    elif abs(interval - real[at.T_OTHER]) < 0.1 * real[at.T_OTHER]:
        real[at.T_VOTES] += 1.0
        if real[at.T_VOTES] > AGREED:
            real[at.T_PERIOD], real[at.T_VOTES] = real[at.T_OTHER], 0.0
    elif real[at.T_VOTES] > 0.0:
        real[at.T_VOTES] -= 1.0
    else:
        real[at.T_OTHER], real[at.T_VOTES] = interval, 1.0
