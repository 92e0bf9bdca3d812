"""GOSPA against brute force and against Stone Soup's; the figures beside it on runs whose answer is plain."""

import itertools
import math
from datetime import UTC, datetime

import numpy as np
import pytest

from truceline.exercise.gospa import (
    Scan,
    Shown,
    compare,
    gospa,
    matching,
    nees,
    nees_of_states,
    score,
    switches,
)
from truceline.exercise.siap import standing


def brute(true: np.ndarray, shown: np.ndarray, cut_m: float) -> float:
    """GOSPA by trying every matching."""
    least = math.inf
    for size in range(min(len(true), len(shown)) + 1):
        for rows in itertools.combinations(range(len(true)), size):
            for columns in itertools.permutations(range(len(shown)), size):
                square = ((true[list(rows)] - shown[list(columns)]) ** 2).sum(axis=1)
                if (square <= cut_m**2).all():
                    left = len(true) + len(shown) - 2 * size
                    least = min(least, square.sum() + cut_m**2 / 2 * left)
    return math.sqrt(least)


def drawn(rng: np.random.Generator, most: int, side_m: float) -> tuple[np.ndarray, np.ndarray]:
    sizes = rng.integers(0, most + 1, 2)
    return rng.uniform(0, side_m, (sizes[0], 2)), rng.uniform(0, side_m, (sizes[1], 2))


@pytest.mark.parametrize("side_m", [500.0, 2_000.0, 10_000.0])
def test_gospa_is_that_of_trying_every_matching(side_m: float) -> None:
    rng = np.random.default_rng(int(side_m))
    for _ in range(60):
        true, shown = drawn(rng, 4, side_m)
        assert gospa(true, shown) == pytest.approx(brute(true, shown, 1_000.0), abs=1e-6)


@pytest.mark.parametrize("side_m", [1_500.0, 5_000.0, 30_000.0])
def test_gospa_is_that_of_stone_soup(side_m: float) -> None:
    metrics = pytest.importorskip(
        "stonesoup.metricgenerator.ospametric", reason="the extra oracle is not installed"
    )
    from stonesoup.types.state import State

    generator = metrics.GOSPAMetric(p=2, c=1_000.0)
    rng, now = np.random.default_rng(int(side_m)), datetime(2020, 11, 20, tzinfo=UTC)
    for _ in range(40):
        true, shown = drawn(rng, 25, side_m)
        if not len(true) and not len(shown):
            continue
        lists = [[State(point.reshape(2, 1), timestamp=now) for point in points] for points in (shown, true)]
        theirs = generator.compute_gospa_metric(*lists)[0].value["distance"]
        assert gospa(true, shown) == pytest.approx(float(theirs), rel=1e-6)


def test_a_pair_beyond_the_cut_is_missed_and_false() -> None:
    near, far = np.array([[0.0, 0.0]]), np.array([[1_000.1, 0.0]])
    assert len(matching(near, far)[0]) == 0
    assert gospa(near, far) == pytest.approx(1_000.0)
    assert gospa(np.zeros((0, 2)), far) == pytest.approx(1_000.0 / math.sqrt(2.0))
    assert gospa(np.zeros((0, 2)), np.zeros((0, 2))) == 0.0


def shown(names: list[str], state: np.ndarray, sigma_m: float = 100.0, sure: bool = True) -> Shown:
    count = len(names)
    place = np.tile([sigma_m**2, 0.0, sigma_m**2], (count, 1))
    return Shown(
        np.array(names, dtype="S64"),
        state.reshape(count, 4),
        place,
        place / 100.0,
        np.zeros((count, 4)),
        np.full(count, sure),
    )


def scan(at_s: float, flights: dict[int, float], tracks: dict[str, float]) -> Scan:
    """Flights and tracks by their place on a line."""
    state = np.array([[x, 0.0, 100.0, 0.0] for x in flights.values()]).reshape(-1, 4)
    held = np.array([[x, 0.0, 90.0, 0.0] for x in tracks.values()]).reshape(-1, 4)
    return compare(at_s, np.array(list(flights), dtype=np.int64), state, shown(list(tracks), held))


def test_the_figures_of_a_run_that_can_be_counted_by_hand() -> None:
    far = 50_000.0
    scans = [
        scan(0.0, {1: 0.0}, {"a": 0.0}),
        scan(4.0, {1: 0.0, 2: far}, {"a": 0.0}),
        scan(8.0, {1: 0.0, 2: far}, {"a": 300.0, "ghost": -far}),
        scan(12.0, {1: 0.0, 2: far}, {"b": 0.0, "c": far + 400.0}),
    ]
    found = score(scans, settled=1)
    assert found.completeness == pytest.approx(4 / 6)
    assert found.missed_per_scan == pytest.approx(2 / 3) and found.false_per_scan == pytest.approx(1 / 3)
    assert found.false_tracks == 1 and found.tracks == 4
    square = [5e5 / 2, (9e4 + 1e6) / 2, 16e4 / 2]
    assert found.gospa_per_target_m == pytest.approx(math.sqrt(np.mean(square)))
    assert found.position_rms_m == pytest.approx(math.sqrt((9e4 + 16e4) / 4))
    assert found.velocity_rms_mps == pytest.approx(10.0)
    assert found.velocity_nees == pytest.approx(1.0)
    assert found.position_nees == pytest.approx((9.0 + 16.0) / 4)
    assert found.state_nees_all == pytest.approx((9.0 + 16.0) / 4 + 1.0)
    # "b" and "c" hold their targets for the first time
    assert found.state_nees == pytest.approx((0.0 + 9.0) / 2 + 1.0)
    assert found.ellipse_90 == pytest.approx(0.5)
    assert found.latency_p50_s == 8.0
    # one switch in two targets held for 8 s
    assert found.switches_per_100_target_min == pytest.approx(100.0 / (2 * 8.0 / 60.0))


def test_a_track_that_comes_back_under_its_name_is_no_switch() -> None:
    names = ["a", "", "a", "b", "b", "a"]
    scans = [scan(4.0 * k, {1: 0.0}, {name: 0.0} if name else {}) for k, name in enumerate(names)]
    assert switches(scans, settled=0) == 2
    assert switches(scans, settled=5) == 1


def test_nees_is_a_quadratic_form() -> None:
    rng = np.random.default_rng(1)
    away, root = rng.normal(size=(20, 2)), rng.normal(size=(20, 2, 2))
    whole = root @ root.transpose(0, 2, 1) + np.eye(2)
    expected = [float(e @ np.linalg.solve(p, e)) for e, p in zip(away, whole, strict=True)]
    entries = np.column_stack([whole[:, 0, 0], whole[:, 0, 1], whole[:, 1, 1]])
    assert nees(away, entries) == pytest.approx(expected)


def test_nees_of_whole_states_is_a_quadratic_form() -> None:
    rng = np.random.default_rng(2)
    away, root = rng.normal(size=(20, 4)), rng.normal(size=(20, 4, 4))
    whole = root @ root.transpose(0, 2, 1) + np.eye(4)
    expected = [float(e @ np.linalg.solve(p, e)) for e, p in zip(away, whole, strict=True)]
    corner = whole[:, :2, :2][:, [0, 0, 1], [0, 1, 1]], whole[:, 2:, 2:][:, [0, 0, 1], [0, 1, 1]]
    found = nees_of_states(away, *corner, whole[:, :2, 2:].reshape(-1, 4))
    assert found == pytest.approx(expected)
    assert np.isnan(nees_of_states(away, *corner, np.full((20, 4), np.nan))).all()


def test_the_standards_figures() -> None:
    gaps = ["a", "a", "", "", "", "a", "", "", "", "", "b", "b"]
    scans = [scan(4.0 * k, {1: 0.0}, {name: 30.0} if name else {}) for k, name in enumerate(gaps)]
    scans.append(scan(48.0, {1: 0.0}, {"b": 30.0, "ghost": 20_000.0}))
    found = standing(scans, settled=0)
    assert found.due == 13 and found.detection == pytest.approx(6 / 13)
    assert found.horizontal_rms_m == pytest.approx(30.0)
    assert found.long_gaps == pytest.approx(1 / 13)  # three in a row are no long gap, four are
    assert found.false == pytest.approx(1 / 7)
    assert found.continuity == pytest.approx(3 / 13)


def test_nothing_to_count_is_not_a_number() -> None:
    found = standing([scan(0.0, {}, {})], settled=0)
    assert math.isnan(found.detection) and math.isnan(found.horizontal_rms_m)
    empty = score([scan(0.0, {1: 0.0}, {})], settled=0)
    assert math.isnan(empty.position_rms_m) and math.isnan(empty.latency_p50_s)
    assert empty.completeness == 0.0
