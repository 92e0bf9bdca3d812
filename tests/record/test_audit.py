"""The audit of a log: what passes, which step says no, and that one flipped bit anywhere is always found."""

from __future__ import annotations

import base64
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.centre.keys import KeyPair, exercise_keys
from truceline.record import tiles
from truceline.record.audit import STEPS, audit_log
from truceline.record.note import Checkpoint, Note, add_signatures, format_note, parse_note
from truceline.record.policy import Policy, format_policy, policy_of
from truceline.record.record import Encoded, encode_entry
from truceline.terms.faults import Refusal

A = exercise_keys("test.example/EXERCISE/a", 1)
B = exercise_keys("test.example/EXERCISE/b", 1)
BIG = b"0123456789" * 7000
POLICY = policy_of([A.log.key], [A.log_pq.key, B.mirror.key, B.mirror_pq.key])
SIGNERS = (*A.signers, *B.cosigners)


class Held:
    """A log's files in memory."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files

    def list(self) -> Iterable[str]:
        return self.files

    def read(self, path: str) -> bytes:
        if path not in self.files:
            raise Refusal("no such file", where=path)
        return self.files[path]


def laid(items: list[Encoded], signers: tuple[KeyPair, ...] = SIGNERS) -> dict[str, bytes]:
    """The files of a log of these entries."""
    files: dict[str, bytes] = {}
    tree = tiles.Tree()
    entries = [item.entry for item in items]
    for tile in tree.extend([tiles.leaf_hash(entry) for entry in entries]) + tree.partials():
        files[f"log/{tile.path}"] = tile.data
    for start in range(0, len(entries), 256):
        part = entries[start : start + 256]
        files[f"log/{tiles.bundle_path(start // 256, len(part))}"] = tiles.join_bundle(part)
    head = Checkpoint(A.origin, tree.size, tree.root())
    note = Note(head.text, tuple(pair.sign(head.text, 1_605_830_400) for pair in signers))
    files["log/checkpoint"] = format_note(note)
    for item in items:
        if item.blob is not None:
            digest = item.entry.split(b'"blob":"')[1][:64].decode()
            files[f"blobs/{digest[:2]}/{digest}"] = item.blob
    return files


def items(count: int, policy: Policy = POLICY) -> list[Encoded]:
    first = encode_entry("config", "keys", 1, format_policy(policy))
    rest = [encode_entry("raw", "radar-1", i, b"%d" % i * (i % 7)) for i in range(count)]
    return [first, *rest, encode_entry("raw", "camera", 3, BIG)]


def failed(files: dict[str, bytes], policy: Policy | None = None) -> int:
    """The number of the step that says no, 0 when all pass."""
    answer = audit_log(Held(files), policy)
    assert [step.number for step in answer.steps] == list(range(1, len(answer.steps) + 1))
    assert all(step.passed for step in answer.steps[:-1])
    assert all(step.reason for step in answer.steps)
    assert answer.passed is answer.steps[-1].passed
    return 0 if answer.passed else answer.steps[-1].number


SMALL = laid(items(5))
LARGE = laid(items(600))
HUGE = laid(items(66_000))


def test_good_logs_pass() -> None:
    for files in (SMALL, LARGE, HUGE):
        assert failed(files) == 0
        assert failed(files, POLICY) == 0
        assert not audit_log(Held(files)).pinned
        assert "not pinned" in audit_log(Held(files)).steps[1].reason
    assert len(audit_log(Held(SMALL)).steps) == len(STEPS) == 8


def every_bit(path: str, step: int) -> None:
    data = SMALL[path]
    for bit in range(0, len(data) * 8, step):
        bent = bytearray(data)
        bent[bit // 8] ^= 1 << bit % 8
        assert failed({**SMALL, path: bytes(bent)}), f"bit {bit} of {path} was not noticed"


@pytest.mark.parametrize("path", SMALL)
def test_bits_of_a_small_log(path: str) -> None:
    every_bit(path, 41 if len(SMALL[path]) < 12_000 else 9973)


@pytest.mark.long
@pytest.mark.parametrize("path", SMALL)
def test_every_bit_of_a_small_log(path: str) -> None:
    every_bit(path, 1 if len(SMALL[path]) < 12_000 else 97)


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_any_bit_of_a_log(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(LARGE)))
    bit = data.draw(st.integers(0, len(LARGE[path]) * 8 - 1))
    policy = data.draw(st.sampled_from([None, POLICY]))
    bent = bytearray(LARGE[path])
    bent[bit // 8] ^= 1 << bit % 8
    assert failed({**LARGE, path: bytes(bent)}, policy)


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_any_cut_or_addition(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(SMALL)))
    cut = data.draw(st.integers(0, len(SMALL[path]) - 1))
    assert failed({**SMALL, path: SMALL[path][:cut]})
    assert failed({**SMALL, path: SMALL[path] + data.draw(st.binary(min_size=1, max_size=40))})
    assert failed({name: held for name, held in SMALL.items() if name != path})


@pytest.mark.parametrize(
    ("path", "step"),
    [
        ("log/tile/entries/000", 4),
        ("log/tile/entries/002.p/90", 4),
        ("log/tile/0/001", 4),
        ("log/tile/0/002.p/90", 4),
        ("log/tile/1/000.p/2", 5),
        ("log/notes.txt", 3),
        ("log/tile/0/002.p/89", 3),
        ("blobs/00/x", 8),
    ],
)
def test_the_step_is_named(path: str, step: int) -> None:
    data = bytearray(LARGE.get(path, b"??????????"))
    data[-1] ^= 1
    assert failed({**LARGE, path: bytes(data)}) == step


def test_the_first_entry_that_differs_is_named() -> None:
    entries = tiles.split_bundle(LARGE["log/tile/entries/001"])
    entries[7] = entries[8]
    answer = audit_log(Held({**LARGE, "log/tile/entries/001": tiles.join_bundle(entries)}))
    assert "entry 263 " in answer.steps[-1].reason


def test_another_root_and_entries_that_are_not_canonical() -> None:
    other = laid(items(601))
    head = parse_note(other["log/checkpoint"])
    moved = Checkpoint(A.origin, 602, b"\0" * 32).text
    note = Note(moved, tuple(pair.sign(moved, 1) for pair in SIGNERS))
    assert head.text != moved
    assert failed({**LARGE, "log/checkpoint": format_note(note)}) == 6
    assert failed(laid([*items(3), Encoded(b"no header")])) == 7
    assert failed(laid([*items(3), Encoded(b'{"kind":"raw","source":"a", "stamp_ns":1}\n')])) == 7


def test_signatures_and_policies() -> None:
    text = SMALL["log/checkpoint"]
    note = parse_note(text)

    def with_lines(*signatures: object) -> dict[str, bytes]:
        return {**SMALL, "log/checkpoint": format_note(Note(note.text, signatures))}  # type: ignore[arg-type]

    assert failed(with_lines(*note.signatures[:3])) == 2  # the policy asks for all
    assert failed(with_lines(*note.signatures[1:])) == 2  # without the log's own
    stranger = exercise_keys("test.example/EXERCISE/stranger", 1).log.sign(note.text, 1)
    assert failed(with_lines(*note.signatures, stranger)) == 2
    assert failed(with_lines(*note.signatures, note.signatures[0])) == 2
    assert failed(with_lines(*reversed(note.signatures))) == 0
    lenient = policy_of([A.log.key])
    assert failed(SMALL, lenient) == 0
    assert failed(SMALL, policy_of([B.log.key])) == 2
    assert failed(laid(items(3)[1:])) == 2  # nothing declared, nothing pinned
    assert failed(laid(items(3)[1:]), POLICY) == 0
    assert failed(laid(items(3), A.signers)) == 2
    assert failed(laid(items(3, policy_of([A.log.key], [A.log_pq.key])), A.signers)) == 0


def test_base64_that_is_not_canonical_is_refused() -> None:
    lines = SMALL["log/checkpoint"].decode().split("\n")
    number = next(i for i, line in enumerate(lines) if line.endswith("="))
    signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    line = lines[number].rstrip("=")
    lines[number] = line[:-1] + signs[signs.index(line[-1]) + 1] + lines[number][len(line) :]
    tail = lines[number].split(" ")[-1]
    old = SMALL["log/checkpoint"].decode().split("\n")[number].split(" ")[-1]
    assert base64.b64decode(tail) == base64.b64decode(old)
    assert failed({**SMALL, "log/checkpoint": "\n".join(lines).encode()}) == 1


def test_a_checkpoint_of_an_absurd_size_is_told_at_once() -> None:
    text = Checkpoint(A.origin, 2**62, b"\0" * 32).text
    note = Note(text, tuple(pair.sign(text, 1) for pair in SIGNERS))
    assert failed({**SMALL, "log/checkpoint": format_note(note)}, POLICY) == 3
    assert failed({}) == 1


def test_a_newer_signature_takes_the_place_of_the_older() -> None:
    note = parse_note(SMALL["log/checkpoint"])
    newer = B.mirror.sign(note.text, 1_605_830_500)
    both = add_signatures(note, [newer])
    assert len(both.signatures) == 4
    assert failed({**SMALL, "log/checkpoint": format_note(both)}) == 0
