"""Polar measurements on the grid, unbiased, with the covariance of the conversion.

Ground range g from slant range r and rise d over the antenna (a stated height, else r sin e, else unknown):

    g = sqrt(r^2 - d^2)          var g = ((r sigma_r)^2 + (d sigma_d)^2) / g^2        height
    g = r cos e                  var g = (cos e sigma_r)^2 + (r sin e sigma_e)^2      elevation
    g = r                        var g = sigma_r^2                                    neither: a plane world

and with azimuth a (clockwise from north), s = sigma_a^2:

    east, north = e^(s/2) g (sin a, cos a)          its mean over the error of the azimuth is the target's place
    var along   = var g cosh s + g^2 (cosh s - 1)   on the line of sight
    var across  = (g^2 + var g) sinh s              beside it

Source: Mo, Song, Zhou, Sun and Bar-Shalom 1998 (unbiased converted measurements; after Lerro and Bar-Shalom 1993), with the
covariance written on the line of sight. No transcendental function but those of ``arithmetic``.
"""

from __future__ import annotations

import math

import numba
import numpy as np

from truceline.picture.arithmetic import exponential, sine_cosine
from truceline.picture.slots import Floats

# Columns of what is measured and of what the sensor declares.
RANGE, AZIMUTH, ELEVATION, HEIGHT = range(4)
SITE_EAST, SITE_NORTH, SITE_HEIGHT, SIGMA_RANGE, SIGMA_AZIMUTH, SIGMA_ELEVATION, SIGMA_HEIGHT = range(7)


@numba.njit(cache=True)
def on_grid(measured: Floats, declared: Floats) -> Floats:
    """Return east_m, north_m, var_e_m2, cov_en_m2, var_n_m2, shape (n, 5).

    ``measured`` (n, 4): range_m, azimuth_rad, elevation_rad, height_m (NaN: not measured). ``declared`` (n, 7): the place
    and the sigmas of each row's sensor, in metres and radians.
    """
    out = np.empty((len(measured), 5))
    for row in range(len(measured)):
        level, var = ground_range(measured[row], declared[row])
        spread = declared[row, SIGMA_AZIMUTH] ** 2
        wider = sinh(spread)
        rounder = 2.0 * sinh(0.5 * spread) ** 2
        along = var * (1.0 + rounder) + level * level * rounder
        across = (level * level + var) * wider
        sine, cosine = sine_cosine(measured[row, AZIMUTH])
        stretched = level * exponential(0.5 * spread)
        out[row, 0] = declared[row, SITE_EAST] + stretched * sine
        out[row, 1] = declared[row, SITE_NORTH] + stretched * cosine
        out[row, 2] = along * sine * sine + across * cosine * cosine
        out[row, 3] = (along - across) * sine * cosine
        out[row, 4] = along * cosine * cosine + across * sine * sine
    return out


@numba.njit(cache=True)
def ground_range(measured: Floats, declared: Floats) -> tuple[float, float]:
    """Return the ground range of one row and its variance; a target above the antenna's head has range 0."""
    slant, sigma = measured[RANGE], declared[SIGMA_RANGE]
    if math.isfinite(measured[HEIGHT]):
        rise = measured[HEIGHT] - declared[SITE_HEIGHT]
        square = max(slant * slant - rise * rise, 0.0)
        doubt = (slant * sigma) ** 2 + (rise * declared[SIGMA_HEIGHT]) ** 2
        # Near the zenith the root is not linear: its spread is at most that of the square's.
        return math.sqrt(square), doubt / max(square, math.sqrt(doubt), 1.0)
    if math.isfinite(measured[ELEVATION]):
        sine, cosine = sine_cosine(measured[ELEVATION])
        tilt = slant * sine * declared[SIGMA_ELEVATION]
        return slant * cosine, (cosine * sigma) ** 2 + tilt * tilt
    return slant, sigma * sigma


@numba.njit(cache=True)
def sinh(x: float) -> float:
    """Return the hyperbolic sine, 0 <= x <= 1, from its series."""
    square = x * x
    return x * (1.0 + square / 6.0 * (1.0 + square / 20.0 * (1.0 + square / 42.0 * (1.0 + square / 72.0))))
