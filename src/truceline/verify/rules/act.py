"""ACT: G(trigger -> F[0, T] act). An act is due by a deadline, periodically, or within days of a trigger.

Sensors do not see it; a record of the act would be its evidence, and until such records are judged the
answer is "not verified". Unit: the act. Example: kind = "ACT", act = "settle the plan", evidence = "the
plan".
"""

from __future__ import annotations

from truceline.agreement.calendar import deadline_text
from truceline.agreement.clauses import Act
from truceline.verify.material import Outcome, Question
from truceline.verify.scene import Scene
from truceline.verify.untested import not_tested
from truceline.verify.words import say

METHOD, VERSION = "act", "1"
EXPLANATIONS = ("done but not recorded",)


def judge(scene: Scene, question: Question) -> Outcome:
    """Return "not verified" with the reason and, where there is one, the deadline."""
    clause = question.clause
    assert isinstance(clause, Act)
    reason = say("act.not_recorded", act=clause.act, evidence=clause.evidence)
    if clause.deadline is None:
        return not_tested(scene, question, reason)
    reading = clause.deadline.readings[0]
    due = deadline_text(clause.deadline, reading, scene.agreement.time_zone)
    return not_tested(scene, question, reason, due, reading.id)
