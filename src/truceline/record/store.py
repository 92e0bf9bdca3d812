"""The port through which the house reads and writes a log: any store of entries that keeps these promises.

``append`` returns only when the entries are durable; seqs count from 0 without gaps in the order of
appending; what was once returned by ``entries`` never changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from truceline.record.note import Note
from truceline.record.record import Encoded, Record


class Source(Protocol):
    """A log that can be read."""

    @property
    def size(self) -> int:
        """Number of entries that can be read."""
        ...

    def entries(self, start: int, stop: int) -> Iterator[bytes]:
        """Yield the bytes of entries start to stop - 1."""
        ...

    def records(self, start: int, stop: int) -> Iterator[Record]:
        """Yield the records of entries start to stop - 1, bodies fetched from blobs."""
        ...

    def blob(self, digest: str) -> bytes:
        """Return the bytes of a blob by its SHA-256 in hex."""
        ...

    def checkpoint(self) -> Note:
        """Return the signed checkpoint that was published last."""
        ...


class Store(Source, Protocol):
    """A log that can be written by this one process."""

    def append(self, entry: bytes) -> int:
        """Append one encoded entry and return its seq, durable."""
        ...

    def append_many(self, entries: Sequence[bytes]) -> range:
        """Append encoded entries and return their seqs, durable."""
        ...

    def write(self, encoded: Sequence[Encoded]) -> range:
        """Append entries with their blobs and return the seqs, all of it durable."""
        ...

    def flush(self) -> Note:
        """Publish tiles, bundles and a signed checkpoint of all that was appended, and return that."""
        ...
