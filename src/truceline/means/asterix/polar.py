"""Radar plots and replies (CAT048, CAT001) as observation rows: what each item says, in metres, radians and seconds.

    range_m = RHO * 1852 / 256 (CAT001: / 128);  azimuth = THETA * 2 pi / 65536, clockwise from north
    pressure altitude = FL * 100 ft = raw * 25 * 0.3048 m;  velocity from ground speed 2^-14 NM/s and heading

A 3D radar's height (I048/110) counts from mean sea level and is taken as it stands: the geoid lies tens of metres off the
ellipsoid, which is less than such a radar's error. The specification gives the Doppler speed (I048/120) no sign convention;
away is taken as positive.
A code or level marked garbled or not validated is left out. A report without detection (TYP 0), from the radar's fixed
transponder (RAB) or without a position becomes an ``identity`` row, which no tracker takes for a place.
"""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np
import numpy.typing as npt

from truceline.means.asterix.cat001 import PLOT, TRACK
from truceline.means.asterix.cat048 import CAT048
from truceline.means.asterix.take import ABSENT, Floats, Wanted, or_else, scaled
from truceline.means.asterix.walk import Longs, Records
from truceline.means.observations import KIND

NM_M = 1852.0
FT_M = 0.3048
QUARTER_FL_M = 25 * FT_M
HEIGHT_3D_M = 25 * FT_M
TURN = 2.0 * math.pi
BINARY_ANGLE_RAD = TURN / 65536

_CAT001_SHARED = (
    ("141", "time modulo 512 s"), ("020", "detection"), ("020", "SIM"), ("020", "RAB"), ("020", "TST"),
    ("040", "range"), ("040", "azimuth"), ("070", "V"), ("070", "G"), ("070", "code"),
    ("090", "V"), ("090", "G"), ("090", "flight level"), ("120", "Doppler speed"),
)  # fmt: skip
_CAT001_TRACK = (
    ("042", "X"),
    ("042", "Y"),
    ("161", "track number"),
    ("200", "ground speed"),
    ("200", "heading"),
)
_PLOT, _TRACK = Wanted(PLOT, _CAT001_SHARED), Wanted(TRACK, _CAT001_SHARED + _CAT001_TRACK)
_CAT048 = Wanted(
    CAT048,
    (
        ("140", "time of day"), ("020", "TYP"), ("020", "SIM"), ("020", "RAB"), ("020", "TST"), ("020", "ERR"),
        ("040", "range"), ("040", "azimuth"), ("042", "X"), ("042", "Y"),
        ("070", "V"), ("070", "G"), ("070", "code"), ("090", "V"), ("090", "G"), ("090", "flight level"),
        ("110", "height"), ("120", "D"), ("120", "Doppler speed"), ("161", "track number"),
        ("200", "ground speed"), ("200", "heading"),
        ("220", "address"), ("240", "callsign"),
    ),
)  # fmt: skip
_PRINTED = np.arange(256)
ASCII = np.where((_PRINTED > 32) & (_PRINTED < 127), _PRINTED, 32).astype(np.uint8)
SIX_BITS = np.frombuffer(b" ABCDEFGHIJKLMNOPQRSTUVWXYZ                     0123456789      ", dtype=np.uint8)


@numba.njit(cache=True)
def vectors(length: Floats, angle_rad: Floats) -> tuple[Floats, Floats]:
    """Return (east, north) of vectors by length and angle clockwise from north; NaN passes. Shapes (n,)."""
    east, north = np.empty(len(length)), np.empty(len(length))
    for n in range(len(length)):
        east[n], north[n] = length[n] * math.sin(angle_rad[n]), length[n] * math.cos(angle_rad[n])
    return east, north


@numba.njit(cache=True)
def lengths(east: Floats, north: Floats) -> tuple[Floats, Floats]:
    """Return (length, angle clockwise from north in [0, 2 pi)) of vectors; NaN passes. Shapes (n,)."""
    length, angle = np.empty(len(east)), np.empty(len(east))
    for n in range(len(east)):
        length[n], turned = math.sqrt(east[n] ** 2 + north[n] ** 2), math.atan2(east[n], north[n])
        angle[n] = turned + 2.0 * math.pi if turned < 0.0 else turned
    return length, angle


def squawks(code: Longs, *doubts: Longs) -> npt.NDArray[np.int16]:
    """Return mode A codes as octal digits read in decimal, -1 where absent or doubtful."""
    good = code != ABSENT
    for doubt in doubts:
        good &= doubt != 1
    digits = (code >> 9 & 7) * 1000 + (code >> 6 & 7) * 100 + (code >> 3 & 7) * 10 + (code & 7)
    return np.where(good, digits, -1).astype(np.int16)


@numba.njit(cache=True)
def _spelled(
    packed: Longs, alphabet: npt.NDArray[np.uint8], bits: int, letters: int
) -> npt.NDArray[np.uint8]:
    """Spell packed characters, without leading blanks; trailing ones become zeros."""
    out = np.zeros((len(packed), letters), dtype=np.uint8)
    for n in range(len(packed)):
        if packed[n] == ABSENT:
            continue
        count, used = 0, 0
        for place in range(letters):
            letter = alphabet[(packed[n] >> (bits * (letters - 1 - place))) & ((1 << bits) - 1)]
            if letter != 32 or count > 0:
                out[n, count] = letter
                count += 1
                used = count if letter != 32 else used
        out[n, used:] = 0
    return out


def callsigns(packed: Longs, alphabet: npt.NDArray[np.uint8] = SIX_BITS) -> npt.NDArray[Any]:
    """Return packed characters (eight of six bits, or seven ASCII ones) as text without padding; empty where absent."""
    bits, letters = (6, 8) if alphabet is SIX_BITS else (8, 7)
    return _spelled(packed, alphabet, bits, letters).view(f"S{letters}").reshape(-1)


def unless(values: Floats, *doubts: Longs) -> Floats:
    """Return the values, NaN where a doubt flag is set."""
    for doubt in doubts:
        values = np.where(doubt == 1, np.nan, values)
    return values


def target_reports(records: Records) -> tuple[Longs, dict[str, Any]]:
    """Return (time of day in 1/128 s or ABSENT, observation columns) of CAT048 records; shapes (n,)."""
    got = _CAT048.read(records)
    within = np.where(got["020", "ERR"] == 1, ABSENT, got["040", "range"])
    columns = _columns(got, within, NM_M / 256, NM_M / 128)
    kind = np.where(got["020", "TYP"] == 1, KIND["plot"], KIND["reply"])
    placeless = np.isnan(columns["range_m"]) | (got["020", "TYP"] == 0) | (got["020", "RAB"] == 1)
    columns["kind"] = np.where(placeless, KIND["identity"], kind)
    columns["height_m"] = scaled(got["110", "height"], HEIGHT_3D_M)
    columns["doppler_mps"] = unless(scaled(got["120", "Doppler speed"], 1.0), got["120", "D"])
    columns["address"] = or_else(got["220", "address"], -1)
    columns["label"] = callsigns(got["240", "callsign"])
    return got["140", "time of day"], columns


def old_reports(records: Records) -> tuple[Longs, dict[str, Any]]:
    """Return (time modulo 512 s in 1/128 s or ABSENT, observation columns) of CAT001 records; shapes (n,)."""
    wanted = _TRACK if records.table is TRACK else _PLOT
    got = wanted.read(records)
    none = np.full(len(records.start), ABSENT, dtype=np.int64)
    for name in _CAT001_TRACK:
        got.setdefault(name, none)
    columns = _columns(got, got["040", "range"], NM_M / 128, NM_M / 64)
    kind = np.where(got["020", "detection"] == 1, KIND["plot"], KIND["reply"])
    placeless = np.isnan(columns["range_m"]) | (got["020", "detection"] == 0) | (got["020", "RAB"] == 1)
    columns["kind"] = np.where(placeless, KIND["identity"], kind)
    columns["doppler_mps"] = scaled(got["120", "Doppler speed"], NM_M / 256)
    return got["141", "time modulo 512 s"], columns


def _columns(
    got: dict[tuple[str, str], Longs], reach: Longs, range_lsb_m: float, flat_lsb_m: float
) -> dict[str, Any]:
    """Return the columns that CAT048 and CAT001 share; the Cartesian position stands in for a missing polar one."""
    flat, turned = lengths(scaled(got["042", "X"], flat_lsb_m), scaled(got["042", "Y"], flat_lsb_m))
    range_m = scaled(reach, range_lsb_m)
    azimuth = np.where(reach == ABSENT, turned, scaled(got["040", "azimuth"], BINARY_ANGLE_RAD))
    speed = scaled(got["200", "ground speed"], NM_M * 2.0**-14)
    east, north = vectors(speed, scaled(got["200", "heading"], BINARY_ANGLE_RAD))
    level = scaled(got["090", "flight level"], QUARTER_FL_M)
    return {
        "range_m": np.where(reach == ABSENT, flat, range_m),
        "azimuth_rad": azimuth,
        "pressure_altitude_m": unless(level, got["090", "V"], got["090", "G"]),
        "vel_east_mps": east,
        "vel_north_mps": north,
        "squawk": squawks(got["070", "code"], got["070", "V"], got["070", "G"]),
        "track_number": or_else(got["161", "track number"], -1),
        "simulated": (got["020", "SIM"] == 1) | (got["020", "TST"] == 1),
    }
