"""What was promised: clauses, areas as GeoJSON, places."""

from __future__ import annotations

from typing import Literal

import msgspec

from truceline.desk.answers.terms import Point, Words


class ClauseAnswer(msgspec.Struct, frozen=True):
    """One clause in our own words, with its article; ``judged`` says that the stair can give it a verdict."""

    id: str
    article: str
    kind: str
    title: Words
    summary: Words
    citation: str
    basis: str
    bearer: tuple[str, ...]
    areas: tuple[str, ...]
    classes: tuple[str, ...]
    required: float | None
    required_measure: str
    deadline: str
    deadline_ms: int | None
    judged: bool


class Geometry(msgspec.Struct, frozen=True):
    """A GeoJSON Polygon (its rings) or MultiLineString (its lines) of (lon, lat)."""

    type: Literal["Polygon", "MultiLineString"]
    coordinates: tuple[tuple[Point, ...], ...]


class AreaAnswer(msgspec.Struct, frozen=True):
    """One area as a GeoJSON Feature."""

    id: str
    geometry: Geometry
    properties: AreaFacts
    type: Literal["Feature"] = "Feature"


class AreaFacts(msgspec.Struct, frozen=True):
    """What an area is: drawn approximately or agreed, and on which map version."""

    name: Words
    approximate: bool
    map_version: str
    author: str
    clauses: tuple[str, ...]


class AreasAnswer(msgspec.Struct, frozen=True):
    """All areas as a GeoJSON FeatureCollection."""

    features: tuple[AreaAnswer, ...]
    type: Literal["FeatureCollection"] = "FeatureCollection"


class PlaceAnswer(msgspec.Struct, frozen=True):
    """A named place for the map's orientation; the ``principal`` place of an area keeps its name on small maps."""

    id: str
    name: Words
    lon: float
    lat: float
    principal: bool


class AgreementAnswer(msgspec.Struct, frozen=True):
    """The agreement as known at ``known_ms``."""

    id: str
    version: str
    title: Words
    time_zone: str
    parties: tuple[str, ...]
    guarantors: tuple[str, ...]
    clauses: tuple[ClauseAnswer, ...]
    areas: AreasAnswer
    places: tuple[PlaceAnswer, ...]
