"""D_mean and D_min by hand, and the least exposed way against SciPy's Dijkstra on the same graph."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

from tests.coverage.scene import (
    END,
    GRID,
    R1,
    R2,
    SOURCES,
    START,
    STEPS,
    folded,
    minutes,
    satellite,
    turning,
    visit,
)
from tests.coverage.test_coverage import SOME_WATCHES
from truceline.coverage.crossing import (
    STEPS as WAYS,
)
from truceline.coverage.crossing import (
    depths_of,
    least_crossing,
    least_stay,
    neighbours_of,
    straight_crossings,
    way_back,
)
from truceline.coverage.detection import rate_of_looks, rate_of_visit
from truceline.coverage.exposure import area_mean, least_exposed
from truceline.coverage.unseen import largest_unseen, longest_gap_s, unobserved
from truceline.means.watch import Watch
from truceline.terms.classes import NAMES
from truceline.terms.faults import Broken

Mask = npt.NDArray[np.bool_]
EAST, NORTH = GRID.centres()
BAND: Mask = (np.abs(EAST) < 10_000.0) & (np.abs(NORTH) < 30_000.0)
SQUARE: Mask = (np.abs(EAST) < 10_000.0) & (np.abs(NORTH) < 10_000.0)
UAV = NAMES.index("uav")


def graph_crossing(
    cost: npt.NDArray[np.float64], cells: npt.NDArray[np.int64], rows: int, columns: int
) -> float:
    """Least exposed crossing by a general shortest-path search over (layer, cell, phase)."""
    layers, count = cost.shape
    index = {int(cell): i for i, cell in enumerate(cells)}

    def beside(cell: int, dr: int, dc: int) -> int | None:
        row, column = cell // columns + dr, cell % columns + dc
        return index.get(row * columns + column) if 0 <= row < rows and 0 <= column < columns else None

    near = [[beside(int(cell), dr, dc) for dr, dc in WAYS.tolist()] for cell in cells]
    border = [any(n is None for n in row) for row in near]
    depth = [1 if b else 0 for b in border]
    while 0 in depth:
        reached = [
            i for i in range(count) if depth[i] == 0 and any(n is not None and depth[n] > 0 for n in near[i])
        ]
        best = {i: 1 + min(depth[n] for n in near[i] if n is not None and depth[n] > 0) for i in reached}
        for i, d in best.items():
            depth[i] = d
    middle = [all(n is None or depth[n] <= depth[i] for n in near[i]) for i in range(count)]
    tiny = 1e-12  # the sparse graph drops edges of weight zero
    source, sink = 2 * layers * count, 2 * layers * count + 1
    rows_, columns_, weights = [], [], []

    def edge(a: int, b: int, weight: float) -> None:
        rows_.append(a)
        columns_.append(b)
        weights.append(weight + tiny)

    for layer in range(layers):
        for i in range(count):
            for phase in (0, 1):
                here = (layer * count + i) * 2 + phase
                if layer + 1 < layers:
                    later = (layer + 1) * count
                    edge(here, (later + i) * 2 + phase, cost[layer + 1, i])
                    for way in range(8):
                        j = near[i][way]
                        if j is not None:
                            edge(
                                here,
                                (later + j) * 2 + phase,
                                cost[layer + 1, j] * (1 if way < 4 else math.sqrt(2)),
                            )
            if border[i]:
                edge(source, (layer * count + i) * 2, cost[layer, i])
                edge((layer * count + i) * 2 + 1, sink, 0.0)
            if middle[i]:
                edge((layer * count + i) * 2, (layer * count + i) * 2 + 1, 0.0)
    graph = coo_matrix((weights, (rows_, columns_)), shape=(sink + 1, sink + 1)).tocsr()
    return float(dijkstra(graph, indices=source)[sink])


@given(st.integers(0, 10_000), st.integers(2, 6), st.integers(2, 6), st.integers(1, 9))
@settings(max_examples=25)
def test_least_crossing_is_the_shortest_path(seed: int, height: int, width: int, layers: int) -> None:
    chance = np.random.default_rng(seed)
    mask = chance.random((8, 8)) < 0.3
    mask[1 : 1 + height, 1 : 1 + width] = True
    cells = np.flatnonzero(mask).astype(np.int64)
    cost = chance.random((layers, len(cells))) * (chance.random((layers, len(cells))) < 0.8)
    neighbours = neighbours_of(cells, 8, 8)
    depth, middle = depths_of(neighbours)
    found, last, place, ways = least_crossing(cost, neighbours, depth, middle, 1)
    expected = graph_crossing(cost, cells, 8, 8)
    if math.isinf(expected):
        assert math.isinf(found)
        return
    assert found == pytest.approx(expected, abs=1e-8)
    path = way_back(ways, neighbours, 1, last, place)
    assert depth[path[0, 1]] == 1 and depth[path[-1, 1]] == 1 and middle[path[:, 1]].any()
    assert np.all(np.diff(path[:, 0]) == 1)
    paid = cost[path[0, 0], path[0, 1]]
    for (_, a), (layer, b) in zip(path[:-1].tolist(), path[1:].tolist(), strict=True):
        diagonal = a != b and b in neighbours[a][4:]
        assert a == b or b in neighbours[a]
        paid += cost[layer, b] * (math.sqrt(2) if diagonal else 1.0)
    assert paid == pytest.approx(found, abs=1e-8)
    straight = straight_crossings(cost, neighbours, depth, middle, 1)
    assert len(straight) and straight.min() >= found - 1e-9


def test_least_stay_follows_the_unwatched_cell() -> None:
    cells = np.arange(3, dtype=np.int64)
    neighbours = neighbours_of(cells, 1, 3)
    cost = np.array([[0.0, 5.0, 5.0], [5.0, 0.0, 5.0], [5.0, 5.0, 0.0]])
    found, last, place, ways = least_stay(cost, neighbours, 1)
    assert found == 0.0
    assert way_back(ways, neighbours, 0, last, place)[:, 1].tolist() == [0, 1, 2]
    assert least_stay(cost, neighbours, 0)[0] == 10.0


def test_nothing_watched_nothing_verified() -> None:
    coverage = folded([])
    for name in NAMES:
        assert area_mean(coverage, name, BAND, START, END) == 0.0
        least, way = least_exposed(coverage, name, BAND, START, END)
        assert least == 0.0 and len(way) >= 1


def test_full_coverage_reaches_the_ceiling_and_no_more() -> None:
    coverage = folded([turning(R1), turning(R2)])
    assert area_mean(coverage, "aircraft", BAND, START, END) == pytest.approx(0.95)
    assert least_exposed(coverage, "aircraft", BAND, START, END)[0] == pytest.approx(0.95)


def test_a_crossing_adds_up_its_cells() -> None:
    # One kind of look everywhere: four cells wide, so two cells in (to the middle) and one out again.
    coverage = folded([Watch("R1", START, END, turning(R1).footprint, classes=(("uav", 0.3),))], uav=3_000.0)
    rate = rate_of_looks(0.3, 10.0)
    expected = 0.3
    least, way = least_exposed(coverage, "uav", BAND, START, END)
    assert 1 - math.exp(-rate * 3 * 5_000 / 35) > expected
    assert least == pytest.approx(expected)
    assert [abs(point.east_m) for point in way] in (
        [7_500.0, 2_500.0, 7_500.0],
        [2_500.0] * 3,
        [7_500.0, 2_500.0, 2_500.0],
    )
    weak = folded([Watch("R1", START, END, turning(R1).footprint, classes=(("uav", 0.02),))], uav=3_000.0)
    transit = round(5_000 / 35 * 1e9) / 1e9
    least, _ = least_exposed(weak, "uav", BAND, START, END)
    assert least == pytest.approx(min(0.02, 1 - math.exp(-rate_of_looks(0.02, 10.0) * 3 * transit)), rel=1e-6)


def test_an_outage_is_where_the_crossing_goes() -> None:
    coverage = folded([turning(R1, 0, 60), turning(R1, 80, 120)])
    least, way = least_exposed(coverage, "uav", BAND, START, END)
    assert least == 0.0
    assert all(minutes(60) <= point.time_ns < minutes(80) for point in way)
    assert least_exposed(coverage, "uav", BAND, START, minutes(60))[0] > 0.8
    assert least_exposed(coverage, "uav", BAND, minutes(60), minutes(80))[0] == 0.0
    assert area_mean(coverage, "uav", BAND, START, END) > 0.6


def test_a_stay_is_as_long_as_the_period() -> None:
    coverage = folded([visit(0, 20, vehicle=0.6), visit(60, 90, vehicle=0.5)])
    hour = area_mean(coverage, "vehicle", SQUARE, START, minutes(60))
    assert hour == pytest.approx(0.6)
    # Two visits by one patrol: trusted once as much as the better one states.
    assert area_mean(coverage, "vehicle", SQUARE, START, END) == pytest.approx(0.6)
    assert least_exposed(coverage, "vehicle", SQUARE, START, minutes(60))[0] == pytest.approx(0.6)
    # Outside the ring of the visit a vehicle is never seen, and it knows that.
    assert least_exposed(coverage, "vehicle", BAND, START, minutes(60))[0] == 0.0
    assert area_mean(coverage, "vehicle", BAND, START, minutes(60)) == pytest.approx(0.6 / 3)


def test_a_visit_half_in_the_period_counts_half() -> None:
    coverage = folded([visit(10, 30, vehicle=0.6)])
    rate = rate_of_visit(0.6, 1200.0)
    assert area_mean(coverage, "vehicle", SQUARE, START, minutes(20)) == pytest.approx(
        1 - math.exp(-rate * 600)
    )


def test_an_event_happens_once() -> None:
    coverage = folded([satellite(0, 20, 1.0, fire=0.9, shot=0.5)])
    assert area_mean(coverage, "fire", SQUARE, START, minutes(20)) == pytest.approx(
        1 - math.sqrt(0.1), rel=1e-4
    )
    assert area_mean(coverage, "shot", SQUARE, START, minutes(20)) == pytest.approx(0.5, rel=1e-4)
    assert least_exposed(coverage, "shot", SQUARE, START, minutes(20))[0] == pytest.approx(0.5)
    least, way = least_exposed(coverage, "shot", SQUARE, START, minutes(40))
    assert least == 0.0 and minutes(20) <= way[0].time_ns < minutes(40)
    clouded = folded([satellite(0, 20, 0.7, fire=0.9)])
    # Seven tenths of the sky are clear on average; who can choose burns under the rest.
    assert area_mean(clouded, "fire", SQUARE, START, minutes(20)) > 0.4
    assert least_exposed(clouded, "fire", SQUARE, START, minutes(20))[0] == 0.0


@given(
    SOME_WATCHES,
    st.sampled_from(NAMES),
    st.integers(0, 11),
    st.integers(1, 12),
    st.sampled_from(["", "cross", "stay", "once"]),
    st.integers(0, 2**16 - 1),
)
@settings(max_examples=60)
def test_the_least_is_never_above_the_mean(
    watches: list[Watch], name: str, first: int, length: int, how: str, bits: int
) -> None:
    coverage = folded(watches)
    mask = BAND & (((bits >> (np.arange(len(BAND)) % 16)) & 1) == 1)
    start, end = minutes(10 * first), minutes(min(10 * (first + length), 10 * STEPS))
    mean = area_mean(coverage, name, mask, start, end, how)
    least, way = least_exposed(coverage, name, mask, start, end, how=how)
    assert 0.0 <= least <= mean + 1e-6 <= 1.0 + 1e-6
    assert all(start <= point.time_ns <= max(end, start + 600 * 10**9) for point in way)
    assert (least, way) == least_exposed(coverage, name, mask, start, end, how=how)


@given(SOME_WATCHES)
@settings(max_examples=20)
def test_fewer_watches_expose_no_more(watches: list[Watch]) -> None:
    whole, part = folded(watches), folded(watches[1:])
    for name in ("uav", "vehicle", "fire"):
        for measure in (area_mean, lambda *asked: least_exposed(*asked)[0]):
            assert measure(part, name, BAND, START, END) <= measure(whole, name, BAND, START, END) + 1e-9


def test_a_period_too_short_to_cross_counts_as_presence() -> None:
    coverage = folded([turning(R1)])
    least, way = least_exposed(coverage, "uav", BAND, START, minutes(3))
    assert 0.0 < least <= area_mean(coverage, "uav", BAND, START, minutes(3)) and len(way) == 2


@pytest.mark.parametrize("question", [area_mean, lambda *asked: least_exposed(*asked)[0]])
def test_empty_questions_have_no_detection(question: object) -> None:
    coverage = folded([turning(R1)])
    ask = question
    assert callable(ask)
    assert ask(coverage, "uav", np.zeros(len(BAND), bool), START, END) == 0.0
    assert ask(coverage, "uav", BAND, END, START) == 0.0
    assert ask(coverage, "uav", BAND, END, END + 10) == 0.0
    with pytest.raises(Broken):
        ask(coverage, "uav", BAND[:-1], START, END)
    with pytest.raises(Broken):
        area_mean(coverage, "uav", BAND, START, END, "float")


def test_correlated_sources_add_nothing() -> None:
    weak = [Watch(name, START, END, turning(R1).footprint, classes=(("uav", 0.02),)) for name in ("R1", "R2")]
    apart = least_exposed(folded(weak, uav=3_000.0), "uav", BAND, START, END)[0]
    allied = [R1, msgspec.structs.replace(R2, shares=R1.shares), *SOURCES[2:]]
    together = least_exposed(folded(weak, allied, uav=3_000.0), "uav", BAND, START, END)[0]
    alone = least_exposed(folded(weak[:1], uav=3_000.0), "uav", BAND, START, END)[0]
    assert together == pytest.approx(alone, rel=1e-9) and apart >= alone


def test_what_could_have_gone_unseen() -> None:
    manned = Watch("R2", START, END, turning(R1).footprint, classes=(("aircraft", 0.95),))
    coverage = folded([turning(R1, 0, 60), turning(R1, 80, 120), manned])
    answer = largest_unseen(coverage, BAND, START, END)
    assert answer.covered == ("aircraft",)
    assert answer.classes == ("uav", "convoy", "vehicle", "person", "fire", "shot")
    gaps = dict(zip(answer.classes, answer.gap_s, strict=True))
    assert gaps["uav"] == 1200.0 and gaps["vehicle"] == 7200.0
    assert "uav at 1000 m above ground for up to 20 min" in answer.text
    assert answer.text.endswith("(smooth earth)") and "aircraft" in answer.text
    assert longest_gap_s(coverage, "uav", BAND, minutes(65), minutes(72)) == 420.0
    assert longest_gap_s(coverage, "uav", np.zeros(len(BAND), bool), START, END) == 7200.0


def test_shares_of_what_was_not_observed() -> None:
    coverage = folded([turning(R1, 0, 60)])
    shares = dict(unobserved(coverage, "uav", BAND, START, END))
    assert sum(shares.values()) == pytest.approx(1.0)
    assert shares["outage"] == pytest.approx(0.5)
    assert shares["seen"] == pytest.approx(float(coverage.probability[UAV][:, BAND].mean()), abs=1e-6)
    assert dict(unobserved(folded([]), "vehicle", BAND, START, END)) == {"seen": 0.0, "not there": 1.0}
    assert unobserved(coverage, "uav", np.zeros(len(BAND), bool), START, END) == ()
