"""One labelled sample for every means of the house: synthetic rows and Watches that its wire format can hold.

The house test of every means writes them, reads them back, and bends their bytes. ``within`` says how far a column may
move by the wire's rounding; columns that are not named must come back as they were.
"""

from collections.abc import Callable

import msgspec
import numpy as np

from truceline.means.observations import KIND, OBSERVATIONS
from truceline.means.source import Source
from truceline.means.watch import Area, Sector, Swath, Watch
from truceline.terms.classes import NAMES
from truceline.terms.columns import Columns
from truceline.terms.place import Site

SECOND = 10**9
T0 = 1_605_830_400 * SECOND
SITE = Site(40.45, 47.15, 800.0)
RING = ((46.9, 39.9), (47.0, 39.9), (47.0, 40.0), (46.9, 40.0))
AIRCRAFT = (("aircraft", 0.95),)


class Sample(msgspec.Struct, frozen=True):
    """Rows and Watches to be written, by which source, and how exactly they must come back."""

    source: Source
    items: Columns
    watches: tuple[Watch, ...]
    within: dict[str, float]


def _flight(kind: str, count: int = 40) -> Columns:
    step = np.arange(count)
    return OBSERVATIONS.build(
        count,
        {
            "kind": np.full(count, KIND[kind]),
            "time_ns": T0 + step * SECOND // 2,
            "time_sigma_ns": np.full(count, SECOND // 10),
            "lat_deg": 39.5 + step * 0.0005,
            "lon_deg": 46.5 + step * 0.0005,
            "pressure_altitude_m": np.full(count, 360 * 30.48),
            "vel_east_mps": np.full(count, 180 * 1852 / 3600),
            "vel_north_mps": np.full(count, -40 * 1852 / 3600),
            "vel_up_mps": np.zeros(count),
            "address": np.full(count, 0x600123),
            "label": np.full(count, b"AHY101"),
            "squawk": np.full(count, 2351),
            "quality": np.full(count, 92.6),
        },
    )


def adsb() -> Sample:
    source = Source("rx", "adsb", site=SITE)
    watch = Watch("rx", T0, T0 + 60 * SECOND, Sector(SITE, 200_000.0), "up", "cooperative", 0, AIRCRAFT)
    rounding = {
        "time_ns": 100.0, "lat_deg": 3e-5, "lon_deg": 4e-5, "pressure_altitude_m": 1e-6,
        "vel_east_mps": 1e-6, "vel_north_mps": 1e-6,
    }  # fmt: skip
    return Sample(source, _flight("position").put(integrity=8), (watch,), rounding)


def aircraft() -> Sample:
    source = Source("rx", "aircraft", site=SITE)
    watch = Watch("rx", T0, T0 + 60 * SECOND, Sector(SITE, 200_000.0), "up", "cooperative", 0, AIRCRAFT)
    rounding = {
        "time_ns": 1e8, "lat_deg": 6e-7, "lon_deg": 6e-7, "pressure_altitude_m": 0.2,
        "vel_east_mps": 0.06, "vel_north_mps": 0.06,
    }  # fmt: skip
    return Sample(source, _flight("position").put(integrity=8, accuracy_category=8), (watch,), rounding)


def flights() -> Sample:
    rows = _flight("position").put(quality=np.nan, time_sigma_ns=SECOND)
    rounding = {
        "pressure_altitude_m": 0.2,
        "vel_east_mps": 0.06,
        "vel_north_mps": 0.06,
        "lat_deg": 6e-7,
        "lon_deg": 6e-7,
    }
    return Sample(Source("archive", "flights"), rows, (), rounding)


def asterix() -> Sample:
    count = 40
    step = np.arange(count)
    items = OBSERVATIONS.build(
        count,
        {
            "kind": np.where(step % 2, KIND["reply"], KIND["plot"]),
            "time_ns": T0 + SECOND + step * SECOND // 4,
            "range_m": 40_000.0 + step * 300.0,
            "azimuth_rad": 3.0 + step * 0.002,
            "pressure_altitude_m": np.where(step % 2, 3_048.0, np.nan),
            "squawk": np.where(step % 2, 2351, -1),
        },
    )
    source = Source("radar", "asterix", site=SITE)
    watch = Watch("radar", T0, T0 + 60 * SECOND, Sector(SITE, 200_000.0), "up", "rotating", 0)
    rounding = {
        "time_ns": 8e6,
        "time_sigma_ns": 1e10,
        "range_m": 4.0,
        "azimuth_rad": 5e-5,
        "pressure_altitude_m": 8.0,
    }
    return Sample(source, items, (watch,), rounding)


def firms() -> Sample:
    count = 30
    step = np.arange(count)
    items = OBSERVATIONS.build(
        count,
        {
            "kind": np.full(count, KIND["fire"]),
            "time_ns": T0 + step * 60 * SECOND,
            "time_sigma_ns": np.full(count, 60 * SECOND),
            "lat_deg": 39.5 + step * 0.01,
            "lon_deg": 46.5 + step * 0.01,
            "cov_ee_m2": np.full(count, 400.0**2 / 12),
            "cov_en_m2": np.zeros(count),
            "cov_nn_m2": np.full(count, 380.0**2 / 12),
            "amount": 1.25 + step,
            "quality": np.where(step % 2, 0.55, 0.9),
            "label": np.full(count, b"N20"),
            "object_class": np.full(count, NAMES.index("fire")),
            "simulated": step % 2 == 0,
        },
    )
    rounding = {"lat_deg": 6e-7, "lon_deg": 6e-7, "cov_ee_m2": 20.0, "cov_nn_m2": 20.0, "amount": 0.006}
    return Sample(Source("firms", "firms"), items, (), rounding)


def passes() -> Sample:
    starts = [T0 + number * 6_000 * SECOND for number in range(9)]
    watches = tuple(
        Watch("n20", start, start + 90 * SECOND, Swath(RING, number / 10), "up", "pass", 0, (("fire", 0.9),))
        for number, start in enumerate(starts)
    )
    return Sample(Source("n20", "passes"), OBSERVATIONS.empty(), watches, {})


def human() -> Sample:
    count = 3
    items = OBSERVATIONS.build(
        count + 1,
        {
            "seq": [0, 1, 2, 3],
            "kind": [KIND["report"]] * count + [KIND["empty"]],
            "known": [1, 2, 3, 1],
            "time_ns": [T0, T0 + SECOND, T0 + 2 * SECOND, T0 + 30 * 60 * SECOND],
            "time_sigma_ns": [0, 60 * SECOND, 600 * SECOND, round(3_600 * SECOND / 12**0.5)],
            "lat_deg": [39.9, 40.0, 40.1, 39.95],
            "lon_deg": [46.9, 47.0, 47.1, 46.95],
            "cov_ee_m2": [100.0, 400.0, 900.0, 6_077_695.113903463],
            "cov_en_m2": [0.0] * (count + 1),
            "cov_nn_m2": [100.0, 400.0, 900.0, 10_326_690.85872839],
            "label": [b"R-1", b"R-2", b"R-3", b"R-4"],
            "object_class": [NAMES.index(name) for name in ("convoy", "shot", "uav", "vehicle")],
            "amount": [14.0, 3.0, 1.0, 0.0],
            "quality": [0.95, 0.8, 0.2, 0.6],
            "simulated": [True, False, True, False],
        },
    )
    watch = Watch("patrols", T0, T0 + 3_600 * SECOND, Area(RING), "up", "patrol", 3, (("vehicle", 0.8),))
    rounding = {"cov_ee_m2": 1e-3, "cov_en_m2": 1e-3, "cov_nn_m2": 1e-3, "lat_deg": 1e-9, "lon_deg": 1e-9}
    return Sample(Source("patrols", "human"), items, (watch,), rounding)


def stations() -> Sample:
    watches = tuple(
        Watch(
            "cam",
            T0 + number * 20 * SECOND,
            T0 + (number + 1) * 20 * SECOND,
            Area(RING),
            "up",
            "frame",
            0,
            (("vehicle", 0.5),) if number % 2 else (),
            1.0,
            (("gsd_m", 0.25), ("visibility_m", 9000.0)),
        )
        for number in range(9)
    )
    return Sample(Source("cam", "stations", site=SITE), OBSERVATIONS.empty(), watches, {})


SAMPLES: dict[str, Callable[[], Sample]] = {
    "adsb": adsb,
    "aircraft": aircraft,
    "asterix": asterix,
    "firms": firms,
    "flights": flights,
    "human": human,
    "passes": passes,
    "stations": stations,
}
