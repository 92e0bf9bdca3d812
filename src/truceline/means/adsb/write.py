"""Encode: observations to extended squitters (DF17) in Beast frames, and heartbeats that keep a Watch alive.

For each row, in order of time: identification (TC4) and mode A code (TC28) of its address when they are new
or 5 s old, velocity (TC19, subtype 1 or 2) when the row states one or both heights, then the airborne
position (TC9-18 by declared quality, TC20-22 when only the ellipsoidal height is known), even and odd by
turns. A row without a place gives only what it states. Counter = UTC x 12 MHz mod 2^48, so that ``decode``
finds the times again to 84 ns. Rounding: position 5.1 m north-south steps, altitude 25 ft, velocity 1 kt (4
kt above 1,022 kt), vertical rate 64 ft/min.
Source: RTCA DO-260B 2.2.3.2 (see message and cpr); Beast framing as in frames.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numba
import numpy as np
import numpy.typing as npt

from truceline.means.adsb.cpr import cpr_encode
from truceline.means.adsb.message import FOOT_M, KNOT_MPS, SIGNS, TYPE_M
from truceline.means.adsb.parity import seal
from truceline.means.source import Source
from truceline.means.watch import Watch
from truceline.terms.columns import Columns
from truceline.terms.faults import Refusal
from truceline.terms.time import NS_PER_S

Bytes = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
REPEAT_NS = 5 * NS_PER_S
HEARTBEAT = b"\x1a1" + b"\0" * 9
AVR_HEARTBEAT = b"*0000;\n"


def encode(items: Columns, watches: Sequence[Watch], source: Source) -> list[bytes]:
    """Return one Beast stream of the rows' messages and the Watches' heartbeats, stamped with its first.

    Raises:
        Refusal: a row has no address.
    """
    return [body for _, body in encode_timed(items, watches, source, chunk_s=0.0)]


def encode_timed(
    items: Columns, watches: Sequence[Watch], source: Source, chunk_s: float = 1.5
) -> list[tuple[int, bytes]]:
    """Return (stamp_ns, Beast bytes) stretches of ``chunk_s`` (0: one), each stamped with its first frame.

    Raises:
        Refusal: a row has no address.
    """
    messages, times = _messages(items)
    alive = _heartbeats(times, watches, source)
    every = np.concatenate([times, alive])
    order = np.argsort(every, kind="stable")
    sizes = np.concatenate([np.full(len(times), 14), np.full(len(alive), 2)])[order]
    payload = np.concatenate([messages, np.zeros((len(alive), 14), np.uint8)])[order]
    every = every[order]
    counters = (every % ((1 << 48) * 250 // 3)) * 3 // 250
    stream, stops = _wrap(payload, sizes, counters)
    return _cut(stream.tobytes(), stops, every, chunk_s)


def _cut(stream: bytes, stops: Numbers, times: Numbers, chunk_s: float) -> list[tuple[int, bytes]]:
    if not len(times):
        return []
    if chunk_s <= 0:
        return [(int(times[0]), stream)]
    chunk = np.unique((times - times[0]) // round(chunk_s * NS_PER_S), return_index=True)[1]
    edges = [0, *(int(stops[first - 1]) for first in chunk[1:]), len(stream)]
    return [
        (int(times[first]), stream[low:high])
        for first, low, high in zip(chunk.tolist(), edges, edges[1:], strict=False)
    ]


def _heartbeats(times: Numbers, watches: Sequence[Watch], source: Source) -> Numbers:
    """Return when a heartbeat must show life: a Watch's ends, and half a heartbeat apart between frames."""
    step = max(1, round(source.heartbeat_s * NS_PER_S / 2))
    found: list[int] = []
    for watch in watches:
        inside = times[(times > watch.start_ns) & (times < watch.end_ns)]
        proofs = np.concatenate([[watch.start_ns], np.sort(inside), [watch.end_ns]])
        found += [watch.start_ns, watch.end_ns]
        for gap in np.flatnonzero(np.diff(proofs) > step).tolist():
            found += range(int(proofs[gap]) + step, int(proofs[gap + 1]), step)
    return np.array(sorted(found), np.int64)


def _messages(items: Columns) -> tuple[Bytes, Numbers]:
    """Return (n, 14) squitters and their times, in order of time."""
    if np.any(items["address"] < 0):
        raise Refusal("an ADS-B message needs an aircraft address", remedy="give every row an address")
    rows = items.sort(["time_ns"])
    who = np.unique(rows["address"], return_inverse=True)[1].astype(np.int64)
    label = np.frombuffer(rows["label"].astype("S8").tobytes(), np.uint8).reshape(len(rows), 8)
    signs = np.zeros(256, np.uint8)
    signs[np.frombuffer(SIGNS, np.uint8)] = np.arange(64)
    signs[0] = signs[ord(" ")] = 32
    names = (
        "lat_deg",
        "lon_deg",
        "pressure_altitude_m",
        "height_m",
        "vel_east_mps",
        "vel_north_mps",
        "vel_up_mps",
    )
    measures = np.stack([rows[name] for name in (*names, "quality")], axis=1)
    squawk = rows["squawk"].astype(np.int64)
    message, row, count = _write(
        who,
        rows["address"].astype(np.int64),
        rows["time_ns"],
        measures,
        signs[label],
        label[:, 0] != 0,
        squawk,
    )
    return message[:count], rows["time_ns"][row[:count]]


@numba.njit(cache=True)
def _put(message: Bytes, first: int, last: int, value: int) -> None:
    """Write a number into message bits ``first`` to ``last`` (1-based, both in)."""
    for place in range(last - 1, first - 2, -1):
        if value & 1:
            message[place >> 3] |= np.uint8(1 << (7 - (place & 7)))
        value >>= 1


@numba.njit(cache=True)
def _half_up(value: float) -> int:
    return math.floor(value + 0.5)


@numba.njit(cache=True)
def _altitude(measure: float) -> int:
    """Return the 12-bit code of an altitude in 25 ft steps; 0 (none) outside -1,000 to 50,175 ft."""
    if math.isnan(measure):
        return 0
    steps = _half_up((measure / FOOT_M + 1000.0) / 25.0)
    if steps < 0 or steps > 0x7FF:
        return 0
    return ((steps & 0x7F0) << 1) | 0x10 | (steps & 0xF)


@numba.njit(cache=True)
def _type(quality: float, first: int, last: int) -> int:
    """Return the type code of the smallest radius not below ``quality``; the last (unknown) for NaN."""
    for code in range(first, last):
        if quality <= TYPE_M[code] + 1e-6:
            return code
    return last


@numba.njit(cache=True)
def _position(message: Bytes, measure: Floats, odd: int) -> None:
    geometric = math.isnan(measure[2]) and not math.isnan(measure[3])
    code = _type(measure[7], 20, 22) if geometric else _type(measure[7], 9, 18)
    _put(message, 33, 37, code)
    _put(message, 41, 52, _altitude(measure[3] if geometric else measure[2]))
    lat, lon = cpr_encode(measure[0], measure[1], odd, False)
    _put(message, 54, 54, odd)
    _put(message, 55, 71, lat)
    _put(message, 72, 88, lon)


@numba.njit(cache=True)
def _velocity(message: Bytes, measure: Floats) -> None:
    east, north, up = measure[4] / KNOT_MPS, measure[5] / KNOT_MPS, measure[6] / FOOT_M * 60.0 / 64.0
    _put(message, 33, 37, 19)
    fast = abs(east) > 1022.0 or abs(north) > 1022.0
    _put(message, 38, 40, 2 if fast else 1)
    scale = 4.0 if fast else 1.0
    if not (math.isnan(east) or math.isnan(north)):
        _put(message, 46, 46, 1 if east < 0 else 0)
        _put(message, 47, 56, min(1023, _half_up(abs(east) / scale) + 1))
        _put(message, 57, 57, 1 if north < 0 else 0)
        _put(message, 58, 67, min(1023, _half_up(abs(north) / scale) + 1))
    _put(message, 68, 68, 1)
    if not math.isnan(up):
        _put(message, 69, 69, 1 if up < 0 else 0)
        _put(message, 70, 78, min(511, _half_up(abs(up)) + 1))
    rise = (measure[3] - measure[2]) / FOOT_M / 25.0
    if not math.isnan(rise) and abs(rise) <= 126.0:
        _put(message, 81, 81, 1 if rise < 0 else 0)
        _put(message, 82, 88, _half_up(abs(rise)) + 1)


@numba.njit(cache=True)
def _identity_code(squawk: int) -> int:
    """Return the 13-bit field C1 A1 C2 A2 C4 A4 - B1 D1 B2 D2 B4 D4 of a code's four octal digits."""
    a, b, c, d = squawk // 1000 % 10, squawk // 100 % 10, squawk // 10 % 10, squawk % 10
    code = 0
    for step in range(3):
        code |= ((c >> step) & 1) << (12 - 2 * step) | ((a >> step) & 1) << (11 - 2 * step)
        code |= ((b >> step) & 1) << (5 - 2 * step) | ((d >> step) & 1) << (4 - 2 * step)
    return code


@numba.njit(cache=True)
def _write(
    who: Numbers,
    address: Numbers,
    time_ns: Numbers,
    measures: Floats,
    label: Bytes,
    labelled: npt.NDArray[np.bool_],
    squawk: Numbers,
) -> tuple[Bytes, Numbers, int]:
    """Return squitters, the row of each, their number; measures as ``_messages`` stacks them."""
    count, rows = 0, len(who)
    out, owner = np.zeros((4 * rows, 14), np.uint8), np.zeros(4 * rows, np.int64)
    aircraft = who.max() + 1 if rows else 0
    odd, named, coded = (
        np.zeros(aircraft, np.int64),
        np.full(aircraft, -1, np.int64),
        np.full(aircraft, -1, np.int64),
    )
    for row in range(rows):
        one, now, measure = who[row], time_ns[row], measures[row]
        placed = not (math.isnan(measure[0]) or math.isnan(measure[1]))
        last = named[one]
        new = last < 0 or now - time_ns[last] >= REPEAT_NS or np.any(label[last] != label[row]) or not placed
        wants = np.zeros(4, np.bool_)
        wants[0] = labelled[row] and new
        last = coded[one]
        wants[1] = squawk[row] >= 0 and (
            last < 0 or now - time_ns[last] >= REPEAT_NS or squawk[last] != squawk[row] or not placed
        )
        moving = not (math.isnan(measure[4]) or math.isnan(measure[5])) or not math.isnan(measure[6])
        wants[2] = moving or not math.isnan(measure[2] + measure[3])
        wants[3] = placed
        if wants[0]:
            named[one] = row
        if wants[1]:
            coded[one] = row
        for kind in range(4):
            if not wants[kind]:
                continue
            message = out[count]
            owner[count] = row
            count += 1
            message[0] = 0x8D
            _put(message, 9, 32, address[row])
            if kind == 0:
                _put(message, 33, 37, 4)
                for place in range(8):
                    _put(message, 41 + 6 * place, 46 + 6 * place, label[row, place])
            elif kind == 1:
                _put(message, 33, 37, 28)
                _put(message, 38, 40, 1)
                _put(message, 44, 56, _identity_code(squawk[row]))
            elif kind == 2:
                _velocity(message, measure)
            else:
                _position(message, measure, odd[one])
                odd[one] = 1 - odd[one]
            seal(message)
    return out, owner, count


@numba.njit(cache=True)
def _wrap(payload: Bytes, sizes: Numbers, counters: Numbers) -> tuple[Bytes, Numbers]:
    """Return the Beast stream and where each frame ends in it."""
    stream, stops = np.empty(45 * len(sizes) + 1, np.uint8), np.zeros(len(sizes), np.int64)
    place = 0
    for row in range(len(sizes)):
        stream[place], stream[place + 1] = 0x1A, 0x33 if sizes[row] == 14 else 0x31
        place += 2
        for index in range(7 + sizes[row]):
            if index < 6:
                value = np.uint8((counters[row] >> (40 - 8 * index)) & 0xFF)
            elif index == 6:
                value = np.uint8(0x80 if sizes[row] == 14 else 0)
            else:
                value = payload[row, index - 7]
            stream[place] = value
            place += 1
            if value == 0x1A:
                stream[place] = value
                place += 1
        stops[row] = place
    return stream[:place], stops
