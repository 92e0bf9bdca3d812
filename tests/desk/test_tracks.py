"""What tracks are called and how their uncertainty is drawn."""

import math

import pytest

from truceline.desk.shelf import Page
from truceline.desk.tracks import CHI2_95, ellipse, tracks_at
from truceline.terms.time import parse_time


def test_a_round_covariance_gives_a_circle() -> None:
    circle = ellipse(100.0, 0.0, 100.0)
    assert circle is not None
    assert circle.major_m == circle.minor_m == round(10 * math.sqrt(CHI2_95), 1)


AXES = [
    ((400.0, 0.0, 100.0), 90.0),
    ((100.0, 0.0, 400.0), 0.0),
    ((250.0, 150.0, 250.0), 45.0),
    ((250.0, -150.0, 250.0), 135.0),
]


@pytest.mark.parametrize(("covariance", "bearing"), AXES)
def test_the_long_axis_points_where_the_doubt_is(
    covariance: tuple[float, float, float], bearing: float
) -> None:
    drawn = ellipse(*covariance)
    assert drawn is not None
    assert drawn.bearing_deg == pytest.approx(bearing)
    assert drawn.major_m == pytest.approx(20 * math.sqrt(CHI2_95), abs=0.1)
    assert drawn.minor_m == pytest.approx(10 * math.sqrt(CHI2_95), abs=0.1)


@pytest.mark.parametrize(
    "covariance", [(math.nan, 0.0, 1.0), (1.0, 2.0, 1.0), (0.0, 0.0, 0.0), (-1.0, 0.0, -1.0)]
)
def test_no_covariance_gives_no_ellipse(covariance: tuple[float, float, float]) -> None:
    assert ellipse(*covariance) is None


def test_tracks_end_and_are_not_carried_on(page: Page) -> None:
    long_after = tracks_at(page, page.day.known_ns + 3_600 * 10**9)
    assert not [track for track in long_after.tracks if track.lane == "air"]


def test_trails_lie_before_the_track(page: Page) -> None:
    at = tracks_at(page, parse_time("2020-11-20T08:20:00Z"))
    moving = [track for track in at.tracks if track.trail]
    assert moving
    for track in moving:
        step = math.hypot(track.lon - track.trail[-1][0], track.lat - track.trail[-1][1])
        whole = math.hypot(track.lon - track.trail[0][0], track.lat - track.trail[0][1])
        assert step <= whole + 1e-3
