"""A small seeded air space: targets that fly straight and turn, rotating radars, broadcasts, false plots, and the truth."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from truceline.means.observations import KIND, OBSERVATIONS
from truceline.means.source import Accuracy, Detection, Source
from truceline.terms.columns import Columns, concat
from truceline.terms.place import Site, Theatre

THEATRE = Theatre(40.0, 47.0)
START_NS = 1_605_830_400_000_000_000
Path = Callable[[float], tuple[float, float]]


@dataclass(frozen=True)
class Target:
    """One flight: legs of (seconds, turn rate rad/s), from a place, a heading and a speed."""

    east_m: float
    north_m: float
    heading_rad: float
    speed_mps: float
    legs: tuple[tuple[float, float], ...]
    start_s: float = 0.0
    height_m: float = 6000.0
    address: int = -1
    squawk: int = -1
    broadcasts: bool = False
    label: str = ""

    @property
    def end_s(self) -> float:
        return self.start_s + sum(seconds for seconds, _ in self.legs)

    def at(self, time_s: float) -> tuple[float, float, float, float] | None:
        """(east, north, velocity east, velocity north) at a time, None when not in the air."""
        left = time_s - self.start_s
        if left < 0.0 or time_s >= self.end_s:
            return None
        x, y, h, v = self.east_m, self.north_m, self.heading_rad, self.speed_mps
        for seconds, rate in self.legs:
            t = min(left, seconds)
            end = h + rate * t
            if rate == 0.0:
                x, y = x + v * t * math.sin(h), y + v * t * math.cos(h)
            else:
                x, y = (
                    x + v / rate * (math.cos(h) - math.cos(end)),
                    y + v / rate * (math.sin(end) - math.sin(h)),
                )
            h, left = end, left - t
            if left <= 0.0:
                break
        return x, y, v * math.sin(h), v * math.cos(h)


@dataclass(frozen=True)
class Radar:
    """A rotating radar on the grid; ``blind`` says when it gives nothing, ``sees`` which targets it can see."""

    name: str
    east_m: float
    north_m: float
    period_s: float = 10.0
    offset_s: float = 0.0
    range_m: float = 150_000.0
    range_sigma_m: float = 50.0
    azimuth_sigma_rad: float = 0.0017
    detection: float = 0.9
    false_plots: float = 20.0
    secondary: bool = True
    blind: tuple[tuple[float, float], ...] = ()
    sees: Callable[[Target], bool] = field(default=lambda target: True)

    def source(self) -> Source:
        return Source(
            self.name,
            "asterix",
            site=Site(40.0, 47.0),
            accuracy=Accuracy(range_m=self.range_sigma_m, azimuth_rad=self.azimuth_sigma_rad),
            detection=Detection(range_m=self.range_m, ceiling=self.detection, look_s=self.period_s),
        )

    def crossing(self, target: Target, turn: int) -> tuple[float, float, float] | None:
        """(time, range, azimuth) at which the antenna meets a target in one turn."""
        begin = self.offset_s + turn * self.period_s
        time = begin
        for _ in range(3):
            state = target.at(time)
            if state is None:
                return None
            azimuth = math.atan2(state[0] - self.east_m, state[1] - self.north_m) % (2.0 * math.pi)
            time = begin + azimuth / (2.0 * math.pi) * self.period_s
        return time, math.hypot(state[0] - self.east_m, state[1] - self.north_m), azimuth


def plots(
    radar: Radar, number: int, targets: list[Target], seconds: float, seed: int
) -> tuple[Columns, list[int]]:
    """Every plot of a radar and the target each came from (-1 false)."""
    rng = np.random.default_rng([seed, number])
    rows: list[tuple[float, float, float, int]] = []
    for turn in range(int(seconds / radar.period_s)):
        for which, target in enumerate(targets):
            met = radar.crossing(target, turn)
            seen = rng.random() < radar.detection
            noise = rng.normal(0.0, 1.0, 2)
            if met is None or not seen or met[1] > radar.range_m or not radar.sees(target):
                continue
            rows.append(
                (
                    met[0],
                    met[1] + noise[0] * radar.range_sigma_m,
                    met[2] + noise[1] * radar.azimuth_sigma_rad,
                    which,
                )
            )
        for _ in range(rng.poisson(radar.false_plots)):
            azimuth = rng.uniform(0.0, 2.0 * math.pi)
            time = radar.offset_s + (turn + azimuth / (2.0 * math.pi)) * radar.period_s
            rows.append((time, radar.range_m * math.sqrt(rng.random()), azimuth, -1))
    rows = [row for row in rows if not any(a <= row[0] < b for a, b in radar.blind)]
    time, reach, azimuth, which = (np.array([row[k] for row in rows]) for k in range(4))
    sine, cosine = np.sin(azimuth), np.cos(azimuth)
    along, across = radar.range_sigma_m**2, (reach * radar.azimuth_sigma_rad) ** 2
    hidden = {"height": math.nan, "address": -1, "squawk": -1}
    known = [targets[int(w)] if w >= 0 and radar.secondary else None for w in which]
    replies = [target is not None and target.squawk >= 0 for target in known]
    table = OBSERVATIONS.build(
        len(rows),
        {
            "seq": np.arange(len(rows)),
            "source": np.full(len(rows), number),
            "kind": np.where(replies, KIND["reply"], KIND["plot"]),
            "time_ns": START_NS + np.round(time * 1e9).astype(np.int64),
            "range_m": reach,
            "azimuth_rad": azimuth,
            "east_m": radar.east_m + reach * sine,
            "north_m": radar.north_m + reach * cosine,
            "cov_ee_m2": along * sine**2 + across * cosine**2,
            "cov_en_m2": (along - across) * sine * cosine,
            "cov_nn_m2": along * cosine**2 + across * sine**2,
            "squawk": [
                t.squawk if t and ok else hidden["squawk"] for t, ok in zip(known, replies, strict=True)
            ],
            "pressure_altitude_m": [
                t.height_m if t and ok else hidden["height"] for t, ok in zip(known, replies, strict=True)
            ],
        },
    )
    return table, [int(w) for w in which]


def broadcasts(number: int, targets: list[Target], seconds: float, seed: int, per_s: float = 2.0) -> Columns:
    """Positions and callsigns that targets send of themselves."""
    rng = np.random.default_rng([seed, 1000 + number])
    rows = []
    for which, target in enumerate(targets):
        if not target.broadcasts:
            continue
        time = target.start_s + rng.random()
        while time < min(target.end_s, seconds):
            state = target.at(time)
            assert state is not None
            rows.append((time, state[0] + rng.normal(0, 20), state[1] + rng.normal(0, 20), which))
            time += (0.8 + 0.4 * rng.random()) / per_s
    time, east, north, which = (np.array([row[k] for row in rows]) for k in range(4))
    who = [targets[int(w)] for w in which]
    fields = {
        "seq": np.arange(len(rows)),
        "source": np.full(len(rows), number),
        "time_ns": START_NS + np.round(time * 1e9).astype(np.int64),
        "address": [t.address for t in who],
    }
    table = OBSERVATIONS.build(
        len(rows),
        {
            **fields,
            "kind": np.full(len(rows), KIND["position"]),
            "east_m": east,
            "north_m": north,
            "cov_ee_m2": np.full(len(rows), 400.0),
            "cov_en_m2": np.zeros(len(rows)),
            "cov_nn_m2": np.full(len(rows), 400.0),
            "pressure_altitude_m": [t.height_m for t in who],
        },
    )
    calls = OBSERVATIONS.build(
        len(rows),
        {**fields, "kind": np.full(len(rows), KIND["identity"]), "label": [t.label.encode() for t in who]},
    )
    return concat(OBSERVATIONS, [table, calls.take(slice(0, None, 10))])


def together(parts: list[Columns]) -> Columns:
    """All observations in the order the centre hands them over."""
    return concat(OBSERVATIONS, parts).sort(("time_ns", "source", "kind", "seq"))


def traffic(count: int, seconds: float, seed: int, side_m: float = 200_000.0) -> list[Target]:
    """Flights that cross the region, straight with a turn or two; squawks differ, half broadcast."""
    rng = np.random.default_rng([seed, 77])
    flights = []
    for k in range(count):
        legs: list[tuple[float, float]] = []
        while sum(leg[0] for leg in legs) < seconds:
            legs.append((float(rng.exponential(120.0)) + 20.0, 0.0))
            legs.append(
                (float(rng.uniform(10.0, 40.0)), float(rng.choice([-1.0, 1.0]) * rng.uniform(0.01, 0.05)))
            )
        east, north = rng.uniform(-side_m / 2, side_m / 2, 2)
        flights.append(
            Target(
                float(east), float(north), float(rng.uniform(0, 6.28)), float(rng.uniform(90, 250)), tuple(legs),
                height_m=float(rng.uniform(3000, 11000)), address=0x4B0000 + k, squawk=1100 + k,
                broadcasts=k % 2 == 0, label=f"TST{k:03d}",
            )
        )  # fmt: skip
    return flights
