"""Commitments per field: opened alone or together, and never opened to anything else."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.record.commit import Opening, commit, commitment, opened, read_committed
from truceline.terms.faults import Refusal

texts = st.text(st.characters(codec="utf-8"), max_size=30)
fields = st.dictionaries(texts, st.tuples(texts, st.binary(min_size=32, max_size=32)), max_size=5)


@given(texts, fields, st.data())
def test_any_selection_opens(
    subject: str, given_fields: dict[str, tuple[str, bytes]], data: st.DataObject
) -> None:
    values = {name: value for name, (value, _) in given_fields.items()}
    body, openings = commit(subject, values, {name: salt for name, (_, salt) in given_fields.items()})
    shown = data.draw(st.sets(st.sampled_from(sorted(values)))) if values else set()
    assert opened(body, {name: openings[name] for name in shown}) == {name: values[name] for name in shown}
    assert read_committed(body).subject == subject
    for name in shown:
        with pytest.raises(Refusal):
            opened(body, {name: Opening(values[name] + "x", openings[name].salt)})
        with pytest.raises(Refusal):
            opened(
                body, {name + "x": openings[name]} if name + "x" not in values else {name: Opening("", "zz")}
            )


def test_the_formula() -> None:
    salt = bytes(range(32))
    expected = hashlib.sha256(
        b"truceline field v1\n" + salt + b"\x00\x04" + b"text" + "да".encode()
    ).hexdigest()
    assert commitment("text", "да", salt) == expected
    # The length of the name keeps name and value apart.
    assert commitment("tex", "tда", salt) != expected
    with pytest.raises(Refusal):
        commitment("text", "", b"short")


def test_a_commitment_tells_nothing_without_the_salt() -> None:
    body, _ = commit("case 1", {"verdict": "violated"}, {"verdict": bytes(32)})
    assert b"violated" not in body
    other, _ = commit("case 1", {"verdict": "violated"}, {"verdict": b"\1" * 32})
    assert body != other


@pytest.mark.parametrize(
    "body", [b"", b"{}", b'{"fields":{}, "subject":""}', b'{"subject":"","fields":{}}', b"\xff"]
)
def test_other_bodies_are_refused(body: bytes) -> None:
    with pytest.raises(Refusal):
        read_committed(body)
