"""The two ways every rule ends: nothing was seen, or something was. The order of the questions is the policy.

seen      two independent witnesses, every prior, an innocent explanation that does not stand   -> violated
          anything less                                                                         -> not
          verified, indication
unseen    period over, watched, detection >= minimum, every prior                               -> compliant
          anything less                                                                         -> not
          verified
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from truceline.agreement.clauses import Clause
from truceline.terms.quantity import rounded, text
from truceline.verify.confidence import (
    Witnesses,
    holds_broken,
    holds_kept,
    posteriors,
    ratio_seen,
    ratio_unseen,
)
from truceline.verify.finding import (
    DETECTION_DIGITS,
    SHARE_DIGITS,
    WITNESSED,
    Detection,
    Explanation,
    Margin,
    Verdict,
    Words,
)
from truceline.verify.material import Outcome, Question
from truceline.verify.scene import Scene
from truceline.verify.statements import Said, signatures
from truceline.verify.words import say

UNSEEN_CHANCE = 0.1
MOST_UNSEEN = 99
NO_MARGIN = Margin()
Counts = tuple[tuple[str, int], ...]


class Sight(msgspec.Struct, frozen=True):
    """What was seen against a clause: witnesses, observation rows, explanations, and the words for proof and doubt."""

    witnesses: Witnesses
    rows: tuple[int, ...]
    explanations: tuple[Explanation, ...]
    proof: Words
    doubt: Words
    innocent: bool = False
    tracks: tuple[str, ...] = ()


def asked(scene: Scene, clause: Clause) -> tuple[str, float]:
    """Return which detection a clause goes by ("min" or "mean") and the least it must be."""
    measure = clause.required_detection.measure if clause.required_detection else "min"
    return measure, rounded(scene.agreement.minimum_detection(clause), DETECTION_DIGITS)  # type: ignore[arg-type]


def went_by(detection: Detection, measure: str) -> float:
    """Return the detection a clause goes by, rounded as it will be published."""
    return rounded(detection.least if measure == "min" else detection.mean, DETECTION_DIGITS)


def most_unseen(detection: Detection) -> int:
    """Return the largest number of which, at D_min each, the chance that none was seen is over 10 % (at most 99)."""
    least = rounded(detection.least, DETECTION_DIGITS)
    missed, number = 1.0, 0
    while number < MOST_UNSEEN:
        missed *= 1.0 - least
        if missed <= UNSEEN_CHANCE:
            break
        number += 1
    return number


def unseen_words(detection: Detection, name: str) -> Words:
    """Return in words the largest number that could have gone unseen."""
    number = most_unseen(detection)
    if number >= MOST_UNSEEN:
        return say("unseen.no_limit", object_class=name)
    return say(
        "unseen.number", number=str(number), object_class=name, gap_min=text(detection.gap_s / 60.0, 0)
    )


def unseen(
    scene: Scene, question: Question, detection: Detection, name: str, kept: Words, counts: Counts = ()
) -> Outcome:
    """Return the answer when nothing against the clause was seen; ``kept`` is said when it may be called compliant."""
    measure, required = asked(scene, question.clause)
    found = went_by(detection, measure)
    judgement = scene.agreement.judgement
    ratio = ratio_unseen(found, judgement.false_alarm, judgement.common_mode)
    beliefs = posteriors(scene.agreement, question.clause.id, ratio)
    cause = detection.unwatched[0][0] if detection.unwatched else "not there"
    figures = {"object_class": name, "area": question.area, "detection": text(found, DETECTION_DIGITS)}
    verdict: Verdict = "not verified"
    reason = kept
    if rounded(detection.watched, SHARE_DIGITS) <= 0.0:
        reason = say("watch.none", area=question.area, object_class=name, cause=cause)
    elif not question.over:
        reason = say("period.open")
    elif found < required or found <= 0.0:
        reason = say(
            "watch.too_little",
            **figures,
            measure=measure,
            required=text(required, DETECTION_DIGITS),
            cause=cause,
        )
    elif not holds_kept(scene.agreement, beliefs):
        worst = max(beliefs, key=lambda item: (item.violated, item.part))
        reason = say(
            "watch.prior",
            detection=figures["detection"],
            measure=measure,
            part=worst.part,
            violated=text(worst.violated, 2),
        )
    else:
        verdict = "compliant"
    return Outcome(
        verdict,
        reason,
        detection,
        name,
        ratio,
        beliefs,
        unseen_words(detection, name),
        required=required,
        measure=measure,
        counts=counts,
    )


def seen(
    scene: Scene, question: Question, detection: Detection, name: str, sight: Sight, counts: Counts = ()
) -> Outcome:
    """Return the answer when something against the clause was seen: violated, or an indication of it."""
    measure, required = asked(scene, question.clause)
    judgement = scene.agreement.judgement
    mean = rounded(detection.mean, DETECTION_DIGITS)
    ratio = ratio_seen(mean, sight.witnesses.independent, judgement.false_alarm, judgement.common_mode)
    beliefs = posteriors(scene.agreement, question.clause.id, ratio)
    reason = sight.proof
    if sight.innocent or sight.witnesses.independent < 2:
        reason = sight.doubt
    elif rounded(detection.watched, SHARE_DIGITS) <= 0.0:
        reason = say("seen.unwatched", area=question.area, sources=names_of(scene, sight.witnesses.sources))
    elif not holds_broken(scene.agreement, beliefs):
        reason = say("seen.prior", area=question.area, sources=names_of(scene, sight.witnesses.sources))
    proven = reason is sight.proof
    return Outcome(
        "violated" if proven else "not verified",
        reason,
        detection,
        name,
        ratio,
        beliefs,
        unseen_words(detection, name),
        required=required,
        measure=measure,
        rows=sight.rows,
        witnesses=sight.witnesses,
        explanations=sight.explanations,
        indication=not proven,
        counts=counts,
        tracks=sight.tracks,
    )


def by_word(
    scene: Scene,
    question: Question,
    verdict: Verdict,
    reason: Words,
    said: Sequence[Said],
    explanations: tuple[Explanation, ...] = (),
    margin: Margin = NO_MARGIN,
    rows: Sequence[int] = (),
    indication: bool = False,
) -> Outcome:
    """Return an answer that stands on what people signed, and on sightings ``rows`` that go with it.

    Two signatures, or one and an own-eyes sighting by somebody else, are needed to say more than "not verified".
    """
    signers = signatures(said)
    sources = tuple(sorted({int(scene.material.observations["source"][row]) for row in rows}))
    held = len(signers) + len(sources)
    enough = held >= 2 or verdict == "not verified"
    cited = tuple((item.content, 0) for item in said)
    return Outcome(
        verdict if enough else "not verified",
        reason if enough else say("word.one", signers=", ".join(signers) or names_of(scene, sources)),
        Detection(unwatched=(("not there", 1.0),)),
        "",
        1.0,
        posteriors(scene.agreement, question.clause.id, 1.0),
        say("unseen.not_asked"),
        required=0.0,
        measure=WITNESSED if cited or rows else "",
        rows=scene.ordered(rows),
        witnesses=Witnesses(sources, sources, held),
        explanations=explanations,
        indication=indication or (not enough and verdict == "violated"),
        counts=(("statements", len(cited)), ("sightings", len(rows))),
        margin=margin,
        cited=cited,
        signers=signers,
    )


def names_of(scene: Scene, numbers: Sequence[int]) -> str:
    """Return the names of sources, for a sentence."""
    return ", ".join(sorted(scene.sources[number].name for number in numbers)) or "nobody"
