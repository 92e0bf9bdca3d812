"""Deeds on record: who said in which hour that something was done or was not, as signals for the monitor.

    low  = +1 in an hour in which the deed is proven by two words (signatures, or one and an own-eyes sighting), else -1
    high = -1 in an hour for which two words say that it was not done, else +1
A word "not done" of time t speaks for every hour since the sayer's last "done", or since the start. No clause kind of its
own: ACT and REPAIR rest on it.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from truceline.terms.time import NS_PER_HOUR
from truceline.verify.monitor import Signal, bounded
from truceline.verify.statements import Said, signatures

NEAR_NS = 12 * NS_PER_HOUR


class Deeds(msgspec.Struct, frozen=True):
    """Hours from ``start_ns``: the signal "it was done then", the words for it and those against it."""

    start_ns: int
    signal: Signal
    done: tuple[Said, ...]
    denied: tuple[Said, ...]
    rows: tuple[int, ...]
    proven_ns: tuple[int, ...]


def deeds_of(start_ns: int, end_ns: int, said: Sequence[Said], seen: Sequence[tuple[int, int, int]]) -> Deeds:
    """Return the deeds between two times.

    ``seen`` are (row, source, time_ns) of own-eyes sightings: within NEAR_NS of a word "done" one goes with it.
    """
    hours = max(1, -(-(end_ns - start_ns) // NS_PER_HOUR))
    low, high = np.full(hours, -1.0), np.full(hours, 1.0)
    inside = [item for item in said if start_ns <= item.at_ns < end_ns]
    done = [item for item in inside if item.statement.statement == "done"]
    denied = [item for item in inside if item.statement.statement == "not done"]
    proven, rows = [], []
    for item in done:
        same = [other for other in done if 0 <= item.at_ns - other.at_ns <= NEAR_NS]
        near = [s for s in seen if abs(s[2] - item.at_ns) <= NEAR_NS]
        rows += [row for row, _, _ in near]
        if len(signatures(same)) + len({source for _, source, _ in near}) >= 2:
            proven.append(item.at_ns)
            low[(item.at_ns - start_ns) // NS_PER_HOUR] = 1.0
    against = np.zeros(hours, np.int64)
    for signer in signatures(denied):
        own = np.zeros(hours, bool)
        for item in denied:
            if signer in item.signers:
                last = max((d.at_ns for d in done if d.at_ns <= item.at_ns), default=start_ns - NS_PER_HOUR)
                own[(last - start_ns) // NS_PER_HOUR + 1 : (item.at_ns - start_ns) // NS_PER_HOUR + 1] = True
        against += own
    high[(against >= 2) & (low < 0.0)] = -1.0
    return Deeds(
        start_ns,
        bounded(low, high),
        tuple(done),
        tuple(denied),
        tuple(sorted(set(rows))),
        tuple(sorted(proven)),
    )


def hours_until(start_ns: int, time_ns: int) -> int:
    """Return how many whole hour steps lie before a time, at least none."""
    return max(0, -(-(time_ns - start_ns) // NS_PER_HOUR))
