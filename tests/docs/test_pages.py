"""What the pages print can be done: every command and option is known, files are shown whole, Python runs."""

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from tests.docs.pages import Block, agrees, blocks, follow, steps
from tests.house.source import ROOT
from truceline.cli import app

PAGES = sorted([*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"])
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]


def commands(page: Path) -> Iterator[list[str]]:
    """The words of every truceline command that a page prints, wherever in a line it stands."""
    for block in blocks(page):
        if block.language not in ("console", "shell"):
            continue
        lines = [step.command for step in steps(block)] or block.text.splitlines()
        for line in lines:
            for part in re.findall(r"(?:^|[(|;&] *)(truceline [^|;&)>]*)", line):
                yield shlex.split(part, comments=True)


@pytest.mark.parametrize("name", NAMES)
def test_every_command_and_option_printed_is_known(name: str) -> None:
    unknown = []
    for words in commands(ROOT / name):
        command = COMMANDS.get(words[1]) if len(words) > 1 else None
        if command is None:
            unknown += [] if words[1:2] in ([], ["--help"], ["--version"]) else [" ".join(words)]
            continue
        if subcommands := getattr(command, "commands", None):
            command = subcommands.get(words[2]) if len(words) > 2 else None
            if command is None:
                unknown.append(" ".join(words))
                continue
        known = {flag for part in command.params for flag in part.opts} | {"--help"}
        given = {word.split("=")[0] for word in words[2:] if word.startswith("--")}
        unknown += [f"{words[1]} {flag}" for flag in sorted(given - known)]
    assert unknown == []


@pytest.mark.parametrize("name", NAMES)
def test_every_python_block_is_python(name: str) -> None:
    for block in blocks(ROOT / name):
        if block.language == "python":
            ast.parse(block.text, f"{name}:{block.line}")


PYTHON = [block for block in blocks(ROOT / "docs/reference/python.md") if block.language == "python"]


@pytest.mark.parametrize(
    "block", [block for block in PYTHON if "demo/" not in block.text], ids=lambda block: str(block.line)
)
def test_the_page_of_python_runs_and_prints_what_it_says(
    block: Block, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    exec(compile(block.text, f"python.md:{block.line}", "exec"), {"__name__": "page"})
    printed = capsys.readouterr().out.splitlines()
    said = re.findall(r"^print\(.*\)  # ([-\d. ]+)$", block.text, flags=re.MULTILINE)
    assert [words for words in said if words not in printed] == []


def test_a_page_that_lies_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        '```python title="two.py"\nprint(1 + 1)\n```\n'
        "```console\n$ python3 two.py\n2\n$ printf 'a\\nb\\nc\\n'\na\n...\nc\n$ echo no\nyes\n$ false\n```\n"
        "```console\n$ false\n$ echo $?\n1\n```\n```shell\nrm -rf nothing\n```\n"
    )
    wrong = follow(page, tmp_path, {"PATH": "/usr/bin:/bin"})
    assert [line.splitlines()[0] for line in wrong] == [
        "page.md:11: echo no: printed",
        "page.md:13: false: exit 1",
    ]


@pytest.mark.parametrize(("shown", "printed"), [("a ... c", "a  b c\n"), ("a\n...", "a\nb\nc\n")])
def test_anything_may_stand_for_dots(shown: str, printed: str) -> None:
    assert agrees(shown, printed)
    assert not agrees(shown, "x" + printed)
