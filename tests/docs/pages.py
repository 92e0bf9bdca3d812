"""Pages as a reader follows them: fenced blocks in order, their commands and what the page shows of the answers.

A block ```console holds lines "$ COMMAND" with what it prints below; "..." stands for anything. A block ```python
title="NAME" is a file the reader writes first. Other blocks are not run.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE, OutputChecker
from pathlib import Path

BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```", flags=re.MULTILINE | re.DOTALL)
TITLE = re.compile(r'title="([\w.-]+)"')
MARK = "\x1d"
CHECKER = OutputChecker()


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, the file it is to be written to (or none), its text, its line in the page."""

    language: str
    file: str
    text: str
    line: int


@dataclass(frozen=True)
class Step:
    """One command of a page and what the page shows of its answer."""

    command: str
    shown: str
    line: int


def blocks(page: Path) -> list[Block]:
    """All fenced blocks of a page in order."""
    text = page.read_text(encoding="utf-8")
    found = []
    for match in BLOCK.finditer(text):
        title = TITLE.search(match[2])
        line = text.count("\n", 0, match.start()) + 1
        found.append(Block(match[1], title[1] if title else "", match[3], line))
    return found


def steps(block: Block) -> Iterator[Step]:
    """The commands of a console block."""
    command, shown, line = "", [], block.line
    for number, text in enumerate(block.text.splitlines(), block.line + 1):
        if text.startswith("$ "):
            if command:
                yield Step(command, "\n".join(shown), line)
            command, shown, line = text[2:], [], number
        elif command.endswith("\\"):
            command = f"{command[:-1]}{text.strip()}"
        else:
            shown.append(text)
    if command:
        yield Step(command, "\n".join(shown), line)


class Reader:
    """A reader at one shell, in one directory."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        """Open the shell."""
        self.folder = folder
        self.shell = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=folder, env=dict(environment), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def does(self, command: str) -> tuple[str, int]:
        """Run a command; return what it prints, messages included, and its exit status."""
        assert self.shell.stdin is not None and self.shell.stdout is not None
        self.shell.stdin.write(f"{command}\n__was=$?; printf '{MARK}%s\\n' $__was; (exit $__was)\n")
        self.shell.stdin.flush()
        printed: list[str] = []
        for line in self.shell.stdout:
            if MARK in line:
                rest, _, status = line.partition(MARK)
                return "".join([*printed, rest]), int(status)
            printed.append(line)
        raise AssertionError(f"the shell ended at: {command}\n{''.join(printed)}")

    def leaves(self) -> None:
        """Close the shell."""
        self.shell.communicate(timeout=60)


def follow(page: Path, folder: Path, environment: Mapping[str, str]) -> list[str]:
    """Follow a page; return what was not as it says, by line.

    A command whose exit status is not 0 is wrong, unless the page asks for the status next (``$ echo $?``).
    """
    reader = Reader(folder, environment)
    wrong: list[str] = []
    try:
        for block in blocks(page):
            if block.language == "python" and block.file:
                (folder / block.file).write_text(block.text, encoding="utf-8")
            if block.language != "console":
                continue
            held = list(steps(block))
            for number, step in enumerate(held):
                printed, status = reader.does(step.command)
                asked = number + 1 < len(held) and held[number + 1].command == "echo $?"
                if status and not asked:
                    wrong.append(f"{page.name}:{step.line}: {step.command}: exit {status}\n{printed[-3000:]}")
                elif step.shown and not agrees(step.shown, printed):
                    wrong.append(f"{page.name}:{step.line}: {step.command}: printed\n{printed[-3000:]}")
    finally:
        reader.leaves()
    return wrong


def agrees(shown: str, printed: str) -> bool:
    """Whether what was printed is what the page shows, "..." standing for anything, spaces counted alike."""
    return CHECKER.check_output(shown + "\n", printed, ELLIPSIS | NORMALIZE_WHITESPACE)
