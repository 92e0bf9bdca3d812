"""The picture: time a scan, GOSPA per target, consistency, a day's volume, the first compilation."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bench import Row
from bench.airspace import SITES, START_NS, THEATRE, Space, airspace, gospa2, truth
from truceline.means.observations import KIND, OBSERVATIONS
from truceline.means.source import Source
from truceline.picture.air import fold_air, present, start, step
from truceline.terms.columns import Columns, concat

SEEDS = range(3)
TURNING = ((-20_000.0, -105_000.0, 10.0, 0.0), (90_000.0, 30_000.0, 10.0, 3.3))
SETTLED = 8  # scans left out of the score while tracks begin
CASES = (
    ("1 radar, 100 targets", 100, 1, False, "<= 168 (prototype 167, Stone Soup 225-232)"),
    ("1 radar, 500 targets", 500, 1, False, "<= 174 (prototype 172, Stone Soup 284)"),
    ("1 rotating radar, 100 targets", 100, 1, True, "<= 202"),
    ("2 rotating radars, 100 targets", 100, 2, True, "<= 111 (Stone Soup 224)"),
)


def rows() -> Iterator[Row]:
    """All measurements of the floor's air lane."""
    _score(airspace(20, 0, scans=12))
    for name, count, radars, rotating, goal in CASES:
        found = [_score(airspace(count, seed, rotating=rotating, sites=SITES[:radars])) for seed in SEEDS]
        error, milliseconds, inside, confirmed = (
            statistics.mean(part[k] for part in found) for k in range(4)
        )
        yield Row(f"picture: GOSPA per target, {name}", error, "m", goal, f"{len(SEEDS)} seeds of 60 scans")
        yield Row(
            f"picture: time a scan, {name}",
            milliseconds,
            "ms",
            "<= 1.5" if count == 100 else "<= 5 (Stone Soup 3,200)",
            "whole fold, processor time",
        )
        yield Row(f"picture: 90 % ellipses, {name}", 100.0 * inside, "%", "88-94", "hold the truth")
        yield Row(f"picture: confirmed tracks, {name}", confirmed, "", "", f"of {count} flights")
    day = _day()
    held = [*airspace(2, 0, scans=2, rotating=True, sites=TURNING).sources, Source("ADSB", "adsb")]
    begin = time.process_time()
    fold_air(day, held, THEATRE)
    radar = int((day["source"] < 2).sum())
    note = f"{radar:,} plots of 2 radars, {len(day) - radar:,} ADS-B positions, processor time"
    yield Row("picture: fold a day's volume", time.process_time() - begin, "s", "<= 15", note)
    yield Row("picture: first compilation", _compiled(), "s", "<= 40", "new process, empty cache")


def _score(space: Space) -> tuple[float, float, float, float]:
    """GOSPA per target, ms a scan, share of 90 % ellipses that hold the truth, confirmed tracks."""
    fold_air(space.plots.take(slice(0, 200)), space.sources, THEATRE)
    begin = time.process_time()
    picture = fold_air(space.plots, space.sources, THEATRE)
    spent = time.process_time() - begin
    state = start(space.sources, THEATRE)
    low, squares, inside, matched = 0, [], 0, 0
    for scan, end_s in enumerate(space.ends_s):
        moment = START_NS + round(end_s * 1e9)
        high = int(np.searchsorted(space.plots["time_ns"], moment, side="right"))
        state, low = step(state, space.plots.take(slice(low, high))), high
        shown = present(state, moment).states
        _, true = truth(space.legs, float(end_s))
        places = np.column_stack([shown["east_m"], shown["north_m"]])
        if scan >= SETTLED:
            squares.append(gospa2(true, places) / max(len(true), 1))
            held, near = _inside(shown, true)
            inside, matched = inside + held, matched + near
    confirmed = int((picture.tracks["confirmed_ns"] >= 0).sum())
    return (
        statistics.mean(squares) ** 0.5,
        1e3 * spent / len(space.ends_s),
        inside / max(matched, 1),
        confirmed,
    )


def _inside(shown: Columns, true: np.ndarray) -> tuple[int, int]:
    """How many shown tracks have their nearest target inside their 90 % ellipse, of those within a kilometre."""
    de = true[None, :, 0] - shown["east_m"][:, None]
    dn = true[None, :, 1] - shown["north_m"][:, None]
    ee, en, nn = (shown[name][:, None] for name in ("cov_ee_m2", "cov_en_m2", "cov_nn_m2"))
    square = (de * de * nn - 2 * de * dn * en + dn * dn * ee) / (ee * nn - en * en)
    near = np.hypot(de, dn).min(axis=1) < 1_000.0
    return int((square.min(axis=1)[near] < 4.605).sum()), int(near.sum())


def _day() -> Columns:
    """Twenty-four hours: an hour of 20 flights under two rotating radars and ADS-B, laid end to end."""
    space = airspace(20, 7, scans=360, rotating=True, sites=TURNING, false_plots=5.0)
    rng = np.random.default_rng(7)
    heard = []
    for moment in np.arange(0.0, 3600.0, 10.0):
        flights, places = truth(space.legs, float(moment))
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
    hour = concat(OBSERVATIONS, [space.plots, claims]).sort(("time_ns", "source", "seq"))
    hours = [hour.put(time_ns=hour["time_ns"] + number * 3_600_000_000_000) for number in range(24)]
    return concat(OBSERVATIONS, hours)


def _compiled() -> float:
    """Processor seconds a new process needs from import to the end of its first folds, nothing cached."""
    script = "from bench.bench_picture import _score\nfrom bench.airspace import airspace\n_score(airspace(5, 0, scans=12))"
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
