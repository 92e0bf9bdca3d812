"""The daily report: one account of a day, told in a language, written as HTML, PDF or JSON."""

from __future__ import annotations

import msgspec

from truceline.report.account import build
from truceline.report.day import Day
from truceline.report.figures import SCHEMA, Report
from truceline.report.page import html_bytes
from truceline.report.paper import Paper
from truceline.report.pdf import pdf_bytes
from truceline.report.tell import tell
from truceline.report.words import LANGUAGES
from truceline.terms.faults import Refusal

__all__ = ["FORMATS", "LANGUAGES", "Document", "render"]

FORMATS: tuple[str, ...] = ("html", "pdf", "json")


class Document(msgspec.Struct, frozen=True):
    """The report as JSON: the figures, which are the same in every language, and the paper as said in one."""

    schema: str
    language: str
    figures_digest: str
    figures: Report
    paper: Paper


def render(day: Day, language: str, form: str) -> bytes:
    """Return a day's report in one of LANGUAGES and one of FORMATS.

    Raises:
        Refusal: no such language or format.
    """
    if language not in LANGUAGES:
        raise Refusal(f"no report in {language!r}", remedy=f"one of {', '.join(LANGUAGES)}")
    if form not in FORMATS:
        raise Refusal(f"no report as {form!r}", remedy=f"one of {', '.join(FORMATS)}")
    report = build(day)
    paper = tell(report, language)
    if form == "html":
        return html_bytes(paper)
    if form == "pdf":
        return pdf_bytes(paper)
    document = Document(SCHEMA, language, paper.digest, report, paper)
    return msgspec.json.encode(document, order="deterministic")
