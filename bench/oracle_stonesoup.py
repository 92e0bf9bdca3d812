"""Stone Soup (Dstl) on the same plots, in the same process: python -m bench.oracle_stonesoup SEEDS SCANS tries set-ups.

Compared with is the best set-up found for this work with what version 1.9.1 brings (it has no interacting multiple
models): plots converted with covariances of their own, a Kalman filter of nearly constant velocity, gating by its
time-parametrised R-tree, joint probabilistic data association by efficient hypothesis management, tracks begun by three
plots and given up after three scans in vain. Needs the dependency group ``oracle``.
"""

from __future__ import annotations

import math
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from stonesoup.dataassociator.probability import JPDAwithEHM2, JPDAwithLBP
from stonesoup.dataassociator.tree import TPRTreeGNN2D, TPRTreeMixIn
from stonesoup.deleter.error import CovarianceBasedDeleter
from stonesoup.deleter.multi import CompositeDeleter
from stonesoup.deleter.time import UpdateTimeStepsDeleter
from stonesoup.hypothesiser.distance import DistanceHypothesiser
from stonesoup.hypothesiser.probability import PDAHypothesiser
from stonesoup.initiator.simple import MultiMeasurementInitiator
from stonesoup.measures import Mahalanobis
from stonesoup.models.measurement.linear import LinearGaussian
from stonesoup.models.transition.linear import CombinedLinearGaussianTransitionModel, ConstantVelocity
from stonesoup.predictor.kalman import KalmanPredictor
from stonesoup.tracker.simple import MultiTargetMixtureTracker, MultiTargetTracker
from stonesoup.types.detection import Detection
from stonesoup.types.state import GaussianState
from stonesoup.updater.kalman import KalmanUpdater

from bench.picture_run import run, timed
from truceline.exercise.airspace import Airspace, Sky, airspace, truth
from truceline.exercise.gospa import Scan, Shown, compare, score

EPOCH = datetime(2020, 11, 20, tzinfo=UTC)
PLACE, MOTION = [0, 2], [1, 3]
SPEED_SIGMA_MPS = 145.0


class TreeLBP(TPRTreeMixIn, JPDAwithLBP):
    """Joint probabilistic association by belief propagation, gated by the tree."""


class TreeEHM2(TPRTreeMixIn, JPDAwithEHM2):
    """Joint probabilistic association by efficient hypothesis management, gated by the tree."""


@dataclass(frozen=True)
class SetUp:
    """One way to put Stone Soup's parts together."""

    name: str = "Kalman filter, tree-gated JPDA (EHM2)"
    association: str = "management"
    noise: float = 250.0  # m2/s3 of the nearly constant velocity
    missed: float = 4.0  # sigmas
    points: int = 3
    coasted: int = 3


BEST = SetUp()
OTHERS = (
    SetUp("assignment of nearest neighbours", "assignment"),
    SetUp("belief propagation", "propagation"),
    SetUp("noise 60", noise=60.0),
    SetUp("noise 500", noise=500.0),
    SetUp("begun by 2 plots", points=2),
    SetUp("given up after 2", coasted=2),
)


def tracker(space: Airspace, setup: SetUp, scans: Any) -> Any:
    """Stone Soup's tracker over detections, set up for this sky."""
    motion = CombinedLinearGaussianTransitionModel([ConstantVelocity(setup.noise)] * 2)
    predictor, updater = KalmanPredictor(motion), KalmanUpdater(None)
    model = LinearGaussian(4, PLACE, np.diag([200.0**2] * 2))
    distance = DistanceHypothesiser(predictor, updater, Mahalanobis(), missed_distance=setup.missed)
    tree = {"measurement_model": model, "horizon_time": timedelta(seconds=12)}
    if setup.association == "assignment":
        association, kind = TPRTreeGNN2D(distance, **tree), MultiTargetTracker
    else:
        sky = space.sky
        density = sky.false_plots * sky.targets / sky.side_m**2
        likely = PDAHypothesiser(predictor, updater, density, sky.detection, prob_gate=0.9997)
        association = (TreeLBP if setup.association == "propagation" else TreeEHM2)(likely, **tree)
        kind = MultiTargetMixtureTracker
    wide = CovarianceBasedDeleter(3e7)
    quiet = CompositeDeleter([UpdateTimeStepsDeleter(setup.coasted), wide], intersect=False)
    prior = GaussianState(np.zeros((4, 1)), np.diag([0.0, SPEED_SIGMA_MPS**2] * 2), timestamp=EPOCH)
    initiator = MultiMeasurementInitiator(
        prior,
        deleter=UpdateTimeStepsDeleter(2),
        data_associator=TPRTreeGNN2D(distance, **tree),
        updater=updater,
        measurement_model=model,
        min_points=setup.points,
    )
    return kind(initiator, quiet, scans, association, updater)


def detections(space: Airspace) -> Iterator[tuple[datetime, set[Detection]]]:
    """The plots scan by scan as Stone Soup takes them, each with its own covariance."""
    for end_s, (_, batch) in zip(space.ends_s.tolist(), space.batches(), strict=True):
        at = EPOCH + timedelta(seconds=end_s)
        found = set()
        columns = (batch[name] for name in ("east_m", "north_m", "cov_ee_m2", "cov_en_m2", "cov_nn_m2"))
        for east, north, ee, en, nn in zip(*(column.tolist() for column in columns), strict=True):
            model = LinearGaussian(4, PLACE, np.array([[ee, en], [en, nn]]))
            found.add(Detection(np.array([[east], [north]]), timestamp=at, measurement_model=model))
        yield at, found


def follow(space: Airspace, setup: SetUp) -> tuple[list[Scan], list[float]]:
    """Comparisons and processor seconds at every scan's end."""
    scans, seconds = [], []
    fed = list(detections(space))
    steps = iter(tracker(space, setup, iter(fed)))
    for end_s in space.ends_s.tolist():
        begin = time.process_time()
        _, tracks = next(steps)
        seconds.append(time.process_time() - begin)
        held = sorted(tracks, key=lambda track: track.id)
        mean = np.array([np.ravel(track.state.mean)[[0, 2, 1, 3]] for track in held]).reshape(-1, 4)
        whole = np.array([np.asarray(track.covar, dtype=float) for track in held]).reshape(-1, 4, 4)
        place, motion = (
            np.column_stack([whole[:, a, a], whole[:, a, b], whole[:, b, b]]) for a, b in (PLACE, MOTION)
        )
        names = np.array([track.id for track in held], dtype="S64")
        cross = whole[:, PLACE][:, :, MOTION].reshape(-1, 4)
        shown = Shown(names, mean, place, motion, cross, np.ones(len(held), dtype=bool))
        scans.append(compare(end_s, *truth(space.legs, end_s), shown))
    return scans, seconds


def side_by_side(seed: int, scans: int = 60) -> dict[str, float | str]:
    """Stone Soup's best set-up and the product on the same plots in this process."""
    space = airspace(Sky(100, seed, scans))
    theirs, spent = follow(space, BEST)
    figures = score(theirs).gospa_per_target_m, score(run(space).scans).gospa_per_target_m
    milliseconds = [1e3 * statistics.fmean(spent[1:]), timed(space.sky)[0]]
    return {
        "stone_soup_setup": BEST.name,
        "stone_soup_gospa_m": figures[0],
        "gospa_m": figures[1],
        "gospa_ratio": figures[1] / figures[0],
        "stone_soup_ms": milliseconds[0],
        "live_ms": milliseconds[1],
        "times_faster": milliseconds[0] / milliseconds[1],
    }


def main(seeds: range, scans: int) -> None:
    """Print what every set-up reaches."""
    for setup in (BEST, *OTHERS):
        found = [follow(airspace(Sky(100, seed, scans)), setup) for seed in seeds]
        figures = [score(part) for part, _ in found]
        error = math.sqrt(statistics.fmean(part.gospa_per_target_m**2 for part in figures))
        spent = 1e3 * statistics.fmean(statistics.fmean(seconds[1:]) for _, seconds in found)
        missed = statistics.fmean(part.missed_per_scan for part in figures)
        false = statistics.fmean(part.false_per_scan for part in figures)
        print(f"{error:6.1f} m {spent:7.1f} ms  missed {missed:.2f} false {false:.2f}  {setup}", flush=True)


if __name__ == "__main__":
    main(range(1_001, 1_001 + int(sys.argv[1])), int(sys.argv[2]))
