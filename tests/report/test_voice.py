"""Languages: plural forms by CLDR, percent and dates as each writes them, the same keys and values in every catalogue."""

from __future__ import annotations

import re

import msgspec
import pytest

from tests.report.reported import seen_day
from tests.verify import scenes
from truceline.report.line import places_of, sentence
from truceline.report.voice import (
    NBSP,
    Voice,
    date_text,
    duration_text,
    likely_text,
    plural_form,
    seeing_text,
)
from truceline.report.wording import check_words
from truceline.report.words import LANGUAGES, catalogue
from truceline.terms.classes import NAMES
from truceline.terms.faults import Broken
from truceline.verify.finding import Words
from truceline.verify.words import SENTENCES, say

# Unicode CLDR, language plural rules: ru, integers.
RUSSIAN = {
    "one": [1, 21, 31, 101, 1001],
    "few": [2, 3, 4, 22, 34, 102],
    "many": [0, 5, 11, 12, 13, 14, 19, 100, 111, 112, 1000],
}
VALUE = re.compile(r"\{(\w+)(?:\|of (\w+)|\|\w+)?\}")
FORMS = {"en": {"one", "other"}, "ru": {"one", "few", "many", "other"}, "tr": {"one", "other"}}


@pytest.mark.parametrize("form", RUSSIAN)
def test_russian_plurals(form: str) -> None:
    assert {plural_form("ru", number) for number in RUSSIAN[form]} == {form}


def test_english_and_turkish_plurals() -> None:
    assert [plural_form("en", number) for number in (0, 1, 2, 21)] == ["other", "one", "other", "other"]
    assert [plural_form("tr", number) for number in (0, 1, 2)] == ["other", "one", "other"]


def test_counted_things_take_their_form() -> None:
    voice = Voice("ru")
    said = [voice.object_class("convoy", "of number", str(number)) for number in (1, 3, 5, 11, 21)]
    assert said == [
        f"1{NBSP}колонна",
        f"3{NBSP}колонны",
        f"5{NBSP}колонн",
        f"11{NBSP}колонн",
        f"21{NBSP}колонна",
    ]
    assert [voice.count("left.days", number) for number in (1, 2, 5)] == [
        "остался 1 день", "осталось 2 дня", "осталось 5 дней",
    ]  # fmt: skip


def test_percent_dates_and_numbers() -> None:
    assert [Voice(language).percent(49) for language in LANGUAGES] == ["4.9%", f"4,9{NBSP}%", "%4,9"]
    assert [Voice(language).percent(1000) for language in LANGUAGES] == ["100.0%", f"100,0{NBSP}%", "%100,0"]
    assert {Voice(language).number(169_712) for language in LANGUAGES} == {f"169{NBSP}712"}
    assert [date_text(language, "2020-11-20") for language in LANGUAGES] == [
        "20 November 2020", "20 ноября 2020 года", "20 Kasım 2020",
    ]  # fmt: skip
    assert duration_text(Voice("en"), 3 * 3600 + 40 * 60) == f"3{NBSP}h 40{NBSP}min"
    assert duration_text(Voice("en"), 0) == f"0{NBSP}min"


def test_words_of_likelihood_and_seeing_are_the_consoles() -> None:
    voice = Voice("en")
    edges = {0.0: 1, 0.049: 1, 0.05: 2, 0.2: 3, 0.45: 4, 0.55: 5, 0.8: 6, 0.95: 7, 1.0: 7}
    for probability, number in edges.items():
        assert likely_text(voice, probability) == voice.say(f"likely.{number}")
    for detection, number in {0.0: 1, 0.3: 2, 0.6: 3, 0.9: 4}.items():
        assert seeing_text(voice, detection) == voice.say(f"seeing.{number}")


def values(text: str | dict[str, str]) -> set[str]:
    forms = [text] if isinstance(text, str) else list(text.values())
    found = [VALUE.findall(form) for form in forms]
    assert all(set(item) == set(found[0]) for item in found)
    return {name for pair in found[0] for name in pair if name} - set(catalogue("en").classes)


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogues_have_the_same_keys_and_values(language: str) -> None:
    own, english = catalogue(language), catalogue("en")
    assert own.language == language
    assert set(own.labels) == set(english.labels)
    for key, text in english.labels.items():
        assert values(own.labels[key]) == values(text), key
        assert isinstance(own.labels[key], str) == isinstance(text, str), key
        if isinstance(own.labels[key], dict):
            assert set(own.labels[key]) == FORMS[language], key
    assert set(own.sentences) == set(SENTENCES)
    for key, text in SENTENCES.items():
        assert values(own.sentences[key]) == values(text), key
    assert set(NAMES) <= set(own.classes) == set(english.classes)
    for forms in own.classes.values():
        assert FORMS[language] | {"pl"} == set(forms)
    assert len(own.months) == 12


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_a_catalogue_passes_the_wording_check(language: str) -> None:
    own = catalogue(language)
    texts = [
        *own.sentences.values(),
        *(t for c in own.classes.values() for t in c.values()),
        *own.units.values(),
    ]
    for text in own.labels.values():
        texts += [text] if isinstance(text, str) else list(text.values())
    for text in texts:
        assert check_words(re.sub(r"\{[^}]*\}", "x", text), language) == [], text


def test_units_of_the_shipped_agreement_are_translated() -> None:
    units = {c.measure.unit for c in scenes.agreement().clauses if c.__struct_config__.tag == "LIMIT"}
    for language in ("ru", "tr"):
        assert units <= set(catalogue(language).units)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_has_a_sentence_with_names(language: str) -> None:
    for finding in seen_day().findings:
        said = sentence(finding, language, scenes.agreement())
        assert said[-1] in ".:"
        assert said[0] == said[0].upper()
        assert "{" not in said
        assert "line-buffer" not in said and "object_class" not in said
        assert Voice(language, places_of(None)).sentence(finding.largest_unseen)


def test_a_sentence_is_what_it_was() -> None:
    finding = next(f for f in seen_day().findings if f.verdict == "violated")
    ids = [sentence(finding, language) for language in LANGUAGES]
    assert ids[0].startswith(f"Line-buffer: 1{NBSP}uninvited flight, from 2020-11-20T08:")
    assert ids[1].startswith(f"Line-buffer: 1{NBSP}полёт без разрешения, с 2020-11-20T08:")
    assert ids[2].startswith(f"Line-buffer: izinsiz 1{NBSP}uçuş, 2020-11-20T08:")
    named = sentence(finding, "tr", scenes.agreement())
    assert named.startswith("Temas hattı, iki yanda 5 km: izinsiz")


def test_values_are_never_read_as_templates() -> None:
    words = say("act.not_recorded", act="{evidence|pl} {x}", evidence="<b>")
    assert (
        Voice("en").sentence(words)
        == "Whether it was done (“{evidence|pl} {x}”) is not seen by sensors; it needs a record: “<b>”."
    )


def test_turkish_begins_with_a_dotted_capital() -> None:
    voice = Voice("tr")
    words = msgspec.structs.replace(voice.words, sentences={"x": "iki {n}"})
    voice.words = words
    assert voice.sentence(Words("x", (("n", "1"),))) == "İki 1"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_missing_word_is_broken(language: str) -> None:
    voice = Voice(language)
    with pytest.raises(Broken):
        voice.say("no such label")
    with pytest.raises(Broken):
        voice.sentence(Words("no such sentence"))
    with pytest.raises(Broken):
        voice.sentence(Words("watch.none", (("area", "x"),)))
    assert voice.known("cause", "gremlins") == "gremlins"
