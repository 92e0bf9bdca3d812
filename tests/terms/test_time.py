"""UTC nanoseconds and civil days."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.terms.faults import Refusal
from truceline.terms.time import (
    NS_PER_DAY,
    NS_PER_HOUR,
    NS_PER_S,
    civil_date,
    civil_day,
    format_time,
    near_midnight,
    parse_day,
    parse_time,
)


def test_known_instants() -> None:
    """Values from the POSIX time tables: 10 Nov 2020 00:00 Moscow is 9 Nov 21:00 UTC."""
    assert parse_time("2020-11-09T21:00:00Z") == 1_604_955_600 * NS_PER_S
    assert parse_time("2020-11-10T00:00:00+03:00") == parse_time("2020-11-09T21:00:00Z")
    assert parse_time("1970-01-01T00:00:00.000000001Z") == 1
    assert format_time(parse_time("2020-11-20T03:10:00.987654321Z"), 3) == "2020-11-20T03:10:00.987Z"


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2020-11-20", "2020-11-20T03:10:00", "2020-13-01T00:00:00Z", "nan"]
)
def test_refuses_what_is_no_instant(text: str) -> None:
    """An instant without a zone is refused too."""
    with pytest.raises(Refusal):
        parse_time(text)


@given(st.integers(min_value=0, max_value=4_102_444_800 * NS_PER_S))
def test_round_trip(time_ns: int) -> None:
    """Nine digits keep every nanosecond."""
    assert parse_time(format_time(time_ns, 9)) == time_ns


def test_civil_day_of_moscow_and_of_a_change_of_clocks() -> None:
    """A civil day has 24 hours in Moscow and 25 in Berlin when summer time ends."""
    start, end = civil_day(datetime.date(2020, 11, 20), "Europe/Moscow")
    assert (format_time(start), format_time(end)) == ("2020-11-19T21:00:00Z", "2020-11-20T21:00:00Z")
    start, end = civil_day(datetime.date(2020, 10, 25), "Europe/Berlin")
    assert end - start == 25 * NS_PER_HOUR
    assert civil_date(start, "Europe/Berlin") == datetime.date(2020, 10, 25)
    assert civil_date(start - 1, "Europe/Berlin") == datetime.date(2020, 10, 24)


def test_unknown_zone_and_day_are_refused() -> None:
    """The message names what was wrong."""
    with pytest.raises(Refusal, match="Mars"):
        civil_day(datetime.date(2020, 1, 1), "Mars/Olympus")
    with pytest.raises(Refusal, match="2020-02-30"):
        parse_day("2020-02-30")


@given(
    st.integers(min_value=2 * NS_PER_DAY, max_value=10**18),
    st.integers(min_value=-5 * 3600, max_value=5 * 3600),
)
def test_time_of_day_finds_its_date(stamp_ns: int, off_s: int) -> None:
    """A time of day within hours of the stamp gets the date that puts it there, across midnight too."""
    true_ns = (stamp_ns // NS_PER_S + off_s) * NS_PER_S
    assert near_midnight((true_ns % NS_PER_DAY) / NS_PER_S, stamp_ns) == true_ns


@pytest.mark.parametrize("text", ["9999-12-31", "0001-01-01", "2262-01-01", "1677-12-31"])
def test_what_64_bits_cannot_hold_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="out of range"):
        parse_day(text)
    with pytest.raises(Refusal, match="out of range"):
        parse_time(f"{text}T00:00:00Z")
    assert parse_time("2261-12-31T23:59:59Z") < 2**63
