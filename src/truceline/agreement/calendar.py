"""Times as an agreement states them: civil days and clock times of its zone, deadlines and their readings.

    "2020-11-20"                 a civil day of the agreement's zone
    "2020-11-10T00:00"           a clock time of that zone (seconds optional)
    "2020-11-09T21:00:00Z"       an instant, whatever the zone
A deadline "by 20 November" may include that day or not; translations differ, so each reading is kept and
judged: inclusive, the deadline falls when the day ends; exclusive, when it begins. A clock time has one
reading only.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta

import msgspec

from truceline.terms.faults import Refusal
from truceline.terms.time import NS_PER_S, civil_day, local_ns, parse_day, parse_time, zone

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_CLOCK = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d):(\d\d)(?::(\d\d))?")


class Window(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a clause binds: from ``start`` to ``end`` (empty: open)."""

    start: str
    end: str = ""


class Reading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A way to read a deadline: ``inclusive`` lets the named day count, ``basis`` is whose wording it is."""

    id: str
    inclusive: bool
    basis: str = ""


class Deadline(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When something is due, and how that may be read; the first reading is the principal one."""

    at: str
    readings: tuple[Reading, ...] = (Reading("by", True),)


def stated_ns(text: str, zone_name: str) -> int:
    """Return the instant of a stated time; a bare day is its beginning.

    Raises:
        Refusal: the text is no day, clock time or instant.
    """
    if _DAY.fullmatch(text):
        return civil_day(parse_day(text), zone_name)[0]
    found = _CLOCK.fullmatch(text)
    if found is None:
        return parse_time(text)
    day, hour, minute, second = found.groups()
    try:
        clock = time(int(hour), int(minute), int(second or 0))
    except ValueError as error:
        raise Refusal(f"{text!r} is no clock time: {error}", remedy="check hour, minute, second") from error
    return local_ns(parse_day(day), clock, zone_name)


def deadline_ns(deadline: Deadline, reading: Reading, zone_name: str) -> int:
    """Return the first instant that is too late under a reading."""
    if _DAY.fullmatch(deadline.at):
        begins, ends = civil_day(parse_day(deadline.at), zone_name)
        return ends if reading.inclusive else begins
    return stated_ns(deadline.at, zone_name)


def deadline_text(deadline: Deadline, reading: Reading, zone_name: str) -> str:
    """Return the deadline as ISO 8601 in the agreement's own zone, so that it shows the day the text names.

    An inclusive day is spelled by its last second (2020-11-20T23:59:59+03:00), any other by its instant.
    """
    due_ns = deadline_ns(deadline, reading, zone_name)
    if _DAY.fullmatch(deadline.at) and reading.inclusive:
        due_ns -= NS_PER_S
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=due_ns // NS_PER_S)
    return moment.astimezone(zone(zone_name)).isoformat(timespec="seconds")


def window_ns(window: Window, zone_name: str) -> tuple[int, int]:
    """Return [start_ns, end_ns) of a window; an open end is the largest int64."""
    return stated_ns(window.start, zone_name), stated_ns(window.end, zone_name) if window.end else 2**63 - 1
