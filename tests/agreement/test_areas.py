"""Rings that cross themselves are refused; closed and open rings are one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.agreement.areas import crosses_itself

SQUARE = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]


def test_a_square_does_not_cross_itself() -> None:
    assert not crosses_itself(SQUARE, closed=True)
    assert not crosses_itself([*SQUARE, SQUARE[0]], closed=True)


@pytest.mark.parametrize(
    "ring",
    [
        [(0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0)],
        [(0.0, 0.0), (2.0, 0.0), (2.0, 1.0), (1.0, 0.0), (0.0, 1.0)],
    ],
)
def test_a_ring_that_meets_itself_is_seen(ring: list[tuple[float, float]]) -> None:
    assert crosses_itself(ring, closed=True)


def test_a_line_may_end_near_its_start() -> None:
    assert not crosses_itself(SQUARE, closed=False)
    assert crosses_itself([*SQUARE, (0.5, -1.0)], closed=False)


@given(st.integers(0, 3), st.booleans())
def test_start_and_direction_do_not_matter(turn: int, reverse: bool) -> None:
    ring = SQUARE[turn:] + SQUARE[:turn]
    assert not crosses_itself(ring[::-1] if reverse else ring, closed=True)
