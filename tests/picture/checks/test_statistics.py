"""The statistics of the checks: false alarms as rare as said, found as soon as said, equal to independent figures."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from truceline.picture.checks.cusum import SLOPE, USUAL, excursions, squares, threshold
from truceline.picture.checks.experience import experienced
from truceline.picture.checks.interference import least_degraded, upper_tail
from truceline.picture.checks.misses import HEARD, SILENT, UNCLEAR, runs

LOOK_S, SECOND = 5.0, 10**9
LONG_NS = 600 * SECOND


def looks(offset_m: float, targets: int, count: int, seed: int) -> np.ndarray:
    """d2 of claims off by ``offset_m``: radar 60 km away with 50 m and 0.07 deg, NACp 8, as METHODS takes it."""
    rng = np.random.default_rng(seed)
    across, claim = 60e3 * np.radians(0.07), 92.6 / 2.4477
    angle = rng.uniform(0, 2 * np.pi, (targets, 1))
    off = offset_m * np.stack([np.sin(angle), np.cos(angle)]) * np.ones((1, 1, count))
    var = np.array([50.0**2, across**2]) + claim**2
    east = off[0] + rng.normal(0, np.sqrt(var[0]), (targets, count))
    north = off[1] + rng.normal(0, np.sqrt(var[1]), (targets, count))
    flat = np.ones(targets * count)
    return squares(east.ravel(), north.ravel(), flat * var[0], flat * 0.0, flat * var[1])


def found(offset_m: float, targets: int, hours: float, seed: int) -> np.ndarray:
    """The look at which each target was flagged, -1 never."""
    count = round(3600 * hours / LOOK_S)
    square = looks(offset_m, targets, count, seed)
    group = np.repeat(np.arange(targets), count)
    time_ns = np.tile(np.arange(count) * round(LOOK_S * SECOND), targets)
    limit = np.full(len(square), threshold(3600 / LOOK_S, 1e-3))
    stretches, highest = excursions(square, time_ns, group, limit, 20.0, LONG_NS)
    assert np.all(highest >= limit[0])
    when = np.full(targets, -1)
    for _, crossed, _ in stretches[::-1]:
        when[crossed // count] = crossed % count
    return when


def test_an_offset_of_500_m_is_found_in_two_looks_and_200_m_in_a_minute() -> None:
    far = found(500.0, 2_000, 0.05, 1)
    assert np.mean((far >= 0) & (far < 2)) >= 0.99
    near = found(200.0, 2_000, 0.1, 2)
    late_s = (near + 1) * LOOK_S
    assert np.mean(near >= 0) == 1.0 and np.median(late_s) <= 30.0
    assert np.mean(late_s <= 60.0) >= 0.95


def test_false_flags_are_no_more_than_one_in_a_thousand_track_hours() -> None:
    # 3,000 track-hours at 1e-3: Poisson(3) exceeds 8 once in 260; the roof on d2 makes fewer
    assert np.count_nonzero(found(0.0, 3_000, 1.0, 3) >= 0) <= 8


@pytest.mark.long
def test_false_flags_in_forty_thousand_track_hours() -> None:
    flags = sum(np.count_nonzero(found(0.0, 4_000, 1.0, 100 + seed) >= 0) for seed in range(10))
    assert 8 <= flags <= 48  # 0.2 to 1.2 of the rate asked for


def test_the_threshold_is_that_of_the_slope() -> None:
    assert np.log(1 - 2 * SLOPE) == pytest.approx(-USUAL * SLOPE)
    assert threshold(720, 1e-3) == pytest.approx(28.0, abs=0.1)
    assert threshold(1440, 1e-3) - threshold(720, 1e-3) == pytest.approx(np.log(2) / SLOPE)


def test_one_wild_look_is_never_enough() -> None:
    square = np.array([1.0, 1e9, 1.0, 1.0])
    limit = np.full(4, threshold(3600.0, 1e-3))
    stretches, _ = excursions(square, np.arange(4) * SECOND, np.zeros(4, np.int64), limit, 20.0, LONG_NS)
    assert len(stretches) == 0


def test_a_stretch_ends_with_the_last_look_that_raised_it() -> None:
    square = np.array([0.0] * 5 + [30.0] * 4 + [0.0] * 50)
    limit = np.full(len(square), 28.0)
    when, group = np.arange(len(square)) * 5 * SECOND, np.zeros(len(square), np.int64)
    stretches, highest = excursions(square, when, group, limit, 20.0, LONG_NS)
    assert stretches.tolist() == [[5, 6, 8]] and highest[0] <= 56.0


@given(st.integers(1, 120), st.integers(0, 130), st.floats(1e-6, 1.0))
def test_tails_equal_scipy(trials: int, least: int, chance: float) -> None:
    assert upper_tail(least, trials, chance) == pytest.approx(binom.sf(least - 1, trials, chance), abs=1e-12)


@pytest.mark.parametrize(("aircraft", "degraded"), [(5, 3), (10, 4), (20, 5)])
def test_degraded_aircraft_needed_at_a_usual_two_per_cent(aircraft: int, degraded: int) -> None:
    assert least_degraded(aircraft, 0.02, 1e-4) == degraded
    assert least_degraded(aircraft, 0.02, 1e-40) == aircraft + 1


def misses(status: list[int], chance: list[float], step_s: float = 10.0) -> tuple[list[list[int]], float]:
    """Runs of one target looked at every ten seconds, threshold 1e-4."""
    count = len(status)
    found_runs, _, sums, _ = runs(
        np.array(status), np.array(chance), (np.arange(count) * step_s * SECOND).astype(np.int64),
        np.zeros(count, np.int64), np.full(count, 10.0), 0.9, -np.log(1e-4),
    )  # fmt: skip
    return found_runs.tolist(), float(sums[0])


def test_four_misses_at_nine_tenths_are_improbable_enough() -> None:
    assert misses([SILENT] * 3, [0.9] * 3)[0] == []
    assert misses([SILENT] * 6, [0.9] * 6)[0] == [[0, 3, 5]]
    assert misses([SILENT] * 6, [1.0] * 6)[0] == [[0, 3, 5]]  # nobody is trusted more than that


def test_silence_counts_only_where_somebody_would_have_noticed() -> None:
    assert misses([SILENT] * 50, [0.0] * 50) == ([], 0.0)
    assert misses([SILENT] * 50, [np.nan] * 50) == ([], 0.0)
    assert misses([UNCLEAR] * 50, [0.9] * 50) == ([], 0.0)
    assert misses([SILENT, SILENT, HEARD] * 20, [0.9] * 60)[0] == []
    # many states in one look are one look
    assert misses([SILENT] * 20, [0.9] * 20, step_s=1.0)[0] == []


def test_experience_lowers_trust_where_known_aircraft_were_missed() -> None:
    count = 400
    target, when = np.arange(count) // 40, np.arange(count) * 60 * SECOND
    flat, declared = np.zeros(count), np.full(count, 0.9)
    noticed = np.arange(count) % 10 == 0
    poor = experienced(declared, noticed, target, when, flat, flat, flat)
    assert np.all(poor == pytest.approx((40 + 5 * 0.9) / 405))
    # what was never noticed teaches nothing: it may be dark
    dark = experienced(declared, np.zeros(count, bool), target, when, flat, flat, flat)
    assert np.all(dark == 0.9)
    assert np.all(experienced(flat, noticed, target, when, flat, flat, flat) == 0.0)
