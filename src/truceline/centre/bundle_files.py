"""Bundles as files: a zip of what a stranger needs to check a finding, and its unpacking within limits.

    centre.toml  log/...  blobs/...  mirror/<part>/{log,blobs}/...  finding.json  READ-ME.txt
Stored, not compressed: the log's files are what they are on the wire. Nothing of private/ or spool/ is ever in it.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from truceline.terms.faults import Refusal

MAX_FILES = 1_000_000
MAX_BYTES = 64 << 30
KEPT = ("log", "blobs", "mirror")
NOTE = """A Truceline bundle. It holds both parts' logs up to the seal and the finding in question.
Check it offline:  truceline audit THIS-FILE  (add --policy FILE to pin the keys you trust)
"""


def write_bundle(root: Path, finding: bytes, out: Path) -> int:
    """Write the bundle of a finding and return its size in bytes.

    Raises:
        Refusal: ``out`` cannot be written.
    """
    try:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as bundle:
            bundle.write(root / "centre.toml", "centre.toml")
            for folder in KEPT:
                for path in sorted((root / folder).rglob("*")):
                    if path.is_file() and "spool" not in path.relative_to(root).parts:
                        bundle.write(path, path.relative_to(root).as_posix())
            bundle.writestr("finding.json", finding)
            bundle.writestr("READ-ME.txt", NOTE)
    except OSError as error:
        raise Refusal(f"cannot write ({error.strerror})", where=str(out)) from error
    return out.stat().st_size


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """Give the directory of a centre: ``path`` itself, or a bundle unpacked for as long as it is needed.

    Raises:
        Refusal: neither a directory nor a bundle, or a bundle that reaches outside itself or is too large.
    """
    if path.is_dir():
        yield path
        return
    if not path.is_file() or not zipfile.is_zipfile(path):
        raise Refusal(
            "neither a centre directory nor a bundle", where=str(path), remedy="name one of the two"
        )
    with tempfile.TemporaryDirectory(prefix="truceline-") as folder, zipfile.ZipFile(path) as bundle:
        entries = bundle.infolist()
        if len(entries) > MAX_FILES or sum(entry.file_size for entry in entries) > MAX_BYTES:
            raise Refusal("the bundle is too large", where=str(path))
        for entry in entries:
            if Path(entry.filename).is_absolute() or ".." in Path(entry.filename).parts:
                raise Refusal(f"the bundle reaches outside itself: {entry.filename}", where=str(path))
        bundle.extractall(folder)
        yield Path(folder)
