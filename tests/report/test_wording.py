"""The wording check refuses what a neutral report may not say, in each language, and lets the rest pass."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.report.wording import check_words
from truceline.report.words import LANGUAGES

REFUSED = [
    ("en", "The night was quiet."),
    ("en", "A calm day with no incidents."),
    ("en", "The line is all clear."),
    ("en", "The so-called observers alleged an attack."),
    ("en", "Enemy positions; the party claims nothing happened."),
    ("en", "A provocation by terrorists!"),
    ("ru", "Ночь прошла спокойно, без происшествий."),
    ("ru", "Противник якобы совершил провокацию."),
    ("ru", "Атака вражеской колонны"),
    ("ru", "Так называемые наблюдатели"),
    ("tr", "Gün sakin geçti, hat sessizdi."),
    ("tr", "Düşman saldırdı; sözde gözlemciler iddia etti."),
    ("tr", "Kışkırtma ve provokasyon"),
]
PASSED = [
    ("en", "The sites were found clear of vehicles; clearance and disclaimers are not words of the rule."),
    ("en", "Findings: 0 violated, 12 not verified, 3 compliant."),
    ("ru", "Выводы: нарушен 0, не проверено 12, соблюдён 3."),
    ("tr", "Bulgular: 0 ihlal edildi, 12 doğrulanmadı, 3 uyumlu."),
]


@pytest.mark.parametrize(("language", "text"), REFUSED)
def test_refused(language: str, text: str) -> None:
    assert check_words(text, language)


@pytest.mark.parametrize(("language", "text"), PASSED)
def test_passed(language: str, text: str) -> None:
    assert check_words(text, language) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Findings: 0 violated."),
        ("en", "No violation was found. 12 are not verified."),
        ("ru", "Выводы: 0 нарушений."),
        ("ru", "Нарушений нет: 0 нарушений."),
        ("tr", "0 ihlal. 12 bulgu doğrulanmadı."),
    ],
)
def test_none_violated_never_stands_alone(language: str, text: str) -> None:
    assert "none violated without what is not verified" in [
        offence.rule for offence in check_words(text, language)
    ]


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "Seen by 90 % of them."), ("ru", "Замечено 90% пути."), ("tr", "Yolun 90%'ı görüldü.")],
)
def test_percent_is_written_as_the_language_writes_it(language: str, text: str) -> None:
    assert [offence.rule for offence in check_words(text, language)] == ["percent"]


def test_likelihood_and_confidence_share_no_sentence() -> None:
    assert check_words("It is very likely, with high confidence.", "en")
    assert check_words("Весьма вероятно, с высокой уверенностью.", "ru")
    assert check_words("Yüksek güvenle çok olası.", "tr")
    assert check_words("It is very likely. Confidence is high.", "en") == []


def test_an_unknown_language_is_an_offence() -> None:
    assert [offence.rule for offence in check_words("x", "xx")] == ["language"]


@given(st.text(max_size=200), st.sampled_from(LANGUAGES))
def test_any_text_can_be_checked(text: str, language: str) -> None:
    for offence in check_words(text, language):
        assert offence.rule
