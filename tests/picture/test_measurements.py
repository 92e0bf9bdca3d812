"""Every measurement model against chance: simulated truth, many draws, and what the filter says of its own error."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

from tests.picture.test_filter import a_plot, packed, unpacked
from truceline.picture import slots as at
from truceline.picture.arithmetic import angle
from truceline.picture.update import RATE_SPAN_MPS, likelihood, update_mode, update_rate
from truceline.terms.polar import converted

DRAWS = 4000


def band(degrees: int, draws: int = DRAWS, width: float = 4.0) -> tuple[float, float]:
    """Where the mean of ``draws`` squared errors of a consistent filter lies, ``width`` sigmas either side."""
    spread = width * math.sqrt(2.0 * degrees / draws)
    return degrees - spread, degrees + spread


def prior(rng: np.random.Generator, mean: np.ndarray, root: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A truth drawn round the mean, and the mode that says so."""
    return mean + root @ rng.normal(0.0, 1.0, 4), packed(mean, root @ root.T)


def nees(mode: np.ndarray, truth: np.ndarray) -> float:
    mean, covariance = unpacked(mode)
    return float((truth - mean) @ np.linalg.solve(covariance, truth - mean))


@given(st.floats(-3.14159, 3.14159), st.floats(1e-3, 1e6))
def test_angle_is_near_the_library(turn: float, length: float) -> None:
    assert angle(length * math.sin(turn), length * math.cos(turn)) == pytest.approx(turn, abs=1e-13)


def test_angle_has_ends() -> None:
    assert (
        angle(0.0, 0.0) == 0.0
        and angle(0.0, -2.0) == pytest.approx(math.pi)
        and angle(-1.0, 0.0) == pytest.approx(-math.pi / 2)
    )


@pytest.mark.parametrize("sigma_deg", [0.1, 1.0, 5.0, 15.0])
def test_converted_polar_is_consistent_and_unbiased(sigma_deg: float) -> None:
    rng = np.random.default_rng(3)
    reach, sigma_r, sigma = 20_000.0, 50.0, math.radians(sigma_deg)
    azimuth = rng.uniform(-math.pi, math.pi, DRAWS)
    ranges = reach + rng.normal(0.0, sigma_r, DRAWS)
    measured = azimuth + rng.normal(0.0, sigma, DRAWS)
    east, north, ee, en, nn = converted(ranges, measured, sigma_r, sigma)
    off = np.column_stack([east - reach * np.sin(azimuth), north - reach * np.cos(azimuth)])
    covariance = np.stack([np.stack([ee, en], -1), np.stack([en, nn], -1)], -2)
    squares = np.einsum("ni,ni->n", off, np.linalg.solve(covariance, off[:, :, None])[:, :, 0])
    low, high = band(2, width=5.0)
    assert low < squares.mean() < high
    # the error along the measured line of sight has no mean
    ahead = off[:, 0] * np.sin(measured) + off[:, 1] * np.cos(measured)
    assert abs(ahead.mean()) < 4.0 * ahead.std() / math.sqrt(DRAWS)
    if sigma_deg >= 5.0:
        plain = (ranges * np.cos(measured - azimuth)).mean() - reach
        assert abs(plain) > 4.0 * ahead.std() / math.sqrt(DRAWS), (
            "at this sigma the plain conversion is biased"
        )


def test_converted_polar_is_the_plain_one_for_a_sharp_beam() -> None:
    ranges, azimuth = np.array([10_000.0, 90_000.0]), np.array([0.3, -2.0])
    east, north, ee, _, nn = converted(ranges, azimuth, 50.0, 0.001)
    np.testing.assert_allclose(east, ranges * np.sin(azimuth), rtol=1e-6)
    np.testing.assert_allclose(north, ranges * np.cos(azimuth), rtol=1e-6)
    np.testing.assert_allclose(ee + nn, 50.0**2 + (0.001 * ranges) ** 2, rtol=1e-3)


def rated(truth: np.ndarray, rng: np.random.Generator, level: float) -> np.ndarray:
    """A plot of place and range rate from a radar at the origin, 20 m and 0.003 rad, 0.5 m/s."""
    reach = math.hypot(truth[0], truth[1])
    azimuth = math.atan2(truth[0], truth[1])
    rate = level * (truth[0] * truth[2] + truth[1] * truth[3]) / reach + rng.normal(0.0, 0.5)
    reach, azimuth = reach + rng.normal(0.0, 20.0), azimuth + rng.normal(0.0, 0.003)
    sine, cosine, across = math.sin(azimuth), math.cos(azimuth), (0.003 * reach) ** 2
    noise = np.array(
        [
            [400.0 * sine**2 + across * cosine**2, (400.0 - across) * sine * cosine],
            [(400.0 - across) * sine * cosine, 400.0 * cosine**2 + across * sine**2],
        ]
    )
    plot = a_plot(reach * sine, reach * cosine, noise)
    plot[at.P_RATE], plot[at.P_RATE_VAR] = rate, 0.25
    plot[at.P_LOOK_EAST], plot[at.P_LOOK_NORTH], plot[at.P_LOOK_M] = level * sine, level * cosine, reach
    return plot


@pytest.mark.parametrize(("reach", "level"), [(15_000.0, 1.0), (2_000.0, 1.0), (15_000.0, 0.8)])
def test_range_rate_is_consistent(reach: float, level: float) -> None:
    rng = np.random.default_rng(5)
    mean = np.array([0.6 * reach, 0.8 * reach, 9.0, -12.0])
    root = np.array([[60.0, 0, 0, 0], [20.0, 80.0, 0, 0], [1.0, 2.0, 6.0, 0], [-2.0, 0.5, 1.0, 8.0]])
    squares = []
    for _ in range(DRAWS):
        truth, mode = prior(rng, mean, root)
        update_mode(mode, rated(truth, rng, level))
        squares.append(nees(mode, truth))
    low, high = band(4)
    assert low - 0.1 < np.mean(squares) < high + 0.1
    assert 0.88 < np.mean(np.array(squares) < chi2.ppf(0.9, 4)) < 0.92


def test_range_rate_tells_the_velocity_along_the_line_of_sight_alone() -> None:
    mode = packed(np.array([0.0, 10_000.0, 5.0, 5.0]), np.diag([100.0, 100.0, 100.0, 100.0]))
    plot = a_plot(0.0, 10_000.0, np.diag([400.0, 400.0]))
    plot[at.P_RATE], plot[at.P_RATE_VAR] = 9.0, 0.25
    plot[at.P_LOOK_EAST], plot[at.P_LOOK_NORTH], plot[at.P_LOOK_M] = 0.0, 1.0, 10_000.0
    update_mode(mode, plot)
    assert mode[3] == pytest.approx(9.0, abs=0.05) and mode[13] < 0.3
    assert mode[2] == pytest.approx(5.0, abs=0.05) and mode[11] > 99.0


def test_the_likelihood_of_a_rate_is_relative_to_chance() -> None:
    mode = packed(np.array([0.0, 10_000.0, 0.0, 8.0]), np.diag([100.0, 100.0, 1e-6, 4.0]))
    plot = a_plot(3.0, 10_010.0, np.diag([400.0, 400.0]))
    whole = likelihood(mode[None], np.ones(1), 1, 0.0, plot)
    plot[at.P_RATE], plot[at.P_RATE_VAR] = 7.0, 0.25
    plot[at.P_LOOK_EAST], plot[at.P_LOOK_NORTH], plot[at.P_LOOK_M] = 0.0, 1.0, 10_000.0
    rated_too = likelihood(mode[None], np.ones(1), 1, 0.0, plot)
    density = math.exp(-0.5 * 1.0 / 4.25) / math.sqrt(2.0 * math.pi * 4.25)
    assert rated_too / whole == pytest.approx(RATE_SPAN_MPS * density, rel=1e-3)
    assert update_rate(mode, plot) > 0.0


@pytest.mark.parametrize(("along_m", "sigma_deg"), [(100.0, 1.0), (800.0, 1.0), (800.0, 5.0)])
def test_bearing_is_consistent(along_m: float, sigma_deg: float) -> None:
    rng = np.random.default_rng(7)
    mean = np.array([3_000.0, 4_000.0, 10.0, -5.0])
    ahead, aside = np.array([0.6, 0.8]), np.array([0.8, -0.6])
    root = np.zeros((4, 4))
    root[:2, 0], root[:2, 1] = along_m * ahead, 150.0 * aside
    root[2:, 2:] = np.diag([5.0, 5.0])
    root[2:, 0] = 0.3
    squares, before = [], []
    for _ in range(DRAWS):
        truth, mode = prior(rng, mean, root)
        turn = math.atan2(truth[0], truth[1]) + rng.normal(0.0, math.radians(sigma_deg))
        plot = np.full(at.PLOT_REALS, np.nan)
        plot[at.P_EAST] = plot[at.P_NORTH] = plot[at.P_LOOK_M] = 0.0
        plot[at.P_EE], plot[at.P_LOOK_EAST], plot[at.P_LOOK_NORTH] = (
            math.radians(sigma_deg) ** 2,
            math.sin(turn),
            math.cos(turn),
        )
        before.append(mode[4] * 0.64 - 2 * 0.48 * mode[5] + 0.36 * mode[6])
        update_mode(mode, plot)
        squares.append(nees(mode, truth))
    low, high = band(4)
    assert low - 0.1 < np.mean(squares) < high + 0.1
    assert 0.88 < np.mean(np.array(squares) < chi2.ppf(0.9, 4)) < 0.925


def test_bearing_learns_nothing_along_its_line() -> None:
    mode = packed(np.array([0.0, 5_000.0, 3.0, 3.0]), np.diag([40_000.0, 90_000.0, 25.0, 25.0]))
    plot = np.full(at.PLOT_REALS, np.nan)
    plot[at.P_EAST] = plot[at.P_NORTH] = plot[at.P_LOOK_M] = 0.0
    plot[at.P_EE], plot[at.P_LOOK_EAST], plot[at.P_LOOK_NORTH] = 0.01**2, 0.02, math.sqrt(1.0 - 0.0004)
    update_mode(mode, plot)
    assert mode[0] == pytest.approx(100.0 * 40_000.0 / 42_644.0, rel=1e-3), "across it moves to the line"
    assert mode[4] < 2_600.0 and mode[6] == pytest.approx(90_000.0, rel=1e-6)


def test_a_full_ellipse_is_consistent() -> None:
    rng = np.random.default_rng(11)
    mean = np.array([100.0, -50.0, 3.0, 4.0])
    root = np.array([[60.0, 0, 0, 0], [20.0, 80.0, 0, 0], [1.0, 2.0, 6.0, 0], [-2.0, 0.5, 1.0, 8.0]])
    shape = np.array([[90.0, 0.0], [70.0, 15.0]])
    squares = []
    for _ in range(DRAWS):
        truth, mode = prior(rng, mean, root)
        z = truth[:2] + shape @ rng.normal(0.0, 1.0, 2)
        update_mode(mode, a_plot(z[0], z[1], shape @ shape.T))
        squares.append(nees(mode, truth))
    low, high = band(4)
    assert low < np.mean(squares) < high
