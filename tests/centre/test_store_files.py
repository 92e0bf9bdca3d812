"""The durable log: order, recovery, publication, and what it refuses."""

from __future__ import annotations

import errno
import os
import shutil
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.centre import disk, wal
from truceline.centre.keys import PartKeys, exercise_keys
from truceline.centre.log_view import LogView
from truceline.centre.store_files import FileLog
from truceline.record.audit import audit_log
from truceline.record.policy import format_policy, policy_of
from truceline.record.prove import prove_consistency, prove_inclusion, verify_consistency, verify_inclusion
from truceline.record.record import Encoded, encode_entry
from truceline.record.tiles import leaf_hash, tree_paths
from truceline.terms.faults import Broken, Refusal

ORIGIN = "test.example/EXERCISE/a"
KEYS = exercise_keys(ORIGIN, 7)
OTHER = exercise_keys("test.example/EXERCISE/b", 7)


def entry(number: int, length: int = 20) -> bytes:
    return encode_entry("raw", "radar-1", number, (b"%d " % number) * (length // 4)).entry


def open_log(root: Path, keys: PartKeys = KEYS) -> FileLog:
    return FileLog(root, keys.signers, rhythm_s=0, clock=lambda: 1_605_830_400_000_000_000)


def genesis(keys: PartKeys = KEYS) -> Encoded:
    policy = policy_of([keys.log.key], [keys.log_pq.key])
    return encode_entry("config", "keys", 1, format_policy(policy))


def files_of(root: Path) -> set[str]:
    return {path.removeprefix("log/") for path in LogView(root).list() if path.startswith("log/")}


def kill(log: FileLog) -> None:
    """Leave the log as a SIGKILL would: nothing published, nothing flushed, the lock gone."""
    log._journal._wal.close()
    log._lock.release()


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


def test_a_blob_whose_entry_was_never_acknowledged_is_dropped(tmp_path: Path) -> None:
    open_log(tmp_path).close()
    (tmp_path / "spool" / f"blob-{'0' * 64}").write_bytes(b"x")
    (tmp_path / "spool" / "new-000").write_bytes(b"x")
    open_log(tmp_path).close()
    assert sorted(path.name for path in (tmp_path / "spool").iterdir()) == ["lock", "wal"]


def test_torn_tail_is_cut(tmp_path: Path) -> None:
    log = open_log(tmp_path)
    log.append_many([entry(i) for i in range(10)])
    log.append_many([entry(i) for i in range(10, 20)])
    end_b = log._journal.wal_b
    kill(log)
    path = tmp_path / "spool" / "wal"
    path.write_bytes(path.read_bytes()[: end_b - 5] + bytes(1000))
    log = open_log(tmp_path)
    assert log.size == 10
    assert log.recovered.torn_b > 0
    assert log.append(entry(10)) == 10
    kill(log)
    assert open_log(tmp_path).size == 11


def test_damage_before_the_end_is_told_and_nothing_is_dropped(tmp_path: Path) -> None:
    log = open_log(tmp_path)
    for i in range(4):
        log.append(entry(i))
    end_b = log._journal.wal_b
    kill(log)
    path = tmp_path / "spool" / "wal"
    data = bytearray(path.read_bytes())
    data[end_b // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(Broken, match="damaged"):
        open_log(tmp_path)
    assert path.read_bytes() == data


def test_one_writer(tmp_path: Path) -> None:
    log = open_log(tmp_path)
    with pytest.raises(Refusal, match="another process"):
        open_log(tmp_path)
    log.close()
    open_log(tmp_path).close()
    with pytest.raises(Refusal, match="closed"):
        log.append(entry(0))


def test_rolled_back_and_forked_logs_are_refused(tmp_path: Path) -> None:
    root, old = tmp_path / "now", tmp_path / "old"
    log = open_log(root)
    log.append_many([entry(i) for i in range(300)])
    log.close()
    shutil.copytree(root, old)
    log = open_log(root)
    log.append_many([entry(i) for i in range(300, 900)])
    log.close()

    def mixed(name: str, part: str) -> Path:
        made = tmp_path / name
        shutil.copytree(root, made)
        shutil.rmtree(made / part)
        shutil.copytree(old / part, made / part)
        return made

    with pytest.raises(Refusal, match="rolled back"):
        open_log(mixed("old-log", "log"))
    with pytest.raises(Refusal, match="rolled back"):
        open_log(mixed("old-spool", "spool"))
    shutil.copy(old / "log" / "checkpoint", root / "log" / "checkpoint")
    with pytest.raises(Refusal, match="rolled back"):
        open_log(root)

    forked = open_log(tmp_path / "forked")
    forked.append_many([entry(i + 1) for i in range(300)])
    forked.close()
    shutil.copy(tmp_path / "forked" / "log" / "checkpoint", old / "log" / "checkpoint")
    with pytest.raises(Refusal, match="forked"):
        open_log(old)


def test_another_parts_log_is_refused(tmp_path: Path) -> None:
    open_log(tmp_path).close()
    with pytest.raises(Refusal, match="not signed with the keys"):
        open_log(tmp_path, OTHER)


def test_lost_spool(tmp_path: Path) -> None:
    log = open_log(tmp_path)
    log.append_many([entry(i) for i in range(300)])
    log.close()
    shutil.rmtree(tmp_path / "spool")
    with pytest.raises(Refusal, match="spool/wal is gone"):
        open_log(tmp_path)
    log = FileLog(tmp_path, KEYS.signers, rhythm_s=0, adopt=True)
    assert list(log.entries(0, 300)) == [entry(i) for i in range(300)]
    log.append(entry(300))
    log.close()
    assert LogView(tmp_path).size == 301


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


@given(st.binary(max_size=200))
def test_replay_of_hostile_bytes(data: bytes) -> None:
    good = wal.frame(0, [b"a", b"b"])
    read = wal.replay(good + data, "wal")
    assert read.entries == [b"a", b"b"]
    assert read.torn_b == len(data.rstrip(b"\0"))
    assert read.end_b == len(good)


@pytest.mark.parametrize("count", [10, 700, 1500])
def test_power_cut_after_a_publication(tmp_path: Path, count: int) -> None:
    """Whatever was written since the last sync may come back empty; the write-ahead file has it all."""
    log = open_log(tmp_path)
    log.append_many([entry(i) for i in range(600)])
    log.flush()
    log.append_many([entry(i) for i in range(600, 600 + count)])
    log.publisher.publish()
    kill(log)
    for path in LogView(tmp_path).list():
        synced = path in {"log/checkpoint", *(f"log/{name}" for name in tree_paths(600))}
        if path.startswith("log/") and not synced:
            (tmp_path / path).write_bytes(b"")
    log = open_log(tmp_path)
    assert list(log.entries(0, log.size)) == [entry(i) for i in range(600 + count)]
    log.close()
    policy = policy_of([KEYS.log.key], [KEYS.log_pq.key])
    answer = audit_log(LogView(tmp_path), policy)
    assert answer.passed, answer.steps[-1]


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
