"""Between column tables and the air lane's arrays: observations in, tracks and states out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from truceline.means.observations import KIND
from truceline.means.source import Source
from truceline.picture import slots as at
from truceline.picture.measures import set_rates
from truceline.picture.picture import MOVING, STATES, TRACKS, covariance, first_id, placed, within
from truceline.picture.slots import Floats, Ints, Plots
from truceline.terms.columns import Columns

WIDEST_M = 1e5  # a position vaguer than that is none
HIGHEST_M = 1e5
FASTEST_MPS = 3e3
CONTAINED_95 = 2.4477468306808166  # radius of the 95 % circle in sigmas
FULL_TURNS_RAD = 1e3
MOST_TIME_SIGMA_S = 1.0
SPEED_MPS = 150.0
WAYS = {
    "plot": at.LOOK,
    "reply": at.LOOK,
    "position": at.CLAIM,
    "track": at.CLAIM,
    "identity": at.IDENTITY,
    "bearing": at.BEARING,
}


def no_plots() -> Plots:
    """Return plots without rows."""
    return Plots(np.zeros((0, at.PLOT_REALS)), np.zeros((0, at.PLOT_WHOLES), dtype=np.int64))


def joined(waiting: Plots, fresh: Plots, slice_ns: int) -> Plots:
    """Return waiting and fresh rows in the order of the sweep: slice, source, way, time, item, row."""
    real, whole = np.concatenate([waiting.real, fresh.real]), np.concatenate([waiting.whole, fresh.whole])
    columns = (at.P_ROW, at.P_ITEM, at.P_TIME, at.P_WAY, at.P_SOURCE)
    keys = [*(whole[:, column] for column in columns), whole[:, at.P_TIME] // slice_ns]
    order = np.lexsort(keys)
    return Plots(real[order], whole[order])


def plots_of(
    observations: Columns, sources: Sequence[Source], rows_before: int, lane: str, sensors: Floats
) -> Plots:
    """Return the rows of a lane as the loops want them, in the order given; ``sensors`` are those of ``air.start``.

    Left out are rows of other kinds, of no known source, of sources of another lane, without a finite place (identities:
    without an address).
    """
    ways = np.full(128, -1, dtype=np.int64)
    for name, way in WAYS.items():
        ways[KIND[name]] = way
    way = ways[np.clip(observations["kind"], 0, 127)]
    source = observations["source"].astype(np.int64)
    numbers = (source >= 0) & (source < len(sources))
    sited = np.isfinite(sensors[np.where(numbers, source, 0), at.S_EAST]) | placed(observations)
    bearing = (way == at.BEARING) & sited & (np.abs(observations["azimuth_rad"]) < FULL_TURNS_RAD)
    there = placed(observations) & (way != at.BEARING)
    good = (way >= 0) & numbers & (there | bearing | (way == at.IDENTITY)) & (observations["time_ns"] > 0)
    good &= (way != at.IDENTITY) | (observations["address"] >= 0)
    listened = np.array([source.detection.ground == (lane == "ground") for source in sources] or [False])
    good &= listened[np.where(numbers, source, 0)]
    rows = np.flatnonzero(good)
    held = observations.take(rows)
    whole = np.empty((len(rows), at.PLOT_WHOLES), dtype=np.int64)
    labels = np.ascontiguousarray(held["label"]).view("<i8").reshape(len(rows), 2)
    for column, values in (
        (at.P_TIME, held["time_ns"]), (at.P_SOURCE, held["source"]), (at.P_WAY, way[rows]),
        (at.P_ADDRESS, held["address"]), (at.P_SQUAWK, held["squawk"]), (at.P_NUMBER, held["track_number"]),
        (at.P_LABEL_A, labels[:, 0]), (at.P_LABEL_B, labels[:, 1]), (at.P_CLASS, held["object_class"]),
        (at.P_SIMULATED, held["simulated"]), (at.P_ITEM, held["item"]), (at.P_ROW, rows + rows_before),
        (at.P_FOREIGN, held["kind"] == KIND["track"]),
    ):  # fmt: skip
        whole[:, column] = values
    return Plots(_measures(held, sources, sensors), whole)


def _measures(held: Columns, sources: Sequence[Source], sensors: Floats) -> Floats:
    """Return position, covariance (the declared accuracy where a row has none), height and velocity."""
    real = np.empty((len(held), at.PLOT_REALS))
    declared = np.array([source.accuracy.position_m for source in sources] or [100.0])
    sigma = within(held["quality"], 1e-3, WIDEST_M) / CONTAINED_95
    sigma = np.where(np.isfinite(sigma), sigma, declared[held["source"]])
    ee, en, nn = covariance(held, sigma)
    late = np.minimum(held["time_sigma_ns"] * 1e-9, MOST_TIME_SIGMA_S) * SPEED_MPS
    real[:, at.P_EAST], real[:, at.P_NORTH] = held["east_m"], held["north_m"]
    real[:, at.P_EE] = ee + late * late + 1.0
    real[:, at.P_EN] = en
    real[:, at.P_NN] = nn + late * late + 1.0
    pressure = within(held["pressure_altitude_m"], -HIGHEST_M, HIGHEST_M)
    stated = within(held["height_m"], -HIGHEST_M, HIGHEST_M)
    real[:, at.P_HEIGHT] = np.where(np.isfinite(pressure), pressure, stated)
    real[:, at.P_VEL_EAST] = within(held["vel_east_mps"], -FASTEST_MPS, FASTEST_MPS)
    real[:, at.P_VEL_NORTH] = within(held["vel_north_mps"], -FASTEST_MPS, FASTEST_MPS)
    set_rates(real, held, sources, sensors)
    return real


def tracks_of(sources: Sequence[Source], whole: Ints, real: Floats) -> Columns:
    """Return the tracks table of slots (n, WHOLES) and (n, REALS), in their order."""
    labels = np.ascontiguousarray(whole[:, [at.LABEL_A, at.LABEL_B]]).view("S16").reshape(len(whole))
    names = [source.name for source in sources]
    firsts = whole[:, [at.FIRST_SOURCE, at.FIRST, at.FIRST_ITEM]].tolist()
    places = real[:, [at.FIRST_EAST, at.FIRST_NORTH]].tolist()
    ids = [
        first_id(names[source], time_ns, item, *place)
        for (source, time_ns, item), place in zip(firsts, places, strict=True)
    ]
    return TRACKS.build(
        len(whole),
        {
            "id": np.array(ids, dtype="S64"),
            "first_ns": whole[:, at.FIRST],
            "last_ns": whole[:, at.LAST],
            "confirmed_ns": whole[:, at.CONFIRMED],
            "ended_ns": whole[:, at.ENDED],
            "existence": real[:, at.EXISTENCE_MAX],
            "address": whole[:, at.ADDRESS],
            "squawk": whole[:, at.SQUAWK],
            "label": labels,
            "sources": whole[:, at.SOURCES],
            "object_class": whole[:, at.CLASS],
            "simulated": whole[:, at.SIMULATED] > 0,
        },
    )


def states_of(rows: Ints, values: Floats, place: Ints) -> Columns:
    """Return the states table of rows out of the loops; ``place`` maps serials to rows of the tracks, -1 none."""
    return STATES.build(
        len(rows),
        {
            "track": place[rows[:, at.R_SERIAL]],
            "time_ns": rows[:, at.R_TIME],
            "east_m": values[:, at.R_EAST],
            "north_m": values[:, at.R_NORTH],
            "height_m": values[:, at.R_HEIGHT],
            "vel_east_mps": values[:, at.R_VEL_EAST],
            "vel_north_mps": values[:, at.R_VEL_NORTH],
            "vel_up_mps": values[:, at.R_CLIMB],
            "cov_ee_m2": values[:, at.R_EE],
            "cov_en_m2": values[:, at.R_EN],
            "cov_nn_m2": values[:, at.R_NN],
            **{name: values[:, at.R_EU + k] for k, name in enumerate(MOVING)},
            "existence": values[:, at.R_EXISTENCE],
            "nis": values[:, at.R_NIS],
            "steady": values[:, at.R_STEADY],
            "observation": rows[:, at.R_ROW],
            "source": rows[:, at.R_SOURCE],
        },
    )
