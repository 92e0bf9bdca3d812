"""Fields of Mode S messages as columns: one Numba pass over (n, 14) bytes.

    DF 5 bits | CA, CF, FS 3 | ...    short 56 bits: DF 0 4 5 11; long 112: DF 16 17 18 20 21, 24 and up
    DF0 4 16 20   altitude code AC, bits 20-32: M (bit 26) metres, Q (28) 25 ft steps - 1000 ft,
                  else Gillham 100 ft
    DF5 21        identity, bits 20-32: C1 A1 C2 A2 C4 A4 - B1 D1 B2 D2 B4 D4
    DF11 17 18    address bits 9-32; DF17/18 message ME bits 33-88, type code TC its first 5 bits
    of ME, bits counted from 1:
    TC1-4         8 signs of 6 bits from bit 9
    TC5-8         surface: movement 6-12, track valid 13, track 14-20, odd 22, YZ 23-39, XZ 40-56
    TC9-18,20-22  airborne: altitude 9-20 (TC20-22: GNSS height), odd 22, YZ 23-39, XZ 40-56
    TC19          subtype 6-8; subtype 1, 2 (times 4): west 14, east-west kt + 1 15-24, south 25,
                  north-south 26-35; subtype 1-4: rate source 36 (0 GNSS, 1 barometric), down 37,
                  rate / 64 ft/min + 1 38-46, GNSS below 49, difference / 25 ft + 1 50-56
    TC28/1        emergency 9-11, identity 12-24
    TC29/1        NACp 40-43;   TC31 version 41-43, NACp 45-48
Source: ICAO Annex 10 Vol. IV 3.1.2; RTCA DO-260B 2.2.3.2; ICAO Doc 9871 appendix C.
"""

from __future__ import annotations

import math

import msgspec
import numba
import numpy as np
import numpy.typing as npt

from truceline.means.adsb.parity import remainder

Bytes = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
FOOT_M = 0.3048
KNOT_MPS = 1852.0 / 3600.0
SIGNS = b"#ABCDEFGHIJKLMNOPQRSTUVWXYZ##### ###############0123456789######"
# 95 % radius in metres by NACp (estimated position uncertainty, DO-260B table 2-71) and by type code (NUCp,
# DO-260).
NACP_M = np.array(
    [math.nan, 18_520, 7_408, 3_704, 1_852, 926, 555.6, 185.2, 92.6, 30, 10, 3] + [math.nan] * 4
)
TYPE_M = np.full(32, math.nan)
TYPE_M[5:9] = 3, 10, 92.6, math.nan
TYPE_M[9:19] = 3, 10, 92.6, 185.2, 463, 926, 1_852, 9_260, 18_520, math.nan
TYPE_M[20:23] = 3, 15, math.nan
# Least NIC by type code, without its supplements (DO-260B table 2-14); -1: the code alone does not say.
TYPE_NIC = np.full(32, -1, np.int64)
TYPE_NIC[0] = 0
TYPE_NIC[5:8] = 11, 10, 8
TYPE_NIC[9:19] = 11, 10, 8, 7, 6, 5, 4, 2, 1, 0
TYPE_NIC[20:23] = 11, 10, 0
TORN, SOUND, OVERLAY, UNREAD = range(4)


class Fields(msgspec.Struct, frozen=True):
    """Decoded columns, shapes (n,): -1 or NaN where a message has no such field; ``label`` is S8.

    ``state`` is TORN (parity fails), SOUND, OVERLAY (the address is read off the parity) or UNREAD (unknown
    format).
    """

    state: Numbers
    form: Numbers
    code: Numbers
    address: Numbers
    altitude_m: Floats
    height_m: Floats
    rise_m: Floats
    squawk: Numbers
    odd: Numbers
    lat_cpr: Numbers
    lon_cpr: Numbers
    east_mps: Floats
    north_mps: Floats
    up_mps: Floats
    nacp: Numbers
    label: npt.NDArray[np.bytes_]


@numba.njit(cache=True)
def bits(message: Bytes, first: int, last: int) -> int:
    """Return message bits ``first`` to ``last`` (1-based, both in) as a number."""
    value = np.int64(0)
    for place in range(first - 1, last):
        value = (value << 1) | np.int64((message[place >> 3] >> (7 - (place & 7))) & 1)
    return int(value)


@numba.njit(cache=True)
def _ungray(value: int) -> int:
    shift = value >> 1
    while shift:
        value ^= shift
        shift >>= 1
    return value


@numba.njit(cache=True)
def _digits(code: int) -> tuple[int, int, int, int]:
    """Return the octal digits A B C D of a 13-bit field C1 A1 C2 A2 C4 A4 - B1 D1 B2 D2 B4 D4."""
    a = ((code >> 11) & 1) | ((code >> 8) & 2) | ((code >> 5) & 4)
    b = ((code >> 5) & 1) | ((code >> 2) & 2) | ((code << 1) & 4)
    c = ((code >> 12) & 1) | ((code >> 9) & 2) | ((code >> 6) & 4)
    d = ((code >> 4) & 1) | ((code >> 1) & 2) | ((code << 2) & 4)
    return a, b, c, d


@numba.njit(cache=True)
def altitude_ft(code: int) -> float:
    """Return the altitude in feet of a 13-bit AC field; NaN for none, metres or a wrong Gillham code."""
    if code == 0 or code & 0x40:
        return math.nan
    if code & 0x10:
        return 25.0 * (((code & 0x1F80) >> 2) | ((code & 0x20) >> 1) | (code & 0xF)) - 1000.0
    a, b, c, d = _digits(code)
    coarse = 0
    for digit in (d & 6, a, b):
        coarse = (coarse << 3) | ((digit & 1) << 2) | (digit & 2) | (digit >> 2)
    coarse = _ungray(coarse)
    fine = _ungray(((c & 1) << 2) | (c & 2) | (c >> 2))
    if fine in {0, 5, 6}:
        return math.nan
    fine = 5 if fine == 7 else fine
    fine = 6 - fine if coarse & 1 else fine
    return 500.0 * coarse + 100.0 * fine - 1300.0


@numba.njit(cache=True)
def _movement_mps(code: int) -> float:
    knots = math.nan
    if code == 1:
        knots = 0.0
    elif 2 <= code <= 8:
        knots = 0.125 * (code - 1)
    elif 9 <= code <= 12:
        knots = 1.0 + 0.25 * (code - 9)
    elif 13 <= code <= 38:
        knots = 2.0 + 0.5 * (code - 13)
    elif 39 <= code <= 93:
        knots = 15.0 + (code - 39)
    elif 94 <= code <= 108:
        knots = 70.0 + 2.0 * (code - 94)
    elif 109 <= code <= 123:
        knots = 100.0 + 5.0 * (code - 109)
    elif code == 124:
        knots = 175.0
    return knots * KNOT_MPS


@numba.njit(cache=True)
def _squawk(code: int) -> int:
    a, b, c, d = _digits(code)
    return 1000 * a + 100 * b + 10 * c + d


@numba.njit(cache=True)
def _position(message: Bytes, code: int, row: int, whole: Numbers, real: Floats) -> None:
    whole[row, 5], whole[row, 6], whole[row, 7] = (
        bits(message, 54, 54),
        bits(message, 55, 71),
        bits(message, 72, 88),
    )
    if code >= 9:
        field = bits(message, 41, 52)
        feet = altitude_ft(((field & 0xFC0) << 1) | (field & 0x3F))
        real[row, 1 if code >= 20 else 0] = feet * FOOT_M
        return
    speed = _movement_mps(bits(message, 38, 44))
    if bits(message, 45, 45):
        track = math.radians(bits(message, 46, 52) * 360.0 / 128.0)
        real[row, 3], real[row, 4] = speed * math.sin(track), speed * math.cos(track)
    elif speed == 0.0:
        real[row, 3], real[row, 4] = 0.0, 0.0


@numba.njit(cache=True)
def _velocity(message: Bytes, row: int, real: Floats) -> None:
    subtype = bits(message, 38, 40)
    if subtype in {1, 2}:
        step = (4.0 if subtype == 2 else 1.0) * KNOT_MPS
        east, north = bits(message, 47, 56), bits(message, 58, 67)
        if east and north:
            real[row, 3] = (east - 1) * step * (-1.0 if bits(message, 46, 46) else 1.0)
            real[row, 4] = (north - 1) * step * (-1.0 if bits(message, 57, 57) else 1.0)
    if 1 <= subtype <= 4:
        rate = bits(message, 70, 78)
        if rate:
            real[row, 5] = (rate - 1) * 64.0 * FOOT_M / 60.0 * (-1.0 if bits(message, 69, 69) else 1.0)
        rise = bits(message, 82, 88)
        if rise:
            real[row, 2] = (rise - 1) * 25.0 * FOOT_M * (-1.0 if bits(message, 81, 81) else 1.0)


@numba.njit(cache=True)
def _squitter(message: Bytes, row: int, whole: Numbers, real: Floats, label: Bytes) -> None:
    code = bits(message, 33, 37)
    subtype = bits(message, 38, 40)
    whole[row, 2] = code
    if 5 <= code <= 18 or 20 <= code <= 22:
        _position(message, code, row, whole, real)
    elif code == 0:
        field = bits(message, 41, 52)
        real[row, 0] = altitude_ft(((field & 0xFC0) << 1) | (field & 0x3F)) * FOOT_M
    elif 1 <= code <= 4:
        for place in range(8):
            label[row, place] = bits(message, 41 + 6 * place, 46 + 6 * place)
    elif code == 19:
        _velocity(message, row, real)
    elif code == 28 and subtype == 1:
        whole[row, 4] = _squawk(bits(message, 44, 56))
    elif code == 29 and bits(message, 38, 39) == 1:
        whole[row, 8] = bits(message, 72, 75)
    elif code == 31 and subtype <= 1 and bits(message, 73, 75) >= 1:
        whole[row, 8] = bits(message, 77, 80)


@numba.njit(cache=True)
def _read(messages: Bytes, sizes: Numbers, whole: Numbers, real: Floats, label: Bytes) -> None:
    for row in range(len(messages)):
        message = messages[row]
        form = min(bits(message, 1, 5), 24)
        long = form >= 16
        whole[row, 1] = form
        known = form in {0, 4, 5, 11, 16, 17, 18, 20, 21, 24}
        if sizes[row] < 7 or not known or (long and sizes[row] < 14):
            whole[row, 0] = UNREAD
            continue
        rest = remainder(message, 14 if long else 7)
        if form in {11, 17, 18}:
            whole[row, 3] = bits(message, 9, 32)
            sound = rest == 0
            whole[row, 0] = SOUND if sound else OVERLAY if form == 11 and rest < 128 else TORN
            own = form == 17 or (form == 18 and bits(message, 6, 8) in {0, 1, 6})
            if sound and own:
                _squitter(message, row, whole, real, label)
            continue
        whole[row, 0], whole[row, 3] = OVERLAY, rest
        if form in {0, 4, 16, 20}:
            real[row, 0] = altitude_ft(bits(message, 20, 32)) * FOOT_M
        elif form in {5, 21}:
            whole[row, 4] = _squawk(bits(message, 20, 32))


def read_fields(messages: Bytes, sizes: Numbers) -> Fields:
    """Return the fields of messages (n, 14) of 7 or 14 bytes each."""
    count = len(messages)
    whole, real = np.full((count, 9), -1, np.int64), np.full((count, 6), math.nan)
    label = np.zeros((count, 8), np.uint8)
    _read(messages, sizes, whole, real, label)
    signs = np.frombuffer(SIGNS, np.uint8)[label]
    signs[~((whole[:, 2] >= 1) & (whole[:, 2] <= 4))] = 0
    text = (
        np.char.rstrip(np.ascontiguousarray(signs).view("S8").reshape(count)) if count else np.zeros(0, "S8")
    )
    w = [np.ascontiguousarray(whole[:, place]) for place in range(9)]
    r = [np.ascontiguousarray(real[:, place]) for place in range(6)]
    return Fields(
        w[0], w[1], w[2], w[3], r[0], r[1], r[2], w[4], w[5], w[6], w[7], r[3], r[4], r[5], w[8], text
    )
