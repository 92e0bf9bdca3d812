"""The reference names every key of an agreement's file, and no key that is gone."""

import re

import msgspec
import pytest

from tests.house.source import ROOT
from truceline.agreement import areas, calendar, clauses, document, parties
from truceline.verify import notices

PAGE = (ROOT / "docs" / "reference" / "agreement.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`([a-z_0-9]+)`", PAGE))
STRUCTS = [
    item
    for module in (areas, calendar, clauses, document, parties, notices)
    for item in vars(module).values()
    if isinstance(item, type) and issubclass(item, msgspec.Struct) and item.__module__ == module.__name__
    and item not in (document.Agreement, notices.Announced)
]  # fmt: skip


@pytest.mark.parametrize("struct", STRUCTS, ids=lambda item: item.__name__)
def test_every_key_is_named(struct: type[msgspec.Struct]) -> None:
    assert {field.encode_name for field in msgspec.structs.fields(struct)} <= NAMED


def test_no_first_cell_names_a_key_that_is_gone() -> None:
    keys = {field.encode_name for struct in STRUCTS for field in msgspec.structs.fields(struct)} | {"kind"}
    first = set(re.findall(r"^\| `([a-z_]+)` \|", PAGE, flags=re.MULTILINE))
    assert first <= keys


@pytest.mark.parametrize("kind", clauses.BY_KIND)
def test_every_kind_has_its_row(kind: str) -> None:
    assert f"| `{kind}` |" in PAGE
