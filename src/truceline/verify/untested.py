"""Kinds that no sensor of this centre measures yet: their answer is "not verified", with the reason.

No clause kind of its own; PASSAGE, ACT and ATTEST end here until their means exist.
"""

from __future__ import annotations

from truceline.verify.confidence import posteriors
from truceline.verify.finding import Detection, Words
from truceline.verify.material import Outcome, Question
from truceline.verify.scene import Scene
from truceline.verify.words import say


def not_tested(
    scene: Scene, question: Question, reason: Words, deadline: str = "", reading: str = ""
) -> Outcome:
    """Return "not verified": priors unchanged, no detection claimed."""
    return Outcome(
        "not verified",
        reason,
        Detection(unwatched=(("not there", 1.0),)),
        "",
        1.0,
        posteriors(scene.agreement, question.clause.id, 1.0),
        say("unseen.not_asked"),
        required=0.0,
        measure="",
        deadline=deadline,
        reading=reading,
    )
