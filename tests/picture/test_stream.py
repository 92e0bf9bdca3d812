"""The air lane as a stream: cuts, arrival, checkpoints, displays and machines change nothing."""

import itertools
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.picture.scene import ADSB, R1, R2, confirmed, digest, fold, owner, world
from tests.picture.world import START_NS, THEATRE, Target, traffic
from truceline.picture.air import AirState, close, present, start, step
from truceline.picture.picture import Picture
from truceline.terms.columns import Columns

ROOT = Path(__file__).resolve().parents[2]


def test_the_result_does_not_depend_on_the_cuts(
    traffic_picture: tuple[Picture, list[Target], Columns],
) -> None:
    picture, _, observations = traffic_picture
    rng = np.random.default_rng(9)
    for cuts in (3, 40, 300):
        state = start([R1.source(), R2.source(), ADSB], THEATRE)
        edges = [0, *sorted(rng.integers(0, len(observations), cuts).tolist()), len(observations)]
        for low, high in itertools.pairwise(edges):
            state = step(state, observations.take(slice(low, high)))
        assert digest(close(state)) == digest(picture)


def test_the_result_does_not_depend_on_arrival(
    traffic_picture: tuple[Picture, list[Target], Columns],
) -> None:
    picture, _, observations = traffic_picture
    for seed in range(3):
        shuffled = observations.take(np.random.default_rng(seed).permutation(len(observations)))
        assert digest(fold(shuffled.sort(("time_ns", "source", "kind", "seq")))) == digest(picture)


def test_a_state_is_never_changed() -> None:
    targets = traffic(6, 300.0, 4, side_m=80_000.0)
    observations = world(targets, 300.0)
    middle = len(observations) // 2
    state = step(start([R1.source(), R2.source(), ADSB], THEATRE), observations.take(slice(0, middle)))
    before = digest(close(state))
    one, two = (step(state, observations.take(slice(middle, None))) for _ in range(2))
    assert digest(close(one)) == digest(close(two)) != before
    assert digest(close(state)) == before
    assert isinstance(state, AirState) and len(present(state).tracks) >= 6


def test_later_plots_change_no_earlier_state(traffic_picture: tuple[Picture, list[Target], Columns]) -> None:
    picture, _, observations = traffic_picture
    cut = START_NS + 400_000_000_000
    early = fold(observations.take(observations["time_ns"] < cut))
    names = {bytes(name) for name in early.tracks["id"][confirmed(early)]}
    assert names <= {bytes(name) for name in picture.tracks["id"]}
    for name in sorted(names):
        parts = []
        for whole in (early, picture):
            track = int(np.flatnonzero(whole.tracks["id"] == name)[0])
            states = whole.states.take((whole.states["track"] == track) & (whole.states["time_ns"] < cut))
            parts.append([states[column].tobytes() for column in states if column != "track"])
        assert parts[0] == parts[1]


def test_a_display_shows_tracks_at_the_asked_instant(
    traffic_picture: tuple[Picture, list[Target], Columns],
) -> None:
    _, targets, observations = traffic_picture
    moment = START_NS + 600_000_000_000
    sources = [R1.source(), R2.source(), ADSB]
    state = step(start(sources, THEATRE), observations.take(observations["time_ns"] <= moment))
    shown = present(state, moment + 2_000_000_000)
    assert len(shown.tracks) == len(shown.states) == len(targets)
    assert (shown.states["time_ns"] == moment + 2_000_000_000).all()
    assert (shown.states["observation"] == -1).all()
    assert sorted(owner(shown, track, targets) for track in range(len(shown.tracks))) == list(
        range(len(targets))
    )
    assert len(present(start(sources, THEATRE)).tracks) == 0


@pytest.mark.long
def test_every_machine_gives_the_same_bits(
    traffic_picture: tuple[Picture, list[Target], Columns], tmp_path: Path
) -> None:
    """The generic instruction set, NumPy's plain loops and the C library's plain functions change nothing."""
    picture, _, observations = traffic_picture
    np.savez(tmp_path / "observations.npz", **observations.data)
    script = """
import sys, numpy as np
from tests.picture.scene import digest, fold
from truceline.means.observations import OBSERVATIONS
from truceline.terms.columns import Columns
print(digest(fold(Columns(OBSERVATIONS, dict(np.load(sys.argv[1]))))))
"""
    plain = {
        "NUMBA_CPU_NAME": "generic",
        "NUMBA_CPU_FEATURES": "",
        "NPY_DISABLE_CPU_FEATURES": " ".join(np_features()),
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-AVX512F",
        "NUMBA_CACHE_DIR": str(tmp_path / "generic"),
    }
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "observations.npz")],
        cwd=ROOT,
        env={**os.environ, **plain},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == digest(picture)


def np_features() -> list[str]:
    """What NumPy found on this processor beyond its baseline and can be told to leave."""
    found = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
    return [str(feature) for feature in found]
