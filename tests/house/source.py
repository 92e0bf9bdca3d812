"""The project's own files as the house tests read them."""

import ast
import re
import subprocess
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "truceline"

# DESIGN: floors 0 to 6 are pure, 7 is the lowest with clock, network and disk.
PURE_FLOORS = ("terms", "agreement", "record", "means", "picture", "coverage", "verify", "cases", "report")
UPPER_FLOORS = ("centre", "desk", "exercise", "cli", "api", "warm")


@dataclass(frozen=True)
class Module:
    """One Python file with its syntax tree."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """Path inside the project, for messages."""
        return str(self.path.relative_to(ROOT)) if self.path.is_relative_to(ROOT) else self.path.name

    @property
    def floor(self) -> str:
        """Folder or file directly under src/truceline: the floor's name."""
        return self.path.relative_to(SOURCE).parts[0].removesuffix(".py")


def parsed(text: str, path: str = "seeded.py") -> Module:
    """A module made from a text, to show that a rule can fail."""
    return Module(Path(path), text, ast.parse(text))


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """All Python files under the named folders of the project, sorted by path."""
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    texts = [(path, path.read_text(encoding="utf-8")) for path in paths if "node_modules" not in path.parts]
    return tuple(Module(path, text, ast.parse(text, str(path))) for path, text in texts)


def product() -> tuple[Module, ...]:
    """The installed product's files."""
    return modules("src/truceline")


def pure() -> tuple[Module, ...]:
    """The files of floors 0 to 6."""
    return tuple(module for module in product() if module.floor in PURE_FLOORS)


@cache
def project_files() -> tuple[Path, ...]:
    """Every file that is, or is about to be, in the repository (build products and caches are not)."""
    answer = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if answer.returncode != 0:
        raise AssertionError(f"the house tests need a git checkout: {answer.stderr.strip()}")
    paths = (ROOT / name for name in answer.stdout.split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))


@cache
def console_files() -> tuple[Path, ...]:
    """The console's own sources; generated API types are left out."""
    kept = [path for path in project_files() if path.is_relative_to(ROOT / "console")]
    return tuple(path for path in kept if path.suffix in {".ts", ".svelte"} and not is_generated(path))


def is_generated(path: Path) -> bool:
    """Whether a console file is written by a program: declared by its folder or its name."""
    return "generated" in path.parts or path.name.endswith((".d.ts", ".gen.ts"))


@cache
def settings() -> dict[str, object]:
    """The project's pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def words(identifier: str) -> list[str]:
    """The lower-case words of a name in snake_case, kebab-case or CamelCase."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", identifier)
    return [word.lower() for word in re.split(r"[^A-Za-z0-9]+", spaced) if word]
