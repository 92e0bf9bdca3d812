"""What travels to a user: the package, its types, licence and command, and the console when it is built."""

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.source import ROOT, SOURCE


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    folder = tmp_path_factory.mktemp("wheel")
    answer = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as opened:
        yield opened


def test_the_wheel_holds_the_package(wheel: zipfile.ZipFile) -> None:
    names = wheel.namelist()
    assert {"truceline/__init__.py", "truceline/py.typed"} <= set(names)
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    points = next(name for name in names if name.endswith("entry_points.txt"))
    assert "truceline = truceline.cli:main" in wheel.read(points).decode()
    assert {name.split("/")[0].split("-")[0] for name in names} == {"truceline"}


def test_the_wheel_holds_the_built_console(wheel: zipfile.ZipFile) -> None:
    if not (SOURCE / "desk" / "static" / "index.html").is_file():
        pytest.skip("the console is not built here: run `make console`")
    assert "truceline/desk/static/index.html" in wheel.namelist()
