"""The public surface for scripts and notebooks: read, track (Sensor, Lane, road_lines), viewshed, coverage, judge, audit.

Stable: what stands here is documented in docs/reference/python and changes only with a note in the changelog.
"""

from __future__ import annotations

import datetime
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import numpy.typing as npt
import pyarrow as pa

from truceline import coverage
from truceline.agreement.text import Agreement
from truceline.centre.audit import Audited, audit_path
from truceline.centre.reading import bytes_of, open_file, read_body
from truceline.coverage.detection import REFRACTION
from truceline.coverage.terrain import Singles
from truceline.coverage.terrain import viewshed as _viewshed
from truceline.means.watch import Watch
from truceline.picture.public import Lane, track
from truceline.picture.road_lines import MOST_BYTES, read_road_lines
from truceline.picture.sensor import Sensor
from truceline.record.policy import parse_policy
from truceline.terms.faults import Fault, Refusal
from truceline.terms.place import Site, Theatre
from truceline.terms.time import civil_day
from truceline.verify.finding import Finding
from truceline.verify.judge import Material
from truceline.verify.judge import judge as _judge

__all__ = [
    "Lane",
    "Reading",
    "Sensor",
    "audit",
    "coverage",
    "judge",
    "read",
    "road_lines",
    "track",
    "viewshed",
]


class Reading(msgspec.Struct, frozen=True):
    """What a file says: observations as an Arrow table, Watches, Faults, and the count of well-formed records."""

    observations: pa.Table
    watches: list[Watch]
    faults: list[Fault]
    records: int


def read(path: str | Path, means: str | None = None, *, site: Site | None = None) -> Reading:
    """Return what a file says; ``means`` is guessed from its name and first bytes when not given.

    Raises:
        Refusal: unreadable, too large, or no means claims it.
    """
    opened = open_file(Path(path), means)
    found = read_body(opened.means, opened.body, opened.changed_ns, site)
    return Reading(found.observations.to_arrow(), list(found.watches), list(found.faults), found.records)


def road_lines(path: str | Path, lat_deg: float, lon_deg: float) -> list[list[tuple[float, float]]]:
    """Return a GeoJSON file's road lines as (east_m, north_m) on the theatre grid about an origin (WGS84).

    What is no road line is left out.

    Raises:
        Refusal: unreadable, too large, no GeoJSON, or no line within 2,000 km of the origin.
    """
    if not (abs(lat_deg) <= 89.0 and abs(lon_deg) <= 180.0):
        raise Refusal(f"{lat_deg}, {lon_deg} can be no grid's origin", remedy="give degrees WGS84")
    body = bytes_of(Path(path), MOST_BYTES >> 20)
    return [list(line) for line in read_road_lines(body, Theatre(lat_deg, lon_deg), str(path)).lines]


def viewshed(
    heights_m: npt.NDArray[Any], cell_m: float, row: int, col: int, mast_m: float, k: float = REFRACTION
) -> Singles:
    """Return the least height in metres above ground at which each cell is visible from a mast; float32.

    ``heights_m`` (rows, columns) in metres, ``cell_m`` its spacing, ``mast_m`` the eye above the ground of cell (row, col),
    ``k`` the effective-earth factor. Holes (NaN) and what lies behind them are infinite. Runs on all processors; the bytes
    do not depend on how many there are.

    Raises:
        Refusal: no two-dimensional heights, the mast outside them, over a hole or under the ground, or a bad spacing.
    """
    with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
        return _viewshed(heights_m, cell_m, row, col, mast_m, k, pool.map)


def judge(agreement: Agreement, material: Material, day: datetime.date) -> list[Finding]:
    """Return the findings of a civil day of the agreement from the material of its pictures and coverage."""
    start_ns, end_ns = civil_day(day, agreement.time_zone)
    return list(_judge(agreement, msgspec.structs.replace(material, start_ns=start_ns, end_ns=end_ns), ()))


def audit(path: str | Path, policy: bytes | None = None) -> Audited:
    """Check a centre directory or a bundle and compute its sealed days again.

    Raises:
        Refusal: there is neither, or the policy does not parse.
    """
    return audit_path(Path(path), parse_policy(policy) if policy is not None else None)
