"""All other categories: their layouts taken from libasterix, walked like ours, so that their records are counted.

libasterix is generated from the asterix-specs collection; it is loaded when the first such category is met, since it
is large. Its newest edition of a category is read. Records of these categories give no rows.
"""

from __future__ import annotations

import importlib
from functools import lru_cache
from typing import Any

from truceline.means.asterix.layout import Category, Item, Part, Table, compiled

NUMBERS = (4, 8, 9, 10, 11, 15, 16, 17, 18, 19, 20, 23, 25, 32, 150, 205, 240, 247)
_CODES = {"StringAscii": "ascii", "StringICAO": "ia5", "StringOctal": "octal"}
_WIDEST_BITS = 56


@lru_cache(maxsize=1)
def _library() -> Any:
    return importlib.import_module("asterix.base"), importlib.import_module("asterix.generated").manifest[
        "CATS"
    ]


@lru_cache(maxsize=32)
def table(number: int) -> Table | None:
    """Return the table of one of ``NUMBERS``, None for a category that is not among them."""
    if number not in NUMBERS:
        return None
    base, manifest = _library()
    newest = manifest[number][-1]
    items = [_item(base, entry) for entry in newest.cv_uap.cv_record.cv_items_list]
    edition = ".".join(str(part) for part in newest.cv_edition)
    return compiled(Category(number, edition, tuple(items)))


def _item(base: Any, entry: Any) -> Item:
    if issubclass(entry, base.UapItemRFS):
        return Item("RFS", "Random field sequence", "R")
    if issubclass(entry, base.UapItemSpare):
        return Item("-", "Spare", "")
    named = entry.cv_non_spare
    form = variation(named)
    return Item(named.cv_name, named.cv_title, form_of(base, form), _parts(base, form, ""))


def variation(named: Any) -> Any:
    """Return the variation of a libasterix item; for one that depends on another item, its default."""
    rule = named.cv_rule
    return rule.cv_variation if hasattr(rule, "cv_variation") else rule.cv_default_variation


def form_of(base: Any, form: Any) -> str:
    """Return the form, in the signs of ``layout``, of a libasterix variation."""
    if issubclass(form, base.Element | base.Group):
        return str(form.cv_bit_size // 8)
    if issubclass(form, base.Extended):
        first = sum(entry[1] if entry else 1 for entry in form.cv_items_list[0]) // 8
        return f"{first if first > 1 else ''}x{len(form.cv_items_list)}"
    if issubclass(form, base.Repetitive):
        bits = form.cv_variation.cv_bit_size
        return f"{(bits + 1) // 8}+" if form.cv_rep_bytes is None else f"*{bits // 8}"
    if issubclass(form, base.Explicit):
        return "L"
    subs = (f"{sub.cv_name}:{form_of(base, variation(sub))}" if sub else "-" for sub in form.cv_items_list)
    return f"({' '.join(subs)})"


def _parts(base: Any, form: Any, sub: str) -> tuple[Part, ...]:
    """Return the parts of a variation, named as libasterix names them."""
    if issubclass(form, base.Compound):
        held = [(entry.cv_name, variation(entry)) for entry in form.cv_items_list if entry]
        return tuple(part for name, inner in held for part in _parts(base, inner, name))
    if issubclass(form, base.Element):
        part = _part(form, sub or "value", 0, sub)
        return (part,) if part else ()
    if issubclass(form, base.Group):
        entries = list(form.cv_items_list)
    elif issubclass(form, base.Extended):
        entries = [entry or (None, 1) for group in form.cv_items_list for entry in group]
    else:
        return ()
    found, at = [], 0
    for entry, bits in entries:
        named = getattr(entry, "cv_non_spare", None)
        inner = variation(named) if named else None
        if named is not None and inner is not None and issubclass(inner, base.Element):
            part = _part(inner, f"{sub} {named.cv_name}".strip(), at, sub)
            found += [part] if part else []
        at += bits
    return tuple(found)


def _part(element: Any, name: str, at: int, sub: str) -> Part | None:
    bits = element.cv_bit_size
    if bits > _WIDEST_BITS:
        return None
    rule = element.cv_rule
    content = rule.cv_content if hasattr(rule, "cv_content") else rule.cv_default_content
    words = tuple(getattr(content, "cv_values", {}).items())
    text = getattr(content, "cv_string_type", None)
    sign = getattr(content, "cv_signedness", None)
    if text is not None:
        code = _CODES[text.__name__]
    else:
        code = "s" if sign is not None and sign.__name__ == "Signed" else ""
    unit = {"°": "deg", "°/s": "deg/s", "°C": "C"}.get(
        getattr(content, "cv_unit", ""), getattr(content, "cv_unit", "")
    )
    return Part(name, at, bits, float(getattr(content, "cv_lsb", 1.0)), unit, code, sub, words)
