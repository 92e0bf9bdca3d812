"""Joining: two tracks that turn out to be one object seen by different sources become the elder one.

They are one when place and velocity agree (squared Mahalanobis distances), their addresses do not contradict, their
heights are near, and no source told them apart lately: a source that held both within ``apart_looks`` of its looks saw two
things. The younger track's states become states of the elder, which so keeps the evidence of both.
"""

from __future__ import annotations

import math

import numba
import numpy as np

from truceline.picture import slots as at
from truceline.picture.moments import moments
from truceline.picture.slots import Floats, Ints, Law, Rows, Slots, Tally

NEAR_M = 5000.0
NEAR_HEIGHT_M = 1500.0
APART_S = 30.0
OUTLINE = (
    at.EAST, at.NORTH, at.VEL_EAST, at.VEL_NORTH, at.EE, at.EN, at.NN, at.REACH, at.SPEED_REACH, at.NIS, at.STEADY,
    at.EU, at.EV, at.NU, at.NV, at.UU, at.UV, at.VV,
)  # fmt: skip
HEIGHTS = (at.HEIGHT, at.CLIMB, at.HEIGHT_VAR, at.HEIGHT_CLIMB, at.CLIMB_VAR)
NAMES = (at.ADDRESS, at.SQUAWK, at.CLASS)


@numba.njit(cache=True)
def merge(slots: Slots, counts: Ints, tally: Tally, law: Law, rows: Rows) -> None:
    """Join what is one object; a joined younger track has no existence left and is ended by ``life.end``."""
    one, two = np.empty(at.STATE), np.empty(at.STATE)
    held = np.flatnonzero(slots.real[: counts[at.N], at.EXISTENCE] >= 0.5)
    held = held[np.argsort(slots.real[held, at.EAST], kind="mergesort")]
    place = slots.real[held, at.EAST : at.NORTH + 1]
    for p in range(len(held)):
        for q in range(p + 1, len(held)):
            if place[q, 0] - place[p, 0] > 2.0 * NEAR_M:
                break
            if abs(place[p, 1] - place[q, 1]) > 2.0 * NEAR_M:
                continue
            i, j = held[p], held[q]
            if min(slots.real[i, at.EXISTENCE], slots.real[j, at.EXISTENCE]) < 0.5 or contradict(
                slots, i, j, tally, law.apart_looks
            ):
                continue
            if not one_place(slots, i, j, law.merge_distance2, one, two):
                continue
            elder, younger = (i, j) if slots.whole[i, at.SERIAL] < slots.whole[j, at.SERIAL] else (j, i)
            inherit(slots, elder, younger)
            rows.merges[counts[at.MERGES], 0] = slots.whole[younger, at.SERIAL]
            rows.merges[counts[at.MERGES], 1] = slots.whole[elder, at.SERIAL]
            counts[at.MERGES] += 1
            slots.real[younger, at.EXISTENCE] = slots.real[younger, at.EXISTENCE_MAX] = 0.0
            slots.whole[younger, at.CONFIRMED] = -1


@numba.njit(cache=True)
def contradict(slots: Slots, i: int, j: int, tally: Tally, apart_looks: float) -> bool:
    """Return whether tracks i and j cannot be one: old, other names or heights, or told apart by a source."""
    if abs(slots.whole[i, at.TIME] - slots.whole[j, at.TIME]) > APART_S * 1e9:
        return True
    if slots.whole[i, at.ADDRESS] >= 0 and slots.whole[j, at.ADDRESS] >= 0:
        if slots.whole[i, at.ADDRESS] != slots.whole[j, at.ADDRESS]:
            return True
    for s in range(len(tally.real)):
        one, two = slots.looks[i, s, at.LAST_HIT], slots.looks[j, s, at.LAST_HIT]
        apart = apart_looks * 1e9 * tally.real[s, at.T_PERIOD]
        if min(one, two) != at.NEVER and abs(one - two) < apart:
            return True
    return bool(abs(slots.real[i, at.HEIGHT] - slots.real[j, at.HEIGHT]) > NEAR_HEIGHT_M)


@numba.njit(cache=True)
def one_place(slots: Slots, i: int, j: int, distance2: float, one: Floats, two: Floats) -> bool:
    """Return whether place and velocity of tracks i and j agree; ``one`` and ``two`` (14,) are scratch."""
    for k, out in ((i, one), (j, two)):
        fact = slots.whole[k]
        moments(slots.modes[k], slots.weights[k], slots.branches[k], fact[at.MODELS], fact[at.BRANCHES], out)
    dt = (slots.whole[i, at.TIME] - slots.whole[j, at.TIME]) * 1e-9
    de, dn = one[0] - two[0] - dt * two[2], one[1] - two[1] - dt * two[3]
    if abs(de) > NEAR_M or abs(dn) > NEAR_M:
        return False
    du, dv = one[2] - two[2], one[3] - two[3]
    xx = one[4] + two[4] + dt * dt * two[11]
    xy = one[5] + two[5] + dt * dt * two[12]
    yy = one[6] + two[6] + dt * dt * two[13]
    uu, uv, vv = one[11] + two[11], one[12] + two[12], one[13] + two[13]
    place = (de * de * yy - 2.0 * de * dn * xy + dn * dn * xx) / (xx * yy - xy * xy)
    speed = (du * du * vv - 2.0 * du * dv * uv + dv * dv * uu) / (uu * vv - uv * uv)
    return bool(place < distance2 and speed < distance2)


@numba.njit(cache=True)
def inherit(slots: Slots, elder: int, younger: int) -> None:
    """Let the elder track take over what the younger one knows; the more precise state of the two stays."""
    a, b = slots.real[elder], slots.real[younger]
    old, new = slots.whole[elder], slots.whole[younger]
    if b[at.REACH] < a[at.REACH] and new[at.MODELS] >= old[at.MODELS]:
        slots.modes[elder] = slots.modes[younger]
        slots.weights[elder] = slots.weights[younger]
        slots.branches[elder] = slots.branches[younger]
        old[at.TIME], old[at.MODELS], old[at.BRANCHES] = new[at.TIME], new[at.MODELS], new[at.BRANCHES]
        for column in OUTLINE:
            a[column] = b[column]
    if not math.isfinite(a[at.HEIGHT]):
        for column in HEIGHTS:
            a[column] = b[column]
        old[at.HEIGHT_TIME] = new[at.HEIGHT_TIME]
    a[at.EXISTENCE] = max(a[at.EXISTENCE], b[at.EXISTENCE])
    a[at.EXISTENCE_MAX] = max(a[at.EXISTENCE_MAX], b[at.EXISTENCE_MAX])
    for column in NAMES:
        if old[column] < 0:
            old[column] = new[column]
    if old[at.LABEL_A] == 0:
        old[at.LABEL_A], old[at.LABEL_B] = new[at.LABEL_A], new[at.LABEL_B]
    if old[at.CONFIRMED] < 0 or 0 <= new[at.CONFIRMED] < old[at.CONFIRMED]:
        old[at.CONFIRMED] = new[at.CONFIRMED]
    old[at.LAST] = max(old[at.LAST], new[at.LAST])
    old[at.UPDATES] += new[at.UPDATES]
    old[at.SOURCES] |= new[at.SOURCES]
    old[at.SIMULATED] |= new[at.SIMULATED]
    for s in range(slots.looks.shape[1]):
        if slots.looks[younger, s, at.LAST_HIT] > slots.looks[elder, s, at.LAST_HIT]:
            slots.looks[elder, s, :] = slots.looks[younger, s]
