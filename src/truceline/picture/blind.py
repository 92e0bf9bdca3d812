"""The looks in vain of radars for moving targets: the silence of what stands is no evidence of absence.

Existence falls by the part of Pd that is left for a track that moves (``visible``), and the modes hear of the look too.
"""

from __future__ import annotations

import numba
import numpy as np

from truceline.picture import slots as at
from truceline.picture.learn import rate_of, together
from truceline.picture.life import EARLY, LATE, in_sight
from truceline.picture.slots import STATE, Bank, Floats, Slots, Tally
from truceline.picture.visible import overlook, share_visible
from truceline.picture.weigh import bring

MOSTLY = 0.5


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
                detection *= in_sight(slots.real[i], sensors[s], tally, s, looks[at.UNSEEN], detection)
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
