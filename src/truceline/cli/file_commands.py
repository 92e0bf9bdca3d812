"""Commands about files and means: decode, means, lint."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from truceline.cli.telling import answer, table, tell
from truceline.terms.faults import Refusal

NO = 1
SHOWN_FAULTS = 20


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("decode")(decode)
    app.command("means")(means)
    app.command("lint")(lint_agreements)


def decode(
    file: Annotated[Path, typer.Argument(help="file to read; its means is guessed unless named")],
    means: Annotated[str, typer.Option(help="name of the means (see: truceline means)")] = "",
    site: Annotated[str, typer.Option(help="where the sensor stands: LAT,LON,HEIGHT")] = "",
    date: Annotated[
        str, typer.Option(help="day of the data, YYYY-MM-DD, when its bytes hold only a time of day")
    ] = "",
    json: Annotated[bool, typer.Option("--json", help="answer with counts as JSON")] = False,
    parquet: Annotated[Path | None, typer.Option(help="write the observations to this Parquet file")] = None,
) -> None:
    """Decode a file without a centre and say what is in it.

    Example: truceline decode capture.pcap --site=-31.31,-64.21,500 --json
    """
    from truceline.centre.reading import noon, open_file, parse_site, read_body

    place = parse_site(site) if site else None
    dated_ns = noon(date) if date else 0
    opened = open_file(file, means or None)
    reading = read_body(opened.means, opened.body, dated_ns or opened.changed_ns, place)
    if parquet is not None:
        import pyarrow.parquet

        try:
            pyarrow.parquet.write_table(reading.observations.to_arrow(), parquet)
        except OSError as error:
            raise Refusal(
                f"cannot write ({error.strerror or error})", where=str(parquet), remedy="name another file"
            ) from error
        tell(f"{len(reading.observations):,} observations written to {parquet}")
    counts = {
        "means": opened.means.name,
        "records": reading.records,
        "observations": len(reading.observations),
        "watches": len(reading.watches),
        "faults": len(reading.faults),
    }
    if json:
        answer(counts)
        return
    for name, value in counts.items():
        print(f"{name:13s}{value:,}" if isinstance(value, int) else f"{name:13s}{value}")
    for fault in reading.faults[:SHOWN_FAULTS]:
        print(f"  fault at byte {fault.offset:,}, {fault.length:,} bytes: {fault.reason}")
    if len(reading.faults) > SHOWN_FAULTS:
        print(f"  and {len(reading.faults) - SHOWN_FAULTS:,} more")


def means(
    json: Annotated[bool, typer.Option("--json", help="answer as JSON")] = False,
) -> None:
    """List the technical means this installation can read."""
    from truceline.means.registry import every_means

    held = every_means().values()
    if json:
        answer([{"name": m.name, "standard": m.standard, "watch": m.watch or m.no_watch} for m in held])
        return
    table(
        ["means", "standard", "its Watch"],
        [[m.name, m.standard, m.watch or f"none: {m.no_watch}"] for m in held],
    )


def lint_agreements(
    agreement: Annotated[list[Path], typer.Argument(help="agreement files (TOML)")],
    json: Annotated[bool, typer.Option("--json", help="answer as JSON")] = False,
) -> None:
    """Check agreement files: every defect with its line and rule, and what no technical means can verify.

    Example: truceline lint agreements/2020-11-karabakh.toml
    """
    from truceline.agreement.text import lint
    from truceline.centre.reading import bytes_of

    found = [(path, defect) for path in agreement for defect in lint(bytes_of(path), path.name)]
    defects = [item for item in found if item[1].severity == "defect"]
    if json:
        answer(
            [
                {
                    "file": str(path),
                    "line": d.line,
                    "rule": d.rule,
                    "message": d.message,
                    "severity": d.severity,
                }
                for path, d in found
            ]
        )
    else:
        for path, defect in found:
            print(f"{path}:{defect.line}: {defect.severity} {defect.rule}: {defect.message}")
        print(f"{len(agreement)} files, {len(defects)} defects, {len(found) - len(defects)} notes")
    if defects:
        sys.exit(NO)
