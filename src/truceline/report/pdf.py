"""The report as PDF: typst compiles one template in memory, with the fonts it brings, from the paper as JSON.

No font of the machine, no file and no clock is read: equal papers give equal bytes. The document's date is the reported day.
"""

from __future__ import annotations

from importlib import resources

import msgspec
import typst

from truceline.report.paper import Paper

TEMPLATES = "truceline.report.templates"


def pdf_bytes(paper: Paper) -> bytes:
    """Return the paper as PDF (A4, page numbers, EXERCISE on every page where it applies)."""
    template = resources.files(TEMPLATES).joinpath("daily.typ").read_text("utf-8")
    given = msgspec.json.encode(paper).decode()
    made = typst.compile(
        template.encode(), sys_inputs={"paper": given}, ignore_system_fonts=True, format="pdf", timestamp=0
    )
    return bytes(made)
