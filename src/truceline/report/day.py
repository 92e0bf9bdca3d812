"""Day: all that the stair made of one civil day, from records to cases; the report, the desk and the exports read it.

A Day is folded by ``centre.fold`` from the union of both parts' inputs and holds nothing that the log does not.
"""

from __future__ import annotations

import msgspec

from truceline.agreement.text import Agreement
from truceline.cases.case import Case
from truceline.coverage.coverage import Coverage
from truceline.means.source import Source
from truceline.means.watch import Watch
from truceline.picture.checks.check import Check
from truceline.picture.picture import STATES, TRACKS, Picture
from truceline.record.record import Record
from truceline.terms.columns import Columns
from truceline.terms.faults import Fault
from truceline.terms.place import Theatre
from truceline.verify.finding import Finding

NO_GROUND = Picture("ground", TRACKS.empty(), STATES.empty())


class Head(msgspec.Struct, frozen=True):
    """One log's tree head: part, entries, root hash in hex."""

    part: str
    size: int
    root: str


class Seal(msgspec.Struct, frozen=True):
    """The body of a ``seal`` record: the word of the parts about one civil day.

    ``signatures`` are made over the canonical JSON of all other fields, one per part, base64. ``mode`` is joint or
    single part. ``inputs`` is the digest of the set of input contents folded, ``findings`` the digest of the finding ids.
    """

    day: str
    mode: str
    heads: tuple[Head, ...]
    inputs: str
    findings: str
    cases: str
    norms: tuple[tuple[str, str, str], ...]
    code: str
    config: str
    counts: dict[str, int]
    exercise: str = ""
    known_ns: int = 0
    supersedes: str = ""
    changes: tuple[str, ...] = ()
    signatures: dict[str, str] = {}


class Day(msgspec.Struct, frozen=True):
    """One civil day (or the part of it known so far), folded. ``observations.seq`` indexes ``records``."""

    part: str
    exercise: str
    day: str
    start_ns: int
    end_ns: int
    known_ns: int
    agreement: Agreement
    theatre: Theatre
    sources: tuple[Source, ...]
    records: tuple[Record, ...]
    observations: Columns
    watches: tuple[Watch, ...]
    faults: tuple[Fault, ...]
    duplicates: int
    air: Picture
    events: Picture
    coverage: Coverage
    findings: tuple[Finding, ...]
    norms: tuple[tuple[str, str, str], ...] = ()
    cases: tuple[Case, ...] = ()
    seal: Seal | None = None
    checks: tuple[Check, ...] = ()
    ground: Picture = NO_GROUND
