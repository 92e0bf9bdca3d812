"""Open data: a day's tracks, findings, coverage and observations as tables that GIS and data tools open as they are.

Every row carries its evidence, so that a third party finds the bytes it rests on in the log: ``content``
(hash of the record) and ``item`` (offset of the data record in its body), or a list of both as
``content#item``. Coverage rests on the proofs of life of its Watches. Every row carries the mark EXERCISE
when the day or its own input is simulated. Ground that nobody watched is in the coverage table with the
reason; its probability is 0, not missing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from truceline.coverage.coverage import coverage_table
from truceline.means.observations import KINDS, KNOWN
from truceline.picture.picture import Picture, source_numbers
from truceline.report.checked import EVIDENCE, checks_of
from truceline.report.day import Day
from truceline.report.shapes import area_shape, cell_polygons, observation_points, track_lines
from truceline.report.sheet import (
    FORMATS,
    Field,
    Sheet,
    list_field,
    nested,
    number_field,
    objects,
    text_field,
    times,
    values,
    write_sheet,
)
from truceline.terms.classes import NAMES
from truceline.terms.columns import Columns
from truceline.terms.faults import Refusal
from truceline.terms.place import to_geographic
from truceline.terms.time import NS_PER_S

__all__ = ["EXPORTS", "FORMATS", "export_bytes", "sheet_of"]

Floats = npt.NDArray[np.float64]
Array = npt.NDArray[Any]
# Vertices of a track's line stand at least this far apart in time; its evidence is complete all the same.
VERTEX_S = 10.0
STRETCH_S = 3600.0


def export_bytes(day: Day, what: str, form: str) -> bytes:
    """Return one of EXPORTS of a day in one of FORMATS (geojson, parquet, csv).

    Raises:
        Refusal: no such table or format.
    """
    if form not in FORMATS:
        raise Refusal(f"no format {form!r}", where="export", remedy=f"one of {', '.join(FORMATS)}")
    return write_sheet(sheet_of(day, what), form)


def sheet_of(day: Day, what: str) -> Sheet:
    """Return one of EXPORTS of a day.

    Raises:
        Refusal: no such table.
    """
    if what not in TABLES:
        raise Refusal(f"no table {what!r}", where="export", remedy=f"one of {', '.join(TABLES)}")
    meaning, build = TABLES[what]
    fields, shapes = build(day)
    return Sheet(what, meaning, _mark(day), fields, shapes)


def observations_of(day: Day) -> tuple[tuple[Field, ...], Array]:
    """Return one row per observation: all that was seen or said, placed or not."""
    rows = day.observations
    taken = {
        "time_ns": Field("time", times(rows["time_ns"]), "", "when it was so, UTC"),
        "source": text_field("source", _source_names(day, rows["source"]), "name of the source"),
        "kind": text_field("kind", _named(KINDS, rows["kind"]), "what kind of observation"),
        "known": text_field("known", _named(KNOWN, rows["known"]), "how it is known"),
        "object_class": text_field(
            "object_class", _named(NAMES, rows["object_class"]), "class, when the sender says one"
        ),
    }
    fields: list[Field] = []
    for column in rows.table.columns:
        if column.name in taken:
            fields.append(taken[column.name])
        elif column.name not in ("seq", "item", "simulated"):
            fields.append(_plain(rows, column.name, column.unit, column.meaning))
    fields += [
        text_field(
            "content", _contents(day, rows["seq"]), "evidence: hash of the record it was decoded from"
        ),
        Field(
            "item", pa.array(rows["item"]), "byte", "evidence: offset of the data record in the record's body"
        ),
        *_marks(day, rows["simulated"]),
    ]
    return tuple(fields), observation_points(day.theatre, rows)


def tracks_of(day: Day) -> tuple[tuple[Field, ...], Array]:
    """Return one row per track of the air and the ground and per event, with its way and all that moved it."""
    parts = [_tracks(day, picture) for picture in (day.air, day.ground, day.events)]
    fields = []
    for same in zip(*(held for held, _ in parts), strict=True):
        values = pa.chunked_array([field.values for field in same]).combine_chunks()
        fields.append(Field(same[0].name, values, same[0].unit, same[0].meaning))
    return tuple(fields), np.concatenate([shapes for _, shapes in parts])


def findings_of(day: Day) -> tuple[tuple[Field, ...], Array]:
    """Return one row per finding, with its clause, verdict, numbers, reasons and evidence, placed on its area."""
    found = day.findings
    areas = {area.id: area for area in day.agreement.areas}
    fields = [
        *(text_field(name, [getattr(f, name) for f in found], meaning) for name, meaning in FINDING_TEXTS),
        Field("start_time", times([f.start_ns for f in found]), "", "start of the period judged, UTC"),
        Field("end_time", times([f.end_ns for f in found]), "", "end of the period judged, UTC"),
        Field(
            "indication",
            pa.array([f.indication for f in found], pa.bool_()),
            "",
            "one source alone saw something",
        ),
        *(
            number_field(name, [getattr(f, name) for f in found], "", meaning)
            for name, meaning in FINDING_NUMBERS
        ),
        text_field("reason", [f.reason.key for f in found], "why this verdict"),
        list_field("reason_values", [_pairs(f.reason.values) for f in found], "what the reason speaks of"),
        text_field("largest_unseen", [f.largest_unseen.key for f in found], "what could have gone unseen"),
        list_field("largest_unseen_values", [_pairs(f.largest_unseen.values) for f in found], "its numbers"),
        list_field(
            "unwatched", [_pairs(f.unwatched) for f in found], "share of area and time unseen, by cause"
        ),
        list_field("counts", [_pairs(f.counts) for f in found], "what was counted"),
        list_field(
            "priors", [[f"{p.part}={p.prior}" for p in f.posteriors] for f in found], "each guarantor's prior"
        ),
        list_field(
            "violated", [[f"{p.part}={p.violated}" for p in f.posteriors] for f in found], "its posterior"
        ),
        list_field(
            "explanations",
            [[f"{e.name}: {e.state}" for e in f.explanations] for f in found],
            "other explanations",
        ),
        list_field("sources", [list(f.sources) for f in found], "sources that saw something"),
        list_field("tracks", [list(f.tracks) for f in found], "tracks it rests on"),
        list_field(
            "evidence", [[f"{content}#{item}" for content, item in f.evidence] for f in found], EVIDENCE
        ),
        Field(
            "evidence_total",
            pa.array([f.evidence_total for f in found], pa.int64()),
            "",
            "evidence held in all",
        ),
        Field(
            "area_approximate",
            pa.array([f.area in areas and areas[f.area].approximate for f in found], pa.bool_()),
            "",
            "the drawing of the area is nobody's official map",
        ),
        text_field("exercise", [_mark(day)] * len(found), MARKED),
    ]
    shapes = {identity: area_shape(area, areas, day.theatre) for identity, area in areas.items()}
    return tuple(fields), objects([shapes.get(f.area) for f in found])


def coverage_of(day: Day) -> tuple[tuple[Field, ...], Array]:
    """Return one row per class, hour and cell of the raster, watched or not, up to the time known."""
    rows = coverage_table(day.coverage, STRETCH_S)
    rows = rows.take(rows["start_ns"] < day.known_ns)
    lat, lon = to_geographic(day.theatre, rows["east_m"], rows["north_m"])
    classes = rows["object_class"].astype("U16")
    heights = dict(zip(day.coverage.classes, day.coverage.heights_m, strict=True))
    names, held = np.unique(classes, return_inverse=True)
    fields = [
        Field("cell", pa.array(rows["cell"]), "", "number of the cell, row by row from the south-west"),
        number_field("lon_deg", lon, "deg", "centre of the cell, OGC:CRS84"),
        number_field("lat_deg", lat, "deg", "centre of the cell, OGC:CRS84"),
        number_field("east_m", rows["east_m"], "m", "centre of the cell on the theatre grid"),
        number_field("north_m", rows["north_m"], "m", "centre of the cell on the theatre grid"),
        Field("start_time", times(rows["start_ns"]), "", "start of the stretch of time, UTC"),
        Field("end_time", times(rows["end_ns"]), "", "end of the stretch of time, UTC"),
        text_field("object_class", classes, "object class asked about"),
        number_field("height_m", np.array([heights[n] for n in names])[held], "m", "its height above ground"),
        number_field("probability", rows["probability"], "", "mean probability that it would have been seen"),
        number_field("lowest", rows["lowest"], "", "least probability of the stretch's steps"),
        text_field("best_source", rows["best_source"].astype("U32"), "source most likely to have seen it"),
        text_field(
            "cause", rows["cause"].astype("U16"), "at the worst step: watched, or what stood in the way"
        ),
        text_field("terrain", [day.coverage.terrain] * len(rows), "terrain that the numbers rest on"),
        _watch_evidence(day, rows),
        text_field("exercise", [_mark(day)] * len(rows), MARKED),
    ]
    return tuple(fields), cell_polygons(day.coverage.grid, day.theatre)[rows["cell"]]


FINDING_TEXTS: tuple[tuple[str, str], ...] = (
    ("id", "content id of the finding"),
    ("verdict", "compliant, violated or not verified"),
    ("stage", "provisional, refined, reviewed or final"),
    ("supersedes", "id of the finding it replaces"),
    ("agreement", "agreement"),
    ("agreement_version", "version of the agreement"),
    ("clause", "clause"),
    ("kind", "kind of clause"),
    ("article", "article of the agreement"),
    ("area", "area judged"),
    ("map_version", "version of the area's drawing"),
    ("reading", "reading of the deadline"),
    ("deadline", "deadline, ISO 8601"),
    ("object_class", "object class that detection is stated for"),
    ("required_measure", "which detection must reach the required one"),
    ("method", "method of judging"),
    ("method_version", "version of the method"),
)
FINDING_NUMBERS: tuple[tuple[str, str], ...] = (
    ("likelihood_ratio", "likelihood ratio of a violation, given what was seen and watched"),
    ("detection_mean", "probability that a violation at a random place and time would have been seen"),
    ("detection_min", "probability that the least exposed violation would have been seen"),
    ("required", "detection that the clause requires"),
    ("watched", "share of area and time that was watched"),
)
UNSTATED = ("track_number", "integrity", "accuracy_category")
MARKED = "EXERCISE and its name when input is simulated, else empty"
TABLES: dict[str, tuple[str, Callable[[Day], tuple[tuple[Field, ...], Array]]]] = {
    "tracks": ("what was held over time in the air and on the ground", tracks_of),
    "findings": ("what was judged of each clause, area and period", findings_of),
    "coverage": ("how probably each class would have been seen, by cell and hour", coverage_of),
    "checks": (
        "what was odd about claims and silent aircraft",
        lambda day: checks_of(day, _mark(day), MARKED),
    ),
    "observations": ("what technical means and people said they saw", observations_of),
}


EXPORTS: tuple[str, ...] = tuple(TABLES)


def _tracks(day: Day, picture: Picture) -> tuple[list[Field], Array]:
    tracks, states = picture.tracks, picture.states
    order = np.argsort(states["track"], kind="stable")
    states = states.take(order)
    bounds = np.searchsorted(states["track"], np.arange(len(tracks) + 1))
    kept, rows = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for number in range(len(tracks)):
        own = np.arange(bounds[number], bounds[number + 1])
        kept.append(own[_vertices(states["time_ns"][own], states["east_m"][own])])
        seen = states["observation"][own]
        rows.append(np.unique(seen[seen >= 0]))
    vertex, seen = np.concatenate(kept), np.concatenate(rows)
    lengths = [len(part) for part in kept[1:]]
    lat, lon = to_geographic(day.theatre, states["east_m"][vertex], states["north_m"][vertex])
    fields = [
        _plain(tracks, "id", "", "content id of the first observation"),
        text_field("lane", [picture.lane] * len(tracks), "air or events"),
        Field("first_time", times(tracks["first_ns"]), "", "first observation, UTC"),
        Field("last_time", times(tracks["last_ns"]), "", "last observation, UTC"),
        Field("confirmed_time", times(tracks["confirmed_ns"], -1), "", "when it was first held for certain"),
        Field("ended_time", times(tracks["ended_ns"], -1), "", "when it was given up"),
        number_field("existence", tracks["existence"], "", "highest existence probability it reached"),
        _plain(tracks, "address", "", "24-bit aircraft address, hexadecimal"),
        _plain(tracks, "squawk", "", "mode A code"),
        _plain(tracks, "label", "", "callsign, place or report id"),
        text_field("object_class", _named(NAMES, tracks["object_class"]), "object class, when known"),
        list_field("sources", _source_lists(day, tracks["sources"]), "sources that saw it"),
        Field(
            "times", nested(times(states["time_ns"][vertex]), lengths), "", "UTC of each vertex of its way"
        ),
        Field(
            "heights_m",
            nested(values(states["height_m"][vertex], "m"), lengths),
            "m",
            "height at each vertex",
        ),
        Field("evidence", nested(_evidence(day, seen), [len(part) for part in rows[1:]]), "", EVIDENCE),
        *_marks(day, tracks["simulated"]),
    ]
    return fields, track_lines(np.stack([lon, lat], axis=1), lengths)


def _vertices(time_ns: Array, east_m: Array) -> Array:
    """First state of every VERTEX_S seconds, and the last, of those that stand somewhere."""
    placed = np.flatnonzero(np.isfinite(east_m))
    if not len(placed):
        return placed
    spell = (time_ns[placed] - time_ns[placed[0]]) // round(VERTEX_S * NS_PER_S)
    _, first = np.unique(spell, return_index=True)
    chosen: Array = placed[np.unique(np.append(first, len(placed) - 1))]
    return chosen


def _mark(day: Day) -> str:
    if day.exercise:
        return f"EXERCISE {day.exercise}"
    simulated = any(source.simulated for source in day.sources) or bool(np.any(day.observations["simulated"]))
    return "EXERCISE" if simulated else ""


def _marks(day: Day, simulated: Array) -> tuple[Field, Field]:
    """The row's own flag, and the mark: the day's on every row, else on rows of simulated input."""
    words = [_mark(day) if day.exercise or own else "" for own in simulated.tolist()]
    flag = Field("simulated", pa.array(simulated), "", "the row's own input is simulated or a test")
    return flag, text_field("exercise", words, MARKED)


def _plain(rows: Columns, name: str, unit: str, meaning: str) -> Field:
    """A declared column as it is: text, number or code, its empty value as missing."""
    held = rows[name]
    if held.dtype.kind == "S":
        return text_field(name, [item.decode("utf-8", "replace") for item in held.tolist()], meaning)
    if name == "address":
        return text_field(name, ["" if code < 0 else f"{code:06X}" for code in held.tolist()], meaning)
    if name == "squawk":
        return text_field(name, ["" if code < 0 else f"{code:04d}" for code in held.tolist()], meaning)
    if held.dtype.kind == "f":
        return number_field(name, held, unit, meaning)
    missing = held == -1 if name in UNSTATED else None
    return Field(name, pa.array(held, mask=missing), unit, meaning)


def _named(words: Sequence[str], numbers: Array) -> list[str]:
    return [words[number] if 0 <= number < len(words) else "" for number in numbers.tolist()]


def _source_names(day: Day, numbers: Array) -> list[str]:
    return _named([source.name for source in day.sources], numbers)


def _source_lists(day: Day, masks: Array) -> list[list[str]]:
    return [_source_names(day, np.array(source_numbers(mask), np.int64)) for mask in masks.tolist()]


def _contents(day: Day, seq: Array) -> list[str]:
    return _named([record.content for record in day.records], seq)


def _evidence(day: Day, rows: Array) -> Any:
    """content#item of observation rows, as a flat Arrow array."""
    held = day.observations
    pairs = zip(_contents(day, held["seq"][rows]), held["item"][rows].tolist(), strict=True)
    return pa.array([f"{content}#{item}" for content, item in pairs], pa.string())


def _pairs(items: Sequence[tuple[str, Any]]) -> list[str]:
    return [f"{name}={value}" for name, value in items]


def _watch_evidence(day: Day, rows: Columns) -> Field:
    """Proofs of life of the best source's Watches within each row's stretch of time."""
    names, which = np.unique(rows["best_source"], return_inverse=True)
    starts, when = np.unique(rows["start_ns"], return_inverse=True)
    ends = dict(zip(rows["start_ns"].tolist(), rows["end_ns"].tolist(), strict=True))
    lists = []
    for name in names.tolist():
        own = [watch for watch in day.watches if watch.source.encode()[:32] == name]
        for start in starts.tolist():
            inside = [watch.seq for watch in own if watch.start_ns < ends[start] and watch.end_ns > start]
            held = [f"{content}#0" for content in _contents(day, np.array(inside, np.int64)) if content]
            lists.append(list(dict.fromkeys(held)))
    each = pa.array(lists, pa.list_(pa.string()))
    meaning = "content#item of the proofs of life of the best source's watch; none where nobody watched"
    return Field("evidence", each.take(pa.array(which * len(starts) + when)), "", meaning)
