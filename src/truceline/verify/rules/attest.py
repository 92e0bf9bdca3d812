"""ATTEST: an undertaking that technical means cannot see; it stands on people's signed word.

Each attester's newest statement counts. All of them "attested", by two signatures at least: attested, the verdict is
compliant. Any of them, or a guarantor, "disputed": the words stand side by side and the verdict is not verified, with an
indication; technical means never say violated. Parameters: ``undertaking``, ``attesters``, ``dispute`` (how a dispute is
settled). Unit: the attesters' word. Example: kind = "ATTEST", undertaking = "exchange of prisoners",
attesters = ["ARM", "AZE"].
"""

from __future__ import annotations

from truceline.agreement.clauses import Attest
from truceline.terms.time import format_time
from truceline.verify.material import Outcome, Question
from truceline.verify.outcome import by_word
from truceline.verify.scene import Scene
from truceline.verify.statements import Said, of_clause, signatures
from truceline.verify.words import say

METHOD, VERSION = "attest", "2"
EXPLANATIONS = ("not recorded",)


def judge(scene: Scene, question: Question) -> Outcome:
    """Return "compliant" when all who were to attest it did, else "not verified" with who did."""
    clause = question.clause
    assert isinstance(clause, Attest)
    said = of_clause(scene.said, clause.id, ("attested", "disputed"), question.area, question.end_ns)
    newest: dict[str, Said] = {}
    for item in said:
        newest[item.statement.party] = item
    guarantors = {party.id for party in scene.agreement.parties if party.part}
    disputed = [
        item
        for party, item in sorted(newest.items())
        if item.statement.statement == "disputed" and party in guarantors | set(clause.attesters)
    ]
    attested = [
        newest[party]
        for party in clause.attesters
        if party in newest and newest[party].statement.statement == "attested"
    ]
    if disputed:
        at = format_time(max(item.at_ns for item in disputed))
        reason = say("attest.disputed", at=at, signers=", ".join(signatures(disputed)))
        return by_word(scene, question, "not verified", reason, [*attested, *disputed], indication=True)
    waiting = [party for party in clause.attesters if party not in {i.statement.party for i in attested}]
    if not attested:
        return by_word(
            scene, question, "not verified", say("attest.people", attesters=", ".join(waiting)), ()
        )
    signers = ", ".join(signatures(attested))
    if waiting:
        reason = say("attest.some", signers=signers, attesters=", ".join(waiting))
        return by_word(scene, question, "not verified", reason, attested)
    at = format_time(min(item.at_ns for item in attested))
    return by_word(scene, question, "compliant", say("attest.kept", at=at, signers=signers), attested)
