"""CEASE: G not event(class, area). No shot, burst or explosion in the area, whoever fires.

Judged on the events picture: an event of the clause's classes whose place lies inside the area by the agreed
probability, begun in the period. Witnesses are the sources of its observations, except what was only told.
Fires are indications and prove no firing. Notified demining and training is counted apart. Unit: events.
Example: kind = "CEASE", classes = ["shot"], indications = ["fire"], area = ["conflict-zone"].
"""

from __future__ import annotations

import msgspec
import numpy as np

from truceline.agreement.clauses import Cease
from truceline.means.observations import KNOWN
from truceline.terms.classes import NAMES
from truceline.terms.quantity import text
from truceline.terms.time import format_time
from truceline.verify.confidence import Witnesses, witnesses_of
from truceline.verify.counted import SEEN, permit_explanations
from truceline.verify.finding import Explanation
from truceline.verify.margins import inside_probability
from truceline.verify.material import Outcome, Question
from truceline.verify.outcome import Sight, asked, names_of, seen, unseen, went_by
from truceline.verify.scene import Scene
from truceline.verify.words import say

METHOD, VERSION = "cease", "2"
EXPLANATIONS = ("contested permission", "notified activity", "false report", "works or quarry", "thunder")
TOLD = KNOWN.index("told")


def judge(scene: Scene, question: Question) -> Outcome:
    """Return the answer for one area and period."""
    clause = question.clause
    assert isinstance(clause, Cease)
    name = clause.classes[0]
    detection = scene.detection(question.area, name, question.start_ns, question.end_ns, "once")
    events = _events(scene, question, clause.classes)
    notified = [event for event in events if _notified(scene, clause.classes, event)]
    counted = [event for event in events if event not in notified]
    fires = len(_events(scene, question, clause.indications))
    counts = (("events", len(events)), ("notified", len(notified)), ("indications", fires))
    witnessed = [(event, _witnesses(scene, event)) for event in counted]
    witnessed = [(event, held) for event, held in witnessed if held.sources]
    if witnessed:
        proven = [item for item in witnessed if item[1].independent >= 2]
        return seen(
            scene, question, detection, name, _sight(scene, question, name, proven or witnessed), counts
        )
    measure, _ = asked(scene, clause)
    if fires or counted:
        kept = say("cease.indications", area=question.area, indications=str(fires + len(counted)))
    else:
        kept = say(
            "cease.nothing_reported",
            object_class=name,
            area=question.area,
            detection=text(went_by(detection, measure), 3),
            measure=measure,
            notified=str(len(notified)),
            indications=str(fires),
        )
    answer = unseen(scene, question, detection, name, kept, counts)
    if (fires or counted) and answer.verdict == "compliant":
        return msgspec.structs.replace(answer, verdict="not verified", indication=True)
    return answer


def _events(scene: Scene, question: Question, classes: tuple[str, ...]) -> list[int]:
    """Events of classes begun in the period, inside the area by their last state; rows of the events' tracks."""
    picture = scene.material.events
    numbers = [NAMES.index(name) for name in classes]
    first = picture.tracks["first_ns"]
    wanted = (first >= question.start_ns) & (first < question.end_ns)
    wanted &= np.isin(picture.tracks["object_class"], numbers)
    found = []
    for event in np.flatnonzero(wanted).tolist():
        states = np.flatnonzero(picture.states["track"] == event)
        if not len(states):
            continue
        held = picture.states.take(states[-1:])
        spread = (held["cov_ee_m2"], held["cov_en_m2"], held["cov_nn_m2"])
        inside, _ = inside_probability(scene.shape(question.area), held["east_m"], held["north_m"], *spread)
        if inside[0] >= 0.5:
            found.append(event)
    return found


def _rows(scene: Scene, event: int) -> list[int]:
    states = scene.material.events.states
    rows = states["observation"][states["track"] == event]
    return [row for row in rows.tolist() if 0 <= row < len(scene.material.observations)]


def _witnesses(scene: Scene, event: int) -> Witnesses:
    held = scene.material.observations
    rows = [row for row in _rows(scene, event) if held["known"][row] != TOLD]
    visual = [int(held["source"][row]) for row in rows if held["known"][row] == SEEN]
    return witnesses_of(scene.sources, [int(held["source"][row]) for row in rows], visual)


def _notified(scene: Scene, classes: tuple[str, ...], event: int) -> bool:
    picture = scene.material.events
    states = np.flatnonzero(picture.states["track"] == event)[-1:]
    start_ns, end_ns = int(picture.tracks["first_ns"][event]), int(picture.tracks["last_ns"][event])
    held = picture.states
    return (
        scene.notice_for(classes, start_ns, end_ns, held["east_m"][states], held["north_m"][states])
        is not None
    )


def _sight(scene: Scene, question: Question, name: str, events: list[tuple[int, Witnesses]]) -> Sight:
    picture = scene.material.events
    firsts = [int(picture.tracks["first_ns"][event]) for event, _ in events]
    best = max(events, key=lambda item: (item[1].independent, -item[0]))[1]
    told = {
        "area": question.area,
        "number": str(len(events)),
        "object_class": name,
        "first": format_time(min(firsts)),
        "last": format_time(max(firsts)),
        "sources": names_of(scene, sorted({source for _, held in events for source in held.sources})),
    }
    two = best.independent >= 2
    contested = tuple(permit.id for permit in scene.permits(question) if permit.contested)
    explanations = (
        *permit_explanations(False, contested),
        Explanation("notified activity", "excluded", say("explain.training.no_notice")),
        Explanation(
            "false report",
            "excluded" if two else "kept",
            say("explain.echo.two" if two else "explain.echo.one"),
        ),
        Explanation("works or quarry", "kept", say("explain.quarry.not_known")),
        Explanation("thunder", "excluded", say("explain.thunder.people")),
    )
    rows = scene.ordered(row for event, _ in events for row in _rows(scene, event))
    ids = tuple(picture.tracks["id"][event].decode() for event, _ in events)
    return Sight(
        best, rows, explanations, say("cease.events", **told), say("cease.one_source", **told), False, ids
    )
