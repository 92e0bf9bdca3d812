"""Terrain files that an operator supplies, laid on the theatre grid.

    N39E046.hgt     SRTM: 1201 x 1201 or 3601 x 3601 big-endian int16, north row first, the name's corner in the
                    south-west, samples on the degree lines, void -32768
    *.tif           GeoTIFF of one band in any projection it names (rasterio, extra ``terrain``)
    Z/X/Y.png       terrarium tile in Web Mercator: height = 256 R + G + B / 256 - 32768 (rasterio)
A cell takes the height between the four samples round its middle; where one of them is void the cell is a hole, and holes
stay holes. Source: USGS, SRTM Topography (documentation of version 2.1); Mapzen, Terrain Tiles, formats.
"""

from __future__ import annotations

import importlib
import math
import re
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from truceline.centre.config import Config, theatre_of
from truceline.centre.reading import bytes_of
from truceline.coverage.elevation import (
    DATUMS,
    MOST_CELLS,
    ElevationFile,
    Sheet,
    check_heights,
    check_sites,
    elevation_body,
    read_elevation,
)
from truceline.terms.faults import Refusal
from truceline.terms.ids import digest
from truceline.terms.place import to_geographic, to_grid

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Spot = Callable[[Floats, Floats], tuple[Floats, Floats]]

FOOT_M = 0.3048
METRES_A_DEGREE = 111_320.0
MERCATOR_M = 20_037_508.342789244
MOST_MIB = 2048
VOID_M = -32_000.0
UNITS = {"m": 1.0, "ft": FOOT_M}
HGT_NAME = re.compile(r"^([NS])(\d{2})([EW])(\d{3})$", re.IGNORECASE)
HGT_SIDES = {2 * side * side: side for side in (1201, 3601)}
TILE_NAME = re.compile(r"(\d+)[/\\_-](\d+)[/\\_-](\d+)$")


class Declared(msgspec.Struct, frozen=True):
    """What files do not say of themselves: where they come from, datum, the geoid's height, unit, cell (0: their own)."""

    source_note: str
    datum: str = ""
    geoid_m: float | None = None
    unit: str = "m"
    cell_m: float = 0.0
    name: str = ""


class Tile(msgspec.Struct, frozen=True):
    """Heights as read, what the file is, and where (lat_deg, lon_deg) lies in it as (row, column) between samples."""

    file: ElevationFile
    heights: Singles
    spot: Spot


def terrain_of_files(paths: Sequence[Path], config: Config, declared: Declared) -> bytes:
    """Return the terrain body that files make on the theatre grid of a centre.

    Raises:
        Refusal: a file that is no terrain, has no projection, lies off the theatre or holds what is no height in metres; a
            datum not declared; a sensor under the ground.
    """
    tiles = [open_tile(path, declared.unit) for path in paths]
    datum, geoid_m = _datum(tiles, declared)
    native_m = max(tile.file.native_m for tile in tiles)
    west, south, cell_m, rows, columns = _frame(config, declared.cell_m or native_m)
    theatre = theatre_of(config)
    east = np.tile(west + (np.arange(columns) + 0.5) * cell_m, rows)
    north = np.repeat(south + (np.arange(rows) + 0.5) * cell_m, columns)
    lat, lon = to_geographic(theatre, east, north)
    heights = np.full(rows * columns, np.nan, np.float32)
    for tile in tiles:
        inside, found = _sampled(tile, lat, lon)
        if not inside.any():
            raise Refusal(
                f"the tile lies off the theatre round {theatre.lat_deg:g}, {theatre.lon_deg:g}",
                where=tile.file.name,
                remedy="name tiles of the theatre, or look at their projection and [theatre] in centre.toml",
            )
        known = inside & np.isfinite(found)
        heights[known] = found[known]
    sheet = Sheet(
        1, declared.name or f"{tiles[0].file.form} terrain", declared.source_note, theatre.lat_deg, theatre.lon_deg,
        west, south, cell_m, rows, columns, native_m, datum, geoid_m, declared.unit, 0,
        tuple(tile.file for tile in tiles),
    )  # fmt: skip
    body = elevation_body(sheet, heights.reshape(rows, columns) + np.float32(geoid_m))
    check_sites(read_elevation(body)[1], config.source, theatre)
    return body


def open_tile(path: Path, unit: str = "m") -> Tile:
    """Return one file's heights in metres from its own datum.

    Raises:
        Refusal: unreadable, no terrain file, or heights that no ground has.
    """
    if unit not in UNITS:
        raise Refusal(f"no unit is called {unit!r}", remedy=f"one of {', '.join(UNITS)}")
    body = bytes_of(path, MOST_MIB)
    suffix = path.suffix.lower()
    if suffix == ".hgt":
        tile = _hgt(path, body)
    elif suffix in (".tif", ".tiff", ".png"):
        tile = _raster(path, body, unit)
    else:
        raise Refusal(
            "no terrain file", where=str(path), remedy="*.hgt, *.tif (GeoTIFF) or Z/X/Y.png (terrarium)"
        )
    heights = tile.heights * np.float32(UNITS[unit])
    check_heights(heights, str(path))
    return msgspec.structs.replace(tile, heights=heights)


def _datum(tiles: Sequence[Tile], declared: Declared) -> tuple[str, float]:
    datum = declared.datum or ("geoid" if all(tile.file.form == "hgt" for tile in tiles) else "")
    if datum not in DATUMS:
        raise Refusal(
            f"the vertical datum is {'not declared' if not datum else f'{datum!r}'}",
            remedy="--datum ellipsoid, or --datum geoid with --geoid-m (SRTM, Copernicus and terrarium: geoid)",
        )
    if datum == "geoid" and declared.geoid_m is None:
        raise Refusal(
            "heights above the geoid (mean sea level), but its height above the ellipsoid is not declared",
            remedy="--geoid-m N, the geoid's height over WGS84 here, between -107 and 86 m; sites count from the ellipsoid",
        )
    geoid_m = declared.geoid_m or 0.0 if datum == "geoid" else 0.0
    if not -110.0 <= geoid_m <= 90.0:
        raise Refusal(f"no geoid lies {geoid_m:g} m above the ellipsoid", remedy="between -107 and 86 m")
    return datum, geoid_m


def _frame(config: Config, cell_m: float) -> tuple[float, float, float, int, int]:
    """South-west corner, cell, rows and columns: the theatre's square, and every sensor's site with 5 km round it."""
    half = config.theatre.half_width_m
    sites = [source.site for source in config.source if source.site is not None]
    lat, lon = np.array([s.lat_deg for s in sites], float), np.array([s.lon_deg for s in sites], float)
    east, north = to_grid(theatre_of(config), lat, lon)
    edges = []
    for values in (east, north):
        near = values[np.isfinite(values) & (np.abs(values) <= 3.0 * half)]
        edges.append((min([-half, *(near - 5_000.0)]), max([half, *(near + 5_000.0)])))
    if not (math.isfinite(cell_m) and cell_m >= 1.0):
        raise Refusal(f"cells of {cell_m} m", remedy="--cell-m from 1")
    (west, right), (south, top) = edges
    west, south = math.floor(west / cell_m) * cell_m, math.floor(south / cell_m) * cell_m
    rows, columns = math.ceil((top - south) / cell_m), math.ceil((right - west) / cell_m)
    if rows * columns > MOST_CELLS:
        raise Refusal(f"{rows * columns:,} cells are more than {MOST_CELLS:,}", remedy="a larger --cell-m")
    return west, south, cell_m, rows, columns


def _sampled(tile: Tile, lat: Floats, lon: Floats) -> tuple[npt.NDArray[np.bool_], Singles]:
    """Per place whether it lies in the tile, and the height between its four samples, NaN at a void."""
    row, column = tile.spot(lat, lon)
    rows, columns = tile.heights.shape
    # a place up to half a sample outside belongs to the tile's edge
    inside = (row >= -0.5) & (column >= -0.5) & (row <= rows - 0.5) & (column <= columns - 0.5)
    found = np.full(len(lat), np.nan, np.float32)
    y, x = np.clip(row[inside], 0, rows - 1), np.clip(column[inside], 0, columns - 1)
    r, c = np.minimum(y.astype(np.int64), rows - 2), np.minimum(x.astype(np.int64), columns - 2)
    v, u = (y - r).astype(np.float32), (x - c).astype(np.float32)
    z = tile.heights
    low = z[r, c] * (1 - u) + z[r, c + 1] * u
    high = z[r + 1, c] * (1 - u) + z[r + 1, c + 1] * u
    found[inside] = low * (1 - v) + high * v
    return inside, found


def _hgt(path: Path, body: bytes) -> Tile:
    name = HGT_NAME.match(path.stem)
    side = HGT_SIDES.get(len(body))
    if name is None or side is None:
        raise Refusal(
            f"no SRTM tile: {len(body):,} bytes named {path.name!r}",
            where=str(path),
            remedy="named by its south-west corner such as N39E046.hgt, of 1201 x 1201 or 3601 x 3601 heights",
        )
    south = int(name[2]) * (1 if name[1].upper() == "N" else -1)
    west = int(name[4]) * (1 if name[3].upper() == "E" else -1)
    values = np.frombuffer(body, ">i2").reshape(side, side).astype(np.float32)
    values[values <= VOID_M] = np.nan
    steps = float(side - 1)
    native_m = round(METRES_A_DEGREE / steps, 1)

    def spot(lat: Floats, lon: Floats) -> tuple[Floats, Floats]:
        return (south + 1 - lat) * steps, (lon - west) * steps

    return Tile(ElevationFile(path.name, digest(body), "hgt", len(body), native_m), values, spot)


def _raster(path: Path, body: bytes, unit: str) -> Tile:
    try:
        rasterio: Any = importlib.import_module("rasterio")
    except ImportError as error:
        raise Refusal(
            "reading GeoTIFF and PNG tiles needs rasterio, which is not installed",
            where=str(path),
            remedy="pip install 'truceline[terrain]', or bring SRTM .hgt tiles",
        ) from error
    try:
        # a tile's place stands in its name, not in the file
        with warnings.catch_warnings(), rasterio.MemoryFile(body) as memory:
            warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
            held = memory.open()
            if path.suffix.lower() == ".png":
                return _terrarium(path, body, held)
            return _geotiff(path, body, held, unit)
    except rasterio.errors.RasterioError as error:
        raise Refusal(f"unreadable raster: {error}", where=str(path), remedy="check the file") from error


def _geotiff(path: Path, body: bytes, held: Any, unit: str) -> Tile:
    if held.count != 1 or held.crs is None or held.transform.is_identity:
        raise Refusal(
            f"{held.count} bands, projection {held.crs or 'not named'}: no elevation model with a place on earth",
            where=str(path),
            remedy="a GeoTIFF of one band that names its projection (gdal_translate -a_srs writes one in)",
        )
    told = (held.units[0] or "m").lower()
    if unit == "m" and (told.startswith(("ft", "feet", "foot")) or "foot" in told):
        raise Refusal(f"the file's heights are in {told}", where=str(path), remedy="--unit ft")
    values = held.read(1, masked=True).filled(np.nan) if held.dtypes[0].startswith("float") else None
    if values is None:
        band = held.read(1, masked=True)
        values = np.where(np.ma.getmaskarray(band), np.nan, band.data.astype(np.float32))
    values = np.asarray(values, np.float32)
    values[values <= VOID_M] = np.nan
    back = ~held.transform
    geographic = bool(held.crs.is_geographic)
    forward = _projection(held.crs.to_wkt())
    scale = METRES_A_DEGREE if geographic else float(held.crs.linear_units_factor[1])
    native_m = round(math.sqrt(abs(held.transform.determinant)) * scale, 1)

    def spot(lat: Floats, lon: Floats) -> tuple[Floats, Floats]:
        x, y = forward(lon, lat)
        return back.d * x + back.e * y + back.f - 0.5, back.a * x + back.b * y + back.c - 0.5

    return Tile(ElevationFile(path.name, digest(body), "GTiff", len(body), native_m), values, spot)


def _projection(wkt: str) -> Callable[[Floats, Floats], tuple[Floats, Floats]]:
    from pyproj import Transformer  # noqa: PLC0415 - only this reader projects

    transform = Transformer.from_crs("EPSG:4326", wkt, always_xy=True).transform
    return lambda lon, lat: transform(lon, lat)  # noqa: PLW0108 - untyped


def _terrarium(path: Path, body: bytes, held: Any) -> Tile:
    name = TILE_NAME.search(path.with_suffix("").as_posix())
    if name is None or held.count < 3:
        raise Refusal(
            f"no terrarium tile: {held.count} bands named {path.name!r}",
            where=str(path),
            remedy="a red-green-blue PNG named by zoom, column and row: Z/X/Y.png or Z_X_Y.png",
        )
    zoom, tile_x, tile_y = (int(part) for part in name.groups())
    if not (0 <= zoom <= 20 and 0 <= tile_x < 2**zoom and 0 <= tile_y < 2**zoom):
        raise Refusal(f"no tile {zoom}/{tile_x}/{tile_y}", where=str(path), remedy="zoom 0 to 20")
    red, green, blue = (held.read(band).astype(np.float32) for band in (1, 2, 3))
    values = red * np.float32(256.0) + green + blue / np.float32(256.0) - np.float32(32768.0)
    values[values <= VOID_M] = np.nan
    side = values.shape[0]
    turn = math.atan(math.sinh(math.pi * (1 - 2 * (tile_y + 0.5) / 2**zoom)))
    native_m = round(2 * MERCATOR_M / 2**zoom / side * math.cos(turn), 1)

    def spot(lat: Floats, lon: Floats) -> tuple[Floats, Floats]:
        x = (lon + 180.0) / 360.0 * 2**zoom - tile_x
        tilted = np.arcsinh(np.tan(np.radians(lat)))
        y = (1.0 - tilted / math.pi) / 2.0 * 2**zoom - tile_y
        return y * side - 0.5, x * side - 0.5

    return Tile(ElevationFile(path.name, digest(body), "PNG", len(body), native_m), values, spot)
