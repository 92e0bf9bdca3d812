"""Statements: the signed word of parties about acts, undertakings, passages and the agreement itself.

    {"statement": "done", "clause": "5.centre", "party": "RUS", "at": "2021-01-30T09:00:00Z", "text": "..."}
    done, not done      an act was done at, or was not done until, that time          (ACT, REPAIR)
    triggered           what makes an act due happened then                           (ACT)
    attested, disputed  an undertaking was kept, or is disputed, as of then           (ATTEST)
    passed, denied      users passed, or were turned back, then                       (PASSAGE)
    objection           a party objects to the renewal of a term                      (TERM)
The body of a ``statement`` record without the key "statement" is a complaint and is read by cases. A guarantor's word
counts only from the log of its own part, where that part's key signs it; everybody else's from any part's log.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from truceline.agreement.document import Agreement
from truceline.terms.faults import Refusal
from truceline.terms.time import parse_time

SAYINGS = ("done", "not done", "triggered", "attested", "disputed", "passed", "denied", "objection")


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One statement, see the module."""

    statement: Literal[
        "done", "not done", "triggered", "attested", "disputed", "passed", "denied", "objection"
    ]
    clause: str
    party: str
    at: str
    area: str = ""
    text: str = ""


class Spoken(msgspec.Struct, frozen=True):
    """A record that somebody spoke: content id, first stamp, the letters of the parts whose logs hold it, body."""

    content: str
    stamp_ns: int
    held_by: str
    body: bytes


class Said(msgspec.Struct, frozen=True):
    """A readable statement: its time, and who signed it: the party, or the parts that logged another's word."""

    statement: Statement
    content: str
    at_ns: int
    stamp_ns: int
    signers: tuple[str, ...]


class _Form(msgspec.Struct, frozen=True):
    statement: str = ""


def is_statement(body: bytes) -> bool:
    """Return whether a body means to be a statement: JSON with the key "statement"."""
    try:
        return bool(msgspec.json.decode(body, type=_Form).statement)
    except msgspec.DecodeError:
        return False


def read_statement(body: bytes, agreement: Agreement) -> Statement:
    """Return the statement of a record's body.

    Raises:
        Refusal: the body is none, its time is no instant, or it names no clause or party of the agreement.
    """
    try:
        said = msgspec.json.decode(body, type=Statement)
    except msgspec.DecodeError as error:
        raise Refusal(
            f"no statement: {error}", remedy=f"write clause, party, at and one of {SAYINGS}"
        ) from error
    parse_time(said.at)
    agreement.clause(said.clause)
    if said.area:
        agreement.area(said.area)
    if said.party not in {party.id for party in agreement.parties}:
        raise Refusal(f"no party {said.party!r}", remedy=f"one of {[p.id for p in agreement.parties]}")
    return said


def said_of(agreement: Agreement, spoken: Iterable[Spoken]) -> tuple[Said, ...]:
    """Return the statements that count, in order of time and content; unreadable ones are the centre's faults."""
    parts = {party.id: party.part for party in agreement.parties if party.part}
    found = []
    for record in spoken:
        if not is_statement(record.body):
            continue
        try:
            statement = read_statement(record.body, agreement)
        except Refusal:
            continue
        own = parts.get(statement.party, "")
        if own and record.held_by and own not in record.held_by:
            continue
        signers = (statement.party,) if own else tuple(f"{statement.party} (log {p})" for p in record.held_by)
        found.append(
            Said(
                statement,
                record.content,
                parse_time(statement.at),
                record.stamp_ns,
                signers or (statement.party,),
            )
        )
    return tuple(sorted(found, key=lambda item: (item.at_ns, item.content)))


def of_clause(
    said: Sequence[Said], clause: str, sayings: Sequence[str], area: str, until_ns: int
) -> list[Said]:
    """Return the statements of some kinds about a clause, made of times before ``until_ns``; one without area is of all."""
    return [
        item
        for item in said
        if item.statement.clause == clause
        and item.statement.statement in sayings
        and item.statement.area in ("", area)
        and item.at_ns < until_ns
    ]


def signatures(said: Sequence[Said]) -> tuple[str, ...]:
    """Return who signed some statements, each once: two parties, or one party's word in two parts' logs, are two."""
    return tuple(sorted({signer for item in said for signer in item.signers}))
