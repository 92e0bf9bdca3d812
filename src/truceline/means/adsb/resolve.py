"""From messages to rows: places out of pairs or references, and what was said of an aircraft beside them.

A position message gets a place, in this order, by
    the newest message of the other parity of the same address, at most 10 s older  (global, DO-260B A.1.7.7)
    the address's last place, at most 60 s old                                      (local, A.1.7.5)
    the receiver's site: within 180 NM (surface 45 NM) one position is unambiguous  (local)
and keeps it when it lies within 700 km of the site (no line of sight is longer) and within 1 km + 600 m/s x
dt of the last place; two places in a row that agree with each other and not with the last one replace it.
Else it has no place. Velocity (at most 2 s old, once), callsign and mode A code (at most 10 min old) go
into the next place's row.
"""

from __future__ import annotations

import math

import msgspec
import numba
import numpy as np
import numpy.typing as npt

from truceline.means.adsb.cpr import distance_m, local, pair
from truceline.means.adsb.message import Fields
from truceline.terms.place import Site
from truceline.terms.time import NS_PER_S

Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
PAIR_NS = 10 * NS_PER_S
PLACE_NS = 60 * NS_PER_S
VELOCITY_NS = 2 * NS_PER_S
SAID_NS = 600 * NS_PER_S
TAKEN_NS = 10 * NS_PER_S
SPEED_MPS = 600.0
SLACK_M = 1_000.0
REACH_M = 700_000.0
LOCAL_M = 333_000.0
SURFACE_M = 83_000.0


class Resolved(msgspec.Struct, frozen=True):
    """What the stream gave for each message, shapes (n,).

    Place in degrees (NaN: none), and for messages with a place the message numbers whose velocity,
    callsign, mode A code
    and NACp hold for it (-1: none). ``taken`` marks messages whose content stands in a later row.
    """

    lat_deg: Floats
    lon_deg: Floats
    velocity: Numbers
    label: Numbers
    squawk: Numbers
    nacp: Numbers
    taken: npt.NDArray[np.bool_]


def resolve(fields: Fields, use: npt.NDArray[np.bool_], time_ns: Numbers, site: Site | None) -> Resolved:
    """Return places and attachments of the messages marked ``use``, in stream order."""
    count = len(time_ns)
    lat, lon = np.full(count, math.nan), np.full(count, math.nan)
    held, taken = np.full((count, 4), -1, np.int64), np.zeros(count, np.bool_)
    rows = np.flatnonzero(use)
    _, who = np.unique(fields.address[rows], return_inverse=True)
    where = (site.lat_deg, site.lon_deg) if site else (math.nan, math.nan)
    says = np.zeros(count, np.int64)
    says[fields.code == 19] = 1
    says[(fields.code >= 1) & (fields.code <= 4)] = 2
    says[fields.squawk >= 0] = 3
    says[fields.nacp >= 0] = 4
    cpr = np.stack(
        [fields.odd, fields.lat_cpr, fields.lon_cpr, ((fields.code >= 5) & (fields.code <= 8))], axis=1
    )
    _resolve(rows, who, cpr.astype(np.int64), says, fields.form, time_ns, where, lat, lon, held, taken)
    velocity, label, squawk, nacp = (np.ascontiguousarray(held[:, place]) for place in range(4))
    return Resolved(lat, lon, velocity, label, squawk, nacp, taken)


@numba.njit(cache=True)
def _fits(lat: float, lon: float, last: Floats, time_ns: int, last_ns: int) -> bool:
    return distance_m(lat, lon, last[0], last[1]) <= SLACK_M + SPEED_MPS * abs(time_ns - last_ns) / NS_PER_S


@numba.njit(cache=True)
def _candidate(
    cpr: Numbers, partner: Numbers, near: Floats, near_ok: bool, site: tuple[float, float]
) -> tuple[float, float]:
    """Return the place of one message, NaN when nothing resolves it; a missing ``partner`` has odd = -1."""
    odd, surface = cpr[0], cpr[3] == 1
    lat, lon = math.nan, math.nan
    if partner[0] >= 0 and not surface:
        even, other = (partner, cpr) if odd else (cpr, partner)
        lat, lon = pair(even[1], even[2], other[1], other[2], odd == 1)
    if math.isnan(lat) and near_ok:
        lat, lon = local(cpr[1], cpr[2], odd, surface, near[0], near[1])
    if math.isnan(lat) and not math.isnan(site[0]):
        lat, lon = local(cpr[1], cpr[2], odd, surface, site[0], site[1])
        if distance_m(lat, lon, site[0], site[1]) > (SURFACE_M if surface else LOCAL_M):
            lat, lon = math.nan, math.nan
    if abs(lat) > 90.0 or (not math.isnan(site[0]) and distance_m(lat, lon, site[0], site[1]) > REACH_M):
        lat, lon = math.nan, math.nan
    return lat, lon


@numba.njit(cache=True)
def _resolve(
    rows: Numbers,
    who: Numbers,
    cpr: Numbers,
    says: Numbers,
    form: Numbers,
    time_ns: Numbers,
    site: tuple[float, float],
    lat: Floats,
    lon: Floats,
    held: Numbers,
    taken: npt.NDArray[np.bool_],
) -> None:
    count = who.max() + 1 if len(who) else 0
    last, rival = np.full((count, 2), math.nan), np.full((count, 2), math.nan)
    last_ns, rival_ns = np.zeros(count, np.int64), np.zeros(count, np.int64)
    parts = np.full((count, 2, 2), -1, np.int64)  # newest message of (airborne, surface) x (even, odd)
    said = np.full((count, 5), -1, np.int64)
    none = np.full(4, -1, np.int64)
    for step in range(len(rows)):
        row, one = rows[step], who[step]
        now = time_ns[row]
        if says[row]:
            said[one, says[row]] = row
        if cpr[row, 0] < 0:
            continue
        surface, odd = cpr[row, 3], cpr[row, 0]
        other = parts[one, surface, 1 - odd]
        partner = cpr[other] if other >= 0 and abs(now - time_ns[other]) <= PAIR_NS else none
        parts[one, surface, odd] = row
        near_ok = not math.isnan(last[one, 0]) and abs(now - last_ns[one]) <= PLACE_NS
        place = _candidate(cpr[row], partner, last[one], near_ok, site)
        if math.isnan(place[0]):
            continue
        if not math.isnan(last[one, 0]) and not _fits(place[0], place[1], last[one], now, last_ns[one]):
            agreed = not math.isnan(rival[one, 0]) and _fits(
                place[0], place[1], rival[one], now, rival_ns[one]
            )
            rival[one, 0], rival[one, 1], rival_ns[one] = place[0], place[1], now
            if not agreed:
                continue
        last[one, 0], last[one, 1], last_ns[one], rival[one, 0] = place[0], place[1], now, math.nan
        lat[row], lon[row] = place
        _attach(row, now, said[one], time_ns, form, held, taken)


@numba.njit(cache=True)
def _attach(
    row: int,
    now: int,
    said: Numbers,
    time_ns: Numbers,
    form: Numbers,
    held: Numbers,
    taken: npt.NDArray[np.bool_],
) -> None:
    for kind in range(1, 5):
        message = said[kind]
        if message < 0:
            continue
        age = now - time_ns[message]
        if age > (VELOCITY_NS if kind == 1 else SAID_NS):
            continue
        held[row, kind - 1] = message
        if kind == 1:
            said[1] = -1
        if kind < 4 and age <= TAKEN_NS and form[message] in {17, 18}:
            taken[message] = True
