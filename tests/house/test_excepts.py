"""A broad `except` stands only at the doors, where input from outside must not stop the centre."""

import ast

import pytest

from tests.house.source import Module, parsed, product

ALLOWED = "src/truceline/centre/doors.py"
BROAD = {"Exception", "BaseException"}


def broad_excepts(module: Module) -> list[str]:
    """Every clause that catches, or suppresses, everything."""
    found = []
    for node in ast.walk(module.tree):
        caught: list[ast.expr | None] = []
        if isinstance(node, ast.ExceptHandler):
            caught = list(node.type.elts) if isinstance(node.type, ast.Tuple) else [node.type]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("suppress"):
            caught = list(node.args)
        if any(kind is None or (isinstance(kind, ast.Name) and kind.id in BROAD) for kind in caught):
            found.append(f"{module.name}:{getattr(node, 'lineno', 0)}: catches everything")
    return found


def test_only_the_doors_catch_everything() -> None:
    assert [line for module in product() if module.name != ALLOWED for line in broad_excepts(module)] == []


@pytest.mark.parametrize(
    "text",
    [
        "try: x()\nexcept: pass",
        "try: x()\nexcept Exception: pass",
        "try: x()\nexcept (ValueError, BaseException): pass",
        "with contextlib.suppress(Exception): x()",
    ],
)
def test_broad_excepts_are_seen(text: str) -> None:
    assert len(broad_excepts(parsed(text))) == 1


def test_narrow_excepts_pass() -> None:
    assert broad_excepts(parsed("try: x()\nexcept (ValueError, KeyError): pass")) == []
