"""Cases: what opens one, what joins one, and the order of commit and reveal that nobody can turn round."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest

from tests.centre.findings import HOUR, START, finding
from tests.centre.stamped import record
from truceline.cases.assessment import Assessment, commitment_of
from truceline.cases.case import Case, Complaint, case_id, fold_cases
from truceline.record.record import Record
from truceline.terms.faults import Fault

SEEN = finding("1.air", "violated", evidence=(("c1", 0), ("c2", 8)))
CASE = case_id(SEEN)
PARTS = ("A", "B")


def assessed(part: str, verdict: str = "violated", reservation: str = "", nonce: str = "n") -> Assessment:
    return Assessment(CASE, part, f"head-{part.lower()}", verdict, "text", f"{nonce}-{part}", reservation)


def committed(assessment: Assessment, stamp_ns: int = START, held_by: str = "") -> Record:
    body = {
        "case": assessment.case,
        "part": assessment.part,
        "officer": assessment.officer,
        "commitment": commitment_of(assessment),
    }
    data = msgspec.json.encode(body)
    return record(assessment.officer, stamp_ns, data, "commitment", held_by=held_by or assessment.part)


def revealed(
    assessment: Assessment, commitments: Sequence[Record], stamp_ns: int = START + HOUR, held_by: str = ""
) -> Record:
    whole = msgspec.structs.replace(assessment, commitments=tuple(item.content for item in commitments))
    data = msgspec.json.encode(whole)
    return record(assessment.officer, stamp_ns, data, "assessment", held_by=held_by or assessment.part)


def settled(*records: Record) -> tuple[Case, tuple[Fault, ...]]:
    cases, faults = fold_cases([SEEN], sorted(records, key=lambda r: (r.stamp_ns, r.content)), PARTS)
    assert [case.id for case in cases] == [CASE]
    return cases[0], faults


A, B = assessed("A"), assessed("B")
COMMITTED = [committed(A), committed(B)]


def test_a_violated_finding_opens_a_case_and_another_of_the_same_evidence_joins_it() -> None:
    hour, day = SEEN, msgspec.structs.replace(SEEN, id="day", end_ns=START + 24 * HOUR)
    quiet = finding("1.cease", "not verified")
    cases, faults = fold_cases([hour, quiet, day], [], PARTS)
    assert len(cases) == 1
    assert (cases[0].opened_by, cases[0].clause, cases[0].outcome) == ("finding", "1.air", "pending")
    assert cases[0].findings == tuple(sorted((SEEN.id, "day")))
    assert cases[0].opened_ns == START
    assert faults == ()
    elsewhere = finding("1.air", "violated", evidence=(("c9", 0),))
    assert len(fold_cases([hour, elsewhere], [], PARTS)[0]) == 2


def test_a_complaint_opens_a_case_of_its_own() -> None:
    body = msgspec.json.encode(Complaint("AZE", "1.air", "we heard it"))
    (case,), _ = fold_cases([], [record("AZE", START, body, "statement")], PARTS)
    assert (case.opened_by, case.clause, case.findings) == ("complaint", "1.air", ())
    assert len(case.complaints) == 1


def test_committed_then_revealed_is_agreed() -> None:
    case, faults = settled(*COMMITTED, revealed(A, COMMITTED), revealed(B, COMMITTED))
    assert (case.committed, case.outcome, case.rejected, faults) == (PARTS, "agreed", (), ())
    assert [item.part for item in case.assessments] == ["A", "B"]


def test_the_order_of_the_named_commitments_does_not_matter() -> None:
    case, _ = settled(*COMMITTED, revealed(A, COMMITTED[::-1]), revealed(B, COMMITTED))
    assert case.outcome == "agreed"


@pytest.mark.parametrize(
    ("other", "outcome"),
    [
        (assessed("B", "not verified"), "split"),
        (assessed("B", reservation="but whose?"), "agreed with reservation"),
    ],
)
def test_dissent_and_reservation_stay(other: Assessment, outcome: str) -> None:
    both = [committed(A), committed(other)]
    case, _ = settled(*both, revealed(A, both), revealed(other, both))
    assert case.outcome == outcome
    assert {item.verdict for item in case.assessments} == {"violated", other.verdict}


def test_until_both_have_revealed_it_is_pending_and_nothing_is_shown() -> None:
    assert settled()[0].outcome == "pending"
    case, _ = settled(*COMMITTED)
    assert (case.committed, case.assessments, case.outcome) == (PARTS, (), "pending")
    case, _ = settled(*COMMITTED, revealed(A, COMMITTED))
    assert ([item.part for item in case.assessments], case.outcome) == (["A"], "pending")


def rejected(*records: Record) -> str:
    case, _ = settled(*records)
    assert len(case.rejected) == 1
    assert case.outcome == "pending"
    return case.rejected[0]


def test_a_reveal_without_a_commitment_is_rejected_and_kept() -> None:
    assert (
        rejected(COMMITTED[1], revealed(A, COMMITTED)) == "A: no commitment of this part precedes the reveal"
    )


def test_a_reveal_before_the_other_has_committed_is_rejected() -> None:
    only = [COMMITTED[0]]
    assert rejected(*only, revealed(A, only)) == "A: the reveal does not name every part's commitment"
    assert "does not name" in rejected(*COMMITTED, revealed(A, only))


def test_a_reveal_that_names_another_commitment_is_rejected() -> None:
    odd = [COMMITTED[0], committed(assessed("B", "compliant"))]
    assert "does not name" in rejected(*COMMITTED, revealed(A, odd))
    assert "does not name" in rejected(*COMMITTED, revealed(A, [*COMMITTED, odd[1]]))


def test_what_was_not_committed_cannot_be_revealed() -> None:
    for other in (
        assessed("A", "compliant"),
        assessed("A", nonce="x"),
        assessed("A", reservation="now I do"),
    ):
        assert rejected(*COMMITTED, revealed(other, COMMITTED)) == "A: the reveal is not what was committed"


def test_a_part_reveals_once() -> None:
    case, _ = settled(
        *COMMITTED, revealed(A, COMMITTED), revealed(A, COMMITTED, START + 2 * HOUR), revealed(B, COMMITTED)
    )
    assert case.rejected == ("A: this part has already revealed",)
    assert case.outcome == "agreed"


def test_a_stranger_has_no_say() -> None:
    stranger = assessed("C")
    both = [*COMMITTED, committed(stranger)]
    case, _ = settled(*both, revealed(stranger, both))
    assert case.rejected == ("C: no commitment of this part precedes the reveal",)


def test_nobody_speaks_for_the_other_part() -> None:
    """What part B writes in part A's name into its own log neither commits nor reveals for A."""
    forged = committed(assessed("A", "compliant"), START - HOUR, held_by="B")
    case, faults = settled(forged, *COMMITTED, revealed(A, COMMITTED), revealed(B, COMMITTED))
    assert case.outcome == "agreed"
    assert [fault.reason for fault in faults] == ["speaks for part A, but stands in the log of part B"]
    both = [COMMITTED[0], COMMITTED[1]]
    case, faults = settled(*both, revealed(A, both, held_by="B"))
    assert (case.assessments, len(faults)) == ((), 1)


def test_a_second_commitment_changes_nothing() -> None:
    later = committed(assessed("A", "compliant"), START + 1)
    case, _ = settled(*COMMITTED, later, revealed(A, COMMITTED), revealed(B, COMMITTED))
    assert case.outcome == "agreed"


def test_words_about_no_case_and_unreadable_ones_are_faults() -> None:
    lost = msgspec.structs.replace(A, case="no such case")
    records = [
        record("AZE", START, b"{}", "statement"),
        record("head-a", START, b"x", "commitment"),
        record("head-a", START, b"x", "assessment"),
        committed(lost),
        revealed(lost, COMMITTED),
    ]
    case, faults = settled(*records)
    assert case.rejected == ()
    reasons = sorted(fault.reason.partition(":")[0] for fault in faults)
    assert reasons == ["no assessment", "no case of this id is open", "no case of this id is open",
                       "no commitment", "no complaint"]  # fmt: skip


def test_cases_stand_in_order_of_id_whatever_came_first() -> None:
    findings = [finding("1.air", "violated", evidence=((f"c{n}", 0),)) for n in range(6)]
    one, other = fold_cases(findings, [], PARTS)[0], fold_cases(findings[::-1], [], PARTS)[0]
    assert one == other
    assert [case.id for case in one] == sorted(case.id for case in one)
