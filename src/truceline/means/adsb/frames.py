"""Frames of raw Mode S in a run of records: where each stands, its bytes, its counter, and what is no frame.

Beast binary  0x1a, type '1' (2 bytes, Mode A/C) | '2' (7, short) | '3' (14, long) | '4' (14, status),
              counter 6 bytes of 12 MHz, signal 1 byte, message; every 0x1a after the type is doubled.
              The stream may be cut anywhere.
AVR text      ``*HEX;`` or ``@`` + 12 hex counter + HEX + ``;``, one a line; 4, 14 or 28 hex digits.
Text lists    one message a line as the first run of 14 or 28 hex digits: CSV ``seconds,HEX[,ADDRESS]``, JSON
              lines with "timestamp" and "frame", or JSON keyed by message; a line without one is framing when
              it is blank, a comment (#), a bracket line or an annotation inside such JSON, else a fault.
Heartbeat     Mode A/C frame whose code is 0000 (``1a 31`` + nine zero bytes; a counter is allowed),
              ``*0000;``, or a status frame.
Source: Mode-S Beast data output formats (jetvision wiki); dump1090 net_io.c for the heartbeats.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
import numba
import numpy as np
import numpy.typing as npt

from truceline.means.means import Input
from truceline.means.packed import unpack
from truceline.terms.time import NS_PER_S

Bytes = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int64]
TICKS_PER_S = 12_000_000
MLAT_COUNTER = 0xFF004D4C4154  # "a place computed by a server": such frames carry no counter
REASONS = (
    "bytes outside a frame",
    "frame of an unknown type",
    "frame cut short by the next one",
    "frame cut off at the end of the records",
    "line holds no Mode S message",
    "line states a time after the year 2200",
)
OUTSIDE, UNKNOWN, SHORT, CUT, NO_MESSAGE, ABSURD = range(6)
LATEST_NS = 7_258_118_400 * NS_PER_S
TEXT_STARTS = b"*@{[;:#0123456789\"' \t\r\n\xef"
HEX = re.compile(rb"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{28}|[0-9A-Fa-f]{14})(?![0-9A-Za-z])")
AVR = re.compile(rb"\s*(?:\*|@([0-9A-Fa-f]{12}))([0-9A-Fa-f]{28}|[0-9A-Fa-f]{14}|[0-9A-Fa-f]{4});\s*")
CSV_TIME = re.compile(rb"\s*(\d{9,10}(?:\.\d{1,9})?)\s*,")
JSON_TIME = re.compile(rb'"timestamp"\s*:\s*(\d{9,10}(?:\.\d+)?)')
ADDRESS = re.compile(rb'(?:"icao24"\s*:\s*|,\s*)"?([0-9A-Fa-f]{6})"?(?=\s*[,}\r\n]|\s*$)')
FRAMING_LINE = re.compile(rb'[\s\[\]{},]*|\s*#.*|\s*"[^"\n]*":[^\n]*')


class Frames(msgspec.Struct, frozen=True):
    """Frames in stream order, shapes (n,) and message (n, 14); positions are bytes in the joined bodies.

    ``size`` is 2, 7 or 14; ``counter`` and ``given_ns`` and ``given_address`` are -1 when not stated;
    ``alive`` marks heartbeats.
    ``bad`` is (k, 3): start, stop, number of REASONS. ``framing`` counts bytes of line ends, comments and
    heartbeats.
    """

    start: Numbers
    stop: Numbers
    size: Numbers
    message: Bytes
    counter: Numbers
    given_ns: Numbers
    given_address: Numbers
    alive: npt.NDArray[np.bool_]
    bad: Numbers
    framing: int


def join(records: Sequence[Input]) -> tuple[bytes, Numbers, list[int]]:
    """Return the joined (unpacked) bodies, the start of each, and the records whose packing is damaged."""
    bodies: list[bytes] = []
    damaged: list[int] = []
    for place, record in enumerate(records):
        body = unpack(record.body)
        if body is None:
            damaged.append(place)
        bodies.append(body or b"")
    starts = np.cumsum([0, *(len(body) for body in bodies)], dtype=np.int64)
    return b"".join(bodies), starts, damaged


def find(data: bytes, starts: Numbers) -> Frames:
    """Return the frames of joined bodies; a run of Beast or of text bodies is read as one stream."""
    runs: list[list[int]] = []
    beast = False
    for place in range(len(starts) - 1):
        low, high = int(starts[place]), int(starts[place + 1])
        if low == high:
            continue
        now = _is_beast(data[low:high], beast, not runs)
        if not runs or now != beast:
            runs.append([low, high, int(now)])
        else:
            runs[-1][1] = high
        beast = now
    return _joined([(_beast if now else _text)(data, low, high) for low, high, now in runs])


def _is_beast(body: bytes, before: bool, first: bool) -> bool:
    if first or not before:
        return b"\x1a" in body or (first and body[0] not in TEXT_STARTS)
    return b"\x1a" in body or body[0] not in TEXT_STARTS or len(body) < 16 or not body[:4096].isascii()


def _joined(parts: list[Frames]) -> Frames:
    if not parts:
        return _frames([], 0, np.zeros((0, 3), np.int64))
    if len(parts) == 1:
        return parts[0]
    fields = [name for name in Frames.__struct_fields__ if name != "framing"]
    joined = {name: np.concatenate([getattr(part, name) for part in parts]) for name in fields}
    return Frames(**joined, framing=sum(part.framing for part in parts))


def _beast(data: bytes, low: int, high: int) -> Frames:
    octets = np.frombuffer(data, np.uint8)
    empty = np.zeros((0, 3), np.int64)
    count, faults = _scan(octets, low, high, empty, np.zeros((0, 14), np.uint8), empty)
    found, message, bad = (
        np.empty((count, 4), np.int64),
        np.zeros((count, 14), np.uint8),
        np.empty((faults, 3), np.int64),
    )
    _scan(octets, low, high, found, message, bad)
    start, stop, kind, counter = (np.ascontiguousarray(found[:, column]) for column in range(4))
    size = np.where(kind == ord("1"), 2, np.where(kind == ord("2"), 7, 14))
    alive = (kind == ord("4")) | ((kind == ord("1")) & (message[:, 0] == 0) & (message[:, 1] == 0))
    counter = np.where((counter == 0) | (counter == MLAT_COUNTER) | (kind == ord("4")), -1, counter)
    framing = int((stop - start)[alive].sum())
    none = np.full(count, -1, np.int64)
    return Frames(start, stop, size, message, counter, none, none, alive, bad, framing)


@numba.njit(cache=True)
def _scan(data: Bytes, low: int, high: int, found: Numbers, message: Bytes, bad: Numbers) -> tuple[int, int]:
    """Count frames and faults, and write them (start, stop, type, counter) where arrays are long enough."""
    frames, faults, place = 0, 0, low
    buffer = np.zeros(21, np.uint8)
    while place < high:
        start, reason, kind = place, -1, 0
        if data[place] != 0x1A or (place + 1 < high and data[place + 1] == 0x1A):
            reason = OUTSIDE
            place += 1 if data[place] != 0x1A else 2
            while place < high and not (
                data[place] == 0x1A and (place + 1 >= high or data[place + 1] != 0x1A)
            ):
                place += 1 if data[place] != 0x1A else 2
        elif place + 1 >= high:
            reason, place = CUT, high
        else:
            kind = data[place + 1]
            wanted = 9 if kind == 0x31 else 14 if kind == 0x32 else 21 if kind in {0x33, 0x34} else 0
            place += 2
            held = 0
            while held < wanted and place < high:
                value = data[place]
                if value == 0x1A:
                    if place + 1 >= high or data[place + 1] != 0x1A:
                        break
                    place += 1
                buffer[held] = value
                held += 1
                place += 1
            if wanted == 0:
                reason = UNKNOWN
            elif held < wanted:
                reason = CUT if place + 1 >= high else SHORT
                place = high if reason == CUT else place
        place = min(place, high)
        if reason >= 0:
            if len(bad) > faults:
                bad[faults, 0], bad[faults, 1], bad[faults, 2] = start, place, reason
            faults += 1
            continue
        if len(found) > frames:
            counter = np.int64(0)
            for index in range(6):
                counter = (counter << 8) | np.int64(buffer[index])
            found[frames, 0], found[frames, 1], found[frames, 2], found[frames, 3] = (
                start,
                place,
                kind,
                counter,
            )
            for index in range(wanted - 7):
                message[frames, index] = buffer[7 + index]
        frames += 1
    return frames, faults


def _text(data: bytes, low: int, high: int) -> Frames:
    rows: list[tuple[int, int, bytes, int, int, int]] = []
    bad: list[tuple[int, int, int]] = []
    framing, place = 0, low
    keyed = data[low : low + 1] in {b"{", b"["} and data[low : low + 4096].count(b"\n") > 0
    while place < high:
        stop = data.find(b"\n", place, high) + 1 or high
        line = data[place:stop]
        if place == low and line.startswith(b"\xef\xbb\xbf"):
            line = line[3:]
        row = _line(line)
        if row is not None and row[2] > LATEST_NS:
            bad.append((place, stop, ABSURD))
        elif row is not None:
            rows.append((place, stop, *row))
        elif FRAMING_LINE.fullmatch(line.rstrip()) and (keyed or not line.lstrip().startswith(b'"')):
            framing += stop - place
        else:
            bad.append((place, stop, NO_MESSAGE))
        place = stop
    return _frames(rows, framing, np.array(bad, np.int64).reshape(-1, 3))


def _line(line: bytes) -> tuple[bytes, int, int, int] | None:
    """Return (message, counter, given_ns, given_address) of one line, None when it holds no message."""
    avr = AVR.fullmatch(line)
    if avr is not None:
        return bytes.fromhex(avr[2].decode()), int(avr[1], 16) if avr[1] else -1, -1, -1
    found = HEX.search(line)
    if found is None:
        return None
    clock = CSV_TIME.match(line) or JSON_TIME.search(line)
    address = ADDRESS.search(line, found.end()) or (
        CSV_TIME.match(line) and ADDRESS.search(line, 0, found.start())
    )
    given_ns = _nanoseconds(clock[1]) if clock else -1
    return bytes.fromhex(found[0].decode()), -1, given_ns, int(address[1], 16) if address else -1


def _nanoseconds(text: bytes) -> int:
    whole, _, part = text.partition(b".")
    return int(whole) * NS_PER_S + int(part[:9].ljust(9, b"0") or b"0")


def _frames(rows: list[tuple[int, int, bytes, int, int, int]], framing: int, bad: Numbers) -> Frames:
    count = len(rows)
    message = np.frombuffer(b"".join(row[2].ljust(14, b"\0") for row in rows), np.uint8).reshape(count, 14)
    columns = [np.array([row[place] for row in rows], np.int64) for place in (0, 1, 3, 4, 5)]
    start, stop, counter, given_ns, given_address = columns
    size = np.array([len(row[2]) for row in rows], np.int64)
    alive = (size == 2) & (message[:, 0] == 0) & (message[:, 1] == 0)
    framing += int((stop - start)[alive].sum())
    return Frames(start, stop, size, message, counter, given_ns, given_address, alive, bad, framing)
