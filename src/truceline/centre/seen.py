"""Could we have seen it? Asked of a centre directory: the day's Watches are folded anew from the log, nothing else."""

from __future__ import annotations

from pathlib import Path

import msgspec

from truceline.centre.config import grid_of, theatre_of
from truceline.centre.fold import agreement_at
from truceline.centre.inputs import canonical_order, config_at, decode, raw_window
from truceline.centre.part import look
from truceline.centre.reading import numbers_of
from truceline.centre.sights import Kept
from truceline.centre.terrain_log import terrain_at
from truceline.coverage.coverage import fold_coverage
from truceline.coverage.seen import seen_there
from truceline.terms.classes import BY_NAME
from truceline.terms.faults import Refusal
from truceline.terms.time import NS_PER_S, civil_date, civil_day, format_time


class SeenBy(msgspec.Struct, frozen=True):
    """What one source could have seen, and why not."""

    source: str
    probability: float
    cause: str
    sentence: str


class SeenHere(msgspec.Struct, frozen=True):
    """The answer, with the terrain that it rests on; ``probability`` None outside the theatre."""

    lat: float
    lon: float
    height_m: float
    object_class: str
    start: str
    end: str
    probability: float | None
    terrain: str
    sources: tuple[SeenBy, ...]


def parse_place(text: str) -> tuple[float, float, float | None]:
    """Return latitude, longitude and the height above ground of ``LAT,LON`` (None) or ``LAT,LON,HEIGHT``.

    Raises:
        Refusal: it is of neither form or out of range.
    """
    count = 3 if text.count(",") == 2 else 2
    lat, lon, *more = numbers_of(text, "a place", "LAT,LON such as 39.52,47.1, or LAT,LON,HEIGHT", count)
    if not (abs(lat) <= 90 and abs(lon) <= 180 and all(0 <= height <= 100_000 for height in more)):
        raise Refusal(f"{text!r} is not on the earth", remedy="degrees, and metres above ground")
    return lat, lon, more[0] if more else None


def could_have_seen(root: Path, place: tuple[float, float, float | None], at_ns: int, name: str) -> SeenHere:
    """Return who could have seen a class at a place (lat, lon, height above ground or None) and an instant.

    Raises:
        Refusal: no centre there, an unknown class, or an instant before the log or after its last record.
    """
    if name not in BY_NAME:
        raise Refusal(f"no object class is called {name!r}", remedy=f"one of {', '.join(BY_NAME)}")
    own, records = look(root)
    held = canonical_order(records)
    now_ns = max((record.stamp_ns for record in held), default=0)
    if at_ns > now_ns:
        raise Refusal(
            "that is later than anything in the log",
            where=format_time(at_ns),
            remedy=f"an instant by {format_time(now_ns)}",
        )
    config = config_at(held, now_ns, own)
    zone = agreement_at(held, now_ns).time_zone
    start_ns, end_ns = civil_day(civil_date(at_ns, zone), zone)
    warm_ns = start_ns - round(config.centre.warmup_s * NS_PER_S)
    stop_ns = min(end_ns, now_ns)
    raw = raw_window(held, config, warm_ns, stop_ns)
    watches = decode(raw, config, warm_ns, stop_ns).watches
    lat, lon, height_m = place
    coverage = fold_coverage(
        watches,
        config.source,
        theatre_of(config),
        grid_of(config),
        start_ns,
        end_ns,
        round(config.centre.step_s * NS_PER_S),
        (name,),
        terrain_at(held, config, now_ns, Kept(root / "derived")),
        {} if height_m is None else {name: height_m},
    )
    found = seen_there(coverage, theatre_of(config), name, at_ns, now_ns, lon, lat)
    return SeenHere(
        lat,
        lon,
        found.height_m,
        name,
        format_time(found.start_ns),
        format_time(found.end_ns),
        found.probability,
        found.terrain,
        tuple(SeenBy(*answer) for answer in found.sources),
    )
