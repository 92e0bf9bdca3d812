"""Names say what a thing is in ceasefire monitoring: words that could name anything are refused."""

import ast

import pytest

from tests.house.source import Module, modules, parsed, words

EMPTY_WORDS = {
    "manager", "managers", "handler", "handlers", "processor", "processors",
    "util", "utils", "helper", "helpers", "common", "base",
}  # fmt: skip


def empty_names(module: Module) -> list[str]:
    """Every module, class or function name that holds an empty word."""
    defined = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    names = [(node.lineno, node.name) for node in ast.walk(module.tree) if isinstance(node, defined)]
    names += [(1, part) for part in module.name.removesuffix(".py").split("/")]
    return [f"{module.name}:{line}: {name}" for line, name in names if EMPTY_WORDS.intersection(words(name))]


def test_names_are_of_the_field() -> None:
    checked = modules("src", "tests", "bench", "tools")
    assert [name for module in checked for name in empty_names(module)] == []


@pytest.mark.parametrize(
    "text", ["class TrackManager: ...", "def on_fault_handler(): ...", "class BaseMeans: ..."]
)
def test_empty_words_are_refused(text: str) -> None:
    assert len(empty_names(parsed(text))) == 1


def test_an_empty_module_name_is_refused() -> None:
    assert len(empty_names(parsed("", "src/truceline/terms/utils.py"))) == 1


def test_words_of_the_field_pass() -> None:
    assert empty_names(parsed("def basemap(): ...\ndef base64_text(): ...\nclass Baseline: ...")) == []
