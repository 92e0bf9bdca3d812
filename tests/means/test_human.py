"""Human reports: events, looks that found nothing, and what a report must not be."""

import json
import math
from typing import Any

import numpy as np
import pytest

from truceline.means import human
from truceline.means.means import Input, Reading
from truceline.means.observations import KIND, KNOWN
from truceline.means.source import Source
from truceline.means.watch import Area, Watch
from truceline.terms.classes import NAMES
from truceline.terms.time import parse_time

SOURCE = Source("patrols", "human")
RING = [[46.9, 39.9], [47.0, 39.9], [47.0, 40.0], [46.9, 40.0]]
EVENT = {
    "report": "R-20201120-07",
    "reporter": "patrol-2",
    "known": "heard",
    "event": {"time": "2020-11-20T11:20:00Z", "uncertainty_s": 120},
    "observed": "2020-11-20T11:21:00Z",
    "entered": "2020-11-20T11:34:00Z",
    "place": {"lat": 39.99, "lon": 46.93, "uncertainty_m": 200},
    "what": {"event": "shelling", "object": "shot", "count": 14},
    "text": "on duty",
    "language": "en",
    "reliability": "B",
    "exercise": True,
}
LOOK = {
    "ring": RING,
    "from": "2020-11-20T11:00:00Z",
    "to": "2020-11-20T12:00:00Z",
    "visibility_m": 3000,
    "noticed": {"vehicle": 0.8, "convoy": 0.95},
}
NOTHING = {
    **{name: EVENT[name] for name in ("report", "reporter", "event", "reliability")},
    "known": "seen",
    "observed": "2020-11-20T12:00:00Z",
    "entered": "2020-11-20T12:10:00Z",
    "look": LOOK,
}


def read(*documents: dict[str, Any] | bytes) -> Reading:
    bodies = [item if isinstance(item, bytes) else json.dumps(item, indent=1).encode() for item in documents]
    reading = human.decode([Input(n, 0, body) for n, body in enumerate(bodies)], SOURCE)
    whole = reading.decoded_bytes + reading.framing_bytes + sum(fault.length for fault in reading.faults)
    assert whole == sum(map(len, bodies))
    return reading


def test_golden_a_report_of_an_event() -> None:
    reading = read(EVENT)
    rows = reading.observations
    assert (reading.records, reading.watches, reading.faults) == (1, (), ())
    assert rows["kind"].tolist() == [KIND["report"]]
    assert KNOWN[rows["known"][0]] == "heard"
    assert rows["time_ns"][0] == 1_605_871_200_000_000_000
    assert rows["time_sigma_ns"][0] == 120 * 10**9
    assert (rows["lat_deg"][0], rows["lon_deg"][0], rows["amount"][0]) == (39.99, 46.93, 14.0)
    # 95 % of a circular normal lie within 2.4477 sigma
    assert rows["cov_ee_m2"][0] == pytest.approx((200 / 2.4477468) ** 2)
    assert (rows["label"][0], NAMES[rows["object_class"][0]]) == (b"R-20201120-07", "shot")
    assert (rows["quality"][0], rows["simulated"][0]) == (0.8, True)


def test_golden_a_look_that_found_nothing_is_a_watch_and_a_row_for_each_class() -> None:
    reading = read(NOTHING)
    start, end = parse_time("2020-11-20T11:00Z"), parse_time("2020-11-20T12:00Z")
    ring = tuple((lon, lat) for lon, lat in RING)
    classes = (("convoy", 0.95), ("vehicle", 0.8))
    assert reading.watches == (Watch("patrols", start, end, Area(ring), "up", "patrol", 0, classes),)
    rows = reading.observations
    assert rows["kind"].tolist() == [KIND["empty"]] * 2
    assert [NAMES[number] for number in rows["object_class"]] == ["convoy", "vehicle"]
    assert rows["time_ns"].tolist() == [(start + end) // 2] * 2
    assert rows["lat_deg"][0] == pytest.approx(39.95)
    assert rows["lon_deg"][0] == pytest.approx(46.95)
    # a side of 11,132 m to the north, evenly spread: side^2 / 12
    assert rows["cov_nn_m2"][0] == pytest.approx(11_131.9**2 / 12, rel=1e-3)


def test_hearsay_of_an_empty_place_is_no_watch() -> None:
    reading = read({**NOTHING, "known": "told"})
    assert (len(reading.observations), reading.watches) == (2, ())


def test_an_event_seen_during_a_look_is_both() -> None:
    reading = read({**EVENT, "known": "seen", "look": LOOK})
    assert reading.observations["kind"].tolist() == [KIND["report"]]
    assert len(reading.watches) == 1


def test_places_by_mgrs_and_by_ring() -> None:
    rows = read(
        {**EVENT, "place": {"mgrs": "38S PK 64745 28552"}}, {**EVENT, "place": {"ring": RING}}
    ).observations
    assert rows["lat_deg"].tolist() == pytest.approx([39.9911, 39.95], abs=2e-5)
    assert rows["lon_deg"].tolist() == pytest.approx([46.9297, 46.95], abs=2e-5)


def test_documents_a_line_each() -> None:
    body = b"\n".join(json.dumps(item).encode() for item in (EVENT, NOTHING, {"x": 1})) + b"\n\n"
    reading = read(body)
    assert (reading.records, len(reading.faults)) == (2, 1)
    second = int(reading.observations["item"][1])
    assert body[second:].startswith(b'{"report"')
    assert human.explain(body, second, SOURCE)[0].text == "R-20201120-07"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"reporter": "Ivan Petrov"}, "reporter must be a role"),
        ({"report": "a" * 17}, "1 to 16 letters"),
        ({"known": "guessed"}, "Invalid enum value"),
        ({"place": None}, "needs a place"),
        ({"place": {"lat": 39.9, "lon": 46.9}}, "a place is lat, lon and uncertainty_m"),
        ({"place": {"lat": 99, "lon": 46.9, "uncertainty_m": 1}}, "lat must be -90 to 90"),
        ({"place": {"mgrs": "99Z"}}, "no MGRS place"),
        ({"place": {"ring": RING[:2]}}, "three corners"),
        ({"what": None}, "needs what happened"),
        ({"what": {"event": "x", "object": "tank"}}, "unknown object class"),
        ({"what": {"event": "x", "count": -3}}, "count must be"),
        ({"event": {"time": "2020-11-20T11:20:00"}}, "not an instant"),
        ({"event": {"time": "0001-01-01T00:00:00Z"}}, "out of range"),
        ({"event": {"time": "9999-01-01T00:00:00Z"}}, "out of range"),
        ({"event": {"time": "1969-01-01T00:00:00Z"}}, "not between 1970 and 2200"),
        ({"event": {"time": "2210-01-01T00:00:00Z"}}, "not between 1970 and 2200"),
        ({"entered": "2020-11-20T11:00:00Z"}, "the times contradict"),
        ({"event": {"time": "2020-11-20T23:20:00Z"}}, "the times contradict"),
        ({"name": "Ivan"}, "unknown field"),
        ({"reliability": "Z"}, "Invalid enum value"),
        ({"look": {**LOOK, "noticed": {}}}, "a look needs the classes"),
        ({"look": {**LOOK, "to": LOOK["from"]}}, "a look ends after it begins"),
        ({"look": {**LOOK, "ring": [[0, 0], [1, 1], [2, 2]]}}, "encloses no ground"),
    ],
)
def test_what_a_report_must_not_be_is_a_fault(changes: dict[str, Any], reason: str) -> None:
    reading = read({**EVENT, **changes}, EVENT)
    assert [(fault.seq, reason in fault.reason) for fault in reading.faults] == [(0, True)]
    assert reading.records == 1


def test_nesting_without_end_is_a_fault() -> None:
    assert len(read(b"[" * 200_000).faults) == 1
    assert len(read(b'{"report":"r","place":' + b'{"lat":' * 100_000).faults) == 1


def test_what_is_written_is_read_back() -> None:
    before = read(
        EVENT, NOTHING, {**EVENT, "place": {"lat": 40, "lon": 47, "uncertainty_m": 50}, "reliability": "F"}
    )
    bodies = human.encode(before.observations, before.watches, SOURCE)
    after = human.decode([Input(n, 0, body) for n, body in zip((0, 2, 1), bodies, strict=True)], SOURCE)
    assert not after.faults
    ours, theirs = before.observations.sort(["seq"]), after.observations.sort(["seq"])
    for name in ours:
        if name != "item" and ours[name].dtype.kind == "f":
            np.testing.assert_allclose(theirs[name], ours[name], rtol=1e-12, err_msg=name)
        elif name != "item":
            np.testing.assert_array_equal(theirs[name], ours[name], err_msg=name)
    assert [(w.start_ns, w.end_ns, w.footprint, w.classes) for w in after.watches] == [
        (w.start_ns, w.end_ns, w.footprint, w.classes) for w in before.watches
    ]


def test_a_count_that_is_not_known_stays_so() -> None:
    rows = read({**EVENT, "what": {"event": "movement"}}).observations
    assert math.isnan(rows["amount"][0])
    assert rows["object_class"][0] == -1
