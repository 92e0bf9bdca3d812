"""Hours: the day on one axis, with every source's gaps; the sources themselves; and what calls for attention.

A source whose looks are sectors or cones should be heard all the time, one whose looks are visits or passes should not; so
silence of the one is an outage and of the other is only "no visit" or "no pass". Neither is ever drawn as watched.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from truceline.agreement.clauses import JUDGED, kind_of
from truceline.desk.answers import (
    AlertAnswer,
    AlertsAnswer,
    ClauseTime,
    SourceAnswer,
    SourcesAnswer,
    SourceTime,
    Stretch,
    TimelineAnswer,
)
from truceline.desk.clauses import URGENT_NS, board_of, classes_of, is_whole_day, spans_of
from truceline.desk.findings import detection_of
from truceline.desk.plain import ms
from truceline.desk.sayings import said
from truceline.desk.shelf import Page
from truceline.means.source import Source
from truceline.means.watch import Area, Cone, Sector, Swath, Watch
from truceline.terms.time import NS_PER_S

MOST_CLAUSES = 4
MOST_ALERTS = 60
MISSED_BEATS = 2


def timeline_of(page: Page, clause: str = "") -> TimelineAnswer:
    """Return the day on one axis; the share is that of the named clause's first area, else of the first excluded one.

    Raises:
        Refusal: there is no such clause.
    """
    day = page.day
    chosen = day.agreement.clause(clause) if clause else None
    measured = [
        held for held in day.agreement.clauses if classes_of(held) and held.area and kind_of(held) in JUDGED
    ]
    if chosen is None or chosen not in measured:
        measured.sort(key=lambda held: kind_of(held) != "EXCLUDE")
        subject = measured[0] if measured else None
    else:
        subject = chosen
    area = subject.area[0] if subject else ""
    name = classes_of(subject)[0] if subject else ""
    share = detection_of(page, area, name, day.start_ns, day.end_ns) if subject else ()
    required = day.agreement.minimum_detection(subject) if subject and subject.required_detection else None
    rows = [
        ClauseTime(held.id, held.article, held.title, place, spans_of(day, held.id, place))
        for held in day.agreement.clauses
        for place in dict.fromkeys(
            f.area for f in day.findings if f.clause == held.id and not is_whole_day(day, f)
        )
    ]
    rows.sort(key=lambda row: (row.clause != clause, *_silent_verdicts(row)))
    return TimelineAnswer(
        start_ms=ms(day.start_ns),
        end_ms=ms(day.end_ns),
        now_ms=ms(day.known_ns),
        area=area,
        area_name=day.agreement.area(area).name if area else {},
        object_class=name,
        required=required,
        share=share,
        share_mean=round(float(np.mean([point.detection for point in share])), 3) if share else None,
        clauses=tuple(rows[:MOST_CLAUSES]),
        sources=tuple(_source_time(page, source) for source in day.sources),
    )


def sources_of(page: Page) -> SourcesAnswer:
    """Return all sources in the order of the configuration."""
    day = page.day
    seen = np.bincount(np.maximum(day.observations["source"].astype(np.int64), 0), minlength=len(day.sources))
    faults: dict[str, int] = {}
    for fault in day.faults:
        faults[fault.source] = faults.get(fault.source, 0) + 1
    rows = []
    for number, source in enumerate(day.sources):
        watches = _watches(page, source)
        last = max((min(watch.end_ns, day.known_ns) for watch in watches), default=None)
        long = max(1, min(day.known_ns, day.end_ns) - day.start_ns)
        rows.append(
            SourceAnswer(
                name=source.name,
                means=source.means,
                home=source.home,
                lon=source.site.lon_deg if source.site else None,
                lat=source.site.lat_deg if source.site else None,
                range_m=source.detection.range_m if source.site and is_steady(source, watches) else 0.0,
                state=_state(page, source, watches, last),  # type: ignore[arg-type]
                last_ms=ms(last) if last is not None else None,
                watched=round(sum(end - start for start, end in _union(page, watches)) / long, 3),
                observations=int(seen[number]) if number < len(seen) else 0,
                faults=faults.get(source.name, 0),
                simulated=source.simulated,
                owner=source.shares.owner,
                link=source.shares.link,
            )
        )
    return SourcesAnswer(tuple(rows))


def alerts_of(page: Page) -> AlertsAnswer:
    """Return what calls for attention: violated, near deadlines, silent sources, indications, unreadable input."""
    alerts = [*_violations(page), *_deadlines(page), *_silences(page)]
    return AlertsAnswer(tuple(alerts[:MOST_ALERTS]))


def is_steady(source: Source, watches: Sequence[Watch]) -> bool:
    """Return whether a source should be heard all the time."""
    if watches:
        return isinstance(watches[0].footprint, Sector | Cone)
    return source.site is not None


def _silent_verdicts(row: ClauseTime) -> tuple[bool, bool]:
    """Rows in which something was decided come before rows that read "not verified" throughout."""
    verdicts = {span.verdict for span in row.spans}
    return "violated" not in verdicts, "compliant" not in verdicts


def _state(page: Page, source: Source, watches: Sequence[Watch], last_ns: int | None) -> str:
    day = page.day
    now_ns = min(day.known_ns, day.end_ns)
    if not is_steady(source, watches):
        return "up" if last_ns is not None and last_ns >= now_ns else "not due"
    if last_ns is None or now_ns - last_ns > MISSED_BEATS * source.heartbeat_s * NS_PER_S:
        return "off"
    newest = max(watches, key=lambda watch: watch.end_ns)
    return "degraded" if newest.health == "degraded" else "up"


def _watches(page: Page, source: Source) -> list[Watch]:
    day = page.day
    return [
        w
        for w in day.watches
        if w.source == source.name and w.start_ns < day.end_ns and w.end_ns > day.start_ns
    ]


def _union(page: Page, watches: Sequence[Watch]) -> list[tuple[int, int]]:
    """Stretches of watching within the day so far, touching ones joined."""
    day = page.day
    end_ns = min(day.known_ns, day.end_ns)
    joined: list[tuple[int, int]] = []
    for start, end in sorted((max(w.start_ns, day.start_ns), min(w.end_ns, end_ns)) for w in watches):
        if end <= start:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _source_time(page: Page, source: Source) -> SourceTime:
    day = page.day
    watches = _watches(page, source)
    stretches = _union(page, watches)
    ill = [w for w in watches if w.health == "degraded"]
    reason = _silence(page, source, watches)
    edges = [
        day.start_ns,
        *(edge for stretch in stretches for edge in stretch),
        min(day.known_ns, day.end_ns),
    ]
    least_ns = round(source.heartbeat_s * NS_PER_S) if is_steady(source, watches) else 0
    gaps = [
        (start, end)
        for start, end in zip(edges[::2], edges[1::2], strict=True)
        if end - start > least_ns and end > start
    ]
    return SourceTime(
        source.name,
        tuple(Stretch(ms(start), ms(end), _health(ill, start, end)) for start, end in stretches),
        tuple(Stretch(ms(start), ms(end), reason) for start, end in gaps),
    )


def _health(ill: Sequence[Watch], start_ns: int, end_ns: int) -> str:
    return "degraded" if any(w.start_ns < end_ns and w.end_ns > start_ns for w in ill) else "up"


def _silence(page: Page, source: Source, watches: Sequence[Watch]) -> str:
    if not watches:
        spoke = bool((page.day.observations["source"] == page.day.sources.index(source)).any())
        return "no watch" if spoke else "not heard"
    if isinstance(watches[0].footprint, Swath):
        return "no pass"
    return "no patrol" if isinstance(watches[0].footprint, Area) else "outage"


def _violations(page: Page) -> list[AlertAnswer]:
    """Violated parts of the day newest first, the whole day where it has no violated parts; then indications."""
    day = page.day
    titles = {clause.id: clause for clause in day.agreement.clauses}
    found = []
    for verdict in ("violated", "not verified"):
        told = [f for f in day.findings if f.verdict == verdict and (verdict == "violated" or f.indication)]
        parts = {(f.clause, f.area) for f in told if not is_whole_day(day, f)}
        for finding in sorted(told, key=lambda f: (-f.end_ns, f.clause, f.id)):
            if is_whole_day(day, finding) and (finding.clause, finding.area) in parts:
                continue
            clause = titles[finding.clause]
            found.append(
                AlertAnswer(
                    id=finding.id,
                    kind="violated" if verdict == "violated" else "indication",
                    at_ms=ms(_first_seen(page, finding.evidence) or finding.start_ns),
                    clause=finding.clause,
                    article=clause.article,
                    title=clause.title,
                    area=finding.area,
                    finding=finding.id,
                    source="",
                    reason=said(finding.reason, page.voices),
                    amount=None,
                )
            )
    return found


def _first_seen(page: Page, evidence: Sequence[tuple[str, int]]) -> int:
    rows = [page.row_of(content, item) for content, item in evidence[:1]]
    return int(page.day.observations["time_ns"][rows[0]]) if rows and rows[0] >= 0 else 0


def _deadlines(page: Page) -> list[AlertAnswer]:
    now = ms(page.day.known_ns)
    return [
        AlertAnswer(
            f"deadline-{row.clause}-{row.area}", "deadline", row.deadline_ms, row.clause, row.article, row.title, row.area,
            row.finding, "", row.reason, None,
        )
        for row in board_of(page).rows
        if row.deadline_ms is not None and 0 <= row.deadline_ms - now < ms(URGENT_NS) and row.verdict != "compliant"
    ]  # fmt: skip


def _silences(page: Page) -> list[AlertAnswer]:
    rows = sources_of(page).rows
    silent = []
    for row in rows:
        if row.state == "off":
            heard = row.last_ms is not None
            at = row.last_ms if row.last_ms is not None else ms(page.day.start_ns)
            why = {"cause": "outage" if heard else "not heard"}
            silent.append(
                AlertAnswer(f"off-{row.name}", "source off", at, "", "", {}, "", "", row.name, why, None)
            )
    last: dict[str, int] = {}
    for fault in page.day.faults:
        stamp_ns = page.day.records[fault.seq].stamp_ns if 0 <= fault.seq < len(page.day.records) else 0
        last[fault.source] = max(last.get(fault.source, 0), stamp_ns)
    unread = [
        AlertAnswer(
            f"faults-{row.name}",
            "faults",
            ms(last[row.name]),
            "",
            "",
            {},
            "",
            "",
            row.name,
            {},
            float(row.faults),
        )
        for row in rows
        if row.faults
    ]
    return [*silent, *unread]
