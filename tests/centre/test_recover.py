"""Starts: what a killed writer left is taken up, and logs that tell two stories are refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.centre.logs import KEYS, OTHER, entry, kill, open_log
from truceline.centre import wal
from truceline.centre.log_view import LogView
from truceline.centre.store_files import FileLog
from truceline.record.audit import audit_log
from truceline.record.policy import policy_of
from truceline.record.tiles import tree_paths
from truceline.terms.faults import Broken, Refusal


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


@given(st.binary(max_size=200))
def test_replay_of_hostile_bytes(data: bytes) -> None:
    good = wal.frame(0, [b"a", b"b"])
    read = wal.replay(good + data, "wal")
    assert read.entries == [b"a", b"b"]
    assert read.torn_b == len(data.rstrip(b"\0"))
    assert read.end_b == len(good)


def test_a_blob_whose_entry_was_never_acknowledged_is_dropped(tmp_path: Path) -> None:
    open_log(tmp_path).close()
    (tmp_path / "spool" / f"blob-{'0' * 64}").write_bytes(b"x")
    (tmp_path / "spool" / "new-000").write_bytes(b"x")
    open_log(tmp_path).close()
    assert sorted(path.name for path in (tmp_path / "spool").iterdir()) == ["lock", "wal"]
