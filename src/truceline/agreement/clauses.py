"""Clauses: an agreement's duties as typed norms, eight kinds and three wrappers.

    CEASE    G not event(class, area)                     HOLD     G margin(force, line) >= -tolerance
    EXCLUDE  G count(class in area) = 0                   REACH    F[t0, deadline] state; then G state
    LIMIT    G count(class in area) <= N                  PASSAGE  G F[0, w] passable
    ACT      G(trigger -> F[0, T] act)                    ATTEST   a human record, no technical measure
    PERMIT   a permission that overrides a prohibition    REPAIR   violated -> O[0, T] repair    TERM  life
    of clauses
G always, F eventually, O obliged. Source: METHODS section 4 (timed norms after Azzopardi, Pace, Schapachnik
and Schneider, RV 2021). ``text`` holds our own summaries, never the agreement's sentences; ``span`` says
where in the text it stands.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from truceline.agreement.calendar import Deadline, Window

LANGUAGES = ("en", "ru", "tr")


class Measure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The predicate: ``signal relation value`` in ``unit``; its margin is what a violation is measured by."""

    signal: Literal["events", "margin", "count", "state", "closure", "act", "attested"]
    relation: Literal["==", "<=", ">="]
    value: float
    unit: str


class RequiredDetection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Detection that ``compliant`` needs: D_min (least exposed) or D_mean, at least ``minimum``."""

    measure: Literal["min", "mean"]
    minimum: float


class Permitted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the clause does not forbid.

    ``what`` is cooperative (an aircraft that identifies itself, above ``above_m`` over the ellipsoid),
    notified (announced beforehand to the centre) or stated (only in words: ``text``).
    """

    what: Literal["cooperative", "notified", "stated"]
    text: str = ""
    above_m: float = 0.0


class RepairDuty(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What becomes due when the clause is violated: the act, within how many hours, and who is told next."""

    act: str
    within_h: float
    escalation: tuple[str, ...] = ()


class Band(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Heights above ground a clause speaks of, in metres; ``ceiling_m`` 0 means no upper limit."""

    floor_m: float = 0.0
    ceiling_m: float = 0.0


class Clause(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"):
    """What every clause has. ``basis`` tells a duty of the text from a working rule derived from it."""

    id: str
    article: str
    title: dict[str, str]
    text: dict[str, str]
    citation: str
    bearer: tuple[str, ...]
    area: tuple[str, ...]
    window: Window
    span: str = ""
    basis: Literal["text", "derived", "unsourced"] = "text"
    permitted: tuple[Permitted, ...] = ()
    required_detection: RequiredDetection | None = None
    repair: RepairDuty | None = None


class Cease(Clause, frozen=True, kw_only=True, tag="CEASE"):
    """No hostile act: no event of ``classes`` in the area; ``indications`` alone prove nothing."""

    measure: Measure
    classes: tuple[str, ...]
    indications: tuple[str, ...] = ()


class Hold(Clause, frozen=True, kw_only=True, tag="HOLD"):
    """Forces stay where they were: nothing of ``classes`` beyond the line by more than ``tolerance_m``.

    ``beyond`` names ground that is over the line whoever stands there; ``sides`` says per party on which hand of the
    line, as it is drawn, its forces stay; without either a side must be told by people.
    """

    measure: Measure
    classes: tuple[str, ...]
    line: str
    tolerance_m: float
    beyond: str = ""
    sides: dict[str, Literal["left", "right"]] = {}


class Exclude(Clause, frozen=True, kw_only=True, tag="EXCLUDE"):
    """Nothing of ``classes`` in the area; ``how`` it would be there: crossing it, or staying in it.

    The first class is the least visible one: detection is asked for it, from ``verified_above_m`` above
    ground. ``types`` (terms.classes.OBJECT_TYPES) narrows the classes: only those types count.
    """

    measure: Measure
    classes: tuple[str, ...]
    types: tuple[str, ...] = ()
    how: Literal["cross", "stay"] = "cross"
    band: Band = Band()
    verified_above_m: float = 0.0


class Reach(Clause, frozen=True, kw_only=True, tag="REACH"):
    """A state holds by a deadline and stays: the area's sites are ``clear`` of ``classes``, or hold them.

    ``looks`` is how many independent parties must have looked at every site; ``coupled`` names clauses that
    run in parallel.
    """

    measure: Measure
    state: Literal["clear", "present"]
    classes: tuple[str, ...]
    deadline: Deadline
    looks: int = 2
    coupled: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    types: tuple[str, ...] = ()


class Limit(Clause, frozen=True, kw_only=True, tag="LIMIT"):
    """``measure.value`` objects at most of ``classes`` (reported as ``item``): stock or flow per period."""

    measure: Measure
    classes: tuple[str, ...]
    item: str = ""
    counting: Literal["stock", "flow"] = "stock"
    period_days: float = 0.0


class Passage(Clause, frozen=True, kw_only=True, tag="PASSAGE"):
    """A route is open to ``users`` ``width_m`` wide, under ``controller``; closed ``closure_h`` at most."""

    measure: Measure
    users: tuple[str, ...]
    controller: str = ""
    width_m: float = 0.0
    closure_h: float = 24.0


class Act(Clause, frozen=True, kw_only=True, tag="ACT"):
    """An act is due by a deadline, every ``period_days``, or ``within_days`` of a trigger.

    ``classes`` are objects whose sighting in the area goes with the act: it can stand for one of the two words.
    """

    measure: Measure
    act: str
    evidence: str
    deadline: Deadline | None = None
    classes: tuple[str, ...] = ()
    trigger: str = ""
    within_days: float = 0.0
    period_days: float = 0.0


class Attest(Clause, frozen=True, kw_only=True, tag="ATTEST"):
    """An undertaking that technical means cannot see; ``attesters`` may record it."""

    measure: Measure
    undertaking: str
    attesters: tuple[str, ...]
    dispute: str = ""


class Permit(Clause, frozen=True, kw_only=True, tag="PERMIT"):
    """A permission that carves out of the clauses ``of``: who, how many, with what arms, on what notice.

    ``number`` caps objects of ``number_of`` (0: no cap); ``notice_h`` asks for a notice so many hours before;
    a ``contested`` permission excuses nothing: it is kept as an explanation that people must weigh.
    """

    of: tuple[str, ...]
    classes: tuple[str, ...] = ()
    arms: str = ""
    number: float = 0.0
    number_of: str = "person"
    notice_h: float = 0.0
    contested: bool = False


class Repair(Clause, frozen=True, kw_only=True, tag="REPAIR"):
    """What is due when a clause in ``of`` is violated."""

    of: tuple[str, ...]
    act: str
    within_h: float
    escalation: tuple[str, ...] = ()


class Term(Clause, frozen=True, kw_only=True, tag="TERM"):
    """How long the clauses ``of`` live: years, tacit renewal by years, notice in months."""

    of: tuple[str, ...]
    years: float
    renewal_years: float = 0.0
    notice_months: float = 0.0


AnyClause = Cease | Hold | Exclude | Reach | Limit | Passage | Act | Attest | Permit | Repair | Term
Classed = Cease | Hold | Exclude | Reach | Limit
BY_KIND: dict[str, type[Clause]] = {
    "CEASE": Cease, "HOLD": Hold, "EXCLUDE": Exclude, "REACH": Reach, "LIMIT": Limit, "PASSAGE": Passage,
    "ACT": Act, "ATTEST": Attest, "PERMIT": Permit, "REPAIR": Repair, "TERM": Term,
}  # fmt: skip
WRAPPERS = ("PERMIT", "REPAIR", "TERM")
JUDGED = ("CEASE", "HOLD", "EXCLUDE", "REACH", "LIMIT")
SIGNALS = {
    "CEASE": "events", "HOLD": "margin", "EXCLUDE": "count", "REACH": "state", "LIMIT": "count",
    "PASSAGE": "closure", "ACT": "act", "ATTEST": "attested",
}  # fmt: skip


def kind_of(clause: Clause) -> str:
    """Return the kind as the file spells it (CEASE, ...)."""
    return str(clause.__struct_config__.tag)
