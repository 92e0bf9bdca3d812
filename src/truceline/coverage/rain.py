"""Rain on the way of a radar's wave: loss in dB per km, one way, by rain rate and frequency.

    gamma = k R^alpha dB/km,  R in mm/h
    log10 k = sum_j a_j exp(-((log10 f - b_j) / c_j)^2) + m log10 f + c,   alpha likewise, f in GHz, 1 to 1,000
The coefficients are those of horizontal polarisation, the one that suffers more. Source: Recommendation ITU-R
P.838-3, Specific attenuation model for rain for use in prediction methods, 2005.
"""

from __future__ import annotations

import math

import numba

LEAST_GHZ, MOST_GHZ = 1.0, 1000.0
_K = (
    (-5.33980, -0.10008, 1.13098),
    (-0.35351, 1.26970, 0.45400),
    (-0.23789, 0.86036, 0.15354),
    (-0.94158, 0.64552, 0.16817),
)
_K_LINE = (-0.18961, 0.71147)
_ALPHA = (
    (-0.14318, 1.82442, -0.55187),
    (0.29591, 0.77564, 0.19822),
    (0.32177, 0.63773, 0.13164),
    (-5.37610, -0.96230, 1.47828),
    (16.1721, -3.29980, 3.43990),
)
_ALPHA_LINE = (0.67849, -1.95537)


@numba.njit(cache=True)
def rain_db_per_km(rain_mmh: float, frequency_ghz: float) -> float:
    """Return the one-way loss in dB per km at a rain rate in mm/h and a frequency in GHz (cut to 1 to 1,000)."""
    if not rain_mmh > 0.0:
        return 0.0
    f = math.log10(min(MOST_GHZ, max(LEAST_GHZ, frequency_ghz)))
    log_k = _K_LINE[0] * f + _K_LINE[1]
    for a, b, c in _K:
        log_k += a * math.exp(-(((f - b) / c) ** 2))
    alpha = _ALPHA_LINE[0] * f + _ALPHA_LINE[1]
    for a, b, c in _ALPHA:
        alpha += a * math.exp(-(((f - b) / c) ** 2))
    return float(10.0**log_k * rain_mmh**alpha)
