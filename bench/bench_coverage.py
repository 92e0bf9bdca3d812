"""Coverage: folding a theatre's day, D_min of areas, viewshed speed and its error against exact rays."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Iterator

import numba
import numpy as np
import psutil

from bench import Row
from truceline.coverage.coverage import Coverage, fold_coverage
from truceline.coverage.crossing import depths_of, least_crossing, neighbours_of
from truceline.coverage.detection import EARTH_M, REFRACTION
from truceline.coverage.exposure import area_mean, least_exposed
from truceline.coverage.terrain import viewshed
from truceline.means.source import Shares, Source
from truceline.means.watch import Area, Sector, Swath, Watch
from truceline.terms.classes import NAMES
from truceline.terms.place import CellGrid, Site, Theatre
from truceline.terms.time import NS_PER_HOUR, NS_PER_S, parse_time

START = parse_time("2020-11-19T21:00:00Z")
THEATRE = Theatre(39.8, 46.8)
GRID = CellGrid(-100_000.0, -100_000.0, 4_000.0, 50, 50)


def rows() -> Iterator[Row]:
    """All measurements of the floor."""
    watches, sources = _day()
    before = psutil.Process().memory_info().rss
    coverage = _folded(watches, sources)
    held = (psutil.Process().memory_info().rss - before) / 2**20
    seconds = _median(lambda: _folded(watches, sources))
    size = f"{GRID.rows * GRID.columns} cells x 144 steps x {len(NAMES)} classes x {len(sources)} sources"
    yield Row("coverage: fold one day", seconds, "s", "<= 3", f"{size}, {len(watches)} Watches")
    yield Row("coverage: memory of one day", held, "MiB", "<= 500", "resident, with the compiled code")
    yield from _exposures(coverage)
    yield from _viewsheds()


def _folded(watches: list[Watch], sources: list[Source]) -> Coverage:
    return fold_coverage(
        watches, sources, THEATRE, GRID, START, START + 24 * NS_PER_HOUR, 600 * NS_PER_S, NAMES
    )


def _median(
    work: Callable[[], object], times: int = 5, clock: Callable[[], float] = time.perf_counter
) -> float:
    work()
    found = []
    for _ in range(times):
        begin = clock()
        work()
        found.append(clock() - begin)
    return statistics.median(found)


def _day() -> tuple[list[Watch], list[Source]]:
    """Four radars in hourly Watches, a receiver, a satellite of eight passes, two patrols of six visits."""
    places = {
        "R1": (40.45, 47.15),
        "R2": (39.65, 47.75),
        "R3": (40.2, 46.0),
        "R4": (39.2, 47.2),
        "ADSB": (40.4, 47.2),
    }
    sources, watches = [], []
    for name, (lat, lon) in places.items():
        site = Site(lat, lon, 20.0)
        means = "adsb" if name == "ADSB" else "asterix"
        sources.append(Source(name, means, site=site, shares=Shares(owner=name)))
        for hour in range(24):
            if not (name == "R2" and 14 <= hour < 17):
                start = START + hour * NS_PER_HOUR
                watches.append(Watch(name, start, start + NS_PER_HOUR, Sector(site, 150_000.0)))
    sources += [Source(name, "report", shares=Shares(owner=name)) for name in ("PA", "PB")]
    sources.append(Source("FIRMS", "firms"))
    ring = ((46.8, 39.9), (47.1, 39.9), (47.1, 40.1), (46.8, 40.1))
    whole = ((45.0, 38.0), (49.0, 38.0), (49.0, 42.0), (45.0, 42.0))
    for hour in range(6, 18):
        start = START + hour * NS_PER_HOUR
        seen = (("vehicle", 0.9), ("convoy", 0.95))
        watches.append(Watch(f"P{'AB'[hour % 2]}", start, start + NS_PER_HOUR // 2, Area(ring), classes=seen))
        if hour % 3:
            passed = start + 300 * NS_PER_S
            watches.append(Watch("FIRMS", start, passed, Swath(whole, 0.8), classes=(("fire", 0.9),)))
    return watches, sources


def _exposures(coverage: Coverage) -> Iterator[Row]:
    east, north = GRID.centres()
    band = (np.abs(east) < 8_000.0) & (np.abs(north) < 50_000.0)

    def hours() -> None:
        for hour in range(24):
            start = START + hour * NS_PER_HOUR
            area_mean(coverage, "uav", band, start, start + NS_PER_HOUR)
            least_exposed(coverage, "uav", band, start, start + NS_PER_HOUR)

    note = f"{int(band.sum())} cells, 24 hours, D_mean and D_min of a crossing"
    yield Row("exposure: one clause, one day", 1e3 * _median(hours), "ms", "", note)
    everywhere = np.ones(GRID.rows * GRID.columns, bool)
    day = _median(
        lambda: least_exposed(coverage, "uav", everywhere, START, START + 24 * NS_PER_HOUR), times=3
    )
    yield Row("exposure: D_min of the theatre", 1e3 * day, "ms", "", f"{len(everywhere)} cells, 24 h")
    cells = np.arange(100_000, dtype=np.int64)
    neighbours = neighbours_of(cells, 250, 400)
    depth, middle = depths_of(neighbours)
    cost = np.random.default_rng(1).random((60, len(cells)))
    seconds = _median(lambda: least_crossing(cost, neighbours, depth, middle, 1), times=3)
    yield Row("exposure: space-time search", seconds, "s", "<= 1", "100,000 cells x 60 layers, two phases")


def _mountains(side: int, relief_m: float) -> np.ndarray:
    rng = np.random.default_rng(7)
    steps = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None, :])
    steps[0, 0] = 1.0
    height = np.fft.irfft2(steps**-2.2 * np.exp(2j * np.pi * rng.random(steps.shape)), s=(side, side))
    return ((height - height.min()) / (height.max() - height.min()) * relief_m).astype(np.float32)


def _viewsheds() -> Iterator[Row]:
    ground = _mountains(2048, 2_000.0)
    seconds = _median(lambda: viewshed(ground, 30.0, 1000, 900, 30.0), 9, time.process_time)
    yield Row(
        "viewshed: wave-front R2",
        ground.size / seconds / 1e6,
        "Mcell/s",
        ">= 40",
        "2048 x 2048, one thread, processor time",
    )
    small = _mountains(1024, 2_000.0)
    error = np.abs(viewshed(small, 30.0, 500, 480, 30.0) - _exact(small.astype(float), 30.0, 500, 480, 30.0))
    note = "1024 x 1024 at 30 m, relief 2,000 m, against exact R3"
    yield Row("viewshed: height error, 95 %", float(np.percentile(error, 95)), "m", "<= 0.5", note)
    yield Row("viewshed: height error, largest", float(error.max()), "m", "<= 5", note)


@numba.njit(cache=True)
def _exact(ground: np.ndarray, cell_m: float, row: int, col: int, mast_m: float) -> np.ndarray:
    drop = 1.0 / (2.0 * EARTH_M * REFRACTION)
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
