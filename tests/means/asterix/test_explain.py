"""A record's fields for a person."""

from pathlib import Path

from truceline.means.asterix import MEANS
from truceline.means.asterix.explain import clock
from truceline.means.means import Field, Input
from truceline.means.source import Source

RADAR = Source("R1", "asterix")


def explained(body: bytes, row: int) -> dict[str, Field]:
    rows = MEANS.decode([Input(0, 0, body)], RADAR).observations
    fields = MEANS.explain(body, int(rows["item"][row]), RADAR)
    assert (
        sum(field.length for field in fields[1:]) == fields[-1].offset + fields[-1].length - fields[1].offset
    )
    return {field.name: field for field in fields}


def test_a_plot_says_what_it_holds(data_dir: Path) -> None:
    body = (data_dir / "asterix/argentina/cba_010626.pcap").read_bytes()
    fields = explained(body, 3)
    assert fields["data block"].text == "category 048, 21 octets"
    assert fields["I048/010 Data source identifier"].text == "SAC 226; SIC 210 [e2 d2]"
    place = fields["I048/040 Measured position in polar co-ordinates"]
    assert place.text == "range 27.715 NM = 51,328 m; azimuth 47.236 deg [1b b7 21 97]"
    assert body[place.offset : place.offset + place.length] == bytes.fromhex("1bb72197")
    assert fields["I048/140 Time of day"].text == "time of day 14:13:01.953 [63 f6 fa]"
    assert fields["I048/070 Mode 3/A code"].text == "code 2040 [04 20]"
    assert fields["I048/090 Flight level"].text == "flight level FL 410 = 12,497 m [06 68]"
    assert fields["I048/020 Target report descriptor"].text == "TYP 2 (single SSR detection) [40]"


def test_a_system_track_says_what_it_holds(data_dir: Path) -> None:
    body = (data_dir / "asterix/croatia/cat062cat065.raw").read_bytes()
    fields = explained(body, 1)
    assert "callsign SXD4723" in fields["I062/390 Flight plan related data"].text
    assert "address 3C0A55" in fields["I062/380 Aircraft derived data"].text
    assert fields["I062/040 Track number"].text == "track number 7977 [1f 29]"
    assert fields["I062/185 Calculated track velocity (Cartesian)"].text.startswith(
        "VX 141.5 m/s; VY -170.8 m/s"
    )


def test_service_messages_and_old_radars(data_dir: Path) -> None:
    body = (data_dir / "asterix/croatia/cat_034_048.pcap").read_bytes()
    at = body.index(bytes([34, 0]))
    fields = {field.name: field.text for field in MEANS.explain(body, at + 3, RADAR)}
    assert (
        "sector crossing" in fields["I034/000 Message type"]
        or "north marker" in fields["I034/000 Message type"]
    )
    old = (data_dir / "asterix/croatia/cat_001_002.pcap").read_bytes()
    assert explained(old, 0)["I001/161 Track number"].text.startswith("track number 3762")


def test_categories_of_libasterix_are_spelled_out() -> None:
    record = bytes.fromhex("e0 0102 03 545f00")
    body = bytes([8, 0, 3 + len(record)]) + record
    fields = [(field.name, field.text) for field in MEANS.explain(body, 3, RADAR)]
    assert fields[2] == ("I008/010 Data Source Identifier", "SAC 1; SIC 2 [01 02]")
    assert len(fields) == 5


def test_octets_that_are_no_record_say_so() -> None:
    torn = bytes([48, 0, 5, 0xFF, 0xFF])
    assert MEANS.explain(torn, 3, RADAR)[-1].text == "a record's FSPEC runs past its data block"
    assert MEANS.explain(bytes([48, 0, 7, 0x80, 1, 2, 0]), 4, RADAR)[-1].text == "a record holds no item"
    assert MEANS.explain(b"\xff\x00\x05ab", 3, RADAR)[-1].text == "a category that is not known here"
    assert MEANS.explain(b"hello", 2, RADAR)[0].text == "no data block: 6c 6c 6f"
    assert MEANS.explain(b"", 0, RADAR)[0].length == 0


def test_clock() -> None:
    assert clock(49_390.25) == "13:43:10.250"
    assert clock(0.0) == "00:00:00.000"
