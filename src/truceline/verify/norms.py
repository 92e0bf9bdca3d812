"""Norm states of the clauses, as a fold over days: pending, active, fulfilled, violated, repaired, expired.

    pending    its window has not begun, or its deadline is ahead       active     it binds and nothing is
    decided fulfilled  what was due has been done                               violated   it was broken, and
    stays so on record repaired   broken once, kept for a whole period since               expired    its
    window is over
A state belongs to a clause, under the principal reading and over all of its areas. Source: METHODS section 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from truceline.agreement.calendar import deadline_ns, window_ns
from truceline.agreement.clauses import Act, AnyClause, Reach
from truceline.agreement.document import Agreement
from truceline.verify.finding import Finding

STATES = ("pending", "active", "fulfilled", "violated", "repaired", "expired")
Norms = tuple[tuple[str, str], ...]


def norm_states(previous: Norms, findings: Iterable[Finding], agreement: Agreement, now_ns: int) -> Norms:
    """Return the state of every clause, in order of id, after findings made since the states of the last seal."""
    before = dict(previous)
    held: dict[str, list[Finding]] = {}
    for finding in findings:
        held.setdefault(finding.clause, []).append(finding)
    return tuple(
        (
            clause.id,
            _next(before.get(clause.id, ""), clause, held.get(clause.id, ()), agreement.time_zone, now_ns),
        )
        for clause in sorted(agreement.clauses, key=lambda item: item.id)
    )


def _next(before: str, clause: AnyClause, findings: Sequence[Finding], zone: str, now_ns: int) -> str:
    start_ns, end_ns = window_ns(clause.window, zone)
    if now_ns < start_ns:
        return "pending"
    if any(finding.verdict == "violated" for finding in findings):
        return "violated"
    kept = _kept(findings)
    if before in ("violated", "repaired"):
        return "repaired" if kept else before
    if now_ns >= end_ns:
        return "expired"
    if isinstance(clause, (Reach, Act)) and clause.deadline is not None:
        if kept or before == "fulfilled":
            return "fulfilled"
        return (
            "pending"
            if now_ns < deadline_ns(clause.deadline, clause.deadline.readings[0], zone)
            else "active"
        )
    return "active"


def _kept(findings: Sequence[Finding]) -> bool:
    """Whether the longest finding of every area says compliant."""
    areas = {finding.area for finding in findings}
    longest = [
        max((f for f in findings if f.area == area), key=lambda f: (f.end_ns - f.start_ns, f.start_ns, f.id))
        for area in sorted(areas)
    ]
    return bool(longest) and all(finding.verdict == "compliant" for finding in longest)
