"""Satellite passes as JSON lines of our own: what was imaged, from when to when, and how much was clear.

    {"satellite": "N20", "start": "2020-11-20T09:41:00Z", "end": "2020-11-20T09:42:30Z",
     "ring": [[46.0, 39.0], [48.0, 39.0], [48.0, 40.5], [46.0, 40.5]], "clear": 0.8, "received": true,
     "classes": {"fire": 0.9}, "exercise": false}
One pass a line. ring: [longitude, latitude] in degrees WGS84, at least three corners, the ground that was
imaged, not what the orbit could reach. clear: share of it free of cloud, 0 to 1, null or left out when not
known. received: whether the images came and were searched; false is a plan and no Watch. classes:
probability that an object of the class under clear sky would have been found; left out, the source's
declared detection model decides. Times are ISO 8601 with a zone, the end after the start by at most 24 h.
Each received pass is one Watch of the mode "pass".
Source: this project; geometry as in RFC 7946 (GeoJSON positions).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from truceline.means.lines import few, lines
from truceline.means.means import Field, Input, Means, Reading
from truceline.means.observations import OBSERVATIONS
from truceline.means.packed import DAMAGED, balance, unpack, unpack_head
from truceline.means.source import Source
from truceline.means.watch import Swath, Watch
from truceline.terms.classes import NAMES
from truceline.terms.columns import Columns
from truceline.terms.faults import Fault, Refusal
from truceline.terms.time import NS_PER_DAY, format_time, parse_time

Ring = tuple[tuple[float, float], ...]


class Pass(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One line, see the module."""

    satellite: str
    start: str
    end: str
    ring: Ring
    clear: float | None = None
    received: bool = True
    classes: dict[str, float] = {}
    exercise: bool = False


def claims(name: str, head: bytes) -> float:
    """Return how sure it is that a file holds passes: its first line is one."""
    first = unpack_head(head).split(b"\n", 1)[0]
    return 0.9 if b'"satellite"' in first and b'"ring"' in first else 0.0


def decode(records: Sequence[Input], source: Source) -> Reading:
    """Return one Watch for each pass that was received; lines that are none are faults."""
    watches: list[Watch] = []
    faults: list[Fault] = []
    count = decoded = framing = 0
    for record in records:
        plain = unpack(record.body)
        if plain is None:
            faults.append(Fault(source.name, record.seq, 0, len(record.body), DAMAGED))
            continue
        for offset, length, text in lines(plain):
            if not text.strip():
                framing += length
                continue
            try:
                read, watch = _watch(text, source, record.seq)
            except (msgspec.MsgspecError, Refusal) as error:
                faults.append(Fault(source.name, record.seq, offset, length, f"no satellite pass: {error}"))
                continue
            count, decoded = count + 1, decoded + length
            if read.received:
                watches.append(watch)
    return balance(
        Reading(OBSERVATIONS.empty(), tuple(watches), few(faults), count, decoded, framing), records
    )


def encode(items: Columns, watches: Sequence[Watch], source: Source) -> list[bytes]:
    """Return one file with a line for each Watch over a swath (others are not passes and are left out)."""
    rows = [
        Pass(
            source.name,
            format_time(watch.start_ns, 9),
            format_time(watch.end_ns, 9),
            watch.footprint.ring,
            None if math.isnan(watch.footprint.clear_share) else watch.footprint.clear_share,
            classes=dict(watch.classes),
            exercise=source.simulated,
        )
        for watch in watches
        if isinstance(watch.footprint, Swath)
    ]
    return [b"\n".join([*(msgspec.json.encode(row) for row in rows), b""])] if rows else []


def explain(body: bytes, item: int, source: Source) -> list[Field]:
    """Return the fields of the pass at byte ``item`` of a body (of its text when packed)."""
    for offset, length, text in lines(unpack(body) or b""):
        if offset <= item < offset + length:
            try:
                read, _ = _watch(text, source, -1)
            except (msgspec.MsgspecError, Refusal) as error:
                return [Field("line", offset, length, f"no satellite pass: {error}")]
            return [
                Field(name, offset, length, str(value))
                for name, value in msgspec.structs.asdict(read).items()
            ]
    return [Field("line", item, 0, "no such byte in this record")]


def _watch(text: str, source: Source, seq: int) -> tuple[Pass, Watch]:
    """Return the pass and its Watch.

    Raises:
        MsgspecError, Refusal: the line is none.
    """
    read = msgspec.json.decode(text, type=Pass)
    start_ns, end_ns = parse_time(read.start), parse_time(read.end)
    if not start_ns < end_ns <= start_ns + NS_PER_DAY:
        raise Refusal("the end must be after the start, by at most 24 h")
    classes = checked_classes(read.classes)
    clear = math.nan if read.clear is None else read.clear
    if read.clear is not None and not 0.0 <= clear <= 1.0:
        raise Refusal("clear must be 0 to 1")
    footprint = Swath(checked_ring(read.ring), clear)
    return read, Watch(source.name, start_ns, end_ns, footprint, "up", "pass", seq, classes)


def checked_ring(ring: Ring) -> Ring:
    """Return a ring of (lon_deg, lat_deg) with at least three different corners in range.

    Raises:
        Refusal: it is none.
    """
    if len(dict.fromkeys(ring)) < 3:
        raise Refusal("a ring needs at least three corners")
    if not all(abs(lon) <= 180.0 and abs(lat) <= 90.0 for lon, lat in ring):
        raise Refusal("a corner is out of range", remedy="write [longitude, latitude] in degrees")
    return ring


def checked_classes(classes: dict[str, float]) -> tuple[tuple[str, float], ...]:
    """Return known object classes with their probabilities, in order of name.

    Raises:
        Refusal: an unknown class, or a probability outside 0 to 1.
    """
    for name, probability in classes.items():
        if name not in NAMES:
            raise Refusal(f"unknown object class {name!r}", remedy=f"known: {', '.join(NAMES)}")
        if not 0.0 <= probability <= 1.0:
            raise Refusal(f"the probability for {name} must be 0 to 1")
    return tuple(sorted(classes.items()))


MEANS = Means(
    name="passes",
    standard="Truceline satellite pass, JSON lines",
    claims=claims,
    decode=decode,
    encode=encode,
    explain=explain,
    watch="each pass whose images were received and searched: the ground it imaged, and its clear share",
    no_watch="",
    accuracy="no observations: the fires of a pass come by the means 'firms'",
    detection="the pass's own probability by class, else the source's declared model, times the clear share",
    classes=("fire", "convoy", "vehicle"),
)
