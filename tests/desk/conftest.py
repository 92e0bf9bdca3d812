"""One staged day for all tests of the desk, and a client that asks it as a browser would."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from tests.desk.staged import StagedDesk, staged_day
from truceline.desk.api import build
from truceline.desk.shelf import Page
from truceline.report.day import Day


@pytest.fixture(scope="session")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    """An hour of the rehearsal, folded by the real stair."""
    return staged_day(tmp_path_factory.mktemp("staged"))


@pytest.fixture(scope="session")
def page(day: Day) -> Page:
    return Page(day)


@pytest.fixture(scope="session")
def desk(day: Day) -> StagedDesk:
    return StagedDesk(day)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A console as a build leaves it, in little."""
    folder = tmp_path_factory.mktemp("static")
    (folder / "assets").mkdir()
    (folder / "index.html").write_text("<!doctype html><title>Truceline</title>")
    (folder / "mark.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (folder / "assets" / "index-abc.js").write_text("export {}")
    return folder


@pytest.fixture(scope="session")
def client(desk: StagedDesk, built: Path) -> Iterator[TestClient[Litestar]]:
    with TestClient(build(desk, static=built), base_url="http://127.0.0.1:8470") as held:
        yield held
