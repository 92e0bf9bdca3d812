"""A small theatre for coverage tests: two radars of different owners, a receiver, patrols and a satellite."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from truceline.coverage.coverage import Coverage, fold_coverage
from truceline.coverage.terrain import Terrain
from truceline.means.source import Detection, Shares, Source
from truceline.means.watch import Area, Sector, Swath, Watch
from truceline.terms.classes import NAMES
from truceline.terms.place import CellGrid, Site, Theatre, to_geographic
from truceline.terms.time import NS_PER_S, parse_time

THEATRE = Theatre(39.8, 46.8)
GRID = CellGrid(-40_000.0, -40_000.0, 5_000.0, 16, 16)
START = parse_time("2020-11-20T06:00:00Z")
STEP = 600 * NS_PER_S
STEPS = 12
END = START + STEPS * STEP
WEST, EAST = Site(39.8, 46.3, 20.0), Site(39.8, 47.3, 20.0)

R1 = Source("R1", "asterix", site=WEST, shares=Shares(owner="one"))
R2 = Source("R2", "asterix", site=EAST, home="B", shares=Shares(owner="two"))
RECEIVER = Source("ADSB", "adsb", site=WEST, shares=Shares(owner="three"), detection=Detection(ceiling=0.98))
PATROL = Source("PATROL", "report", shares=Shares(owner="four"))
FIRMS = Source("FIRMS", "firms", shares=Shares(owner="five"))
SOURCES = (R1, R2, RECEIVER, PATROL, FIRMS)


def minutes(number: float) -> int:
    """The instant that many minutes after the start."""
    return START + round(number * 60) * NS_PER_S


def turning(source: Source, start_min: float = 0, end_min: float = 120, range_m: float = 150_000.0) -> Watch:
    """A stretch of a radar's or receiver's watch."""
    assert source.site is not None
    return Watch(
        source.name, minutes(start_min), minutes(end_min), Sector(source.site, range_m), mode="rotating"
    )


def ring(west_m: float, south_m: float, east_m: float, north_m: float) -> tuple[tuple[float, float], ...]:
    """A rectangle of the theatre grid as (lon, lat)."""
    east = np.array([west_m, east_m, east_m, west_m])
    north = np.array([south_m, south_m, north_m, north_m])
    lat, lon = to_geographic(THEATRE, east, north)
    return tuple((float(x), float(y)) for x, y in zip(lon, lat, strict=True))


def visit(start_min: float, end_min: float, **chances: float) -> Watch:
    """A patrol that looks at the middle of the theatre."""
    area = Area(ring(-10_000.0, -10_000.0, 10_000.0, 10_000.0))
    return Watch(
        "PATROL", minutes(start_min), minutes(end_min), area, mode="patrol", classes=tuple(chances.items())
    )


def satellite(start_min: float, end_min: float, clear: float, **chances: float) -> Watch:
    """A pass over the whole theatre."""
    swath = Swath(ring(-90_000.0, -90_000.0, 90_000.0, 90_000.0), clear)
    return Watch(
        "FIRMS", minutes(start_min), minutes(end_min), swath, mode="pass", classes=tuple(chances.items())
    )


def folded(
    watches: Sequence[Watch],
    sources: Sequence[Source] = SOURCES,
    terrain: Terrain | None = None,
    **heights: float,
) -> Coverage:
    """The coverage of two hours of the theatre for every class."""
    return fold_coverage(watches, sources, THEATRE, GRID, START, END, STEP, NAMES, terrain, heights)
