"""The command line: one command per thing a duty officer, analyst or engineer does.

Exit status: 0 done, 1 the answer is no, 2 wrong usage or a file that no means claims. Messages go to stderr, answers to
stdout; ``--json`` wherever a program may read the answer.
"""

from __future__ import annotations

import sys

import typer

from truceline.cli import centre_commands, demo_commands, file_commands, report_commands
from truceline.terms.faults import Broken, Refusal

app = typer.Typer(
    name="truceline",
    help="Run a joint ceasefire monitoring centre: watch, verify, assess together, report, re-verify.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for group in (demo_commands, centre_commands, file_commands, report_commands):
    group.register(app)


def main() -> None:
    """Run the command line; a Refusal is an answer, not a crash."""
    try:
        app()
    except Refusal as refusal:
        print(f"truceline: {refusal}", file=sys.stderr)
        sys.exit(2)
    except Broken as broken:
        print(f"truceline: broken: {broken}; what was acknowledged is in the log", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
