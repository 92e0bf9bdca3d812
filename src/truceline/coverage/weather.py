"""Weather as notices tell it: the air that a source looked through, from when to when.

    {"weather": "W-3", "start": "2020-11-20T09:00:00Z", "end": "2020-11-20T12:00:00Z",
     "place": {"lat": 39.8, "lon": 46.8, "radius_m": 60000}, "visibility_m": 3000, "cloud": 0.7,
     "wind_mps": 9, "rain_mmh": 4}
The body of a ``notice`` record is one such document. It acts on every source whose site (of a ring or way: whose
middle) lies in its place, none given: everywhere. A Watch is cut at its start and end; what the sensor says of its own
air comes first, of two reports that hold at once the worse one. Source: this project; rain as in ITU-R P.838,
visibility after Koschmieder.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import msgspec

from truceline.coverage.footprint import site_place
from truceline.means.watch import Cone, Route, Sector, Watch
from truceline.terms.faults import Refusal
from truceline.terms.place import Site, Theatre
from truceline.terms.time import parse_time

NAMES = ("cloud", "rain_mmh", "visibility_m", "wind_mps")


class Circle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the weather is."""

    lat: float
    lon: float
    radius_m: float


class Report(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One report of weather, see the module."""

    weather: str
    start: str
    end: str
    place: Circle | None = None
    visibility_m: float | None = None
    cloud: float | None = None
    wind_mps: float | None = None
    rain_mmh: float | None = None
    text: str = ""


def read_weather(body: bytes) -> Report | None:
    """Return the weather of a notice, None when the notice is of something else.

    Raises:
        Refusal: it says that it is weather and cannot be.
    """
    if b'"weather"' not in body:
        return None
    try:
        report = msgspec.json.decode(body, type=Report)
    except msgspec.DecodeError as error:
        raise Refusal(f"no weather report: {error}", remedy="see docs/reference/detection") from error
    if parse_time(report.end) <= parse_time(report.start):
        raise Refusal(f"weather {report.weather} ends before it starts")
    bounds = {"cloud": 1.0, "rain_mmh": 500.0, "visibility_m": 500_000.0, "wind_mps": 120.0}
    for name, value in values_of(report):
        if not 0.0 <= value <= bounds[name]:
            raise Refusal(f"weather {report.weather}: {name} = {value} cannot be")
    return report


def values_of(report: Report) -> tuple[tuple[str, float], ...]:
    """Return what a report says, by name."""
    return tuple((name, getattr(report, name)) for name in NAMES if getattr(report, name) is not None)


def weathered(watches: Sequence[Watch], reports: Sequence[Report], theatre: Theatre) -> list[Watch]:
    """Return Watches with the weather that they looked through, cut where it changes."""
    acting = [
        (parse_time(r.start), parse_time(r.end), r)
        for r in sorted(reports, key=lambda r: (r.start, r.weather))
    ]
    found = []
    for watch in watches:
        mine = [
            (a, b, r)
            for a, b, r in acting
            if a < watch.end_ns and b > watch.start_ns and _over(watch, r, theatre)
        ]
        cuts = sorted({watch.start_ns, watch.end_ns, *(t for a, b, _ in mine for t in (a, b))})
        cuts = [t for t in cuts if watch.start_ns <= t <= watch.end_ns]
        for start, end in pairwise(cuts):
            said: dict[str, float] = {}
            for a, b, report in mine:
                if a < end and b > start:
                    for name, value in values_of(report):
                        worse = min if name == "visibility_m" else max
                        said[name] = worse(said.get(name, value), value)
            said |= dict(watch.conditions)
            conditions = tuple(sorted(said.items()))
            found.append(msgspec.structs.replace(watch, start_ns=start, end_ns=end, conditions=conditions))
    return found


def _over(watch: Watch, report: Report, theatre: Theatre) -> bool:
    if report.place is None:
        return True
    footprint = watch.footprint
    if isinstance(footprint, Sector | Cone):
        site = footprint.site
    else:
        points = footprint.points if isinstance(footprint, Route) else footprint.ring
        site = Site(sum(p[1] for p in points) / len(points), sum(p[0] for p in points) / len(points))
    one = site_place(theatre, site)
    other = site_place(theatre, Site(report.place.lat, report.place.lon))
    return math.dist(one, other) <= report.place.radius_m
