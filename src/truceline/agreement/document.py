"""An agreement as one value: parties, areas, clauses, judgement, texts, variants and amendments.

A document is TOML: ``[agreement]``, ``[[party]]``, ``[[area]]``, ``[[clause]]``, ``[judgement]``, and where
there are any ``[[text]]``, ``[[variant]]``, ``[[amendment]]``. An agreement is immutable; an amendment makes
another one, with its version.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from truceline.agreement.areas import Area
from truceline.agreement.clauses import LANGUAGES, AnyClause
from truceline.agreement.parties import Guarantor, Judgement, Party
from truceline.terms.faults import Refusal


class Heading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[agreement]``: name, version, zone of its civil days, day of signature, where it was published.

    ``languages`` are those in which its summaries are written; where one is missing the English stands.
    """

    id: str
    version: str
    title: dict[str, str]
    time_zone: str
    signed: str
    citation: str
    languages: tuple[str, ...] = LANGUAGES


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An official text that an operator attached: language, SHA-256 of its bytes, where it came from."""

    language: str
    sha256: str
    source: str


class Variant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A version of the text that says something else at one article; kept, never judged."""

    id: str
    article: str
    text: dict[str, str]
    source: str
    status: str


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One change: in ``table``, the entry ``id`` gets the keys of ``set`` (or is added whole)."""

    table: Literal["clause", "area", "judgement"]
    set: dict[str, Any]
    id: str = ""
    add: bool = False


class Amendment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A later change: ``known`` when the centre learnt of it, ``valid`` from when it binds, who agrees."""

    id: str
    amends: str
    from_version: str
    version: str
    known: str
    valid: str
    summary: dict[str, str]
    citation: str
    change: tuple[Change, ...]
    accepted: dict[str, str] = {}


class Agreement(msgspec.Struct, frozen=True):
    """An agreement as known at some time.

    ``applied`` names the amendments in it, ``amendments`` those the document carries itself; ``refused``
    holds a message for every later document of the log that could not be applied (the agreement before it
    stays in force).
    """

    heading: Heading
    parties: tuple[Party, ...]
    areas: tuple[Area, ...]
    clauses: tuple[AnyClause, ...]
    judgement: Judgement
    texts: tuple[Text, ...] = ()
    variants: tuple[Variant, ...] = ()
    amendments: tuple[Amendment, ...] = ()
    applied: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Its name, such as 2020-11-karabakh."""
        return self.heading.id

    @property
    def version(self) -> str:
        """Its version; every amendment sets another."""
        return self.heading.version

    @property
    def title(self) -> dict[str, str]:
        """Its title per language."""
        return self.heading.title

    @property
    def time_zone(self) -> str:
        """The IANA zone of its civil days and deadlines."""
        return self.heading.time_zone

    @property
    def guarantors(self) -> tuple[Guarantor, ...]:
        """The guarantors in order of part."""
        return tuple(sorted(self.judgement.guarantor, key=lambda item: item.part))

    def clause(self, identity: str) -> AnyClause:
        """Return a clause by its id.

        Raises:
            Refusal: there is none.
        """
        for clause in self.clauses:
            if clause.id == identity:
                return clause
        raise Refusal(
            f"no clause {identity!r}", where=self.id, remedy=f"one of {[c.id for c in self.clauses]}"
        )

    def area(self, identity: str) -> Area:
        """Return an area by its id.

        Raises:
            Refusal: there is none.
        """
        for area in self.areas:
            if area.id == identity:
                return area
        raise Refusal(f"no area {identity!r}", where=self.id, remedy=f"one of {[a.id for a in self.areas]}")

    def minimum_detection(self, clause: AnyClause) -> float:
        """Return the least detection ``compliant`` needs for a clause; 1 when it states none."""
        own = clause.required_detection.minimum if clause.required_detection else 1.0
        return self.judgement.minimum_detection.get(clause.id, own)

    def known_on(self, time_ns: int) -> Agreement:
        """Return this agreement with the amendments it carries that were known by a time.

        Call it on an agreement as read; amendments that came as documents of their own are folded by
        ``fold_agreement``.
        """
        from truceline.agreement.amend import known_amendments  # noqa: PLC0415 - amend needs this type

        return known_amendments(self, time_ns)
