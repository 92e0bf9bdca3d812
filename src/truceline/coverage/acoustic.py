"""A microphone array: how probably it hears a sound of a class over a distance, in noise and wind.

    level      L = L_1m - 20 log10(R / 1 m) - a R        spreading, and the air's absorption a dB per m
    noise      n = 10 log10(10^(n_place / 10) + 10^(n_wind / 10)),  n_wind = 30 + 40 log10(w / 2 m/s) above 2 m/s
    one look   P = Phi((L - n - threshold) / sigma),  sigma = 8 dB: what turbulence and refraction spread
    absorption a(f, T, h): relaxation of oxygen and nitrogen, classical and rotational losses
Sources: ISO 9613-1:1993 (absorption, equations 3 to 5); Piercy, Embleton and Sutherland, Review of noise propagation
in the atmosphere, JASA 61, 1977 (spreading, spread of levels outdoors). Wind noise: pressure goes with the square of
the speed (stagnation pressure). Levels at 1 m are of the order of published ones and stand for the quietest member.
"""

from __future__ import annotations

import math

import numba

from truceline.coverage.receiver import normal_share

# dB re 20 uPa at 1 m, and the frequency in Hz that carries furthest.
LEVEL_DB: dict[str, tuple[float, float]] = {
    "shot": (150.0, 250.0),
    "uav": (95.0, 200.0),
    "aircraft": (130.0, 125.0),
    "vehicle": (105.0, 125.0),
    "convoy": (110.0, 125.0),
}
SIGMA_DB = 8.0
WIND_DB, WIND_MPS = 30.0, 2.0
KELVIN_20, TRIPLE = 293.15, 273.16


@numba.njit(cache=True)
def absorption_db_per_m(
    frequency_hz: float, celsius: float = 10.0, humidity: float = 70.0, pressure_kpa: float = 101.325
) -> float:
    """Return the air's absorption in dB per metre (ISO 9613-1); humidity in per cent, pressure in kPa."""
    kelvin = celsius + 273.15
    warm, press = kelvin / KELVIN_20, pressure_kpa / 101.325
    saturation = 10.0 ** (-6.8346 * (TRIPLE / kelvin) ** 1.261 + 4.6151)
    water = humidity * saturation / press
    oxygen = press * (24.0 + 4.04e4 * water * (0.02 + water) / (0.391 + water))
    nitrogen = press * warm**-0.5 * (9.0 + 280.0 * water * math.exp(-4.170 * (warm ** (-1.0 / 3.0) - 1.0)))
    square = frequency_hz * frequency_hz
    relaxed = 0.01275 * math.exp(-2239.1 / kelvin) / (oxygen + square / oxygen)
    relaxed += 0.1068 * math.exp(-3352.0 / kelvin) / (nitrogen + square / nitrogen)
    return float(8.686 * square * (1.84e-11 / press * math.sqrt(warm) + warm**-2.5 * relaxed))


@numba.njit(cache=True)
def noise_with_wind(noise_db: float, wind_mps: float) -> float:
    """Return the noise in dB with what the wind adds at the microphone."""
    if wind_mps <= WIND_MPS:
        return noise_db
    wind = WIND_DB + 40.0 * math.log10(wind_mps / WIND_MPS)
    return float(10.0 * math.log10(10.0 ** (0.1 * noise_db) + 10.0 ** (0.1 * wind)))


@numba.njit(cache=True)
def heard_look(
    range_m: float,
    level_db: float,
    frequency_hz: float,
    noise_db: float,
    wind_mps: float,
    threshold_db: float,
) -> float:
    """Return the chance that one look hears a sound of a level (dB at 1 m) over a range in metres."""
    far = max(range_m, 1.0)
    level = level_db - 20.0 * math.log10(far) - absorption_db_per_m(frequency_hz) * far
    return normal_share((level - noise_with_wind(noise_db, wind_mps) - threshold_db) / SIGMA_DB)
