"""What the build leaves keeps its budget, loads nothing foreign and runs nothing inline."""

import gzip
import re
from pathlib import Path

import pytest

from truceline.desk.pages import PAGES

SHELL_KB, MAP_KB = 90, 480


@pytest.fixture(scope="module")
def assets() -> Path:
    if not (PAGES / "assets").is_dir():
        pytest.skip("the console is not built: make console")
    return PAGES / "assets"


def zipped_kb(*files: Path) -> float:
    return sum(len(gzip.compress(file.read_bytes(), 6)) for file in files) / 1000


def test_the_shell_without_the_map_keeps_its_budget(assets: Path) -> None:
    assert zipped_kb(*assets.glob("index-*.js"), *assets.glob("index-*.css")) <= SHELL_KB


def test_the_map_keeps_its_budget(assets: Path) -> None:
    files = [*assets.glob("MapView-*"), *assets.glob("maplibre-gl-worker-*")]
    assert len(files) == 3
    assert zipped_kb(*files) <= MAP_KB


def test_the_page_names_only_its_own_files(assets: Path) -> None:
    page = (PAGES / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|https?://", page)
    for name in re.findall(r'(?:src|href)="(/[^"]+)"', page):
        assert (PAGES / name.removeprefix("/")).is_file(), name


def test_licences_travel_with_the_build(assets: Path) -> None:
    text = (assets / "licences.txt").read_text(encoding="utf-8")
    for name in ("svelte", "maplibre-gl", "world-atlas"):
        assert re.search(rf"^{name} \d", text, flags=re.MULTILINE), name
