"""The covariances of shown velocities, which the picture's tables do not tell: taken from the lane's own hypotheses."""

from __future__ import annotations

import numba
import numpy as np

from truceline.picture import slots as at
from truceline.picture.air import AirState, ahead
from truceline.picture.display import outlook
from truceline.picture.moments import moments
from truceline.picture.predict import predict
from truceline.picture.slots import Bank, Floats, Ints, Slots
from truceline.terms.columns import Columns


@numba.njit(cache=True)
def spread(slots: Slots, rows: Ints, time_ns: int, bank: Bank, out: Floats) -> None:
    """Write the moments (n, 14) of the slots in ``rows`` brought forward to ``time_ns``, as the display does."""
    branches, models = slots.weights.shape[1:]
    modes, weights = np.empty((branches, models, at.STATE)), np.empty((branches, models))
    scratch = np.empty((models + 3, at.STATE))
    for k in range(len(rows)):
        i = rows[k]
        fact = slots.whole[i]
        count, held = fact[at.MODELS], fact[at.BRANCHES]
        dt = max((time_ns - fact[at.TIME]) * 1e-9, 0.0)
        for h in range(held):
            modes[h, :count] = slots.modes[i, h, :count]
            weights[h, :count] = slots.weights[i, h, :count]
            if dt > 0.0:
                predict(modes[h], weights[h], count, dt, bank, scratch)
        moments(modes, weights, slots.branches[i], count, held, out[k])


def motion(state: AirState, time_ns: int, states: Columns) -> Floats:
    """Covariances of the states that ``present(state, time_ns)`` gave, as in a mode: xu, xv, yu, yv, uu, uv, vv (n, 7)."""
    done = ahead(state)
    used = int(done.counts[at.N])
    rows, values = np.empty((used, at.ROW_WHOLES), dtype=np.int64), np.empty((used, at.ROW_REALS))
    shown = outlook(done.slots, used, time_ns, done.bank, done.settings.life_s, rows, values)
    out = np.zeros((shown, at.STATE))
    spread(done.slots, rows[:shown, at.R_SERIAL].copy(), time_ns, done.bank, out)
    # The display sorts its rows; the places, equal to the last bit, say which is which.
    mine, theirs = np.lexsort([out[:, 1], out[:, 0]]), np.lexsort([states["north_m"], states["east_m"]])
    covariances = np.full((len(states), 7), np.nan)
    if shown == len(states) and (out[mine, 0] == states["east_m"][theirs]).all():
        covariances[theirs] = out[mine, 7:14]
    return covariances
