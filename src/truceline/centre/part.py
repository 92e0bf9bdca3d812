"""One guarantor's part on disk: its configuration, keys, log, and its mirror of the other part's log.

    DIR/centre.toml  log/  blobs/  private/  spool/  derived/  mirror/<part>/{log,blobs}
The union of the own log and the mirror is what a fold reads; outputs of either are never read back.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from truceline.centre.clock import Clock, SystemClock
from truceline.centre.config import Config, PartSettings, read_config, shared_body, write_config
from truceline.centre.disk import place, trouble
from truceline.centre.inputs import SETTINGS_SOURCE
from truceline.centre.keys import KeyPair, PartKeys, load_keys, make_keys, save_keys
from truceline.centre.log_view import LogView
from truceline.centre.mirror_log import MirrorLog
from truceline.centre.roads_log import ROADS_SOURCE, with_roads
from truceline.centre.store_files import FileLog
from truceline.record.note import Key, parse_vkey
from truceline.record.policy import KEYS_SOURCE, Policy, format_policy, policy_of
from truceline.record.record import Encoded, Record, encode_entry
from truceline.report.day import Head
from truceline.terms.faults import Refusal, Trouble

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
        self.config, self._roads = with_roads(root, settings_of(root))
        self.keys = load_keys(root / "private" / "keys")
        _check_keys(root, self.config, self.keys)
        self.log = FileLog(root, self.keys.signers, rhythm_s=rhythm_s, clock=self.clock.now_ns)
        self.mirrors = {
            other.name: MirrorLog(
                root / "mirror" / other.name, keys_of(other), self.keys.cosigners, clock=self.clock.now_ns
            )
            for other in self.config.part
            if other.name != self.name and other.log_keys
        }
        try:
            self._log_settings()
        except Trouble:
            self.log.close()
            raise

    @property
    def name(self) -> str:
        """The letter of the part."""
        return self.config.here.part

    def write(self, writings: Sequence[Writing]) -> range:
        """Write records and return their numbers when all are durable."""
        return self.log.write([_encode(item) for item in writings])

    def records(self) -> list[Record]:
        """Return the records of the own log and of the mirrors, published or not."""
        return self.records_to(self.sizes())

    def sizes(self) -> dict[str, int]:
        """Return how many entries of each log there are now, published or not."""
        return {self.name: self.log.size, **{name: mirror.view.size for name, mirror in self.mirrors.items()}}

    def records_to(self, sizes: dict[str, int]) -> list[Record]:
        """Return the records of each log up to a size (0 when a part is not named)."""
        return self.records_between({}, sizes)

    def records_between(self, first: dict[str, int], sizes: dict[str, int]) -> list[Record]:
        """Return the records of each log from one size (0 when not named) up to another."""
        held: list[Record] = []
        for name, size in sizes.items():
            log = self.log if name == self.name else self.mirrors[name].view if name in self.mirrors else None
            if log is not None and size > first.get(name, 0):
                held += said_by(name, log.records(first.get(name, 0), size))
        return held

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
        """Log the shared settings, the declared keys and the roads, each only when it has changed."""
        wanted = {
            SETTINGS_SOURCE: shared_body(self.config),
            KEYS_SOURCE: format_policy(policy_here(self.config, self.keys.signers)),
        }
        if self._roads is not None:
            wanted[ROADS_SOURCE] = self._roads
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


def policy_here(config: Config, signers: Sequence[KeyPair]) -> Policy:
    """Return the policy that a part's log declares: its own keys, and the other parts' as witnesses it does not wait for."""
    others = [part for part in config.part if part.name != config.here.part]
    cosigners = [parse_vkey(text) for part in others for text in part.mirror_keys]
    return policy_of([pair.key for pair in signers], cosigners, ask=False)


def _check_keys(root: Path, config: Config, keys: PartKeys) -> None:
    """Refuse settings that declare other keys for this part than it signs with: no seal of it would verify."""
    declared_here = next((part.log_keys for part in config.part if part.name == config.here.part), ())
    if declared_here and keys.log.key.vkey not in declared_here:
        raise Refusal(
            f"[[part]] {config.here.part} declares other log_keys than private/keys holds",
            where=str(root / SETTINGS),
            remedy="restore the keys from their backup, or the log_keys from the log",
        )


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
        Refusal: the directory is not empty or cannot be written (it is then left empty), or the settings are none.
    """
    _check_empty(root)
    try:
        made = keys or make_keys(root / "private" / "keys", f"truceline/{config.here.part.lower()}")
        if keys is not None:
            save_keys(root / "private" / "keys", keys)
        parts = tuple(
            declared(item, made) if item.name == config.here.part and not item.log_keys else item
            for item in config.part
        )
        text = write_config(msgspec.structs.replace(config, part=parts)).encode()
        read_config(text, SETTINGS)
        (root / "derived").mkdir(exist_ok=True)
        place(root / SETTINGS, text, root)
        part = Part(root, clock, rhythm_s)
        try:
            part.write([Writing("agreement", "agreement", clock.now_ns(), agreement)])
        except Trouble:
            part.close()
            raise
    except (OSError, Trouble) as error:
        _empty(root)
        raise (trouble(error, root) if isinstance(error, OSError) else error) from error
    return part


def _check_empty(root: Path) -> None:
    try:
        held = sorted(path.name for path in root.iterdir()) if root.exists() else []
    except OSError as error:
        raise Refusal(
            f"cannot be a centre ({error.strerror})", where=str(root), remedy="name an empty directory"
        ) from error
    if SETTINGS in held:
        raise Refusal("there is a centre here already", where=str(root), remedy="choose an empty directory")
    if held:
        raise Refusal(f"the directory holds {held[0]!r}", where=str(root), remedy="choose an empty directory")


def _empty(root: Path) -> None:
    """Remove what a founding that failed has left: no log of it was ever read by anyone."""
    for path in root.iterdir() if root.is_dir() else ():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _encode(item: Writing) -> Encoded:
    return encode_entry(item.kind, item.source, item.stamp_ns, item.body, item.effective_ns or item.stamp_ns)


def said_by(name: str, records: Iterable[Record]) -> Iterator[Record]:
    """Yield the records of a part's log that count as its word: inputs, and outputs that bear its name."""
    for record in records:
        if record.is_input or record.source == name:
            yield msgspec.structs.replace(record, held_by=name)


def union(views: Iterable[tuple[str, LogView, int]]) -> list[Record]:
    """Return the records of several published logs, each up to a size, each marked with the part that holds it."""
    return [record for name, view, size in views for record in said_by(name, view.records(0, size))]


def look(root: Path, sizes: dict[str, int] | None = None) -> tuple[str, list[Record]]:
    """Return the part's letter and the published records of its log and mirrors, without opening it for writing.

    ``sizes`` cuts each log at a size (0 when a part is not named).

    Raises:
        Refusal: there is no centre at ``root``.
    """
    name = settings_of(root).here.part
    views = views_of(root, name)
    return name, union((n, v, v.size if sizes is None else sizes.get(n, 0)) for n, v in views.items())


def views_of(root: Path, name: str) -> dict[str, LogView]:
    """Return the logs in a centre directory by part: its own, and those it mirrors, in order of part."""
    mirrored = sorted(path for path in (root / "mirror").glob("*") if (path / "log").is_dir())
    return {name: LogView(root), **{path.name: LogView(path) for path in mirrored if path.name != name}}
