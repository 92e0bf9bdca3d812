"""Norm states of the clauses, as a fold over days: pending, active, fulfilled, violated, repaired, expired.

    pending    its window has not begun, or its deadline is ahead       active     it binds and nothing is decided
    fulfilled  what was due has been done                               violated   it was broken, and stays so on record
    repaired   broken once; kept for a whole period since, and where a REPAIR names it, that was done too
    expired    its window, or the term it lives in, is over
A state belongs to a clause, under the principal reading and drawing and over all of its areas. ``since`` is when a broken
clause was first broken; a repaired one keeps it. Source: METHODS section 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from truceline.agreement.calendar import deadline_ns
from truceline.agreement.clauses import Act, AnyClause, Reach, Repair
from truceline.agreement.document import Agreement
from truceline.terms.time import format_time, parse_time
from truceline.verify.finding import Finding
from truceline.verify.statements import Said
from truceline.verify.wrappers import life_of

STATES = ("pending", "active", "fulfilled", "violated", "repaired", "expired")
Norms = tuple[tuple[str, str, str], ...]


def states_of(norms: Norms) -> dict[str, str]:
    """Return the state of each clause."""
    return {clause: state for clause, state, _ in norms}


def broken_since(norms: Norms) -> dict[str, int]:
    """Return since when each clause that is violated or repaired was broken, in ns UTC."""
    return {clause: parse_time(since) for clause, _, since in norms if since}


def norm_states(
    previous: Norms, findings: Iterable[Finding], agreement: Agreement, now_ns: int, said: Sequence[Said] = ()
) -> Norms:
    """Return (clause, state, since) of every clause, in order of id, after findings made since the last seal's states."""
    before, since = states_of(previous), broken_since(previous)
    held: dict[str, list[Finding]] = {}
    for finding in findings:
        held.setdefault(finding.clause, []).append(finding)
    told = []
    for clause in sorted(agreement.clauses, key=lambda item: item.id):
        own = [item for item in held.get(clause.id, []) if item.area in clause.area]
        state = _next(before.get(clause.id, ""), clause, own, agreement, now_ns, said)
        if state == "repaired" and not _repairs_done(agreement, clause.id, held):
            state = "violated" if before.get(clause.id) != "repaired" else "repaired"
        broken = [item.start_ns for item in own if item.verdict == "violated"]
        first = min([*broken, *([since[clause.id]] if clause.id in since else [])], default=None)
        kept = state in ("violated", "repaired") and first is not None
        told.append((clause.id, state, format_time(first) if kept and first is not None else ""))
    return tuple(told)


def _next(
    before: str,
    clause: AnyClause,
    findings: Sequence[Finding],
    agreement: Agreement,
    now_ns: int,
    said: Sequence[Said],
) -> str:
    life, zone = life_of(agreement, clause, said), agreement.time_zone
    if now_ns < life.start_ns:
        return "pending"
    if any(finding.verdict == "violated" for finding in findings):
        return "violated"
    kept = _kept(findings)
    if before in ("violated", "repaired"):
        return "repaired" if kept else before
    if now_ns >= life.end_ns:
        return "expired"
    if isinstance(clause, Repair):
        return "fulfilled" if kept else "active" if findings else "pending"
    if isinstance(clause, Act) and clause.deadline is None and not clause.period_days and not clause.trigger:
        return "fulfilled" if kept or before == "fulfilled" else "active"
    if isinstance(clause, (Reach, Act)) and clause.deadline is not None:
        if kept or before == "fulfilled":
            return "fulfilled"
        return (
            "pending"
            if now_ns < deadline_ns(clause.deadline, clause.deadline.readings[0], zone)
            else "active"
        )
    return "active"


def _repairs_done(agreement: Agreement, clause: str, held: dict[str, list[Finding]]) -> bool:
    """Whether every REPAIR that answers to a clause was found done; there may be none."""
    duties = [item.id for item in agreement.clauses if isinstance(item, Repair) and clause in item.of]
    return all(_kept(held.get(duty, [])) for duty in duties)


def _kept(findings: Sequence[Finding]) -> bool:
    """Whether the longest finding of every area says compliant."""
    areas = {finding.area for finding in findings}
    longest = [
        max((f for f in findings if f.area == area), key=lambda f: (f.end_ns - f.start_ns, f.start_ns, f.id))
        for area in sorted(areas)
    ]
    return bool(longest) and all(finding.verdict == "compliant" for finding in longest)
