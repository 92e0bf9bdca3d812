"""Commands of the rehearsal: demo, rehearse, score."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from truceline.cli.telling import Progress, answer, tell
from truceline.terms.faults import Refusal

NO = 1
SCENARIO = "karabakh-2020"
Without = Annotated[str, typer.Option(help="feeds to cut: names with commas, or all")]
Workers = Annotated[
    int, typer.Option(min=1, help="processes to spread the fold over; the result is the same")
]


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("demo")(demo)
    app.command("rehearse")(rehearse_scenario)
    app.command("score")(score_centre)


def demo(
    once: Annotated[
        bool, typer.Option("--once", help="no console: run, seal, report, compare, exit")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="directory for both parts; a temporary one unless given")
    ] = None,
    without: Without = "",
    port: Annotated[int, typer.Option(help="port of the console; 0 takes a free one")] = 8470,
    pace: Annotated[float, typer.Option(help="centre seconds a second in the console")] = 20.0,
    begin: Annotated[str, typer.Option(help="centre time at which the console opens (ISO 8601)")] = "",
    workers: Workers = 1,
) -> None:
    """Run the Karabakh 2020 rehearsal, both parts in one process: with the console, or once to the end.

    Example: truceline demo --once --out demo
    """
    if once and out is None:
        raise Refusal("--once needs a place for its results", remedy="add --out DIR")
    if once and out is not None:
        _run_once(SCENARIO, out, without, workers)
        return
    if out is not None:
        _show(out, without, port, pace, begin)
        return
    with tempfile.TemporaryDirectory(prefix="truceline-demo-") as folder:
        _show(Path(folder), without, port, pace, begin)


def rehearse_scenario(
    scenario: Annotated[str, typer.Argument(help="name of a scenario")],
    out: Annotated[Path, typer.Option(help="empty directory for both parts")],
    without: Without = "",
    workers: Workers = 1,
) -> None:
    """Run a scenario once to its end: seal, report, compare with the expected findings.

    Example: truceline rehearse karabakh-2020 --out run1
    """
    _run_once(scenario, out, without, workers)


def score_centre(
    directory: Annotated[Path, typer.Argument(help="directory of one part of a rehearsal")],
    json: Annotated[bool, typer.Option("--json", help="answer as JSON")] = False,
) -> None:
    """Compare the sealed findings of a rehearsal with its scenario's expected ones.

    Example: truceline score run1/A
    """
    from truceline.cli.rehearsing import score_part

    result = score_part(directory)
    if json:
        answer(result)
    else:
        for line in result.lines:
            tell(line)
        tell(result.sentence)
    if not result.passed:
        sys.exit(NO)


def _show(out: Path, without: str, port: int, pace: float, begin: str) -> None:
    from truceline.cli.rehearsing import cut_feeds, empty_folder
    from truceline.cli.serve import serve_rehearsal
    from truceline.exercise.script import read_script

    script = read_script(SCENARIO)
    serve_rehearsal(script, empty_folder(out), cut_feeds(script, without), port, pace, begin)


def _run_once(name: str, out: Path, without: str, workers: int) -> None:
    progress = Progress()
    progress("starting")
    from truceline.cli.rehearsing import run_once

    summary, told, passed = run_once(name, out, without, workers, progress)
    answer(summary)
    for line in told:
        tell(line)
    if not passed:
        sys.exit(NO)
