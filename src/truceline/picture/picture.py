"""The picture of one lane: its tracks, and every state they went through with the observation that moved it.

A picture is a pure fold of located observations; equal observations give equal bytes. The evidence of a
track is the ``observation`` column of its states.
"""

from __future__ import annotations

import math
from functools import lru_cache

import msgspec
import numpy as np
import numpy.typing as npt

from truceline.terms.columns import Column, Columns, Table
from truceline.terms.ids import content_id
from truceline.terms.quantity import text

NAN = math.nan
FARTHEST_M = 2e6
Floats = npt.NDArray[np.float64]

TRACKS = Table(
    "tracks",
    (
        Column("id", "S64", "", "content id of the first observation", b""),
        Column("first_ns", "<i8", "ns", "time of the first observation, UTC since 1970", 0),
        Column("last_ns", "<i8", "ns", "time of the last observation", 0),
        Column("confirmed_ns", "<i8", "ns", "when it was first held for certain, -1 never", -1),
        Column("ended_ns", "<i8", "ns", "when it was given up, -1 still held", -1),
        Column("existence", "<f8", "", "highest existence probability it reached", 0.0),
        Column("address", "<i4", "", "24-bit aircraft address most of its observations state, -1 none", -1),
        Column("squawk", "<i2", "", "mode A code as its octal digits read in decimal, -1 none", -1),
        Column("label", "S16", "", "callsign, place or report id", b""),
        Column(
            "sources",
            "<i8",
            "",
            "bit mask of the source numbers that saw it (bit 62: any number above 61)",
            0,
        ),
        Column("object_class", "<i1", "", "index into terms.classes.NAMES, -1 unknown", -1),
        Column("simulated", "?", "", "an observation or a source of it is simulated", False),
    ),
)

STATES = Table(
    "states",
    (
        Column("track", "<i8", "", "row in tracks", -1),
        Column("time_ns", "<i8", "ns", "time of the state, UTC since 1970", 0),
        Column("east_m", "<f8", "m", "theatre grid", NAN),
        Column("north_m", "<f8", "m", "theatre grid", NAN),
        Column(
            "height_m", "<f8", "m", "pressure altitude where reported, else stated height; NaN unknown", NAN
        ),
        Column("vel_east_mps", "<f8", "m/s", "velocity", NAN),
        Column("vel_north_mps", "<f8", "m/s", "velocity", NAN),
        Column("vel_up_mps", "<f8", "m/s", "velocity; NaN unknown", NAN),
        Column("cov_ee_m2", "<f8", "m2", "position covariance", NAN),
        Column("cov_en_m2", "<f8", "m2", "position covariance", NAN),
        Column("cov_nn_m2", "<f8", "m2", "position covariance", NAN),
        Column("cov_eu_m2ps", "<f8", "m2/s", "covariance of east and east velocity; NaN unknown", NAN),
        Column("cov_ev_m2ps", "<f8", "m2/s", "covariance of east and north velocity", NAN),
        Column("cov_nu_m2ps", "<f8", "m2/s", "covariance of north and east velocity", NAN),
        Column("cov_nv_m2ps", "<f8", "m2/s", "covariance of north and north velocity", NAN),
        Column("cov_uu_m2ps2", "<f8", "m2/s2", "velocity covariance", NAN),
        Column("cov_uv_m2ps2", "<f8", "m2/s2", "velocity covariance", NAN),
        Column("cov_vv_m2ps2", "<f8", "m2/s2", "velocity covariance", NAN),
        Column("existence", "<f8", "", "existence probability after the observation", 0.0),
        Column(
            "nis",
            "<f8",
            "",
            "normalised innovation squared of the plot that last held it, 2 degrees of freedom",
            NAN,
        ),
        Column(
            "steady", "<f8", "", "probability that it does not turn; NaN while only one model is used", NAN
        ),
        Column("observation", "<i8", "", "row in observations that updated it, -1 coasting", -1),
        Column("source", "<i2", "", "number of the source that updated it, -1 coasting", -1),
    ),
)

MOVING = tuple(f"cov_{pair}_m2ps" for pair in ("eu", "ev", "nu", "nv"))
MOVING += tuple(f"cov_{pair}_m2ps2" for pair in ("uu", "uv", "vv"))


class Picture(msgspec.Struct, frozen=True):
    """All tracks of one lane ("air" or "events"), sorted by first time and id, and their states, sorted by time."""

    lane: str
    tracks: Columns
    states: Columns


@lru_cache(maxsize=1 << 16)  # a display asks for the same tracks again and again
def first_id(source: str, time_ns: int, item: int, east_m: float, north_m: float) -> str:
    """Return the content id of a track that began with this observation (position rounded to a decimetre)."""
    return content_id("track", [source, time_ns, item, text(east_m, 1), text(north_m, 1)])


def source_bit(number: int) -> int:
    """Return the bit of a source number in ``TRACKS.sources``."""
    return 1 << min(max(number, 0), 62)


def source_numbers(mask: int) -> tuple[int, ...]:
    """Return the source numbers of a ``TRACKS.sources`` mask, ascending."""
    return tuple(number for number in range(63) if mask >> number & 1)


def evidence(picture: Picture, track: int) -> npt.NDArray[np.int64]:
    """Return the rows of the observations table that moved a track, ascending, each once."""
    rows = picture.states["observation"][picture.states["track"] == track]
    return np.unique(rows[rows >= 0])


def within(values: Floats, least: float, most: float) -> Floats:
    """Return the values with NaN for all that are not finite or outside [least, most]; shape kept."""
    return np.where((values >= least) & (values <= most), values, NAN)


def placed(observations: Columns) -> npt.NDArray[np.bool_]:
    """Return which rows stand on the grid, within 2,000 km of its origin."""
    east, north = np.abs(observations["east_m"]), np.abs(observations["north_m"])
    return (east <= FARTHEST_M) & (north <= FARTHEST_M)


def covariance(observations: Columns, sigma_m: Floats) -> tuple[Floats, Floats, Floats]:
    """Return (ee, en, nn) in m2: each row's own where it is one, else a circle of ``sigma_m``."""
    most = 1e12
    ee = within(observations["cov_ee_m2"], 1e-6, most)
    nn = within(observations["cov_nn_m2"], 1e-6, most)
    en = within(observations["cov_en_m2"], -most, most)
    whole = ee * nn - en * en > 0.0
    circle = sigma_m * sigma_m
    return np.where(whole, ee, circle), np.where(whole, en, 0.0), np.where(whole, nn, circle)


def assemble(lane: str, tracks: Columns, states: Columns) -> Picture:
    """Return the picture with tracks sorted by (first_ns, id) and states by (time, track, observation).

    ``states["track"]`` points into ``tracks`` as given; states of no track (-1) are left out.
    """
    order = np.lexsort([tracks["id"], tracks["first_ns"]])
    place = np.empty(len(tracks) + 1, dtype=np.int64)
    place[order] = np.arange(len(tracks))
    place[-1] = -1
    moved = states.put(track=place[states["track"]])
    moved = moved.take(moved["track"] >= 0).sort(("time_ns", "track", "observation"))
    return Picture(lane, tracks.take(order), moved)
