"""One guarantor's part on disk: its configuration, keys, log, and its mirror of the other part's log.

    DIR/centre.toml  log/  blobs/  private/  spool/  derived/  mirror/<part>/{log,blobs}
The union of the own log and the mirror is what a fold reads; outputs of either are never read back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from truceline.centre.clock import Clock, SystemClock
from truceline.centre.config import Config, PartSettings, read_config, shared_body, write_config
from truceline.centre.inputs import SETTINGS_SOURCE
from truceline.centre.keys import PartKeys, load_keys, make_keys, save_keys
from truceline.centre.log_view import LogView
from truceline.centre.mirror_log import MirrorLog
from truceline.centre.store_files import FileLog
from truceline.record.note import Key, parse_vkey
from truceline.record.policy import KEYS_SOURCE, Policy, format_policy, policy_of
from truceline.record.record import Encoded, Record, encode_entry
from truceline.report.day import Head
from truceline.terms.faults import Refusal

SETTINGS = "centre.toml"


class Writing(msgspec.Struct, frozen=True):
    """One record to be written: ``effective_ns`` 0 means that it acts from its stamp."""

    kind: str
    source: str
    stamp_ns: int
    body: bytes
    effective_ns: int = 0


class Part:
    """A part held open by its one writer."""

    def __init__(self, root: Path, clock: Clock | None = None, rhythm_s: float = 1.0) -> None:
        """Open the part in ``root``; the configuration enters the log when it has changed.

        Raises:
            Refusal: no centre there, bad settings, or another process writes it.
        """
        self.root = root
        self.clock: Clock = clock or SystemClock()
        self.config = settings_of(root)
        self.keys = load_keys(root / "private" / "keys")
        self.log = FileLog(root, self.keys.signers, rhythm_s=rhythm_s, clock=self.clock.now_ns)
        self.mirrors = {
            other.name: MirrorLog(
                root / "mirror" / other.name, keys_of(other), self.keys.cosigners, clock=self.clock.now_ns
            )
            for other in self.config.part
            if other.name != self.name and other.log_keys
        }
        self._log_settings()

    @property
    def name(self) -> str:
        """The letter of the part."""
        return self.config.here.part

    def write(self, writings: Sequence[Writing]) -> range:
        """Write records and return their numbers when all are durable."""
        return self.log.write([_encode(item) for item in writings])

    def records(self) -> list[Record]:
        """Return the records of the own log and of the mirrors, published or not."""
        held = list(self.log.records(0, self.log.size))
        for mirror in self.mirrors.values():
            held += mirror.view.records(0, mirror.view.size)
        return held

    def records_to(self, sizes: dict[str, int]) -> list[Record]:
        """Return the records of each log up to a size (0 when a part is not named)."""
        own = list(self.log.records(0, sizes.get(self.name, 0)))
        mirrored = [(mirror.view, sizes.get(name, 0)) for name, mirror in self.mirrors.items()]
        return own + union(mirrored)

    def follow(self, other: Part) -> None:
        """Copy and check what the other part has published, and give it our cosignatures on it.

        Raises:
            Refusal: its log forked, rolled back or is damaged; what proves it is kept in the mirror's evidence/.
        """
        note = self.mirrors[other.name].follow(other.log)
        other.log.attach(note, [pair.key for pair in self.keys.cosigners])

    def heads(self) -> tuple[Head, ...]:
        """Publish the own log and return the tree heads of all logs, in order of part."""
        self.log.flush()
        views = {self.name: self.log.view, **{name: mirror.view for name, mirror in self.mirrors.items()}}
        return tuple(head_of(name, view) for name, view in sorted(views.items()))

    def close(self) -> None:
        """Publish and release the log."""
        self.log.close()

    def _log_settings(self) -> None:
        """Log the shared settings and the declared keys, each only when it has changed."""
        wanted = {SETTINGS_SOURCE: shared_body(self.config), KEYS_SOURCE: format_policy(self._policy())}
        last: dict[str, bytes] = {}
        for record in self.log.records(0, self.log.size):
            if record.kind == "config":
                last[record.source] = record.body
        now_ns = self.clock.now_ns()
        self.write(
            [
                Writing("config", name, now_ns, body)
                for name, body in sorted(wanted.items())
                if last.get(name) != body
            ]
        )

    def _policy(self) -> Policy:
        others = [part for part in self.config.part if part.name != self.name]
        cosigners = [parse_vkey(text) for part in others for text in part.mirror_keys]
        return policy_of([pair.key for pair in self.keys.signers], cosigners, ask=False)


def head_of(name: str, view: LogView) -> Head:
    """Return the published tree head of a log; size 0 when nothing is published."""
    if not view.size:
        return Head(name, 0, "")
    found = view.head()
    return Head(name, found.size, found.root.hex())


def keys_of(part: PartSettings) -> tuple[Key, ...]:
    """Return the verifier keys of a part's log."""
    return tuple(parse_vkey(text) for text in part.log_keys)


def settings_of(root: Path) -> Config:
    """Return the settings of a centre directory.

    Raises:
        Refusal: there is none, or it does not read.
    """
    path = root / SETTINGS
    try:
        text = path.read_bytes()
    except OSError as error:
        raise Refusal(
            f"no centre here ({error.strerror})",
            where=str(path),
            remedy="make one with: truceline init DIR --agreement FILE",
        ) from error
    return read_config(text, str(path))


def declared(part: PartSettings, keys: PartKeys) -> PartSettings:
    """Return a part's settings with the public keys filled in."""
    return msgspec.structs.replace(
        part,
        log_keys=tuple(pair.key.vkey for pair in keys.signers),
        mirror_keys=tuple(pair.key.vkey for pair in keys.cosigners),
        officer_keys=tuple(pair.key.vkey for pair in keys.officers.values()),
    )


def make_part(
    root: Path,
    config: Config,
    agreement: bytes,
    clock: Clock,
    keys: PartKeys | None = None,
    rhythm_s: float = 1.0,
) -> Part:
    """Make a new part in an empty directory: settings, keys, and a log that opens with settings and agreement.

    Raises:
        Refusal: there is a centre already, or the directory cannot be written.
    """
    if (root / SETTINGS).exists():
        raise Refusal("there is a centre here already", where=str(root), remedy="choose an empty directory")
    made = keys or make_keys(root / "private" / "keys", f"truceline/{config.here.part.lower()}")
    try:
        root.mkdir(parents=True, exist_ok=True)
        if keys is not None:
            save_keys(root / "private" / "keys", keys)
        parts = tuple(
            declared(item, made) if item.name == config.here.part and not item.log_keys else item
            for item in config.part
        )
        full = msgspec.structs.replace(config, part=parts)
        (root / "derived").mkdir(exist_ok=True)
        (root / SETTINGS).write_text(write_config(full), encoding="utf-8")
    except OSError as error:
        raise Refusal(
            f"cannot write ({error.strerror})", where=str(root), remedy="choose a directory you may write"
        ) from error
    part = Part(root, clock, rhythm_s)
    part.write([Writing("agreement", "agreement", clock.now_ns(), agreement)])
    return part


def _encode(item: Writing) -> Encoded:
    return encode_entry(item.kind, item.source, item.stamp_ns, item.body, item.effective_ns or item.stamp_ns)


def union(views: Iterable[tuple[LogView, int]]) -> list[Record]:
    """Return the records of several published logs, each up to a size."""
    return [record for view, size in views for record in view.records(0, size)]


def look(root: Path) -> tuple[str, list[Record]]:
    """Return the part's letter and all published records of its log and mirrors, without opening it for writing.

    Raises:
        Refusal: there is no centre at ``root``.
    """
    name = settings_of(root).here.part
    mirrored = sorted(path for path in (root / "mirror").glob("*") if (path / "log").is_dir())
    views = [LogView(root), *(LogView(path) for path in mirrored)]
    return name, union((view, view.size) for view in views)
