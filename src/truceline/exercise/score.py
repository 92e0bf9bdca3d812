"""The score of a rehearsal: findings beside what the scenario's authors expect, each mismatch named."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from truceline.exercise.script import Expected, ExpectedFile
from truceline.terms.time import format_time, parse_time
from truceline.verify.finding import Finding


class Score(msgspec.Struct, frozen=True):
    """Expected findings matched and missed, and violations nobody expected; each miss and surprise in one line."""

    matched: int
    missed: int
    unexpected: int
    lines: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing was missed and nothing was unexpected."""
        return self.missed == 0 and self.unexpected == 0

    @property
    def sentence(self) -> str:
        """The score in one line."""
        return (
            f"expected findings: {self.matched} matched, {self.missed} missed, {self.unexpected} unexpected"
        )


def score(findings: Sequence[Finding], expected: ExpectedFile) -> Score:
    """Return the score: every expected line must be met by a finding of just that clause, period and verdict.

    A violated finding that no line expects is unexpected.
    """
    lines: list[str] = []
    matched = 0
    met: set[str] = set()
    for line in expected.finding:
        ids = _meeting(findings, line)
        if ids:
            matched += 1
            met |= ids
        else:
            lines.append(
                f"missed: {line.clause} {line.start} to {line.end} should be {line.verdict} ({_found(findings, line)})"
            )
    surprises = [f for f in findings if f.verdict == "violated" and f.id not in met]
    lines += [f"unexpected: {f.clause} {format_time(f.start_ns)} is violated" for f in surprises]
    return Score(matched, len(expected.finding) - matched, len(surprises), tuple(lines))


def only_not_verified(findings: Sequence[Finding]) -> Score:
    """Return the score of a rehearsal without any feed: whatever is not ``not verified`` is unexpected."""
    odd = [finding for finding in findings if finding.verdict != "not verified"]
    lines = tuple(
        f"unexpected: {f.clause} {format_time(f.start_ns)} is {f.verdict} though nobody looked" for f in odd
    )
    return Score(len(findings) - len(odd), 0, len(odd), lines)


def _meeting(findings: Sequence[Finding], line: Expected) -> set[str]:
    """Return the ids of the findings that meet a line; all findings inside its stretch must have its verdict."""
    inside = _inside(findings, line)
    if not inside or any(finding.verdict != line.verdict for finding in inside):
        return set()
    return {finding.id for finding in inside}


def _inside(findings: Sequence[Finding], line: Expected) -> list[Finding]:
    start, end = parse_time(line.start), parse_time(line.end)
    whole = [f for f in findings if f.clause == line.clause and f.start_ns == start and f.end_ns == end]
    if whole:
        return whole
    return [f for f in findings if f.clause == line.clause and f.start_ns >= start and f.end_ns <= end]


def _found(findings: Sequence[Finding], line: Expected) -> str:
    inside = _inside(findings, line)
    if not inside:
        return "no finding of that clause and time"
    return ", ".join(sorted({f"{format_time(f.start_ns)[11:16]} {f.verdict}" for f in inside}))
