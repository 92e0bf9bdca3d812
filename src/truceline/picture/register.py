"""Registration: each radar's bias in range, azimuth and time, found from what it and other sources say of one target.

A plot of source s stands at   z = x + J_s b_s + noise,   J_s = [u, r t, -v],   b_s = (range m, azimuth rad, time s)
with u the unit vector from the radar, r t = (north, -east) from it, v the target's velocity. Two successive sure plots of
different sources on one sure, steady track, dt seconds apart, give

    z1 - z0 - v dt = J_1 b_1 - J_0 b_0 + noise,   noise R_1 + R_0 + (SPEED_SIGMA_MPS dt)^2

which does not contain the place of the track. All biases are one Kalman state; each plot serves in one pair only, so that
pairs are independent. Positions that aircraft broadcast have no bias here (J = 0): they tie the radars to the ground. A
source's plots are moved back by its estimate, and their covariance grows by J P J^T until it is known. Time is moved only
when its bias is beyond three sigmas.
Source: Bar-Shalom, Willett, Tian 2011, Tracking and Data Fusion, chapter 9 (pseudo-measurements of bias).
"""

from __future__ import annotations

import math

import msgspec
import numba
import numpy as np

from truceline.picture import slots as at
from truceline.picture.moments import moments
from truceline.picture.slots import Floats, Ints, Plots, Slots, Tally
from truceline.picture.weigh import Pairs

TERMS = 3
SIGMAS = (100.0, 0.0035, 0.05)  # m, rad, s: what is not known of a source at the start
DRIFT = (10.0, 1e-4, 0.01)  # of the same, per root hour
SPEED_SIGMA_MPS = 30.0
LONGEST_S = 6.0
GATE = 12.0
SURE, STEADY, MOST_BRANCHES = 0.95, 0.6, 2
MOST_SPEED_VAR = 3600.0
TRUSTED_VAR_M2 = 1e4  # of a broadcast position
BEYOND = 3.0


def unknown(sources: int) -> tuple[Floats, Floats]:
    """Return the biases of sources of which nothing is known yet, and their covariance."""
    return np.zeros(TERMS * sources), np.diag(np.tile(np.square(SIGMAS), sources))


class Bias(msgspec.Struct, frozen=True):
    """What was learned of one source's bias, each with its sigma, from ``pairs`` of plots.

    A positive ``range_m`` means too far, ``azimuth_rad`` turned clockwise, ``time_s`` stamped late.
    """

    range_m: float
    range_sigma_m: float
    azimuth_rad: float
    azimuth_sigma_rad: float
    time_s: float
    time_sigma_s: float
    pairs: int


def biases(tally: Tally) -> tuple[Bias, ...]:
    """Return the bias of every source, in their order."""
    sigma = np.sqrt(np.diag(tally.spread))
    held = []
    for s, pairs in enumerate(tally.whole[:, at.T_PAIRS].tolist()):
        value, spread = tally.bias[TERMS * s :].tolist(), sigma[TERMS * s :].tolist()
        held.append(Bias(value[0], spread[0], value[1], spread[1], value[2], spread[2], max(pairs, 0)))
    return tuple(held)


@numba.njit(cache=True)
def leverage(
    sensor: Floats, east: float, north: float, vel_east: float, vel_north: float, out: Floats
) -> bool:
    """Write J (2, 3) of a plot at a place; return whether the source has a site to be biased from."""
    out[:, :] = 0.0
    de, dn = east - sensor[at.S_EAST], north - sensor[at.S_NORTH]
    reach = math.sqrt(de * de + dn * dn)
    if not math.isfinite(reach) or reach < 1.0:
        return False
    out[0, 0], out[1, 0] = de / reach, dn / reach
    out[0, 1], out[1, 1] = dn, -de
    out[0, 2], out[1, 2] = -vel_east, -vel_north
    return True


@numba.njit(cache=True)
def corrected(plots: Plots, a: int, b: int, sensor: Floats, tally: Tally) -> Plots:
    """Return the radar plots a..b of one source moved back by its bias, with the noise it turned out to have.

    What is not known of the bias widens their covariance.
    """
    fixed = Plots(plots.real[a:b].copy(), plots.whole[a:b].copy())
    s = plots.whole[a, at.P_SOURCE]
    fixed.real[:, at.P_EE : at.P_NN + 1] *= tally.real[s, at.T_NOISE]
    if tally.whole[s, at.T_PAIRS] <= 0:
        return fixed
    first = TERMS * s
    late, sigma = tally.bias[first + 2], math.sqrt(tally.spread[first + 2, first + 2])
    shift = math.floor(late * 1e9 + 0.5) if abs(late) > BEYOND * sigma else 0
    lever = np.empty((2, TERMS))
    for j in range(b - a):
        row = fixed.real[j]
        if not leverage(sensor, row[at.P_EAST], row[at.P_NORTH], 0.0, 0.0, lever):
            continue
        fixed.whole[j, at.P_TIME] -= shift
        row[at.P_EAST] -= lever[0, 0] * tally.bias[first] + lever[0, 1] * tally.bias[first + 1]
        row[at.P_NORTH] -= lever[1, 0] * tally.bias[first] + lever[1, 1] * tally.bias[first + 1]
        for c in range(2):
            for d in range(2):
                known = tally.spread[first + c, first + d]
                row[at.P_EE] += lever[0, c] * known * lever[0, d]
                row[at.P_EN] += lever[0, c] * known * lever[1, d]
                row[at.P_NN] += lever[1, c] * known * lever[1, d]
    return fixed


@numba.njit(cache=True)
def register(
    slots: Slots, pair: Pairs, won: Ints, plots: Plots, a: int, sensors: Floats, tally: Tally
) -> None:
    """Learn the biases from the tracks that plots hold; ``won`` and ``plots`` (not corrected) count from ``a``."""
    mean = np.empty(at.STATE)
    learns = tally.whole[plots.whole[a, at.P_SOURCE], at.T_PAIRS] != at.NEVER
    for q in range(len(pair.track)):
        if won[q] < 0 or not learns:
            continue
        i, j = pair.track[q], a + won[q]
        plot, fact, real = plots.whole[j], slots.whole[i], slots.real[i]
        if real[at.EXISTENCE] < SURE or fact[at.BRANCHES] > MOST_BRANCHES or fact[at.MODELS] == 1:
            continue
        claim = plot[at.P_WAY] == at.CLAIM
        if claim and (plot[at.P_ADDRESS] < 0 or plots.real[j, at.P_EE] > TRUSTED_VAR_M2):
            continue
        before, passed = fact[at.LEFT_SOURCE], (plot[at.P_TIME] - fact[at.LEFT_TIME]) * 1e-9
        used = False
        if (
            before >= 0
            and before != plot[at.P_SOURCE]
            and abs(passed) < LONGEST_S
            and real[at.STEADY] > STEADY
        ):
            moments(
                slots.modes[i], slots.weights[i], slots.branches[i], fact[at.MODELS], fact[at.BRANCHES], mean
            )
            if max(mean[11], mean[13]) < MOST_SPEED_VAR:
                used = compare(mean, real, fact, plots, j, passed, sensors, tally)
        fact[at.LEFT_SOURCE] = -1 if used else plot[at.P_SOURCE]
        fact[at.LEFT_TIME], fact[at.LEFT_CLAIM] = plot[at.P_TIME], int(claim)
        real[at.LEFT_EAST : at.LEFT_NN + 1] = plots.real[j, at.P_EAST : at.P_NN + 1]


@numba.njit(cache=True)
def compare(
    mean: Floats, real: Floats, fact: Ints, plots: Plots, j: int, passed: float, sensors: Floats, tally: Tally
) -> bool:
    """Update all biases with plot j and the track's sure plot before it; return whether they were used."""
    s, t = plots.whole[j, at.P_SOURCE], fact[at.LEFT_SOURCE]
    new, old = np.zeros((2, TERMS)), np.zeros((2, TERMS))
    plot = plots.real[j]
    turned = False
    if plots.whole[j, at.P_WAY] == at.LOOK:
        turned = leverage(sensors[s], plot[at.P_EAST], plot[at.P_NORTH], mean[2], mean[3], new)
    if fact[at.LEFT_CLAIM] == 0:
        place = leverage(sensors[t], real[at.LEFT_EAST], real[at.LEFT_NORTH], mean[2], mean[3], old)
        turned = turned or place
    if not turned:
        return False
    drift(tally, s, t, plots.whole[j, at.P_TIME])
    size = len(tally.bias)
    row = np.zeros((2, size))
    row[:, TERMS * s : TERMS * s + TERMS] += new
    row[:, TERMS * t : TERMS * t + TERMS] -= old
    spread = np.zeros((size, 2))
    off = np.empty(2)
    off[0] = plot[at.P_EAST] - real[at.LEFT_EAST] - mean[2] * passed
    off[1] = plot[at.P_NORTH] - real[at.LEFT_NORTH] - mean[3] * passed
    for c in range(size):
        off[0] -= row[0, c] * tally.bias[c]
        off[1] -= row[1, c] * tally.bias[c]
        for d in range(size):
            spread[c, 0] += tally.spread[c, d] * row[0, d]
            spread[c, 1] += tally.spread[c, d] * row[1, d]
    vague = (SPEED_SIGMA_MPS * passed) ** 2
    xx = plot[at.P_EE] + real[at.LEFT_EE] + vague
    xy = plot[at.P_EN] + real[at.LEFT_EN]
    yy = plot[at.P_NN] + real[at.LEFT_NN] + vague
    for c in range(size):
        xx += row[0, c] * spread[c, 0]
        xy += row[0, c] * spread[c, 1]
        yy += row[1, c] * spread[c, 1]
    det = xx * yy - xy * xy
    if (off[0] * off[0] * yy - 2.0 * off[0] * off[1] * xy + off[1] * off[1] * xx) > GATE * det:
        return False
    gain = np.empty((size, 2))
    for c in range(size):
        gain[c, 0] = (spread[c, 0] * yy - spread[c, 1] * xy) / det
        gain[c, 1] = (spread[c, 1] * xx - spread[c, 0] * xy) / det
        tally.bias[c] += gain[c, 0] * off[0] + gain[c, 1] * off[1]
    for c in range(size):
        for d in range(c + 1):
            tally.spread[c, d] -= gain[c, 0] * spread[d, 0] + gain[c, 1] * spread[d, 1]
            tally.spread[d, c] = tally.spread[c, d]
    tally.whole[s, at.T_PAIRS] += 1
    tally.whole[t, at.T_PAIRS] += 1
    return True


@numba.njit(cache=True)
def drift(tally: Tally, s: int, t: int, time_ns: int) -> None:
    """Let what is known of both sources' biases age since their last pair, never beyond what was not known at first."""
    for source in (s, t):
        last = tally.whole[source, at.T_PAIRED]
        tally.whole[source, at.T_PAIRED] = max(time_ns, last)
        if last == at.NEVER or time_ns <= last:
            continue
        hours = (time_ns - last) / 3.6e12
        for k in range(TERMS):
            c = TERMS * source + k
            ceiling = max(SIGMAS[k] ** 2, tally.spread[c, c])
            tally.spread[c, c] = min(tally.spread[c, c] + DRIFT[k] ** 2 * hours, ceiling)
