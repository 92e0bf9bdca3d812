"""A receiver of broadcasts: with what chance at least one message of an aircraft is heard in one look.

    margin     M = 20 log10(R_half / R) dB: one-way spreading; half of the messages are heard at R_half
    message    q = Phi(M / sigma), sigma = 6 dB: what antennas, attitude and shadowing spread
    look       P = 1 - (1 - q)^n, n messages in a look at 2 a second, for what broadcasts
Whoever breaks a clause may stay silent: this serves checks of claims and the running estimate, never coverage
(decision 11). Source: Friis, A Note on a Simple Transmission Formula, 1946; 2 position messages a second: RTCA
DO-260B, 2.2.3.3.
"""

from __future__ import annotations

import math

import numba

SIGMA_DB = 6.0
MESSAGES_PER_S = 2.0


@numba.njit(cache=True)
def normal_share(x: float) -> float:
    """Return the standard normal distribution function."""
    return float(0.5 * math.erfc(-x / math.sqrt(2.0)))


@numba.njit(cache=True)
def message_chance(range_m: float, half_range_m: float) -> float:
    """Return the chance that one message is heard over a range in metres, half at ``half_range_m``."""
    if half_range_m <= 0.0:
        return 0.0
    return normal_share(20.0 * math.log10(half_range_m / max(range_m, 1.0)) / SIGMA_DB)


@numba.njit(cache=True)
def heard_chance(range_m: float, half_range_m: float, look_s: float) -> float:
    """Return the chance that at least one message is heard in a look of so many seconds."""
    missed = 1.0 - message_chance(range_m, half_range_m)
    return float(1.0 - missed ** max(1.0, math.floor(MESSAGES_PER_S * look_s)))
