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
ORDER = ("time_ns", "source", "range_m", "azimuth_rad", "lat_deg", "lon_deg", "item", "seq")
UNNAMED = "*"
AHEAD = "its time is over an hour after its stamp"
BEHIND = "its time is over an hour before its stamp"
PLACE = ("east_m", "north_m", "cov_ee_m2", "cov_en_m2", "cov_nn_m2")
FAR_M = 2_000_000.0
DEVICES = [KIND[name] for name in ("plot", "reply", "position", "track", "identity")]


class Decoded(msgspec.Struct, frozen=True):
    """All that the raw records of a window say, on the theatre grid, in canonical order."""

    observations: Columns
    watches: tuple[Watch, ...]
    faults: tuple[Fault, ...]
    duplicates: int
    read: int


def canonical_order(records: Iterable[Record]) -> tuple[Record, ...]:
    """Return the input records once each, in canonical order, renumbered from 0 by ``seq``.

    A record that several logs hold bears the letters of all of them in ``held_by``.
    """
    once: dict[tuple[str, int], Record] = {}
    for record in records:
        if record.kind not in INPUTS:
            continue
        # the content does not cover the effective time, so one content may stand in two logs with two of them
        key = (record.content, record.effective_ns)
        held = once.get(key)
        if held is None:
            once[key] = record
        elif record.held_by not in held.held_by:
            letters = "".join(sorted({*held.held_by, *record.held_by}))
            once[key] = msgspec.structs.replace(held, held_by=letters)
    ordered = sorted(once.values(), key=lambda record: (record.stamp_ns, record.content, record.effective_ns))
    return tuple(
        Record(n, r.kind, r.source, r.stamp_ns, r.effective_ns, r.received_ns, r.body, r.content, r.held_by)
        for n, r in enumerate(ordered)
    )


def config_at(records: Iterable[Record], known_ns: int, own: str = "") -> Config:
    """Return the configuration in force: the last one effective by ``known_ns`` that all parts it declares hold.

    A part that changes the shared settings alone changes nothing until the others have them too; a part whose log holds
    none yet is not asked. ``own`` is asked always: nobody is bound by settings that its own log does not hold.

    Raises:
        Refusal: there is none.
    """
    spoken = [
        record
        for record in records
        if record.kind == "config" and record.source == SETTINGS_SOURCE and record.effective_ns <= known_ns
    ]
    now: dict[str, bytes] = {}
    agreed: Config | None = None
    for record in sorted(spoken, key=lambda r: (r.effective_ns, r.stamp_ns, r.content)):
        try:
            config = read_shared(record.body)
        except Refusal:
            continue
        now.update(dict.fromkeys(record.held_by or UNNAMED, record.body))
        asked = {*(part.name for part in config.part), own, UNNAMED} & now.keys()
        bound = not own or own in now or UNNAMED in now
        if bound and all(now[name] == record.body for name in asked):
            agreed = config
    if agreed is None:
        raise Refusal(
            "the parts' logs hold different settings" if spoken else "no settings were in force",
            where=format_time(known_ns),
            remedy="make the shared tables of both centre.toml equal" if spoken else "ask for a later time",
        )
    return agreed


def raw_window(records: Sequence[Record], config: Config, start_ns: int, end_ns: int) -> list[Record]:
    """Return the raw records that may hold observations of [start_ns, end_ns).

    Datagrams and streams are stamped when they happen, so their stamps bound them; a file may be read in years later.
    """
    files = {source.name for source in config.source if is_file(source)}
    last = end_ns + round(config.centre.late_s * NS_PER_S)
    return [
        record
        for record in records
        if record.kind == "raw" and (record.source in files or start_ns <= record.stamp_ns < last)
    ]


def decode(
    raw: Sequence[Record],
    config: Config,
    start_ns: int,
    end_ns: int,
    spread: Spread = in_order,
    counted_ns: int | None = None,
    counted_seq: int = 0,
) -> Decoded:
    """Return what the raw records say in [start_ns, end_ns): located, sorted by (time, source, place, item).

    Each source is decoded by its own means; sources are independent, so ``spread`` may share them out. Faults and
    duplicates are counted once: in the stretch [``counted_ns``, ``end_ns``) in which their record was stamped, or, for a
    file, in each stretch of which it says something. ``counted_ns`` None is ``start_ns``; records numbered below
    ``counted_seq`` are read but not counted.
    """
    since_ns = start_ns if counted_ns is None else counted_ns
    counted = {r.seq for r in raw if since_ns <= r.stamp_ns < end_ns and r.seq >= counted_seq}
    by_source: dict[str, list[Record]] = {}
    faults: list[Fault] = []
    homes = {source.name: source.home for source in config.source}
    for record in raw:
        reason = _foreign(record, homes)
        if not reason:
            by_source.setdefault(record.source, []).append(record)
        elif record.seq in counted:
            faults.append(Fault(record.source, record.seq, 0, len(record.body), reason))
    jobs, duplicates = [], 0
    for number, source in enumerate(config.source):
        kept, dropped = _once(by_source.get(source.name, []), source, config.centre.duplicate_s)
        duplicates += sum(record.seq in counted for record in dropped)
        if kept:
            jobs.append((number, source, tuple(kept), theatre_of(config), config.here.decode_timeout_s))
    parts: list[Columns] = []
    watches: list[Watch] = []
    read = 0
    for rows, reading, file in spread(_decode_source, jobs):
        inside = (rows["time_ns"] >= start_ns) & (rows["time_ns"] < end_ns)
        within = [w for w in reading.watches if w.end_ns > start_ns and w.start_ns < end_ns]
        speaks = {*np.unique(rows["seq"][inside]).tolist(), *(w.seq for w in within)} if file else set()
        told = counted | {seq for seq in speaks if seq >= counted_seq}
        faults += [fault for fault in reading.faults if fault.seq in told]
        watches += within
        read += reading.records
        parts.append(rows.take(inside))
    located = concat(OBSERVATIONS, parts).sort(ORDER)
    return Decoded(located, tuple(sorted(watches, key=_watch_order)), tuple(sorted(faults)), duplicates, read)


def _foreign(record: Record, homes: dict[str, str]) -> str:
    """Return why a raw record does not count: nobody declared its source, or another part than its home logged it."""
    home = homes.get(record.source)
    if home is None:
        return "no source of this name is declared"
    if record.held_by and home not in record.held_by:
        return f"logged by part {record.held_by}, but its home is part {home}"
    return ""


def _once(
    records: list[Record], source: Source, duplicate_s: float
) -> tuple[list[tuple[Input, int]], list[Record]]:
    """Return (input, stamp) of the records that count, and the duplicates among the rest.

    A file says the same however often it is taken in; the day given by hand for its times of day is part of what it says.
    """
    timed, file = named(source.means).timed, is_file(source)
    seen: dict[tuple[bytes, int], int] = {}
    kept: list[tuple[Input, int]] = []
    dropped: list[Record] = []
    for record in records:
        dated = record.effective_ns if file and record.effective_ns != record.stamp_ns else 0
        key = (record.body, dated)
        last = seen.get(key) if timed or file else None
        if last is not None and (file or record.stamp_ns - last <= duplicate_s * NS_PER_S):
            dropped.append(record)
            continue
        if timed or file:
            seen[key] = record.stamp_ns
        kept.append((Input(record.seq, record.effective_ns, record.body), record.stamp_ns))
    return kept, dropped


def is_file(source: Source) -> bool:
    """Return whether a source's bytes come as files, which may be read in long after what they tell of."""
    return source.door.startswith("file:")


def _decode_source(
    job: tuple[int, Source, tuple[tuple[Input, int], ...], Theatre, float],
) -> tuple[Columns, Reading, bool]:
    number, source, stamped, theatre, timeout_s = job
    inputs = [item for item, _ in stamped]
    stamps = {item.seq: stamp_ns for item, stamp_ns in stamped}
    means = named(source.means)
    reading = (
        decode_isolated(means, inputs, source, timeout_s) if means.native else means.decode(inputs, source)
    )
    rows = reading.observations.put(source=np.int16(number))
    if source.simulated:
        rows = rows.put(simulated=True)
    rows, odd_rows = _believed_rows(rows, source, stamps)
    rows, far_rows = _near(locate(rows, source, theatre), source)
    watches, odd_watches = _believed_watches(reading.watches, source, stamps)
    believed = msgspec.structs.replace(
        reading,
        observations=OBSERVATIONS.empty(),
        watches=watches,
        faults=(*reading.faults, *odd_rows, *far_rows, *odd_watches),
    )
    return rows, believed, is_file(source)


def _near(rows: Columns, source: Source) -> tuple[Columns, list[Fault]]:
    """Return the rows without the places that lie beyond FAR_M, and a fault for each record whose device put any there.

    The grid is of no use there; a world-wide list of fires has most of its rows there, and that is no fault.
    """
    stated = np.isfinite(rows["lat_deg"]) & np.isfinite(rows["lon_deg"])
    stated |= np.isfinite(rows["range_m"]) & (source.site is not None)
    with np.errstate(invalid="ignore"):
        near = (np.abs(rows["east_m"]) <= FAR_M) & (np.abs(rows["north_m"]) <= FAR_M)
    far = stated & ~near
    if not far.any():
        return rows, []
    nowhere = {name: np.where(far, np.nan, rows[name]) for name in PLACE}
    seqs, counts = np.unique(rows["seq"][far & np.isin(rows["kind"], DEVICES)], return_counts=True)
    faults = [
        Fault(
            source.name,
            seq,
            0,
            0,
            f"{count} places over {FAR_M / 1000:.0f} km from the theatre's origin: is its [theatre] or site right?",
        )
        for seq, count in zip(seqs.tolist(), counts.tolist(), strict=True)
    ]
    return rows.put(**nowhere), faults


def _believed_rows(rows: Columns, source: Source, stamps: dict[int, int]) -> tuple[Columns, list[Fault]]:
    """Return the rows whose own time can be, and a fault for each of the others.

    Nothing was seen long after its bytes were stamped. A device at a live door speaks of the present; a person may report in
    the evening what was heard at noon, and a file may be years old.
    """
    if not len(rows):
        return rows, []
    off_ns = rows["time_ns"] - np.array([stamps[seq] for seq in rows["seq"].tolist()], dtype=np.int64)
    ahead = off_ns > BELIEVED_NS
    behind = np.zeros(len(rows), dtype=bool)
    if not is_file(source):
        behind = np.isin(rows["kind"], DEVICES) & (off_ns < -BELIEVED_NS)
    faults = [
        Fault(source.name, int(rows["seq"][row]), int(rows["item"][row]), 0, AHEAD if ahead[row] else BEHIND)
        for row in np.flatnonzero(ahead | behind).tolist()
    ]
    return rows.take(~(ahead | behind)), faults


def _believed_watches(
    watches: Sequence[Watch], source: Source, stamps: dict[int, int]
) -> tuple[tuple[Watch, ...], list[Fault]]:
    """Return the Watches that can be, and a fault for each that begins long after its first proof of life was stamped."""
    last_ns = max(stamps.values()) + BELIEVED_NS
    odd = [w for w in watches if w.start_ns > stamps.get(w.seq, last_ns) + BELIEVED_NS or w.end_ns > last_ns]
    faults = [Fault(source.name, watch.seq, 0, 0, AHEAD) for watch in odd]
    return tuple(watch for watch in watches if watch not in odd), faults


def _watch_order(watch: Watch) -> tuple[str, int, int, str]:
    return watch.source, watch.start_ns, watch.end_ns, watch.mode
