"""Writes the sections of docs/reference/cli.md from the commands themselves, so that the page cannot be stale.

What stands above the mark is written by hand and kept. Usage: .venv/bin/python tools/document_commands.py [--check]
"""

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "cli.md"
MARK = "<!-- below this line: tools/document_commands.py -->\n"
EXAMPLE = "Example: "


def leaves(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    """All commands below one with their full names, in the order of --help."""
    below = getattr(command, "commands", None)
    if below is None:
        yield path, command
        return
    for name, inner in below.items():
        yield from leaves(inner, f"{path} {name}")


def section(path: str, command: Any) -> str:
    """One command: what it does, an example, its arguments and options."""
    text = inspect.cleandoc(command.callback.__doc__ or command.help or "")
    said, example = parted(text)
    arguments = [part for part in command.params if part.param_type_name == "argument"]
    options = [part for part in command.params if part.param_type_name == "option" and part.name != "help"]
    usage = " ".join(
        [
            path,
            *(placeholder(part) for part in arguments),
            *(spelled(part) for part in options if part.required),
            *(["[OPTIONS]"] if any(not part.required for part in options) else []),
        ]
    )
    lines = [f"## {path}", "", said, "", "```console", f"$ {example}" if example else f"$ {usage}", "```", ""]
    rows = [
        (f"`{placeholder(part)}`", part.help or "", "required" if part.required else "") for part in arguments
    ]
    rows += [(f"`{spelled(part)}`", part.help or "", default_of(part)) for part in options]
    if rows:
        lines += ["| argument or option | meaning | default |", "|---|---|---|"]
        lines += [
            f"| {name} | {meaning.replace('|', chr(92) + '|')} | {default} |"
            for name, meaning, default in rows
        ]
        lines.append("")
    return "\n".join(lines)


def parted(text: str) -> tuple[str, str]:
    """A docstring's prose, and the command line of its example."""
    lines = text.splitlines()
    example = next(
        (line.strip().removeprefix(EXAMPLE) for line in lines if line.strip().startswith(EXAMPLE)), ""
    )
    prose = "\n".join(line for line in lines if not line.strip().startswith(EXAMPLE))
    return prose.strip(), example


def placeholder(part: Any) -> str:
    """An argument as the usage line writes it."""
    name = str(part.name).upper()
    return f"{name}..." if part.nargs == -1 else name


def spelled(part: Any) -> str:
    """An option as one types it, with a word for its value."""
    flag = next(flag for flag in part.opts if flag.startswith("--"))
    return flag if part.is_flag else f"{flag} {flag.removeprefix('--').upper()}"


def default_of(part: Any) -> str:
    """An option's default as the page says it; empty when there is none."""
    if part.required:
        return "required"
    if part.is_flag or part.default in (None, "", ()):
        return ""
    return f"`{part.default}`"


def page(text: str, app: typer.Typer) -> str:
    """The page with its hand-written head and the sections of today's commands."""
    head, mark, _ = text.partition(MARK)
    if not mark:
        head = text.rstrip("\n") + "\n\n"
    command = typer.main.get_command(app)
    return head + MARK + "\n" + "\n".join(section(path, leaf) for path, leaf in leaves(command, "truceline"))


def main(words: list[str]) -> int:
    """Write the page, or with --check say whether it is current."""
    from truceline.cli import app  # noqa: PLC0415 - the page is checked against the commands as they stand

    old = PAGE.read_text(encoding="utf-8")
    new = page(old, app)
    if words == ["--check"]:
        print("current" if new == old else f"stale: run {Path(__file__).name}")
        return int(new != old)
    PAGE.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
