"""Road lines out of a GeoJSON file (RFC 7946): degrees WGS84 in, polylines on the theatre grid out.

    {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": [[lon, lat], ...]}}]}

A Feature or a geometry alone will do too; LineString, MultiLineString and GeometryCollection give lines. Geometry of
another type and lines that cannot be are left out with a Fault that names their place; a file that is none at all, or is
larger than the bounds below, is refused. Grid metres are rounded to a decimetre, which hides how a processor rounds the
projection's series.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np

from truceline.picture.picture import FARTHEST_M
from truceline.terms.faults import Fault, Refusal
from truceline.terms.place import Theatre, to_grid

MOST_BYTES = 64 << 20
MOST_POINTS = 1_000_000
MOST_FAULTS = 100
DEEPEST = 8  # of geometry collections in one another
WGS84 = ("CRS84", "EPSG::4326", "EPSG:4326", "OGC:CRS84")
REMEDY = "give GeoJSON with LineString or MultiLineString in longitude, latitude (WGS84)"

Points = list[tuple[float, float]]


class RoadLines(msgspec.Struct, frozen=True):
    """Lines on the grid, each a tuple of (east_m, north_m) with two points or more, and what was left out."""

    lines: tuple[tuple[tuple[float, float], ...], ...]
    faults: tuple[Fault, ...] = ()


def read_road_lines(body: bytes, theatre: Theatre, where: str = "roads") -> RoadLines:
    """Return the road lines of a GeoJSON file on a theatre's grid, in the order of the file.

    ``Fault.seq`` is the feature's number and ``Fault.offset`` the line's number within it; at most 100 are told.

    Raises:
        Refusal: no GeoJSON, another reference system, over 64 MiB or a million points, or not one line within 2,000 km.
    """
    if len(body) > MOST_BYTES:
        raise Refusal(
            f"{len(body) >> 20} MiB of roads are more than {MOST_BYTES >> 20}",
            where=where,
            remedy="cut the network to the theatre",
        )
    try:
        text = body.removeprefix(b"\xef\xbb\xbf")
        document = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal(f"no JSON: {error}", where=where, remedy=REMEDY) from error
    if not isinstance(document, dict):
        raise Refusal("no GeoJSON object", where=where, remedy=REMEDY)
    _system(document, where)
    lines: list[tuple[tuple[float, float], ...]] = []
    faults: list[Fault] = []
    found: list[tuple[int, int, Points]] = []
    total = 0
    for feature, number, read in _lines(document, where):
        if isinstance(read, str):
            faults.append(Fault(where, feature, number, 0, read))
            continue
        total += len(read)
        if total > MOST_POINTS:
            raise Refusal(
                f"over {MOST_POINTS:,} points of roads",
                where=f"{where}, features[{feature}]",
                remedy="cut the network to the theatre, or simplify its lines",
            )
        found.append((feature, number, read))
    for (feature, number, _), line in zip(found, _on_grid([item[2] for item in found], theatre), strict=True):
        if line is None:
            faults.append(Fault(where, feature, number, 0, "a point lies over 2,000 km from the origin"))
        else:
            lines.append(line)
    if not lines:
        said = f", first: features[{faults[0].seq}] {faults[0].reason}" if faults else ""
        raise Refusal(
            f"not one road line near the theatre{said}",
            where=where,
            remedy=f"{REMEDY}; is [theatre] right?",
        )
    faults.sort(key=lambda fault: (fault.seq, fault.offset))
    return RoadLines(tuple(lines), tuple(faults[:MOST_FAULTS]))


def _system(document: dict[str, Any], where: str) -> None:
    """Refuse the reference systems that files of before RFC 7946 may name."""
    crs = document.get("crs")
    if crs is None:
        return
    name = crs.get("properties", {}).get("name", "") if isinstance(crs, dict) else ""
    if not str(name).endswith(WGS84):
        raise Refusal(
            f"coordinates in {str(name)[:80] or 'another system'!r}",
            where=f"{where}, crs",
            remedy="convert the file to longitude, latitude (WGS84, EPSG:4326)",
        )


def _lines(document: dict[str, Any], where: str) -> Iterator[tuple[int, int, Points | str]]:
    """Yield (feature, line, its points or why it is none)."""
    kind = document.get("type")
    if kind == "FeatureCollection":
        features = document.get("features")
        if not isinstance(features, list):
            raise Refusal("no list of features", where=f"{where}, features", remedy=REMEDY)
    elif kind == "Feature":
        features = [document]
    else:
        features = [{"geometry": document}]
    for feature, item in enumerate(features):
        geometry = item.get("geometry") if isinstance(item, dict) else None
        for number, read in enumerate(_geometry(geometry, 0)):
            yield feature, number, read


def _geometry(geometry: Any, depth: int) -> Iterator[Points | str]:
    if not isinstance(geometry, dict):
        yield "no geometry"
        return
    kind, held = geometry.get("type"), geometry.get("coordinates")
    if kind == "GeometryCollection" and depth < DEEPEST:
        parts = geometry.get("geometries")
        for part in parts if isinstance(parts, list) else ():
            yield from _geometry(part, depth + 1)
    elif kind == "LineString":
        yield _points(held)
    elif kind == "MultiLineString" and isinstance(held, list):
        for line in held:
            yield _points(line)
    else:
        yield f"a {str(kind)[:40]} is no road line"


def _points(line: Any) -> Points | str:
    if not isinstance(line, list) or len(line) < 2:
        return "a line of fewer than two points"
    points: Points = []
    for number, place in enumerate(line):
        if not isinstance(place, list) or len(place) < 2:
            return f"point {number} is no [longitude, latitude]"
        lon, lat = place[0], place[1]
        if type(lon) not in (int, float) or type(lat) not in (int, float):
            return f"point {number} is no [longitude, latitude]"
        if not (abs(lon) <= 180.0 and abs(lat) <= 90.0):
            return f"point {number} is not on the earth: longitude, latitude in degrees?"
        points.append((float(lon), float(lat)))
    return points


def _on_grid(lines: list[Points], theatre: Theatre) -> Iterator[tuple[tuple[float, float], ...] | None]:
    """Yield each line on the grid, None for one that leaves it."""
    places = np.array([point for line in lines for point in line], dtype=np.float64).reshape(-1, 2)
    east, north = to_grid(theatre, places[:, 1], places[:, 0])
    with np.errstate(invalid="ignore"):
        near = (np.abs(east) <= FARTHEST_M) & (np.abs(north) <= FARTHEST_M)
        metres = np.round(np.column_stack([east, north]), 1) + 0.0
    low = 0
    for line in lines:
        high = low + len(line)
        yield tuple((x, y) for x, y in metres[low:high].tolist()) if near[low:high].all() else None
        low = high
