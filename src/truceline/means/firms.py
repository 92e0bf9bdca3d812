"""NASA FIRMS active fires as CSV: hot pixels of VIIRS and MODIS, one a line, and the reduced three columns.

    latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,instrument,confidence,version,
    bright_ti5,frp,daynight      VIIRS, in any order; MODIS: brightness and bright_t31 for the temperatures
    latitude,longitude,acq_date                                                       reduced; the day alone
A body is a file, or a part of one that begins with the header line (any letter case, byte-order mark
allowed). acq_time is UTC, HHMM or HH:MM[:SS]. scan and track are the pixel's size in km across and along
the track: the fire is anywhere in it, so each is taken as a variance of size^2 / 12 to the east and to the
north. Without them the pixel is taken as 1 km (MODIS below the satellite) with sigma 500 m; without a time
the fire was some time that day, sigma 24 h / sqrt 12. confidence: low, nominal, high (l, n, h) become 0.15,
0.55, 0.9, the middles of MODIS' 0-30, 30-80, 80-100 %; numbers are percent. frp is MW. version "EXERCISE"
marks simulated rows (our own sign).
Source: FIRMS attribute tables for VNP14IMGT, VJ114IMGT and MCD14DL; Giglio et al., MODIS C6.1 fire user's
guide.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime

import numpy as np

from truceline.means.lines import few, lines
from truceline.means.means import Field, Input, Means, Reading
from truceline.means.observations import KIND, OBSERVATIONS
from truceline.means.packed import DAMAGED, balance, unpack, unpack_head
from truceline.means.source import Source
from truceline.means.watch import Watch
from truceline.terms.classes import NAMES
from truceline.terms.columns import Columns
from truceline.terms.faults import Fault
from truceline.terms.time import NS_PER_DAY, NS_PER_HOUR, NS_PER_MINUTE, NS_PER_S

WANTED = ("latitude", "longitude", "acq_date")
HEADER = (
    "latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,instrument,confidence,version,"
    "bright_ti5,frp,daynight"
)
REDUCED = "latitude,longitude,acq_date"
CONFIDENCE = {"l": 0.15, "low": 0.15, "n": 0.55, "nominal": 0.55, "h": 0.9, "high": 0.9}
WORDS = {0.15: "low", 0.55: "nominal", 0.9: "high"}
EXERCISE = "EXERCISE"
DAY_SIGMA_NS = round(NS_PER_DAY / math.sqrt(12.0))
TIME_SIGMA_NS = 60 * NS_PER_S
UNKNOWN_SIGMA_M = 500.0
CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?|(\d{1,4})")
UNITS = {"scan": "km", "track": "km", "frp": "MW", "latitude": "deg", "longitude": "deg"}
Row = dict[str, float | int | str]


def claims(name: str, head: bytes) -> float:
    """Return how sure it is that a file is a FIRMS list: by its header line."""
    text = unpack_head(head).removeprefix(b"\xef\xbb\xbf")
    first = text.split(b"\n", 1)[0].decode("utf-8", "replace")
    names = _names(first)
    return 0.95 if all(word in names for word in WANTED) else 0.0


def decode(records: Sequence[Input], source: Source) -> Reading:
    """Return the fires of one list, a line each; lines that are none are faults."""
    rows: list[Row] = []
    faults: list[Fault] = []
    framing = decoded = 0
    days: dict[str, int] = {}
    for record in records:
        plain = unpack(record.body)
        if plain is None:
            faults.append(Fault(source.name, record.seq, 0, len(record.body), DAMAGED))
            continue
        names: list[str] = []
        for offset, length, text in lines(plain):
            found = _names(text) if not names or text[:1] in "lL" else []
            if not text.strip():
                framing += length
            elif all(word in found for word in WANTED):
                names = found
                framing += length
            elif isinstance(row := _row(names, text, days), str):
                faults.append(Fault(source.name, record.seq, offset, length, row))
            else:
                rows.append({"seq": record.seq, "item": offset, **row})
                decoded += length
    reading = Reading(_table(rows), (), few(faults), len(rows), decoded, framing)
    return balance(reading, records)


def encode(items: Columns, watches: Sequence[Watch], source: Source) -> list[bytes]:
    """Return up to two files: rows with a time in the full form, those with only a day in the reduced one.

    Latitude and longitude keep six decimals, pixel sizes three, times whole seconds.
    """
    whole_day = items["time_sigma_ns"] >= 6 * NS_PER_HOUR
    full = [_line(items, row) for row in np.flatnonzero(~whole_day).tolist()]
    short = [
        f"{items['lat_deg'][row]:.6f},{items['lon_deg'][row]:.6f},{_moment(int(items['time_ns'][row])).date()}"
        for row in np.flatnonzero(whole_day).tolist()
    ]
    return [
        "\n".join([header, *rows, ""]).encode() for header, rows in ((HEADER, full), (REDUCED, short)) if rows
    ]


def explain(body: bytes, item: int, source: Source) -> list[Field]:
    """Return the columns of the line at byte ``item`` of a body (of its text when packed)."""
    names: list[str] = []
    for offset, length, text in lines(unpack(body) or b""):
        found = _names(text)
        if all(word in found for word in WANTED):
            names = found
        if offset <= item < offset + length:
            place, fields = offset, []
            for name, value in zip(names or ["line"] * (text.count(",") + 1), text.split(","), strict=False):
                size = len(value.encode())
                fields.append(Field(name, place, size, f"{value.strip()} {UNITS.get(name, '')}".strip()))
                place += size + 1
            return fields
    return [Field("line", item, 0, "no such byte in this record")]


def _names(text: str) -> list[str]:
    return [name.strip().strip('"').lower() for name in text.split(",")]


def _row(names: list[str], text: str, days: dict[str, int]) -> Row | str:
    """Return one line's values, or why it is no fire."""
    if not names:
        return "no header line with latitude, longitude and acq_date before this line"
    cells = [cell.strip().strip('"') for cell in text.split(",")]
    if len(cells) != len(names):
        return f"{len(cells)} columns where the header has {len(names)}"
    held = dict(zip(names, cells, strict=True))
    try:
        lat, lon = float(held["latitude"]), float(held["longitude"])
        power = float(held.get("frp") or "nan")
        sizes = [float(held.get(name) or "nan") for name in ("scan", "track")]
    except ValueError:
        return "a number is not readable"
    if not (abs(lat) <= 90.0 and abs(lon) <= 180.0):
        return "latitude or longitude out of range"
    start = _day(held["acq_date"], days)
    clock = _clock(held.get("acq_time", ""))
    confidence = _confidence(held.get("confidence", ""))
    if start < 0 or clock is None:
        return "acq_date or acq_time is no UTC date or time"
    if confidence is None:
        return "confidence is neither low, nominal, high nor 0 to 100"
    if math.isinf(power) or any(size <= 0.0 or size > 100.0 for size in sizes):
        return "frp, scan or track is not a measure"
    east, north = (UNKNOWN_SIGMA_M**2 if math.isnan(size) else (size * 1000.0) ** 2 / 12.0 for size in sizes)
    return {
        "time_ns": start + (NS_PER_DAY // 2 if clock < 0 else clock),
        "time_sigma_ns": DAY_SIGMA_NS if clock < 0 else TIME_SIGMA_NS,
        "lat_deg": lat,
        "lon_deg": lon,
        "cov_ee_m2": east,
        "cov_nn_m2": north,
        "amount": power,
        "quality": confidence,
        "label": held.get("satellite", ""),
        "simulated": int(held.get("version", "") == EXERCISE),
    }


def _day(text: str, days: dict[str, int]) -> int:
    """Return the start of a day in ns, -1 when the text is none."""
    if text not in days:
        try:
            day = date.fromisoformat(text.replace("/", "-"))
        except ValueError:
            return -1
        if not 2000 <= day.year < 2200:
            return -1
        days[text] = (day - date(1970, 1, 1)).days * NS_PER_DAY
    return days[text]


def _clock(text: str) -> int | None:
    """Return ns since midnight, -1 when no time is stated, None when it is no time."""
    if not text:
        return -1
    found = CLOCK.fullmatch(text)
    if found is None:
        return None
    hour, minute, second = (
        (int(found[4]) // 100, int(found[4]) % 100, 0)
        if found[4]
        else (int(found[1]), int(found[2]), int(found[3] or 0))
    )
    if hour > 23 or minute > 59 or second > 59:
        return None
    return hour * NS_PER_HOUR + minute * NS_PER_MINUTE + second * NS_PER_S


def _confidence(text: str) -> float | None:
    """Return 0 to 1, NaN when it is not stated, None when it is neither word nor percent."""
    if not text:
        return math.nan
    if text.lower() in CONFIDENCE:
        return CONFIDENCE[text.lower()]
    try:
        percent = float(text)
    except ValueError:
        return None
    return percent / 100.0 if 0.0 <= percent <= 100.0 else None


def _table(rows: list[Row]) -> Columns:
    given = {name: np.array([row[name] for row in rows]) for name in (rows[0] if rows else ())}
    if rows:
        given["label"] = np.array([str(row["label"]).encode("utf-8", "replace")[:16] for row in rows], "S16")
        given["kind"] = np.full(len(rows), KIND["fire"])
        given["known"] = np.zeros(len(rows))
        given["object_class"] = np.full(len(rows), NAMES.index("fire"))
        given["cov_en_m2"] = np.zeros(len(rows))
    return OBSERVATIONS.build(len(rows), given)


def _moment(time_ns: int) -> datetime:
    return datetime.fromtimestamp(time_ns // NS_PER_S, UTC)


def _number(value: float, digits: int) -> str:
    return "" if math.isnan(value) else f"{value:.{digits}f}"


def _line(items: Columns, row: int) -> str:
    """Return one full line; brightness is not known here and stays empty."""
    moment = _moment(int(items["time_ns"][row]))
    confidence = float(items["quality"][row])
    sizes = [
        _number(math.sqrt(12.0 * float(items[name][row])) / 1000.0, 3) for name in ("cov_ee_m2", "cov_nn_m2")
    ]
    cells = [
        f"{items['lat_deg'][row]:.6f}",
        f"{items['lon_deg'][row]:.6f}",
        "",
        *sizes,
        str(moment.date()),
        moment.strftime("%H:%M:%S" if moment.second else "%H%M"),
        items["label"][row].decode("utf-8", "replace").replace(",", " "),
        "VIIRS",
        WORDS.get(confidence, _number(confidence * 100.0, 0)),
        EXERCISE if items["simulated"][row] else "2.0NRT",
        "",
        _number(float(items["amount"][row]), 2),
        "D" if 6 <= (moment.hour + float(items["lon_deg"][row]) / 15.0) % 24 < 18 else "N",
    ]
    return ",".join(cells)


MEANS = Means(
    name="firms",
    standard="NASA FIRMS CSV (VIIRS 375 m, MODIS 1 km)",
    claims=claims,
    decode=decode,
    encode=encode,
    explain=explain,
    watch="",
    no_watch="a list of fires does not say where nobody looked: passes are declared by the means 'passes'",
    accuracy="pixel size by scan and track; sigma 500 m when not stated",
    detection="by satellite pass and cloud, see the means 'passes'",
    classes=("fire",),
)
