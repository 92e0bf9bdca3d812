"""Satellite passes to come: element sets checked by ourselves, propagated by SGP4, over an area.

    line 1   columns 1 "1", 3-7 number, 19-20 year, 21-32 day, 69 checksum;   line 2 columns 1 "2", 3-7, 69 likewise
    checksum sum of all digits of columns 1 to 68, a minus sign counting 1, modulo 10
    place    sub-satellite point from TEME by Greenwich sidereal time (polar motion and height of the ellipsoid left out:
             under 1 km);   a pass: the ground distance to the area's middle is least, and within the half swath
An element set older than MOST_DAYS at the time asked for is refused: its place along the orbit is then off by more than the
plan can bear. Sources: Hoots and Roehrich, Spacetrack Report 3, 1980, with Vallado et al., Revisiting Spacetrack Report 3,
2006 (through the package sgp4); sidereal time: IAU 1982.
"""

from __future__ import annotations

import math

import msgspec
import numpy as np
import numpy.typing as npt
from sgp4.api import Satrec

from truceline.coverage.camera import SIZE_M, sampled_look
from truceline.terms.faults import Refusal
from truceline.terms.time import NS_PER_S

Floats = npt.NDArray[np.float64]
MOST_DAYS = 14.0
STEP_S = 20.0
MEAN_EARTH_M = 6_371_000.0
# Julian date of the Unix epoch.
UNIX_JD = 2_440_587.5


class Elements(msgspec.Struct, frozen=True):
    """A checked element set: the satellite's name, both lines, its epoch in ns UTC since 1970."""

    name: str
    line1: str
    line2: str
    epoch_ns: int


class Overflight(msgspec.Struct, frozen=True):
    """One pass: the satellite, when it is nearest to the area's middle, and the ground distance then in metres."""

    satellite: str
    time_ns: int
    away_m: float


def checksum(line: str) -> int:
    """Return the checksum of the first 68 columns of an element line."""
    return sum(int(c) if c.isascii() and c.isdigit() else c == "-" for c in line[:68]) % 10


def read_elements(name: str, line1: str, line2: str, asked_ns: int) -> Elements:
    """Return an element set fit for a time.

    Raises:
        Refusal: lines of another form, a wrong checksum, two satellites, or an epoch too far from the time.
    """
    for number, line in enumerate((line1, line2), 1):
        if len(line) != 69 or not line.isascii() or not line.startswith(f"{number} "):
            raise Refusal(f"line {number} is no element line", where=name, remedy="69 signs, as published")
        if line[68] != str(checksum(line)):
            said = f"checksum {line[68]} where {checksum(line)} is right"
            raise Refusal(
                f"line {number}: {said}", where=name, remedy="copy the line anew: a digit has changed"
            )
    if line1[2:7] != line2[2:7]:
        raise Refusal("the two lines are of two satellites", where=name, remedy="copy both lines of one")
    try:
        year, day = int(line1[18:20]), float(line1[20:32])
    except ValueError as error:
        raise Refusal("its epoch is no date", where=name, remedy="copy the line anew") from error
    days = _days(1900 + year if year >= 57 else 2000 + year) + day - 1.0
    epoch_ns = round(days * 86_400.0) * NS_PER_S
    old = abs(asked_ns - epoch_ns) / NS_PER_S / 86_400.0
    if not old <= MOST_DAYS:
        raise Refusal(
            f"its elements are {old:,.0f} days from the time asked for", where=name,
            remedy=f"take a set at most {MOST_DAYS:.0f} days old",
        )  # fmt: skip
    return Elements(name, line1, line2, epoch_ns)


def overflights(
    elements: Elements, lat_deg: float, lon_deg: float, start_ns: int, hours: float, half_swath_m: float
) -> tuple[Overflight, ...]:
    """Return the passes over a place in [start, start + hours), by time."""
    seconds = np.arange(0.0, hours * 3600.0, STEP_S)
    away = ground_distance_m(elements, lat_deg, lon_deg, start_ns, seconds)
    found = []
    for i in range(1, len(away) - 1):
        if away[i] < away[i - 1] and away[i] <= away[i + 1] and away[i] <= half_swath_m + 8_000.0 * STEP_S:
            # the vertex of a parabola through three steps
            bend = away[i - 1] - 2.0 * away[i] + away[i + 1]
            shift = 0.5 * (away[i - 1] - away[i + 1]) / bend if bend > 0.0 else 0.0
            moment = seconds[i] + shift * STEP_S
            nearest = float(ground_distance_m(elements, lat_deg, lon_deg, start_ns, np.array([moment]))[0])
            if nearest <= half_swath_m:
                found.append(Overflight(elements.name, start_ns + round(moment) * NS_PER_S, nearest))
    return tuple(found)


def ground_distance_m(
    elements: Elements, lat_deg: float, lon_deg: float, start_ns: int, seconds: Floats
) -> Floats:
    """Return the ground distance of the sub-satellite point from a place at seconds after a time; infinite when decayed."""
    satellite = Satrec.twoline2rv(elements.line1, elements.line2)
    days = start_ns / NS_PER_S / 86_400.0
    whole = math.floor(days)
    fraction = (days - whole) + seconds / 86_400.0
    julian = np.full(len(seconds), UNIX_JD + whole)
    error, place, _ = satellite.sgp4_array(julian, fraction)
    turn = np.array([sidereal_rad(UNIX_JD + whole, float(f)) for f in fraction]) + math.radians(lon_deg)
    lat = math.radians(lat_deg)
    up = np.stack(
        [math.cos(lat) * np.cos(turn), math.cos(lat) * np.sin(turn), np.full(len(turn), math.sin(lat))], 1
    )
    cosine = np.sum(up * place, axis=1) / np.maximum(np.sqrt(np.sum(place * place, axis=1)), 1e-9)
    away = MEAN_EARTH_M * np.arccos(np.clip(cosine, -1.0, 1.0))
    return np.where(error == 0, away, np.inf)


def sidereal_rad(julian: float, fraction: float) -> float:
    """Return Greenwich mean sidereal time (IAU 1982) of a Julian date in two parts, UT1 taken as UTC."""
    t = (julian - 2_451_545.0 + fraction) / 36_525.0
    seconds = 67_310.54841 + (876_600.0 * 3600.0 + 8_640_184.812866) * t + 0.093104 * t * t - 6.2e-6 * t**3
    return math.radians(seconds % 86_400.0 / 240.0)


def imaged_chance(gsd_m: float, name: str, clear: float) -> float:
    """Return the chance that a class is found in an image of a sample distance, under a share of clear sky."""
    return clear * float(sampled_look(gsd_m, SIZE_M.get(name, 0.0)))


def _days(year: int) -> int:
    """Days from 1970-01-01 to the first of January."""
    before = year - 1
    return (
        365 * (year - 1970)
        + (before // 4 - before // 100 + before // 400)
        - (1969 // 4 - 1969 // 100 + 1969 // 400)
    )
