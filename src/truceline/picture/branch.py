"""Branching: a track with several possible plots keeps several hypotheses of which plots were its own.

Every hypothesis of before, joined with "no plot" or with one of the look's plots, is a candidate of weight

    W'[h, none] = P(no plot) W_h        W'[h, j] = P(track takes j) W_h L_hj / sum over h' of W_h' L_h'j

The heaviest candidates are updated; of two that agree in place and velocity (squared Mahalanobis distances under the
heavier one's covariance) the lighter goes into the heavier with matched moments, model by model; the heaviest
``slots.branches.shape[1]`` remain. With room for one this is moment-matched JIPDA.
Sources: Musicki and Evans 2004, Joint Integrated Probabilistic Data Association; Musicki, La Scala and Evans 2007,
Integrated Track Splitting Filter; Williams 2015, Marginal multi-Bernoulli filters (marginals of the association).
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np

from truceline.picture import slots as at
from truceline.picture.intersect import own_share, widen
from truceline.picture.moments import absorb, mahalanobis2
from truceline.picture.predict import drift, mix
from truceline.picture.slots import Floats, Ints, Plots, Slots
from truceline.picture.update import update_mode
from truceline.picture.visible import overlook

LEAST_WEIGHT = 1e-5
LEAST_SIZE = 1e-290  # after years of silence every answer is as good as none; their sum is still no zero
LEAST_CANDIDATE = 5e-3  # of the heaviest: lighter candidates are dropped
ALIKE = 0.5  # squared Mahalanobis distance under which two hypotheses are one


class Desk(NamedTuple):
    """Room to work: candidates (k, models, 14) and (k, models), their weights (k,) and moments (k, 14).

    ``size`` (c,), ``origin`` (c,), ``edge`` (c,): weight, old hypothesis and edge (-1 no plot) of every candidate.
    """

    modes: Floats
    weights: Floats
    share: Floats
    mean: Floats
    size: Floats
    origin: Ints
    edge: Ints


@numba.njit(cache=True)
def make_desk(branches: int, models: int, most_edges: int) -> Desk:
    """Return room for tracks of up to ``most_edges`` plots."""
    kept = 3 * branches + 4 if branches > 1 else 32
    most = branches * (most_edges + 1)
    return Desk(
        np.empty((kept, models, at.STATE)),
        np.empty((kept, models)),
        np.empty(kept),
        np.empty((kept, at.STATE)),
        np.empty(most),
        np.empty(most, np.int64),
        np.empty(most, np.int64),
    )


@numba.njit(cache=True)
def branch(
    slots: Slots, i: int, silent: float, share: Floats, part: Floats, first: int, last: int, edge_plot: Ints,
    a: int, plots: Plots, desk: Desk, sensor: Floats, detection: float,
) -> None:  # fmt: skip
    """Replace track i's hypotheses by those after a look.

    ``silent`` is the weight of "no plot", ``share[first:last]`` (edges,) that of its plots, together 1; ``part`` (edges,
    branches) how each old hypothesis contributes to an edge, each row sums to 1; ``edge_plot`` counts plots from ``a``;
    ``detection`` is how surely ``sensor`` sees the track when it moves, 0 when that is not known.
    """
    held = slots.whole[i, at.BRANCHES]
    count = 0
    for h in range(held):
        desk.size[count], desk.origin[count] = max(LEAST_SIZE, silent * slots.branches[i, h]), h
        desk.edge[count] = -1
        count += 1
    for e in range(first, last):
        for h in range(held):
            desk.size[count], desk.origin[count] = max(LEAST_SIZE, share[e] * part[e, h]), h
            desk.edge[count] = e
            count += 1
    if count == 1:
        return
    used = select(slots, i, count, edge_plot, a, plots, desk, sensor, detection)
    keep(slots, i, join(used, slots.whole[i, at.MODELS], slots.branches.shape[1], desk), used, desk)


@numba.njit(cache=True)
def select(
    slots: Slots, i: int, count: int, edge_plot: Ints, a: int, plots: Plots, desk: Desk, sensor: Floats,
    detection: float,
) -> int:  # fmt: skip
    """Update the heaviest candidates of track i on the desk, heaviest first; return how many they are."""
    models, time = slots.whole[i, at.MODELS], slots.whole[i, at.TIME]
    used, heaviest = 0, 0.0
    while used < min(len(desk.share), count):
        best = 0
        for c in range(1, count):
            if desk.size[c] > desk.size[best]:
                best = c
        weight = desk.size[best]
        if used > 0 and weight < LEAST_CANDIDATE * heaviest:
            break
        heaviest = max(heaviest, weight)
        desk.size[best] = -1.0
        old = desk.origin[best]
        desk.share[used] = weight
        desk.modes[used, :models] = slots.modes[i, old, :models]
        desk.weights[used, :models] = slots.weights[i, old, :models]
        if desk.edge[best] >= 0:
            j = a + edge_plot[desk.edge[best]]
            after = (plots.whole[j, at.P_TIME] - time) * 1e-9
            foreign = plots.whole[j, at.P_FOREIGN] != 0
            take_plot(desk.modes[used], desk.weights[used], models, after, plots.real[j], foreign)
        elif sensor[at.S_LEAST_RATE] > 0.0 and detection > 0.0:
            overlook(desk.modes[used], desk.weights[used], models, detection, sensor)
        used += 1
    return used


@numba.njit(cache=True)
def take_plot(modes: Floats, weights: Floats, models: int, after: float, plot: Floats, foreign: bool) -> None:
    """Update one hypothesis with a plot ``after`` seconds later; its time stays that of the track.

    ``foreign``: the plot is another tracker's state, whose errors may be ours (covariance intersection).
    """
    total, wide = 0.0, plot
    if foreign:
        wide = np.empty_like(plot)
    for k in range(models):
        if after != 0.0:
            drift(modes[k], after)
        if foreign:
            widen(modes[k], plot, own_share(modes[k], plot), wide)
        weights[k] *= update_mode(modes[k], wide) + 1e-300
        if after != 0.0:
            drift(modes[k], -after)
        total += weights[k]
    floor = 0.0
    for k in range(models):
        weights[k] = max(weights[k] / total, LEAST_WEIGHT)
        floor += weights[k]
    for k in range(models):
        weights[k] /= floor


@numba.njit(cache=True)
def join(used: int, models: int, most: int, desk: Desk) -> int:
    """Join candidates that agree into the heavier one; return how many stay. Joined ones have no share left."""
    if used == 1:
        return 1
    alive = used
    for c in range(used):
        mix(desk.modes[c, :models], desk.weights[c, :models], desk.mean[c])
    for c in range(used):
        if desk.share[c] <= 0.0:
            continue
        for d in range(c + 1, used):
            if desk.share[d] <= 0.0:
                continue
            place, velocity = mahalanobis2(desk.mean[c], desk.mean[d])
            if most > 1 and (place >= ALIKE or velocity >= ALIKE):
                continue
            whole = desk.share[c] + desk.share[d]
            for k in range(models):
                one, two = desk.share[c] * desk.weights[c, k], desk.share[d] * desk.weights[d, k]
                if one + two > 1e-300:
                    absorb(desk.modes[c, k], desk.modes[d, k], one / (one + two))
                    desk.weights[c, k] = (one + two) / whole
            desk.share[c], desk.share[d] = whole, 0.0
            alive -= 1
    return alive


@numba.njit(cache=True)
def keep(slots: Slots, i: int, alive: int, used: int, desk: Desk) -> None:
    """Write the heaviest hypotheses back into track i, heaviest first, their weights summing to 1."""
    models = slots.whole[i, at.MODELS]
    kept = min(alive, slots.branches.shape[1])
    total = 0.0
    for h in range(kept):
        best = -1
        for c in range(used):
            if desk.share[c] > 0.0 and (best < 0 or desk.share[c] > desk.share[best]):
                best = c
        slots.branches[i, h] = desk.share[best]
        slots.modes[i, h, :models] = desk.modes[best, :models]
        slots.weights[i, h, :models] = desk.weights[best, :models]
        total += desk.share[best]
        desk.share[best] = 0.0
    for h in range(kept):
        slots.branches[i, h] /= total
    slots.whole[i, at.BRANCHES] = kept
