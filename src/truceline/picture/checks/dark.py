"""Dark: a confirmed radar track that no receiver heard for so long that an aircraft that broadcasts would have been heard.

A state that a radar moved is ``heard`` when its address (the track's, or the one the radar read) said anything within a
look, ``unclear`` when another claim within a look lies within ``near_m`` (the picture may hold one aircraft twice), else
silent. ``hearing`` is the chance per look that a receiver hears what flies there, 0 where none listens or could: silence
there is never counted (see ``misses``).
"""

from __future__ import annotations

import math

import numba
import numpy as np
import numpy.typing as npt

from truceline.means.observations import KIND
from truceline.picture.checks.check import DEFAULT, FLAG, NOT_ASSESSABLE, Bounds, Check
from truceline.picture.checks.claims import blocks, claims_of
from truceline.picture.checks.misses import HEARD, SILENT, UNCLEAR, runs
from truceline.picture.picture import Floats, Picture
from truceline.terms.columns import Columns

Ints = npt.NDArray[np.int64]
NO_RECEIVER = "no receiver could hear it"
TOO_SHORT = "heard by nobody for too short a time to tell"
NO_CLAIM = "no claim and no reply"
REPLIES = "replies to radar and claims nothing"


def radar_states(observations: Columns, picture: Picture) -> Ints:
    """Return the rows of the states that a plot or reply moved, of tracks confirmed at some time, by track and time."""
    states = picture.states
    rows = np.flatnonzero(states["observation"] >= 0)
    kinds = observations["kind"][states["observation"][rows]]
    rows = rows[(kinds == KIND["plot"]) | (kinds == KIND["reply"])]
    rows = rows[picture.tracks["confirmed_ns"][states["track"][rows]] >= 0]
    keys = [states[name][rows] for name in ("north_m", "east_m", "source", "time_ns", "track")]
    ordered: Ints = rows[np.lexsort(keys)]
    return ordered


def heard(
    observations: Columns, picture: Picture, rows: Ints, look_s: float, bounds: Bounds = DEFAULT
) -> Ints:
    """Return SILENT, HEARD or UNCLEAR for states (rows of the picture's states), shapes (n,)."""
    states, look_ns = picture.states, round(look_s * 1e9)
    moved_by = states["observation"][rows]
    own = observations["address"][moved_by].astype(np.int64)
    address = np.where(own >= 0, own, picture.tracks["address"][states["track"][rows]])
    status = np.zeros(len(rows), np.int64)
    speaks = np.isin(observations["kind"], [KIND["position"], KIND["identity"]])
    said = np.flatnonzero(speaks & (observations["address"] >= 0))
    order = np.lexsort([observations["time_ns"][said], observations["address"][said]])
    who, when = observations["address"][said][order].astype(np.int64), observations["time_ns"][said][order]
    keys, first, stop = blocks(who)
    _own(address, states["time_ns"][rows], keys, first, stop, when, look_ns, status)
    claims = claims_of(observations)
    by_time = np.lexsort([claims.north_m, claims.east_m, claims.time_ns])
    place = np.stack([claims.east_m, claims.north_m], axis=1)[by_time]
    here = np.stack([states["east_m"][rows], states["north_m"][rows]], axis=1)
    _near(here, states["time_ns"][rows], place, claims.time_ns[by_time], look_ns, bounds.near_m, status)
    return status


def dark(
    observations: Columns, picture: Picture, hearing: Floats, look_s: float, bounds: Bounds = DEFAULT
) -> list[Check]:
    """Return the dark tracks of a picture, and the radar tracks of which that could not be told.

    ``hearing``: chance per look of ``look_s`` for each state of the picture, shape (states,); NaN counts as 0.
    """
    rows = radar_states(observations, picture)
    if not len(rows):
        return []
    states = picture.states
    status = heard(observations, picture, rows, look_s, bounds)
    chance = np.nan_to_num(hearing[rows], nan=0.0)
    limit = -math.log(bounds.dark_miss)
    track, time_ns = states["track"][rows], states["time_ns"][rows]
    looks = np.full(len(rows), look_s)
    found, highest, sums, spoke = runs(status, chance, time_ns, track, looks, bounds.trusted, limit)
    checks = []
    for (first, crossed, last), level in zip(found.tolist(), highest.tolist(), strict=True):
        silent = rows[first : last + 1][
            (status[first : last + 1] == SILENT) & (chance[first : last + 1] > 0.0)
        ]
        confirmed = int(picture.tracks["confirmed_ns"][track[crossed]])
        told = max(int(time_ns[crossed]), confirmed)
        checks.append(_check(observations, picture, silent, FLAG, "", told, rows[crossed], level, limit))
    flagged = set(track[found[:, 0]].tolist())
    keys, begins, stops = blocks(track)
    for number, (key, first, stop) in enumerate(
        zip(keys.tolist(), begins.tolist(), stops.tolist(), strict=True)
    ):
        if not spoke[number] and key not in flagged:
            reason = TOO_SHORT if np.any(chance[first:stop] > 0.0) else NO_RECEIVER
            own, end = rows[first:stop], int(time_ns[stop - 1])
            total = float(sums[number])
            checks.append(
                _check(observations, picture, own, NOT_ASSESSABLE, reason, end, own[-1], total, limit)
            )
    return checks


def _check(
    observations: Columns,
    picture: Picture,
    own: Ints,
    state: str,
    reason: str,
    told_ns: int,
    place: int,
    level: float,
    limit: float,
) -> Check:
    states, tracks = picture.states, picture.tracks
    track = int(states["track"][own[0]])
    evidence = np.unique(states["observation"][own])
    replies = np.any(observations["kind"][evidence] == KIND["reply"])
    return Check(
        "dark",
        state,
        reason or (REPLIES if replies else NO_CLAIM),
        told_ns,
        int(states["time_ns"][own[0]]),
        max(int(states["time_ns"][own[-1]]), told_ns),
        tracks["id"][track].decode(),
        int(tracks["address"][track]),
        float(states["east_m"][place]),
        float(states["north_m"][place]),
        level,
        limit,
        tuple(evidence.tolist()),
    )


@numba.njit(cache=True)
def _own(
    address: Ints, when: Ints, keys: Ints, first: Ints, stop: Ints, said_ns: Ints, look_ns: int, status: Ints
) -> None:
    for n in range(len(when)):
        if address[n] < 0 or not len(keys):
            continue
        block = np.searchsorted(keys, address[n])
        if block >= len(keys) or keys[block] != address[n]:
            continue
        low, high = first[block], stop[block]
        place = low + np.searchsorted(said_ns[low:high], when[n] - look_ns)
        if place < high and said_ns[place] <= when[n] + look_ns:
            status[n] = HEARD


@numba.njit(cache=True)
def _near(
    here: Floats, when: Ints, place: Floats, claimed_ns: Ints, look_ns: int, near_m: float, status: Ints
) -> None:
    for n in range(len(when)):
        if status[n] != SILENT:
            continue
        at = np.searchsorted(claimed_ns, when[n] - look_ns)
        while at < len(claimed_ns) and claimed_ns[at] <= when[n] + look_ns:
            east, north = place[at, 0] - here[n, 0], place[at, 1] - here[n, 1]
            if east * east + north * north <= near_m * near_m:
                status[n] = UNCLEAR
                break
            at += 1
