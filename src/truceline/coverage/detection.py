"""How probably a sensor sees an object that it looks at: in one look, in several, in a stretch of time.

    radar, one look     SNR = SNR_ref (rcs / 1 m2) (R_ref / R)^4 / L_rain
                        Swerling 1  Pd = exp(-T / (1 + SNR))                       T = -ln Pfa
                        Swerling 3  Pd = exp(-T / (1 + SNR/2)) (1 + (SNR/2) T / (1 + SNR/2)^2)
                        SNR_ref solves Pd = 0.5 at R_ref
    confirmation        P(M of N) = sum_{k>=M} C(N,k) Pd^k (1-Pd)^(N-k)
    stretch of t s      P(t) = 1 - exp(-rate t),   rate = -ln(1 - P(M of N)) / (N look_s)
    visit or pass       stated p for the whole visit of tau s:   rate = -ln(1 - p) / tau
    horizon             d = sqrt(2 k R) (sqrt(h_antenna) + sqrt(h_target)),  k = 4/3, R = 6,371 km
The rate form makes detection over a path the sum over its stretches whatever the cell size; it counts blocks
of N looks that do not overlap, so it never says more than a sliding M-of-N logic would reach. Source:
Skolnik, Introduction to Radar Systems, 3rd ed., ch. 2 (range equation, cumulative detection) and ch. 8 (4/3
earth); Swerling, Probability of Detection for Fluctuating Targets, 1954 (cases 1 and 3, one pulse); Koopman,
Search and Screening, 1946 (random search: 1 - exp(-effort)).
"""

from __future__ import annotations

import math

import numba
import numpy as np
import numpy.typing as npt

from truceline.means.source import Detection

Floats = npt.NDArray[np.float64]
EARTH_M = 6_371_000.0
REFRACTION = 4.0 / 3.0
CONFIRM_HITS = 3
CONFIRM_LOOKS = 5
# A model never earns certainty: above this a probability is a modelling error, and its logarithm would be
# infinite.
SUREST = 1.0 - 1e-9


@numba.njit(cache=True)
def swerling1(snr: float, pfa: float) -> float:
    """Return the detection probability of one look at a Swerling 1 target; ``snr`` is a power ratio."""
    return math.exp(math.log(pfa) / (1.0 + snr))


@numba.njit(cache=True)
def swerling3(snr: float, pfa: float) -> float:
    """Return the detection probability of one look at a Swerling 3 target; ``snr`` is a power ratio."""
    threshold = -math.log(pfa)
    half = 0.5 * snr
    return math.exp(-threshold / (1.0 + half)) * (1.0 + half * threshold / ((1.0 + half) * (1.0 + half)))


@numba.njit(cache=True)
def reference_snr(pfa: float, swerling: int = 1) -> float:
    """Return the signal-to-noise power ratio at which one look sees a target half the time (Swerling 1 or 3)."""
    if swerling != 3:
        return math.log(pfa) / math.log(0.5) - 1.0
    low, high = 0.0, 1e4
    for _ in range(60):
        middle = 0.5 * (low + high)
        if swerling3(middle, pfa) < 0.5:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@numba.njit(cache=True)
def radar_look(
    range_m: float,
    rcs_m2: float,
    reference_range_m: float,
    pfa: float,
    ceiling: float,
    swerling: int = 1,
    rain_db_per_km: float = 0.0,
) -> float:
    """Return the detection probability of one radar look, at most ``ceiling``; 0 without an echo.

    ``rain_db_per_km`` is the one-way loss, suffered on the whole way out and back.
    """
    if rcs_m2 <= 0.0 or reference_range_m <= 0.0:
        return 0.0
    ratio = reference_range_m / max(range_m, 1.0)
    square = ratio * ratio
    snr = reference_snr(pfa, swerling) * rcs_m2 * square * square
    if rain_db_per_km > 0.0:
        snr *= 10.0 ** (-0.2 * rain_db_per_km * range_m / 1000.0)
    return min(ceiling, swerling3(snr, pfa) if swerling == 3 else swerling1(snr, pfa))


def radar_pd(range_m: Floats, rcs_m2: float, model: Detection, rain_db_per_km: float = 0.0) -> Floats:
    """Return the detection probability of one look at each slant range in metres, by a declared model."""
    flat = np.ravel(np.asarray(range_m, float))
    found = _radar_looks(
        flat, rcs_m2, model.reference_range_m, model.pfa, model.ceiling, model.swerling, rain_db_per_km
    )
    return found.reshape(np.shape(range_m))


@numba.njit(cache=True)
def _radar_looks(
    ranges: Floats,
    rcs_m2: float,
    reference_range_m: float,
    pfa: float,
    ceiling: float,
    swerling: int,
    rain_db_per_km: float,
) -> Floats:
    found = np.empty(len(ranges))
    for i in range(len(ranges)):
        found[i] = radar_look(ranges[i], rcs_m2, reference_range_m, pfa, ceiling, swerling, rain_db_per_km)
    return found


@numba.njit(cache=True)
def m_of_n(p: float, hits: int, looks: int) -> float:
    """Return the probability of at least ``hits`` detections in ``looks`` looks of chance ``p``."""
    total = 0.0
    for k in range(hits, looks + 1):
        ways = 1.0
        for i in range(k):
            ways = ways * (looks - i) / (i + 1)
        total += ways * p**k * (1.0 - p) ** (looks - k)
    return min(1.0, total)


@numba.njit(cache=True)
def rate_of_looks(p: float, look_s: float, hits: int = CONFIRM_HITS, looks: int = CONFIRM_LOOKS) -> float:
    """Return the rate per second of detection confirmed by ``hits`` of ``looks`` looks of chance ``p``, each ``look_s``."""
    if p <= 0.0 or look_s <= 0.0:
        return 0.0
    return -math.log(1.0 - min(SUREST, m_of_n(p, hits, looks))) / (looks * look_s)


@numba.njit(cache=True)
def rate_of_visit(p: float, duration_s: float) -> float:
    """Return the rate per second of a visit that, in all, sees what stays there with probability ``p``."""
    if p <= 0.0 or duration_s <= 0.0:
        return 0.0
    return -math.log(1.0 - min(SUREST, p)) / duration_s


@numba.njit(cache=True)
def seen_within(rate: float, duration_s: float) -> float:
    """Return the probability of detection within a stretch of watching at a rate per second."""
    return 1.0 - math.exp(-rate * duration_s)


@numba.njit(cache=True)
def horizon_m(antenna_m: float, target_m: float) -> float:
    """Return the distance in metres at which a target sinks below the 4/3 earth; heights above it."""
    earth = math.sqrt(2.0 * REFRACTION * EARTH_M)
    return earth * (math.sqrt(max(0.0, antenna_m)) + math.sqrt(max(0.0, target_m)))
