"""Coverage: nothing without a Watch, less with fewer, pro rata in time, one answer whatever the order."""

from __future__ import annotations

import math
from itertools import pairwise

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.coverage.scene import (
    END,
    GRID,
    PATROL,
    R1,
    R2,
    SOURCES,
    START,
    STEP,
    STEPS,
    THEATRE,
    WEST,
    folded,
    minutes,
    ring,
    satellite,
    turning,
    visit,
)
from truceline.coverage.coverage import (
    CAUSES,
    COVERAGE,
    cells_in,
    coverage_table,
    explain,
    fold_coverage,
    groups_of,
    two_independent,
)
from truceline.coverage.detection import horizon_m
from truceline.coverage.footprint import SMOOTH_MAST_M
from truceline.coverage.terrain import Terrain
from truceline.means.source import Detection, Shares, Source
from truceline.means.watch import Cone, Sector, Watch
from truceline.terms.classes import NAMES
from truceline.terms.faults import Refusal
from truceline.terms.time import NS_PER_S

UAV, AIRCRAFT, VEHICLE = NAMES.index("uav"), NAMES.index("aircraft"), NAMES.index("vehicle")
FIRE, SHOT = NAMES.index("fire"), NAMES.index("shot")
MIDDLE = int(GRID.cell_of(np.array([2_500.0]), np.array([2_500.0]))[0])


def causes(coverage: object, source: int, kind: int) -> set[str]:
    """The causes that stand anywhere for a source and class."""
    return {CAUSES[code] for code in np.unique(coverage.cause[source, kind])}  # type: ignore[attr-defined]


def test_without_a_watch_nothing_is_covered() -> None:
    coverage = folded([])
    assert coverage.probability.shape == (len(NAMES), STEPS, GRID.rows * GRID.columns)
    assert not coverage.probability.any() and not coverage.by_source.any()
    assert causes(coverage, 0, UAV) <= {"outage", "range", "horizon"}
    assert causes(coverage, 3, VEHICLE) == {"not there"}
    assert coverage.terrain == "smooth earth"


def test_a_watch_of_nobody_or_of_another_day_covers_nothing() -> None:
    stranger = msgspec.structs.replace(turning(R1), source="R9")
    before = msgspec.structs.replace(turning(R1), start_ns=START - 2 * STEP, end_ns=START)
    turned = msgspec.structs.replace(turning(R1), start_ns=minutes(30), end_ns=minutes(20))
    assert not folded([stranger, before, turned]).probability.any()


def test_one_radar_sees_what_has_an_echo_and_nothing_else() -> None:
    coverage = folded([turning(R1)])
    covered = coverage.probability.reshape(len(NAMES), -1).max(axis=1) > 0
    assert [name for name, some in zip(NAMES, covered, strict=True) if some] == ["aircraft", "uav"]
    assert causes(coverage, 0, VEHICLE) == {"class"}
    assert coverage.probability.max() <= R1.detection.ceiling


def test_a_receiver_of_broadcasts_covers_nothing_that_may_stay_silent() -> None:
    coverage = folded([turning(SOURCES[2])])
    assert not coverage.by_source[2].any() and not coverage.probability.any()
    assert causes(coverage, 2, AIRCRAFT) == {"class"} and causes(coverage, 2, UAV) == {"class"}


def test_the_horizon_of_a_smooth_earth_is_where_the_formula_says() -> None:
    coverage = folded([turning(R1)], uav=30.0)
    east, north = GRID.centres()
    site = coverage.looks[0].view
    far = np.hypot(east - site.east_m, north - site.north_m) + GRID.cell_m * math.sqrt(0.5)
    seen = coverage.probability[UAV, 0] > 0
    assert np.array_equal(seen, far <= horizon_m(SMOOTH_MAST_M, 30.0))
    assert causes(coverage, 0, UAV) == {"watched", "horizon"}


def test_range_and_sector_are_named() -> None:
    near = folded([turning(R1, range_m=30_000.0)])
    assert causes(near, 0, UAV) == {"watched", "range"}
    north = Watch("R1", START, END, Sector(WEST, 150e3, -math.pi / 4, math.pi / 4))
    coverage = folded([north])
    assert causes(coverage, 0, UAV) == {"watched", "sector"}
    east, grid_north = GRID.centres()
    view = coverage.looks[0].view
    ahead = np.abs(east - view.east_m) < (grid_north - view.north_m) - 2_000.0
    assert np.all(coverage.probability[UAV, 0][ahead] > 0)
    behind = grid_north < view.north_m
    assert not coverage.probability[UAV, 0][behind].any()


def test_a_camera_sees_its_cone() -> None:
    cone = Cone(WEST, math.pi / 2, 0.0, 0.3, 60_000.0)
    coverage = folded([Watch("R1", START, END, cone, classes=(("vehicle", 0.9),))], vehicle=5.0)
    seen = coverage.probability[VEHICLE, 0] > 0
    view = coverage.looks[0].view
    east, north = GRID.centres()
    half = seen & (view.share[VEHICLE] >= 0.5)
    assert half.any() and np.all(np.abs(north - view.north_m)[half] <= 0.31 * (east - view.east_m)[half])


def test_a_gap_lowers_exactly_its_steps() -> None:
    whole, torn = folded([turning(R1)]), folded([turning(R1, 0, 40), turning(R1, 75, 120)])
    same = np.array([n not in (4, 5, 6, 7) for n in range(STEPS)])
    assert np.array_equal(whole.probability[:, same], torn.probability[:, same])
    assert not torn.probability[UAV, 4:7].any()
    half, full = torn.probability[UAV, 7], whole.probability[UAV, 7]
    assert half[full > 0] == pytest.approx(full[full > 0] / 2, rel=1e-5)
    assert {CAUSES[code] for code in np.unique(torn.cause[0, UAV, 5])} <= {"outage", "range", "horizon"}
    assert CAUSES[torn.cause[0, UAV, 5, MIDDLE]] == "outage"


def test_a_hole_shorter_than_the_dwell_leaves_what_remains() -> None:
    # Six seconds of ten minutes: crossing the cell takes 143 s, most of which is watched anyway.
    coverage = folded([turning(R1, 0, 5), turning(R1, 5.1, 120)])
    assert coverage.probability[UAV, 0, MIDDLE] > 0.97 * coverage.probability[UAV, 1, MIDDLE]


def test_overlapping_watches_of_one_sensor_count_once() -> None:
    once = folded([turning(R1)])
    twice = folded([turning(R1, 0, 70), turning(R1, 30, 120), turning(R1)])
    assert twice.probability.tobytes() == once.probability.tobytes()


def test_a_visit_sees_with_the_probability_it_states() -> None:
    coverage = folded([visit(20, 40, vehicle=0.8, shot=0.5)])
    missed = np.prod(1.0 - coverage.by_source[3, VEHICLE, 2:4].astype(float), axis=0)
    # A vehicle needs 500 s for the cell: in both steps it meets 500 of the visit's 1,200 s.
    assert coverage.by_source[3, VEHICLE, 2, MIDDLE] == pytest.approx(1 - 0.2 ** (500 / 1200), rel=1e-5)
    assert missed[MIDDLE] > 0.2 and not coverage.probability[VEHICLE, 4:].any()
    assert coverage.by_source[3, SHOT, 2, MIDDLE] == pytest.approx(0.5, rel=1e-6)


def test_a_pass_needs_a_clear_sky_that_somebody_knows() -> None:
    clear = folded([satellite(20, 30, 0.8, fire=0.9)])
    assert clear.probability[FIRE, 2] == pytest.approx(0.8 * 0.9, rel=1e-5)
    for share in (math.nan, 0.0):
        clouded = folded([satellite(20, 30, share, fire=0.9)])
        assert not clouded.probability.any()
        assert causes(clouded, 4, FIRE) == {"not there", "weather"}


def test_degraded_is_trusted_less() -> None:
    tired = msgspec.structs.replace(turning(R1), health="degraded")
    assert folded([tired]).probability[UAV].max() <= 0.5 * R1.detection.ceiling + 1e-6
    assert np.all(folded([tired]).probability <= folded([turning(R1)]).probability)


@given(st.floats(0.01, 10.0), st.floats(1.0, 4.0), st.floats(40e3, 300e3))
@settings(max_examples=15)
def test_a_better_radar_never_sees_less(height: float, more: float, reference: float) -> None:
    def seen(factor: float, target: float) -> np.ndarray:
        model = Detection(reference_range_m=reference * factor)
        radar = msgspec.structs.replace(R1, detection=model)
        return folded([turning(R1)], [radar], uav=target).probability

    assert np.all(seen(more, 100.0 * height) >= seen(1.0, 100.0 * height))
    # Higher is further away as well, but never hidden by the horizon where the lower is not.
    assert np.all((seen(1.0, 100.0 * height * more) > 0) >= (seen(1.0, 100.0 * height) > 0))


STRETCHES = st.tuples(st.integers(0, 119), st.integers(1, 60))
SOME_WATCHES = st.lists(
    st.one_of(
        st.builds(
            lambda s, n: turning(SOURCES[n], s[0], min(120, s[0] + s[1])), STRETCHES, st.integers(0, 2)
        ),
        st.builds(lambda s, p: visit(s[0], s[0] + s[1], vehicle=p, shot=p), STRETCHES, st.floats(0.1, 1.0)),
        st.builds(lambda s, p: satellite(s[0], s[0] + s[1], p, fire=0.9), STRETCHES, st.floats(0.0, 1.0)),
    ),
    max_size=8,
)


@given(SOME_WATCHES, st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_fewer_watches_never_see_more_and_order_does_not_matter(watches: list[Watch], chance: object) -> None:
    shuffled = list(watches)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    whole = folded(watches)
    assert folded(shuffled).probability.tobytes() == whole.probability.tobytes()
    assert folded(shuffled).cause.tobytes() == whole.cause.tobytes()
    for fewer in (shuffled[1:], shuffled[: len(shuffled) // 2]):
        part = folded(fewer)
        assert np.all(part.probability <= whole.probability)
        assert np.all(part.by_source <= whole.by_source)


def test_independence_needs_nothing_shared() -> None:
    assert groups_of(SOURCES) == (0, 1, 2, 3, 4)
    chain = [
        Source(name, "asterix", shares=shares)
        for name, shares in [
            ("a", Shares(owner="x")),
            ("b", Shares(power="p")),
            ("c", Shares(owner="x", power="p")),
            ("d", Shares(owner="y")),
        ]
    ]
    assert groups_of(chain) == (0, 0, 0, 3)


def test_two_independent_sources() -> None:
    coverage = folded([turning(R1), turning(R2)])
    one, other = coverage.by_source[0, UAV], coverage.by_source[1, UAV]
    assert coverage.probability[UAV] == pytest.approx(1 - (1 - one) * (1 - other), abs=1e-6)
    both = two_independent(coverage, "uav", SOURCES)
    assert both == pytest.approx(0.95 * one * other, abs=1e-6)
    assert two_independent(coverage, "uav", SOURCES, common_mode=0.0) == pytest.approx(one * other, abs=1e-6)
    allied = [R1, msgspec.structs.replace(R2, shares=R1.shares), *SOURCES[2:]]
    alike = folded([turning(R1), turning(R2)], allied)
    assert alike.probability[UAV] == pytest.approx(np.maximum(one, other), abs=1e-7)
    assert not two_independent(alike, "uav", allied).any()


def test_three_sources_hold_by_at_least_two() -> None:
    owners = [msgspec.structs.replace(R1, name=f"R{n}", shares=Shares(owner=str(n))) for n in range(3)]
    coverage = folded([turning(source) for source in owners], owners)
    p = coverage.by_source[0, UAV].astype(float)
    expected = 3 * p * p * (1 - p) + p**3
    assert two_independent(coverage, "uav", owners, 0.0) == pytest.approx(expected, abs=1e-6)


def test_a_ridge_hides_low_flight_behind_it() -> None:
    heights = np.zeros((100, 140), np.float32)
    heights[:, 70] = 1_500.0
    terrain = Terrain("ridge", -90_000.0, -50_000.0, 1_000.0, heights)
    low = folded([turning(R1)], terrain=terrain, uav=100.0)
    high = folded([turning(R1)], terrain=terrain, uav=9_000.0)
    east, _ = GRID.centres()
    behind = east > -15_000.0
    assert not low.probability[UAV, 0][behind].any() and low.probability[UAV, 0][~behind].any()
    assert CAUSES[low.cause[0, UAV, 0, MIDDLE]] == "terrain"
    assert np.all(high.probability[UAV, 0] > 0)
    assert low.terrain == terrain.text()


@pytest.mark.parametrize(
    ("minute", "source", "cause", "words"),
    [
        (5, "R1", "watched", "watched 600 of 600 s from 4"),
        (55, "R1", "outage", "no proof of life since 2020-11-20T06:40:00Z, until 2020-11-20T07:15:00Z"),
        (5, "R2", "outage", "no proof of life since the period began, until the period's end"),
        (5, "ADSB", "class", "does not see the class uav"),
    ],
)
def test_could_we_have_seen_it(minute: int, source: str, cause: str, words: str) -> None:
    coverage = folded([turning(R1, 0, 40), turning(R1, 75, 120), turning(SOURCES[2])])
    answers = {name: rest for name, *rest in explain(coverage, "uav", minutes(minute), 2_500.0, 2_500.0)}
    p, found, sentence = answers[source]
    assert found == cause and words in sentence
    assert (p > 0) == (cause == "watched")
    assert (
        p
        == coverage.by_source[
            SOURCES.index(next(s for s in SOURCES if s.name == source)), UAV, minute // 10, MIDDLE
        ]
    )


def test_every_reason_has_its_words() -> None:
    watches = [
        turning(R1, range_m=30e3),
        turning(R2),
        satellite(0, 60, math.nan, fire=0.5),
        visit(0, 20, vehicle=0.5),
    ]
    coverage = folded(watches, uav=20.0)
    spoken = {
        cause: sentence
        for name in NAMES
        for east in (-37_500.0, 2_500.0, 37_500.0)
        for _, _, cause, sentence in explain(coverage, name, minutes(5), east, 37_500.0)
    }
    assert {"watched", "range", "horizon", "class", "weather", "not there"} <= set(spoken)
    assert all(spoken.values())


def test_outside_the_raster_nobody_was_asked() -> None:
    coverage = folded([turning(R1)])
    assert explain(coverage, "uav", minutes(5), 90e3, 0.0) == []
    assert explain(coverage, "uav", END, 0.0, 0.0) == []
    assert explain(coverage, "submarine", minutes(5), 0.0, 0.0) == []


def test_the_table_holds_every_cell_and_hour() -> None:
    coverage = folded([turning(R1, 0, 90), turning(R2)])
    table = coverage_table(coverage)
    cells = GRID.rows * GRID.columns
    assert table.table is COVERAGE and len(table) == cells * 2 * len(NAMES)
    row = cells * (2 * UAV + 1) + MIDDLE
    assert table["object_class"][row] == b"uav" and table["cell"][row] == MIDDLE
    assert table["start_ns"][row] == START + 3600 * NS_PER_S and table["end_ns"][row] == END
    steps = coverage.probability[UAV, 6:, MIDDLE]
    assert table["probability"][row] == pytest.approx(steps.astype(float).mean(), rel=1e-6)
    assert table["lowest"][row] == steps.min()
    assert table["best_source"][row] == b"R2" and table["cause"][row] == b"watched"
    unseen = coverage_table(coverage, classes=("vehicle",), cells=np.arange(cells) == MIDDLE)
    assert len(unseen) == 2 and set(unseen["cause"]) == {b"not there"} and set(unseen["best_source"]) == {b""}


def test_cells_of_an_area() -> None:
    inside = cells_in(GRID, THEATRE, ring(-10_000.0, -5_000.0, 10_000.0, 5_000.0))
    east, north = GRID.centres()
    assert np.array_equal(inside, (np.abs(east) < 10e3) & (np.abs(north) < 5e3))
    tiny = cells_in(GRID, THEATRE, ring(2_000.0, 2_000.0, 3_000.0, 3_000.0))
    assert np.flatnonzero(tiny).tolist() == [MIDDLE]
    assert not cells_in(GRID, THEATRE, ((0.0, 0.0), (1.0, 0.0))).any()
    assert not cells_in(GRID, THEATRE, ((math.nan, 0.0), (1.0, 0.0), (1.0, 1.0))).any()


def test_the_last_step_may_be_cut() -> None:
    coverage = fold_coverage([turning(R1)], SOURCES, THEATRE, GRID, START, minutes(25), STEP, NAMES)
    assert coverage.steps == 3 and coverage.end_ns == minutes(30)
    assert coverage.probability[UAV, 2].max() <= coverage.probability[UAV, 1].max() / 2 + 1e-6


@pytest.mark.parametrize(
    "wrong", [{"end_ns": START}, {"step_ns": 0}, {"classes": ("submarine",)}, {"heights_m": {"uav": -1.0}}]
)
def test_nonsense_is_refused(wrong: dict[str, object]) -> None:
    asked: dict[str, object] = {
        "watches": [], "sources": [PATROL], "theatre": THEATRE, "grid": GRID, "start_ns": START,
        "end_ns": END, "step_ns": STEP, "classes": NAMES,
    }  # fmt: skip
    with pytest.raises(Refusal):
        fold_coverage(**{**asked, **wrong})  # type: ignore[arg-type]


def test_steps_in() -> None:
    coverage = folded([])
    assert coverage.steps_in(START, END) == (0, STEPS)
    assert coverage.steps_in(minutes(15), minutes(20)) == (1, 2)
    assert coverage.steps_in(minutes(-50), minutes(-20)) == (0, 0)
    for (_, last), (first, _) in pairwise(
        coverage.steps_in(minutes(n), minutes(n + 10)) for n in range(0, 120, 10)
    ):
        assert last == first
