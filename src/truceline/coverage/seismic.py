"""A seismometer: how probably it feels a charge, and the smallest charge that it would surely have felt.

    ground speed   v = 1143 (R / sqrt W)^-1.6 mm/s, R in m, W in kg of TNT confined in rock, times 0.1 on the surface
    one look       P = Phi((20 log10(v / 1 nm/s) - noise - threshold) / sigma),  sigma = 6 dB
``noise`` in dB of 1 nm/s rms. It feels shots and explosions (class "shot": 1 kg on the surface); vehicles and people only
next to it, which is not claimed. Source: square-root scaling of blasts, Nicholls, Johnson and Duvall, USBM Bulletin
656, 1971, with the constants of the Blasters' Handbook (DuPont, 1977); the tenth is a cautious choice of this project.
"""

from __future__ import annotations

import math

import numba

from truceline.coverage.receiver import normal_share

CHARGE_KG: dict[str, float] = {"shot": 1.0}
SIGMA_DB = 6.0
COUPLING = 0.1
NM_PER_MM = 1e6


@numba.njit(cache=True)
def ground_speed_nmps(range_m: float, charge_kg: float) -> float:
    """Return the peak ground speed in nm/s of a charge on the surface, in kg of TNT, at a range in metres."""
    if charge_kg <= 0.0:
        return 0.0
    scaled = max(range_m, 1.0) / math.sqrt(charge_kg)
    return float(COUPLING * NM_PER_MM * 1143.0 * scaled**-1.6)


@numba.njit(cache=True)
def felt_look(range_m: float, charge_kg: float, noise_db: float, threshold_db: float) -> float:
    """Return the chance that a charge is felt over the noise by the threshold in dB."""
    speed = ground_speed_nmps(range_m, charge_kg)
    if speed <= 0.0:
        return 0.0
    return normal_share((20.0 * math.log10(speed) - noise_db - threshold_db) / SIGMA_DB)


@numba.njit(cache=True)
def least_charge_kg(
    range_m: float, noise_db: float, threshold_db: float, margin_sigmas: float = 1.2816
) -> float:
    """Return the smallest charge in kg felt with a confidence, given as sigmas (1.2816: 90 %), at a range in metres."""
    speed = 10.0 ** ((noise_db + threshold_db + margin_sigmas * SIGMA_DB) / 20.0)
    scaled = (speed / (COUPLING * NM_PER_MM * 1143.0)) ** (-1.0 / 1.6)
    return float((max(range_m, 1.0) / scaled) ** 2)
