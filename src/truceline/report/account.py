"""The account of a day: every figure of its report, computed once from the Day, for all languages and formats."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from truceline.agreement.calendar import deadline_ns
from truceline.agreement.clauses import Act, Reach, kind_of
from truceline.cases.case import Case, Complaint
from truceline.means.source import Source
from truceline.report.counted import announced_of, events_of, notices_of, rates_of
from truceline.report.day import Day
from truceline.report.figures import (
    SCHEMA,
    Clause,
    Due,
    Hour,
    Opened,
    Report,
    Sealed,
    SourceDay,
    Told,
)
from truceline.report.flags import checked_of, flagged_of
from truceline.report.unobserved import (
    clause_gaps,
    hours_of,
    is_steady,
    known_end,
    silences_of,
    source_gaps,
    unobserved,
    watched_ns,
)
from truceline.terms.time import NS_PER_S, format_time, zone
from truceline.verify.finding import VERDICTS, Finding
from truceline.verify.norms import states_of

MOST_REASONS = 5
Pair = tuple[str, str]


def build(day: Day) -> Report:
    """Return all figures of a day's report."""
    whole, hourly = _whole_and_hourly(day)
    silences = silences_of(day)
    notices = notices_of(day)
    events = events_of(day, notices, whole)
    gaps = source_gaps(silences)
    for pair in hourly:
        gaps += clause_gaps(day, hourly[pair], silences)
    cases = tuple(_opened(day, case) for case in day.cases)
    agreement = day.agreement
    local = [civil_clock(at_ns, agreement.time_zone) for at_ns in (day.start_ns, day.end_ns)]
    known = {source.name for source in day.sources}
    return Report(
        schema=SCHEMA,
        exercise=day.exercise,
        simulated=is_simulated(day),
        part=day.part,
        day=day.day,
        start=format_time(day.start_ns),
        end=format_time(day.end_ns),
        known=format_time(day.known_ns),
        complete=known_end(day) >= day.end_ns,
        stage=_stage(day),
        mode=day.seal.mode if day.seal else "",
        blind=not any(f.watched > 0.0 for f in day.findings) and not day.coverage.looks,
        time_zone=agreement.time_zone,
        local_start=local[0],
        local_end=local[1],
        agreement=agreement.id,
        agreement_version=agreement.version,
        agreement_title=agreement.title,
        applied=agreement.applied,
        parties={party.id: party.name for party in agreement.parties},
        areas={area.id: area.name for area in agreement.areas},
        parts=tuple(guarantor.part for guarantor in agreement.guarantors),
        verdicts=tuple((verdict, sum(f.verdict == verdict for f in day.findings)) for verdict in VERDICTS),
        unobserved=tuple(unobserved(finding, known_end(day)) for finding in whole),
        gaps=tuple(gaps),
        clauses=tuple(_clauses(day, whole)),
        not_binding=_not_binding(day),
        hours=_strips(day, whole, hourly),
        violated=_grouped(day, [f for f in day.findings if f.verdict == "violated"]),
        indications=_grouped(day, [f for f in day.findings if f.indication]),
        cases=cases,
        rates=rates_of(day, whole, events),
        events=events,
        notices=announced_of(day, notices, events),
        checks=checked_of(day),
        flags=flagged_of(day),
        deadlines=tuple(_deadlines(day, whole)),
        sources=tuple(_source_day(day, source, len(silences.get(source.name, ()))) for source in day.sources),
        other_faults=sum(fault.source not in known for fault in day.faults),
        duplicates=day.duplicates,
        records=len(day.records),
        terrain=day.coverage.terrain,
        findings=day.findings,
        seal=_sealed(day),
    )


def is_simulated(day: Day) -> bool:
    """Return whether any input of the day is simulated: a declared source, an observation, or the centre itself."""
    return bool(
        day.exercise
        or any(source.simulated for source in day.sources)
        or day.observations["simulated"].any()
        or day.air.tracks["simulated"].any()
        or day.ground.tracks["simulated"].any()
        or day.events.tracks["simulated"].any()
    )


def civil_clock(time_ns: int, zone_name: str) -> str:
    """Return an instant as the clock of a zone shows it, with its offset: ``2020-11-20T00:00+03:00``."""
    import datetime  # noqa: PLC0415 - only to spell a zone's clock

    moment = datetime.datetime.fromtimestamp(time_ns // NS_PER_S, zone(zone_name))
    return moment.isoformat(timespec="minutes")


def _whole_and_hourly(day: Day) -> tuple[list[Finding], dict[Pair, list[Finding]]]:
    """The longest finding of every clause and area, and the shorter ones of those that have them, in order of time."""
    held: dict[Pair, list[Finding]] = {}
    for finding in day.findings:
        held.setdefault((finding.clause, finding.area), []).append(finding)
    whole, hourly = [], {}
    for pair, own in held.items():
        longest = max(own, key=lambda f: (f.end_ns - f.start_ns, -f.start_ns, f.id))
        whole.append(longest)
        rest = sorted((f for f in own if f.id != longest.id), key=lambda f: (f.start_ns, f.end_ns, f.id))
        if rest:
            hourly[pair] = rest
    return whole, hourly


def _stage(day: Day) -> str:
    final = bool(day.findings) and all(finding.stage == "final" for finding in day.findings)
    return "final" if day.seal is not None and final else "provisional"


def _clauses(day: Day, whole: Sequence[Finding]) -> Iterable[Clause]:
    norms = states_of(day.norms)
    longest = {finding.clause: finding.id for finding in reversed(whole)}
    counts = Counter(finding.clause for finding in day.findings)
    for clause in day.agreement.clauses:
        yield Clause(
            clause.id,
            clause.article,
            kind_of(clause),
            clause.title,
            clause.basis,
            norms.get(clause.id, ""),
            longest.get(clause.id, ""),
            counts[clause.id],
        )


def _not_binding(day: Day) -> tuple[str, ...]:
    """Clauses without any finding: their window has not begun or is over, or they only permit, repair or end others."""
    judged = {finding.clause for finding in day.findings}
    return tuple(clause.id for clause in day.agreement.clauses if clause.id not in judged)


def _strips(
    day: Day, whole: Sequence[Finding], hourly: dict[Pair, list[Finding]]
) -> dict[str, tuple[Hour, ...]]:
    return {
        finding.id: hours_of(hourly[finding.clause, finding.area], day.start_ns, day.end_ns)
        for finding in whole
        if (finding.clause, finding.area) in hourly
    }


def _grouped(day: Day, findings: Sequence[Finding]) -> tuple[Told, ...]:
    """Findings that rest on the same evidence are told once, by the shortest; the others are named beside it."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        key = (finding.clause, finding.area, finding.evidence or finding.reason)
        groups.setdefault(key, []).append(finding)
    cases = {identity: case.id for case in day.cases for identity in case.findings}
    wanted = {content for own in groups.values() for content, _ in own[0].evidence}
    sources = {r.content: r.source for r in day.records if r.content in wanted} if wanted else {}
    told = []
    for own in groups.values():
        shortest = min(own, key=lambda f: (f.end_ns - f.start_ns, f.start_ns, f.id))
        items = Counter(sources.get(content, "") for content, _ in shortest.evidence)
        told.append(
            Told(
                shortest.id,
                tuple(finding.id for finding in own if finding.id != shortest.id),
                tuple(sorted(items.items())),
                next((cases[finding.id] for finding in own if finding.id in cases), ""),
            )
        )
    return tuple(told)


def _opened(day: Day, case: Case) -> Opened:
    statements = {r.content: r.body for r in day.records if r.kind == "statement"}
    complaints = []
    for content in case.complaints:
        try:
            complaints.append(msgspec.json.decode(statements.get(content, b""), type=Complaint))
        except msgspec.DecodeError:
            continue  # its fault is counted already
    parts = tuple(guarantor.part for guarantor in day.agreement.guarantors)
    return Opened(
        case.id, case.clause, case.area, case.opened_by, format_time(case.opened_ns), case.findings,
        tuple(complaints), parts, case.committed, case.assessments, case.outcome, case.rejected,
    )  # fmt: skip


def _deadlines(day: Day, whole: Sequence[Finding]) -> Iterable[Due]:
    now_ns = known_end(day)
    for finding in whole:
        clause = day.agreement.clause(finding.clause)
        if not isinstance(clause, Reach | Act) or clause.deadline is None:
            continue
        others = {item.reading: item for item in finding.alternatives}
        for reading in clause.deadline.readings:
            due_ns = deadline_ns(clause.deadline, reading, day.agreement.time_zone)
            other = others.get(reading.id)
            if other is None and finding.reading not in (reading.id, ""):
                continue
            yield Due(
                clause.id,
                reading.id,
                other is None,
                other.deadline if other else finding.deadline,
                (due_ns - now_ns) // NS_PER_S,
                other.verdict if other else finding.verdict,
                finding.id,
            )


def _source_day(day: Day, source: Source, gaps: int) -> SourceDay:
    number = [item.name for item in day.sources].index(source.name)
    end_ns = known_end(day)
    own = [
        w for w in day.watches if w.source == source.name and w.start_ns < end_ns and w.end_ns > day.start_ns
    ]
    times = day.observations["time_ns"]
    seen = (day.observations["source"] == number) & (times >= day.start_ns) & (times < day.end_ns)
    faults = [fault for fault in day.faults if fault.source == source.name]
    reasons = Counter(re.sub(r"\d+", "n", fault.reason) for fault in faults)
    return SourceDay(
        source.name,
        source.means,
        source.home,
        is_steady(source, own),
        watched_ns(own, day.start_ns, end_ns) // NS_PER_S,
        (end_ns - day.start_ns) // NS_PER_S,
        format_time(max(day.start_ns, min(w.start_ns for w in own))) if own else "",
        format_time(min(end_ns, max(w.end_ns for w in own))) if own else "",
        len(own),
        gaps,
        int(seen.sum()),
        len(faults),
        tuple(sorted(reasons.items(), key=lambda item: (-item[1], item[0]))[:MOST_REASONS]),
        source.simulated,
    )


def _sealed(day: Day) -> Sealed | None:
    seal = day.seal
    if seal is None:
        return None
    return Sealed(
        seal.mode, seal.heads, seal.inputs, seal.findings, seal.cases, seal.config, seal.code,
        format_time(seal.known_ns) if seal.known_ns else "", seal.supersedes, seal.changes, seal.signatures,
    )  # fmt: skip
