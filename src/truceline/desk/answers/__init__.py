"""Answers: what the desk says, as structs; OpenAPI and the console's types are derived from them.

Times are milliseconds UTC since 1970 (``_ms``: a browser's numbers hold no nanoseconds) or ISO 8601 text where the exact
instant matters. Places are WGS84 (lon, lat) in degrees, as in GeoJSON. Probabilities are 0 to 1, ``None`` when unknown:
an absent figure is never a zero.
"""

from __future__ import annotations

from truceline.desk.answers.agreement import (
    AgreementAnswer,
    AreaAnswer,
    AreaFacts,
    AreasAnswer,
    ClauseAnswer,
    Geometry,
    PlaceAnswer,
)
from truceline.desk.answers.centre import (
    ErrorAnswer,
    HeadAnswer,
    LogAnswer,
    PartAnswer,
    ReportsAnswer,
    SourceAnswer,
    SourcesAnswer,
    StatusAnswer,
)
from truceline.desk.answers.judged import (
    AlertAnswer,
    AlertsAnswer,
    AlternativeAnswer,
    AssessmentAnswer,
    Belief,
    BoardAnswer,
    BoardRow,
    CaseAnswer,
    CasesAnswer,
    CauseShare,
    Count,
    DetectionPoint,
    ExplanationAnswer,
    FindingAnswer,
    FindingRow,
    FindingsAnswer,
    Span,
    Tally,
)
from truceline.desk.answers.moving import (
    Ellipse,
    LiveAnswer,
    PathAnswer,
    PathPoint,
    TrackAnswer,
    TracksAnswer,
)
from truceline.desk.answers.terms import Point, Verdict, Words
from truceline.desk.answers.watched import (
    ClauseTime,
    CoverageAnswer,
    CoverageHere,
    SeenBy,
    SourceTime,
    Stretch,
    TimelineAnswer,
)
from truceline.desk.answers.written import (
    EvidenceAnswer,
    EvidenceRow,
    FieldAnswer,
)

__all__ = [
    "AgreementAnswer",
    "AlertAnswer",
    "AlertsAnswer",
    "AlternativeAnswer",
    "AreaAnswer",
    "AreaFacts",
    "AreasAnswer",
    "AssessmentAnswer",
    "Belief",
    "BoardAnswer",
    "BoardRow",
    "CaseAnswer",
    "CasesAnswer",
    "CauseShare",
    "ClauseAnswer",
    "ClauseTime",
    "Count",
    "CoverageAnswer",
    "CoverageHere",
    "DetectionPoint",
    "Ellipse",
    "ErrorAnswer",
    "EvidenceAnswer",
    "EvidenceRow",
    "ExplanationAnswer",
    "FieldAnswer",
    "FindingAnswer",
    "FindingRow",
    "FindingsAnswer",
    "Geometry",
    "HeadAnswer",
    "LiveAnswer",
    "LogAnswer",
    "PartAnswer",
    "PathAnswer",
    "PathPoint",
    "PlaceAnswer",
    "Point",
    "ReportsAnswer",
    "SeenBy",
    "SourceAnswer",
    "SourceTime",
    "SourcesAnswer",
    "Span",
    "StatusAnswer",
    "Stretch",
    "Tally",
    "TimelineAnswer",
    "TrackAnswer",
    "TracksAnswer",
    "Verdict",
    "Words",
]
