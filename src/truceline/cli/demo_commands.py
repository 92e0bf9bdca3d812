"""Commands of the rehearsal: demo, rehearse, score."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from truceline.centre.part import look
from truceline.centre.seal import read_seal
from truceline.centre.shipped import agreement_bytes
from truceline.centre.spread import Pool, Spread, in_order
from truceline.cli.serve import serve_rehearsal
from truceline.cli.telling import Progress, answer, tell
from truceline.exercise.rehearsal import rehearse
from truceline.exercise.score import Score, only_not_verified, score
from truceline.exercise.script import Script, read_expected, read_script, scenarios
from truceline.report.daily import FORMATS, LANGUAGES, render
from truceline.report.day import Day
from truceline.terms.faults import Refusal
from truceline.verify.finding import Finding

NO = 1
ALL = "all"


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
    without: Annotated[str, typer.Option(help="feeds to cut: names with commas, or all")] = "",
    port: Annotated[int, typer.Option(help="port of the console; 0 takes a free one")] = 8470,
    pace: Annotated[float, typer.Option(help="centre seconds a second in the console")] = 20.0,
    begin: Annotated[str, typer.Option(help="centre time at which the console opens (ISO 8601)")] = "",
    workers: Annotated[
        int, typer.Option(help="processes to spread the fold over; the result is the same")
    ] = 1,
) -> None:
    """Run the Karabakh 2020 rehearsal, both parts in one process: with the console, or once to the end.

    Example: truceline demo --once --out demo
    """
    if once and out is None:
        raise Refusal("--once needs a place for its results", remedy="add --out DIR")
    name = "karabakh-2020"
    if once and out is not None:
        _run_once(name, out, without, workers)
        return
    if out is None:
        with tempfile.TemporaryDirectory(prefix="truceline-demo-") as folder:
            serve_rehearsal(
                read_script(name), Path(folder), _cut(read_script(name), without), port, pace, begin
            )
        return
    serve_rehearsal(read_script(name), _empty(out), _cut(read_script(name), without), port, pace, begin)


def rehearse_scenario(
    scenario: Annotated[str, typer.Argument(help="name of a scenario")],
    out: Annotated[Path, typer.Option(help="empty directory for both parts")],
    without: Annotated[str, typer.Option(help="feeds to cut: names with commas, or all")] = "",
    workers: Annotated[
        int, typer.Option(help="processes to spread the fold over; the result is the same")
    ] = 1,
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
    name, records = look(directory)
    seals = [record for record in records if record.kind == "seal" and record.source == name]
    if not seals:
        raise Refusal("no day is sealed here", where=str(directory))
    seal = read_seal(seals[-1].body)
    if seal.exercise not in scenarios():
        raise Refusal(
            "this centre ran no scenario", where=str(directory), remedy="only rehearsals can be scored"
        )
    held = [
        msgspec.json.decode(record.body, type=Finding)
        for record in records
        if record.kind == "finding" and record.source == name and record.stamp_ns == seals[-1].stamp_ns
    ]
    _close(score(held, read_expected(seal.exercise)), json)


def _run_once(name: str, out: Path, without: str, workers: int) -> None:
    progress = Progress()
    script = read_script(name)
    cut = _cut(script, without)
    pool = Pool(workers) if workers > 1 else None
    spread: Spread = pool or in_order
    try:
        days = rehearse(script, _empty(out), agreement_bytes(script.agreement), cut, spread, progress)
    finally:
        if pool is not None:
            pool.close()
    for day in days:
        _reports(day, out / day.part / "derived" / "reports", progress)
    first = days[0]
    every = len(cut) == len(script.source)
    result = only_not_verified(first.findings) if every else score(first.findings, read_expected(name))
    digests = sorted({day.seal.findings for day in days if day.seal is not None})
    summary = _summary(first, result, digests, progress.seconds)
    (out / "summary.json").write_bytes(msgspec.json.format(msgspec.json.encode(summary), indent=2) + b"\n")
    answer(summary)
    if len(digests) > 1:
        tell("the parts sealed different findings: " + ", ".join(digests))
        sys.exit(NO)
    if every or not cut:
        _close(result, json=False)


def _summary(day: Day, result: Score, digests: list[str], seconds: float) -> dict[str, object]:
    verdicts = [finding.verdict for finding in day.findings]
    return {
        "exercise": day.exercise,
        "day": day.day,
        "findings_digest": digests[0] if len(digests) == 1 else digests,
        "findings": {
            "compliant": verdicts.count("compliant"),
            "violated": verdicts.count("violated"),
            "not_verified": verdicts.count("not verified"),
        },
        "expected": {"matched": result.matched, "missed": result.missed, "unexpected": result.unexpected},
        "records": len(day.records),
        "observations": len(day.observations),
        "tracks": len(day.air.tracks),
        "events": len(day.events.tracks),
        "cases": {case.id[:8]: case.outcome for case in day.cases},
        "faults": len(day.faults),
        "duplicates": day.duplicates,
        "seconds": round(seconds, 1),
    }


def _reports(day: Day, folder: Path, progress: Progress) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        for form in FORMATS:
            (folder / f"{day.day}.{language}.{form}").write_bytes(render(day, language, form))
    progress(f"report: part {day.part}, {len(LANGUAGES) * len(FORMATS)} files in {folder}")


def _cut(script: Script, without: str) -> frozenset[str]:
    names = [source.name for source in script.source]
    if without == ALL:
        return frozenset(names)
    wanted = [item.strip() for item in without.split(",") if item.strip()]
    unknown = [item for item in wanted if item not in names]
    if unknown:
        raise Refusal(f"no feed is called {unknown[0]!r}", remedy=f"one of {', '.join(names)}, or all")
    return frozenset(wanted)


def _empty(out: Path) -> Path:
    try:
        out.mkdir(parents=True, exist_ok=True)
        if any(out.iterdir()):
            raise Refusal(
                "the directory is not empty",
                where=str(out),
                remedy="name a new one; a log is never overwritten",
            )
    except OSError as error:
        raise Refusal(
            f"cannot write ({error.strerror})", where=str(out), remedy="name another --out"
        ) from error
    return out


def _close(result: Score, json: bool) -> None:
    if json:
        answer(result)
    else:
        for line in result.lines:
            tell(line)
        tell(
            f"expected findings: {result.matched} matched, {result.missed} missed, {result.unexpected} unexpected"
        )
    if not result.passed:
        sys.exit(NO)
