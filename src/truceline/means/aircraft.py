"""aircraft.json of readsb, dump1090-fa and tar1090: a receiver's own picture, once a second or so.

    {"now": 1605830400.1, "messages": 12345678, "aircraft": [
      {"hex": "4ba9c1", "type": "adsb_icao", "flight": "THY4KZ  ", "alt_baro": 36000, "alt_geom": 36450,
       "gs": 451.2, "track": 92.7, "baro_rate": 64, "geom_rate": 0, "squawk": "2351", "lat": 40.1,
       "lon": 46.2, "seen_pos": 0.4, "seen": 0.1, "nic": 8, "nac_p": 9, "rc": 186, "mlat": [], "tisb": []}, ...]}
A body is one document, or one a line (gzip allowed). alt_* in feet or "ground", gs in knots, track in
degrees, rates in ft/min, seen and seen_pos in seconds before now; "~" before hex: no ICAO address. Time of
a place = now - seen_pos. A place computed by others (lat in "mlat" or "tisb", or a type of theirs) is a row
of the kind "track". A document repeats what it last heard: a place of an address within 0.2 s of its last
one, or an identity unchanged in 60 s, gives no row. Proof of life: a document whose "messages" grew since
the last one (a page served by a dead receiver does not).
Source: readsb README-json.md; dump1090-fa README-json.md.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import msgspec
import numba
import numpy as np

from truceline.means.adsb.message import FOOT_M, KNOT_MPS, NACP_M
from truceline.means.lines import few, lines
from truceline.means.means import Field, Input, Means, Reading
from truceline.means.observations import KIND, OBSERVATIONS
from truceline.means.packed import DAMAGED, balance, unpack, unpack_head
from truceline.means.source import Source
from truceline.means.watch import Sector, Watch
from truceline.terms.columns import Columns
from truceline.terms.faults import Fault, Refusal
from truceline.terms.time import NS_PER_S

SAME_NS = NS_PER_S // 5
STALE_NS = 60 * NS_PER_S
LATEST_S = 7_258_118_400.0
OTHERS = ("mlat", "tisb")
ADDRESS = re.compile(r"~?[0-9A-Fa-f]{6}")


class Document(msgspec.Struct, frozen=True):
    """One aircraft.json; unknown fields are left alone, as receivers add theirs."""

    now: float
    aircraft: list[msgspec.Raw]
    messages: int | None = None


class Aircraft(msgspec.Struct, frozen=True, omit_defaults=True):
    """One aircraft of it."""

    hex: str
    type: str = ""
    flight: str = ""
    alt_baro: float | str | None = None
    alt_geom: float | None = None
    gs: float | None = None
    track: float | None = None
    baro_rate: float | None = None
    geom_rate: float | None = None
    squawk: str = ""
    lat: float | None = None
    lon: float | None = None
    seen_pos: float | None = None
    seen: float = 0.0
    nic: int | None = None
    nac_p: int | None = None
    mlat: tuple[str, ...] = ()
    tisb: tuple[str, ...] = ()


Row = dict[str, float | int | bytes]
Latest = dict[int, tuple[int, tuple[float | int | bytes, ...]]]


class Found:
    """What has been read so far: rows, faults, counts of bytes, and each address's last row."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.rows: list[Row] = []
        self.faults: list[Fault] = []
        self.alive: list[tuple[int, int]] = []
        self.records = self.decoded = self.framing = 0
        self.messages = -1
        self.places: Latest = {}
        self.said: Latest = {}


def claims(name: str, head: bytes) -> float:
    """Return how sure it is that a file is such a picture: by its first fields."""
    text = unpack_head(head)
    if b'"aircraft"' not in text or b'"now"' not in text:
        return 0.0
    return 0.95 if b'"hex"' in text or b'"messages"' in text else 0.6


def decode(records: Sequence[Input], source: Source) -> Reading:
    """Return the aircraft of a receiver's pictures; an aircraft that cannot be read is a fault, not the document."""
    found = Found()
    for record in records:
        plain = unpack(record.body)
        if plain is None:
            found.faults.append(Fault(source.name, record.seq, 0, len(record.body), DAMAGED))
            continue
        for offset, length in _documents(plain):
            _document(plain, offset, length, record, source, found)
    given = {
        name: np.array([row[name] for row in found.rows]) for name in (found.rows[0] if found.rows else ())
    }
    if given:
        track = given.pop("track_rad").astype(np.float64)
        given["vel_east_mps"], given["vel_north_mps"] = components(
            given.pop("speed_mps").astype(np.float64), track
        )
    table = OBSERVATIONS.build(len(found.rows), given)
    read = Reading(
        table, _watches(found, source), few(found.faults), found.records, found.decoded, found.framing
    )
    return balance(read, records)


def encode(items: Columns, watches: Sequence[Watch], source: Source) -> list[bytes]:
    """Return one document for each second that has rows or a Watch's end; the counter grows with each.

    Positions keep six decimals, altitudes 25 ft, speed 0.1 kt, track 0.01 degrees, times 0.1 s (as seen_pos).

    Raises:
        Refusal: a row has no address.
    """
    if np.any(items["address"] < 0):
        raise Refusal("an aircraft.json needs an aircraft address", remedy="give every row an address")
    ends = [end for watch in watches for end in (watch.start_ns, watch.end_ns)]
    step = max(NS_PER_S, round(source.heartbeat_s * NS_PER_S / 2))
    for watch in watches:
        ends += range(watch.start_ns, watch.end_ns, step)
    rows_at: dict[int, list[int]] = {time_ns: [] for time_ns in ends}
    for row in np.argsort(items["time_ns"], kind="stable").tolist():
        second = int(-(-items["time_ns"][row] // NS_PER_S)) * NS_PER_S
        rows_at.setdefault(second, []).append(row)
    # A counter proves life by growing, so the first document needs one before it.
    bodies = [msgspec.json.encode(Document(min(rows_at) / NS_PER_S, [], 0))] if rows_at else []
    for count, now_ns in enumerate(sorted(rows_at)):
        aircraft = [
            msgspec.Raw(msgspec.json.encode(_aircraft(items, row, now_ns))) for row in rows_at[now_ns]
        ]
        bodies.append(msgspec.json.encode(Document(now_ns / NS_PER_S, aircraft, count + 1)))
    return bodies


def explain(body: bytes, item: int, source: Source) -> list[Field]:
    """Return the fields of the aircraft whose object begins at byte ``item`` (of the text when packed)."""
    plain = unpack(body) or b""
    for offset, length in _documents(plain):
        if not offset <= item < offset + length:
            continue
        try:
            document = msgspec.json.decode(plain[offset : offset + length], type=Document)
            for start, raw in _each(plain, offset, document):
                if start == item:
                    held = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
                    return [
                        Field(name, start, len(raw), bytes(value).decode()) for name, value in held.items()
                    ]
        except (msgspec.MsgspecError, RecursionError) as error:
            return [Field("document", offset, length, f"not readable: {error}")]
    return [Field("aircraft", item, 0, "no aircraft begins at this byte")]


def _documents(plain: bytes) -> list[tuple[int, int]]:
    """Return (offset, length): one a line when the first line is whole, else the body."""
    first = plain.split(b"\n", 1)[0].strip()
    if first.startswith(b"{") and first.endswith(b"}"):
        return [(offset, length) for offset, length, _ in lines(plain)]
    return [(0, len(plain))] if plain else []


def _each(plain: bytes, offset: int, document: Document) -> list[tuple[int, bytes]]:
    """Return (offset, bytes) of the aircraft of a document that begins at ``offset``."""
    place = plain.find(b'"aircraft"', offset)
    found = []
    for raw in document.aircraft:
        held = bytes(raw)
        place = plain.find(held, place)
        found.append((place, held))
        place += len(held)
    return found


def _document(plain: bytes, offset: int, length: int, record: Input, source: Source, found: Found) -> None:
    text = plain[offset : offset + length]
    if not text.strip():
        found.framing += length
        return
    try:
        document = msgspec.json.decode(text, type=Document)
        if not 0.0 <= document.now < LATEST_S:
            raise msgspec.ValidationError("now is not between 1970 and 2200")
    except (msgspec.MsgspecError, RecursionError) as error:
        found.faults.append(Fault(source.name, record.seq, offset, length, f"no aircraft.json: {error}"))
        return
    now_ns = round(document.now * NS_PER_S)
    if document.messages is None or document.messages > found.messages >= 0:
        found.alive.append((now_ns, record.seq))
    found.messages = -1 if document.messages is None else document.messages
    inside = 0
    for start, raw in _each(plain, offset, document):
        inside += len(raw)
        try:
            row = _row(msgspec.json.decode(raw, type=Aircraft), now_ns)
        except (msgspec.MsgspecError, RecursionError, ValueError) as error:
            found.faults.append(Fault(source.name, record.seq, start, len(raw), f"no aircraft: {error}"))
            continue
        found.records += 1
        found.decoded += len(raw)
        if _news(row, found):
            found.rows.append({"seq": record.seq, "item": start, **row})
    found.framing += length - inside


def _news(row: Row, found: Found) -> bool:
    """Return whether a row says more than the last one of its address."""
    placed = row["kind"] != KIND["identity"]
    latest = found.places if placed else found.said
    address, time_ns = int(row["address"]), int(row["time_ns"])
    altitude = float(row["pressure_altitude_m"])
    words = () if placed else (row["label"], row["squawk"], -1.0 if math.isnan(altitude) else altitude)
    before = latest.get(address)
    if (
        before is not None
        and before[1] == words
        and abs(time_ns - before[0]) <= (SAME_NS if placed else STALE_NS)
    ):
        return False
    latest[address] = (time_ns, words)
    return True


def _row(read: Aircraft, now_ns: int) -> Row:
    """Return one aircraft's values.

    Raises:
        ValueError: a value is out of range.
    """
    if not ADDRESS.fullmatch(read.hex):
        raise ValueError(f"hex {read.hex!r} is no 24-bit address")
    address = int(read.hex.removeprefix("~"), 16)
    placed = read.lat is not None and read.lon is not None and read.seen_pos is not None
    lat, lon = (_number(read.lat, 90.0), _number(read.lon, 180.0)) if placed else (math.nan, math.nan)
    age = _number(read.seen_pos if placed else read.seen, 1e6)
    others = "lat" in read.mlat or "lat" in read.tisb or read.type.startswith(OTHERS)
    pressure = _number(read.alt_baro, 2e5) if not isinstance(read.alt_baro, str) else math.nan
    rate = read.baro_rate if read.baro_rate is not None else read.geom_rate
    squawk = (
        int(read.squawk) if len(read.squawk) == 4 and all(sign in "01234567" for sign in read.squawk) else -1
    )
    accuracy = read.nac_p if read.nac_p is not None and 0 <= read.nac_p <= 11 else 0
    kind = "identity" if not placed else "track" if others else "position"
    return {
        "kind": KIND[kind],
        "time_ns": now_ns - round(age * NS_PER_S),
        "time_sigma_ns": NS_PER_S // 10,
        "lat_deg": lat,
        "lon_deg": lon,
        "height_m": _number(read.alt_geom, 2e5) * FOOT_M,
        "pressure_altitude_m": pressure * FOOT_M,
        "speed_mps": _number(read.gs, 4_000.0) * KNOT_MPS,
        "track_rad": math.radians(_number(read.track, 360.0)),
        "vel_up_mps": _number(rate, 1e5) * FOOT_M / 60.0,
        "address": address,
        "squawk": squawk,
        "label": read.flight.strip().encode("utf-8", "replace")[:16],
        "quality": float(NACP_M[accuracy]) if placed else math.nan,
        "integrity": _category(read.nic) if placed else -1,
        "accuracy_category": _category(read.nac_p) if placed else -1,
    }


def _category(stated: int | None) -> int:
    return stated if stated is not None and 0 <= stated <= 11 else -1


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


@numba.njit(cache=True)
def components(
    speed_mps: np.ndarray[tuple[int], np.dtype[np.float64]],
    track_rad: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> tuple[np.ndarray[tuple[int], np.dtype[np.float64]], np.ndarray[tuple[int], np.dtype[np.float64]]]:
    """Return (east, north) of speeds along tracks, shapes (n,)."""
    east, north = np.empty(len(speed_mps)), np.empty(len(speed_mps))
    for row in range(len(speed_mps)):
        east[row] = speed_mps[row] * math.sin(track_rad[row])
        north[row] = speed_mps[row] * math.cos(track_rad[row])
    return east, north


def _watches(found: Found, source: Source) -> tuple[Watch, ...]:
    if source.site is None:
        return ()
    watches: list[Watch] = []
    footprint = Sector(source.site, source.detection.range_m)
    classes = (("aircraft", source.detection.ceiling),)
    first = last = seq = -1
    for time_ns, number in [*sorted(found.alive), (1 << 62, -1)]:
        if first < 0 or time_ns - last > round(source.heartbeat_s * NS_PER_S):
            if last > first >= 0:
                watches.append(Watch(source.name, first, last, footprint, "up", "cooperative", seq, classes))
            first, seq = time_ns, number
        last = time_ns
    return tuple(watches)


def _aircraft(items: Columns, row: int, now_ns: int) -> Aircraft:
    held = {name: items[name][row] for name in items}
    placed = np.isfinite(held["lat_deg"]) and np.isfinite(held["lon_deg"])
    east, north = float(held["vel_east_mps"]), float(held["vel_north_mps"])
    moving = math.isfinite(east) and math.isfinite(north)
    age = (now_ns - int(held["time_ns"])) / NS_PER_S
    accuracy = [place for place in range(1, 12) if NACP_M[place] >= held["quality"] - 1e-6]
    return Aircraft(
        hex=f"{int(held['address']):06x}",
        type="mlat" if held["kind"] == KIND["track"] else "adsb_icao",
        flight=held["label"].decode().ljust(8) if held["label"] else "",
        alt_baro=_stated(held["pressure_altitude_m"] / FOOT_M, 0),
        alt_geom=_stated(held["height_m"] / FOOT_M, 0),
        gs=round(math.hypot(east, north) / KNOT_MPS, 1) if moving else None,
        track=round(math.degrees(math.atan2(east, north)) % 360.0, 2) if moving else None,
        baro_rate=_stated(held["vel_up_mps"] * 60.0 / FOOT_M, 0),
        squawk=f"{int(held['squawk']):04d}" if held["squawk"] >= 0 else "",
        lat=_stated(held["lat_deg"], 6) if placed else None,
        lon=_stated(held["lon_deg"], 6) if placed else None,
        seen_pos=round(age, 1) if placed else None,
        seen=round(age, 1),
        nic=int(held["integrity"]) if held["integrity"] >= 0 else None,
        nac_p=max(accuracy) if accuracy and math.isfinite(held["quality"]) else None,
    )


def _stated(value: float, digits: int) -> float | None:
    return round(float(value), digits) if math.isfinite(value) else None


MEANS = Means(
    name="aircraft",
    standard="readsb / dump1090-fa aircraft.json",
    claims=claims,
    decode=decode,
    encode=encode,
    explain=explain,
    watch="documents whose counter grows, no further apart than heartbeat_s, when the site is declared",
    no_watch="",
    accuracy="95 % radius by NACp; accuracy.position_m when none is stated",
    detection="receiver range and horizon, only aircraft that broadcast: a silent one is not an absent one",
    classes=("aircraft",),
)
