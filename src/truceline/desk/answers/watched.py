"""What was watched: coverage of the ground, and the day on one axis with its gaps."""

from __future__ import annotations

import msgspec

from truceline.desk.answers.judged import DetectionPoint, Span
from truceline.desk.answers.terms import Point, Words


class CoverageAnswer(msgspec.Struct, frozen=True):
    """Detection of one class in every cell at one step: per cent, row by row from the south-west corner.

    ``lattice`` holds (lon, lat) of ``lattice_rows`` x ``lattice_columns`` evenly spaced nodes from corner to corner of the
    grid, so that a map can place cells between them.
    """

    object_class: str
    classes: tuple[str, ...]
    start_ms: int
    end_ms: int
    rows: int
    columns: int
    cell_m: float
    lattice_rows: int
    lattice_columns: int
    lattice: tuple[Point, ...]
    percent: tuple[int, ...]
    terrain: str


class SeenBy(msgspec.Struct, frozen=True):
    """What one source could have seen at a place, and why not."""

    source: str
    probability: float
    cause: str
    sentence: str


class CoverageHere(msgspec.Struct, frozen=True):
    """Could we have seen it here, then? ``probability`` is that of at least one source."""

    lon: float
    lat: float
    at_ms: int
    object_class: str
    probability: float | None
    sources: tuple[SeenBy, ...]
    terrain: str


class Stretch(msgspec.Struct, frozen=True):
    """A stretch of watching, with its health, or of a gap, with its reason."""

    start_ms: int
    end_ms: int
    word: str


class SourceTime(msgspec.Struct, frozen=True):
    """One source's day from its own heartbeats."""

    source: str
    watched: tuple[Stretch, ...]
    gaps: tuple[Stretch, ...]


class ClauseTime(msgspec.Struct, frozen=True):
    """One clause's day."""

    clause: str
    article: str
    title: Words
    area: str
    spans: tuple[Span, ...]


class TimelineAnswer(msgspec.Struct, frozen=True):
    """The day on one axis. ``share`` is D of ``object_class`` over ``area``, mean of its cells, one point a step."""

    start_ms: int
    end_ms: int
    now_ms: int
    area: str
    area_name: Words
    object_class: str
    required: float | None
    share: tuple[DetectionPoint, ...]
    share_mean: float | None
    clauses: tuple[ClauseTime, ...]
    sources: tuple[SourceTime, ...]
