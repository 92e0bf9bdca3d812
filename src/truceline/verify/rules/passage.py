"""PASSAGE: G F[0, w] passable. A route stays open to its users; a closure longer than ``closure_h`` hours breaks it.

Flows and denials are the measure: each witness (a party's word "passed", or own-eyes sightings of the users on the route)
makes a signal "closed" on hour steps, -1 where it saw somebody pass and unobserved elsewhere; a word "denied" makes the
hours to the next one of the same witness closed unless anybody passed between them. G F[0, w] passable is then

    the longest run of hours that may have been closed <= w: kept;  one that surely was > w: broken
by the second best witness, so that two must each prove it. Words of earlier days count: a closure has no midnight.
Margin: ``closure_h`` less the longest closure, in hours. Parameters: ``users`` (persons, vehicles, cargo), ``closure_h``
(hours), ``width_m``, ``controller``. Example: kind = "PASSAGE", users = ["persons"], closure_h = 24, controller = "RUS".
"""

from __future__ import annotations

import math

import msgspec
import numpy as np

from truceline.agreement.clauses import Passage
from truceline.means.observations import KNOWN
from truceline.terms.quantity import text
from truceline.terms.time import NS_PER_HOUR
from truceline.verify import monitor
from truceline.verify.counted import rows_in
from truceline.verify.finding import Explanation, margin_of
from truceline.verify.material import Outcome, Question
from truceline.verify.outcome import by_word
from truceline.verify.scene import Scene
from truceline.verify.statements import Said, of_clause
from truceline.verify.words import say
from truceline.verify.wrappers import life_of

METHOD, VERSION = "passage", "2"
EXPLANATIONS = ("weather", "roadworks", "word in error")
CARRIED = {"persons": ("person",), "vehicles": ("vehicle", "convoy"), "cargo": ("vehicle", "convoy")}


class Flow(msgspec.Struct, frozen=True):
    """What one witness proves: the longest closure it leaves room for and the longest it proves, in hours."""

    name: str
    possible_h: float
    proven_h: float
    said: tuple[Said, ...]
    rows: tuple[int, ...]


def judge(scene: Scene, question: Question) -> Outcome:
    """Return the answer for one area and day."""
    clause = question.clause
    assert isinstance(clause, Passage)
    now_ns = min(question.end_ns, scene.material.end_ns)
    flows = _flows(scene, question, clause, now_ns)
    told = {"area": question.area, "closure_h": text(clause.closure_h, 0)}
    if not flows:
        reason = say("passage.no_word", area=question.area, users=", ".join(clause.users))
        return by_word(scene, question, "not verified", reason, ())
    open_, shut = sorted(flows, key=_open), sorted(flows, key=_shut)
    possible = open_[1].possible_h if len(open_) > 1 else math.inf
    proven = shut[1].proven_h if len(shut) > 1 else 0.0
    margin = margin_of(clause.closure_h - possible, clause.closure_h - proven, "h")
    if proven > clause.closure_h:
        pair = shut[:2]
        reason = say(
            "passage.closed", **told, longest_h=text(proven, 0), signers=", ".join(f.name for f in pair)
        )
        explained = (
            Explanation("weather", "kept", say("explain.word.weather")),
            Explanation("roadworks", "kept", say("explain.word.weather")),
            Explanation("word in error", "kept", say("explain.word.mistaken", signers=pair[0].name)),
        )
        return by_word(scene, question, "violated", reason, _words(pair), explained, margin, _rows(pair))
    if possible <= clause.closure_h and question.over:
        pair = open_[:2]
        reason = say("passage.open", **told, signers=", ".join(f.name for f in pair))
        return by_word(scene, question, "compliant", reason, _words(pair), (), margin, _rows(pair))
    longest = min(flow.possible_h for flow in flows)
    reason = say("passage.unclear", **told, longest_h=text(longest, 0))
    denied = any(flow.proven_h > clause.closure_h for flow in flows)
    return by_word(
        scene, question, "not verified", reason, _words(flows), (), margin, _rows(flows), indication=denied
    )


def _flows(scene: Scene, question: Question, clause: Passage, now_ns: int) -> list[Flow]:
    """What each witness proves over the judged hours and the ``closure_h`` before them."""
    begin_ns = max(
        life_of(scene.agreement, clause, scene.said).start_ns,
        question.start_ns - round(clause.closure_h * NS_PER_HOUR),
    )
    said = of_clause(scene.said, clause.id, ("passed", "denied"), question.area, now_ns)
    held = scene.material.observations
    classes = tuple(sorted({name for user in clause.users for name in CARRIED.get(user, ())}))
    rows = [
        row
        for row in rows_in(scene, question.area, classes, question.start_ns, now_ns)
        if held["known"][row] == KNOWN.index("seen")
    ]
    passed = sorted(
        [item.at_ns for item in said if item.statement.statement == "passed"]
        + [int(held["time_ns"][row]) for row in rows]
    )
    found = []
    for name in sorted({signer for item in said for signer in item.signers}):
        own = tuple(item for item in said if name in item.signers)
        times = [item.at_ns for item in own if item.statement.statement == "passed"]
        shut = [item.at_ns for item in own if item.statement.statement == "denied"]
        found.append(
            Flow(name, _possible_h(times, begin_ns, now_ns), _proven_h(shut, passed, question), own, ())
        )
    for source in sorted({int(held["source"][row]) for row in rows}):
        mine = tuple(row for row in rows if held["source"][row] == source)
        times = [int(held["time_ns"][row]) for row in mine]
        found.append(Flow(scene.sources[source].name, _possible_h(times, begin_ns, now_ns), 0.0, (), mine))
    return found


def _possible_h(times: list[int], begin_ns: int, now_ns: int) -> float:
    """The longest stretch of hours for which this witness alone leaves room for a closure."""
    hours = max(1, -(-(now_ns - begin_ns) // NS_PER_HOUR))
    high = np.full(hours, 1.0)
    for at_ns in times:
        if begin_ns <= at_ns < now_ns:
            high[(at_ns - begin_ns) // NS_PER_HOUR] = -1.0
    return float(monitor.longest(monitor.bounded(np.full(hours, -1.0), high))[1])


def _proven_h(denied: list[int], passed: list[int], question: Question) -> float:
    """The longest closure between two denials of one witness, with no passage between them, that reaches into the period."""
    best, begin_ns = 0, None
    last_ns = None
    for at_ns in sorted(denied):
        if begin_ns is None or last_ns is None or any(last_ns <= other <= at_ns for other in passed):
            begin_ns = at_ns
        last_ns = at_ns
        if at_ns >= question.start_ns:
            best = max(best, at_ns - begin_ns)
    return best / NS_PER_HOUR


def _open(flow: Flow) -> tuple[float, str]:
    return flow.possible_h, flow.name


def _shut(flow: Flow) -> tuple[float, str]:
    return -flow.proven_h, flow.name


def _words(flows: list[Flow]) -> list[Said]:
    return sorted(
        {item.content: item for f in flows for item in f.said}.values(), key=lambda i: (i.at_ns, i.content)
    )


def _rows(flows: list[Flow]) -> list[int]:
    return [row for flow in flows for row in flow.rows]
