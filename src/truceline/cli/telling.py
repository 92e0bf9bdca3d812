"""Telling: lines for people on stderr, answers on stdout, one JSON form for programs."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import Any

import msgspec


def tell(line: str) -> None:
    """Write one line of progress for a person."""
    print(line, file=sys.stderr, flush=True)


class Progress:
    """Lines of progress with the seconds since the start."""

    def __init__(self, quiet: bool = False) -> None:
        """Start counting now."""
        self._start_s = time.monotonic()
        self._quiet = quiet

    def __call__(self, line: str) -> None:
        """Write one line."""
        if not self._quiet:
            tell(f"{self.seconds:7.1f} s  {line}")

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._start_s


def answer(value: Any) -> None:
    """Write an answer as one JSON document on stdout."""
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n")


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Write a plain table on stdout, columns as wide as their widest cell."""
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    for row in [head, *rows]:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
