"""What the captures say, against counts known beforehand and values of two independent decoders."""

from pathlib import Path
from typing import Any

import aviconv_asterix
import numpy as np
import pytest

from tests.means.asterix.reference import data_blocks, theirs
from truceline.means.asterix import MEANS
from truceline.means.means import Input, Reading
from truceline.means.observations import KIND
from truceline.means.source import Source
from truceline.terms.columns import Columns
from truceline.terms.place import Site
from truceline.terms.time import NS_PER_DAY, parse_time

SITE = Site(44.0, 18.0, 900.0)
RADAR = Source("radar", "asterix", site=SITE)
NOON = parse_time("2020-11-20T12:00:00Z")

COUNTS = {  # records, rows, Watches, octets in faults
    "argentina/cba_010626.pcap": (3_803 + 11_882, 3_803, 2, 0),
    "croatia/cat048.raw": (1, 1, 0, 0),
    "croatia/cat062cat065.raw": (3, 2, 0, 0),
    "croatia/cat21_re.ast": (2, 2, 0, 0),
    "croatia/cat_001_002.pcap": (8, 7, 0, 0),
    "croatia/cat_034_048.pcap": (162, 128, 2, 0),
    "croatia/cat_062_065.pcap": (3, 2, 0, 0),
    "croatia/parsegps.gps": (18, 15, 1, 0),
    "jade/NATS_CAT048_119bytes_TCAS.ff": (2, 2, 0, 0),
    "jade/final_frame_062_065_large_packet_30min.ff": (22_396 + 6_057 + 5_772, 22_396, 0, 0),
    "jade/final_frame_062_30min.ff": (34_957, 34_957, 0, 0),
    "jade/final_frame_062_one_packet_sample2.FF": (4, 3, 0, 0),
    "jade/final_frame_cat062_one_packet.ff": (1, 1, 0, 0),
    "misc/CRASH_asterix-decoder-0.7.11_cat062_93bytes.bin": (1, 1, 0, 0),
    "misc/Jahorina.raw": (2_099 + 20, 2_099, 1, 0),
    "misc/goasterix_sample.ast": (19, 11, 1, 507),
}


def read(body: bytes, source: Source = RADAR, stamp_ns: int = NOON, seq: int = 0) -> Reading:
    reading = MEANS.decode([Input(seq, stamp_ns, body)], source)
    lost = sum(fault.length for fault in reading.faults)
    assert reading.decoded_bytes + reading.framing_bytes + lost == len(body)
    return reading


def capture(data_dir: Path, name: str) -> bytes:
    return (data_dir / "asterix" / name).read_bytes()


@pytest.mark.parametrize("name", COUNTS)
def test_captures_hold_the_records_known(data_dir: Path, name: str) -> None:
    reading = read(capture(data_dir, name))
    lost = sum(fault.length for fault in reading.faults)
    assert (reading.records, len(reading.observations), len(reading.watches), lost) == COUNTS[name]
    order = reading.observations["item"]
    assert (np.diff(order) > 0).all()


def test_an_older_edition_of_cat062_is_refused_not_guessed(data_dir: Path) -> None:
    """The 2008 capture is of an edition with 24-bit positions: read by today's layout its places are off the earth."""
    reading = read(capture(data_dir, "croatia/asterix.pcap"))
    assert reading.records == len(reading.observations) == 0
    assert sum(fault.length for fault in reading.faults) > 5_000


def test_categories_that_nobody_defines_are_faults(data_dir: Path) -> None:
    faults = read(capture(data_dir, "misc/goasterix_sample.ast")).faults
    assert [(item.length, item.reason) for item in faults if item.length] == [
        (482, "category 30 is not known here"),
        (10, "category 255 is not known here"),
        (15, "CAT032: a record holds no item"),  # an older private category under this number
    ]


def test_the_recorders_tag_is_framing_and_counted_once(data_dir: Path) -> None:
    (note,) = read(capture(data_dir, "argentina/cba_010626.pcap")).faults
    assert (note.length, note.reason) == (0, "15325 times: 8 octets after the last data block")


def rows_by_item(rows: Columns) -> dict[int, int]:
    return {int(item): row for row, item in enumerate(rows["item"].tolist())}


def check(rows: Columns, row: int, expected: dict[str, Any]) -> None:
    for name, value in expected.items():
        got = rows[name][row]
        if isinstance(value, float):
            assert got == pytest.approx(value, rel=1e-9, abs=1e-9), (name, row)
        else:
            assert got == value, (name, row)


@pytest.mark.parametrize(
    "name", ["argentina/cba_010626.pcap", "misc/Jahorina.raw", "croatia/cat_034_048.pcap"]
)
def test_plots_equal_libasterix(data_dir: Path, name: str) -> None:
    rows = read(capture(data_dir, name)).observations
    place = rows_by_item(rows)
    checked = 0
    for category, offset, octets in list(data_blocks(data_dir / "asterix" / name))[::7]:
        if category != 48:
            continue
        for at, _, items in theirs(category, octets)[0]:
            expected: dict[str, Any] = {}
            if "040" in items:
                rho, theta = int.from_bytes(items["040"][:2], "big"), int.from_bytes(items["040"][2:], "big")
                expected |= {"range_m": rho * 1852 / 256, "azimuth_rad": theta * 2 * np.pi / 65536}
            if "070" in items and items["070"][0] < 0x40:
                expected["squawk"] = int(f"{int.from_bytes(items['070'], 'big') & 0xFFF:o}")
            if "090" in items and items["090"][0] < 0x20:
                expected["pressure_altitude_m"] = int.from_bytes(items["090"], "big") * 25 * 0.3048
            if "220" in items:
                expected["address"] = int.from_bytes(items["220"], "big")
            check(rows, place[offset + at], expected)
            checked += 1
    assert checked > 10


def aviconv_expected(record: Any) -> dict[str, Any]:
    """The columns that aviconv-asterix gives for a record, in our units."""
    found: dict[str, Any] = {"label": (record.callsign or "").encode() or None}
    if record.category == 48:
        found |= {"range_m": record.rho_nm * 1852.0, "azimuth_rad": float(np.deg2rad(record.theta_deg))}
        if record.aircraft_address:
            found["address"] = int(record.aircraft_address, 16)
        if record.ground_speed_kt is not None:
            speed, heading = record.ground_speed_kt * 1852 / 3600, np.deg2rad(record.heading_deg)
            found |= {"vel_east_mps": speed * np.sin(heading), "vel_north_mps": speed * np.cos(heading)}
        if record.mode3a and record.mode3a_validated and not record.mode3a_garbled:
            found["squawk"] = int(record.mode3a)
        if record.track_number is not None:
            found["track_number"] = record.track_number
    else:
        found |= {"lat_deg": record.lat, "lon_deg": record.lon}
    if record.category == 62:
        found |= {"vel_east_mps": record.vx_ms, "vel_north_mps": record.vy_ms}
        found["label"] = (record.target_identification or record.callsign or "").encode() or None
        if record.measured_flight_level is not None:
            found["pressure_altitude_m"] = record.measured_flight_level * 100 * 0.3048
    return {name: value for name, value in found.items() if value is not None}


@pytest.mark.parametrize(
    "name", ["croatia/cat21_re.ast", "croatia/cat048.raw", "jade/final_frame_062_30min.ff"]
)
def test_rows_equal_aviconv(data_dir: Path, name: str) -> None:
    rows = read(capture(data_dir, name)).observations
    place = rows_by_item(rows)
    for category, offset, octets in list(data_blocks(data_dir / "asterix" / name))[::211]:
        block = bytes([category]) + (len(octets) + 3).to_bytes(2, "big") + octets
        for record, (at, _, _) in zip(
            aviconv_asterix.iter_records(block), theirs(category, octets)[0], strict=True
        ):
            check(rows, place[offset + at], aviconv_expected(record))


def test_the_crash_block_is_decoded(data_dir: Path) -> None:
    """93 octets that kill one public decoder: every item is where libasterix and aviconv see it."""
    body = capture(data_dir, "misc/CRASH_asterix-decoder-0.7.11_cat062_93bytes.bin")
    (record,) = aviconv_asterix.iter_records(body)
    rows = read(body).observations
    assert rows["kind"][0] == KIND["track"]
    assert rows["label"][0] == b"DLH2565"
    check(rows, 0, {"lat_deg": record.lat, "lon_deg": record.lon})


def test_times_come_from_the_packet_or_the_given_date(data_dir: Path) -> None:
    rows = read(capture(data_dir, "argentina/cba_010626.pcap"), stamp_ns=0).observations
    assert rows["time_ns"].min() >= parse_time("2026-06-01T14:12:59Z")
    assert rows["time_ns"].max() <= parse_time("2026-06-01T14:39:00Z")
    for stamp in (
        "2020-11-20T00:00:00Z",
        "2020-11-20T12:00:00Z",
    ):  # a date by its midnight, or an instant in it
        rows = read(capture(data_dir, "misc/Jahorina.raw"), stamp_ns=parse_time(stamp)).observations
        assert (rows["time_ns"] // NS_PER_DAY == NOON // NS_PER_DAY).all()
        assert rows["time_ns"].max() - rows["time_ns"].min() == pytest.approx(80e9, abs=1e9)


def report(ticks: int, azimuth: int = 0) -> bytes:
    record = (
        bytes.fromhex("f0 0102")
        + ticks.to_bytes(3, "big")
        + bytes.fromhex("20 1000")
        + azimuth.to_bytes(2, "big")
    )
    return bytes([48, 0, 3 + len(record)]) + record


def test_a_file_runs_over_midnight() -> None:
    evening, morning = (86_400 - 2) * 128, 5 * 128
    body = report(evening) * 5_000 + report(morning) * 100
    assert len(body) > 65_535
    times = read(body, stamp_ns=parse_time("2020-11-20T00:00:00Z")).observations["time_ns"]
    assert times[0] == parse_time("2020-11-20T23:59:58Z")
    assert times[-1] == parse_time("2020-11-21T00:00:05Z")


def test_each_file_begins_with_its_own_date() -> None:
    bodies = [report(43_200 * 128) * 5_000, report(43_300 * 128) * 5_000]
    days = [parse_time("2020-11-20T12:00:00Z"), parse_time("2020-11-25T12:00:00Z")]
    inputs = [Input(seq, day, body) for seq, (day, body) in enumerate(zip(days, bodies, strict=True))]
    rows = MEANS.decode(inputs, RADAR).observations
    for seq, day in enumerate(days):
        assert (rows["time_ns"][rows["seq"] == seq] // NS_PER_DAY == day // NS_PER_DAY).all()


def old_plot(ticks: int) -> bytes:
    record = bytes.fromhex("f2 0102 20 10000000 0e40") + (ticks % 65_536).to_bytes(2, "big")
    return bytes([1, 0, 3 + len(record)]) + record


def old_mark(ticks: int) -> bytes:
    record = bytes.fromhex("d0 0102 01") + ticks.to_bytes(3, "big")
    return bytes([2, 0, 3 + len(record)]) + record


def test_truncated_times_are_near_the_service_message_before_or_the_packet() -> None:
    """CAT001 counts to 512 s: CAT002's full time, or a live stamp, says which 512 s are meant."""
    early, later = 30_000 * 128, 30_900 * 128
    plots = [old_plot(early - 640), old_plot(early + 640), old_plot(later + 1_280)]
    body = plots[0] + old_mark(early) + plots[1] + old_mark(later) + plots[2]
    rows = read(body).observations
    times = [
        NOON - 12 * 3_600 * 10**9 + ticks * 7_812_500 for ticks in (early - 640, early + 640, later + 1_280)
    ]
    assert rows["time_ns"].tolist() == times
    assert rows["squawk"].tolist() == [7100] * 3
    assert len(read(plots[0]).observations) == 0
    live = read(old_plot(43_200 * 128 + 256), LIVE).observations
    assert live["time_ns"].tolist() == [NOON + 2 * 10**9]


@pytest.mark.parametrize("off_s", [-255, -2, 0, 2, 130, 255])
@pytest.mark.parametrize("stamp", ["2020-11-20T00:00:01Z", "2020-11-20T23:59:58Z", "2020-11-20T12:34:56Z"])
def test_truncated_times_over_midnight(stamp: str, off_s: int) -> None:
    meant = parse_time(stamp) + off_s * 10**9
    ticks = meant % NS_PER_DAY // 7_812_500
    rows = read(old_plot(ticks), LIVE, stamp_ns=parse_time(stamp)).observations
    near_cut = (
        abs(off_s) > 128 and "12:34" not in stamp
    )  # the last turn of a day lasts 384 s: another may be nearer
    assert rows["time_ns"][0] == meant or (
        near_cut and abs(rows["time_ns"][0] - parse_time(stamp)) <= abs(off_s) * 10**9
    )


LIVE = Source("radar", "asterix", door="udp:0.0.0.0:8600", site=SITE)


def test_a_live_clock_hours_off_gives_no_rows_and_says_so() -> None:
    at_noon, body = 43_200 * 128, report((43_200 + 4 * 3_600) * 128)
    reading = read(body, LIVE)
    assert len(reading.observations) == 0
    assert reading.records == 1
    assert "check the sensor's clock and zone" in reading.faults[0].reason
    assert len(read(report(at_noon + 7 * 128), LIVE).observations) == 1


def test_a_report_without_time_takes_its_stamp_live_and_none_from_a_file() -> None:
    record = bytes.fromhex("b0 0102 20 10000000")
    body = bytes([48, 0, 3 + len(record)]) + record
    rows = read(body, LIVE).observations
    assert rows["time_ns"][0] == NOON
    assert rows["time_sigma_ns"][0] == 1_000_000_000
    assert len(read(body).observations) == 0


def test_a_time_past_midnight_is_a_fault_of_that_record_alone() -> None:
    reading = read(report(43_200 * 128) + report(90_000 * 128) + report(43_201 * 128), LIVE)
    assert reading.records == len(reading.observations) == 2
    assert [(item.length, item.reason) for item in reading.faults] == [
        (11, "CAT048: a time of day past midnight")
    ]


def descriptor(octets: str) -> Columns:
    record = bytes.fromhex("f0 0102 545f00") + bytes.fromhex(octets) + bytes.fromhex("10000000")
    return read(bytes([48, 0, 3 + len(record)]) + record).observations


@pytest.mark.parametrize(
    ("octets", "kind", "simulated"),
    [
        ("20", "plot", False),
        ("40", "reply", False),
        ("a0", "reply", False),
        ("00", "identity", False),  # no detection
        ("42", "identity", False),  # the radar's own fixed transponder
        ("50", "reply", True),
        ("4180", "reply", True),  # test target
        ("4140", "identity", False),  # beyond the range that the item can hold
    ],
)
def test_target_report_descriptors(octets: str, kind: str, simulated: bool) -> None:
    rows = descriptor(octets)
    assert (rows["kind"][0], rows["simulated"][0]) == (KIND[kind], simulated)


def test_doubtful_codes_and_levels_are_left_out() -> None:
    for flags, kept in ((0, True), (0x80, False), (0x40, False)):
        record = bytes.fromhex("fc 0102 545f00 40 10000000") + bytes([flags | 0x0E, 0x40, flags, 0x64])
        rows = read(bytes([48, 0, 3 + len(record)]) + record).observations
        assert rows["squawk"][0] == (7100 if kept else -1)
        assert np.isfinite(rows["pressure_altitude_m"][0]) == kept


def test_bodies_and_batches_give_the_same_rows(data_dir: Path) -> None:
    """A file read at once, and its blocks as datagrams, differ in nothing but where they stand."""
    body = capture(data_dir, "misc/Jahorina.raw")
    blocks = [
        bytes([category]) + (len(octets) + 3).to_bytes(2, "big") + octets
        for category, _, octets in data_blocks(data_dir / "asterix/misc/Jahorina.raw")
    ]
    assert b"".join(blocks) == body
    stamp = parse_time("2020-11-20T09:25:00Z")
    at_once = read(body, stamp_ns=stamp)
    apart = MEANS.decode([Input(seq, stamp, block) for seq, block in enumerate(blocks)], LIVE)
    for name in ("time_ns", "range_m", "azimuth_rad", "squawk", "address", "label"):
        assert (at_once.observations[name] == apart.observations[name]).all()
    assert at_once.watches[0].end_ns == apart.watches[0].end_ns
