"""Element sets and passes: checksums of our own, ages, and SGP4 against its published verification case."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sgp4.api import Satrec

from truceline.coverage.orbit import (
    checksum,
    ground_distance_m,
    overflights,
    read_elements,
    sidereal_rad,
)
from truceline.terms.faults import Refusal
from truceline.terms.time import NS_PER_S, parse_time

# Vanguard 1, the first case of the verification set of Spacetrack Report 3, revisited (2006).
LINE1 = "1 00005U 58002B   00179.78495062  .00000023  00000-0  28098-4 0  4753"
LINE2 = "2 00005  34.2682 348.7242 1859667 331.7664  19.3264 10.82419157413667"
EPOCH = parse_time("2000-06-27T18:50:20Z")
NEAR1 = "1 90001U 17073A   20323.50000000  .00000010  00000-0  26000-4 0  9996"
NEAR2 = "2 90001  98.7200 260.0000 0001000   0.0000   0.0000 14.19550000    13"
START = parse_time("2020-11-20T00:00:00Z")


def test_golden_checksums_and_epoch() -> None:
    assert (checksum(LINE1), checksum(LINE2)) == (3, 7)
    held = read_elements("Vanguard 1", LINE1, LINE2, EPOCH)
    assert abs(held.epoch_ns - EPOCH) <= 1 * NS_PER_S


@pytest.mark.parametrize("place", [10, 25, 40, 60])
def test_a_changed_digit_is_refused(place: int) -> None:
    digit = str((int(LINE2[place]) + 1) % 10) if LINE2[place].isdigit() else "1"
    wrong = LINE2[:place] + digit + LINE2[place + 1 :]
    with pytest.raises(Refusal, match="checksum"):
        read_elements("x", LINE1, wrong, EPOCH)


@pytest.mark.parametrize("days", [-15, 15, 3 * 365])
def test_old_elements_are_refused(days: int) -> None:
    with pytest.raises(Refusal, match="days from"):
        read_elements("x", LINE1, LINE2, EPOCH + days * 86_400 * NS_PER_S)


def test_torn_and_mixed_lines_are_refused() -> None:
    for one, two in ((LINE1[:-1], LINE2), (LINE2, LINE1), (LINE1, NEAR2), ("", "")):
        with pytest.raises(Refusal):
            read_elements("x", one, two, EPOCH)


def test_golden_the_package_propagates_as_the_report_says() -> None:
    # position in km at epoch of the verification output
    error, place, _ = Satrec.twoline2rv(LINE1, LINE2).sgp4_tsince(0.0)
    assert error == 0
    assert place == pytest.approx((7022.46529266, -1400.08296755, 0.03995155), abs=1e-3)


def test_golden_sidereal_time() -> None:
    # Astronomical Almanac, 1 January 2000 12:00 UT: 18 h 41 m 50.548 s
    assert math.degrees(sidereal_rad(2_451_545.0, 0.0)) == pytest.approx(280.46062, abs=1e-4)


def test_passes_are_where_a_dense_search_finds_them() -> None:
    held = read_elements("E", NEAR1, NEAR2, START)
    found = overflights(held, 39.8, 46.8, START, 48.0, 600_000.0)
    assert found and all(item.away_m <= 600_000.0 for item in found)
    seconds = np.arange(0.0, 48 * 3600.0, 1.0)
    away = ground_distance_m(held, 39.8, 46.8, START, seconds)
    inner = (away[1:-1] < away[:-2]) & (away[1:-1] <= away[2:]) & (away[1:-1] <= 600_000.0)
    dense = seconds[1:-1][inner]
    assert len(dense) == len(found)
    for item, second in zip(found, dense, strict=True):
        assert abs((item.time_ns - START) / NS_PER_S - second) <= 5.0
