"""A receiver's own picture: readsb and dump1090 aircraft.json."""

import gzip
import json
import math
from typing import Any

import numpy as np
import pytest

from truceline.means import aircraft
from truceline.means.means import Input, Reading
from truceline.means.observations import KIND, OBSERVATIONS
from truceline.means.source import Source
from truceline.means.watch import Sector, Watch
from truceline.terms.faults import Refusal
from truceline.terms.place import Site

SECOND = 10**9
T0 = 1_605_830_400 * SECOND
SITE = Site(39.8, 46.8, 1_000.0)
SOURCE = Source("rx", "aircraft", site=SITE, heartbeat_s=30.0)
PLANE = {
    "hex": "4ba9c1",
    "type": "adsb_icao",
    "flight": "THY4KZ  ",
    "alt_baro": 36000,
    "alt_geom": 36450,
    "gs": 451.2,
    "track": 90.0,
    "baro_rate": 64,
    "squawk": "2351",
    "lat": 40.1,
    "lon": 46.2,
    "seen_pos": 0.4,
    "seen": 0.1,
    "nac_p": 9,
    "rc": 186,
    "mlat": [],
    "tisb": [],
    "rssi": -20.1,
}


def picture(now_s: float, messages: int, *planes: Any) -> bytes:
    lines = ",\n".join(json.dumps(plane) for plane in planes)
    return f'{{ "now" : {now_s},\n  "messages" : {messages},\n  "aircraft" : [\n{lines}\n  ]\n}}\n'.encode()


def read(*bodies: bytes, source: Source = SOURCE) -> Reading:
    reading = aircraft.decode([Input(n, T0, body) for n, body in enumerate(bodies)], source)
    whole = reading.decoded_bytes + reading.framing_bytes + sum(fault.length for fault in reading.faults)
    assert whole == sum(map(len, bodies))
    return reading


def test_golden_an_aircraft_by_readsbs_own_units() -> None:
    rows = read(picture(1605830400.5, 7, PLANE)).observations
    assert rows["kind"].tolist() == [KIND["position"]]
    assert rows["time_ns"][0] == T0 + SECOND // 10
    assert (rows["lat_deg"][0], rows["lon_deg"][0], rows["address"][0]) == (40.1, 46.2, 0x4BA9C1)
    assert rows["pressure_altitude_m"][0] == pytest.approx(10_972.8)
    assert rows["height_m"][0] == pytest.approx(11_109.96)
    assert rows["vel_east_mps"][0] == pytest.approx(232.117333)
    assert rows["vel_north_mps"][0] == pytest.approx(0, abs=1e-9)
    assert rows["vel_up_mps"][0] == pytest.approx(0.32512)
    assert (rows["squawk"][0], rows["label"][0], rows["quality"][0]) == (2351, b"THY4KZ", 30.0)


@pytest.mark.parametrize(
    "others", [{"mlat": ["lat", "lon"]}, {"tisb": ["lat"]}, {"type": "mlat"}, {"type": "tisb_icao"}]
)
def test_a_place_computed_by_others_is_a_track(others: dict[str, Any]) -> None:
    assert read(picture(1605830400, 7, {**PLANE, **others})).observations["kind"].tolist() == [KIND["track"]]


def test_on_the_ground_there_is_no_altitude() -> None:
    rows = read(picture(1605830400, 7, {**PLANE, "alt_baro": "ground"})).observations
    assert math.isnan(rows["pressure_altitude_m"][0])


def test_what_was_heard_before_is_not_heard_again() -> None:
    again = [picture(1605830400 + n, 7 + n, {**PLANE, "seen_pos": n, "seen": n}) for n in range(5)]
    assert len(read(*again).observations) == 1
    moved = [picture(1605830400 + n, 7 + n, {**PLANE, "seen_pos": 0.2}) for n in range(5)]
    assert len(read(*moved).observations) == 5


def test_an_unchanged_identity_is_given_once_a_minute() -> None:
    bare = {"hex": "4ba9c1", "squawk": "2351", "seen": 0}
    pictures = [picture(1605830400 + 10 * n, n, bare) for n in range(13)]
    assert len(read(*pictures).observations) == 2
    assert len(read(pictures[0], picture(1605830401, 3, {**bare, "squawk": "7700"})).observations) == 2


@pytest.mark.parametrize(
    "plane",
    [
        {"hex": "xyz"},
        {"flight": "A"},
        7,
        {**PLANE, "lat": 91},
        {**PLANE, "gs": 1e9},
        {**PLANE, "track": "north"},
        {**PLANE, "hex": "4ba9c1ff"},
    ],
)
def test_an_aircraft_that_cannot_be_read_is_a_fault_and_the_others_are_read(plane: Any) -> None:
    body = picture(1605830400, 7, PLANE, plane)
    reading = read(body)
    assert (reading.records, len(reading.faults)) == (1, 1)
    fault = reading.faults[0]
    assert json.loads(body[fault.offset : fault.offset + fault.length]) == plane


@pytest.mark.parametrize(
    "body", [b"{", b'{"now":1}', b'{"now":-5,"aircraft":[]}', b"\xff\xfe", b'{"now":' + b"[" * 9999]
)
def test_a_broken_document_is_one_fault(body: bytes) -> None:
    assert [fault.length for fault in read(body).faults] == [len(body)]


def test_a_page_that_a_dead_receiver_serves_proves_no_life() -> None:
    alive = [picture(1605830400 + 10 * n, 100 + n) for n in range(10)]
    dead = [picture(1605830500 + 10 * n, 109) for n in range(10)]
    (watch,) = read(*alive, *dead).watches
    assert (watch.start_ns, watch.end_ns) == (T0 + 10 * SECOND, T0 + 90 * SECOND)
    assert not read(*alive, source=Source("rx", "aircraft")).watches


def test_a_history_of_a_document_a_line_and_packed() -> None:
    plain = b"".join(
        picture(1605830400 + n, n, {**PLANE, "lat": 40 + n / 100}).replace(b"\n", b"") + b"\n"
        for n in range(5)
    )
    packed = gzip.compress(plain)
    assert aircraft.claims("history.json.gz", packed) > 0.9
    ours, theirs = read(plain).observations, read(packed).observations
    assert len(ours) == 5
    for name in ours:
        np.testing.assert_array_equal(ours[name], theirs[name])


def test_what_is_written_is_read_back() -> None:
    count = 40
    rows = OBSERVATIONS.build(
        count,
        {
            "kind": [KIND["position"], KIND["track"]] * (count // 2),
            "time_ns": T0 + np.arange(count) * SECOND // 2,
            "lat_deg": 39.5 + np.arange(count) * 0.001,
            "lon_deg": 46.5 - np.arange(count) * 0.001,
            "pressure_altitude_m": 3_000 + np.arange(count) * 10.0,
            "vel_east_mps": 100.0 - np.arange(count) * 7,
            "vel_north_mps": -50.0 + np.arange(count) * 3,
            "vel_up_mps": np.full(count, 5.08),
            "address": 0x400000 + np.arange(count) % 3,
            "squawk": np.full(count, 21),
            "label": np.full(count, b"AHY101"),
            "quality": np.full(count, 92.6),
        },
    )
    watch = Watch("rx", T0, T0 + 60 * SECOND, Sector(SITE, 200_000.0), "up", "cooperative")
    reading = read(*aircraft.encode(rows, [watch], SOURCE))
    back = reading.observations.sort(["time_ns"])
    assert len(back) == count
    for name in ("kind", "address", "squawk", "label", "quality"):
        np.testing.assert_array_equal(back[name], rows[name])
    for name, within in (
        ("time_ns", 60_000_000), ("lat_deg", 6e-7), ("lon_deg", 6e-7), ("pressure_altitude_m", 0.16), ("vel_up_mps", 0.003),
        ("vel_east_mps", 0.06), ("vel_north_mps", 0.06),
    ):  # fmt: skip
        np.testing.assert_allclose(back[name], rows[name], atol=within, rtol=0, err_msg=name)
    assert [(w.start_ns, w.end_ns) for w in reading.watches] == [(watch.start_ns, watch.end_ns)]


def test_a_row_without_an_address_is_refused() -> None:
    with pytest.raises(Refusal, match="address"):
        aircraft.encode(OBSERVATIONS.empty(1), (), SOURCE)


def test_an_aircraft_is_explained() -> None:
    body = picture(1605830400, 7, PLANE)
    item = int(read(body).observations["item"][0])
    told = {field.name: field.text for field in aircraft.explain(body, item, SOURCE)}
    assert (told["hex"], told["rssi"]) == ('"4ba9c1"', "-20.1")
    assert aircraft.explain(body, item + 1, SOURCE)[0].text.startswith("no aircraft")
