"""What radars teach of themselves: biases of range and azimuth, plot noise; and plots that repeat others."""

from __future__ import annotations

import math

import numpy as np
import pytest

from truceline.exercise.airspace import BIASES, THEATRE, Airspace, Sky, airspace
from truceline.picture import slots as at
from truceline.picture.air import AirState, ahead, fold_air, start
from truceline.picture.register import SIGMAS, biases, unknown
from truceline.terms.columns import concat


def folded(space: Airspace) -> AirState:
    return ahead(start(space.sources, THEATRE), space.observations)


def test_nothing_is_known_at_first() -> None:
    values, spread = unknown(2)
    assert not values.any()
    assert np.sqrt(np.diag(spread)) == pytest.approx([*SIGMAS, *SIGMAS])


@pytest.mark.parametrize("biased", [True, False])
def test_two_radars_find_each_others_bias(biased: bool) -> None:
    space = airspace(Sky(60, seed=4, scans=40, radars=2, rotating=True, biased=biased))
    for bias, (reach, turn) in zip(
        biases(folded(space).tally), BIASES if biased else ((0, 0), (0, 0)), strict=True
    ):
        assert bias.pairs > 200
        assert abs(bias.range_m - reach) < min(4.0 * bias.range_sigma_m, 25.0)
        assert abs(bias.azimuth_rad - turn) < min(4.0 * bias.azimuth_sigma_rad, math.radians(0.015))
        assert abs(bias.time_s) < 3.0 * bias.time_sigma_s


def test_one_radar_alone_learns_no_bias() -> None:
    (bias,) = biases(folded(airspace(Sky(20, seed=4, scans=12))).tally)
    assert (bias.pairs, bias.range_m, bias.azimuth_rad, bias.time_s) == (0, 0.0, 0.0, 0.0)
    assert bias.range_sigma_m == pytest.approx(SIGMAS[0])


@pytest.mark.parametrize(("declared", "factor"), [(0.5, 4.0), (1.0, 1.0), (2.0, 0.5)])
def test_a_radar_is_as_noisy_as_its_plots(declared: float, factor: float) -> None:
    space = airspace(Sky(100, seed=2, scans=40, declared_noise=declared))
    assert folded(space).tally.real[0, at.T_NOISE] == pytest.approx(factor, rel=0.25)


def test_plots_given_twice_change_nothing_but_what_cites_them() -> None:
    space = airspace(Sky(20, seed=3, scans=15))
    twice = concat(space.observations.table, [space.observations, space.observations])
    once = fold_air(space.observations, space.sources, THEATRE)
    again = fold_air(twice.sort(("time_ns", "source", "seq")), space.sources, THEATRE)
    assert len(again.tracks) == len(once.tracks)
    assert again.tracks["first_ns"].tolist() == once.tracks["first_ns"].tolist()
    assert again.states["east_m"].tolist() == pytest.approx(once.states["east_m"].tolist(), abs=1e-6)


def test_thin_traffic_in_dense_clutter_still_begins() -> None:
    space = airspace(Sky(2, seed=6, scans=40, false_plots=150.0))
    tracks = fold_air(space.observations, space.sources, THEATRE).tracks
    assert int((tracks["confirmed_ns"] >= 0).sum()) >= 2
