"""The velocity's covariance beside every state: as honest as the position's."""

from __future__ import annotations

import numpy as np
import pytest

from bench.picture_run import shown_of
from truceline.exercise.airspace import THEATRE, Sky, airspace, truth
from truceline.exercise.gospa import compare
from truceline.picture.air import close, present, start, step
from truceline.picture.picture import MOVING


def test_states_tell_how_well_the_velocity_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    space = airspace(Sky(targets=60, seed=3, scans=40))
    state = start(space.sources, THEATRE)
    squares: list[float] = []
    whole: list[float] = []
    for end_s, (moment, batch) in zip(space.ends_s.tolist(), space.batches(), strict=True):
        state = step(state, batch)
        scan = compare(end_s, *truth(space.legs, end_s), shown_of(present(state, moment)))
        if end_s > 80.0:
            squares += scan.motion_nees.tolist()
            whole += scan.state_nees.tolist()
    with capsys.disabled():
        print(f"\nNEES of velocity (2) {np.mean(squares):.2f}, of the state (4) {np.mean(whole):.2f}")
    assert 1.0 < np.mean(squares) < 6.0
    states = close(state).states
    uu, uv, vv = (states[f"cov_{pair}_m2ps2"] for pair in ("uu", "uv", "vv"))
    assert (uu * vv - uv * uv > 0.0).all()
    # the whole covariance of every state is one: correlations within [-1, 1]
    for name, one, two in (("eu", "ee", uu), ("nv", "nn", vv)):
        assert (
            np.abs(states[f"cov_{name}_m2ps"]) <= np.sqrt(states[f"cov_{one}_m2"] * two) * (1 + 1e-9)
        ).all()
    assert all(np.isfinite(states[name]).all() for name in MOVING)
