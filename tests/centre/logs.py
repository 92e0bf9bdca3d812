"""Logs that the tests of this folder write."""

from __future__ import annotations

from pathlib import Path

from truceline.centre.keys import PartKeys, exercise_keys
from truceline.centre.log_view import LogView
from truceline.centre.store_files import FileLog
from truceline.record.policy import format_policy, policy_of
from truceline.record.record import Encoded, encode_entry

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
