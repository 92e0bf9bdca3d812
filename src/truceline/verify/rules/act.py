"""ACT: F[0, D] act;  G F[0, P] act;  G(trigger -> F[0, T] act). An act is due by a day, periodically, or after a trigger.

The signal "done in this hour" has bounds: two words prove an act (two signatures, or one and somebody's own sight of the
clause's ``classes`` in the area within half a day), two words deny it for the hours before them, anything else leaves it
open. The monitor answers on hour steps; what is not over yet is unknown.

    compliant  the act is proven in time      violated  two words say that it was not done in time and none that it was
    else       not verified: pending, one word alone, disputed, or overdue without words
Every reading of a deadline is judged. Margin: hours between act and deadline. Parameters: ``deadline``, ``period_days``
(days), ``trigger`` and ``within_days`` (days; 0: no limit). Example: kind = "ACT", act = "inspect", period_days = 15,
evidence = "inspection report".
"""

from __future__ import annotations

import math

import msgspec

from truceline.agreement.calendar import deadline_ns, deadline_text
from truceline.agreement.clauses import Act
from truceline.means.observations import KNOWN
from truceline.terms.time import NS_PER_DAY, NS_PER_HOUR, format_time
from truceline.verify import monitor
from truceline.verify.counted import rows_in
from truceline.verify.deeds import Deeds, deeds_of, hours_until
from truceline.verify.finding import Alternative, Explanation, margin_of
from truceline.verify.material import Outcome, Question
from truceline.verify.outcome import by_word
from truceline.verify.scene import Scene
from truceline.verify.statements import of_clause, signatures
from truceline.verify.words import say
from truceline.verify.wrappers import life_of

METHOD, VERSION = "act", "2"
EXPLANATIONS = ("done but not recorded", "word in error")


class Due(msgspec.Struct, frozen=True):
    """One stretch in which the act is due, [start_ns, end_ns), and how its end is spelled."""

    start_ns: int
    end_ns: int
    text: str


def judge(scene: Scene, question: Question) -> Outcome:
    """Return the answer for one area and day, under the principal reading, with the others beside it."""
    clause = question.clause
    assert isinstance(clause, Act)
    now_ns = min(question.end_ns, scene.material.end_ns)
    words = of_clause(scene.said, clause.id, ("done", "not done"), question.area, now_ns)
    begin_ns = life_of(scene.agreement, clause, scene.said).start_ns
    deeds = deeds_of(begin_ns, max(now_ns, begin_ns + 1), words, _sights(scene, question, clause))
    if clause.deadline is None:
        return _judged(
            scene, question, clause, deeds, _dues(scene, question, clause, begin_ns, now_ns), now_ns
        )
    zone, answers = scene.agreement.time_zone, []
    for reading in clause.deadline.readings:
        due = deadline_ns(clause.deadline, reading, zone)
        text = deadline_text(clause.deadline, reading, zone)
        answer = _judged(scene, question, clause, deeds, [Due(begin_ns, due, text)], now_ns)
        answers.append(msgspec.structs.replace(answer, reading=reading.id, deadline=text))
    others = tuple(Alternative(a.reading, a.deadline, a.verdict, a.reason) for a in answers[1:])
    return msgspec.structs.replace(answers[0], alternatives=others)


def _dues(scene: Scene, question: Question, clause: Act, begin_ns: int, now_ns: int) -> list[Due]:
    """The stretches that end in or after the judged period: of the trigger, of the period, or one without an end."""
    if clause.period_days > 0:
        step_ns = round(clause.period_days * NS_PER_DAY)
        number = max(0, (question.start_ns - begin_ns) // step_ns)
        stretches = [
            (begin_ns + n * step_ns, begin_ns + (n + 1) * step_ns) for n in (number - 1, number) if n >= 0
        ]
        return [
            Due(start, end, format_time(end)) for start, end in stretches if end > question.start_ns - step_ns
        ]
    called = of_clause(scene.said, clause.id, ("triggered",), question.area, now_ns)
    if clause.within_days > 0 and (called or clause.trigger):
        span_ns = round(clause.within_days * NS_PER_DAY)
        return [Due(item.at_ns, item.at_ns + span_ns, format_time(item.at_ns + span_ns)) for item in called]
    return [Due(begin_ns, 2**62, "no day")]


def _judged(
    scene: Scene, question: Question, clause: Act, deeds: Deeds, dues: list[Due], now_ns: int
) -> Outcome:
    told = {"act": clause.act}
    if not dues:
        return by_word(
            scene, question, "not verified", say("act.not_triggered", **told, trigger=clause.trigger), ()
        )
    answers = [(_answer(deeds, due), due) for due in dues]
    worst, due = min(answers, key=lambda item: (item[0], item[1].end_ns))
    done = [item for item in deeds.done if due.start_ns <= item.at_ns < due.end_ns]
    denied = [item for item in deeds.denied if item.at_ns >= due.start_ns]
    signers = ", ".join(signatures([*done, *denied]))
    first = next((at for at in deeds.proven_ns if due.start_ns <= at < due.end_ns), None)
    ends = (due.end_ns - first) / NS_PER_HOUR if first is not None else (due.end_ns - now_ns) / NS_PER_HOUR
    ends = ends if due.end_ns < 2**62 else math.inf
    if worst == monitor.SATISFIED and first is not None:
        reason = say(
            "act.done", **told, at=format_time(first), deadline=due.text, signers=", ".join(signatures(done))
        )
        kept = margin_of(ends, ends, "h")
        return by_word(scene, question, "compliant", reason, done, margin=kept, rows=deeds.rows)
    if worst == monitor.VIOLATED:
        reason = say("act.not_done", **told, deadline=due.text, signers=", ".join(signatures(denied)))
        late = margin_of(-math.inf, min(ends, 0.0), "h")
        return by_word(scene, question, "violated", reason, denied, _explained(signers), late)
    reason = say("act.not_recorded", **told, evidence=clause.evidence)
    if done and denied:
        reason = say("act.disputed", **told, signers=signers)
    elif done:
        reason = say("word.one", signers=signers)
    elif now_ns < due.end_ns < 2**62:
        reason = say("act.pending", **told, deadline=due.text)
    elif due.end_ns <= now_ns:
        reason = say("act.overdue", **told, deadline=due.text)
    return by_word(scene, question, "not verified", reason, [*done, *denied], indication=bool(denied))


def _answer(deeds: Deeds, due: Due) -> int:
    """The monitor's answer to F[0, D] act from the start of a due stretch; hours not yet over are unobserved."""
    first = hours_until(deeds.start_ns, due.start_ns)
    if first >= len(deeds.signal):
        return monitor.UNKNOWN
    rest = monitor.Signal(deeds.signal.low[first:], deeds.signal.high[first:])
    last = None if due.end_ns >= 2**62 else max(0, hours_until(due.start_ns, due.end_ns) - 1)
    return monitor.answer(*monitor.eventually(rest, 0, last).at(0))


def _sights(scene: Scene, question: Question, clause: Act) -> list[tuple[int, int, int]]:
    """Own-eyes sightings that go with the act, as (row, source, time)."""
    if not clause.classes:
        return []
    held = scene.material.observations
    rows = rows_in(scene, question.area, clause.classes, question.start_ns, question.end_ns)
    return [
        (row, int(held["source"][row]), int(held["time_ns"][row]))
        for row in rows
        if held["known"][row] == KNOWN.index("seen")
    ]


def _explained(signers: str) -> tuple[Explanation, ...]:
    return (
        Explanation("done but not recorded", "excluded", say("explain.word.mistaken", signers=signers)),
        Explanation("word in error", "kept", say("explain.word.mistaken", signers=signers)),
    )
