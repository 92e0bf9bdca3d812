"""The arithmetic of silence and sighting, against the figures of the method."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.verify.scenes import ADSB, FIRMS, PATROL_A, PATROL_B, R1, R1_TWIN, R2, SOURCES, agreement
from truceline.verify.confidence import (
    holds_broken,
    holds_kept,
    posteriors,
    ratio_seen,
    ratio_unseen,
    witnesses_of,
)

D = st.floats(0.0, 1.0)


@pytest.mark.parametrize(
    ("prior", "needed"), [(0.1, 0.53), (0.2, 0.79), (0.3, 0.88), (0.5, 0.947), (0.7, 0.977)]
)
def test_detection_needed_for_95_percent(prior: float, needed: float) -> None:
    """METHODS section 0, rule 2: 1 - t (1 - p) / (p (1 - t)) with t = 0.05, no false alarms, no common mode."""
    for detection, enough in ((needed - 0.01, False), (needed + 0.01, True)):
        ratio = ratio_unseen(detection, 0.0, 0.0)
        after = prior * ratio / (prior * ratio + 1.0 - prior)
        assert (after <= 0.05) is enough


def test_one_witness_cannot_reach_a_verdict() -> None:
    """METHODS section 0, rule 5: with 1 % false alarms one detection gives a ratio under 100."""
    ratio = ratio_seen(0.95, 1, 0.01, 0.0)
    assert ratio == 95.0
    assert not holds_broken(agreement(), posteriors(agreement(), "1.air", 10.0))
    assert holds_broken(agreement(), posteriors(agreement(), "1.air", ratio_seen(0.0, 2, 0.01, 0.02)))


def test_no_detection_leaves_the_prior() -> None:
    assert ratio_unseen(0.0, 0.01, 0.02) == 1.0
    assert [item.violated for item in posteriors(agreement(), "1.air", 1.0)] == [0.2, 0.3]


@given(D, D)
def test_more_detection_never_weakens_silence(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert ratio_unseen(high, 0.01, 0.02) <= ratio_unseen(low, 0.01, 0.02)


@given(D)
def test_both_priors_must_agree(detection: float) -> None:
    beliefs = posteriors(agreement(), "1.air", ratio_unseen(detection, 0.01, 0.02))
    assert [item.part for item in beliefs] == ["A", "B"]
    assert holds_kept(agreement(), beliefs) == all(item.violated <= 0.05 for item in beliefs)


@pytest.mark.parametrize(
    ("holding", "visual", "count"),
    [
        ([], [], 0),
        ([R1], [], 1),
        ([R1, R1], [], 1),
        ([R1, R2], [], 2),
        ([R1, ADSB], [], 1),  # one site, power and link
        ([R1, R1_TWIN], [], 1),
        ([R1, R1_TWIN, ADSB], [], 1),
        ([R1, R1_TWIN, R2], [], 2),
        ([PATROL_A], [PATROL_A], 1),
        ([R1, PATROL_A], [PATROL_A], 2),  # one owner, but a person's own sight
        ([R1, PATROL_A], [], 1),
        ([PATROL_A, PATROL_B], [PATROL_A, PATROL_B], 2),
        ([PATROL_B, FIRMS], [], 1),
    ],
)
def test_who_counts_as_two(holding: list[int], visual: list[int], count: int) -> None:
    assert witnesses_of(SOURCES, holding, visual).independent == count
