"""Emission: the world as genuine wire bytes, in the order in which each part's doors receive them.

What is wrong with a part's line is applied here: its datagrams arrive jittered (so reordered) and some of them twice; its
clock is wrong when its door stamps. Truth stays behind: nothing but bytes, a source name and times leaves this module.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import msgspec
import numpy as np

from truceline.centre.shipped import agreement_bytes
from truceline.exercise.script import Body, Clock, Fire, Pass, Script, resource
from truceline.exercise.sensors import adsb_rows, radar_rows
from truceline.exercise.world import Path
from truceline.means.adsb import encode_timed as adsb_timed
from truceline.means.asterix import encode_timed as asterix_timed
from truceline.means.passes import Pass as Imaged
from truceline.means.source import Source
from truceline.terms.time import NS_PER_S, format_time, parse_time


class Sent(msgspec.Struct, frozen=True, order=True):
    """One body on its way to a door: when it arrives, what the door's clock shows then, the source, the kind of record."""

    arrival_ns: int
    stamp_ns: int
    source: str
    kind: str
    body: bytes


def emit(script: Script, ways: Sequence[Path], without: frozenset[str] = frozenset()) -> list[Sent]:
    """Return everything that reaches a door, in order of arrival; ``without`` cuts the named sources' feeds."""
    sent: list[Sent] = []
    for number, source in enumerate(script.source):
        if source.name in without:
            continue
        clock = next((item for item in script.clock if item.part == source.home), Clock(source.home))
        rng = np.random.default_rng([script.seed, 200 + number])
        sent += _deliver(_bodies(script, source, ways, number), source.name, clock, rng)
    for body in script.body:
        if body.kind == "raw" and body.source in without:
            continue
        home = next((source.home for source in script.source if source.name == body.source), "A")
        clock = next((item for item in script.clock if item.part == home), Clock(home))
        data = _document(body)
        time_ns = parse_time(body.time)
        sent.append(Sent(time_ns, time_ns + _ns(clock.offset_s), body.source, body.kind, data))
    return sorted(sent)


def _document(body: Body) -> bytes:
    if body.kind == "agreement":
        return agreement_bytes(body.resource)
    return resource(body.resource) if body.resource else msgspec.json.encode(body.document)


def _bodies(script: Script, source: Source, ways: Sequence[Path], number: int) -> list[tuple[int, bytes]]:
    if source.means == "asterix":
        return asterix_timed(*radar_rows(script, source, ways, number), source)
    if source.means == "adsb":
        return adsb_timed(*adsb_rows(script, source, ways, number), source)
    if source.means == "passes":
        return [(parse_time(item.end), _pass_line(item)) for item in script.satellite_pass]
    if source.means == "firms":
        return _fire_lists(script, np.random.default_rng([script.seed, 300 + number]))
    return []


def _deliver(
    bodies: list[tuple[int, bytes]], source: str, clock: Clock, rng: np.random.Generator
) -> list[Sent]:
    delays = rng.uniform(0.0, clock.jitter_s, len(bodies)) if clock.jitter_s else np.zeros(len(bodies))
    twice = rng.random(len(bodies)) < clock.duplicates
    torn = rng.random(len(bodies)) < clock.torn
    sent = []
    for (time_ns, body), delay_s, again, cut in zip(
        bodies, delays.tolist(), twice.tolist(), torn.tolist(), strict=True
    ):
        arrived = body[: max(1, len(body) // 2)] if cut else body
        for extra_s in (0.0, 0.35) if again else (0.0,):
            arrival = time_ns + _ns(0.02 + delay_s + extra_s)
            sent.append(Sent(arrival, arrival + _ns(clock.offset_s), source, "raw", arrived))
    return sent


def _pass_line(item: Pass) -> bytes:
    line = Imaged(
        item.satellite,
        item.start,
        item.end,
        item.ring,
        item.clear_share,
        classes={"fire": 0.8},
        exercise=True,
    )
    return msgspec.json.encode(line) + b"\n"


def _fire_lists(script: Script, rng: np.random.Generator) -> list[tuple[int, bytes]]:
    """Return one fire list a satellite pass, in the columns of the VIIRS near-real-time CSV."""
    head = (
        "latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,instrument,"
        "confidence,version,bright_ti5,frp,daynight"
    )
    lists = []
    for item in script.satellite_pass:
        middle_ns = (parse_time(item.start) + parse_time(item.end)) // 2
        lines = [head]
        for fire in script.fire:
            if _burning(fire, middle_ns) and _in_box(fire, item) and rng.random() < item.clear_share:
                lines.append(_fire_row(fire, item, middle_ns, rng))
        if len(lines) > 1:
            lists.append((parse_time(item.end) + _ns(item.delay_s), ("\n".join(lines) + "\n").encode()))
    return lists


def _fire_row(fire: Fire, item: Pass, middle_ns: int, rng: np.random.Generator) -> str:
    moment = datetime.datetime.fromisoformat(format_time(middle_ns))
    lat = fire.lat_deg + rng.normal(0.0, 0.0015)
    lon = fire.lon_deg + rng.normal(0.0, 0.002)
    power = fire.power_mw * rng.uniform(0.8, 1.2)
    day = "D" if 3 <= moment.hour < 14 else "N"
    confidence = "h" if power > 12 else "n"
    return (
        f"{lat:.5f},{lon:.5f},{330 + power:.1f},0.39,0.36,{moment:%Y-%m-%d},{moment:%H%M},{item.satellite},VIIRS,"
        f"{confidence},EXERCISE,{290 + power / 4:.1f},{power:.2f},{day}"
    )


def _burning(fire: Fire, time_ns: int) -> bool:
    return parse_time(fire.start) <= time_ns <= parse_time(fire.end)


def _in_box(fire: Fire, item: Pass) -> bool:
    lons = [point[0] for point in item.ring]
    lats = [point[1] for point in item.ring]
    return min(lons) <= fire.lon_deg <= max(lons) and min(lats) <= fire.lat_deg <= max(lats)


def _ns(seconds: float) -> int:
    return round(seconds * NS_PER_S)
