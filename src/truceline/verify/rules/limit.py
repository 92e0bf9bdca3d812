"""LIMIT: G count(class, area) <= N. A ceiling on objects, judged on an interval and never on a raw count.

    low    the most that sightings at one time prove, the same objects counted once
    (``sightings.least_count``) high   what the unseen rest may add: the largest N with N D - 1.645 sqrt(N D
    (1 - D)) <= seen + 1/2
Violated only when two independent witnesses each prove more than N; compliant only when ``high`` is not over N and
detection is enough. Where the clause counts an ``item`` (terms.classes.OBJECT_TYPES), ``low`` counts reports that name
the type and ``high`` those too that tell none. A flow (``counting`` = "flow") counts the judged period only; one of a
longer ``period_days`` is never called compliant. Margin: N less the count, in the measure's unit. Parameters:
``measure.value`` (objects), ``item``, ``counting``, ``period_days`` (days). Example: kind = "LIMIT", classes = ["vehicle"],
item = "TRUCK", measure = { signal = "count", relation = "<=", value = 380, ... }.
"""

from __future__ import annotations

import math

import msgspec

from truceline.agreement.clauses import Limit
from truceline.terms.classes import OBJECT_TYPES
from truceline.terms.quantity import text
from truceline.terms.time import NS_PER_DAY
from truceline.verify.confidence import Witnesses
from truceline.verify.counted import Seen, ground_explanations, sightings_in, witnesses_of_rows
from truceline.verify.finding import margin_of
from truceline.verify.material import Outcome, Question
from truceline.verify.outcome import Counts, Sight, asked, names_of, seen, unseen, went_by
from truceline.verify.scene import Scene
from truceline.verify.sightings import least_count, most_count
from truceline.verify.words import say

METHOD, VERSION = "limit", "2"
EXPLANATIONS = ("permitted force", "notified movement", "false report", "counted twice", "civilian traffic")


def judge(scene: Scene, question: Question) -> Outcome:
    """Return the answer for one area and period."""
    clause = question.clause
    assert isinstance(clause, Limit)
    name = clause.classes[0]
    detection = scene.detection(question.area, name, question.start_ns, question.end_ns, "stay")
    types = (clause.item,) if clause.item in OBJECT_TYPES else ()
    found = sightings_in(scene, question, clause.classes, types=types)
    observations = scene.material.observations
    every = (*found.rows, *found.notified)
    any_type = (*every, *found.unclear)
    low = least_count(observations, every)[0] if types or not clause.item else 0
    sighted, _ = least_count(observations, any_type)
    measure, _ = asked(scene, clause)
    figure = went_by(detection, measure)
    high = most_count(sighted, figure)
    ceiling = math.floor(clause.measure.value)
    kept = margin_of(-math.inf if high is None else ceiling - high, ceiling - low, clause.measure.unit)
    counts = (
        ("sightings", len(any_type)),
        ("permitted", len(found.permitted)),
        ("not told apart", len(found.unclear)),
        ("at least", low),
        *(() if high is None else (("at most", high),)),
    )
    told = {"area": question.area, "unit": clause.measure.unit, "ceiling": str(ceiling)}
    shown = {"detection": text(figure, 3)}
    if low > ceiling:
        answer = _broken(scene, question, found, every, (ceiling, low), counts)
        return msgspec.structs.replace(answer, margin=kept)
    if high is None:
        reason = say("limit.open", **told, **shown, low=str(low))
    elif high > ceiling and found.unclear:
        reason = say("limit.untold", **told, low=str(low), untold=str(sighted - low))
    elif high > ceiling:
        reason = say("limit.straddles", **told, low=str(low), high=str(high))
    else:
        reason = say("limit.within", **told, **shown, low=str(low), high=str(high), measure=measure)
    answer = unseen(scene, question, detection, name, reason, counts)
    answer = msgspec.structs.replace(answer, rows=scene.ordered(any_type), margin=kept)
    longer = (
        clause.counting == "flow" and clause.period_days * NS_PER_DAY > question.end_ns - question.start_ns
    )
    if answer.verdict == "compliant" and (high is None or high > ceiling or longer):
        return msgspec.structs.replace(answer, verdict="not verified")
    return answer


def _broken(
    scene: Scene,
    question: Question,
    found: Seen,
    every: tuple[int, ...],
    bounds: tuple[int, int],
    counts: Counts,
) -> Outcome:
    clause = question.clause
    assert isinstance(clause, Limit)
    (ceiling, low), name = bounds, clause.classes[0]
    detection = scene.detection(question.area, name, question.start_ns, question.end_ns, "stay")
    told = {"area": question.area, "unit": clause.measure.unit, "ceiling": str(ceiling), "low": str(low)}
    proven = _over(scene, found, ceiling)
    sources = names_of(scene, (proven or found.witnesses).sources)
    sight = Sight(
        proven or msgspec.structs.replace(found.witnesses, independent=1),
        scene.ordered(every),
        ground_explanations(found, name),
        say("limit.over", **told, sources=sources),
        say("limit.one_source", **told, sources=sources),
    )
    return seen(scene, question, detection, name, sight, counts)


def _over(scene: Scene, found: Seen, ceiling: int) -> Witnesses | None:
    """The witnesses who each, alone, prove more than the ceiling; None when they are not two independent ones."""
    observations = scene.material.observations
    rows = [
        row
        for source in found.witnesses.sources
        if least_count(observations, own := [r for r in found.rows if observations["source"][r] == source])[0]
        > ceiling
        for row in own
    ]
    held = witnesses_of_rows(scene, rows)
    return held if held.independent >= 2 else None
