"""Sealed assessments: what is committed is what is revealed; the joint outcome follows from what was said."""

from __future__ import annotations

import itertools

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.cases.assessment import (
    OUTCOMES,
    VERDICTS,
    Assessment,
    commitment_of,
    joint,
    read_assessment,
    read_commitment,
)
from truceline.terms.faults import Refusal

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
assessments = st.builds(
    Assessment, texts, st.sampled_from("AB"), texts, st.sampled_from(VERDICTS), texts, texts, texts,
    st.lists(texts, max_size=2).map(tuple),
)  # fmt: skip
ONE = Assessment("case", "A", "head-a", "violated", "seen by both radars", "nonce")


@given(assessments)
def test_an_assessment_survives_its_record(assessment: Assessment) -> None:
    assert read_assessment(msgspec.json.encode(assessment)) == assessment


@pytest.mark.parametrize("field", ["case", "part", "officer", "verdict", "text", "nonce", "reservation"])
def test_every_word_is_committed(field: str) -> None:
    other = msgspec.structs.replace(ONE, **{field: "compliant" if field == "verdict" else "other"})
    assert commitment_of(other) != commitment_of(ONE)
    assert commitment_of(msgspec.structs.replace(ONE, commitments=("x",))) == commitment_of(ONE)


def test_text_cannot_be_moved_into_the_nonce() -> None:
    shifted = msgspec.structs.replace(ONE, nonce="\nnonce")
    assert commitment_of(shifted) != commitment_of(ONE)


def test_the_commitment_is_what_it_was() -> None:
    """Fixed: `printf` and `sha256sum` over the form in the module's docstring give this."""
    import hashlib

    text = (
        b'truceline assessment\n{"case":"case","officer":"head-a","part":"A","reservation":"",'
        b'"text":"seen by both radars","verdict":"violated"}\nnonce'
    )
    assert commitment_of(ONE) == hashlib.sha256(text).hexdigest()


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b"\xff", msgspec.json.encode({**msgspec.to_builtins(ONE), "more": 1}),
     msgspec.json.encode(msgspec.structs.replace(ONE, verdict="guilty"))],
)  # fmt: skip
def test_what_is_no_assessment_is_refused(body: bytes) -> None:
    with pytest.raises(Refusal):
        read_assessment(body)


@given(st.binary(max_size=80))
def test_hostile_bytes_are_refused(body: bytes) -> None:
    for read in (read_assessment, read_commitment):
        with pytest.raises(Refusal):
            read(body)


def said(part: str, verdict: str, reservation: str = "") -> Assessment:
    return Assessment("case", part, "head", verdict, "", "", reservation)


@pytest.mark.parametrize(("one", "other"), list(itertools.product(VERDICTS, VERDICTS)))
def test_two_verdicts_agree_or_split(one: str, other: str) -> None:
    outcome = joint((said("A", one), said("B", other)), ("A", "B"))
    assert outcome == ("agreed" if one == other else "split")
    assert outcome in OUTCOMES
    assert joint((said("B", other), said("A", one)), ("A", "B")) == outcome


def test_a_reservation_stays_in_the_outcome() -> None:
    for first, second in (("but", ""), ("", "but"), ("but", "yet")):
        both = (said("A", "violated", first), said("B", "violated", second))
        assert joint(both, ("A", "B")) == "agreed with reservation"
    assert joint((said("A", "violated", "but"), said("B", "compliant")), ("A", "B")) == "split"


def test_until_all_have_spoken_it_is_pending() -> None:
    assert joint((), ("A", "B")) == joint((said("A", "violated"),), ("A", "B")) == "pending"
    assert joint((said("A", "violated"),), ()) == "pending"
    assert joint((said("A", "violated"),), ("A",)) == "agreed"
