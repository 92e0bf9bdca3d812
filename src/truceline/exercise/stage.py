"""The stage: a rehearsal played at a pace, for people who watch it happen.

What came before the curtain is taken in at once; from then on each ``advance`` hands the doors just what has arrived by the
centre's clock, and lets the parts mirror each other.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

from truceline.centre.shipped import agreement_bytes
from truceline.exercise.emit import Sent
from truceline.exercise.rehearsal import Parts, Tell, everything, mirror, prepare, seal_both, take_in
from truceline.exercise.script import Script
from truceline.report.day import Day, Head
from truceline.terms.time import parse_time


class Stage:
    """A rehearsal in progress."""

    def __init__(self, script: Script, out: Path, cut: frozenset[str], begin_ns: int, tell: Tell) -> None:
        """Take in everything up to ``begin_ns``."""
        self.script = script
        self.now_ns = begin_ns
        self.end_ns = parse_time(script.end)
        self._sent: Sequence[Sent]
        self._sent, truth = everything(script, cut, tell)
        self.parts: Parts = prepare(script, out, agreement_bytes(script.agreement))
        (out / "truth").mkdir(exist_ok=True)
        (out / "truth" / "truth.jsonl").write_bytes(truth)
        self._next = 0
        self._lock = threading.Lock()
        self.advance(begin_ns)
        tell(f"doors: {self._next:,} bodies of the day so far are in the log")

    @property
    def over(self) -> bool:
        """Whether the script has ended."""
        return self.now_ns >= self.end_ns

    def advance(self, now_ns: int) -> int:
        """Hand over what arrives by ``now_ns`` and return how many bodies that was."""
        first = self._next
        while self._next < len(self._sent) and self._sent[self._next].arrival_ns <= now_ns:
            self._next += 1
        take_in(self.script, self.parts, self._sent, first, self._next)
        mirror(self.parts)
        self.now_ns = max(self.now_ns, min(now_ns, self.end_ns))
        return self._next - first

    def seal(self, tell: Tell) -> tuple[Day, ...]:
        """Close the day: officers, both seals."""
        return seal_both(self.script, self.parts, tell=tell)

    def heads(self) -> tuple[Head, ...]:
        """Return both logs' published heads as the first part holds them."""
        with self._lock:
            return self.parts.parts[0].heads()

    def close(self) -> None:
        """Close both parts."""
        self.parts.close()
