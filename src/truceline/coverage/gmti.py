"""Radar for moving targets on the ground: what is fast enough towards it is seen, what stands is not.

    radial speed     v_r = v |cos a|, a the angle between way and line of sight, uniform when nobody knows the way
    fast enough      P(v_r > MDV) = (2 / pi) acos(MDV / v) for v > MDV, else 0
    one look         P = P(fast enough) P(one radar look at the vehicle's echo)
A class stands for the least favourable member that it covers. A vehicle may stop, so of what STAYS somewhere the
model claims nothing (``STANDING``): only what must cross an area has to move. Source: Skolnik, Radar Handbook,
3rd ed., ch. 17 (minimum detectable velocity); the echoes are of the order of published ones.
"""

from __future__ import annotations

import math

import numba

RCS_M2: dict[str, float] = {"vehicle": 10.0, "convoy": 10.0, "person": 0.5}
# Ways of being somewhere in which an object may stand still: ``exposure`` counts no such look for them.
STANDING: tuple[str, ...] = ("stay", "once")


@numba.njit(cache=True)
def fast_enough(speed_mps: float, least_rate_mps: float) -> float:
    """Return the chance that an object of a speed, on a way nobody knows, moves radially faster than the least rate."""
    if speed_mps <= least_rate_mps or speed_mps <= 0.0:
        return 0.0
    return 2.0 / math.pi * math.acos(max(0.0, least_rate_mps) / speed_mps)
