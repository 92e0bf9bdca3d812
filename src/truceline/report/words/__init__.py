"""The report's words: one TOML file per language, the same keys and the same values in braces in each.

``labels`` hold a text, or plural forms of ``n`` named as in Unicode CLDR (one, few, many, other). ``sentences`` go by the
keys of ``verify.words``; a value may ask for a form: ``{object_class|pl}``, or be counted by another value:
``{object_class|of number}``. ``classes`` hold per object class the forms one, pl and those of the plural; ``units``
translate the units an agreement's file states; ``months`` are as a date has them; ``percent`` takes the number.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources

import msgspec

LANGUAGES: tuple[str, ...] = ("en", "ru", "tr")
Forms = dict[str, str]


class Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words of one language, see the package."""

    language: str
    name: str
    decimal: str
    percent: str
    date: str
    months: tuple[str, ...]
    labels: dict[str, str | Forms]
    sentences: dict[str, str]
    classes: dict[str, Forms]
    units: Forms


@lru_cache(maxsize=8)
def catalogue(language: str) -> Catalogue:
    """Return the words of a language."""
    text = resources.files("truceline.report.words").joinpath(f"{language}.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), Catalogue)
