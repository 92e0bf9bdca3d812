"""Identity as evidence: 24-bit address, mode A code, the sender's own track number, callsign.

An identity is a likelihood ratio beside the place: large when equal, small and never 0 when different, since a reply
may be garbled, a code reassigned, an address forged. A track keeps the value most of its observations state (majority
after Boyer and Moore 1981, at most 8 votes deep, so that a change of code prevails).
"""

from __future__ import annotations

import numba

from truceline.picture import slots as at
from truceline.picture.slots import Ints

MOST_VOTES = 8
OTHER_ADDRESS = 1e-3
OTHER_CLAIM = 1e-7  # who claims another address half a kilometre away is rather a new aircraft than this one


@numba.njit(cache=True)
def shared_code(squawk: int) -> bool:
    """Return whether a mode A code is one that many aircraft use at once."""
    return squawk in (0, 1000, 1200, 2000, 7000, 7777)


@numba.njit(cache=True)
def identity_ratio(track: Ints, number: int, plot: Ints) -> float:
    """Return how much likelier a plot's identity is under the track than by chance; 1 when one says nothing."""
    ratio = 1.0
    if plot[at.P_ADDRESS] >= 0 and track[at.ADDRESS] >= 0:
        other = OTHER_CLAIM if plot[at.P_WAY] == at.CLAIM else OTHER_ADDRESS
        ratio *= 1000.0 if plot[at.P_ADDRESS] == track[at.ADDRESS] else other
    if plot[at.P_SQUAWK] >= 0 and track[at.SQUAWK] >= 0 and not shared_code(plot[at.P_SQUAWK]):
        ratio *= 30.0 if plot[at.P_SQUAWK] == track[at.SQUAWK] else 0.05
    if plot[at.P_NUMBER] >= 0 and number >= 0:
        ratio *= 20.0 if plot[at.P_NUMBER] == number else 0.3
    return ratio


@numba.njit(cache=True)
def vote(track: Ints, value: int, column: int, votes: int) -> None:
    """Let an observation vote on one identity of a track; -1 abstains."""
    if value < 0:
        return
    if track[column] == value:
        track[votes] = min(track[votes] + 1, MOST_VOTES)
    elif track[votes] > 0:
        track[votes] -= 1
    else:
        track[column] = value
        track[votes] = 1


@numba.njit(cache=True)
def name(track: Ints, plot: Ints) -> None:
    """Let all that a plot says of identity speak for the track."""
    vote(track, plot[at.P_ADDRESS], at.ADDRESS, at.ADDRESS_VOTES)
    vote(track, plot[at.P_SQUAWK], at.SQUAWK, at.SQUAWK_VOTES)
    if plot[at.P_LABEL_A] != 0:
        track[at.LABEL_A], track[at.LABEL_B] = plot[at.P_LABEL_A], plot[at.P_LABEL_B]
    if plot[at.P_CLASS] >= 0:
        track[at.CLASS] = plot[at.P_CLASS]


@numba.njit(cache=True)
def same_name(one: Ints, other: Ints) -> bool:
    """Return whether two plots state the same address, or the same track number and no address."""
    if one[at.P_ADDRESS] >= 0 or other[at.P_ADDRESS] >= 0:
        return bool(one[at.P_ADDRESS] == other[at.P_ADDRESS])
    return bool(one[at.P_NUMBER] >= 0 and one[at.P_NUMBER] == other[at.P_NUMBER])
