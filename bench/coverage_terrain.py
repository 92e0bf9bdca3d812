"""Terrain's part of `make bench-coverage`: viewshed speed and error beside exact R3 and GDAL, floor map, exposure; pictures.

    python -m bench.coverage_terrain [--pictures]     the second form draws docs/images/coverage-*.svg anew
Terrain is synthetic (a power-law spectrum, seeded); GDAL is run as the machine's program, its input and output included,
and left out with the reason where there is none. Times are the best of several runs.
"""

from __future__ import annotations

import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numba
import numpy as np

from bench import Row
from bench.__main__ import conditions, table
from bench.bench_coverage import _mountains as mountains
from bench.drawing import fitted
from truceline.coverage.crossing import depths_of, least_crossing, neighbours_of, way_back
from truceline.coverage.detection import EARTH_M, REFRACTION
from truceline.coverage.terrain import Terrain, network_floor, viewshed

SIDE, CELL_M, ROW, COLUMN, MAST_M = 2048, 30.0, 1000, 900, 30.0
THREADS = min(2, os.cpu_count() or 1)
IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"


def best(work: Callable[[], object], times: int = 7) -> float:
    """The shortest of several runs, after one to warm up."""
    work()
    found = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        found.append(time.perf_counter() - begin)
    return min(found)


@numba.njit(cache=True, parallel=True)
def exact(ground: np.ndarray, cell_m: float, row: int, col: int, mast_m: float) -> np.ndarray:
    """R3: a ray of its own to every cell, heights interpolated where it crosses rows or columns, in double precision."""
    drop = 1.0 / (2.0 * EARTH_M * REFRACTION)
    eye = ground[row, col] + mast_m
    out = np.zeros(ground.shape)
    for r in numba.prange(ground.shape[0]):
        for c in range(ground.shape[1]):
            hops = max(abs(r - row), abs(c - col))
            if hops <= 1:
                continue
            whole = math.sqrt((r - row) ** 2 + (c - col) ** 2) * cell_m
            top = -1e30
            for i in range(1, hops):
                y, x = row + (r - row) * i / hops, col + (c - col) * i / hops
                y0, x0 = int(y + 1e-9), int(x + 1e-9)
                z = ground[y0, x0]
                if abs(r - row) >= abs(c - col) and x - x0 > 1e-9:
                    z += (x - x0) * (ground[y0, x0 + 1] - z)
                elif y - y0 > 1e-9:
                    z += (y - y0) * (ground[y0 + 1, x0] - z)
                d = whole * i / hops
                top = max(top, (z - eye) / d - d * drop)
            out[r, c] = max(0.0, eye + top * whole + whole * whole * drop - ground[r, c])
    return out


def errors(name: str, found: np.ndarray, true: np.ndarray) -> Iterator[Row]:
    """Height error and agreement of a viewshed against exact R3."""
    known = np.isfinite(found) & np.isfinite(true)
    off = np.abs(found[known].astype(float) - true[known])
    note = f"{SIDE} x {SIDE} at {CELL_M:g} m, relief 2,000 m, against exact R3"
    goals = ("<= 0.5", "<= 5", ">= 99.9") if name == "wave-front R2" else ("", "", "")
    yield Row(f"{name}: height error, 95 %", float(np.percentile(off, 95)), "m", goals[0], note)
    yield Row(f"{name}: height error, largest", float(off.max()), "m", goals[1], note)
    agreed = np.mean((found[known] <= 100.0) == (true[known] <= 100.0))
    yield Row(f"{name}: agreement at 100 m above ground", 100.0 * float(agreed), "%", goals[2], note)


def gdal(ground: np.ndarray) -> tuple[float, np.ndarray] | str:
    """Seconds and heights of gdal_viewshed -om GROUND, or why there are none."""
    program = shutil.which("gdal_viewshed")
    try:
        import rasterio
    except ImportError:
        return "rasterio is not installed"
    if program is None:
        return "no gdal_viewshed on this machine"
    with tempfile.TemporaryDirectory(prefix="truceline-bench-") as folder:
        source, target = f"{folder}/in.tif", f"{folder}/out.tif"
        # GDAL counts rows from the north; a metre-true projection at the equator keeps its geometry plain
        place = rasterio.Affine(CELL_M, 0.0, 0.0, 0.0, -CELL_M, SIDE * CELL_M)
        shape = {"height": SIDE, "width": SIDE, "count": 1, "dtype": "float32"}
        with rasterio.open(source, "w", driver="GTiff", crs="EPSG:32631", transform=place, **shape) as held:
            held.write(ground[::-1], 1)
        at = ((COLUMN + 0.5) * CELL_M, (ROW + 0.5) * CELL_M)
        asked = ["-om", "GROUND", "-ox", str(at[0]), "-oy", str(at[1]), "-oz", str(MAST_M), "-tz", "0"]
        # -cc: the share of the curvature that refraction leaves, 1 - 1/4 for k = 4/3
        curve = ["-cc", "0.75", "-md", str(4 * SIDE * CELL_M)]
        command = [program, "-q", *asked, *curve, source, target]

        def run() -> None:
            subprocess.run(command, check=True, capture_output=True)

        seconds = best(run, 3)
        with rasterio.open(target) as held:
            return seconds, held.read(1)[::-1].astype(np.float64)


def viewsheds(pool: ThreadPoolExecutor) -> Iterator[Row]:
    """Speed on one thread and two, errors, and GDAL in the same run."""
    ground = mountains(SIDE, 2_000.0)
    asked: tuple[Any, ...] = (ground, CELL_M, ROW, COLUMN, MAST_M)
    one = best(lambda: viewshed(*asked))
    two = best(lambda: viewshed(*asked, each=pool.map))
    same = viewshed(*asked).tobytes() == viewshed(*asked, each=pool.map).tobytes()
    size = f"{SIDE} x {SIDE}"
    yield Row("wave-front R2, one thread", ground.size / one / 1e6, "Mcell/s", ">= 40", size)
    note = f"{size}, bytes equal to one thread's: {'yes' if same else 'NO'}"
    yield Row("wave-front R2, two threads", ground.size / two / 1e6, "Mcell/s", ">= 80", note)
    begin = time.perf_counter()
    true = exact(ground.astype(np.float64), CELL_M, ROW, COLUMN, MAST_M)
    spent = time.perf_counter() - begin
    yield Row("exact R3, two threads", ground.size / spent / 1e6, "Mcell/s", "", f"{size}, {spent:.0f} s")
    yield from errors("wave-front R2", viewshed(*asked), true)
    beside = gdal(ground)
    if isinstance(beside, str):
        print(f"GDAL left out: {beside}", file=sys.stderr)
        return
    note = f"{size}, -om GROUND, reading and writing included"
    yield Row("GDAL gdal_viewshed", ground.size / beside[0] / 1e6, "Mcell/s", "", note)
    yield Row("wave-front R2 against GDAL", beside[0] / two, "times", ">= 10", "two threads, the same run")
    yield from errors("GDAL", beside[1], true)


def floor_map(pool: ThreadPoolExecutor) -> Iterator[Row]:
    """The lowest height that any of twenty radars sees."""
    heights = mountains(3000, 2_500.0)
    terrain = Terrain("bench", 0.0, 0.0, 90.0, heights)
    rng = np.random.default_rng(5)
    sites = []
    for east, north in (rng.uniform(0.3, 0.7, (20, 2)) * 3000 * 90.0).tolist():
        sites.append((east, north, terrain.ground_m(east, north) + 30.0, 100_000.0))
    seconds = best(lambda: network_floor(terrain, sites, pool.map), 3)
    yield Row("floor map of 20 radars", seconds, "s", "<= 2", "100 km each, cells of 90 m, two threads")


def exposure() -> Iterator[Row]:
    """The least exposed crossing of 100,000 cells in 60 layers of a minute, exactly, with its way."""
    cells = np.arange(100_000, dtype=np.int64)
    neighbours = neighbours_of(cells, 250, 400)
    depth, middle = depths_of(neighbours)
    cost = np.random.default_rng(1).random((60, len(cells)))

    def search() -> None:
        _, last, place, ways = least_crossing(cost, neighbours, depth, middle, 1)
        if last >= 0:
            way_back(ways, neighbours, 1, last, place)

    yield Row(
        "exposure: least exposed crossing",
        best(search, 3),
        "s",
        "<= 1",
        "100,000 cells x 60 layers, with its way",
    )


def pictures() -> None:
    """Draw what a radar sees: the least visible height over the rehearsal's mountains."""
    from truceline.coverage.footprint import site_place
    from truceline.exercise.mountains import terrain_of
    from truceline.exercise.script import read_script
    from truceline.terms.place import Theatre

    script = read_script("karabakh-2020")
    terrain = terrain_of(script)
    assert terrain is not None
    radars = [source for source in script.source if source.means == "asterix"]
    sites = []
    for source in radars:
        assert source.site is not None
        place = site_place(Theatre(script.lat_deg, script.lon_deg), source.site)
        sites.append((*place, source.site.height_m, source.detection.range_m))
    floor = network_floor(terrain, sites)
    half, step = script.half_width_m, 2_000.0
    title = "EXERCISE: from what height above ground a radar of the rehearsal sees"
    note = (
        f"{terrain.text()}; R1 and R2, 4/3 earth\n"
        "faint: from the ground, then from 100 m, from 300 m; strongest: only above 1,000 m"
    )
    drawing = fitted(title, note, (-half, -half, half, half), 760)
    bands = ((0.0, 100.0, 0.10), (100.0, 300.0, 0.30), (300.0, 1_000.0, 0.55), (1_000.0, math.inf, 0.95))
    spots = np.arange(-half + step / 2, half, step)
    east, north = (axis.ravel() for axis in np.meshgrid(spots, spots))
    cells = [terrain.cell_at(e, n) for e, n in zip(east.tolist(), north.tolist(), strict=True)]
    heights = np.array([floor[cell] if cell is not None else math.inf for cell in cells])
    for low, high, strength in bands:
        inside = (heights > low) & (heights <= high) if low else heights <= high
        x, y = drawing.place(east[inside], north[inside])
        drawing.dots(x, y, step / drawing.per_pixel / 2.2, "#2f7ed8", strength)
    for source, site in zip(radars, sites, strict=True):
        drawing.mark(site[0], site[1], source.name)
    drawing.bar(20)
    (IMAGES / "coverage-floor.svg").write_text(drawing.svg(), encoding="utf-8")


def rows() -> Iterator[Row]:
    """All rows of this part."""
    with ThreadPoolExecutor(THREADS) as pool:
        yield from viewsheds(pool)
        yield from floor_map(pool)
    yield from exposure()


def main(arguments: list[str]) -> None:
    """Measure and print one table, or draw."""
    if "--pictures" in arguments:
        pictures()
        return
    print("\n".join(f"{key:9} {value}" for key, value in conditions().items()))
    print(f"\n{table(rows())}")


if __name__ == "__main__":
    main(sys.argv[1:])
