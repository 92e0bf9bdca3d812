"""Clauses that cannot both be kept: the same bearer, ground, objects and days, and duties that exclude each other.

LIMIT    two ceilings of different value on the same objects
REACH    clear by one clause and present by the other; or present, where an EXCLUDE forbids it and no PERMIT allows it
"""

from __future__ import annotations

from collections.abc import Iterator

from truceline.agreement.calendar import window_ns
from truceline.agreement.clauses import AnyClause, Exclude, Limit, Permit, Reach
from truceline.agreement.document import Agreement
from truceline.terms.faults import Refusal


def contradictions(agreement: Agreement) -> Iterator[tuple[int, str, str]]:
    """Yield (place of the later clause, what is wrong, remedy) for every pair of clauses that contradict each other."""
    for place, later in enumerate(agreement.clauses):
        for earlier in agreement.clauses[:place]:
            why = _why(agreement, earlier, later)
            if why:
                told = f"clause {later.id} contradicts clause {earlier.id}: {why}"
                yield place, told, "mend one of them, end one's window, or permit the one in the other"


def _why(agreement: Agreement, one: AnyClause, other: AnyClause) -> str:
    if not (set(one.bearer) & set(other.bearer) and set(one.area) & set(other.area)):
        return ""
    if not _together(agreement, one, other):
        return ""
    if isinstance(one, Limit) and isinstance(other, Limit):
        same = (set(one.classes), one.item, one.counting, one.period_days) == (
            set(other.classes), other.item, other.counting, other.period_days,
        )  # fmt: skip
        return "two ceilings on the same objects" if same and one.measure.value != other.measure.value else ""
    if isinstance(one, Reach) and isinstance(other, Reach):
        crossed = (
            one.state != other.state and set(one.classes) & set(other.classes) and one.types == other.types
        )
        return "the same ground must be clear and held" if crossed else ""
    pair = (one, other) if isinstance(one, Exclude) else (other, one)
    if isinstance(pair[0], Exclude) and isinstance(pair[1], Reach) and pair[1].state == "present":
        allowed = any(
            isinstance(item, Permit) and pair[0].id in item.of and set(item.bearer) & set(pair[1].bearer)
            for item in agreement.clauses
        )
        shared = set(pair[0].classes) & set(pair[1].classes) and not pair[0].types
        return "what must be there is forbidden there" if shared and not allowed else ""
    return ""


def _together(agreement: Agreement, one: AnyClause, other: AnyClause) -> bool:
    try:
        first, second = (window_ns(item.window, agreement.time_zone) for item in (one, other))
    except Refusal:
        return False  # its own rule says so
    return first[0] < second[1] and second[0] < first[1]
