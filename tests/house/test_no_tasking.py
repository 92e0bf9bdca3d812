"""No outward arrow but report, case and hotline: no field or route that could direct a weapon or a force."""

import ast
import re
from collections.abc import Iterator
from itertools import pairwise

import pytest

from tests.house.source import ROOT, Module, console_files, parsed, product, words

# One word that is refused wherever it stands in a name. A radar's target, a strike that was seen and an
# observer's fire report are words of observation and stay allowed.
REFUSED = {
    "engage", "engages", "engaged", "engaging", "engagement", "engagements", "engageable",
    "tasking", "taskings", "weaponeering", "weaponeer", "aimpoint", "aimpoints", "killchain",
}  # fmt: skip
# Two words that are refused side by side.
REFUSED_PAIRS = {
    ("target", "priority"), ("target", "list"), ("target", "nomination"), ("target", "assignment"),
    ("priority", "target"), ("weapon", "pairing"), ("weapon", "assignment"), ("weapon", "target"),
    ("weapon", "allocation"), ("fire", "mission"), ("fire", "solution"), ("firing", "solution"),
    ("firing", "order"), ("fire", "order"), ("strike", "order"), ("strike", "request"), ("attack", "order"),
    ("kill", "chain"), ("aim", "point"), ("cue", "weapon"), ("order", "strike"), ("call", "fire"),
}  # fmt: skip
LIKE_A_NAME = re.compile(r"[A-Za-z/][\w/.-]{2,80}")


def refused(name: str) -> bool:
    """Whether a name speaks of directing force."""
    parts = words(name)
    return bool(REFUSED.intersection(parts)) or bool(REFUSED_PAIRS.intersection(pairwise(parts)))


def names(module: Module) -> Iterator[tuple[int, str]]:
    """Every identifier, argument, keyword, and text that could be a key, a field or a route."""
    for node in ast.walk(module.tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Name):
            yield line, node.id
        elif isinstance(node, ast.Attribute):
            yield line, node.attr
        elif isinstance(node, ast.arg | ast.keyword) and node.arg:
            yield line, node.arg
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield line, node.name
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and LIKE_A_NAME.fullmatch(node.value)
        ):
            yield line, node.value


def tasking(module: Module) -> list[str]:
    """The names of one module that the rule refuses."""
    return [f"{module.name}:{line}: {name}" for line, name in names(module) if refused(name)]


def tasking_in_text(name: str, text: str) -> list[str]:
    """The same for TypeScript and Svelte, read word by word."""
    found = (
        (text.count("\n", 0, match.start()) + 1, match[0])
        for match in re.finditer(r"[A-Za-z_$][\w$-]*", text)
    )
    return [f"{name}:{line}: {word}" for line, word in found if refused(word)]


def test_the_product_tasks_nobody() -> None:
    assert [line for module in product() for line in tasking(module)] == []


def test_the_console_tasks_nobody() -> None:
    texts = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in console_files()}
    assert [line for name, text in texts.items() for line in tasking_in_text(name, text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "target_priority = 1",
        "x.weaponPairing",
        "def engage(): ...",
        "f(fire_mission=1)",
        "{'firing_solution': 1}",
        "post('/api/tasking')",
        "class EngagementOrder: ...",
    ],
)
def test_tasking_is_refused(text: str) -> None:
    assert tasking(parsed(text))
    assert tasking_in_text("seeded.ts", text)


@pytest.mark.parametrize(
    "text",
    [
        "target_report = 1",
        "asyncio.create_task(x)",
        "fire_report",
        "strike_seen",
        "weapon_class",
        "radar_target",
        "priority",
        "x = 'No tasking of weapons leaves this centre.'",
    ],
)
def test_words_of_observation_pass(text: str) -> None:
    assert tasking(parsed(text)) == []
