"""Clauses: the agreement as the console lists it, the clause board, and what calls for attention.

Nothing here judges. A row of the board shows one finding of the stair: that of the whole civil day once the day is over or
already violated, else that of the last hour that is over, else the day's own (a deadline still ahead).
"""

from __future__ import annotations

from truceline.agreement.calendar import deadline_ns, deadline_text
from truceline.agreement.clauses import JUDGED, WRAPPERS, AnyClause, Classed, kind_of
from truceline.agreement.text import Agreement
from truceline.desk.answers import (
    AgreementAnswer,
    BoardAnswer,
    BoardRow,
    ClauseAnswer,
    Span,
    Tally,
)
from truceline.desk.ground import areas, places
from truceline.desk.plain import ms
from truceline.desk.sayings import said
from truceline.desk.shelf import Page
from truceline.report.day import Day
from truceline.terms.time import NS_PER_DAY
from truceline.verify.finding import Finding

URGENT_NS = 3 * NS_PER_DAY


def agreement_of(page: Page) -> AgreementAnswer:
    """Return the agreement in force, in the reader's languages."""
    agreement = page.day.agreement
    return AgreementAnswer(
        agreement.id,
        agreement.version,
        agreement.title,
        agreement.time_zone,
        tuple(party.id for party in agreement.parties if party.role == "party"),
        tuple(guarantor.part for guarantor in agreement.guarantors),
        tuple(clause_of(agreement, clause) for clause in agreement.clauses),
        areas(agreement, page.day.theatre),
        places(agreement),
    )


def clause_of(agreement: Agreement, clause: AnyClause) -> ClauseAnswer:
    """Return one clause."""
    due = _due(agreement, clause)
    required = clause.required_detection
    return ClauseAnswer(
        id=clause.id,
        article=clause.article,
        kind=kind_of(clause),
        title=clause.title,
        summary=clause.text,
        citation=clause.citation,
        basis=clause.basis,
        bearer=clause.bearer,
        areas=clause.area,
        classes=classes_of(clause),
        required=agreement.minimum_detection(clause) if required else None,
        required_measure=required.measure if required else "",
        deadline=due[0],
        deadline_ms=due[1],
        judged=kind_of(clause) in JUDGED,
    )


def classes_of(clause: AnyClause) -> tuple[str, ...]:
    """Return the object classes a clause speaks of."""
    return clause.classes if isinstance(clause, Classed) else ()


def board_of(page: Page) -> BoardAnswer:
    """Return the clause board, most urgent first."""
    day = page.day
    rows: list[tuple[tuple[int, int, int], BoardRow]] = []
    for place, clause in enumerate(day.agreement.clauses):
        if kind_of(clause) in WRAPPERS:
            continue
        for area in _areas(day, clause):
            row = _row(page, clause, area)
            rows.append(((_urgency(day, row), row.deadline_ms or 0, place), row))
    ordered = tuple(row for _, row in sorted(rows, key=lambda item: item[0]))
    verdicts = [row.verdict for row in ordered]
    tally = Tally(*(verdicts.count(word) for word in ("compliant", "violated", "not verified", None)))
    return BoardAnswer(ms(day.known_ns), tally, ordered)


def is_whole_day(day: Day, finding: Finding) -> bool:
    """Return whether a finding's period is the civil day."""
    return finding.start_ns <= day.start_ns and finding.end_ns >= day.end_ns


def spans_of(day: Day, clause: str, area: str) -> tuple[Span, ...]:
    """Return a clause's findings of parts of the day in order, cut at what is known; its day's own when it has none."""
    own = [f for f in day.findings if f.clause == clause and f.area == area]
    parts = [f for f in own if not is_whole_day(day, f)] or own
    return tuple(
        Span(ms(max(f.start_ns, day.start_ns)), ms(min(f.end_ns, day.known_ns, day.end_ns)), f.verdict, f.id)
        for f in sorted(parts, key=lambda f: (f.start_ns, f.end_ns, f.id))
        if f.start_ns < day.known_ns
    )


def shown_finding(day: Day, clause: str, area: str) -> Finding | None:
    """Return the finding that speaks for a clause and area on the board, None when there is none."""
    own = [f for f in day.findings if f.clause == clause and f.area == area]
    whole = [f for f in own if is_whole_day(day, f)]
    parts = sorted((f for f in own if not is_whole_day(day, f)), key=lambda f: (f.end_ns, f.id))
    final = [f for f in whole if f.verdict == "violated" or day.known_ns >= day.end_ns]
    over = [f for f in parts if f.end_ns <= day.known_ns]
    for found in (final, over[-1:], whole, parts[:1]):
        if found:
            return found[0]
    return None


def _areas(day: Day, clause: AnyClause) -> tuple[str, ...]:
    judged = tuple(dict.fromkeys(f.area for f in day.findings if f.clause == clause.id))
    return judged or clause.area[:1] or ("",)


def _row(page: Page, clause: AnyClause, area: str) -> BoardRow:
    day = page.day
    finding = shown_finding(day, clause.id, area)
    case = next((c for c in day.cases if c.clause == clause.id and c.area == area), None)
    due = _due(day.agreement, clause)
    return BoardRow(
        clause=clause.id,
        article=clause.article,
        title=clause.title,
        kind=kind_of(clause),
        area=area,
        verdict=finding.verdict if finding else None,
        stage=finding.stage if finding else "",
        finding=finding.id if finding else "",
        detection_mean=finding.detection_mean if finding else None,
        detection_min=finding.detection_min if finding else None,
        required=finding.required if finding else None,
        indication=bool(finding and finding.indication),
        reason=said(finding.reason, page.voices) if finding else {},
        strip=spans_of(day, clause.id, area),
        deadline_ms=due[1],
        case_id=case.id if case else "",
        joint=case.outcome if case else "",
    )


def _due(agreement: Agreement, clause: AnyClause) -> tuple[str, int | None]:
    deadline = getattr(clause, "deadline", None)
    if deadline is None:
        return "", None
    reading = deadline.readings[0]
    zone = agreement.time_zone
    return deadline_text(deadline, reading, zone), ms(deadline_ns(deadline, reading, zone))


def _urgency(day: Day, row: BoardRow) -> int:
    if row.verdict == "violated":
        return 0
    if row.indication:
        return 1
    left = row.deadline_ms is not None and 0 <= row.deadline_ms - ms(day.known_ns) < ms(URGENT_NS)
    if left and row.verdict != "compliant":
        return 2
    return {"not verified": 3, "compliant": 4}.get(row.verdict or "", 5)
