"""PASSAGE: G F[0, w] passable. A route stays open to its users; a closure longer than ``closure_h`` hours breaks it.

No means of this centre measures traffic on a route yet, so the answer is "not verified". Unit: hours closed.
Example: kind = "PASSAGE", users = ["persons"], closure_h = 24, width_m = 5000, controller = "RUS".
"""

from __future__ import annotations

from truceline.verify.material import Outcome, Question
from truceline.verify.scene import Scene
from truceline.verify.untested import not_tested
from truceline.verify.words import say

METHOD, VERSION = "passage", "1"
EXPLANATIONS = ("weather", "roadworks", "notified closure")


def judge(scene: Scene, question: Question) -> Outcome:
    """Return "not verified" with the reason."""
    return not_tested(scene, question, say("passage.not_measured", area=question.area))
