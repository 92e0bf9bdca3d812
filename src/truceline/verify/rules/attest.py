"""ATTEST: an undertaking that technical means cannot see; it stands on people's signed word.

Until an attestation is on record the answer is "not verified". Unit: the attesters' word.
Example: kind = "ATTEST", undertaking = "exchange of prisoners", attesters = ["ARM", "AZE"].
"""

from __future__ import annotations

from truceline.agreement.clauses import Attest
from truceline.verify.material import Outcome, Question
from truceline.verify.scene import Scene
from truceline.verify.untested import not_tested
from truceline.verify.words import say

METHOD, VERSION = "attest", "1"
EXPLANATIONS = ("not recorded",)


def judge(scene: Scene, question: Question) -> Outcome:
    """Return "not verified" with those whose word it stands on."""
    clause = question.clause
    assert isinstance(clause, Attest)
    return not_tested(scene, question, say("attest.people", attesters=", ".join(clause.attesters)))
