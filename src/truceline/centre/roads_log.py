"""Roads as configuration: the file that ``[ground] roads`` names is logged, and every fold takes it from the log.

    config record "centre"    [ground] roads = "roads.geojson", roads_sha256 = H
    config record "roads"     the file's bytes, SHA-256 H                        (a blob beside the log when it is large)

The hash stands among the shared settings, so both parts must hold the same roads, and an audit elsewhere needs no file but
the log's own. ``roads_sha256`` may be left empty in centre.toml: it is then that of the file found when the part is opened.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import msgspec
import numpy as np

from truceline.centre.config import Config, theatre_of
from truceline.centre.reading import bytes_of
from truceline.picture.road_lines import MOST_BYTES, RoadLines, read_road_lines
from truceline.picture.roads import make_roads
from truceline.picture.slots import Roads
from truceline.record.record import Record
from truceline.terms.faults import Fault, Refusal
from truceline.terms.place import Theatre

ROADS_SOURCE = "roads"


def with_roads(root: Path, config: Config) -> tuple[Config, bytes | None]:
    """Return the settings with the hash of the roads' file, and its bytes (None: no roads).

    Raises:
        Refusal: the file cannot be read, is another one than the settings name, or holds no roads near the theatre.
    """
    ground = config.ground
    if not ground.roads:
        return config, None
    path = root / ground.roads
    body = bytes_of(path, MOST_BYTES >> 20)
    found = hashlib.sha256(body).hexdigest()
    if ground.roads_sha256 not in ("", found):
        raise Refusal(
            f"SHA-256 {found[:16]}... is not that of the settings, {ground.roads_sha256[:16]}...",
            where=str(path),
            remedy="restore the file, or give the new hash (or none) as roads_sha256, in both parts",
        )
    _, roads = network_of(body, theatre_of(config), ground.roads_width_m, str(path))
    if not (np.abs(roads.ends) <= config.theatre.half_width_m).all(axis=1).any():
        raise Refusal(
            "not one road lies inside the theatre",
            where=str(path),
            remedy="is each point [longitude, latitude], in this order, and is [theatre] right?",
        )
    return msgspec.structs.replace(config, ground=msgspec.structs.replace(ground, roads_sha256=found)), body


def roads_at(records: Sequence[Record], config: Config) -> Roads | None:
    """Return the road network of the settings in force, None when they name none.

    Raises:
        Refusal: no log holds the roads that the settings name.
    """
    record = _record(records, config)
    if record is None:
        return None
    _, roads = network_of(record.body, theatre_of(config), config.ground.roads_width_m, ROADS_SOURCE)
    return roads


def roads_faults(records: Sequence[Record], config: Config, start_ns: int, end_ns: int) -> list[Fault]:
    """Return what was left out of roads that were logged in [start_ns, end_ns)."""
    record = _record(records, config)
    if record is None or not start_ns <= record.stamp_ns < end_ns:
        return []
    lines, _ = network_of(record.body, theatre_of(config), config.ground.roads_width_m, ROADS_SOURCE)
    return [
        Fault(ROADS_SOURCE, record.seq, 0, 0, f"features[{fault.seq}], line {fault.offset}: {fault.reason}")
        for fault in lines.faults
    ]


@lru_cache(maxsize=4)
def network_of(body: bytes, theatre: Theatre, width_m: float, where: str) -> tuple[RoadLines, Roads]:
    """Return the lines of a file and the network they make.

    Raises:
        Refusal: see ``read_road_lines`` and ``make_roads``.
    """
    lines = read_road_lines(body, theatre, where)
    return lines, make_roads(lines.lines, width_m=width_m)


def _record(records: Sequence[Record], config: Config) -> Record | None:
    wanted = config.ground.roads_sha256
    if not config.ground.roads:
        return None
    for record in records:
        if record.kind == "config" and record.source == ROADS_SOURCE:
            if hashlib.sha256(record.body).hexdigest() == wanted:
                return record
    raise Refusal(
        f"no log holds the roads of SHA-256 {wanted[:16] or '(none given)'}",
        where="[ground] roads",
        remedy="open the part whose directory holds the file once, so that it is logged",
    )
