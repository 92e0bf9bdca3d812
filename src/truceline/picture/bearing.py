"""Bearings without a range (acoustic, radio direction finding, a camera alone): they move tracks, and begin none.

A bearing's place in ``Plots`` is the observer's, its ``P_EE`` the variance in rad^2, its ``P_LOOK_M`` 0 (see update). All
densities are per radian here: strange sources stand anywhere, as many as a look has bearings, at least ``STRANGE_PER_RAD``.
A bearing is no evidence that a track exists: any source behind or before it has the same; silence is none against it. Nor do
two bearings tell two tracks apart. Of one source's bearings a track takes one in ``thin_s``: their errors stay for a while.
"""

from __future__ import annotations

import math

import numba
import numpy as np

from truceline.picture import slots as at
from truceline.picture.associate import marginals
from truceline.picture.hold import settle, write
from truceline.picture.slots import Bank, Floats, Ints, Law, Plots, Rows, Slots, Tally
from truceline.picture.weigh import pairs

STRANGE_PER_RAD = 0.5
FULL_TURN_RAD = 6.283185307179586
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
    strange = max(STRANGE_PER_RAD, (b - a) / FULL_TURN_RAD)
    spent, kappa, taken = np.zeros(b - a, np.int64), np.full(b - a, strange), np.zeros(b - a)
    ends, before = np.zeros(n, np.int64), slots.real[:n, at.EXISTENCE].copy()
    found = abreast(slots, n, plots, a, b, law.thin_ns, ends)
    pair = pairs(slots, n, plots, a, ends, found, spent, kappa, sensors, tally, bank, law.life_s)
    nu = marginals(pair.stop, pair.plot, pair.weight, kappa, taken)
    won = settle(slots, pair, nu, plots, a, b, sensors, tally, bank)
    for i in range(n):
        slots.real[i, at.EXISTENCE] = min(slots.real[i, at.EXISTENCE], before[i])
    for q in range(len(pair.track)):
        if won[q] >= 0:
            note(slots, pair.track[q], plots.whole[won[q]], sensors[source])
            write(slots, pair.track[q], plots, won[q], counts, rows)


@numba.njit(cache=True)
def note(slots: Slots, i: int, plot: Ints, sensor: Floats) -> None:
    """Let track i cite a bearing; it does not count as seen, neither to be confirmed nor by what others missed."""
    fact, source = slots.whole[i], plot[at.P_SOURCE]
    slots.looks[i, source, at.LAST_LOOK] = plot[at.P_TIME]
    fact[at.LAST] = max(fact[at.LAST], plot[at.P_TIME])
    fact[at.SOURCES] |= 1 << min(source, 62)
    if plot[at.P_SIMULATED] != 0 or sensor[at.S_SIMULATED] > 0.0:
        fact[at.SIMULATED] = 1


@numba.njit(cache=True)
def abreast(slots: Slots, n: int, plots: Plots, a: int, b: int, thin_ns: int, ends: Ints) -> Ints:
    """Return the bearings that may point to each track, track by track; track i's are [ends[i - 1], ends[i])."""
    found = np.empty(n * (b - a), np.int64)
    source, count = plots.whole[a, at.P_SOURCE], 0
    for i in range(n):
        ends[i] = count
        if plots.whole[a, at.P_TIME] - slots.looks[i, source, at.LAST_LOOK] < thin_ns:
            continue
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
