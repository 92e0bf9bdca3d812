"""Budgets: a file has at most 400 lines, a function 60, a class 12 methods."""

import ast

from tests.house.source import ROOT, Module, console_files, modules, parsed

FILE_LINES, FUNCTION_LINES, CLASS_METHODS = 400, 60, 12
Function = ast.FunctionDef | ast.AsyncFunctionDef


def place(module: Module, node: Function | ast.ClassDef) -> str:
    """Where a definition stands, for messages."""
    return f"{module.name}:{node.lineno}: {node.name}"


def too_big(module: Module) -> list[str]:
    """Every breach of a budget in one module."""
    found = []
    if (lines := len(module.text.splitlines())) > FILE_LINES:
        found.append(f"{module.name}: {lines} lines, at most {FILE_LINES}")
    for node in ast.walk(module.tree):
        if isinstance(node, Function):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                found.append(f"{place(module, node)} has {lines} lines, at most {FUNCTION_LINES}")
        elif isinstance(node, ast.ClassDef):
            methods = sum(isinstance(part, Function) for part in node.body)
            if methods > CLASS_METHODS:
                found.append(f"{place(module, node)} has {methods} methods, at most {CLASS_METHODS}")
    return found


def test_python_keeps_to_the_budgets() -> None:
    checked = modules("src", "tests", "bench", "tools")
    assert [breach for module in checked for breach in too_big(module)] == []


def test_console_files_keep_to_the_budget() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in console_files()}
    assert {str(path.relative_to(ROOT)): n for path, n in lengths.items() if n > FILE_LINES} == {}


def test_the_budgets_can_be_broken() -> None:
    body = "\n".join("    x = 1" for _ in range(FUNCTION_LINES))
    methods = "\n".join(f"    def m{i}(self): ..." for i in range(CLASS_METHODS + 1))
    assert len(too_big(parsed(f"def f():\n{body}\n"))) == 1
    assert len(too_big(parsed(f"class C:\n{methods}\n"))) == 1
    assert len(too_big(parsed("x = 1\n" * (FILE_LINES + 1)))) == 1
    assert too_big(parsed("def f():\n    return 1\n")) == []
