"""Writing ASTERIX bytes: columns of raw item values to records, records to data blocks and datagrams of bounded size.

    datagram = data blocks, one for each run of records of one category, in the order of time

Layout of blocks and records as in ``walk``; an item's octets are its raw value, most significant first.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numba
import numpy as np

from truceline.means.asterix.take import ABSENT
from truceline.means.asterix.walk import Bytes, Longs

MOST_OCTETS = 1400


class Writing(msgspec.Struct, frozen=True):
    """An item to be written: its FRN (from 1), its octets, and its raw value per record (ABSENT: left out)."""

    frn: int
    octets: int
    values: Longs


class Written(msgspec.Struct, frozen=True):
    """Records as bytes: ``ends`` are where each ends in ``data``; time and rank order them among other categories."""

    category: int
    data: Bytes
    ends: Longs
    time_ns: Longs
    rank: Longs


def records(category: int, items: Sequence[Writing], time_ns: Longs, rank: Longs) -> Written:
    """Return the records of one category; ``rank`` orders records of equal time."""
    values = (
        np.stack([item.values for item in items])
        if len(time_ns)
        else np.empty((len(items), 0), dtype=np.int64)
    )
    frns = np.array([item.frn for item in items], dtype=np.int64)
    octets = np.array([item.octets for item in items], dtype=np.int64)
    data, ends = _write(values, frns, octets)
    return Written(category, data, ends, time_ns, rank)


def datagrams(parts: Sequence[Written], window: Sequence[Longs]) -> list[tuple[int, bytes]]:
    """Return (time_ns of its last record, bytes) of datagrams; records of different windows never share one.

    ``window`` gives, per part and record, the number of its window; shapes as the parts' times.
    """
    if not sum(len(part.time_ns) for part in parts):
        return []
    times, ranks = np.concatenate([p.time_ns for p in parts]), np.concatenate([p.rank for p in parts])
    windows = np.concatenate(list(window))
    category = np.concatenate([np.full(len(p.ends), p.category, dtype=np.int64) for p in parts])
    base = np.cumsum([0, *(len(p.data) for p in parts)])
    ends = np.concatenate([p.ends + shift for p, shift in zip(parts, base, strict=False)])
    starts = np.concatenate(
        [np.concatenate(([0], p.ends))[:-1] + shift for p, shift in zip(parts, base, strict=False)]
    ).astype(np.int64)
    order = np.lexsort((ranks, times, windows))
    data = np.concatenate([p.data for p in parts])
    packed, cuts = _pack(data, starts[order], ends[order], category[order], windows[order], MOST_OCTETS)
    whole, stamps = packed.tobytes(), times[order][cuts[:, 1]].tolist()
    edges = [0, *cuts[:, 0].tolist()]
    return [(stamp, whole[a:b]) for stamp, a, b in zip(stamps, edges[:-1], edges[1:], strict=True)]


@numba.njit(cache=True)
def _write(values: Longs, frns: Longs, octets: Longs) -> tuple[Bytes, Longs]:
    """Write records; items come in the order of FRN."""
    rows = values.shape[1]
    room = octets.sum() + (frns[-1] + 6) // 7
    out, ends = np.zeros(rows * room, dtype=np.uint8), np.empty(rows, dtype=np.int64)
    pos = 0
    for row in range(rows):
        last = 0
        for item in range(len(frns)):
            if values[item, row] != ABSENT:
                last = frns[item]
        head = (last + 6) // 7
        for octet in range(head - 1):
            out[pos + octet] = 1
        at = pos + head
        for item in range(len(frns)):
            value = values[item, row]
            if value == ABSENT:
                continue
            bit = frns[item] - 1
            out[pos + bit // 7] |= np.uint8(128 >> (bit % 7))
            for octet in range(octets[item] - 1, -1, -1):
                out[at + octet] = value & 255
                value >>= 8
            at += octets[item]
        pos = at
        ends[row] = pos
    return out[:pos], ends


@numba.njit(cache=True)
def _pack(
    data: Bytes, starts: Longs, ends: Longs, category: Longs, window: Longs, most: int
) -> tuple[Bytes, Longs]:
    """Lay records into datagrams; returns the bytes and rows (end of the datagram, number of its last record)."""
    rows = len(starts)
    out, cuts = np.empty(len(data) + 3 * rows, dtype=np.uint8), np.empty((rows, 2), dtype=np.int64)
    count, pos, block, first = 0, 0, 0, 0
    for row in range(rows):
        size = ends[row] - starts[row]
        fresh = row > 0 and (window[row] != window[row - 1] or pos + size + 3 - first > most)
        if fresh:
            cuts[count, 0], cuts[count, 1] = pos, row - 1
            count += 1
            first = pos
        if row == 0 or fresh or category[row] != category[row - 1]:
            block = pos
            out[pos] = category[row]
            pos += 3
        out[pos : pos + size] = data[starts[row] : ends[row]]
        pos += size
        out[block + 1], out[block + 2] = (pos - block) >> 8, (pos - block) & 255
    cuts[count, 0], cuts[count, 1] = pos, rows - 1
    return out[:pos], cuts[: count + 1]
