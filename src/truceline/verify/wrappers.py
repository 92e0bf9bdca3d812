"""What PERMIT and TERM change: whose presence is allowed, and from when to when a clause lives.

    PERMIT  P overrides F: what is known to belong to a permitted party, in the permission's area, time and classes, up to
            its number, is taken out of what EXCLUDE, HOLD, LIMIT and REACH count; what nobody could tell apart may be the
            permitted force and only indicates; with ``notice_h`` the permission holds for what such a notice covers
    TERM    the clauses ``of`` live from the term's start for ``years``, then for ``renewal_years`` again and again unless
            an objection was recorded ``notice_months`` before the end
A contested permission excuses nothing. REPAIR is a rule of its own (``rules.repair``).
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Sequence

import msgspec

from truceline.agreement.calendar import stated_ns, window_ns
from truceline.agreement.clauses import AnyClause, Permit, Term
from truceline.agreement.document import Agreement
from truceline.terms.time import NS_PER_HOUR, civil_date, civil_day
from truceline.verify.statements import Said, of_clause

MOST_RENEWALS = 100
LAST_YEAR = 2261  # nanoseconds since 1970 end in 2262


class Life(msgspec.Struct, frozen=True):
    """When a clause binds, and the clause of kind TERM that bounds it ("" when none does)."""

    start_ns: int
    end_ns: int
    term: str = ""


def life_of(agreement: Agreement, clause: AnyClause, said: Sequence[Said]) -> Life:
    """Return when a clause binds: its own window within the terms that name it; a TERM's own life is its term."""
    start_ns, end_ns = window_ns(clause.window, agreement.time_zone)
    name = ""
    for term in agreement.clauses:
        if isinstance(term, Term) and (clause.id in term.of or clause.id == term.id):
            ends_ns = term_end_ns(agreement, term, said)
            if ends_ns < end_ns:
                end_ns, name = ends_ns, term.id
    return Life(start_ns, max(start_ns, end_ns), name)


def term_end_ns(agreement: Agreement, term: Term, said: Sequence[Said]) -> int:
    """Return when a term ends, tacit renewals included; the largest int64 when none is known."""
    if term.years <= 0:
        return 2**63 - 1
    start_ns = stated_ns(term.window.start, agreement.time_zone)
    objected = [item.at_ns for item in of_clause(said, term.id, ("objection",), "", 2**63 - 1)]
    months = round(12 * term.years)
    for _ in range(MOST_RENEWALS):
        end_ns = _later(start_ns, months, agreement.time_zone)
        notice_ns = _later(start_ns, months - round(term.notice_months), agreement.time_zone)
        if term.renewal_years <= 0 or any(at_ns <= notice_ns for at_ns in objected):
            return end_ns
        months += round(12 * term.renewal_years)
    return 2**63 - 1


def permits_of(
    agreement: Agreement, clause: str, start_ns: int, end_ns: int, said: Sequence[Said]
) -> tuple[Permit, ...]:
    """Return the permissions that carve out of a clause in all of a period; where they hold is asked of each sighting."""
    found = []
    for item in agreement.clauses:
        if isinstance(item, Permit) and clause in item.of:
            life = life_of(agreement, item, said)
            if life.start_ns <= start_ns and end_ns <= life.end_ns:
                found.append(item)
    return tuple(found)


def filed_in_time(permit: Permit, stamp_ns: int, start_ns: int) -> bool:
    """Return whether a notice was filed early enough for a permission."""
    return stamp_ns <= start_ns - round(permit.notice_h * NS_PER_HOUR)


def _later(start_ns: int, months: int, zone_name: str) -> int:
    """The beginning of the civil day some calendar months later; the last of a shorter month."""
    day = civil_date(start_ns, zone_name)
    month = day.year * 12 + day.month - 1 + months
    year, number = divmod(month, 12)
    if year > LAST_YEAR:
        return 2**63 - 1
    last = calendar.monthrange(year, number + 1)[1]
    return civil_day(datetime.date(year, number + 1, min(day.day, last)), zone_name)[0]
