"""Whether the picture gives the same bytes: 4 arrival orders x 3 hash seeds x map and 2 processes, one digest of all."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from truceline.exercise.airspace import THEATRE, Airspace, Sky, airspace
from truceline.picture.air import close, start, step
from truceline.terms.columns import Columns

HASH_SEEDS = ("0", "1", "4242")
SEEDS = (11, 12)
ORDERS = 4


def sky(seed: int) -> Sky:
    """What is folded: two rotating radars, dense enough that plots compete."""
    return Sky(60, seed, scans=15, radars=2, rotating=True, false_plots=3.0)


def parts(space: Airspace, order: int) -> Iterator[Columns]:
    """The same plots by scans in order, in reverse inside a scan, shuffled inside a scan, or all shuffled at once."""
    rng = np.random.default_rng(order)
    if order == ORDERS - 1:
        yield space.observations.take(rng.permutation(len(space.observations)))
        return
    for _, batch in space.batches():
        rows = np.arange(len(batch))
        yield batch.take((rows, rows[::-1], rng.permutation(len(batch)))[order])


def digest(job: tuple[int, int]) -> str:
    """The digest of a picture; observations are named by their content, not by when they came."""
    seed, order = job
    space = airspace(sky(seed))
    state, given = start(space.sources, THEATRE), []
    for part in parts(space, order):
        given.append(part["item"])
        state = step(state, part)
    picture, items = close(state), np.concatenate(given)
    found = hashlib.sha256()
    for name in picture.tracks:
        found.update(picture.tracks[name].tobytes())
    # Among states of one track and one instant the table's order is that of the rows given, which is what we vary.
    named = np.where(picture.states["observation"] >= 0, items[picture.states["observation"]], -1)
    states = picture.states.put(observation=named).sort(("time_ns", "track", "observation"))
    for name in states:
        found.update(states[name].tobytes())
    return found.hexdigest()


def digests() -> list[str]:
    """One digest of all skies for every arrival order, by map and by two processes."""
    found = []
    for order in range(ORDERS):
        jobs = [(seed, order) for seed in SEEDS]
        found.append(" ".join(map(digest, jobs)))
        with ProcessPoolExecutor(2) as pool:
            found.append(" ".join(pool.map(digest, jobs)))
    return found


def agreement() -> tuple[set[str], int]:
    """The different digests over all orders, hash seeds and spreads, and how many runs there were."""
    found: list[str] = []
    for seed in HASH_SEEDS:
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-m", "bench.picture_digest"],
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        )
        found += done.stdout.splitlines()
    return set(found), len(found)


if __name__ == "__main__":
    print("\n".join(digests()))
