"""Framing, time, places, watching and writing of ADS-B streams."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.means import adsb
from truceline.means.adsb.cpr import cpr_encode, distance_m, local, pair, zones
from truceline.means.adsb.frames import ABSURD, REASONS
from truceline.means.adsb.message import altitude_ft
from truceline.means.adsb.parity import remainder
from truceline.means.adsb.read import UNCONFIRMED_REASON
from truceline.means.adsb.write import HEARTBEAT
from truceline.means.means import Input, Reading
from truceline.means.observations import KIND, OBSERVATIONS
from truceline.means.source import Source
from truceline.means.watch import Sector, Watch
from truceline.terms.columns import Columns
from truceline.terms.faults import Refusal
from truceline.terms.place import Site

SECOND = 10**9
T0 = 1_605_830_400 * SECOND
SITE = Site(39.8, 46.8, 1_000.0)
SOURCE = Source("rx", "adsb", site=SITE, heartbeat_s=30.0)
STREAM = "1a320000 15a8 877e0d 20000ca8f70aa7 1a33 00000d21ee0a 05 8d48520a990c2c3158040b8ea54d"


def read(*bodies: bytes, source: Source = SOURCE) -> Reading:
    return adsb.decode([Input(n, T0 + n * SECOND, body) for n, body in enumerate(bodies)], source)


def flight(count: int = 20, **given_columns: object) -> Columns:
    time_ns = T0 + np.arange(count) * SECOND // 2
    columns = {
        "kind": np.full(count, KIND["position"]),
        "time_ns": time_ns,
        "lat_deg": 39.5 + np.arange(count) * 0.0005,
        "lon_deg": 46.5 + np.arange(count) * 0.0005,
        "pressure_altitude_m": np.full(count, 360 * 30.48),
        "vel_east_mps": np.full(count, 180 * 1852 / 3600),
        "vel_north_mps": np.full(count, -40 * 1852 / 3600),
        "vel_up_mps": np.full(count, 0.0),
        "address": np.full(count, 0x600123),
        "label": np.full(count, b"AHY101"),
        "squawk": np.full(count, 2351),
        "quality": np.full(count, 92.6),
        **given_columns,
    }
    return OBSERVATIONS.build(count, columns)


def whole(reading: Reading) -> int:
    return reading.decoded_bytes + reading.framing_bytes + sum(fault.length for fault in reading.faults)


# ------------------------------------------------------------------ framing


def test_a_stream_cut_anywhere_reads_the_same() -> None:
    stream = adsb.encode(flight(), (), SOURCE)[0]
    rows = read(stream).observations
    for cut in range(1, len(stream), 7):
        parts = adsb.decode([Input(0, T0, stream[:cut]), Input(1, T0, stream[cut:])], SOURCE)
        assert not parts.faults
        assert whole(parts) == len(stream)
        for name in ("lat_deg", "lon_deg", "address", "label"):
            np.testing.assert_array_equal(parts.observations[name], rows[name])


def test_a_frame_over_two_bodies_belongs_to_the_first() -> None:
    stream = adsb.encode(
        flight(1, label=b"", squawk=-1, vel_east_mps=math.nan, vel_up_mps=math.nan), (), SOURCE
    )[0]
    reading = read(b"", stream[:5], b"", stream[5:])
    assert reading.observations["seq"].tolist() == [1]
    assert reading.observations["item"].tolist() == [0]


def test_doubled_escapes_are_one_byte() -> None:
    rows = flight(1, address=0x1A1A1A, label=b"", squawk=-1)
    stream = adsb.encode(rows, (), SOURCE)[0]
    assert b"\x1a\x1a\x1a\x1a\x1a\x1a" in stream
    assert read(stream).observations["address"].tolist() == [0x1A1A1A]


@pytest.mark.parametrize(
    ("bodies", "reason"),
    [
        ([b"\x1a2\0\0\0"], "frame cut off at the end of the records"),
        ([b"\x1a2\0\0\0\x1a1" + b"\0" * 9], "frame cut short by the next one"),
        ([b"\x1a9abc"], "frame of an unknown type"),
        ([b"\x1a1" + b"\0" * 9 + b"noise"], "bytes outside a frame"),
        ([b"*8D4840D6202CC371C32CE0576099;\n"], "parity fails: the message is damaged"),
        ([b"*FF00;\n*zz;\n"], "line holds no Mode S message"),
        ([b"*D0000000000000;\n"], "downlink format unknown or message too short for it"),
        ([b"*A00015B7C26E1370AA00005DD34A;\n"], UNCONFIRMED_REASON),
        ([b'{"timestamp":9999999999,"frame":"8D4840D6202CC371C32CE0576098"}\n'], REASONS[ABSURD]),
        ([b"\x1f\x8b\x08broken"], "packed body is damaged or unpacks to more than 256 MiB"),
    ],
)  # fmt: skip
def test_what_is_no_frame_is_a_fault(bodies: list[bytes], reason: str) -> None:
    reading = read(*bodies)
    assert reason in [fault.reason for fault in reading.faults]
    assert whole(reading) == sum(map(len, bodies))


def test_a_fault_over_two_bodies_is_two() -> None:
    reading = read(b"\x1a1" + b"\0" * 9 + b"noi", b"se\x1a1" + b"\0" * 9)
    assert [(f.seq, f.offset, f.length) for f in reading.faults] == [(0, 11, 3), (1, 0, 2)]


def test_avr_lines_with_and_without_counter() -> None:
    lines = b"*8D4840D6202CC371C32CE0576098;\r\n@0000000000018D4840D6202CC371C32CE0576098;\n\n*0000;\n"
    reading = read(lines)
    assert (reading.records, len(reading.faults)) == (2, 0)
    assert whole(reading) == len(lines)


def test_a_mode_ac_reply_is_a_record_without_a_row() -> None:
    reading = read(b"\x1a1" + bytes(7) + b"\x12\x34")
    assert (reading.records, len(reading.observations)) == (1, 0)


def test_an_address_from_the_parity_counts_once_it_is_confirmed() -> None:
    reply = b"*20000CA8F70AA7;\n"
    assert read(reply).records == 0
    confirmed = read(reply, b"*5D3981E46DC8EB;\n", b"*" + squitter(0x3981E4) + b";\n")
    assert [fault.seq for fault in confirmed.faults] == []
    assert confirmed.observations["address"].tolist() == [0x3981E4] * 3
    assert confirmed.observations["pressure_altitude_m"][0] == pytest.approx(25_000 * 0.3048)


def squitter(address: int) -> bytes:
    rows = flight(1, address=address, squawk=-1, vel_east_mps=math.nan, vel_up_mps=math.nan, lat_deg=math.nan)
    stream = adsb.encode(rows, (), SOURCE)[0].replace(b"\x1a\x1a", b"\x1a")
    return stream[9:23].hex().encode()


def test_every_capture_is_accounted_for(data_dir: Path) -> None:
    for path in sorted((data_dir / "adsb/modes_raw").iterdir()):
        body = path.read_bytes()
        assert adsb.claims(path.name, body[:4096]) > 0.5, path.name
        reading = read(body)
        assert whole(reading) == len(body), path.name
        assert reading.records > 0


# ------------------------------------------------------------------ time


def test_counters_within_a_body_give_the_times() -> None:
    stream = adsb.encode(flight(), (), SOURCE)[0]
    times = adsb.decode([Input(0, T0 + 5 * SECOND, stream)], SOURCE).observations["time_ns"]
    assert np.abs(times - T0 - 5 * SECOND - np.arange(20) * SECOND // 2).max() < 100


def test_a_counter_that_jumps_starts_anew_at_the_last_time() -> None:
    first = adsb.encode(flight(2), (), SOURCE)[0]
    later = adsb.encode(flight(2, time_ns=T0 - 3600 * SECOND + np.array([0, SECOND])), (), SOURCE)[0]
    times = adsb.decode([Input(0, T0, first + later)], SOURCE).observations["time_ns"] - T0
    assert times.tolist() == pytest.approx([0, SECOND // 2, SECOND // 2, 3 * SECOND // 2], abs=200)


def test_lines_state_their_own_time() -> None:
    line = b'1457996400.25,"8D406B909945DE10000405999BE4","406B90",19\n'
    assert read(line).observations["time_ns"].tolist() == [1_457_996_400_250_000_000]


# ------------------------------------------------------------------ places


@given(st.floats(-89.9, 89.9), st.floats(-179.9, 179.9), st.booleans(), st.booleans())
def test_a_place_comes_back_by_a_near_reference(lat: float, lon: float, odd: bool, surface: bool) -> None:
    coded = cpr_encode(lat, lon, int(odd), surface)
    found = local(*coded, int(odd), surface, lat + 0.1, lon)
    assert distance_m(lat, lon, *found) < (2.0 if surface else 8.0) / max(math.cos(math.radians(lat)), 0.02)


@given(st.floats(-86.0, 86.0), st.floats(-179.9, 179.9), st.booleans())
def test_a_place_comes_back_from_a_pair(lat: float, lon: float, odd_is_new: bool) -> None:
    even, odd = cpr_encode(lat, lon, 0, False), cpr_encode(lat, lon, 1, False)
    found = pair(*even, *odd, odd_is_new)
    if math.isnan(found[0]):
        # The two roundings may fall on either side of a zone edge, and only there.
        assert zones(lat - 1e-4) != zones(lat + 1e-4)
        return
    assert distance_m(lat, lon, *found) < 100.0


def test_without_site_or_pair_there_is_no_place() -> None:
    rows = flight(1, label=b"", squawk=-1, vel_east_mps=math.nan, vel_up_mps=math.nan)
    alone = Source("rx", "adsb")
    assert read(adsb.encode(rows, (), SOURCE)[0], source=alone).observations["kind"].tolist() == [
        KIND["identity"]
    ]
    assert read(adsb.encode(rows, (), SOURCE)[0]).observations["kind"].tolist() == [KIND["position"]]


def test_a_place_no_aircraft_could_have_reached_is_left_out() -> None:
    lat = np.full(20, 39.5)
    lat[7] = 40.5
    rows = read(adsb.encode(flight(lat_deg=lat), (), SOURCE)[0]).observations
    assert (rows["kind"] != KIND["position"]).sum() >= 1
    assert np.abs(rows["lat_deg"][rows["kind"] == KIND["position"]] - 39.5).max() < 0.01


def test_two_agreeing_places_replace_a_wrong_first_one() -> None:
    lat = np.full(20, 39.5)
    lat[:4] = 41.0
    rows = read(adsb.encode(flight(lat_deg=lat), (), SOURCE)[0]).observations
    placed = rows["kind"] == KIND["position"]
    assert placed.sum() >= 15
    assert rows["lat_deg"][placed][-1] == pytest.approx(39.5, abs=1e-3)


def test_nacp_gives_the_quality_once_it_was_said() -> None:
    position = adsb.encode(flight(2, label=b"", squawk=-1, quality=926.0), (), SOURCE)[0]
    assert read(position).observations["quality"].tolist() == [926.0, 926.0]


@pytest.mark.parametrize("code", [0, 0x40, 0x7F])
def test_altitudes_that_state_nothing(code: int) -> None:
    assert math.isnan(altitude_ft(code))


def test_gillham_altitudes_step_by_a_hundred_feet() -> None:
    known = {altitude_ft(code) for code in range(1 << 13) if not code & 0x50}
    values = sorted(value for value in known if not math.isnan(value))
    assert values == [100.0 * step for step in range(-12, len(values) - 12)]
    assert values[-1] == 126_700.0


# ------------------------------------------------------------------ watching


def test_silence_is_not_watching() -> None:
    stream = adsb.encode(flight(), (), SOURCE)[0]
    inputs = [Input(0, T0, stream), Input(1, T0 + 100 * SECOND, stream)]
    watches = adsb.decode(inputs, SOURCE).watches
    assert [(w.start_ns - T0, w.seq) for w in watches] == [(0, 0), (100 * SECOND, 1)]
    assert all(w.end_ns - w.start_ns < 10 * SECOND for w in watches)
    assert {w.mode for w in watches} == {"cooperative"}
    assert {name for w in watches for name, _ in w.classes} == {"aircraft"}


@pytest.mark.parametrize("alive", [HEARTBEAT, b"*0000;\n", b"\x1a4" + bytes(21)])
def test_heartbeats_tell_a_quiet_sky_from_a_dead_receiver(alive: bytes) -> None:
    inputs = [Input(n, T0 + n * 20 * SECOND, alive) for n in range(10)]
    reading = adsb.decode(inputs, SOURCE)
    assert [(w.start_ns - T0, w.end_ns - T0) for w in reading.watches] == [(0, 180 * SECOND)]
    assert (reading.records, whole(reading)) == (0, 10 * len(alive))


def test_damaged_frames_prove_no_life() -> None:
    bad = b"*8D4840D6202CC371C32CE0576099;\n"
    assert not adsb.decode([Input(n, T0 + n * SECOND, bad) for n in range(9)], SOURCE).watches


def test_without_a_site_there_is_no_watch() -> None:
    stream = adsb.encode(flight(), (), SOURCE)[0]
    assert not read(stream, source=Source("rx", "adsb")).watches


# ------------------------------------------------------------------ writing


def test_the_stream_and_its_stretches_are_the_same_bytes() -> None:
    rows = flight(200)
    parts = adsb.encode_timed(rows, (), SOURCE, chunk_s=1.5)
    assert b"".join(body for _, body in parts) == adsb.encode(rows, (), SOURCE)[0]
    assert len(parts) > 50
    steps = np.diff([stamp for stamp, _ in parts])
    assert steps.min() > 0 and steps.max() < 3 * SECOND
    ours = adsb.decode([Input(n, stamp, body) for n, (stamp, body) in enumerate(parts)], SOURCE).observations
    assert len(ours) == 200
    assert np.abs(ours["time_ns"] - rows["time_ns"]).max() < 100


def test_heartbeats_are_written_for_a_watch_with_a_quiet_sky() -> None:
    watch = Watch("rx", T0, T0 + 600 * SECOND, Sector(SITE, 200_000.0), "up", "cooperative", 0)
    parts = adsb.encode_timed(OBSERVATIONS.empty(), [watch], SOURCE)
    back = adsb.decode([Input(n, stamp, body) for n, (stamp, body) in enumerate(parts)], SOURCE).watches
    assert [(w.start_ns, w.end_ns) for w in back] == [(watch.start_ns, watch.end_ns)]


def test_every_message_written_has_sound_parity() -> None:
    stream = adsb.encode(flight(), (), SOURCE)[0].replace(b"\x1a\x1a", b"\x1a")
    messages = np.frombuffer(stream, np.uint8).reshape(-1, 23)[:, 9:]
    assert len(messages) > 40
    assert all(remainder(message, 14) == 0 for message in messages)


def test_a_row_without_an_address_is_refused() -> None:
    with pytest.raises(Refusal, match="address"):
        adsb.encode(flight(1, address=-1), (), SOURCE)


measure = st.floats(-500, 500)


step = st.tuples(st.integers(0, 3), measure, measure, measure, st.integers(0, 2_000), st.integers(0, 4095))


@settings(max_examples=60)
@given(st.lists(step, max_size=30))
def test_what_is_written_is_read_back(steps: list[tuple[int, float, float, float, int, int]]) -> None:
    count = len(steps)
    who = np.array([s[0] for s in steps], int)
    squawk = np.array([int(f"{s[5]:04o}") for s in steps], int)[who * 0] if count else np.zeros(0, int)
    rows = flight(
        count,
        address=0x400000 + who,
        lat_deg=39.5 + who * 0.5 + np.arange(count) * 1e-4,
        vel_east_mps=[s[1] for s in steps],
        vel_north_mps=[s[2] for s in steps],
        vel_up_mps=[s[3] / 10 for s in steps],
        pressure_altitude_m=[-300.0 + s[4] * 7.62 for s in steps],
        height_m=[-200.0 + s[4] * 7.62 for s in steps],
        squawk=squawk,
    )
    reading = read(*adsb.encode(rows, (), SOURCE))
    back = reading.observations
    assert not reading.faults
    assert len(back) == count
    for name, within in (
        ("time_ns", 100), ("lat_deg", 3e-5), ("lon_deg", 4e-5), ("pressure_altitude_m", 3.82), ("height_m", 7.63),
        ("vel_east_mps", 0.2573), ("vel_north_mps", 0.2573), ("vel_up_mps", 0.1626),
    ):  # fmt: skip
        np.testing.assert_allclose(back[name], rows[name], rtol=0, atol=within, err_msg=name)
    for name in ("address", "label", "squawk", "quality", "kind"):
        np.testing.assert_array_equal(back[name], rows[name], err_msg=name)


# ------------------------------------------------------------------ explaining


def test_a_frame_is_explained_with_the_bytes_it_stands_in() -> None:
    stream = adsb.encode(flight(1), (), SOURCE)[0]
    item = int(read(stream).observations["item"][0])
    told = {field.name: field for field in adsb.explain(stream, item, SOURCE)}
    assert told["address"].text == "600123"
    assert stream[told["address"].offset :][:3] == bytes.fromhex("600123")
    assert told["pressure altitude"].text == "36000 ft"


@pytest.mark.parametrize("item", [-1, 3, 10**6])
def test_no_frame_at_a_byte_is_said_so(item: int) -> None:
    stream = adsb.encode(flight(1), (), SOURCE)[0]
    assert adsb.explain(stream, item, SOURCE)[0].name == "frame"
