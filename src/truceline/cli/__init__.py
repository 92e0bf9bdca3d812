"""The command line: one command per thing a duty officer, analyst or engineer does.

Exit status: 0 done, 1 the answer is no, 2 wrong usage or a file that no means claims. Messages go to stderr, answers to
stdout; ``--json`` wherever a program may read the answer. The modules of the commands import nothing heavy: each command
fetches what it needs, so that ``--help`` answers at once.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from truceline import __version__
from truceline.cli import (
    centre_commands,
    demo_commands,
    file_commands,
    plan_commands,
    report_commands,
    terrain_commands,
)
from truceline.terms.faults import Broken, Refusal

NO = 1
USAGE = 2
INTERRUPTED = 130

app = typer.Typer(
    name="truceline",
    help="Run a joint ceasefire monitoring centre: watch, verify, assess together, report, re-verify.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for group in (
    demo_commands,
    centre_commands,
    file_commands,
    terrain_commands,
    report_commands,
    plan_commands,
):
    group.register(app)


@app.callback(invoke_without_command=True)
def about(
    version: Annotated[bool, typer.Option("--version", help="print the version and exit")] = False,
) -> None:
    """Run a joint ceasefire monitoring centre: watch, verify, assess together, report, re-verify."""
    if version:
        print(f"truceline {__version__}")
        raise typer.Exit


def main() -> None:
    """Run the command line; a Refusal is an answer, not a crash."""
    status: int | str | None = 0
    try:
        app()
    except SystemExit as ended:
        status = ended.code
    except Refusal as refusal:
        status = _told(str(refusal), USAGE)
    except Broken as broken:
        status = _told(f"broken: {broken}; what was acknowledged is in the log", NO)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        status = _told(f"{where}{error.strerror or error} (check the path, the rights and the disk)", USAGE)
    except MemoryError:
        status = _told("out of memory (split the input, or take a machine with more)", NO)
    except KeyboardInterrupt:
        status = INTERRUPTED
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # whoever read our answer has gone (``truceline findings DIR | head``); nobody is left to be told
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(status)


def _told(message: str, status: int) -> int:
    print(f"truceline: {message}", file=sys.stderr)
    return status
