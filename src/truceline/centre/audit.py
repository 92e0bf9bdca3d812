"""The audit: anyone, anywhere, offline, without a key, computes the day again from the logs and says same or different.

Numbered steps, the first that fails ends it: the eight steps of ``record.audit`` for the own log and for each mirrored one,
then

    settings      the shared settings and the agreement in the log can be read
    heads         every seal's tree heads are heads these logs really had
    signatures    every seal is signed by the part that wrote it; says joint or single part
    inputs        the set of inputs up to those heads is the one sealed
    findings      folding those inputs again gives the sealed findings, id for id
    bulletins     the finding records written beside the seal are the ones computed
    cases         the joint outcomes follow from commitments that precede the reveals
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from truceline.cases.case import Case
from truceline.centre.config import Config
from truceline.centre.fold import Norms, fold_day
from truceline.centre.inputs import canonical_order, config_at
from truceline.centre.log_view import LogView
from truceline.centre.part import SETTINGS, keys_of, settings_of, union
from truceline.centre.seal import findings_digest, read_seal, signed_by
from truceline.centre.spread import Spread, in_order
from truceline.record.audit import Step, audit_log
from truceline.record.policy import Policy
from truceline.record.prove import tree_root
from truceline.record.record import Record, inputs_digest
from truceline.report.day import Day, Seal
from truceline.terms.faults import Refusal
from truceline.terms.ids import content_id
from truceline.verify.finding import Finding

Tell = Callable[[str], None]


class Audited(msgspec.Struct, frozen=True):
    """The answer: the steps up to the first that failed, whether keys were pinned, and the days sealed."""

    path: str
    same: bool
    pinned: bool
    steps: tuple[Step, ...]
    days: tuple[str, ...] = ()
    findings_digest: str = ""


class _No(Exception):
    """A step's answer is no."""


class _Steps:
    """The steps so far, numbered through."""

    def __init__(self, tell: Tell) -> None:
        self.done: list[Step] = []
        self._tell = tell

    def add(self, name: str, passed: bool, reason: str) -> None:
        self.done.append(Step(len(self.done) + 1, name, passed, reason))
        self._tell(f"{len(self.done):3d}  {'passed' if passed else 'FAILED'}  {name}: {reason}")
        if not passed:
            raise _No


def audit_centre(
    root: Path, policy: Policy | None = None, spread: Spread = in_order, tell: Tell = lambda _: None
) -> Audited:
    """Check a centre directory and compute every sealed day again.

    Raises:
        Refusal: there is no centre directory at ``root``.
    """
    if not (root / SETTINGS).is_file() and not (root / "log").is_dir():
        raise Refusal(
            "no centre directory", where=str(root), remedy="name a directory that holds centre.toml and log/"
        )
    steps = _Steps(tell)
    days: list[str] = []
    digest = ""
    try:
        views = _views(root)
        for name, view in views.items():
            for step in audit_log(view, policy).steps:
                steps.add(f"log {name}: {step.name}", step.passed, step.reason)
        for seal, found in _sealed_days(root, views, steps, spread):
            days.append(seal.day)
            digest = found
    except _No:
        return Audited(str(root), False, policy is not None, tuple(steps.done), tuple(days), digest)
    except Refusal as refusal:
        steps.done.append(Step(len(steps.done) + 1, "records", False, str(refusal)))
        tell(f"{len(steps.done):3d}  FAILED  records: {refusal}")
        return Audited(str(root), False, policy is not None, tuple(steps.done), tuple(days), digest)
    return Audited(str(root), True, policy is not None, tuple(steps.done), tuple(days), digest)


def _views(root: Path) -> dict[str, LogView]:
    own = settings_of(root).here.part
    mirrored = sorted(path for path in (root / "mirror").glob("*") if (path / "log").is_dir())
    return {own: LogView(root), **{path.name: LogView(path) for path in mirrored}}


def _sealed_days(
    root: Path, views: dict[str, LogView], steps: _Steps, spread: Spread
) -> Iterator[tuple[Seal, str]]:
    own = settings_of(root).here.part
    everything = union((view, view.size) for view in views.values())
    try:
        config = config_at(canonical_order(everything), max(record.stamp_ns for record in everything))
    except (Refusal, ValueError) as error:
        steps.add("settings", False, str(error))
        return
    steps.add("settings", True, f"{len(config.source)} sources, {len(config.part)} parts")
    seals = [(r, read_seal(r.body)) for r in everything if r.kind == "seal" and r.source == own]
    if not seals:
        steps.add("seals", True, "no day is sealed yet; nothing to compute again")
    norms: Norms = ()
    for record, seal in seals:
        held = _heads(views, seal, steps)
        _signatures(everything, seal, config, own, steps)
        day = _folded(held, seal, own, norms, spread, steps)
        _bulletins(everything, record, day, steps)
        _cases(day, seal, steps)
        norms = seal.norms
        yield seal, findings_digest(day.findings)


def _heads(views: dict[str, LogView], seal: Seal, steps: _Steps) -> list[Record]:
    for head in seal.heads:
        view = views.get(head.part)
        if view is None or view.size < head.size:
            steps.add("heads", False, f"{seal.day}: log {head.part} with {head.size} entries is not here")
        elif head.size and tree_root(view.tile, view.size, head.size).hex() != head.root:
            steps.add("heads", False, f"{seal.day}: log {head.part} had another root at {head.size} entries")
    steps.add("heads", True, f"{seal.day}: " + ", ".join(f"{h.part} {h.size}" for h in seal.heads))
    return union((views[head.part], head.size) for head in seal.heads)


def _signatures(everything: Sequence[Record], seal: Seal, config: Config, own: str, steps: _Steps) -> None:
    keys = {part.name: keys_of(part) for part in config.part}
    if not signed_by(seal, own, keys.get(own, ())):
        steps.add("signatures", False, f"{seal.day}: the seal bears no valid signature of part {own}")
    joined = [own]
    for other in sorted(set(keys) - {own}):
        theirs = [read_seal(r.body) for r in everything if r.kind == "seal" and r.source == other]
        same = [item for item in theirs if item.day == seal.day and item.findings == seal.findings]
        if any(signed_by(item, other, keys[other]) and item.inputs == seal.inputs for item in same):
            joined.append(other)
    word = "joint" if len(joined) == len(keys) and len(keys) > 1 else "single part"
    steps.add("signatures", True, f"{seal.day}: {word}, sealed by {', '.join(joined)}")


def _folded(held: list[Record], seal: Seal, own: str, norms: Norms, spread: Spread, steps: _Steps) -> Day:
    day = fold_day(held, own, datetime.date.fromisoformat(seal.day), None, norms, spread)
    found = inputs_digest(record.content for record in day.records)
    steps.add("inputs", found == seal.inputs, f"{seal.day}: {len(day.records)} inputs, digest {found[:16]}")
    found = findings_digest(day.findings)
    same = "same" if found == seal.findings else f"different: sealed {seal.findings[:16]}"
    steps.add(
        "findings",
        found == seal.findings,
        f"{seal.day}: {len(day.findings)} findings, digest {found[:16]}, {same}",
    )
    return day


def _bulletins(everything: Sequence[Record], sealed: Record, day: Day, steps: _Steps) -> None:
    written = {
        msgspec.json.decode(record.body, type=Finding).id
        for record in everything
        if record.kind == "finding" and record.source == sealed.source and record.stamp_ns == sealed.stamp_ns
    }
    odd = written ^ {finding.id for finding in day.findings}
    reason = (
        f"{day.day}: {len(written)} written"
        if not odd
        else f"{day.day}: {len(odd)} differ, first {min(odd)[:16]}"
    )
    steps.add("bulletins", not odd, reason)


def _cases(day: Day, seal: Seal, steps: _Steps) -> None:
    found = content_id("cases", [[case.id, case.outcome] for case in day.cases])
    told = ", ".join(_told(case) for case in day.cases) or "none"
    steps.add("cases", found == seal.cases, f"{day.day}: {told}")


def _told(case: Case) -> str:
    rejected = f", {len(case.rejected)} rejected" if case.rejected else ""
    return f"{case.id[:8]} {case.outcome}{rejected}"
