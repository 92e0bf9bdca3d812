"""A declared position far smaller than a cell: who looked, and would they have seen it."""

from __future__ import annotations

import math

import pytest

from tests.coverage.scene import END, R1, START, THEATRE, folded, minutes, ring, satellite, turning, visit
from truceline.coverage.places import place_detection, place_looks
from truceline.means.watch import Area, Watch

LON, LAT = THEATRE.lon_deg, THEATRE.lat_deg


def seen(coverage: object, name: str = "vehicle", end: int = END, radius_m: float = 1_500.0) -> float:
    """Detection at the theatre's origin from the start on."""
    return place_detection(coverage, THEATRE, name, LON, LAT, radius_m, START, end)  # type: ignore[arg-type]


def post(source: str, first: float, last: float, half_m: float, chance: float) -> Watch:
    """A visit to a small square round the origin."""
    area = Area(ring(-half_m, -half_m, half_m, half_m))
    return Watch(source, minutes(first), minutes(last), area, classes=(("vehicle", chance),))


def test_a_visit_to_the_place_counts_whole_however_small_it_is() -> None:
    coverage = folded([post("PATROL", 10, 25, 300.0, 0.8)])
    assert seen(coverage, radius_m=200.0) == pytest.approx(0.8)
    # A cell is 5 km wide: as a whole it was hardly looked at.
    assert coverage.probability.max() < 0.2
    share = place_looks(coverage, THEATRE, "vehicle", LON, LAT, 600.0, START, END)[0].share
    assert share == pytest.approx(4 * 300**2 / (math.pi * 600**2), abs=0.06)


def test_only_the_part_of_a_visit_in_the_period_counts() -> None:
    coverage = folded([post("PATROL", 10, 30, 2_000.0, 0.6)])
    assert seen(coverage, end=minutes(20)) == pytest.approx(1 - math.sqrt(0.4))
    assert seen(coverage, end=minutes(10)) == 0.0
    assert place_looks(coverage, THEATRE, "person", LON, LAT, 100.0, START, END) == ()


def test_two_parts_are_independent_one_patrol_is_not_from_itself() -> None:
    twice = [post("PATROL", 10, 25, 2_000.0, 0.7), post("PATROL", 40, 55, 2_000.0, 0.7)]
    assert seen(folded(twice)) == pytest.approx(0.7)
    both = [twice[0], post("FIRMS", 40, 55, 2_000.0, 0.7)]
    assert seen(folded(both)) == pytest.approx(1 - 0.3**2)
    looks = place_looks(folded(both), THEATRE, "vehicle", LON, LAT, 1_000.0, START, END)
    assert [(look.source, look.start_ns, look.end_ns) for look in looks] == [
        (3, minutes(10), minutes(25)),
        (4, minutes(40), minutes(55)),
    ]


def test_sectors_and_passes_see_places_too() -> None:
    assert seen(folded([turning(R1)]), "uav") == pytest.approx(0.95)
    assert seen(folded([satellite(0, 20, 0.8, fire=0.9)]), "fire") == pytest.approx(0.72)
    assert seen(folded([]), "uav") == seen(folded([visit(0, 10, vehicle=0.5)]), "fire") == 0.0
    assert place_detection(folded([turning(R1)]), THEATRE, "uav", 60.0, LAT, 100.0, START, END) == 0.0
