"""Association: the probability of every (track, plot) pair of one look, by loopy belief propagation.

With w[i, j] = r_i Pd p(z_j | i) / (1 - r_i Pd) and kappa_j = density of false plots and unknown targets,
messages run

    mu[i -> j] = w[i, j] / (1 + sum over j' of i, j' != j of w[i, j'] nu[j' -> i])
    nu[j -> i] = 1 / (kappa_j + sum over i' of j, i' != i of mu[i' -> j])
until they stand still; then P(i takes j) = w[i, j] nu[j -> i] / (1 + sum over j' of w[i, j'] nu[j' -> i]).
It is exact where a cluster of tracks and plots has no loop. Edges lie track by track, so sums always run in
the same order. Source: Williams and Lau 2014, Approximate Evaluation of Marginal Association Probabilities
with Belief Propagation.
"""

from __future__ import annotations

import numba
import numpy as np

from truceline.picture.slots import Floats, Ints

MOST_ROUNDS = 12
STILL = 1e-2


@numba.njit(cache=True)
def marginals(ends: Ints, edge_plot: Ints, weight: Floats, kappa: Floats, taken: Floats) -> Floats:
    """Return nu for every edge and write the tracks' claims on each plot into ``taken`` (plots,).

    Track q's edges are [ends[q - 1], ends[q]); ``edge_plot`` counts plots from 0; ``weight`` is w, ``kappa``
    per plot, 1/m2.
    """
    edges = ends[-1] if len(ends) else 0
    nu = np.empty(edges)
    mu = np.empty(edges)
    for e in range(edges):
        nu[e] = 1.0 / kappa[edge_plot[e]]
    for _ in range(MOST_ROUNDS):
        taken[:] = 0.0
        begin = 0
        for end in ends:
            total = 1.0
            for e in range(begin, end):
                total += weight[e] * nu[e]
            for e in range(begin, end):
                # The track's own part is left out of the sum; rounding must not make it negative.
                mu[e] = weight[e] / max(total - weight[e] * nu[e], 1e-12 * total)
                taken[edge_plot[e]] += mu[e]
            begin = end
        change = 0.0
        for e in range(edges):
            j = edge_plot[e]
            fresh = 1.0 / (kappa[j] + max(taken[j] - mu[e], 0.0))
            change = max(change, abs(fresh - nu[e]) / fresh)
            nu[e] = fresh
        if change < STILL:
            break
    return nu
