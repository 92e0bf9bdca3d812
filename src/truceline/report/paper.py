"""Paper: a report said in one language, as sections of paragraphs, tables and cards; both templates draw just this.

A span is a run of text: ``style`` is "" or strong, dim, mono, quote; ``mark`` draws a sign before it (a verdict, split,
or a part's letter); ``link`` is the anchor it leads to (``finding-ID``, ``case-ID``, ``event-ID``, or ``/findings/ID``
on the desk).
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from truceline.report.figures import Hour


class Span(msgspec.Struct, frozen=True):
    """A run of text."""

    text: str
    style: str = ""
    link: str = ""
    mark: str = ""


Line = tuple[Span, ...]


class Cell(msgspec.Struct, frozen=True):
    """A cell: lines of spans, and perhaps a drawing: a bar (per mille observed, -1 none) or the day's hours."""

    lines: tuple[Line, ...] = ()
    bar: int = -1
    hours: tuple[Hour, ...] = ()


class Head(msgspec.Struct, frozen=True):
    """A column: its name, whether it holds numbers, and its share of the free width (0: as wide as its text)."""

    text: str
    number: bool = False
    width: int = 0


class Row(msgspec.Struct, frozen=True):
    """A row; ``anchor`` is what links lead to."""

    cells: tuple[Cell, ...]
    anchor: str = ""


class Paragraph(msgspec.Struct, frozen=True, tag="paragraph"):
    """A paragraph; ``style`` is "" or lead, note, warn, title."""

    spans: Line
    style: str = ""


class Table(msgspec.Struct, frozen=True, tag="table"):
    """A table; ``style`` is "" or small."""

    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    style: str = ""


class Entry(msgspec.Struct, frozen=True):
    """A named entry of a card."""

    name: str
    lines: tuple[Line, ...]


class Card(msgspec.Struct, frozen=True, tag="card"):
    """A card: a title, and entries below it."""

    title: Line
    entries: tuple[Entry, ...]
    anchor: str = ""


Block = Paragraph | Table | Card


class Section(msgspec.Struct, frozen=True):
    """A section; the first one says what was not observed."""

    id: str
    title: str
    blocks: tuple[Block, ...]


class Paper(msgspec.Struct, frozen=True):
    """A report in one language. ``band`` is the EXERCISE line, empty when the input is real."""

    language: str
    day: str
    title: str
    centre: str
    mark: str
    band: str
    facts: tuple[str, ...]
    chips: tuple[str, ...]
    headline: str
    lead: tuple[str, ...]
    sections: tuple[Section, ...]
    page: str
    digest: str


def finding_anchor(identity: str) -> str:
    """Return the anchor of a finding."""
    return f"finding-{identity}"


def case_anchor(identity: str) -> str:
    """Return the anchor of a case."""
    return f"case-{identity}"


def event_anchor(identity: str) -> str:
    """Return the anchor of an event."""
    return f"event-{identity}"


def cell(text: str, style: str = "", link: str = "", mark: str = "") -> Cell:
    """Return a cell of one span."""
    return Cell(((Span(text, style, link, mark),),)) if text else Cell()


def lines(*given: Span | Line) -> Cell:
    """Return a cell of several lines; empty ones are left out."""
    held = [(item,) if isinstance(item, Span) else item for item in given]
    return Cell(tuple(line for line in held if any(span.text for span in line)))


def spoken(paper: Paper) -> Iterable[tuple[str, str]]:
    """Yield (style, text) of everything a paper says, in order."""
    yield from (("", text) for text in (paper.title, paper.centre, paper.mark, paper.band, paper.headline))
    yield from (("", text) for text in (*paper.facts, *paper.chips, *paper.lead))
    for section in paper.sections:
        yield "", section.title
        for block in section.blocks:
            yield from ((span.style, span.text) for span in _spans(block))


def _spans(block: Block) -> Iterable[Span]:
    if isinstance(block, Paragraph):
        yield from block.spans
    elif isinstance(block, Table):
        yield from (Span(head.text) for head in block.heads)
        yield from (span for row in block.rows for held in row.cells for line in held.lines for span in line)
    else:
        yield from block.title
        for entry in block.entries:
            yield Span(entry.name)
            yield from (span for line in entry.lines for span in line)
