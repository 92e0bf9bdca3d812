"""What several rules share: people's sightings inside an area, their witnesses, and the count of what nobody invited.

No clause kind of its own: EXCLUDE of ground classes, HOLD and LIMIT all rest on sightings.
"""

from __future__ import annotations

import math

import msgspec
import numpy as np

from truceline.agreement.clauses import Classed, Exclude, Permit
from truceline.means.observations import KNOWN
from truceline.terms.classes import NAMES
from truceline.terms.quantity import text
from truceline.terms.time import format_time
from truceline.verify.confidence import Witnesses, witnesses_of
from truceline.verify.finding import Explanation, margin_of
from truceline.verify.margins import inside_probability, margins
from truceline.verify.material import Outcome, Question
from truceline.verify.notices import covers
from truceline.verify.outcome import Sight, asked, names_of, seen, unseen, went_by
from truceline.verify.scene import Scene
from truceline.verify.sightings import least_count
from truceline.verify.words import say
from truceline.verify.wrappers import filed_in_time

SEEN = KNOWN.index("seen")


class Seen(msgspec.Struct, frozen=True):
    """Sightings inside an area and period: rows that count, and apart from them those that may not.

    ``notified`` were announced, ``permitted`` belong to a party with a permission and room in its number; ``unclear``
    may be a permitted force, or of a type that the clause does not count: nobody told it apart. ``contested`` names
    permissions that excuse nothing by themselves. The witnesses are those of ``rows``, or of ``unclear`` without any.
    """

    rows: tuple[int, ...]
    notified: tuple[int, ...]
    witnesses: Witnesses
    permitted: tuple[int, ...] = ()
    unclear: tuple[int, ...] = ()
    contested: tuple[str, ...] = ()

    @property
    def against(self) -> tuple[int, ...]:
        """The rows that speak against the clause: those that count, else those that may."""
        return self.rows or self.unclear


def sightings_in(
    scene: Scene,
    question: Question,
    classes: tuple[str, ...],
    least_m: float = 0.0,
    types: tuple[str, ...] = (),
) -> Seen:
    """Return the sightings of classes inside an area by the agreed probability, at least ``least_m`` from its border.

    ``types`` narrows them: another type is none of the clause's, one that was not told apart is unclear.
    """
    held = scene.material.observations
    rows = scene.sightings.of(classes, question.start_ns, question.end_ns)
    spread = [np.nan_to_num(held[name][rows]) for name in ("cov_ee_m2", "cov_en_m2", "cov_nn_m2")]
    inside, margin = inside_probability(
        scene.shape(question.area), held["east_m"][rows], held["north_m"][rows], *spread
    )
    kept = rows[(inside >= 0.5) & (margin >= least_m)].tolist()
    kept = [row for row in kept if not types or held["object_type"][row].decode() in ("", *types)]
    notified = [row for row in kept if _notified(scene, row)]
    left = [row for row in kept if row not in notified]
    permits = scene.permits(question)
    permitted, untold = carve(scene, permits, left)
    counted = [row for row in left if row not in permitted and row not in untold]
    unclear = [row for row in counted if types and not held["object_type"][row]] + untold
    counted = [row for row in counted if row not in unclear]
    contested = tuple(permit.id for permit in permits if permit.contested)
    witnesses = witnesses_of_rows(scene, counted or unclear)
    return Seen(tuple(counted), tuple(notified), witnesses, tuple(permitted), tuple(unclear), contested)


def rows_in(scene: Scene, area: str, classes: tuple[str, ...], start_ns: int, end_ns: int) -> list[int]:
    """Return the rows of sightings of classes inside an area and period, notified and permitted ones too."""
    held = scene.material.observations
    rows = scene.sightings.of(classes, start_ns, end_ns)
    spread = [np.nan_to_num(held[name][rows]) for name in ("cov_ee_m2", "cov_en_m2", "cov_nn_m2")]
    inside, _ = inside_probability(scene.shape(area), held["east_m"][rows], held["north_m"][rows], *spread)
    found: list[int] = rows[inside >= 0.5].tolist()
    return found


def carve(scene: Scene, permits: tuple[Permit, ...], rows: list[int]) -> tuple[list[int], list[int]]:
    """Return the sightings that permissions take out, and those that may be a permitted force's, not told apart.

    Of a permitted party's objects of the permission's ``number_of``, those of sightings count again when they prove more
    than its number at one time.
    """
    held = scene.material.observations
    permitted: list[int] = []
    untold: list[int] = []
    for permit in permits:
        if permit.contested:
            continue
        fitting = [row for row in rows if _fits(scene, permit, row)]
        own = [row for row in fitting if held["side"][row].decode() in permit.bearer]
        capped = [row for row in own if NAMES[int(held["object_class"][row])] == permit.number_of]
        if permit.number > 0 and least_count(held, capped)[0] > permit.number:
            own = [row for row in own if row not in capped]
        permitted += own
        untold += [row for row in fitting if not held["side"][row]]
    return permitted, [row for row in sorted(set(untold)) if row not in permitted]


def _fits(scene: Scene, permit: Permit, row: int) -> bool:
    """Whether a sighting lies in a permission's classes, ground and, where it asks for one, a notice filed in time."""
    held = scene.material.observations
    name = NAMES[int(held["object_class"][row])]
    if permit.classes and name not in permit.classes:
        return False
    place = (held["east_m"][[row]], held["north_m"][[row]])
    if not any(float(margins(scene.shape(area), *place)[0][0]) >= 0.0 for area in permit.area):
        return False
    if permit.notice_h <= 0:
        return True
    time_ns = int(held["time_ns"][row])
    return any(
        item.notice.party in permit.bearer
        and filed_in_time(permit, item.stamp_ns, item.start_ns)
        and covers(item, (name,), time_ns, time_ns, *place)
        for item in scene.notices
    )


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
        *permit_explanations(bool(seen_rows.unclear) and not seen_rows.rows, seen_rows.contested),
        Explanation("notified movement", "excluded", say("explain.own.no_notice")),
        Explanation(
            "false report",
            "excluded" if two else "kept",
            say("explain.echo.two" if two else "explain.echo.one"),
        ),
        Explanation("counted twice", "excluded", say("explain.same.counted_once")),
        Explanation("civilian traffic", "kept", say("explain.stray.looked", object_class=name)),
    )


def permit_explanations(unclear: bool, contested: tuple[str, ...]) -> tuple[Explanation, ...]:
    """Return what permissions have to say for what was seen."""
    found = [Explanation("permitted force", "kept", say("explain.permit.untold"))] if unclear else []
    found += [
        Explanation(
            "contested permission", "kept", say("explain.permit.contested", clause=identity), identity
        )
        for identity in contested
    ]
    return tuple(found)


def judge_sightings(scene: Scene, question: Question, method: str) -> Outcome:
    """Return the answer to "nothing of these classes in the area" from people's sightings."""
    clause = question.clause
    assert isinstance(clause, Classed)
    name = clause.classes[0]
    how = clause.how if isinstance(clause, Exclude) else "stay"
    detection = scene.detection(question.area, name, question.start_ns, question.end_ns, how)
    types = clause.types if isinstance(clause, Exclude) else ()
    found = sightings_in(scene, question, clause.classes, types=types)
    low, _ = least_count(scene.material.observations, found.rows)
    counts = (
        ("sightings", len(found.against)),
        ("permitted", len(found.permitted)),
        ("notified", len(found.notified)),
        ("at least", low),
    )
    if found.against:
        told = {
            "area": question.area,
            **span_of(scene, found.against),
            "sources": names_of(scene, found.witnesses.sources),
        }
        proof = say(f"{method}.sightings", **told, number=str(low), object_class=name)
        sight = Sight(
            found.witnesses,
            scene.ordered(found.against),
            ground_explanations(found, name),
            proof if found.rows else say("seen.untold", **told),
            say(f"{method}.one_source", **told) if found.rows else say("seen.untold", **told),
            innocent=not found.rows,
        )
        answer = seen(scene, question, detection, name, sight, counts)
        # the clause allows none: the margin is what was proven, below zero
        most = -float(low) if found.rows else 0.0
        return msgspec.structs.replace(answer, margin=margin_of(-math.inf, most, name))
    measure, _ = asked(scene, clause)
    kept = say(
        f"{method}.nothing_seen",
        object_class=name,
        area=question.area,
        detection=text(went_by(detection, measure), 3),
        measure=measure,
        permitted=str(len(found.permitted)),
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
