"""Taking a file in: its bytes enter the log as they are, before anything looks at them; only then are they read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from truceline.centre.config import read_config, write_source
from truceline.centre.disk import place, trouble
from truceline.centre.part import SETTINGS, Part, Writing, settings_of
from truceline.centre.reading import bytes_of, check_size, means_of, read_body
from truceline.means.source import Source
from truceline.terms.faults import Refusal
from truceline.terms.place import Site
from truceline.terms.time import format_time


class Taken(msgspec.Struct, frozen=True):
    """One file taken in: what was found in it, and the first and last time it speaks of."""

    file: str
    means: str
    source: str
    bytes: int
    records: int
    observations: int
    watches: int
    faults: int
    first: str = ""
    last: str = ""


def take_files(
    root: Path,
    files: Sequence[Path],
    means: str = "",
    source: str = "",
    site: Site | None = None,
    effective_ns: int = 0,
) -> list[Taken]:
    """Take files into a centre's log, each as one record, and say what is in them.

    All files are looked at before the first is taken: a name mistyped in the middle takes nothing. ``means`` and
    ``source`` empty are guessed; ``effective_ns`` dates bytes that hold only a time of day (0 leaves the stamp).

    Raises:
        Refusal: a file that cannot be read, is too large or that no means claims; a source that reads something else; a
            log that cannot be written.
    """
    limit = settings_of(root).here.max_file_mib
    chosen = [means_of(path, means or None).name for path in files]
    for path in files:
        check_size(path, limit)
    taken = []
    for path, name in zip(files, chosen, strict=True):
        declared = declare(root, source or name, name, site)
        part = Part(root)
        try:
            taken.append(take_file(part, path, declared, name, effective_ns))
        finally:
            part.close()
    return taken


def declare(root: Path, name: str, means: str, site: Site | None) -> Source:
    """Return the declared source of that name; add it to the end of centre.toml when it is new.

    Raises:
        Refusal: a source of that name reads another means, stands elsewhere or has a live door; or centre.toml cannot be
            written.
    """
    config = settings_of(root)
    where = str(root / SETTINGS)
    held = next((source for source in config.source if source.name == name), None)
    if held is not None:
        _check_fits(held, means, site, config.here.part, where)
        return held
    source = Source(name, means, config.here.part, "file:", site)
    try:
        text = (root / SETTINGS).read_bytes()
    except OSError as error:
        raise trouble(error, root / SETTINGS) from error
    longer = text.rstrip(b"\n") + b"\n\n" + write_source(source).encode()
    read_config(longer, where)
    place(root / SETTINGS, longer, root)
    return source


def _check_fits(held: Source, means: str, site: Site | None, part: str, where: str) -> None:
    name = held.name
    if held.means != means:
        raise Refusal(
            f"source {name!r} reads {held.means}, this file is {means}",
            where=where,
            remedy="name another --source",
        )
    if site is not None and held.site != site:
        raise Refusal(
            f"source {name!r} stands at another site",
            where=where,
            remedy="leave --site out, change the site in centre.toml, or name another --source",
        )
    if not held.door.startswith("file:"):
        raise Refusal(
            f"source {name!r} comes in live by {held.door}: what a file tells would be taken for the present",
            where=where,
            remedy="name another --source for its recordings",
        )
    if held.home != part:
        raise Refusal(
            f"the home of source {name!r} is part {held.home}; only that part's log can hold it",
            where=where,
            remedy=f"hand the file to part {held.home}",
        )


def take_file(part: Part, path: Path, source: Source, means: str, effective_ns: int = 0) -> Taken:
    """Write a file's bytes into the log as one record of a source, then read it and say what is in it.

    ``effective_ns`` dates bytes that hold only a time of day; 0 leaves the stamp.

    Raises:
        Refusal: unreadable, too large, not of the means, or the log cannot be written.
    """
    chosen = means_of(path, means)
    body = bytes_of(path, part.config.here.max_file_mib)
    stamp_ns = part.clock.now_ns()
    part.write([Writing("raw", source.name, stamp_ns, body, effective_ns)])
    reading = read_body(chosen, body, effective_ns or stamp_ns, source.site)
    times = reading.observations["time_ns"]
    return Taken(
        str(path),
        chosen.name,
        source.name,
        len(body),
        reading.records,
        len(reading.observations),
        len(reading.watches),
        len(reading.faults),
        format_time(int(times.min())) if len(times) else "",
        format_time(int(times.max())) if len(times) else "",
    )
