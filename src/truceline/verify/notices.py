"""Notices: activity announced to the centre beforehand, so that it is labelled and not counted as a violation.

    {"notice": "N-118", "party": "AZE", "activity": "demining", "start": "2020-11-20T09:00:00Z",
     "end": "2020-11-20T11:00:00Z", "place": {"area": "agdam"}, "classes": ["shot"], "text": "..."}
    place:  {"area": an area's id} | {"ring": [[lon, lat], ...]} | {"lat": .., "lon": .., "radius_m": ..}
The body of a ``notice`` record is one such JSON document. An event inside its time, place and classes is
notified: it stays in the log and in the raw count, and the finding names the notice. A notice counts from
its record's effective time.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from truceline.agreement.document import Agreement
from truceline.terms.classes import NAMES
from truceline.terms.faults import Refusal
from truceline.terms.ids import digest
from truceline.terms.place import Theatre, to_grid
from truceline.terms.time import parse_time
from truceline.verify.margins import Floats, Mask, Shape, margins, shape_of


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


def announced(agreement: Agreement, bodies: Sequence[bytes], theatre: Theatre) -> tuple[Announced, ...]:
    """Return the readable notices in order of digest; the centre reports the others as faults (``read_notice``)."""
    found = []
    for body in sorted(set(bodies)):
        try:
            notice = read_notice(body)
            shape = _shape(agreement, notice.place, theatre)
        except Refusal:
            continue
        found.append(Announced(notice, digest(body), parse_time(notice.start), parse_time(notice.end), shape))
    return tuple(sorted(found, key=lambda item: item.digest))


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
