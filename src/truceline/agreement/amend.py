"""Amendments: who changed which clause, known since when. The agreement before an amendment is never edited.

An amendment document is TOML: ``[amendment]`` with ``amends`` and ``from_version`` naming what it changes,
and ``[[change]]`` entries whose ``set`` table is laid over the named clause or area (tables merge,
everything else is replaced). It counts from the stamp of its own record; ``known`` is what it says of itself
and counts only inside a whole agreement.
"""

from __future__ import annotations

from typing import Any

import msgspec

from truceline.agreement.areas import Area
from truceline.agreement.calendar import stated_ns
from truceline.agreement.checks import flaws
from truceline.agreement.clauses import AnyClause
from truceline.agreement.document import Agreement, Amendment, Change
from truceline.agreement.parties import Judgement
from truceline.terms.faults import Refusal


def amend(agreement: Agreement, amendment: Amendment) -> Agreement:
    """Return the agreement with an amendment in it.

    Raises:
        Refusal: it amends another agreement or version, names what is not there, or what comes out
        contradicts itself.
    """
    where = f"amendment {amendment.id}"
    if (amendment.amends, amendment.from_version) != (agreement.id, agreement.version):
        raise Refusal(
            f"amends {amendment.amends} version {amendment.from_version}, "
            f"in force is {agreement.id} version {agreement.version}",
            where=where,
            remedy="log amendments in the order of their versions",
        )
    if stated_ns(amendment.known, agreement.time_zone) < stated_ns(
        agreement.heading.signed, agreement.time_zone
    ):
        raise Refusal("is dated before its agreement", where=where, remedy="check `known`")
    changed = agreement
    for change in amendment.change:
        try:
            changed = _change(changed, change)
        except msgspec.ValidationError as error:
            raise Refusal(
                f"{change.table} {change.id}: {error}", where=where, remedy="check the keys of `set`"
            ) from error
    changed = msgspec.structs.replace(
        changed,
        heading=msgspec.structs.replace(changed.heading, version=amendment.version),
        applied=(*changed.applied, amendment.id),
    )
    wrong = flaws(changed)
    if wrong:
        raise Refusal(wrong[0].message, where=where, remedy=wrong[0].remedy)
    return changed


def known_amendments(agreement: Agreement, time_ns: int) -> Agreement:
    """Return the agreement with the amendments it carries that were known by a time, in order of version."""
    waiting = [item for item in agreement.amendments if item.id not in agreement.applied]
    known = [item for item in waiting if stated_ns(item.known, agreement.time_zone) <= time_ns]
    following = next((item for item in known if item.from_version == agreement.version), None)
    return known_amendments(amend(agreement, following), time_ns) if following else agreement


def _change(agreement: Agreement, change: Change) -> Agreement:
    if change.table == "judgement":
        merged = _merge(msgspec.to_builtins(agreement.judgement), change.set)
        return msgspec.structs.replace(agreement, judgement=msgspec.convert(merged, Judgement))
    if change.table == "area":
        areas = tuple(msgspec.convert(item, Area) for item in _entries(agreement.areas, change))
        return msgspec.structs.replace(agreement, areas=areas)
    clauses = tuple(msgspec.convert(item, AnyClause) for item in _entries(agreement.clauses, change))
    return msgspec.structs.replace(agreement, clauses=clauses)


def _entries(held: tuple[Any, ...], change: Change) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = [msgspec.to_builtins(item) for item in held]
    named = [entry for entry in entries if entry["id"] == change.id]
    if change.add == bool(named):
        fault = "is there already" if change.add else "is not there"
        raise Refusal(f"{change.table} {change.id!r} {fault}", remedy="check `id` and `add`")
    if change.add:
        return [*entries, {**change.set, "id": change.id}]
    return [_merge(entry, change.set) if entry["id"] == change.id else entry for entry in entries]


def _merge(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = dict(under)
    for key, value in over.items():
        below = merged.get(key)
        merged[key] = _merge(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged
