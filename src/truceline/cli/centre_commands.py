"""Commands of a running centre: init, run, ingest, seal, audit."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from truceline.agreement.text import lint
from truceline.centre.audit import audit_centre
from truceline.centre.bundle_files import unpacked
from truceline.centre.clock import SystemClock
from truceline.centre.config import CentreSettings, Config, HereSettings, PartSettings
from truceline.centre.part import Part, make_part
from truceline.centre.reading import open_file, parse_site
from truceline.centre.seal import seal_day
from truceline.centre.shipped import agreement_bytes
from truceline.centre.take_in import declare, take_file
from truceline.cli.serve import run_centre
from truceline.cli.telling import Progress, answer, table, tell
from truceline.record.policy import parse_policy
from truceline.terms.faults import Refusal
from truceline.terms.time import NS_PER_DAY, civil_day, parse_day

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
) -> None:
    """Make a new centre: centre.toml, keys, and a log that opens with the agreement.

    Example: truceline init centre --agreement 2020-11-karabakh.toml
    """
    body = agreement_bytes(agreement)
    defects = [item for item in lint(body, Path(agreement).name) if item.severity == "defect"]
    if defects:
        first = defects[0]
        raise Refusal(
            f"{first.rule}: {first.message}",
            where=f"{agreement}:{first.line}",
            remedy="truceline lint lists every defect",
        )
    config = Config(CentreSettings(name=name), part=(PartSettings(part),), here=HereSettings(part=part))
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
    effective_ns = civil_day(parse_day(date), "UTC")[0] + NS_PER_DAY // 2 if date else 0
    place = parse_site(site) if site else None
    taken = []
    for path in file:
        chosen = open_file(path, means or None).means.name
        declared = declare(directory, source or chosen, chosen, place)
        part = Part(directory)
        try:
            taken.append(take_file(part, path, declared, chosen, effective_ns))
        finally:
            part.close()
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
    progress = Progress()
    part = Part(directory)
    try:
        progress(f"folding {day} from the log")
        sealed = seal_day(part, parse_day(day))
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


def audit(
    path: Annotated[Path, typer.Argument(help="directory of a centre, or a bundle")],
    policy: Annotated[Path | None, typer.Option(help="tlog-policy file that pins the keys")] = None,
    json: Json = False,
) -> None:
    """Check the logs and compute every sealed day again: same or different. Needs no key and no network.

    Example: truceline audit demo/A --policy keys.policy
    """
    pinned = None
    if policy is not None:
        try:
            pinned = parse_policy(policy.read_bytes())
        except OSError as error:
            raise Refusal(f"cannot read ({error.strerror})", where=str(policy)) from error
    with unpacked(path) as root:
        result = audit_centre(root, pinned, tell=(lambda _: None) if json else print)
    if json:
        answer(msgspec.structs.replace(result, path=str(path)))
    else:
        print("keys pinned by the policy" if result.pinned else "keys not pinned: internally consistent only")
        print(
            "same" if result.same else f"different: step {result.steps[-1].number}, {result.steps[-1].name}"
        )
    if not result.same:
        sys.exit(NO)
