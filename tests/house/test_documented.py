"""Every command and setting has its line in the reference, which names nothing that is gone."""

import importlib
import importlib.util
import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from tests.house.source import ROOT

REFERENCE = ROOT / "docs" / "reference"


def product_module(name: str) -> Any:
    """A module of the product; the test is skipped, saying so, while nobody has written it."""
    if importlib.util.find_spec(name) is None:
        pytest.skip(f"{name} is not written yet, so there is nothing that could be undocumented")
    return importlib.import_module(name)


def commands(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    """All leaf commands below one, with their full names."""
    below = getattr(command, "commands", None)
    if below is None:
        yield path, command
        return
    for name in sorted(below):
        yield from commands(below[name], f"{path} {name}")


def options(command: Any) -> list[str]:
    """The long spelling of every option that a person may give."""
    flags = [flag for part in command.params for flag in [*part.opts, *part.secondary_opts]]
    return sorted(flag for flag in flags if flag.startswith("--") and flag != "--help")


def sections(text: str) -> dict[str, str]:
    """The parts of a page by the command that their heading names: `## truceline decode` or in backticks."""
    parts = re.split(r"^##+ +(.*)$", text, flags=re.MULTILINE)
    return {parts[i].strip().strip("`").split(" {")[0]: parts[i + 1] for i in range(1, len(parts), 2)}


def rows(text: str) -> set[str]:
    """The keys documented in a page: first cells, in backticks, of its tables."""
    return set(re.findall(r"^\| *`([A-Za-z0-9_.]+)` *\|", text, flags=re.MULTILINE))


def settings_of(module: Any) -> set[str]:
    """Every key of every configuration struct that a module defines, as written in the file."""
    structs = [
        item
        for item in vars(module).values()
        if isinstance(item, type) and issubclass(item, msgspec.Struct) and item is not msgspec.Struct
    ]
    own = [item for item in structs if item.__module__.startswith(module.__name__)]
    return {field.encode_name for item in own for field in msgspec.structs.fields(item)}


def command_gaps(app: Any, text: str) -> list[str]:
    """What a page of commands lacks, or names in vain."""
    documented = sections(text)
    gaps = []
    known = dict(commands(app, "truceline"))
    for path, command in known.items():
        if path not in documented:
            gaps.append(f"no section for: {path}")
            continue
        gaps += [f"{path}: {flag}" for flag in options(command) if flag not in documented[path]]
    named = {title for title in documented if title.startswith("truceline ")}
    return gaps + [f"documented but gone: {title}" for title in sorted(named - set(known))]


def test_every_command_and_option_is_documented() -> None:
    app = product_module("truceline.cli").app
    typer = pytest.importorskip("typer", reason="typer is not installed")
    text = (REFERENCE / "cli.md").read_text(encoding="utf-8")
    assert command_gaps(typer.main.get_command(app), text) == []


def test_every_setting_is_documented() -> None:
    if importlib.util.find_spec("truceline.centre") is None:
        pytest.skip("truceline.centre is not written yet, so there is no setting to document")
    keys = settings_of(product_module("truceline.centre.config"))
    assert keys, "the configuration has no struct: the test would prove nothing"
    documented = rows((REFERENCE / "settings.md").read_text(encoding="utf-8"))
    assert {"undocumented": keys - documented, "gone": documented - keys} == {
        "undocumented": set(),
        "gone": set(),
    }


def test_gaps_are_found() -> None:
    typer = pytest.importorskip("typer", reason="typer is not installed")
    app = typer.Typer()

    @app.command()
    def decode(as_json: bool = typer.Option(False, "--json")) -> None: ...

    @app.command()
    def seal() -> None: ...

    command = typer.main.get_command(app)
    assert command_gaps(command, "## `truceline decode`\n`--json`\n## truceline seal\n") == []
    page = "## truceline decode\nno options\n## truceline gone\n"
    assert command_gaps(command, page) == [
        "truceline decode: --json",
        "no section for: truceline seal",
        "documented but gone: truceline gone",
    ]


def test_settings_are_read_from_structs() -> None:
    class Clock(msgspec.Struct, frozen=True):
        lateness_s: int = 30

    module = type("config", (), {"Clock": Clock})
    module.__name__ = Clock.__module__
    assert settings_of(module) == {"lateness_s"}
    assert rows("| key | meaning |\n|---|---|\n| `lateness_s` | how late input may come |\n") == {
        "lateness_s"
    }
