"""Cases: a violated finding or a complaint opens one; assessments, dissent and the joint outcome hang on it.

A case's id is the hash of what opened it (a finding's clause, area, reading and first evidence; a complaint's content), so
both parts open the same case, and a later finding about the same evidence joins it instead of opening another.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from truceline.cases.assessment import (
    Assessment,
    Commitment,
    commitment_of,
    joint,
    read_assessment,
    read_commitment,
)
from truceline.record.record import Record
from truceline.terms.faults import Fault, Refusal
from truceline.terms.ids import content_id
from truceline.verify.finding import Finding
from truceline.verify.statements import is_statement


class Complaint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a ``statement`` record that complains: who says what happened where and when, about which clause."""

    party: str
    clause: str
    text: str
    start: str = ""
    end: str = ""
    place: str = ""


class Case(msgspec.Struct, frozen=True):
    """One case as the log stands: what opened it, each part's state, and the joint outcome.

    ``committed`` and ``revealed`` hold parts in order; ``rejected`` says which commitments or reveals broke the rules.
    """

    id: str
    opened_by: str
    clause: str
    area: str
    opened_ns: int
    findings: tuple[str, ...]
    complaints: tuple[str, ...]
    committed: tuple[str, ...]
    assessments: tuple[Assessment, ...]
    outcome: str
    rejected: tuple[str, ...] = ()


def case_id(finding: Finding) -> str:
    """Return the id of the case a violated finding opens or joins."""
    first = list(finding.evidence[0]) if finding.evidence else [finding.id, 0]
    return content_id("case", [finding.clause, finding.area, finding.reading, first])


def fold_cases(
    findings: Iterable[Finding], records: Sequence[Record], parts: tuple[str, ...]
) -> tuple[tuple[Case, ...], tuple[Fault, ...]]:
    """Return all cases in order of id, and the faults of unreadable bodies.

    ``records`` are the statement, commitment and assessment records known, in canonical order. A reveal counts only when it
    names every part's commitment and hashes to its own; one that does not is kept under ``rejected``.
    """
    opened: dict[str, Case] = {}
    for finding in findings:
        if finding.verdict == "violated":
            _join(opened, case_id(finding), finding)
    commitments: dict[tuple[str, str], tuple[str, Commitment]] = {}
    reveals: list[Assessment] = []
    spoken: list[tuple[Record, str]] = []
    faults: list[Fault] = []
    for record in records:
        try:
            if record.kind == "statement" and not is_statement(record.body):
                _complain(opened, record)
            elif record.kind == "commitment":
                made = read_commitment(record.body)
                _check_own(record, made.part)
                commitments.setdefault((made.case, made.part), (record.content, made))
                spoken.append((record, made.case))
            elif record.kind == "assessment":
                told = read_assessment(record.body)
                _check_own(record, told.part)
                reveals.append(told)
                spoken.append((record, told.case))
        except Refusal as refusal:
            faults.append(Fault(record.source, record.seq, 0, len(record.body), str(refusal)))
    faults += [
        Fault(record.source, record.seq, 0, len(record.body), f"no case of this id is open: {case[:16]}")
        for record, case in spoken
        if case not in opened
    ]
    cases = [_settle(case, commitments, reveals, parts) for case in opened.values()]
    return tuple(sorted(cases, key=lambda case: case.id)), tuple(faults)


def _check_own(record: Record, part: str) -> None:
    """Refuse a word in a part's name that stands in another part's log alone."""
    if record.held_by and part not in record.held_by:
        raise Refusal(f"speaks for part {part}, but stands in the log of part {record.held_by}")


def _join(opened: dict[str, Case], identity: str, finding: Finding) -> None:
    if identity not in opened:
        opened[identity] = Case(
            identity, "finding", finding.clause, finding.area, finding.start_ns, (), (), (), (), "pending"
        )
    case = opened[identity]
    opened[identity] = msgspec.structs.replace(
        case,
        findings=tuple(sorted({*case.findings, finding.id})),
        opened_ns=min(case.opened_ns, finding.start_ns),
    )


def _complain(opened: dict[str, Case], record: Record) -> None:
    try:
        complaint = msgspec.json.decode(record.body, type=Complaint)
    except msgspec.DecodeError as error:
        raise Refusal(f"no complaint: {error}", remedy="write party, clause, text") from error
    identity = content_id("case", ["complaint", record.content])
    opened[identity] = Case(
        identity, "complaint", complaint.clause, "", record.stamp_ns, (), (record.content,), (), (), "pending"
    )


def _settle(
    case: Case,
    commitments: dict[tuple[str, str], tuple[str, Commitment]],
    reveals: Sequence[Assessment],
    parts: tuple[str, ...],
) -> Case:
    held = {part: commitments[case.id, part] for part in parts if (case.id, part) in commitments}
    kept: dict[str, Assessment] = {}
    rejected: list[str] = []
    for reveal in reveals:
        if reveal.case != case.id:
            continue
        fault = _fault_of(reveal, held, parts, kept)
        if fault:
            rejected.append(f"{reveal.part}: {fault}")
        else:
            kept[reveal.part] = reveal
    assessments = tuple(kept[part] for part in parts if part in kept)
    return msgspec.structs.replace(
        case,
        committed=tuple(part for part in parts if part in held),
        assessments=assessments,
        outcome=joint(assessments, parts),
        rejected=tuple(rejected),
    )


def _fault_of(
    reveal: Assessment,
    held: dict[str, tuple[str, Commitment]],
    parts: tuple[str, ...],
    kept: dict[str, Assessment],
) -> str:
    if reveal.part not in parts or reveal.part not in held:
        return "no commitment of this part precedes the reveal"
    if reveal.part in kept:
        return "this part has already revealed"
    if {held[part][0] for part in parts if part in held} != set(reveal.commitments) or len(held) < len(parts):
        return "the reveal does not name every part's commitment"
    if commitment_of(reveal) != held[reveal.part][1].commitment:
        return "the reveal is not what was committed"
    return ""
