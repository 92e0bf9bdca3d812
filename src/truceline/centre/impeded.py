"""Which of the Watches can be believed: proof of sight on targets of opportunity, frozen pictures, clocks, weather.

    sight    aircraft that say where they are, at PLAIN_M or higher, where the declared model gives a radar half or more:
             ``coverage.trust`` keeps the running share; blind in one of EIGHTHS of the bearings only: jammed there
    frozen   over half of a minute's plots, MANY or more, stand exactly (range, azimuth) where they stood one look before
    clock    a minute's median lag between a body's stamp and its own times is CLOCK_S off the source's usual lag
What is found takes coverage away and is told as a check of the kind "impeded": an impediment, never a violation.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby, pairwise

import msgspec
import numpy as np
import numpy.typing as npt

from truceline.coverage.instant import chance_at, is_receiver
from truceline.coverage.terrain import Terrain
from truceline.coverage.trust import Running, running, trusted
from truceline.coverage.weather import Report, read_weather, weathered
from truceline.means.observations import KIND
from truceline.means.source import Source
from truceline.means.watch import IMPEDED, Sector, Watch
from truceline.picture.checks.check import DEFAULT, FLAG, Check, in_order
from truceline.picture.checks.claims import claims_of
from truceline.picture.checks.ghost import looked
from truceline.picture.checks.misses import HEARD
from truceline.record.record import Record
from truceline.terms.classes import BY_NAME
from truceline.terms.columns import Columns
from truceline.terms.faults import Refusal
from truceline.terms.place import Theatre, convergence_rad, to_grid
from truceline.terms.time import NS_PER_MINUTE, NS_PER_S

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
LARGE = BY_NAME["aircraft"]
PLAIN_M = 4_000.0
HALF = 0.5
EIGHTHS = 8
MANY = 8
CLOCK_S = 5.0
TOLD = {
    "blind": "alive, yet sees nothing of what is there",
    "jammed": "alive, yet sees nothing in a bearing",
    "frozen": "its picture stands still",
    "clock": "its clock is astray",
}


def believed(
    observations: Columns,
    watches: Sequence[Watch],
    records: Sequence[Record],
    sources: Sequence[Source],
    theatre: Theatre,
    period: tuple[int, int],
    terrain: Terrain | None = None,
) -> tuple[Watch, ...]:
    """Return the Watches with the trust that they earn, the weather they looked through, and what impedes them."""
    stamps = np.array([record.stamp_ns for record in records], np.int64)
    estimates = sights(observations, watches, sources, theatre, period, terrain)
    found: list[Watch] = []
    for number, source in enumerate(sources):
        own = [watch for watch in watches if watch.source == source.name]
        for bearings, estimate in estimates.get(source.name, ()):
            own = trusted(own, estimate, bearings)
        minutes = _minutes(period)
        own = _lost(own, period, frozen(observations, number, source, period, minutes), "frozen")
        own = _lost(own, period, astray(observations, number, source, stamps, period, minutes), "clock")
        found += own
    # what the source's name does not declare stays as it is: it covers nothing anyway
    names = {source.name for source in sources}
    found += [watch for watch in watches if watch.source not in names]
    return tuple(weathered(found, weather_in(records), theatre))


def weather_in(records: Sequence[Record]) -> list[Report]:
    """Return the readable weather among the notices; what cannot be weather is none."""
    found = []
    for record in records:
        if record.kind == "notice":
            try:
                report = read_weather(record.body)
            except Refusal:
                continue
            found += [report] if report is not None else []
    return found


def is_weather(body: bytes) -> bool:
    """Return whether a notice's body is a readable report of weather."""
    try:
        return read_weather(body) is not None
    except Refusal:
        return False


def sights(
    observations: Columns,
    watches: Sequence[Watch],
    sources: Sequence[Source],
    theatre: Theatre,
    period: tuple[int, int],
    terrain: Terrain | None = None,
) -> dict[str, list[tuple[tuple[tuple[float, float], ...], Running]]]:
    """Return each radar's running estimate, and one for every eighth of its bearings, by source; none for other sources."""
    claims = claims_of(observations)
    found = {}
    for number, source in enumerate(sources):
        own = [w for w in watches if w.source == source.name and isinstance(w.footprint, Sector)]
        if is_receiver(source) or source.site is None or source.detection.model != "radar" or not own:
            continue
        look_s = max(source.detection.look_s, 0.1)
        looks = looked(observations, claims, number, look_s, DEFAULT)
        when, east, north = (observations[name][looks.row] for name in ("time_ns", "east_m", "north_m"))
        height = observations["pressure_altitude_m"][looks.row]
        chance = chance_at(
            own, source, theatre, when, east, north, height, LARGE.rcs_m2, LARGE.height_m, terrain
        )
        good = np.flatnonzero((height >= PLAIN_M) & (chance >= HALF * source.detection.ceiling))
        good = good[np.lexsort((looks.row[good], when[good]))]
        site_east, site_north = to_grid(
            theatre, np.array([source.site.lat_deg]), np.array([source.site.lon_deg])
        )
        turn = convergence_rad(theatre, source.site)
        bearing = np.arctan2(east[good] - site_east[0], north[good] - site_north[0]) + turn
        eighth = np.floor((bearing % (2 * math.pi)) / (2 * math.pi / EIGHTHS)).astype(np.int64) % EIGHTHS
        seen, spread = looks.status[good] == HEARD, source.detection.spread
        whole = running(when[good], seen, chance[good], *period, spread)
        held: list[tuple[tuple[tuple[float, float], ...], Running]] = []
        for part in range(EIGHTHS):
            rows = good[eighth == part]
            some = running(when[rows], seen[eighth == part], chance[rows], *period, spread)
            if some.blind.any():
                width = 2 * math.pi / EIGHTHS
                held.append((((part * width, (part + 1) * width),), some))
        found[source.name] = [((), whole), *held]
    return found


def frozen(
    observations: Columns, number: int, source: Source, period: tuple[int, int], minutes: int
) -> Flags:
    """Return per minute whether a radar repeats the plots of its look before."""
    kinds = np.isin(observations["kind"], [KIND["plot"], KIND["reply"]])
    rows = np.flatnonzero(kinds & (observations["source"] == number) & np.isfinite(observations["range_m"]))
    out = np.zeros(minutes, np.bool_)
    if not len(rows):
        return out
    when, reach, azimuth = (observations[name][rows] for name in ("time_ns", "range_m", "azimuth_rad"))
    order = np.lexsort((when, azimuth, reach))
    when, reach, azimuth = when[order], reach[order], azimuth[order]
    look_ns = max(source.detection.look_s, 0.1) * NS_PER_S
    again = np.zeros(len(rows), np.bool_)
    same = (np.diff(reach) == 0.0) & (np.diff(azimuth) == 0.0)
    # at least half a look later: a datagram that comes twice is no frozen picture
    again[1:] = same & (np.diff(when) <= 1.5 * look_ns) & (np.diff(when) >= 0.5 * look_ns)
    minute = (when - period[0]) // NS_PER_MINUTE
    inside = (minute >= 0) & (minute < minutes)
    plots = np.bincount(minute[inside], minlength=minutes)
    repeated = np.bincount(minute[inside & again], minlength=minutes)
    return np.asarray((plots >= MANY) & (2 * repeated > plots))


def astray(
    observations: Columns,
    number: int,
    source: Source,
    stamps: Ints,
    period: tuple[int, int],
    minutes: int,
) -> Flags:
    """Return per minute whether a live source's own times lie off their stamps by other than usual."""
    out = np.zeros(minutes, np.bool_)
    kinds = np.isin(observations["kind"], [KIND["plot"], KIND["reply"]])
    rows = np.flatnonzero(kinds & (observations["source"] == number))
    if source.door.startswith("file:") or not len(rows):
        return out
    seq = observations["seq"][rows]
    known = (seq >= 0) & (seq < len(stamps))
    rows, seq = rows[known], seq[known]
    lag_s = (stamps[seq] - observations["time_ns"][rows]) / NS_PER_S
    minute = (stamps[seq] - period[0]) // NS_PER_MINUTE
    medians = []
    for now in np.unique(minute).tolist():
        medians.append((int(now), float(np.median(lag_s[minute == now]))))
    usual = float(np.median([lag for _, lag in medians]))
    for now, lag in medians:
        if 0 <= now < minutes and abs(lag - usual) > CLOCK_S:
            out[now] = True
    return out


def impediments(watches: Sequence[Watch], sources: Sequence[Source], theatre: Theatre) -> tuple[Check, ...]:
    """Return one check of the kind "impeded" for each unbroken stretch in which a source was alive and no witness."""
    ill = sorted((w.source, w.health, w.start_ns, w.end_ns) for w in watches if w.health in IMPEDED)
    places = {source.name: source.site for source in sources}
    checks = []
    for (name, health), group in groupby(ill, key=lambda item: item[:2]):
        runs: list[tuple[int, int]] = []
        for _, _, start, end in group:
            if runs and start <= runs[-1][1] + NS_PER_MINUTE:
                runs[-1] = (runs[-1][0], max(end, runs[-1][1]))
            else:
                runs.append((start, end))
        site = places.get(name)
        east, north = (math.nan, math.nan) if site is None else _place(theatre, site.lat_deg, site.lon_deg)
        for start, end in runs:
            reason = f"{name}: {TOLD[health]}"
            checks.append(
                Check("impeded", FLAG, reason, start, start, end, "", -1, east, north, 1.0, 1.0, ())
            )
    return in_order(checks)


def _place(theatre: Theatre, lat_deg: float, lon_deg: float) -> tuple[float, float]:
    east, north = to_grid(theatre, np.array([lat_deg]), np.array([lon_deg]))
    return float(np.rint(east[0])), float(np.rint(north[0]))


def _minutes(period: tuple[int, int]) -> int:
    return max(1, -(-(period[1] - period[0]) // NS_PER_MINUTE))


def _lost(watches: Sequence[Watch], period: tuple[int, int], wrong: Flags, health: str) -> list[Watch]:
    """The Watches cut at the wrong minutes, which are alive and no witness."""
    if not wrong.any():
        return list(watches)
    edge = np.flatnonzero(np.diff(np.concatenate([[0], wrong.astype(int), [0]])))
    runs = [
        (period[0] + int(a) * NS_PER_MINUTE, period[0] + int(b) * NS_PER_MINUTE)
        for a, b in edge.reshape(-1, 2)
    ]
    found = []
    for watch in watches:
        inner = [t for run in runs for t in run if watch.start_ns < t < watch.end_ns]
        cuts = sorted({watch.start_ns, watch.end_ns, *inner})
        for start, end in pairwise(cuts):
            part = msgspec.structs.replace(watch, start_ns=start, end_ns=end)
            ill = any(a <= start and end <= b for a, b in runs)
            found.append(msgspec.structs.replace(part, health=health, trust=1.0) if ill else part)
    return found
