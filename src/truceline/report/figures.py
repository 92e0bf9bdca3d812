"""Figures: all that a daily report says, computed once, before any language or format.

Ids, counts, shares, times and hashes are settled here, so that no language and no format can differ in one of them.
Times are ISO 8601 with Z, shares are whole per mille, rates and probabilities are fixed decimal text. Sentences are
``Words``: a key and its values. ``figures_digest`` is printed in every rendering, so that two papers can be compared.
"""

from __future__ import annotations

import msgspec

from truceline.cases.assessment import Assessment
from truceline.cases.case import Complaint
from truceline.report.day import Head
from truceline.terms.ids import digest
from truceline.verify.finding import Finding

SCHEMA = "truceline daily report 1"
Names = dict[str, str]


class Share(msgspec.Struct, frozen=True):
    """A cause and its share of area and time, in per mille."""

    cause: str
    permille: int


class Hour(msgspec.Struct, frozen=True):
    """One judged hour on the day's strip: where it lies (per mille of the day), its verdict and its finding."""

    from_permille: int
    to_permille: int
    verdict: str
    finding: str


class Clause(msgspec.Struct, frozen=True):
    """A clause of the agreement as the report names it; ``norm`` is its state, ``finding`` its verdict of the day."""

    id: str
    article: str
    kind: str
    title: Names
    basis: str
    norm: str
    finding: str
    findings: int


class Unobserved(msgspec.Struct, frozen=True):
    """What of a clause's area and day was not observed, and why: ``observed`` and the causes are 1000 together.

    ``asked`` is false for a clause that no sensor of this centre measures.
    """

    finding: str
    clause: str
    area: str
    object_class: str
    observed: int
    causes: tuple[Share, ...]
    asked: bool


class Gap(msgspec.Struct, frozen=True):
    """A stretch of time in which a clause could not be verified, or a source gave no proof of life.

    One of ``clause`` and ``source`` is set. ``lowest`` and ``highest`` bound the detection the clause goes by, hour by hour;
    ``silent`` names sources that gave no proof of life within it.
    """

    start: str
    end: str
    seconds: int
    clause: str
    area: str
    source: str
    causes: tuple[Share, ...]
    lowest: str
    highest: str
    required: str
    silent: tuple[str, ...]
    findings: tuple[str, ...]


class Told(msgspec.Struct, frozen=True):
    """A finding with what the report adds to it: equal findings (same evidence), items per source, its case."""

    finding: str
    same: tuple[str, ...]
    items: tuple[tuple[str, int], ...]
    case: str


class Opened(msgspec.Struct, frozen=True):
    """A case: who opened it, each part's assessment, the joint outcome; complaints in the complainant's own words."""

    id: str
    clause: str
    area: str
    opened_by: str
    opened: str
    findings: tuple[str, ...]
    complaints: tuple[Complaint, ...]
    parts: tuple[str, ...]
    committed: tuple[str, ...]
    assessments: tuple[Assessment, ...]
    outcome: str
    rejected: tuple[str, ...]


class Rate(msgspec.Struct, frozen=True):
    """A raw count beside its rates.

    ``notified`` of ``count`` lie inside notified activity; ``watched`` of the rest happened where and when somebody watched.
    ``observed_km2h`` is area x time x detection; ``per_hour`` is per hour in which the whole area is observed, ``per_1000``
    per 1000 km2 h; each is (rate, low, high), the 90 % Poisson interval, and () when nobody watched.
    """

    what: str
    clause: str
    area: str
    object_class: str
    count: int
    notified: int
    watched: int
    area_km2: str
    observed_km2h: str
    observed_h: str
    per_hour: tuple[str, ...]
    per_1000: tuple[str, ...]
    finding: str


class Event(msgspec.Struct, frozen=True):
    """One event. ``known`` says how: recorded, seen, heard, told; ``notice`` names the notice that covers it, if any."""

    id: str
    time: str
    sigma_s: int
    object_class: str
    label: str
    lat: str
    lon: str
    sources: tuple[str, ...]
    known: tuple[str, ...]
    reports: int
    notice: str
    watched: bool
    simulated: bool
    findings: tuple[str, ...]


class Announced(msgspec.Struct, frozen=True):
    """A notice: announced activity, and how many events of the day lie inside it."""

    notice: str
    party: str
    activity: str
    start: str
    end: str
    text: str
    events: int


class Checked(msgspec.Struct, frozen=True):
    """How one kind of check of claims went. ``able``: the day held what it needs; ``only_untold``: no case could be told."""

    kind: str
    flags: int
    untold: int
    able: bool
    only_untold: bool


class Flagged(msgspec.Struct, frozen=True):
    """One flag of a check: what it speaks of, its statistic, and the first of its evidence as (content, item)."""

    id: str
    kind: str
    reason: str
    time: str
    start: str
    end: str
    track: str
    address: str
    lat: str
    lon: str
    statistic: str
    threshold: str
    evidence: tuple[tuple[str, int], ...]
    evidence_total: int


class Due(msgspec.Struct, frozen=True):
    """A deadline under one reading; ``left_s`` is counted from the end of what is known (negative: it has passed)."""

    clause: str
    reading: str
    principal: bool
    deadline: str
    left_s: int
    verdict: str
    finding: str


class SourceDay(msgspec.Struct, frozen=True):
    """One source's day from its own proofs of life. ``steady``: it should give them all day long; else it looks at times."""

    name: str
    means: str
    home: str
    steady: bool
    watched_s: int
    day_s: int
    first: str
    last: str
    looks: int
    gaps: int
    observations: int
    faults: int
    reasons: tuple[tuple[str, int], ...]
    simulated: bool


class Sealed(msgspec.Struct, frozen=True):
    """The seal as written, without the norm states (they stand with the clauses)."""

    mode: str
    heads: tuple[Head, ...]
    inputs: str
    findings: str
    cases: str
    config: str
    code: str
    known: str
    supersedes: str
    changes: tuple[str, ...]
    signatures: dict[str, str]


class Report(msgspec.Struct, frozen=True):
    """One day's report, before any language. Findings are in order of clause, area and time."""

    schema: str
    exercise: str
    simulated: bool
    part: str
    day: str
    start: str
    end: str
    known: str
    complete: bool
    stage: str
    mode: str
    blind: bool
    time_zone: str
    local_start: str
    local_end: str
    agreement: str
    agreement_version: str
    agreement_title: Names
    applied: tuple[str, ...]
    parties: dict[str, Names]
    areas: dict[str, Names]
    parts: tuple[str, ...]
    verdicts: tuple[tuple[str, int], ...]
    unobserved: tuple[Unobserved, ...]
    gaps: tuple[Gap, ...]
    clauses: tuple[Clause, ...]
    not_binding: tuple[str, ...]
    hours: dict[str, tuple[Hour, ...]]
    violated: tuple[Told, ...]
    indications: tuple[Told, ...]
    cases: tuple[Opened, ...]
    rates: tuple[Rate, ...]
    events: tuple[Event, ...]
    notices: tuple[Announced, ...]
    checks: tuple[Checked, ...]
    flags: tuple[Flagged, ...]
    deadlines: tuple[Due, ...]
    sources: tuple[SourceDay, ...]
    other_faults: int
    duplicates: int
    records: int
    terrain: str
    findings: tuple[Finding, ...]
    seal: Sealed | None

    def finding(self, identity: str) -> Finding:
        """Return a finding by its id."""
        return next(finding for finding in self.findings if finding.id == identity)

    def clause(self, identity: str) -> Clause:
        """Return a clause by its id."""
        return next(clause for clause in self.clauses if clause.id == identity)


def figures_digest(report: Report) -> str:
    """Return the SHA-256 of the figures' JSON: one for every language and format, and for both parts of a joint day.

    What only one part says is left out: its name, its signature, and what changed since its own live picture.
    """
    seal = msgspec.structs.replace(report.seal, signatures={}, changes=()) if report.seal else None
    plain = msgspec.structs.replace(report, part="", seal=seal)
    return digest(msgspec.json.encode(plain, order="deterministic"))
