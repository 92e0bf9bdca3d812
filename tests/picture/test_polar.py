"""Polar measurements on the grid: unbiased over the error of the azimuth, with the spread that really is."""

import math

import numpy as np
import pytest

from truceline.picture import polar

SITE = (1_000.0, -2_000.0, 30.0)


def grid(measured: np.ndarray, sigma_m: float, sigma_rad: float, sigma_height_m: float = 30.0) -> np.ndarray:
    declared = np.tile([*SITE, sigma_m, sigma_rad, sigma_rad, sigma_height_m], (len(measured), 1))
    return polar.on_grid(measured, declared)


@pytest.mark.parametrize(("sigma_m", "sigma_deg"), [(50.0, 0.1), (120.0, 2.0), (20.0, 8.0)])
@pytest.mark.parametrize("azimuth_deg", [20.0, 135.0, 300.0])
def test_mean_and_covariance_are_those_of_chance(
    sigma_m: float, sigma_deg: float, azimuth_deg: float
) -> None:
    rng, rows = np.random.default_rng(1), 400_000
    sigma, azimuth, reach = math.radians(sigma_deg), math.radians(azimuth_deg), 60_000.0
    noisy = np.full((rows, 4), np.nan)
    noisy[:, 0] = reach + rng.normal(0.0, sigma_m, rows)
    noisy[:, 1] = azimuth + rng.normal(0.0, sigma, rows)
    found = grid(noisy, sigma_m, sigma)
    truth = np.array([SITE[0] + reach * math.sin(azimuth), SITE[1] + reach * math.cos(azimuth)])
    spread = np.cov((found[:, :2] - truth).T)
    assert np.abs(found[:, :2].mean(0) - truth).max() < 4.0 * math.sqrt(spread.max() / rows)
    exact = np.full((1, 4), np.nan)
    exact[0, :2] = reach, azimuth
    said = grid(exact, sigma_m, sigma)[0]
    # at the true place the covariance is exact; its square root is measured to half a percent
    scale = math.sqrt(np.linalg.det(spread))
    assert np.allclose([[said[2], said[3]], [said[3], said[4]]], spread, atol=0.02 * np.diag(spread).max())
    assert scale == pytest.approx(math.sqrt(said[2] * said[4] - said[3] ** 2), rel=0.01)


def test_height_and_elevation_shorten_the_range() -> None:
    nan = math.nan
    found = grid(
        np.array([[50e3, 0.0, nan, 10_030.0], [50e3, 0.0, math.asin(0.2), nan], [50e3, 0.0, nan, nan]]),
        50.0,
        1e-3,
    )
    level = math.sqrt(50e3**2 - 10e3**2)
    assert found[:2, 1] - SITE[1] == pytest.approx(level, rel=1e-6)
    assert found[2, 1] - SITE[1] == pytest.approx(50e3, rel=1e-6)
    slope = (50e3 / level * 50.0) ** 2 + (10e3 / level * 30.0) ** 2
    assert found[0, 4] == pytest.approx(slope, rel=1e-3)
    assert found[1, 4] == pytest.approx((level / 50e3 * 50.0) ** 2 + (10e3 * 1e-3) ** 2, rel=1e-3)


def test_a_target_overhead_is_at_the_site() -> None:
    found = grid(np.array([[9e3, 1.0, math.nan, 10e3]]), 50.0, 1e-3)[0]
    assert found[:2] == pytest.approx(SITE[:2])
    assert found[2] * found[4] - found[3] ** 2 > 0.0
    assert 100.0**2 < found[2] + found[4] < 2e6
