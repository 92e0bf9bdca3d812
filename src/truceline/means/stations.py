"""What sensors say of their own state, as JSON lines of our own: from when to when they looked, at what, in which air.

    {"sensor": "CAM-2", "start": "2020-11-20T09:41:00Z", "end": "2020-11-20T09:41:30Z", "health": "up",
     "look": {"kind": "stare", "azimuth_deg": 270, "elevation_deg": -2, "half_angle_deg": 8, "range_m": 6000},
     "conditions": {"visibility_m": 9000}, "image": "9f3c...", "exercise": true}
    look:  {"kind": "scan", "from_deg", "to_deg", "range_m"}              radar and others that turn or listen
           {"kind": "stare", "azimuth_deg", "elevation_deg", "half_angle_deg", "range_m"}       a camera's cone
           {"kind": "frame", "ring": [[lon, lat], ...]}                   ground of an aircraft's or mast's images
           {"kind": "patrol", "route": [[lon, lat], ...], "reach_m"}      a patrol's way
    conditions: above_m, gsd_m, noise_db, pixel_rad, rain_mmh, visibility_m, wind_mps, cloud
One stretch of watching a line, its end the last proof of life: a scan or stare lasts no longer than the source's
``heartbeat_s`` (later lines go on), a frame or patrol at most 24 h. place {"lat", "lon", "height_m"}: where the sensor
is, when it moves; else the source's site. health: up, degraded, jammed, blind, frozen, clock. image: a hash of what
it saw; the same one three times in a row is a frozen picture. Azimuths are true, clockwise; times ISO 8601 with a zone.
Source: this project; geometry as in RFC 7946 (GeoJSON positions), conditions as in SAPIENT status reports (BSI Flex 335).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from truceline.means.lines import few, lines
from truceline.means.means import Field, Input, Means, Reading
from truceline.means.observations import OBSERVATIONS
from truceline.means.packed import DAMAGED, balance, unpack, unpack_head
from truceline.means.passes import Ring, checked_classes, checked_ring
from truceline.means.source import Source
from truceline.means.watch import IMPEDED, Area, Cone, Footprint, Route, Sector, Watch
from truceline.terms.columns import Columns
from truceline.terms.faults import Fault, Refusal
from truceline.terms.place import Site
from truceline.terms.time import NS_PER_DAY, NS_PER_S, format_time, parse_time

CONDITIONS = ("above_m", "cloud", "gsd_m", "noise_db", "pixel_rad", "rain_mmh", "visibility_m", "wind_mps")
STEADY = ("scan", "stare")
HEALTH = ("up", "degraded", *IMPEDED)
SAME_IMAGES = 3


class Spot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a sensor that moves is."""

    lat: float
    lon: float
    height_m: float = 0.0


class Gaze(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What was looked at, see the module."""

    kind: str
    range_m: float = 0.0
    from_deg: float = 0.0
    to_deg: float = 360.0
    azimuth_deg: float = 0.0
    elevation_deg: float = 0.0
    half_angle_deg: float = 0.0
    ring: Ring = ()
    route: Ring = ()
    reach_m: float = 0.0


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One line, see the module."""

    sensor: str
    start: str
    end: str
    look: Gaze
    health: str = "up"
    place: Spot | None = None
    conditions: dict[str, float] = {}
    classes: dict[str, float] = {}
    image: str = ""
    exercise: bool = False


def claims(name: str, head: bytes) -> float:
    """Return how sure it is that a file holds sensors' states: its first line is one."""
    first = unpack_head(head).split(b"\n", 1)[0]
    return 0.9 if b'"sensor"' in first and b'"look"' in first else 0.0


def decode(records: Sequence[Input], source: Source) -> Reading:
    """Return one Watch for each line; lines that are none are faults, and a picture that stands still is no Watch of it."""
    told: list[tuple[Line, Watch]] = []
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
                told.append(_read(text, source, record.seq))
            except (msgspec.MsgspecError, Refusal) as error:
                faults.append(Fault(source.name, record.seq, offset, length, f"no sensor state: {error}"))
                continue
            count, decoded = count + 1, decoded + length
    watches = tuple(_thawed(told))
    return balance(Reading(OBSERVATIONS.empty(), watches, few(faults), count, decoded, framing), records)


def encode(items: Columns, watches: Sequence[Watch], source: Source) -> list[bytes]:
    """Return one file with a line for each Watch."""
    rows = [
        Line(
            source.name,
            format_time(watch.start_ns, 9),
            format_time(watch.end_ns, 9),
            _gaze(watch.footprint),
            watch.health,
            _spot(watch.footprint, source),
            dict(watch.conditions),
            dict(watch.classes),
            exercise=source.simulated,
        )
        for watch in watches
    ]
    return [b"\n".join([*(msgspec.json.encode(row) for row in rows), b""])] if rows else []


def explain(body: bytes, item: int, source: Source) -> list[Field]:
    """Return the fields of the line at byte ``item`` of a body (of its text when packed)."""
    for offset, length, text in lines(unpack(body) or b""):
        if offset <= item < offset + length:
            try:
                read, _ = _read(text, source, -1)
            except (msgspec.MsgspecError, Refusal) as error:
                return [Field("line", offset, length, f"no sensor state: {error}")]
            return [
                Field(name, offset, length, str(value))
                for name, value in msgspec.structs.asdict(read).items()
            ]
    return [Field("line", item, 0, "no such byte in this record")]


def _read(text: str, source: Source, seq: int) -> tuple[Line, Watch]:
    """Return the line and its Watch.

    Raises:
        MsgspecError, Refusal: the line is none.
    """
    read = msgspec.json.decode(text, type=Line)
    start_ns, end_ns = parse_time(read.start), parse_time(read.end)
    longest = round(source.heartbeat_s * NS_PER_S) if read.look.kind in STEADY else NS_PER_DAY
    if not start_ns < end_ns <= start_ns + longest:
        raise Refusal(f"the end must be after the start, by at most {longest / NS_PER_S:.0f} s")
    if read.health not in HEALTH:
        raise Refusal(f"no health is called {read.health!r}", remedy=f"one of {', '.join(HEALTH)}")
    for name, value in read.conditions.items():
        if name not in CONDITIONS or not math.isfinite(value) or not -200.0 <= value <= 1e6:
            raise Refusal(
                f"no condition is {name} = {value}", remedy=f"finite, one of {', '.join(CONDITIONS)}"
            )
    footprint = _footprint(read, source)
    conditions = tuple(sorted(read.conditions.items()))
    classes = checked_classes(read.classes)
    mode = read.look.kind
    return read, Watch(
        source.name, start_ns, end_ns, footprint, read.health, mode, seq, classes, 1.0, conditions
    )


def _footprint(read: Line, source: Source) -> Footprint:
    look = read.look
    if look.kind == "frame":
        return Area(checked_ring(look.ring))
    if look.kind == "patrol":
        inside = all(abs(lon) <= 180.0 and abs(lat) <= 90.0 for lon, lat in look.route)
        if len(look.route) < 2 or not inside or not 0.0 < look.reach_m <= 50_000.0:
            raise Refusal("a patrol needs two points or more in range, and a reach_m up to 50,000")
        return Route(look.route, look.reach_m)
    if look.kind not in STEADY:
        raise Refusal(f"no look is called {look.kind!r}", remedy="scan, stare, frame or patrol")
    site = _site(read.place, source)
    if not 0.0 < look.range_m <= 1e6:
        raise Refusal("range_m must be above 0, at most 1,000,000")
    if look.kind == "scan":
        low, width = look.from_deg, look.to_deg - look.from_deg
        if not (-360.0 <= low <= 360.0 and 0.0 < width <= 360.0):
            raise Refusal("to_deg must be above from_deg, by at most 360")
        return Sector(site, look.range_m, math.radians(low), math.radians(look.to_deg))
    if not (abs(look.azimuth_deg) <= 360.0 and abs(look.elevation_deg) <= 90.0):
        raise Refusal("a direction is out of range")
    if not 0.0 < look.half_angle_deg < 90.0:
        raise Refusal("half_angle_deg must be above 0 and below 90")
    azimuth, elevation = math.radians(look.azimuth_deg), math.radians(look.elevation_deg)
    return Cone(site, azimuth, elevation, math.radians(look.half_angle_deg), look.range_m)


def _site(place: Spot | None, source: Source) -> Site:
    if place is None:
        if source.site is None:
            raise Refusal("it does not say where it is", remedy="give it a place, or the source a site")
        return source.site
    if not (abs(place.lat) <= 90.0 and abs(place.lon) <= 180.0 and abs(place.height_m) <= 100_000.0):
        raise Refusal("its place is not on the earth")
    return Site(place.lat, place.lon, place.height_m)


def _thawed(told: Sequence[tuple[Line, Watch]]) -> list[Watch]:
    """The Watches; those whose picture is the one of the two before them, and those two, are frozen."""
    order = sorted(range(len(told)), key=lambda n: (told[n][1].start_ns, told[n][1].end_ns, n))
    frozen: set[int] = set()
    run: list[int] = []
    for n in order:
        image = told[n][0].image
        run = [*run, n] if image and run and told[run[-1]][0].image == image else [n]
        if len(run) >= SAME_IMAGES:
            frozen.update(run)
    return [
        msgspec.structs.replace(watch, health="frozen") if n in frozen else watch
        for n, (_, watch) in enumerate(told)
    ]


def _gaze(footprint: Footprint) -> Gaze:
    if isinstance(footprint, Sector):
        return Gaze(
            "scan", footprint.range_m, math.degrees(footprint.from_rad), math.degrees(footprint.to_rad)
        )
    if isinstance(footprint, Cone):
        angles = (footprint.azimuth_rad, footprint.elevation_rad, footprint.half_angle_rad)
        azimuth, elevation, half = (math.degrees(v) for v in angles)
        return Gaze(
            "stare", footprint.range_m, azimuth_deg=azimuth, elevation_deg=elevation, half_angle_deg=half
        )
    if isinstance(footprint, Route):
        return Gaze("patrol", route=footprint.points, reach_m=footprint.reach_m)
    return Gaze("frame", ring=footprint.ring)


def _spot(footprint: Footprint, source: Source) -> Spot | None:
    if not isinstance(footprint, Sector | Cone) or footprint.site == source.site:
        return None
    return Spot(footprint.site.lat_deg, footprint.site.lon_deg, footprint.site.height_m)


MEANS = Means(
    name="stations",
    standard="Truceline sensor state, JSON lines",
    claims=claims,
    decode=decode,
    encode=encode,
    explain=explain,
    watch="each stretch that the sensor reports, no longer than its heartbeat: its sector, cone, frame or way",
    no_watch="",
    accuracy="no observations: what the sensor saw comes by another source",
    detection="the sender's own probability by class, else the source's declared model with the reported conditions",
    classes=("aircraft", "uav", "convoy", "vehicle", "person", "fire", "shot"),
)
