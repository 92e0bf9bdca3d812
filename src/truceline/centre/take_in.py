"""Taking a file in: its bytes enter the log as they are, before anything looks at them; only then are they read."""

from __future__ import annotations

from pathlib import Path

import msgspec

from truceline.centre.config import write_config
from truceline.centre.part import SETTINGS, Part, Writing, settings_of
from truceline.centre.reading import open_file, read_body
from truceline.means.source import Source
from truceline.terms.faults import Refusal
from truceline.terms.place import Site
from truceline.terms.time import format_time


class Taken(msgspec.Struct, frozen=True):
    """One file taken in: what was found in it, and the civil days it speaks of (UTC dates)."""

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


def declare(root: Path, name: str, means: str, site: Site | None) -> Source:
    """Return the declared source of that name; add it to centre.toml when it is new.

    Raises:
        Refusal: a source of that name reads another means, or centre.toml cannot be written.
    """
    config = settings_of(root)
    held = next((source for source in config.source if source.name == name), None)
    if held is not None and held.means != means:
        raise Refusal(
            f"source {name!r} reads {held.means}, this file is {means}",
            where=str(root / SETTINGS),
            remedy="name another --source",
        )
    if held is not None and (site is None or held.site == site):
        return held
    home = config.here.part
    source = msgspec.structs.replace(held, site=site) if held else Source(name, means, home, "file:", site)
    others = tuple(item for item in config.source if item.name != name)
    changed = msgspec.structs.replace(config, source=(*others, source))
    try:
        (root / SETTINGS).write_text(write_config(changed), encoding="utf-8")
    except OSError as error:
        raise Refusal(f"cannot write ({error.strerror})", where=str(root / SETTINGS)) from error
    return source


def take_file(part: Part, path: Path, source: Source, means: str, effective_ns: int = 0) -> Taken:
    """Write a file's bytes into the log as one record of a source, then read it and say what is in it.

    ``effective_ns`` dates bytes that hold only a time of day; 0 leaves the stamp.

    Raises:
        Refusal: unreadable, too large, not of the means, or the log cannot be written.
    """
    opened = open_file(path, means, part.config.here.max_file_mib)
    stamp_ns = part.clock.now_ns()
    part.write([Writing("raw", source.name, stamp_ns, opened.body, effective_ns)])
    reading = read_body(opened.means, opened.body, effective_ns or stamp_ns, source.site)
    times = reading.observations["time_ns"]
    return Taken(
        str(path),
        opened.means.name,
        source.name,
        len(opened.body),
        reading.records,
        len(reading.observations),
        len(reading.watches),
        len(reading.faults),
        format_time(int(times.min())) if len(times) else "",
        format_time(int(times.max())) if len(times) else "",
    )
