"""What the commands that answer from the log share: a day folded again, and the findings as they were sealed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from truceline.centre.fold import fold_day
from truceline.centre.part import look
from truceline.centre.seal import Bulletin, bulletins, last_seal
from truceline.cli.telling import Progress
from truceline.record.record import Record
from truceline.report.day import Day
from truceline.terms.faults import Refusal
from truceline.terms.time import parse_day, parse_time
from truceline.verify.finding import Finding


class Told(msgspec.Struct, frozen=True):
    """Findings with the day they are of, the exercise they come from, and a remark for the person who asked."""

    findings: tuple[Finding, ...]
    day: str
    exercise: str
    remark: str = ""


def known_findings(directory: Path, day: str, as_known_on: str) -> Told:
    """Return the findings of a day (or of the day that holds the instant) from the records stamped by an instant.

    Raises:
        Refusal: no centre there, no such day or instant, or no configuration or agreement was known then.
    """
    known_ns = parse_time(as_known_on)
    chosen_day = parse_day(day) if day else None
    name, records = look(directory)
    folded = fold_day(records, name, chosen_day, known_ns)
    return Told(folded.findings, folded.day, folded.exercise)


def stored_findings(directory: Path, day: str) -> Told:
    """Return the findings written with the newest seal (of a day), else those of a fold, saying that it is provisional.

    Raises:
        Refusal: no centre there, or no such day.
    """
    chosen_day = parse_day(day).isoformat() if day else ""
    name, records = look(directory)
    held = _newest(bulletins(records, name), chosen_day)
    if held is None:
        folded = fold_day(records, name, parse_day(chosen_day) if chosen_day else None)
        remark = f"{folded.day} is not sealed; these findings are provisional"
        return Told(folded.findings, folded.day, folded.exercise, remark)
    return Told(held.findings, held.seal.day, held.seal.exercise)


def folded_day(directory: Path, day: str) -> Day:
    """Return a day folded again as it was last sealed, with its seal; a day that is not sealed as it stands now.

    Raises:
        Refusal: no centre there, or no such day.
    """
    chosen_day = parse_day(day).isoformat() if day else ""
    name, records = look(directory)
    progress = Progress()
    sealed = bulletins(records, name)
    chosen_day = chosen_day or (sealed[-1].seal.day if sealed else "")
    progress(f"folding {chosen_day or 'the last day'} from the log")
    held = _newest(sealed, chosen_day)
    before = last_seal(records, name, before=chosen_day) if chosen_day else None
    if held is not None:
        sizes = {head.part: head.size for head in held.seal.heads}
        _, records = look(directory, sizes)
    folded = fold_day(
        records, name, parse_day(chosen_day) if chosen_day else None, None, before.norms if before else ()
    )
    if held is None:
        return folded
    return msgspec.structs.replace(folded, findings=held.findings, seal=held.seal)


def chosen(held: Sequence[Finding], prefix: str) -> list[Finding]:
    """Return the one finding whose id begins with a prefix.

    Raises:
        Refusal: there is none, or more than one.
    """
    found = [finding for finding in held if finding.id.startswith(prefix)]
    if len(found) != 1:
        raise Refusal(
            f"{len(found)} findings begin with {prefix!r}", remedy="`truceline findings DIR` lists them"
        )
    return found


def records_of(directory: Path, finding: Finding) -> dict[str, Record]:
    """Return the records that a finding cites, by content id."""
    cited = {content for content, _ in finding.evidence}
    return {record.content: record for record in look(directory)[1] if record.content in cited}


def _newest(sealed: Sequence[Bulletin], day: str) -> Bulletin | None:
    return next((item for item in reversed(sealed) if day in ("", item.seal.day)), None)
