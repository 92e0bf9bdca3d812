"""How the air lane's tracks, plots and sources lie in arrays while the loops run.

One mode is 14 numbers: position, velocity and the upper triangle of their covariance,

    [x, y, u, v,  xx, xy, yy,  xu, xv, yu, yv,  uu, uv, vv]      metres, metres per second

A hypothesis of a track is one row of modes, one for each model, with their weights. A track is one row of every
array of ``Slots``; a plot one row of both arrays of ``Plots``; the numbers below name the columns. Times are
int64 nanoseconds throughout, so that no clock reading is ever rounded.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

STATE = 14
NEVER = -(1 << 62)
# a radar's plot, a position somebody states, an identity without a position, a direction without a range
LOOK, CLAIM, IDENTITY, BEARING = 0, 1, 2, 3

# Slots.real
(
    EXISTENCE, EXISTENCE_MAX, HEIGHT, CLIMB, HEIGHT_VAR, HEIGHT_CLIMB, CLIMB_VAR,
    EAST, NORTH, VEL_EAST, VEL_NORTH, EE, EN, NN, REACH, SPEED_REACH, FIRST_EAST, FIRST_NORTH, NIS, STEADY,
    LEFT_EAST, LEFT_NORTH, LEFT_EE, LEFT_EN, LEFT_NN, EU, EV, NU, NV, UU, UV, VV,
) = range(32)  # fmt: skip
REALS = 32

MOVING = 7  # from EU and R_EU on: xu, xv, yu, yv, uu, uv, vv as in a mode

# Slots.whole
(
    SERIAL, TIME, LIFE, HEIGHT_TIME, FIRST, LAST, CONFIRMED, ENDED, UPDATES, SOURCES, ADDRESS, ADDRESS_VOTES,
    SQUAWK, SQUAWK_VOTES, LABEL_A, LABEL_B, CLASS, SIMULATED, FIRST_SOURCE, FIRST_ITEM, MODELS, BRANCHES,
    LEFT_SOURCE, LEFT_TIME, LEFT_CLAIM,
) = range(25)  # fmt: skip
WHOLES = 25

# Slots.looks
LAST_LOOK, LAST_HIT, WAIT, UNSEEN, KNOWN, NUMBER, RATE, COUNT = range(8)
LOOKS = 8

# Plots.real; the last five are NaN where no range rate was measured (see update)
(
    P_EAST, P_NORTH, P_EE, P_EN, P_NN, P_HEIGHT, P_VEL_EAST, P_VEL_NORTH,
    P_RATE, P_RATE_VAR, P_LOOK_EAST, P_LOOK_NORTH, P_LOOK_M,
) = range(13)  # fmt: skip
PLOT_REALS = 13

# Plots.whole
(
    P_TIME, P_SOURCE, P_WAY, P_ADDRESS, P_SQUAWK, P_NUMBER, P_LABEL_A, P_LABEL_B, P_CLASS, P_SIMULATED,
    P_ITEM, P_ROW, P_FOREIGN,
) = range(13)  # fmt: skip
PLOT_WHOLES = 13

# Sensors.real
S_AREA, S_HEIGHT_VAR, S_SIMULATED, S_EAST, S_NORTH, S_RANGE, S_LEAST_RATE, S_TURN = range(8)
SENSOR_REALS = 8

# Tally.real and Tally.whole: what was learned of each source
(
    T_FALSE, T_NEW, T_RENEWED, T_MAPPED, T_LOOKS, T_PERIOD, T_OTHER, T_VOTES, T_DETECTION, T_NOISE, T_OFF, T_OFFS,
    T_SIGHT,
) = range(13)  # fmt: skip
TALLY_REALS = 13
T_LAST, T_WINDOW, T_PLOTS, T_SAME, T_PAIRS, T_PAIRED, T_MEASURED = range(7)
TALLY_WHOLES = 7
MAP_SIDE = 24

# Counts: what the loops keep between calls
N, NEXT_SERIAL, ROWS, GONE, MERGES, MERGE_TIME, CURSOR = range(7)
COUNTS = 7

# Rows.whole and Rows.real
R_SERIAL, R_TIME, R_ROW, R_SOURCE = range(4)
ROW_WHOLES = 4
(
    R_EAST,
    R_NORTH,
    R_HEIGHT,
    R_VEL_EAST,
    R_VEL_NORTH,
    R_CLIMB,
    R_EE,
    R_EN,
    R_NN,
    R_EXISTENCE,
    R_NIS,
    R_STEADY,
    R_EU,
    R_EV,
    R_NU,
    R_NV,
    R_UU,
    R_UV,
    R_VV,
) = range(19)
ROW_REALS = 19


class Slots(NamedTuple):
    """Live tracks, one row each.

    modes (branches, models, 14), weights (branches, models), branches (branches,): the association hypotheses, heaviest
    first, ``whole[BRANCHES]`` of them used; real, whole, looks (sources, LOOKS).
    """

    modes: Floats
    weights: Floats
    branches: Floats
    real: Floats
    whole: Ints
    looks: Ints


class Plots(NamedTuple):
    """Observations of the air lane in time order: real (m, PLOT_REALS), whole (m, PLOT_WHOLES)."""

    real: Floats
    whole: Ints


class Tally(NamedTuple):
    """What was learned of each source while running: real (sources, TALLY_REALS), whole (sources, TALLY_WHOLES).

    ``map`` and ``fresh`` (sources, MAP_SIDE^2): false plots of the looks before, and of the present one. ``bias`` (3 *
    sources,) and ``spread`` (its covariance): range, azimuth and time of each (see register).
    """

    real: Floats
    whole: Ints
    map: Floats
    fresh: Floats
    bias: Floats
    spread: Floats


class Roads(NamedTuple):
    """Road segments and which of them are near each cell of a grid (see roads).

    ``ends`` (segments, 4): east, north of both ends; ``grid`` (5,): east, north, cell, columns, lines; ``start``
    (cells + 1,) and ``items``: the segments near each cell; ``width_m`` (1,): one sigma of a vehicle off the centre line.
    """

    ends: Floats
    grid: Floats
    start: Ints
    items: Ints
    width_m: Floats


class Bank(NamedTuple):
    """The motion models: acceleration and noise, rate of leaving, where to, share at the start.

    ``model`` (models, 4), ``rate`` (models,), ``shift`` (models, models), ``prior`` (models,); ``single`` (1, 4) is the
    one model of a track not yet sure; ``roads`` are those that models of the kind ``ON_ROAD`` follow.
    """

    model: Floats
    rate: Floats
    shift: Floats
    prior: Floats
    single: Floats
    roads: Roads


class Law(NamedTuple):
    """The settings the loops need, in their units."""

    slice_ns: int
    thin_ns: int
    coast_ns: int
    confirm_updates: int
    confirm_existence: float
    keep_existence: float
    end_existence: float
    life_s: float
    renewal_s: float
    speed_var: float
    claim_density: float
    false_claim_density: float
    merge_distance2: float
    apart_looks: float


class Rows(NamedTuple):
    """What a call of the loops gives out: states, tracks that ended, and merges (younger serial, elder serial)."""

    whole: Ints
    real: Floats
    gone_whole: Ints
    gone_real: Floats
    merges: Ints


def empty_slots(capacity: int, branches: int, models: int, sources: int) -> Slots:
    """Return room for ``capacity`` tracks."""
    return Slots(
        np.zeros((capacity, branches, models, STATE)),
        np.zeros((capacity, branches, models)),
        np.zeros((capacity, branches)),
        np.zeros((capacity, REALS)),
        np.zeros((capacity, WHOLES), dtype=np.int64),
        np.zeros((capacity, sources, LOOKS), dtype=np.int64),
    )


def room(slots: Slots, used: int, capacity: int) -> Slots:
    """Return a copy of the first ``used`` tracks with room for ``capacity``."""
    branches, models = slots.weights.shape[1], slots.weights.shape[2]
    wider = empty_slots(capacity, branches, models, slots.looks.shape[1])
    copy_used(slots, wider, used)
    return wider


@numba.njit(cache=True)
def copy_used(slots: Slots, wider: Slots, used: int) -> None:
    """Copy ``used`` tracks; of each only the hypotheses and models it has: most tracks begin and end with one."""
    for i in range(used):
        held, models = slots.whole[i, BRANCHES], slots.whole[i, MODELS]
        for h in range(held):
            for k in range(models):
                wider.weights[i, h, k] = slots.weights[i, h, k]
                for a in range(STATE):
                    wider.modes[i, h, k, a] = slots.modes[i, h, k, a]
            wider.branches[i, h] = slots.branches[i, h]
    wider.real[:used] = slots.real[:used]
    wider.whole[:used] = slots.whole[:used]
    wider.looks[:used] = slots.looks[:used]


def empty_rows(plots: int, tracks: int) -> Rows:
    """Return room for what ``plots`` observations and ``tracks`` live tracks can give out."""
    ends = plots + tracks
    return Rows(
        np.zeros((plots, ROW_WHOLES), dtype=np.int64),
        np.zeros((plots, ROW_REALS)),
        np.zeros((ends, WHOLES), dtype=np.int64),
        np.zeros((ends, REALS)),
        np.zeros((ends, 2), dtype=np.int64),
    )
