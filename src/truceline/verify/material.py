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
from truceline.verify.finding import (
    Alternative,
    Detection,
    Evidence,
    Explanation,
    Margin,
    Posterior,
    Verdict,
    Words,
)
from truceline.verify.statements import Spoken


class Material(msgspec.Struct, frozen=True):
    """The judged day: ``contents[seq]`` is the content id of a record, ``notices`` are bodies of notice records.

    ``end_ns`` is how far the day was folded: a period that ends later is not over. ``notice_stamps`` say when
    each was filed, ``spoken`` are the statement records known. ``checks`` are indications about
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
    notice_stamps: tuple[int, ...] = ()
    spoken: tuple[Spoken, ...] = ()
    checks: tuple[Check, ...] = ()


class Question(msgspec.Struct, frozen=True):
    """One clause, area and period; ``over`` says that the period has been folded to its end.

    ``line`` is the drawing that a HOLD is judged by when several compete; ``broken_ns`` is when the clause that a
    REPAIR answers to was broken.
    """

    clause: AnyClause
    area: str
    start_ns: int
    end_ns: int
    over: bool
    line: str = ""
    broken_ns: int = 0


class Outcome(msgspec.Struct, frozen=True):
    """A rule's answer; ``rows`` are rows of the observations in order of time, ``cited`` statements by ``signers``."""

    verdict: Verdict
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
    margin: Margin = Margin()
    cited: tuple[Evidence, ...] = ()
    signers: tuple[str, ...] = ()
