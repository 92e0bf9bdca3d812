"""The other part's log, copied: contents first, and only then this part's cosignatures on its checkpoint.

    ROOT/log, ROOT/blobs    as in the original; the checkpoint bears this part's cosignatures besides its own
    ROOT/spool/             lock, blobs on their way, ``pending``: what an update that was cut short may have
    left ROOT/evidence/          both checkpoints of every rollback and fork that was offered, by hash

A cosignature says: as of its time this part has stored everything up to that checkpoint (C2SP tlog-mirror).
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from truceline.centre.disk import Lock, make_folder, place, sync_folder, trouble
from truceline.centre.keys import Signer
from truceline.centre.log_view import LogView, blob_path
from truceline.centre.recover import sweep_beyond
from truceline.centre.tree_files import TreeFiles
from truceline.record.mirror import Conflict, extend, offered_head, signed_part
from truceline.record.note import Key, Note, add_signatures, check, format_note, parse_checkpoint
from truceline.record.record import BlobReader
from truceline.record.store import Source
from truceline.record.tiles import WIDTH, Tree, leaf_hash
from truceline.terms.faults import Broken, Refusal
from truceline.terms.time import NS_PER_S


class MirrorLog:
    """One other part's log in this part's folder; the folder is locked only while it is written."""

    def __init__(
        self,
        root: Path,
        keys: Sequence[Key],
        cosigners: Sequence[Signer],
        *,
        clock: Callable[[], int] = time.time_ns,
    ) -> None:
        """Name the folder, the other log's keys and this part's cosigners; nothing is read yet."""
        self.root = root
        self.view = LogView(root)
        self._keys = tuple(keys)
        self._cosigners = tuple(cosigners)
        self._clock = clock
        self._spool = root / "spool"

    @property
    def size(self) -> int:
        """Number of entries held and cosigned."""
        return self.view.size

    def follow(self, source: Source) -> Note:
        """Copy what the other log has published since, and return its checkpoint with our cosignatures.

        Raises:
            Conflict: it was rolled back or forked; both checkpoints are in ``evidence/``.
            Refusal: wrong keys, entries damaged on their way, disk full. Nothing was cosigned.
        """
        note = source.checkpoint()
        head = offered_head(note, self._keys)
        entries = list(source.entries(self.size, head.size)) if head.size > self.size else []
        return self.update(note, entries, source.blob)

    def update(
        self, offered: Note, entries: Sequence[bytes], blobs: BlobReader, proof: Sequence[bytes] | None = None
    ) -> Note:
        """Take over an offered checkpoint with its new entries and return it with our cosignatures.

        Args:
            offered: the other log's signed checkpoint.
            entries: its entries from ``size`` up to the checkpoint's size.
            blobs: gives a blob by its hash.
            proof: consistency proof from ``size`` to the checkpoint's size, if there is one.

        Raises:
            Conflict, Refusal: as ``follow``.
        """
        try:
            for folder in (self.view.log, self.view.blobs, self._spool):
                make_folder(folder)
        except OSError as error:
            raise trouble(error, self.root) from error
        lock = Lock(self._spool / "lock")
        try:
            return self._update(offered, entries, blobs, proof)
        except Conflict as conflict:
            self._keep(conflict)
            raise
        finally:
            lock.release()

    def _update(
        self, offered: Note, entries: Sequence[bytes], blobs: BlobReader, proof: Sequence[bytes] | None
    ) -> Note:
        files = TreeFiles(self.root, self._spool)
        held = self.view.checkpoint() if self.size or (self.view.log / "checkpoint").exists() else None
        self._clear_unfinished()
        tree, tail = self._edge(files, held)
        accepted = extend(tree, held, offered, self._keys, entries, proof)
        if held is not None and held.text == offered.text:
            return held
        fresh = [(name, length) for name, length in accepted.blobs if not self._has(name)]
        for name, length in fresh:
            data = blobs(name)
            if len(data) != length or hashlib.sha256(data).hexdigest() != name:
                raise Refusal("a blob is not the one its entry names", where=name, remedy="fetch it again")
            place(self._spool / f"blob-{name}", data, self._spool)
        listed = f"{accepted.head.size}\n" + "".join(f"{name}\n" for name, _ in fresh)
        place(self._spool / "pending", listed.encode(), self._spool)
        self._move([name for name, _ in fresh])
        files.write(tree, accepted.tree, accepted.full, entries, tail)
        files.sync()
        time_s = self._clock() // NS_PER_S
        mine = [signer.sign(offered.text, time_s) for signer in self._cosigners]
        note = add_signatures(signed_part(offered, self._keys), mine)
        files.publish(note)
        files.sync()
        files.sweep(tree.size, accepted.tree.size)
        (self._spool / "pending").unlink()
        return note

    def _has(self, name: str) -> bool:
        return (self.view.blobs / blob_path(name)).is_file()

    def _edge(self, files: TreeFiles, held: Note | None) -> tuple[Tree, list[bytes]]:
        """Return the tree held and the entries of its partial bundle, checked against our own checkpoint."""
        if held is None:
            return Tree(), []
        head = parse_checkpoint(held.text)
        first = head.size // WIDTH * WIDTH
        tail = list(self.view.entries(first, head.size))
        tree = files.edge(first)
        tree.extend([leaf_hash(entry) for entry in tail])
        mine = [signer.key for signer in self._cosigners]
        checked = check(held, [*self._keys, *mine])
        if tree.root() != head.root or checked.failed or not checked.keys.issuperset(mine):
            raise Broken(
                "our copy is not the one that we cosigned",
                where=str(self.root),
                remedy="run the audit on it, move it away and copy the log again",
            )
        return tree, tail

    def _move(self, names: Sequence[str]) -> None:
        try:
            for name in names:
                target = self.view.blobs / blob_path(name)
                make_folder(target.parent)
                (self._spool / f"blob-{name}").replace(target)
                sync_folder(target.parent)
        except OSError as error:
            raise trouble(error, self.view.blobs) from error

    def _clear_unfinished(self) -> None:
        """Remove what an update that was cut short left: the copy is again the one that was cosigned."""
        pending = self._spool / "pending"
        try:
            for path in (*self._spool.glob("blob-*"), *self._spool.glob("new-*")):
                path.unlink()
            if pending.exists():
                size, *names = pending.read_text("ascii").split()
                if self.size < int(size):
                    for name in names:
                        (self.view.blobs / blob_path(name)).unlink(missing_ok=True)
                sweep_beyond(self.view, self.size)
                pending.unlink()
        except OSError as error:
            raise trouble(error, self.root) from error

    def _keep(self, conflict: Conflict) -> None:
        folder = self.root / "evidence"
        try:
            make_folder(folder)
        except OSError as error:
            raise trouble(error, folder) from error
        for note in (conflict.ours, conflict.theirs):
            data = format_note(note)
            place(folder / f"{hashlib.sha256(data).hexdigest()}.checkpoint", data, self._spool)


__all__ = ["Conflict", "MirrorLog"]
