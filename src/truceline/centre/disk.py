"""Durable files: write beside, fsync, rename, fsync the folder; and the system's errors in plain words.

A file is first written in a scratch folder of the same file system, so that a crash leaves no half file where
a log is read.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
from pathlib import Path

from truceline.terms.faults import Broken, Refusal, Trouble

_FULL = {errno.ENOSPC, errno.EDQUOT}
_SHUT = {errno.EROFS, errno.EACCES, errno.EPERM}


def trouble(error: OSError, path: Path) -> Trouble:
    """Return the Refusal (disk full, not writable) or Broken (all else) that tells an OSError at a path."""
    where = str(path)
    if error.errno in _FULL:
        return Refusal(
            "the disk is full",
            where=where,
            remedy="free space on that file system; nothing that was acknowledged is lost",
        )
    if error.errno in _SHUT:
        return Refusal(
            "this folder cannot be written",
            where=where,
            remedy="make it writable for this user, then start again",
        )
    return Broken(
        f"the disk answered: {error.strerror or error}",
        where=where,
        remedy="check the disk, then start again: the log recovers what was acknowledged",
    )


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_file(path: Path) -> None:
    """Make the bytes of a file durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(path: Path) -> None:
    """Make a folder and its parents, their names durable."""
    if path.is_dir():
        return
    make_folder(path.parent)
    path.mkdir(exist_ok=True)
    sync_folder(path.parent)


def write_all(handle: int, data: bytes) -> None:
    """Write all bytes to a file handle."""
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def place(path: Path, data: bytes, scratch: Path, *, durable: bool = True, mode: int = 0o644) -> None:
    """Put bytes at a path at once: readers see the old file or the new one, never a half of it.

    Raises:
        Refusal: the disk is full or the folder cannot be written.
        Broken: the disk failed.
    """
    beside = scratch / f"new-{path.name}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        try:
            write_all(handle, data)
            if durable:
                os.fsync(handle)
        finally:
            os.close(handle)
        beside.replace(path)
        if durable:
            sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):  # a folder that cannot be written cannot be tidied either
            beside.unlink(missing_ok=True)
        raise trouble(error, path) from error


class Lock:
    """The right of one process to write a folder; it ends with the process, however that ends."""

    def __init__(self, path: Path) -> None:
        """Take the lock.

        Raises:
            Refusal: another process holds it, or the folder cannot be written.
        """
        try:
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise trouble(error, path) from error
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._handle)
            raise Refusal(
                "another process writes this log",
                where=str(path.parent.parent),
                remedy="stop it first: a log has one writer",
            ) from error

    def release(self) -> None:
        """Give the lock back."""
        os.close(self._handle)
