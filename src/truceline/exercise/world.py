"""The world of a rehearsal: who flies where, second by second, known to nobody in the centre.

Flights go from way point to way point at constant speed and turn at no more than MAX_TURN_RADPS, so that a tracker meets
arcs and not corners. Civil flights cross the theatre on seeded chords at their own height and speed.
"""

from __future__ import annotations

import math

import msgspec
import numpy as np
import numpy.typing as npt

from truceline.exercise.script import Flight, Script
from truceline.terms.place import Theatre, to_grid
from truceline.terms.time import NS_PER_S, parse_time

MAX_TURN_RADPS = 0.03
CIVIL_RCS_M2 = 40.0
FIRST_ADDRESS = 0x600800
Floats = npt.NDArray[np.float64]


class Path(msgspec.Struct, frozen=True):
    """One object's true way on the theatre grid, once a second: seconds since the script's start, metres, m/s."""

    name: str
    rcs_m2: float
    address: int
    callsign: str
    squawk: int
    time_s: Floats
    east_m: Floats
    north_m: Floats
    height_m: Floats

    def at(self, time_s: Floats) -> tuple[Floats, Floats, Floats]:
        """Return (east_m, north_m, height_m) at times within the path, linear between the seconds."""
        return (
            np.interp(time_s, self.time_s, self.east_m),
            np.interp(time_s, self.time_s, self.north_m),
            np.interp(time_s, self.time_s, self.height_m),
        )


def paths(script: Script) -> tuple[Path, ...]:
    """Return every object's way, civil traffic first, in order of take-off within each group."""
    theatre = Theatre(script.lat_deg, script.lon_deg)
    scripted = [_scripted(flight, script, theatre) for flight in script.flight]
    return (*_traffic(script), *scripted)


def _traffic(script: Script) -> list[Path]:
    rng = np.random.default_rng([script.seed, 1])
    traffic = script.traffic
    last_s = (parse_time(script.end) - parse_time(script.start)) / NS_PER_S
    starts = np.sort(rng.uniform(-600.0, last_s - 300.0, traffic.flights))
    made = []
    for number, start_s in enumerate(starts.tolist()):
        bearing = rng.uniform(0.0, 2.0 * math.pi)
        aside = rng.uniform(-0.55, 0.55) * traffic.ring_m
        half = math.sqrt(traffic.ring_m**2 - aside**2)
        along = np.array([math.sin(bearing), math.cos(bearing)])
        across = np.array([along[1], -along[0]])
        bend = rng.uniform(-0.12, 0.12) * traffic.ring_m
        points = [aside * across - half * along, (aside + bend) * across, aside * across + half * along]
        # cruising levels lie 1,000 ft apart
        height = round(rng.uniform(traffic.low_height_m, traffic.high_height_m) / 304.8) * 304.8
        speed = rng.uniform(traffic.low_speed_mps, traffic.high_speed_mps)
        way = [(float(point[0]), float(point[1]), height) for point in points]
        squawk = int("".join(str(digit) for digit in rng.integers(0, 8, 4)))
        track = _fly(way, start_s, speed, start_s)
        made.append(
            Path(
                f"civil-{number:03d}",
                CIVIL_RCS_M2,
                FIRST_ADDRESS + number,
                f"CIV{number:03d}",
                squawk,
                *track,
            )
        )
    return made


def _scripted(flight: Flight, script: Script, theatre: Theatre) -> Path:
    opened = parse_time(script.start)
    start_s = (parse_time(flight.start) - opened) / NS_PER_S
    until_s = (parse_time(flight.until) - opened) / NS_PER_S if flight.until else start_s
    lon, lat, height = (np.array(column) for column in zip(*flight.points, strict=True))
    east, north = to_grid(theatre, lat, lon)
    way = list(zip(east.tolist(), north.tolist(), height.tolist(), strict=True))
    track = _fly(way, start_s, flight.speed_mps, until_s)
    address = int(flight.address, 16) if flight.address else -1
    return Path(flight.name, flight.rcs_m2, address, flight.callsign, flight.squawk, *track)


def _fly(
    way: list[tuple[float, float, float]], start_s: float, speed_mps: float, until_s: float
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return (time_s, east_m, north_m, height_m) of a flight along way points, round again while time is left."""
    east, north, height = way[0]
    heading = math.atan2(way[1][0] - east, way[1][1] - north)
    time_s, goal, rows = start_s, 1, [(start_s, *way[0])]
    while goal < len(way) or time_s < until_s:
        aim = way[goal % len(way)]
        away = math.hypot(aim[0] - east, aim[1] - north)
        # a point inside the turning circle could be circled for ever
        if away < speed_mps / MAX_TURN_RADPS + speed_mps:
            goal += 1
            if goal >= len(way) and time_s >= until_s:
                break
            continue
        wanted = math.atan2(aim[0] - east, aim[1] - north)
        turn = (wanted - heading + math.pi) % (2.0 * math.pi) - math.pi
        heading += min(MAX_TURN_RADPS, max(-MAX_TURN_RADPS, turn))
        east += speed_mps * math.sin(heading)
        north += speed_mps * math.cos(heading)
        height += min(8.0, max(-8.0, (aim[2] - height) * speed_mps / max(away, speed_mps)))
        time_s += 1.0
        rows.append((time_s, east, north, height))
    table = np.array(rows)
    return table[:, 0], table[:, 1], table[:, 2], table[:, 3]
