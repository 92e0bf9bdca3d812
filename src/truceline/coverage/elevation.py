"""Elevation: the terrain of a theatre as one body of bytes, so that a log can hold it and everyone folds with the same.

    one line of canonical JSON (``Sheet``) LF
    rows x columns of <i2 in half metres above the ellipsoid, row 0 southmost, west to east; -32768 is a hole
The sheet names the files that the heights were made from by SHA-256, with their resolution and vertical datum as declared,
so that somebody elsewhere can fetch them and make the body again. Heights are rounded to half a metre: models of the ground
are no better than that.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from truceline.coverage.terrain import SUNK_M, Terrain
from truceline.means.source import Source
from truceline.terms.faults import Refusal
from truceline.terms.ids import digest
from truceline.terms.place import Theatre, to_grid

Singles = npt.NDArray[np.float32]

UNIT_M = 0.5
HOLE = -32768
LOWEST_M, HIGHEST_M = -500.0, 9_000.0
MOST_CELLS = 64_000_000
DATUMS = ("ellipsoid", "geoid")


class ElevationFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file that heights were made from: its name, SHA-256, form (hgt, GTiff, PNG), size, and spacing in metres."""

    name: str
    sha256: str
    form: str
    bytes: int
    native_m: float


class Sheet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a terrain body says of itself.

    ``source_note`` says where the files come from, in the words of who added them; ``datum`` is what their heights count
    from (ellipsoid, geoid) and ``geoid_m`` the geoid's height above the ellipsoid that was added; ``unit`` is m or ft.
    """

    terrain: int
    name: str
    source_note: str
    lat_deg: float
    lon_deg: float
    east_m: float
    north_m: float
    cell_m: float
    rows: int
    columns: int
    native_m: float
    datum: str
    geoid_m: float
    unit: str
    holes: int
    files: tuple[ElevationFile, ...] = ()
    exercise: str = ""


def elevation_body(sheet: Sheet, heights_m: npt.NDArray[np.floating]) -> bytes:
    """Return the body of heights in metres above the ellipsoid, shape (rows, columns), NaN where nothing is known.

    Raises:
        Refusal: heights that no ground has (see ``check_heights``).
    """
    check_heights(heights_m, sheet.name)
    known = np.isfinite(heights_m)
    units = np.where(known, np.rint(np.where(known, heights_m, 0.0) / UNIT_M), HOLE).astype("<i2")
    told = msgspec.structs.replace(
        sheet, rows=units.shape[0], columns=units.shape[1], holes=int(known.size - known.sum())
    )
    return msgspec.json.encode(told, order="deterministic") + b"\n" + units.tobytes()


def read_elevation(body: bytes) -> tuple[Sheet, Terrain]:
    """Return the sheet and the terrain of a body.

    Raises:
        Refusal: the body is none.
    """
    head, _, rest = body.partition(b"\n")
    try:
        sheet = msgspec.json.decode(head, type=Sheet)
    except msgspec.DecodeError as error:
        raise Refusal(f"unreadable terrain: {error}", where="log") from error
    numbers = (sheet.cell_m, sheet.east_m, sheet.north_m, sheet.native_m)
    sound = sheet.terrain == 1 and sheet.cell_m > 0 and all(math.isfinite(value) for value in numbers)
    if not sound or min(sheet.rows, sheet.columns) < 2 or len(rest) != 2 * sheet.rows * sheet.columns:
        raise Refusal(
            f"a terrain of {sheet.rows} x {sheet.columns} heights in {len(rest):,} bytes", where="log"
        )
    units = np.frombuffer(rest, "<i2").reshape(sheet.rows, sheet.columns)
    heights = np.where(units == HOLE, np.float32(np.nan), units.astype(np.float32) * np.float32(UNIT_M))
    name = f"EXERCISE {sheet.name}" if sheet.exercise else sheet.name
    return sheet, Terrain(
        name, sheet.east_m, sheet.north_m, sheet.cell_m, heights, sheet.native_m, digest(body)
    )


def check_heights(heights_m: npt.NDArray[np.floating], where: str) -> None:
    """Look whether heights are heights of ground in metres.

    Raises:
        Refusal: nothing but holes, or heights below the Dead Sea's shore or above Everest.
    """
    known = heights_m[np.isfinite(heights_m)]
    if not len(known):
        raise Refusal("the terrain holds no height at all", where=where, remedy="name tiles of the theatre")
    low, high = float(known.min()), float(known.max())
    if low < LOWEST_M or high > HIGHEST_M:
        feet = "--unit ft if they are feet" if high > HIGHEST_M else "mark what is no height as void"
        raise Refusal(
            f"heights from {low:,.0f} to {high:,.0f} m: no ground on earth lies so",
            where=where,
            remedy=feet,
        )


def sunk(terrain: Terrain, sources: Sequence[Source], theatre: Theatre) -> list[tuple[Source, float]]:
    """Return the sources whose antenna stands further than SUNK_M under the terrain's ground, with that ground's height."""
    found = []
    for source in sources:
        if source.site is None:
            continue
        east, north = to_grid(theatre, np.array([source.site.lat_deg]), np.array([source.site.lon_deg]))
        ground = terrain.ground_m(float(east[0]), float(north[0]))
        if source.site.height_m < ground - SUNK_M:
            found.append((source, ground))
    return found


def check_sites(terrain: Terrain, sources: Sequence[Source], theatre: Theatre) -> None:
    """Look whether every declared sensor stands on or above a terrain's ground.

    Raises:
        Refusal: one is under it; names the place.
    """
    for source, ground in sunk(terrain, sources, theatre):
        assert source.site is not None
        raise Refusal(
            f"source {source.name!r} at {source.site.height_m:,.0f} m would stand {ground - source.site.height_m:,.0f} m "
            f"below the ground ({ground:,.0f} m above the ellipsoid)",
            where=f"{source.site.lat_deg:.5f}, {source.site.lon_deg:.5f}",
            remedy="compare the site's height and the terrain's --datum, --geoid-m and --unit: a site counts from the "
            "ellipsoid, antenna included",
        )
