"""The life of a track: born of a plot, confirmed, coasting, merged, ended; and what each source teaches
while running.

Existence r:   a look without a plot     r <- r (1 - Pd) / (1 - r Pd)
               time                      r <- r exp(-dt / life)
               birth from plot j         r = new / (new + false + claims of the tracks on j), densities per
               m2 and look
The false-plot density of a source is the mean, over its looks, of the probability that each plot was false;
the density of targets not yet seen starts equal to it, shrinks by 1 - Pd with every look and grows as
traffic renews itself. A look is missed when a source that has held the track before has passed its time
again and is itself still alive; a source that never saw the track (below its horizon, say) says nothing
against it. Source: Musicki and Evans 2004 (JIPDA); Williams 2015 (Poisson intensity of undetected targets).
"""

from __future__ import annotations

import math

import numba
import numpy as np

from truceline.picture import slots as at
from truceline.picture.arithmetic import exponential
from truceline.picture.predict import mix
from truceline.picture.slots import Bank, Floats, Ints, Law, Plots, Rows, Slots, Tally

IN_SIGHT = 0.5
LATE = 0.1  # of a rotation: how late a rotating antenna may pass
SURE = 0.999999


@numba.njit(cache=True)
def birth(
    slots: Slots,
    i: int,
    plots: Plots,
    j: int,
    existence: float,
    sensors: Floats,
    bank: Bank,
    law: Law,
    serial: int,
) -> None:
    """Write a new track born of plot j into slot i."""
    real, whole = plots.real[j], plots.whole[j]
    mode = slots.modes[i, 0]
    mode[:] = 0.0
    mode[0], mode[1] = real[at.P_EAST], real[at.P_NORTH]
    mode[4], mode[5], mode[6] = real[at.P_EE], real[at.P_EN], real[at.P_NN]
    mode[11] = mode[13] = law.speed_var
    if math.isfinite(real[at.P_VEL_EAST]) and math.isfinite(real[at.P_VEL_NORTH]):
        mode[2], mode[3] = real[at.P_VEL_EAST], real[at.P_VEL_NORTH]
        mode[11] = mode[13] = 400.0
    slots.weights[i, 0] = 1.0
    slots.real[i, :] = 0.0
    track = slots.real[i]
    track[at.EXISTENCE] = existence
    track[at.EXISTENCE_MAX] = existence
    track[at.HEIGHT] = math.nan
    track[at.FIRST_EAST], track[at.FIRST_NORTH] = real[at.P_EAST], real[at.P_NORTH]
    fact = slots.whole[i]
    fact[:] = -1
    fact[at.SERIAL] = serial
    fact[at.TIME] = fact[at.LIFE] = fact[at.HEIGHT_TIME] = fact[at.FIRST] = whole[at.P_TIME]
    fact[at.UPDATES] = fact[at.SOURCES] = fact[at.ADDRESS_VOTES] = fact[at.SQUAWK_VOTES] = fact[
        at.SIMULATED
    ] = 0
    fact[at.LABEL_A] = fact[at.LABEL_B] = 0
    fact[at.FIRST_SOURCE], fact[at.FIRST_ITEM] = whole[at.P_SOURCE], whole[at.P_ITEM]
    fact[at.MODELS] = 1
    slots.looks[i, :, at.LAST_LOOK] = at.NEVER
    slots.looks[i, :, at.LAST_HIT] = at.NEVER
    slots.looks[i, :, at.NUMBER] = -1
    # Every radar has one turn from now to see it; a broadcast nobody sent proves nothing.
    slots.looks[i, :, at.WAIT] = whole[at.P_TIME]
    slots.looks[i, :, at.UNSEEN] = 0


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
        if last == at.NEVER:
            continue
        together = tally.whole[s, at.T_SAME] * 5 > tally.whole[s, at.T_PLOTS] * 4
        period = int(sensors[s, at.S_PERIOD] * 1e9)
        due = int((0.95 if together else 1.0 + LATE) * period)
        for i in range(n):
            looks = slots.looks[i, s]
            if last - looks[at.WAIT] < due:
                continue
            # After an outage the rhythm is lost: it starts again now.
            lost = together or last - looks[at.WAIT] > 5 * period // 2
            looks[at.WAIT] = last if lost else looks[at.WAIT] + period
            detection = sensors[s, at.S_DETECTION]
            if looks[at.LAST_HIT] == at.NEVER:
                detection *= visibility(slots.real[i], sensors[s], tally.whole[s], looks[at.UNSEEN])
            looks[at.UNSEEN] += 1
            age(slots, i, last, life_s)
            r = slots.real[i, at.EXISTENCE]
            slots.real[i, at.EXISTENCE] = r * (1.0 - detection) / (1.0 - r * detection)


@numba.njit(cache=True)
def visibility(real: Floats, sensor: Floats, whole: Ints, unseen: int) -> float:
    """Return how likely a source that never saw a track could see it at all, after ``unseen`` looks in vain.

    Terrain and horizon are not known here: half in range, less with every look, so that the source's silence can at most
    halve the odds. A source without a place, or without looks (a receiver of broadcasts), could not.
    """
    if not math.isfinite(sensor[at.S_EAST]) or whole[at.T_WINDOW] == at.NEVER:
        return 0.0
    de, dn = real[at.EAST] - sensor[at.S_EAST], real[at.NORTH] - sensor[at.S_NORTH]
    if de * de + dn * dn > sensor[at.S_RANGE] * sensor[at.S_RANGE]:
        return 0.0
    able = IN_SIGHT
    for _ in range(min(unseen, 12)):
        able *= 1.0 - sensor[at.S_DETECTION]
    return able / (able + 1.0 - IN_SIGHT)


@numba.njit(cache=True)
def end(slots: Slots, counts: Ints, time_ns: int, law: Law, rows: Rows) -> None:
    """Give up tracks that hardly exist or were silent too long, and close the ranks."""
    kept = 0
    for i in range(counts[at.N]):
        fact = slots.whole[i]
        silent = time_ns - fact[at.LAST] > law.coast_ns
        if slots.real[i, at.EXISTENCE] < law.end_existence or silent:
            if fact[at.CONFIRMED] >= 0 or slots.real[i, at.EXISTENCE_MAX] >= law.keep_existence:
                fact[at.ENDED] = time_ns
                rows.gone_whole[counts[at.GONE], :] = fact
                rows.gone_real[counts[at.GONE], :] = slots.real[i]
                counts[at.GONE] += 1
            continue
        if kept != i:
            move(slots, i, kept)
        kept += 1
    counts[at.N] = kept


@numba.njit(cache=True)
def move(slots: Slots, i: int, k: int) -> None:
    """Copy slot i to slot k."""
    slots.modes[k, :, :] = slots.modes[i]
    slots.weights[k, :] = slots.weights[i]
    slots.real[k, :] = slots.real[i]
    slots.whole[k, :] = slots.whole[i]
    slots.looks[k, :, :] = slots.looks[i]


@numba.njit(cache=True)
def learn(
    slots: Slots, n: int, s: int, time_ns: int, sensors: Floats, tally: Tally, renewal_s: float
) -> None:
    """Close source s's look when its time has passed: renew its densities of false plots and of unknown
    targets."""
    period = sensors[s, at.S_PERIOD]
    passed = (time_ns - tally.whole[s, at.T_WINDOW]) * 1e-9
    real = tally.real[s]
    if tally.whole[s, at.T_WINDOW] == at.NEVER:
        tally.whole[s, at.T_WINDOW] = time_ns
        return
    if passed < 0.9 * period:
        return
    alive = 5.0
    for i in range(n):
        alive += slots.real[i, at.EXISTENCE]
    area, detection = sensors[s, at.S_AREA], sensors[s, at.S_DETECTION]
    measured = real[at.T_FALSE_SUM] / (area * min(passed / period, 1.5))
    real[at.T_LOOKS] += 1.0
    if real[at.T_LOOKS] == 1.0:
        # Half of the first look's plots may be targets, less what other radars have looked over before.
        real[at.T_NEW] *= measured / real[at.T_FALSE]
    share = max(1.0 / real[at.T_LOOKS], 0.05)
    real[at.T_FALSE] += share * (measured - real[at.T_FALSE])
    real[at.T_FALSE] = max(real[at.T_FALSE], 0.05 / area)
    for other in range(len(sensors)):
        tally.real[other, at.T_NEW] *= 1.0 - detection * overlap(sensors[other], sensors[s])
    real[at.T_NEW] += detection * alive * min(passed, renewal_s) / renewal_s / area
    real[at.T_FALSE_SUM] = 0.0
    tally.whole[s, at.T_WINDOW] = time_ns


@numba.njit(cache=True)
def overlap(one: Floats, other: Floats) -> float:
    """Return roughly what share of one radar's disc another radar's disc covers; 1 when a site is not known."""
    if not (math.isfinite(one[at.S_EAST]) and math.isfinite(other[at.S_EAST])):
        return 1.0
    de, dn = one[at.S_EAST] - other[at.S_EAST], one[at.S_NORTH] - other[at.S_NORTH]
    apart = math.sqrt(de * de + dn * dn)
    along = (
        min(one[at.S_RANGE], apart + other[at.S_RANGE]) - max(-one[at.S_RANGE], apart - other[at.S_RANGE])
    ) / 2.0
    share = max(along, 0.0) / one[at.S_RANGE]
    return share * min(share, 1.0)


@numba.njit(cache=True)
def twins(slots: Slots, i: int, j: int, sensors: Floats, distance2: float, one: Floats, two: Floats) -> bool:
    """Return whether tracks i and j are one object: same place and speed, names that agree, no source that
    tells them apart."""
    a, b = slots.real[i], slots.real[j]
    dt = (slots.whole[i, at.TIME] - slots.whole[j, at.TIME]) * 1e-9
    de = a[at.EAST] - b[at.EAST] - dt * b[at.VEL_EAST]
    dn = a[at.NORTH] - b[at.NORTH] - dt * b[at.VEL_NORTH]
    if abs(de) > 5000.0 or abs(dn) > 5000.0 or abs(dt) > 30.0:
        return False
    if slots.whole[i, at.ADDRESS] >= 0 and slots.whole[j, at.ADDRESS] >= 0:
        if slots.whole[i, at.ADDRESS] != slots.whole[j, at.ADDRESS]:
            return False
    for s in range(len(sensors)):
        apart = abs(slots.looks[i, s, at.LAST_HIT] - slots.looks[j, s, at.LAST_HIT])
        both = slots.looks[i, s, at.LAST_HIT] != at.NEVER and slots.looks[j, s, at.LAST_HIT] != at.NEVER
        if both and apart < 2.5e9 * sensors[s, at.S_PERIOD]:
            return False
    if abs(a[at.HEIGHT] - b[at.HEIGHT]) > 1500.0:
        return False
    mix(slots.modes[i, : slots.whole[i, at.MODELS]], slots.weights[i, : slots.whole[i, at.MODELS]], one)
    mix(slots.modes[j, : slots.whole[j, at.MODELS]], slots.weights[j, : slots.whole[j, at.MODELS]], two)
    du, dv = one[2] - two[2], one[3] - two[3]
    drifted = dt * dt
    xx, xy, yy = (
        one[4] + two[4] + drifted * two[11],
        one[5] + two[5] + drifted * two[12],
        one[6] + two[6] + drifted * two[13],
    )
    uu, uv, vv = one[11] + two[11], one[12] + two[12], one[13] + two[13]
    place = (de * de * yy - 2.0 * de * dn * xy + dn * dn * xx) / (xx * yy - xy * xy)
    speed = (du * du * vv - 2.0 * du * dv * uv + dv * dv * uu) / (uu * vv - uv * uv)
    return place < distance2 and speed < distance2


@numba.njit(cache=True)
def absorb(slots: Slots, elder: int, younger: int) -> None:
    """Let the elder track take over what the younger one knows; the more precise state of the two stays."""
    a, b = slots.real[elder], slots.real[younger]
    old, new = slots.whole[elder], slots.whole[younger]
    if b[at.REACH] < a[at.REACH] and new[at.MODELS] >= old[at.MODELS]:
        slots.modes[elder, :, :] = slots.modes[younger]
        slots.weights[elder, :] = slots.weights[younger]
        old[at.TIME], old[at.MODELS] = new[at.TIME], new[at.MODELS]
        for column in (at.EAST, at.NORTH, at.VEL_EAST, at.VEL_NORTH, at.REACH, at.SPEED_REACH):
            a[column] = b[column]
    if not math.isfinite(a[at.HEIGHT]):
        for column in (at.HEIGHT, at.CLIMB, at.HEIGHT_VAR, at.HEIGHT_CLIMB, at.CLIMB_VAR):
            a[column] = b[column]
        old[at.HEIGHT_TIME] = new[at.HEIGHT_TIME]
    a[at.EXISTENCE] = max(a[at.EXISTENCE], b[at.EXISTENCE])
    a[at.EXISTENCE_MAX] = max(a[at.EXISTENCE_MAX], b[at.EXISTENCE_MAX])
    for column in (at.ADDRESS, at.SQUAWK, at.CLASS):
        if old[column] < 0:
            old[column] = new[column]
    if old[at.LABEL_A] == 0:
        old[at.LABEL_A], old[at.LABEL_B] = new[at.LABEL_A], new[at.LABEL_B]
    old[at.LAST] = max(old[at.LAST], new[at.LAST])
    old[at.UPDATES] += new[at.UPDATES]
    old[at.SOURCES] |= new[at.SOURCES]
    old[at.SIMULATED] |= new[at.SIMULATED]
    for s in range(slots.looks.shape[1]):
        for column in (at.LAST_LOOK, at.LAST_HIT, at.WAIT, at.NUMBER):
            slots.looks[elder, s, column] = max(
                slots.looks[elder, s, column], slots.looks[younger, s, column]
            )


@numba.njit(cache=True)
def merge(slots: Slots, counts: Ints, sensors: Floats, law: Law, rows: Rows) -> None:
    """Join tracks that are one object seen by different sources; the younger one ends and its states become
    the elder's."""
    one, two = np.empty(at.STATE), np.empty(at.STATE)
    for i in range(counts[at.N]):
        if slots.real[i, at.EXISTENCE] < 0.5:
            continue
        for j in range(i + 1, counts[at.N]):
            if slots.real[j, at.EXISTENCE] < 0.5 or slots.real[i, at.EXISTENCE] < 0.5:
                continue
            if not twins(slots, i, j, sensors, law.merge_distance2, one, two):
                continue
            elder, younger = (i, j) if slots.whole[i, at.SERIAL] < slots.whole[j, at.SERIAL] else (j, i)
            absorb(slots, elder, younger)
            rows.merges[counts[at.MERGES], 0] = slots.whole[younger, at.SERIAL]
            rows.merges[counts[at.MERGES], 1] = slots.whole[elder, at.SERIAL]
            counts[at.MERGES] += 1
            slots.real[younger, at.EXISTENCE] = 0.0
            slots.whole[younger, at.CONFIRMED] = -1
            slots.whole[younger, at.UPDATES] = 0
            slots.real[younger, at.EXISTENCE_MAX] = 0.0
