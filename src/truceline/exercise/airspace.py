"""A seeded air space for measuring the picture: flights whose truth is exact, radars' plots of them, false plots.

    turn:  east = x + v/w (cos h - cos(h + w t))     north = y + v/w (sin(h + w t) - sin h)     h clockwise from north

A flight keeps its speed (even in 80 to 300 m/s) and flies straight for 4 s + an exponential time, then turns 0.5 to 1.5
times the mean turn at 0.2 to 1 of the style's hardest turn, toward the centre near the edge. One in five begins during
the first 60 % of the run, three in twenty end early. A radar gives range and azimuth with Gaussian noise, sees a flight
once a scan with probability Pd, and gives a Poisson number of false plots, even over the square (denser in one quarter
where asked). Whether a radar rotates decides the plots' times: that of the beam, or all the end of the scan.

Two radars: periods 4 and 5 s, the second 1.7 s later. What is declared to the tracker may differ from what is true.
Everything is EXERCISE data and a function of the ``Sky`` alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import msgspec
import numpy as np
import numpy.typing as npt

from truceline.means.observations import KIND, OBSERVATIONS
from truceline.means.source import Accuracy, Detection, Source
from truceline.terms.columns import Columns
from truceline.terms.place import Site, Theatre, to_geographic
from truceline.terms.time import NS_PER_S

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

THEATRE = Theatre(40.0, 46.0)
START_NS = 1_600_000_000_000_000_000
SIDE_M, MARGIN_M = 200_000.0, 10_000.0
GRAVITY_MPS2 = 9.81
PERIODS_S, OFFSETS_S = (4.0, 5.0), (0.0, 1.7)
SITES_M = ((-20_000.0, -105_000.0), (90_000.0, 30_000.0))  # in a square of SIDE_M; they move with its size
BIASES = ((120.0, math.radians(0.15)), (-80.0, math.radians(-0.1)))
TURN = 2.0 * math.pi


class Style(msgspec.Struct, frozen=True):
    """How flights fly: mean straight and mean turning time, hardest turn, share that never turn."""

    straight_s: float
    turning_s: float
    turn_g: float
    steady: float


STYLES = {
    "calm": Style(90.0, 20.0, 0.5, 0.6),
    "normal": Style(60.0, 20.0, 1.5, 0.3),
    "hard": Style(25.0, 15.0, 4.0, 0.0),
}


class Sky(msgspec.Struct, frozen=True):
    """What an air space is made of.

    ``false_plots``: per target and scan; ``dense_quarter``: times as many of them in the north-east quarter.
    ``periods_s``: of the two radars' turns.
    ``declared_detection``, ``declared_noise``: what is told of Pd and of both sigmas (a factor); true unless given.
    """

    targets: int
    seed: int = 0
    scans: int = 60
    style: str = "normal"
    radars: int = 1
    rotating: bool = False
    biased: bool = False
    side_m: float = SIDE_M
    range_sigma_m: float = 50.0
    azimuth_sigma_rad: float = math.radians(0.1)
    detection: float = 0.9
    false_plots: float = 1.0
    periods_s: tuple[float, float] = PERIODS_S
    dense_quarter: float = 1.0
    declared_detection: float | None = None
    declared_noise: float = 1.0


class Legs(msgspec.Struct, frozen=True):
    """Legs of flight sorted by (flight, begin), one column each: metres, m/s, rad clockwise from north, rad/s."""

    flight: Ints
    begin_s: Floats
    end_s: Floats
    east_m: Floats
    north_m: Floats
    speed_mps: Floats
    heading_rad: Floats
    rate_radps: Floats


class Polar(msgspec.Struct, frozen=True):
    """Plots as the radars give them, in the order of ``Airspace.observations``; ``flight`` is -1 for a false plot."""

    time_s: Floats
    sensor: Ints
    range_m: Floats
    azimuth_rad: Floats
    flight: Ints


class Airspace(msgspec.Struct, frozen=True):
    """The truth, the plots (polar, and located with declared covariances) and the scans' ends, ascending."""

    sky: Sky
    legs: Legs
    polar: Polar
    observations: Columns
    sources: tuple[Source, ...]
    ends_s: Floats

    def batches(self) -> Iterator[tuple[int, Columns]]:
        """Yield at every scan's end its time (ns) and the plots of times since the end before."""
        times, low = self.observations["time_ns"], 0
        for moment in moments_ns(self.ends_s).tolist():
            high = int(np.searchsorted(times, moment, side="right"))
            yield moment, self.observations.take(slice(low, high))
            low = high


def airspace(sky: Sky) -> Airspace:
    """Return the air space of a sky; the same sky always gives the same bytes on one machine."""
    rng = np.random.default_rng([sky.seed, sky.targets])
    seconds = sky.scans * sky.periods_s[0]
    legs = flights(rng, sky, seconds + 12.0)
    parts: list[Polar] = []
    ends: list[float] = []
    for sensor in range(sky.radars):
        for scan in range(int((seconds - OFFSETS_S[sensor]) / sky.periods_s[sensor] + 1e-9)):
            begin_s = OFFSETS_S[sensor] + scan * sky.periods_s[sensor]
            ends.append(begin_s + sky.periods_s[sensor])
            parts.append(look(rng, sky, legs, sensor, begin_s))
    polar = Polar(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in Polar.__struct_fields__)
    )
    # Within a scan the order is drawn, so that it tells nothing; the table is sorted by time, source, then that.
    order = np.lexsort([polar.sensor, moments_ns(polar.time_s)])
    polar = Polar(*(getattr(polar, name)[order] for name in Polar.__struct_fields__))
    sources = declared(sky)
    return Airspace(sky, legs, polar, located(sky, polar), sources, np.unique(ends))


def moments_ns(time_s: Floats) -> Ints:
    """Return times of the run as nanoseconds since 1970."""
    return START_NS + np.round(time_s * NS_PER_S).astype(np.int64)


def flights(rng: np.random.Generator, sky: Sky, seconds: float) -> Legs:
    """Return the legs of all flights up to ``seconds``."""
    style, count, half = STYLES[sky.style], sky.targets, sky.side_m / 2 - MARGIN_M
    at = np.where(rng.random(count) < 0.8, 0.0, rng.uniform(0.0, 0.6 * seconds, count))
    early = at + rng.uniform(0.3, 1.0, count) * (seconds - at)
    last = np.where(rng.random(count) < 0.85, seconds, early)
    x, y = rng.uniform(-half, half, (2, count))
    speed, heading = rng.uniform(80.0, 300.0, count), rng.uniform(0.0, TURN, count)
    steady = rng.random(count) < style.steady
    turning, alive = False, np.flatnonzero(at < last - 1e-9)
    rows: list[tuple[npt.NDArray[np.float64], ...]] = []
    while len(alive):
        size = len(alive)
        if turning:
            lasts = rng.uniform(0.5, 1.5, size) * style.turning_s
            rate = rng.uniform(0.2, 1.0, size) * style.turn_g * GRAVITY_MPS2 / speed[alive]
            drawn = rng.choice(np.array([-1.0, 1.0]), size)
            inward = np.sin(np.arctan2(-x[alive], -y[alive]) - heading[alive])
            outside = np.maximum(np.abs(x[alive]), np.abs(y[alive])) > half
            rate *= np.where(outside, np.where(inward < 0.0, -1.0, 1.0), drawn)
        else:
            lasts = rng.exponential(style.straight_s, size) + 4.0
            lasts, rate = np.where(steady[alive], seconds, lasts), np.zeros(size)
        lasts = np.minimum(lasts, last[alive] - at[alive])
        now = (at[alive], at[alive] + lasts, x[alive], y[alive], speed[alive], heading[alive], rate)
        rows.append((alive.astype(np.float64), *now))
        x[alive], y[alive], heading[alive] = moved(*now[2:], lasts)
        at[alive] += lasts
        alive, turning = alive[at[alive] < last[alive] - 1e-9], not turning
    columns = [np.concatenate(part) for part in zip(*rows, strict=True)]
    order = np.lexsort([columns[1], columns[0]])
    return Legs(columns[0][order].astype(np.int64), *(column[order] for column in columns[1:]))


def moved(
    x: Floats, y: Floats, speed: Floats, heading: Floats, rate: Floats, dt: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return east, north and heading after ``dt`` seconds of each leg's turn."""
    end = heading + rate * dt
    turning = np.abs(rate) > 1e-9
    radius = speed / np.where(turning, rate, 1.0)
    east = np.where(turning, radius * (np.cos(heading) - np.cos(end)), speed * dt * np.sin(heading))
    north = np.where(turning, radius * (np.sin(end) - np.sin(heading)), speed * dt * np.cos(heading))
    return x + east, y + north, end


def states(legs: Legs, rows: Ints, at_s: Floats | float) -> Floats:
    """Return (east, north, velocity east, velocity north) on these legs at these times: shape (n, 4)."""
    speed = legs.speed_mps[rows]
    x, y, heading = moved(
        legs.east_m[rows],
        legs.north_m[rows],
        speed,
        legs.heading_rad[rows],
        legs.rate_radps[rows],
        at_s - legs.begin_s[rows],
    )
    return np.column_stack([x, y, speed * np.sin(heading), speed * np.cos(heading)])


def truth(legs: Legs, at_s: float) -> tuple[Ints, Floats]:
    """Return the flights in the air at an instant, shape (n,), and their states, shape (n, 4)."""
    rows = np.flatnonzero((legs.begin_s <= at_s) & (at_s < legs.end_s))
    return legs.flight[rows], states(legs, rows, at_s)


def legs_at(legs: Legs, flight: Ints, at_s: Floats) -> Ints:
    """Return the row of each flight's leg at its own time, -1 when it is not in the air then."""
    span = float(legs.end_s.max()) + 1.0
    row = np.searchsorted(legs.flight * span + legs.begin_s, flight * span + at_s, side="right") - 1
    held = np.maximum(row, 0)
    good = (
        (row >= 0) & (legs.flight[held] == flight) & (at_s >= legs.begin_s[held]) & (at_s < legs.end_s[held])
    )
    return np.where(good, held, -1)


def stand(sky: Sky, sensor: int) -> tuple[float, float]:
    """Return where a radar stands: one just outside the southern edge, one inside the eastern edge."""
    scale = sky.side_m / SIDE_M
    return SITES_M[sensor][0] * scale, SITES_M[sensor][1] * scale


def look(rng: np.random.Generator, sky: Sky, legs: Legs, sensor: int, begin_s: float) -> Polar:
    """Return a radar's plots of one scan in drawn order."""
    (east, north), period = stand(sky, sensor), sky.periods_s[sensor]
    end_s = begin_s + period
    flight, state = truth(legs, end_s)
    time = np.full(len(flight), end_s)
    for _ in range(2 if sky.rotating else 0):  # two steps find when the beam meets the flight
        azimuth = np.arctan2(state[:, 0] - east, state[:, 1] - north) % TURN
        time = begin_s + azimuth / TURN * period
        rows = legs_at(legs, flight, time)
        flight, time, rows = flight[rows >= 0], time[rows >= 0], rows[rows >= 0]
        state = states(legs, rows, time)
    seen = rng.random(len(flight)) < sky.detection
    de, dn = state[seen, 0] - east, state[seen, 1] - north
    bias = BIASES[sensor] if sky.biased else (0.0, 0.0)
    reach = np.hypot(de, dn) + bias[0] + rng.normal(0.0, sky.range_sigma_m, len(de))
    azimuth = np.arctan2(de, dn) + bias[1] + rng.normal(0.0, sky.azimuth_sigma_rad, len(de))
    false = false_plots(rng, sky) - (east, north)
    turned = np.arctan2(false[:, 0], false[:, 1]) % TURN
    when = begin_s + turned / TURN * period if sky.rotating else np.full(len(false), end_s)
    order = rng.permutation(len(reach) + len(false))
    return Polar(
        np.append(time[seen], when)[order],
        np.full(len(order), sensor, dtype=np.int64),
        np.append(reach, np.hypot(false[:, 0], false[:, 1]))[order],
        np.append(azimuth % TURN, turned)[order],
        np.append(flight[seen], np.full(len(false), -1))[order],
    )


def false_plots(rng: np.random.Generator, sky: Sky) -> Floats:
    """Return places of one scan's false plots, shape (n, 2)."""
    half, mean = sky.side_m / 2, sky.false_plots * sky.targets
    even = rng.uniform(-half, half, (rng.poisson(mean), 2))
    dense = rng.uniform(0.0, half, (rng.poisson(mean * (sky.dense_quarter - 1.0) / 4.0), 2))
    return np.concatenate([even, dense])


def sigmas(sky: Sky) -> tuple[float, float]:
    """Return the declared sigmas of range (m) and azimuth (rad)."""
    return sky.range_sigma_m * sky.declared_noise, sky.azimuth_sigma_rad * sky.declared_noise


def located(sky: Sky, polar: Polar) -> Columns:
    """Return the plots on the grid, unbiased for the bend of an azimuth's error, with declared covariances.

    Source: Longbin, Xiaoquan, Yiyu, Kang, Bar-Shalom 1998, Unbiased converted measurements for tracking.
    """
    range_sigma, azimuth_sigma = sigmas(sky)
    site = np.array([stand(sky, sensor) for sensor in range(sky.radars)])[polar.sensor]
    sine, cosine = np.sin(polar.azimuth_rad), np.cos(polar.azimuth_rad)
    along, across = range_sigma**2, (polar.range_m * azimuth_sigma) ** 2
    reach = polar.range_m * math.exp(azimuth_sigma**2 / 2.0)
    rows = len(polar.time_s)
    return OBSERVATIONS.build(
        rows,
        {
            "seq": np.arange(rows),
            "item": np.arange(rows),
            "source": polar.sensor,
            "kind": np.full(rows, KIND["plot"]),
            "time_ns": moments_ns(polar.time_s),
            "range_m": polar.range_m,
            "azimuth_rad": polar.azimuth_rad,
            "east_m": site[:, 0] + reach * sine,
            "north_m": site[:, 1] + reach * cosine,
            "cov_ee_m2": along * sine**2 + across * cosine**2,
            "cov_en_m2": (along - across) * sine * cosine,
            "cov_nn_m2": along * cosine**2 + across * sine**2,
            "simulated": np.ones(rows, dtype=bool),
        },
    )


def declared(sky: Sky) -> tuple[Source, ...]:
    """Return the radars as a centre declares them; how many false plots they give is not declared."""
    held = []
    range_sigma, azimuth_sigma = sigmas(sky)
    ceiling = sky.detection if sky.declared_detection is None else sky.declared_detection
    for sensor in range(sky.radars):
        east, north = stand(sky, sensor)
        lat, lon = to_geographic(THEATRE, np.array([east]), np.array([north]))
        held.append(
            Source(
                f"R{sensor}",
                "asterix",
                site=Site(float(lat[0]), float(lon[0])),
                accuracy=Accuracy(range_m=range_sigma, azimuth_rad=azimuth_sigma),
                detection=Detection(range_m=1.25 * sky.side_m, ceiling=ceiling, look_s=sky.periods_s[sensor]),
                simulated=True,
            )
        )
    return tuple(held)
