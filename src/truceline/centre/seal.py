"""The seal: the parts' word about one civil day, computed again from the log alone.

    findings digest = content id of the sorted ids of the final findings
    signed text     = "truceline seal" LF canonical JSON of the seal without its signatures LF
Each part signs with its log's note key. Both parts fold the same inputs, so both sign the same text; a seal that bears
one signature is a single part's word until the other's stands in its log.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import msgspec

from truceline import __version__
from truceline.centre.config import config_digest
from truceline.centre.fold import Norms, fold_day
from truceline.centre.inputs import config_at
from truceline.centre.part import Part, Writing
from truceline.centre.spread import Spread, in_order
from truceline.record.note import Key, parse_signature, verify
from truceline.record.record import Record, inputs_digest
from truceline.report.day import Day, Head, Seal
from truceline.terms.faults import Refusal
from truceline.terms.ids import canonical, content_id, digest
from truceline.verify.finding import Finding


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
    signature = parse_signature(line)
    return any(
        key.name == signature.name
        and key.key_id == signature.key_id
        and verify(key, sealed_text(seal), signature)
        for key in keys
    )


def last_seal(records: Sequence[Record], part: str, before: str | None = None) -> Seal | None:
    """Return the part's newest seal, or its newest one of a day before ``before`` (ISO date)."""
    seals = [read_seal(record.body) for record in records if record.kind == "seal" and record.source == part]
    chosen = [seal for seal in seals if before is None or seal.day < before]
    return chosen[-1] if chosen else None


def seal_of(day: Day, heads: tuple[Head, ...], records: Sequence[Record], before: Day | None = None) -> Seal:
    """Return the unsigned seal of a folded day; ``before`` is the live Day whose changes it lists."""
    config = config_at(day.records, day.known_ns)
    counts = {
        "compliant": sum(finding.verdict == "compliant" for finding in day.findings),
        "violated": sum(finding.verdict == "violated" for finding in day.findings),
        "not verified": sum(finding.verdict == "not verified" for finding in day.findings),
        "records": len(day.records),
        "tracks": len(day.air.tracks),
        "faults": len(day.faults),
    }
    return Seal(
        day=day.day,
        mode="joint" if all(head.size for head in heads) and len(heads) > 1 else "single part",
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
        supersedes=_superseded(records, day),
        changes=changes(before, day),
    )


def changes(before: Day | None, day: Day) -> tuple[str, ...]:
    """Return what the seal changed from the live findings: ``clause area start: was -> is``."""
    if before is None:
        return ()
    was = {(f.clause, f.area, f.reading, f.start_ns, f.end_ns): f.verdict for f in before.findings}
    lines = []
    for finding in day.findings:
        key = (finding.clause, finding.area, finding.reading, finding.start_ns, finding.end_ns)
        if key in was and was[key] != finding.verdict:
            lines.append(
                f"{finding.clause} {finding.area} {finding.start_ns}: {was[key]} -> {finding.verdict}"
            )
    return tuple(sorted(lines))


def seal_day(
    part: Part,
    day: datetime.date,
    heads: tuple[Head, ...] | None = None,
    live: Day | None = None,
    spread: Spread = in_order,
) -> Day:
    """Fold a civil day again from the logs, sign it, write findings, cases and seal, and return it.

    ``heads`` are the tree heads both parts agreed to seal at; without them the part's present ones are used.

    Raises:
        Refusal: the day has not ended by what the log knows, or no agreement was in force.
    """
    agreed = heads or part.heads()
    records = part.records()
    sealed_at = {head.part: head.size for head in agreed}
    held = [record for record in part.records_to(sealed_at)]
    previous = last_seal(records, part.name, before=day.isoformat())
    norms: Norms = previous.norms if previous else ()
    folded = fold_day(held, part.name, day, None, norms, spread)
    final = msgspec.structs.replace(
        folded, findings=tuple(msgspec.structs.replace(finding, stage="final") for finding in folded.findings)
    )
    seal = seal_of(final, agreed, records, live)
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


def _superseded(records: Sequence[Record], day: Day) -> str:
    held = [
        read_seal(record.body) for record in records if record.kind == "seal" and record.source == day.part
    ]
    same = [seal for seal in held if seal.day == day.day]
    return digest(sealed_text(same[-1]).encode()) if same else ""
