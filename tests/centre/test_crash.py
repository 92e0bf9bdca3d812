"""SIGKILL at random points: every acknowledged entry is there afterwards, and the log audits."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from truceline.centre.keys import exercise_keys
from truceline.centre.log_view import LogView
from truceline.centre.store_files import FileLog
from truceline.record.audit import audit_log
from truceline.record.policy import policy_of
from truceline.record.tiles import tree_paths

HERE = Path(__file__).parent
KEYS = exercise_keys("test.example/EXERCISE/crash", 1)
POLICY = policy_of([KEYS.log.key], [KEYS.log_pq.key])


def body_of(number: int) -> bytes:
    if number % 97 == 96:
        return b"%d " % number * 9000
    return b"%d " % number * (number % 60 + 1)


def run_and_kill(root: Path, chance: random.Random) -> int:
    """Let a writer run for a random while, kill it, and return the last size it said was acknowledged."""
    batch, rhythm = chance.choice([1, 7, 40]), chance.choice(["0.001", "0.02", "0.3"])
    process = subprocess.Popen(
        [sys.executable, str(HERE / "crash_writer.py"), str(root), str(batch), rhythm],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    first = process.stdout.readline()
    time.sleep(chance.random() * 0.25)
    process.kill()
    rest, said = process.communicate()
    assert first, said
    whole = (first + rest).rpartition("\n")[0].split("\n")
    return int(whole[-1])


def check_after(root: Path, acknowledged: int) -> int:
    """Open the killed log, find everything, close it and audit it; return its size."""
    log = FileLog(root, KEYS.signers, rhythm_s=0)
    size = log.size
    assert size >= acknowledged, f"acknowledged {acknowledged}, found {size}"
    for record in log.records(max(0, acknowledged - 3000), size):
        assert record.stamp_ns == record.seq
        assert record.body == body_of(record.seq)
    assert {path for path in LogView(root).list() if path.startswith("log/")} == {
        "log/checkpoint",
        *(f"log/{path}" for path in tree_paths(size)),
    }
    log.close()
    answer = audit_log(LogView(root), POLICY)
    assert answer.passed, answer.steps[-1]
    return size


def crash(root: Path, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    for turn in range(kills):
        acknowledged = run_and_kill(root, chance)
        if chance.random() < 0.7:  # else the next writer itself recovers
            check_after(root, acknowledged)
        if LogView(root).size > 30_000:
            check_after(root, acknowledged)
            shutil.rmtree(root)
        assert turn < kills


def test_a_few_kills(tmp_path: Path) -> None:
    crash(tmp_path / "part", 5, 1)


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_a_hundred_kills(tmp_path: Path) -> None:
    crash(tmp_path / "part", 100, 2)
