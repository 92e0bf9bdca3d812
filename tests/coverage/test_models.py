"""The detection models against published tables, closed forms of scipy and the defining integrals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import integrate, stats

from tests.coverage.scene import GRID, WEST, folded, minutes, ring
from truceline.coverage.acoustic import absorption_db_per_m, heard_look, noise_with_wind
from truceline.coverage.camera import camera_look, cone_ring, found_share, sampled_look
from truceline.coverage.detection import EARTH_M, reference_snr, swerling3
from truceline.coverage.exposure import area_mean
from truceline.coverage.gmti import fast_enough
from truceline.coverage.looks import look_chances
from truceline.coverage.patrol import lateral_chance, way_distance
from truceline.coverage.rain import rain_db_per_km
from truceline.coverage.receiver import heard_chance, message_chance
from truceline.coverage.seismic import felt_look, ground_speed_nmps, least_charge_kg
from truceline.coverage.view import CAUSES
from truceline.means.source import Detection, Shares, Source
from truceline.means.watch import Area, Route, Sector, Swath, Watch
from truceline.terms.classes import BY_NAME, NAMES

VEHICLE, UAV, SHOT = NAMES.index("vehicle"), NAMES.index("uav"), NAMES.index("shot")
END = minutes(120)


@pytest.mark.parametrize("pfa", [1e-4, 1e-6, 1e-8])
@pytest.mark.parametrize("snr", [1.0, 10.0, 60.0, 200.0])
def test_swerling_3_is_the_steady_target_over_a_chi_square_of_four_degrees(snr: float, pfa: float) -> None:
    def steady(power: float) -> float:
        marcum = float(stats.ncx2.sf(-2 * math.log(pfa), 2, 2 * power))
        return marcum * float(stats.gamma.pdf(power, 2, scale=snr / 2))

    expected, _ = integrate.quad(steady, 1e-9, 40 * snr, limit=400)
    assert swerling3(snr, pfa) == pytest.approx(expected, abs=1e-5)


def test_the_reference_of_case_3_is_half() -> None:
    assert swerling3(reference_snr(1e-6, 3), 1e-6) == pytest.approx(0.5, abs=1e-9)
    # case 3 fades less, so that high probabilities come nearer
    assert swerling3(100.0, 1e-6) > 0.9


# ITU-R P.838-3, table 5, horizontal polarisation: k and alpha at a frequency in GHz.
@pytest.mark.parametrize(
    ("ghz", "k", "alpha"),
    [(1.0, 0.0000259, 0.9691), (3.0, 0.0001390, 1.2322), (10.0, 0.01217, 1.2571), (35.0, 0.3374, 0.9047)],
)
def test_golden_rain_is_that_of_the_recommendation(ghz: float, k: float, alpha: float) -> None:
    assert rain_db_per_km(1.0, ghz) == pytest.approx(k, rel=2e-3)
    assert rain_db_per_km(25.0, ghz) == pytest.approx(k * 25.0**alpha, rel=5e-3)
    assert rain_db_per_km(0.0, ghz) == rain_db_per_km(math.nan, ghz) == 0.0


# ISO 9613-2, table 2: absorption in dB per km at 10 C and 70 %, octave bands.
@pytest.mark.parametrize(
    ("hz", "db"), [(63, 0.1), (125, 0.4), (250, 1.0), (500, 1.9), (1000, 3.7), (2000, 9.7), (4000, 32.8)]
)
def test_golden_the_air_absorbs_as_the_standard_says(hz: float, db: float) -> None:
    assert 1000.0 * absorption_db_per_m(hz) == pytest.approx(db, abs=0.06 + 0.01 * db)


def test_johnson_finds_half_at_its_criterion() -> None:
    assert found_share(0.75) == pytest.approx(0.5)
    # TTPF of NVESD: twice the cycles 0.95 (E = 4.1), half of them 0.11 (E = 3.05)
    assert found_share(1.5) == pytest.approx(2**4.1 / (1 + 2**4.1))
    assert found_share(0.375) == pytest.approx(0.5**3.05 / (1 + 0.5**3.05))
    assert found_share(0.0) == 0.0 and found_share(1e9) == 1.0


def test_a_camera_sees_less_through_mist_and_nothing_beyond_it() -> None:
    clear = camera_look(5000.0, 2.3, 1e-4, 30_000.0)
    assert clear > camera_look(5000.0, 2.3, 1e-4, 8_000.0) > 0.0
    assert camera_look(5000.0, 2.3, 1e-4, 5_000.0) == 0.0
    assert sampled_look(0.3, 2.3) > 0.99 and sampled_look(10.0, 2.3) < 0.01


def test_a_cone_meets_the_ground_where_geometry_says() -> None:
    east, north = cone_ring((0.0, 0.0, 3000.0), 0.0, math.radians(-45), math.radians(5), 50_000.0)
    assert north.max() == pytest.approx(3000.0 / math.tan(math.radians(40)), rel=1e-3)
    assert north.min() == pytest.approx(3000.0 / math.tan(math.radians(50)), rel=1e-3)
    assert east.max() == pytest.approx(-east.min(), rel=1e-9)
    # over a plain as a raster, within half a cell; a wall stops the ray
    plain = np.zeros((400, 400), np.float32)
    corner = (-10_000.0, -10_000.0, 50.0)
    flat = cone_ring((0.0, 0.0, 3000.0), 0.0, math.radians(-45), math.radians(5), 50_000.0, plain, corner)
    assert np.max(np.abs(flat[1] - north)) <= 30.0
    plain[260:] = 2000.0
    wall = cone_ring((0.0, 0.0, 3000.0), 0.0, math.radians(-30), math.radians(5), 50_000.0, plain, corner)
    assert wall[1].max() <= 3050.0


def test_a_level_ray_over_a_round_earth_ends_at_its_range() -> None:
    _, north = cone_ring((0.0, 0.0, 100.0), 0.0, 0.0, math.radians(1), 20_000.0)
    assert north.max() == pytest.approx(20_000.0, rel=1e-3)
    slope, bend = math.tan(math.radians(1)), 1 / (2 * 7 / 6 * EARTH_M)
    met = float(north.min())
    assert 100.0 - met * slope == pytest.approx(-bend * met * met, abs=0.01)


@pytest.mark.parametrize(("speed", "least", "share"), [(10.0, 0.0, 1.0), (10.0, 5.0, 2 / 3), (5.0, 5.0, 0.0)])
def test_only_the_radial_part_of_a_speed_is_seen(speed: float, least: float, share: float) -> None:
    assert fast_enough(speed, least) == pytest.approx(share)
    heading = np.random.default_rng(1).uniform(0, 2 * math.pi, 100_000)
    assert np.mean(np.abs(speed * np.cos(heading)) > least) == pytest.approx(share, abs=0.01)


def test_inverse_cube_law_has_its_sweep_width() -> None:
    total, _ = integrate.quad(
        lambda x: lateral_chance(abs(x), 500.0, 1e9, 1e9), -4e5, 4e5, limit=500, points=[0]
    )
    assert total == pytest.approx(1000.0, rel=0.01)
    assert lateral_chance(700.0, 500.0, 600.0, 1e4) == 0.0 == lateral_chance(700.0, 500.0, 1e4, 600.0)
    east, north = np.array([0.0, 100.0]), np.array([0.0, 0.0])
    assert way_distance(50.0, 30.0, east, north) == 30.0 and way_distance(140.0, 30.0, east, north) == 50.0


def test_sound_dies_with_range_noise_and_wind() -> None:
    shot = (150.0, 250.0)
    assert heard_look(1000.0, *shot, 40.0, 0.0, 6.0) > 0.99
    near, far = heard_look(8000.0, *shot, 40.0, 0.0, 6.0), heard_look(16_000.0, *shot, 40.0, 0.0, 6.0)
    windy = heard_look(8000.0, *shot, 40.0, 12.0, 6.0)
    assert near > far and near > windy
    assert noise_with_wind(40.0, 1.0) == 40.0
    assert noise_with_wind(0.0, 20.0) == pytest.approx(70.0, abs=0.01)


def test_half_of_the_messages_are_heard_at_the_reference_range() -> None:
    assert message_chance(1e5, 1e5) == pytest.approx(0.5)
    # 6 dB, one sigma: twice as far
    assert message_chance(2e5, 1e5) == pytest.approx(float(stats.norm.cdf(-20 * math.log10(2) / 6)))
    assert heard_chance(1e5, 1e5, 1.0) == pytest.approx(0.75)


def test_a_charge_felt_with_ninety_per_cent_is_the_least_one() -> None:
    for range_m in (2e3, 2e4):
        charge = least_charge_kg(range_m, 40.0, 6.0)
        assert felt_look(range_m, charge, 40.0, 6.0) == pytest.approx(0.9, abs=1e-3)
    # the square root of the charge goes with the range
    assert ground_speed_nmps(2000.0, 4.0) == pytest.approx(ground_speed_nmps(1000.0, 1.0))


def of_model(model: str, **values: float) -> Source:
    reach = Detection(model=model, range_m=40_000.0, **values)  # type: ignore[arg-type]
    return Source("S", "stations", site=WEST, shares=Shares(owner="s"), detection=reach)


def scanned(source: Source, **conditions: float) -> Watch:
    sector = Sector(WEST, 40_000.0)
    return Watch("S", minutes(0), END, sector, mode="scan", conditions=tuple(sorted(conditions.items())))


def test_every_model_is_reached_by_a_declared_source() -> None:
    seen = {
        "camera": ({"pixel_rad": 2e-5}, "uav"),
        "acoustic": ({}, "shot"),
        "seismic": ({"noise_db": 20.0}, "shot"),
        "radar": ({}, "uav"),
    }
    for model, (values, name) in seen.items():
        source = of_model(model, **values)
        coverage = folded([scanned(source)], (source,))
        assert coverage.probability[NAMES.index(name)].max() > 0.3, model
    receiver = of_model("receiver")
    assert not folded([scanned(receiver)], (receiver,)).probability.any()


def test_rain_and_mist_lower_what_is_seen() -> None:
    radar = of_model("radar", frequency_ghz=10.0)
    dry, wet = folded([scanned(radar)], (radar,)), folded([scanned(radar, rain_mmh=50.0)], (radar,))
    assert wet.probability[UAV].sum() < dry.probability[UAV].sum()
    camera = of_model("camera", pixel_rad=2e-5)
    misty = folded([scanned(camera, visibility_m=3000.0)], (camera,))
    assert misty.probability[UAV].sum() < folded([scanned(camera)], (camera,)).probability[UAV].sum()
    assert CAUSES.index("weather") in misty.cause[0, UAV]


def test_a_stopped_vehicle_is_not_covered_by_a_radar_for_moving_ones() -> None:
    source = of_model("gmti", least_rate_mps=2.0)
    coverage = folded([scanned(source)], (source,))
    everywhere = np.ones(GRID.rows * GRID.columns, bool)
    assert not coverage.probability[VEHICLE].any()
    assert area_mean(coverage, "vehicle", everywhere, minutes(0), END, "stay") == 0.0
    assert area_mean(coverage, "vehicle", everywhere, minutes(0), END, "cross") > 0.05


def test_a_pass_without_stated_chances_goes_by_its_sample_distance() -> None:
    source = Source("SAT", "passes", detection=Detection(model="satellite", gsd_m=0.5))
    watch = Watch("SAT", minutes(10), minutes(12), Swath(ring(-9e4, -9e4, 9e4, 9e4), 0.9), mode="pass")
    found = folded([watch], (source,)).probability[VEHICLE]
    ideal = min(0.95, found_share(2.3 / 1.0)) * 0.9
    assert found.max() == pytest.approx(ideal * 500 / 600, rel=1e-3)  # 500 s in a cell
    blind = Source("SAT", "passes")
    assert not folded([watch], (blind,)).probability.any()


def test_a_pass_under_an_unknown_sky_goes_by_the_weather_report() -> None:
    source = Source("SAT", "passes", detection=Detection(model="satellite", gsd_m=0.5))
    place = Swath(ring(-9e4, -9e4, 9e4, 9e4), math.nan)
    unknown = Watch("SAT", minutes(10), minutes(12), place, mode="pass")
    told = Watch("SAT", minutes(10), minutes(12), place, mode="pass", conditions=(("cloud", 0.3),))
    assert not folded([unknown], (source,)).probability.any()
    assert folded([told], (source,)).probability[VEHICLE].any()


def test_a_patrol_sees_beside_its_way() -> None:
    source = Source("P", "stations", detection=Detection(model="patrol"))
    points = ring(-20_000.0, 0.0, 20_000.0, 0.0)[:2]
    watch = Watch("P", minutes(0), minutes(60), Route(points, 3000.0), mode="patrol")
    coverage = folded([watch], (source,))
    seen = coverage.probability[VEHICLE, 0] > 0
    _, north = GRID.centres()
    assert seen.any() and np.all(np.abs(north[seen]) < 3000.0 + GRID.cell_m)
    assert not coverage.probability[UAV].any()


@pytest.mark.parametrize(
    ("health", "cause"), [("jammed", "jamming"), ("blind", "impeded"), ("clock", "impeded")]
)
def test_an_impeded_sensor_covers_nothing_and_says_why(health: str, cause: str) -> None:
    source = of_model("radar")
    whole = scanned(source)
    watch = Watch("S", whole.start_ns, whole.end_ns, whole.footprint, health, "scan")
    coverage = folded([watch], (source,))
    assert not coverage.probability.any()
    assert CAUSES.index(cause) in coverage.cause[0, UAV]


def test_a_jammed_bearing_is_named_beside_the_rest() -> None:
    source = of_model("radar")
    clear = Watch("S", minutes(0), END, Sector(WEST, 4e4, math.pi / 2, 2 * math.pi), mode="scan")
    jam = Watch("S", minutes(0), END, Sector(WEST, 4e4, 0.0, math.pi / 2), "jammed", "scan")
    for watches in ([clear, jam], [jam, clear]):
        coverage = folded(watches, (source,))
        held = {CAUSES[code] for code in np.unique(coverage.cause[0, UAV])}
        assert {"watched", "jamming"} <= held
        assert not np.any(
            (coverage.cause[0, UAV] == CAUSES.index("jamming")) & (coverage.probability[UAV] > 0)
        )


def test_trust_scales_every_look() -> None:
    source = of_model("radar")
    slant = np.array([[10_000.0, 30_000.0]])
    whole = look_chances(source, [BY_NAME["uav"]], slant)
    assert np.allclose(look_chances(source, [BY_NAME["uav"]], slant, (), 0.6), 0.6 * whole)
    doubted = Watch("S", minutes(0), END, Sector(WEST, 4e4), mode="scan", trust=0.5)
    assert (
        folded([doubted], (source,)).probability[UAV].max()
        < folded([scanned(source)], (source,)).probability[UAV].max()
    )


def test_the_frame_of_an_aircraft_counts_by_its_samples() -> None:
    source = Source("U", "stations", detection=Detection(model="camera"))
    area = Area(ring(-10_000.0, -10_000.0, 10_000.0, 10_000.0))
    sharp = Watch("U", minutes(0), minutes(10), area, mode="frame", conditions=(("gsd_m", 0.3),))
    assert folded([sharp], (source,)).probability[VEHICLE, 0].max() > 0.9
