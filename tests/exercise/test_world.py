"""The world obeys physics: constant speeds, bounded turns, levels, and the same seed gives the same world."""

from __future__ import annotations

import msgspec
import numpy as np

from truceline.exercise.script import read_script
from truceline.exercise.world import MAX_TURN_RADPS, paths
from truceline.terms.time import NS_PER_S, parse_time

SCRIPT = read_script("karabakh-2020")
WAYS = paths(SCRIPT)


def test_everything_flies_at_its_speed_and_turns_within_its_limit() -> None:
    scripted = {flight.name: flight.speed_mps for flight in SCRIPT.flight}
    for way in WAYS:
        step = np.hypot(np.diff(way.east_m), np.diff(way.north_m))
        assert np.allclose(np.diff(way.time_s), 1.0)
        assert step.max() - step.min() < 1e-6
        low, high = (scripted[way.name],) * 2 if way.name in scripted else (205.0, 250.0)
        assert low - 1e-6 <= step[0] <= high + 1e-6
        heading = np.unwrap(np.arctan2(np.diff(way.east_m), np.diff(way.north_m)))
        assert np.abs(np.diff(heading)).max() <= MAX_TURN_RADPS + 1e-9
        assert np.abs(np.diff(way.height_m)).max() <= 8.0 + 1e-9


def test_civil_flights_keep_their_levels_and_have_addresses_of_their_own() -> None:
    civil = [way for way in WAYS if way.name.startswith("civil")]
    assert len(civil) == SCRIPT.traffic.flights
    assert len({way.address for way in civil}) == len(civil)
    for way in civil:
        assert np.ptp(way.height_m) == 0.0
        assert abs(way.height_m[0] / 304.8 - round(way.height_m[0] / 304.8)) < 1e-9
        assert all(digit in "01234567" for digit in f"{way.squawk:04d}")


def test_scripted_flights_leave_when_they_should() -> None:
    opened = parse_time(SCRIPT.start)
    for flight in SCRIPT.flight:
        way = next(item for item in WAYS if item.name == flight.name)
        assert way.time_s[0] == (parse_time(flight.start) - opened) / NS_PER_S
        if flight.until:
            assert way.time_s[-1] >= (parse_time(flight.until) - opened) / NS_PER_S
        assert way.address == (int(flight.address, 16) if flight.address else -1)


def test_a_seed_is_a_world() -> None:
    again, other = paths(SCRIPT), paths(msgspec.structs.replace(SCRIPT, seed=SCRIPT.seed + 1))
    assert all(np.array_equal(one.east_m, two.east_m) for one, two in zip(WAYS, again, strict=True))
    assert not all(
        one.east_m.shape == two.east_m.shape and np.array_equal(one.east_m, two.east_m)
        for one, two in zip(WAYS, other, strict=True)
    )


def test_a_place_between_two_seconds_is_between_them() -> None:
    way = WAYS[0]
    east, north, height = way.at(np.array([way.time_s[3] + 0.5]))
    assert np.isclose(east[0], (way.east_m[3] + way.east_m[4]) / 2)
    assert np.isclose(north[0], (way.north_m[3] + way.north_m[4]) / 2)
    assert height[0] == way.height_m[3]
