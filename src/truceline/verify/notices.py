"""Notices: activity announced to the centre beforehand, so that it is labelled and not counted as a violation.

    {"notice": "N-118", "party": "AZE", "activity": "demining", "start": "2020-11-20T09:00:00Z",
     "end": "2020-11-20T11:00:00Z", "place": {"area": "agdam"}, "classes": ["shot"], "text": "..."}
    place:  {"area": an area's id} | {"ring": [[lon, lat], ...]} | {"lat": .., "lon": .., "radius_m": ..}
The body of a ``notice`` record is one such JSON document. An event inside its time, place and classes is
notified: it stays in the log and in the raw count, and the finding names the notice. A notice counts from
its record's effective time. One that covers everything (all classes in all areas, or more than MOST_DAYS) excuses nothing
and is a Fault.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
import numpy as np

from truceline.agreement.clauses import Classed
from truceline.agreement.document import Agreement
from truceline.terms.classes import NAMES
from truceline.terms.faults import Refusal
from truceline.terms.ids import digest
from truceline.terms.place import Theatre, to_grid
from truceline.terms.time import NS_PER_DAY, parse_time
from truceline.verify.margins import Floats, Mask, Shape, margins, shape_of

MOST_DAYS = 31.0
METRES_PER_DEGREE = 111_195.0


class NoticePlace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where: an area of the agreement, a ring of (lon, lat), or a circle."""

    area: str = ""
    ring: tuple[tuple[float, float], ...] = ()
    lat: float | None = None
    lon: float | None = None
    radius_m: float = 0.0


class Notice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One announced activity, see the module."""

    notice: str
    party: str
    activity: str
    start: str
    end: str
    place: NoticePlace
    classes: tuple[str, ...]
    text: str = ""


class Announced(msgspec.Struct, frozen=True):
    """A readable notice with its digest, its time in ns and its place on the theatre grid."""

    notice: Notice
    digest: str
    start_ns: int
    end_ns: int
    shape: Shape
    stamp_ns: int = 0


def read_notice(body: bytes) -> Notice:
    """Return the notice of a record's body.

    Raises:
        Refusal: the body is none, its times are no instants or in the wrong order, or a class is unknown.
    """
    try:
        notice = msgspec.json.decode(body, type=Notice)
    except msgspec.DecodeError as error:
        raise Refusal(
            f"no notice: {error}", remedy="write notice, party, activity, start, end, place, classes"
        ) from error
    if parse_time(notice.end) <= parse_time(notice.start):
        raise Refusal(f"notice {notice.notice} ends before it starts")
    unknown = sorted(set(notice.classes) - set(NAMES))
    if unknown or not notice.classes:
        raise Refusal(
            f"notice {notice.notice} names no known class ({unknown})", remedy=f"known: {', '.join(NAMES)}"
        )
    place = notice.place
    if (
        not place.area
        and len(place.ring) < 3
        and (place.lat is None or place.lon is None or place.radius_m <= 0)
    ):
        raise Refusal(
            f"notice {notice.notice} has no place", remedy="give an area, a ring, or lat, lon and radius_m"
        )
    return notice


def announced(
    agreement: Agreement, bodies: Sequence[bytes], theatre: Theatre, stamps: Sequence[int] = ()
) -> tuple[Announced, ...]:
    """Return the readable notices in order of digest; the centre reports the others as faults (``notice_fault``).

    ``stamps`` say when each was filed, in ns UTC; the same bytes filed twice count from the first.
    """
    found = []
    filed: dict[bytes, int] = {}
    for number, body in enumerate(bodies):
        stamp_ns = stamps[number] if number < len(stamps) else 0
        filed[body] = min(stamp_ns, filed.get(body, stamp_ns))
    for body in sorted(filed):
        if notice_fault(agreement, body):
            continue
        try:
            notice = read_notice(body)
            shape = _shape(agreement, notice.place, theatre)
        except Refusal:
            continue
        found.append(
            Announced(
                notice, digest(body), parse_time(notice.start), parse_time(notice.end), shape, filed[body]
            )
        )
    return tuple(sorted(found, key=lambda item: item.digest))


def notice_fault(agreement: Agreement, body: bytes) -> str:
    """Return why a notice does not count; "" when it does."""
    try:
        notice = read_notice(body)
        if notice.place.area:
            agreement.area(notice.place.area)
        if notice.party not in {party.id for party in agreement.parties}:
            return f"notice {notice.notice} is of {notice.party!r}, which is no party of the agreement"
        if covers_everything(agreement, notice):
            return f"notice {notice.notice} covers everything: it excuses nothing"
    except Refusal as refusal:
        return str(refusal)
    return ""


def covers_everything(agreement: Agreement, notice: Notice) -> bool:
    """Return whether a notice takes in every class of the clauses, every area's points, and more than MOST_DAYS."""
    classes = {name for clause in agreement.clauses if isinstance(clause, Classed) for name in clause.classes}
    days = (parse_time(notice.end) - parse_time(notice.start)) / NS_PER_DAY
    return days > MOST_DAYS or (classes <= set(notice.classes) and _whole_ground(agreement, notice.place))


def _whole_ground(agreement: Agreement, place: NoticePlace) -> bool:
    """Whether every corner of every area lies in the place; longitudes are taken as they are, no theatre is needed."""
    points = [point for area in agreement.areas for point in (*area.ring, *area.line)]
    if place.area:
        ring = agreement.area(place.area).ring
    elif place.ring:
        ring = place.ring
    else:
        span_deg = place.radius_m / METRES_PER_DEGREE
        lat, lon = float(place.lat or 0.0), float(place.lon or 0.0)
        wide = math.cos(math.radians(lat))
        return all(math.hypot((x - lon) * wide, y - lat) <= span_deg for x, y in points)
    return len(ring) > 2 and all(point in ring or _within(point, ring) for point in points)


def _within(point: tuple[float, float], ring: Sequence[tuple[float, float]]) -> bool:
    inside = False
    for (ax, ay), (bx, by) in zip(ring, (*ring[1:], ring[0]), strict=True):
        if (ay > point[1]) != (by > point[1]) and point[0] < ax + (point[1] - ay) / (by - ay) * (bx - ax):
            inside = not inside
    return inside


def covers(
    item: Announced, names: Sequence[str], start_ns: int, end_ns: int, east_m: Floats, north_m: Floats
) -> bool:
    """Return whether a notice covers something of one of the classes, all of its time and all of its places."""
    if not set(names) & set(item.notice.classes) or start_ns < item.start_ns or end_ns > item.end_ns:
        return False
    inside: Mask = margins(item.shape, east_m, north_m)[0] >= 0.0
    return bool(len(inside)) and bool(inside.all())


def _shape(agreement: Agreement, place: NoticePlace, theatre: Theatre) -> Shape:
    if place.area:
        return shape_of(agreement, agreement.area(place.area), theatre)
    points = place.ring or ((float(place.lon or 0.0), float(place.lat or 0.0)),) * 2
    east, north = to_grid(theatre, np.array([p[1] for p in points]), np.array([p[0] for p in points]))
    return Shape(east, north, bool(place.ring), place.radius_m)
