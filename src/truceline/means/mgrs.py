"""MGRS places ("38S NH 12345 67890") to WGS84: zone, band, 100 km square, easting and northing digits.

    zone 1-60 | band C-X without I, O (8 degrees each from 80 S, X 12) | column letter: sets of 8 from A, J, S
    by zone mod 3 | row letter: 20 letters A-V without I, O, from A in odd zones, from F in even ones |
    0 to 5 + 0 to 5 digits of metres in the square (5: 1 m, 0: 100 km)
The row letter repeats every 2,000 km: the northing is the one nearest to the middle of the band. Polar
zones (bands A, B, Y, Z) are not read.
Source: NGA.STND.0037 (MGRS and UTM); UTM by PROJ.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache

from pyproj import Transformer

from truceline.terms.faults import Refusal

FORM = re.compile(r"(\d{1,2})([C-HJ-NP-X])([A-HJ-NP-Z])([A-HJ-NP-V])((?:\d\d){0,5})")
BANDS = "CDEFGHJKLMNPQRSTUVWX"
COLUMNS = ("STUVWXYZ", "ABCDEFGH", "JKLMNPQR")
ROWS = "ABCDEFGHJKLMNPQRSTUV"
SQUARE_M = 100_000
TURN_M = 2_000_000


def mgrs_place(text: str) -> tuple[float, float, float]:
    """Return (lat_deg, lon_deg) of the middle of an MGRS square, and the radius in metres that holds it.

    Raises:
        Refusal: the text is no MGRS place, or a polar one.
    """
    found = FORM.fullmatch(re.sub(r"\s+", "", text).upper())
    if found is None or not 1 <= int(found[1]) <= 60:
        raise Refusal(f"{text!r} is no MGRS place", remedy="write such as 38S NH 12345 67890")
    zone, band, digits = int(found[1]), BANDS.index(found[2]), found[5]
    letters = COLUMNS[zone % 3]
    if found[3] not in letters:
        raise Refusal(f"{text!r} is no MGRS place: zone {zone} has no column {found[3]}")
    half = len(digits) // 2
    size = 10 ** (5 - half)
    east = (letters.index(found[3]) + 1) * SQUARE_M + int(digits[:half] or "0") * size + size / 2
    row = (ROWS.index(found[4]) - (5 if zone % 2 == 0 else 0)) % 20
    north = row * SQUARE_M + int(digits[half:] or "0") * size + size / 2
    to_degrees, to_metres = _zone(zone, band < 10)
    middle = -80.0 + 8.0 * band + (6.0 if found[2] == "X" else 4.0)
    _, about = to_metres.transform(6.0 * zone - 183.0, middle)
    north += TURN_M * math.floor((about - north) / TURN_M + 0.5)
    lon, lat = to_degrees.transform(east, north)
    if abs(lat - middle) > 8.0 or not math.isfinite(lon):
        raise Refusal(f"{text!r} is no MGRS place: the square does not lie in its band")
    return float(lat), float(lon), size / math.sqrt(2.0)


@lru_cache(maxsize=8)
def _zone(zone: int, south: bool) -> tuple[Transformer, Transformer]:
    plane = f"+proj=utm +zone={zone} {'+south ' if south else ''}+ellps=WGS84 +units=m"
    degrees = "+proj=longlat +ellps=WGS84"
    return (
        Transformer.from_crs(plane, degrees, always_xy=True),
        Transformer.from_crs(degrees, plane, always_xy=True),
    )
