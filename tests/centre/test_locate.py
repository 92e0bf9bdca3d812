"""Places on the theatre grid: against the geodesic, with covariances that hold what was drawn from them."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest
from pyproj import Geod

from tests.centre.stamped import CONFIG, DAY, HOUR, PLANES, RADAR, fire, fires, record, turns
from truceline.centre.config import theatre_of
from truceline.centre.inputs import canonical_order, decode
from truceline.centre.locate import ASSUMED_RISE_M, CIRCLE_95, PRESSURE_SIGMA_M, REPLY_SIGMA_M, locate
from truceline.means.observations import KIND, OBSERVATIONS
from truceline.means.source import Source
from truceline.terms.columns import Columns
from truceline.terms.place import Theatre, to_geographic, to_grid

THEATRE = Theatre(39.8, 46.8)
GEOD = Geod(ellps="WGS84")


def polar(
    range_m: float, azimuth_deg: float, pressure_m: float = math.nan, height_m: float = math.nan
) -> Columns:
    return OBSERVATIONS.build(
        1,
        {
            "kind": [KIND["reply"]],
            "range_m": [range_m],
            "azimuth_rad": [math.radians(azimuth_deg)],
            "pressure_altitude_m": [pressure_m],
            "height_m": [height_m],
        },
    )


@pytest.mark.parametrize("azimuth_deg", [0.0, 37.0, 90.0, 200.0, 359.0])
@pytest.mark.parametrize("range_m", [5_000.0, 60_000.0, 180_000.0])
def test_a_plot_lies_where_the_geodesic_says(range_m: float, azimuth_deg: float) -> None:
    assert RADAR.site is not None
    found = locate(polar(range_m, azimuth_deg, height_m=RADAR.site.height_m), RADAR, THEATRE)
    lat, lon = to_geographic(THEATRE, found["east_m"], found["north_m"])
    azimuth, _, away = GEOD.inv(RADAR.site.lon_deg, RADAR.site.lat_deg, lon[0], lat[0])
    assert (azimuth - azimuth_deg + 180) % 360 - 180 == pytest.approx(0.0, abs=0.01)
    # the chord at height h is shorter than the arc at height 0 by h/R, and by the curvature (R theta)^3 / 24 R^2
    assert away == pytest.approx(range_m, rel=2e-4)


@pytest.mark.parametrize("sigma_deg", [0.1, 8.0])
def test_a_coarse_beam_is_where_its_target_may_be(sigma_deg: float) -> None:
    rng = np.random.default_rng(6)
    assert RADAR.site is not None
    count, sigma = 3_000, math.radians(sigma_deg)
    source = msgspec.structs.replace(
        RADAR, accuracy=msgspec.structs.replace(RADAR.accuracy, range_m=80.0, azimuth_rad=sigma, height_m=1.0)
    )
    level = {"kind": np.full(count, KIND["plot"]), "height_m": np.full(count, RADAR.site.height_m)}
    true = np.full(count, math.radians(130.0))
    place = locate(
        OBSERVATIONS.build(count, {**level, "range_m": np.full(count, 20_000.0), "azimuth_rad": true}),
        msgspec.structs.replace(source, accuracy=msgspec.structs.replace(source.accuracy, azimuth_rad=1e-4)),
        THEATRE,
    )
    noisy = {
        "range_m": 20_000.0 + rng.normal(0.0, 80.0, count),
        "azimuth_rad": true + rng.normal(0.0, sigma, count),
    }
    found = locate(OBSERVATIONS.build(count, {**level, **noisy}), source, THEATRE)
    x, y = found["east_m"] - place["east_m"], found["north_m"] - place["north_m"]
    ee, en, nn = found["cov_ee_m2"], found["cov_en_m2"], found["cov_nn_m2"]
    square = (x * x * nn - 2.0 * x * y * en + y * y * ee) / (ee * nn - en * en)
    assert square.mean() == pytest.approx(2.0, abs=0.2)


def test_the_covariance_holds_what_is_drawn_from_it() -> None:
    rng = np.random.default_rng(5)
    count = 4_000
    source = msgspec.structs.replace(
        RADAR, accuracy=msgspec.structs.replace(RADAR.accuracy, range_m=80.0, azimuth_rad=0.002)
    )
    base = polar(120_000.0, 130.0, height_m=9_000.0)
    mean = locate(base, source, THEATRE)
    drawn = OBSERVATIONS.build(
        count,
        {
            "kind": np.full(count, KIND["reply"]),
            "range_m": 120_000.0 + rng.normal(0, 80.0, count),
            "azimuth_rad": math.radians(130.0) + rng.normal(0, 0.002, count),
            "height_m": 9_000.0 + rng.normal(0, source.accuracy.height_m, count),
        },
    )
    placed = locate(drawn, source, THEATRE)
    off = np.stack([placed["east_m"] - mean["east_m"][0], placed["north_m"] - mean["north_m"][0]])
    wanted = np.array(
        [
            [mean["cov_ee_m2"][0], mean["cov_en_m2"][0]],
            [mean["cov_en_m2"][0], mean["cov_nn_m2"][0]],
        ]
    )
    inside = np.einsum("ij,ik,kj->j", off, np.linalg.inv(wanted), off) < 5.991
    assert inside.mean() == pytest.approx(0.95, abs=0.02)


@pytest.mark.parametrize("kind", ["plot", "reply"])
def test_a_plot_without_height_says_less(kind: str) -> None:
    level = locate(polar(30_000.0, 10.0, height_m=5_000.0), RADAR, THEATRE)
    pressure = locate(polar(30_000.0, 10.0, pressure_m=5_000.0), RADAR, THEATRE)
    bare = polar(30_000.0, 10.0)
    none = locate(bare.put(kind=np.full(1, KIND[kind], dtype=np.int8)), RADAR, THEATRE)
    spread = [math.sqrt(item["cov_nn_m2"][0]) for item in (level, pressure, none)]
    assert spread[0] < spread[1]
    assert min(ASSUMED_RISE_M, REPLY_SIGMA_M) > PRESSURE_SIGMA_M
    # whoever answers is taken for high, and the spread covers both; a bare plot is taken for low
    assert (none["north_m"][0] > level["north_m"][0]) == (kind == "plot")
    assert spread[2] > spread[1]


def test_a_target_nearer_than_it_is_high_stays_above_the_site() -> None:
    found = locate(polar(400.0, 90.0, height_m=9_000.0), RADAR, THEATRE)
    assert np.isfinite(found["east_m"][0])


def test_a_broadcast_position_bears_its_own_accuracy() -> None:
    rows = OBSERVATIONS.build(
        4,
        {
            "kind": [KIND["position"], KIND["position"], KIND["fire"], KIND["track"]],
            "lat_deg": [39.9, 39.9, 39.9, 39.9],
            "lon_deg": [46.9, 46.9, 46.9, 46.9],
            "quality": [185.2, math.nan, 0.7, 0.0],
        },
    )
    found = locate(rows, PLANES, THEATRE)
    assert np.sqrt(found["cov_ee_m2"]) == pytest.approx([185.2 / CIRCLE_95, 100.0, 100.0, 100.0])
    east, north = to_grid(THEATRE, np.array([39.9]), np.array([46.9]))
    assert (found["east_m"][0], found["north_m"][0]) == (east[0], north[0])


def test_nothing_known_stays_nothing() -> None:
    rows = OBSERVATIONS.build(2, {"kind": [KIND["plot"], KIND["identity"]], "range_m": [math.nan, 5.0]})
    found = locate(rows, Source("X", "asterix"), THEATRE)
    assert np.isnan(found["east_m"]).all()
    assert len(locate(OBSERVATIONS.empty(), RADAR, THEATRE)) == 0


def test_places_far_from_the_theatre_are_left_out_and_told_once_a_record() -> None:
    config = msgspec.structs.replace(
        CONFIG, theatre=msgspec.structs.replace(CONFIG.theatre, lat_deg=-31.3, lon_deg=-64.2)
    )
    radar = [record("R1", time_ns, body) for time_ns, body in turns(DAY + HOUR, 3)]
    held = canonical_order([*radar, record("F1", DAY + 20 * HOUR, fires(fire()))])
    found = decode(held, config, DAY, DAY + 24 * HOUR)
    assert len(found.observations) == 4
    assert np.isnan(found.observations["east_m"]).all()
    assert len(found.faults) == 3
    assert all("2000 km" in fault.reason and fault.source == "R1" for fault in found.faults)
    near = decode(held, CONFIG, DAY, DAY + 24 * HOUR)
    assert near.faults == ()
    assert np.isfinite(near.observations["east_m"]).all()
    assert theatre_of(config).lat_deg == -31.3
