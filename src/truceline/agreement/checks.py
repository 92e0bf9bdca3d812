"""What an agreement must satisfy beyond its form: bearer, area, window, measure, and names that resolve.

Each rule has a name that ``truceline lint`` prints; a flaw carries the path of the key it concerns, for its
line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from truceline.agreement.areas import Area, shape_faults
from truceline.agreement.calendar import Deadline, deadline_ns, stated_ns, window_ns
from truceline.agreement.clauses import (
    JUDGED,
    LANGUAGES,
    SIGNALS,
    WRAPPERS,
    Act,
    AnyClause,
    Cease,
    Classed,
    Exclude,
    Hold,
    Limit,
    Permit,
    Reach,
    Repair,
    Term,
    kind_of,
)
from truceline.agreement.contradictions import contradictions
from truceline.agreement.document import Agreement
from truceline.agreement.lines import Path
from truceline.terms.classes import NAMES, OBJECT_TYPES
from truceline.terms.faults import Refusal
from truceline.terms.time import zone

_SHA256 = re.compile(r"[0-9a-f]{64}")


class Flaw(msgspec.Struct, frozen=True):
    """One thing wrong: the path of its key in the document, the rule's name, what is wrong, what to do."""

    path: Path
    rule: str
    message: str
    remedy: str = ""


def flaws(agreement: Agreement) -> list[Flaw]:
    """Return everything that is wrong with a well-formed agreement, in the order of the document."""
    found = list(_heading(agreement))
    if any(flaw.rule == "time-zone" for flaw in found):
        return found  # no time can be read without its zone
    found += _names(agreement)
    found += _judgement(agreement)
    for place, area in enumerate(agreement.areas):
        found += _area(agreement, area, ("area", place))
    for place, clause in enumerate(agreement.clauses):
        found += _clause(agreement, clause, ("clause", place))
    found += [
        Flaw(("clause", place), "contradiction", message, remedy)
        for place, message, remedy in contradictions(agreement)
    ]
    return found


def _heading(agreement: Agreement) -> Iterator[Flaw]:
    head = agreement.heading
    try:
        zone(head.time_zone)
    except Refusal as refusal:
        yield Flaw(("agreement", "time_zone"), "time-zone", refusal.what, refusal.remedy)
        return
    yield from _time(head.signed, head.time_zone, ("agreement", "signed"))
    yield from _spoken(head.title, ("agreement", "title"), head.languages)
    if "en" not in head.languages or not set(head.languages) <= set(LANGUAGES):
        path: Path = ("agreement", "languages")
        yield Flaw(
            path, "languages", "languages must hold en and no other than en, ru, tr", "mend `languages`"
        )
    for place, text in enumerate(agreement.texts):
        if not _SHA256.fullmatch(text.sha256):
            yield Flaw(
                ("text", place, "sha256"), "hash", f"{text.sha256!r} is no SHA-256", "64 signs 0-9 a-f"
            )


def _names(agreement: Agreement) -> Iterator[Flaw]:
    tables = (
        ("party", agreement.parties),
        ("area", agreement.areas),
        ("clause", agreement.clauses),
        ("variant", agreement.variants),
        ("amendment", agreement.amendments),
    )
    for table, items in tables:
        seen: set[str] = set()
        for place, item in enumerate(items):
            if item.id in seen or not item.id:
                yield Flaw(
                    (table, place, "id"), "duplicate-id", f"{table} {item.id!r} is named twice or not at all"
                )
            seen.add(item.id)
    for place, amendment in enumerate(agreement.amendments):
        path: Path = ("amendment", place, "known")
        wrong = list(_time(amendment.known, agreement.time_zone, path))
        yield from wrong
        signed = agreement.heading.signed
        if not wrong and stated_ns(amendment.known, agreement.time_zone) < stated_ns(
            signed, agreement.time_zone
        ):
            yield Flaw(
                path, "amendment-before-agreement", f"amendment {amendment.id} is dated before its agreement"
            )


def _judgement(agreement: Agreement) -> Iterator[Flaw]:
    judgement = agreement.judgement
    parts = Counter(item.part for item in judgement.guarantor)
    wanted = {item.part for item in agreement.parties if item.role == "guarantor"}
    if set(parts) != wanted or any(count > 1 for count in parts.values()) or not wanted:
        yield Flaw(
            ("judgement", "guarantor"),
            "guarantors",
            f"priors are given for parts {sorted(parts)}, the guarantors' parts are {sorted(wanted)}",
            "one [[judgement.guarantor]] per party with role guarantor",
        )
    for place, item in enumerate(judgement.guarantor):
        for value in (item.prior, *item.priors.values()):
            if not 0.0 < value < 1.0:
                path = ("judgement", "guarantor", place)
                yield Flaw(path, "probability", f"prior {value} of part {item.part} is not between 0 and 1")
    for key in ("confidence", "false_alarm", "common_mode", "inside"):
        value = getattr(judgement, key)
        low = 0.5 if key in ("confidence", "inside") else 0.0
        if not low <= value < 1.0:
            yield Flaw(("judgement", key), "probability", f"{key} {value} is not from {low} to below 1")
    named = {clause.id for clause in agreement.clauses}
    limits = [judgement.minimum_detection, *(item.priors for item in judgement.guarantor)]
    for unknown in sorted({key for held in limits for key in held} - named):
        yield Flaw(
            ("judgement",), "unknown-clause", f"judgement names clause {unknown!r}, which is not there"
        )
    for value in judgement.minimum_detection.values():
        if not 0.0 < value <= 1.0:
            yield Flaw(
                ("judgement", "minimum_detection"),
                "probability",
                f"minimum detection {value} is not in (0, 1]",
            )


def _area(agreement: Agreement, area: Area, path: Path) -> Iterator[Flaw]:
    yield from _spoken(area.name, (*path, "name"), agreement.heading.languages)
    for key, rule, message in shape_faults(area):
        yield Flaw((*path, key), rule, message)
    kinds = {item.id: item.kind for item in agreement.areas}
    if area.kind == "buffer" and area.of and kinds.get(area.of) != "line":
        yield Flaw((*path, "of"), "unknown-area", f"{area.id} is a buffer of {area.of!r}, which is no line")
    if area.variant_of and area.variant_of not in kinds:
        yield Flaw(
            (*path, "variant_of"),
            "unknown-area",
            f"{area.id} competes with {area.variant_of!r}, which is not there",
        )
    yield from _known(area.accepted, {item.id for item in agreement.parties}, (*path, "accepted"), "party")
    if not area.map_version or not area.author:
        yield Flaw(path, "map-version", f"{area.id} names no author or no map version")
    for place, site in enumerate(area.site):
        if abs(site.lon_deg) > 180.0 or abs(site.lat_deg) > 90.0 or site.radius_m <= 0:
            yield Flaw((*path, "site", place), "coordinates", f"site {site.id} has no valid middle or radius")


def _clause(agreement: Agreement, clause: AnyClause, path: Path) -> Iterator[Flaw]:
    for key, value in (
        ("bearer", clause.bearer),
        ("area", clause.area),
        ("citation", clause.citation),
        ("article", clause.article),
    ):
        if not value:
            yield Flaw((*path, key), f"{key}-missing", f"clause {clause.id} names no {key}", f"give `{key}`")
    yield from _known(clause.bearer, {item.id for item in agreement.parties}, (*path, "bearer"), "party")
    yield from _known(clause.area, {item.id for item in agreement.areas}, (*path, "area"), "area")
    yield from _spoken(clause.title, (*path, "title"), agreement.heading.languages)
    yield from _spoken(clause.text, (*path, "text"), agreement.heading.languages)
    wrong = list(_window(clause, agreement.time_zone, path))
    yield from wrong
    yield from _measure(clause, path)
    if isinstance(clause, Classed):
        yield from _known(clause.classes, set(NAMES), (*path, "classes"), "class")
        if not clause.classes:
            yield Flaw((*path, "classes"), "class-missing", f"clause {clause.id} names no class of object")
    types = (clause.item,) if isinstance(clause, Limit) and clause.item else getattr(clause, "types", ())
    yield from _known(types, set(OBJECT_TYPES), path, "type")
    if isinstance(clause, Cease):
        yield from _known(clause.indications, set(NAMES), (*path, "indications"), "class")
    if isinstance(clause, (Reach, Act)) and clause.deadline and not wrong:
        yield from _deadline(clause, clause.deadline, agreement.time_zone, (*path, "deadline"))
    yield from _references(agreement, clause, path)


def _window(clause: AnyClause, zone_name: str, path: Path) -> Iterator[Flaw]:
    wrong = [*_time(clause.window.start, zone_name, (*path, "window", "start"))]
    if clause.window.end:
        wrong += _time(clause.window.end, zone_name, (*path, "window", "end"))
    yield from wrong
    if not wrong:
        start_ns, end_ns = window_ns(clause.window, zone_name)
        if end_ns <= start_ns:
            yield Flaw(
                (*path, "window"), "window-order", f"the window of clause {clause.id} ends before it starts"
            )


def _measure(clause: AnyClause, path: Path) -> Iterator[Flaw]:
    kind = kind_of(clause)
    if kind in WRAPPERS:
        return
    measure = clause.measure  # type: ignore[union-attr]
    if measure.signal != SIGNALS[kind]:
        yield Flaw(
            (*path, "measure"), "measure", f"{kind} is measured by {SIGNALS[kind]}, not {measure.signal}"
        )
    if kind in JUDGED:
        asked = clause.required_detection
        if asked is None:
            yield Flaw(
                path,
                "detection-missing",
                f"clause {clause.id} states no required detection",
                'give required_detection = { measure = "min", minimum = 0.9 }',
            )
        elif not 0.0 < asked.minimum <= 1.0:
            yield Flaw(
                (*path, "required_detection"), "probability", f"minimum {asked.minimum} is not in (0, 1]"
            )


def _deadline(clause: AnyClause, deadline: Deadline, zone_name: str, path: Path) -> Iterator[Flaw]:
    wrong = list(_time(deadline.at, zone_name, (*path, "at")))
    yield from wrong
    names = [reading.id for reading in deadline.readings]
    if not names or len(set(names)) < len(names):
        yield Flaw(
            (*path, "readings"), "readings", f"the deadline of {clause.id} needs readings with different ids"
        )
    start_ns = window_ns(clause.window, zone_name)[0]
    if not wrong and any(deadline_ns(deadline, item, zone_name) < start_ns for item in deadline.readings):
        yield Flaw(
            (*path, "at"),
            "deadline-before-start",
            f"the deadline of {clause.id} lies before its window starts",
        )


def _references(agreement: Agreement, clause: AnyClause, path: Path) -> Iterator[Flaw]:
    clauses = {item.id for item in agreement.clauses} - {clause.id}
    areas = {item.id: item for item in agreement.areas}
    if isinstance(clause, (Permit, Repair, Term)):
        yield from _known(clause.of, clauses, (*path, "of"), "clause")
    if isinstance(clause, Reach):
        yield from _known(clause.coupled, clauses, (*path, "coupled"), "clause")
        yield from _known(clause.after, clauses, (*path, "after"), "clause")
        bare = [name for name in clause.area if name in areas and not areas[name].site]
        if bare:
            yield Flaw(
                (*path, "area"),
                "sites-missing",
                f"area {bare[0]} of clause {clause.id} declares no site to look at",
            )
    if isinstance(clause, Hold) and (clause.line not in areas or areas[clause.line].kind != "line"):
        yield Flaw(
            (*path, "line"), "unknown-area", f"clause {clause.id} holds {clause.line!r}, which is no line"
        )
    if isinstance(clause, Hold) and clause.beyond and clause.beyond not in areas:
        yield Flaw(
            (*path, "beyond"),
            "unknown-area",
            f"clause {clause.id} names {clause.beyond!r}, which is not there",
        )
    if isinstance(clause, Act) and not (clause.deadline or clause.trigger or clause.period_days):
        yield Flaw(
            path, "act-when", f"clause {clause.id} is due at no time", "give deadline, trigger or period_days"
        )
    if isinstance(clause, Limit) and clause.counting == "flow" and clause.period_days <= 0:
        yield Flaw(
            (*path, "period_days"), "flow-period", f"clause {clause.id} counts a flow without a period"
        )
    if isinstance(clause, Exclude) and 0 < clause.band.ceiling_m <= clause.band.floor_m:
        yield Flaw((*path, "band"), "band", f"the height band of clause {clause.id} is empty")


def _known(given: Iterable[str], known: set[str], path: Path, what: str) -> Iterator[Flaw]:
    for name in sorted(set(given) - known):
        yield Flaw(
            path,
            f"unknown-{what}",
            f"{what} {name!r} is not declared",
            f"known: {', '.join(sorted(known)) or 'none'}",
        )


def _spoken(words: dict[str, str], path: Path, languages: tuple[str, ...]) -> Iterator[Flaw]:
    missing = [language for language in languages if not words.get(language, "").strip()]
    if missing:
        yield Flaw(
            path, "language-missing", f"nothing in {', '.join(missing)}", f"give {', '.join(languages)}"
        )


def _time(text: str, zone_name: str, path: Path) -> Iterator[Flaw]:
    try:
        stated_ns(text, zone_name)
    except Refusal as refusal:
        yield Flaw(path, "time", refusal.what, refusal.remedy)
