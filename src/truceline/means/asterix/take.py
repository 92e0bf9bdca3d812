"""Numbers out of records: each part of an item, for all records of a category at once.

    raw = bits [at, at + bits) of the item (or subfield), most significant first;  value = raw * lsb

A part beyond the octets that an extended item really has is absent. Absent is ``ABSENT``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numba
import numpy as np
import numpy.typing as npt

from truceline.means.asterix.layout import Ints, Table, find, spec
from truceline.means.asterix.walk import Bytes, Longs, Records, leaf_size, presence
from truceline.means.container import octet

ABSENT = -(2**62)
Floats = npt.NDArray[np.float64]


@numba.njit(cache=True)
def subfield(data: Bytes, pos: int, end: int, nodes: Ints, row: int, sub: int) -> int:
    """Return where a compound's subfield stands (octets from ``pos``), or -1 when it is absent."""
    fields, first = nodes[row, 1], nodes[row, 2]
    size = presence(data, pos, end, fields)
    if sub >= 7 * size or data[pos + sub // 7] & (128 >> (sub % 7)) == 0:
        return -1
    for bit in range(sub):
        if data[pos + bit // 7] & (128 >> (bit % 7)):
            size += leaf_size(
                data, pos + size, end, nodes[first + bit, 0], nodes[first + bit, 1], nodes[first + bit, 2]
            )
    return size


@numba.njit(cache=True)
def _field(data: Bytes, pos: int, at: int, bits: int, signed: int) -> int:
    value = 0
    first, last = at // 8, (at + bits - 1) // 8
    for place in range(first, last + 1):
        value = (value << 8) | octet(data, pos + place)
    value >>= 8 * (last + 1) - at - bits
    value &= (1 << bits) - 1
    if signed and value >> (bits - 1):
        value -= 1 << bits
    return value


@numba.njit(cache=True)
def raw(
    data: Bytes, start: Longs, length: Longs, places: npt.NDArray[np.uint16], nodes: Ints, wanted: Ints
) -> Longs:
    """Return the wanted parts of all records, shape (parts, n); ``wanted`` rows are those of ``layout.spec``."""
    out = np.full((len(wanted), len(start)), ABSENT, dtype=np.int64)
    for n in range(len(start)):  # record by record, so that its octets stay near
        end = start[n] + length[n]
        for part in range(len(wanted)):
            row, sub, at = wanted[part, 0], wanted[part, 1], wanted[part, 2]
            if places[n, row] == 0:
                continue
            pos, node = start[n] + places[n, row], row
            if sub >= 0:
                inside = subfield(data, pos, end, nodes, row, sub)
                if inside < 0:
                    continue
                pos, node = pos + inside, nodes[row, 2] + sub
            if nodes[node, 0] == 2:  # EXTENDED: an octet is there when all parts before it say so
                reached = nodes[node, 2] - 1
                while reached < at // 8 and data[pos + reached] & 1:
                    reached += 1
                if reached < at // 8:
                    continue
            out[part, n] = _field(data, pos, at, wanted[part, 3], wanted[part, 4])
    return out


class Wanted:
    """Parts of one category that are read together, by name."""

    def __init__(self, table: Table, names: Sequence[tuple[str, str]]) -> None:
        """Look up (item number, part name) pairs in the category's declaration."""
        self.rows = spec(table, names)
        self.names = tuple(names)
        self.lsb = {name: find(table, *name)[2].lsb for name in names}

    def read(self, records: Records) -> dict[tuple[str, str], Longs]:
        """Return raw values by (item number, part name), each of shape (n,), ABSENT where there is none."""
        found = raw(
            records.data, records.start, records.length, records.places, records.table.nodes, self.rows
        )
        return {name: found[place] for place, name in enumerate(self.names)}


def scaled(values: Longs, lsb: float) -> Floats:
    """Return ``values * lsb``, NaN where absent."""
    return np.where(values == ABSENT, np.nan, values * lsb)


def or_else(values: Longs, absent: int) -> Longs:
    """Return the values with another number where absent."""
    return np.where(values == ABSENT, absent, values)
