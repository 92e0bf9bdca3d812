"""Packed bodies: a gzip file (RFC 1952) is one record whose offsets count in its unpacked text.

    1f 8b 08 | flags ... | deflate | CRC-32 | length
The bytes still add up to the body as it came: faults inside keep their place in the text and count no bytes
of the packed body, which counts as decoded; a body that cannot be unpacked is one fault.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from truceline.means.means import Input, Reading
from truceline.terms.faults import Fault

UNPACK_LIMIT = 1 << 28
DAMAGED = "packed body is damaged or unpacks to more than 256 MiB"


def is_packed(body: bytes) -> bool:
    """Return whether a body is a gzip file."""
    return body[:3] == b"\x1f\x8b\x08"


def unpack(body: bytes) -> bytes | None:
    """Return the body, unpacked when it is a gzip file; None when that is damaged or too large."""
    if not is_packed(body):
        return body
    work = zlib.decompressobj(31)
    try:
        plain = work.decompress(body, UNPACK_LIMIT)
    except zlib.error:
        return None
    return plain if work.eof and not work.unused_data else None


def unpack_head(head: bytes, size: int = 4096) -> bytes:
    """Return the first bytes of the text of a file that begins with ``head``; empty when damaged."""
    if not is_packed(head):
        return head
    try:
        return zlib.decompressobj(31).decompress(head, size)
    except zlib.error:
        return b""


def balance(reading: Reading, records: Sequence[Input]) -> Reading:
    """Return the reading with its bytes counted over packed bodies as they came."""
    packed = {record.seq: len(record.body) for record in records if is_packed(record.body)}
    if not packed:
        return reading
    faults = tuple(
        Fault(
            fault.source,
            fault.seq,
            fault.offset,
            0,
            f"{fault.reason} ({fault.length} bytes unpacked)",
        )
        if fault.seq in packed and fault.reason != DAMAGED
        else fault
        for fault in reading.faults
    )
    rest = sum(len(record.body) for record in records) - sum(fault.length for fault in faults)
    framing = min(reading.framing_bytes, rest)
    return Reading(reading.observations, reading.watches, faults, reading.records, rest - framing, framing)
