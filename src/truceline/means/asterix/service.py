"""Watches from a radar's service messages (CAT034, CAT002): north marks and sector crossings are its proof of life.

A Watch runs from proof of life to proof of life. It ends at the last one before a silence longer than the source's
``heartbeat_s`` or three turns of the antenna (I034/041), whichever is shorter. Between two proofs it is degraded when the
status at either end says so (I034/050: not released, overload, monitoring system disconnected, time source invalid),
when a jamming message came since the last north mark, or when target reports between them could not be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import msgspec
import numpy as np
import numpy.typing as npt

from truceline.means.asterix import cat002, cat034
from truceline.means.asterix.cat002 import CAT002
from truceline.means.asterix.cat034 import CAT034
from truceline.means.asterix.take import ABSENT, Wanted, or_else
from truceline.means.asterix.walk import Longs, Records
from truceline.means.asterix.when import TICK_NS
from truceline.means.source import Source
from truceline.means.watch import Sector, Watch
from truceline.terms.time import NS_PER_S

MODE = "rotating"
TURNS = 3
UNKNOWN, UP, DEGRADED = -1, 0, 1

_CAT034 = Wanted(
    CAT034,
    (
        ("000", "message"),
        ("030", "time of day"),
        ("041", "rotation period"),
        *(("050", name) for name in cat034.STATUS),
    ),
)
_SITE = Wanted(CAT034, (("120", "latitude"), ("120", "longitude"), ("120", "height")))
_CAT002 = Wanted(CAT002, (("000", "message"), ("030", "time of day"), ("041", "rotation period")))
_JAMMED = (cat034.JAMMING, cat034.SSR_JAMMING, cat034.MODE_S_JAMMING)


class Service(msgspec.Struct, frozen=True):
    """Service messages: rows (time_ns, message, status, rotation_ns, seq, body, position) in the order of the bytes."""

    rows: Longs

    @staticmethod
    def none() -> Service:
        """Return no message."""
        return Service(np.empty((0, 7), dtype=np.int64))


def messages(records: Records) -> tuple[Longs, Longs]:
    """Return (time of day, rows (message, status, rotation_ns)) of CAT034 records."""
    got = _CAT034.read(records)
    bits = np.stack([got["050", name] for name in cat034.STATUS])
    status = np.where((bits == 1).any(axis=0), DEGRADED, np.where((bits == ABSENT).all(axis=0), UNKNOWN, UP))
    rotation = or_else(got["041", "rotation period"], 0) * TICK_NS
    return got["030", "time of day"], np.stack([or_else(got["000", "message"], 0), status, rotation], axis=1)


def data_sources(records: Records) -> set[int]:
    """Return the data source identifiers, SAC * 256 + SIC, of CAT034 or CAT002 records."""
    place = records.places[:, 0].astype(np.int64)
    at = (records.start + place)[place > 0]
    return set(np.unique(records.data[at].astype(np.int64) << 8 | records.data[at + 1]).tolist())


def stated_site(records: Records) -> str:
    """Return where CAT034 records say that the radar stands, in words; empty when none says it."""
    got = _SITE.read(records)
    said = np.flatnonzero(got["120", "latitude"] != ABSENT)
    if not len(said):
        return ""
    lat, lon, height = (got["120", name][said[0]] for name in ("latitude", "longitude", "height"))
    lsb = _SITE.lsb["120", "latitude"]
    return f"the radar itself says {lat * lsb:.5f}, {lon * lsb:.5f}, {height} m"


def old_messages(records: Records) -> tuple[Longs, Longs]:
    """Return (time of day, rows (message, status, rotation_ns)) of CAT002 records, in CAT034's message numbers."""
    got = _CAT002.read(records)
    kind = got["000", "message"]
    sector = (kind == cat002.SECTOR) | (kind == cat002.SOUTH_MARK)
    message = np.where(kind == cat002.NORTH_MARK, cat034.NORTH_MARK, np.where(sector, cat034.SECTOR, 0))
    rotation = or_else(got["041", "rotation period"], 0) * TICK_NS
    return got["030", "time of day"], np.stack([message, np.full(len(kind), UNKNOWN), rotation], axis=1)


def watches(rows: Longs, unread: Longs, source: Source) -> tuple[Watch, ...]:
    """Return the Watches of service messages; none when the source has no site.

    ``rows`` are those of ``Service``; ``unread`` rows (body, position) are target reports that could not be read.
    """
    if source.site is None or not len(rows):
        return ()
    torn = _touched(rows, unread)
    order = np.lexsort((rows[:, 6], rows[:, 5], rows[:, 0]))
    rows, torn = rows[order], torn[order]
    status = _carried(rows[:, 2], UNKNOWN) == DEGRADED
    rotation = _carried(rows[:, 3], 0)
    jammed = _jammed(rows[:, 1])
    alive = np.isin(rows[:, 1], (cat034.NORTH_MARK, cat034.SECTOR))
    ill = status | jammed | torn
    marks = np.flatnonzero(alive)
    if len(marks) < 2:
        return ()
    times = rows[marks, 0]
    limit = np.full(len(marks), int(source.heartbeat_s * NS_PER_S), dtype=np.int64)
    turns = TURNS * rotation[marks]
    limit = np.where(turns > 0, np.minimum(limit, turns), limit)
    whole = np.diff(times) <= limit[1:]
    sick = np.add.reduceat(ill.astype(np.int64), marks)[:-1] > 0
    sick |= ill[marks[1:]]
    footprint = Sector(source.site, source.detection.range_m)
    found = []
    for first, last, degraded in _runs(whole, sick):
        if times[last] > times[first]:
            health = "degraded" if degraded else "up"
            seq = int(rows[marks[first], 4])
            found.append(
                Watch(source.name, int(times[first]), int(times[last]), footprint, health, MODE, seq)
            )
    return tuple(found)


def thinned(unread: Sequence[Longs], rows: Sequence[Longs]) -> Longs:
    """Return, of octets not read (rows of body and position), one for each stretch between service messages."""
    places = np.concatenate(unread)
    key = (places[:, 0] << 32) + places[:, 1]
    marks = np.concatenate(
        [(part[:, 5] << 32) + part[:, 6] for part in rows] or [np.empty(0, dtype=np.int64)]
    )
    stretch = (places[:, 0] << 32) + np.searchsorted(np.sort(marks), key)
    _, first = np.unique(stretch, return_index=True)
    return places[first]


def _touched(rows: Longs, unread: Longs) -> npt.NDArray[np.bool_]:
    """Return which messages (in the order of the bytes) are followed, before the next, by octets that were not read."""
    touched = np.zeros(len(rows), dtype=bool)
    if len(unread):
        key = (rows[:, 5] << 32) + rows[:, 6]
        place = np.searchsorted(key, (unread[:, 0] << 32) + unread[:, 1]) - 1
        touched[place[place >= 0]] = True
    return touched


def _carried(values: Longs, empty: int) -> Longs:
    """Return each value, or the last one before it that was not empty."""
    place = np.where(values != empty, np.arange(len(values)), 0)
    return values[np.maximum.accumulate(place)]


def _jammed(kinds: Longs) -> npt.NDArray[np.bool_]:
    """Return which messages lie between a jamming strobe and the next north mark."""
    change = np.where(np.isin(kinds, _JAMMED), 1, np.where(kinds == cat034.NORTH_MARK, 0, -1))
    return np.asarray(_carried(change, -1) == 1)


def _runs(whole: npt.NDArray[np.bool_], sick: npt.NDArray[np.bool_]) -> Sequence[tuple[int, int, bool]]:
    """Return (first mark, last mark, degraded) of the runs of unbroken intervals of one health."""
    change = np.flatnonzero((np.diff(sick.astype(np.int8)) != 0) | ~whole[1:] | ~whole[:-1]) + 1
    edges = [0, *change.tolist(), len(whole)]
    return [(a, b, bool(sick[a])) for a, b in pairwise(edges) if whole[a]]
