"""The files of a log's tree: written as it grows, superseded ones removed, its edge read at a start."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from truceline.centre.disk import place, sync_file, sync_folder, trouble
from truceline.centre.log_view import CHECKPOINT, LogView
from truceline.record.note import Note, format_note
from truceline.record.tiles import (
    WIDTH,
    Tile,
    Tree,
    bundle_path,
    fold,
    join_bundle,
    leaf_hash,
    split_hashes,
    tile_widths,
)


class TreeFiles:
    """Writes the tiles, bundles and checkpoint of one log folder."""

    def __init__(self, root: Path, scratch: Path) -> None:
        """Write below ``root/log``, half-written files in ``scratch``."""
        self.view = LogView(root)
        self._log = root / "log"
        self._scratch = scratch
        self._unsynced: list[Path] = []

    def edge(self, size: int) -> Tree:
        """Return the tree of the first ``size`` entries, a multiple of 256, read from full tiles alone."""
        tails: list[list[bytes]] = []
        for level, full, partial in tile_widths(size):
            start = full * WIDTH
            below = [self.view.tile(level - 1, start + i, WIDTH) for i in range(partial)]
            tails.append([fold(split_hashes(data)) for data in below])
        return Tree(size, tails)

    def grow(self, tree: Tree, entries: Sequence[bytes], tail: Sequence[bytes]) -> Tree:
        """Write the files of the tree with further entries and return that tree; ``tree`` stays as it is.

        Args:
            tree: the tree as published.
            entries: what to add.
            tail: the entries of the last, partial bundle of ``tree``.
        """
        grown = tree.copy()
        full = grown.extend([leaf_hash(entry) for entry in entries])
        self.write(tree, grown, full, entries, tail)
        return grown

    def write(
        self, tree: Tree, grown: Tree, full: Sequence[Tile], entries: Sequence[bytes], tail: Sequence[bytes]
    ) -> None:
        """Write the files by which ``grown`` differs from ``tree``: ``full`` tiles, partial ones, bundles."""
        first = tree.size - len(tail)
        for tile in full:
            self._put(tile.path, tile.data)
        whole = [*tail, *entries]
        for place_in in range(0, len(whole), WIDTH):
            bundle = whole[place_in : place_in + WIDTH]
            self._put(bundle_path((first + place_in) // WIDTH, len(bundle)), join_bundle(bundle))
        for tile in grown.partials():
            if not (tree.size and self._same_partial(tree, tile.level, tile.index, tile.width)):
                self._put(tile.path, tile.data)

    @staticmethod
    def _same_partial(tree: Tree, level: int, index: int, width: int) -> bool:
        return (
            level < len(tree.tails)
            and len(tree.tails[level]) == width
            and tree.size // WIDTH ** (level + 1) == index
        )

    def _put(self, path: str, data: bytes) -> None:
        target = self._log / path
        place(target, data, self._scratch, durable=False)
        self._unsynced.append(target)

    def publish(self, note: Note) -> None:
        """Put the checkpoint in its place: from now on readers see the grown tree."""
        place(self._log / CHECKPOINT, format_note(note), self._scratch)

    def sweep(self, old: int, new: int) -> None:
        """Remove the partial tiles and bundles of the tree of ``old`` entries that that of ``new`` lacks."""
        keep = {(level, full, partial) for level, full, partial in tile_widths(new)}
        for level, full, partial in tile_widths(old):
            if partial and (level, full, partial) not in keep:
                self._drop(self._log / f"tile/{level}" / _below(full), partial)
                if level == 0:
                    self._drop(self._log / "tile/entries" / _below(full), partial)

    def _drop(self, full: Path, width: int) -> None:
        folder = full.with_name(full.name + ".p")
        try:
            (folder / str(width)).unlink(missing_ok=True)
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
        except OSError as error:
            raise trouble(error, folder) from error

    def sync(self) -> None:
        """Make everything written so far durable."""
        folders: set[Path] = set()
        try:
            for path in self._unsynced:
                if path.exists():
                    sync_file(path)
                folders.update(p for p in path.parents if p.is_relative_to(self._log) and p.is_dir())
            for folder in sorted(folders):
                sync_folder(folder)
        except OSError as error:
            raise trouble(error, self._log) from error
        self._unsynced.clear()


def _below(index: int) -> str:
    return bundle_path(index).removeprefix("tile/entries/")
