"""What several rules share: people's sightings inside an area, their witnesses, and the count of what nobody invited.

No clause kind of its own: EXCLUDE of ground classes, HOLD and LIMIT all rest on sightings.
"""

from __future__ import annotations

import msgspec
import numpy as np

from truceline.agreement.clauses import Classed, Exclude
from truceline.means.observations import KNOWN
from truceline.terms.classes import NAMES
from truceline.terms.quantity import text
from truceline.terms.time import format_time
from truceline.verify.confidence import Witnesses, witnesses_of
from truceline.verify.finding import Explanation
from truceline.verify.margins import inside_probability
from truceline.verify.material import Outcome, Question
from truceline.verify.outcome import Sight, asked, names_of, seen, unseen, went_by
from truceline.verify.scene import Scene
from truceline.verify.sightings import least_count
from truceline.verify.words import say

SEEN = KNOWN.index("seen")


class Seen(msgspec.Struct, frozen=True):
    """Sightings inside an area and period: rows, those notified, and who witnessed the rest."""

    rows: tuple[int, ...]
    notified: tuple[int, ...]
    witnesses: Witnesses


def sightings_in(scene: Scene, question: Question, classes: tuple[str, ...], least_m: float = 0.0) -> Seen:
    """Return the sightings of classes inside an area by the agreed probability, at least ``least_m`` from its border."""
    held = scene.material.observations
    rows = scene.sightings.of(classes, question.start_ns, question.end_ns)
    spread = [np.nan_to_num(held[name][rows]) for name in ("cov_ee_m2", "cov_en_m2", "cov_nn_m2")]
    inside, margin = inside_probability(
        scene.shape(question.area), held["east_m"][rows], held["north_m"][rows], *spread
    )
    kept = rows[(inside >= 0.5) & (margin >= least_m)].tolist()
    notified = [row for row in kept if _notified(scene, row)]
    counted = [row for row in kept if row not in notified]
    return Seen(tuple(counted), tuple(notified), witnesses_of_rows(scene, counted))


def witnesses_of_rows(scene: Scene, rows: list[int]) -> Witnesses:
    """Return who witnesses what reports say: all of their sources, and those who saw it with their own eyes."""
    held = scene.material.observations
    visual = [int(held["source"][row]) for row in rows if held["known"][row] == SEEN]
    return witnesses_of(scene.sources, [int(held["source"][row]) for row in rows], visual)


def span_of(scene: Scene, rows: tuple[int, ...]) -> dict[str, str]:
    """Return the first and last time of observation rows as text."""
    times = scene.material.observations["time_ns"][list(rows)]
    return {"first": format_time(int(times.min())), "last": format_time(int(times.max()))}


def ground_explanations(seen_rows: Seen, name: str) -> tuple[Explanation, ...]:
    """Return the innocent explanations of reported objects."""
    two = seen_rows.witnesses.independent >= 2
    return (
        Explanation("notified movement", "excluded", say("explain.own.no_notice")),
        Explanation(
            "false report",
            "excluded" if two else "kept",
            say("explain.echo.two" if two else "explain.echo.one"),
        ),
        Explanation("counted twice", "excluded", say("explain.same.counted_once")),
        Explanation("civilian traffic", "kept", say("explain.stray.looked", object_class=name)),
    )


def judge_sightings(scene: Scene, question: Question, method: str) -> Outcome:
    """Return the answer to "nothing of these classes in the area" from people's sightings."""
    clause = question.clause
    assert isinstance(clause, Classed)
    name = clause.classes[0]
    how = clause.how if isinstance(clause, Exclude) else "stay"
    detection = scene.detection(question.area, name, question.start_ns, question.end_ns, how)
    found = sightings_in(scene, question, clause.classes)
    low, _ = least_count(scene.material.observations, found.rows)
    counts = (("sightings", len(found.rows)), ("notified", len(found.notified)), ("at least", low))
    if found.rows:
        told = {
            "area": question.area,
            **span_of(scene, found.rows),
            "sources": names_of(scene, found.witnesses.sources),
        }
        proof = say(f"{method}.sightings", **told, number=str(low), object_class=name)
        sight = Sight(
            found.witnesses,
            scene.ordered(found.rows),
            ground_explanations(found, name),
            proof,
            say(f"{method}.one_source", **told),
        )
        return seen(scene, question, detection, name, sight, counts)
    measure, _ = asked(scene, clause)
    kept = say(
        f"{method}.nothing_seen",
        object_class=name,
        area=question.area,
        detection=text(went_by(detection, measure), 3),
        measure=measure,
        permitted="0",
        notified=str(len(found.notified)),
    )
    return unseen(scene, question, detection, name, kept, counts)


def class_names(scene: Scene, rows: tuple[int, ...]) -> str:
    """Return the names of the classes that reports speak of."""
    numbers = {int(scene.material.observations["object_class"][row]) for row in rows}
    return ", ".join(sorted(NAMES[number] for number in numbers if number >= 0))


def _notified(scene: Scene, row: int) -> bool:
    held = scene.material.observations
    name = NAMES[int(held["object_class"][row])]
    time_ns = int(held["time_ns"][row])
    return (
        scene.notice_for((name,), time_ns, time_ns, held["east_m"][[row]], held["north_m"][[row]]) is not None
    )
