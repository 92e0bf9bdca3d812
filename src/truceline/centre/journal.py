"""The live end of a log: group commit into the write-ahead file, and the newest entries in memory.

Callers of ``append_many`` queue up; the first that gets the commit lock writes everything queued as one frame
with one fdatasync and answers all of them. While it waits for the disk the next group gathers.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

from truceline.centre.wal import Wal
from truceline.record.tiles import WIDTH
from truceline.terms.faults import Refusal, Trouble

_GROUP_LIMIT_B = 256 * 1024 * 1024


class _Ticket:
    """One caller's entries on their way into a group commit."""

    __slots__ = ("done", "entries", "error", "first")

    def __init__(self, entries: Sequence[bytes]) -> None:
        self.entries = entries
        self.first = -1
        self.done = False
        self.error: Trouble | None = None


class Journal:
    """The entries from a multiple of 256 on, durable in the write-ahead file and held in memory."""

    def __init__(self, wal: Wal, first: int, entries: list[bytes]) -> None:
        """Go on from an open write-ahead file that holds these entries (and perhaps earlier ones)."""
        self._wal = wal
        self._first = first
        self._recent = entries
        self._queue: list[_Ticket] = []
        self._queue_lock = threading.Lock()
        self._commit_lock = threading.Lock()
        self._closed = False

    @property
    def size(self) -> int:
        """Number of entries of the log that are durable."""
        with self._commit_lock:
            return self._first + len(self._recent)

    @property
    def held(self) -> int:
        """Number of entries held in memory."""
        return len(self._recent)

    def append_many(self, entries: Sequence[bytes]) -> range:
        """Append entries next to each other and return their seqs when they are durable.

        Raises:
            Refusal: the disk is full or the log closed; nothing was appended.
            Broken: the disk failed.
        """
        if sum(map(len, entries)) > _GROUP_LIMIT_B:
            raise Refusal("too much in one append", remedy="append in batches of at most 256 MiB")
        ticket = _Ticket(entries)
        with self._queue_lock:
            self._queue.append(ticket)
        with self._commit_lock:
            if not ticket.done:
                self._commit_group()
        if ticket.error is not None:
            error = ticket.error
            raise type(error)(error.what, where=error.where, remedy=error.remedy) from error
        return range(ticket.first, ticket.first + len(entries))

    def _commit_group(self) -> None:
        with self._queue_lock:
            tickets, self._queue = self._queue, []
        group = [entry for ticket in tickets for entry in ticket.entries]
        first = self._first + len(self._recent)
        error: Trouble | None = None
        try:
            if self._closed:
                raise Refusal("this log is closed", where=str(self._wal.path), remedy="open it again")
            if group:
                self._wal.append(first, group)
                self._recent += group
        except Trouble as found:
            error = found
        for ticket in tickets:
            ticket.first, ticket.error, ticket.done = first, error, True
            first += len(ticket.entries)

    def span(self, start: int, stop: int | None = None) -> tuple[int, list[bytes]]:
        """Return (seq, entries) of what is in memory of start to stop - 1 (None: the end)."""
        with self._commit_lock:
            end = self._first + len(self._recent)
            begin = max(start, self._first)
            last = end if stop is None else min(stop, end)
            return begin, self._recent[begin - self._first : max(last - self._first, 0)]

    def forget(self, seq: int) -> None:
        """Drop from memory what lies in full tiles before ``seq``."""
        with self._commit_lock:
            cut = seq // WIDTH * WIDTH - self._first
            if cut > 0:
                del self._recent[:cut]
                self._first += cut

    def rotate(self) -> None:
        """Begin a new write-ahead file with what is in memory; the rest must be durable in tiles.

        Only the thread that publishes calls this and ``forget``.
        """
        first, entries = self.span(0)
        self._wal.prepare(first, entries)
        with self._commit_lock:
            self._wal.swap(first + len(entries), self._recent[first + len(entries) - self._first :])

    @property
    def wal_b(self) -> int:
        """Bytes of the write-ahead file."""
        return self._wal.size_b

    def close(self) -> None:
        """Refuse further appends and close the file."""
        with self._commit_lock:
            self._closed = True
            self._wal.close()
