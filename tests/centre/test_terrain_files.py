"""Terrain files: SRTM, GeoTIFF and terrarium tiles on the theatre grid; and everything that is none."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pytest

from truceline.centre import terrain_files
from truceline.centre.config import Config, PartSettings, TheatreSettings
from truceline.centre.terrain_files import Declared, open_tile, terrain_of_files
from truceline.coverage.elevation import Sheet, elevation_body, read_elevation
from truceline.coverage.terrain import Terrain
from truceline.means.source import Source
from truceline.terms.faults import Refusal
from truceline.terms.ids import digest
from truceline.terms.place import Site, Theatre, to_grid

IGNORED = "ignore:Dataset has no geotransform"
CONFIG = Config(theatre=TheatreSettings(39.5, 46.5, 20_000.0), part=(PartSettings("A"),))
SRTM = Declared("made for a test", geoid_m=10.0)
ELLIPSOID = Declared("made for a test", datum="ellipsoid")


def slope(lat: Any, lon: Any) -> Any:
    """A plane in degrees: bilinear reading must give it back exactly."""
    return 1800.0 + 1000.0 * (lat - 39.5) + 2000.0 * (lon - 46.5)


def hgt(
    folder: Path, name: str = "N39E046.hgt", void: tuple[int, int] | None = None, scale: float = 1.0
) -> Path:
    lat, lon = 40.0 - np.arange(1201)[:, None] / 1200.0, 46.0 + np.arange(1201)[None, :] / 1200.0
    heights = np.rint(slope(lat, lon) * scale).astype(">i2")
    if void is not None:
        heights[void] = -32768
    path = folder / name
    path.write_bytes(heights.tobytes())
    return path


def height_at(terrain: Terrain, lat: float, lon: float) -> float:
    east, north = to_grid(Theatre(39.5, 46.5), np.array([lat]), np.array([lon]))
    return terrain.ground_m(float(east[0]), float(north[0]))


def test_srtm_is_laid_on_the_theatre_grid_above_the_ellipsoid(tmp_path: Path) -> None:
    path = hgt(tmp_path)
    body = terrain_of_files([path], CONFIG, SRTM)
    sheet, terrain = read_elevation(body)
    assert (sheet.datum, sheet.geoid_m, sheet.native_m, sheet.cell_m) == ("geoid", 10.0, 92.8, 92.8)
    assert sheet.files[0].sha256 == digest(path.read_bytes()) and sheet.source_note == "made for a test"
    for lat, lon in ((39.5, 46.5), (39.6, 46.4), (39.42, 46.63)):
        assert height_at(terrain, lat, lon) == pytest.approx(slope(lat, lon) + 10.0, abs=1.5)
    assert terrain.text() == f"hgt terrain {terrain.content[:8]} 92.8 m" and sheet.holes == 0
    assert terrain.content == digest(body) and terrain_of_files([path], CONFIG, SRTM) == body


def test_a_void_stays_a_hole(tmp_path: Path) -> None:
    sheet, terrain = read_elevation(terrain_of_files([hgt(tmp_path, void=(600, 600))], CONFIG, SRTM))
    assert 1 <= sheet.holes <= 9
    assert math.isnan(height_at(terrain, 39.5, 46.5)) and not math.isnan(height_at(terrain, 39.52, 46.5))


def test_the_coarser_of_both_resolutions_is_told(tmp_path: Path) -> None:
    _, terrain = read_elevation(
        terrain_of_files([hgt(tmp_path)], CONFIG, msgspec.structs.replace(SRTM, cell_m=50.0))
    )
    assert terrain.cell_m == 50.0 and terrain.text().endswith(" 92.8 m")


def test_feet_are_turned_into_metres(tmp_path: Path) -> None:
    feet = hgt(tmp_path, scale=1 / 0.3048)
    _, terrain = read_elevation(terrain_of_files([feet], CONFIG, msgspec.structs.replace(SRTM, unit="ft")))
    assert height_at(terrain, 39.55, 46.45) == pytest.approx(slope(39.55, 46.45) + 10.0, abs=1.5)


def test_heights_that_no_ground_has_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="no ground on earth") as told:
        open_tile(hgt(tmp_path, scale=7.0))
    assert "--unit ft" in told.value.remedy and "N39E046" in told.value.where


@pytest.mark.parametrize(
    ("declared", "what"),
    [
        (Declared("x"), "height above the ellipsoid is not declared"),
        (Declared("x", datum="sea"), "vertical datum"),
        (Declared("x", geoid_m=500.0), "no geoid lies"),
        (Declared("x", geoid_m=1.0, unit="yd"), "no unit"),
        (Declared("x", geoid_m=1.0, cell_m=0.2), "cells of"),
        (Declared("x", geoid_m=1.0, cell_m=2.0), "more than"),
    ],
)
def test_what_is_declared_must_make_sense(tmp_path: Path, declared: Declared, what: str) -> None:
    with pytest.raises(Refusal, match=what):
        terrain_of_files([hgt(tmp_path)], CONFIG, declared)


def test_a_tile_off_the_theatre_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="off the theatre") as told:
        terrain_of_files([hgt(tmp_path), hgt(tmp_path, "N10E010.hgt")], CONFIG, SRTM)
    assert told.value.where == "N10E010.hgt"


def test_a_sensor_under_the_ground_is_refused_with_its_place(tmp_path: Path) -> None:
    radar = Source("R1", "asterix", site=Site(39.55, 46.55, 200.0))
    with pytest.raises(Refusal, match="'R1' at 200 m would stand 1,760 m below") as told:
        terrain_of_files([hgt(tmp_path)], msgspec.structs.replace(CONFIG, source=(radar,)), SRTM)
    assert told.value.where == "39.55000, 46.55000" and "--geoid-m" in told.value.remedy


@pytest.mark.parametrize(
    ("name", "body"), [("N39E046.hgt", b"short"), ("hill.hgt", bytes(2 * 1201 * 1201)), ("a.txt", b"x")]
)
def test_what_is_no_tile_is_refused(tmp_path: Path, name: str, body: bytes) -> None:
    (tmp_path / name).write_bytes(body)
    with pytest.raises(Refusal):
        open_tile(tmp_path / name)


def geotiff(
    path: Path, crs: str | None, west: float, north: float, step: float, values: Any, **more: Any
) -> Path:
    rasterio = pytest.importorskip("rasterio", reason="the extra `terrain` is not installed")
    transform = rasterio.Affine(step, 0.0, west, 0.0, -step, north)
    with rasterio.open(
        path, "w", driver="GTiff", height=values.shape[0], width=values.shape[1], count=1,
        dtype=values.dtype, crs=crs, transform=transform, **more,
    ) as held:  # fmt: skip
        held.write(values, 1)
    return path


def test_a_geotiff_in_utm_is_reprojected(tmp_path: Path) -> None:
    pyproj = pytest.importorskip("pyproj")
    back = pyproj.Transformer.from_crs("EPSG:32638", "EPSG:4326", always_xy=True)
    x = 580_000.0 + (np.arange(1000) + 0.5) * 100.0
    y = 4_430_000.0 - (np.arange(1000) + 0.5) * 100.0
    lon, lat = back.transform(*np.meshgrid(x, y))
    path = geotiff(
        tmp_path / "u.tif", "EPSG:32638", 580_000.0, 4_430_000.0, 100.0, slope(lat, lon).astype(np.float32)
    )
    sheet, terrain = read_elevation(terrain_of_files([path], CONFIG, ELLIPSOID))
    assert (sheet.native_m, sheet.datum) == (100.0, "ellipsoid")
    for at in ((39.5, 46.5), (39.62, 46.41)):
        assert height_at(terrain, *at) == pytest.approx(slope(*at), abs=2.0)


def test_a_geotiff_keeps_its_void(tmp_path: Path) -> None:
    values = np.full((200, 200), 700, np.int16)
    values[90:110, 90:110] = -9999
    path = geotiff(tmp_path / "v.tif", "EPSG:4326", 46.0, 40.0, 0.005, values, nodata=-9999)
    sheet, terrain = read_elevation(terrain_of_files([path], CONFIG, ELLIPSOID))
    assert math.isnan(height_at(terrain, 39.5, 46.5)) and height_at(terrain, 39.6, 46.4) == 700.0
    assert sheet.holes > 0


@pytest.mark.filterwarnings(IGNORED)
def test_a_geotiff_without_projection_is_refused(tmp_path: Path) -> None:
    path = geotiff(tmp_path / "n.tif", None, 46.0, 40.0, 0.005, np.full((9, 9), 7, np.int16))
    with pytest.raises(Refusal, match="projection not named"):
        open_tile(path)


def test_a_geotiff_of_another_zone_lies_off_the_theatre(tmp_path: Path) -> None:
    values = np.full((100, 100), 700, np.float32)
    path = geotiff(tmp_path / "w.tif", "EPSG:32633", 580_000.0, 4_430_000.0, 100.0, values)
    with pytest.raises(Refusal, match="off the theatre"):
        terrain_of_files([path], CONFIG, ELLIPSOID)


@pytest.mark.filterwarnings(IGNORED)
def test_a_terrarium_tile_is_read_by_its_place(tmp_path: Path) -> None:
    rasterio = pytest.importorskip("rasterio", reason="the extra `terrain` is not installed")
    zoom, tile_x, tile_y = 9, 322, 194
    x = (tile_x + (np.arange(256) + 0.5) / 256) / 2**zoom * 360 - 180
    y = np.degrees(np.arctan(np.sinh(math.pi * (1 - 2 * (tile_y + (np.arange(256) + 0.5) / 256) / 2**zoom))))
    lon, lat = np.meshgrid(x, y)
    value = slope(lat, lon) + 32768.0
    bands = np.stack([value // 256, value % 256 // 1, value % 1 * 256]).astype(np.uint8)
    folder = tmp_path / str(zoom) / str(tile_x)
    folder.mkdir(parents=True)
    path = folder / f"{tile_y}.png"
    with rasterio.open(path, "w", driver="PNG", height=256, width=256, count=3, dtype="uint8") as held:
        held.write(bands)
    tile = open_tile(path)
    row, column = tile.spot(np.array([39.6]), np.array([46.6]))
    assert 0 < row[0] < 255 and 0 < column[0] < 255
    assert tile.heights[round(float(row[0])), round(float(column[0]))] == pytest.approx(
        slope(39.6, 46.6), abs=6.0
    )
    with pytest.raises(Refusal, match="no terrarium tile"):
        open_tile(path.rename(tmp_path / "hill.png"))


def test_a_missing_extra_names_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ImportError(name)

    (tmp_path / "a.tif").write_bytes(b"II*\0")
    monkeypatch.setattr(terrain_files.importlib, "import_module", missing)
    with pytest.raises(Refusal, match="rasterio") as told:
        open_tile(tmp_path / "a.tif")
    assert "truceline[terrain]" in told.value.remedy


def body_of(heights: npt.NDArray[np.floating]) -> bytes:
    sheet = Sheet(1, "t", "n", 39.5, 46.5, 0.0, 0.0, 100.0, 0, 0, 100.0, "ellipsoid", 0.0, "m", 0)
    return elevation_body(sheet, heights)


def test_a_body_gives_its_heights_back() -> None:
    heights = np.array([[0.0, 12.26], [math.nan, 8848.0]])
    sheet, terrain = read_elevation(body_of(heights))
    assert np.array_equal(
        terrain.heights_m, np.array([[0.0, 12.5], [math.nan, 8848.0]], np.float32), equal_nan=True
    )
    assert (sheet.rows, sheet.columns, sheet.holes) == (2, 2, 1)


@pytest.mark.parametrize(
    "hurt",
    [
        lambda b: b[:-1],
        lambda b: b"x" + b,
        lambda b: b"",
        lambda b: b.replace(b'"terrain":1', b'"terrain":2'),
    ],
)
def test_a_hurt_body_is_refused(hurt: Any) -> None:
    with pytest.raises(Refusal):
        read_elevation(hurt(body_of(np.zeros((3, 3)))))
