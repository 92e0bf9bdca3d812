"""Sealed assessments: each guarantor's part commits before either may see the other's, then both reveal.

    commitment = SHA-256( "truceline assessment" LF canonical JSON of the assessment LF nonce )
A reveal names the content ids of both commitments. A content id is a hash of the commitment's bytes, so nobody could have
written it before the commitment existed: the order is provable to a stranger without trusting any clock.
The joint outcome is computed, never entered; a dissent stays beside it.
"""

from __future__ import annotations

import msgspec

from truceline.terms.faults import Refusal
from truceline.terms.ids import canonical, digest

VERDICTS = ("compliant", "violated", "not verified")
OUTCOMES = ("pending", "agreed", "agreed with reservation", "split")


class Commitment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a ``commitment`` record: which case, which part, and the hash of what it will reveal."""

    case: str
    part: str
    officer: str
    commitment: str


class Assessment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of an ``assessment`` record: one part's own judgement of a case, revealed.

    ``commitments`` are the content ids of both parts' commitment records, own first.
    """

    case: str
    part: str
    officer: str
    verdict: str
    text: str
    nonce: str
    reservation: str = ""
    commitments: tuple[str, ...] = ()


def commitment_of(assessment: Assessment) -> str:
    """Return the hash a part commits to before it reveals this assessment (``commitments`` is not part of it)."""
    sealed = {
        "case": assessment.case,
        "part": assessment.part,
        "officer": assessment.officer,
        "verdict": assessment.verdict,
        "text": assessment.text,
        "reservation": assessment.reservation,
    }
    return digest(b"truceline assessment\n" + canonical(sealed) + b"\n" + assessment.nonce.encode())


def read_commitment(body: bytes) -> Commitment:
    """Return the commitment of a record's body.

    Raises:
        Refusal: the body is none.
    """
    try:
        return msgspec.json.decode(body, type=Commitment)
    except msgspec.DecodeError as error:
        raise Refusal(f"no commitment: {error}", remedy="write case, part, officer, commitment") from error


def read_assessment(body: bytes) -> Assessment:
    """Return the assessment of a record's body.

    Raises:
        Refusal: the body is none, or its verdict is not one of the three.
    """
    try:
        assessment = msgspec.json.decode(body, type=Assessment)
    except msgspec.DecodeError as error:
        raise Refusal(
            f"no assessment: {error}", remedy="write case, part, officer, verdict, text, nonce"
        ) from error
    if assessment.verdict not in VERDICTS:
        raise Refusal(f"no verdict is called {assessment.verdict!r}", remedy=f"one of {', '.join(VERDICTS)}")
    return assessment


def joint(revealed: tuple[Assessment, ...], parts: tuple[str, ...]) -> str:
    """Return the joint outcome of the assessments revealed so far: one of OUTCOMES.

    Two parts that say the same agree; a reservation of either stays in the outcome; two that say different things are
    split. Until every part has revealed the outcome is pending.
    """
    by_part = {item.part: item for item in revealed}
    if not parts or any(part not in by_part for part in parts):
        return "pending"
    if len({by_part[part].verdict for part in parts}) > 1:
        return "split"
    return "agreed with reservation" if any(by_part[part].reservation for part in parts) else "agreed"
