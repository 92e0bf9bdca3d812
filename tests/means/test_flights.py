"""State vectors in JSON, as rows and as columns."""

import gzip
import io
import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from truceline.means import flights
from truceline.means.means import Input, Reading
from truceline.means.observations import KIND, OBSERVATIONS
from truceline.means.source import Source
from truceline.terms.faults import Refusal

SOURCE = Source("archive", "flights")
STATE = {
    "timestamp": 1605830400000,
    "icao24": "4ba9c1",
    "callsign": "THY4KZ",
    "latitude": 40.1,
    "longitude": 46.2,
    "altitude": 36000,
    "groundspeed": 450,
    "track": 180.0,
    "vertical_rate": -64,
    "squawk": "2351",
}


def read(*bodies: bytes) -> Reading:
    reading = flights.decode([Input(n, 0, body) for n, body in enumerate(bodies)], SOURCE)
    whole = reading.decoded_bytes + reading.framing_bytes + sum(fault.length for fault in reading.faults)
    assert whole == sum(map(len, bodies))
    return reading


def test_golden_a_state_vector_as_row_and_as_column() -> None:
    columns = {name: {"0": value} for name, value in STATE.items()}
    for body in (json.dumps([STATE]).encode(), json.dumps(columns).encode()):
        assert flights.claims("x.json", body) > 0.5
        rows = read(body).observations
        assert rows["time_ns"].tolist() == [1_605_830_400 * 10**9]
        assert (rows["lat_deg"][0], rows["lon_deg"][0], rows["address"][0]) == (40.1, 46.2, 0x4BA9C1)
        assert rows["pressure_altitude_m"][0] == pytest.approx(10_972.8)
        assert rows["vel_north_mps"][0] == pytest.approx(-231.5)
        assert (rows["squawk"][0], rows["label"][0]) == (2351, b"THY4KZ")


@pytest.mark.parametrize(
    "name", ["noisy/noisy_ground.json.gz", "calibration/nice.json.gz", "surveillance/border_control.json.gz"]
)
def test_golden_flights_equal_pandas(name: str, data_dir: Path) -> None:
    body = (data_dir / "adsb/traffic_samples" / name).read_bytes()
    rows = read(body).observations
    known = pd.read_json(io.BytesIO(gzip.decompress(body)), dtype=False)
    assert len(rows) == len(known)
    np.testing.assert_array_equal(rows["time_ns"], known["timestamp"].to_numpy() * 1_000_000)
    placed = rows["kind"] == KIND["position"]
    np.testing.assert_allclose(rows["lat_deg"][placed], known["latitude"].to_numpy(float)[placed], rtol=1e-12)
    assert placed.mean() > 0.5
    np.testing.assert_allclose(
        rows["pressure_altitude_m"], known["altitude"].to_numpy(float) * 0.3048, rtol=1e-12
    )
    speed = np.hypot(rows["vel_east_mps"], rows["vel_north_mps"])
    both = np.isfinite(known["groundspeed"].to_numpy(float)) & np.isfinite(known["track"].to_numpy(float))
    wanted = known["groundspeed"].to_numpy(float)[both] * 1852 / 3600
    np.testing.assert_allclose(speed[both], wanted, rtol=1e-9)


def test_every_sample_is_accounted_for(data_dir: Path) -> None:
    for path in sorted((data_dir / "adsb/traffic_samples").rglob("*.json.gz")):
        if path.name == "quickstart.json.gz":
            continue  # 284,505 rows: the bench reads it
        body = path.read_bytes()
        assert flights.claims(path.name, body[:4096]) > 0.5, path.name
        reading = read(body)
        assert reading.records > 500, path.name
        assert not reading.faults


@pytest.mark.parametrize(
    "state",
    [
        {**STATE, "icao24": "x"},
        {**STATE, "latitude": 95},
        {**STATE, "timestamp": -1},
        {**STATE, "timestamp": 1e30},
        7,
        {},
    ],
)
def test_a_state_that_cannot_be_read_is_a_fault(state: object) -> None:
    body = json.dumps([STATE, state]).encode()
    reading = read(body)
    assert (reading.records, len(reading.faults)) == (1, 1)
    assert json.loads(body[reading.faults[0].offset :][: reading.faults[0].length]) == state


def test_a_place_is_told_once(data_dir: Path) -> None:
    """OpenSky's list says when it heard each place; 6,052 rows ten seconds apart."""
    path = data_dir / "tracking/OpenSky_Plane_States.csv"
    table = pd.read_csv(path, dtype={"icao24": str})
    fields = {
        "timestamp": table["time"] * 1000, "icao24": table["icao24"], "latitude": table["lat"], "longitude": table["lon"],
        "groundspeed": table["velocity"] * 3600 / 1852, "track": table["heading"],
    }  # fmt: skip
    told = {}
    for heard in (False, True):
        more = {"lastposupdate": table["lastposupdate"]} if heard else {}
        body = pd.DataFrame({**fields, **more}).to_json(orient="records").encode()
        rows = read(body).observations
        told[heard] = int((rows["kind"] == KIND["position"]).sum())
        assert len(rows) == len(table)
    valid = table.dropna(subset=["lat", "lon"])
    print("places told", told, "of", len(valid), "rows")
    assert told[True] == len(valid.drop_duplicates(["icao24", "lastposupdate"]))
    assert told[False] < len(valid)


@pytest.mark.parametrize(
    ("speed", "more", "kinds"),
    [
        (450.0, {}, ["position", "identity", "position"]),
        (None, {}, ["position", "identity", "position"]),
        (3.0, {}, ["position", "position", "position"]),
        (450.0, {"lastposupdate": 1605830399.5}, ["position", "identity", "identity"]),
        (450.0, {"lastposupdate": 1605837000.0}, ["position", "identity", "position"]),
    ],
)
def test_a_stale_place_is_no_new_evidence(
    speed: float | None, more: dict[str, float], kinds: list[str]
) -> None:
    """The first row is repeated ten seconds later; the third has moved."""
    first = {**STATE, "groundspeed": speed, **more}
    again = {**first, "timestamp": STATE["timestamp"] + 10_000}  # type: ignore[operator]
    moved = {**again, "timestamp": STATE["timestamp"] + 20_000, "latitude": 40.2}  # type: ignore[operator]
    for bodies in ([[first, again, moved]], [[moved, again, first]], [[first], [again], [moved]]):
        rows = read(*[json.dumps(body).encode() for body in bodies]).observations
        named = {number: name for name, number in KIND.items()}
        assert [named[kind] for kind in rows["kind"][np.argsort(rows["time_ns"], kind="stable")]] == kinds
        assert np.isnan(rows["lat_deg"][rows["kind"] == KIND["identity"]]).all()
        assert len(set(rows["address"].tolist())) == 1


@pytest.mark.parametrize("body", [b"[", b"{}x", b'{"timestamp": 5}', b"\xff", b"[" * 99_999])
def test_a_broken_document_is_one_fault(body: bytes) -> None:
    assert len(read(body).faults) == 1


def test_a_state_without_a_place_is_an_identity() -> None:
    rows = read(json.dumps([{**STATE, "latitude": None}]).encode()).observations
    assert rows["kind"].tolist() == [KIND["identity"]]
    assert math.isnan(rows["lon_deg"][0])


def test_what_is_written_is_read_back() -> None:
    rows = OBSERVATIONS.build(
        2,
        {
            "kind": [KIND["position"], KIND["identity"]],
            "time_ns": [1_605_830_400_123_000_000, 1_605_830_401_000_000_000],
            "lat_deg": [39.123456, math.nan],
            "lon_deg": [46.654321, math.nan],
            "vel_east_mps": [-100.0, math.nan],
            "vel_north_mps": [20.0, math.nan],
            "pressure_altitude_m": [3048.0, 6096.0],
            "address": [1, 2],
            "squawk": [21, -1],
            "label": [b"AHY101", b""],
        },
    )
    back = read(*flights.encode(rows, (), SOURCE)).observations
    for name in ("kind", "time_ns", "address", "squawk", "label", "lat_deg", "lon_deg"):
        np.testing.assert_array_equal(back[name], rows[name])
    for name in ("vel_east_mps", "vel_north_mps", "pressure_altitude_m"):
        np.testing.assert_allclose(back[name], rows[name], atol=0.05, rtol=0)
    with pytest.raises(Refusal, match="address"):
        flights.encode(OBSERVATIONS.empty(1), (), SOURCE)


def test_a_state_is_explained() -> None:
    body = json.dumps([STATE, STATE]).encode()
    item = int(read(body).observations["item"][1])
    assert {field.name: field.text for field in flights.explain(body, item, SOURCE)}["callsign"] == "THY4KZ"
    assert flights.explain(body, item + 1, SOURCE)[0].text.startswith("no state vector")
