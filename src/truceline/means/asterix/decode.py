"""Decoding: record bodies to frames, data blocks, records; records to observation rows, Watches and faults.

Bodies are read in steps of bounded size, so that memory grows with what was found and not with what a sender claims.
Every octet ends in a decoded record, in framing, or in a fault. Framing is container headers, the 3 octets before a data
block's records, and a trailer: up to 16 octets after the last data block of a frame that begin no block of a category
known here (some recorders append such a tag to each datagram); trailers are counted in one fault of length 0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from truceline.means.asterix import walk, when
from truceline.means.asterix.batch import Batch, batches
from truceline.means.asterix.categories import (
    KNOWN,
    REASONS,
    TARGETS,
    Content,
    content,
    reading_order,
    tables,
)
from truceline.means.asterix.service import Service, data_sources, stated_site, thinned, watches
from truceline.means.asterix.walk import Longs, Records
from truceline.means.container import REASONS as CONTAINER_REASONS
from truceline.means.means import Input, Reading
from truceline.means.observations import OBSERVATIONS
from truceline.means.source import Source
from truceline.terms.columns import Columns
from truceline.terms.faults import Fault

STEP_OCTETS = 1 << 20
MOST_FAULTS = 1_000
SHOWN_RADARS = 4


class Tally:
    """What a decode has found so far: rows, service messages, faults, counts of octets."""

    def __init__(self, source: Source) -> None:
        """Begin with nothing."""
        self.source = source
        self.rows: list[Columns] = []
        self.service: list[Longs] = []
        self.unread: list[Longs] = []
        self.faults: list[Fault] = []
        self.notes: dict[str, list[int]] = {}
        self.kept: dict[int, int] = {}
        self.more: dict[int, list[int]] = {}
        self.records = 0
        self.decoded = 0
        self.framing = 0
        self.running = when.Running()
        self.site = ""
        self.radars: set[int] = set()

    def fault(self, batch: Batch, rows: Longs, reason: Callable[[int], str]) -> None:
        """Keep octets as faults: rows (start, end, body, ...), each with the reason of its number among them.

        One that goes on where the last one ended, with its reason, joins it. Behind ``MOST_FAULTS`` of one record they
        are only added up, so that memory and time stay bounded.
        """
        left = np.arange(len(rows))
        while len(left):
            for place, number in enumerate(left.tolist()):
                start, end, body = rows[number, :3].tolist()
                if not self._one(batch, start, end, body, reason(number)):
                    same = rows[left[place:], 2] == body
                    self._add_up(batch, rows[left[place:][same]])
                    left = left[place:][~same]
                    break
            else:
                return

    def _one(self, batch: Batch, start: int, end: int, body: int, reason: str) -> bool:
        offset, seq = start - int(batch.starts[body]), int(batch.seqs[body])
        last = self.faults[-1] if self.faults else None
        if last and (last.seq, last.offset + last.length, last.reason) == (seq, offset, reason):
            self.faults[-1] = Fault(last.source, seq, last.offset, last.length + end - start, reason)
            return True
        self.kept[seq] = self.kept.get(seq, 0) + 1
        if self.kept[seq] <= MOST_FAULTS:
            self.faults.append(Fault(self.source.name, seq, offset, end - start, reason))
        return self.kept[seq] <= MOST_FAULTS

    def _add_up(self, batch: Batch, rows: Longs) -> None:
        body = int(rows[0, 2])
        more = self.more.setdefault(int(batch.seqs[body]), [int(rows[0, 0] - batch.starts[body]), 0, 0])
        more[1] += int((rows[:, 1] - rows[:, 0]).sum())
        more[2] += len(rows)

    def note(self, seq: int, offset: int, reason: str, count: int = 1) -> None:
        """Count something that costs no octets; it becomes one fault of length 0."""
        held = self.notes.setdefault(reason, [seq, offset, 0])
        held[2] += count


def decode(inputs: Sequence[Input], source: Source) -> Reading:
    """Return what the bodies of one source say, rows in the order of the bytes.

    Rows are kinds plot, reply, position, track and identity; faults of length 0 count what costs no octets: trailers,
    times far from the packet's or stamp's, service messages that could give no Watch.
    """
    tally = Tally(source)
    for batch in batches(inputs, source):
        tally.framing += batch.framing
        codes = batch.faults[:, 3]
        tally.fault(batch, batch.faults, lambda n, of=codes: CONTAINER_REASONS[int(of[n])])  # type: ignore[misc]
        frame, pos = 0, -1
        while frame < len(batch.frames):
            blocks, wrong, frame, pos = walk.blocks(batch.data, batch.frames, frame, pos, KNOWN, STEP_OCTETS)
            _step(batch, blocks, wrong, tally)
    return _reading(tally)


def _step(batch: Batch, blocks: Longs, wrong: Longs, tally: Tally) -> None:
    """Decode one step's data blocks, category by category."""
    trailers = wrong[wrong[:, 3] == walk.TRAILER]
    lengths = trailers[:, 1] - trailers[:, 0]
    tally.framing += int(lengths.sum())
    for length in np.unique(lengths).tolist():
        those = trailers[lengths == length]
        body = int(batch.frames[those[0, 2], 4])
        offset = int(those[0, 0] - batch.starts[body])
        tally.note(int(batch.seqs[body]), offset, f"{length} octets after the last data block", len(those))
    _keep_wrong(batch, wrong[wrong[:, 3] != walk.TRAILER], tally)
    first_unread, first_service = len(tally.unread), len(tally.service)
    for category in reading_order(np.unique(blocks[:, 3]).tolist()):
        spans = blocks[blocks[:, 3] == category]
        profiles = tables(category)
        if not profiles:
            unknown = f"category {category} is not known here"
            tally.fault(batch, _in_bodies(batch, spans), lambda _, text=unknown: text)  # type: ignore[misc]
            continue
        tally.framing += 3 * len(spans)
        found, torn = walk.walked(profiles, batch.data, spans)
        _keep_torn(batch, category, torn, spans, tally)
        for records in found:
            if len(records.start):
                _keep(batch, category, records, tally)
    if len(tally.unread) > first_unread:
        tally.unread[first_unread:] = [thinned(tally.unread[first_unread:], tally.service[first_service:])]


def _in_bodies(batch: Batch, rows: Longs) -> Longs:
    """Return rows (start, end, frame, ...) with the number of the body in place of the frame's."""
    found = rows[:, :3].copy()
    found[:, 2] = batch.frames[rows[:, 2], 4]
    return found


def _keep_wrong(batch: Batch, wrong: Longs, tally: Tally) -> None:
    """Keep octets that are no data block as faults; rows (start, end, frame, code)."""

    def reason(number: int) -> str:
        start, end, _, code = wrong[number].tolist()
        octets = batch.data[start + 1 : min(start + 3, end)].tobytes()
        return walk.REASONS[code].format(
            int.from_bytes(octets, "big") if code != walk.TORN_HEADER else end - start, end - start
        )

    tally.fault(batch, _in_bodies(batch, wrong), reason)


def _keep_torn(batch: Batch, category: int, torn: Longs, spans: Longs, tally: Tally) -> None:
    """Keep torn records as faults; where a data block begins with one, its header is part of the fault."""
    if not len(torn):
        return
    rows = _in_bodies(batch, torn)
    head = np.where(np.isin(torn[:, 0] - 3, spans[:, 0]), 3, 0)
    rows[:, 0] -= head
    tally.framing -= int(head.sum())

    def reason(number: int) -> str:
        return f"CAT{category:03d}: {walk.REASONS[int(torn[number, 3])].format(int(torn[number, 4]))}"

    tally.fault(batch, rows, reason)
    if category in TARGETS:
        bodies = rows[:, 2]
        tally.unread.append(np.column_stack((batch.seqs[bodies], torn[:, 0] - batch.starts[bodies])))


def _keep(batch: Batch, category: int, records: Records, tally: Tally) -> None:
    """Turn the records of one category into rows or service messages, and absurd ones into faults."""
    bodies = batch.frames[records.frame, 4]
    at = when.Placed(
        batch.first + bodies, records.start, batch.frames[records.frame, 2], batch.frames[records.frame, 3]
    )
    found = content(category, records, at, tally.running)
    items = records.start - batch.starts[bodies]
    odd = np.flatnonzero(found.absurd)
    start = records.start[odd]
    rows = np.column_stack((start, start + records.length[odd], bodies[odd]))
    tally.fault(batch, rows, lambda n: f"CAT{category:03d}: {REASONS[int(found.absurd[odd[n]])]}")
    good = found.absurd == 0
    tally.records += int(good.sum())
    tally.decoded += int(records.length[good].sum())
    for reason, mask in found.notes:
        rows = np.flatnonzero(mask & good)
        if len(rows):
            tally.note(
                int(batch.seqs[bodies[rows[0]]]),
                int(items[rows[0]]),
                f"CAT{category:03d}: {reason}",
                len(rows),
            )
    if found.service is not None:
        if category == 34 and tally.source.site is None and not tally.site:
            tally.site = stated_site(records)
        tally.radars |= data_sources(records)
        rows = np.flatnonzero(good & found.kept)
        place = np.column_stack((batch.seqs[bodies[rows]], batch.seqs[bodies[rows]], items[rows]))
        tally.service.append(np.column_stack((found.time_ns[rows], found.service[rows], place)))
    if found.columns is not None:
        rows = np.flatnonzero(good & found.kept)
        tally.rows.append(_rows(found, rows, batch.seqs[bodies[rows]], items[rows], tally.source))


def _rows(found: Content, rows: Longs, seqs: Longs, items: Longs, source: Source) -> Columns:
    given: dict[str, Any] = {name: values[rows] for name, values in (found.columns or {}).items()}
    sigma = int(source.accuracy.time_s * 1e9)
    given["time_sigma_ns"] = np.where(found.untimed[rows], max(sigma, when.UNTIMED_SIGMA_NS), sigma)
    return OBSERVATIONS.build(
        len(rows), {**given, "time_ns": found.time_ns[rows], "seq": seqs, "item": items}
    )


def _reading(tally: Tally) -> Reading:
    service = np.concatenate(tally.service) if tally.service else Service.none().rows
    service = service[np.lexsort((service[:, 6], service[:, 5]))]
    unread = np.concatenate(tally.unread) if tally.unread else np.empty((0, 2), dtype=np.int64)
    found = watches(service, unread, tally.source)
    if len(service) and not found:
        why = "the source has no site" if tally.source.site is None else "no two within its heartbeat_s"
        why += f" ({tally.site})" if tally.site else ""
        tally.note(
            int(service[0, 4]), int(service[0, 6]), f"no Watch from service messages: {why}", len(service)
        )
    if len(tally.radars) > 1:
        seen = ", ".join(f"{radar >> 8}/{radar & 255}" for radar in sorted(tally.radars)[:SHOWN_RADARS])
        reason = f"service messages of several radars (SAC/SIC {seen}) in one source: declare one source each"
        tally.note(int(service[0, 4]), int(service[0, 6]), reason)
    name = tally.source.name
    notes = [
        Fault(name, seq, offset, 0, f"{count} times: {reason}")
        for reason, (seq, offset, count) in tally.notes.items()
    ]
    more = [
        Fault(name, seq, offset, octets, f"{count} more faults from here on, so many octets in all")
        for seq, (offset, octets, count) in tally.more.items()
    ]
    rows = _joined(tally.rows)
    faults = tuple(sorted([*tally.faults, *more, *notes]))
    return Reading(rows, found, faults, tally.records, tally.decoded, tally.framing)


def _joined(parts: list[Columns]) -> Columns:
    """Return the rows of all parts in the order of the bytes; the parts are emptied on the way, to hold memory down."""
    if not parts:
        return OBSERVATIONS.empty()
    data = {c.name: np.concatenate([part.data.pop(c.name) for part in parts]) for c in OBSERVATIONS.columns}
    rows = Columns(OBSERVATIONS, data)
    seq, item = rows["seq"], rows["item"]
    ordered = (seq[1:] > seq[:-1]) | ((seq[1:] == seq[:-1]) & (item[1:] > item[:-1]))
    return rows if ordered.all() else rows.sort(("seq", "item"))
