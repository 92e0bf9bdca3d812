"""Height: a filter of its own over reported heights (pressure altitude or stated), apart from the horizontal one.

    h' = h + c dt,  P' = F P F' + q [dt^3/3, dt^2/2; dt^2/2, dt],  updated by a height of variance R

A height also speaks for a pair of track and plot: N(off; 0, P + R) against heights spread over 12 km, with a floor for
garbled replies. A jump far beyond what an aircraft can climb starts the filter anew.
"""

from __future__ import annotations

import math

import numba

from truceline.picture import slots as at
from truceline.picture.arithmetic import exponential
from truceline.picture.slots import Floats, Ints

CLIMB_NOISE = 4.0  # m^2/s^3, white acceleration of the climb rate
CLIMB_VAR = 400.0  # m^2/s^2 at the first height
SPAN_M = 12_000.0
GARBLED = 0.02
FASTEST_CLIMB_MPS = 100.0
LEAST_JUMP_M = 1000.0


@numba.njit(cache=True)
def height_ratio(real: Floats, whole: Ints, height: float, variance: float, time_ns: int) -> float:
    """Return how much likelier a height is under the track than by chance; 1 when either is unknown."""
    if not (math.isfinite(height) and math.isfinite(real[at.HEIGHT])):
        return 1.0
    dt = (time_ns - whole[at.HEIGHT_TIME]) * 1e-9
    spread = real[at.HEIGHT_VAR] + dt * (2.0 * real[at.HEIGHT_CLIMB] + dt * real[at.CLIMB_VAR])
    spread += abs(dt * dt * dt) * CLIMB_NOISE / 3.0 + variance
    off = height - real[at.HEIGHT] - dt * real[at.CLIMB]
    density = 0.3989422804014327 * exponential(-0.5 * off * off / spread) / math.sqrt(spread)
    return GARBLED + (1.0 - GARBLED) * SPAN_M * density


@numba.njit(cache=True)
def update_height(real: Floats, whole: Ints, height: float, variance: float, time_ns: int) -> None:
    """Filter a reported height into the track's height and climb, in place; NaN changes nothing."""
    if not math.isfinite(height):
        return
    dt = (time_ns - whole[at.HEIGHT_TIME]) * 1e-9
    off = height - real[at.HEIGHT] - dt * real[at.CLIMB]
    if not math.isfinite(real[at.HEIGHT]) or abs(off) > LEAST_JUMP_M + 5.0 * FASTEST_CLIMB_MPS * abs(dt):
        real[at.HEIGHT], real[at.CLIMB] = height, 0.0
        real[at.HEIGHT_VAR], real[at.HEIGHT_CLIMB], real[at.CLIMB_VAR] = variance, 0.0, CLIMB_VAR
        whole[at.HEIGHT_TIME] = time_ns
        return
    if dt < 0.0:
        return
    hh = real[at.HEIGHT_VAR] + dt * (2.0 * real[at.HEIGHT_CLIMB] + dt * real[at.CLIMB_VAR])
    hh += CLIMB_NOISE * dt * dt * dt / 3.0
    hc = real[at.HEIGHT_CLIMB] + dt * real[at.CLIMB_VAR] + CLIMB_NOISE * dt * dt / 2.0
    cc = real[at.CLIMB_VAR] + CLIMB_NOISE * dt
    gain_h, gain_c = hh / (hh + variance), hc / (hh + variance)
    real[at.HEIGHT] += dt * real[at.CLIMB] + gain_h * off
    real[at.CLIMB] += gain_c * off
    real[at.HEIGHT_VAR] = hh - gain_h * hh
    real[at.HEIGHT_CLIMB] = hc - gain_h * hc
    real[at.CLIMB_VAR] = cc - gain_c * hc
    whole[at.HEIGHT_TIME] = time_ns
