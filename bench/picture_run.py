"""One run of the picture over an air space, as a centre runs it live: a step and a display at every scan's end."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

import msgspec
import numpy as np

from bench.oracle_labels import oracle
from truceline.exercise.airspace import BIASES, THEATRE, Airspace, Sky, airspace, truth
from truceline.exercise.gospa import Scan, Score, Shown, compare, latencies, score
from truceline.exercise.siap import Standing, standing
from truceline.picture import slots as at
from truceline.picture.air import AirState, ahead, fold_air, present, start, step
from truceline.picture.picture import MOVING, Picture
from truceline.picture.register import biases


@dataclass
class Run:
    """Comparisons and processor seconds at every scan's end, and the lane at the end."""

    scans: list[Scan]
    seconds: list[float]
    state: AirState = field(repr=False)


def run(space: Airspace, state: AirState | None = None, compared: bool = True) -> Run:
    """Fold and present at every scan's end; only the picture's own work is timed.

    Where every plot bears its scan's end, a scan is a whole slice of time and is folded at once (``ahead``).
    """
    fold = step if space.sky.rotating else ahead
    state = start(space.sources, THEATRE) if state is None else state
    scans: list[Scan] = []
    seconds: list[float] = []
    for end_s, (moment, batch) in zip(space.ends_s.tolist(), space.batches(), strict=True):
        begin = time.process_time()
        state = fold(state, batch)
        picture = present(state, moment)
        seconds.append(time.process_time() - begin)
        if compared:
            scans.append(compare(end_s, *truth(space.legs, end_s), shown_of(picture)))
    return Run(scans, seconds, state)


def shown_of(picture: Picture) -> Shown:
    """A display's tracks as the score takes them."""
    states = picture.states
    tracks = picture.tracks.take(states["track"])
    moving = np.column_stack([states[name] for name in MOVING])
    return Shown(
        tracks["id"],
        np.column_stack([states[name] for name in ("east_m", "north_m", "vel_east_mps", "vel_north_mps")]),
        np.column_stack([states[name] for name in ("cov_ee_m2", "cov_en_m2", "cov_nn_m2")]),
        moving[:, 4:],
        moving[:, :4],
        tracks["confirmed_ns"] >= 0,
    )


class Accuracy(msgspec.Struct):
    """One seed's figures."""

    seed: int
    score: Score
    standing: Standing
    latencies_s: list[float]
    oracle_m: float
    bias: list[float]


def accuracy(sky: Sky, told: bool = False) -> Accuracy:
    """Run one seed and score it; ``told``: the tracker knows the clutter map from the beginning."""
    space = airspace(sky)
    done = run(space, informed(space) if told else None)
    best = score(oracle(space)).gospa_per_target_m
    return Accuracy(
        sky.seed,
        score(done.scans),
        standing(done.scans),
        latencies(done.scans).tolist(),
        best,
        bias_errors(done.state, space),
    )


def informed(space: Airspace) -> AirState:
    """An empty lane that knows what another seed of the same sky taught of false plots, and how dense targets are."""
    other = msgspec.structs.replace(space.sky, seed=space.sky.seed + 1_000_000)
    learned = run(airspace(other), compared=False).state.tally
    state = start(space.sources, THEATRE)
    real = state.tally.real.copy()
    real[:, [at.T_FALSE, at.T_MAPPED]] = learned.real[:, [at.T_FALSE, at.T_MAPPED]]
    real[:, at.T_NEW] = space.sky.targets / space.sky.side_m**2
    return msgspec.structs.replace(state, tally=state.tally._replace(real=real, map=learned.map.copy()))


def bias_errors(state: AirState, space: Airspace) -> list[float]:
    """Largest error of the estimated biases (range m, azimuth deg); empty where there is nothing to compare."""
    found = biases(state.tally)
    if not any(bias.pairs for bias in found):
        return []
    true = BIASES if space.sky.biased else ((0.0, 0.0),) * len(found)
    off = [
        (abs(bias.range_m - reach), math.degrees(abs(bias.azimuth_rad - turn)))
        for bias, (reach, turn) in zip(found, true, strict=True)
    ]
    return [max(pair[0] for pair in off), max(pair[1] for pair in off)]


def timed(sky: Sky) -> tuple[float, float]:
    """Milliseconds of processor time a scan's end: step and display, and the whole fold (median of the runs)."""
    space = airspace(sky)
    run(airspace(msgspec.structs.replace(sky, targets=20, scans=6)), compared=False)
    repeats = 3 if sky.targets <= 1000 else 1
    live, fold = [], []
    for _ in range(repeats):
        seconds = run(space, compared=False).seconds
        live.append(float(np.mean(seconds[1:])))
        begin = time.process_time()
        fold_air(space.observations, space.sources, THEATRE)
        fold.append((time.process_time() - begin) / len(seconds))
    return 1e3 * float(np.median(live)), 1e3 * float(np.median(fold))
