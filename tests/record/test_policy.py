"""Policies: the grammar of C2SP tlog-policy, its quorums, and hostile bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.centre.keys import KeyPair
from truceline.record.note import COSIGN_ED25519, COSIGN_MLDSA44, ED25519
from truceline.record.policy import format_policy, parse_policy, policy_of
from truceline.terms.faults import Refusal

LOG = KeyPair("log.example", ED25519, b"\1" * 32).key
KEYS = [KeyPair(f"w{i}.example", COSIGN_ED25519, bytes([i + 2]) * 32).key for i in range(6)]
PQ = KeyPair("w0.example", COSIGN_MLDSA44, b"\2" * 32).key

# The shape of the example in tlog-policy: two of three, and any of three, and both.
TWO_LEVELS = (
    f"# who must have seen it\n\nlog {LOG.vkey}\n"
    + "".join(f"witness X{i + 1} {KEYS[i].vkey}\n" for i in range(3))
    + "group X-witnesses 2 X1 X2 X3\n"
    + "".join(f" witness\tY{i + 1}  {KEYS[i + 3].vkey} https://y.example/ \n" for i in range(3))
    + "group Y-witnesses any Y1 Y2 Y3\ngroup X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n"
).encode()


def test_two_levels_of_groups() -> None:
    policy = parse_policy(TWO_LEVELS)
    assert policy.logs == (LOG,)
    assert policy.log_keys("log.example") == (LOG,)
    assert policy.log_keys("other.example") == ()
    assert policy.missing([KEYS[0], KEYS[2], KEYS[5]]) == ""
    assert "X-witnesses" in policy.missing([KEYS[0], KEYS[5]])
    assert "Y-witnesses" in policy.missing(KEYS[:3])
    assert policy.missing([])
    assert parse_policy(format_policy(policy)) == policy


def test_none_and_single_witnesses() -> None:
    assert parse_policy(b"quorum none").missing([]) == ""
    single = parse_policy(f"witness A {KEYS[0].vkey}\nquorum A\n".encode())
    assert single.missing([KEYS[0]]) == ""
    assert single.missing([KEYS[1]]) == "the cosignature of A"


def test_the_house_policy() -> None:
    policy = policy_of([LOG], [KEYS[0], PQ])
    assert parse_policy(format_policy(policy)) == policy
    assert policy.missing([LOG, KEYS[0], PQ]) == ""
    assert policy.missing([LOG, KEYS[0]])
    assert policy_of([LOG], [KEYS[0]], ask=False).missing([]) == ""
    assert policy_of([LOG]).quorum == "none"


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        ("", None),
        ("quorum A", 1),
        ("quorum none\nquorum none", 2),
        (f"log {KEYS[0].vkey}\nquorum none", 1),
        (f"witness A {LOG.vkey}\nquorum none", 1),
        (f"witness none {KEYS[0].vkey}\nquorum none", 1),
        (f"witness A {KEYS[0].vkey}\nwitness A {KEYS[1].vkey}\nquorum none", 2),
        (f"witness A {KEYS[0].vkey}\nwitness B {KEYS[0].vkey}\nquorum none", 2),
        (f"witness A {KEYS[0].vkey}\ngroup G 2 A\nquorum G", 2),
        (f"witness A {KEYS[0].vkey}\ngroup G 0 A\nquorum G", 2),
        (f"witness A {KEYS[0].vkey}\ngroup G 01 A\nquorum G", 2),
        (f"witness A {KEYS[0].vkey}\ngroup G some A\nquorum G", 2),
        (f"witness A {KEYS[0].vkey}\ngroup G any A A\nquorum G", 2),
        (f"witness A {KEYS[0].vkey}\ngroup G any none\nquorum G", 2),
        (f"witness A {KEYS[0].vkey}\ngroup G any A\ngroup H any A\nquorum G", 3),
        ("group G any\nquorum G", 1),
        ("log name+00000000+AAAA\nquorum none", 1),
        ("wish none", 1),
        ("quorum none\r", 1),
        ("quorum none extra", 1),
    ],
)
def test_bad_policies_name_the_line(lines: str, line: int | None) -> None:
    with pytest.raises(Refusal) as told:
        parse_policy(lines.encode())
    assert told.value.where == ("" if line is None else f"line {line}")


@given(st.binary(max_size=120))
def test_hostile_policies(data: bytes) -> None:
    for candidate in (data, TWO_LEVELS + data, b"group G any " + data):
        try:
            policy = parse_policy(candidate)
        except Refusal:
            continue
        assert parse_policy(format_policy(policy)) == policy
