"""One data record for a person: every item with the octets it stands in and what they say, with units.

range 14.03 NM = 25,984 m;  flight level FL 310 = 9,449 m;  time of day 13:43:10.250
"""

from __future__ import annotations

import math

import numpy as np

from truceline.means.asterix import walk
from truceline.means.asterix.categories import KNOWN, tables
from truceline.means.asterix.layout import Item, Part
from truceline.means.asterix.polar import FT_M, NM_M, SIX_BITS
from truceline.means.asterix.take import ABSENT, raw
from truceline.means.asterix.walk import Longs, Records
from truceline.means.container import unpack
from truceline.means.means import Field
from truceline.means.source import Source

SHOWN_OCTETS = 32


def explain(body: bytes, item: int, source: Source) -> list[Field]:
    """Return the fields of the data record at an offset of a body, the data block's first.

    Offsets count from the body's start. Octets that are no record's beginning give one field that says so.
    """
    data = np.frombuffer(body, dtype=np.uint8)
    frames = unpack(body).rows
    holding = frames[(frames[:, 0] <= item) & (item < frames[:, 1])]
    frame, pos = 0, -1
    while frame < len(holding):
        blocks, _, frame, pos = walk.blocks(data, holding, frame, pos, KNOWN, 1 << 23)
        inside = blocks[(blocks[:, 0] <= item) & (item < blocks[:, 1])]
        if len(inside):
            return _block(data, inside, item)
    return [
        Field(
            "octets",
            item,
            len(body[item : item + SHOWN_OCTETS]),
            f"no data block: {_hex(body, item, len(body))}",
        )
    ]


def _block(data: walk.Bytes, block: Longs, item: int) -> list[Field]:
    start, end, _, category = block[0].tolist()
    profiles = tables(category)
    head = Field("data block", start, 3, f"category {category:03d}, {end - start} octets")
    if not profiles:
        return [head, Field("octets", item, end - item, "a category that is not known here")]
    found, torn = walk.walked(profiles, data, block)
    held = [here for records in found if len((here := records.take(records.start == item)).start)]
    if not held:
        reason = (
            walk.REASONS[int(torn[0, 3])].format(int(torn[0, 4])) if len(torn) else "no record begins here"
        )
        return [head, Field("octets", item, end - item, reason)]
    here, table = held[0], held[0].table
    first = int(here.places[here.places > 0].min())
    fields = [head, Field("FSPEC", item, first, data[item : item + first].tobytes().hex(" "))]
    order = [frn for frn in range(table.frns) if here.places[0, frn]]
    places = [int(here.places[0, frn]) for frn in order] + [int(here.length[0])]
    for frn, place, after in zip(order, places, sorted(places)[1:], strict=False):
        fields.append(_item(here, category, table.category.items[frn], item + place, after - place))
    return fields


def _item(record: Records, category: int, item: Item, offset: int, length: int) -> Field:
    words = [text for part in item.parts if (text := _part(record, item, part))]
    octets = record.data[offset : offset + min(length, SHOWN_OCTETS)].tobytes().hex(" ")
    more = " ..." if length > SHOWN_OCTETS else ""
    text = "; ".join(words) if words else ""
    return Field(
        f"I{category:03d}/{item.number} {item.title}", offset, length, f"{text} [{octets}{more}]".lstrip()
    )


def _part(record: Records, item: Item, part: Part) -> str:
    table = record.table
    place = table.category.items.index(item)
    sub = table.subs[item.number].index(part.sub) if part.sub else -1
    row = np.array([[place, sub, part.at, part.bits, int(part.code == "s")]], dtype=np.int32)
    value = int(raw(record.data, record.start, record.length, record.places, table.nodes, row)[0, 0])
    if value == ABSENT:
        return ""
    if part.words:
        spelled = dict(part.words).get(value)
        if part.bits == 1:
            return spelled or ""
        return f"{part.name} {value}" + (f" ({spelled})" if spelled else "")
    return f"{part.name} {_value(part, value)}"


def _value(part: Part, value: int) -> str:
    """Return a raw value as text with its unit, and the metric value beside it."""
    if part.code == "octal":
        return f"{value:0{part.bits // 3}o}"
    if part.code == "hex":
        return f"{value:0{part.bits // 4}X}"
    if part.code == "ia5":
        shifts = range(part.bits - 6, -1, -6)
        return bytes(int(SIX_BITS[(value >> shift) & 63]) for shift in shifts).decode().strip()
    if part.code == "ascii":
        return value.to_bytes(part.bits // 8, "big").decode("ascii", "replace").strip()
    number = value * part.lsb
    if part.name.startswith("time of"):
        return clock(number)
    shown = f"{number:.{_digits(part.lsb)}f}"
    metric = {
        "NM": (NM_M, "m"), "ft": (FT_M, "m"), "FL": (100 * FT_M, "m"), "NM/s": (NM_M, "m/s"), "ft/min": (FT_M / 60, "m/s"),
    }  # fmt: skip
    if part.unit == "FL":
        shown = f"FL {number:g}"
    elif part.unit:
        shown = f"{shown} {part.unit}"
    if part.unit in metric:
        factor, unit = metric[part.unit]
        return f"{shown} = {number * factor:,.{0 if unit == 'm' else 1}f} {unit}"
    return shown


def clock(seconds: float) -> str:
    """Return a time of day as HH:MM:SS.mmm."""
    whole = math.floor(seconds * 1000 + 0.5)
    return f"{whole // 3_600_000:02d}:{whole // 60_000 % 60:02d}:{whole // 1000 % 60:02d}.{whole % 1000:03d}"


def _digits(lsb: float) -> int:
    return 0 if lsb >= 1 else min(7, max(1, math.ceil(-math.log10(lsb))))


def _hex(body: bytes, start: int, end: int) -> str:
    return body[start : min(end, start + SHOWN_OCTETS)].hex(" ")
