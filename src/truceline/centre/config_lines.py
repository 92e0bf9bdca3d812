"""Where a key stands in a TOML text, so that a message about settings can name the line.

A path is the names and numbers that lead to a key: ``("source", 1, "site", "lat_deg")`` for ``lat_deg`` of the second
``[[source]]``. The line whose own path is the longest beginning of it is the place: the key, else its inline table, else
its table's head.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

Path = tuple[str | int, ...]
_HEAD = re.compile(r"\s*(\[\[?)\s*([^\]#]+?)\s*\]")
_KEY = re.compile(r"\s*([A-Za-z0-9_.\-\"']+)\s*=")
_STEP = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)|\[(\d+)\]")


def place_of_key(text: bytes, path: Sequence[str | int], where: str) -> str:
    """Return ``where`` with the line of a key, without one when nothing of the path is in the text."""
    best, place = 0, 0
    for number, held in _paths(text.decode("utf-8", "replace").splitlines()):
        if len(held) > best and tuple(path[: len(held)]) == held:
            best, place = len(held), number
    return f"{where}:{place}" if place else where


def path_in(message: str) -> Path:
    """Return the path that msgspec's message names: ``... unknown field `x` - at `$.source[1].site` ``."""
    unknown = re.search(r"unknown field `([^`]+)`", message)
    found = re.search(r"`\$([^`]*)`", message)
    steps = _STEP.findall(found.group(1)) if found else []
    path: Path = tuple(name or int(number) for name, number in steps)
    return (*path, unknown.group(1)) if unknown else path


def _paths(lines: Sequence[str]) -> Iterator[tuple[int, Path]]:
    """Yield (line number, path) of every table head and key."""
    counts: dict[Path, int] = {}
    table: Path = ()
    for number, line in enumerate(lines, 1):
        head, key = _HEAD.match(line), _KEY.match(line)
        if head is not None:
            table = _table(_names(head.group(2)), head.group(1) == "[[", counts)
            yield number, table
        elif key is not None:
            yield number, (*table, *_names(key.group(1)))


def _table(names: Sequence[str], many: bool, counts: dict[Path, int]) -> Path:
    path: Path = ()
    for place, name in enumerate(names):
        path = (*path, name)
        if many and place == len(names) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _names(dotted: str) -> list[str]:
    return [name.strip().strip("\"'") for name in dotted.split(".")]
