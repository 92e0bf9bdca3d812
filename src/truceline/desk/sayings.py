"""Sayings: what findings say in words, in every language that the report is written in.

The report's voices speak, so that the desk and the report use the same words for the same thing. A language whose words are
not in the package is left out; the console then shows English.
"""

from __future__ import annotations

from importlib.resources import files

from truceline.agreement.text import Agreement
from truceline.desk.views import LANGUAGES
from truceline.report.voice import Places, Voice
from truceline.verify.finding import Words

WORDS = files("truceline.report.words")
Voices = dict[str, Voice]


def voices_of(agreement: Agreement) -> Voices:
    """Return a voice per language that knows the agreement's names of areas and parties."""
    names = Places(
        {area.id: area.name for area in agreement.areas},
        {party.id: party.name for party in agreement.parties},
    )
    return {
        language: Voice(language, names) for language in LANGUAGES if (WORDS / f"{language}.toml").is_file()
    }


def said(words: Words, voices: Voices) -> dict[str, str]:
    """Return a finding's words per language."""
    return {language: voice.sentence(words) for language, voice in voices.items()}
