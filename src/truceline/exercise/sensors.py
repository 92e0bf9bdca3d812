"""The sensors of a rehearsal: true ways in, what each would have measured out, as rows that the means encode to bytes.

Radar: one look a turn when the beam points at the target; seen with the booked detection probability times the script's
true share; range, azimuth and height measured with the declared accuracy; false plots uniform over the disc.
ADS-B: position, velocity and identification messages at the rates of the standard (about 2, 2 and 0.2 a second), each
received with the script's probability inside the receiver's range and view.
Nothing is measured or heard through the ground: each look walks its own ray over the script's mountains (``sight``).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from truceline.coverage.detection import horizon_m, radar_pd
from truceline.coverage.terrain import Terrain
from truceline.exercise.mountains import terrain_of
from truceline.exercise.script import Clutter, Script
from truceline.exercise.sight import seen_from
from truceline.exercise.world import Path
from truceline.means.observations import KIND, OBSERVATIONS
from truceline.means.source import Source
from truceline.means.watch import Sector, Watch
from truceline.terms.columns import Columns, concat
from truceline.terms.faults import Broken
from truceline.terms.place import Site, Theatre, grid_to_polar, to_geographic, to_grid
from truceline.terms.time import NS_PER_S, parse_time

Floats = npt.NDArray[np.float64]


def radar_rows(
    script: Script, source: Source, ways: Sequence[Path], stream: int
) -> tuple[Columns, list[Watch]]:
    """Return the plots of one radar over the whole script, by time, and the Watches its north marks must tell of."""
    rng = np.random.default_rng([script.seed, 100 + stream])
    clutter = next((item for item in script.clutter if item.source == source.name), Clutter(source.name, 0.0))
    site = _site(source)
    start_ns, last_s = parse_time(script.start), _length_s(script)
    turn_s = source.detection.look_s
    ground = terrain_of(script)
    parts = [_plots(script, source, site, way, clutter.true_share, rng, last_s, ground) for way in ways]
    parts.append(_false_plots(source, clutter.per_turn, round(last_s / turn_s), rng))
    rows = concat(OBSERVATIONS, [part for part in parts if len(part)])
    rows = rows.put(time_ns=rows["time_ns"] + start_ns).sort(["time_ns", "azimuth_rad", "range_m"])
    up = _up(script, source.name)
    sector = Sector(site, source.detection.range_m)
    watches = [Watch(source.name, a, b, sector, mode="rotating") for a, b in up]
    return rows.take(_inside(rows["time_ns"], up)), watches


def adsb_rows(
    script: Script, source: Source, ways: Sequence[Path], stream: int
) -> tuple[Columns, list[Watch]]:
    """Return what one ADS-B receiver heard over the whole script, by time, and when it was listening."""
    rng = np.random.default_rng([script.seed, 100 + stream])
    site = _site(source)
    theatre = Theatre(script.lat_deg, script.lon_deg)
    start_ns, last_s = parse_time(script.start), _length_s(script)
    ground = terrain_of(script)
    parts = [
        _messages(theatre, source, site, way, script.traffic.received, rng, last_s, ground)
        for way in ways
        if way.address >= 0
    ]
    rows = concat(OBSERVATIONS, parts)
    rows = rows.put(time_ns=rows["time_ns"] + start_ns).sort(["time_ns", "address", "kind"])
    up = _up(script, source.name)
    watches = [
        Watch(source.name, a, b, Sector(site, source.detection.range_m), mode="receiving") for a, b in up
    ]
    return rows.take(_inside(rows["time_ns"], up)), watches


def _plots(
    script: Script,
    source: Source,
    site: Site,
    way: Path,
    share: float,
    rng: np.random.Generator,
    last_s: float,
    ground: Terrain | None,
) -> Columns:
    turn_s, theatre = source.detection.look_s, Theatre(script.lat_deg, script.lon_deg)
    first = math.ceil(max(0.0, way.time_s[0]) / turn_s)
    scans = np.arange(first, math.floor(min(last_s, way.time_s[-1]) / turn_s))
    if not len(scans):
        return OBSERVATIONS.empty()
    _, azimuth, _ = grid_to_polar(theatre, site, *way.at((scans + 0.5) * turn_s))
    time_s = np.minimum((scans + azimuth / (2 * math.pi)) * turn_s, way.time_s[-1])
    east, north, height = way.at(time_s)
    range_m, azimuth, _ = grid_to_polar(theatre, site, east, north, height)
    chance = radar_pd(range_m, way.rcs_m2, source.detection) * share
    chance[
        ~(_in_view(theatre, site, ground, east, north, height) & (range_m <= source.detection.range_m))
    ] = 0.0
    seen = rng.random(len(scans)) < chance
    if not seen.any():
        return OBSERVATIONS.empty()
    count = int(seen.sum())
    cooperative = way.squawk >= 0
    return OBSERVATIONS.build(
        count,
        {
            "kind": np.full(count, KIND["reply"] if cooperative else KIND["plot"]),
            "time_ns": np.round(time_s[seen] * NS_PER_S),
            "range_m": np.maximum(range_m[seen] + rng.normal(0.0, source.accuracy.range_m, count), 100.0),
            "azimuth_rad": (azimuth[seen] + rng.normal(0.0, source.accuracy.azimuth_rad, count))
            % (2 * math.pi),
            "pressure_altitude_m": height[seen] if cooperative else np.full(count, np.nan),
            "squawk": np.full(count, way.squawk),
            "address": np.full(count, way.address),
            "label": np.full(count, way.callsign.encode()),
            "simulated": np.full(count, True),
        },
    )


def _in_view(
    theatre: Theatre, site: Site, ground: Terrain | None, east: Floats, north: Floats, height: Floats
) -> npt.NDArray[np.bool_]:
    """Whether places are in view: by their own rays over the ground, or above the horizon of a smooth earth."""
    at_east, at_north = to_grid(theatre, np.array([site.lat_deg]), np.array([site.lon_deg]))
    eye = (round(float(at_east[0]), 3), round(float(at_north[0]), 3), site.height_m)
    if ground is not None:
        return seen_from(ground, eye, east, north, height)
    away = np.hypot(east - eye[0], north - eye[1])
    return away <= np.array([horizon_m(site.height_m, float(item)) for item in height])


def _false_plots(source: Source, per_turn: float, turns: int, rng: np.random.Generator) -> Columns:
    counts = rng.poisson(per_turn, turns)
    total = int(counts.sum())
    azimuth = rng.uniform(0.0, 2 * math.pi, total)
    scan = np.repeat(np.arange(turns), counts)
    return OBSERVATIONS.build(
        total,
        {
            "kind": np.full(total, KIND["plot"]),
            "time_ns": np.round((scan + azimuth / (2 * math.pi)) * source.detection.look_s * NS_PER_S),
            "range_m": source.detection.range_m * np.sqrt(rng.uniform(0.001, 1.0, total)),
            "azimuth_rad": azimuth,
            "simulated": np.full(total, True),
        },
    )


def _messages(
    theatre: Theatre,
    source: Source,
    site: Site,
    way: Path,
    received: float,
    rng: np.random.Generator,
    last_s: float,
    ground: Terrain | None,
) -> Columns:
    view = _in_view(theatre, site, ground, way.east_m, way.north_m, way.height_m)
    first, last = max(0.0, way.time_s[0]), min(last_s, way.time_s[-1])
    parts = []
    for kind, rate_hz in (("position", 2.0), ("velocity", 2.0), ("callsign", 0.2)):
        times = np.arange(first, last, 1.0 / rate_hz)
        times = np.clip(times + rng.uniform(-0.1, 0.1, len(times)), way.time_s[0], last)
        east, north, height = way.at(times)
        range_m, _, _ = grid_to_polar(theatre, site, east, north, height)
        near = view[np.clip(np.rint(times - way.time_s[0]).astype(np.int64), 0, len(view) - 1)]
        heard = (rng.random(len(times)) < received) & near & (range_m <= source.detection.range_m)
        parts.append(_spoken(theatre, way, times[heard], kind))
    return concat(OBSERVATIONS, parts)


def _spoken(theatre: Theatre, way: Path, times: Floats, kind: str) -> Columns:
    count = len(times)
    given: dict[str, Any] = {
        "time_ns": np.round(times * NS_PER_S),
        "address": np.full(count, way.address),
        "kind": np.full(count, KIND["position"] if kind == "position" else KIND["identity"]),
    }
    east, north, height = way.at(times)
    if kind == "position":
        lat, lon = to_geographic(theatre, east, north)
        given |= {
            "lat_deg": lat,
            "lon_deg": lon,
            "pressure_altitude_m": height,
            "quality": np.full(count, 185.2),
        }
    elif kind == "velocity":
        before = way.at(times - 0.5)
        after = way.at(times + 0.5)
        given |= {
            "vel_east_mps": after[0] - before[0],
            "vel_north_mps": after[1] - before[1],
            "vel_up_mps": after[2] - before[2],
        }
    else:
        given["label"] = np.full(count, way.callsign.encode())
    return OBSERVATIONS.build(count, given)


def _up(script: Script, source: str) -> list[tuple[int, int]]:
    """Return the stretches [start_ns, end_ns) of the script in which a source speaks."""
    cursor, end = parse_time(script.start), parse_time(script.end)
    stretches = []
    for outage in sorted((o for o in script.outage if o.source == source), key=lambda o: o.start):
        stretches.append((cursor, min(parse_time(outage.start), end)))
        cursor = max(cursor, parse_time(outage.end))
    stretches.append((cursor, end))
    return [(a, b) for a, b in stretches if b > a]


def _inside(time_ns: npt.NDArray[np.int64], stretches: Iterable[tuple[int, int]]) -> npt.NDArray[np.bool_]:
    kept = np.zeros(len(time_ns), dtype=bool)
    for start, end in stretches:
        kept |= (time_ns >= start) & (time_ns < end)
    return kept


def _length_s(script: Script) -> float:
    return (parse_time(script.end) - parse_time(script.start)) / NS_PER_S


def _site(source: Source) -> Site:
    if source.site is None:
        raise Broken(f"source {source.name} has no site", where="scenario", remedy="give it one")
    return source.site
