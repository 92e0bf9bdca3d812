"""The layouts of ASTERIX categories as data: what stands in a record, in which order, in how many octets.

    record = FSPEC + items;  FSPEC octet = 7 presence bits (FRN order, most significant first) + FX (another octet follows)

An item's form is written in a few signs:

    "2"        two octets                        "x6"    extended: 1 to 6 octets, chained by FX in the last bit
    "2x3"      extended: 2 octets, then up to 2 more that are chained likewise
    "1+" "3+"  cells of 1 (3) octets, chained by FX in the last bit, without end
    "*8"       a count octet, then that many cells of 8 octets
    "L"        explicit: a length octet that counts itself, then the rest
    "(CAL:2 RDS:*6 - X:1)"  compound: a presence field like FSPEC, then the named subfields ("-": not defined)
    ""         spare: must not be present        "R"     random field sequencing: count, then (FRN, item) pairs

Source: EUROCONTROL-SPEC-0149 (ASTERIX Part 1), edition 3.1, sections 4.2 and 4.3.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from truceline.terms.faults import Broken

SPARE, FIXED, EXTENDED, CHAINED, COUNTED, EXPLICIT, COMPOUND, RANDOM = range(8)
Ints = npt.NDArray[np.int32]


class Part(msgspec.Struct, frozen=True):
    """A number inside an item: ``bits`` wide from bit ``at`` (0: the item's, or subfield's, most significant).

    Its value is ``raw * lsb`` in ``unit``; ``code`` says how raw is read: "" unsigned, "s" two's complement, "octal",
    "ia5" (six-bit characters), "ascii", "hex"; ``words`` spell out values.
    """

    name: str
    at: int
    bits: int
    lsb: float = 1.0
    unit: str = ""
    code: str = ""
    sub: str = ""
    words: tuple[tuple[int, str], ...] = ()


class Item(msgspec.Struct, frozen=True):
    """One data item of a category's user application profile: its number, title, form and the parts that we read."""

    number: str
    title: str
    form: str
    parts: tuple[Part, ...] = ()


class Category(msgspec.Struct, frozen=True):
    """A category's edition and its user application profile, in the order of FRN."""

    number: int
    edition: str
    items: tuple[Item, ...]


class Table(msgspec.Struct, frozen=True):
    """A category compiled for the walker.

    ``nodes`` has one row (kind, a, b) per item or subfield; row ``f`` is the item of FRN ``f + 1``. FIXED, CHAINED and
    COUNTED: a = octets; EXTENDED: a = most parts, b = octets of the first part; COMPOUND: a = number of subfields, b =
    their first row.
    ``subs`` gives the subfield names of each compound item.
    """

    category: Category
    nodes: Ints
    frns: int
    subs: dict[str, tuple[str, ...]]


def flag(at: int, name: str, meaning: str, sub: str = "") -> Part:
    """Return the part of a one-bit flag that is spelled out when set."""
    return Part(name, at, 1, sub=sub, words=((1, meaning),))


def compiled(category: Category) -> Table:
    """Return the walker's table of a category.

    Raises:
        Broken: a form that is not of the module's signs.
    """
    rows: list[tuple[int, int, int]] = [(SPARE, 0, 0)] * len(category.items)
    subs: dict[str, tuple[str, ...]] = {}
    for place, item in enumerate(category.items):
        if not item.form.startswith("("):
            rows[place] = _leaf(item.form)
            continue
        names = tuple(word.partition(":")[0] for word in item.form[1:-1].split())
        rows[place] = (COMPOUND, len(names), len(rows))
        rows += [_leaf(word.partition(":")[2]) for word in item.form[1:-1].split()]
        subs[item.number] = names
    return Table(category, np.array(rows, dtype=np.int32), len(category.items), subs)


def _leaf(form: str) -> tuple[int, int, int]:
    if form in {"", "L", "R"}:
        return {"": SPARE, "L": EXPLICIT, "R": RANDOM}[form], 0, 0
    extended = re.fullmatch(r"(\d*)x(\d+)", form)
    if extended:
        return EXTENDED, int(extended[2]), int(extended[1] or 1)
    found = re.fullmatch(r"(\*|)(\d+)(\+?)", form)
    if found is None:
        raise Broken(f"{form!r} is no form of an ASTERIX item")
    kind = COUNTED if found[1] else CHAINED if found[3] else FIXED
    return kind, int(found[2]), 0


def find(table: Table, number: str, name: str) -> tuple[int, int, Part]:
    """Return (row of the item, place of the subfield or -1, part) of a named part.

    Raises:
        Broken: the category declares no such part.
    """
    for place, item in enumerate(table.category.items):
        for part in item.parts if item.number == number else ():
            if part.name == name:
                return place, table.subs[number].index(part.sub) if part.sub else -1, part
    raise Broken(f"category {table.category.number} declares no part {name} of item {number}")


def spec(table: Table, wanted: Sequence[tuple[str, str]]) -> Ints:
    """Return the extraction rows (item, subfield, first bit, bits, signed) of (item number, part name) pairs."""
    rows = []
    for number, name in wanted:
        place, sub, part = find(table, number, name)
        rows.append((place, sub, part.at, part.bits, int(part.code == "s")))
    return np.array(rows, dtype=np.int32).reshape(-1, 5)
