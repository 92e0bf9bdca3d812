"""Satellite passes: what becomes a Watch and what does not."""

import json
import math

import pytest

from truceline.means import passes
from truceline.means.means import Input, Reading
from truceline.means.source import Source
from truceline.means.watch import Area, Swath, Watch
from truceline.terms.time import parse_time

SOURCE = Source("n20", "passes")
RING = [[46.0, 39.0], [48.0, 39.0], [48.0, 40.5], [46.0, 40.5]]


def line(**changes: object) -> bytes:
    told = {
        "satellite": "N20",
        "start": "2020-11-20T09:41:00Z",
        "end": "2020-11-20T09:42:30Z",
        "ring": RING,
        "clear": 0.8,
        "classes": {"fire": 0.9},
    }
    return (
        json.dumps({name: value for name, value in {**told, **changes}.items() if value != "-"}).encode()
        + b"\n"
    )


def read(*bodies: bytes) -> Reading:
    reading = passes.decode([Input(n, 0, body) for n, body in enumerate(bodies)], SOURCE)
    whole = reading.decoded_bytes + reading.framing_bytes + sum(fault.length for fault in reading.faults)
    assert whole == sum(map(len, bodies))
    return reading


def test_golden_a_pass_is_one_watch() -> None:
    (watch,) = read(line()).watches
    assert watch == Watch(
        "n20",
        1_605_865_260_000_000_000,
        1_605_865_350_000_000_000,
        Swath(((46.0, 39.0), (48.0, 39.0), (48.0, 40.5), (46.0, 40.5)), 0.8),
        "up",
        "pass",
        0,
        (("fire", 0.9),),
    )


def test_a_planned_pass_is_a_record_and_no_watch() -> None:
    reading = read(line(received=False))
    assert (reading.records, reading.watches) == (1, ())


@pytest.mark.parametrize("clear", ["-", None])
def test_cloud_not_known_is_not_clear(clear: object) -> None:
    footprint = read(line(clear=clear)).watches[0].footprint
    assert isinstance(footprint, Swath) and math.isnan(footprint.clear_share)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"ring": RING[:2]}, "three corners"),
        ({"ring": [[460.0, 39.0], *RING]}, "out of range"),
        ({"clear": 1.2}, "clear must be 0 to 1"),
        ({"end": "2020-11-20T09:41:00Z"}, "the end must be after the start"),
        ({"end": "2020-11-22T09:41:00Z"}, "by at most 24 h"),
        ({"start": "2020-11-20T09:41:00"}, "not an instant"),
        ({"classes": {"tank": 0.5}}, "unknown object class"),
        ({"classes": {"fire": 5}}, "must be 0 to 1"),
        ({"sattelite": "N20"}, "unknown field"),
        ({"satellite": "-"}, "missing required field"),
    ],
)
def test_a_line_that_is_no_pass_is_a_fault(changes: dict[str, object], reason: str) -> None:
    reading = read(line(**changes), line())
    assert [(fault.seq, reason in fault.reason) for fault in reading.faults] == [(0, True)]
    assert len(reading.watches) == 1


def test_what_is_written_is_read_back() -> None:
    start = parse_time("2020-11-20T21:03:04.123456789Z")
    ring = ((46.0, 39.0), (48.0, 39.0), (48.0, 40.5))
    watches = tuple(
        Watch("n20", start + n, start + 10**10, Swath(ring, 0.1 * n), "up", "pass", 0, (("fire", 0.5),))
        for n in range(5)
    )
    area = Watch("n20", start, start + 1, Area(ring))
    (body,) = passes.encode(read(line()).observations, (*watches, area), SOURCE)
    assert read(body).watches == watches


def test_a_pass_is_explained() -> None:
    body = line()
    told = {field.name: field.text for field in passes.explain(body, 5, SOURCE)}
    assert told["satellite"] == "N20"
    assert passes.explain(b"{}", 0, SOURCE)[0].text.startswith("no satellite pass")
