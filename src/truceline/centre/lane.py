"""The lanes of a running centre: ``picture.public.Lane`` fed with located rows, and the rows that its evidence names.

Ticks that ended more than ``lateness_s`` ago are settled and stay, whatever order their rows came in; a row that comes into
an open tick is put into its place, and the lane is folded again from the last checkpoint before it. A row that comes after
its tick was settled changes nothing here; the seal includes it.
"""

from __future__ import annotations

import msgspec

from truceline.centre.config import Config, theatre_of
from truceline.centre.inputs import ORDER
from truceline.means.observations import OBSERVATIONS
from truceline.picture.air import AirState, start
from truceline.picture.ground import start_ground
from truceline.picture.late import slice_of
from truceline.picture.public import CHECKPOINTS, Lane
from truceline.picture.slots import Roads
from truceline.terms.columns import Columns, concat
from truceline.terms.time import NS_PER_S


class Following(msgspec.Struct, frozen=True):
    """Where the lane stands; the states' ``observation`` are rows of ``rows``."""

    lane: Lane
    closed: Columns
    late: Columns
    ground: Lane | None = None

    @property
    def air(self) -> AirState:
        """What to show: the lane after all rows that came in time."""
        return self.lane.state

    @property
    def rows(self) -> Columns:
        """All rows so far: settled, open, late."""
        return concat(OBSERVATIONS, [self.closed, self.lane.window.rows, self.late])


def opened(config: Config, roads: Roads | None = None) -> Following:
    """Return lanes into which nothing has come, with the centre's lateness and ticks; without ground sources no ground."""
    state, none = start(config.source, theatre_of(config)), OBSERVATIONS.empty()
    lag_ns, tick_ns = round(config.centre.lateness_s * NS_PER_S), round(config.centre.tick_s * NS_PER_S)
    # checkpoints stand at ends of ticks and of slices, and no more of them than a lag needs
    every_ns = max(tick_ns, -(-lag_ns // CHECKPOINTS))
    every_ns = _up(_up(every_ns, max(tick_ns, 1)), slice_of(state))
    ground = None
    if any(source.detection.ground for source in config.source):
        # both lanes are given the same rows, so that they settle alike and number them alike
        vehicles = start_ground(config.source, theatre_of(config), roads)
        ground = Lane.of(vehicles, lag_ns, every_ns, ORDER)
    return Following(Lane.of(state, lag_ns, every_ns, ORDER), none, none, ground)


def grown(following: Following, fresh: Columns, now_ns: int) -> Following:
    """Return the lane after fresh located rows, in any order, with its ticks settled as of now."""
    lane = following.lane.step(fresh, now_ns)
    return Following(
        lane,
        _longer(following.closed, lane.settled),
        _longer(following.late, lane.lost),
        following.ground.step(fresh, now_ns) if following.ground is not None else None,
    )


def _longer(rows: Columns, more: Columns) -> Columns:
    return concat(OBSERVATIONS, [rows, more]) if len(more) else rows


def _up(value: int, step: int) -> int:
    return -(-value // step) * step
