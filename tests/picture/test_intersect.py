"""Covariance intersection: a state that only repeats what is known adds nothing; two honest ones stay honest."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.picture import slots as at
from truceline.picture.branch import take_plot
from truceline.picture.intersect import own_share


def mode_of(ee: float, en: float, nn: float) -> np.ndarray:
    """One mode at rest in the origin with this covariance of place and 100 m2/s2 of velocity."""
    mode = np.zeros(at.STATE)
    mode[4], mode[5], mode[6], mode[11], mode[13] = ee, en, nn, 100.0, 100.0
    return mode


def plot_of(east: float, north: float, ee: float, en: float, nn: float) -> np.ndarray:
    plot = np.full(at.PLOT_REALS, np.nan)
    plot[[at.P_EAST, at.P_NORTH, at.P_EE, at.P_EN, at.P_NN]] = east, north, ee, en, nn
    return plot


def test_the_same_state_a_hundred_times_makes_nobody_surer() -> None:
    modes, weights = mode_of(400.0, 0.0, 400.0)[None], np.ones(1)
    for _ in range(100):
        take_plot(modes, weights, 1, 0.0, plot_of(0.0, 0.0, 400.0, 0.0, 400.0), True)
    assert modes[0, 4] == pytest.approx(400.0, rel=1e-6)
    alone, sure = mode_of(400.0, 0.0, 400.0)[None], np.ones(1)
    for _ in range(100):
        take_plot(alone, sure, 1, 0.0, plot_of(0.0, 0.0, 400.0, 0.0, 400.0), False)
    assert alone[0, 4] == pytest.approx(400.0 / 101.0, rel=1e-6)


def test_two_sensors_that_cross_help_each_other() -> None:
    modes = mode_of(10_000.0, 0.0, 100.0)[None]
    take_plot(modes, np.ones(1), 1, 0.0, plot_of(0.0, 0.0, 100.0, 0.0, 10_000.0), True)
    assert modes[0, 4] < 250.0
    assert modes[0, 6] < 250.0


@given(
    st.floats(10.0, 1e5), st.floats(10.0, 1e5), st.floats(-0.9, 0.9),
    st.floats(10.0, 1e5), st.floats(10.0, 1e5), st.floats(-0.9, 0.9),
)  # fmt: skip
def test_it_is_the_formula(a: float, b: float, r: float, c: float, d: float, q: float) -> None:
    mode, plot = mode_of(a, r * (a * b) ** 0.5, b), plot_of(30.0, -20.0, c, q * (c * d) ** 0.5, d)
    w = own_share(mode, plot)
    first = np.array([[mode[4], mode[5]], [mode[5], mode[6]]])
    second = np.array([[plot[at.P_EE], plot[at.P_EN]], [plot[at.P_EN], plot[at.P_NN]]])
    whole = np.linalg.inv(w * np.linalg.inv(first) + (1.0 - w) * np.linalg.inv(second))
    place = whole @ ((1.0 - w) * np.linalg.inv(second) @ plot[[at.P_EAST, at.P_NORTH]])
    modes = mode[None].copy()
    take_plot(modes, np.ones(1), 1, 0.0, plot, True)
    assert modes[0, :2] == pytest.approx(place, rel=1e-5, abs=1e-6)
    assert modes[0, [4, 6]] == pytest.approx(np.diag(whole), rel=1e-5)
    assert w in [k / 20 for k in range(1, 20)]


@given(st.floats(-1.0, 1.0))
def test_it_stays_consistent_whatever_the_correlation(correlation: float) -> None:
    rng = np.random.default_rng(5)
    shape = np.array([[1.0, correlation], [correlation, 1.0]])
    values, vectors = np.linalg.eigh(shape)
    errors = (vectors * np.sqrt(np.maximum(values, 0.0))) @ rng.normal(0.0, 20.0, (2, 4000))
    mode, plot = mode_of(400.0, 0.0, 400.0), plot_of(0.0, 0.0, 400.0, 0.0, 400.0)
    w = own_share(mode, plot)
    modes = mode[None].copy()
    take_plot(modes, np.ones(1), 1, 0.0, plot, True)
    off = w * errors[0] + (1.0 - w) * errors[1]
    assert float(np.mean(off**2)) <= 1.08 * modes[0, 4]
