"""Observations on the theatre grid: polar and geographic rows get east, north and a covariance.

    polar:       var along  = sigma_r^2 + (sigma_h * h / r)^2      (h above the site, r slant range)
                 var across = (r * sigma_azimuth)^2                turned by the grid azimuth of the line of sight
    geographic:  sigma = quality / 2.4477 (95 % radius of a circular normal), else the source's declared position_m
A beam wider than COARSE_RAD bends: place and covariance are then those of ``terms.polar``.
A plot without height is taken at ASSUMED_RISE_M above its site, with as large a sigma: the slant range then says less.
An aircraft that answers interrogation without a level flies anywhere up to airline heights: REPLY_RISE_M, REPLY_SIGMA_M.
"""

from __future__ import annotations

import math

import numba
import numpy as np
import numpy.typing as npt

from truceline.means.observations import KIND
from truceline.means.source import Source
from truceline.terms.columns import Columns
from truceline.terms.place import Site, Theatre, convergence_rad, polar_to_grid, to_grid
from truceline.terms.polar import shrink_and_spread

ASSUMED_RISE_M = 1500.0
REPLY_RISE_M, REPLY_SIGMA_M = 5500.0, 3500.0
COARSE_RAD = 0.01
PRESSURE_SIGMA_M = 150.0
CIRCLE_95 = 2.4477468306808166
Floats = npt.NDArray[np.float64]


def locate(observations: Columns, source: Source, theatre: Theatre) -> Columns:
    """Return the rows of one source with east_m, north_m and cov_*_m2 filled where a position is known."""
    if not len(observations):
        return observations
    east, north = observations["east_m"].copy(), observations["north_m"].copy()
    cov = [observations[name].copy() for name in ("cov_ee_m2", "cov_en_m2", "cov_nn_m2")]
    polar = np.isfinite(observations["range_m"]) & np.isfinite(observations["azimuth_rad"])
    if source.site is not None and polar.any():
        rows = np.flatnonzero(polar)
        _polar(observations.take(rows), source, source.site, theatre, rows, east, north, cov)
    stated = ~polar & np.isfinite(observations["lat_deg"]) & np.isfinite(observations["lon_deg"])
    if stated.any():
        rows = np.flatnonzero(stated)
        east[rows], north[rows] = to_grid(
            theatre, observations["lat_deg"][rows], observations["lon_deg"][rows]
        )
        quality = observations["quality"][rows]
        circle = (
            np.isin(observations["kind"][rows], [KIND["position"], KIND["track"]])
            & np.isfinite(quality)
            & (quality > 0)
        )
        sigma = np.where(circle, quality / CIRCLE_95, source.accuracy.position_m)
        own = np.isfinite(cov[0][rows])
        for array, value in zip(cov, (sigma * sigma, 0.0 * sigma, sigma * sigma), strict=True):
            array[rows] = np.where(own, array[rows], value)
    return observations.put(east_m=east, north_m=north, cov_ee_m2=cov[0], cov_en_m2=cov[1], cov_nn_m2=cov[2])


def _polar(
    rows_held: Columns,
    source: Source,
    site: Site,
    theatre: Theatre,
    rows: npt.NDArray[np.int64],
    east: Floats,
    north: Floats,
    cov: list[Floats],
) -> None:
    height, sigma_height = _height(rows_held, site, source)
    range_m, azimuth = rows_held["range_m"], rows_held["azimuth_rad"]
    # a target cannot be further above its site than it is away from it
    height = np.minimum(height, site.height_m + range_m)
    spread = source.accuracy.azimuth_rad
    shrink = math.exp(-0.5 * spread * spread) if spread > COARSE_RAD else 1.0
    east[rows], north[rows] = polar_to_grid(theatre, site, shrink * range_m, azimuth, height)
    turned = _covariance(
        range_m,
        azimuth - convergence_rad(theatre, site),
        height - site.height_m,
        sigma_height,
        source.accuracy.range_m,
        source.accuracy.azimuth_rad,
    )
    for array, value in zip(cov, turned, strict=True):
        array[rows] = value


def _height(rows: Columns, site: Site, source: Source) -> tuple[Floats, Floats]:
    stated, pressure = rows["height_m"], rows["pressure_altitude_m"]
    answers = rows["kind"] == KIND["reply"]
    rise = site.height_m + np.where(answers, REPLY_RISE_M, ASSUMED_RISE_M)
    vague = np.where(answers, REPLY_SIGMA_M, ASSUMED_RISE_M)
    height = np.where(np.isfinite(stated), stated, np.where(np.isfinite(pressure), pressure, rise))
    sigma = np.where(
        np.isfinite(stated),
        source.accuracy.height_m,
        np.where(np.isfinite(pressure), PRESSURE_SIGMA_M, vague),
    )
    return height, sigma


@numba.njit(cache=True)
def _covariance(
    range_m: Floats,
    azimuth: Floats,
    rise_m: Floats,
    sigma_height: Floats,
    sigma_range: float,
    sigma_azimuth: float,
) -> tuple[Floats, Floats, Floats]:
    rows = len(range_m)
    ee, en, nn = np.empty(rows), np.empty(rows), np.empty(rows)
    for row in range(rows):
        slant = max(range_m[row], 1.0)
        tilt = sigma_height[row] * min(1.0, abs(rise_m[row]) / slant)
        along = sigma_range * sigma_range + tilt * tilt
        across = (slant * sigma_azimuth) ** 2
        if sigma_azimuth > COARSE_RAD:
            _, along, across = shrink_and_spread(slant, math.sqrt(along), sigma_azimuth)
        sine, cosine = math.sin(azimuth[row]), math.cos(azimuth[row])
        ee[row] = along * sine * sine + across * cosine * cosine
        nn[row] = along * cosine * cosine + across * sine * sine
        en[row] = (along - across) * sine * cosine
    return ee, en, nn
