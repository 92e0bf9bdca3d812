"""From acknowledged entries to a published log: blobs, tiles and bundles, then the signed checkpoint."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from truceline.centre.disk import make_folder, sync_folder, trouble
from truceline.centre.journal import Journal
from truceline.centre.keys import Signer
from truceline.centre.log_view import blob_path
from truceline.centre.recover import Found, blobs_of
from truceline.centre.tree_files import TreeFiles
from truceline.record.note import Checkpoint, Key, Note, add_signatures, check
from truceline.record.tiles import WIDTH
from truceline.terms.faults import Refusal, Trouble
from truceline.terms.time import NS_PER_S

WAL_LIMIT_B = 64 * 1024 * 1024


class Publisher:
    """Keeps log/ and blobs/ up to the journal; one thread at a time is inside."""

    def __init__(
        self,
        files: TreeFiles,
        journal: Journal,
        found: Found,
        signers: Sequence[Signer],
        spool: Path,
        clock: Callable[[], int],
    ) -> None:
        """Go on from what a start found."""
        self.note = found.note
        self.trouble: Trouble | None = None
        self.wake = threading.Event()
        self.stop = threading.Event()
        self._files = files
        self._journal = journal
        self._tree = found.tree
        self._signers = signers
        self._spool = spool
        self._clock = clock
        self._lock = threading.RLock()

    def publish(self, *, durable: bool = False) -> Note:
        """Bring log/ up to the journal, return its checkpoint; ``durable`` begins a new write-ahead file.

        Raises:
            Refusal: the disk is full; everything stays acknowledged in spool/ and is tried again.
        """
        with self._lock:
            note = self._grow()
            if durable or self._journal.wal_b > WAL_LIMIT_B:
                self._files.sync()
                self._journal.rotate()
            self.trouble = None
            return note

    def _grow(self) -> Note:
        old = self._tree
        first, entries = self._journal.span(old.size // WIDTH * WIDTH)
        fresh = entries[old.size - first :]
        if self.note is not None and not fresh:
            return self.note
        self._move_blobs(blobs_of(fresh))
        tree = self._files.grow(old, fresh, entries[: old.size - first])
        note = self._sign(Checkpoint(self._signers[0].key.name, tree.size, tree.root()))
        self._files.publish(note)
        self._tree, self.note = tree, note
        self._files.sweep(old.size, tree.size)
        self._journal.forget(tree.size)
        return note

    def _sign(self, head: Checkpoint) -> Note:
        time_s = self._clock() // NS_PER_S
        return Note(head.text, tuple(signer.sign(head.text, time_s) for signer in self._signers))

    def _move_blobs(self, digests: Sequence[str]) -> None:
        folders: set[Path] = set()
        base = self._files.view.blobs
        try:
            for digest in digests:
                spooled, target = self._spool / f"blob-{digest}", base / blob_path(digest)
                if spooled.exists():
                    make_folder(target.parent)
                    spooled.replace(target)
                    folders.add(target.parent)
            for folder in sorted(folders):
                sync_folder(folder)
        except OSError as error:
            raise trouble(error, base) from error

    def attach(self, note: Note, keys: Sequence[Key]) -> bool:
        """Add another's cosignatures to the published checkpoint; False when that has moved on meanwhile.

        Raises:
            Refusal: a signature is false, or of a key that is not among ``keys``.
        """
        with self._lock:
            if self.note is None or note.text != self.note.text:
                return False
            own = [signer.key for signer in self._signers]
            checked = check(note, [*own, *keys])
            if checked.failed or checked.unknown:
                names = ", ".join(item.name for item in (*checked.failed, *checked.unknown))
                raise Refusal(
                    "a cosignature does not verify", where=names, remedy="compare the keys of both parts"
                )
            theirs = {(key.name, key.key_id) for key in keys}
            more = [item for item in note.signatures if (item.name, item.key_id) in theirs]
            self.note = add_signatures(self.note, more)
            self._files.publish(self.note)
            return True

    def keep_publishing(self, rhythm_s: float) -> None:
        """Publish at a rhythm, or when woken, until told to stop; a trouble is kept and tried again."""
        while True:
            self.wake.wait(rhythm_s)
            self.wake.clear()
            if self.stop.is_set():
                return
            try:
                self.publish()
            except Trouble as found:
                self.trouble = found
