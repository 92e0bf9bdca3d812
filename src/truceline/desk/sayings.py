"""Sayings: what findings say in words, per language; a language that lacks a sentence is left out, and English stands.

A sentence names areas by their ids, since ids do not change with the reader; on the desk the area's name stands there.
"""

from __future__ import annotations

from truceline.agreement.text import Agreement
from truceline.verify.finding import Words
from truceline.verify.words import sentence

AREA = "area"


def said(words: Words, agreement: Agreement) -> dict[str, str]:
    """Return a finding's words per language."""
    return {
        "en": sentence(
            Words(words.key, tuple((key, _named(key, value, agreement)) for key, value in words.values))
        )
    }


def _named(key: str, value: str, agreement: Agreement) -> str:
    if key != AREA:
        return value
    return next((area.name.get("en", value) for area in agreement.areas if area.id == value), value)
