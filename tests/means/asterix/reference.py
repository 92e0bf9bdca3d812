"""The independent decoder: libasterix, data block by data block, and our own walk in the same shape.

Both give (offset in the block's records, octets, {item number: octets}) per record, and whether the block was read to
its end. A record without any item, which libasterix accepts, ends the block: the standard makes I.../010 mandatory.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from asterix import base, generated

from truceline.means.asterix import walk
from truceline.means.asterix.categories import KNOWN, tables
from truceline.means.container import unpack

Read = tuple[list[tuple[int, int, dict[str, bytes]]], bool]


def newest(category: int) -> Any:
    return generated.manifest["CATS"][category][-1]


def theirs(category: int, octets: bytes) -> Read:
    profile = newest(category).cv_uap
    bits, found = base.Bits.from_bytes(octets), []
    while len(bits):
        at = len(octets) - len(bits) // 8
        if category == 1:
            track = walk.is_track(np.frombuffer(octets, np.uint8), at, len(octets))
            kind = profile.cv_uaps["track" if track else "plot"]
        else:
            kind = profile.cv_record
        try:
            read = kind.parse(base.ParsingMode.StrictParsing, bits)
        except TypeError:  # it stumbles over an FSPEC bit behind the last FRN
            return found, False
        if isinstance(read, ValueError) or read[0].is_empty():
            return found, False
        record, rest = read
        items = {name: item.unparse().to_bytes() for name, item in record.items_regular.items()}
        found.append((at, (len(bits) - len(rest)) // 8, items))
        bits = rest
    return found, True


def ours(category: int, octets: bytes) -> Read:
    block = bytes([category]) + (len(octets) + 3).to_bytes(2, "big") + octets
    spans = np.array([[0, len(block), 0, category]], dtype=np.int64)
    profiles, torn = walk.walked(tables(category), np.frombuffer(block, np.uint8), spans)
    found = []
    for records in profiles:
        items = records.table.category.items
        for row in range(len(records.start)):
            start, length = int(records.start[row]), int(records.length[row])
            held = sorted(
                (int(place), frn) for frn, place in enumerate(records.places[row, : len(items)]) if place
            )
            ends = [place for place, _ in held[1:]] + [length]
            named = {
                items[frn].number: block[start + place : start + end]
                for (place, frn), end in zip(held, ends, strict=True)
                if items[frn].form != "R"
            }
            found.append((start - 3, length, named))
    return sorted(found, key=lambda record: record[0]), not len(torn)


def data_blocks(path: Path) -> Iterator[tuple[int, int, bytes]]:
    """Yield (category, offset of the first record, octets of the records) of every data block of a capture."""
    body = path.read_bytes()
    data, frames = np.frombuffer(body, np.uint8), unpack(body).rows
    blocks, _, _, _ = walk.blocks(data, frames, 0, -1, KNOWN, 1 << 40)
    for start, end, _, category in blocks.tolist():
        if KNOWN[category]:
            yield category, start + 3, body[start + 3 : end]
