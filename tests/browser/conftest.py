"""A browser without network, the desk of a staged day, and the desk of the whole rehearsal."""

import os
import pickle
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.conftest import ROOT
from tests.desk.staged import staged_day
from truceline.desk.pages import PAGES

# WebGL without a graphics card; nothing that Chromium would fetch by itself.
FLAGS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
PATIENCE_MS = 60_000
URL = re.compile(r"http://127\.0\.0\.1:\d+")


@pytest.fixture(scope="session")
def built() -> Path:
    """The console as `make console` leaves it."""
    if not (PAGES / "index.html").is_file():
        pytest.skip("the console is not built: make console")
    return PAGES


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        held = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield held
        held.close()


class Desk:
    """A desk served on loopback by a process of its own, which `stop` kills as a power cut would."""

    def __init__(self, day: Path, port: int = 0) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = day.with_suffix(f".{self.port}.log")
        command = [sys.executable, "-m", "tests.desk.staged", str(self.port), str(day)]
        with self.log.open("w") as out:
            self.child = subprocess.Popen(
                command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
            )
        self._await()

    def stop(self) -> None:
        self.child.kill()
        self.child.wait()

    def _await(self) -> None:
        until = time.monotonic() + PATIENCE_MS / 1000
        while time.monotonic() < until:
            if self.child.poll() is not None:
                pytest.fail(f"the desk ended: {self.log.read_text()}")
            with closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        self.stop()
        pytest.fail(f"the desk did not answer on {self.url}: {self.log.read_text()}")


@pytest.fixture(scope="session")
def staged(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The staged day in a file; a desk that serves it runs its clock, so that tracks move."""
    folder = tmp_path_factory.mktemp("browser")
    kept = folder / "day.pickle"
    kept.write_bytes(pickle.dumps(staged_day(folder)))
    return kept


@pytest.fixture(scope="session")
def staged_url(staged: Path) -> Iterator[str]:
    desk = Desk(staged)
    yield desk.url
    desk.stop()


@pytest.fixture(scope="session")
def rehearsal_url(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The console of `truceline demo`: $TRUCELINE_URL when one runs already, else one started here."""
    if given := os.environ.get("TRUCELINE_URL"):
        yield given.rstrip("/")
        return
    log = tmp_path_factory.mktemp("demo") / "demo.log"
    command = [str(Path(sys.executable).parent / "truceline"), "demo", "--port", str(free_port())]
    with log.open("w") as out:
        child = subprocess.Popen(
            command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
        )
    try:
        yield _printed_url(child, log)
    finally:
        child.terminate()
        try:
            child.wait(timeout=60)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


@pytest.fixture
def pages(browser: Browser) -> Iterator["Pages"]:
    held = Pages(browser)
    yield held
    held.close()


class Pages:
    """Opens pages, and notes everything that a sound console never does: errors, foreign requests, refused content."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.wrong: list[str] = []
        self._contexts: list[BrowserContext] = []

    def open(
        self, url: str, width: int = 1440, height: int = 900, theme: str = "dark", language: str = "en-GB"
    ) -> Page:
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            locale=language,
            color_scheme="light" if theme == "light" else "dark",
            reduced_motion="reduce",
        )
        self._contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        origin = URL.match(url)
        assert origin is not None, url
        page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        page.on(
            "console",
            lambda said: self.wrong.append(f"console: {said.text}") if said.type == "error" else None,
        )
        page.on(
            "request",
            lambda asked: (
                None
                if asked.url.startswith((origin[0], "data:", "blob:"))
                else self.wrong.append(f"foreign: {asked.url}")
            ),
        )
        page.goto(url)
        return page

    def close(self) -> None:
        for context in self._contexts:
            context.close()


def free_port() -> int:
    """A port that nobody uses now."""
    with closing(socket.socket()) as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def _printed_url(child: "subprocess.Popen[bytes]", log: Path) -> str:
    while True:
        text = log.read_text(encoding="utf-8", errors="replace")
        if found := URL.search(text):
            return found[0]
        if child.poll() is not None:
            pytest.fail(f"truceline demo ended with {child.returncode}:\n{text[-2000:]}")
        time.sleep(0.5)
