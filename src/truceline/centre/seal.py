"""The seal: the parts' word about one civil day, computed again from the log alone.

    findings digest = content id of the sorted ids of the final findings
    signed text     = "truceline seal" LF canonical JSON of the seal without its signatures LF
Each part signs with its log's note key. Both parts fold the same inputs, so both sign the same text; a seal that bears
one signature is a single part's word until the other's stands in its log.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

import msgspec

from truceline import __version__
from truceline.cases.case import Case
from truceline.centre.config import config_digest
from truceline.centre.fold import agreement_at, fold_day
from truceline.centre.inputs import config_at
from truceline.centre.part import Part, Writing
from truceline.centre.spread import Spread, in_order
from truceline.record.note import Key, parse_signature, verify
from truceline.record.record import OUTPUTS, Record, inputs_digest
from truceline.report.day import Day, Head, Seal
from truceline.terms.faults import Refusal
from truceline.terms.ids import canonical, content_id, digest
from truceline.terms.time import civil_day, format_time
from truceline.verify.finding import Finding
from truceline.verify.norms import Norms


def findings_digest(findings: Sequence[Finding]) -> str:
    """Return the digest of the set of findings."""
    return content_id("findings", sorted(finding.id for finding in findings))


def sealed_text(seal: Seal) -> str:
    """Return the text that the parts sign: all but the signatures and what changed from this part's own live picture."""
    plain = msgspec.to_builtins(msgspec.structs.replace(seal, signatures={}, changes=()))
    return "truceline seal\n" + canonical(plain).decode() + "\n"


def read_seal(body: bytes) -> Seal:
    """Return the seal of a record's body.

    Raises:
        Refusal: the body is none.
    """
    try:
        return msgspec.json.decode(body, type=Seal)
    except msgspec.DecodeError as error:
        raise Refusal(f"unreadable seal: {error}", where="log") from error


def signed_by(seal: Seal, part: str, keys: Sequence[Key]) -> bool:
    """Return whether a seal bears the signature of one of a part's log keys."""
    line = seal.signatures.get(part, "")
    if not line:
        return False
    try:
        signature = parse_signature(line)
    except Refusal:
        return False
    return any(
        key.name == signature.name
        and key.key_id == signature.key_id
        and verify(key, sealed_text(seal), signature)
        for key in keys
    )


class Bulletin(msgspec.Struct, frozen=True):
    """One sealing as it stands in a part's log: the seal's record, the seal, and what was written beside it."""

    record: Record
    seal: Seal
    findings: tuple[Finding, ...]
    cases: tuple[Case, ...]


def bulletins(records: Iterable[Record], part: str) -> tuple[Bulletin, ...]:
    """Return a part's sealings in the order of its log: what was written since the last seal belongs to the next one.

    Raises:
        Refusal: one of its finding, case or seal records does not read.
    """
    made: list[Bulletin] = []
    findings: list[Finding] = []
    cases: list[Case] = []
    own = (record for record in records if record.kind in OUTPUTS and record.source == part)
    for record in sorted(own, key=lambda item: item.seq):
        try:
            if record.kind == "finding":
                findings.append(msgspec.json.decode(record.body, type=Finding))
            elif record.kind == "case":
                cases.append(msgspec.json.decode(record.body, type=Case))
        except msgspec.DecodeError as error:
            raise Refusal(f"unreadable {record.kind}: {error}", where=f"entry {record.seq}") from error
        if record.kind == "seal":
            made.append(Bulletin(record, read_seal(record.body), tuple(findings), tuple(cases)))
            findings, cases = [], []
    return tuple(made)


def last_seal(records: Sequence[Record], part: str, before: str | None = None) -> Seal | None:
    """Return the part's newest seal, or its newest one of a day before ``before`` (ISO date)."""
    held = sorted((r for r in records if r.kind == "seal" and r.source == part), key=lambda item: item.seq)
    seals = [read_seal(record.body) for record in held]
    return last_of(seals, before)


def last_of(seals: Sequence[Seal], before: str | None = None) -> Seal | None:
    """Return the newest seal of the latest day, or of the latest day before ``before`` (ISO date)."""
    chosen = [seal for seal in seals if before is None or seal.day < before]
    return max(enumerate(chosen), key=lambda item: (item[1].day, item[0]))[1] if chosen else None


def seal_of(
    day: Day, heads: tuple[Head, ...], joint: bool, earlier: Seal | None = None, changed: tuple[str, ...] = ()
) -> Seal:
    """Return the unsigned seal of a folded day.

    ``joint`` says that both parts agreed on the heads; ``earlier`` is the seal of the same day that this one supersedes;
    ``changed`` is what it changed (see ``changes``).
    """
    config = config_at(day.records, day.known_ns, day.part)
    counts = {
        "compliant": sum(finding.verdict == "compliant" for finding in day.findings),
        "violated": sum(finding.verdict == "violated" for finding in day.findings),
        "not verified": sum(finding.verdict == "not verified" for finding in day.findings),
        "records": len(day.records),
        "tracks": len(day.air.tracks),
        "ground_tracks": len(day.ground.tracks),
        "faults": len(day.faults),
    }
    return Seal(
        day=day.day,
        mode="joint" if joint and len(heads) > 1 and all(head.size for head in heads) else "single part",
        heads=heads,
        inputs=inputs_digest(record.content for record in day.records),
        findings=findings_digest(day.findings),
        cases=content_id("cases", [[case.id, case.outcome] for case in day.cases]),
        norms=day.norms,
        code=__version__,
        config=config_digest(config),
        counts=counts,
        exercise=day.exercise,
        known_ns=day.known_ns,
        supersedes=seal_id(earlier) if earlier else "",
        changes=changed,
    )


def seal_id(seal: Seal) -> str:
    """Return the id of a seal: the digest of the text its parts sign."""
    return digest(sealed_text(seal).encode())


def changes(before: Sequence[Finding], after: Sequence[Finding]) -> tuple[str, ...]:
    """Return what changed in a verdict: ``clause area start: was -> is``, with ``none`` for what was not there."""
    was = {_claim(finding): finding.verdict for finding in before}
    now = {_claim(finding): finding.verdict for finding in after}
    lines = []
    for claim in sorted({*was, *now}):
        old, new = was.get(claim, "none"), now.get(claim, "none")
        if old != new:
            clause, area, reading, start_ns, _ = claim
            span = f"{clause} {area} {reading} {format_time(start_ns)}".replace("  ", " ")
            lines.append(f"{span}: {old} -> {new}")
    return tuple(lines)


def superseding(before: Sequence[Finding], after: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings as final ones, each naming the earlier finding of the same claim that it supersedes."""
    was = {_claim(finding): finding.id for finding in before}
    return tuple(
        msgspec.structs.replace(
            finding,
            stage="final",
            supersedes=was[_claim(finding)] if was.get(_claim(finding), finding.id) != finding.id else "",
        )
        for finding in after
    )


def seal_day(
    part: Part,
    day: datetime.date,
    heads: tuple[Head, ...] | None = None,
    live: Day | None = None,
    spread: Spread = in_order,
) -> Day:
    """Fold a civil day again from the logs, sign it, write findings, cases and seal, and return it.

    ``heads`` are the tree heads both parts agreed to seal at; without them the part's present ones are used, and the seal
    is a single part's. A day sealed before gets a correction seal that supersedes; changes are told from that seal, else
    from ``live``.

    Raises:
        Refusal: the day has not ended, or no settings or agreement were in force.
    """
    agreed = heads or part.heads()
    sealed = bulletins(part.records_to({part.name: part.log.size}), part.name)
    earlier = next((item for item in reversed(sealed) if item.seal.day == day.isoformat()), None)
    previous = last_of([item.seal for item in sealed], before=day.isoformat())
    norms: Norms = previous.norms if previous else ()
    held = part.records_to({head.part: head.size for head in agreed})
    _check_over(part, held, day)
    folded = fold_day(held, part.name, day, None, norms, spread)
    before = earlier.findings if earlier else live.findings if live else folded.findings
    final = msgspec.structs.replace(
        folded, findings=superseding(earlier.findings if earlier else (), folded.findings)
    )
    seal = seal_of(
        final, agreed, heads is not None, earlier.seal if earlier else None, changes(before, final.findings)
    )
    signature = part.keys.log.sign(sealed_text(seal), 0)
    signed = msgspec.structs.replace(seal, signatures={part.name: signature.line.rstrip("\n")})
    now_ns = part.clock.now_ns()
    encode = msgspec.json.encode
    part.write(
        [
            *(Writing("finding", part.name, now_ns, encode(finding)) for finding in final.findings),
            *(Writing("case", part.name, now_ns, encode(case)) for case in final.cases),
            Writing("seal", part.name, now_ns, encode(signed)),
        ]
    )
    part.log.flush()
    return msgspec.structs.replace(final, seal=signed)


def _check_over(part: Part, held: Sequence[Record], day: datetime.date) -> None:
    now_ns = part.clock.now_ns()
    _, end_ns = civil_day(day, agreement_at(held, now_ns).time_zone)
    if now_ns < end_ns:
        raise Refusal(
            f"{day} has not ended: it is {format_time(now_ns)}, the day ends {format_time(end_ns)}",
            where=str(part.root),
            remedy="seal it then; truceline findings shows what is known so far",
        )


def _claim(finding: Finding) -> tuple[str, str, str, int, int]:
    return finding.clause, finding.area, finding.reading, finding.start_ns, finding.end_ns
