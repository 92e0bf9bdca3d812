"""Records as two parts' logs would hold them, for folds that need no disk."""

from __future__ import annotations

import msgspec
import numpy as np

from truceline.centre.config import Config, PartSettings, TheatreSettings, shared_body
from truceline.means.asterix import encode_timed
from truceline.means.observations import KIND, OBSERVATIONS
from truceline.means.source import Source
from truceline.means.watch import Sector, Watch
from truceline.record.record import Record, content_of
from truceline.terms.place import Site
from truceline.terms.time import NS_PER_S, parse_time

DAY = parse_time("2020-11-20T00:00:00Z")
HOUR = 3_600 * NS_PER_S
RADAR = Source("R1", "asterix", "A", "udp:127.0.0.1:8600", Site(40.0, 46.8, 300.0))
WITNESS = Source("W1", "human", "B", "file:")
FIRES = Source("F1", "firms", "A", "file:")
PLANES = Source("P1", "aircraft", "A", "tcp:127.0.0.1:30005")
CONFIG = Config(
    theatre=TheatreSettings(39.8, 46.8),
    part=(PartSettings("A"), PartSettings("B")),
    source=(RADAR, WITNESS, FIRES, PLANES),
)


def record(
    source: str, stamp_ns: int, body: bytes, kind: str = "raw", effective_ns: int = 0, held_by: str = ""
) -> Record:
    content = content_of(kind, source, stamp_ns, body)
    return Record(0, kind, source, stamp_ns, effective_ns or stamp_ns, 0, body, content, held_by)


def settings(config: Config, stamp_ns: int, held_by: str = "") -> Record:
    return record("centre", stamp_ns, shared_body(config), "config", held_by=held_by)


def turns(
    start_ns: int, count: int, squawk: int = 1234, range_m: float = 40_000.0
) -> list[tuple[int, bytes]]:
    """Datagrams of ``count`` turns of the radar with one reply a turn and its north marks, each with its time."""
    look_ns = round(RADAR.detection.look_s * NS_PER_S)
    times = start_ns + look_ns * np.arange(count) + look_ns // 3
    rows = OBSERVATIONS.build(
        count,
        {
            "kind": np.full(count, KIND["reply"]),
            "time_ns": times,
            "range_m": range_m + 800.0 * np.arange(count),
            "azimuth_rad": np.full(count, 2.0944),
            "pressure_altitude_m": np.full(count, 9144.0),
            "squawk": np.full(count, squawk),
        },
    )
    assert RADAR.site is not None
    watch = Watch("R1", start_ns, start_ns + count * look_ns, Sector(RADAR.site, RADAR.detection.range_m))
    return encode_timed(rows, [watch], RADAR)


def fires(*rows: str) -> bytes:
    head = (
        "latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,instrument,"
        "confidence,version,bright_ti5,frp,daynight"
    )
    return "\n".join([head, *rows, ""]).encode()


def fire(lat: str = "40.10", lon: str = "46.04", date: str = "2020-11-20", clock: str = "1032") -> str:
    return f"{lat},{lon},340.1,0.39,0.36,{date},{clock},N,VIIRS,n,2.0NRT,290.1,8.20,D"


def report(time: str = "2020-11-20T10:00:00Z", lat: float = 39.99, **more: object) -> bytes:
    document = {
        "report": "A-01",
        "reporter": "patrol",
        "known": "seen",
        "event": {"time": time, "uncertainty_s": 60.0},
        "observed": time,
        "place": {"lat": lat, "lon": 46.93, "uncertainty_m": 150.0},
        "what": {"event": "column", "object": "convoy", "count": 14},
        "reliability": "B",
        "text": "",
        "language": "en",
        "entered": time,
    }
    return msgspec.json.encode({**document, **more})
