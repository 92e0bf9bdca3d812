"""Late rows: the newest part of a stream stays open for a fixed lag, and is folded again from a checkpoint.

    cut = floor((now - lag) / every) * every          now: the caller's clock, else the newest row
Rows before the cut are settled. Every block of ``every`` nanoseconds after it that holds rows has a checkpoint (a state of
the lane: states are never changed, so that keeping one costs its arrays and no more). A row that comes late goes into its
place and the lane is folded again from the last checkpoint before it; a row before the cut is handed back. So what is
settled depends on the rows alone, never on the order in which they came, and the newest state holds all rows that came.
Source of the form: fixed-lag retrodiction by reprocessing (Bar-Shalom, Willett and Tian 2011, section 10.4).
"""

from __future__ import annotations

import itertools

import msgspec
import numpy as np

from truceline.means.observations import OBSERVATIONS
from truceline.picture.air import AirState, ahead
from truceline.picture.slots import NEVER
from truceline.terms.columns import Columns, concat
from truceline.terms.faults import Broken

NONE = OBSERVATIONS.empty()


class Point(msgspec.Struct, frozen=True):
    """A checkpoint: the lane after all rows before ``time_ns``, which are those before ``row`` of the open ones."""

    time_ns: int
    row: int
    state: AirState


class Window(msgspec.Struct, frozen=True):
    """The open part of a stream: ``rows`` (sorted by ``order``) since the cut, checkpoints, and ``state`` after all rows."""

    lag_ns: int
    every_ns: int
    order: tuple[str, ...]
    state: AirState
    rows: Columns
    points: tuple[Point, ...]
    cut_ns: int = NEVER
    last_ns: int = NEVER


class Taken(msgspec.Struct, frozen=True):
    """The window after new rows, the rows that became settled with them, and those that came too late."""

    window: Window
    settled: Columns
    late: Columns


def opened(state: AirState, lag_ns: int, every_ns: int, order: tuple[str, ...]) -> Window:
    """Return a window into which nothing has come; ``order`` must tell any two rows apart that differ.

    Raises:
        Broken: ``every_ns`` is no multiple of the lane's slices, so that a checkpoint would cut one.
    """
    if lag_ns < 0 or every_ns <= 0 or every_ns % slice_of(state):
        raise Broken(
            f"checkpoints every {every_ns} ns and a lag of {lag_ns} ns cut slices of {slice_of(state)} ns"
        )
    return Window(lag_ns, every_ns, order, state, NONE, (Point(NEVER, 0, state),))


def slice_of(state: AirState) -> int:
    """Return the length of the slices of time in which the lane associates plots jointly, ns."""
    return max(round(state.settings.slice_s * 1e9), 1)


def take(window: Window, fresh: Columns, now_ns: int | None = None) -> Taken:
    """Return the window after fresh located rows in any order; without ``now_ns`` time is that of the newest row."""
    late = fresh["time_ns"] < window.cut_ns
    lost = NONE
    if late.any():
        lost, fresh = fresh.take(late), fresh.take(~late)
    last_ns = max(window.last_ns, int(fresh["time_ns"].max())) if len(fresh) else window.last_ns
    moment = last_ns if now_ns is None else now_ns
    cut_ns = window.cut_ns
    if moment != NEVER:
        cut_ns = max(cut_ns, (moment - window.lag_ns) // window.every_ns * window.every_ns)
    if len(fresh):
        window = msgspec.structs.replace(_folded(window, fresh, cut_ns), last_ns=last_ns)
    if cut_ns == window.cut_ns:
        return Taken(window, NONE, lost)
    return _settled(window, cut_ns, lost)


def _folded(window: Window, fresh: Columns, cut_ns: int) -> Window:
    """Return the window with the rows in their places, folded from the last checkpoint before the first of them."""
    points, first = list(window.points), int(fresh["time_ns"].min())
    state, row = window.state, len(window.rows)
    part = slice_of(state)
    if first // part <= window.last_ns // part:
        while len(points) > 1 and points[-1].time_ns > first:
            points.pop()
        state, row = points[-1].state, points[-1].row
    rest = fresh
    if row < len(window.rows):
        rest = concat(OBSERVATIONS, [window.rows.take(slice(row, None)), fresh])
    rest = _sorted(rest, window.order)
    # What lies before the cut already is folded in one go: nothing will ever come between.
    block = np.maximum(rest["time_ns"] // window.every_ns, cut_ns // window.every_ns - 1)
    edges = [0, *(np.flatnonzero(block[1:] != block[:-1]) + 1).tolist(), len(rest)]
    for low, high in itertools.pairwise(edges):
        start_ns = int(block[low]) * window.every_ns
        if start_ns >= cut_ns and start_ns > points[-1].time_ns:
            points.append(Point(start_ns, row + low, state))
        state = ahead(state, rest if len(edges) == 2 else rest.take(slice(low, high)))
    rows = concat(OBSERVATIONS, [window.rows.take(slice(0, row)), rest]) if row else rest
    return msgspec.structs.replace(window, state=state, rows=rows, points=tuple(points))


def _sorted(rows: Columns, order: tuple[str, ...]) -> Columns:
    """Return the rows in order; as they are when they stand in it."""
    places = np.lexsort([rows[name] for name in reversed(order)])
    return rows if (places[1:] > places[:-1]).all() else rows.take(places)


def _settled(window: Window, cut_ns: int, lost: Columns) -> Taken:
    """Return the window closed up to a later cut."""
    done = int(np.searchsorted(window.rows["time_ns"], cut_ns, side="left"))
    held = [point.state for point in window.points if point.row == done]
    if done == len(window.rows):
        held.append(window.state)
    if not held:
        raise Broken("no checkpoint stands at the cut")
    later = (
        Point(point.time_ns, point.row - done, point.state)
        for point in window.points
        if point.row >= done and point.time_ns > cut_ns
    )
    kept = msgspec.structs.replace(
        window,
        rows=window.rows.take(slice(done, None)) if done else window.rows,
        points=(Point(cut_ns, 0, held[-1]), *later),
        cut_ns=cut_ns,
    )
    return Taken(kept, window.rows.take(slice(0, done)) if done else NONE, lost)
