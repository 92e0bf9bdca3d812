"""Bearings without a range (acoustic, radio direction finding, a camera alone): they move tracks, and begin none.

A bearing's place in ``Plots`` is the observer's, its ``P_EE`` the variance in rad^2, its ``P_LOOK_M`` 0 (see update). All
densities are per radian here: strange sources stand anywhere, ``STRANGE_PER_RAD`` of them to a radian. A track that is not
heard may be silent, so that silence counts nothing; nor do two bearings tell two tracks apart.
"""

from __future__ import annotations

import math

import numba
import numpy as np

from truceline.picture import slots as at
from truceline.picture.associate import marginals
from truceline.picture.hold import hold, settle
from truceline.picture.slots import Bank, Floats, Ints, Law, Plots, Rows, Slots, Tally
from truceline.picture.weigh import pairs

STRANGE_PER_RAD = 0.5
REACH_SIGMAS = 4.0


@numba.njit(cache=True)
def hear(
    slots: Slots, counts: Ints, plots: Plots, a: int, b: int, sensors: Floats, tally: Tally, bank: Bank,
    law: Law, rows: Rows,
) -> None:  # fmt: skip
    """Fold the bearings a..b, which are of one source and one slice."""
    n, source = counts[at.N], plots.whole[a, at.P_SOURCE]
    for j in range(a, b):
        tally.whole[source, at.T_LAST] = max(tally.whole[source, at.T_LAST], plots.whole[j, at.P_TIME])
    spent, kappa, taken = np.zeros(b - a, np.int64), np.full(b - a, STRANGE_PER_RAD), np.zeros(b - a)
    ends = np.zeros(n, np.int64)
    found = abreast(slots, n, plots, a, b, ends)
    pair = pairs(slots, n, plots, a, ends, found, spent, kappa, sensors, tally, bank, law.life_s)
    nu = marginals(pair.stop, pair.plot, pair.weight, kappa, taken)
    won = settle(slots, pair, nu, plots, a, b, sensors, bank)
    hold(slots, counts, pair, won, plots, a, sensors, tally, law, rows)
    for i in pair.track:
        slots.looks[i, source, at.LAST_HIT] = at.NEVER


@numba.njit(cache=True)
def abreast(slots: Slots, n: int, plots: Plots, a: int, b: int, ends: Ints) -> Ints:
    """Return the bearings that may point to each track, track by track; track i's are [ends[i - 1], ends[i])."""
    found = np.empty(n * (b - a), np.int64)
    count = 0
    for i in range(n):
        real = slots.real[i]
        for j in range(a, b):
            dt = (plots.whole[j, at.P_TIME] - slots.whole[i, at.TIME]) * 1e-9
            de = real[at.EAST] + dt * real[at.VEL_EAST] - plots.real[j, at.P_EAST]
            dn = real[at.NORTH] + dt * real[at.VEL_NORTH] - plots.real[j, at.P_NORTH]
            look_east, look_north = plots.real[j, at.P_LOOK_EAST], plots.real[j, at.P_LOOK_NORTH]
            spread = math.sqrt(real[at.REACH] + dt * dt * real[at.SPEED_REACH])
            wide = REACH_SIGMAS * (spread + math.sqrt(plots.real[j, at.P_EE] * (de * de + dn * dn)))
            across, ahead = look_east * dn - look_north * de, look_east * de + look_north * dn
            if abs(across) < wide and ahead > -wide:
                found[count] = j
                count += 1
        ends[i] = count
    return found[:count]
