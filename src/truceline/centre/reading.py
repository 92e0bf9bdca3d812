"""Reading a file without a centre: what ``truceline decode``, ``truceline.read`` and ``ingest`` share."""

from __future__ import annotations

from pathlib import Path

import msgspec

from truceline.centre.isolate import decode_isolated
from truceline.means.means import Input, Means, Reading
from truceline.means.registry import guess, named
from truceline.means.source import Source
from truceline.terms.faults import Refusal
from truceline.terms.place import Site

HEAD_B = 4096
MAX_FILE_MIB = 512
TIMEOUT_S = 300.0


class Opened(msgspec.Struct, frozen=True):
    """A file's bytes and the means that claims them."""

    means: Means
    body: bytes
    changed_ns: int


def open_file(path: Path, means: str | None = None, max_mib: int = MAX_FILE_MIB) -> Opened:
    """Return a file's bytes and its means (guessed from name and first bytes unless named).

    Raises:
        Refusal: no such file, not readable, larger than ``max_mib``, or no means claims it.
    """
    try:
        about = path.stat()
        if not path.is_file():
            raise Refusal("not a file", where=str(path), remedy="name a file")
        if about.st_size > max_mib << 20:
            raise Refusal(
                f"{about.st_size >> 20} MiB is more than {max_mib} MiB",
                where=str(path),
                remedy="split it (a capture: by time), or raise max_file_mib in centre.toml",
            )
        body = path.read_bytes()
    except OSError as error:
        raise Refusal(
            f"cannot read ({error.strerror})", where=str(path), remedy="check the name and the rights"
        ) from error
    chosen = named(means) if means else guess(path.name, body[:HEAD_B])
    return Opened(chosen, body, about.st_mtime_ns)


def read_body(means: Means, body: bytes, stamp_ns: int, site: Site | None = None) -> Reading:
    """Return the reading of one body, decoded in a process of its own when the decoder is foreign."""
    source = Source("file", means.name, site=site)
    inputs = [Input(0, stamp_ns, body)]
    if means.native:
        return decode_isolated(means, inputs, source, TIMEOUT_S)
    return means.decode(inputs, source)


def parse_site(text: str) -> Site:
    """Return the site of ``LAT,LON,HEIGHT`` (degrees, degrees, metres above the ellipsoid).

    Raises:
        Refusal: it is not of that form or out of range.
    """
    try:
        lat, lon, height = (float(item) for item in text.split(","))
    except ValueError as error:
        raise Refusal(
            f"{text!r} is no site", remedy="write LAT,LON,HEIGHT such as -31.31,-64.21,500"
        ) from error
    if not (abs(lat) <= 90 and abs(lon) <= 180 and -1_000 <= height <= 100_000):
        raise Refusal(
            f"{text!r} is not on the earth", remedy="latitude, longitude in degrees, height in metres"
        )
    return Site(lat, lon, height)
