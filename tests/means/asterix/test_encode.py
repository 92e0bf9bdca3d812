"""Writing and reading again gives the same, up to the wire's quantisation; libasterix reads what we write."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.means.asterix.reference import theirs
from truceline.means.asterix import MEANS, encode_timed
from truceline.means.means import Input, Reading
from truceline.means.observations import KIND, OBSERVATIONS
from truceline.means.source import Source
from truceline.means.watch import Area, Sector, Watch
from truceline.terms.columns import Columns
from truceline.terms.faults import Refusal
from truceline.terms.place import Site
from truceline.terms.time import NS_PER_S, parse_time

SITE = Site(40.45, 47.15, 300.0)
RADAR = Source("R1", "asterix", door="udp:0.0.0.0:8600", site=SITE)
DAY = parse_time("2020-11-20T00:00:00Z")
TICK = 7_812_500
NM = 1852.0

# name: (least, most, step of the wire) of the columns each kind carries
POLAR = {
    "range_m": (0, 255.9 * NM, NM / 256),
    "azimuth_rad": (0, 6.283, 2 * np.pi / 65536),
    "pressure_altitude_m": (-300, 15_000, 7.62),
    "height_m": (-300, 15_000, 7.62),
    "doppler_mps": (-511, 511, 1.0),
}
PLACED = {
    "lat_deg": (-90, 90, 1e-5),
    "lon_deg": (-180, 180, 1e-5),
    "height_m": (-400, 15_000, 1.905),
    "pressure_altitude_m": (-300, 15_000, 7.62),
    "vel_up_mps": (-50, 50, 0.03175),
}
ALWAYS = {"range_m", "azimuth_rad", "lat_deg", "lon_deg"}
KINDS = {"plot": POLAR, "reply": POLAR, "position": PLACED, "track": PLACED}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


@st.composite
def tables(draw: st.DrawFn, kind: str) -> Columns:
    count = draw(st.integers(1, 12))
    seed = np.random.default_rng(draw(st.integers(0, 2**32)))
    time_ns = np.sort(DAY + seed.integers(0, 86_400 * NS_PER_S - NS_PER_S, count))
    given_columns: dict[str, Any] = {"kind": np.full(count, KIND[kind]), "time_ns": time_ns}
    for name, (least, most, _) in KINDS[kind].items():
        values = seed.uniform(least, most, count)
        given_columns[name] = values if name in ALWAYS else np.where(seed.random(count) < 0.3, np.nan, values)
    moving = seed.random(count) < 0.7
    for name in ("vel_east_mps", "vel_north_mps"):
        given_columns[name] = np.where(moving, seed.uniform(-400, 400, count), np.nan)
    digits = seed.integers(0, 8, (count, 4)) @ np.array([1000, 100, 10, 1])
    given_columns["squawk"] = np.where(seed.random(count) < 0.3, -1, digits)
    given_columns["address"] = np.where(seed.random(count) < 0.3, -1, seed.integers(0, 1 << 24, count))
    given_columns["track_number"] = np.where(seed.random(count) < 0.3, -1, seed.integers(0, 4096, count))
    lengths = seed.integers(0, 9, count)
    if kind == "plot":
        given_columns["squawk"] = given_columns["address"] = np.full(count, -1)
    given_columns["label"] = np.array(["".join(seed.choice(list(LETTERS), n)) for n in lengths], dtype="S16")
    given_columns["simulated"] = seed.random(count) < 0.3
    return OBSERVATIONS.build(count, given_columns)


def back(sent: list[tuple[int, bytes]], source: Source = RADAR) -> Reading:
    reading = MEANS.decode([Input(seq, stamp, body) for seq, (stamp, body) in enumerate(sent)], source)
    assert not [fault for fault in reading.faults if fault.length]
    return reading


def same(one: Columns, other: Columns, steps: dict[str, tuple[float, float, float]]) -> None:
    assert len(one) == len(other)
    assert np.abs(one["time_ns"] - other["time_ns"]).max() <= TICK // 2 + 1
    for name in ("kind", "squawk", "address", "track_number", "label", "simulated"):
        assert (one[name] == other[name]).all(), name
    for name, (_, _, step) in steps.items():
        assert (np.isnan(one[name]) == np.isnan(other[name])).all(), name
        off = np.abs(one[name] - other[name])
        if name == "azimuth_rad":
            off = np.minimum(off, 2 * np.pi - off)
        assert np.nanmax(np.append(off, 0.0)) <= step / 2 * 1.0001, name
    for name in ("vel_east_mps", "vel_north_mps"):
        assert np.nanmax(np.append(np.abs(one[name] - other[name]), 0.0)) <= 0.13, name


def canonical(rows: Columns) -> Columns:
    """Rows in an order that the wire's tick cannot change."""
    return rows.put(time_ns=(rows["time_ns"] + TICK // 2) // TICK * TICK).sort(
        ("time_ns", "track_number", "label", "squawk", "address")
    )


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60)
@given(data=st.data())
def test_reading_what_was_written_gives_the_same(kind: str, data: st.DataObject) -> None:
    rows = data.draw(tables(kind))
    sent = encode_timed(rows, (), RADAR)
    same(canonical(rows), canonical(back(sent).observations), KINDS[kind])
    assert all(len(body) <= 1400 for _, body in sent)
    assert [body for _, body in sent] == MEANS.encode(rows, (), RADAR)
    again = encode_timed(back(sent).observations, (), RADAR)
    assert again == encode_timed(back(again).observations, (), RADAR), (
        "what the wire can hold is written as it was"
    )


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=20)
@given(data=st.data())
def test_libasterix_reads_what_we_write(kind: str, data: st.DataObject) -> None:
    rows = data.draw(tables(kind))
    count = 0
    for _, body in encode_timed(rows, (), RADAR):
        pos = 0
        while pos < len(body):
            length = int.from_bytes(body[pos + 1 : pos + 3], "big")
            found, whole = theirs(body[pos], body[pos + 3 : pos + length])
            assert whole
            count += len(found)
            pos += length
    assert count == len(rows)


def watch(start_s: float, end_s: float, health: str = "up") -> Watch:
    footprint = Sector(SITE, RADAR.detection.range_m)
    return Watch(
        "R1", DAY + round(start_s * NS_PER_S), DAY + round(end_s * NS_PER_S), footprint, health, "rotating"
    )


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(1, 400), st.integers(40, 400), st.sampled_from(["up", "degraded"])), max_size=6
    )
)
def test_watches_come_back(pieces: list[tuple[int, int, str]]) -> None:
    held, at = [], 100.0
    for length, gap, health in pieces:
        held.append(watch(at, at + length, health))
        at += length + gap
    found = back(encode_timed(OBSERVATIONS.empty(), held, RADAR)).watches
    assert [(w.start_ns, w.end_ns, w.health, w.footprint) for w in found] == [
        (w.start_ns, w.end_ns, w.health, w.footprint) for w in held
    ]


def test_adjoining_watches_of_different_health_stay_apart() -> None:
    held = [watch(100, 150), watch(150, 173, "degraded"), watch(173, 200)]
    found = back(encode_timed(OBSERVATIONS.empty(), held, RADAR)).watches
    assert [(w.start_ns, w.end_ns, w.health) for w in found] == [
        (w.start_ns, w.end_ns, w.health) for w in held
    ]


def turn(count: int) -> Columns:
    """Plots evenly over one hour of a 10 s antenna."""
    time_ns = DAY + 3_600 * NS_PER_S + np.linspace(0, 3_599 * NS_PER_S, count).astype(np.int64)
    azimuth = (time_ns - DAY) % (10 * NS_PER_S) / (10 * NS_PER_S) * 2 * np.pi
    kinds = np.full(count, KIND["reply"])
    return OBSERVATIONS.build(
        count, {"kind": kinds, "time_ns": time_ns, "range_m": np.full(count, 50e3), "azimuth_rad": azimuth}
    )


def test_datagrams_follow_the_antenna() -> None:
    sent = encode_timed(turn(5_000), [watch(3_600, 7_200)], RADAR)
    times = [stamp for stamp, _ in sent]
    assert times == sorted(times)
    assert sum(body[0] == 34 for _, body in sent) == len(sent) == 4 * 360 + 1, "one datagram a quarter turn"
    rows = back(sent).observations
    for seq, (stamp, _) in enumerate(sent):
        mine = rows["time_ns"][rows["seq"] == seq]
        assert (mine <= stamp + TICK).all()
        assert (mine >= stamp - 2.51 * NS_PER_S).all()
    assert (np.diff(rows["time_ns"]) >= 0).all()


def test_crowded_turns_are_cut_into_small_datagrams() -> None:
    sent = encode_timed(turn(300_000), [watch(3_600, 7_200)], RADAR)
    assert max(len(body) for _, body in sent) <= 1400
    assert len(back(sent).observations) == 300_000


@pytest.mark.parametrize(
    ("kind", "column", "value"),
    [("reply", "range_m", 600e3), ("reply", "pressure_altitude_m", 1e6), ("position", "lat_deg", 91.0),
     ("track", "vel_east_mps", 9_000.0), ("reply", "range_m", np.inf)],
)  # fmt: skip
def test_what_does_not_fit_is_refused(kind: str, column: str, value: float) -> None:
    given_columns = {
        "kind": [KIND[kind]],
        "time_ns": [DAY],
        "lat_deg": [40.0],
        "lon_deg": [47.0],
        "vel_north_mps": [0.0],
    }
    rows = OBSERVATIONS.build(1, {**given_columns, column: [value]})
    with pytest.raises(Refusal, match=column if column != "lat_deg" else "lat_deg or lon_deg"):
        encode_timed(rows, (), RADAR)


def test_a_watch_of_another_shape_is_refused() -> None:
    area = Watch("R1", DAY, DAY + NS_PER_S, Area(((46.0, 39.0), (47.0, 39.0), (47.0, 40.0))))
    with pytest.raises(Refusal, match="sectors"):
        encode_timed(OBSERVATIONS.empty(), [area], RADAR)


def test_nothing_is_nothing() -> None:
    assert encode_timed(OBSERVATIONS.empty(), (), RADAR) == []
