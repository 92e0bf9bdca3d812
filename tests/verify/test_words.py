"""Every sentence that the rules say exists, and says all of its values."""

import ast
import re

import pytest

from tests.house.source import product
from truceline.terms.faults import Broken
from truceline.verify.finding import Words
from truceline.verify.words import SENTENCES, say, sentence


def said() -> dict[str, list[set[str]]]:
    """Every key that some call of say() spells out, with the names of the values given."""
    found: dict[str, list[set[str]]] = {}
    for module in product():
        if module.floor != "verify":
            continue
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Call) or ast.unparse(node.func) != "say" or not node.args:
                continue
            keys = [
                n.value
                for n in ast.walk(node.args[0])
                if isinstance(n, ast.Constant) and isinstance(n.value, str)
            ]
            names = {keyword.arg for keyword in node.keywords if keyword.arg}
            for key in keys:
                found.setdefault(key, []).append(names)
    return found


def test_every_key_that_is_said_has_a_sentence() -> None:
    keys = {key for key in said() if "." in key and not key.startswith(".")}
    assert keys <= set(SENTENCES)
    # the remaining keys are made of a rule's name and a word
    made = {key for key in SENTENCES if key.split(".", 1)[1] in ("sightings", "one_source", "nothing_seen")}
    assert set(SENTENCES) - keys <= made


def test_no_sentence_formats_a_number() -> None:
    for key, text in SENTENCES.items():
        assert re.fullmatch(r"[^{}]*(\{[a-z_]+\}[^{}]*)*", text), key


def test_a_sentence_says_its_values() -> None:
    assert sentence(say("explain.birds.fast", speed_mps="42")) == "It moved at 42 m/s, faster than birds."


@pytest.mark.parametrize("words", [Words("nothing.like.it"), Words("explain.birds.fast")])
def test_a_missing_sentence_or_value_is_broken(words: Words) -> None:
    with pytest.raises(Broken):
        sentence(words)
