"""Sensors' own states: what becomes a Watch, for how long, and what is refused."""

import json
import math
from typing import Any

import pytest

from truceline.means import stations
from truceline.means.means import Input, Reading
from truceline.means.source import Source
from truceline.means.watch import Area, Cone, Route, Sector, Watch
from truceline.terms.place import Site

SITE = Site(39.9, 46.9, 700.0)
SOURCE = Source("CAM-2", "stations", site=SITE, heartbeat_s=30.0)
STARE = {"kind": "stare", "azimuth_deg": 270, "elevation_deg": -2, "half_angle_deg": 8, "range_m": 6000}
RING = [[46.0, 39.0], [48.0, 39.0], [48.0, 40.5], [46.0, 40.5]]


def line(number: int = 0, **changes: Any) -> bytes:
    told = {
        "sensor": "CAM-2",
        "start": f"2020-11-20T09:{41 + number // 2:02d}:{number % 2 * 30:02d}Z",
        "end": f"2020-11-20T09:{41 + (number + 1) // 2:02d}:{(number + 1) % 2 * 30:02d}Z",
        "look": STARE,
    }
    return json.dumps({**told, **changes}).encode() + b"\n"


def read(*bodies: bytes, source: Source = SOURCE) -> Reading:
    reading = stations.decode([Input(n, 0, body) for n, body in enumerate(bodies)], source)
    whole = reading.decoded_bytes + reading.framing_bytes + sum(fault.length for fault in reading.faults)
    assert whole == sum(map(len, bodies))
    return reading


def test_golden_a_stare_is_a_cone() -> None:
    (watch,) = read(line(conditions={"visibility_m": 9000, "rain_mmh": 2})).watches
    assert watch == Watch(
        "CAM-2",
        1_605_865_260_000_000_000,
        1_605_865_290_000_000_000,
        Cone(SITE, math.radians(270), math.radians(-2), math.radians(8), 6000.0),
        "up",
        "stare",
        0,
        (),
        1.0,
        (("rain_mmh", 2.0), ("visibility_m", 9000.0)),
    )


@pytest.mark.parametrize(
    ("look", "wanted"),
    [
        (
            {"kind": "scan", "from_deg": 90, "to_deg": 180, "range_m": 3e4},
            Sector(SITE, 3e4, math.pi / 2, math.pi),
        ),
        ({"kind": "frame", "ring": RING}, Area(tuple(map(tuple, RING)))),  # type: ignore[arg-type]
        ({"kind": "patrol", "route": RING[:2], "reach_m": 800}, Route(((46.0, 39.0), (48.0, 39.0)), 800.0)),
    ],
)
def test_looks_and_back(look: dict[str, Any], wanted: object) -> None:
    reading = read(line(look=look))
    assert [watch.footprint for watch in reading.watches] == [wanted]
    (body,) = stations.encode(reading.observations, reading.watches, SOURCE)
    assert read(body).watches == reading.watches


@pytest.mark.parametrize(
    "wrong",
    [
        {"end": "2020-11-20T09:42:00Z"},  # longer than the heartbeat supports
        {"end": "2020-11-20T09:40:00Z"},
        {"health": "fine"},
        {"conditions": {"moon": 1}},
        {"look": {**STARE, "half_angle_deg": 0}},
        {"look": {**STARE, "range_m": 0}},
        {"look": {"kind": "gaze"}},
        {"look": {"kind": "patrol", "route": [[46.0, 39.0]], "reach_m": 800}},
        {"look": {"kind": "frame", "ring": [[400.0, 39.0], [48.0, 39.0], [48.0, 40.5]]}},
        {"place": {"lat": 99.0, "lon": 46.0}},
        {"classes": {"tank": 0.5}},
        {"extra": 1},
    ],
)
def test_what_cannot_be_is_a_fault_and_no_watch(wrong: dict[str, Any]) -> None:
    reading = read(line(**wrong))
    assert (len(reading.faults), reading.watches) == (1, ())


def test_without_a_place_there_is_no_watch() -> None:
    assert not read(line(), source=Source("CAM-2", "stations")).watches
    assert read(
        line(place={"lat": 39.0, "lon": 46.0, "height_m": 2500.0}), source=Source("CAM-2", "stations")
    ).watches


def test_a_picture_that_stands_still_is_frozen() -> None:
    images = ["a", "b", "b", "c", "d", "d", "d", "d", "e", "", "", ""]
    watches = read(*(line(n, image=image) for n, image in enumerate(images))).watches
    assert [watch.health for watch in watches] == ["up"] * 4 + ["frozen"] * 4 + ["up"] * 4
