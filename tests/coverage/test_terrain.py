"""The viewshed against an exact ray to every cell (R3) and against shadows known on paper."""

from __future__ import annotations

import math

import numba
import numpy as np
import numpy.typing as npt
import pytest

from truceline.coverage.detection import EARTH_M
from truceline.coverage.terrain import Terrain, viewshed, visible_share
from truceline.terms.faults import Refusal
from truceline.terms.place import CellGrid

Floats = npt.NDArray[np.float64]


def mountains(side: int, relief_m: float, seed: int) -> npt.NDArray[np.float32]:
    """Seeded synthetic terrain with a power-law spectrum."""
    rng = np.random.default_rng(seed)
    steps = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None, :])
    steps[0, 0] = 1.0
    spectrum = steps**-2.2 * np.exp(2j * np.pi * rng.random(steps.shape))
    height = np.fft.irfft2(spectrum, s=(side, side))
    height = (height - height.min()) / (height.max() - height.min()) * relief_m
    return height.astype(np.float32)


@numba.njit(cache=False)
def exact(ground: Floats, cell_m: float, row: int, col: int, mast_m: float) -> Floats:
    """R3: one ray to every cell, heights interpolated where it crosses rows (or columns), 4/3 earth."""
    drop = 1.0 / (2.0 * EARTH_M * 4.0 / 3.0)
    eye = ground[row, col] + mast_m
    out = np.zeros(ground.shape)
    for r in range(ground.shape[0]):
        for c in range(ground.shape[1]):
            hops = max(abs(r - row), abs(c - col))
            whole = math.hypot(r - row, c - col) * cell_m
            best = -1e30
            for i in range(1, hops):
                y, x = row + (r - row) * i / hops, col + (c - col) * i / hops
                y0, x0 = int(y + 1e-9), int(x + 1e-9)
                z = ground[y0, x0]
                if abs(r - row) >= abs(c - col) and x - x0 > 1e-9:
                    z += (x - x0) * (ground[y0, x0 + 1] - z)
                elif y - y0 > 1e-9:
                    z += (y - y0) * (ground[y0 + 1, x0] - z)
                d = whole * i / hops
                best = max(best, (z - eye) / d - d * drop)
            if hops > 1:
                out[r, c] = max(0.0, eye + best * whole + whole * whole * drop - ground[r, c])
    return out


@pytest.mark.parametrize(("seed", "row", "col"), [(7, 250, 240), (3, 0, 0), (11, 511, 90)])
def test_wave_front_agrees_with_an_exact_ray_to_every_cell(seed: int, row: int, col: int) -> None:
    ground = mountains(512, 600.0, seed)
    expected = exact(ground.astype(float), 30.0, row, col, 30.0)
    found = viewshed(ground, 30.0, row, col, 30.0)
    error = np.abs(found - expected)
    assert found.dtype == np.float32 and found.shape == ground.shape
    assert np.percentile(error, 95) <= 0.5
    assert error.max() <= 5.0
    assert np.mean((found <= 100.0) == (expected <= 100.0)) >= 0.999


def test_level_ground_hides_what_the_earth_curves_away() -> None:
    cell_m, mast_m = 500.0, 20.0
    found = viewshed(np.zeros((3, 200)), cell_m, 1, 0, mast_m)
    distance = np.arange(200) * cell_m
    bulge = np.sqrt(2.0 * EARTH_M * 4.0 / 3.0)
    hidden = np.maximum(0.0, distance / bulge - math.sqrt(mast_m)) ** 2
    assert np.max(np.abs(found[1] - hidden)) < 0.5


def test_a_wall_throws_the_shadow_of_similar_triangles() -> None:
    ground = np.zeros((41, 41))
    ground[:, 25] = 100.0
    found = viewshed(ground, 10.0, 20, 20, 50.0, k=1e9)
    # 50 m below the crest over 50 m: the line of sight rises one in one.
    assert found[20, 35] == pytest.approx(50.0 + 150.0, rel=1e-5)
    assert found[20, 24] == 0.0 and np.all(found[:, 25] == 0.0) and np.all(found[:, :20] == 0.0)


def test_turning_the_terrain_turns_the_view() -> None:
    ground = mountains(65, 500.0, 5)
    straight = viewshed(ground, 90.0, 20, 30, 15.0)
    turned = viewshed(np.rot90(ground), 90.0, 64 - 30, 20, 15.0)
    assert np.allclose(np.rot90(straight), turned, atol=0.02)


def test_a_hole_hides_itself_and_what_lies_behind() -> None:
    ground = np.zeros((21, 21))
    ground[10, 14] = np.nan
    found = viewshed(ground, 30.0, 10, 10, 10.0)
    assert np.all(np.isinf(found[10, 14:])) and np.all(found[10, :14] == 0.0)


def test_the_same_bytes_every_time() -> None:
    ground = mountains(128, 900.0, 1)
    assert viewshed(ground, 90.0, 50, 60, 10.0).tobytes() == viewshed(ground, 90.0, 50, 60, 10.0).tobytes()


@pytest.mark.parametrize(
    ("heights", "cell", "row", "mast"),
    [
        (np.zeros(5), 30.0, 0, 5.0),
        (np.zeros((1, 5)), 30.0, 0, 5.0),
        (np.zeros((5, 5)), 0.0, 0, 5.0),
        (np.zeros((5, 5)), 30.0, 5, 5.0),
        (np.zeros((5, 5)), 30.0, -1, 5.0),
        (np.zeros((5, 5)), 30.0, 0, -1.0),
        (np.zeros((5, 5)), 30.0, 0, math.nan),
        (np.full((5, 5), np.nan), 30.0, 0, 5.0),
    ],
)
def test_nonsense_is_refused(heights: Floats, cell: float, row: int, mast: float) -> None:
    with pytest.raises(Refusal):
        viewshed(heights, cell, row, 0, mast)


def terrain(heights: Floats) -> Terrain:
    """Heights on 1 km cells from the grid's origin."""
    return Terrain("test", 0.0, 0.0, 1_000.0, heights.astype(np.float32))


def test_share_of_a_cell_in_view() -> None:
    # A wall along the middle of the second coverage cell hides the low ground behind it.
    heights = np.zeros((4, 12))
    heights[:, 6] = 300.0
    share = visible_share(
        terrain(heights), CellGrid(0, 0, 4_000.0, 1, 3), 500.0, 1_500.0, 20.0, 50e3, np.array([10.0, 2_000.0])
    )
    assert share[:, 0].tolist() == [1.0, 1.0]
    assert share[0, 1] == pytest.approx(12 / 16) and share[0, 2] == 0.0
    assert share[1].tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(("east", "eye"), [(-500.0, 20.0), (500.0, -100.0), (500.0, math.nan)])
def test_a_site_off_the_map_or_under_it_claims_nothing(east: float, eye: float) -> None:
    found = visible_share(
        terrain(np.zeros((4, 4))), CellGrid(0, 0, 2_000.0, 2, 2), east, 500.0, eye, 9e3, np.array([500.0])
    )
    assert not found.any()


def test_ground_outside_the_terrain_is_not_seen() -> None:
    found = visible_share(
        terrain(np.zeros((4, 4))), CellGrid(0, 0, 4_000.0, 1, 3), 500.0, 500.0, 20.0, 90e3, np.array([900.0])
    )
    assert found[0].tolist() == [1.0, 0.0, 0.0]


def test_terrain_names_its_content() -> None:
    one, other = terrain(np.zeros((4, 4))), terrain(np.eye(4))
    assert one.text() != other.text() and one.text().startswith("test ") and one.text().endswith(" 1000 m")
