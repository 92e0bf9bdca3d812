"""The air space the tracker is measured in, and the score: seeded flights, radars' plots, GOSPA per target.

Flights keep a speed of 80 to 300 m/s in a 200 km square, straight for exponential times of mean 60 s, then turning 10 to
30 s at 0.3 to 1.5 g; three in ten never turn; one in five appears, one in seven leaves early. A radar sees each with
probability Pd at 50 m and 0.1 deg, and as many false plots as there are flights, even over the square.

GOSPA (p 2, c 1000 m, alpha 2):  sum of squared distances of matched pairs + c^2/2 (missed + false), least over all
matchings; per target: root of the mean over scans of that over the number of targets. Rahmathullah et al. 2017.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from truceline.means.observations import KIND, OBSERVATIONS
from truceline.means.source import Detection, Source
from truceline.terms.columns import Columns
from truceline.terms.place import Site, Theatre, to_geographic

Floats = npt.NDArray[np.float64]
THEATRE = Theatre(40.0, 46.0)
START_NS = 1_600_000_000_000_000_000
SIDE_M, MARGIN_M, CUT_M = 200_000.0, 10_000.0, 1_000.0
Stand = tuple[float, float, float, float]
SITES: tuple[Stand, ...] = (
    (-20_000.0, -105_000.0, 4.0, 0.0),
    (90_000.0, 30_000.0, 5.0, 1.7),
)  # east, north, period s, offset s
RANGE_SIGMA_M, AZIMUTH_SIGMA_RAD = 50.0, math.radians(0.1)


@dataclass(frozen=True)
class Space:
    """Flights in legs of (flight, from s, to s, east, north, speed, heading, turn rate), plots and the scans' ends."""

    legs: Floats
    plots: Columns
    sources: tuple[Source, ...]
    ends_s: Floats


def flights(rng: np.random.Generator, count: int, seconds: float) -> Floats:
    """Legs of all flights, shape (n, 8)."""
    legs: list[tuple[float, ...]] = []
    half = SIDE_M / 2 - MARGIN_M
    for flight in range(count):
        t = 0.0 if rng.random() < 0.8 else rng.uniform(0, 0.6 * seconds)
        end = seconds if rng.random() < 0.85 else rng.uniform(t + 0.3 * (seconds - t), seconds)
        x, y = rng.uniform(-half, half, 2)
        speed, heading, steady = rng.uniform(80, 300), rng.uniform(0, 2 * math.pi), rng.random() < 0.3
        turning = False
        while t < end - 1e-9:
            rate, lasts = 0.0, end - t
            if turning:
                lasts = rng.uniform(0.5, 1.5) * 20.0
                rate = float(rng.choice([-1.0, 1.0])) * rng.uniform(0.2, 1.0) * 1.5 * 9.81 / speed
                if max(abs(x), abs(y)) > half:
                    rate = math.copysign(rate, math.sin(math.atan2(-x, -y) - heading))
            elif not steady:
                lasts = rng.exponential(60.0) + 4.0
            lasts = min(lasts, end - t)
            legs.append((flight, t, t + lasts, x, y, speed, heading, rate))
            (x,), (y,), (heading,) = moved(np.array([legs[-1]]), np.array([t + lasts]))
            t, turning = t + lasts, not turning
    return np.array(legs)


def moved(legs: Floats, at_s: Floats) -> tuple[Floats, Floats, Floats]:
    """East, north and heading of each leg's flight at its own time."""
    _, begin, _, x, y, speed, heading, rate = legs.T
    dt = at_s - begin
    end = heading + rate * dt
    turning = np.abs(rate) > 1e-9
    radius = speed / np.where(turning, rate, 1.0)
    east = np.where(turning, radius * (np.cos(heading) - np.cos(end)), speed * dt * np.sin(heading))
    north = np.where(turning, radius * (np.sin(end) - np.sin(heading)), speed * dt * np.cos(heading))
    return x + east, y + north, end


def truth(legs: Floats, at_s: float) -> tuple[Floats, Floats]:
    """Flights in the air at an instant and their places: shapes (n,) and (n, 2)."""
    now = legs[(legs[:, 1] <= at_s) & (at_s < legs[:, 2])]
    east, north, _ = moved(now, np.full(len(now), at_s))
    return now[:, 0], np.column_stack([east, north])


def airspace(
    count: int, seed: int, scans: int = 60, rotating: bool = False, sites: tuple[Stand, ...] = SITES[:1],
    false_plots: float | None = None,
) -> Space:  # fmt: skip
    """A seeded air space; plots of a radar that does not rotate all bear the time of their scan's end."""
    rng = np.random.default_rng([seed, count, len(sites), int(rotating)])
    seconds = scans * sites[0][2]
    clutter = count if false_plots is None else false_plots
    legs = flights(rng, count, seconds + 12.0)
    found: list[tuple[Floats, Floats, Floats, int]] = []
    ends: list[float] = []
    for number, (east, north, period, offset) in enumerate(sites):
        for scan in range(int((seconds - offset) / period)):
            begin = offset + scan * period
            ends.append(begin + period)
            time, reach, azimuth = look(rng, legs, (east, north), begin, period, rotating)
            false = rng.uniform(-SIDE_M / 2, SIDE_M / 2, (rng.poisson(clutter), 2)) - (east, north)
            turned = np.arctan2(false[:, 0], false[:, 1]) % (2 * math.pi)
            when = (
                begin + turned / (2 * math.pi) * period if rotating else np.full(len(false), begin + period)
            )
            reach, azimuth = np.append(reach, np.hypot(*false.T)), np.append(azimuth, turned)
            order = rng.permutation(len(reach))
            found.append((np.append(time, when)[order], reach[order], azimuth[order], number))
    return Space(legs, table(found, sites), tuple(sources(sites)), np.unique(ends))


def look(
    rng: np.random.Generator,
    legs: Floats,
    site: tuple[float, float],
    begin: float,
    period: float,
    rotating: bool,
) -> tuple[Floats, Floats, Floats]:
    """Times, ranges and azimuths measured of the flights in one turn of the antenna."""
    end = begin + period
    held = {int(flight): end for flight in truth(legs, end)[0]}
    places = {}
    for _ in range(3 if rotating else 1):
        for flight, time in list(held.items()):
            leg = legs[(legs[:, 0] == flight) & (legs[:, 1] <= time) & (time < legs[:, 2])]
            if not len(leg):
                held.pop(flight)
                places.pop(flight, None)
                continue
            x, y, _ = moved(leg, np.array([time]))
            places[flight] = (x[0] - site[0], y[0] - site[1])
            if rotating:
                held[flight] = begin + math.atan2(*places[flight]) % (2 * math.pi) / (2 * math.pi) * period
    seen = [flight for flight in held if rng.random() < 0.9]
    at = np.array([places[flight] for flight in seen]).reshape(-1, 2)
    reach = np.hypot(at[:, 0], at[:, 1]) + rng.normal(0, RANGE_SIGMA_M, len(at))
    azimuth = (np.arctan2(at[:, 0], at[:, 1]) + rng.normal(0, AZIMUTH_SIGMA_RAD, len(at))) % (2 * math.pi)
    return np.array([held[flight] for flight in seen]), reach, azimuth


def table(found: list[tuple[Floats, Floats, Floats, int]], sites: tuple[Stand, ...]) -> Columns:
    """The plots as located observations in the order the centre hands them over."""
    time, reach, azimuth = (np.concatenate([part[k] for part in found]) for k in range(3))
    number = np.concatenate([np.full(len(part[0]), part[3]) for part in found])
    site = np.array(sites)[number]
    sine, cosine = np.sin(azimuth), np.cos(azimuth)
    along, across = RANGE_SIGMA_M**2, (reach * AZIMUTH_SIGMA_RAD) ** 2
    return OBSERVATIONS.build(
        len(time),
        {
            "seq": np.arange(len(time)),
            "source": number,
            "kind": np.full(len(time), KIND["plot"]),
            "time_ns": START_NS + np.round(time * 1e9).astype(np.int64),
            "east_m": site[:, 0] + reach * sine,
            "north_m": site[:, 1] + reach * cosine,
            "cov_ee_m2": along * sine**2 + across * cosine**2,
            "cov_en_m2": (along - across) * sine * cosine,
            "cov_nn_m2": along * cosine**2 + across * sine**2,
        },
    ).sort(("time_ns", "source", "seq"))


def sources(sites: tuple[Stand, ...]) -> list[Source]:
    """The radars as a centre declares them; how many false plots they give is not declared."""
    held = []
    for number, (east, north, period, _) in enumerate(sites):
        lat, lon = to_geographic(THEATRE, np.array([east]), np.array([north]))
        detection = Detection(range_m=250_000.0, ceiling=0.9, look_s=period)
        held.append(
            Source(f"R{number}", "asterix", site=Site(float(lat[0]), float(lon[0])), detection=detection)
        )
    return held


def gospa2(true: Floats, shown: Floats) -> float:
    """Squared GOSPA of shown places (m, 2) against true ones (n, 2), m2."""
    away = (true[:, None, 0] - shown[None, :, 0]) ** 2 + (true[:, None, 1] - shown[None, :, 1]) ** 2
    gain = np.minimum(away - CUT_M**2, 0.0)
    rows, columns = linear_sum_assignment(gain)
    return float(gain[rows, columns].sum() + CUT_M**2 / 2 * (len(true) + len(shown)))
