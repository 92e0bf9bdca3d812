"""Writing observations and Watches as ASTERIX datagrams: the inverse of ``decode``, up to the wire's quantisation.

    plot, reply, identity -> CAT048;  position -> CAT021;  track -> CAT062;  Watch -> CAT034
    each turn of the antenna: a north mark, then at every quarter a sector crossing, each followed by its target reports

A Watch begins and ends with a message, which is its proof of life. Sizes stay under 1,400 octets. The data source
identifier is SAC 0, SIC from the source's name.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from truceline.means.asterix import cat034, polar, when
from truceline.means.asterix.broadcast import BEYOND, HEIGHT_M, NACP_M, RATE_MPS
from truceline.means.asterix.quantize import (
    identifier,
    identities,
    masked,
    octal,
    paired,
    six_bits,
    ticks,
    whole,
)
from truceline.means.asterix.take import ABSENT, Floats
from truceline.means.asterix.tracks import SIGMA_TO_95
from truceline.means.asterix.walk import Longs
from truceline.means.asterix.write import Writing, Written, datagrams, records
from truceline.means.observations import KIND
from truceline.means.source import Source
from truceline.means.watch import Sector, Watch
from truceline.terms.columns import Columns
from truceline.terms.faults import Refusal
from truceline.terms.time import NS_PER_S

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
        part = target_reports(rows, source)
        parts.append(part)
        windows.append(_windows(part.time_ns, service.time_ns, _quarter_ns(source)))
    for name, write in (("position", reports), ("track", system_tracks)):
        rows = observations.take(kind == KIND[name])
        if len(rows):
            parts.append(write(rows, source))
            windows.append(rows["time_ns"] - rows["time_ns"] % NS_PER_S)
    return datagrams(parts, windows)


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
            raise Refusal(
                "CAT034 tells only of sectors", where=watch.source, remedy="give the radar's own Watches"
            )
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


def target_reports(rows: Columns, source: Source) -> Written:
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
    height = whole(rows["height_m"], polar.HEIGHT_3D_M, -8192, 8191, "height_m")
    doppler = whole(rows["doppler_mps"], 1.0, -512, 511, "doppler_mps")
    items = (
        Writing(1, 2, np.full(count, identifier(source), dtype=np.int64)),
        Writing(2, 3, ticks(rows["time_ns"])),
        Writing(3, 1, report),
        Writing(4, 4, paired(reach, azimuth, 16)),
        Writing(5, 2, octal(rows["squawk"])),
        Writing(6, 2, masked(level, 14)),
        Writing(8, 3, identities(rows["address"], 24)),
        Writing(9, 6, six_bits(rows["label"])),
        Writing(11, 2, identities(rows["track_number"], 12)),
        Writing(13, 4, paired(speed, heading, 16)),
        Writing(19, 2, masked(height, 14)),
        Writing(20, 3, np.where(doppler == ABSENT, ABSENT, 0x800000 | masked(doppler, 10))),
    )
    return records(48, items, rows["time_ns"], azimuth)


def reports(rows: Columns, source: Source) -> Written:
    """Return CAT021 records of positions."""
    count = len(rows)
    lat, lon = _angle(rows["lat_deg"], 180 / 2**30, 90.0), _angle(rows["lon_deg"], 180 / 2**30, 180.0)
    length, angle = polar.lengths(rows["vel_east_mps"], rows["vel_north_mps"])
    speed = whole(length, polar.NM_M * 2.0**-14, 0, 32767, "velocity")
    heading = whole(angle, polar.BINARY_ANGLE_RAD, 0, 65536, "heading") % 65536
    integrity = np.maximum(rows["integrity"], 0).astype(np.int64)
    stated = rows["accuracy_category"].astype(np.int64)
    accuracy = np.where(stated >= 0, stated, accuracy_class(rows["quality"]))
    items = (
        Writing(1, 2, np.full(count, identifier(source), dtype=np.int64)),
        Writing(2, 2, np.where(rows["simulated"], 0x0120, 0x0100)),
        Writing(3, 2, identities(rows["track_number"], 12)),
        Writing(7, 8, paired(lat, lon, 32)),
        Writing(11, 3, identities(rows["address"], 24)),
        Writing(12, 3, ticks(rows["time_ns"])),
        Writing(16, 2, masked(whole(rows["height_m"], HEIGHT_M, -32768, BEYOND - 1, "height_m"), 16)),
        Writing(17, 2, 0x0100 | integrity << 9 | accuracy << 1),
        Writing(18, 1, np.full(count, 2 << 3 | 2, dtype=np.int64)),
        Writing(19, 2, octal(rows["squawk"])),
        Writing(21, 2, masked(_level(rows), 16)),
        Writing(25, 2, masked(whole(rows["vel_up_mps"], RATE_MPS, -16384, 16383, "vel_up_mps"), 15)),
        Writing(26, 4, paired(speed, heading, 16)),
        Writing(29, 6, six_bits(rows["label"])),
    )
    return records(21, items, rows["time_ns"], np.arange(count))


def system_tracks(rows: Columns, source: Source) -> Written:
    """Return CAT062 records of tracks."""
    count = len(rows)
    lat, lon = _angle(rows["lat_deg"], 180 / 2**25, 90.0), _angle(rows["lon_deg"], 180 / 2**25, 180.0)
    east = whole(rows["vel_east_mps"], 0.25, -32768, 32767, "vel_east_mps")
    north = whole(rows["vel_north_mps"], 0.25, -32768, 32767, "vel_north_mps")
    sigma = whole(rows["quality"] / SIGMA_TO_95, 0.5, 0, 65535, "quality")
    label, address = six_bits(rows["label"]), identities(rows["address"], 24)
    items = (
        Writing(1, 2, np.full(count, identifier(source), dtype=np.int64)),
        Writing(4, 3, ticks(rows["time_ns"])),
        Writing(5, 8, paired(lat, lon, 32)),
        Writing(7, 4, paired(east, north, 16)),
        Writing(9, 2, octal(rows["squawk"])),
        Writing(10, 7, label),
        Writing(11, 4, np.where(address == ABSENT, ABSENT, 0x80000000 | address)),
        Writing(12, 2, identities(rows["track_number"], 16)),
        Writing(13, 2, np.where(rows["simulated"], 0x0180, 0x0100)),
        Writing(17, 2, masked(_level(rows), 16)),
        Writing(18, 2, masked(whole(rows["height_m"], HEIGHT_M, -32768, 32767, "height_m"), 16)),
        Writing(20, 2, masked(whole(rows["vel_up_mps"], RATE_MPS, -32768, 32767, "vel_up_mps"), 16)),
        Writing(27, 5, np.where(sigma == ABSENT, ABSENT, 0x8000000000 | paired(sigma, sigma, 16))),
    )
    return records(62, items, rows["time_ns"], np.arange(count))


def accuracy_class(radius_m: Floats) -> Longs:
    """Return the NACp whose 95 % radius holds the given one most tightly; 0 where none does or it is not known."""
    known = np.where(np.isfinite(radius_m), radius_m, np.inf)
    return np.asarray(sum((known <= NACP_M[level] * (1 + 1e-9)).astype(np.int64) for level in range(1, 12)))


def _angle(values: Floats, lsb: float, most: float) -> Longs:
    return whole(values, lsb, -round(most / lsb), round(most / lsb), "lat_deg or lon_deg")


def _level(rows: Columns) -> Longs:
    return whole(rows["pressure_altitude_m"], polar.QUARTER_FL_M, -32768, 32767, "pressure_altitude_m")
