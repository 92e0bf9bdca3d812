"""Every defect is named by its line and rule; no bytes whatever make lint fail."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.agreement.files import AMENDMENT, KARABAKH, edited, line_of
from truceline.agreement.text import lint, read_agreement
from truceline.terms.faults import Refusal

# what is edited, into what, the rule that must catch it, the text of the line it must name
CASES = [
    ('bearer = ["ARM", "AZE"]\n', "", "missing-key", '[[clause]]\nid = "1.cease"'),
    ('area = ["conflict-zone"]', "area = []", "area-missing", "area = []"),
    ('bearer = ["ARM", "AZE"]', "bearer = []", "bearer-missing", "bearer = []"),
    ('bearer = ["ARM", "AZE"]', 'bearer = ["ARM", "FRA"]', "unknown-party", '"FRA"'),
    ('area = ["conflict-zone"]', 'area = ["nowhere"]', "unknown-area", 'area = ["nowhere"]'),
    ('window = { start = "2020-11-10T00:00" }\n', "", "missing-key", '[[clause]]\nid = "1.cease"'),
    ('start = "2020-11-10T00:00"', 'start = "10 November"', "time", 'start = "10 November"'),
    ('{ start = "2020-11-10T00:00" }', '{ start = "2020-11-10", end = "2020-11-09" }', "window-order",
     "2020-11-09"),
    ('measure = { signal = "events"', 'measure = { signal = "count"', "measure", 'signal = "count"'),
    ('classes = ["shot"]', 'classes = ["dragon"]', "unknown-class", "dragon"),
    ('classes = ["shot"]', "classes = []", "class-missing", "classes = []"),
    ('at = "2020-11-20"', 'at = "2020-11-02"', "deadline-before-start", 'at = "2020-11-02"'),
    ("id = \"before\", inclusive", "id = \"by\", inclusive", "readings", "readings = ["),
    ('id = "1.hold"', 'id = "1.cease"', "duplicate-id", 'id = "1.cease"\nkind = "HOLD"'),
    ('kind = "HOLD"', 'kind = "WAIT"', "kind", 'kind = "WAIT"'),
    ('time_zone = "Europe/Moscow"', 'time_zone = "Moscow"', "time-zone", 'time_zone = "Moscow"'),
    ("[45.75, 40.25]", "[47.60, 39.60]", "crosses-itself", "[47.60, 39.60]"),
    ("[45.75, 40.25]", "[45.75, 98.25]", "coordinates", "[45.75, 98.25]"),
    ('of = "line-of-contact"', 'of = "agdam"', "unknown-area", 'of = "agdam"'),
    ("prior = 0.2", "prior = 1.2", "probability", 'part = "A"\nprior'),
    ("confidence = 0.95", "confidence = 0.2", "probability", "confidence = 0.2"),
    ("common_mode = 0.02", "comon_mode = 0.02", "unknown-key", "comon_mode"),
    ('part = "B"\nprior', 'part = "C"\nprior', "guarantors", "[[judgement.guarantor]]"),
    ("required_detection = { measure = \"mean\", minimum = 0.9 }\n", "", "detection-missing",
     '[[clause]]\nid = "1.cease"'),
    ("minimum = 0.9", "minimum = 1.9", "probability", "minimum = 1.9"),
    ("minimum = 0.9", 'minimum = "high"', "form", 'minimum = "high"'),
    ("looks = 2", "look = 2", "unknown-key", "look = 2"),
    ('{ what = "cooperative", above_m', '{ what = "cooperative", over_m', "unknown-key", "over_m"),
    ('of = ["9.transport"]', 'of = ["9.nothing"]', "unknown-clause", "9.nothing"),
    ('trigger = "the ceasefire is in force"\n', "", "act-when", '[[clause]]\nid = "5.centre"'),
    ('line = "line-of-contact"\ntol', 'line = "agdam"\ntol', "unknown-area", 'line = "agdam"\ntol'),
    ('title = { en = "No firing", ru', 'title = { ru', "language-missing", "title = { ru"),
    ("[judgement]", "[judgment]", "unknown-key", "[judgment]"),
    ('id = "AG-1"\n', "", "missing-key", "[[area.site]]"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "rule", "line"), CASES)
def test_a_defect_names_its_line_and_rule(old: str, new: str, rule: str, line: str) -> None:
    data = edited(old, new)
    found = {(defect.rule, defect.line) for defect in lint(data, "edited.toml")}
    wanted = line_of(data, line)
    near = {number for name, number in found if name == rule}
    # a ring's or list's defect stands on the line where its key begins
    assert near and min(abs(number - wanted) for number in near) <= 1, found
    with pytest.raises(Refusal):
        read_agreement(data, "edited.toml")


def test_two_defects_are_both_named() -> None:
    data = edited("looks = 2", "look = 2", edited("confidence = 0.95", "confidenc = 0.95"))
    assert [defect.rule for defect in lint(data)] == ["unknown-key", "unknown-key"]


def test_all_missing_keys_of_a_clause_are_named() -> None:
    data = edited(
        'bearer = ["ARM", "AZE"]\n', "", edited('citation = "Statement of 10 November 2020, point 1"\n', "")
    )
    assert [defect.rule for defect in lint(data)] == ["missing-key", "missing-key"]


def test_a_text_that_is_no_toml_is_named_by_its_line() -> None:
    data = edited('signed = "2020-11-10"', "signed = 2020-11-1O")
    (defect,) = lint(data, "x.toml")
    assert (defect.rule, defect.line) == ("toml", line_of(data, "signed ="))
    assert str(defect).startswith(f"x.toml:{defect.line}: toml: ")


def test_an_amendment_is_linted_too() -> None:
    data = edited('table = "clause"', 'table = "clauses"', AMENDMENT)
    (defect,) = lint(data)
    assert (defect.rule, defect.line) == ("form", line_of(data, 'table = "clauses"'))
    assert [d.rule for d in lint(AMENDMENT + b"\n[party]\n")] == ["unknown-key"]


def test_an_empty_file_says_what_is_missing() -> None:
    rules = {defect.rule for defect in lint(b"")}
    assert rules == {"missing-key"}


@given(st.binary(max_size=200))
def test_no_bytes_make_lint_fail(data: bytes) -> None:
    assert lint(data)


@settings(max_examples=150)
@given(st.data())
def test_no_damage_makes_lint_fail(data: st.DataObject) -> None:
    lines = KARABAKH.splitlines(keepends=True)
    first = data.draw(st.integers(0, len(lines) - 1))
    last = data.draw(st.integers(first, min(first + 12, len(lines))))
    lint(b"".join(lines[:first] + lines[last:]))


@pytest.mark.parametrize("table", ["party", "area", "clause", "agreement", "judgement", "text", "variant"])
def test_a_table_of_the_wrong_form_is_a_defect(table: str) -> None:
    assert lint(f"{table} = 5\n".encode() + KARABAKH) or lint(f"{table} = 5\n".encode())
