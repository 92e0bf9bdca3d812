"""What moves: tracks at an instant, their ways, and the batches of the live line."""

from __future__ import annotations

from typing import Literal

import msgspec

from truceline.desk.answers.centre import HeadAnswer
from truceline.desk.answers.terms import Point


class Ellipse(msgspec.Struct, frozen=True):
    """The 95 % ellipse of a position: semi-axes in metres, bearing of the major one in degrees from north."""

    major_m: float
    minor_m: float
    bearing_deg: float


class TrackAnswer(msgspec.Struct, frozen=True):
    """One track or event at an instant. ``trail`` holds its places before, oldest first."""

    id: str
    name: str
    lane: str
    object_class: str
    state: Literal["confirmed", "tentative", "coasting"]
    lon: float
    lat: float
    at_ms: int
    first_ms: int
    height_m: float | None
    speed_mps: float | None
    course_deg: float | None
    climb_mps: float | None
    existence: float
    ellipse: Ellipse | None
    sources: tuple[str, ...]
    address: str
    squawk: str
    label: str
    simulated: bool
    cited: tuple[str, ...] = ()
    trail: tuple[Point, ...] = ()


class TracksAnswer(msgspec.Struct, frozen=True):
    """All tracks at an instant."""

    at_ms: int
    tracks: tuple[TrackAnswer, ...]


class LiveAnswer(msgspec.Struct, frozen=True):
    """One batch of the live picture: tracks that changed since ``since``, and those that ended.

    ``whole`` says that it holds every living track of the ``lanes`` named, so that all others of them are dropped.

    ``delay_ms`` is how long the newest report in it waited between the door and this message, None when unknown.
    """

    serial: int
    since: int
    now_ms: int
    tick_ms: int
    pace: float
    revision: int
    whole: bool
    lanes: tuple[str, ...]
    delay_ms: float | None
    tracks: tuple[TrackAnswer, ...]
    ended: tuple[str, ...]
    heads: tuple[HeadAnswer, ...]


class PathPoint(msgspec.Struct, frozen=True):
    """Where a track was at an instant, with its 95 % ellipse."""

    at_ms: int
    lon: float
    lat: float
    ellipse: Ellipse | None


class PathAnswer(msgspec.Struct, frozen=True):
    """A cited track's way through the judged period, thinned evenly, and its last course."""

    track: str
    name: str
    course_deg: float | None
    points: tuple[PathPoint, ...]
