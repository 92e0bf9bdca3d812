"""The table of the picture's goals: what counts as met, what a line says, and that the oracle knows more."""

import math

import pytest

from bench.picture_cases import CASES, PAIRS, Case
from bench.picture_digest import SEEDS, agreement, digest
from bench.picture_run import accuracy
from bench.picture_table import Line, above, growth_line, means, own_goals, parsed, printed, shared_goals
from truceline.exercise.airspace import Sky

GOOD = {
    "gospa_m": 160.0, "latency_p50_s": 8.0, "latency_p95_s": 16.0, "false_share": 0.005, "false_sure_tracks": 1.0,
    "switches_per_100_target_min": 0.1, "ellipse_90": 0.91, "state_nees": 4.0,
}  # fmt: skip


def test_a_value_not_told_is_never_met() -> None:
    assert above("GOSPA", 167.9, 168.0, "m") == []
    assert above("GOSPA", 168.4, 168.0, "m") == ["GOSPA 168.4 > 168 m"]
    assert above("GOSPA", math.nan, 168.0, "m") == ["GOSPA not told"]


def test_every_goal_can_be_missed() -> None:
    case = CASES[0]
    assert own_goals(case, GOOD) == [] and shared_goals(case, GOOD) == []
    for name, bad in (
        ("latency_p50_s", 12.0), ("latency_p95_s", 24.0), ("false_share", 0.02), ("false_sure_tracks", 6.0),
        ("switches_per_100_target_min", 0.6), ("ellipse_90", 0.95), ("state_nees", 7.0), ("state_nees", math.nan),
    ):  # fmt: skip
        assert len(shared_goals(case, {**GOOD, name: bad})) == 1, name
    biased = next(case for case in CASES if case.sky.biased)
    assert "range bias error not told" in own_goals(biased, {**GOOD, "gospa_m": 110.0})
    assert own_goals(biased, {**GOOD, "gospa_m": 110.0, "bias_error_m": 9.0, "bias_error_deg": 0.004}) == []


def test_time_may_grow_as_n_log_n() -> None:
    assert growth_line({100: 1.0, 20_000: 400.0}).failed == []
    assert growth_line({100: 1.0, 20_000: 500.0}).failed != []


def test_names_of_cases_are_their_own_and_seeds_are_fresh() -> None:
    names = [case.name for case in (*CASES, *PAIRS)]
    assert len(set(names)) == len(names)
    assert parsed([]).first > 1_000


def test_a_line_names_what_is_not_met() -> None:
    lines = list(printed([Line("growth", {"times": 3.0}, ["growth 3 > 2 times"], note="quick")]))
    assert lines == ["growth: times 3: not met: growth 3 > 2 times (quick)"]


def test_a_small_run_fills_every_figure_and_the_oracle_knows_more() -> None:
    found = [accuracy(Sky(25, seed, scans=20)) for seed in (1, 2)]
    figures = means(found)
    assert figures["oracle_m"] < figures["gospa_m"] < 500.0
    assert 1.0 < float(figures["state_nees"]) < 30.0
    case = Case("small", Sky(25), 400.0)
    figures.update(goal_m=case.gospa_m)
    assert "small" in "\n".join(printed([Line(case.name, figures)]))


def test_one_picture_whatever_the_order_of_arrival() -> None:
    assert len({digest((SEEDS[0], order)) for order in range(4)}) == 1


@pytest.mark.long
def test_one_picture_over_orders_hash_seeds_and_processes() -> None:
    digests, runs = agreement()
    assert runs == 24 and len(digests) == 1
