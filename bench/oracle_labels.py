"""The oracle: the product's own filter, told which plot is whose, every bias and sigma, and who is in the air.

No tracker that must find these out can beat it by much. A target is shown from its first plot to its true end;
every plot counts from its own time.
"""

from __future__ import annotations

import math

import msgspec
import numba
import numpy as np

from truceline.exercise.airspace import BIASES, Airspace, Polar, located, moments_ns, truth
from truceline.exercise.gospa import Scan, Shown, compare
from truceline.picture.predict import make_bank, mix, predict
from truceline.picture.settings import DEFAULT
from truceline.picture.slots import P_EAST, P_EE, P_EN, P_NN, P_NORTH, PLOT_REALS, STATE, Bank, Floats, Ints
from truceline.picture.update import update_mode

LEAST_WEIGHT = 1e-5


@numba.njit(cache=True)
def begin(modes: Floats, weights: Floats, plot: Floats, speed_var: float, bank: Bank) -> None:
    """Start every model at a plot."""
    for k in range(len(weights)):
        modes[k, :] = 0.0
        modes[k, 0], modes[k, 1] = plot[P_EAST], plot[P_NORTH]
        modes[k, 4], modes[k, 5], modes[k, 6] = plot[P_EE], plot[P_EN], plot[P_NN]
        modes[k, 11] = modes[k, 13] = speed_var
        weights[k] = bank.prior[k]


@numba.njit(cache=True)
def follow(
    time_ns: Ints, plots: Floats, moments: Ints, speed_var: float, bank: Bank, out: Floats, known: Ints
) -> None:
    """Filter one target's plots (m,), (m, PLOT_REALS); write its moments (n, 14) at ``moments`` once it is known."""
    count = len(bank.prior)
    modes, weights = np.zeros((count, STATE)), np.zeros(count)
    ahead, share, scratch = np.zeros((count, STATE)), np.zeros(count), np.zeros((count + 3, STATE))
    j = 0
    for scan in range(len(moments)):
        while j < len(time_ns) and time_ns[j] <= moments[scan]:
            if j == 0:
                begin(modes, weights, plots[0], speed_var, bank)
            else:
                dt = (time_ns[j] - time_ns[j - 1]) * 1e-9
                if dt > 0.0:
                    predict(modes, weights, count, dt, bank, scratch)
                total = 0.0
                for k in range(count):
                    weights[k] *= update_mode(modes[k], plots[j]) + 1e-300
                    total += weights[k]
                for k in range(count):
                    weights[k] = max(weights[k] / total, LEAST_WEIGHT)
            j += 1
        if j == 0:
            continue
        ahead[:, :], share[:] = modes, weights
        dt = (moments[scan] - time_ns[j - 1]) * 1e-9
        if dt > 0.0:
            predict(ahead, share, count, dt, bank, scratch)
        mix(ahead, share, out[scan])
        known[scan] = 1


def oracle(space: Airspace) -> list[Scan]:
    """Return the oracle's comparison at every scan's end."""
    plots = _plots(space)
    bank, moments = make_bank(), moments_ns(space.ends_s)
    flights, scans = space.sky.targets, len(space.ends_s)
    out, known = np.zeros((flights, scans, STATE)), np.zeros((flights, scans), dtype=np.int64)
    order = np.lexsort([space.observations["time_ns"], space.polar.flight])
    edges = np.searchsorted(space.polar.flight[order], np.arange(flights + 1))
    speed_var = DEFAULT.speed_sigma_mps**2
    for flight in range(flights):
        rows = order[edges[flight] : edges[flight + 1]]
        times = space.observations["time_ns"][rows]
        follow(times, plots[rows], moments, speed_var, bank, out[flight], known[flight])
    held = []
    for scan, end_s in enumerate(space.ends_s.tolist()):
        flight, state = truth(space.legs, end_s)
        ids = flight[known[flight, scan] > 0]
        mean = out[ids, scan]
        sure = np.ones(len(ids), dtype=bool)
        shown = Shown(ids.astype("S64"), mean[:, :4], mean[:, 4:7], mean[:, 11:14], mean[:, 7:11], sure)
        held.append(compare(end_s, flight, state, shown))
    return held


def _plots(space: Airspace) -> Floats:
    """Return the plots as the filter takes them, biases taken off."""
    polar, biased = space.polar, np.array(BIASES) * float(space.sky.biased)
    bias = biased[polar.sensor]
    true = located(
        msgspec.structs.replace(space.sky, declared_noise=1.0),
        Polar(
            polar.time_s,
            polar.sensor,
            polar.range_m - bias[:, 0],
            (polar.azimuth_rad - bias[:, 1]) % (2.0 * math.pi),
            polar.flight,
        ),
    )
    plots = np.full((len(true), PLOT_REALS), np.nan)  # nothing is measured but a place
    for column, name in (
        (P_EAST, "east_m"), (P_NORTH, "north_m"), (P_EE, "cov_ee_m2"), (P_EN, "cov_en_m2"), (P_NN, "cov_nn_m2"),
    ):  # fmt: skip
        plots[:, column] = true[name]
    return plots
