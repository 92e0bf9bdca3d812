"""A theatre with honest, silent, lying and invented aircraft, as the sensors of the rehearsal would see and hear it."""

from __future__ import annotations

import msgspec
import numpy as np

from truceline.centre.inputs import ORDER
from truceline.centre.locate import locate
from truceline.exercise.script import Script, read_script
from truceline.exercise.sensors import adsb_rows, radar_rows
from truceline.exercise.world import Path, paths
from truceline.means.observations import OBSERVATIONS
from truceline.means.source import Source
from truceline.means.watch import Watch
from truceline.picture.air import fold_air
from truceline.picture.picture import Picture
from truceline.terms.columns import Columns, concat
from truceline.terms.place import Theatre
from truceline.terms.time import NS_PER_S, format_time, parse_time


class World(msgspec.Struct, frozen=True):
    """What the centre holds, and the truth: names of who is silent, (address: when, metres) of who lies, who is invented."""

    observations: Columns
    picture: Picture
    watches: tuple[Watch, ...]
    sources: tuple[Source, ...]
    theatre: Theatre
    start_ns: int
    hours: float
    ways: tuple[Path, ...]
    silent: tuple[str, ...]
    lying: dict[int, tuple[float, float]]
    invented: tuple[int, ...]


def world(
    seed: int,
    hours: float = 1.0,
    flights: int = 40,
    silent: int = 5,
    lying: int = 5,
    invented: int = 3,
    offset_m: float = 800.0,
    identified: bool = True,
    lie_after_s: float = 600.0,
) -> World:
    """Return a world; of the flights the first ``silent`` say nothing, the next lie, the next exist only in claims.

    ``identified`` False: the radars read no addresses and no codes.
    """
    script = _script(seed, hours, flights)
    sources = script.source[:3]
    ways = paths(script)[:flights]
    rng = np.random.default_rng([seed, 7])
    order = rng.permutation(len(ways)).tolist()
    quiet = [ways[n] for n in order[:silent]]
    liars = [ways[n] for n in order[silent : silent + lying]]
    ghosts = [ways[n] for n in order[silent + lying : silent + lying + invented]]
    lies = {way.address: (max(float(way.time_s[0]), 0.0) + lie_after_s, offset_m) for way in liars}
    real = [_anonymous(way) if way in quiet else way for way in ways if way not in ghosts]
    said = [_moved(way, *lies[way.address], rng) if way in liars else way for way in ways if way not in quiet]
    theatre, rows, watches = Theatre(script.lat_deg, script.lon_deg), [], []
    for number, source in enumerate(sources):
        made = adsb_rows if source.means == "adsb" else radar_rows
        found, looks = made(script, source, said if source.means == "adsb" else real, number)
        if source.means != "adsb" and not identified:
            found = found.put(address=-1, squawk=-1, label=b"")
        rows.append(locate(found.put(source=number, item=np.arange(len(found))), source, theatre))
        watches += [
            msgspec.structs.replace(look, mode="cooperative") for look in looks if source.means == "adsb"
        ]
        watches += [look for look in looks if source.means != "adsb"]
    observations = concat(OBSERVATIONS, rows).sort(ORDER)
    return World(
        observations,
        fold_air(observations, sources, theatre),
        tuple(watches),
        sources,
        theatre,
        parse_time(script.start),
        hours,
        ways,
        tuple(way.name for way in quiet),
        lies,
        tuple(way.address for way in ghosts),
    )


def _script(seed: int, hours: float, flights: int) -> Script:
    script = read_script("karabakh-2020")
    end = format_time(parse_time(script.start) + round(hours * 3600) * NS_PER_S)
    traffic = msgspec.structs.replace(script.traffic, flights=flights, ring_m=90_000.0)
    return msgspec.structs.replace(
        script, seed=script.seed + seed, end=end, traffic=traffic, flight=(), outage=(), fire=()
    )


def _anonymous(way: Path) -> Path:
    return msgspec.structs.replace(way, address=-1, squawk=-1, callsign="")


def _moved(way: Path, since_s: float, offset_m: float, rng: np.random.Generator) -> Path:
    angle, late = rng.uniform(0.0, 2 * np.pi), way.time_s >= since_s
    return msgspec.structs.replace(
        way,
        east_m=way.east_m + np.where(late, offset_m * np.sin(angle), 0.0),
        north_m=way.north_m + np.where(late, offset_m * np.cos(angle), 0.0),
    )
