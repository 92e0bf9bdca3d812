"""Areas and lines of an agreement: hand-made geometry with its author, version and who accepts it.

A ring or line is a list of [longitude, latitude] in degrees WGS84; a ring is closed by itself and must not
cross itself. A buffer is all ground within ``half_width_m`` of a line. ``approximate`` says that the drawing
is nobody's official map.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

Point = tuple[float, float]


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A site inside an area to be looked at: its middle in degrees WGS84 and its radius in metres."""

    id: str
    name: dict[str, str]
    lon_deg: float
    lat_deg: float
    radius_m: float = 1500.0


class Area(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One area or line, at one version of the map.

    ``ring`` (kind polygon), ``line`` (kind line) or ``of`` and ``half_width_m`` (kind buffer of another
    area's line) hold its shape. ``ground_m`` is the usual height of the ground above the ellipsoid, used
    where no terrain is given. ``accepted`` says, per party, how it stands to this drawing; ``variant_of``
    names the area it competes with.
    """

    id: str
    kind: Literal["polygon", "line", "buffer"]
    name: dict[str, str]
    map_version: str
    author: str
    approximate: bool
    ring: tuple[Point, ...] = ()
    line: tuple[Point, ...] = ()
    of: str = ""
    half_width_m: float = 0.0
    ground_m: float = 0.0
    drawn: str = ""
    accepted: dict[str, str] = {}
    variant_of: str = ""
    site: tuple[Place, ...] = ()


def shape_faults(area: Area) -> list[tuple[str, str, str]]:
    """Return (key, rule, message) for everything wrong with the shape of one area."""
    faults: list[tuple[str, str, str]] = []
    key, points, least = ("ring", area.ring, 3) if area.kind == "polygon" else ("line", area.line, 2)
    if area.kind == "buffer":
        if not area.of or area.half_width_m <= 0:
            faults.append(("of", "shape", f"buffer {area.id} needs `of` (a line) and half_width_m above 0"))
        return faults
    if len(points) < least:
        faults.append((key, "shape", f"{area.kind} {area.id} needs at least {least} points in `{key}`"))
    outside = [point for point in points if abs(point[0]) > 180.0 or abs(point[1]) > 90.0]
    if outside:
        faults.append((key, "coordinates", f"{area.id}: {outside[0]} is no longitude, latitude"))
    elif crosses_itself(points, closed=area.kind == "polygon"):
        faults.append((key, "crosses-itself", f"the {key} of {area.id} crosses itself"))
    return faults


def crosses_itself(points: Sequence[Point], closed: bool) -> bool:
    """Return whether two sides of a line (or closed ring) that are not neighbours meet."""
    corners = list(points)
    if closed and len(corners) > 1 and corners[0] == corners[-1]:
        corners.pop()
    ends = [*corners[1:], corners[0]] if closed and len(corners) > 2 else corners[1:]
    sides = list(zip(corners, ends, strict=False))
    for one in range(len(sides)):
        for other in range(one + 1, len(sides)):
            neighbours = other == one + 1 or (closed and one == 0 and other == len(sides) - 1)
            if not neighbours and _meet(*sides[one], *sides[other]):
                return True
    return False


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _on(a: Point, b: Point, c: Point) -> bool:
    return min(a[0], b[0]) <= c[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= c[1] <= max(a[1], b[1])


def _meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    one, two, three, four = _turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b)
    if (one > 0) != (two > 0) and (three > 0) != (four > 0) and 0.0 not in (one, two, three, four):
        return True
    flat = ((one, a, b, c), (two, a, b, d), (three, c, d, a), (four, c, d, b))
    return any(turn == 0 and _on(start, end, point) for turn, start, end, point in flat)
