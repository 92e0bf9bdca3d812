"""The sweep: the whole air lane over a run of plots, in one compiled loop.

Plots come sorted by (slice of absolute time, source, way, time). Slice by slice and source by source: identities are
attached; plots are gated, weighed, associated and held, and start new tracks; then looks in vain are counted, every two
seconds doubles are joined, and the dead are removed. Slices are cut by absolute time, never by the calls, so that the
result does not depend on how the stream arrives.
"""

from __future__ import annotations

import numba
import numpy as np

from truceline.picture import slots as at
from truceline.picture.associate import marginals
from truceline.picture.bearing import hear
from truceline.picture.blind import miss_moving
from truceline.picture.clutter import cell_of, false_density
from truceline.picture.gate import near, spend
from truceline.picture.hold import begin, hold, settle
from truceline.picture.identity import name
from truceline.picture.join import merge
from truceline.picture.learn import densities
from truceline.picture.life import end, miss
from truceline.picture.register import corrected, register
from truceline.picture.slots import Bank, Floats, Ints, Law, Plots, Rows, Slots, Tally
from truceline.picture.weigh import pairs

LEAST_BIRTH = 1e-3
LEAST_SHARE = (
    2e-3  # of unclaimed plots that are new targets: never less, or thin traffic in clutter could not begin
)
CLAIMED = 9.0  # claims of tracks over false and unknown ones: such a plot starts no track
BUSY = 0.3  # of a rotation: a radar does not see one target twice within that
MERGE_NS = 2_000_000_000


@numba.njit(cache=True)
def sweep(
    slots: Slots, counts: Ints, plots: Plots, stop: int, sensors: Floats, tally: Tally, bank: Bank, law: Law,
    rows: Rows,
) -> None:  # fmt: skip
    """Fold plots[counts[CURSOR]:stop] into the slots, slice by slice; stop early when the slots have no room."""
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
            elif way == at.BEARING:
                hear(slots, counts, plots, c, d, sensors, tally, bank, law, rows)
            else:
                look(slots, counts, plots, c, d, sensors, tally, bank, law, rows)
            c = d
        miss(slots, counts[at.N], sensors, tally, law.life_s)
        miss_moving(slots, counts[at.N], sensors, tally, bank, law.life_s)
        if latest - counts[at.MERGE_TIME] >= MERGE_NS:
            merge(slots, counts, tally, law, rows)
            counts[at.MERGE_TIME] = latest
        end(slots, counts, latest, law, rows)
        a = b
    counts[at.CURSOR] = a


@numba.njit(cache=True)
def look(
    slots: Slots, counts: Ints, given: Plots, first: int, last: int, sensors: Floats, tally: Tally, bank: Bank,
    law: Law, rows: Rows,
) -> None:  # fmt: skip
    """Fold the plots first..last, which are of one source, one way and one slice."""
    n, b = counts[at.N], last - first
    source, way = given.whole[first, at.P_SOURCE], given.whole[first, at.P_WAY]
    count_plots(given, first, last, tally.whole[source])
    plots = Plots(given.real[first:last], given.whole[first:last])
    spent, kappa, taken, new = np.zeros(b, np.int64), np.empty(b), np.zeros(b), np.empty(b)
    unseen, false, busy = law.claim_density, law.false_claim_density, 0
    if way == at.LOOK:
        densities(slots, n, source, plots.whole[0, at.P_TIME], sensors, tally, law)
        unseen = tally.real[source, at.T_NEW] + tally.real[source, at.T_RENEWED]
        busy = int(BUSY * 1e9 * tally.real[source, at.T_PERIOD])
        plots = corrected(given, first, last, sensors[source], tally)
        repeated(plots, spent)
    for j in range(b):
        if way == at.LOOK:
            east, north = plots.real[j, at.P_EAST], plots.real[j, at.P_NORTH]
            false = false_density(tally, source, sensors[source], east, north)
        new[j] = unseen
        if way == at.LOOK and tally.real[source, at.T_LOOKS] == 0.0:
            new[j] *= false / tally.real[source, at.T_FALSE]
        kappa[j] = new[j] + false
    ends = np.zeros(n, np.int64)
    found = near(slots, n, plots, 0, b, busy, ends)
    if way == at.CLAIM:
        spend(slots, n, plots, 0, b, law.thin_ns, ends, found, spent)
    pair = pairs(slots, n, plots, 0, ends, found, spent, kappa, sensors, tally, bank, law.life_s)
    nu = marginals(pair.stop, pair.plot, pair.weight, kappa, taken)
    won = settle(slots, pair, nu, plots, 0, b, sensors, tally, bank)
    register(slots, pair, won, given, first, sensors, tally)
    hold(slots, counts, pair, won, plots, 0, sensors, tally, law, rows)
    for j in range(b):
        total = kappa[j] + taken[j]
        if spent[j] == 1:
            continue
        if way == at.LOOK:
            cell = cell_of(sensors[source], plots.real[j, at.P_EAST], plots.real[j, at.P_NORTH])
            first_look = tally.real[source, at.T_LOOKS] == 0.0
            tally.fresh[source, cell] += 0.5 if first_look else (kappa[j] - new[j]) / total
        share = max(new[j], LEAST_SHARE * kappa[j]) / total
        if share >= LEAST_BIRTH and taken[j] < CLAIMED * kappa[j]:
            begin(slots, counts, plots, j, share, sensors, tally, law, rows)


@numba.njit(cache=True)
def repeated(plots: Plots, spent: Ints) -> None:
    """Mark radar plots that repeat an earlier one, same time and same place: two lines, or a datagram sent again."""
    order = np.argsort(plots.real[:, at.P_EAST], kind="mergesort")
    for place in range(1, len(order)):
        j, before = order[place], place - 1
        while before >= 0 and plots.real[order[before], at.P_EAST] == plots.real[j, at.P_EAST]:
            k = order[before]
            same = plots.whole[j, at.P_TIME] == plots.whole[k, at.P_TIME]
            if same and plots.real[j, at.P_NORTH] == plots.real[k, at.P_NORTH]:
                spent[j] = 1
                break
            before -= 1


@numba.njit(cache=True)
def count_plots(plots: Plots, a: int, b: int, whole: Ints) -> None:
    """Note in a source's tally its plots, how many came at the time of the one before, and its last sign of life."""
    for j in range(a, b):
        whole[at.T_PLOTS] += 1
        if plots.whole[j, at.P_TIME] == whole[at.T_LAST]:
            whole[at.T_SAME] += 1
        whole[at.T_LAST] = max(whole[at.T_LAST], plots.whole[j, at.P_TIME])


@numba.njit(cache=True)
def attach(slots: Slots, n: int, plots: Plots, a: int, b: int) -> None:
    """Attach callsigns and codes without a position to the surest track of their address."""
    for j in range(a, b):
        plot = plots.whole[j]
        best = -1
        for i in range(n):
            if slots.whole[i, at.ADDRESS] == plot[at.P_ADDRESS]:
                if best < 0 or slots.real[i, at.EXISTENCE] > slots.real[best, at.EXISTENCE]:
                    best = i
        if best >= 0:
            name(slots.whole[best], plot)
