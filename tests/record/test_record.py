"""Entries: one spelling each, nothing lost, and hostile bytes are refused."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.record.record import (
    INPUTS,
    KINDS,
    MAX_ENTRY_B,
    OUTPUTS,
    content_of,
    decode_entry,
    encode_entry,
    to_record,
)
from truceline.terms.faults import Refusal

kinds = st.sampled_from(sorted(KINDS))
sources = st.text(
    st.characters(min_codepoint=32, exclude_characters="\x7f", codec="utf-8"), min_size=1, max_size=200
)
times = st.integers(0, 2**63 - 1)
bodies = st.one_of(st.binary(max_size=300), st.integers(65_300, 66_000).map(bytes))


def no_blob(digest: str) -> bytes:
    raise AssertionError(digest)


@given(kinds, sources, times, bodies, st.none() | times)
def test_round_trip(kind: str, source: str, stamp_ns: int, body: bytes, effective_ns: int | None) -> None:
    encoded = encode_entry(kind, source, stamp_ns, body, effective_ns)
    assert len(encoded.entry) <= MAX_ENTRY_B
    blobs = {} if encoded.blob is None else {hashlib.sha256(encoded.blob).hexdigest(): encoded.blob}
    record = to_record(3, encoded.entry, blobs.__getitem__)
    assert (record.kind, record.source, record.stamp_ns, record.body) == (kind, source, stamp_ns, body)
    assert record.effective_ns == (stamp_ns if effective_ns is None else effective_ns)
    assert record.content == content_of(kind, source, stamp_ns, body)
    again = encode_entry(kind, source, stamp_ns, record.body, record.effective_ns)
    assert again == encoded


def test_the_bytes_of_the_documentation() -> None:
    assert encode_entry("raw", "radar-1", 1605830400000000000, b"\xf0").entry == (
        b'{"kind":"raw","source":"radar-1","stamp_ns":1605830400000000000}\n\xf0'
    )
    assert encode_entry("config", "centre", 5, b"", 9).entry == (
        b'{"kind":"config","source":"centre","stamp_ns":5,"effective_ns":9}\n'
    )
    assert (
        encode_entry("raw", "камера", 5, b"x", 5).entry
        == '{"kind":"raw","source":"камера","stamp_ns":5}\nx'.encode()
    )
    # Content is the SHA-256 of header, newline and body; sha256sum gives the same.
    text = b'{"kind":"raw","source":"radar-1","stamp_ns":1}\nabc'
    assert content_of("raw", "radar-1", 1, b"abc") == hashlib.sha256(text).hexdigest()
    assert content_of("raw", "radar-1", 1, b"abc") != content_of("raw", "radar-1", 2, b"abc")


def test_the_limit_of_an_entry() -> None:
    header = len(b'{"kind":"raw","source":"a","stamp_ns":1}\n')
    fits = encode_entry("raw", "a", 1, bytes(MAX_ENTRY_B - header))
    assert fits.blob is None
    assert len(fits.entry) == MAX_ENTRY_B
    over = encode_entry("raw", "a", 1, bytes(MAX_ENTRY_B - header + 1))
    assert over.blob == bytes(MAX_ENTRY_B - header + 1)
    head = json.loads(over.entry)
    assert head["length"] == MAX_ENTRY_B - header + 1
    assert head["blob"] == hashlib.sha256(over.blob).hexdigest()
    # The same header with a length that would have fitted is another spelling, hence refused.
    with pytest.raises(Refusal, match="fits"):
        decode_entry(over.entry.replace(b'"length":65495', b'"length":65494'))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b'{"kind":"raw","source":"a","stamp_ns":1}',
        b'{"kind":"raw","source":"a","stamp_ns":1} \n',
        b'{"kind":"raw", "source":"a","stamp_ns":1}\n',
        b'{"source":"a","kind":"raw","stamp_ns":1}\n',
        b'{"kind":"raw","source":"a","stamp_ns":1,"stamp_ns":1}\n',
        b'{"kind":"raw","source":"a","stamp_ns":1.0}\n',
        b'{"kind":"raw","source":"a","stamp_ns":01}\n',
        b'{"kind":"raw","source":"a","stamp_ns":-1}\n',
        b'{"kind":"raw","source":"a","stamp_ns":9223372036854775808}\n',
        b'{"kind":"raw","source":"a","stamp_ns":true}\n',
        b'{"kind":"raw","source":"a","stamp_ns":1,"effective_ns":1}\n',
        b'{"kind":"raw","source":"a","stamp_ns":1,"effective_ns":null}\n',
        b'{"kind":"raw","source":"a","stamp_ns":1,"more":1}\n',
        b'{"kind":"raw","source":"\\u0061","stamp_ns":1}\n',
        b'{"kind":"raw","source":"a\\u0000","stamp_ns":1}\n',
        b'{"kind":"raw","source":"","stamp_ns":1}\n',
        b'{"kind":"plot","source":"a","stamp_ns":1}\n',
        b'{"kind":"raw","source":"a","stamp_ns":1,"blob":"00","length":70000}\n',
        b'{"kind":"raw","source":"a","stamp_ns":1,"length":70000}\n',
        b'{"kind":"raw","source":"a","stamp_ns":1,"blob":"' + b"0" * 64 + b'","length":70000}\nx',
        b'{"kind":"raw","source":"a","stamp_ns":1,"blob":"' + b"A" * 64 + b'","length":70000}\n',
        b'{"kind":"raw","source":"a","stamp_ns":1,"blob":"' + b"0" * 64 + b'","length":7}\n',
        b'{"kind":"raw","source":"\xff","stamp_ns":1}\n',
        b'{"kind":"raw","source":"' + b"a" * 70_000 + b'","stamp_ns":1}\n',
    ],
)
def test_other_spellings_are_refused(data: bytes) -> None:
    with pytest.raises(Refusal):
        decode_entry(data)


@given(st.binary(max_size=200))
def test_hostile_bytes(data: bytes) -> None:
    try:
        entry = decode_entry(data)
    except Refusal:
        return
    head = entry.header
    assert encode_entry(head.kind, head.source, head.stamp_ns, entry.body, head.effective_ns).entry == data


@given(st.data())
def test_a_changed_entry_is_refused_or_another_record(data: st.DataObject) -> None:
    good = encode_entry("raw", "radar-1", 12345, b"body", 99).entry
    bit = data.draw(st.integers(0, len(good) * 8 - 1))
    bent = bytearray(good)
    bent[bit // 8] ^= 1 << bit % 8
    try:
        record = to_record(0, bytes(bent), no_blob)
    except Refusal:
        return
    assert record != to_record(0, good, no_blob)


def test_wrong_blobs_and_wrong_words() -> None:
    encoded = encode_entry("raw", "a", 1, bytes(70_000))
    with pytest.raises(Refusal, match="blob"):
        to_record(0, encoded.entry, lambda _: bytes(69_999))
    with pytest.raises(Refusal, match="kind"):
        encode_entry("plot", "a", 1, b"")
    with pytest.raises(Refusal, match="Unicode"):
        encode_entry("raw", "\ud800", 1, b"")
    with pytest.raises(Refusal, match="time"):
        encode_entry("raw", "a", -1, b"")
    assert not INPUTS & OUTPUTS
    assert to_record(0, encode_entry("raw", "a", 1, b"").entry, no_blob).is_input
    assert not to_record(0, encode_entry("seal", "a", 1, b"").entry, no_blob).is_input
