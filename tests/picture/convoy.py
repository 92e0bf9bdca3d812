"""A small seeded ground scene: vehicles on a winding road that stop and go, one off the road, a GMTI radar and a camera."""

import math
from dataclasses import dataclass

import numpy as np

from truceline.means.observations import KIND, OBSERVATIONS
from truceline.means.source import Accuracy, Detection, Source
from truceline.terms.columns import Columns, concat
from truceline.terms.place import Site, Theatre

THEATRE = Theatre(40.0, 47.0)
START_NS = 1_605_830_400_000_000_000
RADAR = Source(
    "GMTI",
    "gmti",
    site=Site(40.0, 47.0),
    accuracy=Accuracy(range_m=20.0, azimuth_rad=0.003, rate_mps=0.5),
    detection=Detection(range_m=40_000.0, ceiling=0.9, look_s=5.0, ground=True, least_rate_mps=2.0),
)
CAMERA = Source(
    "EO",
    "camera",
    site=Site(40.0, 47.0),
    accuracy=Accuracy(position_m=15.0),
    detection=Detection(range_m=20_000.0, ceiling=0.8, look_s=2.0, ground=True),
)


def winding() -> list[tuple[float, float]]:
    """A road of 12 km that swings north and south of its course, 15 km north of the radar."""
    east = np.arange(-6_000.0, 6_001.0, 50.0)
    return [(float(x), float(15_000.0 + 900.0 * math.sin(x / 900.0) + 0.4 * x)) for x in east]


@dataclass(frozen=True)
class Drive:
    """One vehicle: places and velocities every tenth of a second, shape (n, 4)."""

    path: np.ndarray

    def at(self, time_s: float) -> np.ndarray:
        return self.path[min(max(round(time_s * 10.0), 0), len(self.path) - 1)]


def wander(count: int, sigma: float, seconds: float, seed: int) -> np.ndarray:
    """An Ornstein-Uhlenbeck process every 0.1 s."""
    rng = np.random.default_rng(seed)
    keep = math.exp(-0.1 / seconds)
    values = np.empty(count)
    values[0] = rng.normal(0.0, sigma)
    for k in range(1, count):
        values[k] = keep * values[k - 1] + rng.normal(0.0, sigma * math.sqrt(1.0 - keep * keep))
    return values


def along(road: list[tuple[float, float]], start_m: float, speeds: np.ndarray, seed: int) -> Drive:
    """A vehicle that follows a road from ``start_m`` at these speeds, one every 0.1 s, 3 m rms off the centre line."""
    points = np.array(road)
    steps = np.hypot(*np.diff(points, axis=0).T)
    length = np.concatenate([[0.0], np.cumsum(steps)])
    s = start_m + np.concatenate([[0.0], np.cumsum(speeds[:-1]) * 0.1])
    place = np.column_stack([np.interp(s, length, points[:, k]) for k in range(2)])
    ahead = np.column_stack([np.interp(s + 1.0, length, points[:, k]) for k in range(2)]) - place
    heading = ahead / np.maximum(np.hypot(*ahead.T), 1e-9)[:, None]
    # it shifts sideways only while it moves
    aside = wander(len(speeds), 3.0, 20.0, seed)[np.round(s / 14.0 * 10.0).astype(int) % len(speeds)]
    place = place + aside[:, None] * np.column_stack([-heading[:, 1], heading[:, 0]])
    return Drive(np.column_stack([place, heading * speeds[:, None]]))


def stop_and_go(
    seconds: float, cruise_mps: float, stop_s: tuple[float, float] | None, seed: int
) -> np.ndarray:
    """Speeds every 0.1 s: cruising within 1 m/s, braking and starting at 1.5 m/s2 round a stop."""
    speed, speeds = cruise_mps, []
    ease = wander(round(seconds * 10.0), 1.0, 20.0, seed + 1000)
    for k in range(round(seconds * 10.0)):
        time = 0.1 * k
        wanted = 0.0 if stop_s is not None and stop_s[0] <= time < stop_s[1] else cruise_mps + ease[k]
        speed += min(max(wanted - speed, -0.15), 0.15)
        speeds.append(speed)
    return np.array(speeds)


def straight(east_m: float, north_m: float, u: float, v: float, seconds: float) -> Drive:
    time = 0.1 * np.arange(round(seconds * 10.0))
    return Drive(
        np.column_stack([east_m + u * time, north_m + v * time, np.full_like(time, u), np.full_like(time, v)])
    )


def radar_plots(drives: list[Drive], number: int, seconds: float, seed: int, false: float = 5.0) -> Columns:
    """A GMTI radar at the origin that scans at once every ``look_s``; nothing slower than about 2 m/s radially."""
    rng = np.random.default_rng([seed, number, 1])
    rows = []
    ceiling, least = RADAR.detection.ceiling, RADAR.detection.least_rate_mps
    for look in range(int(seconds / RADAR.detection.look_s)):
        time = (look + 0.5) * RADAR.detection.look_s
        for which, drive in enumerate(drives):
            x, y, u, v = drive.at(time)
            reach = math.hypot(x, y)
            rate = (x * u + y * v) / reach
            seen = rng.random() < ceiling * (1.0 - math.exp(-math.log(2.0) * (rate / least) ** 2))
            noise = rng.normal(0.0, 1.0, 3)
            if seen:
                rows.append(
                    (
                        time + 0.01 * which,
                        reach + 20.0 * noise[0],
                        math.atan2(x, y) + 0.003 * noise[1],
                        rate + 0.5 * noise[2],
                    )
                )
        for k in range(rng.poisson(false)):
            rows.append(
                (
                    time + 0.3 + 0.01 * k,
                    40_000.0 * math.sqrt(rng.random()),
                    rng.uniform(-math.pi, math.pi),
                    rng.uniform(-30, 30),
                )
            )
    time, reach, azimuth, rate = np.array(rows).T
    sine, cosine = np.sin(azimuth), np.cos(azimuth)
    across = (0.003 * reach) ** 2
    return OBSERVATIONS.build(
        len(rows),
        {
            "seq": np.arange(len(rows)), "source": np.full(len(rows), number), "kind": np.full(len(rows), KIND["plot"]),
            "time_ns": START_NS + np.round(time * 1e9).astype(np.int64), "range_m": reach, "azimuth_rad": azimuth,
            "doppler_mps": rate, "east_m": reach * sine, "north_m": reach * cosine,
            "cov_ee_m2": 400.0 * sine**2 + across * cosine**2, "cov_en_m2": (400.0 - across) * sine * cosine,
            "cov_nn_m2": 400.0 * cosine**2 + across * sine**2,
        },
    )  # fmt: skip


def camera_detections(
    drives: list[Drive], number: int, seconds: float, seed: int, false: float = 1.0, detection: float = 0.8
) -> Columns:
    """A camera over the middle of the road, every 2 s, 15 m, also of what stands."""
    rng = np.random.default_rng([seed, number, 2])
    rows = []
    for look in range(int(seconds / 2.0)):
        time = 2.0 * look + 0.37
        for which, drive in enumerate(drives):
            x, y, _, _ = drive.at(time)
            seen, noise = rng.random() < detection, rng.normal(0.0, 15.0, 2)
            if seen:
                rows.append((time + 0.001 * which, x + noise[0], y + noise[1]))
        for k in range(rng.poisson(false)):
            rows.append((time + 0.05 + 0.001 * k, rng.uniform(-8e3, 8e3), rng.uniform(9e3, 21e3)))
    time, east, north = np.array(rows).T
    return OBSERVATIONS.build(
        len(rows),
        {
            "seq": np.arange(len(rows)), "source": np.full(len(rows), number), "kind": np.full(len(rows), KIND["plot"]),
            "time_ns": START_NS + np.round(time * 1e9).astype(np.int64), "east_m": east, "north_m": north,
            "cov_ee_m2": np.full(len(rows), 225.0), "cov_en_m2": np.zeros(len(rows)), "cov_nn_m2": np.full(len(rows), 225.0),
        },
    )  # fmt: skip


def together(parts: list[Columns]) -> Columns:
    return concat(OBSERVATIONS, parts).sort(("time_ns", "source", "kind", "seq"))
