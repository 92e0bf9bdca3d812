"""The air lane of a running centre: closed ticks are refined and stay, open ones are folded anew with every batch.

    cut = floor((now - lateness_s) / tick_s) * tick_s
Rows before the cut are sorted and stepped once, whatever order they came in; rows after it wait, and the provisional picture
is the refined one stepped over them. A row that comes after its tick was closed changes nothing here; the seal includes it.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from truceline.centre.inputs import ORDER
from truceline.means.observations import OBSERVATIONS
from truceline.means.source import Source
from truceline.picture.air import AirState, start, step
from truceline.terms.columns import Columns, concat
from truceline.terms.place import Theatre


class Lane(msgspec.Struct, frozen=True):
    """Where the lane stands: ``air`` is what to show, its states' ``observation`` are rows of ``rows``."""

    refined: AirState
    air: AirState
    closed: Columns
    waiting: Columns
    late: Columns
    cut_ns: int = -(1 << 62)

    @property
    def rows(self) -> Columns:
        """All rows so far: closed, waiting, late."""
        return concat(OBSERVATIONS, [self.closed, self.waiting, self.late])


def opened(sources: Sequence[Source], theatre: Theatre) -> Lane:
    """Return a lane into which nothing has come."""
    state, none = start(sources, theatre), OBSERVATIONS.empty()
    return Lane(state, state, none, none, none)


def cut_at(now_ns: int, lateness_ns: int, tick_ns: int) -> int:
    """Return the end of the last tick that is over by more than the lateness."""
    return (now_ns - lateness_ns) // tick_ns * tick_ns


def grown(lane: Lane, fresh: Columns, cut_ns: int) -> Lane:
    """Return the lane with fresh located rows (in any order) and its ticks closed up to a cut."""
    late = fresh["time_ns"] < lane.cut_ns
    waiting = concat(OBSERVATIONS, [lane.waiting, fresh.take(~late)]).sort(ORDER)
    cut_ns = max(cut_ns, lane.cut_ns)
    over = waiting["time_ns"] < cut_ns
    done, rest = waiting.take(over), waiting.take(~over)
    refined = step(lane.refined, done) if len(done) else lane.refined
    return Lane(
        refined,
        step(refined, rest) if len(rest) else refined,
        concat(OBSERVATIONS, [lane.closed, done]),
        rest,
        concat(OBSERVATIONS, [lane.late, fresh.take(late)]),
        cut_ns,
    )
