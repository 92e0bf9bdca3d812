"""One check: what was found odd about a track, an address or a place, on which statistic, by which observations.

    dark           a confirmed radar track that no receiver heard although one would have
    shifted        claimed positions off the radar's plots of the same aircraft
    impossible     claims of one address that no aircraft can fly
    duplicate      one address at two places at once
    ghost          claims where a radar that would have seen them sees nothing
    interference   more aircraft than usual report degraded satellite navigation in a cell and hour: an impediment
    impeded        a source alive, yet blind, jammed in a bearing, frozen or its clock astray: an impediment

``flag``: the statistic reached its threshold. ``not assessable``: it could not have, and ``reason`` says why; nothing of
that place and time is then known, which is not the same as nothing odd. Neither changes a verdict.
"""

from __future__ import annotations

import msgspec

from truceline.terms.ids import content_id
from truceline.terms.quantity import text

KINDS: tuple[str, ...] = ("dark", "shifted", "impossible", "duplicate", "ghost", "interference", "impeded")
FLAG = "flag"
NOT_ASSESSABLE = "not assessable"


class Check(msgspec.Struct, frozen=True):
    """One finding of a check.

    ``time_ns`` is when the evidence sufficed, ``from_ns`` to ``to_ns`` (UTC since 1970) what it speaks of; ``track`` is a
    track's id or "", ``address`` a 24-bit address or -1; the place is on the theatre grid (of an interference: the centre
    of its cell). ``evidence`` are rows of the observations, ascending.
    """

    kind: str
    state: str
    reason: str
    time_ns: int
    from_ns: int
    to_ns: int
    track: str
    address: int
    east_m: float
    north_m: float
    statistic: float
    threshold: float
    evidence: tuple[int, ...]


class Bounds(msgspec.Struct, frozen=True):
    """When a check speaks. Probabilities are those of a false flag, in the model of the check."""

    # dark, ghost: probability that an honest aircraft is missed that often in a row
    dark_miss: float = 1e-4
    ghost_miss: float = 1e-6
    # no sensor is trusted more than this in one look: misses of one aircraft are not independent
    trusted: float = 0.9
    # a claim or plot this near may belong to the aircraft in question: such a look tells nothing
    near_m: float = 2_000.0
    ghost_near_m: float = 1_500.0
    # shifted: false flags per track-hour; metres and mps2 that interpolation leaves between two claims
    shift_rate_per_hour: float = 1e-3
    shift_gap_s: float = 10.0
    shift_turn_mps2: float = 3.0
    # one wild plot never flags: at most this much of a squared distance counts
    shift_most: float = 20.0
    # impossible, duplicate: what no aircraft does
    fastest_mps: float = 700.0
    slack_m: float = 500.0
    climb_mps: float = 250.0
    climb_slack_m: float = 400.0
    agreeing: int = 3
    climb_agreeing: int = 15  # heights stick and jump in honest encoders
    together_s: float = 60.0
    # interference: false alarms per cell-hour, aircraft needed, cell side, least share of degraded aircraft taken as usual
    interference_rate: float = 1e-4
    interference_aircraft: int = 10
    interference_cell_m: float = 30_000.0
    interference_usual: float = 0.005
    # below these an aircraft's satellite navigation is degraded (the minima of 14 CFR 91.227)
    least_integrity: int = 7
    least_accuracy_category: int = 8


DEFAULT = Bounds()


def check_id(check: Check) -> str:
    """Return the content id of a check: of what it says, its place in whole metres, not of its numbers."""
    said = [check.kind, check.state, check.reason, check.time_ns, check.from_ns, check.to_ns, check.track]
    return content_id("check", [*said, check.address, text(check.east_m, 0), text(check.north_m, 0)])


def in_order(checks: list[Check]) -> tuple[Check, ...]:
    """Return checks by kind (as in KINDS), time, track, address and place."""
    return tuple(
        sorted(
            checks,
            key=lambda c: (
                KINDS.index(c.kind),
                c.time_ns,
                c.from_ns,
                c.track,
                c.address,
                c.east_m,
                c.north_m,
            ),
        )
    )
