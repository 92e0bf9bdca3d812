"""The exports as other tools open them: GeoPandas, pandas, DuckDB, and a plain JSON reader."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import duckdb
import geopandas
import msgspec
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely

from tests.coverage.scene import GRID, THEATRE
from tests.report.given_day import ODD, RECORDS, given_day, minutes
from truceline.report.day import Day
from truceline.report.opendata import EXPORTS, FORMATS, export_bytes, sheet_of
from truceline.terms.classes import NAMES
from truceline.terms.faults import Refusal
from truceline.terms.place import to_geographic

DAY = given_day("karabakh-2020", simulated=True)
LIVE = given_day()
COUNTS = {
    "tracks": 3,
    "findings": 3,
    "coverage": GRID.rows * GRID.columns * 2 * len(NAMES),
    "checks": 2,
    "observations": 9,
}
ALL = [(what, form) for what in EXPORTS for form in FORMATS]


def opened(day: Day, what: str, form: str, folder: Path) -> pd.DataFrame:
    """An export as a data frame, read by the tool that people use for its format."""
    path = folder / f"{what}.{form}"
    path.write_bytes(export_bytes(day, what, form))
    if form == "csv":
        return pd.read_csv(path, dtype={"squawk": str, "address": str})
    if form == "parquet":
        return geopandas.read_parquet(path)
    return geopandas.read_file(path)


@pytest.mark.parametrize(("what", "form"), ALL)
def test_every_table_opens_with_all_its_rows(what: str, form: str, tmp_path: Path) -> None:
    frame = opened(DAY, what, form, tmp_path)
    assert len(frame) == COUNTS[what]
    if form != "csv":
        assert frame.crs == "OGC:CRS84" or frame.crs.to_epsg() == 4326
        known = frame.geometry.dropna()
        west, south, east, north = known.total_bounds
        assert len(known) and 45 < west < east < 49 and 38.5 < south < north < 41.5


@pytest.mark.parametrize(("what", "form"), ALL)
def test_no_row_of_an_exercise_loses_its_mark(what: str, form: str, tmp_path: Path) -> None:
    frame = opened(DAY, what, form, tmp_path)
    assert set(frame["exercise"]) == {"EXERCISE karabakh-2020"}
    # Simulated input is marked even where nobody declared an exercise.
    unnamed = opened(given_day(simulated=True), what, form, tmp_path)
    assert set(unnamed["exercise"]) == {"EXERCISE"}
    live = export_bytes(LIVE, what, form)
    assert b"EXERCISE" not in live.replace(b"EXERCISE and its name", b"")


@pytest.mark.parametrize(("what", "form"), ALL)
def test_the_same_day_gives_the_same_bytes(what: str, form: str) -> None:
    assert export_bytes(DAY, what, form) == export_bytes(DAY, what, form)


@pytest.mark.parametrize("what", EXPORTS)
def test_geoparquet_says_what_the_specification_asks(what: str) -> None:
    table = pq.read_table(io.BytesIO(export_bytes(DAY, what, "parquet")))
    geo = json.loads(table.schema.metadata[b"geo"])
    assert geo["version"] == "1.1.0" and geo["primary_column"] == "geometry"
    about = geo["columns"]["geometry"]
    assert about["encoding"] == "WKB" and about["crs"]["id"] == {"authority": "OGC", "code": "CRS84"}
    shapes = shapely.from_wkb(table["geometry"].to_numpy(zero_copy_only=False))
    assert sorted(about["geometry_types"]) == sorted(
        {shape.geom_type for shape in shapes if shape is not None}
    )
    assert about["bbox"] == pytest.approx(shapely.total_bounds(shapes).tolist())
    assert json.loads(table.schema.metadata[b"truceline"])["exercise"] == "EXERCISE karabakh-2020"
    for field in table.schema:
        assert field.metadata[b"meaning"], field.name
        unit = field.metadata[b"unit"].decode()
        suffix = {"m": "_m", "m2": "_m2", "m/s": "_mps", "ns": "_ns", "rad": "_rad", "deg": "_deg"}.get(unit)
        assert suffix is None or field.name.endswith(suffix) or field.name in ("geometry", "heights_m")


@pytest.mark.parametrize("what", EXPORTS)
def test_duckdb_reads_it(what: str, tmp_path: Path) -> None:
    for form in ("parquet", "csv"):
        (tmp_path / f"{what}.{form}").write_bytes(export_bytes(DAY, what, form))
    with duckdb.connect() as base:
        for form in ("parquet", "csv"):
            count = base.sql(f"select count(*) from '{tmp_path}/{what}.{form}'").fetchall()
            assert count == [(COUNTS[what],)]
        if what == "observations":
            answer = base.sql(
                f"select source, count(*), min(time)::varchar from '{tmp_path}/{what}.parquet' group by 1 order by 1"
            ).fetchall()
            assert [row[:2] for row in answer] == [
                ("ADSB", 1),
                ("FIRMS", 1),
                ("PATROL", 1),
                ("R1", 4),
                ("R2", 2),
            ]
            assert answer[3][2].startswith("2020-11-20 06:00:00.123456")
        if what == "coverage":
            best = base.sql(
                f"select max(probability) from '{tmp_path}/{what}.parquet' where object_class = 'person'"
            ).fetchall()
            assert best == [(0.0,)]


def test_checks_keep_their_evidence_and_what_could_not_be_told(tmp_path: Path) -> None:
    frame = opened(DAY, "checks", "parquet", tmp_path)
    assert frame["state"].tolist() == ["flag", "not assessable"]
    seq, item = DAY.observations["seq"], DAY.observations["item"]
    assert list(frame["evidence"][0]) == [f"{RECORDS[seq[n]].content}#{item[n]}" for n in range(3)]
    assert frame["statistic"][0] == 12.5 and frame["threshold"][0] == 9.2
    assert frame["id"].nunique() == 2


def test_observations_keep_value_time_and_evidence(tmp_path: Path) -> None:
    frame = opened(DAY, "observations", "parquet", tmp_path)
    first = frame.iloc[1]
    assert first["time"] == pd.Timestamp("2020-11-20T06:00:04.123456789Z")
    assert (first["content"], first["item"]) == (RECORDS[0].content, 40)
    assert first["range_m"] == 30_000.123 and first["source"] == "R1" and first["kind"] == "plot"
    lat, lon = to_geographic(THEATRE, np.array([2e3]), np.array([4e3]))
    assert (first.geometry.x, first.geometry.y) == pytest.approx((lon[0], lat[0]), abs=1e-7)
    heard = frame.iloc[6]
    assert (heard["address"], heard["squawk"], heard["label"]) == ("4B8B02", "0027", ODD)
    assert pd.isna(frame.iloc[0]["squawk"]) and pd.isna(frame.iloc[0]["lat_deg"])
    told = frame.iloc[8]
    assert told.geometry is None and told["label"] == "Ağdam" and told["object_class"] == "vehicle"


def test_text_formats_say_the_same(tmp_path: Path) -> None:
    text = export_bytes(DAY, "observations", "csv").decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows[1]["time"] == "2020-11-20T06:00:04.123456789Z" and rows[1]["item"] == "40"
    assert rows[8]["geometry_wkt"] == "" and rows[6]["geometry_wkt"].startswith("POINT (46.8")
    said = json.loads(export_bytes(DAY, "observations", "geojson"))
    assert said["type"] == "FeatureCollection" and said["exercise"] == "EXERCISE karabakh-2020"
    feature = said["features"][1]
    assert feature["properties"]["time"] == rows[1]["time"]
    assert feature["properties"]["content"] == rows[1]["content"]
    assert feature["geometry"]["type"] == "Point" and said["features"][8]["geometry"] is None


def test_tracks_are_ways_with_their_evidence(tmp_path: Path) -> None:
    frame = opened(DAY, "tracks", "parquet", tmp_path)
    way = frame.iloc[0]
    assert way["lane"] == "air" and list(way["sources"]) == ["R1", "R2"]
    assert len(way["evidence"]) == 6 and way["evidence"][1] == f"{RECORDS[0].content}#40"
    # States 4 s apart: one vertex in 10 s and the last.
    assert way.geometry.geom_type == "LineString" and len(way["times"]) == len(way.geometry.coords) == 3
    assert list(way["heights_m"]) == [1500.0] * 3
    assert way["times"][-1] == np.datetime64("2020-11-20T06:00:20.123456789")
    assert frame.iloc[1].geometry.geom_type == "Point" and pd.isna(frame.iloc[1]["confirmed_time"])
    fire = frame.iloc[2]
    assert fire["lane"] == "events" and len(fire["evidence"]) == 2 and fire.geometry.geom_type == "Point"


def test_findings_stand_on_their_areas(tmp_path: Path) -> None:
    frame = opened(DAY, "findings", "parquet", tmp_path)
    assert list(frame["verdict"]) == ["violated", "compliant", "not verified"]
    wide, field, nowhere = frame.geometry
    assert wide.geom_type == field.geom_type == "Polygon" and nowhere is None
    assert wide.is_valid and wide.exterior.is_ccw
    length = shapely.LineString(DAY.agreement.area("line-of-contact").line)
    assert wide.contains(length)
    row = frame.iloc[0]
    assert list(row["evidence"]) == [f"{RECORDS[0].content}#40", f"{RECORDS[1].content}#0"]
    assert list(row["violated"]) == ["A=0.0588", "B=0.0968"] and row["detection_min"] == 0.75
    assert row["start_time"] == pd.Timestamp("2020-11-20T06:00:00Z") and row["area_approximate"]


def test_coverage_tells_unwatched_from_missing(tmp_path: Path) -> None:
    frame = opened(DAY, "coverage", "parquet", tmp_path)
    person = frame[frame["object_class"] == "person"]
    assert (person["probability"] == 0).all() and set(person["cause"]) == {"not there"}
    assert all(len(held) == 0 for held in person["evidence"])
    uav = frame[(frame["object_class"] == "uav") & (frame["best_source"] == "R2")]
    assert len(uav) and all(list(held) == [f"{RECORDS[1].content}#0"] for held in uav["evidence"])
    assert (uav["start_time"] == pd.Timestamp("2020-11-20T06:00:00Z")).all()
    cell = frame.iloc[17]
    assert (
        shapely.Point(cell["lon_deg"], cell["lat_deg"]).within(cell.geometry)
        and cell.geometry.exterior.is_ccw
    )
    assert set(frame["terrain"]) == {"smooth earth"} and set(uav["height_m"]) == {1000.0}


def test_hours_not_yet_known_are_left_out() -> None:
    early = sheet_of(given_day(known_ns=minutes(50)), "coverage").table()
    assert early.num_rows == COUNTS["coverage"] // 2


def test_an_empty_day_exports_its_columns(tmp_path: Path) -> None:
    empty: dict[str, Any] = {
        "observations": DAY.observations.take(slice(0, 0)),
        "findings": (),
        "air": type(DAY.air)("air", DAY.air.tracks.take(slice(0, 0)), DAY.air.states.take(slice(0, 0))),
        "events": type(DAY.air)("events", DAY.air.tracks.take(slice(0, 0)), DAY.air.states.take(slice(0, 0))),
    }
    day = msgspec.structs.replace(DAY, **empty)
    for what in ("tracks", "findings", "observations"):
        whole = pq.read_table(io.BytesIO(export_bytes(DAY, what, "parquet")))
        none = pq.read_table(io.BytesIO(export_bytes(day, what, "parquet")))
        assert none.num_rows == 0 and none.schema.equals(whole.schema)
        assert json.loads(export_bytes(day, what, "geojson"))["features"] == []
        assert export_bytes(day, what, "csv").count(b"\n") == 1


@pytest.mark.parametrize(("what", "form"), [("people", "csv"), ("tracks", "shapefile")])
def test_what_does_not_exist_is_refused(what: str, form: str) -> None:
    with pytest.raises(Refusal, match="one of"):
        export_bytes(DAY, what, form)
