"""Plots as a notebook would hold them: straight flights over two radars that turn, with false plots, from a seed."""

import hashlib
import math
from collections.abc import Callable

import numpy as np
import pyarrow as pa

import truceline

SECOND_NS = 1_000_000_000
SECONDS = 120
AT_NS = [n * 5 * SECOND_NS for n in range(1, SECONDS // 5 + 1)]
RADARS = [
    truceline.Sensor(
        name,
        east,
        north,
        range_sigma_m=50.0,
        azimuth_sigma_rad=0.0017,
        max_range_m=250e3,
        scan_period_s=period,
    )
    for name, east, north, period in (("R2", 60_000.0, 40_000.0, 5.0), ("R1", -20_000.0, -70_000.0, 4.0))
]
Flight = tuple[float, float, float, float]


def flights(count: int) -> list[Flight]:
    """Places at time 0 and velocities, far apart."""
    rng = np.random.default_rng(count)
    spots = [(-60e3 + 40e3 * (n % 4), -50e3 + 50e3 * (n // 4)) for n in range(count)]
    turned = rng.uniform(0.0, 6.28, count)
    return [
        (east, north, 180.0 * math.sin(angle), 180.0 * math.cos(angle))
        for (east, north), angle in zip(spots, turned.tolist(), strict=True)
    ]


def truth(ways: list[Flight], time_ns: int) -> list[Flight]:
    """Where they are at a time."""
    t = time_ns * 1e-9
    return [(e + t * ve, n + t * vn, ve, vn) for e, n, ve, vn in ways]


def seen(
    ways: list[Flight], identity: Callable[[int, int], str] | None = None, seed: int = 5, false: int = 10
) -> dict[str, np.ndarray]:
    """The columns of all plots; ``identity`` says what flight and look state."""
    rng = np.random.default_rng(seed)
    rows = []
    for radar in RADARS:
        for look in range(round(SECONDS / radar.scan_period_s)):
            for which, (e, n, ve, vn) in enumerate(ways):
                azimuth = math.atan2(e - radar.east_m, n - radar.north_m) % (2.0 * math.pi)
                t = (look + azimuth / (2.0 * math.pi)) * radar.scan_period_s
                dx, dy = e + t * ve - radar.east_m, n + t * vn - radar.north_m
                noise, hit = rng.normal(0.0, 1.0, 2), rng.random() < 0.9
                if hit:
                    name = identity(which, round(t / 4.0)) if identity else ""
                    rows.append(
                        (
                            t,
                            radar.name,
                            math.hypot(dx, dy) + 50.0 * noise[0],
                            math.atan2(dx, dy) + 0.0017 * noise[1],
                            name,
                        )
                    )
            for _ in range(rng.poisson(false)):
                turn = rng.random()
                t = (look + turn) * radar.scan_period_s
                rows.append((t, radar.name, 200e3 * math.sqrt(rng.random()), 2.0 * math.pi * turn, ""))
    columns = {
        "time_ns": np.array([round(r[0] * 1e9) for r in rows], dtype=np.int64),
        "sensor": np.array([r[1] for r in rows]),
        "range_m": np.array([r[2] for r in rows]),
        "azimuth_rad": np.array([r[3] for r in rows]),
    }
    return {**columns, "identity": np.array([r[4] for r in rows])} if identity else columns


def gather(table: pa.Table) -> dict[str, np.ndarray]:
    """A table's number columns as arrays."""
    return {name: table[name].to_numpy() for name in ("time_ns", "range_m", "azimuth_rad")}


def digest(table: pa.Table) -> str:
    """Every byte of a table, column by column."""
    total = hashlib.sha256()
    for name in table.column_names:
        column = table[name].combine_chunks()
        total.update(name.encode())
        total.update(
            repr(column.to_pylist()).encode()
            if pa.types.is_string(column.type)
            else column.to_numpy().tobytes()
        )
    return total.hexdigest()
