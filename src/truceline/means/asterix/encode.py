"""Writing observations and Watches as ASTERIX datagrams: the inverse of ``decode``, up to the wire's quantisation.

    plot, reply, identity -> CAT048;  position -> CAT021;  track -> CAT062;  Watch -> CAT034
    each turn of the antenna: a north mark, then at every quarter a sector crossing, each followed by its target reports

A Watch begins and ends with a message, which is its proof of life. Sizes stay under 1,400 octets. The data source
identifier is SAC 0, SIC from the source's name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from truceline.means.asterix import cat034, polar, when
from truceline.means.asterix.take import ABSENT, Floats
from truceline.means.asterix.walk import Longs
from truceline.means.asterix.write import Writing, Written, datagrams, records
from truceline.means.observations import KIND
from truceline.means.source import Source
from truceline.means.watch import Sector, Watch
from truceline.terms.columns import Columns
from truceline.terms.faults import Refusal
from truceline.terms.time import NS_PER_DAY, NS_PER_S

QUARTERS = 4


def encode(observations: Columns, watches: Sequence[Watch], source: Source) -> list[bytes]:
    """Return the datagrams of ``encode_timed`` without their times."""
    return [body for _, body in encode_timed(observations, watches, source)]


def encode_timed(observations: Columns, watches: Sequence[Watch], source: Source) -> list[tuple[int, bytes]]:
    """Return (time_ns at which it is sent, bytes) of datagrams in the order of time.

    A datagram is sent at the time of its last record: at the latest a quarter of a turn (``source.detection.look_s``)
    after its first, or 1 s for positions and tracks. Rows of other kinds are left out.

    Raises:
        Refusal: a value that the category cannot hold, or a Watch that is no sector.
    """
    service = _service(watches, source)
    parts, windows = [service], [service.time_ns]
    kind = observations["kind"]
    rows = observations.take(np.isin(kind, (KIND["plot"], KIND["reply"], KIND["identity"])))
    if len(rows):
        part = _target_reports(rows, source)
        parts.append(part)
        windows.append(_windows(part.time_ns, service.time_ns, _quarter_ns(source)))
    return datagrams(parts, windows)


def identifier(source: Source) -> int:
    """Return SAC (0) and SIC (from the source's name) as one 16-bit number."""
    return hashlib.sha256(source.name.encode()).digest()[0]


def ticks(time_ns: Longs) -> Longs:
    """Return the time of day in 1/128 s, to the nearest."""
    return np.asarray((time_ns % NS_PER_DAY + when.TICK_NS // 2) // when.TICK_NS % when.TICKS_PER_DAY)


def whole(values: Floats, lsb: float, low: int, high: int, what: str) -> Longs:
    """Return ``values / lsb`` to the nearest, ABSENT where NaN.

    Raises:
        Refusal: a value outside [low, high].
    """
    known = np.isfinite(values)
    counts = np.floor(np.where(known, values, 0.0) / lsb + 0.5)
    wrong = np.flatnonzero((counts < low) | (counts > high) | np.isinf(values))
    if len(wrong):
        raise Refusal(
            f"{what} {values[wrong[0]]:g} does not fit", where=f"row {wrong[0]}", remedy=f"{low * lsb:g} to {high * lsb:g}"
        )
    return np.where(known, counts.astype(np.int64), ABSENT)


def masked(values: Longs, bits: int) -> Longs:
    """Return the low bits of two's complement values, ABSENT where absent."""
    return np.where(values == ABSENT, ABSENT, values & ((1 << bits) - 1))


def identities(values: npt.NDArray[np.signedinteger], bits: int) -> Longs:
    """Return identity numbers cut to so many bits, ABSENT where -1."""
    numbers = values.astype(np.int64)
    return np.where(numbers < 0, ABSENT, numbers & ((1 << bits) - 1))


def octal(squawk: npt.NDArray[np.int16]) -> Longs:
    """Return the 12 bits of mode A codes, ABSENT where -1."""
    value = squawk.astype(np.int64)
    bits = (value // 1000 % 10 << 9) | (value // 100 % 10 << 6) | (value // 10 % 10 << 3) | value % 10
    return np.where(value < 0, ABSENT, bits & 0xFFF)


def six_bits(label: npt.NDArray[np.bytes_]) -> Longs:
    """Return the first eight characters of labels as 48 bits, ABSENT where empty."""
    letters = np.ascontiguousarray(label.astype("S8")).view(np.uint8).reshape(-1, 8)
    codes = np.full(256, 32, dtype=np.int64)
    codes[ord("A") : ord("Z") + 1] = np.arange(1, 27)
    codes[ord("a") : ord("z") + 1] = np.arange(1, 27)
    codes[ord("0") : ord("9") + 1] = np.arange(48, 58)
    packed = (codes[letters] << np.arange(42, -1, -6, dtype=np.int64)).sum(axis=1)
    return np.where(label == b"", ABSENT, packed)


def _quarter_ns(source: Source) -> int:
    return max(when.TICK_NS, int(source.detection.look_s * NS_PER_S) // QUARTERS)


def _windows(time_ns: Longs, service_ns: Longs, step_ns: int) -> Longs:
    """Return the opening time of each row's window: the service message before it, or a step of the clock."""
    clock = time_ns - time_ns % step_ns
    if not len(service_ns):
        return clock
    before = np.searchsorted(service_ns, time_ns, side="right") - 1
    opened = service_ns[np.maximum(before, 0)]
    return np.where((before >= 0) & (time_ns - opened <= step_ns), opened, clock)


def _service(watches: Sequence[Watch], source: Source) -> Written:
    """Return CAT034 messages: one at each quarter turn of every Watch, and one at its end."""
    step = _quarter_ns(source)
    times, quarters, sick = [], [], []
    for watch in sorted(watches, key=lambda item: (item.start_ns, item.end_ns)):
        if not isinstance(watch.footprint, Sector):
            raise Refusal("CAT034 tells only of sectors", where=watch.source, remedy="give the radar's own Watches")
        marks = np.arange(watch.start_ns, watch.end_ns, step, dtype=np.int64)
        times += [marks, np.array([watch.end_ns], dtype=np.int64)]
        quarters += [np.arange(len(marks)) % QUARTERS, np.array([len(marks) % QUARTERS or QUARTERS])]
        sick.append(np.full(len(marks) + 1, watch.health != "up"))
    none = np.empty(0, dtype=np.int64)
    time_ns, quarter = np.concatenate([none, *times]), np.concatenate([none, *quarters])
    north = quarter == 0
    edge = np.concatenate(([True], np.diff(time_ns) != step))[: len(time_ns)]
    edge |= np.roll(edge, -1)
    status = np.where(np.concatenate([none, *sick]) == 1, 0x8010, 0x8000)
    period = whole(np.full(len(time_ns), source.detection.look_s), 1 / 128, 0, 65535, "rotation period")
    items = (
        Writing(1, 2, np.full(len(time_ns), identifier(source), dtype=np.int64)),
        Writing(2, 1, np.where(north, cat034.NORTH_MARK, cat034.SECTOR)),
        Writing(3, 3, ticks(time_ns)),
        Writing(4, 1, np.where(north, ABSENT, quarter % QUARTERS * 256 // QUARTERS)),
        Writing(5, 2, np.where(north, period, ABSENT)),
        Writing(6, 2, np.where(north | edge, status, ABSENT)),
    )
    return records(34, items, time_ns, np.arange(len(time_ns)) - (1 << 40))


def _target_reports(rows: Columns, source: Source) -> Written:
    """Return CAT048 records of plots, replies and identities."""
    kind, count = rows["kind"], len(rows)
    placed = kind != KIND["identity"]
    report = np.where(kind == KIND["plot"], 1, np.where(rows["address"] >= 0, 5, 2))
    report = np.where(placed, report, 0) << 5 | np.where(rows["simulated"], 0x10, 0)
    reach = whole(rows["range_m"], polar.NM_M / 256, 0, 65535, "range_m")
    azimuth = whole(rows["azimuth_rad"], polar.BINARY_ANGLE_RAD, -(1 << 32), 1 << 32, "azimuth_rad") % 65536
    azimuth = np.where(np.isfinite(rows["azimuth_rad"]), azimuth, 0)
    level = whole(rows["pressure_altitude_m"], polar.QUARTER_FL_M, -8192, 8191, "pressure_altitude_m")
    length, angle = polar.lengths(rows["vel_east_mps"], rows["vel_north_mps"])
    speed = whole(length, polar.NM_M * 2.0**-14, 0, 65535, "velocity")
    heading = whole(angle, polar.BINARY_ANGLE_RAD, 0, 65536, "heading") % 65536
    doppler = whole(rows["doppler_mps"], 1.0, -512, 511, "doppler_mps")
    items = (
        Writing(1, 2, np.full(count, identifier(source), dtype=np.int64)),
        Writing(2, 3, ticks(rows["time_ns"])),
        Writing(3, 1, report),
        Writing(4, 4, np.where(reach == ABSENT, ABSENT, reach << 16 | azimuth)),
        Writing(5, 2, octal(rows["squawk"])),
        Writing(6, 2, masked(level, 14)),
        Writing(8, 3, identities(rows["address"], 24)),
        Writing(9, 6, six_bits(rows["label"])),
        Writing(11, 2, identities(rows["track_number"], 12)),
        Writing(13, 4, np.where(speed == ABSENT, ABSENT, speed << 16 | heading)),
        Writing(20, 3, np.where(doppler == ABSENT, ABSENT, 0x800000 | masked(doppler, 10))),
    )
    return records(48, items, rows["time_ns"], azimuth)
