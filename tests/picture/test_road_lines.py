"""Roads out of GeoJSON, and what they are worth to ``truceline.track``: truth against tracks with and without them."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

import truceline
from tests.picture.convoy import Drive, along, stop_and_go, winding
from truceline.picture.road_lines import MOST_FAULTS, read_road_lines
from truceline.picture.roads import make_roads
from truceline.terms.faults import Refusal
from truceline.terms.place import Theatre, to_geographic

THEATRE = Theatre(40.0, 47.0)
S = 10**9
SIGMA_M, PERIOD_S, SECONDS, GAP_M, VEHICLES = 25.0, 10.0, 300.0, 250.0, 4
Line = list[tuple[float, float]]


def degrees(line: Line) -> list[list[float]]:
    """A line of the grid as GeoJSON coordinates."""
    lat, lon = to_geographic(THEATRE, *np.array(line).T)
    return [[float(x), float(y)] for x, y in zip(lon, lat, strict=True)]


def feature(kind: str, coordinates: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": {}, "geometry": {"type": kind, "coordinates": coordinates}}


def collection(*features: Any, **more: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features), **more}).encode()


ROAD = degrees(winding())


def test_lines_come_back_on_the_grid_in_the_order_of_the_file() -> None:
    east, west = winding()[120:], winding()[:120]
    body = collection(feature("LineString", degrees(east)), feature("MultiLineString", [degrees(west), ROAD]))
    found = read_road_lines(body, THEATRE)
    assert not found.faults
    for line, truth in zip(found.lines, (east, west, winding()), strict=True):
        assert np.abs(np.array(line) - np.array(truth)).max() < 0.06
    alone = read_road_lines(json.dumps({"type": "LineString", "coordinates": ROAD}).encode(), THEATRE)
    assert alone.lines == found.lines[2:]
    nested = {"type": "GeometryCollection", "geometries": [{"type": "LineString", "coordinates": ROAD}]}
    assert read_road_lines(json.dumps(nested).encode(), THEATRE).lines == alone.lines


def test_what_is_no_road_line_is_a_fault_with_its_place() -> None:
    wrong = [
        feature("Point", [47.0, 40.0]), feature("LineString", [[47.0, 40.0]]),
        feature("LineString", [[47.0, 40.0], [47.0, "x"]]), feature("LineString", [[47.0, 40.0], [470.0, 40.0]]),
        feature("LineString", [[-120.0, 40.0], [-120.1, 40.0]]), 7, {"type": "Feature", "geometry": None},
        feature("LineString", [[True, 40.0], [47.0, 40.0]]),
    ]  # fmt: skip
    found = read_road_lines(collection(*wrong, feature("LineString", ROAD)), THEATRE, "roads.geojson")
    assert len(found.lines) == 1
    assert [fault.seq for fault in found.faults] == list(range(len(wrong)))
    said = [fault.reason for fault in found.faults]
    assert said[0] == "a Point is no road line" and "fewer than two" in said[1] and "point 1" in said[2]
    assert "longitude, latitude" in said[3] and "2,000 km" in said[4] and said[5] == said[6] == "no geometry"
    many = read_road_lines(collection(*[wrong[0]] * 300, feature("LineString", ROAD)), THEATRE)
    assert len(many.faults) == MOST_FAULTS


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"", "no JSON"), (b"[" * 100_000, "no JSON"), (b"[]", "no GeoJSON object"), (b"{}", "not one road line"),
        (b'{"type":"FeatureCollection"}', "no list of features"),
        (collection(feature("LineString", ROAD), crs={"properties": {"name": "EPSG:3857"}}), "EPSG:3857"),
        (collection(feature("LineString", [[x, -y] for x, y in ROAD])), "not one road line"),
        (collection(), "not one road line"), (b"\xff\xfe", "no JSON"),
        (b'{"type":"LineString","coordinates":[[1e999,1],[1,1]]}', ""),
    ],
)  # fmt: skip
def test_a_file_that_is_none_is_refused_with_a_remedy(body: bytes, what: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_road_lines(body, THEATRE, "roads.geojson")
    assert what in str(refused.value) and refused.value.remedy and "roads.geojson" in refused.value.where


def test_sizes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    body = collection(feature("LineString", ROAD))
    monkeypatch.setattr("truceline.picture.road_lines.MOST_POINTS", len(ROAD) - 1)
    with pytest.raises(Refusal, match="points of roads"):
        read_road_lines(body, THEATRE)
    monkeypatch.setattr("truceline.picture.road_lines.MOST_BYTES", 100)
    with pytest.raises(Refusal, match="MiB of roads"):
        read_road_lines(body, THEATRE)
    with pytest.raises(Refusal, match="km"):
        make_roads([[(0.0, 0.0), (1e300, 0.0)]])
    with pytest.raises(Refusal, match="too many long roads"):
        make_roads([[(0.0, 0.0), (1e6, 1e6)]] * 100)


@given(st.binary(max_size=200) | st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.sampled_from(["type", "features", "geometry", "coordinates", "geometries", "crs"]), inner),
    max_leaves=20,
).map(lambda value: json.dumps(value).encode()))  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_hostile_bytes_are_refused_or_read_and_nothing_else(body: bytes) -> None:
    try:
        assert read_road_lines(body, THEATRE).lines
    except Refusal:
        pass


def seen(drives: list[Drive], seed: int) -> dict[str, Any]:
    """A camera that sees each vehicle every 10 s with probability 0.8, 25 m off, and one false thing a look."""
    rng = np.random.default_rng([seed, 7])
    rows = []
    for look in range(int(SECONDS / PERIOD_S)):
        time = look * PERIOD_S + 0.37
        for k, drive in enumerate(drives):
            there, noise = rng.random() < 0.8, rng.normal(0.0, SIGMA_M, 2)
            if there:
                rows.append((time + 0.001 * k, *(drive.at(time)[:2] + noise)))
        for k in range(rng.poisson(1.0)):
            rows.append((time + 0.05 + 0.001 * k, rng.uniform(-8e3, 8e3), rng.uniform(9e3, 21e3)))
    time_s, east, north = np.array(rows).T
    var = np.full(len(rows), SIGMA_M**2)
    return {
        "time_ns": np.round(time_s * S).astype(np.int64), "east_m": east, "north_m": north, "var_e_m2": var, "var_n_m2": var,
        "cov_en_m2": np.zeros(len(rows)),
    }  # fmt: skip


CAMERA = truceline.Sensor(
    "EO", 0.0, 0.0, range_sigma_m=SIGMA_M, azimuth_sigma_rad=0.01, max_range_m=30e3, scan_period_s=PERIOD_S
)


def followed(seed: int, roads: list[Line] | None) -> tuple[list[float], int, int]:
    """Squared errors, id switches and misses of a convoy from 40 s on, every 5 s."""
    drives = [
        along(winding(), 1500.0 - GAP_M * k, stop_and_go(SECONDS, 14.0, None, 10 * seed + k), 50 + 10 * seed + k)
        for k in range(VEHICLES)
    ]  # fmt: skip
    times = np.arange(40.0, SECONDS, 5.0)
    asked = np.round(times * S).astype(np.int64)
    out = truceline.track(seen(drives, seed), [CAMERA], asked, lane="ground", roads=roads).to_pydict()
    when, ids = np.array(out["time_ns"]), np.array(out["track_id"])
    place = np.column_stack([out["east_m"], out["north_m"]])
    last: dict[int, Any] = {}
    errors: list[float] = []
    switches = missed = 0
    for time, moment in zip(times, asked, strict=True):
        rows = np.flatnonzero(when == moment)
        truth = np.array([drive.at(time)[:2] for drive in drives])
        off = np.hypot(*(place[rows][:, None] - truth).transpose(2, 0, 1))
        pairs = [(i, j) for i, j in zip(*linear_sum_assignment(np.minimum(off, 100.0)), strict=True)]
        held = [(i, j) for i, j in pairs if off[i, j] < 100.0]
        missed += VEHICLES - len(held)
        for i, j in held:
            errors.append(float(off[i, j] ** 2))
            switches += j in last and last[j] != ids[rows[i]]
            last[j] = ids[rows[i]]
    return errors, switches, missed


def test_a_convoy_is_sharper_and_its_ids_hold_with_the_roads_of_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "roads.geojson"
    path.write_bytes(collection(feature("LineString", ROAD)))
    lines = truceline.road_lines(path, THEATRE.lat_deg, THEATRE.lon_deg)
    told: dict[bool, tuple[float, int, int]] = {}
    for known in (False, True):
        runs = [followed(seed, lines if known else None) for seed in range(3)]
        squares = [square for errors, _, _ in runs for square in errors]
        told[known] = (math.sqrt(np.mean(squares)), sum(run[1] for run in runs), sum(run[2] for run in runs))
    with capsys.disabled():
        print(f"\nconvoy, rms m, switches, missed: without roads {told[False]}, with {told[True]}")
    assert told[True][0] < 0.8 * told[False][0]
    assert told[True][1] < 0.5 * told[False][1]
    assert told[True][2] < told[False][2]


def test_roads_are_for_the_ground_and_are_checked() -> None:
    plots = {
        "time_ns": [0],
        "east_m": [0.0],
        "north_m": [0.0],
        "var_e_m2": [9.0],
        "var_n_m2": [9.0],
        "cov_en_m2": [0.0],
    }
    for roads, lane, what in (
        ([[(0.0, 0.0), (1.0, 1.0)]], "air", "nothing in the air"),
        ("roads.geojson", "ground", "no list of lines"),
        ([[(0.0, 0.0)]], "ground", "shape"),
        ([[(0.0, 0.0), (1.0, math.nan)]], "ground", "2,000 km"),
        ([[(0.0, "x"), (1.0, 1.0)]], "ground", "no list of numbers"),
    ):
        with pytest.raises(Refusal, match=what):
            truceline.track(plots, [CAMERA], [0], lane=lane, roads=roads)
    line = [(0.0, 0.0), (500.0, 0.0)]
    seed = truceline.Lane.open([CAMERA], "ground", roads=[line]).step(plots)
    later = {**plots, "time_ns": [10 * S]}
    same = truceline.track(later, [CAMERA], [10 * S], lane="ground", seed_state=seed, roads=[line])
    assert same.equals(truceline.track(later, [CAMERA], [10 * S], lane="ground", seed_state=seed))
    with pytest.raises(Refusal, match="other roads"):
        truceline.track(
            later, [CAMERA], [10 * S], lane="ground", seed_state=seed, roads=[[*line, (9.0, 9.0)]]
        )
    with pytest.raises(Refusal, match="origin"):
        truceline.road_lines("x", 95.0, 0.0)
