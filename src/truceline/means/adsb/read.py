"""Decode: records of one receiver to observations, Watches and faults.

Time of a frame: the one its line states, else the stamp of the record it begins in (the stamp belongs to
the body's first frame) + the difference of the 12 MHz counters within that body; a counter that jumps back
over 1 s or on over 24 h starts anew at the last time. A frame that begins in one body and ends in the next
belongs to the first (``item`` is its start there). An address read off the parity (DF0 4 5 16 20 21, DF11
with interrogator code) cannot be verified: it counts only when a squitter of these records with sound
parity, or the list's own address column, has the same; otherwise the frame is a fault. Watch: from first to
last of frames and heartbeats with no gap above heartbeat_s, when the site is declared.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numba
import numpy as np
import numpy.typing as npt

from truceline.means.adsb.frames import REASONS, Frames, find, join
from truceline.means.adsb.message import NACP_M, OVERLAY, SOUND, TYPE_M, TYPE_NIC, Fields, read_fields
from truceline.means.adsb.resolve import Resolved, resolve
from truceline.means.lines import MOST_FAULTS
from truceline.means.means import Input, Reading
from truceline.means.observations import KIND, OBSERVATIONS
from truceline.means.packed import DAMAGED, balance
from truceline.means.source import Source
from truceline.means.watch import Sector, Watch
from truceline.terms.columns import Columns
from truceline.terms.faults import Fault
from truceline.terms.time import NS_PER_DAY, NS_PER_S

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
TORN_REASON = "parity fails: the message is damaged"
UNREAD_REASON = "downlink format unknown or message too short for it"
UNCONFIRMED_REASON = "address only from the parity and confirmed by no squitter of these records"
WHY = (*REASONS, TORN_REASON, UNREAD_REASON, UNCONFIRMED_REASON)


def decode(records: Sequence[Input], source: Source) -> Reading:
    """Return what the records of one receiver say, in stream order; never raises on any bytes."""
    data, starts, damaged = join(records)
    frames = find(data, starts)
    owner = np.searchsorted(starts, frames.start, side="right") - 1
    stamps = np.array([record.stamp_ns for record in records], np.int64)
    time_ns = _times(owner, frames.counter, frames.given_ns, stamps)
    fields = read_fields(frames.message, frames.size)
    confirmed = _confirmed(fields, frames)
    modes = frames.size > 2
    good = modes & ((fields.state == SOUND) | ((fields.state == OVERLAY) & confirmed))
    resolved = resolve(fields, good, time_ns, source.site)
    rows = _rows(frames, fields, resolved, good, time_ns, owner, starts, records, source)
    bad = _bad(frames, fields, modes & ~good)
    faults, lost = _faults(bad, starts, records, source, damaged)
    packed = sum(len(record.body) for record in records) - int(starts[-1])
    decoded = int(starts[-1]) - frames.framing - int((bad[:, 1] - bad[:, 0]).sum()) + packed - lost
    alive = good | frames.alive
    watches = _watches(time_ns[alive], owner[alive], records, source)
    read = int(good.sum()) + int(((frames.size == 2) & ~frames.alive).sum())
    return balance(Reading(rows, watches, faults, read, decoded, frames.framing), records)


@numba.njit(cache=True)
def _times(owner: Numbers, counter: Numbers, given_ns: Numbers, stamps: Numbers) -> Numbers:
    """Return each frame's time in ns, shapes (n,) and (records,)."""
    time_ns = np.zeros(len(owner), np.int64)
    before, start, zero, latest = -1, np.int64(0), np.int64(-1), np.int64(0)
    for row in range(len(owner)):
        if owner[row] != before:
            before, start, zero, latest = owner[row], stamps[owner[row]], np.int64(-1), stamps[owner[row]]
        if given_ns[row] >= 0:
            time_ns[row] = given_ns[row]
            continue
        if counter[row] >= 0:
            passed = (counter[row] - zero) * 250 // 3  # 12 MHz to ns
            if zero < 0:
                zero, start, passed = counter[row], latest, np.int64(0)
            elif passed < latest - start - NS_PER_S or passed > latest - start + NS_PER_DAY:
                zero, start, passed = counter[row], latest, np.int64(0)
            latest = max(latest, start + passed)
            time_ns[row] = start + passed
        else:
            time_ns[row] = latest
    return time_ns


def _confirmed(fields: Fields, frames: Frames) -> Flags:
    sure = np.unique(fields.address[fields.state == SOUND])
    known: Flags = np.isin(fields.address, sure) | (frames.given_address == fields.address)
    return known


def _bad(frames: Frames, fields: Fields, wrong: Flags) -> Numbers:
    """Return (k, 3): start, stop and number of WHY of all that is no record, in stream order."""
    rows = np.flatnonzero(wrong)
    code = len(REASONS) + np.array([0, 0, 2, 1])[fields.state[rows]]
    bad = np.concatenate([frames.bad, np.stack([frames.start[rows], frames.stop[rows], code], axis=1)])
    return bad[np.argsort(bad[:, 0], kind="stable")]


def _faults(
    bad: Numbers, starts: Numbers, records: Sequence[Input], source: Source, damaged: list[int]
) -> tuple[tuple[Fault, ...], int]:
    """Return the faults, cut at the ends of records, and the bytes of bodies that could not be unpacked.

    All but the first MOST_FAULTS of a record are told as one.
    """
    faults = [
        Fault(source.name, records[place].seq, 0, len(records[place].body), DAMAGED) for place in damaged
    ]
    lost = sum(fault.length for fault in faults)
    owner = np.searchsorted(starts, bad[:, 0], side="right") - 1
    rank = np.arange(len(bad)) - np.searchsorted(owner, owner)
    whole = bad[:, 1] <= starts[owner + 1]
    many = (rank >= MOST_FAULTS) & whole
    for row in np.flatnonzero(~many).tolist():
        low, high, code = bad[row].tolist()
        place = int(owner[row])
        while low < high:
            stop = min(high, int(starts[place + 1]))
            if stop > low:
                offset = low - int(starts[place])
                faults.append(Fault(source.name, records[place].seq, offset, stop - low, WHY[code]))
            low, place = max(low, stop), place + 1
    crowded = np.flatnonzero(many)
    for place in np.unique(owner[crowded]).tolist():
        rest = crowded[owner[crowded] == place]
        low, _, code = bad[rest[0]].tolist()
        reason = f"{len(rest)} more faults, the first: {WHY[code]}"
        length = int((bad[rest, 1] - bad[rest, 0]).sum())
        faults.append(Fault(source.name, records[place].seq, low - int(starts[place]), length, reason))
    return tuple(faults), lost


def _rows(
    frames: Frames,
    fields: Fields,
    resolved: Resolved,
    good: Flags,
    time_ns: Numbers,
    owner: Numbers,
    starts: Numbers,
    records: Sequence[Input],
    source: Source,
) -> Columns:
    placed = ~np.isnan(resolved.lat_deg)
    tells = np.isin(fields.form, (0, 4, 5, 11, 16, 20, 21)) | (fields.odd >= 0) | (fields.squawk >= 0)
    tells |= ~np.isnan(fields.altitude_m) | (fields.label != b"")
    tells |= (fields.code == 19) & ~(
        np.isnan(fields.east_mps) & np.isnan(fields.up_mps) & np.isnan(fields.rise_m)
    )
    keep = np.flatnonzero(good & tells & ~resolved.taken)
    speaks = np.where(placed & (fields.code > 8), resolved.velocity, np.arange(len(placed)))[keep]
    moves = np.where(speaks < 0, keep, speaks)
    height = fields.height_m[keep]
    sum_m = fields.altitude_m[keep] + fields.rise_m[moves]
    here = placed[keep]
    label = np.where(here, resolved.label[keep], keep)
    squawk = np.where(here, resolved.squawk[keep], keep)
    nacp, code = resolved.nacp[keep], np.maximum(fields.code[keep], 0)
    claimed = NACP_M[fields.nacp[np.maximum(nacp, 0)]]
    quality = np.where(here, np.where((nacp >= 0) & ~np.isnan(claimed), claimed, TYPE_M[code]), math.nan)
    seqs = np.array([record.seq for record in records], np.int64)
    return OBSERVATIONS.build(
        len(keep),
        {
            "seq": seqs[owner[keep]],
            "item": frames.start[keep] - starts[owner[keep]],
            "kind": np.where(here, KIND["position"], KIND["identity"]),
            "time_ns": time_ns[keep],
            "time_sigma_ns": np.full(len(keep), round(source.accuracy.time_s * NS_PER_S)),
            "lat_deg": resolved.lat_deg[keep],
            "lon_deg": resolved.lon_deg[keep],
            "height_m": np.where(np.isnan(height) & here, sum_m, height),
            "pressure_altitude_m": fields.altitude_m[keep],
            "vel_east_mps": fields.east_mps[moves],
            "vel_north_mps": fields.north_mps[moves],
            "vel_up_mps": fields.up_mps[moves],
            "address": fields.address[keep],
            "squawk": np.where(squawk >= 0, fields.squawk[np.maximum(squawk, 0)], -1),
            "label": np.where(label >= 0, fields.label[np.maximum(label, 0)], b""),
            "quality": quality,
            "integrity": np.where(here | (fields.code[keep] == 0), TYPE_NIC[code], -1),
            "accuracy_category": np.where(here & (nacp >= 0), fields.nacp[np.maximum(nacp, 0)], -1),
        },
    )


def _watches(time_ns: Numbers, owner: Numbers, records: Sequence[Input], source: Source) -> tuple[Watch, ...]:
    if source.site is None or not len(time_ns):
        return ()
    order = np.argsort(time_ns, kind="stable")
    when, whose = time_ns[order], owner[order]
    breaks = np.flatnonzero(np.diff(when) > round(source.heartbeat_s * NS_PER_S)) + 1
    footprint = Sector(source.site, source.detection.range_m)
    classes = (("aircraft", source.detection.ceiling),)
    first = np.concatenate([[0], breaks])
    last = np.concatenate([breaks, [len(when)]]) - 1
    return tuple(
        Watch(
            source.name,
            int(when[a]),
            int(when[b]),
            footprint,
            "up",
            "cooperative",
            records[whose[a]].seq,
            classes,
        )
        for a, b in zip(first.tolist(), last.tolist(), strict=True)
        if when[b] > when[a]
    )
