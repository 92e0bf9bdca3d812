"""Reading a file without a centre: what ``truceline decode``, ``truceline.read`` and ``ingest`` share."""

from __future__ import annotations

import math
from pathlib import Path

import msgspec

from truceline.centre.isolate import decode_isolated
from truceline.means.means import Input, Means, Reading
from truceline.means.registry import guess, named
from truceline.means.source import Source
from truceline.terms.faults import Refusal
from truceline.terms.place import Site
from truceline.terms.time import NS_PER_DAY, civil_day, parse_day

HEAD_B = 4096
MAX_FILE_MIB = 512
SMALL_FILE_MIB = 16
TIMEOUT_S = 300.0


class Opened(msgspec.Struct, frozen=True):
    """A file's bytes and the means that claims them."""

    means: Means
    body: bytes
    changed_ns: int


def open_file(path: Path, means: str | None = None, max_mib: int = MAX_FILE_MIB) -> Opened:
    """Return a file's bytes and its means (guessed from name and first bytes unless named).

    Raises:
        Refusal: no such file, not readable, empty, larger than ``max_mib``, or no means claims it.
    """
    chosen = means_of(path, means)
    body = bytes_of(path, max_mib)
    return Opened(chosen, body, path.stat().st_mtime_ns)


def means_of(path: Path, means: str | None = None) -> Means:
    """Return the means of a file: the one named, else the one that its name and first 4,096 bytes say.

    Raises:
        Refusal: no such file, not readable, empty, or no means claims it.
    """
    head = _read(path, HEAD_B)
    if not head:
        raise Refusal("the file is empty", where=str(path), remedy="nothing was taken; send it again")
    if means:
        return named(means)
    try:
        return guess(path.name, head)
    except Refusal as refusal:
        raise Refusal(refusal.what, where=str(path), remedy=refusal.remedy) from refusal


def bytes_of(path: Path, max_mib: int = SMALL_FILE_MIB) -> bytes:
    """Return a file's bytes; its size is asked before a byte is read.

    Raises:
        Refusal: no such file, not readable, or larger than ``max_mib``.
    """
    check_size(path, max_mib)
    body = _read(path, (max_mib << 20) + 1)
    if len(body) > max_mib << 20:
        raise _too_large(path, len(body), max_mib)
    return body


def check_size(path: Path, max_mib: int) -> None:
    """Look at a file's size alone.

    Raises:
        Refusal: no such file, or larger than ``max_mib``.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise _unreadable(path, error) from error
    if size > max_mib << 20:
        raise _too_large(path, size, max_mib)


def read_body(means: Means, body: bytes, stamp_ns: int, site: Site | None = None) -> Reading:
    """Return the reading of one body, decoded in a process of its own when the decoder is foreign."""
    source = Source("file", means.name, site=site)
    inputs = [Input(0, stamp_ns, body)]
    if means.native:
        return decode_isolated(means, inputs, source, TIMEOUT_S)
    return means.decode(inputs, source)


def noon(date: str) -> int:
    """Return noon UTC of a day: times of day are then read as that day's.

    Raises:
        Refusal: the text is no day.
    """
    return civil_day(parse_day(date), "UTC")[0] + NS_PER_DAY // 2


def parse_site(text: str) -> Site:
    """Return the site of ``LAT,LON,HEIGHT`` (degrees, degrees, metres above the ellipsoid).

    Raises:
        Refusal: it is not of that form or out of range.
    """
    lat, lon, height = numbers_of(text, "a site", "LAT,LON,HEIGHT such as -31.31,-64.21,500", 3)
    if not (abs(lat) <= 90 and abs(lon) <= 180 and -1_000 <= height <= 100_000):
        raise Refusal(
            f"{text!r} is not on the earth", remedy="latitude, longitude in degrees, height in metres"
        )
    return Site(lat, lon, height)


def parse_origin(text: str) -> tuple[float, float]:
    """Return the latitude and longitude of ``LAT,LON``, an origin for a theatre grid.

    Raises:
        Refusal: it is not of that form or out of range.
    """
    lat, lon = numbers_of(text, "an origin", "LAT,LON such as 39.8,46.8", 2)
    if not (abs(lat) <= 89 and abs(lon) <= 180):
        raise Refusal(f"{text!r} can be no grid's origin", remedy="latitude within 89 degrees of the equator")
    return lat, lon


def numbers_of(text: str, what: str, form: str, count: int) -> list[float]:
    """Return so many numbers of a text with commas between them.

    Raises:
        Refusal: it holds others, or another number of them.
    """
    try:
        numbers = [float(item) for item in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != count or not all(math.isfinite(item) for item in numbers):
        raise Refusal(f"{text!r} is not {what}", remedy=f"write {form}")
    return numbers


def _read(path: Path, most: int) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise Refusal("not a file", where=str(path), remedy="name a file")
        with path.open("rb") as file:
            return file.read(most)
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> Refusal:
    return Refusal(
        f"cannot read ({error.strerror or error})", where=str(path), remedy="check the name and the rights"
    )


def _too_large(path: Path, size: int, max_mib: int) -> Refusal:
    return Refusal(
        f"{size >> 20:,} MiB is more than {max_mib} MiB",
        where=str(path),
        remedy="split it (a capture: by time), or raise max_file_mib in centre.toml",
    )
