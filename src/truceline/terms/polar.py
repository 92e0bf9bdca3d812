"""Range and azimuth as a place on a plane with the covariance its noise really has.

    l = exp(-s^2 / 2)                  s: sigma of the azimuth, q: sigma of the range, both normal
    place = l r (sin a, cos a)         the expected place, given what was measured; r (sin a, cos a) lies too far out
    along  = (r^2 + q^2)(1 + l^4) / 2 - l^2 r^2          across = (r^2 + q^2)(1 - l^4) / 2

For a sharp beam (r s^2 / 2 far below q) this is the plain conversion with variances q^2 and (r s)^2.
Source: Duan, Han, Li 2004, Comments on "Unbiased converted measurements for tracking" (IEEE AES 40); Longbin, Xiaoquan,
Yiyu, Kang, Bar-Shalom 1998, same title (IEEE AES 34).
"""

from __future__ import annotations

import math

import numba
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@numba.njit(cache=True)
def shrink_and_spread(
    range_m: float, range_sigma_m: float, azimuth_sigma_rad: float
) -> tuple[float, float, float]:
    """Return (l, variance along, variance across the line of sight in m2) of one range and azimuth."""
    square = azimuth_sigma_rad * azimuth_sigma_rad
    shrink = math.exp(-0.5 * square)
    power = range_m * range_m + range_sigma_m * range_sigma_m
    # 1 - l^2 and 1 - l^4 by expm1: their difference decides when the beam is sharp
    lost, lost_twice = -math.expm1(-square), -math.expm1(-2.0 * square)
    along = range_sigma_m * range_sigma_m * (1.0 - 0.5 * lost_twice) + range_m * range_m * (
        lost - 0.5 * lost_twice
    )
    return shrink, along, 0.5 * power * lost_twice


@numba.njit(cache=True)
def converted(
    range_m: Floats, azimuth_rad: Floats, range_sigma_m: float, azimuth_sigma_rad: float
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Return (east_m, north_m, var_ee_m2, cov_en_m2, var_nn_m2) from the sensor, shapes (n,); azimuth from north."""
    rows = len(range_m)
    east, north = np.empty(rows), np.empty(rows)
    ee, en, nn = np.empty(rows), np.empty(rows), np.empty(rows)
    for row in range(rows):
        shrink, along, across = shrink_and_spread(range_m[row], range_sigma_m, azimuth_sigma_rad)
        sine, cosine = math.sin(azimuth_rad[row]), math.cos(azimuth_rad[row])
        east[row], north[row] = shrink * range_m[row] * sine, shrink * range_m[row] * cosine
        ee[row] = along * sine * sine + across * cosine * cosine
        nn[row] = along * cosine * cosine + across * sine * sine
        en[row] = (along - across) * sine * cosine
    return east, north, ee, en, nn
