"""Containers: file bodies that hold datagrams or blocks of another format, unpacked into frames with offsets and times.

    pcap    24-octet header (magic a1b2c3d4, or a1b23c4d for ns), then per packet: s, us or ns, captured, original length
    pcapng  blocks: type, total length, body, total length; 0a0d0d0a section, 1 interface, 6 enhanced, 3 simple packet
    final   per frame: length (2, counts all), error, board, day, time of day (3, 10 ms), frame, a5 a5 a5 a5
    gps     2,200 octets of cd, then data blocks of CAT, LEN, each followed by 10 octets (number and time)
    oradis  per frame: length (2, counts all), milliseconds of the day (4), frame; inside UDP
    raw     the body is one frame
    packet  Ethernet (VLAN), Linux cooked, loopback or raw IP; IPv4 or IPv6; UDP; what follows is the frame

Every octet lies in a frame, in framing (headers, padding), or in a fault. A frame's time is the packet's, or none.
Source: IETF draft-ietf-opsawg-pcap and -pcapng; RFC 768, 791, 8200; EUROCONTROL IOSS/SASS-C final format.
"""

from __future__ import annotations

import msgspec
import numba
import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Longs = npt.NDArray[np.int64]

NO_TIME = -1
MAGIC_PCAP = (b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4", b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d")
MAGIC_PCAPNG = b"\x0a\x0d\x0d\x0a"
FIRST_OCTETS = frozenset(b"\xd4\xa1\x4d\x0a\xcd")
GPS_HEAD, GPS_TAIL = 2200, 10
FINAL_TAIL = b"\xa5" * 4
DATAGRAM_OCTETS = 65_535

LINK_NULL, LINK_ETHERNET, LINK_RAW, LINK_SLL, LINK_SLL2 = 0, 1, 101, 113, 276
FRAME, TORN, LYING, NOT_UDP, FRAGMENT, NO_LINK = range(6)
REASONS: dict[int, str] = {
    TORN: "the file ends inside a packet or frame",
    LYING: "a length in the container contradicts the octets around it: the rest is not read",
    NOT_UDP: "a packet carries no whole UDP datagram",
    FRAGMENT: "a packet is a fragment of an IP datagram",
    NO_LINK: "a packet of a link type that is not read here",
}


class Frames(msgspec.Struct, frozen=True):
    """A body unpacked: rows (start, end, time_ns or -1) of frames, octets of framing, rows (start, end, code) of faults."""

    kind: str
    rows: Longs
    framing: int
    faults: Longs


def sniff(head: bytes) -> str:
    """Return which container a body, or its first octets, announce: pcap, pcapng, final, gps, or raw."""
    if head and head[0] not in FIRST_OCTETS and int.from_bytes(head[:2], "big") > len(head):
        return "raw"
    first = head[:4]
    if first in MAGIC_PCAP:
        return "pcap"
    if first == MAGIC_PCAPNG and head[8:12] in {b"\x4d\x3c\x2b\x1a", b"\x1a\x2b\x3c\x4d"}:
        return "pcapng"
    size = int.from_bytes(head[:2], "big")
    if (
        size >= 15
        and len(head) >= size
        and head[size - 4 : size] == FINAL_TAIL
        and _is_block(head[8 : size - 4])
    ):
        return "final"
    if len(head) > GPS_HEAD and head[:16] == b"\xcd" * 16 and not head[16:GPS_HEAD].strip(b"\xcd"):
        return "gps"
    return "raw"


def unpack(body: bytes) -> Frames:
    """Return the frames of a body; a body of no known container is one frame."""
    kind = sniff(body)
    data = np.frombuffer(body, dtype=np.uint8)
    if kind == "pcap":
        magic = MAGIC_PCAP.index(body[:4])
        rows = packets(data, magic % 2 == 0, 1 if magic > 1 else 1000)
    elif kind == "pcapng":
        rows = enhanced_packets(data, body[8:12] == b"\x4d\x3c\x2b\x1a")
    elif kind == "final":
        rows = final_frames(data)
    elif kind == "gps":
        rows = gps_frames(data)
    else:
        rows = np.array([[0, len(body), NO_TIME, FRAME]], dtype=np.int64)[: 1 if body else 0]
    if kind in {"pcap", "pcapng"}:
        rows = stripped(data, rows)
    good = rows[:, 3] == FRAME
    spent = int((rows[:, 1] - rows[:, 0]).sum())
    return Frames(kind, rows[good][:, :3], len(body) - spent, rows[~good][:, [0, 1, 3]])


def _is_block(frame: bytes) -> bool:
    return len(frame) >= 3 and 3 <= int.from_bytes(frame[1:3], "big") <= len(frame)


@numba.njit(cache=True)
def octet(data: Bytes, pos: int) -> int:
    """Return one octet as a signed 64-bit number, so that arithmetic on it stays in integers."""
    return int(np.int64(data[pos]))


@numba.njit(cache=True)
def big(data: Bytes, pos: int) -> int:
    """Return the number in two octets, most significant first."""
    return (octet(data, pos) << 8) | octet(data, pos + 1)


@numba.njit(cache=True)
def _add(rows: Longs, count: int, start: int, end: int, time_ns: int, code: int) -> Longs:
    if count == len(rows):
        grown = np.empty((2 * count, 4), dtype=np.int64)
        grown[:count] = rows
        rows = grown
    rows[count, 0], rows[count, 1], rows[count, 2], rows[count, 3] = start, end, time_ns, code
    return rows


@numba.njit(cache=True)
def _number(data: Bytes, pos: int, octets: int, little: bool) -> int:
    value = 0
    for place in range(octets):
        value = (value << 8) | octet(data, pos + (octets - 1 - place if little else place))
    return value


@numba.njit(cache=True)
def packets(data: Bytes, little: bool, unit_ns: int) -> Longs:
    """Return rows (start, end, time_ns, code) of a pcap's packets; the code of a whole packet is minus its link type."""
    rows = np.empty((64, 4), dtype=np.int64)
    count, pos, size = 0, 24, len(data)
    link = _number(data, 20, 4, little) & 0xFFFF if size >= 24 else 0
    if size < 24:
        return _add(rows, 0, 0, size, -1, 1)[:1]
    while pos < size:
        if pos + 16 > size:
            rows, count = _add(rows, count, pos, size, -1, 1), count + 1
            break
        time_ns = _number(data, pos, 4, little) * 1_000_000_000 + _number(data, pos + 4, 4, little) * unit_ns
        length = _number(data, pos + 8, 4, little)
        if length > 0x1000000:
            rows, count = _add(rows, count, pos, size, -1, 2), count + 1
            break
        if pos + 16 + length > size:
            rows, count = _add(rows, count, pos + 16, size, -1, 1), count + 1
            break
        rows, count = _add(rows, count, pos + 16, pos + 16 + length, time_ns, -link), count + 1
        pos += 16 + length
    return rows[:count]


@numba.njit(cache=True)
def _interface(data: Bytes, pos: int, end: int, little: bool) -> tuple[int, int]:
    """Return (link type, ticks per second) of a pcapng interface block's body."""
    link, ticks = _number(data, pos, 2, little), 1_000_000
    pos += 8
    while pos + 4 <= end:
        option, length = _number(data, pos, 2, little), _number(data, pos + 2, 2, little)
        if option == 0:
            break
        if option == 9 and length >= 1 and pos + 5 <= end:
            power = octet(data, pos + 4) & 127
            if data[pos + 4] & 128:
                ticks = 1 << min(power, 40)
            else:
                ticks = 10 ** min(power, 9)
        pos += 4 + (length + 3) // 4 * 4
    return link, ticks


@numba.njit(cache=True)
def enhanced_packets(data: Bytes, little: bool) -> Longs:
    """Return rows (start, end, time_ns, code) of a pcapng's packets; the code of a whole packet is minus its link type."""
    rows = np.empty((64, 4), dtype=np.int64)
    links, ticks = np.zeros(256, dtype=np.int64), np.ones(256, dtype=np.int64)
    faces, count, pos, size = 0, 0, 0, len(data)
    while pos < size:
        if pos + 12 > size:
            rows, count = _add(rows, count, pos, size, -1, 1), count + 1
            break
        kind = _number(data, pos, 4, little)
        if kind == 0x0A0D0D0A:
            little = data[pos + 8] == 0x4D
            faces = 0
        length = _number(data, pos + 4, 4, little)
        if length < 12 or length % 4 or pos + length > size:
            rows, count = _add(rows, count, pos, size, -1, 1 if pos + length > size else 2), count + 1
            break
        body, end = pos + 8, pos + length - 4
        if kind == 1 and length >= 20 and faces < 256:
            links[faces], ticks[faces] = _interface(data, body, end, little)
            faces += 1
        elif kind == 6 and length >= 32:
            face, held = _number(data, body, 4, little), _number(data, body + 12, 4, little)
            if face >= faces or body + 20 + held > end:
                rows, count = _add(rows, count, body, end, -1, 2), count + 1
            else:
                stamp = (_number(data, body + 4, 4, little) << 32) | _number(data, body + 8, 4, little)
                whole, rest = stamp // ticks[face], stamp % ticks[face]
                time_ns = whole * 1_000_000_000 + np.int64(rest * (1e9 / ticks[face]))
                rows = _add(rows, count, body + 20, body + 20 + held, time_ns, -links[face])
                count += 1
        elif kind == 3 and length >= 16 and faces > 0:
            held = min(_number(data, body, 4, little), end - body - 4)
            rows, count = _add(rows, count, body + 4, body + 4 + held, -1, -links[0]), count + 1
        pos += length
    return rows[:count]


@numba.njit(cache=True)
def _ip_start(data: Bytes, pos: int, end: int, link: int) -> int:
    """Return where the IP header of a packet begins, or -1."""
    if link == 1 and pos + 14 <= end:  # Ethernet
        pos += 12
        while pos + 6 <= end and data[pos] in (0x81, 0x88) and data[pos + 1] in (0x00, 0xA8):
            pos += 4
        kind = big(data, pos)
        return pos + 2 if kind in (0x0800, 0x86DD) else -1
    if link == 113 and pos + 16 <= end:  # Linux cooked
        return pos + 16
    if link == 276 and pos + 20 <= end:  # Linux cooked, version 2
        return pos + 20
    if link == 0 and pos + 4 <= end:  # loopback
        return pos + 4
    return pos if link in (101, 228, 229) else -1


@numba.njit(cache=True)
def _datagram(data: Bytes, pos: int, end: int) -> tuple[int, int, int]:
    """Return (start, end, code) of the UDP payload of the IP packet at ``pos``."""
    version = data[pos] >> 4 if pos < end else 0
    if version == 4 and pos + 20 <= end:
        if (big(data, pos + 6)) & 0x3FFF:
            return pos, end, 4
        total = big(data, pos + 2)
        last = min(end, pos + total)
        transport, udp = data[pos + 9], pos + 4 * (octet(data, pos) & 15)
    elif version == 6 and pos + 40 <= end:
        total = big(data, pos + 4)
        last = min(end, pos + 40 + total)
        transport, udp = data[pos + 6], pos + 40
        if transport == 44:
            return pos, end, 4
    else:
        return pos, end, 3
    if transport != 17 or udp + 8 > last:
        return pos, end, 3
    length = big(data, udp + 4)
    if length < 8 or udp + length > last:
        return pos, end, 3
    return udp + 8, udp + length, 0


@numba.njit(cache=True)
def _oradis(data: Bytes, pos: int, end: int) -> int:
    """Return how many oradis frames fill a datagram exactly, 0 when they do not."""
    count = 0
    while pos + 9 <= end:
        length = big(data, pos)
        inside = big(data, pos + 7)
        if length < 9 or inside != length - 6:
            return 0
        pos += length
        count += 1
    return count if pos == end else 0


@numba.njit(cache=True)
def stripped(data: Bytes, whole: Longs) -> Longs:
    """Return packets without their link, IP, UDP and oradis headers; a whole packet's code is minus its link type."""
    rows = np.empty((len(whole) + 16, 4), dtype=np.int64)
    count = 0
    for packet in range(len(whole)):
        pos, end, time_ns, code = whole[packet]
        if code > 0:
            rows, count = _add(rows, count, pos, end, time_ns, code), count + 1
            continue
        start = _ip_start(data, pos, end, -code)
        if start < 0:
            known = code in (0, -1, -101, -113, -228, -229, -276)
            rows, count = _add(rows, count, pos, end, time_ns, 3 if known else 5), count + 1
            continue
        first, last, verdict = _datagram(data, start, end)
        if verdict or not _oradis(data, first, last):
            rows, count = _add(rows, count, first, last, time_ns, verdict), count + 1
            continue
        while first < last:
            length = big(data, first)
            rows, count = _add(rows, count, first + 6, first + length, time_ns, 0), count + 1
            first += length
    return rows[:count]


@numba.njit(cache=True)
def final_frames(data: Bytes) -> Longs:
    """Return rows (start, end, -1, code) of a final-format file."""
    rows = np.empty((64, 4), dtype=np.int64)
    count, pos, size = 0, 0, len(data)
    while pos < size:
        length = big(data, pos) if pos + 2 <= size else 0
        if pos + 2 > size or (length >= 12 and pos + length > size):
            rows, count = _add(rows, count, pos, size, -1, 1), count + 1
            break
        tail = pos + length
        if length < 12 or not (data[tail - 4 : tail] == 0xA5).all():
            rows, count = _add(rows, count, pos, size, -1, 2), count + 1
            break
        rows, count = _add(rows, count, pos + 8, tail - 4, -1, 0), count + 1
        pos = tail
    return rows[:count]


@numba.njit(cache=True)
def gps_frames(data: Bytes) -> Longs:
    """Return rows (start, end, -1, code) of a file whose data blocks are each followed by a 10-octet time tag."""
    rows = np.empty((64, 4), dtype=np.int64)
    count, pos, size = 0, 2200, len(data)
    while pos < size:
        length = big(data, pos + 1) if pos + 3 <= size else 0
        if length < 3 or pos + length > size:
            rows, count = (
                _add(rows, count, pos, size, -1, 2 if 3 <= pos + 3 <= size and length < 3 else 1),
                count + 1,
            )
            break
        rows, count = _add(rows, count, pos, pos + length, -1, 0), count + 1
        pos += length + 10
    return rows[:count]
