"""Floors 0 to 6 read no clock, file, environment or chance: what import-linter cannot see."""

import ast
from collections.abc import Iterator

import pytest

from tests.house.source import Module, parsed, product, pure

CLOCK_OWNERS = {"datetime", "date", "Timestamp", "pandas"}
FILE_METHODS = {"read_text", "read_bytes", "write_text", "write_bytes", "iterdir", "mkdir", "unlink", "touch"}
FILE_MODULES = {"io", "gzip", "bz2", "lzma", "codecs", "tarfile", "zipfile"}
ARRAY_FILES = {
    "fromfile", "tofile", "memmap", "load", "save", "savez", "savez_compressed", "loadtxt", 
    "genfromtxt", "savetxt",
}  # fmt: skip
SEEDED_CHANCE = {"Generator", "SeedSequence", "BitGenerator", "PCG64", "PCG64DXSM", "Philox", "default_rng"}
Found = Iterator[tuple[int, str]]


def dotted(node: ast.AST) -> str:
    """`a.b.c` of a name or attribute, else empty."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = dotted(node.value)
        return f"{owner}.{node.attr}" if owner else ""
    return ""


def from_package_data(node: ast.expr) -> bool:
    """Whether a chain of calls begins with importlib.resources.files(): data shipped as part of the code."""
    while True:
        if isinstance(node, ast.Call):
            if dotted(node.func).split(".")[-1] == "files":
                return True
            node = node.func
        elif isinstance(node, ast.Attribute | ast.BinOp):
            node = node.value if isinstance(node, ast.Attribute) else node.left
        else:
            return False


def is_set(node: ast.AST) -> bool:
    """Whether an expression is plainly a set, whose order is the hash's."""
    if isinstance(node, ast.Call):
        return dotted(node.func) in {"set", "frozenset"}
    return isinstance(node, ast.Set | ast.SetComp)


def chance(node: ast.AST) -> Found:
    """Unseeded or global random numbers."""
    if isinstance(node, ast.Attribute) and dotted(node.value) in {"np.random", "numpy.random"}:
        if node.attr not in SEEDED_CHANCE:
            yield node.lineno, f"np.random.{node.attr} draws from the global state"
    elif isinstance(node, ast.Call) and dotted(node.func).split(".")[-1] == "default_rng":
        seeds = [*node.args, *(word.value for word in node.keywords)]
        if not seeds or (isinstance(seeds[0], ast.Constant) and seeds[0].value is None):
            yield node.lineno, "default_rng() without a seed"


def kernels(node: ast.AST) -> Found:
    """Numba settings under which bits depend on the processor or on threads."""
    if isinstance(node, ast.keyword) and node.arg in {"fastmath", "parallel"}:
        if not (isinstance(node.value, ast.Constant) and node.value.value is False):
            yield node.lineno, f"{node.arg} reorders sums"
    elif isinstance(node, ast.Name | ast.Attribute) and dotted(node).split(".")[-1] == "prange":
        yield node.lineno, "prange reorders sums"
    elif isinstance(node, ast.alias) and node.name == "prange":
        yield node.lineno, "prange reorders sums"


def clock(node: ast.Call, owner: str, called: str) -> Found:
    """Calls that read the time."""
    if called in {"now", "utcnow", "today"} and owner.rsplit(".", maxsplit=1)[-1] in CLOCK_OWNERS:
        yield node.lineno, f"{owner}.{called}() reads the clock"
    if called == "datetime64" and node.args and isinstance(node.args[0], ast.Constant):
        if node.args[0].value in {"now", "today"}:
            yield node.lineno, "datetime64('now') reads the clock"


def files(node: ast.Call, owner: str, called: str) -> Found:
    """Calls that touch a disk."""
    method = isinstance(node.func, ast.Attribute)
    if called == "open" and ((not owner and not method) or owner in FILE_MODULES):
        yield node.lineno, "open() touches the disk"
    if method and called in FILE_METHODS and not from_package_data(node.func):
        yield node.lineno, f".{called}() touches the disk"
    if called in ARRAY_FILES and owner in {"np", "numpy"}:
        yield node.lineno, f"np.{called}() touches the disk"


def order(node: ast.AST) -> Found:
    """Orders and numbers that change with the interpreter's hash seed."""
    if isinstance(node, ast.For) and is_set(node.iter):
        yield node.lineno, "a loop over a set has no fixed order"
    elif isinstance(node, ast.ListComp | ast.DictComp):
        if any(is_set(part.iter) for part in node.generators):
            yield node.lineno, "a list made from a set has no fixed order"
    elif isinstance(node, ast.Call):
        called = dotted(node.func)
        if called in {"list", "tuple", "enumerate", "iter"} and node.args and is_set(node.args[0]):
            yield node.lineno, f"{called}() of a set has no fixed order"
        if called in {"hash", "id"}:
            yield node.lineno, f"{called}() differs between runs: use terms.ids"


def imports(node: ast.AST) -> Found:
    """The operating system, in either spelling."""
    names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
    if isinstance(node, ast.ImportFrom) and node.level == 0:
        names = [node.module or ""]
    if any(name.split(".")[0] in {"os", "tempfile", "shutil", "subprocess"} for name in names):
        yield getattr(node, "lineno", 0), f"imports {', '.join(names)}"


def breaches(module: Module) -> list[str]:
    """Every line of a module that breaks the rule, as `file:line: reason`."""
    found: list[tuple[int, str]] = []
    for node in ast.walk(module.tree):
        found += [*chance(node), *kernels(node), *order(node), *imports(node)]
        if isinstance(node, ast.Call):
            owner, _, called = dotted(node.func).rpartition(".")
            called = called or (node.func.attr if isinstance(node.func, ast.Attribute) else "")
            found += [*clock(node, owner, called), *files(node, owner, called)]
    return [f"{module.name}:{line}: {reason}" for line, reason in sorted(found)]


def test_floors_0_to_6_are_pure() -> None:
    assert pure(), "no module found: the test would prove nothing"
    assert [breach for module in pure() for breach in breaches(module)] == []


def test_chance_is_seeded_and_kernels_are_exact_everywhere() -> None:
    found = [
        f"{module.name}:{line}: {reason}"
        for module in product()
        for node in ast.walk(module.tree)
        for line, reason in [*chance(node), *kernels(node)]
    ]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "datetime.now(UTC)",
        "datetime.datetime.utcnow()",
        "date.today()",
        "np.datetime64('now')",
        "open('x')",
        "gzip.open('x')",
        "Path('x').read_text()",
        "Path('x').write_bytes(b'')",
        "(root / 'x').read_bytes()",
        "np.load('x')",
        "import os",
        "from os import environ",
        "import os.path as p",
        "np.random.rand(3)",
        "np.random.seed(1)",
        "np.random.default_rng()",
        "default_rng(None)",
        "njit(cache=True, fastmath=True)",
        "njit(parallel=True)",
        "from numba import njit, prange",
        "for i in numba.prange(3): pass",
        "for x in {1, 2}: pass",
        "[x for x in set(y)]",
        "list(frozenset(y))",
        "hash('x')",
    ],
)
def test_the_rule_refuses(text: str) -> None:
    assert len(breaches(parsed(text))) >= 1


@pytest.mark.parametrize(
    "text",
    [
        "datetime.fromtimestamp(0, UTC)",
        "commitment.open(salt)",
        "files('truceline').joinpath('words/en.toml').read_text()",
        "(resources.files(words) / 'en.toml').read_text()",
        "np.random.default_rng(7).normal()",
        "njit(cache=True, fastmath=False)",
        "for x in sorted({1, 2}): pass",
        "{x for x in set(y)}",
        "from .os import x",
    ],
)
def test_the_rule_lets_pass(text: str) -> None:
    assert breaches(parsed(text)) == []
