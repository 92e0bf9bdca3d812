"""What a start finds in a log's folder, and the refusals when its parts do not tell one story.

    tiles [0, B)   checkpoint at C   write-ahead file [B, E)          B a multiple of 256, B <= C <= E

    C < B   the checkpoint is older than what was durable before it: rolled back
    C > E   the write-ahead file is older than the checkpoint: rolled back
    root of the first C entries of tiles and write-ahead file is not the checkpoint's: forked

Anything else is what a killed writer leaves, and a start goes on from it.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from truceline.centre.disk import trouble
from truceline.centre.log_view import CHECKPOINT, LogView
from truceline.centre.tree_files import TreeFiles
from truceline.centre.wal import Replayed, Wal
from truceline.record.note import Checkpoint, Key, Note, check, parse_checkpoint
from truceline.record.record import decode_entry
from truceline.record.tiles import WIDTH, Tree, bundle_path, leaf_hash, tree_paths
from truceline.terms.faults import Refusal

_BACKUP = (
    "restore log/, blobs/ and spool/ together from the newest backup; the other part's mirror has a copy"
)


class Found(msgspec.Struct, frozen=True):
    """What a start goes on from: entries from ``first`` on, the published tree and checkpoint, bytes cut."""

    first: int
    entries: list[bytes]
    tree: Tree
    note: Note | None
    torn_b: int


def start(files: TreeFiles, wal: Wal, keys: list[Key], adopt: bool) -> Found:
    """Read checkpoint, tiles and write-ahead file, and begin a log where there is none.

    Raises:
        Refusal: rolled back, forked, signed by other keys, or a file is missing.
        Broken: the write-ahead file is damaged.
    """
    view = files.view
    note = view.checkpoint() if (view.log / CHECKPOINT).exists() else None
    head = _head(note, keys, view)
    if wal.path.exists():
        read = wal.open()
    else:
        read = _without_wal(view, wal, note, head, adopt)
    end = read.first + len(read.entries)
    if head.size < read.first:
        raise _rolled_back(view, f"its checkpoint has {head.size} entries, spool/ begins at {read.first}")
    if head.size > end:
        raise _rolled_back(view, f"its checkpoint has {head.size} entries, spool/ ends at {end}")
    beyond = end // WIDTH
    if (end % WIDTH and (view.log / bundle_path(beyond)).exists()) or (
        view.log / bundle_path(beyond + 1)
    ).exists():
        raise _rolled_back(view, f"there are bundles beyond the {end} entries that spool/ knows")
    base = files.edge(read.first)
    tree = base.copy()
    published = read.entries[: head.size - read.first]
    full = tree.extend([leaf_hash(entry) for entry in published])
    if note is not None and tree.root() != head.root:
        raise Refusal(
            "forked: the entries here are not the ones that this checkpoint signs",
            where=str(view.log),
            remedy=_BACKUP,
        )
    # After a power cut the files written since the last sync may be empty: they are written again.
    files.write(base, tree, full, published, [])
    return Found(read.first, read.entries, tree, note, read.torn_b)


def _head(note: Note | None, keys: list[Key], view: LogView) -> Checkpoint:
    if note is None:
        return Checkpoint(keys[0].name, 0, Tree().root())
    head = parse_checkpoint(note.text)
    checked = check(note, keys)
    if head.origin != keys[0].name or keys[0] not in checked.keys or checked.failed:
        raise Refusal(
            "this checkpoint is not signed with the keys of this log",
            where=str(view.log / CHECKPOINT),
            remedy="is this another part's folder, or were the keys in private/keys replaced?",
        )
    return head


def _without_wal(view: LogView, wal: Wal, note: Note | None, head: Checkpoint, adopt: bool) -> Replayed:
    if note is None:
        if (view.log / "tile").exists():
            raise _rolled_back(view, "it has tiles but neither checkpoint nor spool/")
        wal.reset(0, [])
        return Replayed(0, [], 0, 0)
    if not adopt:
        raise Refusal(
            "spool/wal is gone: entries that were acknowledged but not yet published may be lost",
            where=str(wal.path),
            remedy=f"{_BACKUP}; or open with adopt to go on from log/ alone",
        )
    first = head.size // WIDTH * WIDTH
    entries = list(view.entries(first, head.size))
    wal.reset(first, entries)
    return Replayed(first, entries, 0, 0)


def _rolled_back(view: LogView, why: str) -> Refusal:
    return Refusal(f"this log was rolled back: {why}", where=str(view.log), remedy=_BACKUP)


def blobs_of(entries: list[bytes]) -> list[str]:
    """Return the hashes of the blobs that entries name, in their order."""
    named = (decode_entry(entry).header.blob for entry in entries if entry.endswith(b"}\n"))
    return [blob for blob in named if blob is not None]


def drop_spooled(spool: Path, entries: list[bytes]) -> None:
    """Remove half-written files and blobs whose entries were never acknowledged."""
    wanted = {f"blob-{blob}" for blob in blobs_of(entries)}
    try:
        for path in spool.iterdir():
            if path.name.startswith("new-") or (path.name.startswith("blob-") and path.name not in wanted):
                path.unlink()
    except OSError as error:
        raise trouble(error, spool) from error


def sweep_log(view: LogView, size: int) -> None:
    """Remove partial tiles that a killed writer left and that the tree of ``size`` entries does not have."""
    _sweep(view, size, ".p/")


def sweep_beyond(view: LogView, size: int) -> None:
    """Remove every tile and bundle that the tree of ``size`` entries does not have."""
    _sweep(view, size, "")


def _sweep(view: LogView, size: int, mark: str) -> None:
    keep = {f"log/{path}" for path in tree_paths(size) if mark in path}
    try:
        for path in list(view.list()):
            if path.startswith("log/tile/") and mark in path and path not in keep:
                file = view.root / path
                file.unlink()
                if not any(file.parent.iterdir()):
                    file.parent.rmdir()
    except OSError as error:
        raise trouble(error, view.log) from error
