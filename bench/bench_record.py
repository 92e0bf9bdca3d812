"""The log: durable appends in group commit, the audit of a million entries, starts, mirrors, proofs."""

import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from bench import Row
from truceline.centre.keys import exercise_keys
from truceline.centre.log_view import LogView
from truceline.centre.mirror_log import MirrorLog
from truceline.centre.store_files import FileLog
from truceline.record.audit import audit_log
from truceline.record.policy import format_policy, policy_of
from truceline.record.proof import make_proof, verify_proof
from truceline.record.record import encode_entry

ENTRIES = 1_000_000
ENTRY_B = 500
BATCH = 1_000
KEYS = exercise_keys("bench.example/EXERCISE/a", 1)
OTHER = exercise_keys("bench.example/EXERCISE/b", 1)
POLICY = policy_of([KEYS.log.key], [KEYS.log_pq.key])


def made(first: int, count: int) -> list[bytes]:
    """Entries of 500 bytes, header and body together."""
    found = []
    for number in range(first, first + count):
        header = len(f'{{"kind":"raw","source":"radar-1","stamp_ns":{10**18 + number}}}\n')
        body = number.to_bytes(8, "big") * 64
        found.append(encode_entry("raw", "radar-1", 10**18 + number, body[: ENTRY_B - header]).entry)
    return found


def appends(root: Path) -> Iterator[Row]:
    """Appends that are answered only after the disk has them."""
    log = FileLog(root / "batched", KEYS.signers)
    entries = made(0, 200_000)
    times_ms = []
    begin = time.perf_counter()
    for start in range(0, len(entries), BATCH):
        before = time.perf_counter()
        log.append_many(entries[start : start + BATCH])
        times_ms.append(1e3 * (time.perf_counter() - before))
    rate = len(entries) / (time.perf_counter() - begin)
    log.close()
    note = f"{ENTRY_B} B each, one door handing over {BATCH} at a time, tiles published each second meanwhile"
    yield Row("durable appends, group commit", rate, "entries/s", ">= 20000", note)
    worst = sorted(times_ms)[int(len(times_ms) * 0.99)]
    yield Row(
        "time to durable, median", statistics.median(times_ms), "ms", "<= 50", f"commit of {BATCH} entries"
    )
    yield Row("time to durable, 99 of 100", worst, "ms", "<= 50", f"commit of {BATCH} entries")
    yield singles(root)


def singles(root: Path) -> Row:
    """Callers that append one entry at a time and share commits."""
    log = FileLog(root / "single", KEYS.signers)
    entries = made(0, 1_000)
    threads = [threading.Thread(target=lambda: [log.append(entry) for entry in entries]) for _ in range(16)]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rate = 16 * len(entries) / (time.perf_counter() - begin)
    log.close()
    return Row("durable appends, one at a time", rate, "entries/s", "", "16 threads, one entry per call")


def long_log(root: Path) -> Iterator[Row]:
    """A log of a million entries: verified, opened, mirrored."""
    log = FileLog(root / "a", KEYS.signers, rhythm_s=0)
    log.write([encode_entry("config", "keys", 1, format_policy(POLICY))])
    for start in range(1, ENTRIES, BATCH):
        log.append_many(made(start, min(BATCH, ENTRIES - start)))
    log.close()
    begin = time.perf_counter()
    answer = audit_log(LogView(root / "a"))
    spent = time.perf_counter() - begin
    if not answer.passed:
        raise SystemExit(f"the audit failed: {answer.steps[-1]}")
    note = f"{ENTRIES} entries of {ENTRY_B} B: every hash, tile, signature and entry; files in the page cache"
    yield Row("log verified offline", spent, "s", "<= 60", note)
    yield Row("entries verified", ENTRIES / spent, "entries/s", ">= 16667", note)
    begin = time.perf_counter()
    log = FileLog(root / "a", KEYS.signers, rhythm_s=0)
    yield Row("start on a long log", time.perf_counter() - begin, "s", "", f"{ENTRIES} entries")
    begin = time.perf_counter()
    seen = sum(1 for _ in log.records(0, log.size))
    yield Row(
        "records read back",
        seen / (time.perf_counter() - begin),
        "entries/s",
        "",
        "decoded, with content ids",
    )
    yield from proofs(log)
    log.close()
    copy = MirrorLog(root / "b", [pair.key for pair in KEYS.signers], OTHER.cosigners)
    begin = time.perf_counter()
    copy.follow(log)
    yield Row("mirror", ENTRIES / (time.perf_counter() - begin), "entries/s", "", "checked, stored, cosigned")


def proofs(log: FileLog) -> Iterator[Row]:
    """Proofs of single entries."""
    note = log.checkpoint()
    begin = time.perf_counter()
    for seq in range(0, ENTRIES, ENTRIES // 100):
        verify_proof(make_proof(log.view.tile, note, seq), next(log.entries(seq, seq + 1)), POLICY)
    yield Row(
        "proof of one entry", 10 * (time.perf_counter() - begin), "ms", "", "made from tiles and verified"
    )


def rows() -> Iterator[Row]:
    """Measure in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="truceline-bench-") as folder:
        yield from appends(Path(folder))
        yield from long_log(Path(folder))
