"""What was found: the board, findings with all that they rest on, cases, and what calls for attention."""

from __future__ import annotations

from typing import Literal

import msgspec

from truceline.desk.answers.agreement import ClauseAnswer
from truceline.desk.answers.moving import PathAnswer
from truceline.desk.answers.terms import Verdict, Words
from truceline.desk.answers.written import EvidenceRow


class Span(msgspec.Struct, frozen=True):
    """A stretch of time with its verdict, and the finding that says so."""

    start_ms: int
    end_ms: int
    verdict: Verdict
    finding: str


class BoardRow(msgspec.Struct, frozen=True):
    """One clause now. ``verdict`` is None while no finding was made; ``strip`` holds the day's findings in order."""

    clause: str
    article: str
    title: Words
    kind: str
    area: str
    verdict: Verdict | None
    stage: str
    finding: str
    detection_mean: float | None
    detection_min: float | None
    required: float | None
    indication: bool
    reason: Words
    strip: tuple[Span, ...]
    deadline_ms: int | None
    case_id: str = ""
    joint: str = ""


class Tally(msgspec.Struct, frozen=True):
    """How many clauses read what; ``pending`` have no finding yet."""

    compliant: int
    violated: int
    not_verified: int
    pending: int


class BoardAnswer(msgspec.Struct, frozen=True):
    """The clause board, most urgent first."""

    known_ms: int
    tally: Tally
    rows: tuple[BoardRow, ...]


class FindingRow(msgspec.Struct, frozen=True):
    """One finding in a list."""

    id: str
    clause: str
    article: str
    title: Words
    area: str
    reading: str
    start_ms: int
    end_ms: int
    verdict: Verdict
    indication: bool
    stage: str
    detection_mean: float
    detection_min: float
    likelihood_ratio: float
    reason: Words
    evidence: int
    whole_day: bool


class FindingsAnswer(msgspec.Struct, frozen=True):
    """A page of findings; ``total`` counts what the filter let through, ``hidden`` what it kept back."""

    total: int
    hidden: int
    offset: int
    rows: tuple[FindingRow, ...]


class Belief(msgspec.Struct, frozen=True):
    """One guarantor's prior and posterior probability that the clause was violated."""

    guarantor: str
    prior: float
    posterior: float


class ExplanationAnswer(msgspec.Struct, frozen=True):
    """A competing explanation: kept, excluded or does not explain, and why."""

    name: str
    state: str
    why: Words


class AlternativeAnswer(msgspec.Struct, frozen=True):
    """What the same observations say under another reading of the deadline."""

    reading: str
    deadline: str
    verdict: Verdict
    why: Words


class CauseShare(msgspec.Struct, frozen=True):
    """The share of area and time that was not watched for one cause."""

    cause: str
    share: float


class Count(msgspec.Struct, frozen=True):
    """One figure that the rule counted."""

    name: str
    amount: int


class DetectionPoint(msgspec.Struct, frozen=True):
    """Detection at an instant, mean over the area."""

    at_ms: int
    detection: float


class FindingAnswer(msgspec.Struct, frozen=True):
    """One finding with all that it rests on."""

    row: FindingRow
    clause: ClauseAnswer
    deadline: str
    method: str
    version: str
    map_version: str
    agreement: str
    supersedes: str
    superseded_by: str
    largest_unseen: Words
    beliefs: tuple[Belief, ...]
    explanations: tuple[ExplanationAnswer, ...]
    alternatives: tuple[AlternativeAnswer, ...]
    required: float
    required_measure: str
    confidence: float
    watched: float
    unwatched: tuple[CauseShare, ...]
    counts: tuple[Count, ...]
    sources: tuple[str, ...]
    object_class: str
    detection: tuple[DetectionPoint, ...]
    evidence: tuple[EvidenceRow, ...]
    evidence_total: int
    tracks: tuple[str, ...]
    paths: tuple[PathAnswer, ...]
    case_id: str
    seal: str


class AssessmentAnswer(msgspec.Struct, frozen=True):
    """One part's revealed assessment of a case."""

    part: str
    officer: str
    verdict: str
    text: str
    reservation: str


class CaseAnswer(msgspec.Struct, frozen=True):
    """A case: what opened it, who has committed, what was revealed, and the joint outcome beside any dissent."""

    id: str
    opened_by: str
    clause: str
    article: str
    title: Words
    area: str
    opened_ms: int
    findings: tuple[str, ...]
    complaints: tuple[str, ...]
    committed: tuple[str, ...]
    assessments: tuple[AssessmentAnswer, ...]
    outcome: str
    rejected: tuple[str, ...]


class CasesAnswer(msgspec.Struct, frozen=True):
    """All cases known."""

    rows: tuple[CaseAnswer, ...]


class AlertAnswer(msgspec.Struct, frozen=True):
    """One thing to look at; the console words it from ``kind`` and the names given."""

    id: str
    kind: Literal["violated", "indication", "source off", "deadline", "faults", "low coverage"]
    at_ms: int
    clause: str
    article: str
    title: Words
    area: str
    finding: str
    source: str
    reason: Words
    amount: float | None


class AlertsAnswer(msgspec.Struct, frozen=True):
    """What to look at, first things first."""

    rows: tuple[AlertAnswer, ...]
