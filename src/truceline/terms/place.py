"""Place: WGS84 <-> the theatre grid (metres east and north), sites, and cell grids.

The theatre grid is a transverse Mercator projection of WGS84 centred on the theatre, scale 1 at its centre:
``+proj=tmerc +lat_0 +lon_0 +k=1 +ellps=WGS84`` (PROJ). Its scale error is x^2 / 2R^2: 0.3 per mille at 150 km.
Heights are metres above the ellipsoid.
"""

from __future__ import annotations

import math
from functools import lru_cache

import msgspec
import numpy as np
import numpy.typing as npt
from pyproj import Transformer

from truceline.terms.geodesy import geodetic_to_polar, polar_to_geodetic

Floats = npt.NDArray[np.float64]


class Theatre(msgspec.Struct, frozen=True):
    """The origin of the theatre grid: degrees WGS84."""

    lat_deg: float
    lon_deg: float


class Site(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a sensor stands: degrees WGS84, height of the antenna or eye in metres above the ellipsoid."""

    lat_deg: float
    lon_deg: float
    height_m: float = 0.0


class CellGrid(msgspec.Struct, frozen=True):
    """A raster of square cells on the theatre grid; cell (row 0, column 0) has its south-west corner at the origin."""

    east_m: float
    north_m: float
    cell_m: float
    rows: int
    columns: int

    def centres(self) -> tuple[Floats, Floats]:
        """Return (east_m, north_m) of all cell centres, row by row, shape (rows * columns,)."""
        east = self.east_m + (np.arange(self.columns) + 0.5) * self.cell_m
        north = self.north_m + (np.arange(self.rows) + 0.5) * self.cell_m
        return np.tile(east, self.rows), np.repeat(north, self.columns)

    def cell_of(self, east_m: Floats, north_m: Floats) -> npt.NDArray[np.int64]:
        """Return the flat cell number of points, -1 outside the raster; shape as given."""
        column = np.floor((np.asarray(east_m) - self.east_m) / self.cell_m).astype(np.int64)
        row = np.floor((np.asarray(north_m) - self.north_m) / self.cell_m).astype(np.int64)
        inside = (row >= 0) & (row < self.rows) & (column >= 0) & (column < self.columns)
        return np.where(inside, row * self.columns + column, -1)


def to_grid(theatre: Theatre, lat_deg: Floats, lon_deg: Floats) -> tuple[Floats, Floats]:
    """Return (east_m, north_m) on the theatre grid; NaN where the input is NaN or out of range. Shapes (n,)."""
    forward, _ = _transformers(theatre.lat_deg, theatre.lon_deg)
    lat, lon = np.asarray(lat_deg, float), np.asarray(lon_deg, float)
    good = (np.abs(lat) <= 90.0) & (np.abs(lon) <= 180.0)
    east, north = forward.transform(
        np.where(good, lon, theatre.lon_deg), np.where(good, lat, theatre.lat_deg)
    )
    return np.where(good, east, np.nan), np.where(good, north, np.nan)


def to_geographic(theatre: Theatre, east_m: Floats, north_m: Floats) -> tuple[Floats, Floats]:
    """Return (lat_deg, lon_deg) of grid points; NaN stays NaN. Shapes (n,)."""
    _, back = _transformers(theatre.lat_deg, theatre.lon_deg)
    east, north = np.asarray(east_m, float), np.asarray(north_m, float)
    good = np.isfinite(east) & np.isfinite(north)
    lon, lat = back.transform(np.where(good, east, 0.0), np.where(good, north, 0.0))
    return np.where(good, lat, np.nan), np.where(good, lon, np.nan)


def polar_to_grid(
    theatre: Theatre, site: Site, range_m: Floats, azimuth_rad: Floats, height_m: Floats
) -> tuple[Floats, Floats]:
    """Return (east_m, north_m) of radar targets at slant range, true azimuth and ellipsoidal height. Shapes (n,)."""
    lat, lon, _ = polar_to_geodetic(
        site.lat_deg, site.lon_deg, site.height_m, _floats(range_m), _floats(azimuth_rad), _floats(height_m)
    )
    return to_grid(theatre, lat, lon)


def grid_to_polar(
    theatre: Theatre, site: Site, east_m: Floats, north_m: Floats, height_m: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return (slant range_m, true azimuth_rad, elevation_rad) of grid points seen from a site. Shapes (n,)."""
    lat, lon = to_geographic(theatre, east_m, north_m)
    return geodetic_to_polar(site.lat_deg, site.lon_deg, site.height_m, lat, lon, _floats(height_m))


def convergence_rad(theatre: Theatre, site: Site) -> float:
    """Return the grid convergence at a site: grid azimuth = true azimuth - convergence (first order of the tmerc)."""
    return math.radians(site.lon_deg - theatre.lon_deg) * math.sin(math.radians(site.lat_deg))


def _floats(values: Floats) -> Floats:
    return np.ascontiguousarray(values, dtype=np.float64)


@lru_cache(maxsize=16)
def _transformers(lat_deg: float, lon_deg: float) -> tuple[Transformer, Transformer]:
    grid = f"+proj=tmerc +lat_0={lat_deg!r} +lon_0={lon_deg!r} +k=1 +x_0=0 +y_0=0 +ellps=WGS84 +units=m"
    geographic = "+proj=longlat +ellps=WGS84"
    return (
        Transformer.from_crs(geographic, grid, always_xy=True),
        Transformer.from_crs(grid, geographic, always_xy=True),
    )
