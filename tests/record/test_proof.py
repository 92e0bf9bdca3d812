"""Proof files: made, read back, accepted under a policy, and refused when anything is changed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.centre.keys import exercise_keys
from truceline.record import tiles
from truceline.record.note import Checkpoint, Note
from truceline.record.policy import policy_of
from truceline.record.proof import MAGIC, Proof, format_proof, make_proof, parse_proof, verify_proof
from truceline.terms.faults import Refusal

A = exercise_keys("test.example/EXERCISE/a", 1)
B = exercise_keys("test.example/EXERCISE/b", 1)
POLICY = policy_of([A.log.key], [B.mirror.key, B.mirror_pq.key])
ENTRIES = [b"entry %d" % i for i in range(300)]


def laid() -> tuple[dict[tuple[int, int], bytes], Note]:
    tree = tiles.Tree()
    held = {(t.level, t.index): t.data for t in tree.extend([tiles.leaf_hash(e) for e in ENTRIES])}
    held.update({(t.level, t.index): t.data for t in tree.partials()})
    text = Checkpoint(A.origin, tree.size, tree.root()).text
    return held, Note(text, tuple(pair.sign(text, 9) for pair in (A.log, *B.cosigners)))


HELD, NOTE = laid()


def proof_of(index: int, extra: bytes | None = None) -> Proof:
    return make_proof(lambda level, n, width: HELD[level, n][: width * 32], NOTE, index, extra)


@given(st.integers(0, 299), st.none() | st.binary(max_size=50))
@settings(max_examples=40, deadline=None)
def test_round_trip_and_acceptance(index: int, extra: bytes | None) -> None:
    proof = proof_of(index, extra)
    data = format_proof(proof)
    assert parse_proof(data) == proof
    assert data.startswith(MAGIC.encode() + (b"\nindex " if extra is None else b"\nextra "))
    assert verify_proof(parse_proof(data), ENTRIES[index], POLICY).size == 300
    with pytest.raises(Refusal):
        verify_proof(proof, ENTRIES[(index + 1) % 300], POLICY)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_any_flipped_bit_is_refused(data: st.DataObject) -> None:
    good = format_proof(proof_of(7))
    bit = data.draw(st.integers(0, len(good) * 8 - 1))
    bent = bytearray(good)
    bent[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Refusal):
        verify_proof(parse_proof(bytes(bent)), ENTRIES[7], POLICY)


def test_policies_decide() -> None:
    proof = proof_of(3)
    with pytest.raises(Refusal, match="log that the policy knows"):
        verify_proof(proof, ENTRIES[3], policy_of([B.log.key]))
    bare = Proof(3, proof.hashes, Note(NOTE.text, NOTE.signatures[:2]))
    with pytest.raises(Refusal, match="policy asks"):
        verify_proof(bare, ENTRIES[3], POLICY)
    assert verify_proof(bare, ENTRIES[3], policy_of([A.log.key])).origin == A.origin


@given(st.binary(max_size=200))
def test_hostile_bytes(data: bytes) -> None:
    for candidate in (data, MAGIC.encode() + b"\n" + data, MAGIC.encode() + b"\nindex 1\n" + data):
        try:
            proof = parse_proof(candidate)
        except Refusal:
            continue
        assert format_proof(proof) == candidate


@pytest.mark.parametrize("index", ["", "01", "-1", "1 ", "\u0661", "9" * 20])
def test_other_spellings_are_refused(index: str) -> None:
    data = format_proof(proof_of(1)).replace(b"index 1\n", f"index {index}\n".encode())
    with pytest.raises(Refusal):
        parse_proof(data)
