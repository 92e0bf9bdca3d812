"""The theatre grid and exact slant-range geometry, against PROJ's own geocentric and geodesic code."""

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod, Transformer

from truceline.terms.geodesy import ecef, geodetic, geodetic_to_polar, polar_to_geodetic
from truceline.terms.place import (
    CellGrid,
    Site,
    Theatre,
    grid_to_polar,
    polar_to_grid,
    to_geographic,
    to_grid,
)

THEATRE = Theatre(39.8, 46.8)
TO_ECEF = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)

lats = st.floats(38.0, 42.0)
lons = st.floats(44.0, 49.5)
heights = st.floats(-100.0, 20_000.0)


@given(lats, lons, heights)
def test_ecef_equals_proj(lat: float, lon: float, height: float) -> None:
    """Our own closed form agrees with PROJ to a micrometre, and back."""
    ours = ecef(math.radians(lat), math.radians(lon), height)
    theirs = TO_ECEF.transform(lon, lat, height)
    assert np.allclose(ours, theirs, rtol=0, atol=1e-6)
    back = geodetic(*ours)
    assert abs(math.degrees(back[0]) - lat) < 1e-11
    assert abs(math.degrees(back[1]) - lon) < 1e-11
    assert abs(back[2] - height) < 1e-6


@settings(max_examples=60)
@given(
    lats,
    lons,
    st.floats(0.0, 3_000.0),
    st.floats(1_000.0, 200_000.0),
    st.floats(0.0, 6.28),
    st.floats(3_000.0, 14_000.0),
)
def test_polar_round_trip(
    lat: float, lon: float, mast: float, range_m: float, azimuth: float, height: float
) -> None:
    """A target placed by range, azimuth and height is seen again at just that range and azimuth."""
    if range_m <= abs(height - mast) * 1.05:
        return
    found = polar_to_geodetic(lat, lon, mast, np.array([range_m]), np.array([azimuth]), np.array([height]))
    again = geodetic_to_polar(lat, lon, mast, found[0], found[1], np.array([height]))
    assert abs(again[0][0] - range_m) < 1e-3
    assert abs(math.remainder(again[1][0] - azimuth, 2 * math.pi)) * range_m < 1e-3
    assert abs(again[2][0] - found[2][0]) < 1e-6


def test_low_target_lies_where_the_geodesic_says() -> None:
    """For a target on the ellipsoid, seen from the ellipsoid, slant range and azimuth agree with PROJ's geodesic."""
    site = Site(40.0, 46.5, 0.0)
    lat, lon, _ = polar_to_geodetic(
        site.lat_deg, site.lon_deg, 0.0, np.array([60_000.0]), np.array([1.0]), np.array([0.0])
    )
    azimuth, _, distance = Geod(ellps="WGS84").inv(site.lon_deg, site.lat_deg, lon[0], lat[0])
    # the chord of an arc s on a sphere of 6,371 km is shorter by s^3 / 24 R^2
    assert abs(distance - 60_000.0 - 60_000.0**3 / 24 / 6_371_000.0**2) < 0.5
    # a normal section and the geodesic part by far less than a milliradian at 60 km
    assert abs(math.radians(azimuth) - 1.0) < 1e-5


@given(lats, lons)
def test_grid_round_trip(lat: float, lon: float) -> None:
    """To the grid and back is the same place; the origin is the origin."""
    east, north = to_grid(THEATRE, np.array([lat]), np.array([lon]))
    back = to_geographic(THEATRE, east, north)
    assert abs(back[0][0] - lat) < 1e-9 and abs(back[1][0] - lon) < 1e-9
    origin = to_grid(THEATRE, np.array([39.8]), np.array([46.8]))
    assert abs(origin[0][0]) < 1e-6 and abs(origin[1][0]) < 1e-6


def test_nonsense_stays_nan() -> None:
    """NaN and coordinates off the earth do not become places."""
    east, north = to_grid(
        THEATRE, np.array([math.nan, 91.0, 39.0, 39.0]), np.array([46.0, 46.0, 181.0, math.inf])
    )
    assert np.isnan(east).all() and np.isnan(north).all()
    lat, _ = to_geographic(THEATRE, np.array([math.nan]), np.array([0.0]))
    assert np.isnan(lat).all()


def test_polar_to_grid_is_the_inverse_of_grid_to_polar() -> None:
    """Both directions through the grid agree to a millimetre."""
    site = Site(40.36, 47.22, 420.0)
    east, north, height = (
        np.array([-15_000.0, 8_000.0]),
        np.array([20_000.0, -42_000.0]),
        np.array([1_500.0, 9_000.0]),
    )
    range_m, azimuth, _ = grid_to_polar(THEATRE, site, east, north, height)
    back = polar_to_grid(THEATRE, site, range_m, azimuth, height)
    assert np.allclose(back, (east, north), atol=1e-3)


def test_cells() -> None:
    """A centre falls in its own cell; outside is -1."""
    grid = CellGrid(-100.0, -50.0, 10.0, 4, 6)
    east, north = grid.centres()
    assert grid.cell_of(east, north).tolist() == list(range(24))
    assert grid.cell_of(np.array([-100.1, -39.0]), np.array([-45.0, -10.0])).tolist() == [-1, -1]
