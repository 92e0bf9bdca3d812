"""Moments: what a track's hypotheses and models say together, and how two Gaussians become one.

    mean = sum w_k m_k        covariance = sum w_k (P_k + (m_k - mean)(m_k - mean)^T)

The state of a track is that of its heaviest hypothesis and of all nearer to it than ``NEAR_M``: a hypothesis far away is
another answer, and the middle between two answers is none.
"""

from __future__ import annotations

import math

import numba
import numpy as np

from truceline.picture import slots as at
from truceline.picture.predict import mix
from truceline.picture.slots import STATE, Bank, Floats, Slots

NEAR_M = 1000.0
REACH_SIGMAS = 4.0


@numba.njit(cache=True)
def moments(modes: Floats, weights: Floats, branches: Floats, models: int, held: int, out: Floats) -> None:
    """Write the moments (14,) of ``held`` hypotheses of ``models`` modes each."""
    if held == 1:
        mix(modes[0, :models], weights[0, :models], out)
        return
    each, share = np.empty((held, STATE)), np.empty(held)
    for h in range(held):
        mix(modes[h, :models], weights[h, :models], each[h])
        off = math.sqrt((each[h, 0] - each[0, 0]) ** 2 + (each[h, 1] - each[0, 1]) ** 2)
        share[h] = branches[h] if off < NEAR_M else 0.0
    mix(each, share, out)


@numba.njit(cache=True)
def summarise(slots: Slots, i: int, mean: Floats) -> None:
    """Write track i's moments into ``mean`` (14,) and into its row, with the reach that holds all its hypotheses."""
    models, held = slots.whole[i, at.MODELS], slots.whole[i, at.BRANCHES]
    moments(slots.modes[i], slots.weights[i], slots.branches[i], models, held, mean)
    real = slots.real[i]
    real[at.EAST], real[at.NORTH], real[at.VEL_EAST], real[at.VEL_NORTH] = mean[0], mean[1], mean[2], mean[3]
    real[at.EE], real[at.EN], real[at.NN] = mean[4], mean[5], mean[6]
    for k in range(at.MOVING):
        real[at.EU + k] = mean[7 + k]
    reach, speed, steady = max(mean[4], mean[6]), max(mean[11], mean[13]), 0.0
    for h in range(held):
        for k in range(models):
            mode = slots.modes[i, h, k]
            wide, fast = max(mode[4], mode[6]), max(mode[11], mode[13])
            if h > 0:
                off = max(abs(mode[0] - mean[0]), abs(mode[1] - mean[1]))
                wide = (math.sqrt(wide) + off / REACH_SIGMAS) ** 2
                off = max(abs(mode[2] - mean[2]), abs(mode[3] - mean[3]))
                fast = (math.sqrt(fast) + off / REACH_SIGMAS) ** 2
            reach, speed = max(reach, wide), max(speed, fast)
        steady += slots.branches[i, h] * slots.weights[i, h, 0]
    real[at.REACH], real[at.SPEED_REACH] = reach, speed
    real[at.STEADY] = steady if models > 1 else math.nan


@numba.njit(cache=True)
def expand(slots: Slots, i: int, bank: Bank) -> None:
    """Give a track of one model the whole bank, each model starting from that one's state."""
    for h in range(slots.whole[i, at.BRANCHES]):
        for k in range(len(bank.prior)):
            slots.weights[i, h, k] = bank.prior[k]
            for a in range(STATE):
                slots.modes[i, h, k, a] = slots.modes[i, h, 0, a]
    slots.whole[i, at.MODELS] = len(bank.prior)


@numba.njit(cache=True)
def mahalanobis2(one: Floats, two: Floats) -> tuple[float, float]:
    """Return the squared distances of two states (14,) in place and in velocity, under the first's covariance."""
    dx, dy, du, dv = two[0] - one[0], two[1] - one[1], two[2] - one[2], two[3] - one[3]
    place = dx * dx * one[6] - 2.0 * dx * dy * one[5] + dy * dy * one[4]
    velocity = du * du * one[13] - 2.0 * du * dv * one[12] + dv * dv * one[11]
    return (
        place / (one[4] * one[6] - one[5] * one[5]),
        velocity / (one[11] * one[13] - one[12] * one[12]),
    )


@numba.njit(cache=True)
def absorb(one: Floats, two: Floats, share: float) -> None:
    """Replace Gaussian ``one`` (14,) by the matched moments of ``share`` of it and the rest of ``two``."""
    dx, dy, du, dv = one[0] - two[0], one[1] - two[1], one[2] - two[2], one[3] - two[3]
    rest = 1.0 - share
    for a in range(STATE):
        one[a] = share * one[a] + rest * two[a]
    both = share * rest
    one[4] += both * dx * dx
    one[5] += both * dx * dy
    one[6] += both * dy * dy
    one[7] += both * dx * du
    one[8] += both * dx * dv
    one[9] += both * dy * du
    one[10] += both * dy * dv
    one[11] += both * du * du
    one[12] += both * du * dv
    one[13] += both * dv * dv


@numba.njit(cache=True)
def innovation2(mean: Floats, after: float, plot: Floats) -> float:
    """Return the normalised innovation squared (NIS, 2 degrees of freedom) of a plot ``after`` seconds later."""
    vx = plot[at.P_EAST] - mean[0] - after * mean[2]
    vy = plot[at.P_NORTH] - mean[1] - after * mean[3]
    sxx = mean[4] + after * (2.0 * mean[7] + after * mean[11]) + plot[at.P_EE]
    sxy = mean[5] + after * (mean[8] + mean[9] + after * mean[12]) + plot[at.P_EN]
    syy = mean[6] + after * (2.0 * mean[10] + after * mean[13]) + plot[at.P_NN]
    return float((vx * vx * syy - 2.0 * vx * vy * sxy + vy * vy * sxx) / (sxx * syy - sxy * sxy))
