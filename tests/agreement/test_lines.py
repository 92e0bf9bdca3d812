"""The line scanner against a text whose lines are known, and against any document hypothesis writes."""

import json
import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from truceline.agreement.lines import line_at, lines_of

TEXT = '''# first line is a comment
[agreement]
title.en = "a = [ # ] \\" in a string"
citation = """
many
lines # "" """
days = [
  1, # [one]
  { at = 'x]', "quoted key" = [2, 3] },
]

[[clause]]
id = "a"
[clause.deadline]
at = "2020-11-20"
[[clause.permitted]]
what = "stated"
[[clause.permitted]]
what = "notified"

[[clause]]
id = "b"
[[clause.permitted]]
what = """x"""""
'''


def test_every_key_has_its_line() -> None:
    tomllib.loads(TEXT)
    lines = lines_of(TEXT)
    assert lines[("agreement",)] == 2
    assert lines[("agreement", "title", "en")] == 3
    assert lines[("agreement", "citation")] == 4
    assert lines[("agreement", "days")] == 7
    assert lines[("agreement", "days", 0)] == 8
    assert lines[("agreement", "days", 1, "quoted key", 1)] == 9
    assert lines[("clause", 0)] == 12
    assert lines[("clause", 0, "deadline", "at")] == 15
    assert lines[("clause", 0, "permitted", 1, "what")] == 19
    assert lines[("clause", 1)] == 21
    assert lines[("clause", 1, "permitted", 0, "what")] == 24


def test_a_missing_key_stands_where_its_table_begins() -> None:
    lines = lines_of(TEXT)
    assert line_at(lines, ("clause", 1, "bearer")) == 21
    assert line_at(lines, ("clause", 0, "deadline", "readings")) == 14
    assert line_at(lines, ("nowhere",)) == 1


def spelled(value: Any) -> str:
    """A JSON value as TOML, over as many lines as it has elements."""
    if isinstance(value, list):
        return "[\n" + "".join(f"  {spelled(item)}, # ]\n" for item in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(k)} = {spelled(v)}" for k, v in value.items()) + " }"
    return json.dumps(value, ensure_ascii=True).replace("\x7f", "\\u007f")


PLAIN = st.text(st.characters(min_codepoint=32, max_codepoint=0x7E), max_size=8)
VALUES = st.recursive(
    st.integers(-9, 9) | st.booleans() | PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(PLAIN, inner, max_size=3),
    max_leaves=8,
)


def paths(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every path inside a value."""
    below = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
    return [path, *(deep for key, item in below for deep in paths(item, (*path, key)))]


@given(st.dictionaries(PLAIN, VALUES, max_size=5))
def test_every_path_of_any_document_is_found(document: dict[str, Any]) -> None:
    text = "".join(f"{json.dumps(key)} = {spelled(value)}\n" for key, value in document.items())
    assert tomllib.loads(text) == document
    lines = lines_of(text)
    found = {path for path in paths(document) if path}
    assert {tuple(path) for path in lines} == {
        tuple(json.dumps(step)[1:-1] if isinstance(step, str) else step for step in path) for path in found
    }
    starts = [lines[(json.dumps(key)[1:-1],)] for key in document]
    assert starts == sorted(starts)
