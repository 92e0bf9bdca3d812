"""The stair of the house: imports only go down, floors 0 to 6 are pure (import-linter holds both)."""

import subprocess
import sys
from typing import Any

import pytest

from tests.house.source import PURE_FLOORS, ROOT, SOURCE, UPPER_FLOORS, settings


def contracts() -> dict[str, dict[str, Any]]:
    """The import-linter contracts by id."""
    tool: Any = settings()["tool"]
    return {contract["id"]: contract for contract in tool["importlinter"]["contracts"]}


def test_imports_keep_to_the_stair() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_every_folder_has_a_floor() -> None:
    named = {path.name for path in SOURCE.iterdir() if path.is_dir() and any(path.rglob("*.py"))}
    named |= {path.stem for path in SOURCE.glob("*.py") if path.stem != "__init__"}
    assert named <= {*PURE_FLOORS, *UPPER_FLOORS}


def test_contracts_are_those_of_the_design() -> None:
    floors = contracts()["floors"]
    assert floors["exhaustive"] is True
    assert [line.replace("(", "").replace(")", "") for line in floors["layers"]] == [
        "cli : api : warm",
        "desk | exercise",
        "centre",
        "report",
        "cases",
        "verify",
        "picture | coverage",
        "means",
        "agreement | record",
        "terms",
    ]
    pure = contracts()["pure"]
    assert pure["source_modules"] == [f"truceline.{floor}" for floor in PURE_FLOORS]
    assert "allow_indirect_imports" not in pure and "ignore_imports" not in {**floors, **pure}


@pytest.mark.parametrize("module", ["time", "random", "uuid", "asyncio", "threading", "socket", "sqlite3"])
def test_forbidden_modules_are_listed(module: str) -> None:
    assert module in contracts()["pure"]["forbidden_modules"]
