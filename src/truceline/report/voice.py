"""Voice: says figures in one language: labels, plural forms, numbers, dates, sentences.

Plural rules are those of Unicode CLDR 45 for whole numbers: en and tr one (n = 1), other; ru one (ends in 1, not 11), few
(ends in 2 to 4, not 12 to 14), many. Ids, times, D, rates and hashes are never said by a language: they come as text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

import msgspec

from truceline.report.words import Catalogue, catalogue
from truceline.terms.faults import Broken
from truceline.verify.finding import Words
from truceline.verify.words import SENTENCES

NBSP = "\u00a0"
_VALUE = re.compile(r"\{(\w+)(?:\|([\w ]+))?\}")
LIKELY = (0.05, 0.20, 0.45, 0.55, 0.80, 0.95)
SEEING = (0.3, 0.6, 0.9)


def plural_form(language: str, number: int) -> str:
    """Return the CLDR plural category of a whole number in a language."""
    if language == "ru":
        if number % 10 == 1 and number % 100 != 11:
            return "one"
        return "few" if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else "many"
    return "one" if number == 1 else "other"


class Places(msgspec.Struct, frozen=True):
    """Names of an agreement per id and language: areas and parties."""

    areas: Mapping[str, Mapping[str, str]] = {}
    parties: Mapping[str, Mapping[str, str]] = {}


class Voice:
    """One language."""

    def __init__(self, language: str, places: Places | None = None) -> None:
        """Take the words of a language, and the names it may use."""
        self.language = language
        self.places = places or Places()
        self.words: Catalogue = catalogue(language)

    def say(self, key: str, **values: object) -> str:
        """Return a label with its values filled in.

        Raises:
            Broken: no such label, or a value is missing.
        """
        held = self.words.labels.get(key)
        if not isinstance(held, str):
            raise Broken(f"no label {key!r} in {self.language}", where="report.words")
        return _fill(held, {name: str(value) for name, value in values.items()})

    def count(self, key: str, number: int, **values: object) -> str:
        """Return a label in the plural form of ``number``, which fills ``{n}``.

        Raises:
            Broken: no such label, or a value is missing.
        """
        forms = self.words.labels.get(key)
        if not isinstance(forms, dict):
            raise Broken(f"no plural label {key!r} in {self.language}", where="report.words")
        filled = {name: str(value) for name, value in values.items()}
        return _fill(_form(forms, self.language, number), {"n": self.number(number), **filled})

    def known(self, prefix: str, name: str) -> str:
        """Return the label ``prefix.name``, or the name itself where the language has no word for it."""
        held = self.words.labels.get(f"{prefix}.{name}")
        return held if isinstance(held, str) else name

    def sentence(self, words: Words) -> str:
        """Return a finding's sentence: this language's, else the judge's English.

        Raises:
            Broken: no sentence has that key, or a value is missing.
        """
        own = self.words.sentences.get(words.key)
        template = own or SENTENCES.get(words.key)
        if template is None:
            raise Broken(f"no sentence {words.key!r}", where="report.words")
        speaker = self if own or self.language == "en" else Voice("en", self.places)
        given = dict(words.values)
        filled = {name: speaker.value(name, value) for name, value in given.items()}
        for found in _VALUE.finditer(template):
            name, form = found.groups()
            if form and (name in given or name in speaker.words.classes):
                counted = given.get(form.removeprefix("of "), "") if form.startswith("of ") else ""
                filled[found[0]] = speaker.object_class(given.get(name, name), form, counted)
        text = _fill(template, filled)
        first = "İ" if self.language == "tr" and text[:1] == "i" else text[:1].upper()
        return first + text[1:]

    def value(self, name: str, value: str) -> str:
        """Return a sentence's value in this language; what it has no words for stays as it is."""
        if name == "area":
            return self.area(value)
        if name == "object_class":
            return self.object_class(value, "one")
        if name in ("cause", "measure"):
            return self.known(name, value)
        if name == "explanation":
            return self.known("e", value)
        if name == "unit":
            return self.words.units.get(value, value)
        if name == "attesters":
            return ", ".join(self.party(item) for item in value.split(", "))
        return self.say("nobody") if name == "sources" and value == "nobody" else value

    def object_class(self, names: str, form: str, counted: str = "") -> str:
        """Return one or more object classes (with commas) in a form: one, pl, or ``of NAME``, counted by a number."""
        said = []
        for name in names.split(", "):
            forms = self.words.classes.get(name)
            if forms is None:
                said.append(f"{counted} {name}".strip())
            elif form.startswith("of ") and counted.isdecimal():
                said.append(f"{counted}{NBSP}{_form(forms, self.language, int(counted))}")
            elif form.startswith("of "):
                said.append(f"{counted} {forms['pl']}".strip())
            else:
                said.append(forms.get(form, forms["one"]))
        return ", ".join(said)

    def area(self, identity: str) -> str:
        """Return an area's name, else its id."""
        held = self.places.areas.get(identity, {})
        return held.get(self.language) or held.get("en") or identity

    def party(self, identity: str) -> str:
        """Return a party's name, else its id."""
        held = self.places.parties.get(identity, {})
        return held.get(self.language) or held.get("en") or identity

    def number(self, number: int) -> str:
        """Return a whole number in groups of three, the same in every language."""
        return f"{number:,}".replace(",", NBSP)

    def percent(self, permille: int) -> str:
        """Return a share as this language writes it: 4.9%, 4,9 %, %4,9."""
        figure = f"{permille // 10}{self.words.decimal}{permille % 10}"
        return self.words.percent.replace(" ", NBSP).replace("{n}", figure)


def date_text(language: str, iso: str) -> str:
    """Return a calendar day (YYYY-MM-DD) in words."""
    words = catalogue(language)
    year, month, day = iso.split("-")
    return _fill(words.date, {"day": str(int(day)), "month": words.months[int(month) - 1], "year": year})


def duration_text(voice: Voice, seconds: int) -> str:
    """Return a length of time in hours and minutes."""
    hours, minutes = divmod(round(seconds / 60), 60)
    parts = [f"{hours}{NBSP}{voice.say('unit.h')}"] if hours else []
    if minutes or not hours:
        parts.append(f"{minutes}{NBSP}{voice.say('unit.min')}")
    return " ".join(parts)


def likely_text(voice: Voice, probability: float) -> str:
    """Return the likelihood word of a probability (CONSOLE's table)."""
    return voice.say(f"likely.{1 + sum(probability >= limit for limit in LIKELY)}")


def seeing_text(voice: Voice, detection: float) -> str:
    """Return the seeing word of a detection (CONSOLE's table)."""
    return voice.say(f"seeing.{1 + sum(detection >= limit for limit in SEEING)}")


def _form(forms: Mapping[str, str], language: str, number: int) -> str:
    return forms.get(plural_form(language, number)) or forms["other"]


@lru_cache(maxsize=4096)
def _parts(template: str) -> tuple[tuple[str, str, str], ...]:
    """The template as (text before, name, whole placeholder)."""
    parts, at = [], 0
    for found in _VALUE.finditer(template):
        parts.append((template[at : found.start()], found[1], found[0]))
        at = found.end()
    return (*parts, (template[at:], "", ""))


def _fill(template: str, values: Mapping[str, str]) -> str:
    """Fill placeholders; a value with a form is looked up as spelled. Braces inside values are never read again."""
    filled = []
    for before, name, whole in _parts(template):
        filled.append(before)
        if name:
            given = values.get(whole, values.get(name))
            if given is None:
                raise Broken(f"no value {name!r} for {template!r}", where="report.words")
            filled.append(given)
    return "".join(filled)
