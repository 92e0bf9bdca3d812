"""Watches from service messages: proof of life, silence, status, jamming, unread reports."""

import pytest

from truceline.means.asterix import MEANS
from truceline.means.means import Input, Reading
from truceline.means.source import Source
from truceline.means.watch import Sector, Watch
from truceline.terms.place import Site
from truceline.terms.time import NS_PER_S, parse_time

START = parse_time("2020-11-20T10:00:00Z")
SITE = Site(40.45, 47.15, 300.0)
RADAR = Source("R1", "asterix", door="udp:0.0.0.0:8600", site=SITE, heartbeat_s=30.0)
NORTH, SECTOR, JAMMING = 1, 2, 4


def message(second: float, kind: int = NORTH, rotation_s: float | None = 10.0, status: bytes = b"") -> bytes:
    """One CAT034 data block: type, time of day, rotation period, status (I034/050)."""
    ticks = round((36_000 + second) * 128).to_bytes(3, "big")
    present = 0xE0 | (0x08 if rotation_s else 0) | (0x04 if status else 0)
    record = bytes([present]) + b"\x00\x07" + bytes([kind]) + ticks
    record += round(rotation_s * 128).to_bytes(2, "big") if rotation_s else b""
    record += status
    return bytes([34, 0, 3 + len(record)]) + record


def read(bodies: list[bytes], source: Source = RADAR) -> Reading:
    return MEANS.decode([Input(seq, START, body) for seq, body in enumerate(bodies)], source)


def spans(reading: Reading) -> list[tuple[float, float, str]]:
    held = reading.watches
    return [((w.start_ns - START) / NS_PER_S, (w.end_ns - START) / NS_PER_S, w.health) for w in held]


def test_contiguous_north_marks_are_one_watch() -> None:
    reading = read([message(second) for second in range(0, 100, 10)])
    (watch,) = reading.watches
    sector = Sector(SITE, RADAR.detection.range_m)
    assert watch == Watch("R1", START, START + 90 * NS_PER_S, sector, "up", "rotating", 0)
    assert reading.records == 10


def test_silence_ends_the_watch_at_the_last_proof_of_life() -> None:
    marks = [*range(0, 60, 10), *range(100, 150, 10)]
    assert spans(read([message(second) for second in marks])) == [(0, 50, "up"), (100, 140, "up")]


@pytest.mark.parametrize(
    ("heartbeat_s", "rotation_s", "unbroken_s", "broken_s"),
    [(30.0, 10.0, 30, 31), (60.0, 4.0, 12, 13), (20.0, 10.0, 20, 21), (40.0, None, 40, 41)],
)
def test_the_shorter_of_heartbeat_and_three_turns_is_the_limit(
    heartbeat_s: float, rotation_s: float | None, unbroken_s: int, broken_s: int
) -> None:
    source = Source("R1", "asterix", door=RADAR.door, site=SITE, heartbeat_s=heartbeat_s)
    for gap, count in ((unbroken_s, 1), (broken_s, 2)):
        marks = [0, 2, 2 + gap, 4 + gap]
        assert len(spans(read([message(second, rotation_s=rotation_s) for second in marks], source))) == count


def test_sector_crossings_are_proof_of_life_too() -> None:
    bodies = [message(0), *(message(second, SECTOR, None) for second in range(5, 60, 5))]
    assert spans(read(bodies)) == [(0, 55, "up")]


def test_arrival_order_does_not_matter() -> None:
    bodies = [message(second) for second in range(0, 100, 10)]
    assert spans(read(bodies[::-1])) == spans(read(bodies[5:] + bodies[:5])) == [(0, 90, "up")]


@pytest.mark.parametrize(
    "status",
    [
        bytes([0x80, 0x80]),  # not released for operational use
        bytes([0x80, 0x10]),  # radar data processor overloaded
        bytes([0x80, 0x04]),  # monitoring system disconnected
        bytes([0x80, 0x02]),  # time source invalid
        bytes([0x10, 0x10]),  # primary radar overloaded
        bytes([0x84, 0x00, 0x08, 0x00]),  # Mode S: monitoring system disconnected
    ],
)
def test_a_bad_status_degrades_until_a_good_one(status: bytes) -> None:
    good = bytes([0x80, 0x00])
    words = {0: good, 20: status, 50: good}
    reading = read([message(second, status=words.get(second, b"")) for second in range(0, 100, 10)])
    assert spans(reading) == [(0, 10, "up"), (10, 50, "degraded"), (50, 90, "up")]


def test_jamming_degrades_until_the_next_north_mark() -> None:
    bodies = [message(second) for second in range(0, 60, 10)] + [message(22, JAMMING, None)]
    assert spans(read(bodies)) == [(0, 20, "up"), (20, 30, "degraded"), (30, 50, "up")]


def test_target_reports_that_cannot_be_read_degrade() -> None:
    """A radar whose north marks arrive while its plots are garbage has not been watched."""
    torn = bytes([48, 0, 6, 0xFF, 0xFF, 0xFF])
    bodies = [message(second) for second in range(0, 60, 10)]
    assert spans(read([*bodies[:3], torn, *bodies[3:]])) == [
        (0, 10, "up"),
        (10, 30, "degraded"),
        (30, 50, "up"),
    ]


def test_without_a_site_there_is_no_watch_and_the_reason_is_counted() -> None:
    source = Source("R1", "asterix", door=RADAR.door)
    reading = read([message(second) for second in range(0, 60, 10)], source)
    assert reading.watches == ()
    assert [item.reason for item in reading.faults] == [
        "6 times: no Watch from service messages: the source has no site"
    ]


def test_one_mark_is_no_watch() -> None:
    reading = read([message(0)])
    assert reading.watches == ()
    assert "no two within its heartbeat_s" in reading.faults[0].reason


def test_north_marks_of_cat002_count_as_well() -> None:
    def old(second: int, kind: int) -> bytes:
        record = bytes([0xD8, 0, 7, kind]) + ((36_000 + second) * 128).to_bytes(3, "big") + b"\x05\x00"
        return bytes([2, 0, 3 + len(record)]) + record

    bodies = [old(0, 1), old(5, 2), old(10, 1), old(15, 3), old(20, 8)]
    assert spans(read(bodies)) == [(0, 15, "up")]


def test_the_site_that_the_radar_states_is_told_but_not_believed() -> None:
    """Plots are placed by the declared site; a Watch from elsewhere would vouch for ground that was never looked at."""

    def placed(second: int) -> bytes:
        ticks = ((36_000 + second) * 128).to_bytes(3, "big")
        degrees = [round(value * 2**23 / 180).to_bytes(3, "big") for value in (40.45, 47.15)]
        record = bytes([0xE1, 0x10]) + b"\x00\x07\x01" + ticks + (300).to_bytes(2, "big") + b"".join(degrees)
        return bytes([34, 0, 3 + len(record)]) + record

    reading = read([placed(0), placed(10)], Source("R1", "asterix", door=RADAR.door))
    assert reading.watches == ()
    assert reading.faults[0].reason.endswith("(the radar itself says 40.45001, 47.14999, 300 m)")
    assert spans(read([placed(0), placed(10)])) == [(0, 10, "up")]


def test_two_radars_in_one_source_are_told() -> None:
    other = bytearray(message(5))
    other[5] = 9
    reading = read([message(0), bytes(other), message(10)])
    assert "(SAC/SIC 0/7, 0/9)" in reading.faults[0].reason
    assert reading.faults[0].length == 0
