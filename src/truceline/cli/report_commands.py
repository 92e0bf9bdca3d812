"""Commands that answer from the log: findings, report, bundle, export."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from truceline.cli.telling import answer, table, tell
from truceline.terms.faults import Refusal

if TYPE_CHECKING:
    from truceline.verify.finding import Finding

LANGUAGES = ("en", "ru", "tr")
VERDICTS = ("compliant", "violated", "not verified")
REPORT_FORMATS = ("html", "pdf", "json")
EXPORTS = ("tracks", "findings", "coverage", "checks", "observations")
EXPORT_FORMATS = ("geojson", "parquet", "csv")
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
    clause: Annotated[str, typer.Option(help="only the findings of this clause")] = "",
    verdict: Annotated[str, typer.Option(help=f"only these: {', '.join(VERDICTS)}")] = "",
    json: Json = False,
) -> None:
    """Show the findings of a day: as sealed, or folded again as known on a date.

    Example: truceline findings demo/A --as-known-on 2020-11-14T12:00:00Z --json
    """
    if verdict:
        _one_of(verdict, VERDICTS, "--verdict")
    from truceline.cli.from_log import chosen, known_findings, stored_findings

    told = known_findings(directory, day, as_known_on) if as_known_on else stored_findings(directory, day)
    held = chosen(told.findings, explain) if explain else list(told.findings)
    held = [f for f in held if clause in ("", f.clause) and verdict in ("", f.verdict)]
    if told.remark:
        tell(told.remark)
    if json:
        answer({"day": told.day, "as_known_on": as_known_on, "exercise": told.exercise, "findings": held})
        return
    if told.exercise:
        print(f"EXERCISE {told.exercise}")
    if explain and held:
        from truceline.cli.explaining import explained
        from truceline.cli.from_log import records_of

        print("\n".join(explained(held[0], records_of(directory, held[0]))))
        return
    _list(held)


def report(
    directory: Centre,
    day: Annotated[str, typer.Argument(help="civil day, YYYY-MM-DD")],
    lang: Annotated[str, typer.Option(help=f"language: {', '.join(LANGUAGES)}")] = "en",
    form: Annotated[str, typer.Option("--format", help=f"one of {', '.join(REPORT_FORMATS)}")] = "html",
    out: Annotated[Path | None, typer.Option(help="file to write; stdout unless given")] = None,
) -> None:
    """Write the daily report of a day from the log.

    Example: truceline report demo/A 2020-11-20 --lang ru --format pdf --out report.pdf
    """
    _one_of(lang, LANGUAGES, "--lang")
    _one_of(form, REPORT_FORMATS, "--format")
    _check_place(out)
    from truceline.cli.from_log import folded_day
    from truceline.report.daily import render

    _write(render(folded_day(directory, day), lang, form), out)


def bundle(
    directory: Centre,
    finding: Annotated[str, typer.Argument(help="id (or its first signs) of a finding")],
    out: Annotated[Path, typer.Option(help="file to write")],
) -> None:
    """Write what a stranger needs to check a finding without the centre; check it with `truceline audit FILE`.

    Example: truceline bundle demo/A 7c1e04 --out finding.zip
    """
    _check_place(out)
    import msgspec

    from truceline.centre.bundle_files import write_bundle
    from truceline.cli.from_log import chosen, stored_findings

    held = chosen(stored_findings(directory, "").findings, finding)[0]
    size = write_bundle(directory, msgspec.json.encode(held), out)
    tell(f"{size:,} bytes in {out}; check it with: truceline audit {out}")


def export(
    directory: Centre,
    what: Annotated[str, typer.Option(help=f"one of {', '.join(EXPORTS)}")],
    out: Annotated[Path, typer.Option(help="file to write")],
    form: Annotated[str, typer.Option("--format", help=f"one of {', '.join(EXPORT_FORMATS)}")] = "geojson",
    day: Annotated[str, typer.Option(help="civil day, YYYY-MM-DD; the last sealed one unless given")] = "",
) -> None:
    """Export a day's tracks, findings, coverage, checks or observations for QGIS, pandas and DuckDB.

    Example: truceline export demo/A --what tracks --format parquet --out tracks.parquet
    """
    _one_of(what, EXPORTS, "--what")
    _one_of(form, EXPORT_FORMATS, "--format")
    _check_place(out)
    from truceline.cli.from_log import folded_day
    from truceline.report.opendata import export_bytes

    _write(export_bytes(folded_day(directory, day), what, form), out)


def _list(held: list[Finding]) -> None:
    from truceline.terms.time import format_time

    rows = [
        [
            finding.id[:8],
            finding.clause,
            finding.area,
            format_time(finding.start_ns)[5:16],
            finding.verdict,
            f"{finding.detection_min:.2f}",
            finding.deadline,
        ]
        for finding in held
    ]
    table(["id", "clause", "area", "from", "verdict", "D min", "deadline"], rows)


def _one_of(value: str, allowed: tuple[str, ...], option: str) -> None:
    if value not in allowed:
        raise Refusal(f"{option} {value!r} is not known", remedy=f"one of {', '.join(allowed)}")


def _check_place(out: Path | None) -> None:
    """Refuse before the long work what could not be written after it."""
    if out is not None and (out.is_dir() or not out.parent.is_dir()):
        reason = "it is a folder" if out.is_dir() else "there is no such folder"
        raise Refusal(f"cannot write ({reason})", where=str(out), remedy="name another --out")


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
