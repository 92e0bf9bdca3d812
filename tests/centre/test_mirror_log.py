"""Mirrors: contents before cosignature, forks and rollbacks refused with evidence, updates cut short."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from truceline.centre import mirror_log
from truceline.centre.keys import exercise_keys
from truceline.centre.log_view import LogView
from truceline.centre.mirror_log import MirrorLog
from truceline.centre.store_files import FileLog
from truceline.record.audit import audit_log
from truceline.record.mirror import Conflict, extend
from truceline.record.note import Note, check, parse_note
from truceline.record.policy import format_policy, policy_of
from truceline.record.prove import prove_consistency
from truceline.record.record import Encoded, encode_entry
from truceline.record.tiles import Tree, tree_paths
from truceline.terms.faults import Broken, Refusal

A = exercise_keys("test.example/EXERCISE/a", 3)
B = exercise_keys("test.example/EXERCISE/b", 3)
A_KEYS = [pair.key for pair in A.signers]
B_KEYS = [pair.key for pair in B.cosigners]
POLICY = policy_of([A.log.key], [A.log_pq.key, *B_KEYS])


def item(number: int) -> Encoded:
    body = b"%d " % number * (40_000 if number % 90 == 7 else 5)
    return encode_entry("raw", "radar-1", number, body)


def own(root: Path) -> FileLog:
    return FileLog(root, A.signers, rhythm_s=0, clock=lambda: 10**18)


def mirror(root: Path) -> MirrorLog:
    return MirrorLog(root, A_KEYS, B.cosigners, clock=lambda: 10**18)


def grown(log: FileLog, count: int) -> None:
    if log.size == 0:
        log.write([encode_entry("config", "keys", 1, format_policy(POLICY))])
    log.write([item(log.size + i) for i in range(count)])
    log.flush()


def same_files(one: Path, two: Path) -> None:
    names = {path for path in LogView(one).list() if path != "log/checkpoint"}
    assert names == {path for path in LogView(two).list() if path != "log/checkpoint"}
    assert all((one / path).read_bytes() == (two / path).read_bytes() for path in names)


def test_mirror_follows_cosigns_and_both_audit(tmp_path: Path) -> None:
    log, copy = own(tmp_path / "a"), mirror(tmp_path / "b" / "mirror" / "a")
    assert copy.view.size == 0
    for count in (0, 5, 251, 1, 700):
        grown(log, count)
        note = copy.follow(log)
        assert copy.size == log.size
        assert check(note, B_KEYS).keys == frozenset(B_KEYS)
        assert log.attach(note, B_KEYS)
        same_files(tmp_path / "a", copy.root)
        assert copy.follow(log).text == note.text
    assert list(copy.view.records(0, copy.size)) == list(log.records(0, log.size))
    for root in (tmp_path / "a", copy.root):
        answer = audit_log(LogView(root), POLICY)
        assert answer.passed, answer.steps[-1]
        assert audit_log(LogView(root)).passed
    assert sorted(path.name for path in (copy.root / "spool").iterdir()) == ["lock"]
    log.close()


def test_a_fork_is_refused_and_both_branches_are_kept(tmp_path: Path) -> None:
    log, copy = own(tmp_path / "a"), mirror(tmp_path / "m")
    grown(log, 300)
    first = copy.follow(log)
    log.close()
    other = own(tmp_path / "forked")
    other.write([encode_entry("config", "keys", 1, format_policy(POLICY))])
    other.write([item(i + 2) for i in range(400)])
    theirs = other.flush()
    with pytest.raises(Conflict, match="forked") as told:
        copy.follow(other)
    assert (told.value.ours, told.value.theirs) == (first, theirs)
    kept = [parse_note(path.read_bytes()) for path in (tmp_path / "m" / "evidence").iterdir()]
    assert {note.text for note in kept} == {first.text, theirs.text}
    assert copy.view.checkpoint() == first
    assert audit_log(copy.view, POLICY).passed
    other.close()
    # The same size with another root is a fork as well.
    equal = own(tmp_path / "equal")
    equal.write([item(i + 2) for i in range(301)])
    equal.flush()
    with pytest.raises(Conflict, match="forked"):
        copy.follow(equal)
    equal.close()


def test_a_rollback_is_refused(tmp_path: Path) -> None:
    log, copy = own(tmp_path / "a"), mirror(tmp_path / "m")
    grown(log, 10)
    log.close()
    shutil.copytree(tmp_path / "a", tmp_path / "old")
    log = own(tmp_path / "a")
    grown(log, 10)
    copy.follow(log)
    log.close()
    old = own(tmp_path / "old")
    with pytest.raises(Conflict, match="rolled back"):
        copy.follow(old)
    grown(old, 2)
    with pytest.raises(Conflict, match="rolled back"):
        copy.follow(old)
    old.write([item(5) for _ in range(50)])
    old.flush()
    with pytest.raises(Conflict, match="forked"):
        copy.follow(old)
    old.close()


def test_damaged_or_missing_entries_are_not_a_fork(tmp_path: Path) -> None:
    log, copy = own(tmp_path / "a"), mirror(tmp_path / "m")
    grown(log, 10)
    copy.follow(log)
    grown(log, 10)
    note = log.flush()
    entries = list(log.entries(11, 21))
    proof = prove_consistency(log.view.tile, 21, 11)
    with pytest.raises(Refusal, match="new entries are needed"):
        copy.update(note, entries[:-1], log.blob, proof)
    with pytest.raises(Refusal, match="not the ones that the checkpoint signs") as told:
        copy.update(note, [*entries[:-1], entries[0]], log.blob, proof)
    assert not isinstance(told.value, Conflict)
    assert not (tmp_path / "m" / "evidence").exists()
    assert copy.size == 11
    copy.update(note, entries, log.blob, proof)
    log.close()


def test_a_blob_that_is_not_the_named_one_stops_the_cosignature(tmp_path: Path) -> None:
    log, copy = own(tmp_path / "a"), mirror(tmp_path / "m")
    grown(log, 20)
    entries = list(log.entries(0, log.size))
    with pytest.raises(Refusal, match="blob"):
        copy.update(log.flush(), entries, lambda name: log.blob(name)[:-1])
    assert copy.size == 0
    assert not any(copy.view.list())
    copy.follow(log)
    assert audit_log(copy.view, POLICY).passed
    log.close()


def test_strangers_are_not_mirrored(tmp_path: Path) -> None:
    log = FileLog(tmp_path / "b", B.signers, rhythm_s=0)
    with pytest.raises(Refusal, match="not signed with the keys"):
        mirror(tmp_path / "m").follow(log)
    note = log.flush()
    renamed = Note(note.text.replace("/b\n", "/a\n"), note.signatures)
    with pytest.raises(Refusal, match="not signed"):
        extend(Tree(), None, renamed, A_KEYS, [])
    log.close()


class Stopped(BaseException):
    """Stands for a kill in the middle of an update."""


@pytest.mark.parametrize("after", range(14))
def test_an_update_that_is_cut_short_leaves_a_whole_mirror(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    log, copy = own(tmp_path / "a"), mirror(tmp_path / "m")
    grown(log, 200)
    copy.follow(log)
    grown(log, 200)
    steps = 0

    def counted(name: str, owner: object) -> None:
        real = getattr(owner, name)

        def step(*args: object, **more: object) -> object:
            nonlocal steps
            steps += 1
            if steps > after:
                raise Stopped
            return real(*args, **more)

        monkeypatch.setattr(owner, name, step)

    with monkeypatch.context():
        counted("place", mirror_log)
        counted("_move", MirrorLog)
        for name in ("write", "sync", "publish", "sweep", "_put"):
            counted(name, mirror_log.TreeFiles)
        try:
            copy.follow(log)
        except Stopped:
            pass
    monkeypatch.undo()
    assert copy.size in {201, 401}
    again = mirror(tmp_path / "m")
    again.follow(log)
    assert again.size == 401
    assert {path for path in again.view.list() if path.startswith("log/")} == {
        "log/checkpoint",
        *(f"log/{path}" for path in tree_paths(401)),
    }
    assert audit_log(again.view, POLICY).passed
    log.close()


def test_a_copy_that_was_changed_is_not_cosigned_again(tmp_path: Path) -> None:
    log, copy = own(tmp_path / "a"), mirror(tmp_path / "m")
    grown(log, 300)
    copy.follow(log)
    path = tmp_path / "m" / "log" / "tile" / "0" / "000"
    data = bytearray(path.read_bytes())
    data[0] ^= 1
    path.write_bytes(data)
    grown(log, 1)
    with pytest.raises(Broken, match="not the one that we cosigned"):
        copy.follow(log)
    log.close()


def test_entries_that_are_not_canonical_are_not_cosigned() -> None:
    bad: Sequence[bytes] = [b'{"kind":"raw", "source":"a","stamp_ns":1}\n']
    tree = Tree()
    from truceline.record.note import Checkpoint
    from truceline.record.tiles import leaf_hash

    tree.extend([leaf_hash(bad[0])])
    text = Checkpoint(A.origin, 1, tree.root()).text
    note = Note(text, tuple(pair.sign(text, 1) for pair in A.signers))
    with pytest.raises(Refusal, match="canonical"):
        extend(Tree(), None, note, A_KEYS, bad)
