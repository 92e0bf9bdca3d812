"""How likely a radar for moving targets sees a vehicle at all: not while it stands or drives across the line of sight.

    Pd(x) = Pd (1 - exp(-ln 2 (rate / least)^2)),   rate = l . v         half of Pd at the least detectable speed

so over a Gaussian, with s^2 = least^2 / (2 ln 2) and rate ~ N(m, S):   1 - sqrt(s^2 / (s^2 + S)) exp(-m^2 / 2 (s^2 + S))

    P(no plot | x) = (1 - Pd) + Pd exp(-rate^2 / 2 s^2)

The second term is, up to a factor, a measurement "range rate 0, variance s^2": so a look in vain turns every mode into two
Gaussians, here one with matched moments, and gives weight to modes that stand.
Sources: Koch and Klemm 2001, Ground target tracking with STAP radar (the notch about zero Doppler as a Gaussian); Koch
2007, On exploiting "negative" sensor evidence for target tracking and sensor data fusion (fictitious measurements).
"""

from __future__ import annotations

import math

import numba
import numpy as np

from truceline.picture import slots as at
from truceline.picture.arithmetic import exponential
from truceline.picture.moments import absorb
from truceline.picture.slots import STATE, Floats, Slots
from truceline.picture.update import LEAST_M, update_scalar

TWICE_LN2 = 1.3862943611198906


@numba.njit(cache=True)
def visible(mode: Floats, sensor: Floats) -> float:
    """Return how likely a mode (14,) moves fast enough along a radar's line of sight to be seen; 1 for other sensors."""
    if sensor[at.S_LEAST_RATE] <= 0.0 or not math.isfinite(sensor[at.S_EAST]):
        return 1.0
    le, ln = line_of_sight(mode, sensor)
    rate = le * mode[2] + ln * mode[3]
    notch = sensor[at.S_LEAST_RATE] * sensor[at.S_LEAST_RATE] / TWICE_LN2
    spread = notch + le * le * mode[11] + 2.0 * le * ln * mode[12] + ln * ln * mode[13]
    return 1.0 - math.sqrt(notch / spread) * exponential(-0.5 * rate * rate / spread)


@numba.njit(cache=True)
def line_of_sight(mode: Floats, sensor: Floats) -> tuple[float, float]:
    """Return the horizontal unit vector from a sensor to a mode."""
    de, dn = mode[0] - sensor[at.S_EAST], mode[1] - sensor[at.S_NORTH]
    r = max(math.sqrt(de * de + dn * dn), LEAST_M)
    return de / r, dn / r


@numba.njit(cache=True)
def share_visible(slots: Slots, i: int, sensor: Floats) -> float:
    """Return how likely track i moves fast enough along a radar's line of sight to be seen."""
    if sensor[at.S_LEAST_RATE] <= 0.0:
        return 1.0
    total = 0.0
    for h in range(slots.whole[i, at.BRANCHES]):
        for k in range(slots.whole[i, at.MODELS]):
            total += slots.branches[i, h] * slots.weights[i, h, k] * visible(slots.modes[i, h, k], sensor)
    return total


@numba.njit(cache=True)
def overlook(modes: Floats, weights: Floats, count: int, detection: float, sensor: Floats) -> float:
    """Let a look in vain speak to the modes and weights of one hypothesis, in place; return how likely it was.

    ``detection`` is the probability that a fast target gives a plot.
    """
    other, total = np.empty(STATE), 0.0
    notch = sensor[at.S_LEAST_RATE] * sensor[at.S_LEAST_RATE] / TWICE_LN2
    for k in range(count):
        hidden = detection * (1.0 - visible(modes[k], sensor))
        vain = 1.0 - detection + hidden
        if hidden > 1e-9:
            other[:] = modes[k]
            le, ln = line_of_sight(other, sensor)
            update_scalar(other, 0.0, 0.0, le, ln, -(le * other[2] + ln * other[3]), notch)
            absorb(modes[k], other, (1.0 - detection) / vain)
        weights[k] *= vain
        total += weights[k]
    for k in range(count):
        weights[k] /= total
    return total
