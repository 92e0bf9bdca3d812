"""HOLD: G margin(force, line) >= -tolerance. Forces stay behind the line they held.

margin = distance behind the line in metres, beyond it negative; a sighting is known to 1.645 sigma of its own place, so the
monitor takes [margin - 1.645 sigma, margin + 1.645 sigma] + tolerance and answers always over the sightings of a period.
People's sightings of the clause's classes in the area count. Where the clause says on which hand of the line a party's
forces stay (``sides``) and the reporter names the side, the signed distance judges; otherwise a sighting is an indication,
unless the clause names ground (``beyond``) in which whatever stands more than ``tolerance_m`` deep is over the line
whoever it is. Of competing drawings of a line each gets a finding. Parameters: ``line``, ``tolerance_m`` (metres),
``sides``, ``beyond``. Example: kind = "HOLD", line = "line-of-contact", tolerance_m = 500, classes = ["convoy"],
area = ["line-buffer"], sides = { ARM = "left", AZE = "right" }.
"""

from __future__ import annotations

import msgspec
import numpy as np

from truceline.agreement.clauses import Hold
from truceline.terms.quantity import text
from truceline.verify import monitor
from truceline.verify.counted import Seen, ground_explanations, sightings_in, witnesses_of_rows
from truceline.verify.finding import Detection, margin_of
from truceline.verify.margins import left_of, margins
from truceline.verify.material import Outcome, Question
from truceline.verify.outcome import Sight, asked, names_of, seen, unseen, went_by
from truceline.verify.scene import Scene
from truceline.verify.words import say

METHOD, VERSION = "hold", "2"
SIGMAS = 1.645
EXPLANATIONS = ("permitted force", "notified movement", "false report", "counted twice", "civilian traffic")


def judge(scene: Scene, question: Question) -> Outcome:
    """Return the answer for one area and period."""
    clause = question.clause
    assert isinstance(clause, Hold)
    name = clause.classes[0]
    detection = scene.detection(question.area, name, question.start_ns, question.end_ns, "stay")
    found = sightings_in(scene, question, clause.classes)
    counts = (("sightings", len(found.rows)), ("notified", len(found.notified)))
    deepest = _over(scene, clause, question.line or clause.line, found.rows)
    if deepest is not None and deepest[1]:
        return _broken(scene, question, clause, detection, found, deepest)
    beyond = found
    if clause.sides and not clause.beyond:
        told_apart = set(clause.sides)
        sides = scene.material.observations["side"]
        beyond = msgspec.structs.replace(
            found, rows=tuple(row for row in found.rows if sides[row].decode() not in told_apart), unclear=()
        )
        beyond = msgspec.structs.replace(beyond, witnesses=witnesses_of_rows(scene, list(beyond.rows)))
    if clause.beyond:
        deep = msgspec.structs.replace(question, area=clause.beyond)
        beyond = sightings_in(scene, deep, clause.classes, clause.tolerance_m)
    if beyond.against:
        told = {"object_class": name, "sources": names_of(scene, beyond.witnesses.sources)}
        reach = text(clause.tolerance_m, 0)
        number = str(len(beyond.against))
        proof = say("hold.beyond", **told, number=number, tolerance_m=reach)
        doubt = say("hold.one_source", **told, tolerance_m=reach)
        if not clause.beyond or not beyond.rows:
            doubt = say("hold.side_untold", **told, number=number, area=question.area)
        sight = Sight(
            beyond.witnesses,
            scene.ordered(beyond.against),
            ground_explanations(beyond, name),
            proof,
            doubt,
            innocent=not clause.beyond or not beyond.rows,
        )
        return seen(scene, question, detection, name, sight, counts)
    measure, _ = asked(scene, clause)
    figure = text(went_by(detection, measure), 3)
    kept = say("hold.nothing_seen", object_class=name, area=question.area, detection=figure, measure=measure)
    answer = unseen(scene, question, detection, name, kept, counts)
    if deepest is None:
        return answer
    return msgspec.structs.replace(answer, margin=margin_of(*deepest[0], "m"))


def _over(
    scene: Scene, clause: Hold, line: str, rows: tuple[int, ...]
) -> tuple[tuple[float, float], list[int]] | None:
    """The margin to "behind the line by no less than -tolerance" of sightings whose side was named, and those over it."""
    held = scene.material.observations
    own = [row for row in rows if held["side"][row].decode() in clause.sides]
    if not own:
        return None
    shape = scene.shape(line)
    spread = [np.nan_to_num(held[name][own]) for name in ("cov_ee_m2", "cov_en_m2", "cov_nn_m2")]
    away, to_east, to_north = margins(shape, held["east_m"][own], held["north_m"][own])
    left = left_of(shape, held["east_m"][own], held["north_m"][own])
    stays = np.array([clause.sides[held["side"][row].decode()] == "left" for row in own])
    margin = np.where(left == stays, -away, away)
    variance = (
        to_east * to_east * spread[0] + 2.0 * to_east * to_north * spread[1] + to_north * to_north * spread[2]
    )
    sigma = np.sqrt(np.maximum(variance, 0.0))
    signal = monitor.over(
        monitor.bounded(margin - SIGMAS * sigma, margin + SIGMAS * sigma), -clause.tolerance_m
    )
    low, high = monitor.always(signal, 0, len(own) - 1).at(0)
    return (low, high), [row for place, row in enumerate(own) if signal.high[place] < 0.0]


def _broken(
    scene: Scene,
    question: Question,
    clause: Hold,
    detection: Detection,
    found: Seen,
    deepest: tuple[tuple[float, float], list[int]],
) -> Outcome:
    (low, high), rows = deepest
    witnesses = witnesses_of_rows(scene, rows)
    line, name = question.line or clause.line, clause.classes[0]
    proof = say(
        "hold.over_line",
        number=str(len(rows)),
        object_class=name,
        line=line,
        depth_m=text(clause.tolerance_m - high, 0),
        tolerance_m=text(clause.tolerance_m, 0),
        sources=names_of(scene, witnesses.sources),
    )
    doubt = say(
        "hold.one_source",
        object_class=name,
        sources=names_of(scene, witnesses.sources),
        tolerance_m=text(clause.tolerance_m, 0),
    )
    over = msgspec.structs.replace(found, rows=tuple(rows), witnesses=witnesses)
    sight = Sight(witnesses, scene.ordered(rows), ground_explanations(over, name), proof, doubt)
    counts = (("sightings", len(found.rows)), ("notified", len(found.notified)), ("over the line", len(rows)))
    answer = seen(scene, question, detection, name, sight, counts)
    return msgspec.structs.replace(answer, margin=margin_of(low, high, "m"))
