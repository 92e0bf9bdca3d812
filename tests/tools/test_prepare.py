"""The set-up steps: done once, done again when what they were made from changes."""

from pathlib import Path

import pytest

from tools import prepare


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(prepare, "ROOT", tmp_path)
    monkeypatch.setattr(prepare, "STAMPS", tmp_path / "stamps")
    return tmp_path


def test_a_stamp_holds_until_a_source_changes(checkout: Path) -> None:
    source = checkout / "a.ts"
    source.write_text("1")
    made_from = prepare.digest([source])
    assert not prepare.is_done("console", made_from)
    prepare.mark("console", made_from)
    assert prepare.is_done("console", prepare.digest([source]))
    source.write_text("2")
    assert not prepare.is_done("console", prepare.digest([source]))


def test_a_digest_knows_names_words_and_not_the_order(checkout: Path) -> None:
    first, second = checkout / "a", checkout / "b"
    first.write_text("x")
    second.write_text("y")
    assert prepare.digest([first, second]) == prepare.digest([second, first])
    assert prepare.digest([first]) != prepare.digest([first], "python3.13")
    renamed = first.rename(checkout / "c")
    assert prepare.digest([renamed]) != prepare.digest([second])


@pytest.mark.parametrize(
    ("version", "good"),
    [("v18.20.1", False), ("v20.18.3", False), ("v20.19.0", True), ("v21.7.0", False), ("v22.11.0", False),
     ("v22.12.0", True), ("v24.19.0", True), ("nonsense", False)],
)  # fmt: skip
def test_only_a_node_that_vite_runs_on_is_taken(tmp_path: Path, version: str, good: bool) -> None:
    node = tmp_path / "node"
    node.write_text(f"#!/bin/sh\necho {version}\n")
    node.chmod(0o755)
    assert prepare.builds_the_console(str(node)) is good


def test_progress_counts_each_package_once() -> None:
    show = prepare.pip_progress(2)
    assert show("Collecting numpy==2.4.6 (from -r requirements.lock (line 3))") == "  1 of 2: numpy"
    assert show("Collecting numpy>=2 (from numba)") is None
    assert show("Requirement already satisfied: Click==8 in x") is None
    assert show("Looking in indexes: somewhere") is None
    assert show("Installing collected packages: numpy") == "  unpacking"


def test_a_failing_command_shows_its_last_lines(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        prepare.run(["sh", "-c", "echo reason; exit 3"], lambda _: None)
    assert stopped.value.code == 2
    assert "reason" in capfd.readouterr().err


def test_an_unknown_step_is_refused() -> None:
    with pytest.raises(SystemExit):
        prepare.main(["nothing"])
