"""Claims and plots made by hand: straight flights, one radar at the origin that looks each 5 s, claims each second."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from truceline.means.observations import KIND, OBSERVATIONS
from truceline.picture.picture import STATES, TRACKS, Picture
from truceline.terms.columns import Columns, concat
from truceline.terms.ids import digest

START = 1_605_830_400 * 10**9
SECOND = 10**9
RADAR, RECEIVER = 0, 1


def way(number: int, time_s: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """East, north, height of flight ``number``: 200 m/s, each on its own parallel 8 km from the next."""
    return -60e3 + 200.0 * time_s, 20e3 + 8e3 * number + 0.0 * time_s, 9000.0 + 0.0 * time_s


def claims(number: int, last_s: float, seed: int = 0, **given: Any) -> Columns:
    """Claims of a flight once a second, 10 m off; ``given`` overrides columns."""
    rng = np.random.default_rng([seed, number, 1])
    time_s = np.arange(0.0, last_s, 1.0)
    east, north, height = way(number, time_s)
    count = len(time_s)
    rows = {
        "source": np.full(count, RECEIVER),
        "kind": np.full(count, KIND["position"]),
        "time_ns": START + (time_s * SECOND).astype(np.int64),
        "east_m": east + rng.normal(0, 10, count),
        "north_m": north + rng.normal(0, 10, count),
        "cov_ee_m2": np.full(count, 400.0),
        "cov_en_m2": np.zeros(count),
        "cov_nn_m2": np.full(count, 400.0),
        "pressure_altitude_m": height,
        "address": np.full(count, 0x600000 + number),
        "integrity": np.full(count, 8),
        "accuracy_category": np.full(count, 9),
        "item": np.arange(count),
    }
    return OBSERVATIONS.build(count, rows | given)


def plots(number: int, last_s: float, seed: int = 0, identified: bool = True) -> Columns:
    """Plots of a flight each 5 s, 80 m off."""
    rng = np.random.default_rng([seed, number, 2])
    time_s = np.arange(0.3 + 0.1 * number, last_s, 5.0)
    east, north, _ = way(number, time_s)
    count = len(time_s)
    return OBSERVATIONS.build(
        count,
        {
            "source": np.full(count, RADAR),
            "kind": np.full(count, KIND["plot"]),
            "time_ns": START + (time_s * SECOND).astype(np.int64),
            "east_m": east + rng.normal(0, 80, count),
            "north_m": north + rng.normal(0, 80, count),
            "cov_ee_m2": np.full(count, 6400.0),
            "cov_en_m2": np.zeros(count),
            "cov_nn_m2": np.full(count, 6400.0),
            "address": np.full(count, 0x600000 + number if identified else -1),
            "item": np.arange(count),
        },
    )


def observed(parts: Sequence[Columns]) -> Columns:
    """All rows in order of time."""
    return concat(OBSERVATIONS, parts).sort(["time_ns", "source", "item", "north_m"])


def tracked(observations: Columns) -> Picture:
    """A picture that made no mistake: a track for each flight that the radar saw, confirmed at its third plot."""
    rows = np.flatnonzero(observations["kind"] == KIND["plot"])
    number = np.rint((observations["north_m"][rows] - 20e3) / 8e3).astype(np.int64)
    names, track = np.unique(number, return_inverse=True)
    when = observations["time_ns"][rows]
    tracks = TRACKS.build(
        len(names),
        {
            "id": [digest(bytes([name + 1])).encode() for name in names.tolist()],
            "first_ns": [when[number == name].min() for name in names],
            "last_ns": [when[number == name].max() for name in names],
            "confirmed_ns": [np.sort(when[number == name])[2] for name in names],
            "address": [int(observations["address"][rows[number == name]].max()) for name in names],
        },
    )
    states = STATES.build(
        len(rows),
        {
            "track": track,
            "observation": rows,
            "height_m": np.full(len(rows), 9000.0),
            **{name: observations[name][rows] for name in ("time_ns", "east_m", "north_m", "source")},
        },
    )
    return Picture("air", tracks, states.sort(["time_ns", "track"]))


def shuffled(observations: Columns, seed: int) -> Columns:
    """The same rows in another order."""
    return observations.take(np.random.default_rng(seed).permutation(len(observations)))
