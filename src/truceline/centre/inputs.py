"""Inputs of a fold: which records count, in which order, and what was decoded from them.

The canonical order is (stamp_ns, content): it depends on no log, no arrival and no disk, so both parts number the same
records alike. Equal datagrams of a timed means within ``duplicate_s`` are one, and the rest are counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
import numpy as np

from truceline.centre.config import Config, read_shared, theatre_of
from truceline.centre.isolate import decode_isolated
from truceline.centre.locate import locate
from truceline.centre.spread import Spread, in_order
from truceline.means.means import Input, Reading
from truceline.means.observations import KIND, OBSERVATIONS
from truceline.means.registry import named
from truceline.means.source import Source
from truceline.means.watch import Watch
from truceline.record.record import INPUTS, Record
from truceline.terms.columns import Columns, concat
from truceline.terms.faults import Fault, Refusal
from truceline.terms.place import Theatre
from truceline.terms.time import NS_PER_S, format_time

# a plot's own time may differ from its first hop's stamp by this much before it is not believed (clocks, not dates)
BELIEVED_NS = 3_600 * NS_PER_S
SETTINGS_SOURCE = "centre"


class Decoded(msgspec.Struct, frozen=True):
    """All that the raw records of a window say, on the theatre grid, in canonical order."""

    observations: Columns
    watches: tuple[Watch, ...]
    faults: tuple[Fault, ...]
    duplicates: int
    read: int


def canonical_order(records: Iterable[Record]) -> tuple[Record, ...]:
    """Return the input records once each, in canonical order, renumbered from 0 by ``seq``."""
    once: dict[str, Record] = {}
    for record in records:
        if record.kind in INPUTS:
            once.setdefault(record.content, record)
    ordered = sorted(once.values(), key=lambda record: (record.stamp_ns, record.content))
    return tuple(
        Record(number, r.kind, r.source, r.stamp_ns, r.effective_ns, r.received_ns, r.body, r.content)
        for number, r in enumerate(ordered)
    )


def config_at(records: Sequence[Record], known_ns: int) -> Config:
    """Return the configuration in force: the config record last effective at or before ``known_ns``.

    Raises:
        Refusal: there is none, or two parts configured differently at the same time.
    """
    held = [
        r
        for r in records
        if r.kind == "config" and r.source == SETTINGS_SOURCE and r.effective_ns <= known_ns
    ]
    if not held:
        raise Refusal(
            "no configuration was in force",
            remedy=f"ask for a time after the log opened ({format_time(known_ns)})",
        )
    return read_shared(max(held, key=lambda record: (record.effective_ns, record.content)).body)


def raw_window(records: Sequence[Record], config: Config, start_ns: int, end_ns: int) -> list[Record]:
    """Return the raw records that may hold observations of [start_ns, end_ns).

    Datagrams and streams are stamped when they happen, so their stamps bound them; a file may be read in years later.
    """
    files = {source.name for source in config.source if source.door.startswith("file:")}
    last = end_ns + round(config.centre.late_s * NS_PER_S)
    return [
        record
        for record in records
        if record.kind == "raw" and (record.source in files or start_ns <= record.stamp_ns < last)
    ]


def decode(
    raw: Sequence[Record], config: Config, start_ns: int, end_ns: int, spread: Spread = in_order
) -> Decoded:
    """Return what the raw records say in [start_ns, end_ns): located, sorted by (time, source, place, item).

    Each source is decoded by its own means; sources are independent, so ``spread`` may share them out.
    """
    by_source: dict[str, list[Record]] = {}
    for record in raw:
        by_source.setdefault(record.source, []).append(record)
    declared = {source.name: source for source in config.source}
    faults = [
        Fault(name, held[0].seq, 0, sum(len(r.body) for r in held), "no source of this name is declared")
        for name, held in sorted(by_source.items())
        if name not in declared
    ]
    jobs, duplicates = [], 0
    for number, source in enumerate(config.source):
        kept, dropped = _once(by_source.get(source.name, []), source, config.centre.duplicate_s)
        duplicates += dropped
        if kept:
            jobs.append((number, source, tuple(kept), theatre_of(config), config.here.decode_timeout_s))
    parts: list[Columns] = []
    watches: list[Watch] = []
    read = 0
    for observations, unbelieved, reading in spread(_decode_source, jobs):
        faults += [*reading.faults, *unbelieved]
        watches += [w for w in reading.watches if w.end_ns > start_ns and w.start_ns < end_ns]
        read += reading.records
        inside = (observations["time_ns"] >= start_ns) & (observations["time_ns"] < end_ns)
        parts.append(observations.take(inside))
    rows = concat(OBSERVATIONS, parts).sort(
        ["time_ns", "source", "range_m", "azimuth_rad", "lat_deg", "lon_deg", "item", "seq"]
    )
    return Decoded(rows, tuple(sorted(watches, key=_watch_order)), tuple(sorted(faults)), duplicates, read)


def _once(records: list[Record], source: Source, duplicate_s: float) -> tuple[list[Input], int]:
    timed = named(source.means).timed
    seen: dict[bytes, int] = {}
    kept: list[Input] = []
    for record in records:
        last = seen.get(record.body) if timed else None
        if last is not None and record.stamp_ns - last <= duplicate_s * NS_PER_S:
            continue
        if timed:
            seen[record.body] = record.stamp_ns
        kept.append(Input(record.seq, record.effective_ns, record.body))
    return kept, len(records) - len(kept)


def _decode_source(
    job: tuple[int, Source, tuple[Input, ...], Theatre, float],
) -> tuple[Columns, list[Fault], Reading]:
    number, source, inputs, theatre, timeout_s = job
    means = named(source.means)
    reading = (
        decode_isolated(means, inputs, source, timeout_s) if means.native else means.decode(inputs, source)
    )
    rows = reading.observations.put(source=np.int16(number))
    if source.simulated:
        rows = rows.put(simulated=True)
    faults: list[Fault] = []
    if not source.door.startswith("file:"):
        rows, faults = _believed(rows, source, inputs)
    return locate(rows, source, theatre), faults, reading


def _believed(rows: Columns, source: Source, inputs: Sequence[Input]) -> tuple[Columns, list[Fault]]:
    """Return the rows whose own time lies near their first hop's stamp, and a fault for each of the others.

    Only devices are held to it: a person may report in the evening what was heard at noon.
    """
    if not len(rows):
        return rows, []
    stamps = {item.seq: item.stamp_ns for item in inputs}
    stamp = np.array([stamps[seq] for seq in rows["seq"].tolist()], dtype=np.int64)
    device = np.isin(
        rows["kind"], [KIND[name] for name in ("plot", "reply", "position", "track", "identity")]
    )
    absurd = device & (np.abs(rows["time_ns"] - stamp) > BELIEVED_NS)
    faults = [
        Fault(
            source.name,
            int(rows["seq"][row]),
            int(rows["item"][row]),
            0,
            "time of day is over an hour off the stamp",
        )
        for row in np.flatnonzero(absurd).tolist()
    ]
    return rows.take(~absurd), faults


def _watch_order(watch: Watch) -> tuple[str, int, int, str]:
    return watch.source, watch.start_ns, watch.end_ns, watch.mode
