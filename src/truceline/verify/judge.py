"""The judge: clause x picture x coverage -> findings.

A continuous clause (CEASE, EXCLUDE, HOLD, LIMIT) is judged for every hour of the day and for the whole of
it, the others once a day; a REPAIR while the clause it answers to stands broken. A clause whose life (its window within
its TERM) does not touch the period gives no finding, and an hour that has not begun gives none; one that has begun and is
not over can be violated, never compliant. Where drawings of an area or line compete, each gets its own finding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from truceline.agreement.clauses import WRAPPERS, AnyClause, Hold, Repair, kind_of
from truceline.agreement.document import Agreement
from truceline.terms.time import NS_PER_HOUR, civil_date, civil_day
from truceline.verify.finding import Finding, make_finding
from truceline.verify.material import Material, Outcome, Question
from truceline.verify.norms import Norms, broken_since, norm_states
from truceline.verify.rules import act, attest, cease, exclude, hold, limit, passage, reach, repair
from truceline.verify.scene import Scene
from truceline.verify.statements import Said, said_of
from truceline.verify.wrappers import life_of

__all__ = ["Material", "judge", "norm_states", "said_of"]

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
    "REPAIR": (repair.METHOD, repair.VERSION, repair.judge),
}
HOURLY = ("CEASE", "EXCLUDE", "HOLD", "LIMIT")


def judge(agreement: Agreement, material: Material, norms: Norms = ()) -> list[Finding]:
    """Return the findings of a day in order of clause, area, start and end.

    ``norms`` are the norm states of the last seal: what stands broken makes its REPAIR due, what is not fulfilled keeps
    what comes ``after`` it waiting.
    """
    scene = Scene(agreement, material, norms)
    findings = [_judge_one(scene, question) for question in questions(agreement, material, scene.said)]
    broken = broken_since(norms)
    for item in findings:
        if item.verdict == "violated" and item.area in agreement.clause(item.clause).area:
            broken[item.clause] = min(item.start_ns, broken.get(item.clause, item.start_ns))
    findings += [_judge_one(scene, question) for question in _repairs(scene, broken)]
    return sorted(
        findings, key=lambda item: (item.clause, item.area, item.start_ns, item.end_ns, item.reading)
    )


def questions(agreement: Agreement, material: Material, said: Sequence[Said] = ()) -> Iterator[Question]:
    """Yield what is to be judged, in the order of the agreement; a REPAIR is not among it."""
    day = _day(agreement, material)
    for clause in agreement.clauses:
        kind = kind_of(clause)
        if kind in WRAPPERS:
            continue
        life = life_of(agreement, clause, said)
        for start_ns, end_ns in [*(_hours(*day) if kind in HOURLY else ()), day]:
            first, last = max(start_ns, life.start_ns), min(end_ns, life.end_ns)
            if first < last and first < material.end_ns:
                for area in clause.area:
                    for drawn, line in _drawings(agreement, clause, area):
                        yield Question(clause, drawn, first, last, last <= material.end_ns, line)


def _drawings(agreement: Agreement, clause: AnyClause, area: str) -> list[tuple[str, str]]:
    """The area and the drawings that compete with it; for a HOLD also those of its line, by name ("": the clause's own)."""
    areas = [area, *(item.id for item in agreement.areas if item.variant_of == area)]
    lines = [""]
    if isinstance(clause, Hold):
        lines += [item.id for item in agreement.areas if item.variant_of == clause.line]
    return [(drawn, line) for drawn in areas for line in lines]


def _repairs(scene: Scene, broken: dict[str, int]) -> Iterator[Question]:
    agreement, material = scene.agreement, scene.material
    start_ns, end_ns = _day(agreement, material)
    for clause in agreement.clauses:
        if isinstance(clause, Repair):
            times = [broken[name] for name in clause.of if name in broken]
            if times and min(times) < material.end_ns:
                over = end_ns <= material.end_ns
                for area in clause.area:
                    yield Question(clause, area, start_ns, end_ns, over, broken_ns=min(times))


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
    area, line = agreement.area(question.area), question.line
    drawing = area.map_version + (f", {line} {agreement.area(line).map_version}" if line else "")
    accepted = agreement.area(line).accepted if line else area.accepted
    return Finding(
        id="",
        agreement=agreement.id,
        agreement_version=agreement.version,
        clause=clause.id,
        kind=kind_of(clause),
        article=clause.article,
        area=question.area,
        map_version=drawing,
        reading=outcome.reading or line,
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
        evidence=(*scene.evidence(outcome.rows), *outcome.cited),
        evidence_total=len(outcome.rows) + len(outcome.cited),
        sources=tuple(
            sorted({*(scene.sources[number].name for number in outcome.witnesses.sources), *outcome.signers})
        ),
        explanations=outcome.explanations,
        alternatives=outcome.alternatives,
        method=method,
        method_version=version,
        margin=outcome.margin,
        accepted=tuple(sorted(accepted.items())),
        tracks=outcome.tracks,
    )
