"""A look in vain of a radar for moving targets: the silence of what stands is no evidence of absence.

    P(no plot | x) = (1 - Pd) + Pd exp(-rate^2 / 2 s^2)          with rate and s^2 of ``visible``

The second term is, up to a factor, a measurement "range rate 0, variance s^2": so a look in vain turns every mode into two
Gaussians, here one with matched moments, and gives weight to modes that stand. Existence falls by the part of Pd that is
left for a track that moves.
Source: Koch 2007, On exploiting "negative" sensor evidence for target tracking and sensor data fusion (Information Fusion
8, fictitious measurements).
"""

from __future__ import annotations

import numba
import numpy as np

from truceline.picture import slots as at
from truceline.picture.learn import rate_of, together
from truceline.picture.life import EARLY, LATE, in_sight
from truceline.picture.moments import absorb
from truceline.picture.slots import STATE, Bank, Floats, Slots, Tally
from truceline.picture.update import update_scalar
from truceline.picture.visible import TWICE_LN2, line_of_sight, share_visible, visible
from truceline.picture.weigh import bring

MOSTLY = 0.5


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


@numba.njit(cache=True)
def miss_moving(slots: Slots, n: int, sensors: Floats, tally: Tally, bank: Bank, life_s: float) -> None:
    """Count the looks in vain of radars with a least detectable speed, as ``life.miss`` does of all others.

    A look that more likely than not could not see the track is no look: it does not count as one in vain.
    """
    scratch = np.empty((len(bank.prior) + 3, STATE))
    for s in range(len(sensors)):
        last = tally.whole[s, at.T_LAST]
        if last == at.NEVER or sensors[s, at.S_LEAST_RATE] <= 0.0:
            continue
        at_once = together(tally.whole[s])
        period = int(tally.real[s, at.T_PERIOD] * 1e9)
        due = int((1.0 - EARLY if at_once else 1.0 + LATE) * period)
        for i in range(n):
            looks = slots.looks[i, s]
            if last - looks[at.WAIT] < due:
                continue
            held = looks[at.LAST_HIT] != at.NEVER
            detection = rate_of(looks)
            if not held:
                detection = tally.real[s, at.T_DETECTION]
                detection *= in_sight(slots.real[i], sensors[s], tally.whole[s], looks[at.UNSEEN], detection)
            lost = at_once or last - looks[at.WAIT] > 5 * period // 2
            looks[at.WAIT] = last if lost else looks[at.WAIT] + period
            bring(slots, i, looks[at.WAIT], bank, life_s, scratch)
            share = share_visible(slots, i, sensors[s])
            looks[at.UNSEEN] += 1 if share > MOSTLY else 0
            r = slots.real[i, at.EXISTENCE]
            slots.real[i, at.EXISTENCE] = r * (1.0 - detection * share) / (1.0 - r * detection * share)
            if held:
                disappoint(slots, i, detection, sensors[s])


@numba.njit(cache=True)
def disappoint(slots: Slots, i: int, detection: float, sensor: Floats) -> None:
    """Let a look in vain speak to all hypotheses of track i."""
    total = 0.0
    for h in range(slots.whole[i, at.BRANCHES]):
        modes, weights = slots.modes[i, h], slots.weights[i, h]
        slots.branches[i, h] *= overlook(modes, weights, slots.whole[i, at.MODELS], detection, sensor)
        total += slots.branches[i, h]
    for h in range(slots.whole[i, at.BRANCHES]):
        slots.branches[i, h] /= total
