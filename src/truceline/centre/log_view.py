"""Reading a log from its folder: checkpoint, tiles, bundles and blobs; no lock, no key, no writing.

    ROOT/log/checkpoint, ROOT/log/tile/...      C2SP tlog-tiles
    ROOT/blobs/<first 2 hex signs>/<sha256 hex>

The writer may publish meanwhile: a partial tile that is gone is read from the wider one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from truceline.centre.disk import trouble
from truceline.record.note import Checkpoint, Note, parse_checkpoint, parse_note
from truceline.record.record import Record, to_record
from truceline.record.tiles import WIDTH, bundle_path, split_bundle, tile_path
from truceline.terms.faults import Broken, Refusal

CHECKPOINT = "checkpoint"
_TRIES = 20


def blob_path(digest: str) -> str:
    """Return the path of a blob below ``blobs/``."""
    return f"{digest[:2]}/{digest}"


class LogView:
    """A log as its folder shows it now; also the reader that the audit asks for files."""

    def __init__(self, root: Path) -> None:
        """Look at the log in ``root/log`` and ``root/blobs``."""
        self.root = root
        self.log = root / "log"
        self.blobs = root / "blobs"

    def checkpoint(self) -> Note:
        """Return the published checkpoint.

        Raises:
            Refusal: there is none, or it is unreadable.
        """
        return parse_note(self.read(f"log/{CHECKPOINT}"))

    def head(self) -> Checkpoint:
        """Return size and root of the published checkpoint."""
        return parse_checkpoint(self.checkpoint().text)

    @property
    def size(self) -> int:
        """Number of published entries; 0 when there is no log yet."""
        return self.head().size if (self.log / CHECKPOINT).exists() else 0

    def entries(self, start: int, stop: int) -> Iterator[bytes]:
        """Yield the bytes of published entries start to stop - 1.

        Raises:
            Refusal: not all of them are published.
        """
        size = self.size
        if not 0 <= start <= stop <= size:
            raise Refusal(f"entries {start} to {stop} are not in a log of {size}", where=str(self.log))
        while start < stop:
            index, first = divmod(start, WIDTH)
            width = min(WIDTH, size - index * WIDTH)
            last = min(width, stop - index * WIDTH)
            bundle = split_bundle(self._widest(bundle_path(index, width), bundle_path(index)))
            if len(bundle) < last:
                raise Broken("an entry bundle is too short", where=bundle_path(index), remedy="run the audit")
            yield from bundle[first:last]
            start = index * WIDTH + last

    def records(self, start: int, stop: int) -> Iterator[Record]:
        """Yield the records of published entries start to stop - 1."""
        for seq, entry in enumerate(self.entries(start, stop), start):
            yield to_record(seq, entry, self.blob)

    def tile(self, level: int, index: int, width: int) -> bytes:
        """Return the first ``width`` hashes of a tile, 32 bytes each."""
        return self._widest(tile_path(level, index, width), tile_path(level, index))[: width * 32]

    def blob(self, digest: str) -> bytes:
        """Return the bytes of a blob (unchecked: ``to_record`` compares them with their hash)."""
        return self.read(f"blobs/{blob_path(digest)}")

    def list(self) -> Iterator[str]:
        """Yield the path of every file of log and blobs below the root."""
        for base in (self.log, self.blobs):
            for folder, folders, names in os.walk(base):
                below = Path(folder).relative_to(self.root).as_posix()
                links = [name for name in folders if Path(folder, name).is_symlink()]
                yield from (f"{below}/{name}" for name in (*names, *links))

    def read(self, path: str) -> bytes:
        """Return the bytes of a file by its path below the root.

        Raises:
            Refusal: there is no such file.
        """
        try:
            return (self.root / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise Refusal(
                "no such file", where=str(self.root / path), remedy="is this a log folder?"
            ) from error
        except OSError as error:
            raise trouble(error, self.root / path) from error

    def _widest(self, path: str, full: str) -> bytes:
        """Read a tile or bundle that a wider one may have replaced since the checkpoint was read."""
        wanted = int(path.rpartition("/")[2]) if path != full else WIDTH
        for _ in range(_TRIES):
            for candidate in (path, full, *self._wider(full, wanted)):
                try:
                    return (self.log / candidate).read_bytes()
                except (FileNotFoundError, NotADirectoryError):
                    continue
                except OSError as error:
                    raise trouble(error, self.log / candidate) from error
        return self.read(f"log/{full}")

    def _wider(self, full: str, wanted: int) -> Sequence[str]:
        try:
            names = [item.name for item in (self.log / f"{full}.p").iterdir()]
        except (FileNotFoundError, NotADirectoryError):
            return []
        widths = sorted((int(name) for name in names if name.isdecimal()), reverse=True)
        return [f"{full}.p/{width}" for width in widths if width >= wanted]
