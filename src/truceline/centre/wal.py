"""The write-ahead file of a log (``spool/wal``): what was acknowledged, until its tiles are durable.

    frame = "TLW1" | first seq, uint64 | count, uint32 | payload bytes, uint32 | CRC-32 of the payload
            | CRC-32 of the 24 bytes before | payload: the entries as in a bundle        all big-endian

The file ends in zeros that are written ahead of need: a commit then touches no metadata, and its fdatasync
need not wait for the file system's journal. One frame is one group commit. The first frame begins at a
multiple of 256, so that everything before it lies in full tiles. A frame cut short at the end was never
acknowledged and is dropped; a bad frame before good ones is damage.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

import msgspec

from truceline.centre.disk import place, sync_folder, trouble, write_all
from truceline.record.tiles import join_bundle, split_bundle
from truceline.terms.faults import Broken

_HEAD = struct.Struct(">4sQIII")
_CRC = struct.Struct(">I")
_MAGIC = b"TLW1"
_HEAD_B = _HEAD.size + _CRC.size
_AHEAD_MIN_B = 64 * 1024
_AHEAD_MAX_B = 8 * 1024 * 1024


class Replayed(msgspec.Struct, frozen=True):
    """What a write-ahead file held: entries from ``first`` on, up to byte ``end_b``; then a torn frame."""

    first: int
    entries: list[bytes]
    torn_b: int
    end_b: int


def frame(first: int, entries: Sequence[bytes]) -> bytes:
    """Return the frame of one group commit."""
    payload = join_bundle(entries)
    head = _HEAD.pack(_MAGIC, first, len(entries), len(payload), zlib.crc32(payload))
    return head + _CRC.pack(zlib.crc32(head)) + payload


def _frame_at(data: bytes, place_b: int) -> tuple[int, int, bytes] | None:
    head = data[place_b : place_b + _HEAD.size]
    if len(data) - place_b < _HEAD_B or head[:4] != _MAGIC:
        return None
    if _CRC.unpack_from(data, place_b + _HEAD.size)[0] != zlib.crc32(head):
        return None
    _, first, count, length, crc = _HEAD.unpack(head)
    payload = data[place_b + _HEAD_B : place_b + _HEAD_B + length]
    if len(payload) != length or zlib.crc32(payload) != crc:
        return None
    return first, count, payload


def replay(data: bytes, where: str) -> Replayed:
    """Return what the bytes of a write-ahead file hold.

    Raises:
        Broken: a bad frame stands before good ones, or the seqs do not follow each other.
    """
    entries: list[bytes] = []
    start = -1
    here = 0
    while here < len(data):
        found = _frame_at(data, here)
        if found is None:
            break
        first, count, payload = found
        start = first if start < 0 else start
        read = split_bundle(payload)
        if first != start + len(entries) or len(read) != count:
            raise Broken(
                "the frames of the write-ahead file do not follow each other",
                where=f"{where}, byte {here}",
                remedy="restore log/ and spool/ together from one backup",
            )
        entries += read
        here += _HEAD_B + len(payload)
    _refuse_damage(data, here, where)
    if start < 0:
        raise Broken(
            "the write-ahead file has no readable beginning",
            where=where,
            remedy="restore spool/ from a backup, or open with adopt to trust log/ alone",
        )
    return Replayed(start, entries, len(data[here:].rstrip(b"\0")), here)


def _refuse_damage(data: bytes, here: int, where: str) -> None:
    later = data.find(_MAGIC, here + 1)
    while later >= 0:
        if _frame_at(data, later) is not None:
            raise Broken(
                "the write-ahead file is damaged before its end: acknowledged entries cannot be read",
                where=f"{where}, byte {here}",
                remedy="restore log/ and spool/ together from one backup, or fetch them from the mirror",
            )
        later = data.find(_MAGIC, later + 1)


class Wal:
    """The open write-ahead file of the one writer; not safe for two threads at once."""

    def __init__(self, path: Path, scratch: Path) -> None:
        """Name the file; ``reset`` or ``open`` makes it ready."""
        self.path = path
        self.size_b = 0
        self._ahead_b = 0
        self._scratch = scratch
        self._beside = scratch / "new-wal"
        self._handle = -1
        self._failed = False

    def open(self) -> Replayed:
        """Read the file, cut a torn last frame and make it ready for appending.

        Raises:
            Broken: it is damaged.
            Refusal: it cannot be opened for writing.
        """
        try:
            read = replay(self.path.read_bytes(), str(self.path))
            self._handle = os.open(self.path, os.O_WRONLY)
            self.size_b = self._ahead_b = read.end_b
            os.ftruncate(self._handle, self.size_b)
            os.fsync(self._handle)
        except OSError as error:
            raise trouble(error, self.path) from error
        return read

    def reset(self, first: int, entries: Sequence[bytes]) -> None:
        """Begin a new file with these entries, in the place of the old one, durable."""
        self.prepare(first, entries)
        self.swap(first + len(entries), [])

    def prepare(self, first: int, entries: Sequence[bytes]) -> None:
        """Write the beginning of the next file beside this one, durable; appends may go on meanwhile."""
        data = b"".join(
            [frame(first, [])]
            + [frame(first + i, entries[i : i + 4096]) for i in range(0, len(entries), 4096)]
        )
        place(self._beside, data, self._scratch)

    def swap(self, first: int, entries: Sequence[bytes]) -> None:
        """Add what came since ``prepare`` and put the next file in the place of this one, durable."""
        try:
            handle = os.open(self._beside, os.O_WRONLY | os.O_APPEND)
            try:
                if entries:
                    write_all(handle, frame(first, entries))
                    os.fsync(handle)
                size_b = os.fstat(handle).st_size
                self._beside.replace(self.path)
                sync_folder(self.path.parent)
            finally:
                os.close(handle)
            handle = os.open(self.path, os.O_WRONLY)
            self.close()
        except OSError as error:
            raise trouble(error, self.path) from error
        self._handle, self._failed = handle, False
        self.size_b = self._ahead_b = size_b

    def append(self, first: int, entries: Sequence[bytes]) -> None:
        """Write one frame and return when it is durable.

        Raises:
            Refusal: the disk is full; the file is as before and may be tried again.
            Broken: the disk failed; this process must stop and restart from the log.
        """
        if self._failed:
            raise Broken("an earlier write failed", where=str(self.path), remedy="restart from the log")
        data = frame(first, entries)
        try:
            if self.size_b + len(data) > self._ahead_b:
                self._reach(self.size_b + len(data))
            os.lseek(self._handle, self.size_b, os.SEEK_SET)
            write_all(self._handle, data)
        except OSError as error:
            self._cut_back()
            raise trouble(error, self.path) from error
        try:
            os.fdatasync(self._handle)
        except OSError as error:
            # After a failed sync the kernel may have dropped the pages: nothing later may be trusted.
            self._failed = True
            told = trouble(error, self.path)
            raise Broken(
                told.what, where=told.where, remedy="free or repair the disk, then restart"
            ) from error
        self.size_b += len(data)

    def _reach(self, end_b: int) -> None:
        """Write zeros ahead, at least to ``end_b``, and make them durable."""
        ahead_b = min(max(self.size_b, _AHEAD_MIN_B), _AHEAD_MAX_B)
        os.lseek(self._handle, self._ahead_b, os.SEEK_SET)
        write_all(self._handle, bytes(max(end_b, self._ahead_b + ahead_b) - self._ahead_b))
        os.fsync(self._handle)
        self._ahead_b = max(end_b, self._ahead_b + ahead_b)

    def _cut_back(self) -> None:
        try:
            os.ftruncate(self._handle, self.size_b)
            self._ahead_b = self.size_b
        except OSError:
            self._failed = True

    def close(self) -> None:
        """Close the file."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
