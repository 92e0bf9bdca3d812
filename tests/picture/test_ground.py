"""The ground lane: a convoy that stops and goes on a road, one vehicle off it, a moving-target radar, a camera."""

import math

import msgspec
import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from tests.picture.convoy import (
    CAMERA,
    RADAR,
    START_NS,
    THEATRE,
    Drive,
    along,
    camera_detections,
    radar_plots,
    stop_and_go,
    straight,
    together,
    winding,
)
from tests.picture.scene import digest
from truceline.means.observations import KIND, OBSERVATIONS
from truceline.means.source import Accuracy, Detection, Source
from truceline.picture.air import close, fold_air, present, step
from truceline.picture.ground import fold_ground, start_ground
from truceline.picture.roads import make_roads
from truceline.picture.slots import Roads
from truceline.terms.columns import Columns

SECONDS, OFF = 300.0, 4
STOPPED = (100.0, 168.0)
INSIDE_90 = 4.605170185988092
Seen = dict[str, np.ndarray]


@pytest.fixture(scope="module")
def drives() -> list[Drive]:
    """Four vehicles 120 m apart that stop for a minute one behind the other, and one that crosses country."""
    convoy = [
        along(
            winding(),
            1_500.0 - 120.0 * k,
            stop_and_go(SECONDS, 14.0, (100.0 + 4 * k, 168.0 + 4 * k), k),
            k + 50,
        )
        for k in range(OFF)
    ]
    return [*convoy, straight(-3_000.0, 17_500.0, 9.0, -6.0, SECONDS)]


def observed(drives: list[Drive], seed: int) -> Columns:
    return together([radar_plots(drives, 0, SECONDS, seed), camera_detections(drives, 1, SECONDS, seed)])


def watch(
    observations: Columns,
    drives: list[Drive],
    roads: Roads | None,
    sources: tuple[Source, ...] = (RADAR, CAMERA),
) -> Seen:
    """What a display shows every 5 s from 40 s on: vehicle, id, squared error, squared Mahalanobis distance, time."""
    state, low = start_ground(sources, THEATRE, roads), 0
    rows, names, missed, extra = [], [], 0, 0
    for time in np.arange(5.0, SECONDS, 5.0):
        moment = START_NS + round(time * 1e9)
        high = int(np.searchsorted(observations["time_ns"], moment, side="right"))
        state, low = step(state, observations.take(slice(low, high))), high
        if time < 40.0:
            continue
        picture = present(state, moment)
        shown = picture.states
        truth = np.array([drive.at(time)[:2] for drive in drives])
        off = np.stack(
            [shown[name][:, None] - truth[:, k] for k, name in enumerate(("east_m", "north_m"))], -1
        )
        cost = np.minimum(np.hypot(off[..., 0], off[..., 1]), 300.0)
        pairs = [(i, j) for i, j in zip(*linear_sum_assignment(cost), strict=True) if cost[i, j] < 300.0]
        missed, extra = missed + len(drives) - len(pairs), extra + len(shown) - len(pairs)
        for i, j in pairs:
            ee, en, nn = (shown[name][i] for name in ("cov_ee_m2", "cov_en_m2", "cov_nn_m2"))
            d = off[i, j]
            square = (d[0] * d[0] * nn - 2.0 * d[0] * d[1] * en + d[1] * d[1] * ee) / (ee * nn - en * en)
            rows.append((j, d @ d, square, time))
            names.append(picture.tracks["id"][shown["track"][i]])
    vehicle, error2, square, time = np.array(rows).T
    return {
        "vehicle": vehicle, "error2": error2, "square": square, "time": time, "id": np.array(names),
        "missed": np.array(missed), "extra": np.array(extra),
    }  # fmt: skip


def rms(seen: Seen, which: np.ndarray) -> float:
    return math.sqrt(seen["error2"][which].mean())


@pytest.fixture(scope="module")
def watched(drives: list[Drive]) -> dict[bool, list[Seen]]:
    roads = make_roads([winding()])
    found: dict[bool, list[Seen]] = {True: [], False: []}
    for seed in range(5):
        observations = observed(drives, seed)
        for prior, seen in found.items():
            seen.append(watch(observations, drives, roads if prior else None))
    return found


def test_every_vehicle_keeps_its_track_through_a_stop(watched: dict[bool, list[Seen]]) -> None:
    for seen in watched[True]:
        assert seen["missed"] == 0 and seen["extra"] <= 2
        for vehicle in range(OFF + 1):
            assert len(set(seen["id"][seen["vehicle"] == vehicle])) == 1


def test_a_road_makes_tracks_on_it_sharper(
    watched: dict[bool, list[Seen]], capsys: pytest.CaptureFixture[str]
) -> None:
    def moving(seen: Seen) -> np.ndarray:
        return (seen["vehicle"] < OFF) & ((seen["time"] < STOPPED[0]) | (seen["time"] > STOPPED[1] + 20.0))

    ratio = {
        name: np.mean([rms(seen, pick(seen)) for seen in watched[True]])
        / np.mean([rms(seen, pick(seen)) for seen in watched[False]])
        for name, pick in (("moving", moving), ("all", lambda seen: seen["vehicle"] < OFF))
    }
    with capsys.disabled():
        print(f"\nRMSE with roads to without: moving {ratio['moving']:.2f}, with stops {ratio['all']:.2f}")
    assert ratio["moving"] < 0.85 and ratio["all"] < 0.9


def test_a_vehicle_off_the_road_is_tracked_as_well_as_without_roads(watched: dict[bool, list[Seen]]) -> None:
    with_roads, without = (
        np.mean([rms(seen, seen["vehicle"] == OFF) for seen in watched[prior]]) for prior in (True, False)
    )
    assert with_roads < 1.1 * without < 20.0


@pytest.mark.parametrize("prior", [True, False])
def test_ellipses_hold_the_truth(watched: dict[bool, list[Seen]], prior: bool) -> None:
    squares = np.concatenate([seen["square"] for seen in watched[prior]])
    assert 0.88 <= (squares < INSIDE_90).mean() <= 0.945


def radial(stop: tuple[float, float] | None) -> Drive:
    """One vehicle that drives away from the radar, the stop in between."""
    return along([(2_000.0, 5_000.0), (4_500.0, 11_250.0)], 100.0, stop_and_go(SECONDS, 12.0, stop, 3), 9)


@pytest.mark.parametrize("seed", range(4))
def test_silence_of_a_radar_blind_to_what_stands_ends_no_track(seed: int) -> None:
    drive = radial((100.0, 165.0))
    seen = watch(radar_plots([drive], 0, SECONDS, seed), [drive], None, (RADAR,))
    held = seen["id"][seen["vehicle"] == 0]
    assert len(set(held)) == 1 and seen["missed"] <= 2
    assert rms(seen, (seen["time"] > 120.0) & (seen["time"] < 165.0)) < 150.0


def test_the_same_silence_ends_it_for_a_radar_that_sees_what_stands() -> None:
    drive = radial((100.0, 165.0))
    detection = msgspec.structs.replace(RADAR.detection, least_rate_mps=0.0)
    seeing = msgspec.structs.replace(RADAR, detection=detection)
    seen = watch(radar_plots([drive], 0, SECONDS, 0), [drive], None, (seeing,))
    assert seen["missed"] >= 8


def test_a_stream_cut_anywhere_gives_the_same_bytes(drives: list[Drive]) -> None:
    roads = make_roads([winding()])
    observations = observed(drives, 1).take(slice(0, 700))
    whole = fold_ground(observations, (RADAR, CAMERA), THEATRE, roads)
    state, low = start_ground((RADAR, CAMERA), THEATRE, roads), 0
    for high in (13, 14, 200, 555, len(observations)):
        state, low = step(state, observations.take(slice(low, high))), high
    assert digest(close(state)) == digest(whole) and whole.lane == "ground"


def test_lanes_hear_their_own_sources(drives: list[Drive]) -> None:
    observations = observed(drives, 1).take(slice(0, 400))
    assert not len(fold_air(observations, (RADAR, CAMERA), THEATRE).states)
    airborne = msgspec.structs.replace(CAMERA, detection=Detection(range_m=20_000.0, look_s=2.0))
    mixed = fold_ground(observations, (RADAR, airborne), THEATRE)
    assert len(mixed.states) and set(mixed.states["source"]) == {0}


def bearings(drive: Drive, number: int, every_s: float, sigma_rad: float, seed: int) -> Columns:
    """Directions to a vehicle from the south-west, without its range."""
    rng = np.random.default_rng([seed, number, 3])
    times = np.arange(1.2, SECONDS, every_s)
    places = np.array([drive.at(time)[:2] for time in times])
    turn = np.arctan2(places[:, 0] + 8_000.0, places[:, 1] - 4_000.0) + rng.normal(0.0, sigma_rad, len(times))
    return OBSERVATIONS.build(
        len(times),
        {
            "seq": np.arange(len(times)), "source": np.full(len(times), number),
            "kind": np.full(len(times), KIND["bearing"]),
            "time_ns": START_NS + np.round(times * 1e9).astype(np.int64), "azimuth_rad": turn,
            "east_m": np.full(len(times), -8_000.0), "north_m": np.full(len(times), 4_000.0),
        },
    )  # fmt: skip


def test_bearings_sharpen_tracks_and_begin_none() -> None:
    drive = radial(None)
    eye = Source(
        "EYE", "camera", accuracy=Accuracy(azimuth_rad=0.001), detection=Detection(ground=True, look_s=2.0)
    )
    plots = radar_plots([drive], 0, SECONDS, 2)
    sighted = bearings(drive, 1, 2.0, 0.001, 2)
    assert not len(fold_ground(sighted, (RADAR, eye), THEATRE).tracks)
    alone = watch(plots, [drive], None, (RADAR, eye))
    both = watch(together([plots, sighted]), [drive], None, (RADAR, eye))
    every = np.ones(len(both["time"]), dtype=bool)
    assert rms(both, every) < 0.9 * rms(alone, np.ones(len(alone["time"]), dtype=bool))
    assert len(set(both["id"])) == 1 and 0.84 < (both["square"] < INSIDE_90).mean()
