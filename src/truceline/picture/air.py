"""The air lane: located observations in, tracks of aircraft and drones out; steppable, checkpointable,
deterministic.

    picture = fold_air(observations, sources, theatre, settings)
    state = start(...); state = step(state, batch); ...; picture = close(state)      the same bytes, however
    it is cut

A state is never changed: ``step`` works on copies. Rows of a slice of time still open wait in the state
until the slice is over; ``close`` folds them too. Rows enter with a finite position and time; others are
left out (they are faults of the means or were not located). Mathematics: predict (IMM), gate, associate
(belief propagation), update, life; loop: sweep.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from truceline.means.observations import KIND
from truceline.means.source import Source
from truceline.picture import slots as at
from truceline.picture.picture import STATES, TRACKS, Picture, assemble, covariance, first_id, placed, within
from truceline.picture.predict import make_bank
from truceline.picture.settings import DEFAULT, Settings
from truceline.picture.slots import (
    Floats,
    Ints,
    Law,
    Plots,
    Slots,
    Tally,
    empty_rows,
    empty_slots,
    room,
)
from truceline.picture.sweep import sweep
from truceline.terms.columns import Columns
from truceline.terms.place import Theatre, to_grid

WIDEST_M = 1e5  # a position vaguer than that is none
HIGHEST_M = 1e5
FASTEST_MPS = 3e3
TRACK_INFLATION = 4.0  # a foreign tracker's states are correlated in time: their covariance counts four times
CONTAINED_95 = 2.4477468306808166  # radius of the 95 % circle in sigmas
MOST_TIME_SIGMA_S = 1.0
SPEED_MPS = 150.0
WAYS = {"plot": at.LOOK, "reply": at.LOOK, "position": at.CLAIM, "track": at.CLAIM, "identity": at.IDENTITY}
_BANK = make_bank()


class Given(msgspec.Struct, frozen=True):
    """What was given out so far, oldest first: states, ended tracks, merges."""

    whole: Ints
    real: Floats
    gone_whole: Ints
    gone_real: Floats
    merges: Ints


class AirState(msgspec.Struct, frozen=True):
    """The air lane between two steps; its arrays belong to it alone and are never written again."""

    sources: tuple[Source, ...]
    theatre: Theatre
    settings: Settings
    sensors: Floats
    slots: Slots
    counts: Ints
    tally: Tally
    waiting: Plots
    rows_seen: int
    given: tuple[Given, ...]


def start(sources: Sequence[Source], theatre: Theatre, settings: Settings = DEFAULT) -> AirState:
    """Return the empty air lane of these sources; their order is the ``source`` number of observations."""
    held = tuple(sources)
    count = max(len(held), 1)
    sensors = np.zeros((count, at.SENSOR_REALS))
    for number, source in enumerate(held):
        detection = source.detection
        sensors[number, at.S_PERIOD] = max(detection.look_s, 0.1)
        sensors[number, at.S_DETECTION] = min(max(detection.ceiling, 0.05), 0.99)
        sensors[number, at.S_AREA] = np.pi * max(detection.range_m, 1000.0) * max(detection.range_m, 1000.0)
        sensors[number, at.S_HEIGHT_VAR] = max(source.accuracy.height_m, 30.0) ** 2
        sensors[number, at.S_SIMULATED] = float(source.simulated)
        sensors[number, at.S_EAST], sensors[number, at.S_NORTH] = _place(source, theatre)
        sensors[number, at.S_RANGE] = detection.range_m
    tally = Tally(np.zeros((count, at.TALLY_REALS)), np.zeros((count, at.TALLY_WHOLES), dtype=np.int64))
    tally.real[:, at.T_FALSE] = settings.false_plots / sensors[:, at.S_AREA].clip(1.0)
    tally.real[:, at.T_NEW] = tally.real[:, at.T_FALSE]
    tally.whole[:, at.T_LAST] = at.NEVER
    tally.whole[:, at.T_WINDOW] = at.NEVER
    counts = np.zeros(at.COUNTS, dtype=np.int64)
    counts[at.MERGE_TIME] = at.NEVER
    slots = empty_slots(64, len(_BANK.prior), count)
    return AirState(held, theatre, settings, sensors, slots, counts, tally, _no_plots(), 0, ())


def step(state: AirState, observations: Columns) -> AirState:
    """Return the lane after these located observations, which continue (in time) those of earlier steps.

    Row numbers count all rows given since ``start``. Rows older than the slices already folded still count,
    as if they had come in the oldest open slice; the seal folds them again in order.
    """
    plots = _ordered(_joined(state.waiting, _plots(observations, state)), _slice_ns(state.settings))
    if not len(plots.whole):
        return msgspec.structs.replace(state, rows_seen=state.rows_seen + len(observations))
    part = plots.whole[:, at.P_TIME] // _slice_ns(state.settings)
    open_rows = int(np.count_nonzero(part == part[-1]))
    return _folded(state, plots, len(part) - open_rows, state.rows_seen + len(observations))


def close(state: AirState) -> Picture:
    """Return the picture of everything given so far, rows of the open slice included; the state stays
    usable."""
    done = _folded(state, state.waiting, len(state.waiting.whole), state.rows_seen)
    used = int(done.counts[at.N])
    whole = np.concatenate([*(part.gone_whole for part in done.given), done.slots.whole[:used]])
    real = np.concatenate([*(part.gone_real for part in done.given), done.slots.real[:used]])
    keep = (whole[:, at.CONFIRMED] >= 0) | (real[:, at.EXISTENCE_MAX] >= done.settings.keep_existence)
    keep &= whole[:, at.UPDATES] > 1
    whole, real = whole[keep], real[keep]
    rows = (
        np.concatenate([part.whole for part in done.given])
        if done.given
        else np.zeros((0, at.ROW_WHOLES), np.int64)
    )
    values = np.concatenate([part.real for part in done.given]) if done.given else np.zeros((0, at.ROW_REALS))
    place = np.full(int(done.counts[at.NEXT_SERIAL]) + 1, -1, dtype=np.int64)
    place[whole[:, at.SERIAL]] = np.arange(len(whole))
    for younger, elder in reversed([tuple(pair) for part in done.given for pair in part.merges.tolist()]):
        place[younger] = place[elder]
    return assemble("air", _tracks(done, whole, real), _states(rows, values, place))


def fold_air(
    observations: Columns, sources: Sequence[Source], theatre: Theatre, settings: Settings = DEFAULT
) -> Picture:
    """Return the air picture of located, sorted observations: ``close(step(start(), all))``."""
    return close(step(start(sources, theatre, settings), observations))


def present(state: AirState) -> Picture:
    """Return the tracks held now, each with its last state at its own time (a live map's view; no evidence
    in it).

    Rows of the slice still open are not in it. Tracks that are not yet confirmed have ``confirmed_ns`` -1.
    """
    used = int(state.counts[at.N])
    whole, real = state.slots.whole[:used], state.slots.real[:used]
    rows = np.zeros((used, at.ROW_WHOLES), dtype=np.int64)
    rows[:, at.R_TIME], rows[:, at.R_ROW], rows[:, at.R_SOURCE] = whole[:, at.TIME], -1, -1
    values = np.full((used, at.ROW_REALS), np.nan)
    for out, held in zip(
        (at.R_EAST, at.R_NORTH, at.R_HEIGHT, at.R_VEL_EAST, at.R_VEL_NORTH, at.R_CLIMB, at.R_EXISTENCE),
        (at.EAST, at.NORTH, at.HEIGHT, at.VEL_EAST, at.VEL_NORTH, at.CLIMB, at.EXISTENCE),
        strict=True,
    ):
        values[:, out] = real[:, held]
    values[:, at.R_EE] = values[:, at.R_NN] = real[:, at.REACH]
    values[:, at.R_EN] = 0.0
    rows[:, at.R_SERIAL] = np.arange(used)
    return assemble("air", _tracks(state, whole, real), _states(rows, values, np.arange(used + 1)))


def _place(source: Source, theatre: Theatre) -> tuple[float, float]:
    """Return a source's site on the grid, NaN when it has none."""
    if source.site is None:
        return float("nan"), float("nan")
    east, north = to_grid(theatre, np.array([source.site.lat_deg]), np.array([source.site.lon_deg]))
    return float(east[0]), float(north[0])


def _slice_ns(settings: Settings) -> int:
    return max(int(round(settings.slice_s * 1e9)), 1)


def _law(settings: Settings) -> Law:
    return Law(
        slice_ns=_slice_ns(settings),
        thin_ns=int(round(settings.thin_s * 1e9)),
        coast_ns=int(round(settings.coast_s * 1e9)),
        confirm_updates=settings.confirm_updates,
        keep_existence=settings.keep_existence,
        confirm_existence=settings.confirm_existence,
        end_existence=settings.end_existence,
        life_s=settings.life_s,
        renewal_s=settings.renewal_s,
        speed_var=settings.speed_sigma_mps**2,
        claim_density=settings.claim_density_m2,
        false_claim_density=settings.false_claim_density_m2,
        merge_distance2=settings.merge_distance2,
    )


def _no_plots() -> Plots:
    return Plots(np.zeros((0, at.PLOT_REALS)), np.zeros((0, at.PLOT_WHOLES), dtype=np.int64))


def _plots(observations: Columns, state: AirState) -> Plots:
    """Return the rows of the air lane as the loops want them, in the order given."""
    ways = np.full(128, -1, dtype=np.int64)
    for name, way in WAYS.items():
        ways[KIND[name]] = way
    way = ways[np.clip(observations["kind"], 0, 127)]
    source = observations["source"].astype(np.int64)
    numbers = (source >= 0) & (source < len(state.sources))
    good = (
        (way >= 0) & numbers & (placed(observations) | (way == at.IDENTITY)) & (observations["time_ns"] > 0)
    )
    good &= (way != at.IDENTITY) | (observations["address"] >= 0)
    rows = np.flatnonzero(good)
    held = observations.take(rows)
    whole = np.empty((len(rows), at.PLOT_WHOLES), dtype=np.int64)
    labels = np.ascontiguousarray(held["label"]).view("<i8").reshape(len(rows), 2)
    for column, values in (
        (at.P_TIME, held["time_ns"]), (at.P_SOURCE, held["source"]), (at.P_WAY, way[rows]),
        (at.P_ADDRESS, held["address"]), (at.P_SQUAWK, held["squawk"]), (at.P_NUMBER, held["track_number"]),
        (at.P_LABEL_A, labels[:, 0]), (at.P_LABEL_B, labels[:, 1]), (at.P_CLASS, held["object_class"]),
        (at.P_SIMULATED, held["simulated"]), (at.P_ITEM, held["item"]), (at.P_ROW, rows + state.rows_seen),
    ):  # fmt: skip
        whole[:, column] = values
    return Plots(_measures(held, state), whole)


def _measures(held: Columns, state: AirState) -> Floats:
    """Return position, covariance (the declared accuracy where a row has none), height and velocity."""
    real = np.empty((len(held), at.PLOT_REALS))
    declared = np.array([source.accuracy.position_m for source in state.sources] or [100.0])
    sigma = within(held["quality"], 1e-3, WIDEST_M) / CONTAINED_95
    sigma = np.where(np.isfinite(sigma), sigma, declared[held["source"]])
    ee, en, nn = covariance(held, sigma)
    factor = np.where(held["kind"] == KIND["track"], TRACK_INFLATION, 1.0)
    late = np.minimum(held["time_sigma_ns"] * 1e-9, MOST_TIME_SIGMA_S) * SPEED_MPS
    real[:, at.P_EAST], real[:, at.P_NORTH] = held["east_m"], held["north_m"]
    real[:, at.P_EE] = factor * ee + late * late + 1.0
    real[:, at.P_EN] = factor * en
    real[:, at.P_NN] = factor * nn + late * late + 1.0
    pressure = within(held["pressure_altitude_m"], -HIGHEST_M, HIGHEST_M)
    stated = within(held["height_m"], -HIGHEST_M, HIGHEST_M)
    real[:, at.P_HEIGHT] = np.where(np.isfinite(pressure), pressure, stated)
    real[:, at.P_VEL_EAST] = within(held["vel_east_mps"], -FASTEST_MPS, FASTEST_MPS)
    real[:, at.P_VEL_NORTH] = within(held["vel_north_mps"], -FASTEST_MPS, FASTEST_MPS)
    return real


def _joined(waiting: Plots, fresh: Plots) -> Plots:
    """Return waiting and fresh rows in the order of the sweep: slice, source, way, time, item, row."""
    return Plots(np.concatenate([waiting.real, fresh.real]), np.concatenate([waiting.whole, fresh.whole]))


def _ordered(plots: Plots, slice_ns: int) -> Plots:
    columns = (at.P_ROW, at.P_ITEM, at.P_TIME, at.P_WAY, at.P_SOURCE)
    order = np.lexsort(
        [*(plots.whole[:, column] for column in columns), plots.whole[:, at.P_TIME] // slice_ns]
    )
    return Plots(plots.real[order], plots.whole[order])


def _folded(state: AirState, plots: Plots, stop: int, rows_seen: int) -> AirState:
    """Return the state after the first ``stop`` plots; the rest waits."""
    used = int(state.counts[at.N])
    counts = state.counts.copy()
    counts[at.CURSOR] = counts[at.ROWS] = counts[at.GONE] = counts[at.MERGES] = 0
    tally = Tally(state.tally.real.copy(), state.tally.whole.copy())
    slots = room(state.slots, used, used + 64)
    rows = empty_rows(2 * stop, used + stop)
    law = _law(state.settings)
    while True:
        sweep(slots, counts, plots, stop, state.sensors, tally, _BANK, law, rows)
        if counts[at.CURSOR] >= stop:
            break
        slots = room(slots, int(counts[at.N]), 2 * len(slots.modes))
    written, gone, merges = int(counts[at.ROWS]), int(counts[at.GONE]), int(counts[at.MERGES])
    fresh = Given(
        rows.whole[:written].copy(), rows.real[:written].copy(), rows.gone_whole[:gone].copy(),
        rows.gone_real[:gone].copy(), rows.merges[:merges].copy(),
    )  # fmt: skip
    return msgspec.structs.replace(
        state, slots=slots, counts=counts, tally=tally, waiting=Plots(plots.real[stop:], plots.whole[stop:]),
        rows_seen=rows_seen, given=_packed((*state.given, fresh)),
    )  # fmt: skip


def _packed(given: tuple[Given, ...]) -> tuple[Given, ...]:
    """Join the newest parts while the last is not much smaller than the one before, so that few remain."""
    parts = list(given)
    while len(parts) > 1 and _size(parts[-1]) * 2 >= _size(parts[-2]):
        last, before = parts.pop(), parts.pop()
        parts.append(
            Given(
                np.concatenate([before.whole, last.whole]),
                np.concatenate([before.real, last.real]),
                np.concatenate([before.gone_whole, last.gone_whole]),
                np.concatenate([before.gone_real, last.gone_real]),
                np.concatenate([before.merges, last.merges]),
            )
        )
    return tuple(parts)


def _size(part: Given) -> int:
    return len(part.whole) + len(part.gone_whole) + len(part.merges)


def _tracks(state: AirState, whole: Ints, real: Floats) -> Columns:
    labels = np.ascontiguousarray(whole[:, [at.LABEL_A, at.LABEL_B]]).view("S16").reshape(len(whole))
    names = [source.name for source in state.sources]
    ids: list[str] = []
    for fact, value in zip(whole.tolist(), real.tolist(), strict=True):
        place = (value[at.FIRST_EAST], value[at.FIRST_NORTH])
        ids.append(first_id(names[fact[at.FIRST_SOURCE]], fact[at.FIRST], fact[at.FIRST_ITEM], *place))
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


def _states(rows: Ints, values: Floats, place: Ints) -> Columns:
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
            "existence": values[:, at.R_EXISTENCE],
            "observation": rows[:, at.R_ROW],
            "source": rows[:, at.R_SOURCE],
        },
    )
