"""Plots as scripts and notebooks give them, made into located observations; what is wrong is refused by column and row.

    time_ns    int64, ns             sensor    text: the name of a sensor     (or source: int, its number in the list)
    polar      range_m (slant), azimuth_rad clockwise from grid north; optionally elevation_rad, height_m
    Cartesian  east_m, north_m, var_e_m2, var_n_m2, cov_en_m2                 (or cov_ee_m2, cov_nn_m2)
    either     range_rate_mps away positive (or doppler_mps), height_m, identity (or address, squawk, track_number)

A row is Cartesian where east_m and north_m are numbers, else polar. A row's ``item`` is a hash of all it says, so that
ids and order depend on content alone and never on arrival; a row that says what another one says is the same plot, twice.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from truceline.means.observations import KIND, OBSERVATIONS
from truceline.picture import polar
from truceline.picture.named import identities, texts
from truceline.picture.sensor import FARTHEST_M, Sensor
from truceline.terms.columns import Columns
from truceline.terms.faults import Fault, Refusal

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Data = Mapping[str, Any]

# Lanes want times after 1970; a simulation may begin at 0, or a little before.
SHIFT_NS = 3_600_000_000_000_000
EARLIEST_NS, LATEST_NS = -SHIFT_NS + 1, 4_000_000_000_000_000_000
WIDEST_VAR_M2 = 1e10
ORDER = ("time_ns", "source", "item")
ALIASES = {
    "range_rate_mps": "doppler_mps",
    "var_e_m2": "cov_ee_m2",
    "var_n_m2": "cov_nn_m2",
    "cov_en_m2": "cov_en_m2",
}
LIMITS = {
    "range_m": (0.0, FARTHEST_M, "metres"),
    "azimuth_rad": (-6.3, 6.3, "radians clockwise from north; degrees?"),
    "elevation_rad": (-1.571, 1.571, "radians; degrees?"),
    "doppler_mps": (-1e5, 1e5, "metres per second"),
    "height_m": (-1e5, 1e5, "metres"),
    "pressure_altitude_m": (-1e5, 1e5, "metres"),
    "east_m": (-FARTHEST_M, FARTHEST_M, "metres on a grid around the sensors"),
    "north_m": (-FARTHEST_M, FARTHEST_M, "metres on a grid around the sensors"),
    "cov_ee_m2": (0.0, WIDEST_VAR_M2, "square metres"),
    "cov_nn_m2": (0.0, WIDEST_VAR_M2, "square metres"),
    "cov_en_m2": (-WIDEST_VAR_M2, WIDEST_VAR_M2, "square metres"),
    "vel_east_mps": (-1e5, 1e5, "metres per second"),
    "vel_north_mps": (-1e5, 1e5, "metres per second"),
}  # fmt: skip
OWN = {"time_ns", "sensor", "identity", *ALIASES, *(column.name for column in OBSERVATIONS.columns)}
PLACED = [KIND[name] for name in ("plot", "reply", "position", "track")]
FOLLOWED = [*PLACED, KIND["bearing"], KIND["identity"]]
BESIDE = ("time_sigma_ns", "object_class", "simulated")


class Located(msgspec.Struct, frozen=True):
    """Located observations in canonical order, and the rows that said what another row said."""

    rows: Columns
    doubles: tuple[Fault, ...]


def located(plots: Any, sensors: Sequence[Sensor]) -> Located:
    """Return plots (an Arrow table or batch, or a mapping of columns) as located observations of numbered sensors.

    Sources are numbered by the order of the sensors' names. Times are SHIFT_NS later than given. Rows of a kind that
    makes no tracks (fires, reports; column ``kind`` of the observations table) are left out.

    Raises:
        Refusal: a column is missing, unknown, of a wrong type or length, or a row says what cannot be.
    """
    data = columns_of(plots)
    rows = len(next(iter(data.values()))) if data else 0
    if not rows:
        return Located(OBSERVATIONS.empty(), ())
    built = _built(data, rows, sensors)
    order = np.lexsort([built[name] for name in reversed(ORDER)])
    order = order[np.isin(built["kind"][order], FOLLOWED)]
    held = built.take(order)
    same = np.zeros(len(held), dtype=np.bool_)
    if len(held) > 1:
        same[1:] = np.logical_and.reduce([held[name][1:] == held[name][:-1] for name in ORDER])
    names = sorted(sensor.name for sensor in sensors)
    doubles = (
        Fault(names[int(held["source"][row])], int(order[row]), 0, 0, "the same plot was given twice")
        for row in np.flatnonzero(same).tolist()
    )
    return Located(held.take(~same) if same.any() else held, tuple(doubles))


def columns_of(plots: Any) -> dict[str, npt.NDArray[Any]]:
    """Return the columns as one-dimensional arrays of one length; nulls are NaN (numbers), -1 (integers), None (text).

    Raises:
        Refusal: neither table nor mapping, an unknown column, another shape or length.
    """
    if isinstance(plots, Columns):
        plots = plots.data
    if isinstance(plots, pa.RecordBatch):
        plots = pa.Table.from_batches([plots])
    if isinstance(plots, pa.Table):
        data = {name: _from_arrow(name, plots.column(n)) for n, name in enumerate(plots.column_names)}
    elif isinstance(plots, Mapping):
        data = {str(name): _from_python(str(name), values) for name, values in plots.items()}
    else:
        raise _refusal(
            f"a {type(plots).__name__} is no table", "give a pyarrow.Table or a dict of NumPy columns"
        )
    for name, values in data.items():
        if name not in OWN:
            near = difflib.get_close_matches(name, sorted(OWN), 1)
            said = f"did you mean {near[0]}?" if near else "see docs/reference/python for the columns"
            raise _refusal("is no column of plots", said, name)
        if values.ndim != 1:
            raise _refusal(f"has {values.ndim} dimensions", "give one value a row", name)
    lengths = {name: len(values) for name, values in data.items()}
    if len(set(lengths.values())) > 1:
        raise _refusal(f"columns of different lengths: {lengths}", "give one value a row in each")
    return data


def times_of(values: Any, column: str, where: str = "plots") -> Ints:
    """Return times as int64 nanoseconds.

    Raises:
        Refusal: no integers, or outside EARLIEST_NS..LATEST_NS.
    """
    array = _from_python(column, values)
    if array.dtype.kind == "M":
        array = array.astype("datetime64[ns]").view(np.int64)
    if array.dtype.kind not in "iu" and len(array):
        beyond = array.dtype == object and all(type(value) is int for value in array.tolist())
        what = "beyond int64" if beyond else f"of type {array.dtype}"
        remedy = "give int64 nanoseconds; a float cannot hold them exactly"
        raise _refusal(f"times are {what}", remedy, column, where=where)
    if not len(array):
        return np.zeros(0, dtype=np.int64)
    bad = (array < EARLIEST_NS) | (array > LATEST_NS)
    if bad.any():
        row = int(np.argmax(bad))
        raise _refusal(
            f"{array[row]} ns is outside {EARLIEST_NS} .. {LATEST_NS}", "give nanoseconds UTC since 1970", column,
            row, where,
        )  # fmt: skip
    return array.astype(np.int64)


def _built(data: Data, rows: int, sensors: Sequence[Sensor]) -> Columns:
    if "time_ns" not in data:
        raise _refusal("is missing", "give int64 nanoseconds", "time_ns")
    time_ns = times_of(data["time_ns"], "time_ns")
    number = _numbers(data, rows, sensors)
    given = {name: _real(data, name, rows) for name in LIMITS}
    named = identities(data, rows)
    kind = _whole(data, "kind", rows)
    silent = ~np.isin(kind, PLACED) if kind is not None else np.zeros(rows, dtype=np.bool_)
    flat = np.isfinite(given["east_m"]) & np.isfinite(given["north_m"])
    round_ = ~flat & ~silent & np.isfinite(given["range_m"]) & np.isfinite(given["azimuth_rad"])
    _every_row_has_a_place(data, flat | round_ | silent, given)
    _covariances(given, flat & ~silent)
    placed = _placed(given, number, round_, sensors)
    for column, name in enumerate(("east_m", "north_m", "cov_ee_m2", "cov_en_m2", "cov_nn_m2")):
        given[name] = np.where(round_, placed[:, column], given[name])
    _near(given)
    scanned = np.array([sensor.scan_period_s > 0 for sensor in sensors])[number]
    if kind is None:
        replied = (named["address"] >= 0) | (named["squawk"] >= 0)
        kind = np.where(scanned, np.where(replied, KIND["reply"], KIND["plot"]), KIND["position"])
    ranks = np.argsort(np.argsort([sensor.name for sensor in sensors]))
    source = ranks[number]
    whole = {"time_ns": time_ns + SHIFT_NS, "source": source, "kind": kind, **named}
    whole |= {name: data[name] for name in BESIDE if name in data}
    if "label" in data:
        whole["label"] = _labels(data["label"])
    item = _hash([*given.values(), whole["kind"], named["address"], named["squawk"], named["track_number"]])
    return OBSERVATIONS.build(rows, {**given, **whole, "item": item})


def _numbers(data: Data, rows: int, sensors: Sequence[Sensor]) -> Ints:
    """Return the place in the list of each row's sensor."""
    if not sensors:
        raise _refusal("plots, but no sensor", "declare each with truceline.Sensor(...)", where="sensors")
    if "sensor" in data:
        names = texts(data["sensor"], "sensor", "give the sensors' names as text")
        places = {sensor.name: number for number, sensor in enumerate(sensors)}
        coded = names.dictionary_encode()
        known = np.array(
            [places.get(name, -1) for name in coded.dictionary.to_pylist()] or [-1], dtype=np.int64
        )
        codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
        number = np.where(codes >= 0, known[codes], -1)
        if (number < 0).any():
            row = int(np.argmax(number < 0))
            raise _refusal(
                f"{names[row].as_py()!r} is no sensor", f"declared are {sorted(places)}", "sensor", row
            )
        return number
    source = _whole(data, "source", rows)
    if source is None or (source < 0).all():
        if len(sensors) == 1:
            return np.zeros(rows, dtype=np.int64)
        raise _refusal("is missing", "say which of the sensors each row is from", "sensor")
    bad = (source < 0) | (source >= len(sensors))
    if bad.any():
        row = int(np.argmax(bad))
        raise _refusal(f"{source[row]} is no sensor", f"number them 0 .. {len(sensors) - 1}", "source", row)
    return source


def _real(data: Data, name: str, rows: int) -> Floats:
    """Return a column of numbers, NaN where there is none."""
    spoken = next((other for other, own in ALIASES.items() if own == name and other in data), name)
    if spoken not in data:
        return np.full(rows, np.nan)
    values = data[spoken]
    if values.dtype.kind not in "fiu":
        raise _refusal(f"is of type {values.dtype}", "give float64 numbers", spoken)
    held = values.astype(np.float64) + 0.0
    least, most, unit = LIMITS[name]
    bad = (held < least) | (held > most)
    if bad.any():
        row = int(np.argmax(bad))
        raise _refusal(f"{float(held[row])!r} is outside {least:g} .. {most:g}", f"give {unit}", spoken, row)
    return np.asarray(held, dtype=np.float64)


def _whole(data: Data, name: str, rows: int) -> Ints | None:
    if name not in data:
        return None
    values = data[name]
    if values.dtype.kind not in "iu" and rows:
        raise _refusal(f"is of type {values.dtype}", "give integers", name)
    return np.asarray(values, dtype=np.int64)


def _every_row_has_a_place(data: Data, good: npt.NDArray[np.bool_], given: Data) -> None:
    if good.all():
        return
    row = int(np.argmin(good))
    polar_given = "range_m" in data or "azimuth_rad" in data
    pair = ("range_m", "azimuth_rad") if polar_given or "east_m" not in data else ("east_m", "north_m")
    for name in pair:
        if name not in data:
            raise _refusal(
                "is missing", "give range_m and azimuth_rad, or east_m, north_m and their covariance", name
            )
    name = next((name for name in pair if not np.isfinite(given[name][row])), pair[0])
    raise _refusal(
        f"{given[name][row]} says no place", "leave the row out, or give range_m and azimuth_rad, or east_m and north_m",
        name, row,
    )  # fmt: skip


def _covariances(given: Data, flat: npt.NDArray[np.bool_]) -> None:
    """Refuse Cartesian rows whose covariance is missing or none."""
    spoken = {"cov_ee_m2": "var_e_m2", "cov_nn_m2": "var_n_m2", "cov_en_m2": "cov_en_m2"}
    for name, said in spoken.items():
        bad = flat & ~np.isfinite(given[name])
        if bad.any():
            row = int(np.argmax(bad))
            raise _refusal("a Cartesian row without it", "give var_e_m2, var_n_m2 and cov_en_m2", said, row)
    bad = flat & ~(given["cov_ee_m2"] * given["cov_nn_m2"] - given["cov_en_m2"] ** 2 > 0.0)
    bad |= flat & ~((given["cov_ee_m2"] >= 1e-6) & (given["cov_nn_m2"] >= 1e-6))
    if bad.any():
        row = int(np.argmax(bad))
        raise _refusal(
            "is no covariance together with var_n_m2 and cov_en_m2", "var_e_m2 * var_n_m2 > cov_en_m2^2, in m2",
            "var_e_m2", row,
        )  # fmt: skip


def _placed(given: Data, number: Ints, rows: npt.NDArray[np.bool_], sensors: Sequence[Sensor]) -> Floats:
    """Return the places and covariances of polar rows, shape (n, 5)."""
    declared = np.array(
        [
            (
                sensor.east_m, sensor.north_m, sensor.height_m, sensor.range_sigma_m, sensor.azimuth_sigma_rad,
                sensor.elevation_sigma_rad or sensor.azimuth_sigma_rad, sensor.height_sigma_m,
            )
            for sensor in sensors
        ],
        dtype=np.float64,
    )  # fmt: skip
    height = np.where(np.isfinite(given["height_m"]), given["height_m"], given["pressure_altitude_m"])
    measured = np.column_stack([given["range_m"], given["azimuth_rad"], given["elevation_rad"], height])
    out = np.full((len(rows), 5), np.nan)
    out[rows] = polar.on_grid(measured[rows], declared[number[rows]])
    return out


def _near(given: Data) -> None:
    far = (np.abs(given["east_m"]) > FARTHEST_M) | (np.abs(given["north_m"]) > FARTHEST_M)
    if far.any():
        row = int(np.argmax(far))
        raise _refusal(
            "more than 2,000 km from the origin", "choose a nearer origin of the grid", "range_m", row
        )


def _labels(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    if values.dtype.kind == "S":
        return values.astype("S16")
    return np.array([str(value or "").encode("utf-8")[:16] for value in values.tolist()], dtype="S16")


def _hash(columns: Sequence[npt.NDArray[Any]]) -> Ints:
    """Return 62 bits of each row's content (mixing after Steele, Lea and Flood 2014); NaN is one value."""
    total = np.zeros(len(columns[0]), dtype=np.uint64)
    for values in columns:
        if values.dtype.kind == "f":
            bits = np.where(np.isfinite(values), values, np.inf).view(np.uint64)
        else:
            bits = values.astype(np.int64).view(np.uint64)
        total = (total ^ bits) + np.uint64(0x9E3779B97F4A7C15)
        total = (total ^ (total >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        total = (total ^ (total >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        total ^= total >> np.uint64(31)
    return (total >> np.uint64(2)).view(np.int64)


def _from_arrow(name: str, column: pa.ChunkedArray) -> npt.NDArray[Any]:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if column.null_count and pa.types.is_integer(kind) and name != "time_ns":
        column = column.fill_null(-1)
    if column.null_count and not pa.types.is_floating(kind) and not _is_text(kind):
        mask = np.asarray(column.is_null())
        raise _refusal("is null", "leave the row out or give the value", name, int(np.argmax(mask)))
    if _is_text(kind):
        return np.array(column.to_pylist(), dtype=object)
    if pa.types.is_timestamp(kind):
        column = column.cast(pa.timestamp("ns"))
    return np.asarray(column.to_numpy())


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind))


def _from_python(name: str, values: Any) -> npt.NDArray[Any]:
    if isinstance(values, pa.Array | pa.ChunkedArray):
        return _from_arrow(name, pa.chunked_array(values) if isinstance(values, pa.Array) else values)
    if isinstance(values, list | tuple) and values and all(type(value) is int for value in values):
        # NumPy would make floats of integers that are too large for it
        dtype = np.int64 if all(-(2**63) <= value < 2**63 for value in values) else object
        return np.array(values, dtype=dtype)
    try:
        array = np.asarray(values)
        return array.astype(object) if array.dtype.kind == "T" else array
    except ValueError as error:
        raise _refusal(f"is no column ({error})", "give one value a row", name) from error


def _refusal(what: str, remedy: str, column: str = "", row: int = -1, where: str = "plots") -> Refusal:
    place = [where, *([f"column {column}"] if column else []), *([f"row {row}"] if row >= 0 else [])]
    return Refusal(what, where=", ".join(place), remedy=remedy)
