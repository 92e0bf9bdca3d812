"""The page of commands is what the commands say of themselves."""

from tests.house.source import ROOT
from tools import document_commands
from truceline.cli import app


def test_the_page_is_current() -> None:
    text = (ROOT / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")
    assert text == document_commands.page(text, app), "run: .venv/bin/python tools/document_commands.py"


def test_every_command_is_a_function_of_its_own_with_a_sentence() -> None:
    held = dict(document_commands.leaves(document_commands.typer.main.get_command(app), "truceline"))
    said = {path: document_commands.parted(leaf.callback.__doc__ or "")[0] for path, leaf in held.items()}
    assert [path for path, prose in said.items() if not prose.endswith((".", ":"))] == []
