"""The report of a real rehearsal: both parts print one account, and a page that fits any screen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from truceline.report.account import build
from truceline.report.daily import LANGUAGES, render
from truceline.report.figures import figures_digest
from truceline.report.paper import spoken
from truceline.report.tell import tell
from truceline.report.wording import check_words


def test_both_parts_print_the_same_figures(rehearsal: Any) -> None:
    one, other = (build(day) for day in rehearsal.days)
    assert (one.part, other.part) == ("A", "B")
    assert one.mode == other.mode == "joint"
    assert figures_digest(one) == figures_digest(other)
    assert one.findings == other.findings
    assert figures_digest(msgspec.structs.replace(other, duplicates=other.duplicates + 1)) != figures_digest(
        one
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_rehearsals_words_pass(rehearsal: Any, language: str) -> None:
    paper = tell(build(rehearsal.days[0]), language)
    assert paper.mark
    complained = [text for style, text in spoken(paper) if style == "quote"]
    assert any("without lights" in text for text in complained)
    for style, text in spoken(paper):
        assert style == "quote" or check_words(text, language) == [], text


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_fits_the_screen(
    rehearsal: Any, chromium: str, tmp_path: Path, width: int, language: str
) -> None:
    from playwright.sync_api import sync_playwright

    file = tmp_path / "report.html"
    file.write_bytes(render(rehearsal.days[0], language, "html"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for scheme in ("light", "dark"):
            page = browser.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)  # type: ignore[arg-type]
            faults: list[str] = []
            page.on("console", lambda message, faults=faults: faults.append(message.text))
            page.goto(file.as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            target = page.locator("section#unobserved a[href^='#finding-']").first.get_attribute("href")
            page.goto(f"{file.as_uri()}{target}")
            assert page.evaluate("document.querySelector(':target').getBoundingClientRect().top") < 844
            assert faults == []
        browser.close()
