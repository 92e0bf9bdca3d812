"""The rehearsal in the browser: tracks move, a violated finding opens, its evidence is decoded, the report is there.

$TRUCELINE_URL names a desk that runs already; $TRUCELINE_SCREENSHOT a file for the picture of the README.
"""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PATIENCE_MS, Pages

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def places(page: Page) -> dict[str, str]:
    """Where the list beside the map says each track is."""
    rows: dict[str, str] = page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('[data-track]')]"
        ".map(row => [row.dataset.track, row.querySelector('.place').textContent]))"
    )
    return rows


def some_moved(page: Page, before: dict[str, str]) -> bool:
    after = places(page)
    return any(after[track] != before[track] for track in before.keys() & after.keys())


def test_from_the_map_to_the_bytes_to_the_report(pages: Pages, rehearsal_url: str) -> None:
    page = pages.open(f"{rehearsal_url}/watch")
    walk(page, photograph)
    assert pages.wrong == []


def test_the_same_walk_over_the_staged_day(pages: Pages, staged_url: str) -> None:
    page = pages.open(f"{staged_url}/watch")
    walk(page, lambda _: None)
    assert pages.wrong == []


def walk(page: Page, once_violated: Callable[[Page], None]) -> None:
    """From the moving map to the bytes and the report, step by step."""
    expect(page.locator(".xband")).to_contain_text("EXERCISE")
    expect(page.locator(".chart[data-drawn=land]")).to_have_count(1, timeout=PATIENCE_MS)

    page.locator("[data-track]").first.wait_for(state="attached")
    before = places(page)
    for _ in range(60):
        page.wait_for_timeout(1000)
        if some_moved(page, before):
            break
    else:
        pytest.fail("no track moved within a minute")

    violated = page.locator(".cl .vd.v").first
    violated.wait_for()
    once_violated(page)
    violated.click()
    page.wait_for_url(re.compile(r"/findings/[0-9a-f]{64}"))
    expect(page.locator(".ptitle")).to_contain_text("violated")
    expect(page.locator(".expl li").first).to_be_visible()

    page.locator(".evidence tbody tr").nth(1).click()
    field = page.locator(".fields tbody tr").first
    expect(field).to_be_visible(timeout=PATIENCE_MS)
    shown = re.sub(r"\s", "", page.locator(".bytes").inner_text())
    assert re.fullmatch(r"[0-9a-f…B\d]+", shown), shown
    decoded = page.locator(".fields").inner_text()
    assert re.search(r"range|azimuth|time of day", decoded, re.IGNORECASE), decoded

    page.keyboard.press("g")
    page.keyboard.press("d")
    page.wait_for_url(re.compile("/reports"))
    report = page.frame_locator("iframe")
    expect(report.locator("body")).to_contain_text("EXERCISE", timeout=PATIENCE_MS)


def photograph(page: Page) -> None:
    """Save the picture of the README when asked to."""
    wanted = os.environ.get("TRUCELINE_SCREENSHOT")
    if not wanted:
        return
    file = Path(wanted)
    file.parent.mkdir(parents=True, exist_ok=True)
    page.wait_for_timeout(4000)
    page.screenshot(path=str(file), timeout=PATIENCE_MS)
