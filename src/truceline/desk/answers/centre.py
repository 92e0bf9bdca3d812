"""The centre itself: its state, its logs, its sources, and why a question was not answered."""

from __future__ import annotations

from typing import Literal

import msgspec

from truceline.desk.answers.terms import Point, Words


class HeadAnswer(msgspec.Struct, frozen=True):
    """One log's tree head: part, entries, root hash in hex."""

    part: str
    size: int
    root: str


class PartAnswer(msgspec.Struct, frozen=True):
    """One part: ``you`` is the part whose desk this is, ``connected`` is heard now, ``away`` is not."""

    part: str
    state: Literal["you", "connected", "away"]


class StatusAnswer(msgspec.Struct, frozen=True):
    """The centre in one line; ``exercise`` is empty when everything is live."""

    part: str
    parts: tuple[PartAnswer, ...]
    exercise: str
    agreement: str
    agreement_title: Words
    agreement_version: str
    time_zone: str
    day: str
    start_ms: int
    end_ms: int
    now_ms: int
    known_ms: int
    tick_ms: int
    pace: float
    revision: int
    heads: tuple[HeadAnswer, ...]
    sources_healthy: int
    sources_total: int
    records: int
    faults: int
    duplicates: int
    centre: Point
    notice: str = ""


class LogAnswer(msgspec.Struct, frozen=True):
    """Both logs' heads and the last seal."""

    heads: tuple[HeadAnswer, ...]
    seal_day: str
    seal_mode: str
    seal_findings: str
    signatures: tuple[str, ...]


class SourceAnswer(msgspec.Struct, frozen=True):
    """One source: where it stands, whether it lives, what it shares with others."""

    name: str
    means: str
    home: str
    lon: float | None
    lat: float | None
    range_m: float
    state: Literal["up", "degraded", "off", "not due"]
    last_ms: int | None
    watched: float
    observations: int
    faults: int
    simulated: bool
    owner: str
    link: str


class SourcesAnswer(msgspec.Struct, frozen=True):
    """All sources."""

    rows: tuple[SourceAnswer, ...]


class ReportsAnswer(msgspec.Struct, frozen=True):
    """Civil days that have a report, newest first, and the languages it is written in."""

    days: tuple[str, ...]
    languages: tuple[str, ...]


class ErrorAnswer(msgspec.Struct, frozen=True):
    """Why a request was not answered: what, where, and what to do."""

    status: int
    what: str
    where: str = ""
    remedy: str = ""
