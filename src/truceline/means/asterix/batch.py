"""Record bodies laid end to end, unpacked to frames with the time that each frame's records are near to.

    frame = (start, end, reference_ns, mode, body);  mode is one of ``when``: TIMED, DATED, RUNNING

A body of no known container is one frame: a datagram at a live door (its stamp is its time), else a file of which only
the date is known; one longer than any datagram runs on in time from record to record.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
import numpy as np

from truceline.means.asterix import when
from truceline.means.asterix.walk import Bytes, Longs
from truceline.means.container import DATAGRAM_OCTETS, NO_TIME, sniff, unpack
from truceline.means.means import Input
from truceline.means.source import Source

JOINED_OCTETS = 1 << 25


class Batch(msgspec.Struct, frozen=True):
    """Bodies laid end to end: where each begins and its seq, frames, octets of framing, container faults.

    ``frames`` rows are (start, end, reference_ns, mode, body), ``faults`` rows (start, end, body, code), in the order of
    the bytes; the body's number points into ``starts`` and ``seqs``, and ``first`` is how many bodies came before.
    """

    data: Bytes
    starts: Longs
    seqs: Longs
    frames: Longs
    framing: int
    faults: Longs
    first: int


def batches(inputs: Sequence[Input], source: Source) -> Iterator[Batch]:
    """Yield the bodies in order, small ones joined up to ``JOINED_OCTETS``."""
    held: list[Input] = []
    size = first = 0
    for number, item in enumerate(inputs):
        if held and size + len(item.body) > JOINED_OCTETS:
            yield _batch(held, source, first)
            held, size, first = [], 0, number
        held.append(item)
        size += len(item.body)
    if held:
        yield _batch(held, source, first)


def _batch(held: Sequence[Input], source: Source, first: int) -> Batch:
    live = not source.door.startswith("file:")
    whole = held[0].body if len(held) == 1 else b"".join([item.body for item in held])
    lengths = np.array([len(item.body) for item in held], dtype=np.int64)
    stamps = np.array([item.stamp_ns for item in held], dtype=np.int64)
    near = stamps if live else when.noon_of_dates(stamps)
    ends = np.cumsum(lengths)
    starts = ends - lengths
    frames = np.empty((len(held), 5), dtype=np.int64)
    frames[:, 0], frames[:, 1], frames[:, 2] = starts, ends, near
    frames[:, 3] = np.where(lengths > DATAGRAM_OCTETS, when.RUNNING, when.TIMED if live else when.DATED)
    frames[:, 4] = np.arange(len(held))
    faults, framing = np.empty((0, 4), dtype=np.int64), 0
    packed = [body for body, item in enumerate(held) if sniff(item.body) != "raw"]
    if packed:
        frames, framing, faults = _unpacked(held, frames, packed)
    seqs = np.array([item.seq for item in held], dtype=np.int64)
    return Batch(np.frombuffer(whole, dtype=np.uint8), starts, seqs, frames, framing, faults, first)


def _unpacked(held: Sequence[Input], frames: Longs, packed: Sequence[int]) -> tuple[Longs, int, Longs]:
    """Replace the frames of bodies that are containers by what is in them."""
    tables, faults, framing, done = [], [], 0, 0
    for body in packed:
        inner = unpack(held[body].body)
        base, near = int(frames[body, 0]), int(frames[body, 2])
        timed = inner.rows[:, 2] != NO_TIME
        found = np.empty((len(inner.rows), 5), dtype=np.int64)
        found[:, :2] = inner.rows[:, :2] + base
        found[:, 2] = np.where(timed, inner.rows[:, 2], near)
        found[:, 3] = np.where(timed, when.TIMED, when.RUNNING)
        found[:, 4] = body
        tables += [frames[done:body], found]
        wrong = np.empty((len(inner.faults), 4), dtype=np.int64)
        wrong[:, :2], wrong[:, 2], wrong[:, 3] = inner.faults[:, :2] + base, body, inner.faults[:, 2]
        faults.append(wrong)
        framing, done = framing + inner.framing, body + 1
    return np.concatenate([*tables, frames[done:]]), framing, np.concatenate(faults)
