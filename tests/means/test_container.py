"""Files unpacked to frames: every octet in a frame, in framing or in a fault."""

import struct
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from truceline.means import container
from truceline.means.container import NO_TIME, unpack

PAYLOAD = bytes([48, 0, 5, 0x80, 0])


def udp(payload: bytes, vlan: bool = False, version: int = 4) -> bytes:
    datagram = struct.pack(">HHHH", 4000, 8600, 8 + len(payload), 0) + payload
    if version == 4:
        head = struct.pack(
            ">BBHHHBBH4s4s", 0x45, 0, 20 + len(datagram), 1, 0, 9, 17, 0, b"\x0a\0\0\1", b"\x0a\0\0\2"
        )
    else:
        head = struct.pack(">IHBB16s16s", 6 << 28, len(datagram), 17, 9, bytes(16), bytes(16))
    kind = b"\x08\x00" if version == 4 else b"\x86\xdd"
    return bytes(12) + (b"\x81\x00\x00\x05" if vlan else b"") + kind + head + datagram


def pcap(packets: Iterable[bytes], order: str = "<", nano: bool = False, link: int = 1) -> bytes:
    magic = 0xA1B23C4D if nano else 0xA1B2C3D4
    body = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 65535, link)
    for number, packet in enumerate(packets):
        body += struct.pack(order + "IIII", 1_600_000_000 + number, 250, len(packet), len(packet)) + packet
    return body


def pcapng(packets: Iterable[bytes], order: str = "<", resolution: bytes = b"") -> bytes:
    def block(kind: int, inside: bytes) -> bytes:
        inside += bytes(-len(inside) % 4)
        size = 12 + len(inside)
        return struct.pack(order + "II", kind, size) + inside + struct.pack(order + "I", size)

    options = struct.pack(order + "HH", 9, 1) + resolution + bytes(3) + bytes(4) if resolution else b""
    body = block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))
    body += block(1, struct.pack(order + "HHI", 1, 0, 65535) + options)
    per_second = 10**9 if resolution == b"\x09" else 10**6
    for number, packet in enumerate(packets):
        ticks = (1_600_000_000 + number) * per_second
        head = struct.pack(order + "IIIII", 0, ticks >> 32, ticks & 0xFFFFFFFF, len(packet), len(packet))
        body += block(6, head + packet)
    return body


def frames(body: bytes) -> list[bytes]:
    found = unpack(body)
    spent = int((found.rows[:, 1] - found.rows[:, 0]).sum() + (found.faults[:, 1] - found.faults[:, 0]).sum())
    assert found.framing + spent == len(body)
    return [body[start:end] for start, end, _ in found.rows.tolist()]


def codes(body: bytes) -> list[int]:
    return [code for _, _, code in unpack(body).faults.tolist()]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("nano", [False, True])
def test_pcap(order: str, nano: bool) -> None:
    body = pcap([udp(PAYLOAD), udp(PAYLOAD * 2, vlan=True), udp(PAYLOAD, version=6)], order, nano)
    assert frames(body) == [PAYLOAD, PAYLOAD * 2, PAYLOAD]
    fraction = 250 if nano else 250_000
    assert unpack(body).rows[:, 2].tolist() == [(1_600_000_000 + n) * 10**9 + fraction for n in range(3)]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("resolution", [b"", b"\x06", b"\x09"])
def test_pcapng(order: str, resolution: bytes) -> None:
    body = pcapng([udp(PAYLOAD), udp(PAYLOAD * 3)], order, resolution)
    assert frames(body) == [PAYLOAD, PAYLOAD * 3]
    assert unpack(body).rows[:, 2].tolist() == [1_600_000_000 * 10**9, 1_600_000_001 * 10**9]


@pytest.mark.parametrize(
    ("link", "head"),
    [(101, b""), (0, b"\x02\0\0\0"), (113, bytes(14) + b"\x08\0"), (276, b"\x08\0" + bytes(18))],
)
def test_other_links(link: int, head: bytes) -> None:
    assert frames(pcap([head + udp(PAYLOAD)[14:]], link=link)) == [PAYLOAD]


def test_padding_behind_a_short_ethernet_frame_is_framing() -> None:
    assert frames(pcap([udp(PAYLOAD) + bytes(13)])) == [PAYLOAD]


def test_packets_that_are_no_datagram_are_faults() -> None:
    whole = udp(PAYLOAD)
    fragment = whole[:20] + b"\x20\x00" + whole[22:]
    tcp = whole[:23] + b"\x06" + whole[24:]
    arp = whole[:12] + b"\x08\x06" + whole[14:]
    lying = whole[:38] + b"\xff\xff" + whole[40:]
    assert codes(pcap([fragment, tcp, arp, lying, b""])) == [container.FRAGMENT, *[container.NOT_UDP] * 4]
    assert codes(pcap([whole], link=147)) == [container.NO_LINK]
    assert frames(pcap([fragment, whole])) == [PAYLOAD]


def test_files_cut_short_keep_what_is_whole() -> None:
    body = pcap([udp(PAYLOAD)] * 3)
    assert frames(body[:-1]) == [PAYLOAD] * 2
    assert codes(body[:-1]) == [container.TORN]
    assert codes(body[:20]) == [container.TORN]
    assert frames(body[: len(body) // 3 + 24 - 8])[:1] == [PAYLOAD]
    ng = pcapng([udp(PAYLOAD)] * 3)
    assert frames(ng[:-2]) == [PAYLOAD] * 2
    assert codes(ng[:-2]) == [container.TORN]


def final(payload: bytes) -> bytes:
    return struct.pack(">HBBB", 12 + len(payload), 0, 0, 0) + b"\x5c\x18\x90" + payload + b"\xa5" * 4


def test_final_format() -> None:
    assert frames(final(PAYLOAD) * 3) == [PAYLOAD] * 3
    assert unpack(final(PAYLOAD)).rows[0, 2] == NO_TIME
    assert codes(final(PAYLOAD) + final(PAYLOAD)[:-1]) == [container.TORN]
    assert codes(final(PAYLOAD) + b"\x00\x20" + bytes(40)) == [container.LYING]


def test_anything_else_is_one_frame() -> None:
    assert frames(b"hello") == [b"hello"]
    assert frames(b"") == []
    assert frames(PAYLOAD * 9) == [PAYLOAD * 9]


def test_oradis_inside_udp(data_dir: Path) -> None:
    """A datagram of frames that each begin with their length and the milliseconds of the day."""
    found = frames((data_dir / "asterix/croatia/cat_001_002.pcap").read_bytes())
    assert [frame[0] for frame in found] == [1, 1, 2, 1, 1, 1]
    assert all(int.from_bytes(frame[1:3], "big") == len(frame) for frame in found)


def test_gps_files(data_dir: Path) -> None:
    found = frames((data_dir / "asterix/croatia/parsegps.gps").read_bytes())
    assert {frame[0] for frame in found} == {34, 48}
    assert all(int.from_bytes(frame[1:3], "big") == len(frame) for frame in found)


def test_the_same_datagrams_in_both_captures_formats() -> None:
    rng = np.random.default_rng(1)
    payloads = [rng.integers(0, 256, size, dtype=np.uint8).tobytes() for size in rng.integers(1, 1400, 40)]
    packets = [udp(payload) for payload in payloads]
    assert frames(pcap(packets)) == frames(pcapng(packets)) == payloads
