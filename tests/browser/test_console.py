"""The console on the staged day: every page in three languages, two themes and three widths; keys, links, lost lines."""

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PATIENCE_MS, Desk, Pages

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

WORDS = {
    "en-GB": ("EXERCISE", "Watch", "violated", "not verified"),
    "ru-RU": ("УЧЕНИЕ", "Наблюдение", "нарушен", "не проверено"),
    "tr-TR": ("TATBİKAT", "Gözlem", "ihlal edildi", "doğrulanmadı"),
}
SIZES = [(1280, 720), (1000, 800), (390, 844)]


def ready(page: Page) -> None:
    """Wait for the lists; the map may come later."""
    page.locator(".cl").first.wait_for(timeout=PATIENCE_MS)


def wide_of(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_watch_speaks_every_language_in_both_themes(
    pages: Pages, staged_url: str, language: str, theme: str
) -> None:
    page = pages.open(f"{staged_url}/watch", theme=theme, language=language)
    ready(page)
    exercise, watch, violated, unverified = WORDS[language]
    expect(page.locator(".xband b")).to_have_text(exercise)
    expect(page.locator("nav.nav a[aria-current]")).to_have_text(watch)
    expect(page.locator(".cl .vd").first).to_have_text(violated)
    expect(page.locator(".tally")).to_contain_text(unverified)
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    assert page.evaluate("document.documentElement.lang") == language[:2]
    assert pages.wrong == []


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("place", ["watch", "findings", "cases", "reports"])
def test_no_page_is_wider_than_its_window(
    pages: Pages, staged_url: str, place: str, size: tuple[int, int]
) -> None:
    page = pages.open(f"{staged_url}/{place}", *size, language="ru-RU")
    page.locator(f"{'.cl' if place == 'watch' else 'h1'}").first.wait_for()
    page.wait_for_timeout(500)
    assert wide_of(page) <= 0
    assert pages.wrong == []


def test_the_finding_shows_both_guarantors_and_its_stair(pages: Pages, staged_url: str) -> None:
    page = pages.open(f"{staged_url}/findings?f=span:hour,v:violated", 1280, 800)
    page.locator("tbody tr").first.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/findings/[0-9a-f]{64}"))
    expect(page.locator(".stair li")).to_have_count(7)
    expect(page.locator(".stair li.b")).to_have_count(6)
    expect(page.locator("svg .posterior")).to_have_count(2)
    expect(page.locator("svg .dart")).to_have_count(1)
    page.keyboard.press("j")
    expect(page).to_have_url(re.compile(r"sel=evidence:[0-9a-f]{64}\.\d+"))
    page.keyboard.press("Escape")
    page.wait_for_url(re.compile(r"/findings(\?|$)"))
    assert pages.wrong == []


def test_letters_lead_from_place_to_place_but_not_inside_a_field(pages: Pages, staged_url: str) -> None:
    page = pages.open(f"{staged_url}/watch")
    ready(page)
    for key, place in (("f", "findings"), ("c", "cases"), ("d", "reports"), ("w", "watch")):
        page.keyboard.press("g")
        page.keyboard.press(key)
        page.wait_for_url(re.compile(f"/{place}"))
    page.keyboard.press("/")
    page.locator("dialog input").fill("gc agdam")
    assert page.url.endswith("/watch")
    page.locator("dialog input").fill("agdam")
    expect(page.locator("dialog li").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"(cl|sel)="))
    page.keyboard.press("?")
    expect(page.locator("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
    assert pages.wrong == []


def test_a_gap_is_one_key_and_one_sentence_away(pages: Pages, staged_url: str) -> None:
    page = pages.open(f"{staged_url}/watch?t=2020-11-20T08:00:00Z")
    ready(page)
    page.locator(".plot canvas").wait_for()
    page.keyboard.press("]")
    expect(page).to_have_url(re.compile(r"t=2020-11-20T08:"))
    expect(page.locator(".tlhead .words")).to_contain_text("nobody looked")
    expect(page.locator(".mapui .chip", has_text="As it was")).to_be_visible()
    page.keyboard.press("n")
    expect(page).not_to_have_url(re.compile(r"[?&]t="))
    assert pages.wrong == []


def test_a_link_opens_the_same_objects_times_and_layers(pages: Pages, staged_url: str) -> None:
    view = (
        "cls=aircraft&cl=1.air&sel=source:R2&ly=-places,%2Bsteps&c=39.9000,47.0000,8.0&t=2020-11-20T08:15:00Z"
    )
    page = pages.open(f"{staged_url}/watch?{view}")
    ready(page)
    expect(page.locator(".selected h2")).to_have_text("R2")
    expect(page.locator(".cl.sel")).to_contain_text("No flight over the line")
    assert page.locator(".mapui select").input_value() == "aircraft"
    page.locator(".cl .nm").nth(1).click()
    expect(page).to_have_url(re.compile("t=2020-11-20T08:15:00Z"))
    page.go_back()
    expect(page.locator(".selected h2")).to_have_text("R2")
    assert pages.wrong == []


def test_the_map_answers_whether_we_could_have_seen(pages: Pages, staged_url: str) -> None:
    page = pages.open(f"{staged_url}/watch?ly=-tracks,-sensors&c=39.6200,47.1600,10.0&t=2020-11-20T08:35:00Z")
    ready(page)
    expect(page.locator(".chart[data-drawn=land]")).to_have_count(1)
    box = page.locator(".chart").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator(".selected h2")).to_have_text("Could we have seen it here?")
    expect(page.locator(".selected")).to_contain_text("outage")
    assert pages.wrong == []


def test_the_list_holds_what_the_map_holds(pages: Pages, staged_url: str) -> None:
    page = pages.open(f"{staged_url}/watch?t=2020-11-20T08:15:00Z")
    ready(page)
    page.get_by_role("button", name="List").click()
    cited = page.locator("[data-track]").first
    expect(cited).to_contain_text("violated")
    cited.get_by_role("button").click()
    expect(page.locator(".selected")).to_contain_text("R1, R2")
    expect(page.locator(".selected")).to_contain_text("none received")
    assert pages.wrong == []


def test_a_lost_line_is_said_at_once_and_mends_by_itself(pages: Pages, staged: Path) -> None:
    desk = Desk(staged)
    page = pages.open(f"{desk.url}/watch")
    ready(page)
    page.locator("[data-track]").first.wait_for(state="attached")
    desk.stop()
    banner = page.locator(".banner")
    expect(banner).to_contain_text("Picture frozen at")
    expect(page.locator(".board.stale")).to_be_visible()
    expect(page.locator(".parts .off")).to_have_count(2)
    again = Desk(staged, desk.port)
    expect(banner).to_have_count(0, timeout=PATIENCE_MS)
    expect(page.locator(".parts .off")).to_have_count(0)
    again.stop()
    # The browser itself reports each refused try; nothing else may have gone wrong.
    assert [
        fault for fault in pages.wrong if "ERR_CONNECTION" not in fault and "WebSocket" not in fault
    ] == []


def test_a_finding_that_is_not_here_says_so(pages: Pages, staged_url: str) -> None:
    page = pages.open(f"{staged_url}/findings/{'0' * 64}")
    expect(page.get_by_role("alert")).to_contain_text("Not here")
    time.sleep(0.2)
    assert [fault for fault in pages.wrong if "404" not in fault] == []


def test_an_earlier_knowledge_is_a_picture_of_its_own(pages: Pages, staged_url: str) -> None:
    page = pages.open(f"{staged_url}/watch?k=2020-11-20T08:05:00Z")
    ready(page)
    expect(page.locator(".mapui .chip.on", has_text="As known on 2020-11-20T08:05:00Z")).to_be_visible()
    expect(page.locator(".tally a").first).to_contain_text("0")
    expect(page.locator(".cl .vd.v")).to_have_count(0)
    before = page.locator("[data-track] .place").all_inner_texts()
    page.wait_for_timeout(3000)
    assert page.locator("[data-track] .place").all_inner_texts() == before
    page.keyboard.press("n")
    expect(page.locator(".cl .vd.v")).to_have_count(1)
    assert pages.wrong == []


def test_a_time_before_the_log_is_refused_and_leaves_no_old_verdict(pages: Pages, staged_url: str) -> None:
    page = pages.open(f"{staged_url}/watch")
    ready(page)
    page.keyboard.press("t")
    page.locator("dialog input").nth(1).fill("2020-11-01T00:00:00Z")
    page.keyboard.press("Enter")
    expect(page.locator(".board").get_by_role("alert")).to_contain_text("The desk refused this")
    expect(page.locator(".cl")).to_have_count(0)
    page.keyboard.press("n")
    page.locator(".cl").first.wait_for()
    assert [fault for fault in pages.wrong if "400" not in fault] == []
