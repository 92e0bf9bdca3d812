"""A process that writes a log and says each acknowledged seq on standard output, until it is killed."""

from __future__ import annotations

import sys
from pathlib import Path

from truceline.centre import publish, store_files
from truceline.centre.keys import exercise_keys
from truceline.record.record import encode_entry


def body_of(number: int) -> bytes:
    """The body of entry ``number``: some small, some large enough to become a blob."""
    if number % 97 == 96:
        return b"%d " % number * 9000
    return b"%d " % number * (number % 60 + 1)


def main(root: Path, batch: int, rhythm_s: float) -> None:
    """Append for ever, in batches, and say what was acknowledged."""
    publish.WAL_LIMIT_B = 300_000  # so that kills also meet new write-ahead files
    keys = exercise_keys("test.example/EXERCISE/crash", 1)
    log = store_files.FileLog(root, keys.signers, rhythm_s=rhythm_s)
    number = log.size
    while True:
        many = [encode_entry("raw", "radar-1", n, body_of(n)) for n in range(number, number + batch)]
        seqs = log.write(many)
        if seqs.start != number:
            sys.exit(f"expected seq {number}, got {seqs.start}")
        number = seqs.stop
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
