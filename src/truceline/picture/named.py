"""The identity a plot states, as scripts and notebooks give it.

    int                 24-bit aircraft address, -1 none
    "address:4CA123"    the same in hexadecimal; six hexadecimal digits alone mean it too
    "squawk:2341"       mode A code, four octal digits
    "track:17"          the sensor's own number of its track, good within that sensor only
    any other text      a name that is a target's own: as strong as an address
    "" or null          none

Text that is a name of its own becomes a number above all addresses, by its hash. Identity is evidence beside the place and
never a command: it may be wrong, garbled or forged.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from truceline.terms.faults import Refusal

Ints = npt.NDArray[np.int64]
MOST_ADDRESS = 0xFFFFFF
MOST_NUMBER = (1 << 31) - 1
FIELDS = {"address": MOST_NUMBER, "squawk": 7777, "track_number": MOST_NUMBER}
_SIX = re.compile(r"[0-9A-Fa-f]{6}")
_FOUR = re.compile(r"[0-7]{4}")
_COUNT = re.compile(r"[0-9]{1,9}")
Named = tuple[int, int, int]


def identities(data: Mapping[str, npt.NDArray[Any]], rows: int) -> dict[str, Ints]:
    """Return address, squawk and track_number of every row, -1 for none.

    Raises:
        Refusal: a value that is no identity.
    """
    found = {name: _numbers(data, name, most, rows) for name, most in FIELDS.items()}
    if "identity" not in data:
        return found
    values = data["identity"]
    if values.dtype.kind in "iu":
        found["address"] = _numbers(data, "identity", MOST_ADDRESS, rows)
        return found
    coded = texts(values, "identity", "give integers (24-bit addresses) or text").dictionary_encode()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    known = [identity(text) for text in coded.dictionary.to_pylist()]
    for code, one in enumerate(known):
        if isinstance(one, str):
            raise _refused(
                "identity", int(np.argmax(codes == code)), one, "see docs/reference/python for the forms"
            )
    table = np.array([*known, (-1, -1, -1)], dtype=np.int64).reshape(-1, 3)
    for column, name in enumerate(FIELDS):
        stated = table[codes, column]
        found[name] = np.where(stated >= 0, stated, found[name])
    return found


def identity(text: str) -> Named | str:
    """Return (address, squawk, track number) of one text, or why it is none."""
    plain = text.strip()
    head, mark, rest = plain.partition(":")
    if mark and head == "address":
        return (
            (int(rest, 16), -1, -1)
            if _SIX.fullmatch(rest)
            else f"{text!r} is no address of six hexadecimal digits"
        )
    if mark and head == "squawk":
        return (-1, int(rest), -1) if _FOUR.fullmatch(rest) else f"{text!r} is no code of four octal digits"
    if mark and head == "track":
        return (
            (-1, -1, int(rest))
            if _COUNT.fullmatch(rest)
            else f"{text!r} is no track number of up to nine digits"
        )
    if _SIX.fullmatch(plain):
        return int(plain, 16), -1, -1
    if not plain:
        return -1, -1, -1
    number = int.from_bytes(hashlib.sha256(plain.encode("utf-8", "surrogatepass")).digest()[:8], "big")
    return MOST_ADDRESS + 1 + number % (MOST_NUMBER - MOST_ADDRESS), -1, -1


def texts(values: npt.NDArray[Any], name: str, remedy: str) -> pa.Array:
    """Return a column of text; None is null.

    Raises:
        Refusal: it holds something else.
    """
    try:
        found = pa.array(values.tolist() if values.dtype == object else values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
        raise _refused(name, -1, "is of mixed types", remedy) from error
    if not (pa.types.is_string(found.type) or pa.types.is_null(found.type)):
        raise _refused(name, -1, f"is of type {found.type}", remedy)
    return found.cast(pa.string())


def _numbers(data: Mapping[str, npt.NDArray[Any]], name: str, most: int, rows: int) -> Ints:
    if name not in data:
        return np.full(rows, -1, dtype=np.int64)
    values = data[name]
    if values.dtype.kind not in "iu":
        raise _refused(name, -1, f"is of type {values.dtype}", "give integers, -1 for none")
    bad = (values < -1) | (values > most)
    if bad.any():
        row = int(np.argmax(bad))
        raise _refused(name, row, f"{values[row]} is outside -1 .. {most}", "-1 says that there is none")
    return values.astype(np.int64)


def _refused(name: str, row: int, what: str, remedy: str) -> Refusal:
    where = f"plots, column {name}" + (f", row {row}" if row >= 0 else "")
    return Refusal(what, where=where, remedy=remedy)
