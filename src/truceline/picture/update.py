"""Update: the likelihood of a plot under a track, and the filter step its plots cause.

    z = (east, north) + noise R;   S = P + R;   K = P S^-1;   likelihood N(z; x, S), summed over the IMM's modes

A plot d seconds later or earlier than the state is compared with the state drifted by d.
Source: Bar-Shalom, Li, Kirubarajan 2001, Estimation with Applications to Tracking and Navigation, chapter 11.
"""

from __future__ import annotations

import math

import numba

from truceline.picture import slots as at
from truceline.picture.arithmetic import exponential
from truceline.picture.slots import Floats


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
