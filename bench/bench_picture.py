"""The picture: time a scan, GOSPA per target, consistency, a day's volume, the first compilation.

The whole table of the picture's goals is ``python -m bench.picture_table``.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np

from bench import Row
from bench.picture_cases import CASES
from bench.picture_run import accuracy, timed
from truceline.exercise.airspace import START_NS, THEATRE, Sky, airspace, truth
from truceline.means.observations import KIND, OBSERVATIONS
from truceline.means.source import Source
from truceline.picture.air import fold_air
from truceline.terms.columns import Columns, concat

SEEDS = range(3)
SHORT = ("1 radar, 100", "1 radar, 500", "1 rotating, 100", "2 rotating, 100")


def rows() -> Iterator[Row]:
    """All measurements of the floor's air lane."""
    for case in CASES:
        if case.name not in SHORT:
            continue
        found = [accuracy(msgspec.structs.replace(case.sky, seed=seed)) for seed in SEEDS]
        error = statistics.fmean(part.score.gospa_per_target_m for part in found)
        inside = statistics.fmean(part.score.ellipse_90 for part in found)
        best = statistics.fmean(part.oracle_m for part in found)
        live, fold = timed(case.sky)
        what, note = f"{case.name} targets", f"{len(SEEDS)} seeds of 60 scans; an oracle has {best:.0f}"
        others = f" (Stone Soup {case.stone_soup_m:.0f})" if case.stone_soup_m else ""
        yield Row(f"picture: GOSPA per target, {what}", error, "m", f"<= {case.gospa_m:.0f}{others}", note)
        promised = f"<= {case.milliseconds:g}" if case.milliseconds else ""
        note = f"step and display, processor time; the whole fold {fold:.2f}"
        yield Row(f"picture: time a scan, {what}", live, "ms", promised, note)
        yield Row(f"picture: 90 % ellipses, {what}", 100.0 * inside, "%", "88-94", "hold the truth")
    day, held = _day()
    begin = time.process_time()
    fold_air(day, held, THEATRE)
    radar = int((day["source"] < 2).sum())
    note = f"{radar:,} plots of 2 radars, {len(day) - radar:,} ADS-B positions, processor time"
    yield Row("picture: fold a day's volume", time.process_time() - begin, "s", "<= 15", note)
    yield Row("picture: first compilation", _compiled(), "s", "<= 40", "new process, empty cache")


def _day() -> tuple[Columns, list[Source]]:
    """Twenty-four hours: an hour of 20 flights under two rotating radars and ADS-B, laid end to end; and the sources."""
    space = airspace(Sky(20, 7, 360, radars=2, rotating=True, false_plots=0.25, periods_s=(10.0, 10.0)))
    rng = np.random.default_rng(7)
    heard = []
    for moment in np.arange(0.0, 3600.0, 10.0):
        flights, states = truth(space.legs, float(moment))
        places = states[:, :2]
        heard.append(
            np.column_stack(
                [np.full(len(flights), moment), flights, places + rng.normal(0, 20, places.shape)]
            )
        )
    time_s, flight, east, north = np.concatenate(heard).T
    claims = OBSERVATIONS.build(
        len(time_s),
        {
            "source": np.full(len(time_s), 2),
            "kind": np.full(len(time_s), KIND["position"]),
            "time_ns": START_NS + np.round(time_s * 1e9).astype(np.int64),
            "east_m": east,
            "north_m": north,
            "quality": np.full(len(time_s), 50.0),
            "address": 0x400000 + flight.astype(np.int64),
        },
    )
    hour = concat(OBSERVATIONS, [space.observations, claims]).sort(("time_ns", "source", "seq"))
    hours = [hour.put(time_ns=hour["time_ns"] + number * 3_600_000_000_000) for number in range(24)]
    return concat(OBSERVATIONS, hours), [*space.sources, Source("ADSB", "adsb")]


def _compiled() -> float:
    """Processor seconds a new process needs from import to the end of its first folds, nothing cached."""
    script = "from bench.picture_run import accuracy, Sky\naccuracy(Sky(5, 0, scans=12))"
    with tempfile.TemporaryDirectory() as folder:
        before = os.times()
        subprocess.run(
            [sys.executable, "-c", script],
            check=True,
            cwd=Path(__file__).resolve().parents[1],
            env={**os.environ, "NUMBA_CACHE_DIR": folder},
        )
        after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system
