"""Sayings: what findings say in words, per language; a language that lacks a sentence is left out, and English stands."""

from __future__ import annotations

from truceline.verify.finding import Words
from truceline.verify.words import sentence


def said(words: Words) -> dict[str, str]:
    """Return a finding's words per language."""
    return {"en": sentence(words)}
