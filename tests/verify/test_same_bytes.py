"""The same findings on a plain processor as on this one."""

import os
import subprocess
import sys

import numpy as np
import pytest

from tests.house.source import ROOT

PROGRAM = """
from tests.verify.scenes import CROSSING, R1, R2, agreement, at, flight, material, outage
from truceline.verify.judge import judge
for finding in judge(agreement(), material(outage(), flight([R1, R2], at("08:05"), CROSSING))):
    print(finding.id, finding.detection_mean, finding.detection_min, finding.verdict)
"""


def answer(**environment: str) -> str:
    """What the program prints in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "PYTHONPATH": ".", **environment}, cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


@pytest.mark.long
def test_another_machine_gives_the_same_findings() -> None:
    features = [name for name, on in np._core._multiarray_umath.__cpu_features__.items() if on]  # type: ignore[attr-defined]
    dispatched = set(np._core._multiarray_umath.__cpu_dispatch__)  # type: ignore[attr-defined]
    disabled = " ".join(name for name in features if name in dispatched)
    here = answer()
    assert len(here.splitlines()) == 162
    assert answer(NUMBA_CPU_NAME="generic", NUMBA_CPU_FEATURES="", NPY_DISABLE_CPU_FEATURES=disabled) == here
