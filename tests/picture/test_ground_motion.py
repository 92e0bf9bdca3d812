"""Motion on the ground against matrix exponentials and noise integrals, and the road under a vehicle."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import expm

from tests.picture.test_filter import a_state, packed, unpacked
from truceline.picture.ground_motion import ON_ROAD, STEP_M, STOPPED, follow, move, roll, stand
from truceline.picture.predict import make_bank, make_ground_bank, predict, predict_mode
from truceline.picture.roads import make_roads, no_roads, road_near
from truceline.terms.faults import Refusal


def van_loan(flow: np.ndarray, noise: np.ndarray, dt: float) -> tuple[np.ndarray, np.ndarray]:
    """Transition and noise covariance of a linear process over dt (Van Loan 1978)."""
    size = len(flow)
    block = expm(np.block([[-flow, noise], [np.zeros_like(flow), flow.T]]) * dt)
    transition = block[size:, size:].T
    return transition, transition @ block[:size, size:]


def on_axes(heading: float, along: np.ndarray, across: np.ndarray) -> np.ndarray:
    """Two (2, 2) blocks of (place, velocity), along and across a heading, as one (4, 4) of (x, y, u, v)."""
    t, n = np.array([math.sin(heading), math.cos(heading)]), np.array([-math.cos(heading), math.sin(heading)])
    return np.kron(along, np.outer(t, t)) + np.kron(across, np.outer(n, n))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("dt", [0.3, 5.0, 15.0])
def test_standing_is_an_ornstein_uhlenbeck_process(seed: int, dt: float) -> None:
    mean, covariance = a_state(seed)
    mode = packed(mean, covariance)
    stand(mode, dt, 2.0, 0.1)
    one = np.array([[0.0, 1.0], [0.0, -0.5]])
    noise = np.diag([0.0, 2.0 * 0.01 / 2.0])
    step, grown = van_loan(np.kron(one, np.eye(2)), np.kron(noise, np.eye(2)), dt)
    got_mean, got = unpacked(mode)
    np.testing.assert_allclose(got_mean, step @ mean, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(got, step @ covariance @ step.T + grown, rtol=1e-8, atol=1e-8)


def test_a_stopped_vehicle_keeps_its_place() -> None:
    mode = packed(np.array([100.0, 200.0, 10.0, 0.0]), np.diag([25.0, 25.0, 1.0, 1.0]))
    stand(mode, 600.0, 2.0, 0.1)
    assert mode[0] == pytest.approx(120.0) and abs(mode[2]) < 1e-9
    assert math.sqrt(mode[4]) < 10.0 and math.sqrt(mode[11]) == pytest.approx(0.1, rel=1e-3)


@pytest.mark.parametrize("seed", range(3))
def test_rolling_is_the_air_without_turns(seed: int) -> None:
    mean, covariance = a_state(seed)
    covariance *= 0.01
    mean[2:] *= 10.0
    one, two = packed(mean, covariance), packed(mean, covariance)
    roll(one, 4.0, 1.0, 3.0)
    predict_mode(two, 4.0, np.array([0.0, 1.0, 3.0]))
    np.testing.assert_allclose(one, two, rtol=1e-9, atol=1e-7)


@pytest.mark.parametrize("heading", [0.3, 2.0, -2.5])
@pytest.mark.parametrize("dt", [1.0, 10.0])
def test_a_straight_road_is_two_linear_processes(heading: float, dt: float) -> None:
    t, n = np.array([math.sin(heading), math.cos(heading)]), np.array([-math.cos(heading), math.sin(heading)])
    roads = make_roads([[tuple(-5_000.0 * t), tuple(5_000.0 * t)]], width_m=5.0)
    _, covariance = a_state(4)
    covariance *= 0.01
    mean = np.concatenate([100.0 * t + 6.0 * n, 12.0 * t + 0.5 * n])
    mode = packed(mean, covariance)
    follow(mode, dt, np.array([6.0, 0.4, 9.0, ON_ROAD]), roads)
    straight, bound = np.array([[0.0, 1.0], [0.0, 0.0]]), np.array([[0.0, 1.0], [-1.0 / 36.0, -2.0 / 6.0]])
    # a critically damped oscillator of stationary variance w^2 is driven by white noise of 4 w^2 / T^3
    noise = on_axes(heading, np.diag([0.0, 0.4]), np.diag([0.0, 4.0 * 25.0 / 216.0]))
    step, grown = van_loan(on_axes(heading, straight, bound), noise, dt)
    got_mean, got = unpacked(mode)
    np.testing.assert_allclose(got_mean, step @ mean, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(got, step @ covariance @ step.T + grown, rtol=1e-6, atol=1e-6)


def circle(radius_m: float) -> list[tuple[float, float]]:
    turns = np.radians(np.arange(0.0, 361.0, 2.0))
    return [(float(radius_m * math.sin(a)), float(radius_m * math.cos(a))) for a in turns]


def test_velocity_and_ellipse_turn_with_the_road() -> None:
    roads = make_roads([circle(500.0)])
    covariance = np.diag([400.0, 25.0, 4.0, 0.1])
    mode = packed(np.array([0.0, 500.0, 15.0, 0.0]), covariance)
    quarter = 0.5 * math.pi * 500.0 / 15.0
    for _ in range(8):
        follow(mode, quarter / 8.0, np.array([6.0, 0.0, 9.0, ON_ROAD]), roads)
    assert math.hypot(mode[0] - 500.0, mode[1]) < STEP_M
    assert math.hypot(mode[2], mode[3]) == pytest.approx(15.0, abs=0.2)
    assert mode[6] > 10.0 * mode[4], "long along the road, which now runs north and south"


def test_off_roads_a_vehicle_rolls() -> None:
    roads = make_roads([[(0.0, 0.0), (1_000.0, 0.0)]])
    for place in ((500.0, 90.0), (500.0, 5_000.0)):
        mean, covariance = np.array([*place, 3.0, 10.0]), np.diag([25.0, 25.0, 1.0, 1.0])
        one, two = packed(mean, covariance), packed(mean, covariance)
        follow(one, 1.0, np.array([6.0, 0.4, 0.2, ON_ROAD]), roads)
        roll(two, 1.0, 0.4, 0.2)
        np.testing.assert_array_equal(one, two)


def test_at_a_crossing_the_road_of_the_course_is_taken() -> None:
    roads = make_roads([[(-500.0, 0.0), (500.0, 0.0)], [(0.0, -500.0), (0.0, 500.0)]])
    assert road_near(roads, 1.0, 2.0, 10.0, 0.5)[0] == 0
    assert road_near(roads, 2.0, 1.0, -0.5, -10.0)[0] == 1
    assert road_near(roads, 200.0, 3.0, 10.0, -9.0)[0] == 0
    assert road_near(roads, 200.0, 3.0, 0.0, 10.0)[0] == -1, "nobody drives across a road along it"
    _, east, north, off = road_near(roads, 200.0, 3.0, -8.0, 1.0)
    assert (east, north, off) == (-1.0, 0.0, -3.0), "the tangent follows the course; right of it is negative"


@given(st.integers(0, 2**32 - 1), st.floats(20.0, 400.0))
def test_the_raster_finds_the_nearest_segment(seed: int, cell_m: float) -> None:
    rng = np.random.default_rng(seed)
    ends = rng.uniform(-1_000.0, 1_000.0, (6, 4))
    roads = make_roads([[(a, b), (c, d)] for a, b, c, d in ends.tolist()], cell_m, reach_m=100.0)
    x, y = rng.uniform(-1_100.0, 1_100.0, 2)
    reach = []
    for a, b, c, d in ends:
        t = np.array([c - a, d - b])
        share = np.clip(((x - a) * t[0] + (y - b) * t[1]) / (t @ t), 0.0, 1.0)
        reach.append(math.hypot(x - a - share * t[0], y - b - share * t[1]))
    found, _, _, off = road_near(roads, x, y, 0.0, 0.0)
    if min(reach) <= 100.0:
        assert found == int(np.argmin(reach)) and abs(off) <= min(reach) + 1e-6


def test_roads_of_nothing_and_of_nonsense() -> None:
    assert not len(make_roads([]).items) and not len(make_roads([[(0.0, 0.0), (0.0, 0.0)]]).items)
    assert not len(make_roads([[(math.nan, 0.0), (1.0, 0.0)]]).items)
    assert road_near(no_roads(), 0.0, 0.0, 1.0, 0.0)[0] == -1
    with pytest.raises(Refusal):
        make_roads([[(0.0, 0.0), (1.0, 0.0)]], cell_m=0.0)
    with pytest.raises(Refusal):
        make_roads([[(0.0, 0.0), (1e7, 1e7)]], cell_m=10.0)


def test_equal_roads_are_equal_bytes() -> None:
    one, two = make_roads([circle(800.0)]), make_roads([circle(800.0)])
    for left, right in zip(one, two, strict=True):
        assert left.tobytes() == right.tobytes()


@pytest.mark.parametrize("roads", [None, make_roads([circle(800.0)])])
def test_the_ground_bank_is_a_process(roads: object) -> None:
    bank = make_ground_bank(roads)
    np.testing.assert_allclose(bank.shift.sum(axis=1), 1.0)
    assert (np.diag(bank.shift) == 0.0).all() and bank.prior.sum() == pytest.approx(1.0)
    assert (bank.model[:, 3] == STOPPED).sum() == 1 and (bank.model[:, 3] == ON_ROAD).any() == (
        roads is not None
    )


@given(st.integers(0, 2**32 - 1), st.floats(0.01, 120.0))
def test_covariances_stay_covariances(seed: int, dt: float) -> None:
    roads = make_roads([circle(800.0)])
    mean, covariance = a_state(seed)
    mean[:2] *= 0.08
    mean[2:] *= 0.1
    for bank in (make_ground_bank(roads), make_bank()):
        modes = np.array([packed(mean, covariance) for _ in bank.prior])
        weights = bank.prior.copy()
        predict(modes, weights, len(weights), dt, bank, np.empty((len(weights) + 3, 14)))
        assert weights.sum() == pytest.approx(1.0)
        for mode in modes:
            assert np.linalg.eigvalsh(unpacked(mode)[1]).min() > -1e-6
    for model in make_ground_bank(roads).model:
        mode = packed(mean, covariance)
        move(mode, dt, model, roads)
        assert np.isfinite(mode).all()
