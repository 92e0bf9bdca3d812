"""One part's log on disk: appended durably, published as C2SP tlog-tiles, recovered after a kill.

    ROOT/log/      checkpoint, tiles and entry bundles, and nothing else
    ROOT/blobs/    bodies too large for an entry, by hash, once an entry in log/ refers to them
    ROOT/spool/    lock, wal (acknowledged entries whose tiles are not yet durable), blobs on their way

An append joins the group commit under way (``journal.py``). Tiles, bundles and the signed checkpoint follow
at a rhythm (``publish.py``). A start reads the write-ahead file and goes on from there; it refuses when
checkpoint, tiles and write-ahead file do not tell one story (``recover.py``).
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from truceline.centre import recover
from truceline.centre.disk import Lock, make_folder, place, trouble
from truceline.centre.journal import Journal
from truceline.centre.keys import Signer
from truceline.centre.log_view import LogView, blob_path
from truceline.centre.publish import Publisher
from truceline.centre.tree_files import TreeFiles
from truceline.centre.wal import Wal
from truceline.record.note import Key, Note
from truceline.record.record import Encoded, Record, decode_entry, to_record
from truceline.terms.faults import Refusal, Trouble

_HELD_WAKE = 65_536
_HELD_LIMIT = 1_000_000


class Recovered(msgspec.Struct, frozen=True):
    """What a start found: entries that no checkpoint had yet, and bytes of a torn last write it cut."""

    replayed: int
    torn_b: int


def _has_blob(root: Path, digest: str) -> bool:
    """Return whether the blob is here, on its way in spool/ or in its place."""
    return (root / f"spool/blob-{digest}").is_file() or (root / "blobs" / blob_path(digest)).is_file()


class FileLog:
    """A part's own log, held open by its one writer; every method may be called from any thread."""

    def __init__(
        self,
        root: Path,
        signers: Sequence[Signer],
        *,
        rhythm_s: float = 1.0,
        clock: Callable[[], int] = time.time_ns,
        adopt: bool = False,
    ) -> None:
        """Open the log in ``root``, or begin one there.

        Args:
            root: the part's folder.
            signers: the log's own keys; the first is the Ed25519 note key whose name is the log's origin.
            rhythm_s: seconds between publications; 0 publishes only on ``flush`` and ``close``.
            clock: nanoseconds UTC, for the times that cosignatures bear.
            adopt: trust log/ alone when spool/ is gone (what was acknowledged but not published is then
            lost).

        Raises:
            Refusal: another process writes it, it was rolled back or forked, has other keys, is not writable.
            Broken: the write-ahead file is damaged.
        """
        self.view = LogView(root)
        self.origin = signers[0].key.name
        self._spool = root / "spool"
        try:
            for folder in (self.view.log, self.view.blobs, self._spool):
                make_folder(folder)
        except OSError as error:
            raise trouble(error, root) from error
        self._lock = Lock(self._spool / "lock")
        wal = Wal(self._spool / "wal", self._spool)
        files = TreeFiles(root, self._spool)
        try:
            found = recover.start(files, wal, [signer.key for signer in signers], adopt)
            recover.drop_spooled(self._spool, found.entries)
            self._journal = Journal(wal, found.first, found.entries)
            self.recovered = Recovered(self._journal.size - found.tree.size, found.torn_b)
            self.publisher = Publisher(files, self._journal, found, signers, self._spool, clock)
            self.publisher.publish()
            recover.sweep_log(self.view, self._journal.size)
        except Trouble:
            wal.close()
            self._lock.release()
            raise
        self._thread = threading.Thread(target=self.publisher.keep_publishing, args=(rhythm_s,), daemon=True)
        if rhythm_s > 0:
            self._thread.start()

    @property
    def size(self) -> int:
        """Number of entries, published or not."""
        return self._journal.size

    def append(self, entry: bytes) -> int:
        """Append one encoded entry and return its seq when it is durable."""
        return self.append_many([entry])[0]

    def append_many(self, entries: Sequence[bytes]) -> range:
        """Append encoded entries, in this order and next to each other, and return their seqs when durable.

        Raises:
            Refusal: an entry is not canonical or its blob is not here; the disk is full. Nothing was
            appended. Broken: the disk failed; stop and restart from the log.
        """
        for entry in entries:
            blob = decode_entry(entry).header.blob
            if blob is not None and not _has_blob(self.view.root, blob):
                raise Refusal("the entry names a blob that is not here", where=blob, remedy="use write()")
        seqs = self._journal.append_many(entries)
        held = self._journal.held
        if held > _HELD_WAKE and self._thread.is_alive():
            self.publisher.wake.set()
        if held > (_HELD_LIMIT if self._thread.is_alive() else _HELD_WAKE):
            try:
                self.publisher.publish()
            except Trouble as found:  # the entries are durable all the same; it is tried again
                self.publisher.trouble = found
        return seqs

    def write(self, encoded: Sequence[Encoded]) -> range:
        """Append entries with their blobs and return the seqs when all of it is durable."""
        for item in encoded:
            if item.blob is not None:
                digest = hashlib.sha256(item.blob).hexdigest()
                if not _has_blob(self.view.root, digest):
                    place(self._spool / f"blob-{digest}", item.blob, self._spool)
        return self.append_many([item.entry for item in encoded])

    def entries(self, start: int, stop: int) -> Iterator[bytes]:
        """Yield the bytes of entries start to stop - 1, published or not.

        Raises:
            Refusal: there are not so many entries.
        """
        if not 0 <= start <= stop <= self.size:
            raise Refusal(f"entries {start} to {stop} are not in a log of {self.size}", where=self.origin)
        first, recent = self._journal.span(start, stop)
        if start < first:
            yield from self.view.entries(start, min(stop, first))
        yield from recent

    def records(self, start: int, stop: int) -> Iterator[Record]:
        """Yield the records of entries start to stop - 1, published or not."""
        for seq, entry in enumerate(self.entries(start, stop), start):
            yield to_record(seq, entry, self.blob)

    def blob(self, digest: str) -> bytes:
        """Return the bytes of a blob, in its place or on its way there."""
        spooled = self._spool / f"blob-{digest}"
        try:
            return spooled.read_bytes()
        except FileNotFoundError:
            return self.view.blob(digest)

    def checkpoint(self) -> Note:
        """Return the checkpoint that was published last."""
        return self.view.checkpoint()

    def flush(self) -> Note:
        """Publish everything appended, make it durable, and return the signed checkpoint."""
        return self.publisher.publish(durable=True)

    def attach(self, note: Note, keys: Sequence[Key]) -> bool:
        """Add the other part's cosignatures to the published checkpoint; False when that has moved on."""
        return self.publisher.attach(note, keys)

    def close(self) -> None:
        """Publish everything, stop, and let another process write the log."""
        self.publisher.stop.set()
        self.publisher.wake.set()
        if self._thread.is_alive():
            self._thread.join()
        try:
            self.flush()
        finally:
            self._journal.close()
            self._lock.release()
