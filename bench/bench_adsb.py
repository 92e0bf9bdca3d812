"""ADS-B: messages read and written a second, and the other lists of a quiet day."""

import gzip
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from bench import Row
from truceline.means import adsb, firms
from truceline.means.means import Input
from truceline.means.observations import KIND, OBSERVATIONS
from truceline.means.source import Source
from truceline.terms.columns import Columns
from truceline.terms.place import Site

SECOND = 10**9
T0 = 1_605_830_400 * SECOND
POSITIONS = 200_000
AIRCRAFT = 60


def day() -> Columns:
    """A day's positions of 60 aircraft."""
    step = np.arange(POSITIONS)
    who = step % AIRCRAFT
    return OBSERVATIONS.build(
        POSITIONS,
        {
            "kind": np.full(POSITIONS, KIND["position"]),
            "time_ns": T0 + step * (86_400 * SECOND // POSITIONS),
            "lat_deg": 39.0 + who * 0.02 + step * 1e-6,
            "lon_deg": 46.0 + who * 0.01 + step * 1e-6,
            "pressure_altitude_m": 9_144.0 + who * 7.62,
            "vel_east_mps": np.full(POSITIONS, 180 * 1852 / 3600),
            "vel_north_mps": np.full(POSITIONS, 40 * 1852 / 3600),
            "vel_up_mps": np.zeros(POSITIONS),
            "address": 0x600000 + who,
            "label": np.array([f"AHY{number:03d}" for number in range(AIRCRAFT)])[who],
            "quality": np.full(POSITIONS, 92.6),
        },
    )


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of the better of two calls, and the result: the first may still compile."""
    best, result = float("inf"), None
    for _ in range(2):
        begin = time.perf_counter()
        result = call()
        best = min(best, time.perf_counter() - begin)
    return best, result


def rows() -> Iterator[Row]:
    """Messages a second."""
    source = Source("rx", "adsb", site=Site(39.8, 46.8, 1_000.0))
    items = day()
    seconds, parts = timed(lambda: adsb.encode_timed(items, (), source))
    inputs = [Input(number, stamp, body) for number, (stamp, body) in enumerate(parts)]
    reading_s, reading = timed(lambda: adsb.decode(inputs, source))
    yield Row("ADS-B records written", reading.records / seconds, "1/s", "", "Beast stretches of 1.5 s")
    yield Row(
        "ADS-B records read", reading.records / reading_s, "1/s", "", "Beast, with places, watches and rows"
    )
    text = b"".join(
        b'{"timestamp":1605830400.5,"frame":"8D40621D58C382D690C8AC2863A7"}\n' for _ in range(50_000)
    )
    seconds, reading = timed(lambda: adsb.decode([Input(0, T0, gzip.compress(text))], source))
    yield Row("ADS-B records read from JSON lines", reading.records / seconds, "1/s", "", "gzip")
    fires = b"latitude,longitude,acq_date\n" + b"39.98,46.93,2020-11-20\n" * 50_000
    seconds, reading = timed(lambda: firms.decode([Input(0, T0, fires)], Source("firms", "firms")))
    yield Row("FIRMS fires read", reading.records / seconds, "1/s")
