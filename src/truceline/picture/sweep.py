"""The sweep: the whole air lane over a run of plots in one compiled loop.

Plots come sorted by (slice of absolute time, source, time). For every slice, source by source:
identities are attached; plots are gated, associated, filtered, and start new tracks; then missed looks are
counted, the dead are removed, and every two seconds doubles are joined. Slices are cut by absolute time,
never by the calls, so that the result does not depend on how the stream arrives.
"""

from __future__ import annotations

import math

import numba
import numpy as np

from truceline.picture import slots as at
from truceline.picture.associate import marginals
from truceline.picture.gate import near, spend
from truceline.picture.life import SURE, age, birth, end, learn, merge, miss
from truceline.picture.predict import predict
from truceline.picture.slots import Bank, Floats, Ints, Law, Plots, Rows, Slots, Tally
from truceline.picture.update import (
    blend,
    expand,
    height_ratio,
    identity_ratio,
    likelihood,
    summarise,
    update_height,
    vote,
)

LEAST_EDGE = 1e-3  # of the false-plot density: weaker pairs are no pairs
LEAST_BIRTH = 1e-3
CLAIM_WEIGHT = 0.9  # how surely a broadcaster in view is heard
BUSY = 0.3  # of a rotation: a radar does not see one target twice within that
MERGE_NS = 2_000_000_000


@numba.njit(cache=True)
def sweep(
    slots: Slots,
    counts: Ints,
    plots: Plots,
    stop: int,
    sensors: Floats,
    tally: Tally,
    bank: Bank,
    law: Law,
    rows: Rows,
) -> None:
    """Fold plots[counts[CURSOR]:stop] into the slots, slice by slice; stop early when the slots have no
    room."""
    a = counts[at.CURSOR]
    while a < stop:
        part = plots.whole[a, at.P_TIME] // law.slice_ns
        b = a
        latest = plots.whole[a, at.P_TIME]
        while b < stop and plots.whole[b, at.P_TIME] // law.slice_ns == part:
            latest = max(latest, plots.whole[b, at.P_TIME])
            b += 1
        if counts[at.N] + b - a > len(slots.modes):
            break
        c = a
        while c < b:
            source, way = plots.whole[c, at.P_SOURCE], plots.whole[c, at.P_WAY]
            d = c
            while d < b and plots.whole[d, at.P_SOURCE] == source and plots.whole[d, at.P_WAY] == way:
                d += 1
            if way == at.IDENTITY:
                attach(slots, counts[at.N], plots, c, d)
            else:
                look(slots, counts, plots, c, d, sensors, tally, bank, law, rows)
            c = d
        miss(slots, counts[at.N], sensors, tally, law.life_s)
        if latest - counts[at.MERGE_TIME] >= MERGE_NS:
            merge(slots, counts, sensors, law, rows)
            counts[at.MERGE_TIME] = latest
        end(slots, counts, latest, law, rows)
        a = b
    counts[at.CURSOR] = a


@numba.njit(cache=True)
def attach(slots: Slots, n: int, plots: Plots, a: int, b: int) -> None:
    """Attach callsigns and codes without a position to the surest track of their address."""
    for j in range(a, b):
        plot = plots.whole[j]
        best = -1
        for i in range(n):
            if plot[at.P_ADDRESS] >= 0 and slots.whole[i, at.ADDRESS] == plot[at.P_ADDRESS]:
                if best < 0 or slots.real[i, at.EXISTENCE] > slots.real[best, at.EXISTENCE]:
                    best = i
        if best >= 0:
            name(slots.whole[best], plot)


@numba.njit(cache=True)
def name(fact: Ints, plot: Ints) -> None:
    """Let a plot's identity speak for the track it moved."""
    vote(fact, plot[at.P_ADDRESS], at.ADDRESS, at.ADDRESS_VOTES)
    vote(fact, plot[at.P_SQUAWK], at.SQUAWK, at.SQUAWK_VOTES)
    if plot[at.P_LABEL_A] != 0:
        fact[at.LABEL_A], fact[at.LABEL_B] = plot[at.P_LABEL_A], plot[at.P_LABEL_B]
    if plot[at.P_CLASS] >= 0:
        fact[at.CLASS] = plot[at.P_CLASS]


@numba.njit(cache=True)
def look(
    slots: Slots,
    counts: Ints,
    plots: Plots,
    a: int,
    b: int,
    sensors: Floats,
    tally: Tally,
    bank: Bank,
    law: Law,
    rows: Rows,
) -> None:
    """Fold the plots a..b of one source and one slice."""
    n = counts[at.N]
    source, way = plots.whole[a, at.P_SOURCE], plots.whole[a, at.P_WAY]
    count_plots(plots, a, b, source, tally)
    spent = np.zeros(b - a, np.int64)
    kappa = np.empty(b - a)
    new = law.claim_density
    false = law.false_claim_density
    busy = 0
    if way == at.LOOK:
        learn(slots, n, source, plots.whole[a, at.P_TIME], sensors, tally, law.renewal_s)
        new, false = tally.real[source, at.T_NEW], tally.real[source, at.T_FALSE]
        busy = int(BUSY * 1e9 * sensors[source, at.S_PERIOD])
    kappa[:] = new + false
    ends = np.zeros(n, np.int64)
    found = near(slots, n, plots, a, b, busy, ends)
    if way == at.CLAIM:
        spend(slots, n, plots, a, b, law.thin_ns, ends, found, spent)
    tracks, stops, edge_plot, weight, missed = pairs(
        slots, n, plots, a, ends, found, spent, kappa, sensors, bank, law.life_s
    )
    taken = np.zeros(b - a)
    nu = marginals(stops, edge_plot, weight, kappa, taken)
    won = absorb_plots(
        slots, tracks, stops, edge_plot, weight, missed, nu, plots, a, b, sensors, tally, bank, law
    )
    write(slots, counts, tracks, won, plots, sensors, law, rows)
    for j in range(a, b):
        total = kappa[j - a] + taken[j - a]
        if way == at.LOOK:
            tally.real[source, at.T_FALSE_SUM] += false / total
        if spent[j - a] == 0 and new / total >= LEAST_BIRTH and taken[j - a] < 9.0 * kappa[j - a]:
            begin(slots, counts, plots, j, new / total, sensors, bank, law, rows)


@numba.njit(cache=True)
def count_plots(plots: Plots, a: int, b: int, source: int, tally: Tally) -> None:
    """Note how many plots a source gave, how many at the very time of the one before, and its last proof of
    life."""
    whole = tally.whole[source]
    for j in range(a, b):
        whole[at.T_PLOTS] += 1
        if plots.whole[j, at.P_TIME] == whole[at.T_LAST]:
            whole[at.T_SAME] += 1
        whole[at.T_LAST] = max(whole[at.T_LAST], plots.whole[j, at.P_TIME])


@numba.njit(cache=True)
def pairs(
    slots: Slots, n: int, plots: Plots, a: int, ends: Ints, found: Ints, spent: Ints, kappa: Floats, sensors:
    Floats, bank: Bank, life_s: float,
) -> tuple[Ints, Ints, Ints, Floats, Floats]:  # fmt: skip
    """Predict the tracks that have plots near and weigh every pair.

    Returns (tracks, stops, edge_plot, weight, missed): the tracks, where each one's edges stop, the plot of
    each edge counted from 0, its weight, and per track the probability of giving no plot.
    """
    size = ends[n - 1] if n else 0
    tracks, stops, missed = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n)
    edge_plot, weight = np.empty(size, np.int64), np.empty(size)
    scratch = np.empty((len(bank.prior) + 3, at.STATE))
    count, edges, begin = 0, 0, 0
    for i in range(n):
        first = -1
        for place in range(begin, ends[i]):
            if spent[found[place] - a] == 0 and first < 0:
                first = found[place]
        if first >= 0:
            plot = plots.whole[first]
            source = plot[at.P_SOURCE]
            models = slots.whole[i, at.MODELS]
            dt = (plot[at.P_TIME] - slots.whole[i, at.TIME]) * 1e-9
            if dt > 0.0:
                predict(slots.modes[i], slots.weights[i], models, dt, bank, scratch)
                slots.whole[i, at.TIME] = plot[at.P_TIME]
            age(slots, i, plot[at.P_TIME], life_s)
            r = slots.real[i, at.EXISTENCE]
            detection = CLAIM_WEIGHT
            silence = 1.0
            if plot[at.P_WAY] == at.LOOK:
                detection = sensors[source, at.S_DETECTION]
                # A source that never held the track says nothing against it by seeing something else.
                if slots.looks[i, source, at.LAST_HIT] != at.NEVER:
                    silence = 1.0 - r * detection
            for place in range(begin, ends[i]):
                j = found[place]
                if spent[j - a] == 0:
                    w = r * detection * pair_density(slots, i, plots, j, sensors) / silence
                    if w > LEAST_EDGE * kappa[j - a]:
                        edge_plot[edges], weight[edges] = j - a, w
                        edges += 1
            tracks[count], stops[count], missed[count] = i, edges, silence
            count += 1
        begin = ends[i]
    return tracks[:count], stops[:count], edge_plot[:edges], weight[:edges], missed[:count]


@numba.njit(cache=True)
def pair_density(slots: Slots, i: int, plots: Plots, j: int, sensors: Floats) -> float:
    """Return the density (1/m2) of plot j under track i: place, height and identity."""
    plot = plots.whole[j]
    source = plot[at.P_SOURCE]
    d = (plot[at.P_TIME] - slots.whole[i, at.TIME]) * 1e-9
    density = likelihood(slots.modes[i], slots.weights[i], slots.whole[i, at.MODELS], d, plots.real[j])
    density *= identity_ratio(slots.whole[i], slots.looks[i, source, at.NUMBER], plot)
    height = plots.real[j, at.P_HEIGHT]
    return density * height_ratio(
        slots.real[i], slots.whole[i], height, sensors[source, at.S_HEIGHT_VAR], plot[at.P_TIME]
    )


@numba.njit(cache=True)
def absorb_plots(
    slots: Slots, tracks: Ints, stops: Ints, edge_plot: Ints, weight: Floats, missed: Floats, nu: Floats,
    plots: Plots, a: int, b: int, sensors: Floats, tally: Tally, bank: Bank, law: Law,
) -> Ints:  # fmt: skip
    """Update existence and state of every track with its plots; return the plot each track is held by, -1
    none."""
    share = np.zeros(len(weight))
    absolute = np.full(b - a, 0.5)
    owner = np.full(b - a, -1, np.int64)
    won = np.full(len(tracks), -1, np.int64)
    most = 1
    first = 0
    for q in range(len(tracks)):
        most = max(most, stops[q] - first)
        first = stops[q]
    pool, pooled = np.empty((len(bank.prior), most + 1, at.STATE)), np.empty((len(bank.prior), most + 1))
    mean = np.empty(at.STATE)
    way, source = plots.whole[a, at.P_WAY], plots.whole[a, at.P_SOURCE]
    first = 0
    for q in range(len(tracks)):
        i = tracks[q]
        total = 1.0
        for e in range(first, stops[q]):
            total += weight[e] * nu[e]
        r = slots.real[i, at.EXISTENCE]
        detected = 0.0
        for e in range(first, stops[q]):
            share[e] = weight[e] * nu[e] / total
            detected += share[e]
        silent = r * (1.0 - (1.0 - missed[q]) / max(r, 1e-12)) / missed[q] / total
        present = min(detected + silent, SURE)
        for e in range(first, stops[q]):
            share[e] /= detected + silent
            if share[e] > absolute[edge_plot[e]]:
                absolute[edge_plot[e]], owner[edge_plot[e]] = share[e], q
        slots.real[i, at.EXISTENCE] = present
        blend(
            slots,
            i,
            silent / (detected + silent),
            share,
            first,
            stops[q],
            edge_plot + a,
            plots,
            pool,
            pooled,
            mean,
        )
        if slots.whole[i, at.MODELS] == 1 and present > 0.5:
            expand(slots, i, bank)
            summarise(slots, i, mean)
        if way == at.LOOK and (stops[q] > first) and slots.looks[i, source, at.LAST_HIT] != at.NEVER:
            slots.looks[i, source, at.LAST_LOOK] = slots.looks[i, source, at.WAIT] = slots.whole[i, at.TIME]
        first = stops[q]
    for j in range(b - a):
        if owner[j] >= 0:
            won[owner[j]] = a + j
    return won


@numba.njit(cache=True)
def write(
    slots: Slots, counts: Ints, tracks: Ints, won: Ints, plots: Plots, sensors: Floats, law: Law, rows: Rows
) -> None:
    """Let every track that is held by a plot take its facts, and write the state it led to."""
    mean = np.empty(at.STATE)
    for q in range(len(tracks)):
        if won[q] >= 0:
            take(slots, tracks[q], plots, won[q], sensors, law)
            state(slots, tracks[q], plots, won[q], counts, rows, mean)


@numba.njit(cache=True)
def take(slots: Slots, i: int, plots: Plots, j: int, sensors: Floats, law: Law) -> None:
    """Let track i take the facts of the plot that holds it: time, source, height, names, and so its rank."""
    plot, fact = plots.whole[j], slots.whole[i]
    source = plot[at.P_SOURCE]
    looks = slots.looks[i, source]
    looks[at.LAST_LOOK] = looks[at.LAST_HIT] = looks[at.WAIT] = plot[at.P_TIME]
    looks[at.UNSEEN] = 0
    if plot[at.P_NUMBER] >= 0:
        looks[at.NUMBER] = plot[at.P_NUMBER]
    update_height(
        slots.real[i], fact, plots.real[j, at.P_HEIGHT], sensors[source, at.S_HEIGHT_VAR], plot[at.P_TIME]
    )
    name(fact, plot)
    fact[at.LAST] = max(fact[at.LAST], plot[at.P_TIME])
    fact[at.UPDATES] += 1
    fact[at.SOURCES] |= 1 << min(source, 62)
    if plot[at.P_SIMULATED] != 0 or sensors[source, at.S_SIMULATED] > 0.0:
        fact[at.SIMULATED] = 1
    real = slots.real[i]
    real[at.EXISTENCE_MAX] = max(real[at.EXISTENCE_MAX], real[at.EXISTENCE])
    if fact[at.CONFIRMED] < 0 and fact[at.UPDATES] >= law.confirm_updates:
        if real[at.EXISTENCE] >= law.confirm_existence:
            fact[at.CONFIRMED] = plot[at.P_TIME]


@numba.njit(cache=True)
def begin(
    slots: Slots,
    counts: Ints,
    plots: Plots,
    j: int,
    existence: float,
    sensors: Floats,
    bank: Bank,
    law: Law,
    rows: Rows,
) -> None:
    """Start a track from plot j."""
    i = counts[at.N]
    mean = np.empty(at.STATE)
    birth(slots, i, plots, j, existence, sensors, bank, law, counts[at.NEXT_SERIAL])
    counts[at.N] += 1
    counts[at.NEXT_SERIAL] += 1
    take(slots, i, plots, j, sensors, law)
    summarise(slots, i, mean)
    state(slots, i, plots, j, counts, rows, mean)


@numba.njit(cache=True)
def state(slots: Slots, i: int, plots: Plots, j: int, counts: Ints, rows: Rows, mean: Floats) -> None:
    """Write one row: the state of track i after plot j."""
    summarise(slots, i, mean)
    row = counts[at.ROWS]
    whole, real = rows.whole[row], rows.real[row]
    whole[at.R_SERIAL], whole[at.R_TIME] = slots.whole[i, at.SERIAL], slots.whole[i, at.TIME]
    whole[at.R_ROW], whole[at.R_SOURCE] = plots.whole[j, at.P_ROW], plots.whole[j, at.P_SOURCE]
    real[at.R_EAST], real[at.R_NORTH] = mean[0], mean[1]
    real[at.R_VEL_EAST], real[at.R_VEL_NORTH] = mean[2], mean[3]
    real[at.R_EE], real[at.R_EN], real[at.R_NN] = mean[4], mean[5], mean[6]
    known = math.isfinite(slots.real[i, at.HEIGHT])
    real[at.R_HEIGHT] = slots.real[i, at.HEIGHT]
    real[at.R_CLIMB] = slots.real[i, at.CLIMB] if known else math.nan
    real[at.R_EXISTENCE] = slots.real[i, at.EXISTENCE]
    counts[at.ROWS] += 1
