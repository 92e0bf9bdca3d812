"""Weighing: the tracks that have plots near are predicted, and every pair of track and plot gets its weight.

    w[i, j] = r_i Pd p(z_j | i) / (1 - r_i Pd)      p: place (IMM, every hypothesis by its weight), height and identity

A broadcast that is not heard says nothing, nor does a radar that never saw the track: then the denominator is 1.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np

from truceline.picture import slots as at
from truceline.picture.height import height_ratio
from truceline.picture.identity import identity_ratio
from truceline.picture.learn import rate_of
from truceline.picture.life import age
from truceline.picture.predict import predict
from truceline.picture.slots import Bank, Floats, Ints, Plots, Slots, Tally
from truceline.picture.update import likelihood
from truceline.picture.visible import share_visible

LEAST_EDGE = 1e-3  # of the plot's density of false plots and unknown targets: weaker pairs are no pairs
CLAIM_RATE = 0.9  # how surely a broadcaster in view is heard


class Pairs(NamedTuple):
    """The pairs of one look, track by track.

    ``track`` (q,): slots; ``stop`` (q,): where each one's edges stop; ``silence`` (q,): probability of giving no plot;
    ``plot`` (e,): plot of each edge, counted from the look's first; ``weight`` (e,); ``part`` (e, branches): how much of
    it each hypothesis gives, together 1.
    """

    track: Ints
    stop: Ints
    silence: Floats
    plot: Ints
    weight: Floats
    part: Floats


@numba.njit(cache=True)
def pairs(
    slots: Slots, n: int, plots: Plots, a: int, ends: Ints, found: Ints, spent: Ints, kappa: Floats,
    sensors: Floats, tally: Tally, bank: Bank, life_s: float,
) -> Pairs:  # fmt: skip
    """Predict the tracks that have plots near to the first of these, and weigh every pair.

    ``found`` and ``ends`` are those of ``gate.near``; ``spent`` and ``kappa`` count plots from ``a``.
    """
    size = ends[n - 1] if n else 0
    track, stop, silence = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n)
    plot, weight, part = np.empty(size, np.int64), np.empty(size), np.empty((size, slots.branches.shape[1]))
    scratch = np.empty((len(bank.prior) + 3, at.STATE))
    count, edges, begin = 0, 0, 0
    for i in range(n):
        first = -1
        for place in range(begin, ends[i]):
            if first < 0 and spent[found[place] - a] == 0:
                first = found[place]
        if first >= 0:
            bring(slots, i, plots.whole[first, at.P_TIME], bank, life_s, scratch)
            rate, quiet = chances(slots, i, plots.whole[first], tally)
            sensor = sensors[plots.whole[first, at.P_SOURCE]]
            if quiet < 1.0 and sensor[at.S_LEAST_RATE] > 0.0:
                quiet = 1.0 - (1.0 - quiet) * share_visible(slots, i, sensor)
            for place in range(begin, ends[i]):
                j = found[place] - a
                if spent[j] == 0:
                    w = slots.real[i, at.EXISTENCE] * rate / quiet
                    w *= density(slots, i, plots, j + a, sensors, part[edges])
                    if w > LEAST_EDGE * kappa[j]:
                        plot[edges], weight[edges] = j, w
                        edges += 1
            track[count], stop[count], silence[count] = i, edges, quiet
            count += 1
        begin = ends[i]
    return Pairs(track[:count], stop[:count], silence[:count], plot[:edges], weight[:edges], part[:edges])


@numba.njit(cache=True)
def bring(slots: Slots, i: int, time_ns: int, bank: Bank, life_s: float, scratch: Floats) -> None:
    """Predict track i to a time; a time before its state changes nothing."""
    dt = (time_ns - slots.whole[i, at.TIME]) * 1e-9
    if dt > 0.0:
        for h in range(slots.whole[i, at.BRANCHES]):
            predict(slots.modes[i, h], slots.weights[i, h], slots.whole[i, at.MODELS], dt, bank, scratch)
        slots.whole[i, at.TIME] = time_ns
    age(slots, i, time_ns, life_s)


@numba.njit(cache=True)
def chances(slots: Slots, i: int, plot: Ints, tally: Tally) -> tuple[float, float]:
    """Return (probability that the plot's source sees track i, probability that it gives no plot of it)."""
    if plot[at.P_WAY] != at.LOOK:
        return CLAIM_RATE, 1.0
    looks = slots.looks[i, plot[at.P_SOURCE]]
    if looks[at.LAST_HIT] == at.NEVER:
        return tally.real[plot[at.P_SOURCE], at.T_DETECTION], 1.0
    rate = rate_of(looks)
    return rate, 1.0 - slots.real[i, at.EXISTENCE] * rate


@numba.njit(cache=True)
def density(slots: Slots, i: int, plots: Plots, j: int, sensors: Floats, part: Floats) -> float:
    """Return the density (1/m2) of plot j under track i; ``part`` (branches,) gets what each hypothesis gives of it."""
    plot, fact = plots.whole[j], slots.whole[i]
    source, time_ns = plot[at.P_SOURCE], plot[at.P_TIME]
    d = (time_ns - fact[at.TIME]) * 1e-9
    held, value = fact[at.BRANCHES], 0.0
    for h in range(held):
        part[h] = slots.branches[i, h] * likelihood(
            slots.modes[i, h], slots.weights[i, h], fact[at.MODELS], d, plots.real[j]
        )
        value += part[h]
    if value <= 0.0:
        return 0.0
    for h in range(held):
        part[h] /= value
    value *= identity_ratio(fact, slots.looks[i, source, at.NUMBER], plot)
    height = plots.real[j, at.P_HEIGHT]
    return value * height_ratio(slots.real[i], fact, height, sensors[source, at.S_HEIGHT_VAR], time_ns)
