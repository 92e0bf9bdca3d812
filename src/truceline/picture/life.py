"""The life of a track: its existence, its birth from a plot, its end.

    a look without a plot     r <- r (1 - Pd) / (1 - r Pd)
    time                      r <- r exp(-dt / life)
    birth from plot j         r = new / (new + false + claims of the tracks on j), densities per m2 and look

A look is missed when a source's antenna has passed the track's time again, the source is alive, and no plot came. The
silence of a radar that never saw the track (below its horizon, perhaps) counts by the share of tracks it does see; a
receiver of broadcasts that never heard it says nothing.
Source: Musicki and Evans 2004 (JIPDA); Williams 2015 (Poisson intensity of undetected targets).
"""

from __future__ import annotations

import math

import numba

from truceline.picture import slots as at
from truceline.picture.arithmetic import exponential
from truceline.picture.learn import rate_of, still_in_sight, together, within
from truceline.picture.slots import Floats, Ints, Law, Plots, Rows, Slots, Tally

LATE = 0.1  # of a rotation: how late a rotating antenna may pass
EARLY = 0.05  # of a scan time: how early a whole scan delivered at once may come
KNOWN_SPEED_VAR = 400.0


@numba.njit(cache=True)
def birth(slots: Slots, i: int, plots: Plots, j: int, existence: float, law: Law, serial: int) -> None:
    """Write a new track born of plot j into slot i; its facts are not taken yet."""
    real, whole = plots.real[j], plots.whole[j]
    mode = slots.modes[i, 0, 0]
    mode[:] = 0.0
    mode[0], mode[1] = real[at.P_EAST], real[at.P_NORTH]
    mode[4], mode[5], mode[6] = real[at.P_EE], real[at.P_EN], real[at.P_NN]
    mode[11] = mode[13] = law.speed_var
    if math.isfinite(real[at.P_VEL_EAST]) and math.isfinite(real[at.P_VEL_NORTH]):
        mode[2], mode[3] = real[at.P_VEL_EAST], real[at.P_VEL_NORTH]
        mode[11] = mode[13] = KNOWN_SPEED_VAR
    slots.weights[i, 0, 0] = slots.branches[i, 0] = 1.0
    track, fact, looks = slots.real[i], slots.whole[i], slots.looks[i]
    track[:] = 0.0
    track[at.EXISTENCE] = track[at.EXISTENCE_MAX] = existence
    track[at.HEIGHT] = track[at.NIS] = track[at.STEADY] = math.nan
    track[at.EAST], track[at.NORTH], track[at.VEL_EAST], track[at.VEL_NORTH] = (
        mode[0],
        mode[1],
        mode[2],
        mode[3],
    )
    track[at.EE], track[at.EN], track[at.NN] = mode[4], mode[5], mode[6]
    track[at.REACH], track[at.SPEED_REACH] = max(mode[4], mode[6]), mode[11]
    track[at.UU], track[at.VV] = mode[11], mode[13]
    track[at.FIRST_EAST], track[at.FIRST_NORTH] = real[at.P_EAST], real[at.P_NORTH]
    fact[:] = 0
    fact[at.SERIAL] = serial
    fact[at.TIME] = fact[at.LIFE] = fact[at.HEIGHT_TIME] = fact[at.FIRST] = whole[at.P_TIME]
    fact[at.CONFIRMED] = fact[at.ENDED] = fact[at.ADDRESS] = fact[at.SQUAWK] = fact[at.CLASS] = -1
    fact[at.FIRST_SOURCE], fact[at.FIRST_ITEM] = whole[at.P_SOURCE], whole[at.P_ITEM]
    fact[at.MODELS] = fact[at.BRANCHES] = 1
    fact[at.LEFT_SOURCE] = -1
    looks[:, :] = 0
    looks[:, at.LAST_LOOK] = looks[:, at.LAST_HIT] = at.NEVER
    looks[:, at.NUMBER] = -1
    # Every radar has one turn from now on to see it.
    looks[:, at.WAIT] = whole[at.P_TIME]


@numba.njit(cache=True)
def age(slots: Slots, i: int, time_ns: int, life_s: float) -> None:
    """Let the existence of track i decay to a time."""
    dt = (time_ns - slots.whole[i, at.LIFE]) * 1e-9
    if dt > 0.0:
        slots.real[i, at.EXISTENCE] *= exponential(-dt / life_s)
        slots.whole[i, at.LIFE] = time_ns


@numba.njit(cache=True)
def miss(slots: Slots, n: int, sensors: Floats, tally: Tally, life_s: float) -> None:
    """Count the looks that should have seen each track by now and did not."""
    for s in range(len(sensors)):
        last = tally.whole[s, at.T_LAST]
        if last == at.NEVER or sensors[s, at.S_LEAST_RATE] > 0.0:
            continue  # radars for moving targets: blind.miss_moving
        at_once = together(tally.whole[s])
        period = int(tally.real[s, at.T_PERIOD] * 1e9)
        due = int((1.0 - EARLY if at_once else 1.0 + LATE) * period)
        for i in range(n):
            looks = slots.looks[i, s]
            if last - looks[at.WAIT] < due:
                continue
            if looks[at.LAST_HIT] == at.NEVER:
                detection = tally.real[s, at.T_DETECTION]
                detection *= in_sight(slots.real[i], sensors[s], tally, s, looks[at.UNSEEN], detection)
            else:
                detection = rate_of(looks)
            # After an outage the rhythm is lost: it starts again now.
            lost = at_once or last - looks[at.WAIT] > 5 * period // 2
            looks[at.WAIT] = last if lost else looks[at.WAIT] + period
            looks[at.UNSEEN] += 1
            age(slots, i, last, life_s)
            r = slots.real[i, at.EXISTENCE]
            slots.real[i, at.EXISTENCE] = r * (1.0 - detection) / (1.0 - r * detection)


@numba.njit(cache=True)
def in_sight(real: Floats, sensor: Floats, tally: Tally, s: int, unseen: int, detection: float) -> float:
    """Return how likely a source that never saw a track could see it at all, after ``unseen`` looks in vain.

    Terrain and horizon are not known here: in range it is the share of confirmed tracks the source saw, less with every
    look, so that its silence cannot count for ever. A source without a place, or without looks (a receiver of
    broadcasts), could not.
    """
    if not within(real, sensor) or tally.whole[s, at.T_WINDOW] == at.NEVER:
        return 0.0
    return still_in_sight(tally.real[s, at.T_SIGHT], detection, unseen)


@numba.njit(cache=True)
def end(slots: Slots, counts: Ints, time_ns: int, law: Law, rows: Rows) -> None:
    """Give up tracks that hardly exist or were silent too long; the last of the ranks takes an empty place."""
    i = 0
    while i < counts[at.N]:
        fact = slots.whole[i]
        silent = time_ns - fact[at.LAST] > law.coast_ns
        if slots.real[i, at.EXISTENCE] < law.end_existence or silent:
            if fact[at.CONFIRMED] >= 0 or slots.real[i, at.EXISTENCE_MAX] >= law.keep_existence:
                fact[at.ENDED] = time_ns
                rows.gone_whole[counts[at.GONE], :] = fact
                rows.gone_real[counts[at.GONE], :] = slots.real[i]
                counts[at.GONE] += 1
            counts[at.N] -= 1
            move(slots, counts[at.N], i)
        else:
            i += 1


@numba.njit(cache=True)
def move(slots: Slots, one: int, to: int) -> None:
    """Copy track ``one`` into the place ``to``."""
    models, held = slots.whole[one, at.MODELS], slots.whole[one, at.BRANCHES]
    slots.modes[to, :held, :models] = slots.modes[one, :held, :models]
    slots.weights[to, :held, :models] = slots.weights[one, :held, :models]
    slots.branches[to] = slots.branches[one]
    slots.real[to] = slots.real[one]
    slots.whole[to] = slots.whole[one]
    slots.looks[to] = slots.looks[one]
