"""The page of commands is written from the commands, its head kept."""

from typing import Annotated

import pytest
import typer

from tools.document_commands import MARK, page, parted


def toy() -> typer.Typer:
    app = typer.Typer()

    @app.command("read")
    def read(
        file: Annotated[list[str], typer.Argument(help="files to read")],
        out: Annotated[str, typer.Option(help="where to | write")],
        quiet: Annotated[bool, typer.Option("--quiet", help="say nothing")] = False,
        port: Annotated[int, typer.Option(help="port")] = 7,
    ) -> None:
        """Read files.

        Example: toy read a --out b
        """

    @app.command("stop")
    def stop() -> None:
        """Stop."""

    return app


def test_sections_are_written_below_the_head() -> None:
    made = page("# Commands\n\nWritten by hand.\n", toy())
    assert made.startswith("# Commands\n\nWritten by hand.\n\n" + MARK)
    assert "## truceline read\n\nRead files.\n\n```console\n$ toy read a --out b\n```\n" in made
    assert "| `FILE...` | files to read | required |" in made
    assert "| `--out OUT` | where to \\| write | required |" in made
    assert "| `--quiet` | say nothing |  |" in made
    assert "| `--port PORT` | port | `7` |" in made
    assert made.endswith("## truceline stop\n\nStop.\n\n```console\n$ truceline stop\n```\n")


def test_writing_twice_changes_nothing() -> None:
    once = page("# Commands\n", toy())
    assert page(once, toy()) == once


@pytest.mark.parametrize("text", ["Read.\n\nExample: toy read", "Example: toy read\nRead."])
def test_the_example_is_taken_out_of_the_prose(text: str) -> None:
    assert parted(text) == ("Read.", "toy read")
