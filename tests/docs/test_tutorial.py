"""The tutorial, followed word by word in an empty directory with the real command line."""

import os
import sys
from pathlib import Path

import pytest

from tests.docs.pages import blocks, follow, steps
from tests.house.source import ROOT

TUTORIAL = sorted((ROOT / "docs" / "tutorial").glob("*.md"))


def test_there_is_a_tutorial_with_steps_to_follow() -> None:
    held = [
        step
        for page in TUTORIAL
        for block in blocks(page)
        if block.language == "console"
        for step in steps(block)
    ]
    assert len(held) >= 10
    assert sum(bool(step.shown) for step in held) >= 8


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("page", TUTORIAL, ids=lambda page: page.stem)
def test_the_tutorial_does_what_it_says(page: Path, tmp_path: Path) -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "LC_ALL": "C.UTF-8", "COLUMNS": "200"}
    assert follow(page, tmp_path, environment) == []
