"""Text bodies line by line, so that every byte lies in a record, in framing or in a fault.

    body = line*   line = text (CR LF | LF | CR | end of body)   a byte-order mark may precede the first
Source: RFC 4180 for CSV, jsonlines.org for JSON lines.
"""

from __future__ import annotations

from collections.abc import Iterator

BOM = b"\xef\xbb\xbf"


def lines(body: bytes) -> Iterator[tuple[int, int, str]]:
    """Yield (offset, length with line end, text without line end and byte-order mark) of every line.

    Bytes that are not UTF-8 become U+FFFD.
    """
    place = 0
    for line in body.splitlines(keepends=True):
        text = line.removeprefix(BOM) if place == 0 else line
        yield place, len(line), text.decode("utf-8", "replace").rstrip("\r\n")
        place += len(line)
