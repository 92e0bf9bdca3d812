"""The audit: anyone, anywhere, offline, without a key, computes the day again from the logs and says same or different.

Numbered steps, the first that fails ends it: ``bundle`` when the path is one and is damaged; the eight steps of
``record.audit`` for the own log and for each mirrored one; then

    records       every record of these logs can be read
    settings      the shared settings and the agreement in the log can be read
    heads         every seal's tree heads are heads these logs really had
    signatures    every seal is signed by the part that wrote it (by a pinned key, if keys are pinned); joint or single part
    inputs        the set of inputs up to those heads is the one sealed
    findings      folding those inputs again gives the sealed findings, id for id
    bulletins     the finding and case records written beside the seal are the ones computed, field for field
    cases         the joint outcomes follow from commitments that precede the reveals
    seal          what else the seal says (norm states, counts, settings, what it supersedes) is what is computed
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from truceline.cases.case import Case
from truceline.centre.bundle_files import Damaged, unpacked
from truceline.centre.config import Config
from truceline.centre.fold import fold_day
from truceline.centre.inputs import config_at
from truceline.centre.log_view import LogView
from truceline.centre.part import keys_of, settings_of, union, views_of
from truceline.centre.seal import Bulletin, bulletins, findings_digest, last_of, seal_of, signed_by
from truceline.centre.spread import Spread, in_order
from truceline.record.audit import Step, audit_log
from truceline.record.note import Key, parse_vkey
from truceline.record.policy import Group, Policy, policy_of
from truceline.record.prove import tree_root
from truceline.record.record import Record, inputs_digest
from truceline.report.day import Day, Seal
from truceline.terms.faults import Broken, Refusal
from truceline.terms.ids import content_id
from truceline.terms.time import parse_day
from truceline.verify.norms import Norms

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


def audit_path(
    path: Path, policy: Policy | None = None, spread: Spread = in_order, tell: Tell = lambda _: None
) -> Audited:
    """Check a centre directory or a bundle and compute every sealed day again.

    Raises:
        Refusal: ``path`` is neither.
    """
    steps = _Steps(tell)
    try:
        with unpacked(path) as root:
            return msgspec.structs.replace(audit_centre(root, policy, spread, tell), path=str(path))
    except Damaged as damaged:
        try:
            steps.add("bundle", False, str(damaged))
        except _No:
            pass
    return Audited(str(path), False, policy is not None, tuple(steps.done))


def audit_centre(
    root: Path, policy: Policy | None = None, spread: Spread = in_order, tell: Tell = lambda _: None
) -> Audited:
    """Check a centre directory and compute every sealed day again.

    Raises:
        Refusal: there is no centre directory at ``root``.
    """
    if not (root / "log").is_dir():
        raise Refusal(
            "no centre directory", where=str(root), remedy="name a directory that holds centre.toml and log/"
        )
    own = settings_of(root).here.part
    steps = _Steps(tell)
    days: list[str] = []
    digest = ""
    try:
        views = views_of(root, own)
        for name, view in views.items():
            for step in audit_log(view, policy).steps:
                steps.add(f"log {name}: {step.name}", step.passed, step.reason)
        for seal, found in _sealed_days(own, views, steps, spread, policy):
            days.append(seal.day)
            digest = found
    except _No:
        return Audited(str(root), False, policy is not None, tuple(steps.done), tuple(days), digest)
    return Audited(str(root), True, policy is not None, tuple(steps.done), tuple(days), digest)


def declared_policy(root: Path) -> Policy:
    """Return the policy of the keys that a centre's settings declare: both logs, each cosigned by the other part.

    Hand it out by another way than the log itself. With one part alone no cosignature is asked for.

    Raises:
        Refusal: no centre there.
    """
    config = settings_of(root)
    logs = [key for part in config.part for key in keys_of(part)]
    cosigners = {part.name: [parse_vkey(text) for text in part.mirror_keys] for part in config.part}
    both = [name for name, keys in cosigners.items() if keys]
    if len(both) < 2 or len(views_of(root, config.here.part)) < 2:
        return policy_of(logs)
    whole = policy_of(logs, [key for name in both for key in cosigners[name]])
    groups = []
    for name in both:
        members = tuple(witness for witness, key in whole.witnesses if key in cosigners[name])
        groups.append(Group(f"part-{name}", len(members), members))
    every = Group("other-part", 1, tuple(group.name for group in groups))
    return Policy(whole.logs, whole.witnesses, (*groups, every), every.name)


def _sealed_days(
    own: str, views: dict[str, LogView], steps: _Steps, spread: Spread, policy: Policy | None
) -> Iterator[tuple[Seal, str]]:
    try:
        everything = union((name, view, view.size) for name, view in views.items())
        sealed = bulletins(everything, own)
        others = {name: bulletins(everything, name) for name in views if name != own}
    except Refusal as refusal:
        steps.add("records", False, str(refusal))
        return
    steps.add("records", True, f"{len(everything):,} records")
    last_ns = max((record.stamp_ns for record in everything), default=0)
    try:
        config = config_at(everything, last_ns, own)
    except Refusal as refusal:
        steps.add("settings", False, str(refusal))
        return
    origins = {part.name: {key.name for key in keys_of(part)} for part in config.part}
    for name, view in views.items():
        if view.size and view.head().origin not in origins.get(name, set()):
            steps.add(
                "settings", False, f"log {name} is {view.head().origin}, which is no log of part {name}"
            )
    steps.add("settings", True, f"{len(config.source)} sources, {len(config.part)} parts")
    if not sealed:
        steps.add("seals", True, "no day is sealed yet; nothing to compute again")
    for number, bulletin in enumerate(sealed):
        seal = bulletin.seal
        before = [item.seal for item in sealed[:number]]
        norms = _norms(last_of(before, before=seal.day))
        held = _heads(views, seal, steps)
        day = _folded(held, seal, own, norms, spread, steps)
        _signatures(others, seal, config_at(day.records, day.known_ns, own), own, policy, steps)
        _inputs(day, seal, steps)
        _findings(day, seal, steps)
        _bulletins(bulletin, day, steps)
        _cases(day, seal, steps)
        _rest(bulletin, day, before, steps)
        yield seal, findings_digest(day.findings)


def _norms(previous: Seal | None) -> Norms:
    return previous.norms if previous else ()


def _heads(views: dict[str, LogView], seal: Seal, steps: _Steps) -> list[Record]:
    for head in seal.heads:
        view = views.get(head.part)
        if view is None or view.size < head.size:
            steps.add("heads", False, f"{seal.day}: log {head.part} with {head.size} entries is not here")
        elif head.size and tree_root(view.tile, view.size, head.size).hex() != head.root:
            steps.add("heads", False, f"{seal.day}: log {head.part} had another root at {head.size} entries")
    steps.add("heads", True, f"{seal.day}: " + ", ".join(f"{h.part} {h.size}" for h in seal.heads))
    return union((head.part, views[head.part], head.size) for head in seal.heads)


def _folded(held: list[Record], seal: Seal, own: str, norms: Norms, spread: Spread, steps: _Steps) -> Day:
    try:
        return fold_day(held, own, parse_day(seal.day), None, norms, spread)
    except Refusal as refusal:
        steps.add("fold", False, f"{seal.day}: {refusal}")
        raise Broken("a failed step goes on", where="audit") from refusal


def _signatures(
    others: dict[str, tuple[Bulletin, ...]],
    seal: Seal,
    config: Config,
    own: str,
    policy: Policy | None,
    steps: _Steps,
) -> None:
    keys = {part.name: _trusted(keys_of(part), policy) for part in config.part}
    if not signed_by(seal, own, keys.get(own, ())):
        pinned = " with a pinned key" if policy is not None else ""
        steps.add("signatures", False, f"{seal.day}: the seal bears no valid signature of part {own}{pinned}")
    joined = [own]
    for other in sorted(set(keys) - {own}):
        theirs = [item.seal for item in others.get(other, ()) if item.seal.day == seal.day]
        same = [item for item in theirs if (item.findings, item.inputs) == (seal.findings, seal.inputs)]
        if any(signed_by(item, other, keys[other]) for item in same):
            joined.append(other)
    word = "joint" if len(joined) == len(keys) and len(keys) > 1 else "single part"
    steps.add("signatures", True, f"{seal.day}: {word}, sealed by {', '.join(joined)}")


def _trusted(keys: tuple[Key, ...], policy: Policy | None) -> tuple[Key, ...]:
    return keys if policy is None else tuple(key for key in keys if key in policy.logs)


def _inputs(day: Day, seal: Seal, steps: _Steps) -> None:
    found = inputs_digest(record.content for record in day.records)
    steps.add("inputs", found == seal.inputs, f"{seal.day}: {len(day.records)} inputs, digest {found[:16]}")


def _findings(day: Day, seal: Seal, steps: _Steps) -> None:
    found = findings_digest(day.findings)
    same = "same" if found == seal.findings else f"different: sealed {seal.findings[:16]}"
    reason = f"{seal.day}: {len(day.findings)} findings, digest {found[:16]}, {same}"
    steps.add("findings", found == seal.findings, reason)


def _bulletins(bulletin: Bulletin, day: Day, steps: _Steps) -> None:
    computed = {finding.id: finding for finding in day.findings}
    odd = {finding.id for finding in bulletin.findings} ^ computed.keys()
    for finding in bulletin.findings:
        plain = msgspec.structs.replace(finding, stage="provisional", supersedes="")
        if finding.id in computed and plain != computed[finding.id]:
            odd.add(finding.id)
    if odd:
        steps.add("bulletins", False, f"{day.day}: {len(odd)} findings differ, first {min(odd)[:16]}")
    if tuple(bulletin.cases) != day.cases:
        steps.add("bulletins", False, f"{day.day}: the cases written are not the ones computed")
    written = len(bulletin.findings), len(bulletin.cases)
    steps.add("bulletins", True, f"{day.day}: {written[0]} findings and {written[1]} cases written")


def _cases(day: Day, seal: Seal, steps: _Steps) -> None:
    found = content_id("cases", [[case.id, case.outcome] for case in day.cases])
    told = ", ".join(_told(case) for case in day.cases) or "none"
    steps.add("cases", found == seal.cases, f"{day.day}: {told}")


def _rest(bulletin: Bulletin, day: Day, before: Sequence[Seal], steps: _Steps) -> None:
    seal = bulletin.seal
    earlier = next((item for item in reversed(before) if item.day == seal.day), None)
    wanted = seal_of(day, seal.heads, seal.mode == "joint", earlier, seal.changes)
    plain = msgspec.structs.replace(seal, signatures={}, code=wanted.code)
    odd = [name for name in seal.__struct_fields__ if getattr(plain, name) != getattr(wanted, name)]
    code = "" if seal.code == wanted.code else f"; sealed by version {seal.code}, computed by {wanted.code}"
    reason = (
        f"{seal.day}: {', '.join(odd)} are not what is computed" if odd else f"{seal.day}: as computed{code}"
    )
    steps.add("seal", not odd, reason)


def _told(case: Case) -> str:
    rejected = f", {len(case.rejected)} rejected" if case.rejected else ""
    return f"{case.id[:8]} {case.outcome}{rejected}"
