"""The durable log: order, recovery, publication, and what it refuses."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.centre.logs import KEYS, OTHER, entry, files_of, genesis, kill, open_log
from truceline.centre import disk, wal
from truceline.centre.log_view import LogView
from truceline.centre.store_files import FileLog
from truceline.record.audit import audit_log
from truceline.record.prove import prove_consistency, prove_inclusion, verify_consistency, verify_inclusion
from truceline.record.record import encode_entry
from truceline.record.tiles import leaf_hash, tree_paths
from truceline.terms.faults import Broken, Refusal


@pytest.mark.parametrize("count", [0, 1, 255, 256, 257, 512, 70_000])
def test_append_publish_reopen(tmp_path: Path, count: int) -> None:
    log = open_log(tmp_path)
    entries = [entry(i) for i in range(count)]
    assert log.append_many(entries) == range(count)
    log.close()
    assert files_of(tmp_path) == {"checkpoint", *tree_paths(count)}
    again = open_log(tmp_path)
    assert again.size == count
    assert again.recovered.replayed == 0
    assert list(again.entries(0, count)) == entries
    assert again.append(entry(count)) == count
    assert list(again.entries(count, count + 1)) == [entry(count)]
    again.close()
    assert LogView(tmp_path).size == count + 1


@settings(max_examples=25, deadline=None)
@given(steps=st.lists(st.tuples(st.integers(0, 600), st.sampled_from("fkcn")), max_size=6))
def test_any_life_of_a_log_keeps_every_entry(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, str]]
) -> None:
    root = tmp_path_factory.mktemp("log")
    log = open_log(root)
    log.write([genesis()])
    expected = [genesis().entry]
    for count, then in steps:
        fresh = [entry(len(expected) + i) for i in range(count)]
        log.append_many(fresh)
        expected += fresh
        if then == "f":
            log.flush()
        elif then == "k":
            kill(log)
            log = open_log(root)
            assert files_of(root) == {"checkpoint", *tree_paths(len(expected))}
        elif then == "c":
            log.close()
            log = open_log(root)
        assert list(log.entries(0, log.size)) == expected
    log.close()
    answer = audit_log(LogView(root))
    assert answer.passed, answer.steps[-1]
    assert answer.head is not None
    assert answer.head.size == len(expected)


def test_growing_log_stays_consistent_and_provable(tmp_path: Path) -> None:
    log = open_log(tmp_path)
    view = LogView(tmp_path)
    heads = [view.head()]
    for count in (3, 250, 3, 300, 1000):
        log.append_many([entry(log.size + i) for i in range(count)])
        log.flush()
        heads.append(view.head())
    last = heads[-1]
    for old in heads:
        proof = prove_consistency(view.tile, last.size, old.size)
        assert verify_consistency(old.size, last.size, proof, old.root, last.root)
    for seq in (0, 255, 256, 1000, last.size - 1):
        proof = prove_inclusion(view.tile, last.size, seq)
        assert verify_inclusion(leaf_hash(entry(seq)), seq, last.size, proof, last.root)
    log.close()


def test_many_threads_share_commits(tmp_path: Path) -> None:
    log = FileLog(tmp_path, KEYS.signers, rhythm_s=0.02)
    seqs: dict[int, bytes] = {}
    guard = threading.Lock()

    def caller(number: int) -> None:
        for i in range(60):
            mine = entry(number * 1000 + i)
            seq = log.append(mine)
            with guard:
                assert seq not in seqs
                seqs[seq] = mine

    threads = [threading.Thread(target=caller, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seqs) == list(range(480))
    assert list(log.entries(0, 480)) == [seqs[i] for i in range(480)]
    log.close()
    assert list(LogView(tmp_path).entries(0, 480)) == [seqs[i] for i in range(480)]


def test_blobs(tmp_path: Path) -> None:
    log = open_log(tmp_path)
    big = bytes(range(256)) * 400
    seqs = log.write(
        [genesis(), encode_entry("raw", "camera", 5, big), encode_entry("raw", "camera", 6, big)]
    )
    assert [record.body for record in log.records(1, 3)] == [big, big]
    assert not any(path.startswith("blobs/") for path in LogView(tmp_path).list())
    kill(log)
    log = open_log(tmp_path)
    assert len(seqs) == 3
    assert [record.body for record in log.records(1, 3)] == [big, big]
    assert len([path for path in LogView(tmp_path).list() if path.startswith("blobs/")]) == 1
    assert [record.body for record in LogView(tmp_path).records(1, 3)] == [big, big]
    with pytest.raises(Refusal, match="blob"):
        log.append(encode_entry("raw", "camera", 5, big + b"x").entry)
    log.close()
    assert audit_log(LogView(tmp_path)).passed


def test_one_writer(tmp_path: Path) -> None:
    log = open_log(tmp_path)
    with pytest.raises(Refusal, match="another process"):
        open_log(tmp_path)
    log.close()
    open_log(tmp_path).close()
    with pytest.raises(Refusal, match="closed"):
        log.append(entry(0))


def test_full_disk_while_appending(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = open_log(tmp_path)
    log.append(entry(0))
    real = os.write

    def half(handle: int, data: bytes) -> int:
        if len(data) > 10:
            return real(handle, bytes(data[:10]))
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(disk.os, "write", half)
        with pytest.raises(Refusal, match="full") as told:
            log.append(entry(1))
        assert str(tmp_path / "spool" / "wal") in str(told.value)
    assert log.append(entry(1)) == 1
    kill(log)
    log = open_log(tmp_path)
    assert list(log.entries(0, 2)) == [entry(0), entry(1)]
    log.close()


def test_full_disk_while_publishing_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = open_log(tmp_path)
    log.append_many([entry(i) for i in range(600)])

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(disk.os, "write", full)
        with pytest.raises(Refusal, match="full"):
            log.flush()
    assert list(log.entries(0, 600)) == [entry(i) for i in range(600)]
    log.close()
    assert files_of(tmp_path) == {"checkpoint", *tree_paths(600)}


def test_failed_sync_stops_the_writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = open_log(tmp_path)

    def fails(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(wal.os, "fdatasync", fails)
        with pytest.raises(Broken, match="Input/output"):
            log.append(entry(0))
    with pytest.raises(Broken, match="earlier"):
        log.append(entry(0))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_read_only_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(Refusal, match="cannot be written"):
        open_log(tmp_path / "part")
    tmp_path.chmod(0o700)


def test_read_only_is_told_plainly() -> None:
    told = disk.trouble(OSError(errno.EROFS, "Read-only file system"), Path("/part/log"))
    assert isinstance(told, Refusal)
    assert str(told).startswith("/part/log: this folder cannot be written (make it writable")


def test_cosignatures_are_attached_and_checked(tmp_path: Path) -> None:
    log = open_log(tmp_path)
    log.append(entry(0))
    note = log.flush()
    theirs = tuple(pair.sign(note.text, 5) for pair in OTHER.cosigners)
    keys = [pair.key for pair in OTHER.cosigners]
    cosigned = type(note)(note.text, (*note.signatures, *theirs))
    with pytest.raises(Refusal, match="does not verify"):
        log.attach(type(note)(note.text, (OTHER.mirror.sign(note.text + "x", 5),)), keys)
    assert log.attach(cosigned, keys)
    assert len(log.checkpoint().signatures) == 4
    log.close()
    log = open_log(tmp_path)
    assert len(log.checkpoint().signatures) == 4
    log.append(entry(1))
    log.flush()
    assert not log.attach(cosigned, keys)
    log.close()


def test_only_canonical_entries_are_taken(tmp_path: Path) -> None:
    log = open_log(tmp_path)
    for bad in (b"", b"x", b'{"kind":"raw"}\n', entry(0).replace(b",", b", ", 1)):
        with pytest.raises(Refusal):
            log.append_many([entry(0), bad])
    assert log.size == 0
    with pytest.raises(Refusal, match="not in a log"):
        list(log.entries(0, 1))
    log.close()


def test_readers_while_the_writer_publishes(tmp_path: Path) -> None:
    log = FileLog(tmp_path, KEYS.signers, rhythm_s=0.001)
    view = LogView(tmp_path)
    stop = threading.Event()
    odd: list[str] = []

    def reader() -> None:
        while not stop.is_set():
            size = view.size
            found = list(view.entries(max(0, size - 300), size))
            expected = [entry(i) for i in range(max(0, size - 300), size)]
            if found != expected:
                odd.append(f"at size {size}")

    thread = threading.Thread(target=reader)
    thread.start()
    for i in range(800):
        log.append(entry(i))
    stop.set()
    thread.join()
    log.close()
    assert odd == []
