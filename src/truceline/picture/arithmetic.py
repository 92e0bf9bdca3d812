"""Exponential, sine and cosine from sums and products alone, so that every processor gives the same bits.

The C library picks other code on processors with fused multiply-add, and then differs in the last bit. IEEE 754
fixes ``+ - * /``, square root and rounding to an integer, so what is built from them alone cannot differ:

    exp x    = 2^k exp r,  k = floor(x / ln 2 + 1/2),  |r| <= ln 2 / 2, Taylor series to r^13
    sin, cos:  k = floor(2 x / pi + 1/2),  |r| <= pi / 4,  Taylor series to r^17, quadrant k mod 4

Reduction after Cody and Waite 1980 (ln 2 and pi / 2 in two parts). Error below 2 units in the last place.
"""

from __future__ import annotations

import math

import numba
import numpy as np

LOWEST, HIGHEST = -700.0, 700.0
_OFFSET = 1030
_POWERS = np.array([math.ldexp(1.0, k - _OFFSET) for k in range(2 * _OFFSET - 6)])
_LN2_HIGH, _LN2_LOW = 0.6931471803691238, 1.9082149292705877e-10
_PI = 3.141592653589793
_HALF_PI_HIGH, _HALF_PI_LOW = 1.5707963267341256, 6.077100506506192e-11
_TERMS = tuple(1.0 / math.factorial(k) for k in range(13, -1, -1))
_SINE = tuple((-1.0) ** k / math.factorial(2 * k + 1) for k in range(8, -1, -1))
_COSINE = tuple((-1.0) ** k / math.factorial(2 * k) for k in range(8, -1, -1))


@numba.njit(cache=True)
def exponential(x: float) -> float:
    """Return e to the x; 0 below -700, e^700 above 700."""
    if x < LOWEST:
        return 0.0
    x = min(x, HIGHEST)
    k = math.floor(x * 1.4426950408889634 + 0.5)
    r = x - k * _LN2_HIGH - k * _LN2_LOW
    total = 0.0
    for term in _TERMS:
        total = total * r + term
    return float(total * _POWERS[int(k) + _OFFSET])


@numba.njit(cache=True)
def sine_cosine(x: float) -> tuple[float, float]:
    """Return (sin x, cos x) of an angle in radians, |x| below a million."""
    k = math.floor(x * 0.6366197723675814 + 0.5)
    r = x - k * _HALF_PI_HIGH - k * _HALF_PI_LOW
    square = r * r
    sine, cosine = 0.0, 0.0
    for term in _SINE:
        sine = sine * square + term
    for term in _COSINE:
        cosine = cosine * square + term
    sine *= r
    quadrant = int(k) & 3
    if quadrant == 0:
        return sine, cosine
    if quadrant == 1:
        return cosine, -sine
    if quadrant == 2:
        return -sine, -cosine
    return -cosine, sine


@numba.njit(cache=True)
def angle(sine: float, cosine: float) -> float:
    """Return the angle in (-pi, pi] rad of which these are sine and cosine, up to a common factor; 0 for (0, 0).

    Three times halved by tan(x / 2) = t / (1 + sqrt(1 + t^2)), then the arc tangent's series to t^21.
    """
    length = math.sqrt(sine * sine + cosine * cosine)
    if length == 0.0:
        return 0.0
    if cosine <= -length * 0.9999999999999998 and sine == 0.0:
        return _PI
    # the tangent of half the angle; near pi the other form keeps its digits
    half = sine / (length + cosine) if cosine > 0.0 else (length - cosine) / sine
    beyond = abs(half) > 1.0
    t = 1.0 / half if beyond else half
    for _ in range(2):
        t = t / (1.0 + math.sqrt(1.0 + t * t))
    square, total = t * t, 0.0
    for k in range(10, -1, -1):
        total = total * -square + 1.0 / (2 * k + 1)
    whole = 8.0 * t * total
    if not beyond:
        return whole
    return (_PI if half > 0.0 else -_PI) - whole
