"""Update: the likelihood of a plot under a track, and the filter step its plots cause.

    z = (east, north) + noise R;   S = P + R;   K = P S^-1;   likelihood N(z; x, S), summed over the IMM's modes

A plot d seconds later or earlier than the state is compared with the state drifted by d. A track with several possible
plots becomes, mode by mode, the mixture over them and over "no plot", with matched moments (JIPDA).
Source: Bar-Shalom, Li, Kirubarajan 2001, Estimation with Applications to Tracking and Navigation, chapter 11; Musicki
and Evans 2004, Joint Integrated Probabilistic Data Association.
"""

from __future__ import annotations

import math

import numba

from truceline.picture import slots as at
from truceline.picture.arithmetic import exponential
from truceline.picture.predict import drift, mix
from truceline.picture.slots import STATE, Bank, Floats, Ints, Plots, Slots

LEAST_WEIGHT = 1e-5


@numba.njit(cache=True)
def likelihood(modes: Floats, weights: Floats, count: int, d: float, plot: Floats) -> float:
    """Return the density (1/m2) of a plot (PLOT_REALS,) d seconds after the state."""
    total = 0.0
    for k in range(count):
        mode = modes[k]
        vx = plot[at.P_EAST] - mode[0] - d * mode[2]
        vy = plot[at.P_NORTH] - mode[1] - d * mode[3]
        sxx = mode[4] + d * (2.0 * mode[7] + d * mode[11]) + plot[at.P_EE]
        sxy = mode[5] + d * (mode[8] + mode[9] + d * mode[12]) + plot[at.P_EN]
        syy = mode[6] + d * (2.0 * mode[10] + d * mode[13]) + plot[at.P_NN]
        det = sxx * syy - sxy * sxy
        square = (vx * vx * syy - 2.0 * vx * vy * sxy + vy * vy * sxx) / det
        total += weights[k] * exponential(-0.5 * square) / math.sqrt(det)
    return total * 0.15915494309189535


@numba.njit(cache=True)
def update_mode(mode: Floats, plot: Floats) -> float:
    """Update one mode with a plot of its own time, in place; return 2 pi times the plot's likelihood."""
    vx, vy = plot[at.P_EAST] - mode[0], plot[at.P_NORTH] - mode[1]
    xx, xy, yy = mode[4], mode[5], mode[6]
    xu, xv, yu, yv = mode[7], mode[8], mode[9], mode[10]
    sxx, sxy, syy = xx + plot[at.P_EE], xy + plot[at.P_EN], yy + plot[at.P_NN]
    det = sxx * syy - sxy * sxy
    ixx, iyy, ixy = syy / det, sxx / det, -sxy / det
    square = vx * vx * ixx + 2.0 * vx * vy * ixy + vy * vy * iyy
    k11, k12 = xx * ixx + xy * ixy, xx * ixy + xy * iyy
    k21, k22 = xy * ixx + yy * ixy, xy * ixy + yy * iyy
    k31, k32 = xu * ixx + yu * ixy, xu * ixy + yu * iyy
    k41, k42 = xv * ixx + yv * ixy, xv * ixy + yv * iyy
    mode[0] += k11 * vx + k12 * vy
    mode[1] += k21 * vx + k22 * vy
    mode[2] += k31 * vx + k32 * vy
    mode[3] += k41 * vx + k42 * vy
    mode[4] -= k11 * xx + k12 * xy
    mode[5] -= k11 * xy + k12 * yy
    mode[6] -= k21 * xy + k22 * yy
    mode[7] -= k11 * xu + k12 * yu
    mode[8] -= k11 * xv + k12 * yv
    mode[9] -= k21 * xu + k22 * yu
    mode[10] -= k21 * xv + k22 * yv
    mode[11] -= k31 * xu + k32 * yu
    mode[12] -= k31 * xv + k32 * yv
    mode[13] -= k41 * xv + k42 * yv
    return exponential(-0.5 * square) / math.sqrt(det)


@numba.njit(cache=True)
def blend(
    slots: Slots, i: int, miss: float, share: Floats, first: int, last: int, edge_plot: Ints, a: int, plots: Plots,
    pool: Floats, pooled: Floats, mean: Floats,
) -> None:  # fmt: skip
    """Replace track i's modes by the mixtures over "no plot" (weight miss) and its plots (share[first:last]).

    ``edge_plot[first:last]`` are the plots, counted from ``a``; the weights sum to 1. ``pool`` (models, plots + 1, 14),
    ``pooled`` (models, plots + 1) and ``mean`` (14,) are scratch.
    """
    count = slots.whole[i, at.MODELS]
    time = slots.whole[i, at.TIME]
    used = 1
    for k in range(count):
        pool[k, 0, :] = slots.modes[i, k]
        pooled[k, 0] = miss * slots.weights[i, k]
    for edge in range(first, last):
        if share[edge] <= 1e-6 or used >= pool.shape[1]:
            continue
        j = a + edge_plot[edge]
        d = (plots.whole[j, at.P_TIME] - time) * 1e-9
        total = 0.0
        for k in range(count):
            mode = pool[k, used]
            mode[:] = slots.modes[i, k]
            drift(mode, d)
            pooled[k, used] = slots.weights[i, k] * (update_mode(mode, plots.real[j]) + 1e-300)
            drift(mode, -d)
            total += pooled[k, used]
        for k in range(count):
            pooled[k, used] *= share[edge] / total
        used += 1
    whole = 0.0
    for k in range(count):
        weight = 0.0
        for h in range(used):
            weight += pooled[k, h]
        if used > 1 and weight > 0.0:
            mix(pool[k, :used], pooled[k, :used], slots.modes[i, k])
        slots.weights[i, k] = max(weight, LEAST_WEIGHT * (miss + 1e-12))
        whole += slots.weights[i, k]
    floor = 0.0
    for k in range(count):
        slots.weights[i, k] = max(slots.weights[i, k] / whole, LEAST_WEIGHT)
        floor += slots.weights[i, k]
    for k in range(count):
        slots.weights[i, k] /= floor
    summarise(slots, i, mean)


@numba.njit(cache=True)
def summarise(slots: Slots, i: int, mean: Floats) -> None:
    """Write track i's mixture moments into ``mean`` (14,), and mean and widest variances into its row."""
    count = slots.whole[i, at.MODELS]
    mix(slots.modes[i, :count], slots.weights[i, :count], mean)
    real = slots.real[i]
    real[at.EAST], real[at.NORTH], real[at.VEL_EAST], real[at.VEL_NORTH] = mean[0], mean[1], mean[2], mean[3]
    reach, speed = max(mean[4], mean[6]), max(mean[11], mean[13])
    for k in range(count):
        reach = max(reach, slots.modes[i, k, 4], slots.modes[i, k, 6])
        speed = max(speed, slots.modes[i, k, 11], slots.modes[i, k, 13])
    real[at.REACH], real[at.SPEED_REACH] = reach, speed


@numba.njit(cache=True)
def expand(slots: Slots, i: int, bank: Bank) -> None:
    """Give a track of one mode the whole bank, each model starting from that mode."""
    for k in range(len(bank.prior)):
        slots.weights[i, k] = bank.prior[k]
        for a in range(STATE):
            slots.modes[i, k, a] = slots.modes[i, 0, a]
    slots.whole[i, at.MODELS] = len(bank.prior)
