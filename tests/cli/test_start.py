"""The start of the command line: help at once, a version, wrong usage."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.cli.running import ROOT, truceline
from truceline import __version__
from truceline.cli.report_commands import EXPORT_FORMATS, EXPORTS, LANGUAGES, REPORT_FORMATS

HEAVY = ("numpy", "numba", "scipy", "pyarrow", "shapely", "pyproj", "litestar", "typst", "cryptography")


def test_help_loads_nothing_heavy() -> None:
    """Seconds depend on the machine; what is imported does not."""
    code = (
        "import sys\nfrom truceline.cli import main\ntry:\n    main()\nexcept SystemExit as end:\n"
        "    print(end.code, *(name for name in sys.argv[2:] if name in sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "--help", *HEAVY], capture_output=True, check=True, cwd=ROOT, text=True
    )
    assert done.stderr.split() == ["0"]
    assert "rehearse" in done.stdout


def test_version_and_no_command() -> None:
    ran = truceline("--version", fresh=True)
    assert (ran.status, ran.out.strip()) == (0, f"truceline {__version__}")
    ran = truceline(fresh=True)
    assert "Commands:" in ran.out + ran.err


@pytest.mark.parametrize(
    "words", [["fly"], ["audit"], ["decode", "--colour"], ["seal", "x"], ["demo", "--port", "many"]]
)
def test_wrong_usage_is_two(words: list[str]) -> None:
    ran = truceline(*words)
    assert ran.status == 2
    assert "Usage:" in ran.err


def test_the_choices_that_help_names_are_those_of_the_house() -> None:
    from truceline.report.daily import FORMATS
    from truceline.report.daily import LANGUAGES as SPOKEN
    from truceline.report.opendata import EXPORTS as TABLES
    from truceline.report.sheet import FORMATS as SHEETS

    assert set(LANGUAGES) == set(SPOKEN)
    assert set(REPORT_FORMATS) == set(FORMATS)
    assert set(EXPORTS) == set(TABLES)
    assert set(EXPORT_FORMATS) == set(SHEETS)


def test_a_reader_that_goes_away_is_no_error() -> None:
    done = subprocess.run(
        f"{sys.executable} -c 'from truceline.cli import main; main()' means --json | head -c 1",
        shell=True, capture_output=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert b"Traceback" not in done.stderr
    assert b"Exception" not in done.stderr
