"""The check of a log: eight numbered steps over its files, with no key and no network, until the first no.

    1  the checkpoint is in its canonical form
    2  every signature line is of a known key and verifies; all that the policy asks for are there
    3  no file is missing and none is there that nothing refers to
    4  the entries of every bundle hash to the tile beside it
    5  every higher tile, and every partial one, is byte for byte what the tiles below give
    6  the root of the tree is the checkpoint's
    7  every entry is in its canonical form
    8  every blob that an entry names is there with its hash and length, and no other

Known keys are those of the policy handed in and those the log itself declares (records of kind ``config``,
source ``keys``, whose body is a policy). Without a policy from outside the log vouches for itself alone: keys
not pinned.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

import msgspec

from truceline.record.note import Checked, Checkpoint, Key, Note, check, parse_checkpoint, parse_note
from truceline.record.policy import KEYS_SOURCE, Policy, parse_policy
from truceline.record.record import Entry, decode_entry
from truceline.record.tiles import (
    HASH_B,
    WIDTH,
    Tile,
    Tree,
    bundle_path,
    leaf_hash,
    split_bundle,
    tile_path,
    tree_paths,
)
from truceline.terms.faults import Refusal

STEPS = (
    "checkpoint in canonical form",
    "signatures",
    "no file missing, none too many",
    "entries hash to their tiles",
    "tiles as computed",
    "root as signed",
    "entries in canonical form",
    "blobs",
)
_BUNDLES = "log/tile/entries/"
_DECLARES = f'{{"kind":"config","source":"{KEYS_SOURCE}",'.encode()
_REPAIR = "compare with the mirror that the other part keeps"

Progress = Callable[[int, int], None]
"""Told (entries done, entries in all) now and then."""


class Reader(Protocol):
    """The files of a log, wherever they lie; paths begin with ``log/`` or ``blobs/``."""

    def list(self) -> Iterable[str]:
        """Return the path of every file."""
        ...

    def read(self, path: str) -> bytes:
        """Return the bytes of a file; Refusal when there is none."""
        ...


class Step(msgspec.Struct, frozen=True):
    """One step of the audit and its answer; ``reason`` says what was checked, or what is wrong and where."""

    number: int
    name: str
    passed: bool
    reason: str


class LogAudit(msgspec.Struct, frozen=True):
    """The answer of an audit: the steps up to the first that failed, and the head when it could be read."""

    steps: tuple[Step, ...]
    head: Checkpoint | None
    pinned: bool

    @property
    def passed(self) -> bool:
        """Whether every step passed."""
        return len(self.steps) == len(STEPS) and all(step.passed for step in self.steps)


class _Fails(Exception):
    """A step failed."""

    def __init__(self, number: int, reason: str) -> None:
        super().__init__(reason)
        self.number = number
        self.reason = reason


def audit_log(reader: Reader, policy: Policy | None = None, progress: Progress | None = None) -> LogAudit:
    """Check the log behind ``reader`` and return the steps passed, up to the first that failed.

    Args:
        reader: gives the files of ``log/`` and ``blobs/``.
        policy: pins the keys; None takes those the log declares.
        progress: told how far the pass over the entries is.
    """
    steps: list[Step] = []
    head: Checkpoint | None = None
    try:
        note, head = _checkpoint(reader)
        for reason in _answers(reader, note, head, policy, progress):
            steps.append(Step(len(steps) + 1, STEPS[len(steps)], True, reason))
    except _Fails as no:
        steps = [*steps[: no.number - 1], Step(no.number, STEPS[no.number - 1], False, no.reason)]
    return LogAudit(tuple(steps), head, policy is not None)


def _answers(
    reader: Reader, note: Note, head: Checkpoint, policy: Policy | None, progress: Progress | None
) -> Iterator[str]:
    yield f"log {head.origin} with {head.size} entries"
    yield _signatures(reader, note, head, policy)
    yield _files(reader, head.size)
    walk = _Walk(reader, head, progress)
    yield from walk.tree()
    yield walk.canonical()
    yield _blobs(reader, walk.blobs)


def _checkpoint(reader: Reader) -> tuple[Note, Checkpoint]:
    try:
        note = parse_note(reader.read("log/checkpoint"))
        return note, parse_checkpoint(note.text)
    except Refusal as error:
        raise _Fails(1, f"log/checkpoint: {error}") from error


def declared(reader: Reader) -> list[Policy]:
    """Return the policies that the log's own entries declare, oldest first.

    Raises:
        Refusal: a bundle or a declared policy is unreadable.
    """
    policies: list[Policy] = []
    for path in sorted(path for path in reader.list() if path.startswith(_BUNDLES)):
        data = reader.read(path)
        if _DECLARES not in data:
            continue
        for entry in split_bundle(data):
            if entry.startswith(_DECLARES):
                policies.append(parse_policy(decode_entry(entry).body))
    return policies


def _signatures(reader: Reader, note: Note, head: Checkpoint, policy: Policy | None) -> str:
    keys: tuple[Key, ...] = () if policy is None else policy.keys
    checked = check(note, keys)
    asked = policy
    if policy is None or checked.unknown:
        try:
            own = declared(reader)
        except Refusal as error:
            raise _Fails(2, f"the keys that the log declares are unreadable: {error}") from error
        keys = _union(keys, own)
        checked = check(note, keys)
        if asked is None:
            asked = own[-1] if own else None
    if asked is None:
        raise _Fails(
            2, f"the log declares no keys (a config record of source {KEYS_SOURCE}); pin them by a policy"
        )
    log_keys = asked.log_keys(head.origin)
    if not log_keys:
        raise _Fails(2, f"the policy does not know a log of the name {head.origin}")
    _refuse_lines(checked)
    if not checked.keys.intersection(log_keys):
        raise _Fails(2, f"the checkpoint bears no signature of {head.origin}")
    missing = asked.missing(checked.keys)
    if missing:
        raise _Fails(2, f"the policy asks for {missing}")
    pinned = (
        "keys pinned by the policy" if policy is not None else "keys not pinned: internally consistent only"
    )
    return f"{len(checked.verified)} signatures verify; {pinned}"


def _union(keys: tuple[Key, ...], policies: list[Policy]) -> tuple[Key, ...]:
    """Add declared keys; where the outside policy has a key of that name and id, its word stands."""
    held = {(key.name, key.key_id): key for policy in policies for key in policy.keys}
    held.update({(key.name, key.key_id): key for key in keys})
    return tuple(held.values())


def _refuse_lines(checked: Checked) -> None:
    if checked.failed:
        raise _Fails(2, f"the signature of {checked.failed[0].name} does not verify")
    if checked.unknown:
        unknown = checked.unknown[0]
        raise _Fails(2, f"a signature of an undeclared key: {unknown.name}, key id {unknown.key_id.hex()}")


def _files(reader: Reader, size: int) -> str:
    here = {path for path in reader.list() if path.startswith("log/")}
    count = len(here)
    here.discard("log/checkpoint")
    for path in tree_paths(size):
        if f"log/{path}" not in here:
            raise _Fails(3, f"log/{path} is missing; {_REPAIR}")
        here.discard(f"log/{path}")
    if here:
        stray = min(here)
        raise _Fails(
            3, f"nothing refers to {stray} (after a kill: start the centre once, it clears what it left)"
        )
    return f"{count} files in log/"


class _Walk:
    """One pass over all bundles: steps 4 to 7, each told in its place."""

    def __init__(self, reader: Reader, head: Checkpoint, progress: Progress | None) -> None:
        self._reader = reader
        self._head = head
        self._progress = progress
        self._odd = ""
        self.blobs: dict[str, int] = {}

    def tree(self) -> Iterator[str]:
        """Steps 4, 5 and 6."""
        tree = Tree()
        wrong = ""
        for index, width, entries in self._bundles():
            for tile in tree.extend([leaf_hash(entry) for entry in entries]):
                odd = self._compare(tile)
                wrong = wrong or odd
            if width < WIDTH:
                self._compare(Tile(0, index, width, b"".join(tree.tails[0])))
            self._scan(index * WIDTH, entries)
        yield f"{(tree.size + WIDTH - 1) // WIDTH} bundles"
        for tile in tree.partials():
            wrong = wrong or (self._compare(tile) if tile.level else "")
        if wrong:
            raise _Fails(5, wrong)
        yield "every tile computed again"
        if tree.root() != self._head.root:
            raise _Fails(
                6, f"the tree of these {tree.size} entries has not the root that the checkpoint signs"
            )
        yield f"root {tree.root().hex()}"

    def _bundles(self) -> Iterator[tuple[int, int, list[bytes]]]:
        size = self._head.size
        for start in range(0, size, WIDTH):
            index, width = start // WIDTH, min(WIDTH, size - start)
            path = f"log/{bundle_path(index, width)}"
            try:
                entries = split_bundle(self._reader.read(path))
            except Refusal as error:
                raise _Fails(4, f"{path}: {error}") from error
            if len(entries) != width:
                raise _Fails(4, f"{path} holds {len(entries)} entries instead of {width}")
            yield index, width, entries
            if self._progress is not None:
                self._progress(start + width, size)

    def _compare(self, tile: Tile) -> str:
        """Compare a computed tile with the file; level 0 fails at once, a higher one is returned."""
        path = f"log/{tile_path(tile.level, tile.index, tile.width)}"
        try:
            data = self._reader.read(path)
        except Refusal as error:
            raise _Fails(3, f"{path}: {error}") from error
        if data == tile.data:
            return ""
        if tile.level:
            return f"{path} is not what the tiles below give"
        raise _Fails(4, _first_difference(path, tile, data))

    def _scan(self, first: int, entries: list[bytes]) -> None:
        for seq, entry in enumerate(entries, first):
            try:
                self._note_blob(decode_entry(entry), seq)
            except Refusal as error:
                self._odd = self._odd or f"entry {seq}: {error}"

    def _note_blob(self, entry: Entry, seq: int) -> None:
        blob, length = entry.header.blob, entry.header.length
        if blob is not None and length is not None and self.blobs.setdefault(blob, length) != length:
            self._odd = self._odd or f"entry {seq}: another length for the blob {blob} than an earlier entry"

    def canonical(self) -> str:
        """Step 7."""
        if self._odd:
            raise _Fails(7, self._odd)
        return f"{self._head.size} entries"


def _first_difference(path: str, tile: Tile, data: bytes) -> str:
    if len(data) != len(tile.data):
        return f"{path} has {len(data)} bytes instead of {len(tile.data)}"
    place = next(i for i in range(0, len(data), HASH_B) if data[i : i + HASH_B] != tile.data[i : i + HASH_B])
    return f"entry {tile.index * WIDTH + place // HASH_B} does not hash to its place in {path}; {_REPAIR}"


def _blobs(reader: Reader, named: dict[str, int]) -> str:
    here = {path for path in reader.list() if path.startswith("blobs/")}
    for blob, length in sorted(named.items()):
        path = f"blobs/{blob[:2]}/{blob}"
        try:
            data = reader.read(path)
        except Refusal as error:
            raise _Fails(8, f"{path}: {error}") from error
        if len(data) != length or hashlib.sha256(data).hexdigest() != blob:
            raise _Fails(8, f"{path} is not the blob of that hash and of {length} bytes")
        here.discard(path)
    if here:
        raise _Fails(8, f"no entry refers to {min(here)}")
    return f"{len(named)} blobs"
