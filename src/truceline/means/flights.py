"""Flights as state vectors in JSON: what the traffic library and pandas write of ADS-B that others received.

    [{"timestamp": 1633608773000, "icao24": "0101de", "callsign": "MSR799", "latitude": 48.48, "longitude": 3.83,
      "altitude": 13650.0, "geoaltitude": 13700.0, "groundspeed": 325.0, "track": 311.1, "vertical_rate": -896.0,
      "squawk": "1000"}, ...]                          rows: an array of objects
    {"timestamp": {"0": 1633608773000, ...}, "icao24": {"0": "0101de", ...}, ...}                       columns
A body is one document (gzip allowed); other fields are left alone. timestamp: milliseconds UTC; altitudes
in feet, speed in knots, track in degrees, rates in ft/min. A row without a place becomes a row of the kind
"identity", and so does one whose place is stale: lists repeat, row after row, the last place that they heard.
A place is that of ``lastposupdate`` or ``last_position`` (s UTC) where stated, and told once; where neither is, it
is stale when it is, digit for digit, that of the address's row before, unless a speed of at most 5 m/s is stated.
In the column form ``item`` is the row's entry in the column "timestamp", and a row that cannot be read is a fault
of no length.
Source: pandas.DataFrame.to_json; traffic documentation (columns of a flight).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import numpy as np

from truceline.means.adsb.message import FOOT_M, KNOT_MPS
from truceline.means.aircraft import components
from truceline.means.lines import few
from truceline.means.means import Field, Input, Means, Reading
from truceline.means.observations import KIND, OBSERVATIONS
from truceline.means.packed import DAMAGED, balance, unpack, unpack_head
from truceline.means.source import Source
from truceline.means.watch import Watch
from truceline.terms.columns import Columns
from truceline.terms.faults import Fault, Refusal
from truceline.terms.time import NS_PER_S

NS_PER_MS = NS_PER_S // 1000
LATEST_MS = 7_258_118_400_000
ADDRESS = re.compile(r"[0-9A-Fa-f]{6}")
SQUAWK = re.compile(r"[0-7]{1,4}(?:\.0)?")
STANDING_MPS = 5.0
OLDEST_S = 3600.0
ENTRY = re.compile(rb'"(\d+)"\s*:')


class State(msgspec.Struct, frozen=True, omit_defaults=True):
    """One state vector."""

    timestamp: int
    icao24: str
    callsign: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    altitude: float | None = None
    geoaltitude: float | None = None
    groundspeed: float | None = None
    track: float | None = None
    vertical_rate: float | None = None
    squawk: str | float | None = None
    lastposupdate: float | str | None = None
    last_position: float | str | None = None


Row = dict[str, float | int | bytes]


def claims(name: str, head: bytes) -> float:
    """Return how sure it is that a file holds state vectors: by the names of the first row's fields or columns."""
    text = unpack_head(head)
    rows = text.lstrip()[:1] == b"[" and b'"timestamp"' in text and b'"icao24"' in text
    first = re.match(rb'\s*\{"(?:timestamp|altitude|icao24|callsign)"\s*:\s*\{"0"', text)
    return 0.9 if rows else 0.8 if first else 0.0


def decode(records: Sequence[Input], source: Source) -> Reading:
    """Return a row for each state vector; one that cannot be read is a fault."""
    rows: list[Row] = []
    faults: list[Fault] = []
    decoded = framing = 0
    for record in records:
        plain = unpack(record.body)
        if plain is None:
            faults.append(Fault(source.name, record.seq, 0, len(record.body), DAMAGED))
            continue
        try:
            states = list(_states(plain))
        except (msgspec.MsgspecError, RecursionError) as error:
            reason = f"no state vectors: {error}"
            faults += [Fault(source.name, record.seq, 0, len(plain), reason)] if plain else []
            continue
        inside = 0
        for offset, length, value in states:
            inside += length
            try:
                row = _row(msgspec.convert(value, State, strict=False))
            except (msgspec.MsgspecError, ValueError) as error:
                faults.append(Fault(source.name, record.seq, offset, length, f"no state vector: {error}"))
                continue
            rows.append({"seq": record.seq, "item": offset, **row})
            decoded += length
        # In the column form the rows have no stretch of their own: the whole document is what they were decoded from.
        decoded, framing = (
            (decoded, framing + len(plain) - inside) if inside else (decoded + len(plain), framing)
        )
    forget_repeats(rows)
    given = {name: np.array([row[name] for row in rows]) for name in (rows[0] if rows else ())}
    if given:
        del given["heard_ns"]
        speed = given.pop("speed_mps").astype(np.float64)
        given["vel_east_mps"], given["vel_north_mps"] = components(
            speed, given.pop("track_rad").astype(np.float64)
        )
    table = OBSERVATIONS.build(len(rows), given)
    return balance(Reading(table, (), few(faults), len(rows), decoded, framing), records)


def forget_repeats(rows: list[Row]) -> None:
    """Make identities, in place, of the rows whose place an earlier row of the same address has told already."""
    told: dict[float, tuple[float, float, int]] = {}
    order = sorted(range(len(rows)), key=lambda n: (rows[n]["time_ns"], rows[n]["seq"], n))
    for n in order:
        row = rows[n]
        if row["kind"] != KIND["position"]:
            continue
        address, heard_ns = float(row["address"]), int(row["heard_ns"])
        place = (float(row["lat_deg"]), float(row["lon_deg"]), heard_ns)
        before = told.get(address)
        if before is not None and heard_ns >= 0 and before[2] >= 0:
            stale = heard_ns <= before[2]
        else:
            stale = (
                before is not None and place[:2] == before[:2] and not float(row["speed_mps"]) <= STANDING_MPS
            )
        if stale:
            row["kind"], row["lat_deg"], row["lon_deg"] = KIND["identity"], math.nan, math.nan
            continue
        told[address] = place
        if heard_ns >= 0:
            row["time_ns"] = heard_ns


def encode(items: Columns, watches: Sequence[Watch], source: Source) -> list[bytes]:
    """Return one document of rows: times in ms, positions with six decimals, altitudes 1 ft, speeds 0.1 kt.

    Raises:
        Refusal: a row has no address.
    """
    if np.any(items["address"] < 0):
        raise Refusal("a state vector needs an aircraft address", remedy="give every row an address")
    return [msgspec.json.encode([_state(items, row) for row in range(len(items))])] if len(items) else []


def explain(body: bytes, item: int, source: Source) -> list[Field]:
    """Return the fields of the state vector whose place in the text is ``item``."""
    try:
        for offset, length, value in _states(unpack(body) or b""):
            if offset == item:
                return [Field(name, offset, length, str(told)) for name, told in value.items()]
    except (msgspec.MsgspecError, RecursionError) as error:
        return [Field("document", 0, len(body), f"no state vectors: {error}")]
    return [Field("state vector", item, 0, "no state vector begins at this byte")]


def _states(plain: bytes) -> Iterator[tuple[int, int, Any]]:
    """Yield (offset, length, fields) of each state vector; length 0 in the column form.

    Raises:
        MsgspecError: the document is of neither form.
    """
    if plain.lstrip()[:1] == b"[":
        place = 0
        for raw in msgspec.json.decode(plain, type=list[msgspec.Raw]):
            held = bytes(raw)
            place = plain.find(held, place)
            try:
                value = msgspec.json.decode(held)
            except msgspec.MsgspecError:
                value = None
            yield place, len(held), value
            place += len(held)
        return
    columns = msgspec.json.decode(plain, type=dict[str, dict[str, Any]])
    times = columns.get("timestamp", {})
    start = plain.find(b'"timestamp"')
    for entry in ENTRY.finditer(plain, start if start >= 0 else len(plain)):
        key = entry[1].decode()
        if key not in times:
            continue
        yield entry.start(), 0, {name: column.get(key) for name, column in columns.items()}
        if len(times) == 1:
            return
        times.pop(key)


def _row(read: State) -> Row:
    """Return one state vector's values.

    Raises:
        ValueError: a value is out of range.
    """
    if not ADDRESS.fullmatch(read.icao24):
        raise ValueError(f"icao24 {read.icao24!r} is no 24-bit address")
    if not 0 <= read.timestamp < LATEST_MS:
        raise ValueError("timestamp is not between 1970 and 2200")
    lat, lon = _number(read.latitude, 90.0), _number(read.longitude, 180.0)
    placed = not (math.isnan(lat) or math.isnan(lon))
    code = "" if read.squawk is None else str(read.squawk)
    return {
        "kind": KIND["position" if placed else "identity"],
        "time_ns": read.timestamp * NS_PER_MS,
        "heard_ns": _heard_ns(read),
        "time_sigma_ns": NS_PER_S,
        "lat_deg": lat if placed else math.nan,
        "lon_deg": lon if placed else math.nan,
        "height_m": _number(read.geoaltitude, 2e5) * FOOT_M,
        "pressure_altitude_m": _number(read.altitude, 2e5) * FOOT_M,
        "speed_mps": _number(read.groundspeed, 4_000.0) * KNOT_MPS,
        "track_rad": math.radians(_number(read.track, 360.0)),
        "vel_up_mps": _number(read.vertical_rate, 1e6) * FOOT_M / 60.0,
        "address": int(read.icao24, 16),
        "squawk": int(float(code)) if SQUAWK.fullmatch(code) else -1,
        "label": (read.callsign or "").strip().encode("utf-8", "replace")[:16],
    }


def _heard_ns(read: State) -> int:
    """Return when the place was heard, -1 when that is not stated or cannot be."""
    for stated in (read.lastposupdate, read.last_position):
        if isinstance(stated, float | int) and 0.0 <= read.timestamp / 1000.0 - stated <= OLDEST_S:
            return round(stated * 1000.0) * NS_PER_MS
    return -1


def _number(value: float | None, most: float) -> float:
    """Return a stated number, NaN for none.

    Raises:
        ValueError: it is beyond ``most``.
    """
    if value is None:
        return math.nan
    if not abs(value) <= most:
        raise ValueError(f"{value:g} is out of range")
    return float(value)


def _state(items: Columns, row: int) -> State:
    held = {name: items[name][row] for name in items}
    east, north = float(held["vel_east_mps"]), float(held["vel_north_mps"])
    moving = math.isfinite(east) and math.isfinite(north)
    return State(
        timestamp=int(held["time_ns"]) // NS_PER_MS,
        icao24=f"{int(held['address']):06x}",
        callsign=held["label"].decode() or None,
        latitude=_stated(held["lat_deg"], 6),
        longitude=_stated(held["lon_deg"], 6),
        altitude=_stated(held["pressure_altitude_m"] / FOOT_M, 0),
        geoaltitude=_stated(held["height_m"] / FOOT_M, 0),
        groundspeed=round(math.hypot(east, north) / KNOT_MPS, 1) if moving else None,
        track=round(math.degrees(math.atan2(east, north)) % 360.0, 2) if moving else None,
        vertical_rate=_stated(held["vel_up_mps"] * 60.0 / FOOT_M, 0),
        squawk=f"{int(held['squawk']):04d}" if held["squawk"] >= 0 else None,
    )


def _stated(value: float, digits: int) -> float | None:
    return round(float(value), digits) if math.isfinite(value) else None


MEANS = Means(
    name="flights",
    standard="state vectors in JSON (traffic library, pandas)",
    claims=claims,
    decode=decode,
    encode=encode,
    explain=explain,
    watch="",
    no_watch="a list of flights does not say when and where its receivers listened",
    accuracy="accuracy.position_m; a place may be some seconds older than its row",
    detection="unknown",
    classes=("aircraft",),
)
