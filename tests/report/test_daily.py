"""The daily report: one set of figures in all languages and formats, the unobserved first, nothing that runs or misleads."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.report.reported import blind_day, sealed, seen_day, watched_day, with_case
from tests.verify import scenes
from truceline.report.account import build
from truceline.report.daily import FORMATS, LANGUAGES, Document, render
from truceline.report.day import Day
from truceline.report.figures import figures_digest
from truceline.report.page import html_bytes
from truceline.report.paper import Card, Paper, Span, Table, spoken
from truceline.report.pdf import pdf_bytes
from truceline.report.tell import tell
from truceline.report.wording import check_words
from truceline.terms.faults import Refusal

ALL = [(language, form) for language in LANGUAGES for form in FORMATS]
DAYS = [seen_day, blind_day, watched_day]
FIGURE = re.compile(r"\d+")
MARKS = {"en": "EXERCISE", "ru": "УЧЕНИЕ", "tr": "TATBİKAT"}


class Tags(HTMLParser):
    """Every tag, id and link of a page, and its text."""

    def __init__(self, page: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.attributes: list[str] = []
        self.text: list[str] = []
        self.quoted: list[str] = []
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "q":
            self.quoted.append("")
        for name, value in attrs:
            self.attributes.append(name)
            if name == "id":
                self.ids.append(value or "")
            if name == "href":
                self.links.append(value or "")

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if "q" in self.tags and self.quoted:
            self.quoted[-1] += data


def paper_of(day: Day, language: str) -> Paper:
    return tell(build(day), language)


def pdf_text(data: bytes, tmp_path: Path) -> list[str]:
    """The pages of a PDF as text."""
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext: install it (Debian: poppler-utils)")
    file = tmp_path / "report.pdf"
    file.write_bytes(data)
    run = subprocess.run(["pdftotext", "-raw", str(file), "-"], capture_output=True, check=True)
    return run.stdout.decode().rstrip("\f").split("\f")


def cells(paper: Paper) -> list[tuple[str, str, list[Span]]]:
    """(section, place, spans) of every cell of a table and every line of a card, in order."""
    found = []
    for section in paper.sections:
        for number, block in enumerate(section.blocks):
            if isinstance(block, Table):
                found += [
                    (section.id, f"{number}.{row}.{column}", [span for line in cell.lines for span in line])
                    for row, held in enumerate(block.rows)
                    for column, cell in enumerate(held.cells)
                ]
            elif isinstance(block, Card):
                found += [
                    (section.id, f"{number}.{place}", [span for line in entry.lines for span in line])
                    for place, entry in enumerate(block.entries)
                ]
    return found


def figures(text: str) -> list[str]:
    """The figures of a text, whatever groups digits in a language, in order of size."""
    return sorted(FIGURE.findall(re.sub(r"(?<=\d)[.,\u00a0](?=\d)", "", text)))


@pytest.mark.parametrize("make", DAYS)
def test_figures_are_the_same_in_every_language(make: Any) -> None:
    papers = {language: paper_of(make(), language) for language in LANGUAGES}
    assert len({paper.digest for paper in papers.values()}) == 1
    spelled = {
        language: [
            (section, place, figures(" ".join(span.text for span in spans)))
            for section, place, spans in cells(paper)
        ]
        for language, paper in papers.items()
    }
    assert spelled["ru"] == spelled["en"]
    assert spelled["tr"] == spelled["en"]
    links = {
        language: [span.link for _, _, spans in cells(paper) for span in spans]
        for language, paper in papers.items()
    }
    assert links["ru"] == links["en"] == links["tr"]


def test_ids_times_and_hashes_are_spelled_alike() -> None:
    alike = re.compile(r"\d{4}-\d\d-\d\dT[\d:]+\S*?(?=[\s,;:.)]|$)|\b[0-9a-f]{12,64}\b|\b\d\.\d{3}\b")
    spelled = []
    for language in LANGUAGES:
        paper = paper_of(sealed(with_case(seen_day(), ["violated", "violated"])), language)
        text = [span.text for _, _, spans in cells(paper) for span in spans if span.style == "mono"]
        spelled.append(sorted(alike.findall("\n".join(text))))
    assert len(spelled[0]) > 300
    assert spelled[0] == spelled[1] == spelled[2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_format_holds_the_same_ids_and_figures(language: str, tmp_path: Path) -> None:
    day = sealed(with_case(seen_day(), ["violated", "violated"]))
    paper = paper_of(day, language)
    page = Tags(render(day, language, "html"))
    pages = pdf_text(render(day, language, "pdf"), tmp_path)
    document = msgspec.json.decode(render(day, language, "json"), type=Document)
    assert document.paper == paper
    assert document.figures_digest == figures_digest(build(day)) == paper.digest
    plain = re.sub(r"\s|\u200b", "", " ".join(pages))
    text = re.sub(r"\s", "", "".join(page.text))
    for finding in day.findings:
        assert finding.id[:16] in plain
        assert finding.id[:16] in text
    for _, said in spoken(paper):
        assert re.sub(r"\s", "", said) in text
    for hashed in (paper.digest, "a1" * 32, "22" * 32):
        assert hashed in plain
        assert hashed in text


@pytest.mark.parametrize("make", DAYS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_leads_somewhere(make: Any, language: str) -> None:
    day = make()
    page = Tags(render(day, language, "html"))
    assert len(page.ids) == len(set(page.ids))
    inner = {link[1:] for link in page.links if link.startswith("#")}
    assert inner <= set(page.ids)
    assert {f"finding-{finding.id}" for finding in day.findings} <= set(page.ids)
    outer = {link for link in page.links if not link.startswith("#")}
    assert outer == {f"/findings/{finding.id}" for finding in day.findings}


def test_every_figure_of_a_table_leads_to_its_finding() -> None:
    paper = paper_of(with_case(seen_day(), ["violated", "violated"]), "en")
    told = {"unobserved": (2, 3), "clauses": (3,), "counts": (1, 2, 3, 4, 5, 6, 7), "deadlines": (2,)}
    for section, place, spans in cells(paper):
        block, _, column = place.partition(".")[0], *place.partition(".")[1:]
        if section in told and block == "0" and int(column.split(".")[1]) in told[section]:
            assert spans and (spans[0].link.startswith("finding-") or spans[0].link == "events"), (
                section,
                place,
            )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_unobserved_leads(language: str) -> None:
    report = build(seen_day())
    paper = tell(report, language)
    assert paper.sections[0].id == "unobserved"
    for item in report.unobserved:
        assert item.observed + sum(share.permille for share in item.causes) == 1000
    assert {item.clause for item in report.unobserved} == {finding.clause for finding in seen_day().findings}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_looked_is_no_peaceful_day(language: str) -> None:
    report = build(blind_day())
    paper = tell(report, language)
    assert report.blind
    looked = {"en": "Nobody looked", "ru": "Никто не смотрел", "tr": "Kimse bakmadı"}[language]
    assert paper.headline.startswith(looked)
    assert all(item.observed == 0 for item in report.unobserved)
    assert dict(report.verdicts) == {"compliant": 0, "violated": 0, "not verified": len(blind_day().findings)}
    assert not any(rate.per_1000 or rate.per_hour for rate in report.rates)
    said = [text for style, text in spoken(paper) if style != "quote"]
    assert [offence for text in said for offence in check_words(text, language)] == []
    board = next(section for section in paper.sections if section.id == "counts").blocks[0]
    assert isinstance(board, Table)
    assert {row.cells[1].lines[0][0].text for row in board.rows} == {"–"}
    violated = next(section for section in paper.sections if section.id == "violated")
    assert looked[:6].lower() in " ".join(s.text for b in violated.blocks for s in b.spans).lower()  # type: ignore[union-attr]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("make", DAYS)
def test_our_words_pass_the_wording_check(make: Any, language: str) -> None:
    for day in (make(), sealed(make())):
        for style, text in spoken(paper_of(day, language)):
            assert style == "quote" or check_words(text, language) == [], text


@pytest.mark.parametrize("language", LANGUAGES)
def test_exercise_is_marked_on_every_page(language: str, tmp_path: Path) -> None:
    pages = pdf_text(render(seen_day(), language, "pdf"), tmp_path)
    assert len(pages) > 3
    for number, page in enumerate(pages, 1):
        letters = re.sub(r"\s", "", page)
        assert letters.count(MARKS[language]) >= 2
        assert re.search(rf"\b{number}\b", page)
    page = Tags(render(seen_day(), language, "html"))
    assert MARKS[language] in page.text


def test_real_input_is_not_marked_and_one_simulated_source_marks_all(tmp_path: Path) -> None:
    for language in LANGUAGES:
        assert MARKS[language].encode() not in render(watched_day(), language, "html")
    assert "EXERCISE" not in re.sub(
        r"\s", "", " ".join(pdf_text(render(watched_day(), "en", "pdf"), tmp_path))
    )
    held = watched_day()
    sources = (msgspec.structs.replace(held.sources[0], simulated=True), *held.sources[1:])
    assert b"EXERCISE" in render(msgspec.structs.replace(held, sources=sources), "en", "html")


def test_stage_and_mode_are_printed() -> None:
    assert paper_of(seen_day(), "en").chips == ("provisional", "not sealed")
    assert paper_of(sealed(seen_day()), "en").chips == ("final", "joint")
    alone = paper_of(watched_day(), "en")
    assert alone.chips == ("final", "single part")
    assert any(text.startswith("Single part: the other part") for _, text in spoken(alone))


def test_a_day_that_is_not_over_says_so() -> None:
    day = msgspec.structs.replace(seen_day(), known_ns=scenes.at("12:00:00"))
    assert paper_of(day, "en").lead[0].startswith("The day is not over")
    assert not paper_of(sealed(day), "en").lead[0].startswith("The day is not over")


def test_a_split_takes_the_place_of_the_verdict_and_both_sides_stand() -> None:
    paper = paper_of(
        with_case(sealed(seen_day()), ["violated", "not verified"], "Seen twice.", "Not by us."), "en"
    )
    board = next(section for section in paper.sections if section.id == "clauses").blocks[0]
    assert isinstance(board, Table)
    row = next(row for row in board.rows if any(line[0].mark == "split" for line in row.cells[0].lines))
    said = [(span.mark, span.text) for line in row.cells[0].lines for span in line]
    assert ("part A", "violated") in said
    assert ("part B", "not verified") in said
    case = next(section for section in paper.sections if section.id == "cases").blocks[0]
    assert isinstance(case, Card)
    quotes = [
        span.text for entry in case.entries for line in entry.lines for span in line if span.style == "quote"
    ]
    assert quotes.count("Seen twice.") == 2
    assert quotes.count("Not by us.") == 2


def test_a_sealed_assessment_does_not_leak() -> None:
    report = build(with_case(sealed(seen_day()), ["violated"]))
    words = " ".join(text for _, text in spoken(tell(report, "en")))
    assert "has not committed an assessment" in words
    assert report.cases[0].outcome == "pending"


@pytest.mark.parametrize(("language", "form"), ALL)
def test_equal_days_give_equal_bytes(language: str, form: str) -> None:
    assert render(seen_day(), language, form) == render(seen_day(), language, form)


def test_the_pdf_carries_the_day_and_no_clock() -> None:
    data = render(seen_day(), "en", "pdf")
    assert data.startswith(b"%PDF-1.7")
    assert re.findall(rb"/(?:CreationDate|ModDate) ?\(D:(\d{8})", data) == [b"20201120", b"20201120"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_json_survives_the_round_trip_and_has_a_schema(language: str) -> None:
    data = render(sealed(with_case(seen_day(), ["violated", "violated"])), language, "json")
    document = msgspec.json.decode(data, type=Document, strict=True)
    assert msgspec.json.encode(document, order="deterministic") == data
    assert figures_digest(document.figures) == document.figures_digest
    schema = msgspec.json.schema(Document)
    assert schema["$defs"]["Report"]["required"]


def test_the_page_runs_and_loads_nothing() -> None:
    page = render(with_case(seen_day(), ["violated", "violated"]), "en", "html")
    tags = Tags(page)
    assert not {"script", "link", "img", "iframe", "object", "embed", "form", "base"} & set(tags.tags)
    assert not any(name.startswith("on") or name == "src" for name in tags.attributes)
    assert b"url(http" not in page and b"@import" not in page
    assert tags.tags.count("style") == 1


@pytest.mark.parametrize("wanted", [("xx", "html"), ("en", "docx")])
def test_another_language_or_format_is_refused(wanted: tuple[str, str]) -> None:
    with pytest.raises(Refusal, match="one of"):
        render(seen_day(), *wanted)


HOSTILE = [
    "<script>alert(1)</script>",
    "</q></dd></dl><img src=x onerror=alert(1)>",
    "{{ paper }} {% raw %} {n} {area|pl} #panic() $x$ [a](b) `c` \\u{41} @finding //",
    "\u202etxet desrever\u2066",
    "&lt;b&gt; &amp; \" ' <!-- -->",
    "0 %% D'Hondt -- [EXERCISE]",
]
words = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r"), min_size=1, max_size=40
)


@given(words)
@settings(max_examples=25)
@example(HOSTILE[0])
@example(HOSTILE[1])
@example(HOSTILE[2])
@example(HOSTILE[3])
@example(HOSTILE[4])
def test_no_word_of_others_becomes_markup(text: str) -> None:
    calm = Tags(html_bytes(paper_of(with_case(watched_like(), ["violated", "violated"], "x", "x"), "en")))
    page = html_bytes(paper_of(with_case(watched_like(), ["violated", "violated"], text, text), "en"))
    hostile = Tags(page)
    timed = [tag for tag in hostile.tags if tag != "span"]
    assert timed == [tag for tag in calm.tags if tag != "span"]
    assert sorted(hostile.ids) == sorted(calm.ids)
    assert hostile.links == calm.links
    assert (
        html.escape(text).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in page.decode()
        or text[:4].isdigit()
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_stay_words_in_the_pdf(text: str, tmp_path: Path) -> None:
    made = pdf_bytes(paper_of(with_case(watched_like(), ["violated", "violated"], text), "en"))
    letters = re.sub(r"[\s\W_]", "", text)
    plain = re.sub(r"[\s\W_]", "", " ".join(pdf_text(made, tmp_path)))
    assert letters in plain or (text[0] == "\u202e" and letters[::-1] in plain)
    assert "violated1airNoflightovertheline" in plain


def watched_like() -> Day:
    """A small day with a violation: only its findings of one clause."""
    day = seen_day()
    return msgspec.structs.replace(day, findings=tuple(f for f in day.findings if f.clause == "1.air"))


def test_a_day_without_any_finding_still_has_a_report() -> None:
    empty = msgspec.structs.replace(blind_day(), findings=(), norms=())
    for language, form in ALL:
        assert render(empty, language, form)
