"""Commands that answer from the log: findings, report, bundle, export."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from truceline.centre.bundle_files import write_bundle
from truceline.centre.fold import fold_day
from truceline.centre.part import look
from truceline.centre.seal import last_seal, read_seal
from truceline.cli.telling import Progress, answer, table, tell
from truceline.record.record import Record
from truceline.report.daily import FORMATS, LANGUAGES, render
from truceline.report.day import Day
from truceline.report.line import sentence
from truceline.report.opendata import EXPORTS, export_bytes
from truceline.terms.faults import Refusal
from truceline.terms.time import format_time, parse_day, parse_time
from truceline.verify.finding import Finding

Centre = Annotated[Path, typer.Argument(help="directory of the centre")]
Json = Annotated[bool, typer.Option("--json", help="answer as JSON")]


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("findings")(findings)
    app.command("report")(report)
    app.command("bundle")(bundle)
    app.command("export")(export)


def findings(
    directory: Centre,
    day: Annotated[str, typer.Option(help="civil day, YYYY-MM-DD; the last sealed one unless given")] = "",
    as_known_on: Annotated[
        str, typer.Option(help="instant (ISO 8601): use only records stamped by then")
    ] = "",
    explain: Annotated[
        str, typer.Option(help="id (or its first signs) of one finding to explain in full")
    ] = "",
    json: Json = False,
) -> None:
    """Show the findings of a day: as sealed, or folded again as known on a date.

    Example: truceline findings demo/A --as-known-on 2020-11-14T12:00:00Z --json
    """
    name, records = look(directory)
    if as_known_on:
        known_ns = parse_time(as_known_on)
        folded = fold_day(records, name, parse_day(day) if day else None, known_ns)
        held, shown, exercise = list(folded.findings), folded.day, folded.exercise
    else:
        held, shown, exercise = _stored(records, name, day)
    if explain:
        held = _chosen(held, explain)
    if json:
        answer({"day": shown, "as_known_on": as_known_on, "exercise": exercise, "findings": held})
        return
    if exercise:
        print(f"EXERCISE {exercise}")
    if explain:
        _explain(held[0])
        return
    rows = [
        [
            f.id[:8],
            f.clause,
            f.area,
            format_time(f.start_ns)[5:16],
            f.verdict,
            _number(f.detection_min),
            f.deadline,
        ]
        for f in held
    ]
    table(["id", "clause", "area", "from", "verdict", "D min", "deadline"], rows)


def report(
    directory: Centre,
    day: Annotated[str, typer.Argument(help="civil day, YYYY-MM-DD")],
    lang: Annotated[str, typer.Option(help=f"language: {', '.join(LANGUAGES)}")] = "en",
    form: Annotated[str, typer.Option("--format", help=f"one of {', '.join(FORMATS)}")] = "html",
    out: Annotated[Path | None, typer.Option(help="file to write; stdout unless given")] = None,
) -> None:
    """Write the daily report of a day from the log.

    Example: truceline report demo/A 2020-11-20 --lang ru --format pdf --out report.pdf
    """
    _one_of(lang, LANGUAGES, "--lang")
    _one_of(form, FORMATS, "--format")
    folded = _day(directory, day)
    _write(render(folded, lang, form), out)


def bundle(
    directory: Centre,
    finding: Annotated[str, typer.Argument(help="id (or its first signs) of a finding")],
    out: Annotated[Path, typer.Option(help="file to write")],
) -> None:
    """Write what a stranger needs to check a finding without the centre; check it with `truceline audit FILE`.

    Example: truceline bundle demo/A 7c1e04 --out finding.zip
    """
    name, records = look(directory)
    chosen = _chosen(_stored(records, name, "")[0], finding)[0]
    size = write_bundle(directory, msgspec.json.encode(chosen), out)
    tell(f"{size:,} bytes in {out}; check it with: truceline audit {out}")


def export(
    directory: Centre,
    what: Annotated[str, typer.Option(help=f"one of {', '.join(EXPORTS)}")],
    out: Annotated[Path, typer.Option(help="file to write")],
    form: Annotated[str, typer.Option("--format", help="geojson, parquet or csv")] = "geojson",
    day: Annotated[str, typer.Option(help="civil day, YYYY-MM-DD; the last sealed one unless given")] = "",
) -> None:
    """Export a day's tracks, findings, coverage or observations for QGIS, pandas and DuckDB.

    Example: truceline export demo/A --what tracks --format parquet --out tracks.parquet
    """
    _one_of(what, EXPORTS, "--what")
    _one_of(form, ("geojson", "parquet", "csv"), "--format")
    _write(export_bytes(_day(directory, day), what, form), out)


def _day(directory: Path, day: str) -> Day:
    name, records = look(directory)
    progress = Progress()
    seal = last_seal(records, name)
    chosen = day or (seal.day if seal else "")
    progress(f"folding {chosen or 'the last day'} from the log")
    sealed = next((s for s in _seals(records, name) if s.day == chosen), None)
    before = last_seal(records, name, before=chosen) if chosen else None
    folded = fold_day(
        records, name, parse_day(chosen) if chosen else None, None, before.norms if before else ()
    )
    stage = "final" if sealed else "provisional"
    staged = tuple(msgspec.structs.replace(finding, stage=stage) for finding in folded.findings)
    return msgspec.structs.replace(folded, findings=staged, seal=sealed)


def _seals(records: list[Record], name: str) -> list[Any]:
    return [read_seal(record.body) for record in records if record.kind == "seal" and record.source == name][
        ::-1
    ]


def _stored(records: list[Record], name: str, day: str) -> tuple[list[Finding], str, str]:
    """Return the findings written with the newest seal (of a day), that day, and the exercise's name."""
    chosen = next(
        (
            r
            for r in reversed(records)
            if r.kind == "seal" and r.source == name and day in ("", read_seal(r.body).day)
        ),
        None,
    )
    if chosen is None:
        folded = fold_day(records, name, parse_day(day) if day else None)
        tell(f"{folded.day} is not sealed; these findings are provisional")
        return list(folded.findings), folded.day, folded.exercise
    written = [
        msgspec.json.decode(record.body, type=Finding)
        for record in records
        if record.kind == "finding" and record.source == name and record.stamp_ns == chosen.stamp_ns
    ]
    seal = read_seal(chosen.body)
    return written, seal.day, seal.exercise


def _chosen(held: list[Finding], prefix: str) -> list[Finding]:
    found = [finding for finding in held if finding.id.startswith(prefix)]
    if len(found) != 1:
        raise Refusal(
            f"{len(found)} findings begin with {prefix!r}", remedy="`truceline findings DIR` lists them"
        )
    return found


def _explain(finding: Finding) -> None:
    print(f"{finding.verdict.upper()}  {finding.clause}  {finding.id}")
    print(sentence(finding, "en"))
    for name, value in msgspec.to_builtins(finding).items():
        if name not in ("id", "evidence"):
            print(f"  {name:18s}{value}")
    print(f"  evidence          {len(finding.evidence)} items")
    for content, item in finding.evidence:
        print(f"    {content[:16]} #{item}")


def _one_of(value: str, allowed: tuple[str, ...], option: str) -> None:
    if value not in allowed:
        raise Refusal(f"{option} {value!r} is not known", remedy=f"one of {', '.join(allowed)}")


def _write(data: bytes, out: Path | None) -> None:
    if out is None:
        sys.stdout.buffer.write(data)
        return
    try:
        out.write_bytes(data)
    except OSError as error:
        raise Refusal(
            f"cannot write ({error.strerror})", where=str(out), remedy="name another --out"
        ) from error
    tell(f"{len(data):,} bytes in {out}")


def _number(value: float) -> str:
    return "" if value != value else f"{value:.2f}"  # noqa: PLR0124 - NaN is the only value unlike itself
