"""The interval monitor: equal to RTAMT where all is observed; less observed never says more."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.verify.formulas import evaluated, horizon, random_formula
from tests.verify.rtamt_golden import FILE, rtamt_values
from truceline.terms.faults import Broken
from truceline.verify import monitor

GOLDEN = json.loads(FILE.read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", range(len(GOLDEN)))
def test_golden_values_of_rtamt(case: int) -> None:
    held = GOLDEN[case]
    ours = evaluated(held["formula"], monitor.observed(held["x"]), monitor.observed(held["y"]))
    whole = len(held["x"]) - horizon(held["formula"])
    assert whole > 0
    assert ours.low[:whole].tolist() == ours.high[:whole].tolist() == held["robustness"][:whole]


def test_live_against_rtamt() -> None:
    pytest.importorskip("rtamt", reason="RTAMT is in no lock: its golden values are tested above")
    rng = np.random.default_rng(7)
    for _ in range(40):
        formula = random_formula(rng, 3)
        x, y = (rng.normal(0.0, 10.0, 60).tolist() for _ in range(2))
        ours = evaluated(formula, monitor.observed(x), monitor.observed(y))
        whole = 60 - horizon(formula)
        assert ours.low[:whole].tolist() == rtamt_values(formula, x, y)[:whole]


@given(st.integers(0, 2**32), st.lists(st.booleans(), min_size=24, max_size=24))
def test_an_observation_less_only_widens(seed: int, kept: list[bool]) -> None:
    rng = np.random.default_rng(seed)
    formula = random_formula(rng, 3)
    x, y = rng.normal(0.0, 10.0, 24), rng.normal(0.0, 10.0, 24)
    fewer = np.where(kept, x, math.nan)
    least = np.where(rng.random(24) < 0.3, math.nan, fewer)
    wide, wider = (evaluated(formula, monitor.observed(held), monitor.observed(y)) for held in (fewer, least))
    whole = evaluated(formula, monitor.observed(x), monitor.observed(y))
    for one, other in ((whole, wide), (wide, wider)):
        assert (other.low <= one.low).all() and (other.high >= one.high).all()
        for step in range(24):
            said, before = monitor.answer(*other.at(step)), monitor.answer(*one.at(step))
            assert said in (before, monitor.UNKNOWN)


@given(st.integers(0, 2**32))
def test_bounds_hold_whatever_the_unobserved_was(seed: int) -> None:
    rng = np.random.default_rng(seed)
    formula = random_formula(rng, 3)
    x, y = rng.normal(0.0, 10.0, 20), rng.normal(0.0, 10.0, 20)
    gap = rng.random(20) < 0.4
    bounds = evaluated(formula, monitor.observed(np.where(gap, math.nan, x)), monitor.observed(y))
    for _ in range(5):
        guess = np.where(gap, rng.normal(0.0, 30.0, 20), x)
        told = evaluated(formula, monitor.observed(guess), monitor.observed(y))
        whole = max(0, 20 - horizon(formula))
        assert (bounds.low[:whole] <= told.low[:whole]).all() and (
            told.high[:whole] <= bounds.high[:whole]
        ).all()


def slow_until(x: monitor.Floats, y: monitor.Floats, first: int, last: int) -> list[float]:
    """The definition, word for word, where the whole window lies in the signal."""
    return [max(min([y[t + k], *x[t : t + k]]) for k in range(first, last + 1)) for t in range(len(x) - last)]


@given(st.integers(0, 2**32), st.integers(0, 6), st.integers(0, 9))
def test_until_is_its_definition(seed: int, first: int, more: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=30), rng.normal(size=30)
    ours = monitor.until(monitor.observed(x), monitor.observed(y), first, first + more)
    whole = 30 - first - more
    assert ours.low[:whole].tolist() == ours.high[:whole].tolist() == slow_until(x, y, first, first + more)


def test_for_ever_is_never_satisfied_by_a_trace_that_ends() -> None:
    low, high = monitor.always(monitor.observed([3.0, 1.0, 4.0])).at(0)
    assert (low, high) == (-math.inf, 1.0) and monitor.answer(low, high) == monitor.UNKNOWN
    assert monitor.answer(*monitor.always(monitor.observed([3.0, -1.0])).at(0)) == monitor.VIOLATED
    assert monitor.answer(*monitor.eventually(monitor.observed([-3.0, 1.0])).at(0)) == monitor.SATISFIED
    assert monitor.eventually(monitor.observed([-3.0])).at(0) == (-3.0, math.inf)


def test_steps_beyond_the_end_are_unobserved() -> None:
    held = monitor.observed([1.0, 1.0, 1.0])
    assert monitor.always(held, 0, 2).at(0) == (1.0, 1.0)
    assert monitor.always(held, 0, 3).at(0) == (-math.inf, 1.0)
    assert monitor.always(held, 7, 9).at(0) == (-math.inf, math.inf)
    assert len(monitor.always(monitor.unobserved(0), 0, 4)) == 0


def test_margins_carry_units() -> None:
    distance_m = monitor.bounded([400.0, 700.0], [500.0, 900.0])
    assert monitor.over(distance_m, 500.0).at(0) == (-100.0, 0.0)
    assert monitor.under(distance_m, 800.0).at(1) == (-100.0, 100.0)
    assert monitor.longest(monitor.bounded([1.0, -1.0, 2.0, 2.0], [1.0, 1.0, 2.0, 2.0])) == (2, 4)


def test_what_is_no_signal_is_refused() -> None:
    with pytest.raises(Broken):
        monitor.bounded([1.0], [0.0])
    with pytest.raises(Broken):
        monitor.always(monitor.observed([1.0]), 3, 2)
