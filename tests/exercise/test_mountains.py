"""The rehearsal's mountains: seeded, in the log, and in the way of every look; the rays know nothing of the viewshed."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from truceline.coverage.elevation import read_elevation
from truceline.coverage.terrain import Terrain, floor_window
from truceline.exercise.mountains import terrain_body, terrain_of
from truceline.exercise.script import Script, read_script
from truceline.exercise.sensors import radar_rows
from truceline.exercise.sight import seen_from
from truceline.exercise.world import Path


@pytest.fixture(scope="module")
def script() -> Script:
    return read_script("karabakh-2020")


@pytest.fixture(scope="module")
def ground(script: Script) -> Terrain:
    found = terrain_of(script)
    assert found is not None
    return found


def test_the_seed_makes_the_mountains(script: Script, ground: Terrain) -> None:
    body = terrain_body(script)
    assert body == terrain_body(script)
    assert body != terrain_body(msgspec.structs.replace(script, seed=1))
    assert terrain_body(msgspec.structs.replace(script, terrain=None)) == b""
    sheet, _ = read_elevation(body)
    assert (sheet.exercise, sheet.holes, sheet.datum) == ("karabakh-2020", 0, "ellipsoid")
    assert ground.text().startswith("EXERCISE synthetic mountains")
    # a plain in the east, mountains in the west, every antenna a few metres above its ground
    assert ground.ground_m(60_000.0, 0.0) < 500.0
    assert ground.ground_m(-65_000.0, 34_000.0) > 1_500.0


def test_rays_and_viewshed_agree(ground: Terrain) -> None:
    rng = np.random.default_rng(3)
    rows, columns = rng.integers(220, 880, (2, 20_000))
    above = rng.choice([50.0, 300.0, 1_000.0, 2_000.0], 20_000)
    east = ground.east_m + (columns + 0.5) * ground.cell_m
    north = ground.north_m + (rows + 0.5) * ground.cell_m
    height = ground.heights_m[rows, columns] + above
    cell = ground.cell_at(35_500.0, 62_300.0)
    assert cell is not None
    site = (ground.east_m + (cell[1] + 0.5) * 300.0, ground.north_m + (cell[0] + 0.5) * 300.0, 420.0)
    found = floor_window(ground, *site, 300_000.0)
    assert found is not None
    floor_m, low, left = found
    seen = seen_from(ground, site, east, north, height)
    assert np.mean(seen == (above >= floor_m[rows - low, columns - left])) >= 0.998
    assert 0.5 < seen.mean() < 0.95


def test_a_wall_hides_and_a_smooth_earth_curves_away() -> None:
    heights = np.zeros((5, 400), np.float32)
    walled = heights.copy()
    walled[:, 100] = 500.0
    site = (500.0, 2_500.0, 20.0)
    east, north = np.array([90_500.0, 200_500.0, 200_500.0]), np.full(3, 2_500.0)
    height = np.array([30.0, 500.0, 3_000.0])
    plain = Terrain("t", 0.0, 0.0, 1_000.0, heights)
    assert seen_from(plain, site, east, north, np.array([400.0, 500.0, 3_000.0])).tolist() == [
        True,
        False,
        True,
    ]
    wall = Terrain("t", 0.0, 0.0, 1_000.0, walled)
    assert seen_from(wall, site, east, north, height).tolist() == [False, False, True]


def test_a_radar_plots_nothing_behind_the_ridge(script: Script) -> None:
    radar = script.source[0]
    times = np.arange(0.0, 1_200.0)
    still = (times, np.full(1_200, -92_000.0), np.full(1_200, -60_000.0))
    low = Path("low", 5.0, -1, "", -1, *still, np.full(1_200, 2_600.0))
    high = Path("high", 400.0, -1, "", -1, *still, np.full(1_200, 11_000.0))
    quiet = msgspec.structs.replace(script, clutter=(), outage=())
    assert len(radar_rows(quiet, radar, [low], 0)[0]) == 0
    assert len(radar_rows(quiet, radar, [high], 0)[0]) > 0
    bare = msgspec.structs.replace(quiet, terrain=None)
    assert len(radar_rows(bare, radar, [high], 0)[0]) > 0
