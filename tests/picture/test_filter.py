"""Prediction, update and association against independent matrix algebra and enumeration."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import expm
from scipy.stats import multivariate_normal

from truceline.picture import slots as at
from truceline.picture.arithmetic import exponential, sine_cosine
from truceline.picture.associate import marginals
from truceline.picture.predict import make_bank, mix, predict, predict_mode
from truceline.picture.update import likelihood, update_mode

PAIRS = [(0, 0), (0, 1), (1, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 2), (2, 3), (3, 3)]


def packed(mean: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    return np.array([*mean, *(covariance[row, column] for row, column in PAIRS)])


def unpacked(mode: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    covariance = np.zeros((4, 4))
    for value, (row, column) in zip(mode[4:], PAIRS, strict=True):
        covariance[row, column] = covariance[column, row] = value
    return mode[:4].copy(), covariance


def a_state(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    root = rng.normal(0, 1, (4, 4)) * np.array([60.0, 60.0, 8.0, 8.0])
    return rng.normal(0, 1, 4) * np.array([1e4, 1e4, 150.0, 150.0]), root.T @ root


def a_plot(east: float, north: float, noise: np.ndarray) -> np.ndarray:
    plot = np.full(at.PLOT_REALS, np.nan)
    plot[at.P_EAST], plot[at.P_NORTH] = east, north
    plot[at.P_EE], plot[at.P_EN], plot[at.P_NN] = noise[0, 0], noise[0, 1], noise[1, 1]
    return plot


@given(st.floats(-700.0, 700.0))
def test_exponential_is_near_the_library(x: float) -> None:
    assert exponential(x) == pytest.approx(math.exp(x), rel=5e-16)


@given(st.floats(-1e5, 1e5))
def test_sine_and_cosine_are_near_the_library(x: float) -> None:
    sine, cosine = sine_cosine(x)
    assert sine == pytest.approx(math.sin(x), abs=1e-11)
    assert cosine == pytest.approx(math.cos(x), abs=1e-11)
    assert sine * sine + cosine * cosine == pytest.approx(1.0, abs=1e-14)


def test_exponential_has_ends() -> None:
    assert exponential(-1e308) == 0.0 and math.isfinite(exponential(1e308)) and exponential(0.0) == 1.0


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("acceleration", [0.0, 5.0, -19.0])
def test_prediction_is_the_matrix_exponential(seed: int, acceleration: float) -> None:
    mean, covariance = a_state(seed)
    mode = packed(mean, covariance)
    dt, noise = 4.0, (1.0, 12.0)
    predict_mode(mode, dt, np.array([acceleration, *noise]))
    speed = float(np.hypot(mean[2], mean[3]))
    rate = acceleration / speed
    drift = np.array([[0, 0, 1, 0], [0, 0, 0, 1], [0, 0, 0, -rate], [0, 0, rate, 0]], dtype=float)
    step = expm(drift * dt)
    half = expm(drift * dt / 2.0)
    along = (half @ mean)[2:] / speed
    across = np.array([-along[1], along[0]])
    q = noise[0] * np.outer(along, along) + noise[1] * np.outer(across, across)
    grown = np.block([[q * dt**3 / 3, q * dt**2 / 2], [q * dt**2 / 2, q * dt]])
    got_mean, got_covariance = unpacked(mode)
    np.testing.assert_allclose(got_mean, step @ mean, rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(got_covariance, step @ covariance @ step.T + grown, rtol=1e-8, atol=1e-4)


@pytest.mark.parametrize("seed", range(5))
def test_update_is_the_kalman_filter(seed: int) -> None:
    mean, covariance = a_state(seed)
    rng = np.random.default_rng(seed + 100)
    root = rng.normal(0, 50, (2, 2))
    noise = root.T @ root + 100.0 * np.eye(2)
    z = mean[:2] + rng.normal(0, 80, 2)
    mode = packed(mean, covariance)
    density = update_mode(mode, a_plot(z[0], z[1], noise)) / (2 * math.pi)
    innovation = covariance[:2, :2] + noise
    gain = covariance[:, :2] @ np.linalg.inv(innovation)
    got_mean, got_covariance = unpacked(mode)
    np.testing.assert_allclose(got_mean, mean + gain @ (z - mean[:2]), rtol=1e-9)
    np.testing.assert_allclose(got_covariance, covariance - gain @ covariance[:2, :], rtol=1e-7, atol=1e-6)
    assert density == pytest.approx(multivariate_normal(mean[:2], innovation).pdf(z), rel=1e-9)


def test_likelihood_is_that_of_the_mixture_at_the_plots_time() -> None:
    modes, weights, total = [], np.array([0.7, 0.3]), 0.0
    noise = np.diag([2500.0, 900.0])
    d, z = 0.2, np.array([100.0, -50.0])
    for seed, weight in zip((1, 2), weights, strict=True):
        mean, covariance = a_state(seed)
        mean[:2] = z + 30.0 * seed
        modes.append(packed(mean, covariance))
        observe = np.array([[1.0, 0, d, 0], [0, 1.0, 0, d]])
        total += weight * multivariate_normal(observe @ mean, observe @ covariance @ observe.T + noise).pdf(z)
    got = likelihood(np.array(modes), weights, 2, d, a_plot(z[0], z[1], noise))
    assert got == pytest.approx(total, rel=1e-9)


def test_mixing_matches_moments() -> None:
    states = [a_state(seed) for seed in range(3)]
    weights = np.array([0.2, 0.5, 0.3])
    out = np.empty(at.STATE)
    mix(np.array([packed(*state) for state in states]), weights, out)
    mean = sum(w * state[0] for w, state in zip(weights, states, strict=True))
    spread = sum(
        w * (state[1] + np.outer(state[0] - mean, state[0] - mean))
        for w, state in zip(weights, states, strict=True)
    )
    got_mean, got_covariance = unpacked(out)
    np.testing.assert_allclose(got_mean, mean, rtol=1e-9)
    np.testing.assert_allclose(got_covariance, spread, rtol=1e-9)


def test_the_bank_is_a_process() -> None:
    bank = make_bank()
    np.testing.assert_allclose(bank.shift.sum(axis=1), 1.0)
    assert (np.diag(bank.shift) == 0.0).all() and bank.prior.sum() == pytest.approx(1.0)


def test_model_shares_stay_shares() -> None:
    bank = make_bank()
    models = len(bank.prior)
    modes = np.array([packed(*a_state(1)) for _ in range(models)])
    weights = bank.prior.copy()
    for _ in range(50):
        predict(modes, weights, models, 4.0, bank, np.empty((models + 3, at.STATE)))
    assert weights.sum() == pytest.approx(1.0) and (weights > 0.0).all()
    for mode in modes:
        assert np.linalg.eigvalsh(unpacked(mode)[1]).min() > 0.0


def enumerated(
    edges: dict[tuple[int, int], float], tracks: int, kappa: np.ndarray
) -> dict[tuple[int, int], float]:
    """Marginals by running through every joint association."""
    options = [[-1, *(j for (i, j) in edges if i == track)] for track in range(tracks)]
    total, sums = 0.0, dict.fromkeys(edges, 0.0)
    for choice in itertools.product(*options):
        taken = [j for j in choice if j >= 0]
        if len(set(taken)) < len(taken):
            continue
        weight = math.prod(edges[i, j] / kappa[j] for i, j in enumerate(choice) if j >= 0)
        total += weight
        for i, j in enumerate(choice):
            if j >= 0:
                sums[i, j] += weight
    return {edge: value / total for edge, value in sums.items()}


def propagated(
    edges: dict[tuple[int, int], float], tracks: int, kappa: np.ndarray
) -> dict[tuple[int, int], float]:
    keys = sorted(edges)
    stop = np.array([sum(1 for i, _ in keys if i <= track) for track in range(tracks)], dtype=np.int64)
    weight = np.array([edges[key] for key in keys])
    nu = marginals(stop, np.array([j for _, j in keys], dtype=np.int64), weight, kappa, np.zeros(len(kappa)))
    found = {}
    for track in range(tracks):
        own = [e for e, key in enumerate(keys) if key[0] == track]
        below = 1.0 + sum(weight[e] * nu[e] for e in own)
        found.update({keys[e]: weight[e] * nu[e] / below for e in own})
    return found


def test_association_is_exact_without_loops() -> None:
    edges = {(0, 0): 3.0, (0, 1): 1.0, (1, 1): 5.0, (1, 2): 0.4, (2, 2): 2.0}
    kappa = np.array([0.5, 0.8, 1.1])
    want = enumerated(edges, 3, kappa)
    for edge, value in propagated(edges, 3, kappa).items():
        assert value == pytest.approx(want[edge], abs=2e-3)


def test_association_is_near_with_loops() -> None:
    rng = np.random.default_rng(3)
    for _ in range(20):
        edges = {(i, j): float(rng.exponential(2.0)) for i in range(3) for j in range(3)}
        kappa = rng.uniform(0.3, 2.0, 3)
        want = enumerated(edges, 3, kappa)
        got = propagated(edges, 3, kappa)
        assert max(abs(got[edge] - want[edge]) for edge in edges) < 0.12
