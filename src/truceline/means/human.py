"""A person's report, structured: what was seen, heard or told, or that nothing was there to see.

    {"report": "R-20201120-07", "reporter": "patrol-2", "known": "seen",
     "event": {"time": "2020-11-20T11:20:00Z", "uncertainty_s": 120}, "observed": "2020-11-20T11:20:00Z",
     "entered": "2020-11-20T11:34:00Z", "place": {"lat": 39.99, "lon": 46.93, "uncertainty_m": 200},
     "what": {"event": "convoy leaving", "object": "convoy", "count": 14}, "text": "...", "language": "en",
     "reliability": "B", "signature": {"key": "...", "value": "..."}, "exercise": true}
    place: lat, lon, uncertainty_m | mgrs, uncertainty_m (default: the square) | ring [[lon, lat], ...]
    look:  {"ring": [[lon, lat], ...], "from": T, "to": T, "visibility_m": 3000, "noticed": {"vehicle": 0.8}}
    what:  {"event": ..., "object": a class, "count": n, "type": "APC", "side": "RUS"}: "type" one of
           terms.classes.OBJECT_TYPES, "side" the party of the agreement it is held to belong to, when told apart
A body is one document, or one document a line. report: 1 to 16 letters, digits, "-", "_", "."; reporter: a
role, in small letters, never a person's name; known: seen, heard, told; times: ISO 8601 with a zone;
uncertainty_s: one sigma; uncertainty_m: the radius that holds the place in 95 of 100 cases. "look" says
what was searched, with the probability that an object of each class, had it been there, would have been
noticed; with "what" null it says that nothing was there: one row of the kind "empty" for each class. A look
that was seen (not heard or told) is a Watch of the mode "patrol". reliability A to F is the reporter's, as
0.95, 0.8, 0.6, 0.4, 0.2 and not known.
Source: this project; reliability letters as in NATO AJP-2.1 (source reliability), their numbers our own.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec
import numpy as np

from truceline.means.lines import few, lines
from truceline.means.means import Field, Input, Means, Reading
from truceline.means.mgrs import mgrs_place
from truceline.means.observations import KIND, KNOWN, OBSERVATIONS
from truceline.means.passes import Ring, checked_classes, checked_ring
from truceline.means.source import Source
from truceline.means.watch import Area, Watch
from truceline.terms.classes import NAMES, OBJECT_TYPES
from truceline.terms.columns import Columns
from truceline.terms.faults import Fault, Refusal
from truceline.terms.geodesy import A_M
from truceline.terms.time import NS_PER_DAY, NS_PER_S, format_time, parse_time

CIRCLE_95 = 2.4477468306808166
RELIABILITY = {"A": 0.95, "B": 0.8, "C": 0.6, "D": 0.4, "E": 0.2, "F": math.nan}
SCALE_M = A_M * math.pi / 180.0
FIRST_NS, LAST_NS = parse_time("1970-01-01T00:00Z"), parse_time("2200-01-01T00:00Z")
IDENTITY = re.compile(r"[A-Za-z0-9._-]{1,16}")
ROLE = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")


class Event(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When it was so."""

    time: str
    uncertainty_s: float = 0.0


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where: lat and lon, or mgrs, or a ring."""

    lat: float | None = None
    lon: float | None = None
    mgrs: str = ""
    ring: Ring = ()
    uncertainty_m: float | None = None


class What(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What it was: a word for the event, the object class ("" when none fits), how many, its type, whose it is."""

    event: str
    object: str = ""
    count: int | None = None
    type: str = ""
    side: str = ""


class Look(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """What was searched, and the probability of noticing an object of each class had it been there."""

    ring: Ring
    from_: str
    to: str
    noticed: dict[str, float]
    visibility_m: float | None = None


class Signature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The reporter's own signature, kept as it came; the log's signatures do not depend on it."""

    key: str
    value: str


class Report(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One document, see the module."""

    report: str
    reporter: str
    known: Literal["seen", "heard", "told"]
    event: Event
    observed: str
    entered: str
    place: Place | None = None
    what: What | None = None
    look: Look | None = None
    text: str = ""
    language: str = ""
    reliability: Literal["A", "B", "C", "D", "E", "F"] = "F"
    signature: Signature | None = None
    exercise: bool = False


Row = dict[str, float | int | bytes]
Spot = tuple[float, float, float, float, float]


def claims(name: str, head: bytes) -> float:
    """Return how sure it is that a file holds reports: by the names of their first fields."""
    return 0.9 if b'"reporter"' in head and b'"known"' in head else 0.0


def decode(records: Sequence[Input], source: Source) -> Reading:
    """Return a row for each report (or class of an empty look) and a Watch for each look that was seen."""
    rows: list[Row] = []
    watches: list[Watch] = []
    faults: list[Fault] = []
    count = decoded = framing = 0
    for record in records:
        for offset, length, text in _documents(record.body):
            if not text.strip():
                framing += length
                continue
            try:
                found, watch = _read(_parse(text), source, record.seq, offset)
            except (msgspec.MsgspecError, Refusal, RecursionError) as error:
                faults.append(Fault(source.name, record.seq, offset, length, f"no report: {error}"))
                continue
            rows += found
            watches += [watch] if watch else []
            count, decoded = count + 1, decoded + length
    given = {name: np.array([row[name] for row in rows]) for name in (rows[0] if rows else ())}
    table = OBSERVATIONS.build(len(rows), given)
    return Reading(table, tuple(watches), few(faults), count, decoded, framing)


def encode(items: Columns, watches: Sequence[Watch], source: Source) -> list[bytes]:
    """Return one document for each report row, and for each Watch over an area with its empty rows.

    Raises:
        Refusal: a Watch over an area has no empty row within its time to take the report's id from.
    """
    empty = items["kind"] == KIND["empty"]
    bodies = []
    for row in np.flatnonzero(items["kind"] == KIND["report"]).tolist():
        bodies.append(_write(items, row, source, None))
    for watch in watches:
        if not isinstance(watch.footprint, Area):
            continue
        inside = empty & (items["time_ns"] >= watch.start_ns) & (items["time_ns"] <= watch.end_ns)
        inside &= items["seq"] == watch.seq
        if not inside.any():
            raise Refusal("a look without a report row", remedy="give an empty row of the same seq and time")
        bodies.append(_write(items, int(np.flatnonzero(inside)[0]), source, watch))
    return bodies


def explain(body: bytes, item: int, source: Source) -> list[Field]:
    """Return the fields of the report at byte ``item`` of a body."""
    for offset, length, text in _documents(body):
        if offset <= item < offset + length:
            try:
                read = _parse(text)
                _read(read, source, -1, offset)
            except (msgspec.MsgspecError, Refusal, RecursionError) as error:
                return [Field("report", offset, length, f"no report: {error}")]
            return [Field(name, *_where(body, offset, length, name), told) for name, told in _told(read)]
    return [Field("report", item, 0, "no such byte in this record")]


def _told(read: Report) -> Iterator[tuple[str, str]]:
    for name in read.__struct_fields__:
        value = getattr(read, name)
        if value is not None and value != "":
            yield name, value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _where(body: bytes, offset: int, length: int, name: str) -> tuple[int, int]:
    """Return where a field's name begins in the document, and the bytes from there to the document's end."""
    place = body.find(f'"{name}"'.encode(), offset, offset + length)
    return (place, len(name) + 2) if place >= 0 else (offset, length)


def _documents(body: bytes) -> Iterator[tuple[int, int, str]]:
    """Yield (offset, length, text): the lines when the first is a document by itself, else the body."""
    first = body.split(b"\n", 1)[0].strip()
    if first.startswith(b"{") and not first.endswith(b"}"):
        yield 0, len(body), body.decode("utf-8", "replace")
    else:
        yield from lines(body)


def _parse(text: str) -> Report:
    return msgspec.json.decode(text, type=Report)


def _time(text: str) -> int:
    time_ns = parse_time(text)
    if not FIRST_NS <= time_ns < LAST_NS:
        raise Refusal(f"{text} is not between 1970 and 2200")
    return time_ns


def _read(read: Report, source: Source, seq: int, offset: int) -> tuple[list[Row], Watch | None]:
    """Return the rows of a report and the Watch of its look.

    Raises:
        Refusal: a value is not what the module says.
    """
    if not IDENTITY.fullmatch(read.report):
        raise Refusal("report must be 1 to 16 letters, digits, dots, dashes")
    if not ROLE.fullmatch(read.reporter):
        raise Refusal("reporter must be a role in small letters, such as patrol-2", remedy="never a name")
    event_ns, observed_ns, entered_ns = _time(read.event.time), _time(read.observed), _time(read.entered)
    sigma_ns = _within("uncertainty_s", read.event.uncertainty_s, 0.0, 86_400.0 * 366.0) * NS_PER_S
    if entered_ns < observed_ns or observed_ns + 3 * sigma_ns < event_ns:
        raise Refusal("the times contradict: event, observation and entry follow one another")
    watch, looked = _look(read, source, seq)
    row: Row = {"seq": seq, "item": offset, "known": KNOWN.index(read.known), "object_type": b"", "side": b""}
    row |= {
        "label": read.report.encode(),
        "simulated": read.exercise,
        "quality": RELIABILITY[read.reliability],
    }
    if read.what is None:
        if watch is None or read.look is None:
            raise Refusal("a report needs what happened, or where nothing was seen (look)")
        middle, spread = (
            (watch.start_ns + watch.end_ns) // 2,
            (watch.end_ns - watch.start_ns) / math.sqrt(12.0),
        )
        row |= {"kind": KIND["empty"], "time_ns": middle, "time_sigma_ns": round(spread), "amount": 0.0}
        rows = [{**row, **looked, "object_class": NAMES.index(name)} for name, _ in watch.classes]
        return rows, watch if read.known == "seen" else None
    if read.place is None:
        raise Refusal("a report of an event needs a place")
    known = read.what.object
    if known and known not in NAMES:
        raise Refusal(f"unknown object class {known!r}", remedy=f"known: {', '.join(NAMES)}")
    count = math.nan if read.what.count is None else _within("count", read.what.count, 0, 1e6)
    row |= _told_apart(read.what)
    row |= {"kind": KIND["report"], "time_ns": event_ns, "time_sigma_ns": round(sigma_ns), "amount": count}
    row |= {**_spot(_place(read.place)), "object_class": NAMES.index(known) if known else -1}
    return [row], watch if read.known == "seen" else None


def _told_apart(what: What) -> Row:
    if what.type and OBJECT_TYPES.get(what.type) != what.object:
        fitting = sorted(name for name, group in OBJECT_TYPES.items() if group == what.object)
        raise Refusal(
            f"no {what.object or 'object'} is of type {what.type!r}", remedy=f"one of {', '.join(fitting)}"
        )
    if what.side and not IDENTITY.fullmatch(what.side):
        raise Refusal("side must be the short name of a party: 1 to 16 letters, digits, dots, dashes")
    return {"object_type": what.type.encode(), "side": what.side.encode()}


def _within(name: str, value: float, low: float, high: float) -> float:
    if not low <= value <= high:
        raise Refusal(f"{name} must be {low:g} to {high:g}")
    return value


def _look(read: Report, source: Source, seq: int) -> tuple[Watch | None, Row]:
    if read.look is None:
        return None, {}
    look = read.look
    start_ns, end_ns = _time(look.from_), _time(look.to)
    if not start_ns < end_ns <= start_ns + NS_PER_DAY:
        raise Refusal("a look ends after it begins, by at most 24 h")
    if not look.noticed:
        raise Refusal("a look needs the classes that would have been noticed")
    if look.visibility_m is not None:
        _within("visibility_m", look.visibility_m, 0.0, 200_000.0)
    ring, classes = checked_ring(look.ring), checked_classes(look.noticed)
    watch = Watch(source.name, start_ns, end_ns, Area(ring), "up", "patrol", seq, classes)
    return watch, _spot(_middle(ring))


def _spot(spot: Spot) -> Row:
    return dict(zip(("lat_deg", "lon_deg", "cov_ee_m2", "cov_en_m2", "cov_nn_m2"), spot, strict=True))


def _place(place: Place) -> Spot:
    """Return (lat_deg, lon_deg, covariance ee, en, nn in m2) of a place."""
    told = place.uncertainty_m
    if told is not None:
        _within("uncertainty_m", told, 0.0, 1e6)
    if place.ring:
        return _middle(checked_ring(place.ring))
    if place.mgrs:
        lat, lon, radius = mgrs_place(place.mgrs)
        told = max(radius, told or 0.0)
    elif place.lat is None or place.lon is None or told is None:
        raise Refusal("a place is lat, lon and uncertainty_m, or mgrs, or a ring")
    else:
        lat, lon = _within("lat", place.lat, -90.0, 90.0), _within("lon", place.lon, -180.0, 180.0)
    variance = (told / CIRCLE_95) ** 2
    return lat, lon, variance, 0.0, variance


def _middle(ring: Ring) -> Spot:
    """Return the centroid of a ring and the covariance of a point spread evenly over it (second moments)."""
    lon0, lat0 = ring[0]
    wide = SCALE_M * math.cos(math.radians(lat0))
    points = [((lon - lon0) * wide, (lat - lat0) * SCALE_M) for lon, lat in ring]
    area = x = y = xx = xy = yy = 0.0
    for (ax, ay), (bx, by) in zip(points, points[1:] + points[:1], strict=True):
        cross = ax * by - bx * ay
        area += cross / 2.0
        x, y = x + (ax + bx) * cross / 6.0, y + (ay + by) * cross / 6.0
        xx, yy = (
            xx + (ax * ax + ax * bx + bx * bx) * cross / 12.0,
            yy + (ay * ay + ay * by + by * by) * cross / 12.0,
        )
        xy += (ax * by + 2.0 * ax * ay + 2.0 * bx * by + bx * ay) * cross / 24.0
    if abs(area) < 1.0:
        raise Refusal("a ring encloses no ground")
    x, y = x / area, y / area
    spread = (xx / area - x * x, xy / area - x * y, yy / area - y * y)
    return lat0 + y / SCALE_M, lon0 + x / wide, *spread


def _write(items: Columns, row: int, source: Source, watch: Watch | None) -> bytes:
    time_ns = int(items["time_ns"][row])
    last_ns = watch.end_ns if watch else time_ns
    told = {value: name for name, value in RELIABILITY.items()}
    quality, amount, kind = (
        float(items["quality"][row]),
        float(items["amount"][row]),
        int(items["object_class"][row]),
    )
    what = place = look = None
    if watch is None:
        what = What(
            "report",
            NAMES[kind] if kind >= 0 else "",
            None if math.isnan(amount) else int(amount),
            items["object_type"][row].decode(),
            items["side"][row].decode(),
        )
        radius = math.sqrt(max(0.0, float(items["cov_ee_m2"][row]))) * CIRCLE_95
        place = Place(float(items["lat_deg"][row]), float(items["lon_deg"][row]), uncertainty_m=radius)
    elif isinstance(watch.footprint, Area):
        start, end = format_time(watch.start_ns, 9), format_time(watch.end_ns, 9)
        look = Look(watch.footprint.ring, start, end, dict(watch.classes))
    known = "seen" if watch else KNOWN[int(items["known"][row])]
    report = Report(
        report=items["label"][row].decode(),
        reporter=re.sub(r"[^a-z0-9._-]", "-", source.name.lower()).lstrip("._-")[:32] or "reporter",
        known="heard" if known == "heard" else "told" if known == "told" else "seen",
        event=Event(
            format_time(time_ns, 9), float(items["time_sigma_ns"][row]) / NS_PER_S if watch is None else 0.0
        ),
        observed=format_time(last_ns, 9),
        entered=format_time(last_ns, 9),
        place=place,
        what=what,
        look=look,
        reliability=told.get(quality, "F"),  # type: ignore[arg-type]
        exercise=bool(items["simulated"][row]),
    )
    return msgspec.json.encode(report)


MEANS = Means(
    name="human",
    standard="Truceline human report, JSON",
    claims=claims,
    decode=decode,
    encode=encode,
    explain=explain,
    watch="each look that was seen: ring, from, to, and the reporter's probability of noticing each class",
    no_watch="",
    accuracy="the place's own uncertainty (95 % radius), MGRS square or ring; the time's own sigma",
    detection="the probability of noticing that the look states for each class",
    classes=NAMES,
)
