"""The air lane: located observations in, tracks of aircraft and drones out.

    picture = fold_air(observations, sources, theatre, settings)
    state = start(...); state = step(state, batch); ...; picture = close(state)

Both give the same bytes, however the stream is cut. A state is never changed: ``step`` works on copies. Rows of a slice
of time still open wait in the state until the slice is over; ``close`` folds them too. Rows without a finite place or a
known source are left out.

The mathematics: predict (IMM), gate, weigh, associate (belief propagation), update, hold, life, learn, join; the loop
over them: sweep. Everything that decides runs in Numba loops of fixed order without fast-math, and calls no transcendental
function but those of ``arithmetic``: the bits do not depend on the processor.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from truceline.means.source import Source
from truceline.picture import slots as at
from truceline.picture.display import outlook
from truceline.picture.learn import IN_SIGHT, LEAST_RATE, MOST_RATE
from truceline.picture.picture import Picture, assemble
from truceline.picture.predict import make_bank
from truceline.picture.register import unknown
from truceline.picture.settings import DEFAULT, Settings
from truceline.picture.slots import (
    Bank,
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
from truceline.picture.tables import joined, no_plots, plots_of, states_of, tracks_of
from truceline.terms.columns import Columns
from truceline.terms.place import Theatre, convergence_rad, to_grid

_BANK = make_bank()
LEAST_FALSE_M2 = 1e-15


class Given(msgspec.Struct, frozen=True):
    """What was given out so far, oldest first: states, ended tracks, merges (younger serial, elder serial)."""

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
    bank: Bank
    lane: str


def start(
    sources: Sequence[Source],
    theatre: Theatre,
    settings: Settings = DEFAULT,
    bank: Bank = _BANK,
    lane: str = "air",
) -> AirState:
    """Return the empty lane of these sources; their order is the ``source`` number of observations.

    ``bank`` are its motion models; ``lane``, "air" or "ground", says whose sources it hears (``Detection.ground``).
    """
    places = [_place(source, theatre) for source in sources]
    return start_at(sources, places, (), theatre, settings, bank, lane)


def start_at(
    sources: Sequence[Source],
    places: Sequence[tuple[float, float]],
    false_plots_m2: Sequence[float | None],
    theatre: Theatre,
    settings: Settings = DEFAULT,
    bank: Bank = _BANK,
    lane: str = "air",
) -> AirState:
    """Return the empty lane of sources that stand at (east, north) metres of the grid, NaN for nowhere.

    ``false_plots_m2``: declared false plots per m2 and look, None (or none given): as the settings say. All declared
    figures are where learning starts.
    """
    held = tuple(sources)
    count = max(len(held), 1)
    sensors = np.zeros((count, at.SENSOR_REALS))
    sensors[:, at.S_AREA] = 1.0
    tally = Tally(
        np.zeros((count, at.TALLY_REALS)),
        np.zeros((count, at.TALLY_WHOLES), dtype=np.int64),
        np.zeros((count, at.MAP_SIDE * at.MAP_SIDE)),
        np.zeros((count, at.MAP_SIDE * at.MAP_SIDE)),
        *unknown(count),
    )
    for number, source in enumerate(held):
        detection = source.detection
        reach = max(detection.range_m, 1000.0)
        sensors[number, at.S_RANGE] = reach
        sensors[number, at.S_AREA] = 3.141592653589793 * reach * reach
        sensors[number, at.S_HEIGHT_VAR] = max(source.accuracy.height_m, 30.0) ** 2
        sensors[number, at.S_SIMULATED] = float(source.simulated)
        sensors[number, at.S_LEAST_RATE] = max(detection.least_rate_mps, 0.0)
        if source.site is not None:
            # the rounding hides how a processor rounds the sine
            sensors[number, at.S_TURN] = round(convergence_rad(theatre, source.site), 9)
        sensors[number, at.S_EAST], sensors[number, at.S_NORTH] = places[number]
        tally.real[number, at.T_PERIOD] = max(detection.look_s, 0.1)
        tally.real[number, at.T_DETECTION] = min(max(detection.ceiling, LEAST_RATE), MOST_RATE)
    tally.real[:, at.T_NOISE] = 1.0
    tally.real[:, at.T_SIGHT] = IN_SIGHT
    tally.real[:, at.T_FALSE] = settings.false_plots / sensors[:, at.S_AREA]
    for number, density in enumerate(false_plots_m2):
        if density is not None:
            tally.real[number, at.T_FALSE] = max(density, LEAST_FALSE_M2)
    tally.real[:, at.T_NEW] = tally.real[:, at.T_FALSE]
    tally.whole[:, [at.T_LAST, at.T_WINDOW, at.T_PAIRED]] = at.NEVER
    tally.whole[:, at.T_MEASURED] = 0 if settings.learns_noise else at.NEVER
    tally.whole[:, at.T_PAIRS] = 0 if settings.learns_bias else at.NEVER
    counts = np.zeros(at.COUNTS, dtype=np.int64)
    counts[at.MERGE_TIME] = at.NEVER
    slots = empty_slots(64, settings.branches, len(bank.prior), count)
    return AirState(held, theatre, settings, sensors, slots, counts, tally, no_plots(), 0, (), bank, lane)


def step(state: AirState, observations: Columns) -> AirState:
    """Return the lane after these located observations, which continue (in time) those of earlier steps.

    ``STATES.observation`` counts all rows given since ``start``. Rows older than the slices already folded are folded
    with the oldest open slice; they move tracks at their later time, and the seal folds them again in order.
    """
    slice_ns = _slice_ns(state.settings)
    rows_seen = state.rows_seen + len(observations)
    fresh = plots_of(observations, state.sources, state.rows_seen, state.lane, state.sensors)
    plots = joined(state.waiting, fresh, slice_ns)
    if not len(plots.whole):
        return msgspec.structs.replace(state, rows_seen=rows_seen)
    part = plots.whole[:, at.P_TIME] // slice_ns
    return _folded(state, plots, int(np.count_nonzero(part < part[-1])), rows_seen)


def ahead(state: AirState, observations: Columns | None = None) -> AirState:
    """Return the lane after these rows with the slice still open folded too.

    Equal to ``step`` when only rows of later slices will follow; an ``ahead`` of no rows serves to look at the lane.
    """
    plots, rows_seen = state.waiting, state.rows_seen
    if observations is not None and len(observations):
        fresh = plots_of(observations, state.sources, rows_seen, state.lane, state.sensors)
        plots, rows_seen = joined(plots, fresh, _slice_ns(state.settings)), rows_seen + len(observations)
    if not len(plots.whole):
        return msgspec.structs.replace(state, rows_seen=rows_seen)
    return _folded(state, plots, len(plots.whole), rows_seen)


def close(state: AirState) -> Picture:
    """Return the picture of all that was given so far, the open slice included; the state stays usable."""
    done = _folded(state, state.waiting, len(state.waiting.whole), state.rows_seen)
    used = int(done.counts[at.N])
    whole = np.concatenate([*(part.gone_whole for part in done.given), done.slots.whole[:used]])
    real = np.concatenate([*(part.gone_real for part in done.given), done.slots.real[:used]])
    keep = (whole[:, at.CONFIRMED] >= 0) | (real[:, at.EXISTENCE_MAX] >= done.settings.keep_existence)
    keep &= whole[:, at.UPDATES] > 1
    whole, real = whole[keep], real[keep]
    place = np.full(int(done.counts[at.NEXT_SERIAL]) + 1, -1, dtype=np.int64)
    place[whole[:, at.SERIAL]] = np.arange(len(whole))
    # An elder may later have become the younger of another pair: the last join is followed first.
    for part in reversed(done.given):
        for younger, elder in part.merges[::-1].tolist():
            place[younger] = place[elder]
    rows = np.concatenate([part.whole for part in done.given])
    values = np.concatenate([part.real for part in done.given])
    return assemble(state.lane, tracks_of(done.sources, whole, real), states_of(rows, values, place))


def fold_air(
    observations: Columns, sources: Sequence[Source], theatre: Theatre, settings: Settings = DEFAULT
) -> Picture:
    """Return the air picture of located, sorted observations: ``close(step(start(), all))``.

    Tracks that were never confirmed and never likelier than ``keep_existence`` are left out, with their states.
    """
    return close(step(start(sources, theatre, settings), observations))


def present(state: AirState, time_ns: int | None = None) -> Picture:
    """Return the tracks a display shows at an instant (None: that of the last row), one state each, without evidence.

    States are predicted to that instant with their covariance; rows of the slice still open count. ``confirmed_ns`` is -1
    for tracks shown but not yet confirmed. The state stays usable.
    """
    done = ahead(state)
    used = int(done.counts[at.N])
    moment = max(int(done.tally.whole[:, at.T_LAST].max()), 0) if time_ns is None else time_ns
    rows, values = np.empty((used, at.ROW_WHOLES), dtype=np.int64), np.empty((used, at.ROW_REALS))
    shown = outlook(done.slots, used, moment, state.bank, done.settings.life_s, rows, values)
    held = rows[:shown, at.R_SERIAL].copy()
    rows[:shown, at.R_SERIAL] = np.arange(shown)
    tracks = tracks_of(done.sources, done.slots.whole[held], done.slots.real[held])
    return assemble(state.lane, tracks, states_of(rows[:shown], values[:shown], np.arange(shown + 1)))


def _folded(state: AirState, plots: Plots, stop: int, rows_seen: int) -> AirState:
    """Return the state after the first ``stop`` plots; the rest waits."""
    used = int(state.counts[at.N])
    counts = state.counts.copy()
    counts[[at.CURSOR, at.ROWS, at.GONE, at.MERGES]] = 0
    old = state.tally
    tally = Tally(
        old.real.copy(),
        old.whole.copy(),
        old.map.copy(),
        old.fresh.copy(),
        old.bias.copy(),
        old.spread.copy(),
    )
    part = plots.whole[:stop, at.P_TIME] // _slice_ns(state.settings)
    largest = int(np.diff(np.flatnonzero(np.diff(part, prepend=-1, append=-1))).max()) if stop else 0
    slots = room(state.slots, used, used + max(64, largest))
    rows = empty_rows(2 * stop, used + stop)
    law = _law(state.settings)
    while True:
        sweep(slots, counts, plots, stop, state.sensors, tally, state.bank, law, rows)
        if counts[at.CURSOR] >= stop:
            break
        slots = room(slots, int(counts[at.N]), 2 * len(slots.modes))
    written, gone, merges = int(counts[at.ROWS]), int(counts[at.GONE]), int(counts[at.MERGES])
    fresh = Given(
        rows.whole[:written].copy(),
        rows.real[:written].copy(),
        rows.gone_whole[:gone].copy(),
        rows.gone_real[:gone].copy(),
        rows.merges[:merges].copy(),
    )
    return msgspec.structs.replace(
        state,
        slots=slots,
        counts=counts,
        tally=tally,
        waiting=Plots(plots.real[stop:], plots.whole[stop:]),
        rows_seen=rows_seen,
        given=_packed([*state.given, fresh]),
    )


def _packed(parts: list[Given]) -> tuple[Given, ...]:
    """Join the newest parts while the last is not much smaller than the one before, so that few remain."""
    while len(parts) > 1 and 2 * _size(parts[-1]) >= _size(parts[-2]):
        last, before = parts.pop(), parts.pop()
        columns = (
            np.concatenate([getattr(before, name), getattr(last, name)]) for name in Given.__struct_fields__
        )
        parts.append(Given(*columns))
    return tuple(parts)


def _size(part: Given) -> int:
    return len(part.whole) + len(part.gone_whole) + len(part.merges)


def _place(source: Source, theatre: Theatre) -> tuple[float, float]:
    """Return a source's site on the grid, NaN when it has none; in whole metres, which no projection library changes."""
    if source.site is None:
        return float("nan"), float("nan")
    east, north = to_grid(theatre, np.array([source.site.lat_deg]), np.array([source.site.lon_deg]))
    return float(np.rint(east[0])), float(np.rint(north[0]))


def _slice_ns(settings: Settings) -> int:
    return max(round(settings.slice_s * 1e9), 1)


def _law(settings: Settings) -> Law:
    return Law(
        slice_ns=_slice_ns(settings),
        thin_ns=round(settings.thin_s * 1e9),
        coast_ns=round(settings.coast_s * 1e9),
        confirm_updates=settings.confirm_updates,
        confirm_existence=settings.confirm_existence,
        keep_existence=settings.keep_existence,
        end_existence=settings.end_existence,
        life_s=settings.life_s,
        renewal_s=settings.renewal_s,
        speed_var=settings.speed_sigma_mps**2,
        claim_density=settings.claim_density_m2,
        false_claim_density=settings.false_claim_density_m2,
        merge_distance2=settings.merge_distance2,
        apart_looks=settings.apart_looks,
    )
