"""System tracks (CAT062) as observation rows of kind ``track``.

    place: 105; height above the ellipsoid: 130; pressure altitude: 136, else 135 without QNH; velocity: 185, 220
    address: 380 ADR; callsign: 245, else 380 ID, else 390 CS
    quality: 95 % radius = sqrt(ln 400) * sqrt((sx^2 + sy^2) / 2) of the sigmas in 500 APC, else APW

A track without a geographic position (105) becomes an ``identity`` row: its Cartesian one has an origin that is not sent.
Source: EUROCONTROL-SPEC-0149-9; a circular Gaussian holds 95 % within sqrt(-2 ln 0.05) = 2.4477 sigma.
"""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np
import numpy.typing as npt

from truceline.means.asterix.broadcast import HEIGHT_M, RATE_MPS, first_of
from truceline.means.asterix.cat062 import CAT062
from truceline.means.asterix.polar import ASCII, QUARTER_FL_M, callsigns, squawks
from truceline.means.asterix.take import ABSENT, Floats, Wanted, or_else, scaled
from truceline.means.asterix.walk import Longs, Records
from truceline.means.observations import KIND

SIGMA_TO_95 = 2.4477468306808166
DEGREE_M = 111_319.49

_WANTED = Wanted(
    CAT062,
    (
        ("070", "time of day"), ("105", "latitude"), ("105", "longitude"), ("185", "VX"), ("185", "VY"),
        ("060", "V"), ("060", "G"), ("060", "code"), ("245", "callsign"), ("380", "address"), ("380", "callsign"),
        ("390", "callsign"), ("040", "track number"), ("080", "SIM"), ("136", "flight level"), ("130", "altitude"),
        ("135", "QNH"), ("135", "flight level"), ("220", "rate"),
        ("500", "sigma X"), ("500", "sigma Y"), ("500", "sigma latitude"), ("500", "sigma longitude"),
    ),
)  # fmt: skip


@numba.njit(cache=True)
def _across_m(lon_deg: Floats, lat_deg: Floats) -> Floats:
    """Return longitude differences as metres at a latitude; NaN passes. Shapes (n,)."""
    out = np.empty(len(lon_deg))
    for n in range(len(lon_deg)):
        out[n] = lon_deg[n] * 111_319.49 * math.cos(math.radians(lat_deg[n]))
    return out


def system_tracks(records: Records) -> tuple[Longs, dict[str, Any]]:
    """Return (time of day in 1/128 s or ABSENT, observation columns) of CAT062 records; shapes (n,)."""
    got = _WANTED.read(records)
    lsb = _WANTED.lsb["105", "latitude"]
    lat, lon = scaled(got["105", "latitude"], lsb), scaled(got["105", "longitude"], lsb)
    pressure = np.where(got["135", "QNH"] == 0, got["135", "flight level"], ABSENT)
    columns: dict[str, Any] = {
        "kind": np.where(np.isnan(lat), KIND["identity"], KIND["track"]),
        "lat_deg": lat,
        "lon_deg": lon,
        "height_m": scaled(got["130", "altitude"], HEIGHT_M),
        "pressure_altitude_m": scaled(first_of(got["136", "flight level"], pressure), QUARTER_FL_M),
        "vel_east_mps": scaled(got["185", "VX"], 0.25),
        "vel_north_mps": scaled(got["185", "VY"], 0.25),
        "vel_up_mps": scaled(got["220", "rate"], RATE_MPS),
        "address": or_else(got["380", "address"], -1),
        "squawk": squawks(got["060", "code"], got["060", "V"], got["060", "G"]),
        "track_number": or_else(got["040", "track number"], -1),
        "label": _labels(got),
        "quality": _radius_95_m(got, lat),
        "simulated": got["080", "SIM"] == 1,
    }
    return got["070", "time of day"], columns


def _labels(got: dict[tuple[str, str], Longs]) -> npt.NDArray[Any]:
    sent, derived = callsigns(got["245", "callsign"]), callsigns(got["380", "callsign"])
    planned = callsigns(got["390", "callsign"], ASCII)
    label = np.where(sent == b"", derived, sent)
    return np.asarray(np.where(label == b"", planned, label))


def _radius_95_m(got: dict[tuple[str, str], Longs], lat_deg: Floats) -> Floats:
    east, north = scaled(got["500", "sigma X"], 0.5), scaled(got["500", "sigma Y"], 0.5)
    lsb = _WANTED.lsb["500", "sigma latitude"]
    along = scaled(got["500", "sigma latitude"], lsb * DEGREE_M)
    across = _across_m(scaled(got["500", "sigma longitude"], lsb), lat_deg)
    east, north = np.where(np.isnan(east), across, east), np.where(np.isnan(north), along, north)
    return np.asarray(SIGMA_TO_95 * np.sqrt((east * east + north * north) / 2.0))
