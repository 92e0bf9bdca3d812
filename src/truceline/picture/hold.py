"""Holding: tracks take the plots they were given; each one held by a plot gets one state row that cites it.

Existence of track i with marginals p_j:   r = sum p_j + r (1 - Pd) / (1 - r Pd) / (1 + sum w nu)

A plot holds a track when, given that the track exists, it is more likely than not the track's plot; of several tracks the
one it fits best takes it. So no observation is evidence of two tracks by association.
"""

from __future__ import annotations

import math

import numba
import numpy as np

from truceline.picture import slots as at
from truceline.picture.branch import branch, make_desk
from truceline.picture.height import update_height
from truceline.picture.identity import name
from truceline.picture.learn import measure, rate_of, seen, sight, together
from truceline.picture.life import birth
from truceline.picture.moments import expand, innovation2, summarise
from truceline.picture.slots import Bank, Floats, Ints, Law, Plots, Rows, Slots, Tally
from truceline.picture.weigh import Pairs

SURE = 0.999999
SHOWN = 0.5


@numba.njit(cache=True)
def settle(
    slots: Slots, pair: Pairs, nu: Floats, plots: Plots, a: int, b: int, sensors: Floats, tally: Tally,
    bank: Bank,
) -> Ints:  # fmt: skip
    """Update existence and state of every track with its plots; return the plot each is held by, -1 none."""
    share = np.zeros(len(pair.weight))
    best = np.full(b - a, SHOWN)
    owner = np.full(b - a, -1, np.int64)
    most, first = 1, 0
    for stop in pair.stop:
        most, first = max(most, stop - first), stop
    desk = make_desk(slots.branches.shape[1], len(bank.prior), most)
    mean = np.empty(at.STATE)
    source = plots.whole[a, at.P_SOURCE]
    first = 0
    for q in range(len(pair.track)):
        i, stop = pair.track[q], pair.stop[q]
        if stop == first:
            # No plot could be its own: whether the antenna passed it is for ``life.miss`` to say.
            summarise(slots, i, mean)
            continue
        total = 1.0
        for e in range(first, stop):
            total += pair.weight[e] * nu[e]
        # r - r Pd over 1 - r Pd, of which ``silence`` is the lower part
        silent = (slots.real[i, at.EXISTENCE] - 1.0 + pair.silence[q]) / pair.silence[q] / total
        there = max(silent, 1e-12)
        for e in range(first, stop):
            share[e] = pair.weight[e] * nu[e] / total
            there += share[e]
        for e in range(first, stop):
            share[e] /= there
            if share[e] > best[pair.plot[e]]:
                best[pair.plot[e]], owner[pair.plot[e]] = share[e], q
            if share[e] > SHOWN:
                summarise(slots, i, mean)
                after = (plots.whole[a + pair.plot[e], at.P_TIME] - slots.whole[i, at.TIME]) * 1e-9
                slots.real[i, at.NIS] = innovation2(mean, after, plots.real[a + pair.plot[e]])
                if plots.whole[a, at.P_WAY] == at.LOOK:
                    measure(slots.real[i], slots.whole[i], slots.looks[i, source], tally, source)
        slots.real[i, at.EXISTENCE] = min(there, SURE)
        held = stop > first and slots.looks[i, source, at.LAST_HIT] != at.NEVER
        seen_at = rate_of(slots.looks[i, source]) if held else 0.0
        part, sensor = pair.part, sensors[source]
        branch(slots, i, silent / there, share, part, first, stop, pair.plot, a, plots, desk, sensor, seen_at)
        if slots.whole[i, at.MODELS] == 1 and there > SHOWN:
            expand(slots, i, bank)
        summarise(slots, i, mean)
        first = stop
    won = np.full(len(pair.track), -1, np.int64)
    for j in range(b - a):
        if owner[j] >= 0:
            won[owner[j]] = a + j
    return won


@numba.njit(cache=True)
def hold(
    slots: Slots, counts: Ints, pair: Pairs, won: Ints, plots: Plots, a: int, sensors: Floats, tally: Tally,
    law: Law, rows: Rows,
) -> None:  # fmt: skip
    """Let every track held by a plot take its facts and write its state; note the looks in vain of the others."""
    source, way = plots.whole[a, at.P_SOURCE], plots.whole[a, at.P_WAY]
    first = 0
    for q in range(len(pair.track)):
        i = pair.track[q]
        looks = slots.looks[i, source]
        if won[q] >= 0:
            take(slots, i, plots, won[q], sensors, tally, law)
            write(slots, i, plots, won[q], counts, rows)
        elif way == at.LOOK and pair.stop[q] > first and looks[at.LAST_HIT] != at.NEVER:
            looks[at.LAST_LOOK] = looks[at.WAIT] = slots.whole[i, at.TIME]
            looks[at.UNSEEN] += 1
        first = pair.stop[q]


@numba.njit(cache=True)
def take(slots: Slots, i: int, plots: Plots, j: int, sensors: Floats, tally: Tally, law: Law) -> None:
    """Let track i take the facts of the plot that holds it: time, source, height, names, and so its rank."""
    plot, fact, real = plots.whole[j], slots.whole[i], slots.real[i]
    source = plot[at.P_SOURCE]
    looks = slots.looks[i, source]
    turning = plot[at.P_WAY] == at.LOOK and not together(tally.whole[source])
    seen(looks, tally.real[source], fact[at.CONFIRMED] >= 0, turning, plot[at.P_TIME])
    looks[at.LAST_LOOK] = looks[at.LAST_HIT] = looks[at.WAIT] = plot[at.P_TIME]
    looks[at.UNSEEN] = 0
    slots.looks[i, :, at.KNOWN] = slots.looks[i, :, at.UNSEEN]
    if plot[at.P_NUMBER] >= 0:
        looks[at.NUMBER] = plot[at.P_NUMBER]
    update_height(real, fact, plots.real[j, at.P_HEIGHT], sensors[source, at.S_HEIGHT_VAR], plot[at.P_TIME])
    name(fact, plot)
    fact[at.LAST] = max(fact[at.LAST], plot[at.P_TIME])
    fact[at.UPDATES] += 1
    fact[at.SOURCES] |= 1 << min(source, 62)
    if plot[at.P_SIMULATED] != 0 or sensors[source, at.S_SIMULATED] > 0.0:
        fact[at.SIMULATED] = 1
    real[at.EXISTENCE_MAX] = max(real[at.EXISTENCE_MAX], real[at.EXISTENCE])
    if fact[at.CONFIRMED] < 0 and fact[at.UPDATES] >= law.confirm_updates:
        if real[at.EXISTENCE] >= law.confirm_existence:
            fact[at.CONFIRMED] = plot[at.P_TIME]
            sight(real, slots.looks[i], sensors, tally)


@numba.njit(cache=True)
def begin(
    slots: Slots, counts: Ints, plots: Plots, j: int, existence: float, sensors: Floats, tally: Tally,
    law: Law, rows: Rows,
) -> None:  # fmt: skip
    """Start a track from plot j; the slots must have room."""
    i = counts[at.N]
    birth(slots, i, plots, j, existence, law, counts[at.NEXT_SERIAL])
    counts[at.N] += 1
    counts[at.NEXT_SERIAL] += 1
    take(slots, i, plots, j, sensors, tally, law)
    write(slots, i, plots, j, counts, rows)


@numba.njit(cache=True)
def write(slots: Slots, i: int, plots: Plots, j: int, counts: Ints, rows: Rows) -> None:
    """Write one row: the state of track i after plot j."""
    row = counts[at.ROWS]
    whole, real, track = rows.whole[row], rows.real[row], slots.real[i]
    whole[at.R_SERIAL], whole[at.R_TIME] = slots.whole[i, at.SERIAL], slots.whole[i, at.TIME]
    whole[at.R_ROW], whole[at.R_SOURCE] = plots.whole[j, at.P_ROW], plots.whole[j, at.P_SOURCE]
    real[at.R_EAST], real[at.R_NORTH] = track[at.EAST], track[at.NORTH]
    real[at.R_VEL_EAST], real[at.R_VEL_NORTH] = track[at.VEL_EAST], track[at.VEL_NORTH]
    real[at.R_EE], real[at.R_EN], real[at.R_NN] = track[at.EE], track[at.EN], track[at.NN]
    real[at.R_HEIGHT] = track[at.HEIGHT]
    real[at.R_CLIMB] = track[at.CLIMB] if math.isfinite(track[at.HEIGHT]) else math.nan
    real[at.R_EXISTENCE] = track[at.EXISTENCE]
    real[at.R_NIS], real[at.R_STEADY] = track[at.NIS], track[at.STEADY]
    for k in range(at.MOVING):
        real[at.R_EU + k] = track[at.EU + k]
    counts[at.ROWS] += 1
