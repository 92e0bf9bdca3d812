"""A sheet, a table with places, written as GeoJSON, GeoParquet or CSV.

    geojson   RFC 7946: one FeatureCollection, longitude and latitude of OGC:CRS84, a feature a line; empty
              values left out
    parquet   GeoParquet 1.1: schema metadata ``geo`` = {version, primary_column, columns: {geometry:
              {encoding: WKB,
              geometry_types, crs (PROJJSON), bbox, orientation}}}; unit and meaning in each field's metadata;
              zstd
    csv       RFC 4180, UTF-8, one header line; the place as WKT; lists joined by a space
Times are ISO 8601 with nine digits and Z; in Parquet they are timestamps in ns UTC. The file says what it is:
table, method and EXERCISE mark stand in the metadata of Parquet and beside the features of GeoJSON, the mark
also in every row.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely
from pyproj import CRS

from truceline.terms.faults import Refusal

# Digits after the point that a unit is worth in a file.
DIGITS: dict[str, int] = {"m": 3, "m2": 1, "m/s": 3, "rad": 7, "deg": 7}
FORMATS: tuple[str, ...] = ("geojson", "parquet", "csv")
TIME = pa.timestamp("ns", "UTC")
# A centimetre on the ground: more digits would claim what no sensor here knows.
DEGREE_DIGITS = 7
ROWS_AT_ONCE = 20_000
Shapes = npt.NDArray[Any]


class Field(msgspec.Struct, frozen=True):
    """One column of a sheet: name with its unit, Arrow values, unit and meaning."""

    name: str
    values: Any
    unit: str
    meaning: str


class Sheet(msgspec.Struct, frozen=True):
    """A table to be given away: what it is, its columns, one shape a row (shapely, None where unknown), its mark."""

    name: str
    meaning: str
    exercise: str
    fields: tuple[Field, ...]
    shapes: Shapes

    def table(self) -> pa.Table:
        """Return the columns without the shapes."""
        metadata = [{"unit": item.unit, "meaning": item.meaning} for item in self.fields]
        fields = [
            pa.field(item.name, item.values.type, metadata=about)
            for item, about in zip(self.fields, metadata, strict=True)
        ]
        return pa.Table.from_arrays([item.values for item in self.fields], schema=pa.schema(fields))


def write_sheet(sheet: Sheet, form: str) -> bytes:
    """Return the bytes of a sheet in one of FORMATS.

    Raises:
        Refusal: no such format.
    """
    if form not in FORMATS:
        raise Refusal(f"no format {form!r}", where="export", remedy=f"one of {', '.join(FORMATS)}")
    rounded = shapely.transform(sheet.shapes, lambda points: np.round(points, DEGREE_DIGITS))
    sheet = msgspec.structs.replace(sheet, shapes=rounded)
    return {"geojson": _geojson, "parquet": _parquet, "csv": _csv}[form](sheet)


def _geojson(sheet: Sheet) -> bytes:
    head = {
        "type": "FeatureCollection",
        "name": sheet.name,
        "meaning": sheet.meaning,
        "exercise": sheet.exercise,
    }
    parts = [msgspec.json.encode(head)[:-1], b',"features":[']
    table = _texts(sheet.table())
    for first in range(0, table.num_rows, ROWS_AT_ONCE):
        rows = table.slice(first, ROWS_AT_ONCE).to_pylist()
        shapes = shapely.to_geojson(sheet.shapes[first : first + ROWS_AT_ONCE])
        for number, (row, shape) in enumerate(zip(rows, shapes, strict=True), first):
            known = {name: value for name, value in row.items() if value is not None and value != []}
            feature = {
                "type": "Feature",
                "geometry": msgspec.Raw(shape.encode()) if shape is not None else None,
                "properties": known,
            }
            parts += [b",\n" if number else b"\n", msgspec.json.encode(feature)]
    parts.append(b"\n]}\n")
    return b"".join(parts)


def _parquet(sheet: Sheet) -> bytes:
    table = sheet.table()
    kinds = sorted({shapely.get_type_id(shape).item() for shape in sheet.shapes if shape is not None})
    names = {0: "Point", 1: "LineString", 3: "Polygon", 4: "MultiPoint", 6: "MultiPolygon"}
    about: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": [names[kind] for kind in kinds],
        "crs": CRS.from_user_input("OGC:CRS84").to_json_dict(),
        "orientation": "counterclockwise",
        "edges": "planar",
    }
    if kinds:
        about["bbox"] = [float(value) for value in shapely.total_bounds(sheet.shapes)]
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": about}}
    place = pa.array(shapely.to_wkb(sheet.shapes), pa.binary())
    field = pa.field("geometry", pa.binary(), metadata={"unit": "deg", "meaning": "place, WKB, OGC:CRS84"})
    table = table.append_column(field, place).replace_schema_metadata(
        {
            "geo": json.dumps(geo),
            "truceline": json.dumps(
                {"table": sheet.name, "meaning": sheet.meaning, "exercise": sheet.exercise}
            ),
        }
    )
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", version="2.6")
    return bytes(sink.getvalue().to_pybytes())


def _csv(sheet: Sheet) -> bytes:
    table = _texts(sheet.table())
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow([*table.column_names, "geometry_wkt"])
    for first in range(0, table.num_rows, ROWS_AT_ONCE):
        part = table.slice(first, ROWS_AT_ONCE).to_pydict()
        shapes = shapely.to_wkt(sheet.shapes[first : first + ROWS_AT_ONCE], rounding_precision=DEGREE_DIGITS)
        columns = [[_cell(value) for value in values] for values in part.values()]
        rows.writerows(zip(*columns, shapes, strict=True))
    return out.getvalue().encode()


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return " ".join(str(item) for item in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value


def _texts(table: pa.Table) -> pa.Table:
    """The table with its timestamps as ISO 8601 text."""
    columns = []
    for column in table.columns:
        kind = column.type
        if kind == TIME:
            columns.append(iso(column))
        elif pa.types.is_list(kind) and kind.value_type == TIME:
            lists = column.combine_chunks()
            columns.append(pa.ListArray.from_arrays(lists.offsets, iso(lists.values)))
        else:
            columns.append(column)
    return pa.table(columns, names=table.column_names)


def iso(times: Any) -> Any:
    """Return an Arrow array of timestamps as ISO 8601 text with nine digits and Z."""
    naive = times.cast(pa.int64()).cast(pa.timestamp("ns"))
    return pc.strftime(naive, "%Y-%m-%dT%H:%M:%SZ")


def times(time_ns: Any, none: int | None = None) -> Any:
    """Return an Arrow array of instants; ``none`` is the value that stands for no time."""
    values = np.asarray(time_ns, dtype=np.int64)
    return pa.array(values, pa.int64(), mask=None if none is None else values == none).cast(TIME)


def values(numbers: Any, unit: str = "") -> Any:
    """Return an Arrow array of float64, NaN as missing, rounded as the unit allows (6 digits without one)."""
    given = np.asarray(numbers, dtype=np.float64)
    return pa.array(np.round(given, DIGITS.get(unit, 6)), pa.float64(), mask=np.isnan(given))


def number_field(name: str, numbers: Any, unit: str, meaning: str) -> Field:
    """Return a column of numbers."""
    return Field(name, values(numbers, unit), unit, meaning)


def text_field(name: str, words: Any, meaning: str) -> Field:
    """Return a column of text, an empty text as missing."""
    held = np.asarray(words, dtype=object)
    return Field(name, pa.array(held, pa.string(), mask=held == ""), "", meaning)


def list_field(name: str, lists: Sequence[Sequence[str]], meaning: str) -> Field:
    """Return a column of lists of text."""
    return Field(name, pa.array([list(item) for item in lists], pa.list_(pa.string())), "", meaning)


def nested(flat: Any, lengths: Sequence[int]) -> Any:
    """Return an Arrow array of lists cut from a flat one, one length a row."""
    offsets = np.cumsum(np.array([0, *lengths], dtype=np.int64)).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), flat)


def objects(items: Sequence[Any]) -> Shapes:
    """Return shapes, or None, as an array of objects of one dimension."""
    out = np.empty(len(items), dtype=object)
    for number, item in enumerate(items):
        out[number] = item
    return out
