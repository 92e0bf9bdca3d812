"""Commands of a running centre: init, run, ingest, seal, audit."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from truceline.cli.telling import Progress, answer, table, tell
from truceline.terms.faults import Refusal

NO = 1
Json = Annotated[bool, typer.Option("--json", help="answer as JSON")]
Centre = Annotated[Path, typer.Argument(help="directory of the centre")]


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("init")(init)
    app.command("run")(run)
    app.command("ingest")(ingest)
    app.command("seal")(seal)
    app.command("audit")(audit)


def init(
    directory: Centre,
    agreement: Annotated[str, typer.Option(help="agreement file (TOML), or the name of a shipped one")],
    part: Annotated[str, typer.Option(help="letter of the part that runs here")] = "A",
    name: Annotated[
        str, typer.Option(help="name of the centre, on every report")
    ] = "Joint monitoring centre",
    theatre: Annotated[
        str,
        typer.Option(
            help="LAT,LON of the theatre grid's origin; the middle of the agreement's areas unless given"
        ),
    ] = "",
) -> None:
    """Make a new centre: centre.toml, keys, and a log that opens with the agreement.

    Example: truceline init centre --agreement 2020-11-karabakh.toml
    """
    from truceline.centre.clock import SystemClock
    from truceline.centre.founding import first_config
    from truceline.centre.part import make_part
    from truceline.centre.reading import parse_origin
    from truceline.centre.shipped import agreement_bytes

    body = agreement_bytes(agreement)
    config = first_config(body, agreement, part, name, parse_origin(theatre) if theatre else None)
    made = make_part(directory, config, body, SystemClock())
    made.close()
    tell(f"centre made in {directory}; declare its sensors as [[source]] in {directory / 'centre.toml'}")
    tell(f"then: truceline run {directory}")


def run(
    directory: Centre,
    port: Annotated[int, typer.Option(help="port of the desk; -1 takes the one of centre.toml")] = -1,
) -> None:
    """Open the doors and the desk; Ctrl-C stops cleanly, and the next start goes on from the log.

    Example: truceline run centre
    """
    from truceline.cli.serve import run_centre

    run_centre(directory, port)


def ingest(
    directory: Centre,
    file: Annotated[list[Path], typer.Argument(help="files to take in, each as one record")],
    means: Annotated[str, typer.Option(help="name of the means; guessed unless named")] = "",
    source: Annotated[str, typer.Option(help="name of the source; the means' own name unless given")] = "",
    site: Annotated[str, typer.Option(help="where the sensor stands: LAT,LON,HEIGHT")] = "",
    date: Annotated[
        str, typer.Option(help="day of the data, YYYY-MM-DD, when its bytes hold only a time of day")
    ] = "",
    json: Json = False,
) -> None:
    """Take files into the log and say what is in them; sealing their day makes the findings.

    Example: truceline ingest centre capture.pcap --source R7 --site=-31.31,-64.21,500
    """
    from truceline.centre.reading import noon, parse_site
    from truceline.centre.take_in import take_files

    effective_ns = noon(date) if date else 0
    place = parse_site(site) if site else None
    taken = take_files(directory, file, means, source, place, effective_ns)
    if json:
        answer(taken)
        return
    head = ["file", "means", "source", "records", "observations", "watches", "faults", "first", "last"]
    rows = [[str(getattr(item, name)) for name in head] for item in taken]
    table(head, rows)


def seal(
    directory: Centre,
    day: Annotated[str, typer.Argument(help="civil day of the agreement, YYYY-MM-DD")],
    json: Json = False,
) -> None:
    """Fold a civil day again from the log, sign it and write its findings.

    Example: truceline seal centre 2020-11-20
    """
    from truceline.centre.part import Part
    from truceline.centre.seal import seal_day
    from truceline.terms.time import parse_day

    chosen = parse_day(day)
    progress = Progress()
    part = Part(directory)
    try:
        progress(f"folding {day} from the log")
        sealed = seal_day(part, chosen)
    finally:
        part.close()
    progress(f"sealed: {len(sealed.findings)} findings")
    if sealed.seal is not None and json:
        answer(sealed.seal)
    elif sealed.seal is not None:
        counts = sealed.seal.counts
        print(
            f"{day} {sealed.seal.mode}: {counts['violated']} violated, {counts['not verified']} not verified, "
            f"{counts['compliant']} compliant; digest {sealed.seal.findings[:16]}"
        )
        for change in sealed.seal.changes:
            print(f"  changed: {change}")


def audit(
    path: Annotated[Path, typer.Argument(help="directory of a centre, or a bundle")],
    policy: Annotated[Path | None, typer.Option(help="tlog-policy file that pins the keys")] = None,
    print_policy: Annotated[
        bool, typer.Option("--print-policy", help="print the policy of the keys declared here, check nothing")
    ] = False,
    json: Json = False,
) -> None:
    """Check the logs and compute every sealed day again: same or different. Needs no key and no network.

    Pin the keys with a policy file that each guarantor hands out by another way than the log: `--print-policy`
    writes the one of this centre.

    Example: truceline audit demo/A --policy keys.policy
    """
    from truceline.centre.audit import audit_path, declared_policy
    from truceline.centre.bundle_files import unpacked
    from truceline.centre.reading import bytes_of
    from truceline.record.policy import format_policy, parse_policy

    if print_policy:
        with unpacked(path) as root:
            sys.stdout.buffer.write(format_policy(declared_policy(root)))
        return
    pinned = None
    if policy is not None:
        try:
            pinned = parse_policy(bytes_of(policy))
        except Refusal as refusal:
            where = refusal.where if str(policy) in refusal.where else f"{policy}: {refusal.where}"
            raise Refusal(refusal.what, where=where, remedy=refusal.remedy) from refusal
    result = audit_path(path, pinned, tell=(lambda _: None) if json else print)
    if json:
        answer(result)
    else:
        print("keys pinned by the policy" if result.pinned else "keys not pinned: internally consistent only")
        print(
            "same" if result.same else f"different: step {result.steps[-1].number}, {result.steps[-1].name}"
        )
    if not result.same:
        sys.exit(NO)
