"""Detection against textbook values, the defining integrals and exact Markov chains."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from truceline.coverage.detection import (
    horizon_m,
    m_of_n,
    radar_look,
    radar_pd,
    rate_of_looks,
    rate_of_visit,
    reference_snr,
    seen_within,
    swerling1,
)
from truceline.means.source import Detection


# Single-pulse signal-to-noise ratios for a Swerling 1 target in tables of radar textbooks, to 0.05 dB.
@pytest.mark.parametrize(
    ("pd", "pfa", "snr_db"),
    [(0.5, 1e-6, 12.77), (0.8, 1e-6, 17.85), (0.9, 1e-6, 21.14), (0.95, 1e-6, 24.29), (0.9, 1e-8, 22.40)],
)
def test_swerling_1_meets_the_tables(pd: float, pfa: float, snr_db: float) -> None:
    assert swerling1(10 ** (snr_db / 10), pfa) == pytest.approx(pd, abs=0.002)


@pytest.mark.parametrize("snr", [0.5, 5.0, 20.0, 100.0])
def test_swerling_1_is_the_average_of_the_steady_target(snr: float) -> None:
    pfa = 1e-4

    def steady(power: float) -> float:
        return float(stats.ncx2.sf(-2 * math.log(pfa), 2, 2 * power)) * math.exp(-power / snr) / snr

    expected, _ = integrate.quad(steady, 1e-9, 40 * snr, limit=400)
    assert swerling1(snr, pfa) == pytest.approx(expected, abs=1e-5)


def test_reference_range_is_where_half_is_seen() -> None:
    assert swerling1(reference_snr(1e-6), 1e-6) == pytest.approx(0.5)
    assert radar_look(120e3, 1.0, 120e3, 1e-6, 0.95) == pytest.approx(0.5)
    # A sixteenth of the echo halves the range.
    assert radar_look(60e3, 1 / 16, 120e3, 1e-6, 0.95) == pytest.approx(0.5)


def test_no_echo_no_detection() -> None:
    assert radar_look(1e3, 0.0, 120e3, 1e-6, 0.95) == 0.0


@given(st.floats(1e3, 4e5), st.floats(1.0, 2.0), st.floats(0.001, 50.0))
def test_detection_falls_with_range_and_rises_with_echo(range_m: float, more: float, rcs: float) -> None:
    here = radar_look(range_m, rcs, 120e3, 1e-6, 0.95)
    assert radar_look(range_m * more, rcs, 120e3, 1e-6, 0.95) <= here
    assert radar_look(range_m, rcs * more, 120e3, 1e-6, 0.95) >= here
    assert 0.0 <= here <= 0.95


def test_arrays_say_what_single_looks_say() -> None:
    ranges = np.array([[10e3, 80e3], [150e3, 400e3]])
    found = radar_pd(ranges, 0.5, Detection())
    assert found.shape == ranges.shape
    assert found[1, 0] == radar_look(150e3, 0.5, 120e3, 1e-6, 0.95)


@given(st.floats(0.0, 1.0), st.integers(1, 6), st.integers(1, 12))
def test_m_of_n_is_the_binomial_tail(p: float, hits: int, looks: int) -> None:
    expected = float(stats.binom.sf(hits - 1, looks, p))
    assert m_of_n(p, hits, looks) == pytest.approx(expected, abs=1e-9)


def sliding(p: float, looks: int, hits: int = 3, window: int = 5) -> float:
    """Exact probability that some `window` consecutive of `looks` looks hold `hits` detections."""
    held = {(): 1.0}
    done = 0.0
    for _ in range(looks):
        after: dict[tuple[int, ...], float] = {}
        for past, weight in held.items():
            for hit, chance in ((1, p), (0, 1 - p)):
                now = (*past, hit)[-window:]
                if sum(now) >= hits:
                    done += weight * chance
                else:
                    after[now] = after.get(now, 0.0) + weight * chance
        held = after
    return done


@pytest.mark.parametrize("p", [0.05, 0.2, 0.5, 0.8, 0.95])
@pytest.mark.parametrize("looks", [5, 10, 20, 60])
def test_the_rate_never_says_more_than_a_sliding_window(p: float, looks: int) -> None:
    assert seen_within(rate_of_looks(p, 10.0), 10.0 * looks) <= sliding(p, looks) + 1e-12


def test_a_visit_sees_with_what_it_states() -> None:
    assert seen_within(rate_of_visit(0.8, 1200.0), 1200.0) == pytest.approx(0.8)
    assert rate_of_visit(1.0, 1200.0) < math.inf
    assert rate_of_visit(0.0, 1200.0) == rate_of_looks(0.0, 10.0) == 0.0


# Radar horizon of the 4/3 earth in kilometres: 4.12 (sqrt h1 + sqrt h2).
@pytest.mark.parametrize(("antenna", "target"), [(0.0, 100.0), (15.0, 300.0), (30.0, 3000.0)])
def test_horizon(antenna: float, target: float) -> None:
    expected = 4.12e3 * (math.sqrt(antenna) + math.sqrt(target))
    assert horizon_m(antenna, target) == pytest.approx(expected, rel=1e-3)
