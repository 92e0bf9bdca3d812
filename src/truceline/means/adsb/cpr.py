"""Compact position reporting: a place as two 17-bit numbers that a pair or a reference makes unambiguous.

    zones   NZ = 15; Dlat(i) = 360 / (60 - i), i = 0 even, 1 odd; Dlon(i) = 360 / max(NL(lat) - i, 1);
            surface: a quarter of these
    encode  YZ = floor(2^17 mod(lat, Dlat) / Dlat + 1/2); Rlat = Dlat (YZ / 2^17 + floor(lat / Dlat));
            XZ likewise with Dlon(Rlat); surface 2^19 in place of 2^17; both cut to 17 bits
    local   j = floor(ref / D) + floor(1/2 + mod(ref, D) / D - YZ / 2^17);  lat = D (j + YZ / 2^17)
    global  j = floor((59 YZ0 - 60 YZ1) / 2^17 + 1/2); lat_i = Dlat_i (mod(j, 60 - i) + YZ_i / 2^17); both NL
            equal; m = floor((XZ0 (NL - 1) - XZ1 NL) / 2^17 + 1/2);
            lon = Dlon_i (mod(m, max(NL - i, 1)) + XZ_i / 2^17)
NL(lat) is the table of 58 transition latitudes, NL = 59 at the equator.
Source: RTCA DO-260B appendix A.1.7; ICAO Doc 9871 C.2.6.
"""

from __future__ import annotations

import math

import numba
import numpy as np

SPAN = 131_072.0
# acos(sqrt((1 - cos(pi / 30)) / (1 - cos(2 pi / NL)))) in degrees for NL = 59 .. 2, to the standard's eight
# decimals: the
# table, and not the formula, decides, so that no processor's cosine can.
TRANSITIONS = np.array([
    10.47047130, 14.82817437, 18.18626357, 21.02939493, 23.54504487, 25.82924707, 27.93898710, 29.91135686,
    31.77209708, 33.53993436, 35.22899598, 36.85025108, 38.41241892, 39.92256684, 41.38651832, 42.80914012,
    44.19454951, 45.54626723, 46.86733252, 48.16039128, 49.42776439, 50.67150166, 51.89342469, 53.09516153,
    54.27817472, 55.44378444, 56.59318756, 57.72747354, 58.84763776, 59.95459277, 61.04917774, 62.13216659,
    63.20427479, 64.26616523, 65.31845310, 66.36171008, 67.39646774, 68.42322022, 69.44242631, 70.45451075,
    71.45986473, 72.45884545, 73.45177442, 74.43893416, 75.42056257, 76.39684391, 77.36789461, 78.33374083,
    79.29428225, 80.24923213, 81.19801349, 82.13956981, 83.07199445, 83.99173563, 84.89166191, 85.75541621,
    86.53536998, 87.00000000,
])  # fmt: skip


@numba.njit(cache=True)
def zones(lat_deg: float) -> int:
    """Return NL, the number of longitude zones at a latitude (1 to 59)."""
    place = abs(lat_deg)
    count = 59
    for edge in TRANSITIONS:
        if place < edge:
            return count
        count -= 1
    return 1


@numba.njit(cache=True)
def _mod(value: float, size: float) -> float:
    return value - size * math.floor(value / size)


@numba.njit(cache=True)
def cpr_encode(lat_deg: float, lon_deg: float, odd: int, surface: bool) -> tuple[int, int]:
    """Return (YZ, XZ) of a place in degrees, each 17 bits."""
    span = SPAN * 4.0 if surface else SPAN
    size = 360.0 / (60 - odd)
    part = math.floor(span * _mod(lat_deg, size) / size + 0.5)
    seen = size * (part / span + math.floor(lat_deg / size))
    wide = 360.0 / max(zones(seen) - odd, 1)
    along = math.floor(span * _mod(lon_deg, wide) / wide + 0.5)
    return int(part) & 0x1FFFF, int(along) & 0x1FFFF


@numba.njit(cache=True)
def local(
    lat_cpr: int, lon_cpr: int, odd: int, surface: bool, near_lat_deg: float, near_lon_deg: float
) -> tuple[float, float]:
    """Return (lat_deg, lon_deg) nearest to a reference, right within half a zone (180, surface 45 NM)."""
    turn = 90.0 if surface else 360.0
    size = turn / (60 - odd)
    part = lat_cpr / SPAN
    zone = math.floor(near_lat_deg / size) + math.floor(0.5 + _mod(near_lat_deg, size) / size - part)
    lat = size * (zone + part)
    wide = turn / max(zones(lat) - odd, 1)
    part = lon_cpr / SPAN
    zone = math.floor(near_lon_deg / wide) + math.floor(0.5 + _mod(near_lon_deg, wide) / wide - part)
    lon = wide * (zone + part)
    return lat, _mod(lon + 180.0, 360.0) - 180.0


@numba.njit(cache=True)
def pair(even_lat: int, even_lon: int, odd_lat: int, odd_lon: int, odd_is_new: bool) -> tuple[float, float]:
    """Return (lat_deg, lon_deg) of the newer of an even and an odd message; NaN over a zone edge."""
    zone = math.floor((59.0 * even_lat - 60.0 * odd_lat) / SPAN + 0.5)
    lat_even = (360.0 / 60.0) * (_mod(zone, 60.0) + even_lat / SPAN)
    lat_odd = (360.0 / 59.0) * (_mod(zone, 59.0) + odd_lat / SPAN)
    lat_even = lat_even - 360.0 if lat_even >= 270.0 else lat_even
    lat_odd = lat_odd - 360.0 if lat_odd >= 270.0 else lat_odd
    bands = zones(lat_even)
    if bands != zones(lat_odd) or abs(lat_even) > 90.0 or abs(lat_odd) > 90.0:
        return math.nan, math.nan
    turn = math.floor((even_lon * (bands - 1.0) - odd_lon * float(bands)) / SPAN + 0.5)
    count = max(bands - 1, 1) if odd_is_new else bands
    part = odd_lon / SPAN if odd_is_new else even_lon / SPAN
    lon = 360.0 / count * (_mod(turn, count) + part)
    return (lat_odd if odd_is_new else lat_even), _mod(lon + 180.0, 360.0) - 180.0


@numba.njit(cache=True)
def distance_m(lat_deg: float, lon_deg: float, other_lat_deg: float, other_lon_deg: float) -> float:
    """Return the great-circle distance on a sphere of 6,371,009 m (gates need no better)."""
    lat, other = math.radians(lat_deg), math.radians(other_lat_deg)
    rise = math.sin((other - lat) / 2.0)
    side = math.sin(math.radians(other_lon_deg - lon_deg) / 2.0)
    chord = rise * rise + math.cos(lat) * math.cos(other) * side * side
    return 2.0 * 6_371_009.0 * math.asin(math.sqrt(min(1.0, chord)))


def grid_step_m(odd: int) -> float:
    """Return the north-south step of an airborne position (5.1 m): half of it is the rounding error."""
    return 360.0 / (60 - odd) / SPAN * 111_132.0
