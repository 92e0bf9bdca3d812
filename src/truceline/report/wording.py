"""The wording check: what a report of this house may not say, in each language.

A clause that is not verified is never called quiet, calm, clear or free of incidents; what a side says of itself is not
claimed or alleged; there is no enemy, attack or provocation; nobody is blamed; nothing is cried out. A word for
likelihood and a word for confidence never share a sentence. A count of none violated never stands without what is not
verified. Source: the console's rules of words (section 10), after the practice of neutral daily reports (OSCE SMM).
"""

from __future__ import annotations

import re

import msgspec

from truceline.report.words import LANGUAGES, catalogue

_REFUSED: dict[str, tuple[str, ...]] = {
    "en": (
        r"quiet\w*", r"calm\w*", r"peaceful\w*", r"(?<!found )clear", r"no incidents?", r"nothing happened", r"uneventful",
        r"claim(?:s|ed|ing)?", r"alleg\w+", r"so-called", r"enem(?:y|ies)", r"attack\w*", r"provoc\w+", r"provok\w+",
        r"aggress\w+", r"terroris\w+", r"militants?", r"perpetrat\w+", r"culprits?", r"guilt\w*", r"to blame", r"sorry",
        r"unfortunately", r"regret\w*",
    ),
    "ru": (
        r"тих\w*", r"спокойн\w*", r"затишь\w*", r"без происшествий", r"происшествий не\w*", r"инцидентов не\w*",
        r"ничего не (?:произошло|случилось)", r"якобы", r"так называем\w*", r"противник\w*", r"враг\w*", r"вражес\w*",
        r"неприятел\w*", r"атак\w*", r"нападени\w*", r"напал\w*", r"провокац\w*",
        r"агресс\w*", r"террорис\w*", r"боевик\w*", r"виновн\w*", r"вина", r"к сожалению",
    ),
    "tr": (
        r"sakin\w*", r"sessiz\w*", r"s[uü]k[uû]net\w*", r"olaysız\w*", r"huzurlu\w*", r"hiçbir şey olmadı", r"sözde",
        r"iddia\w*", r"düşman\w*", r"saldır\w*", r"provok\w*", r"kışkırt\w*", r"terör\w*",
        r"suçlu\w*", r"ne yazık\w*", r"maalesef",
    ),
}  # fmt: skip
_CONFIDENCE = {"en": r"confiden\w+", "ru": r"уверенност\w*", "tr": r"güven\w*"}
_PERCENT = {"en": r"\d\s+%", "ru": r"\d%|%\d", "tr": r"\d\s?%"}
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_NONE_VIOLATED = {
    "en": (r"\b(?:0|no|none)\b[^.>\d]{0,12}\bviolat\w+", "not verified"),
    "ru": (r"\b(?:0|нет)\b[^.\d]{0,12}\bнаруш\w+", "не провер"),
    "tr": (r"\b0\b[^.\d]{0,12}\bihlal\w*|\bihlal\w*[^.\d]{0,8}\b(?:0|yok)\b", "doğrulanma"),
}


class Offence(msgspec.Struct, frozen=True):
    """What is wrong with a text: the rule, and the words that break it."""

    rule: str
    words: str


def check_words(text: str, language: str) -> list[Offence]:
    """Return every offence of a text against the rules of words of a language, in order."""
    if language not in LANGUAGES:
        return [Offence("language", language)]
    found = [
        Offence("refused word", match[0])
        for pattern in _REFUSED[language]
        for match in re.finditer(rf"(?<!\w)(?:{pattern})(?!\w)", text, re.IGNORECASE)
    ]
    if "!" in text:
        found.append(Offence("exclamation", "!"))
    found += [Offence("percent", match[0]) for match in re.finditer(_PERCENT[language], text)]
    none, beside = _NONE_VIOLATED[language]
    for sentence in _SENTENCE.split(text):
        held = sentence.casefold()
        if re.search(_CONFIDENCE[language], held) and any(word in held for word in _likely(language)):
            found.append(Offence("likelihood and confidence in one sentence", sentence))
        if re.search(none, held) and beside not in held:
            found.append(Offence("none violated without what is not verified", sentence))
    return found


def _likely(language: str) -> list[str]:
    labels = catalogue(language).labels
    return [str(labels[f"likely.{number}"]).casefold() for number in (1, 2, 4, 6, 7)]
