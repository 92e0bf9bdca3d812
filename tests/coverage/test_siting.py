"""Siting against brute force and CP-SAT; what a plan refuses; what it says cannot be seen."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import numpy as np
import pytest

from truceline.coverage.choose import best_set, covered_by, greedy, relaxed_bound
from truceline.coverage.plan import Plan, read_plan
from truceline.coverage.planmap import LETTERS, drawn, exercise, png
from truceline.coverage.siting import candidates_of, changed, choose, kept, lay, means_for, why_not
from truceline.coverage.slots import slots_of
from truceline.terms.faults import Refusal

PLAN = b"""
title = "EXERCISE"
lat_deg = 39.8
lon_deg = 46.8
half_width_m = 40000.0
cell_m = 4000.0
sensors = 2
standoff_m = 5000.0
spacing_m = 8000.0
start = "2020-11-20T00:00:00Z"
permitted = [{ ring = [[46.9, 39.5], [47.2, 39.5], [47.2, 40.1], [46.9, 40.1]] }]
keep_off = [{ points = [[46.85, 39.4], [46.85, 40.2]] }]
area = [{ id = "west", ring = [[46.4, 39.5], [46.8, 39.5], [46.8, 40.1], [46.4, 40.1]] }]
clause = [
  { id = "air", area = "west", class = "uav", height_m = 1000.0 },
  { id = "ground", area = "west", class = "convoy" },
]
kind = [{ name = "radar", detection = { range_m = 60000.0, reference_range_m = 40000.0, look_s = 6.0 } }]
flight = [{ name = "U", start = "2020-11-20T05:00:00Z", hours = 4.0, lat = 39.8, lon = 46.6, radius_m = 3e4, gsd_m = 0.3 }]
"""


def plan(**changes: object) -> Plan:
    text = PLAN.decode()
    for key, value in changes.items():
        text = f"{key} = {value}\n" + "\n".join(
            line for line in text.splitlines() if not line.startswith(f"{key} =")
        )
    return read_plan(text.encode())


@pytest.mark.parametrize("seed", range(6))
def test_the_bound_holds_and_the_set_is_near_the_best(seed: int) -> None:
    rng = np.random.default_rng(seed)
    covers, weight = rng.random((12, 60)) < 0.2, rng.random(60)
    cost = np.round(rng.uniform(0.5, 2.0, 12), 3)
    for budget in (math.inf, 4.0):
        best = max(
            covered_by(covers, weight, list(held))
            for k in range(4)
            for held in itertools.combinations(range(12), k)
            if sum(cost[list(held)]) <= budget
        )
        choice = best_set(covers, weight, cost, 3, budget)
        assert len(choice.chosen) <= 3 and sum(cost[list(choice.chosen)]) <= budget
        assert choice.covered <= best + 1e-9 <= choice.bound + 1e-6
        assert choice.covered >= 0.95 * best


def test_lazy_greedy_is_greedy() -> None:
    rng = np.random.default_rng(3)
    covers, weight = rng.random((40, 300)) < 0.1, np.ones(300)
    left, chosen = weight.copy(), []
    for _ in range(5):
        n = int(np.argmax(covers @ left))
        chosen.append(n)
        left[covers[n]] = 0.0
    assert greedy(covers, weight, np.ones(40), 5, math.inf) == sorted(chosen)


def test_cp_sat_says_the_same() -> None:
    pytest.importorskip("ortools", reason="the extra `planning` is not installed")
    rng = np.random.default_rng(5)
    covers, weight = rng.random((20, 120)) < 0.15, rng.random(120)
    exact = best_set(covers, weight, np.ones(20), 4, math.inf, exact_s=10.0)
    ours = best_set(covers, weight, np.ones(20), 4)
    assert exact.covered >= ours.covered and exact.bound <= ours.bound * (1 + 1e-6)
    assert exact.covered == pytest.approx(exact.bound, rel=1e-5)
    assert relaxed_bound(covers, weight, np.ones(20), 4, math.inf) >= exact.covered - 1e-9


def test_candidates_keep_off_the_line_and_on_their_land() -> None:
    held = candidates_of(plan(), None)
    line = -0.0
    assert held and all(item.east_m > line + 5000.0 for item in held)
    assert len({item.name for item in held}) == len(held)
    with pytest.raises(Refusal, match="no candidate is left"):
        candidates_of(plan(standoff_m=500_000.0), None)


def test_a_plan_says_what_radar_cannot_see_and_who_could() -> None:
    asked = plan()
    every = candidates_of(asked, None)
    laid = lay(asked, every, None)
    choice = choose(asked, laid, every)
    air, ground = kept(asked, laid, choice.chosen)
    assert air.area > 0.6 and 0.0 < air.least <= 0.95 and air.way
    assert ground.area == ground.least == 0.0 and not ground.enough
    said = why_not(asked, 1, ground)
    assert said.startswith("radar cannot see the class convoy") and "gmti" in said and "satellite" in said
    assert set(means_for("uav")) >= {"radar", "camera", "acoustic"} and "seismic" in means_for("shot")
    (slot,) = slots_of(asked, laid, (air, ground))
    assert slot.name == "U" and 0.0 < dict(slot.clauses)["ground"] <= 7.0


def test_d_min_is_never_less_with_more_sensors_and_the_objective_raises_it() -> None:
    asked = plan(objective='"least"')
    every = candidates_of(asked, None)
    laid = lay(asked, every, None)
    least = choose(asked, laid, every)
    area = choose(plan(), laid, every)
    d_min = [kept(asked, laid, choice.chosen)[0].least for choice in (least, area)]
    assert d_min[0] >= d_min[1] and least.covered <= least.bound
    assert kept(asked, laid, range(len(every)))[0].least >= d_min[0]


def test_what_if_only_takes_away() -> None:
    asked = plan()
    every = candidates_of(asked, None)
    laid = lay(asked, every, None)
    chosen = choose(asked, laid, every).chosen
    before = kept(asked, laid, chosen)[0]
    assert changed(asked, every, None, chosen)[0] == before
    name = every[chosen[0]].name
    gone = changed(asked, every, None, chosen, without=[name])[0]
    jam = changed(asked, every, None, chosen, jammed=[("*", 180.0, 360.0)])[0]
    wet = changed(asked, every, None, chosen, (("rain_mmh", 100.0),))[0]
    for after in (gone, jam, wet):
        assert after.least <= before.least and after.area <= before.area
    assert jam.least == 0.0
    assert not changed(asked, every, None, chosen, without=[every[n].name for n in chosen])[0].enough


@pytest.mark.parametrize(
    ("key", "value"),
    [("lat_deg", "99.0"), ("cell_m", "0.0"), ("cell_m", "1.0"), ("sensors", "0"), ("objective", '"win"'),
     ("area", "[]"), ("kind", "[]"), ("moon", "1"), ("spacing_m", "0.0")],
)  # fmt: skip
def test_a_plan_that_cannot_be_is_refused(key: str, value: str) -> None:
    with pytest.raises(Refusal):
        plan(**{key: value})


def test_the_picture_is_a_png(tmp_path: Path) -> None:
    pytest.importorskip("PIL", reason="Pillow is not installed: nobody independent reads the picture")
    from PIL import Image

    seen = np.linspace(0, 1, 12).reshape(3, 4)
    pixels = drawn(seen, np.ones((3, 4), bool), np.zeros((3, 4)), [(0, 0)], [(1, 1)])
    (tmp_path / "a.png").write_bytes(png(pixels))
    assert np.array_equal(np.asarray(Image.open(tmp_path / "a.png")), pixels)


def test_a_picture_of_synthetic_ground_says_exercise() -> None:
    plain = np.zeros((20, 200, 3), np.uint8)
    marked = exercise(plain)
    assert np.array_equal(marked[-20:], plain)
    lit = (marked[:-20] == LETTERS).all(axis=2)
    columns = np.flatnonzero(lit.any(axis=0))
    assert 1 + np.count_nonzero(np.diff(columns) > 1) == len("EXERCISE") and columns[-1] < 200
