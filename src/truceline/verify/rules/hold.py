"""HOLD: G margin(force, line) >= -tolerance. Forces stay behind the line they held.

margin = distance behind the line in metres, beyond it negative. People's sightings of the clause's classes in the area
count; on which side an unnamed force belongs cannot be seen, so a sighting is an indication, unless the clause
names ground (``beyond``) in which whatever stands more than ``tolerance_m`` deep is over the line whoever it
is. Unit: metres. Example: kind = "HOLD", line = "line-of-contact", tolerance_m = 500, classes = ["convoy"],
area = ["line-buffer"].
"""

from __future__ import annotations

import msgspec

from truceline.agreement.clauses import Hold
from truceline.terms.quantity import text
from truceline.verify.counted import ground_explanations, sightings_in
from truceline.verify.material import Outcome, Question
from truceline.verify.outcome import Sight, asked, names_of, seen, unseen, went_by
from truceline.verify.scene import Scene
from truceline.verify.words import say

METHOD, VERSION = "hold", "1"
EXPLANATIONS = ("notified movement", "false report", "counted twice", "civilian traffic")


def judge(scene: Scene, question: Question) -> Outcome:
    """Return the answer for one area and period."""
    clause = question.clause
    assert isinstance(clause, Hold)
    name = clause.classes[0]
    detection = scene.detection(question.area, name, question.start_ns, question.end_ns, "stay")
    found = sightings_in(scene, question, clause.classes)
    counts = (("sightings", len(found.rows)), ("notified", len(found.notified)))
    beyond = found
    if clause.beyond:
        deep = msgspec.structs.replace(question, area=clause.beyond)
        beyond = sightings_in(scene, deep, clause.classes, clause.tolerance_m)
    if beyond.rows:
        told = {"object_class": name, "sources": names_of(scene, beyond.witnesses.sources)}
        reach = text(clause.tolerance_m, 0)
        number = str(len(beyond.rows))
        proof = say("hold.beyond", **told, number=number, tolerance_m=reach)
        doubt = say("hold.one_source", **told, tolerance_m=reach)
        if not clause.beyond:
            doubt = say("hold.side_untold", **told, number=number, area=question.area)
        sight = Sight(
            beyond.witnesses,
            scene.ordered(beyond.rows),
            ground_explanations(beyond, name),
            proof,
            doubt,
            innocent=not clause.beyond,
        )
        return seen(scene, question, detection, name, sight, counts)
    measure, _ = asked(scene, clause)
    figure = text(went_by(detection, measure), 3)
    kept = say("hold.nothing_seen", object_class=name, area=question.area, detection=figure, measure=measure)
    return unseen(scene, question, detection, name, kept, counts)
