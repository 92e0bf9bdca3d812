"""Notes, keys and cosignatures against published examples, and against hostile bytes."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
from hypothesis import given
from hypothesis import strategies as st

from truceline.centre.keys import KeyPair, parse_private
from truceline.record.note import (
    COSIGN_ED25519,
    COSIGN_MLDSA44,
    ED25519,
    Checkpoint,
    Note,
    Signature,
    check,
    format_note,
    message,
    parse_checkpoint,
    parse_note,
    parse_vkey,
    verify,
)
from truceline.terms.faults import Refusal

# The example in the documentation of the Go package golang.org/x/mod/sumdb/note.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETER_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\u2014 PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZ"
    "SNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
).encode()
# The example of C2SP tlog-checkpoint and tlog-cosignature; its keys are not published.
SOFA = (
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "\u2014 example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhc"
    "yv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "\u2014 witness.example.com/w1 "
    "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dl"
    "rDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
).encode()
HEAD = Checkpoint("example.com/behind-the-sofa", 20852163, bytes(range(32)))


def pair(kind: int, name: str = "example.com/behind-the-sofa") -> KeyPair:
    return KeyPair(name, kind, bytes([kind]) * 32)


def test_published_note() -> None:
    key = parse_vkey(PETER)
    assert key.vkey == PETER
    note = parse_note(PETER_NOTE)
    assert format_note(note) == PETER_NOTE
    assert verify(key, note.text, note.signatures[0])
    private = parse_private(PETER_PRIVATE)
    assert private.key == key
    assert private.line == PETER_PRIVATE
    assert private.sign(note.text, 0) == note.signatures[0]


def test_published_checkpoint() -> None:
    note = parse_note(SOFA)
    head = parse_checkpoint(note.text)
    assert (head.origin, head.size) == ("example.com/behind-the-sofa", 20852163)
    assert head.text == note.text
    assert format_note(note) == SOFA
    witness = note.signatures[1]
    assert int.from_bytes(witness.data[:8], "big") == 1679315147
    key = pair(COSIGN_ED25519).key
    assert message(key, note.text, 1679315147) == b"cosignature/v1\ntime 1679315147\n" + note.text.encode()
    assert len(check(note, [key]).unknown) == 2


def test_mldsa_message_is_laid_out_as_specified() -> None:
    key = pair(COSIGN_MLDSA44, "w.example").key
    expected = (
        b"subtree/v1\n\x00"
        + b"\x09w.example"
        + (7).to_bytes(8, "big")
        + b"\x1bexample.com/behind-the-sofa"
        + bytes(8)
        + (20852163).to_bytes(8, "big")
        + bytes(range(32))
    )
    assert message(key, HEAD.text, 7) == expected
    signed = pair(COSIGN_MLDSA44, "w.example").sign(HEAD.text, 7)
    assert len(signed.data) == 8 + 2420
    MLDSA44PublicKey.from_public_bytes(key.public).verify(signed.data[8:], expected)
    with pytest.raises(Refusal):
        message(key, "no checkpoint\n", 7)
    assert key.vkey.startswith(f"w.example+{key.key_id.hex()}+B")


def test_published_mldsa_checkpoint() -> None:
    """A checkpoint that another implementation signed.

    Verifier key and note of filippo.io/torchwood, cmd/litewitness/testdata/mldsa.txt.
    """
    text = (Path(__file__).parent / "vectors" / "mldsa44_checkpoint.txt").read_bytes()
    vkey, _, data = text.partition(b"\n")
    key, note = parse_vkey(vkey.decode()), parse_note(data)
    assert (key.kind, parse_checkpoint(note.text).origin) == (COSIGN_MLDSA44, key.name)
    assert [signed.key for signed in check(note, [key]).verified] == [key]
    assert check(Note(note.text.replace("\n1\n", "\n2\n"), note.signatures), [key]).failed


@pytest.mark.parametrize("kind", [ED25519, COSIGN_ED25519, COSIGN_MLDSA44])
def test_signatures_hold_only_for_what_was_signed(kind: int) -> None:
    signer = pair(kind)
    signed = signer.sign(HEAD.text, 1_605_830_400)
    assert verify(signer.key, HEAD.text, signed)
    assert parse_vkey(signer.key.vkey) == signer.key
    assert parse_private(signer.line).key == signer.key
    other = Checkpoint(HEAD.origin, HEAD.size + 1, HEAD.root).text
    assert not verify(signer.key, other, signed)
    assert not verify(pair(kind, "other").key, HEAD.text, signed)
    for place in range(0, len(signed.data), 31):
        bent = bytearray(signed.data)
        bent[place] ^= 1
        assert not verify(signer.key, HEAD.text, Signature(signed.name, signed.key_id, bytes(bent)))
    assert not verify(signer.key, HEAD.text, Signature(signed.name, signed.key_id, signed.data + b"x"))
    late = Signature(signed.name, signed.key_id, b"\xff" * 8 + signed.data[8:])
    assert not verify(signer.key, HEAD.text, late)


def test_lines_are_told_apart() -> None:
    signers = [pair(kind) for kind in (ED25519, COSIGN_ED25519, COSIGN_MLDSA44)]
    lines = [signer.sign(HEAD.text, 9) for signer in signers]
    stranger = pair(ED25519, "stranger").sign(HEAD.text, 9)
    false = Signature(lines[0].name, lines[0].key_id, bytes(64))
    keys = [signer.key for signer in signers]
    good = check(Note(HEAD.text, (*lines, stranger)), keys)
    assert [signed.key for signed in good.verified] == keys
    assert [signed.time_s for signed in good.verified] == [0, 9, 9]
    assert good.unknown == (stranger,)
    assert good.failed == ()
    assert check(Note(HEAD.text, (false,)), keys).failed == (false,)
    assert check(Note(HEAD.text, (lines[0], lines[0])), keys).failed == (lines[0],)
    assert good.keys == frozenset(keys)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"\n\n" + PETER_NOTE.rpartition(b"\n\n")[2],
        PETER_NOTE[:-1],
        PETER_NOTE + b"\n",
        PETER_NOTE + b"x\n",
        PETER_NOTE.replace(b"\xe2\x80\x94", b"-"),
        PETER_NOTE.replace(b"PeterNeumann ", b"Peter Neumann "),
        PETER_NOTE.replace(b"PeterNeumann ", b"Peter+Neumann "),
        PETER_NOTE.replace(b"PeterNeumann ", b" "),
        PETER_NOTE.replace(b"PeterNeumann ", b"Peter\xc2\xa0Neumann "),
        PETER_NOTE.replace(b"cryptography", b"crypto\tgraphy"),
        PETER_NOTE.replace(b"cryptography", b"crypto\rgraphy"),
        PETER_NOTE.replace(b"cryptography", b"crypto\xffgraphy"),
        PETER_NOTE.replace(b"nAM=\n", b"nAN=\n"),
        PETER_NOTE.replace(b"nAM=\n", b"nAM\n"),
        PETER_NOTE.replace(b"x08go/", b"x08go_"),
        b"text\n\n\xe2\x80\x94 name AAAAAA==\n",
        b"text\n\n" + b"\xe2\x80\x94 name AAAAAAA=\n" * 101,
        b"x" * 1_000_001,
    ],
)
def test_other_spellings_of_a_note_are_refused(data: bytes) -> None:
    with pytest.raises(Refusal):
        parse_note(data)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        "a\n01\n" + base64.b64encode(bytes(32)).decode() + "\n",
        "a\n+1\n" + base64.b64encode(bytes(32)).decode() + "\n",
        "a\n\u0661\n" + base64.b64encode(bytes(32)).decode() + "\n",
        "a\n" + "9" * 30 + "\n" + base64.b64encode(bytes(32)).decode() + "\n",
        "a\n9223372036854775808\n" + base64.b64encode(bytes(32)).decode() + "\n",
        "a\n1\n" + base64.b64encode(bytes(31)).decode() + "\n",
        "a\n1\n" + base64.b64encode(bytes(32)).decode(),
        "\n1\n" + base64.b64encode(bytes(32)).decode() + "\n",
        "a\n1\n" + base64.b64encode(bytes(32)).decode() + "\n\n",
    ],
)
def test_other_spellings_of_a_checkpoint_are_refused(text: str) -> None:
    with pytest.raises(Refusal):
        parse_checkpoint(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        PETER.replace("c74f20a3", "c74f20a4"),
        PETER.replace("c74f20a3", "C74F20A3"),
        PETER.replace("PeterNeumann", "Peter Neumann"),
        PETER.replace("ARpc", "Axpc"),
        PETER[:-4],
        "\udc80" + PETER,
    ],
)
def test_bad_vkeys_are_refused(text: str) -> None:
    with pytest.raises(Refusal):
        parse_vkey(text)


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_hostile_notes(data: bytes) -> None:
    for candidate in (data, b"text\n\n\xe2\x80\x94 " + data, PETER_NOTE + data):
        try:
            note = parse_note(candidate)
        except Refusal:
            continue
        assert format_note(note) == candidate
        try:
            head = parse_checkpoint(note.text)
        except Refusal:
            continue
        assert head.text == note.text


@given(st.text(max_size=120))
def test_hostile_checkpoints_and_keys(text: str) -> None:
    for candidate in (text, f"origin\n{text}\n", f"origin\n5\n{text}\n"):
        try:
            assert parse_checkpoint(candidate).text == candidate
        except Refusal:
            continue
    for candidate in (text, f"name+{text}", PETER + text):
        try:
            assert parse_vkey(candidate).vkey == candidate
        except Refusal:
            continue
