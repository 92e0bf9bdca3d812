"""Bundles as files: a zip of what a stranger needs to check a finding, and its unpacking within limits.

    centre.toml  log/...  blobs/...  mirror/<part>/{log,blobs}/...  finding.json  READ-ME.txt
The files of a log are those its checkpoint refers to, so that a running centre may publish meanwhile. Nothing of private/,
spool/ or evidence/ is ever in it.
"""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from truceline.centre.disk import trouble
from truceline.centre.log_view import CHECKPOINT, LogView, blob_path
from truceline.record.note import parse_checkpoint, parse_note
from truceline.record.record import decode_entry
from truceline.record.tiles import WIDTH, bundle_path, split_bundle, tree_paths
from truceline.terms.faults import Refusal, Trouble

MAX_FILES = 1_000_000
MAX_BYTES = 64 << 30
TRIES = 5
NOTE = """A Truceline bundle. It holds the logs of the centre up to now and the finding in question.
Check it offline:  truceline audit THIS-FILE  (add --policy FILE to pin the keys you trust)
"""


class Damaged(Refusal):
    """A bundle that was one and no longer is: the audit's answer is no."""


def write_bundle(root: Path, finding: bytes, out: Path) -> int:
    """Write the bundle of a finding and return its size in bytes.

    Raises:
        Refusal: ``out`` cannot be written, or a log changes faster than it can be read.
    """
    beside = out.with_name(f"{out.name}.part")
    try:
        with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as bundle:
            bundle.write(root / "centre.toml", "centre.toml")
            mirrored = sorted(path for path in (root / "mirror").glob("*") if (path / "log").is_dir())
            for folder in (root, *mirrored):
                head = "" if folder == root else f"mirror/{folder.name}/"
                for path, data in _files(LogView(folder)):
                    bundle.writestr(f"{head}{path}", data)
            bundle.writestr("finding.json", finding)
            bundle.writestr("READ-ME.txt", NOTE)
        size = beside.stat().st_size
        beside.replace(out)
    except OSError as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise Refusal(
            f"cannot write ({error.strerror or error})",
            where=str(out),
            remedy="name another --out, on a disk with room",
        ) from error
    except Trouble:
        beside.unlink(missing_ok=True)
        raise
    return size


def _files(view: LogView) -> Iterator[tuple[str, bytes]]:
    """Yield (path, bytes) of one published state of a log: checkpoint, tiles, bundles, blobs."""
    for attempt in range(TRIES):
        note = view.read(f"log/{CHECKPOINT}")
        paths = [f"log/{path}" for path in tree_paths(parse_checkpoint(parse_note(note).text).size)]
        partial = [path for path in paths if ".p/" in path]
        try:
            held = {path: view.read(path) for path in partial}
            break
        except Refusal:
            # a wider tile has taken the place of a partial one: read the newer checkpoint
            if attempt == TRIES - 1:
                raise
    yield f"log/{CHECKPOINT}", note
    for path in paths:
        yield path, held[path] if path in held else view.read(path)
    for blob in sorted(_blobs(view, note, held)):
        yield f"blobs/{blob_path(blob)}", view.blob(blob)


def _blobs(view: LogView, note: bytes, held: dict[str, bytes]) -> set[str]:
    size = parse_checkpoint(parse_note(note).text).size
    named = set()
    for index in range((size + WIDTH - 1) // WIDTH):
        path = f"log/{bundle_path(index, min(WIDTH, size - index * WIDTH))}"
        for entry in split_bundle(held[path] if path in held else view.read(path)):
            if (blob := decode_entry(entry).header.blob) is not None:
                named.add(blob)
    return named


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """Give the directory of a centre: ``path`` itself, or a bundle unpacked for as long as it is needed.

    Raises:
        Refusal: neither a directory nor a bundle, or a bundle that reaches outside itself or is too large.
        Damaged: a bundle whose bytes are not those that were packed.
    """
    if path.is_dir():
        yield path
        return
    if not path.is_file() or not zipfile.is_zipfile(path):
        raise Refusal(
            "neither a centre directory nor a bundle", where=str(path), remedy="name one of the two"
        )
    with tempfile.TemporaryDirectory(prefix="truceline-") as folder:
        _unpack(path, Path(folder))
        yield Path(folder)


def _unpack(path: Path, folder: Path) -> None:
    where = str(path)
    try:
        with zipfile.ZipFile(path) as bundle:
            entries = bundle.infolist()
            if len(entries) > MAX_FILES or sum(entry.file_size for entry in entries) > MAX_BYTES:
                raise Refusal("the bundle is too large", where=where, remedy="ask for another one")
            for entry in entries:
                parts = Path(entry.filename).parts
                if Path(entry.filename).is_absolute() or ".." in parts or "\\" in entry.filename:
                    raise Refusal(f"the bundle reaches outside itself: {entry.filename!r}", where=where)
            if not any(entry.filename == f"log/{CHECKPOINT}" for entry in entries):
                raise Refusal("a zip file, but no bundle", where=where, remedy="truceline bundle makes one")
            bundle.extractall(folder)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise Damaged(f"damaged: {error}", where=where, remedy="ask for the bundle again") from error
    except OSError as error:
        raise trouble(error, folder) from error
