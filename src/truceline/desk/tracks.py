"""Tracks for the map: the states of a picture at an instant, their trails, and the ways that findings cite.

The 95 % ellipse of a position has semi-axes sqrt(5.991 eigenvalue) of its covariance (chi-square, two degrees of freedom).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from truceline.desk.answers import (
    Ellipse,
    HeadAnswer,
    LiveAnswer,
    PathAnswer,
    PathPoint,
    Point,
    TrackAnswer,
    TracksAnswer,
)
from truceline.desk.plain import address_of, class_of, ms, number, squawk_of, text
from truceline.desk.shelf import Page
from truceline.desk.views import Moving, Status
from truceline.picture.picture import Picture, source_numbers
from truceline.report.day import Day
from truceline.terms.place import Theatre, to_geographic
from truceline.terms.time import NS_PER_HOUR, NS_PER_MINUTE, NS_PER_S

CHI2_95 = 5.991464547107979
COASTING_NS = 25 * NS_PER_S
"""Without a report for this long a track is drawn as coasting: more than two turns of a radar."""
GONE_NS = 90 * NS_PER_S
STANDING_NS = 10 * NS_PER_MINUTE
EVENT_NS = 6 * NS_PER_HOUR
LIVES_NS = {"air": GONE_NS, "ground": STANDING_NS, "events": EVENT_NS}
TRAIL_NS = 8 * NS_PER_MINUTE
TRAIL_POINTS = 40
PATH_POINTS = 120
MOST_PATHS = 6

Rows = npt.NDArray[np.int64]


def tracks_at(page: Page, at_ns: int) -> TracksAnswer:
    """Return what the pictures held at an instant, with trails."""
    day = page.day
    found: list[TrackAnswer] = []
    for picture in (day.air, day.ground, day.events):
        found += _at(page, picture, at_ns, LIVES_NS[picture.lane])
    return TracksAnswer(ms(at_ns), tuple(found))


def live(page: Page, status: Status, moving: Moving, since: int) -> LiveAnswer:
    """Return one batch of the live line."""
    found: list[TrackAnswer] = []
    for picture in moving.pictures:
        rows = _last_rows(picture.states["track"], len(picture.tracks))
        found += _answers(page, picture, rows[rows >= 0], moving.now_ns, {})
    return LiveAnswer(
        serial=moving.serial,
        since=since,
        now_ms=ms(moving.now_ns),
        tick_ms=ms(status.tick_ns),
        pace=status.pace,
        revision=status.revision,
        whole=moving.whole,
        lanes=tuple(picture.lane for picture in moving.pictures),
        delay_ms=None if moving.waited_ns < 0 else round(moving.waited_ns / 1e6, 1),
        tracks=tuple(found),
        ended=moving.ended,
        heads=heads(status),
    )


def paths(page: Page, tracks: Sequence[str], start_ns: int, end_ns: int) -> tuple[PathAnswer, ...]:
    """Return the ways of cited tracks through a period, thinned evenly."""
    found: list[PathAnswer] = []
    for picture in (page.day.air, page.day.ground, page.day.events):
        ids = {text(identity): row for row, identity in enumerate(picture.tracks["id"].tolist())}
        for track in tracks:
            if track in ids and len(found) < MOST_PATHS:
                way = _path(page.day, picture, ids[track], start_ns, end_ns)
                if way is not None:
                    found.append(way)
    return tuple(found)


def name_of(picture: Picture, track: int) -> str:
    """Return what a track is called: its callsign or report, else its address, else lane and id."""
    tracks = picture.tracks
    short = text(tracks["id"][track])[:4]
    return (
        text(tracks["label"][track])
        or address_of(tracks["address"][track])
        or f"{picture.lane[0].upper()}-{short}"
    )


def heads(status: Status) -> tuple[HeadAnswer, ...]:
    """Return the logs' heads in order of part."""
    return tuple(
        HeadAnswer(head.part, head.size, head.root) for head in sorted(status.heads, key=lambda h: h.part)
    )


def ellipse(ee_m2: float, en_m2: float, nn_m2: float) -> Ellipse | None:
    """Return the 95 % ellipse of a covariance, None when it is unknown or no covariance."""
    if not all(math.isfinite(value) for value in (ee_m2, en_m2, nn_m2)):
        return None
    middle, spread = (ee_m2 + nn_m2) / 2, math.hypot((ee_m2 - nn_m2) / 2, en_m2)
    if middle - spread < 0 or middle + spread <= 0:
        return None
    bearing = math.degrees(math.atan2(2 * en_m2, nn_m2 - ee_m2) / 2) % 180
    major, minor = (math.sqrt(CHI2_95 * value) for value in (middle + spread, middle - spread))
    return Ellipse(round(major, 1), round(minor, 1), round(bearing, 1))


def _at(page: Page, picture: Picture, at_ns: int, life_ns: int) -> list[TrackAnswer]:
    """States are sorted by time, so the window of an instant is one slice."""
    times = picture.states["time_ns"]
    first = int(np.searchsorted(times, at_ns - max(life_ns, TRAIL_NS), side="left"))
    after = int(np.searchsorted(times, at_ns, side="right"))
    window = picture.states["track"][first:after]
    rows = _last_rows(window, len(picture.tracks))
    rows = np.where(rows >= 0, rows + first, -1)
    ended = picture.tracks["ended_ns"]
    held = rows >= 0
    held[held] &= times[rows[held]] >= at_ns - life_ns
    held &= (ended < 0) | (ended > at_ns) | (picture.lane == "events")
    moves = picture.lane != "events"
    trails = _trails(page.day.theatre, picture, first, after, at_ns) if moves else {}
    return _answers(page, picture, rows[held], at_ns, trails)


def _last_rows(tracks: npt.NDArray[np.integer], count: int) -> Rows:
    """Return per track the last row that names it, -1 for none; rows are in order of time."""
    rows = np.full(count, -1, dtype=np.int64)
    rows[tracks] = np.arange(len(tracks))
    return rows


def _trails(
    theatre: Theatre, picture: Picture, first: int, after: int, at_ns: int
) -> dict[int, tuple[Point, ...]]:
    states = picture.states
    begin = first + int(np.searchsorted(states["time_ns"][first:after], at_ns - TRAIL_NS))
    lat, lon = to_geographic(theatre, states["east_m"][begin:after], states["north_m"][begin:after])
    found: dict[int, list[Point]] = {}
    for track, x, y in zip(states["track"][begin:after].tolist(), lon.tolist(), lat.tolist(), strict=True):
        found.setdefault(track, []).append((round(x, 5), round(y, 5)))
    return {
        track: tuple(points[:-1][:: max(1, len(points) // TRAIL_POINTS)]) for track, points in found.items()
    }


def _answers(
    page: Page, picture: Picture, rows: Rows, at_ns: int, trails: dict[int, tuple[Point, ...]]
) -> list[TrackAnswer]:
    states = picture.states.take(rows)
    lat, lon = to_geographic(page.day.theatre, states["east_m"], states["north_m"])
    found = []
    for i in range(len(rows)):
        if math.isfinite(lat[i]) and math.isfinite(lon[i]):
            track = int(states["track"][i])
            found.append(
                _answer(
                    page,
                    picture,
                    states.data,
                    i,
                    (float(lon[i]), float(lat[i])),
                    at_ns,
                    trails.get(track, ()),
                )
            )
    return found


def _answer(
    page: Page,
    picture: Picture,
    states: dict[str, npt.NDArray[np.generic]],
    i: int,
    place: Point,
    at_ns: int,
    trail: tuple[Point, ...],
) -> TrackAnswer:
    tracks, track = picture.tracks, int(states["track"][i])
    identity = text(tracks["id"][track])
    time_ns = int(states["time_ns"][i])
    east, north = float(states["vel_east_mps"][i]), float(states["vel_north_mps"][i])
    speed = math.hypot(east, north)
    moves = math.isfinite(speed) and picture.lane != "events"
    confirmed = 0 <= int(tracks["confirmed_ns"][track]) <= at_ns or picture.lane == "events"
    coasting = picture.lane != "events" and at_ns - time_ns > COASTING_NS
    sources = [
        page.day.sources[n].name
        for n in source_numbers(int(tracks["sources"][track]))
        if n < len(page.day.sources)
    ]
    return TrackAnswer(
        id=identity,
        name=name_of(picture, track),
        lane=picture.lane,
        object_class=class_of(tracks["object_class"][track]),
        state="coasting" if coasting else "confirmed" if confirmed else "tentative",
        lon=round(place[0], 5),
        lat=round(place[1], 5),
        at_ms=ms(time_ns),
        first_ms=ms(int(tracks["first_ns"][track])),
        height_m=number(states["height_m"][i], 0),
        speed_mps=round(speed, 1) if moves else None,
        course_deg=round(math.degrees(math.atan2(east, north)) % 360, 1) if moves and speed > 1 else None,
        climb_mps=number(states["vel_up_mps"][i], 1),
        existence=number(states["existence"][i], 3) or 0.0,
        ellipse=ellipse(
            float(states["cov_ee_m2"][i]), float(states["cov_en_m2"][i]), float(states["cov_nn_m2"][i])
        ),
        sources=tuple(sources),
        address=address_of(tracks["address"][track]),
        squawk=squawk_of(tracks["squawk"][track]),
        label=text(tracks["label"][track]),
        simulated=bool(tracks["simulated"][track]),
        cited=page.cited.get(identity, ()),
        trail=trail,
    )


def _path(day: Day, picture: Picture, track: int, start_ns: int, end_ns: int) -> PathAnswer | None:
    states = picture.states
    inside = (states["time_ns"] >= start_ns) & (states["time_ns"] < end_ns)
    rows = np.flatnonzero((states["track"] == track) & inside)
    if not len(rows):
        return None
    rows = rows[
        np.unique(np.linspace(0, len(rows) - 1, min(len(rows), PATH_POINTS)).round().astype(np.int64))
    ]
    held = states.take(rows)
    lat, lon = to_geographic(day.theatre, held["east_m"], held["north_m"])
    points = tuple(
        PathPoint(
            ms(int(held["time_ns"][i])),
            round(float(lon[i]), 5),
            round(float(lat[i]), 5),
            ellipse(float(held["cov_ee_m2"][i]), float(held["cov_en_m2"][i]), float(held["cov_nn_m2"][i])),
        )
        for i in range(len(rows))
        if math.isfinite(lat[i])
    )
    east, north = float(held["vel_east_mps"][-1]), float(held["vel_north_mps"][-1])
    course = round(math.degrees(math.atan2(east, north)) % 360, 1) if math.isfinite(east + north) else None
    return PathAnswer(text(picture.tracks["id"][track]), name_of(picture, track), course, points)
