"""Exact slant-range geometry on the WGS84 ellipsoid, in our own Numba loops so that every processor gives the same bits.

    ECEF of (lat, lon, h):  N = a / sqrt(1 - e2 sin^2 lat);  x = (N+h) cos lat cos lon;  z = (N(1-e2)+h) sin lat
    A target at slant range r, true azimuth A and ellipsoidal height h: the elevation E is solved by Newton so that the
    point  site + r (cos E sin A, cos E cos A, sin E) in the site's east-north-up frame  has height h.
    Refraction is not in it: over a radar's range it bends the path by less than the range bin; the 4/3 earth is used
    for visibility only (coverage).
Source: EUROCONTROL / ICAO Doc 9674 (WGS84 manual) for the ellipsoid; geodetic latitude after Bowring 1976, iterated.
"""

from __future__ import annotations

import math

import numba
import numpy as np
import numpy.typing as npt

A_M = 6_378_137.0
F = 1.0 / 298.257223563
E2 = F * (2.0 - F)
Floats = npt.NDArray[np.float64]


@numba.njit(cache=True)
def ecef(lat_rad: float, lon_rad: float, height_m: float) -> tuple[float, float, float]:
    """Return ECEF metres of one geodetic point."""
    sin_lat = math.sin(lat_rad)
    normal = A_M / math.sqrt(1.0 - E2 * sin_lat * sin_lat)
    flat = (normal + height_m) * math.cos(lat_rad)
    return flat * math.cos(lon_rad), flat * math.sin(lon_rad), (normal * (1.0 - E2) + height_m) * sin_lat


@numba.njit(cache=True)
def geodetic(x: float, y: float, z: float) -> tuple[float, float, float]:
    """Return (lat_rad, lon_rad, height_m) of one ECEF point, to better than a micrometre near the earth."""
    flat = math.sqrt(x * x + y * y)
    lat = math.atan2(z, flat * (1.0 - E2))
    height = 0.0
    for _ in range(4):
        sin_lat = math.sin(lat)
        normal = A_M / math.sqrt(1.0 - E2 * sin_lat * sin_lat)
        height = flat * math.cos(lat) + z * sin_lat - A_M * math.sqrt(1.0 - E2 * sin_lat * sin_lat)
        lat = math.atan2(z, flat * (1.0 - E2 * normal / (normal + height)))
    return lat, math.atan2(y, x), height


@numba.njit(cache=True)
def _polar_point(
    site: tuple[float, float, float], turn: Floats, range_m: float, azimuth: float, elevation: float
) -> tuple[float, float, float]:
    level = range_m * math.cos(elevation)
    east, north, up = level * math.sin(azimuth), level * math.cos(azimuth), range_m * math.sin(elevation)
    x = site[0] + turn[0, 0] * east + turn[0, 1] * north + turn[0, 2] * up
    y = site[1] + turn[1, 0] * east + turn[1, 1] * north + turn[1, 2] * up
    z = site[2] + turn[2, 1] * north + turn[2, 2] * up
    return geodetic(x, y, z)


@numba.njit(cache=True)
def _frame(lat: float, lon: float) -> Floats:
    turn = np.zeros((3, 3))
    sin_lat, cos_lat, sin_lon, cos_lon = math.sin(lat), math.cos(lat), math.sin(lon), math.cos(lon)
    turn[0, 0], turn[1, 0] = -sin_lon, cos_lon
    turn[0, 1], turn[1, 1], turn[2, 1] = -sin_lat * cos_lon, -sin_lat * sin_lon, cos_lat
    turn[0, 2], turn[1, 2], turn[2, 2] = cos_lat * cos_lon, cos_lat * sin_lon, sin_lat
    return turn


@numba.njit(cache=True)
def polar_to_geodetic(
    site_lat_deg: float,
    site_lon_deg: float,
    site_height_m: float,
    range_m: Floats,
    azimuth_rad: Floats,
    height_m: Floats,
) -> tuple[Floats, Floats, Floats]:
    """Return (lat_deg, lon_deg, elevation_rad) of targets at slant range, true azimuth and ellipsoidal height.

    Shapes (n,). Where no elevation reaches the height (range shorter than the height difference) the elevation is
    +-90 deg, so the target stands over or under the site.
    """
    rows = len(range_m)
    lats, lons, elevations = np.empty(rows), np.empty(rows), np.empty(rows)
    lat0, lon0 = math.radians(site_lat_deg), math.radians(site_lon_deg)
    site = ecef(lat0, lon0, site_height_m)
    turn = _frame(lat0, lon0)
    radius = math.sqrt(site[0] ** 2 + site[1] ** 2 + site[2] ** 2)
    for row in range(rows):
        slant, azimuth, height = range_m[row], azimuth_rad[row], height_m[row]
        rise = height - site_height_m
        guess = (rise * (2.0 * radius + rise) - slant * slant) / (2.0 * max(slant, 1.0) * radius)
        elevation = math.asin(min(1.0, max(-1.0, guess)))
        lat, lon, reached = _polar_point(site, turn, slant, azimuth, elevation)
        for _ in range(6):
            slope = slant * math.cos(elevation)
            if abs(height - reached) < 1e-6 or slope < 1.0:
                break
            elevation = min(math.pi / 2, max(-math.pi / 2, elevation + (height - reached) / slope))
            lat, lon, reached = _polar_point(site, turn, slant, azimuth, elevation)
        lats[row], lons[row], elevations[row] = math.degrees(lat), math.degrees(lon), elevation
    return lats, lons, elevations


@numba.njit(cache=True)
def geodetic_to_polar(
    site_lat_deg: float,
    site_lon_deg: float,
    site_height_m: float,
    lat_deg: Floats,
    lon_deg: Floats,
    height_m: Floats,
) -> tuple[Floats, Floats, Floats]:
    """Return (slant range_m, true azimuth_rad in [0, 2 pi), elevation_rad) of points seen from a site; shapes (n,)."""
    rows = len(lat_deg)
    ranges, azimuths, elevations = np.empty(rows), np.empty(rows), np.empty(rows)
    lat0, lon0 = math.radians(site_lat_deg), math.radians(site_lon_deg)
    site = ecef(lat0, lon0, site_height_m)
    turn = _frame(lat0, lon0)
    for row in range(rows):
        x, y, z = ecef(math.radians(lat_deg[row]), math.radians(lon_deg[row]), height_m[row])
        dx, dy, dz = x - site[0], y - site[1], z - site[2]
        east = turn[0, 0] * dx + turn[1, 0] * dy
        north = turn[0, 1] * dx + turn[1, 1] * dy + turn[2, 1] * dz
        up = turn[0, 2] * dx + turn[1, 2] * dy + turn[2, 2] * dz
        ranges[row] = math.sqrt(dx * dx + dy * dy + dz * dz)
        azimuth = math.atan2(east, north)
        azimuths[row] = azimuth + 2.0 * math.pi if azimuth < 0.0 else azimuth
        elevations[row] = math.atan2(up, math.sqrt(east * east + north * north))
    return ranges, azimuths, elevations
