"""The air space: exact truth, plots with the noise, losses and false plots that were asked for, nothing from the clock."""

import math

import msgspec
import numpy as np
import pytest

from truceline.exercise.airspace import (
    BIASES,
    START_NS,
    STYLES,
    THEATRE,
    Airspace,
    Sky,
    airspace,
    legs_at,
    moments_ns,
    stand,
    states,
    truth,
)
from truceline.terms.place import to_grid

TURN = 2.0 * math.pi


@pytest.fixture(scope="module")
def turning() -> Airspace:
    return airspace(Sky(300, 5, radars=2, rotating=True))


@pytest.fixture(scope="module")
def together() -> Airspace:
    return airspace(Sky(400, 6))


def apart(space: Airspace) -> tuple[np.ndarray, np.ndarray]:
    """Errors of range and azimuth of the true plots, against the truth at each plot's own time."""
    polar = space.polar
    real = polar.flight >= 0
    rows = legs_at(space.legs, polar.flight[real], polar.time_s[real])
    assert (rows >= 0).all()
    sites = np.array([stand(space.sky, sensor) for sensor in range(space.sky.radars)])[polar.sensor[real]]
    east, north = (states(space.legs, rows, polar.time_s[real])[:, :2] - sites).T
    around = (polar.azimuth_rad[real] - np.arctan2(east, north) + math.pi) % TURN - math.pi
    return polar.range_m[real] - np.hypot(east, north), around


def test_the_same_sky_gives_the_same_bytes_and_another_seed_other_ones() -> None:
    one, same, other = (airspace(Sky(20, seed, scans=5)) for seed in (1, 1, 2))
    assert one.observations["east_m"].tobytes() == same.observations["east_m"].tobytes()
    assert one.observations["east_m"].tobytes() != other.observations["east_m"].tobytes()


def test_everything_is_marked_exercise(turning: Airspace) -> None:
    assert turning.observations["simulated"].all()
    assert all(source.simulated for source in turning.sources)


@pytest.mark.parametrize("style", STYLES)
def test_flights_are_smooth_and_turn_no_harder_than_their_style(style: str) -> None:
    legs = airspace(Sky(200, 3, scans=30, style=style)).legs
    follows = legs.flight[1:] == legs.flight[:-1]
    assert np.allclose(legs.begin_s[1:][follows], legs.end_s[:-1][follows])
    rows = np.arange(len(legs.flight))
    ends = states(legs, rows[:-1][follows], legs.end_s[:-1][follows])
    begins = states(legs, rows[1:][follows], legs.begin_s[1:][follows])
    assert np.allclose(ends, begins, atol=1e-6)
    hardest = np.abs(legs.rate_radps * legs.speed_mps).max() / 9.81
    assert 0.9 * STYLES[style].turn_g < hardest <= STYLES[style].turn_g * (1.0 + 1e-9)
    assert legs.speed_mps.min() >= 80.0 and legs.speed_mps.max() <= 300.0


def test_a_turn_is_the_circle_that_small_steps_walk() -> None:
    legs = airspace(Sky(50, 3, scans=30, style="hard")).legs
    row = int(np.flatnonzero(legs.rate_radps != 0.0)[0])
    steps = np.linspace(legs.begin_s[row], legs.end_s[row], 20_001)
    walked = states(legs, np.full(len(steps), row), steps)
    length = steps[1] - steps[0]
    middle = (walked[1:, 2:] + walked[:-1, 2:]) / 2.0
    assert np.allclose(walked[0, :2] + length * middle.sum(axis=0), walked[-1, :2], atol=0.01)


def test_plots_have_the_declared_noise_and_loss(turning: Airspace, together: Airspace) -> None:
    for space in (turning, together):
        reach, around = apart(space)
        assert abs(reach.mean()) < 2.0 and reach.std() == pytest.approx(50.0, rel=0.03)
        assert math.degrees(around.std()) == pytest.approx(0.1, rel=0.03)
        due = sum(len(truth(space.legs, end_s)[0]) for end_s in space.ends_s)
        assert np.count_nonzero(space.polar.flight >= 0) / due == pytest.approx(0.9, abs=0.01)


def test_false_plots_lie_even_over_the_square_one_per_target_and_scan(together: Airspace) -> None:
    false = together.observations.take(together.polar.flight < 0)
    assert len(false) / (400 * 60) == pytest.approx(1.0, abs=0.03)
    counts = np.histogram2d(false["east_m"], false["north_m"], bins=4, range=[[-1e5, 1e5]] * 2)[0]
    assert counts.sum() == len(false)
    assert np.allclose(counts / counts.mean(), 1.0, atol=0.15)


def test_a_dense_quarter_has_five_times_the_false_plots() -> None:
    space = airspace(Sky(400, 6, scans=20, dense_quarter=5.0))
    false = space.observations.take(space.polar.flight < 0)
    inside = (false["east_m"] > 0.0) & (false["north_m"] > 0.0)
    assert np.count_nonzero(inside) / np.count_nonzero(~inside) == pytest.approx(5.0 / 3.0, rel=0.05)


def test_a_turning_radars_plots_have_the_time_of_the_beam(turning: Airspace) -> None:
    polar = turning.polar
    for sensor, (period, offset) in enumerate(((4.0, 0.0), (5.0, 1.7))):
        mine = polar.sensor == sensor
        phase = (polar.time_s[mine] - offset) % period / period * TURN
        off = np.abs((phase - polar.azimuth_rad[mine] + math.pi) % TURN - math.pi)
        # Two steps find the beam but for a flight near the site, or one that crosses north as the turn begins.
        assert np.quantile(off, 0.998) < math.radians(1.0)


def test_plots_taken_together_have_the_time_of_their_scans_end(together: Airspace) -> None:
    assert set(np.unique(together.polar.time_s)) == set(together.ends_s)


def test_located_plots_are_polar_plots_on_the_grid(turning: Airspace) -> None:
    table, polar = turning.observations, turning.polar
    assert (table["time_ns"] == moments_ns(polar.time_s)).all() and (np.diff(table["time_ns"]) >= 0).all()
    for sensor, source in enumerate(turning.sources):
        assert source.site is not None
        grid = to_grid(THEATRE, np.array([source.site.lat_deg]), np.array([source.site.lon_deg]))
        assert np.allclose(np.ravel(grid), stand(turning.sky, sensor), atol=0.01)
        mine = polar.sensor == sensor
        east, north = (
            table["east_m"][mine] - float(grid[0][0]),
            table["north_m"][mine] - float(grid[1][0]),
        )
        assert np.allclose(np.hypot(east, north), polar.range_m[mine], atol=1.0)
    volume = table["cov_ee_m2"] * table["cov_nn_m2"] - table["cov_en_m2"] ** 2
    assert np.allclose(np.sqrt(volume), 50.0 * polar.range_m * math.radians(0.1), rtol=1e-9)


def test_batches_hold_every_plot_once_and_none_of_later() -> None:
    space = airspace(Sky(30, 1, scans=10, radars=2, rotating=True))
    last, rows = START_NS, 0
    for moment, batch in space.batches():
        assert ((batch["time_ns"] > last) & (batch["time_ns"] <= moment)).all() or last == START_NS
        last, rows = moment, rows + len(batch)
    assert rows == len(space.observations)


def test_biases_are_added_and_never_declared() -> None:
    space = airspace(Sky(300, 2, radars=2, rotating=True, biased=True))
    reach, around = apart(space)
    sensor = space.polar.sensor[space.polar.flight >= 0]
    for number, (off_m, off_rad) in enumerate(BIASES):
        assert reach[sensor == number].mean() == pytest.approx(off_m, abs=3.0)
        assert around[sensor == number].mean() == pytest.approx(off_rad, abs=math.radians(0.005))
    honest = airspace(msgspec.structs.replace(space.sky, biased=False))
    assert honest.sources == space.sources


def test_what_is_declared_may_be_wrong_while_the_plots_stay() -> None:
    sky = Sky(50, 4, scans=10, detection=0.75)
    told = airspace(sky)
    lied = airspace(msgspec.structs.replace(sky, declared_detection=0.9, declared_noise=0.5))
    assert (told.polar.range_m == lied.polar.range_m).all()
    assert [source.detection.ceiling for source in (*told.sources, *lied.sources)] == [0.75, 0.9]
    assert lied.sources[0].accuracy.range_m == 25.0
    assert np.allclose(lied.observations["cov_ee_m2"], told.observations["cov_ee_m2"] / 4.0)


def test_twenty_thousand_targets_are_made() -> None:
    space = airspace(Sky(20_000, 1, scans=2, side_m=632_000.0, azimuth_sigma_rad=math.radians(0.03)))
    assert 60_000 < len(space.observations) < 80_000
