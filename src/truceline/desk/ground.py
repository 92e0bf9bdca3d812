"""Ground: areas and places of the agreement as GeoJSON, and coverage as a raster that a map can draw.

A figure of coverage is cut, not rounded, so that no cell is shown as better watched than it was.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import shapely

from truceline.agreement.areas import Area
from truceline.agreement.text import Agreement
from truceline.coverage.coverage import Coverage
from truceline.coverage.seen import seen_there, step_at
from truceline.desk.answers import (
    AreaAnswer,
    AreaFacts,
    AreasAnswer,
    CoverageAnswer,
    CoverageHere,
    Geometry,
    PlaceAnswer,
    Point,
    SeenBy,
)
from truceline.desk.plain import ms
from truceline.desk.shelf import Page
from truceline.terms.faults import Refusal
from truceline.terms.place import Theatre, to_geographic, to_grid

LATTICE = 9
ARC_STEPS = 8


def areas(agreement: Agreement, theatre: Theatre) -> AreasAnswer:
    """Return all areas and lines of an agreement as GeoJSON Features."""
    clauses = {
        area.id: tuple(c.id for c in agreement.clauses if area.id in c.area) for area in agreement.areas
    }
    return AreasAnswer(
        tuple(
            AreaAnswer(
                area.id,
                _geometry(agreement, area, theatre),
                AreaFacts(area.name, area.approximate, area.map_version, area.author, clauses[area.id]),
            )
            for area in agreement.areas
        )
    )


def places(agreement: Agreement) -> tuple[PlaceAnswer, ...]:
    """Return the sites that the agreement's areas name."""
    return tuple(
        PlaceAnswer(site.id, site.name, site.lon_deg, site.lat_deg, number == 0)
        for area in agreement.areas
        for number, site in enumerate(area.site)
    )


def coverage_at(page: Page, name: str, at_ns: int) -> CoverageAnswer:
    """Return the coverage of a class at an instant.

    Raises:
        Refusal: the class was not folded.
    """
    coverage = page.day.coverage
    kind = _kind(coverage, name)
    step = step_at(coverage, at_ns, page.day.known_ns)
    start_ns = coverage.start_ns + step * coverage.step_ns
    grid = coverage.grid
    percent = np.floor(coverage.probability[kind, step].astype(np.float64) * 100 + 1e-4).astype(np.int64)
    return CoverageAnswer(
        object_class=name,
        classes=coverage.classes,
        start_ms=ms(start_ns),
        end_ms=ms(start_ns + coverage.step_ns),
        rows=grid.rows,
        columns=grid.columns,
        cell_m=grid.cell_m,
        lattice_rows=LATTICE,
        lattice_columns=LATTICE,
        lattice=_lattice(
            page.day.theatre, grid.east_m, grid.north_m, grid.columns * grid.cell_m, grid.rows * grid.cell_m
        ),
        percent=tuple(percent.tolist()),
        terrain=coverage.terrain,
    )


def coverage_here(page: Page, name: str, at_ns: int, lon: float, lat: float) -> CoverageHere:
    """Return who could have seen a class at a place, then, and what stood in the way.

    Raises:
        Refusal: the class was not folded.
    """
    day = page.day
    found = seen_there(day.coverage, day.theatre, name, at_ns, day.known_ns, lon, lat)
    return CoverageHere(
        lon,
        lat,
        ms(at_ns),
        name,
        found.probability,
        tuple(SeenBy(*answer) for answer in found.sources),
        found.terrain,
    )


def _kind(coverage: Coverage, name: str) -> int:
    if name not in coverage.classes:
        raise Refusal(f"no coverage was folded for {name!r}", remedy=f"one of {', '.join(coverage.classes)}")
    return coverage.classes.index(name)


def _geometry(agreement: Agreement, area: Area, theatre: Theatre) -> Geometry:
    if area.kind == "polygon":
        ring = tuple((float(lon), float(lat)) for lon, lat in area.ring)
        return Geometry("Polygon", ((*ring, ring[0]) if ring[0] != ring[-1] else ring,))
    if area.kind == "line":
        return Geometry("MultiLineString", (tuple((float(lon), float(lat)) for lon, lat in area.line),))
    line = agreement.area(area.of).line
    return _buffer(line, area.half_width_m, theatre)


@lru_cache(maxsize=32)
def _buffer(line: tuple[Point, ...], half_width_m: float, theatre: Theatre) -> Geometry:
    east, north = to_grid(theatre, np.array([p[1] for p in line]), np.array([p[0] for p in line]))
    # Flat ends as on the prints of such lines would hide ground that the judge counts as inside.
    shape = shapely.buffer(
        shapely.LineString(np.column_stack([east, north])),
        half_width_m,
        quad_segs=ARC_STEPS,
        cap_style="round",
    )
    corners = shapely.get_coordinates(shape.exterior)
    lat, lon = to_geographic(theatre, corners[:, 0], corners[:, 1])
    return Geometry("Polygon", (tuple(zip(lon.round(5).tolist(), lat.round(5).tolist(), strict=True)),))


@lru_cache(maxsize=8)
def _lattice(
    theatre: Theatre, east_m: float, north_m: float, width_m: float, height_m: float
) -> tuple[Point, ...]:
    east = np.tile(east_m + np.linspace(0, width_m, LATTICE), LATTICE)
    north = np.repeat(north_m + np.linspace(0, height_m, LATTICE), LATTICE)
    lat, lon = to_geographic(theatre, east, north)
    return tuple(zip(lon.round(6).tolist(), lat.round(6).tolist(), strict=True))
