"""FIRMS lists: the full and the reduced form, bad lines, writing."""

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.means import firms
from truceline.means.means import Input, Reading
from truceline.means.observations import KIND, OBSERVATIONS
from truceline.means.source import Source
from truceline.terms.classes import NAMES
from truceline.terms.time import NS_PER_DAY, parse_time

SOURCE = Source("firms", "firms")
MODIS = (
    b"latitude,longitude,brightness,scan,track,acq_date,acq_time,satellite,instrument,confidence,version,"
    b"bright_t31,frp,daynight\n"
    b"39.981,46.932,331.4,1.2,1.1,2020-11-20,0941,Terra,MODIS,78,6.03,288.1,14.5,D\n"
)


def read(*bodies: bytes) -> Reading:
    reading = firms.decode([Input(n, 0, body) for n, body in enumerate(bodies)], SOURCE)
    whole = reading.decoded_bytes + reading.framing_bytes + sum(fault.length for fault in reading.faults)
    assert whole == sum(map(len, bodies))
    return reading


def test_golden_modis_row() -> None:
    rows = read(MODIS).observations
    assert rows["time_ns"][0] == parse_time("2020-11-20T09:41:00Z")
    assert (rows["lat_deg"][0], rows["lon_deg"][0], rows["amount"][0]) == (39.981, 46.932, 14.5)
    assert rows["quality"][0] == pytest.approx(0.78)
    assert rows["cov_ee_m2"][0] == pytest.approx(1200.0**2 / 12)
    assert rows["cov_nn_m2"][0] == pytest.approx(1100.0**2 / 12)
    assert (rows["kind"][0], rows["label"][0]) == (KIND["fire"], b"Terra")
    assert NAMES[rows["object_class"][0]] == "fire"


def test_golden_viirs_sample_equals_the_csv_module(data_dir: Path) -> None:
    path = data_dir / "fires/firms_viirs_full_format_sample_2025-08-18.csv"
    rows = read(path.read_bytes()).observations
    with path.open(encoding="utf-8", newline="") as file:
        known = list(csv.DictReader(file))
    assert len(rows) == len(known) == 10
    for row, line in enumerate(known):
        assert rows["lat_deg"][row] == float(line["latitude"])
        assert rows["lon_deg"][row] == float(line["longitude"])
        assert rows["amount"][row] == float(line["frp"])
        assert rows["time_ns"][row] == parse_time(f"{line['acq_date']}T{line['acq_time']}Z")
        assert rows["label"][row].decode() == line["satellite"]


@pytest.mark.parametrize("year", [2019, 2020, 2021, 2022])
def test_golden_reduced_lists_equal_the_csv_module(year: int, data_dir: Path) -> None:
    path = data_dir / f"fires/ukraine_firms_reduced/ukr_fire_data_{year}.csv"
    assert firms.claims(path.name, path.read_bytes()[:4096]) > 0.9
    reading = read(path.read_bytes())
    rows = reading.observations
    with path.open(encoding="utf-8", newline="") as file:
        known = list(csv.DictReader(file))
    assert len(rows) == len(known)
    assert not reading.faults
    np.testing.assert_array_equal(rows["lat_deg"], [float(line["LATITUDE"]) for line in known])
    np.testing.assert_array_equal(rows["lon_deg"], [float(line["LONGITUDE"]) for line in known])
    noon = [parse_time(f"{line['ACQ_DATE']}T12:00Z") for line in known[::1000]]
    assert rows["time_ns"][::1000].tolist() == noon
    assert set(rows["time_sigma_ns"].tolist()) == {round(NS_PER_DAY / math.sqrt(12))}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("91.0,46.9,2020-11-20", "latitude or longitude out of range"),
        ("nan,46.9,2020-11-20", "latitude or longitude out of range"),
        ("39.9,181,2020-11-20", "latitude or longitude out of range"),
        ("39.9,x,2020-11-20", "a number is not readable"),
        ("39.9,46.9,20.11.2020", "acq_date or acq_time is no UTC date or time"),
        ("39.9,46.9,1789-07-14", "acq_date or acq_time is no UTC date or time"),
        ("39.9,46.9,9999-12-31", "acq_date or acq_time is no UTC date or time"),
        ("39.9,46.9", "2 columns where the header has 3"),
    ],
)
def test_a_line_that_is_no_fire_is_a_fault(line: str, reason: str) -> None:
    reading = read(f"latitude,longitude,acq_date\n{line}\n39.9,46.9,2020-11-20\n".encode())
    assert [fault.reason for fault in reading.faults] == [reason]
    assert reading.records == 1


@pytest.mark.parametrize(("old", "new"), [(b",0941,", b",2460,"), (b",78,", b",sure,"), (b",1.2,", b",-1,")])
def test_a_value_out_of_its_form_is_a_fault(old: bytes, new: bytes) -> None:
    assert len(read(MODIS.replace(old, new)).faults) == 1


def test_lines_before_any_header_are_faults() -> None:
    assert "no header line" in read(b"39.9,46.9,2020-11-20\n").faults[0].reason


@pytest.mark.parametrize(("word", "value"), [("l", 0.15), ("nominal", 0.55), ("High", 0.9), ("0", 0.0)])
def test_confidence_words_and_percent(word: str, value: float) -> None:
    assert read(MODIS.replace(b",78,", f",{word},".encode())).observations["quality"][0] == value


def test_a_list_without_fires_is_read_and_watches_nothing() -> None:
    reading = read(b"latitude,longitude,acq_date\n")
    assert (reading.records, reading.watches, reading.faults) == (0, (), ())
    assert "nobody looked" in firms.MEANS.no_watch


@given(
    st.lists(
        st.tuples(
            st.floats(-89, 89), st.floats(-179, 179), st.integers(0, 10**6), st.floats(0.1, 3), st.booleans()
        ),
        max_size=20,
    )
)
def test_what_is_written_is_read_back(fires: list[tuple[float, float, int, float, bool]]) -> None:
    count = len(fires)
    start = parse_time("2020-11-20T00:00Z")
    items = OBSERVATIONS.build(
        count,
        {
            "kind": [KIND["fire"]] * count,
            "time_ns": [start + f[2] * 10**9 for f in fires],
            "time_sigma_ns": [firms.TIME_SIGMA_NS] * count,
            "lat_deg": [f[0] for f in fires],
            "lon_deg": [f[1] for f in fires],
            "cov_ee_m2": [(f[3] * 1000) ** 2 / 12 for f in fires],
            "cov_nn_m2": [(f[3] * 900) ** 2 / 12 for f in fires],
            "amount": [f[3] * 10 for f in fires],
            "quality": [0.55 if f[4] else 0.37 for f in fires],
            "simulated": [f[4] for f in fires],
            "label": [b"N20"] * count,
        },
    )
    back = read(*firms.encode(items, (), SOURCE)).observations
    assert len(back) == count
    for name in ("time_ns", "simulated", "label", "time_sigma_ns"):
        np.testing.assert_array_equal(back[name], items[name])
    for name, within in (("lat_deg", 6e-7), ("lon_deg", 6e-7), ("amount", 0.006), ("quality", 1e-9)):
        np.testing.assert_allclose(back[name], items[name], atol=within, rtol=0)
    np.testing.assert_allclose(np.sqrt(back["cov_ee_m2"]), np.sqrt(items["cov_ee_m2"]), atol=0.2, rtol=0)


def test_a_line_is_explained_column_by_column() -> None:
    item = int(read(MODIS).observations["item"][0])
    told = {field.name: field for field in firms.explain(MODIS, item, SOURCE)}
    assert told["frp"].text == "14.5 MW"
    assert MODIS[told["scan"].offset :][: told["scan"].length] == b"1.2"
