"""The walk over ASTERIX bytes: frames to data blocks, data blocks to records, records to the place of each item.

    data block = CAT (1 octet) + LEN (2 octets, big-endian, counts itself and CAT) + records, one after another

One pass per category, over NumPy bytes, in Numba. A record whose FSPEC or items do not fit takes the rest of its block
with it as a fault: without its length nothing behind it can be trusted. Records before it stand.

Source: EUROCONTROL-SPEC-0149 (ASTERIX Part 1), edition 3.1, section 4.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import numba
import numpy as np
import numpy.typing as npt

from truceline.means.asterix.layout import Table
from truceline.means.container import big, octet

Bytes = npt.NDArray[np.uint8]
Longs = npt.NDArray[np.int64]
Nodes = npt.NDArray[np.int32]

OK, TORN_HEADER, SHORT_BLOCK, TORN_BLOCK, TRAILER = range(5)
EMPTY, TORN_FSPEC, LONG_FSPEC, SPARE_BIT, TORN_ITEM, LONG_EXTENSION, ZERO_LENGTH, BAD_FRN = range(10, 18)
TRAILER_OCTETS = 16

REASONS: dict[int, str] = {
    TORN_HEADER: "a data block's header is torn: {0} of 3 octets left",
    SHORT_BLOCK: "a data block says it is {0} octets long, less than its own header",
    TORN_BLOCK: "a data block says it is {0} octets long, but {1} are left",
    EMPTY: "a record holds no item",
    TORN_FSPEC: "a record's FSPEC runs past its data block",
    LONG_FSPEC: "a record's FSPEC is longer than the category's profile",
    SPARE_BIT: "a record names FRN {0}, which the category does not define",
    TORN_ITEM: "the item at FRN {0} runs past its data block",
    LONG_EXTENSION: "the item at FRN {0} extends past its last octet",
    ZERO_LENGTH: "the explicit item at FRN {0} says it has length 0",
    BAD_FRN: "a random field sequence at FRN {0} names a field that does not exist",
}


class Records(msgspec.Struct, frozen=True):
    """The records of one category: where each begins, how long it is, its frame, and where its items are.

    ``places`` has one column per FRN: octets from the record's start, 0 when the item is absent.
    """

    table: Table
    data: Bytes
    start: Longs
    length: Longs
    frame: Longs
    places: npt.NDArray[np.uint16]

    def take(self, rows: Any) -> Records:
        """Return the records of an index array or mask."""
        return Records(
            self.table, self.data, self.start[rows], self.length[rows], self.frame[rows], self.places[rows]
        )

    def has(self, frn: int) -> npt.NDArray[np.bool_]:
        """Return which records hold the item of an FRN (counted from 1), shape (n,)."""
        return np.asarray(self.places[:, frn - 1] > 0)


@numba.njit(cache=True)
def _longer(rows: Longs) -> Longs:
    grown = np.empty((2 * len(rows), rows.shape[1]), dtype=np.int64)
    grown[: len(rows)] = rows
    return grown


@numba.njit(cache=True)
def blocks(
    data: Bytes, frames: Longs, frame: int, pos: int, known: npt.NDArray[np.bool_], budget: int
) -> tuple[Longs, Longs, int, int]:
    """Split frames, rows of (start, end, ...), into data blocks, from ``pos`` in ``frame`` on (-1: its start).

    Returns block rows (start, end, frame, category), rows (start, end, frame, code) of octets that are no data block,
    and where to go on (frame, position) after ``budget`` octets, so that a large file is read in steps.
    """
    rows, wrong = np.empty((64, 4), dtype=np.int64), np.empty((16, 4), dtype=np.int64)
    count, bad, spent = 0, 0, 0
    while frame < len(frames) and spent < budget:
        fresh, first, end = pos < 0, frames[frame, 0], frames[frame, 1]
        pos = first if fresh else pos
        while pos < end and spent < budget:
            code, length = OK, end - pos
            if length < 3:
                code = TORN_HEADER
            else:
                length = big(data, pos + 1)
                code = SHORT_BLOCK if length < 3 else (TORN_BLOCK if length > end - pos else OK)
            if code != OK:
                if pos > first and end - pos <= TRAILER_OCTETS and not known[data[pos]]:
                    code = TRAILER
                if bad == len(wrong):
                    wrong = _longer(wrong)
                wrong[bad, 0], wrong[bad, 1], wrong[bad, 2], wrong[bad, 3] = pos, end, frame, code
                bad += 1
                spent += end - pos
                pos = end
                break
            if count == len(rows):
                rows = _longer(rows)
            rows[count, 0], rows[count, 1], rows[count, 2], rows[count, 3] = (
                pos,
                pos + length,
                frame,
                data[pos],
            )
            count += 1
            spent += length
            pos += length
        if pos >= end:
            frame, pos = frame + 1, -1
    return rows[:count], wrong[:bad], frame, pos


@numba.njit(cache=True)
def leaf_size(data: Bytes, pos: int, end: int, kind: int, octets: int, first: int) -> int:
    """Return the octets of an item that is no compound, or minus the code of what is wrong with it."""
    if kind == 1:  # FIXED
        return octets if pos + octets <= end else -TORN_ITEM
    if kind == 2:  # EXTENDED
        for size in range(first, first + octets):
            if pos + size > end:
                return -TORN_ITEM
            if data[pos + size - 1] & 1 == 0:
                return size
        return -LONG_EXTENSION
    if kind == 3:  # CHAINED
        size = 0
        while pos + size + octets <= end:
            size += octets
            if data[pos + size - 1] & 1 == 0:
                return size
        return -TORN_ITEM
    if kind == 4:  # COUNTED
        if pos >= end or pos + 1 + octets * octet(data, pos) > end:
            return -TORN_ITEM
        return 1 + octets * octet(data, pos)
    if kind == 5:  # EXPLICIT
        if pos >= end:
            return -TORN_ITEM
        if data[pos] == 0:
            return -ZERO_LENGTH
        return octet(data, pos) if pos + data[pos] <= end else -TORN_ITEM
    return -SPARE_BIT


@numba.njit(cache=True)
def presence(data: Bytes, pos: int, end: int, fields: int) -> int:
    """Return the octets of a presence field (FSPEC or a compound's) of so many fields, or minus a code."""
    most = (fields + 6) // 7
    size = 0
    while True:
        if pos + size >= end:
            return -TORN_FSPEC
        size += 1
        if data[pos + size - 1] & 1 == 0:
            return size if size <= most else -LONG_FSPEC


@numba.njit(cache=True)
def item_size(data: Bytes, pos: int, end: int, nodes: Nodes, row: int) -> int:
    """Return the octets of the item of a table row, or minus the code of what is wrong with it."""
    kind, octets, first = nodes[row, 0], nodes[row, 1], nodes[row, 2]
    if kind != 6:  # COMPOUND
        return leaf_size(data, pos, end, kind, octets, first)
    size = presence(data, pos, end, octets)
    if size < 0:
        return -TORN_ITEM if size == -TORN_FSPEC else -LONG_EXTENSION
    head = size
    for bit in range(7 * head):
        if data[pos + bit // 7] & (128 >> (bit % 7)) == 0:
            continue
        if bit >= octets:
            return -SPARE_BIT
        part = leaf_size(
            data, pos + size, end, nodes[first + bit, 0], nodes[first + bit, 1], nodes[first + bit, 2]
        )
        if part < 0:
            return part
        size += part
    return size


@numba.njit(cache=True)
def random_size(data: Bytes, pos: int, end: int, nodes: Nodes, frns: int) -> int:
    """Return the octets of a random field sequence (a count, then FRN and item so many times), or minus a code."""
    if pos >= end:
        return -TORN_ITEM
    size = 1
    for _ in range(data[pos]):
        if pos + size >= end:
            return -TORN_ITEM
        frn = octet(data, pos + size)
        if frn < 1 or frn > frns or nodes[frn - 1, 0] == 0 or nodes[frn - 1, 0] == 7:
            return -BAD_FRN
        part = item_size(data, pos + size + 1, end, nodes, frn - 1)
        if part < 0:
            return part
        size += 1 + part
    return size


@numba.njit(cache=True)
def record(
    data: Bytes, pos: int, end: int, nodes: Nodes, frns: int, places: npt.NDArray[np.uint16]
) -> tuple[int, int]:
    """Walk one record, noting its items' places; returns (octets, 0) or (minus a code, FRN)."""
    places[:] = 0
    head = presence(data, pos, end, frns)
    if head < 0:
        return head, 0
    size = head
    for place in range(head):
        bits = octet(data, pos + place) & 0xFE
        frn = 7 * place
        while bits:
            frn += 1
            if bits & 0x80:
                if frn > frns:
                    return -SPARE_BIT, frn
                if nodes[frn - 1, 0] == 7:  # RANDOM
                    part = random_size(data, pos + size, end, nodes, frns)
                else:
                    part = item_size(data, pos + size, end, nodes, frn - 1)
                if part < 0:
                    return part, frn
                places[frn - 1] = size
                size += part
            bits = (bits << 1) & 0xFE
    return (size, 0) if size > head else (-EMPTY, 0)


@numba.njit(cache=True)
def is_track(data: Bytes, pos: int, end: int) -> bool:
    """Return whether a CAT001 record's I001/020, the item of FRN 2, says that it is a track."""
    head = presence(data, pos, end, 1 << 16)
    if head < 0 or data[pos] & 0x40 == 0:
        return False
    at = pos + head + (2 if data[pos] & 0x80 else 0)
    return at < end and data[at] & 0x80 != 0


@numba.njit(cache=True)
def walk(
    data: Bytes, spans: Longs, nodes: Nodes, frns: int, track_nodes: Nodes, track_frns: int
) -> tuple[Longs, npt.NDArray[np.uint16], Longs]:
    """Walk the records of data blocks of one category; ``spans`` has rows (start, end, frame, ...).

    Returns rows (start, length, frame, profile), the items' places, and fault rows (start, end, frame, code, FRN).
    ``track_frns`` is 0 for a category with one profile; else records whose TYP says track are read by the other.
    """
    room, wide = 64, max(frns, track_frns)
    rows = np.empty((room, 4), dtype=np.int64)
    places = np.empty((room, wide), dtype=np.uint16)
    faults = np.empty((16, 5), dtype=np.int64)
    count, bad = 0, 0
    for span in range(len(spans)):
        pos, end = spans[span, 0] + 3, spans[span, 1]
        while pos < end:
            if count == room:
                rows = _longer(rows)
                more = np.empty((2 * room, wide), dtype=np.uint16)
                more[:room] = places
                room, places = 2 * room, more
            profile = 1 if track_frns > 0 and is_track(data, pos, end) else 0
            if profile:
                size, frn = record(data, pos, end, track_nodes, track_frns, places[count])
            else:
                size, frn = record(data, pos, end, nodes, frns, places[count])
            if size < 0:
                if bad == len(faults):
                    faults = _longer(faults)
                faults[bad, 0], faults[bad, 1], faults[bad, 2] = pos, end, spans[span, 2]
                faults[bad, 3], faults[bad, 4] = -size, frn
                bad += 1
                break
            rows[count, 0], rows[count, 1], rows[count, 2], rows[count, 3] = (
                pos,
                size,
                spans[span, 2],
                profile,
            )
            count += 1
            pos += size
    return rows[:count], places[:count], faults[:bad]


def walked(tables: Sequence[Table], data: Bytes, spans: Longs) -> tuple[list[Records], Longs]:
    """Return the records of data blocks of one category, and fault rows (start, end, frame, code, FRN).

    ``tables`` is the category's profile, or its two profiles (plots, then tracks): then two Records are given.
    """
    first, last = tables[0], tables[-1]
    rows, places, faults = walk(
        data, spans, first.nodes, first.frns, last.nodes, last.frns if len(tables) > 1 else 0
    )
    found = []
    for profile, table in enumerate(tables):
        mine = slice(None) if len(tables) == 1 else rows[:, 3] == profile
        held = rows[mine]
        found.append(Records(table, data, held[:, 0], held[:, 1], held[:, 2], places[mine]))
    return found, faults
