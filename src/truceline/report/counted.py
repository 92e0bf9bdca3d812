"""Counts and rates: raw counts beside rates per observed hour and per 1000 km2 h, with exact Poisson intervals.

    E            sum over cells and steps of P(seen) x cell area x step          observed km2 h
    rate         n / E, n the counted events that fell where and when P > 0      (what nobody watched counts in no rate)
    per hour     n / (E / area): per hour in which the whole area is observed
    interval     [gamma^-1(n, 0.05), gamma^-1(n + 1, 0.95)] / E, exact at 90 %  (Garwood, Biometrika 28, 1936)
Halved observation halves n and E, so the rate stays and its interval widens. E is summed exactly (``math.fsum``), since the
order of additions must not reach the paper.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import gammaincinv

from truceline.agreement.clauses import Cease, Exclude
from truceline.coverage.coverage import Coverage
from truceline.means.observations import KNOWN
from truceline.picture.picture import source_numbers
from truceline.report.day import Day
from truceline.report.figures import Announced, Event, Rate
from truceline.report.unobserved import known_end
from truceline.terms.classes import BY_NAME, NAMES
from truceline.terms.faults import Refusal
from truceline.terms.place import to_geographic
from truceline.terms.quantity import text
from truceline.terms.time import NS_PER_HOUR, NS_PER_S, format_time
from truceline.verify.finding import Finding
from truceline.verify.margins import inside_probability, mask_of, shape_of
from truceline.verify.notices import Announced as Notice
from truceline.verify.notices import announced, covers

LOW, HIGH = 0.05, 0.95
THEATRE = ""
Mask = npt.NDArray[np.bool_]


def interval(count: int, exposure: float) -> tuple[float, float, float]:
    """Return (rate, low, high) of a count over an exposure: exact two-sided 90 % Poisson interval."""
    low = float(gammaincinv(count, LOW)) if count else 0.0
    return count / exposure, low / exposure, float(gammaincinv(count + 1, HIGH)) / exposure


def figure(value: float) -> str:
    """Return a number with three significant digits, without exponent."""
    if value == 0.0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return text(value, min(digits, 6))


def observed_km2h(coverage: Coverage, name: str, mask: Mask, start_ns: int, end_ns: int) -> float:
    """Return area x time x detection of a class over cells and [start_ns, end_ns), in km2 h, summed exactly."""
    first, last = coverage.steps_in(start_ns, end_ns)
    if name not in coverage.classes or last <= first:
        return 0.0
    held = coverage.probability[coverage.classes.index(name), first:last][:, mask]
    step_h = coverage.step_ns / NS_PER_HOUR
    return math.fsum(held.ravel().tolist()) * (coverage.grid.cell_m / 1000.0) ** 2 * step_h


def notices_of(day: Day) -> tuple[Notice, ...]:
    """Return the readable notices in force, in order of digest."""
    bodies = [r.body for r in day.records if r.kind == "notice" and r.effective_ns <= day.known_ns]
    return announced(day.agreement, bodies, day.theatre)


def events_of(day: Day, notices: Sequence[Notice], whole: Sequence[Finding]) -> tuple[Event, ...]:
    """Return the day's events in order of time; ``whole`` are the findings of the whole day that may count them."""
    tracks, states, held = day.events.tracks, day.events.states, day.observations
    begun = (tracks["first_ns"] >= day.start_ns) & (tracks["first_ns"] < day.end_ns)
    last = np.zeros(len(tracks), np.int64)
    last[states["track"]] = np.arange(len(states))  # states are in order of time: the last one stands
    found = []
    for row in np.flatnonzero(begun).tolist():
        place = last[row : row + 1]
        rows = states["observation"][states["track"] == row]
        rows = rows[rows >= 0]
        east, north = states["east_m"][place], states["north_m"][place]
        lat, lon = to_geographic(day.theatre, east, north)
        number = int(tracks["object_class"][row])
        name = NAMES[number] if number >= 0 else ""
        start_ns, end_ns = int(tracks["first_ns"][row]), int(tracks["last_ns"][row])
        notice = next((n for n in notices if covers(n, (name,), start_ns, end_ns, east, north)), None)
        seen = _seen(day.coverage, name, start_ns, float(east[0]), float(north[0]))
        found.append(
            Event(
                tracks["id"][row].decode(),
                format_time(start_ns),
                int(held["time_sigma_ns"][rows].max()) // NS_PER_S if len(rows) else 0,
                name,
                tracks["label"][row].decode("utf-8", "replace"),
                text(float(lat[0]), 3),
                text(float(lon[0]), 3),
                tuple(day.sources[n].name for n in source_numbers(int(tracks["sources"][row]))),
                tuple(KNOWN[n] for n in np.unique(held["known"][rows]).tolist()),
                len(rows),
                notice.notice.notice if notice else "",
                seen,
                bool(tracks["simulated"][row]),
                tuple(f.id for f in whole if _counts(day, f, name) and _inside(day, f.area, row, place)),
            )
        )
    return tuple(sorted(found, key=lambda event: (event.time, event.id)))


def announced_of(day: Day, notices: Sequence[Notice], events: Sequence[Event]) -> tuple[Announced, ...]:
    """Return the notices that touch the day."""
    return tuple(
        Announced(
            n.notice.notice,
            n.notice.party,
            n.notice.activity,
            n.notice.start,
            n.notice.end,
            n.notice.text,
            sum(event.notice == n.notice.notice for event in events),
        )
        for n in sorted(notices, key=lambda item: (item.start_ns, item.notice.notice))
        if n.start_ns < day.end_ns and n.end_ns > day.start_ns
    )


def rates_of(day: Day, whole: Sequence[Finding], events: Sequence[Event]) -> tuple[Rate, ...]:
    """Return counts and rates: per clause that counts events or flights, then per class over the whole theatre."""
    rates = []
    for finding in whole:
        clause = day.agreement.clause(finding.clause)
        counts = dict(finding.counts)
        if isinstance(clause, Cease):
            for what, names in (("events", clause.classes), ("indications", clause.indications)):
                own = [e for e in events if e.object_class in names and finding.id in e.findings]
                rates.append(_rate(day, what, finding, finding.area, (names or ("",))[0], own))
        elif isinstance(clause, Exclude) and BY_NAME[clause.classes[0]].lane == "air" and "tracks" in counts:
            rates += [_flights(day, what, finding, counts) for what in ("uninvited", "doubtful")]
    for name in NAMES:
        own = [event for event in events if event.object_class == name]
        if own or name in ("shot", "fire"):
            rates.append(_rate(day, "theatre", None, THEATRE, name, own))
    return tuple(rates)


def _counts(day: Day, finding: Finding, name: str) -> bool:
    """Whether a finding speaks of events or objects of a class."""
    clause = day.agreement.clause(finding.clause)
    named = (*getattr(clause, "classes", ()), *getattr(clause, "indications", ()))
    return name in named and BY_NAME[name].lane != "air"


def _inside(day: Day, area: str, row: int, place: npt.NDArray[np.int64]) -> bool:
    """Whether an event's last state lies in an area by the rule of the judge."""
    del row
    states = day.events.states
    try:
        shape = shape_of(day.agreement, day.agreement.area(area), day.theatre)
    except Refusal:
        return False
    spread = [states[name][place] for name in ("cov_ee_m2", "cov_en_m2", "cov_nn_m2")]
    inside, _ = inside_probability(shape, states["east_m"][place], states["north_m"][place], *spread)
    return bool(inside[0] >= 0.5)


def _seen(coverage: Coverage, name: str, time_ns: int, east_m: float, north_m: float) -> bool:
    """Whether somebody watched for the class at that place and time."""
    cell = int(coverage.grid.cell_of(np.array([east_m]), np.array([north_m]))[0])
    step = (time_ns - coverage.start_ns) // coverage.step_ns
    if cell < 0 or not 0 <= step < coverage.steps or name not in coverage.classes:
        return False
    return bool(coverage.probability[coverage.classes.index(name), step, cell] > 0.0)


def _mask(day: Day, area: str) -> Mask:
    grid = day.coverage.grid
    if area == THEATRE:
        return np.ones(grid.rows * grid.columns, dtype=bool)
    return mask_of(shape_of(day.agreement, day.agreement.area(area), day.theatre), grid)[0]


def _rate(
    day: Day, what: str, finding: Finding | None, area: str, name: str, events: Sequence[Event]
) -> Rate:
    rest = [event for event in events if not event.notice]
    watched = sum(event.watched for event in rest)
    return _filled(day, what, finding, area, name, (len(events), len(events) - len(rest), watched))


def _flights(day: Day, what: str, finding: Finding, counts: dict[str, int]) -> Rate:
    """Tracks are made by sensors that watched, so all of them count as watched where anybody did."""
    count = counts.get(what, 0)
    return _filled(day, what, finding, finding.area, finding.object_class, (count, 0, count))


def _filled(
    day: Day, what: str, finding: Finding | None, area: str, name: str, counted: tuple[int, int, int]
) -> Rate:
    mask = _mask(day, area)
    count, notified, watched = counted
    exposure = observed_km2h(day.coverage, name, mask, day.start_ns, known_end(day))
    area_km2 = int(mask.sum()) * (day.coverage.grid.cell_m / 1000.0) ** 2
    per_hour: tuple[str, ...] = ()
    per_1000: tuple[str, ...] = ()
    if exposure > 0.0 and area_km2 > 0.0:
        per_hour = tuple(figure(value) for value in interval(watched, exposure / area_km2))
        per_1000 = tuple(figure(value) for value in interval(watched, exposure / 1000.0))
    return Rate(
        what,
        finding.clause if finding else "",
        area,
        name,
        count,
        notified,
        watched if exposure > 0.0 else 0,
        text(area_km2, 0),
        figure(exposure) if exposure < 100.0 else text(exposure, 0),
        figure(exposure / area_km2) if area_km2 > 0.0 else "0",
        per_hour,
        per_1000,
        finding.id if finding else "",
    )
