"""A finding: what is said of one clause in one area and period, with all it rests on; it refuses to say too much.

    id = content_id("finding", agreement and version, clause, area and map version, reading, deadline, period, method and
         version, verdict, indication, all numbers as fixed decimal text, counts, margin, reason,
         explanations, sorted evidence)
``stage``, ``supersedes`` and ``tracks`` stand outside the id, and so does the order of the evidence (by time).
What rests on people's word, or on what was seen to be so, has ``required_measure`` "witnessed".
"Not observed" never becomes "did not happen": ``compliant`` without detection at or over the minimum is Broken.
"""

from __future__ import annotations

import math
from typing import Literal

import msgspec

from truceline.terms.faults import Broken
from truceline.terms.ids import content_id
from truceline.terms.quantity import rounded, text

Verdict = Literal["compliant", "violated", "not verified"]
VERDICTS: tuple[Verdict, ...] = ("compliant", "violated", "not verified")
STAGES = ("provisional", "refined", "reviewed", "final")
DETECTION_DIGITS = 3
SHARE_DIGITS = 6
PROBABILITY_DIGITS = 4
RATIO_DIGITS = 4
MARGIN_DIGITS = 1
WITNESSED = "witnessed"
MOST_EVIDENCE = 400

Evidence = tuple[str, int]


class Words(msgspec.Struct, frozen=True):
    """A sentence as a key of ``words.SENTENCES`` and its values as text, so that every language can say it."""

    key: str
    values: tuple[tuple[str, str], ...] = ()


class Explanation(msgspec.Struct, frozen=True):
    """A competing explanation: ``state`` is kept, excluded or does not explain; ``ref`` names a notice, if any."""

    name: str
    state: str
    reason: Words
    ref: str = ""


class Posterior(msgspec.Struct, frozen=True):
    """One guarantor's probability that the clause was broken: before any look, and after this one."""

    part: str
    prior: float
    violated: float


class Alternative(msgspec.Struct, frozen=True):
    """What the same observations say under another reading of the deadline."""

    reading: str
    deadline: str
    verdict: Verdict
    reason: Words


class Margin(msgspec.Struct, frozen=True):
    """How far the clause was from being broken, as an interval in ``unit`` ("" : none is told); below 0 it was.

    An end that nothing bounds is ``None``.
    """

    low: float | None = None
    high: float | None = None
    unit: str = ""


class Detection(msgspec.Struct, frozen=True):
    """How probably a violation would have been seen: ``mean`` at a random place and time, ``least`` when it is hidden.

    ``watched`` is the seen share of area x time and ``unwatched`` the causes of the rest, in all 1;
    ``gap_s`` is the longest time in which some place stayed below 0.9; ``outside`` is the share of the area
    beyond the coverage raster.
    """

    mean: float = 0.0
    least: float = 0.0
    watched: float = 0.0
    unwatched: tuple[tuple[str, float], ...] = ()
    gap_s: float = 0.0
    outside: float = 0.0


class Finding(msgspec.Struct, frozen=True):
    """One finding (see the module); probabilities are rounded already, times are ns UTC."""

    id: str
    agreement: str
    agreement_version: str
    clause: str
    kind: str
    article: str
    area: str
    map_version: str
    reading: str
    start_ns: int
    end_ns: int
    deadline: str
    verdict: Verdict
    indication: bool
    reason: Words
    likelihood_ratio: float
    posteriors: tuple[Posterior, ...]
    object_class: str
    detection_mean: float
    detection_min: float
    required: float
    required_measure: str
    watched: float
    unwatched: tuple[tuple[str, float], ...]
    largest_unseen: Words
    counts: tuple[tuple[str, int], ...]
    evidence: tuple[Evidence, ...]
    evidence_total: int
    sources: tuple[str, ...]
    explanations: tuple[Explanation, ...]
    alternatives: tuple[Alternative, ...]
    method: str
    method_version: str
    margin: Margin = Margin()
    accepted: tuple[tuple[str, str], ...] = ()
    tracks: tuple[str, ...] = ()
    stage: str = "provisional"
    supersedes: str = ""


def make_finding(draft: Finding, confidence: float, held: int) -> Finding:
    """Return a finding with rounded numbers and its id; ``held`` is how many independent witnesses carry a violation.

    ``draft.id`` is ignored. Evidence keeps its order, each item once.

    Raises:
        Broken: the verdict says more than detection, posteriors, witnesses or evidence allow.
    """
    finding = _rounded(draft)
    _check(finding, confidence, held)
    return msgspec.structs.replace(finding, id=finding_id(finding))


def finding_id(finding: Finding) -> str:
    """Return the content id of a finding; equal for two parts that hold the same records in another order."""
    return content_id(
        "finding",
        {
            "agreement": [finding.agreement, finding.agreement_version],
            "clause": finding.clause,
            "area": [finding.area, finding.map_version],
            "reading": [finding.reading, finding.deadline],
            "period": [finding.start_ns, finding.end_ns],
            "method": [finding.method, finding.method_version],
            "verdict": [finding.verdict, finding.indication],
            "detection": [
                finding.object_class,
                text(finding.detection_mean, DETECTION_DIGITS),
                text(finding.detection_min, DETECTION_DIGITS),
                text(finding.required, DETECTION_DIGITS),
                text(finding.watched, SHARE_DIGITS),
            ],
            "unwatched": [[cause, text(share, DETECTION_DIGITS)] for cause, share in finding.unwatched],
            "ratio": text(finding.likelihood_ratio, RATIO_DIGITS),
            "posteriors": [
                [item.part, text(item.prior, PROBABILITY_DIGITS), text(item.violated, PROBABILITY_DIGITS)]
                for item in finding.posteriors
            ],
            "unseen": _plain(finding.largest_unseen),
            "counts": [list(item) for item in finding.counts],
            "margin": [_end(finding.margin.low), _end(finding.margin.high), finding.margin.unit],
            "accepted": [list(item) for item in finding.accepted],
            "reason": _plain(finding.reason),
            "explanations": [[e.name, e.state, _plain(e.reason), e.ref] for e in finding.explanations],
            "alternatives": [
                [a.reading, a.deadline, a.verdict, _plain(a.reason)] for a in finding.alternatives
            ],
            "sources": sorted(finding.sources),
            "evidence": [list(item) for item in sorted(finding.evidence)],
            "evidence_total": finding.evidence_total,
        },
    )


def margin_of(low: float, high: float, unit: str) -> Margin:
    """Return a margin rounded as it will be published; an infinite end is None."""
    ends = [rounded(value, MARGIN_DIGITS) if math.isfinite(value) else None for value in (low, high)]
    return Margin(ends[0], ends[1], unit)


def _end(value: float | None) -> str:
    return "" if value is None else text(value, MARGIN_DIGITS)


def _plain(words: Words) -> list[object]:
    return [words.key, [list(item) for item in words.values]]


def _rounded(draft: Finding) -> Finding:
    numbers = (
        draft.likelihood_ratio,
        draft.detection_mean,
        draft.detection_min,
        draft.required,
        draft.watched,
    )
    if not all(math.isfinite(value) for value in numbers):
        raise Broken(
            f"finding of {draft.clause} holds a number that is none: {numbers}", where="verify.finding"
        )
    kept = tuple(dict.fromkeys(draft.evidence))
    if len(kept) > MOST_EVIDENCE:
        kept = (*kept[: MOST_EVIDENCE // 2], *kept[-MOST_EVIDENCE // 2 :])
    return msgspec.structs.replace(
        draft,
        likelihood_ratio=rounded(draft.likelihood_ratio, RATIO_DIGITS),
        detection_mean=rounded(draft.detection_mean, DETECTION_DIGITS),
        detection_min=rounded(draft.detection_min, DETECTION_DIGITS),
        required=rounded(draft.required, DETECTION_DIGITS),
        watched=rounded(draft.watched, SHARE_DIGITS),
        unwatched=tuple((cause, rounded(share, DETECTION_DIGITS)) for cause, share in draft.unwatched),
        posteriors=tuple(
            Posterior(i.part, rounded(i.prior, PROBABILITY_DIGITS), rounded(i.violated, PROBABILITY_DIGITS))
            for i in draft.posteriors
        ),
        evidence=kept,
        evidence_total=len(dict.fromkeys(draft.evidence)),
    )


def _check(finding: Finding, confidence: float, held: int) -> None:
    where = f"finding of {finding.clause} in {finding.area}"
    if finding.verdict not in VERDICTS or finding.stage not in STAGES:
        raise Broken(f"no verdict {finding.verdict!r} or stage {finding.stage!r}", where=where)
    if finding.required_measure == WITNESSED and finding.verdict != "not verified":
        _check_witnessed(finding, held, where)
        return
    if finding.verdict == "compliant":
        detection = finding.detection_min if finding.required_measure == "min" else finding.detection_mean
        if detection <= 0.0 or finding.watched <= 0.0 or detection < finding.required:
            raise Broken(f"compliant with detection {detection} of {finding.required} required", where=where)
        if not finding.posteriors or any(i.violated > 1.0 - confidence + 1e-9 for i in finding.posteriors):
            raise Broken("compliant though a guarantor's prior does not allow it", where=where)
        if finding.indication:
            raise Broken("compliant beside an indication of the contrary", where=where)
    if finding.verdict == "violated":
        if held < 2 or not finding.evidence:
            raise Broken(f"violated on {held} witnesses and {len(finding.evidence)} items", where=where)
        if finding.watched <= 0.0:
            raise Broken("violated where nobody watched", where=where)
        if not finding.posteriors or any(i.violated < confidence - 1e-9 for i in finding.posteriors):
            raise Broken("violated though a guarantor's prior does not allow it", where=where)
        if not finding.explanations:
            raise Broken("violated without a word on innocent explanations", where=where)


def _check_witnessed(finding: Finding, held: int, where: str) -> None:
    """What stands on people's signed word, or on what was seen to be so, needs two of them and something to cite."""
    if held < 2 or not finding.evidence:
        raise Broken(f"{finding.verdict} on {held} words and {len(finding.evidence)} items", where=where)
    if finding.verdict == "violated" and not finding.explanations:
        raise Broken("violated without a word on innocent explanations", where=where)
