"""The display: the tracks held now, brought to one instant; for a live map and for scoring, without evidence.

Shown is a track that more likely than not exists, once confirmed or of three observations or more.
"""

from __future__ import annotations

import numba
import numpy as np

from truceline.picture import slots as at
from truceline.picture.arithmetic import exponential
from truceline.picture.moments import moments
from truceline.picture.predict import predict
from truceline.picture.slots import Bank, Floats, Ints, Slots

SHOWN = 0.5
LEAST_UPDATES = 3


@numba.njit(cache=True)
def outlook(slots: Slots, n: int, time_ns: int, bank: Bank, life_s: float, rows: Ints, values: Floats) -> int:
    """Write the shown tracks, brought forward to ``time_ns``, and return how many they are.

    ``rows`` (n, ROW_WHOLES) gets the slot as R_SERIAL; ``values`` (n, ROW_REALS). A state later than ``time_ns`` stays.
    """
    branches, models = slots.weights.shape[1:]
    modes, weights = np.empty((branches, models, at.STATE)), np.empty((branches, models))
    scratch, mean = np.empty((models + 3, at.STATE)), np.empty(at.STATE)
    shown = 0
    for i in range(n):
        fact, real = slots.whole[i], slots.real[i]
        quiet = max((time_ns - fact[at.LIFE]) * 1e-9, 0.0)
        existence = real[at.EXISTENCE] * exponential(-quiet / life_s)
        known = fact[at.CONFIRMED] >= 0
        if existence <= SHOWN or (not known and fact[at.UPDATES] < LEAST_UPDATES):
            continue
        count, held = fact[at.MODELS], fact[at.BRANCHES]
        dt = max((time_ns - fact[at.TIME]) * 1e-9, 0.0)
        for h in range(held):
            modes[h, :count] = slots.modes[i, h, :count]
            weights[h, :count] = slots.weights[i, h, :count]
            if dt > 0.0:
                predict(modes[h], weights[h], count, dt, bank, scratch)
        moments(modes, weights, slots.branches[i], count, held, mean)
        rows[shown, at.R_SERIAL], rows[shown, at.R_TIME] = i, max(time_ns, fact[at.TIME])
        rows[shown, at.R_ROW] = rows[shown, at.R_SOURCE] = -1
        value = values[shown]
        value[at.R_EAST], value[at.R_NORTH], value[at.R_VEL_EAST], value[at.R_VEL_NORTH] = (
            mean[0],
            mean[1],
            mean[2],
            mean[3],
        )
        value[at.R_EE], value[at.R_EN], value[at.R_NN] = mean[4], mean[5], mean[6]
        value[at.R_HEIGHT] = (
            real[at.HEIGHT] + max((time_ns - fact[at.HEIGHT_TIME]) * 1e-9, 0.0) * real[at.CLIMB]
        )
        value[at.R_CLIMB] = real[at.CLIMB] + 0.0 * real[at.HEIGHT]
        value[at.R_EXISTENCE] = existence
        value[at.R_NIS], value[at.R_STEADY] = real[at.NIS], real[at.STEADY]
        for k in range(at.MOVING):
            value[at.R_EU + k] = mean[7 + k]
        shown += 1
    return shown
