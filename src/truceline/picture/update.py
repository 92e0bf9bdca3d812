"""Update: the likelihood of a plot under a track, and the filter step its plots cause.

    z = (east, north) + noise R;   S = P + R;   K = P S^-1;   likelihood N(z; x, S), summed over the IMM's modes

A plot d seconds later or earlier than the state is compared with the state drifted by d. What is measured beside, or
instead of, a place is a scalar, after the place (s the sensor, l the unit vector from it, p the normal, r the distance):

    range rate   h = e l . v,   dh/dx = e (p . v) / r p,   dh/dv = e l          e: cosine of the elevation
    bearing      h = angle of x - s,   dh/dx = p / r                            rank one: nothing is learned along l

Both with the second-order terms of the mean, 1/2 tr(H P), and of the variance, 1/2 tr(H P H P), H the Hessian: the error
of linearising counts as noise.
Source: Bar-Shalom, Li, Kirubarajan 2001, Estimation with Applications to Tracking and Navigation, chapters 10.3 and 11.
"""

from __future__ import annotations

import math

import numba
import numpy as np

from truceline.picture import slots as at
from truceline.picture.arithmetic import angle, exponential
from truceline.picture.predict import drift
from truceline.picture.slots import STATE, Floats

RATE_SPAN_MPS = 100.0  # range rates of false plots and of new targets are spread over that
LEAST_M = 1.0  # nearer to a sensor than that a direction means nothing

FARTHEST = 60.0  # squared Mahalanobis distance beyond which a density is nothing


@numba.njit(cache=True)
def likelihood(modes: Floats, weights: Floats, count: int, d: float, plot: Floats) -> float:
    """Return the density of a plot (PLOT_REALS,) d seconds after the state, 1/m2 (a bearing's: 1/rad)."""
    if plot[at.P_LOOK_M] >= 0.0:
        return scalar_likelihood(modes, weights, count, d, plot)
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
        if square < FARTHEST:
            total += weights[k] * exponential(-0.5 * square) / math.sqrt(det)
    return total * 0.15915494309189535


@numba.njit(cache=True)
def update_mode(mode: Floats, plot: Floats) -> float:
    """Update one mode with a plot of its own time, in place; return 2 pi times the plot's likelihood."""
    if plot[at.P_LOOK_M] == 0.0:
        return 6.283185307179586 * update_bearing(mode, plot)
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
    density = exponential(-0.5 * square) / math.sqrt(det)
    return density * update_rate(mode, plot) if plot[at.P_LOOK_M] > 0.0 else density


@numba.njit(cache=True)
def scalar_likelihood(modes: Floats, weights: Floats, count: int, d: float, plot: Floats) -> float:
    """Return what ``likelihood`` does for plots with a range rate, and for bearings."""
    mode, total = np.empty(STATE), 0.0
    for k in range(count):
        mode[:] = modes[k]
        drift(mode, d)
        total += weights[k] * update_mode(mode, plot)
    return total * 0.15915494309189535


@numba.njit(cache=True)
def update_rate(mode: Floats, plot: Floats) -> float:
    """Update one mode with a plot's range rate, in place; return how much likelier it is than by chance."""
    look_east, look_north = plot[at.P_LOOK_EAST], plot[at.P_LOOK_NORTH]
    level = math.sqrt(look_east * look_east + look_north * look_north)
    de = mode[0] - plot[at.P_EAST] + plot[at.P_LOOK_M] * look_east / level
    dn = mode[1] - plot[at.P_NORTH] + plot[at.P_LOOK_M] * look_north / level
    r = max(math.sqrt(de * de + dn * dn), LEAST_M)
    le, ln = de / r, dn / r
    along, across = le * mode[2] + ln * mode[3], ln * mode[2] - le * mode[3]
    # second moments on the axes l = (le, ln) and p = (ln, -le)
    pp = ln * ln * mode[4] - 2.0 * le * ln * mode[5] + le * le * mode[6]
    lp = le * ln * (mode[4] - mode[6]) + (ln * ln - le * le) * mode[5]
    pv = ln * ln * mode[7] - le * ln * (mode[8] + mode[9]) + le * le * mode[10]
    vv = ln * ln * mode[11] - 2.0 * le * ln * mode[12] + le * le * mode[13]
    mean = along + pv / r - (0.5 * along * pp + across * lp) / (r * r)
    bent = along * pp / (r * r)
    extra = (pp * vv + pv * pv) / (r * r) + 0.5 * bent * bent
    variance = plot[at.P_RATE_VAR] + level * level * extra
    slope = level * across / r
    off = plot[at.P_RATE] - level * mean
    return RATE_SPAN_MPS * update_scalar(mode, slope * ln, -slope * le, level * le, level * ln, off, variance)


@numba.njit(cache=True)
def update_bearing(mode: Floats, plot: Floats) -> float:
    """Update one mode with a bearing (place: the sensor's; ``P_EE`` rad^2), in place; return its density, 1/rad."""
    de, dn = mode[0] - plot[at.P_EAST], mode[1] - plot[at.P_NORTH]
    r = max(math.sqrt(de * de + dn * dn), LEAST_M)
    le, ln = de / r, dn / r
    pp = ln * ln * mode[4] - 2.0 * le * ln * mode[5] + le * le * mode[6]
    ll = le * le * mode[4] + 2.0 * le * ln * mode[5] + ln * ln * mode[6]
    lp = le * ln * (mode[4] - mode[6]) + (ln * ln - le * le) * mode[5]
    look_east, look_north = plot[at.P_LOOK_EAST], plot[at.P_LOOK_NORTH]
    off = angle(look_east * ln - look_north * le, look_east * le + look_north * ln) + lp / (r * r)
    variance = plot[at.P_EE] + (ll * pp + lp * lp) / (r * r * r * r)
    return update_scalar(mode, ln / r, -le / r, 0.0, 0.0, off, variance)


@numba.njit(cache=True)
def update_scalar(
    mode: Floats, hx: float, hy: float, hu: float, hv: float, off: float, variance: float
) -> float:
    """Update one mode with a scalar of gradient (hx, hy, hu, hv) and innovation ``off``, in place; return its density."""
    xx, xy, yy = mode[4], mode[5], mode[6]
    xu, xv, yu, yv = mode[7], mode[8], mode[9], mode[10]
    uu, uv, vv = mode[11], mode[12], mode[13]
    px = hx * xx + hy * xy + hu * xu + hv * xv
    py = hx * xy + hy * yy + hu * yu + hv * yv
    pu = hx * xu + hy * yu + hu * uu + hv * uv
    pv = hx * xv + hy * yv + hu * uv + hv * vv
    s = hx * px + hy * py + hu * pu + hv * pv + variance
    gain = off / s
    mode[0] += px * gain
    mode[1] += py * gain
    mode[2] += pu * gain
    mode[3] += pv * gain
    mode[4] -= px * px / s
    mode[5] -= px * py / s
    mode[6] -= py * py / s
    mode[7] -= px * pu / s
    mode[8] -= px * pv / s
    mode[9] -= py * pu / s
    mode[10] -= py * pv / s
    mode[11] -= pu * pu / s
    mode[12] -= pu * pv / s
    mode[13] -= pv * pv / s
    return 0.3989422804014327 * exponential(-0.5 * off * gain) / math.sqrt(s)
