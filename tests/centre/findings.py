"""Findings made by hand."""

from __future__ import annotations

from truceline.terms.time import parse_time
from truceline.verify.finding import Finding, Words

START = parse_time("2020-11-19T21:00:00Z")
HOUR = 3_600_000_000_000


def finding(
    clause: str, verdict: str, start_ns: int = START, evidence: tuple[tuple[str, int], ...] = ()
) -> Finding:
    """A finding that was never checked: for tests of what is done with findings."""
    return Finding(
        id=f"{clause}-{verdict}-{start_ns}", agreement="a", agreement_version="1", clause=clause, kind="EXCLUDE",
        article="1", area="line-buffer", map_version="1", reading="", start_ns=start_ns, end_ns=start_ns + HOUR,
        deadline="", verdict=verdict, indication=False, reason=Words("x"), likelihood_ratio=1.0, posteriors=(),
        object_class="uav", detection_mean=0.0, detection_min=0.0, required=1.0, required_measure="min", watched=0.0,
        unwatched=(), largest_unseen=Words("x"), counts=(), evidence=evidence, evidence_total=len(evidence),
        sources=(), explanations=(), alternatives=(), method="m", method_version="1",
    )  # fmt: skip
