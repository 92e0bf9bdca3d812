"""Findings: the list, and one finding with everything it rests on, ready to be read."""

from __future__ import annotations

import math

from truceline.desk.answers import (
    AlternativeAnswer,
    AssessmentAnswer,
    Belief,
    CaseAnswer,
    CasesAnswer,
    CauseShare,
    Count,
    DetectionPoint,
    EvidenceRow,
    ExplanationAnswer,
    FindingAnswer,
    FindingRow,
    FindingsAnswer,
)
from truceline.desk.clauses import clause_of, is_whole_day
from truceline.desk.evidence import evidence_row
from truceline.desk.plain import ms, text
from truceline.desk.sayings import said
from truceline.desk.shelf import Page
from truceline.desk.tracks import paths
from truceline.terms.faults import Refusal
from truceline.verify.finding import Finding

NO_ARTICLE = "–"


def findings_of(page: Page, verdict: str, clause: str, span: str, offset: int, limit: int) -> FindingsAnswer:
    """Return a page of findings, latest first; ``span`` is day, hour or "" for both."""
    day = page.day
    order = {held.id: place for place, held in enumerate(day.agreement.clauses)}
    kept = [
        finding
        for finding in day.findings
        if verdict in ("", finding.verdict)
        and clause in ("", finding.clause)
        and (not span or is_whole_day(day, finding) == (span == "day"))
        and finding.start_ns < day.known_ns
    ]
    known = sum(finding.start_ns < day.known_ns for finding in day.findings)
    kept.sort(
        key=lambda f: (
            -min(f.end_ns, day.known_ns),
            not is_whole_day(day, f),
            order.get(f.clause, 0),
            f.area,
            f.id,
        )
    )
    shown = kept[offset : offset + limit]
    return FindingsAnswer(
        len(kept), known - len(kept), offset, tuple(row_of(page, finding) for finding in shown)
    )


def row_of(page: Page, finding: Finding) -> FindingRow:
    """Return a finding as a row of a list."""
    day = page.day
    clause = next((held for held in day.agreement.clauses if held.id == finding.clause), None)
    return FindingRow(
        id=finding.id,
        clause=finding.clause,
        article=finding.article or NO_ARTICLE,
        title=clause.title if clause else {"en": finding.clause},
        area=finding.area,
        reading=finding.reading,
        start_ms=ms(finding.start_ns),
        end_ms=ms(finding.end_ns),
        verdict=finding.verdict,
        indication=finding.indication,
        stage=finding.stage,
        detection_mean=finding.detection_mean,
        detection_min=finding.detection_min,
        likelihood_ratio=finding.likelihood_ratio,
        reason=said(finding.reason, page.voices),
        evidence=finding.evidence_total,
        whole_day=is_whole_day(day, finding),
    )


def finding_of(page: Page, identity: str) -> FindingAnswer:
    """Return one finding by its id, or by a beginning of it that names only one.

    Raises:
        Refusal: no finding, or more than one, has that id.
    """
    day = page.day
    finding = _find(page, identity)
    clause = day.agreement.clause(finding.clause)
    evidence = _evidence(page, finding)
    case = next((held for held in day.cases if finding.id in held.findings), None)
    successor = next((held.id for held in day.findings if held.supersedes == finding.id), "")
    return FindingAnswer(
        row=row_of(page, finding),
        clause=clause_of(day.agreement, clause),
        deadline=finding.deadline,
        method=finding.method,
        version=finding.method_version,
        map_version=finding.map_version,
        agreement=f"{finding.agreement} {finding.agreement_version}",
        supersedes=finding.supersedes,
        superseded_by=successor,
        largest_unseen=said(finding.largest_unseen, page.voices),
        beliefs=tuple(Belief(item.part, item.prior, item.violated) for item in finding.posteriors),
        explanations=tuple(
            ExplanationAnswer(e.name, e.state, said(e.reason, page.voices)) for e in finding.explanations
        ),
        alternatives=tuple(
            AlternativeAnswer(a.reading, a.deadline, a.verdict, said(a.reason, page.voices))
            for a in finding.alternatives
        ),
        required=finding.required,
        required_measure=finding.required_measure,
        confidence=day.agreement.judgement.confidence,
        watched=finding.watched,
        unwatched=tuple(CauseShare(cause, share) for cause, share in finding.unwatched),
        counts=tuple(Count(name, amount) for name, amount in finding.counts),
        sources=finding.sources,
        object_class=finding.object_class,
        detection=detection_of(page, finding.area, finding.object_class, finding.start_ns, finding.end_ns),
        evidence=evidence,
        evidence_total=finding.evidence_total,
        tracks=finding.tracks,
        paths=paths(page, finding.tracks, finding.start_ns, finding.end_ns),
        case_id=case.id if case else "",
        seal=day.seal.day if day.seal and finding.stage == "final" else "",
    )


def detection_of(page: Page, area: str, name: str, start_ns: int, end_ns: int) -> tuple[DetectionPoint, ...]:
    """Return D of a class, mean over an area's cells, at every step of a period that is known."""
    coverage = page.day.coverage
    if name not in coverage.classes or not area:
        return ()
    mask = page.mask(area)
    if not mask.any():
        return ()
    first, last = coverage.steps_in(start_ns, min(end_ns, page.day.known_ns))
    means = coverage.probability[coverage.classes.index(name), first:last][:, mask].mean(axis=1)
    return tuple(
        DetectionPoint(ms(coverage.start_ns + (first + n) * coverage.step_ns), round(float(value), 3))
        for n, value in enumerate(means)
        if math.isfinite(value)
    )


def cases_of(page: Page) -> CasesAnswer:
    """Return all cases, pending ones first, then latest first."""
    day = page.day
    titles = {clause.id: clause for clause in day.agreement.clauses}
    rows = []
    for case in sorted(day.cases, key=lambda c: (c.outcome != "pending", -c.opened_ns, c.id)):
        clause = titles.get(case.clause)
        rows.append(
            CaseAnswer(
                id=case.id,
                opened_by=case.opened_by,
                clause=case.clause,
                article=clause.article if clause else NO_ARTICLE,
                title=clause.title if clause else {"en": case.clause},
                area=case.area,
                opened_ms=ms(case.opened_ns),
                findings=case.findings,
                complaints=case.complaints,
                committed=case.committed,
                assessments=tuple(
                    AssessmentAnswer(a.part, a.officer, a.verdict, a.text, a.reservation)
                    for a in case.assessments
                ),
                outcome=case.outcome,
                rejected=case.rejected,
            )
        )
    return CasesAnswer(tuple(rows))


def _find(page: Page, identity: str) -> Finding:
    if identity in page.findings:
        return page.findings[identity]
    near = [finding for held, finding in page.findings.items() if held.startswith(identity)]
    if len(near) == 1:
        return near[0]
    what = "no finding of this day has that id" if not near else f"{len(near)} findings begin like that"
    raise Refusal(what, where=identity[:16], remedy="check the id, or the day and the time as known on")


def _evidence(page: Page, finding: Finding) -> tuple[EvidenceRow, ...]:
    moved = _moved(page, finding)
    return tuple(evidence_row(page, content, item, moved) for content, item in finding.evidence)


def _moved(page: Page, finding: Finding) -> dict[int, str]:
    """Return the cited track that each observation row moved."""
    moved: dict[int, str] = {}
    cited = set(finding.tracks)
    for picture in (page.day.air, page.day.ground, page.day.events):
        ids = [text(identity) for identity in picture.tracks["id"].tolist()]
        for track in (row for row, identity in enumerate(ids) if identity in cited):
            rows = picture.states["observation"][picture.states["track"] == track]
            moved.update((row, ids[track]) for row in rows.tolist() if row >= 0)
    return moved
