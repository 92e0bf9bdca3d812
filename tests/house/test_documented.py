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


def default_of(field: Any) -> str:
    """A setting's default as centre.toml writes it; `required` when it must be given."""
    value = field.default
    if value is msgspec.NODEFAULT:
        return "required" if field.required else "built"
    if value is None:
        return "none"
    return msgspec.json.encode(value).decode()


def described(struct: Any, head: str = "") -> Iterator[tuple[str, str, str]]:
    """Every (table, key, default) of a configuration struct, the structs inside it included."""
    for field in struct.fields:
        inner = field.type.type if isinstance(field.type, msgspec.inspect.Metadata) else field.type
        kinds = inner.types if isinstance(inner, msgspec.inspect.UnionType) else (inner,)
        path = f"{head}.{field.encode_name}" if head else field.encode_name
        for kind in kinds:
            if isinstance(kind, msgspec.inspect.StructType):
                yield from described(kind, path)
                break
            item = getattr(kind, "item_type", None)
            if isinstance(item, msgspec.inspect.StructType):
                yield from described(item, path)
                break
        else:
            yield head, field.encode_name, default_of(field)


def rows(text: str) -> set[tuple[str, str, str]]:
    """Every (table, key, default) of a page: headings name tables, rows begin with key and default."""
    found = set()
    for title, part in sections(text).items():
        table = title.replace("`", "").strip("[] ")
        cells = re.findall(r"^\| *`([A-Za-z0-9_]+)` *\| *`?(.*?)`? *\|", part, flags=re.MULTILINE)
        found |= {(table, key, default) for key, default in cells}
    return found


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


def test_every_setting_and_its_default_is_documented() -> None:
    if importlib.util.find_spec("truceline.centre") is None:
        pytest.skip("truceline.centre is not written yet, so there is no setting to document")
    config = product_module("truceline.centre.config").Config
    known = set(described(msgspec.inspect.type_info(config)))
    documented = rows((REFERENCE / "settings.md").read_text(encoding="utf-8"))
    assert {"undocumented": known - documented, "gone": documented - known} == {
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
    clock = msgspec.defstruct("Clock", [("lateness_s", float, 30.0), ("name", str)], kw_only=True)
    config = msgspec.defstruct("Config", [("clock", clock), ("feed", tuple[clock, ...], ())])
    expected = {("lateness_s", "30.0"), ("name", "required")}
    found = set(described(msgspec.inspect.type_info(config)))
    assert found == {(table, *row) for table in ("clock", "feed") for row in expected}
    page = "## `[clock]`\n| key | default | meaning |\n|---|---|---|\n| `lateness_s` | `30.0` | patience |\n"
    assert rows(page) == {("clock", "lateness_s", "30.0")}
