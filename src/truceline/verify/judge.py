"""The judge: clause x picture x coverage -> findings.

A continuous clause (CEASE, EXCLUDE, HOLD, LIMIT) is judged for every hour of the day and for the whole of
it, the others once a day. A clause whose window does not touch the period gives no finding, and an hour that
has not begun gives none; one that has begun and is not over can be violated, never compliant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from truceline.agreement.calendar import window_ns
from truceline.agreement.clauses import WRAPPERS, AnyClause, kind_of
from truceline.agreement.document import Agreement
from truceline.terms.time import NS_PER_HOUR, civil_date, civil_day
from truceline.verify.finding import Finding, make_finding
from truceline.verify.material import Material, Outcome, Question
from truceline.verify.norms import Norms, norm_states
from truceline.verify.rules import act, attest, cease, exclude, hold, limit, passage, reach
from truceline.verify.scene import Scene

__all__ = ["Material", "judge", "norm_states"]

Rule = Callable[[Scene, Question], Outcome]
RULES: dict[str, tuple[str, str, Rule]] = {
    "CEASE": (cease.METHOD, cease.VERSION, cease.judge),
    "HOLD": (hold.METHOD, hold.VERSION, hold.judge),
    "EXCLUDE": (exclude.METHOD, exclude.VERSION, exclude.judge),
    "REACH": (reach.METHOD, reach.VERSION, reach.judge),
    "LIMIT": (limit.METHOD, limit.VERSION, limit.judge),
    "PASSAGE": (passage.METHOD, passage.VERSION, passage.judge),
    "ACT": (act.METHOD, act.VERSION, act.judge),
    "ATTEST": (attest.METHOD, attest.VERSION, attest.judge),
}
HOURLY = ("CEASE", "EXCLUDE", "HOLD", "LIMIT")


def judge(agreement: Agreement, material: Material, norms: Norms = ()) -> list[Finding]:
    """Return the findings of a day in order of clause, area, start and end.

    ``norms`` are the norm states of the last seal; no rule reads them yet, but a later one may.
    """
    del norms
    scene = Scene(agreement, material)
    findings = [_judge_one(scene, question) for question in questions(agreement, material)]
    return sorted(
        findings, key=lambda item: (item.clause, item.area, item.start_ns, item.end_ns, item.reading)
    )


def questions(agreement: Agreement, material: Material) -> Iterator[Question]:
    """Yield what is to be judged, in the order of the agreement."""
    day = _day(agreement, material)
    for clause in agreement.clauses:
        kind = kind_of(clause)
        if kind in WRAPPERS:
            continue
        begins_ns, ends_ns = window_ns(clause.window, agreement.time_zone)
        for start_ns, end_ns in [*(_hours(*day) if kind in HOURLY else ()), day]:
            first, last = max(start_ns, begins_ns), min(end_ns, ends_ns)
            if first < last and first < material.end_ns:
                for area in clause.area:
                    yield Question(clause, area, first, last, last <= material.end_ns)


def _day(agreement: Agreement, material: Material) -> tuple[int, int]:
    """The whole civil day when the material begins with one, else just its own stretch."""
    start_ns, end_ns = civil_day(civil_date(material.start_ns, agreement.time_zone), agreement.time_zone)
    if start_ns == material.start_ns and material.end_ns <= end_ns:
        return start_ns, end_ns
    return material.start_ns, material.end_ns


def _hours(start_ns: int, end_ns: int) -> Iterable[tuple[int, int]]:
    return [(at, min(at + NS_PER_HOUR, end_ns)) for at in range(start_ns, end_ns, NS_PER_HOUR)]


def _judge_one(scene: Scene, question: Question) -> Finding:
    clause: AnyClause = question.clause
    method, version, rule = RULES[kind_of(clause)]
    outcome = rule(scene, question)
    draft = _draft(scene, question, outcome, method, version)
    return make_finding(draft, scene.agreement.judgement.confidence, outcome.witnesses.independent)


def _draft(scene: Scene, question: Question, outcome: Outcome, method: str, version: str) -> Finding:
    clause, agreement = question.clause, scene.agreement
    return Finding(
        id="",
        agreement=agreement.id,
        agreement_version=agreement.version,
        clause=clause.id,
        kind=kind_of(clause),
        article=clause.article,
        area=question.area,
        map_version=agreement.area(question.area).map_version,
        reading=outcome.reading,
        start_ns=question.start_ns,
        end_ns=question.end_ns,
        deadline=outcome.deadline,
        verdict=outcome.verdict,
        indication=outcome.indication,
        reason=outcome.reason,
        likelihood_ratio=outcome.ratio,
        posteriors=outcome.beliefs,
        object_class=outcome.object_class,
        detection_mean=outcome.detection.mean,
        detection_min=outcome.detection.least,
        required=outcome.required,
        required_measure=outcome.measure,
        watched=outcome.detection.watched,
        unwatched=outcome.detection.unwatched,
        largest_unseen=outcome.unseen,
        counts=outcome.counts,
        evidence=scene.evidence(outcome.rows),
        evidence_total=len(outcome.rows),
        sources=tuple(sorted(scene.sources[number].name for number in outcome.witnesses.sources)),
        explanations=outcome.explanations,
        alternatives=outcome.alternatives,
        method=method,
        method_version=version,
        tracks=outcome.tracks,
    )
