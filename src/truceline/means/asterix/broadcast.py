"""ADS-B target reports (CAT021) as observation rows of kind ``position``.

    time: applicability of the position (071), else its reception (073), else the report's transmission (077)
    place: 131, else 130;  height above the ellipsoid: 140;  pressure altitude: 145;  velocity: 160 and 157, else 155
    quality: the 95 % radius of NACp (EPU); with DO-260 or without NACp, of NUCp or NIC

    NACp 95 % radius m: 11: 3, 10: 10, 9: 30, 8: 92.6, 7: 185.2, 6: 555.6, 5: 926, 4: 1852, 3: 3704, 2: 7408, 1: 18520
    NUCp 95 % radius m: 9: 3, 8: 10, 7: 92.6, 6: 185.2, 5: 463, 4: 926, 3: 1852, 2: 9260, 1: 18520
    NIC containment m: 11: 7.5, 10: 25, 9: 75, 8: 185.2, 7: 370.4, 6: 1111.2, 5: 1852, 4: 3704, 3: 7408, 2: 14816, 1: 37040

A containment radius holds to 1e-7; the 95 % radius of the same Gaussian is sqrt(ln 20 / ln 1e7) = 0.431 of it.
Source: RTCA DO-260B tables 2-14, 2-70 and 2-200; EUROCONTROL-SPEC-0149-12, I021/090.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from truceline.means.asterix.cat021 import CAT021
from truceline.means.asterix.polar import (
    BINARY_ANGLE_RAD,
    FT_M,
    NM_M,
    QUARTER_FL_M,
    callsigns,
    squawks,
    unless,
    vectors,
)
from truceline.means.asterix.take import ABSENT, Floats, Wanted, or_else, scaled
from truceline.means.asterix.walk import Longs, Records
from truceline.means.observations import KIND

NAN = float("nan")
NACP_M = np.array([NAN, 18520, 7408, 3704, 1852, 926, 555.6, 185.2, 92.6, 30, 10, 3, *[NAN] * 4])
NUCP_M = np.array([NAN, 18520, 9260, 1852, 926, 463, 185.2, 92.6, 10, 3, *[NAN] * 6])
CONTAINED_TO_95 = 0.4311
NIC_M = CONTAINED_TO_95 * np.array(
    [NAN, 37040, 14816, 7408, 3704, 1852, 1111.2, 370.4, 185.2, 75, 25, 7.5, *[NAN] * 4]
)
RATE_MPS = 6.25 * FT_M / 60
HEIGHT_M = 6.25 * FT_M
BEYOND = 0x7FFF

_WANTED = Wanted(
    CAT021,
    (
        ("071", "time of day"), ("073", "time of day"), ("077", "time of day"),
        ("040", "RAB"), ("040", "SIM"), ("040", "TST"), ("161", "track number"),
        ("130", "latitude"), ("130", "longitude"), ("131", "latitude"), ("131", "longitude"),
        ("080", "address"), ("140", "height"), ("145", "flight level"), ("070", "code"), ("170", "callsign"),
        ("090", "NUCp/NIC"), ("090", "NACp"), ("210", "VN"),
        ("155", "RE"), ("155", "rate"), ("157", "RE"), ("157", "rate"),
        ("160", "RE"), ("160", "ground speed"), ("160", "track angle"),
    ),
)  # fmt: skip


def first_of(*choices: Longs) -> Longs:
    """Return the first of several values that is not ABSENT, element by element."""
    found = choices[0]
    for choice in choices[1:]:
        found = np.where(found == ABSENT, choice, found)
    return found


def reports(records: Records) -> tuple[Longs, dict[str, Any]]:
    """Return (time of day in 1/128 s or ABSENT, observation columns) of CAT021 records; shapes (n,)."""
    got = _WANTED.read(records)
    lat, lon = _place(got, "latitude"), _place(got, "longitude")
    speed = unless(scaled(got["160", "ground speed"], NM_M * 2.0**-14), got["160", "RE"])
    east, north = vectors(speed, scaled(got["160", "track angle"], BINARY_ANGLE_RAD))
    climb = unless(scaled(got["157", "rate"], RATE_MPS), got["157", "RE"])
    baro = unless(scaled(got["155", "rate"], RATE_MPS), got["155", "RE"])
    placeless = np.isnan(lat) | np.isnan(lon) | (got["040", "RAB"] == 1)
    height = np.where(got["140", "height"] == BEYOND, ABSENT, got["140", "height"])
    old = (got["210", "VN"] == 0) | (got["210", "VN"] == ABSENT)  # DO-260: NUCp stands where NIC does later
    columns: dict[str, Any] = {
        "kind": np.where(placeless, KIND["identity"], KIND["position"]),
        "lat_deg": lat,
        "lon_deg": lon,
        "height_m": scaled(height, HEIGHT_M),
        "pressure_altitude_m": scaled(got["145", "flight level"], QUARTER_FL_M),
        "vel_east_mps": east,
        "vel_north_mps": north,
        "vel_up_mps": np.where(np.isnan(climb), baro, climb),
        "address": or_else(got["080", "address"], -1),
        "squawk": squawks(got["070", "code"]),
        "track_number": or_else(got["161", "track number"], -1),
        "label": callsigns(got["170", "callsign"]),
        "quality": radius_95_m(got["090", "NACp"], got["090", "NUCp/NIC"], got["210", "VN"]),
        "integrity": np.where(old | (got["090", "NUCp/NIC"] == ABSENT), -1, got["090", "NUCp/NIC"]),
        "accuracy_category": np.where(old | (got["090", "NACp"] == ABSENT), -1, got["090", "NACp"]),
        "simulated": (got["040", "SIM"] == 1) | (got["040", "TST"] == 1),
    }
    return first_of(got["071", "time of day"], got["073", "time of day"], got["077", "time of day"]), columns


def radius_95_m(nacp: Longs, nuc_or_nic: Longs, version: Longs) -> Floats:
    """Return the 95 % radius of a position in metres by its quality numbers, NaN where they say nothing; shapes (n,)."""
    accuracy = NACP_M[np.where(nacp == ABSENT, 0, nacp)]
    place = np.where(nuc_or_nic == ABSENT, 0, nuc_or_nic)
    old = np.where((version == 0) | (version == ABSENT), NUCP_M[place], NIC_M[place])
    return np.where((version == 0) | np.isnan(accuracy), old, accuracy)


def _place(got: dict[tuple[str, str], Longs], axis: str) -> Floats:
    fine = scaled(got["131", axis], _lsb("131", axis))
    return np.where(np.isnan(fine), scaled(got["130", axis], _lsb("130", axis)), fine)


def _lsb(item: str, part: str) -> float:
    return _WANTED.lsb[item, part]
