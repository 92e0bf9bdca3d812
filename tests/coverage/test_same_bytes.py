"""The same coverage bytes on a plain processor as on this one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

PROGRAM = """
import hashlib
import numpy as np
from tests.coverage.scene import END, R1, R2, START, folded, satellite, turning, visit
from tests.coverage.test_exposure import BAND
from tests.coverage.test_terrain import mountains
from truceline.coverage.exposure import area_mean, least_exposed
from truceline.coverage.terrain import Terrain, viewshed
terrain = Terrain("hills", -90_000.0, -90_000.0, 500.0, mountains(360, 900.0, 4))
for ground in (None, terrain):
    coverage = folded([turning(R1, 0, 70), turning(R2, 13, 120), visit(5, 33, vehicle=0.7), satellite(3, 9, 0.6, fire=0.9)],
                      terrain=ground, uav=400.0)
    for array in (coverage.probability, coverage.by_source, coverage.cause):
        print(hashlib.sha256(array.tobytes()).hexdigest())
    for name in ("uav", "vehicle", "fire"):
        print(repr(area_mean(coverage, name, BAND, START, END)), least_exposed(coverage, name, BAND, START, END))
print(hashlib.sha256(viewshed(terrain.heights_m, 500.0, 100, 130, 20.0).tobytes()).hexdigest())
"""


def answer(**environment: str) -> str:
    """What the program prints in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "PYTHONPATH": ".", **environment},
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.long
def test_another_machine_gives_the_same_bytes() -> None:
    features = [name for name, on in np._core._multiarray_umath.__cpu_features__.items() if on]  # type: ignore[attr-defined]
    dispatched = set(np._core._multiarray_umath.__cpu_dispatch__)  # type: ignore[attr-defined]
    disabled = " ".join(name for name in features if name in dispatched)
    here = answer()
    assert len(here.splitlines()) == 13
    assert answer(NUMBA_CPU_NAME="generic", NUMBA_CPU_FEATURES="", NPY_DISABLE_CPU_FEATURES=disabled) == here
