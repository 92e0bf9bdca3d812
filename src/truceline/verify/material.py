"""What the judge is given, and the questions and answers it deals in."""

from __future__ import annotations

import msgspec

from truceline.agreement.clauses import AnyClause
from truceline.coverage.coverage import Coverage
from truceline.means.source import Source
from truceline.picture.checks.check import Check
from truceline.picture.picture import Picture
from truceline.terms.columns import Columns
from truceline.terms.place import Theatre
from truceline.verify.confidence import Witnesses
from truceline.verify.finding import Alternative, Detection, Explanation, Posterior, Words


class Material(msgspec.Struct, frozen=True):
    """The judged day: ``contents[seq]`` is the content id of a record, ``notices`` are bodies of notice records.

    ``end_ns`` is how far the day was folded: a period that ends later is not over. ``checks`` are indications about
    claims and silent aircraft: a rule may name them as evidence, none makes a verdict of them.
    """

    sources: tuple[Source, ...]
    theatre: Theatre
    observations: Columns
    air: Picture
    events: Picture
    coverage: Coverage
    contents: tuple[str, ...]
    start_ns: int
    end_ns: int
    known_ns: int
    notices: tuple[bytes, ...] = ()
    checks: tuple[Check, ...] = ()


class Question(msgspec.Struct, frozen=True):
    """One clause, area and period; ``over`` says that the period has been folded to its end."""

    clause: AnyClause
    area: str
    start_ns: int
    end_ns: int
    over: bool


class Outcome(msgspec.Struct, frozen=True):
    """A rule's answer; ``rows`` are rows of the observations in order of time."""

    verdict: str
    reason: Words
    detection: Detection
    object_class: str
    ratio: float
    beliefs: tuple[Posterior, ...]
    unseen: Words
    required: float = 1.0
    measure: str = "min"
    rows: tuple[int, ...] = ()
    witnesses: Witnesses = Witnesses((), (), 0)
    explanations: tuple[Explanation, ...] = ()
    indication: bool = False
    counts: tuple[tuple[str, int], ...] = ()
    tracks: tuple[str, ...] = ()
    reading: str = ""
    deadline: str = ""
    alternatives: tuple[Alternative, ...] = ()
