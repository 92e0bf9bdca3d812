"""The whole rehearsal says the same on any processor, with any hash seed, over processes, and twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from truceline.centre.audit import audit_centre
from truceline.centre.part import look
from truceline.centre.seal import bulletins
from truceline.record.policy import parse_policy

ROOT = Path(__file__).resolve().parents[2]


class Whole(msgspec.Struct, frozen=True):
    """One whole rehearsal: where it lies, and its summary."""

    root: Path
    summary: dict[str, Any]

    @property
    def digest(self) -> str:
        """The findings digest, one for both parts."""
        found = self.summary["findings_digest"]
        assert isinstance(found, str), found
        return found

    def sealed(self) -> list[str]:
        """The digests that each part's log holds."""
        return [bulletins(look(self.root / name)[1], name)[-1].seal.findings for name in "AB"]


def demo(root: Path, *words: str, **variables: str) -> Whole:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from truceline.cli import main; main()",
            "demo",
            "--once",
            "--out",
            str(root),
            *words,
        ],
        env={**os.environ, **variables},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Whole(root, json.loads((root / "summary.json").read_text()))


def plain_cpu(cache: Path) -> dict[str, str]:
    """Variables that take away what this processor has beyond the plainest of its kind.

    Numba compiles for the generic one, NumPy runs its baseline loops, and the C library its plain functions.
    """
    core = np._core._multiarray_umath  # type: ignore[attr-defined]
    found = {name for name, on in core.__cpu_features__.items() if on}
    dispatched = [name for name in core.__cpu_dispatch__ if name in found]
    return {
        "NUMBA_CPU_NAME": "generic",
        "NUMBA_CPU_FEATURES": "",
        "NUMBA_CACHE_DIR": str(cache),
        "NPY_DISABLE_CPU_FEATURES": " ".join(dispatched),
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-AVX512F,-FMA4",
    }


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return plain_cpu(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    return demo(tmp_path_factory.mktemp("here") / "run")


@pytest.mark.long
def test_the_rehearsal_finds_what_is_expected_and_both_parts_seal_it(here: Whole) -> None:
    assert here.summary["expected"]["missed"] == here.summary["expected"]["unexpected"] == 0
    assert here.summary["expected"]["matched"] >= 20
    assert here.sealed() == [here.digest, here.digest]
    counts = here.summary["findings"]
    assert min(counts["compliant"], counts["violated"], counts["not_verified"]) >= 1
    assert 200_000 <= here.summary["observations"] - here.summary["tracks"]
    assert here.summary["faults"] > 0
    assert here.summary["duplicates"] > 0
    policy = parse_policy((here.root / "keys.policy").read_bytes())
    for name in "AB":
        result = audit_centre(here.root / name, policy)
        assert result.same, result.steps[-1]
        assert result.findings_digest == here.digest


@pytest.mark.long
def test_again_with_another_hash_seed_and_over_two_processes(here: Whole, tmp_path: Path) -> None:
    again = demo(tmp_path / "run", "--workers", "2", PYTHONHASHSEED="1")
    assert again.digest == here.digest
    assert again.sealed() == here.sealed()
    for name in "AB":
        heads = [
            (run.root / name / "log" / "checkpoint").read_text().split("\n\n")[0] for run in (here, again)
        ]
        assert heads[0] == heads[1]


@pytest.mark.long
def test_on_a_plain_cpu(here: Whole, plain: dict[str, str], tmp_path: Path) -> None:
    other = demo(tmp_path / "run", PYTHONHASHSEED="2", **plain)
    assert other.digest == here.digest
    assert other.sealed() == here.sealed()


@pytest.mark.long
def test_an_audit_on_a_plain_cpu_agrees(here: Whole, plain: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from truceline.cli import main; main()", "audit", str(here.root / "A"), "--json"],
        env={**os.environ, **plain},
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert json.loads(done.stdout)["findings_digest"] == here.digest


@pytest.mark.long
def test_without_any_feed_nothing_is_verified(tmp_path: Path) -> None:
    cut = demo(tmp_path / "run", "--without", "all")
    assert cut.summary["findings"]["compliant"] == cut.summary["findings"]["violated"] == 0
    assert cut.summary["findings"]["not_verified"] > 100
    assert cut.summary["observations"] == 0
    assert cut.sealed() == [cut.digest, cut.digest]


@pytest.mark.long
def test_a_radar_less_is_no_violation(here: Whole, tmp_path: Path) -> None:
    cut = demo(tmp_path / "run", "--without", "R1")
    assert cut.summary["findings"]["violated"] == 0
    assert cut.digest != here.digest
