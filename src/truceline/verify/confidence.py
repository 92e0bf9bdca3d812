"""From detection to posteriors: what having seen nothing, or something, says under each guarantor's own prior.

    nothing seen    LR = (1 - max(D (1 - q), f)) / (1 - f)    D detection, q common mode, f false alarm
    seen            LR = prod over two independent witnesses (or one) of max(D, 1/2) (1 - q) / f
    posterior       p LR / (p LR + 1 - p)                  p the guarantor's prior that the clause is broken
A sighting is as strong where few could have looked as where many could: D limits what silence says, not what
was seen; so D counts there as one half at least. Source: METHODS section 0, rules 2 and 5.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from truceline.agreement.document import Agreement
from truceline.means.source import Source, independent
from truceline.terms.quantity import rounded
from truceline.verify.finding import PROBABILITY_DIGITS, RATIO_DIGITS, Posterior

LEAST_SEEN = 0.5


class Witnesses(msgspec.Struct, frozen=True):
    """Who holds something: source numbers, those with a person's own sight, and how many count as independent."""

    sources: tuple[int, ...]
    visual: tuple[int, ...]
    independent: int


def ratio_unseen(detection: float, false_alarm: float, common_mode: float) -> float:
    """Return the likelihood ratio of having seen nothing, rounded as it will be published."""
    told = max(detection * (1.0 - common_mode), false_alarm)
    return rounded((1.0 - told) / (1.0 - false_alarm), RATIO_DIGITS)


def ratio_seen(detection: float, witnesses: int, false_alarm: float, common_mode: float) -> float:
    """Return the likelihood ratio of independent witnesses having seen it, rounded as it will be published."""
    ratio = 1.0
    for _ in range(min(witnesses, 2)):
        ratio *= max(detection, LEAST_SEEN) * (1.0 - common_mode) / false_alarm
    return rounded(ratio, RATIO_DIGITS)


def posteriors(agreement: Agreement, clause: str, ratio: float) -> tuple[Posterior, ...]:
    """Return each guarantor's posterior probability that a clause was broken, in order of part."""
    found = []
    for guarantor in agreement.guarantors:
        prior = guarantor.prior_of(clause)
        after = rounded(prior * ratio / (prior * ratio + 1.0 - prior), PROBABILITY_DIGITS)
        found.append(Posterior(guarantor.part, rounded(prior, PROBABILITY_DIGITS), after))
    return tuple(found)


def holds_kept(agreement: Agreement, beliefs: Sequence[Posterior]) -> bool:
    """Return whether "it was kept" reaches the agreed confidence under every prior."""
    least = rounded(1.0 - agreement.judgement.confidence, PROBABILITY_DIGITS)
    return bool(beliefs) and all(item.violated <= least for item in beliefs)


def holds_broken(agreement: Agreement, beliefs: Sequence[Posterior]) -> bool:
    """Return whether "it was broken" reaches the agreed confidence under every prior."""
    return bool(beliefs) and all(item.violated >= agreement.judgement.confidence for item in beliefs)


def witnesses_of(sources: Sequence[Source], holding: Sequence[int], visual: Sequence[int]) -> Witnesses:
    """Return how many independent witnesses a thing has.

    Two sources count as two when they share no site, power, link or owner; one source and another's own
    sight of a person count as two as well. Anything else counts as one.
    """
    held = sorted(set(holding) | set(visual))
    pairs = [(one, other) for place, one in enumerate(held) for other in held[place + 1 :]]
    two = any(independent(sources[one], sources[other]) for one, other in pairs)
    two = two or any(one != other for one in set(visual) for other in set(holding) - set(visual))
    return Witnesses(tuple(held), tuple(sorted(set(visual))), 2 if two else min(1, len(held)))
