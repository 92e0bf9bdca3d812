"""Column tables: many things of one kind as NumPy arrays, each column declared once with dtype, unit and meaning.

A ``Table`` is the declaration, ``Columns`` the data. Arrow is the outside form (``to_arrow``), with unit and meaning in
the field metadata.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from truceline.terms.faults import Broken

Array = npt.NDArray[Any]


class Column(msgspec.Struct, frozen=True):
    """One declared column: ``dtype`` as NumPy spells it, ``unit`` ("" when it has none), meaning, and the empty value."""

    name: str
    dtype: str
    unit: str
    meaning: str
    empty: float | int | bytes | bool = 0


class Table(msgspec.Struct, frozen=True):
    """A declared kind of table."""

    name: str
    columns: tuple[Column, ...]

    def empty(self, rows: int = 0) -> Columns:
        """Return ``rows`` rows filled with each column's empty value."""
        return Columns(self, {c.name: np.full(rows, c.empty, dtype=np.dtype(c.dtype)) for c in self.columns})

    def build(self, rows: int, given: Mapping[str, Any]) -> Columns:
        """Return ``rows`` rows with the given columns (cast to their dtype) and the rest empty.

        Raises:
            Broken: a name that is not declared, or a column of another length.
        """
        names = {column.name for column in self.columns}
        for name in given:
            if name not in names:
                raise Broken(f"table {self.name} has no column {name}")
        data: dict[str, Array] = {}
        for column in self.columns:
            values = np.asarray(given[column.name]) if column.name in given else None
            if values is not None and values.shape == (rows,):
                data[column.name] = values.astype(column.dtype)
                continue
            data[column.name] = np.full(rows, column.empty, dtype=np.dtype(column.dtype))
            if values is not None:
                data[column.name][:] = values
        return Columns(self, data)


class Columns:
    """The data of one table; columns are read as ``columns["time_ns"]``."""

    __slots__ = ("data", "table")

    def __init__(self, table: Table, data: dict[str, Array]) -> None:
        """Check names, dtypes and equal lengths.

        Raises:
            Broken: the data is not of the declared form.
        """
        names = [column.name for column in table.columns]
        if list(data) != names:
            raise Broken(f"table {table.name} wants columns {names}, got {list(data)}")
        if len({array.shape for array in data.values()}) > 1:
            raise Broken(f"table {table.name} has columns of different lengths")
        for column in table.columns:
            if data[column.name].dtype != np.dtype(column.dtype):
                raise Broken(
                    f"{table.name}.{column.name} is {data[column.name].dtype}, declared {column.dtype}"
                )
        self.table = table
        self.data = data

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(next(iter(self.data.values())))

    def __getitem__(self, name: str) -> Array:
        """Return one column's array (not a copy)."""
        return self.data[name]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the column names in declared order."""
        return iter(self.data)

    def take(self, rows: Any) -> Columns:
        """Return the rows of an index array, boolean mask or slice, in that order."""
        return Columns(self.table, {name: array[rows] for name, array in self.data.items()})

    def put(self, **given: Any) -> Columns:
        """Return a copy in which the named columns hold other values (cast to their dtype)."""
        data = dict(self.data)
        for name, values in given.items():
            data[name] = np.broadcast_to(np.asarray(values), data[name].shape).astype(data[name].dtype)
        return Columns(self.table, data)

    def sort(self, names: Sequence[str]) -> Columns:
        """Return the rows sorted by the named columns, first name first, stable."""
        return self.take(np.lexsort([self.data[name] for name in reversed(names)]))

    def to_arrow(self) -> pa.Table:
        """Return an Arrow table; bytes become text, unit and meaning stand in each field's metadata."""
        fields: list[pa.Field] = []
        arrays: list[pa.Array] = []
        for column in self.table.columns:
            values = self.data[column.name]
            if values.dtype.kind == "S":
                array = pa.array([item.decode("utf-8", "replace") for item in values.tolist()], pa.string())
            else:
                array = pa.array(values)
            fields.append(
                pa.field(column.name, array.type, metadata={"unit": column.unit, "meaning": column.meaning})
            )
            arrays.append(array)
        return pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata={"table": self.table.name}))


def concat(table: Table, parts: Iterable[Columns]) -> Columns:
    """Return the rows of all parts, one after another."""
    held = [part for part in parts if len(part)]
    if not held:
        return table.empty()
    if len(held) == 1:
        return held[0]
    return Columns(table, {c.name: np.concatenate([part[c.name] for part in held]) for c in table.columns})
