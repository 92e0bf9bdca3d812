"""Text bodies line by line, so that every byte lies in a record, in framing or in a fault.

    body = line*   line = text (CR LF | LF | CR | end of body)   a byte-order mark may precede the first
Source: RFC 4180 for CSV, jsonlines.org for JSON lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from truceline.terms.faults import Fault

MOST_FAULTS = 1_000
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


def few(faults: Sequence[Fault], most: int = MOST_FAULTS) -> tuple[Fault, ...]:
    """Return the faults with all but the first ``most`` of a record told as one, whose length is the sum of theirs.

    A file of another kind is one mistake, not a million: its bytes still add up.
    """
    if len(faults) <= most:
        return tuple(faults)
    kept: list[Fault] = []
    counts: dict[int, int] = {}
    beyond: dict[int, list[Fault]] = {}
    for fault in faults:
        counts[fault.seq] = counts.get(fault.seq, 0) + 1
        if counts[fault.seq] <= most:
            kept.append(fault)
        else:
            beyond.setdefault(fault.seq, []).append(fault)
    for seq, rest in sorted(beyond.items()):
        length = sum(fault.length for fault in rest)
        reason = f"{len(rest)} more faults, the first: {rest[0].reason}"
        kept.append(Fault(rest[0].source, seq, rest[0].offset, length, reason))
    return tuple(kept)
