"""Time as int nanoseconds UTC since 1970-01-01, and the agreement's civil days.

A civil day is [local midnight, next local midnight) in the agreement's IANA time zone; it is 23 or 25 h long where
clocks change. POSIX time is used: leap seconds do not exist in it.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from truceline.terms.faults import Refusal

NS_PER_S = 1_000_000_000
NS_PER_MINUTE = 60 * NS_PER_S
NS_PER_HOUR = 3_600 * NS_PER_S
NS_PER_DAY = 86_400 * NS_PER_S

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_YEAR, _LAST_YEAR = 1678, 2261
_ISO = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:\d\d)")


def parse_time(text: str) -> int:
    """Return nanoseconds UTC of an ISO 8601 instant with a zone (``2020-11-20T03:10:00Z``, ``...+04:00``).

    Raises:
        Refusal: the text is no such instant, or names no zone.
    """
    found = _ISO.fullmatch(text.strip())
    if found is None:
        raise Refusal(
            f"{text!r} is not an instant", remedy="write ISO 8601 with a zone, such as 2020-11-20T03:10:00Z"
        )
    day, clock, fraction, zone = found.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{clock}{'+00:00' if zone == 'Z' else zone}")
    except ValueError as error:
        raise Refusal(f"{text!r} is not an instant: {error}", remedy="check month, day, hour") from error
    _check_year(moment, text)
    return _whole_ns(moment) + int((fraction or "0").ljust(9, "0"))


def format_time(time_ns: int, digits: int = 0) -> str:
    """Return ISO 8601 with Z; ``digits`` of the second (0 to 9) are cut, not rounded."""
    seconds, rest = divmod(time_ns, NS_PER_S)
    text = (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{rest:09d}"[: len(text) + 1 + digits] + "Z" if digits else f"{text}Z"


def zone(name: str) -> ZoneInfo:
    """Return the IANA time zone.

    Raises:
        Refusal: no such zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Refusal(
            f"unknown time zone {name!r}", remedy="use an IANA name such as Europe/Moscow"
        ) from error


def parse_day(text: str) -> date:
    """Return the calendar day of ``YYYY-MM-DD``.

    Raises:
        Refusal: the text is no calendar day.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Refusal(f"{text!r} is not a day: {error}", remedy="write YYYY-MM-DD") from error
    _check_year(day, text)
    return day


def local_ns(day: date, clock: time, zone_name: str) -> int:
    """Return the instant at which the clock of a zone shows ``clock`` on ``day`` (the earlier one when it is twice)."""
    return _whole_ns(datetime.combine(day, clock, tzinfo=zone(zone_name)))


def civil_day(day: date, zone_name: str) -> tuple[int, int]:
    """Return [start_ns, end_ns) of a civil day in a zone."""
    return local_ns(day, time(0), zone_name), local_ns(day + timedelta(days=1), time(0), zone_name)


def civil_date(time_ns: int, zone_name: str) -> date:
    """Return the civil date a zone's calendar shows at an instant."""
    return (_EPOCH + timedelta(seconds=time_ns // NS_PER_S)).astimezone(zone(zone_name)).date()


def near_midnight(seconds_of_day: float, stamp_ns: int) -> int:
    """Return the instant with that UTC time of day nearest to a stamp (a time of day alone has no date)."""
    day_start = stamp_ns - stamp_ns % NS_PER_DAY
    moment = day_start + round(seconds_of_day * NS_PER_S)
    if moment - stamp_ns > NS_PER_DAY // 2:
        return moment - NS_PER_DAY
    if stamp_ns - moment > NS_PER_DAY // 2:
        return moment + NS_PER_DAY
    return moment


def _check_year(day: date, text: str) -> None:
    # nanoseconds since 1970 in 64 bits end in 1677 and 2262
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise Refusal(f"{text!r} is out of range", remedy=f"a year from {_FIRST_YEAR} to {_LAST_YEAR}")


def _whole_ns(moment: datetime) -> int:
    delta = moment.astimezone(UTC) - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * NS_PER_S + delta.microseconds * 1_000
