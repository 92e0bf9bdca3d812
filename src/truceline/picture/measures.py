"""Range rates and bearings of a lane's plots: what a row measured beside, or instead of, a position.

    range rate   rate = look . velocity,  look = cos(elevation) (horizontal unit vector from the site to the plot)
    bearing      look = (sin a, cos a), a grid azimuth; the plot's place is the site, its ``P_EE`` the variance in rad^2

A range rate counts when its source declares how accurate it is; a bearing where there is neither range nor place.
"""

from __future__ import annotations

from collections.abc import Sequence

import numba
import numpy as np

from truceline.means.observations import KIND
from truceline.means.source import Source
from truceline.picture import slots as at
from truceline.picture.arithmetic import sine_cosine
from truceline.picture.slots import Floats
from truceline.terms.columns import Columns

FASTEST_MPS = 3e3


def set_rates(real: Floats, held: Columns, sources: Sequence[Source], sensors: Floats) -> None:
    """Write range rate, its variance and the line of sight of every row into ``real`` (n, PLOT_REALS)."""
    real[:, at.P_RATE :] = np.nan
    set_bearings(real, held, sources, sensors)
    sigma = np.array([source.accuracy.rate_mps for source in sources] or [0.0])
    if not (sigma > 0.0).any() or not len(real):
        return
    seen_by = sensors[held["source"]]
    rate, own = held["doppler_mps"], sigma[held["source"]]
    rows = np.flatnonzero(
        np.isfinite(rate) & (np.abs(rate) < FASTEST_MPS) & (own > 0.0) & np.isfinite(seen_by[:, at.S_EAST])
    )
    real[rows, at.P_RATE] = rate[rows]
    real[rows, at.P_RATE_VAR] = own[rows] ** 2
    _look(real, rows, seen_by[:, at.S_EAST], seen_by[:, at.S_NORTH], held["elevation_rad"])


def set_bearings(real: Floats, held: Columns, sources: Sequence[Source], sensors: Floats) -> None:
    """Write direction, variance (rad^2) and the observer's place of every bearing into ``real`` (n, PLOT_REALS).

    The observer stands where the row says, else at the source's site.
    """
    rows = np.flatnonzero(held["kind"] == KIND["bearing"])
    if not len(rows):
        return
    source = held["source"][rows]
    for column, name, site in ((at.P_EAST, "east_m", at.S_EAST), (at.P_NORTH, "north_m", at.S_NORTH)):
        own = held[name][rows]
        real[rows, column] = np.where(np.isfinite(own), own, sensors[source, site])
    sigma = np.array([source.accuracy.azimuth_rad for source in sources])[source]
    real[rows, at.P_EE] = np.maximum(sigma, 1e-6) ** 2
    real[rows, at.P_EN], real[rows, at.P_NN] = 0.0, np.nan
    real[rows, at.P_LOOK_M] = 0.0
    _point(real, rows, held["azimuth_rad"][rows] - sensors[source, at.S_TURN])


@numba.njit(cache=True)
def _point(real: Floats, rows: at.Ints, azimuth: Floats) -> None:
    for k in range(len(rows)):
        real[rows[k], at.P_LOOK_EAST], real[rows[k], at.P_LOOK_NORTH] = sine_cosine(azimuth[k])


@numba.njit(cache=True)
def _look(real: Floats, rows: at.Ints, east: Floats, north: Floats, elevation: Floats) -> None:
    for row in rows:
        x, y = real[row, at.P_EAST] - east[row], real[row, at.P_NORTH] - north[row]
        level = np.sqrt(x * x + y * y)
        if level < 1.0:
            real[row, at.P_RATE :] = np.nan
            continue
        cosine = sine_cosine(elevation[row])[1] if abs(elevation[row]) < 1.6 else 1.0
        real[row, at.P_LOOK_EAST], real[row, at.P_LOOK_NORTH] = cosine * x / level, cosine * y / level
        real[row, at.P_LOOK_M] = level
