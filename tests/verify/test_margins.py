"""Distances to borders against shapely; probabilities against a sample."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from tests.verify.scenes import GRID, THEATRE, agreement, place
from truceline.verify.margins import inside_probability, margins, mask_of, shape_of

POINT = st.tuples(st.floats(-90_000, 90_000), st.floats(-90_000, 90_000))


@pytest.mark.parametrize("area", ["agdam", "conflict-zone", "kalbajar"])
@given(points=st.lists(POINT, min_size=1, max_size=20))
def test_margins_of_rings(area: str, points: list[tuple[float, float]]) -> None:
    shape = shape_of(agreement(), agreement().area(area), THEATRE)
    ring = shapely.Polygon(np.column_stack([shape.east_m, shape.north_m]))
    margin, to_east, to_north = margins(shape, *np.array(points).T)
    for number, point in enumerate(points):
        there = shapely.Point(point)
        distance = ring.exterior.distance(there)
        assert margin[number] == pytest.approx(distance if ring.contains(there) else -distance, abs=1e-6)
        border = np.array(point) + abs(margin[number]) * np.array([to_east[number], to_north[number]])
        assert ring.exterior.distance(shapely.Point(border)) < 1e-3


@given(points=st.lists(POINT, min_size=1, max_size=20))
def test_margins_of_buffers(points: list[tuple[float, float]]) -> None:
    shape = shape_of(agreement(), agreement().area("line-buffer"), THEATRE)
    line = shapely.LineString(np.column_stack([shape.east_m, shape.north_m]))
    margin, _, _ = margins(shape, *np.array(points).T)
    assert margin == pytest.approx(
        [5000.0 - line.distance(shapely.Point(point)) for point in points], abs=1e-6
    )


def test_the_probability_is_that_of_a_sample() -> None:
    shape = shape_of(agreement(), agreement().area("line-buffer"), THEATRE)
    east, north = place(47.03, 40.05)
    spread = np.array([[400_000.0, 120_000.0], [120_000.0, 250_000.0]])
    cloud = np.random.default_rng(1).multivariate_normal([east + 4000.0, north], spread, 20_000)
    share = float((margins(shape, *cloud.T)[0] >= 0).mean())
    told, _ = inside_probability(
        shape, np.array([east + 4000.0]), np.array([north]), *(np.array([v]) for v in (4e5, 1.2e5, 2.5e5))
    )
    assert told[0] == pytest.approx(share, abs=0.02)


def test_an_unknown_place_is_nowhere() -> None:
    shape = shape_of(agreement(), agreement().area("agdam"), THEATRE)
    one, nan = np.ones(1), np.full(1, np.nan)
    middle = tuple(np.array([v]) for v in place(46.93, 39.99))
    assert inside_probability(shape, nan, one, one, one, one)[0][0] == 0.0
    assert inside_probability(shape, *middle, nan, nan, nan)[0][0] == 0.0
    assert inside_probability(shape, *middle, 0 * one, 0 * one, 0 * one)[0][0] == 1.0


def test_masks_hold_the_area_and_say_what_lies_beyond() -> None:
    held = agreement()
    mask, beyond = mask_of(shape_of(held, held.area("agdam"), THEATRE), GRID)
    east, north = GRID.centres()
    margin, _, _ = margins(shape_of(held, held.area("agdam"), THEATRE), east, north)
    assert beyond == 0.0 and (mask == (margin >= 0)).all() and 20 <= mask.sum() <= 60
    small = type(GRID)(0.0, 0.0, 5000.0, 4, 4)
    mask, beyond = mask_of(shape_of(held, held.area("conflict-zone"), THEATRE), small)
    assert 0.9 < beyond < 1.0 and mask.sum() <= 16


def test_an_area_smaller_than_a_cell_still_has_one() -> None:
    held = agreement()
    coarse = type(GRID)(-200_000.0, -200_000.0, 100_000.0, 4, 4)
    mask, beyond = mask_of(shape_of(held, held.area("agdam"), THEATRE), coarse)
    assert mask.sum() >= 1 and beyond == 0.0
