"""REPAIR: violated(c) -> O[0, T] repair; else the next step of the ladder. What a broken clause makes due.

Judged once a day while a clause in ``of`` stands violated or repaired, from the time it was broken: F[0, T] of the deed
"repaired", by the words "done" and "not done" about the REPAIR clause, two to prove either (see ``deeds``). The violation
stays on record whatever the answer: a norm goes from violated to repaired, never back to clean. Margin: hours left when
it was repaired. Parameters: ``within_h`` (hours), ``act``, ``escalation`` (who is told next). Example: kind = "REPAIR",
of = ["2.heavy"], act = "withdraw the weapons", within_h = 48, escalation = ["joint commission"].
"""

from __future__ import annotations

import math

from truceline.agreement.clauses import Repair
from truceline.terms.time import NS_PER_HOUR, format_time
from truceline.verify import monitor
from truceline.verify.deeds import deeds_of
from truceline.verify.finding import Explanation, margin_of
from truceline.verify.material import Outcome, Question
from truceline.verify.outcome import by_word
from truceline.verify.scene import Scene
from truceline.verify.statements import of_clause, signatures
from truceline.verify.words import say

METHOD, VERSION = "repair", "1"
EXPLANATIONS = ("done but not recorded", "word in error")


def judge(scene: Scene, question: Question) -> Outcome:
    """Return whether a broken clause was repaired in time."""
    clause = question.clause
    assert isinstance(clause, Repair)
    now_ns = min(question.end_ns, scene.material.end_ns)
    due_ns = question.broken_ns + round(clause.within_h * NS_PER_HOUR)
    words = of_clause(scene.said, clause.id, ("done", "not done"), question.area, now_ns)
    deeds = deeds_of(question.broken_ns, max(now_ns, question.broken_ns + 1), words, ())
    hours = max(1, -(-(due_ns - question.broken_ns) // NS_PER_HOUR))
    found = monitor.answer(*monitor.eventually(deeds.signal, 0, hours - 1).at(0))
    told = {"clause": ", ".join(clause.of), "act": clause.act, "deadline": format_time(due_ns)}
    ladder = {"escalation": ", ".join(clause.escalation) or "nobody is named"}
    every = [*deeds.done, *deeds.denied]
    signers = ", ".join(signatures(every))
    if found == monitor.SATISFIED and deeds.proven_ns:
        at_ns = deeds.proven_ns[0]
        left_h = (due_ns - at_ns) / NS_PER_HOUR
        kept = margin_of(left_h, left_h, "h")
        reason = say("repair.done", **told, at=format_time(at_ns), signers=", ".join(signatures(deeds.done)))
        return by_word(scene, question, "compliant", reason, deeds.done, margin=kept)
    if found == monitor.VIOLATED:
        explained = (
            Explanation("done but not recorded", "excluded", say("explain.word.mistaken", signers=signers)),
            Explanation("word in error", "kept", say("explain.word.mistaken", signers=signers)),
        )
        late = margin_of(-math.inf, min(0.0, (due_ns - now_ns) / NS_PER_HOUR), "h")
        reason = say("repair.not_done", **told, **ladder, signers=", ".join(signatures(deeds.denied)))
        return by_word(scene, question, "violated", reason, deeds.denied, explained, late)
    reason = say("repair.pending", **told) if now_ns < due_ns else say("repair.overdue", **told, **ladder)
    return by_word(scene, question, "not verified", reason, every, indication=bool(deeds.denied))
