"""A line: one plain sentence of a finding, in one language."""

from __future__ import annotations

from truceline.agreement.document import Agreement
from truceline.report.voice import Places, Voice
from truceline.verify.finding import Finding


def sentence(finding: Finding, language: str, agreement: Agreement | None = None) -> str:
    """Return why a finding reads as it does, in one sentence; with the agreement, areas and parties have their names.

    Raises:
        Broken: no sentence has the finding's key.
    """
    return Voice(language, places_of(agreement)).sentence(finding.reason)


def places_of(agreement: Agreement | None) -> Places:
    """Return the names an agreement gives to its areas and parties."""
    if agreement is None:
        return Places()
    return Places(
        {area.id: area.name for area in agreement.areas},
        {party.id: party.name for party in agreement.parties},
    )
