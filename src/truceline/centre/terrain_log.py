"""The terrain in the log: a ``config`` record of source ``terrain`` whose body is ``coverage.elevation``'s.

In force is the last one that every part with settings in its log holds, like the settings themselves: a part that adds
terrain alone changes nothing until the others hold the same bytes. A terrain made for another theatre grid is none.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache

import msgspec
import numpy as np

from truceline.centre.config import Config, theatre_of
from truceline.centre.inputs import SETTINGS_SOURCE, UNNAMED
from truceline.centre.part import Part, Writing
from truceline.coverage.elevation import Sheet, read_elevation, sunk
from truceline.coverage.terrain import Sights, Terrain, made_anew
from truceline.record.record import Record
from truceline.terms.faults import Fault, Refusal
from truceline.terms.ids import digest
from truceline.terms.place import to_grid

TERRAIN_SOURCE = "terrain"


class Logged(msgspec.Struct, frozen=True):
    """One terrain record: its sheet, digest of its body, stamp, the parts that hold it, and whether it is in force."""

    sheet: Sheet
    digest: str
    stamp_ns: int
    held_by: str
    in_force: bool


def terrain_records(records: Iterable[Record]) -> list[Record]:
    """Return the terrain records in the order in which they act."""
    held = [r for r in records if r.kind == "config" and r.source == TERRAIN_SOURCE]
    return sorted(held, key=lambda r: (r.effective_ns, r.stamp_ns, r.content))


def record_in_force(records: Sequence[Record], config: Config, known_ns: int) -> Record | None:
    """Return the terrain record in force at a time, None for smooth earth."""
    parts = {part.name for part in config.part} | {UNNAMED}
    asked = {
        letter
        for record in records
        if record.kind == "config" and record.source == SETTINGS_SOURCE
        for letter in record.held_by or UNNAMED
    } & parts
    now: dict[str, str] = {}
    agreed: Record | None = None
    for record in terrain_records(records):
        if record.effective_ns > known_ns or not _fits(record, config):
            continue
        name = _read(record.body)[1].content
        now.update(dict.fromkeys(record.held_by or UNNAMED, name))
        if all(now.get(letter) == name for letter in asked):
            agreed = record
    return agreed


def terrain_at(
    records: Sequence[Record], config: Config, known_ns: int, sights: Sights = made_anew
) -> Terrain | None:
    """Return the terrain in force at a time, None for smooth earth; ``sights`` may keep its viewsheds."""
    record = record_in_force(records, config, known_ns)
    if record is None:
        return None
    return msgspec.structs.replace(_read(record.body)[1], sights=sights)


def site_faults(
    records: Sequence[Record], terrain: Terrain | None, config: Config, known_ns: int
) -> tuple[Fault, ...]:
    """Return a fault for each sensor that the terrain puts under the ground, off its edge or over a hole."""
    record = record_in_force(records, config, known_ns) if terrain is not None else None
    if terrain is None or record is None:
        return ()
    theatre = theatre_of(config)
    below = {source.name: ground for source, ground in sunk(terrain, config.source, theatre)}
    found = []
    for source in config.source:
        if source.site is None:
            continue
        east, north = to_grid(theatre, np.array([source.site.lat_deg]), np.array([source.site.lon_deg]))
        ground = terrain.ground_m(float(east[0]), float(north[0]))
        if source.name in below:
            reason = f"its site lies {ground - source.site.height_m:.0f} m under the terrain's ground: it covers nothing"
        elif math.isnan(ground):
            reason = "its site lies off the terrain or over a hole in it: it covers nothing"
        else:
            continue
        found.append(Fault(source.name, record.seq, 0, 0, reason))
    return tuple(found)


def logged(records: Sequence[Record], config: Config, known_ns: int) -> tuple[Logged, ...]:
    """Return the terrains of a log, each once, in the order in which they act."""
    now = record_in_force(records, config, known_ns)
    once: dict[str, Logged] = {}
    for record in terrain_records(records):
        key = digest(record.body)
        before = once[key].held_by if key in once else ""
        letters = "".join(sorted({*before, *record.held_by}))
        in_force = now is not None and digest(now.body) == key
        try:
            once[key] = Logged(_read(record.body)[0], key, record.stamp_ns, letters, in_force)
        except Refusal:
            continue
    return tuple(once.values())


def _fits(record: Record, config: Config) -> bool:
    try:
        sheet = _read(record.body)[0]
    except Refusal:
        return False
    return (sheet.lat_deg, sheet.lon_deg) == (config.theatre.lat_deg, config.theatre.lon_deg)


@lru_cache(maxsize=4)
def _read(body: bytes) -> tuple[Sheet, Terrain]:
    return read_elevation(body)


def write_terrain(part: Part, body: bytes) -> None:
    """Write a terrain body into a part's log, unless it is already the last one there."""
    own = [
        record
        for record in part.log.records(0, part.log.size)
        if record.kind == "config" and record.source == TERRAIN_SOURCE
    ]
    if not own or own[-1].body != body:
        part.write([Writing("config", TERRAIN_SOURCE, part.clock.now_ns(), body)])
