"""What was watched: the looks of each source, and the arrays that ``coverage`` folds from them.

look    all Watches of one source with one footprint: what it covers (``footprint``), and when: the union
        of their
        times, clipped to the period. A visit or pass is a look of its own, since its probability is of
        the whole.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numba
import numpy as np
import numpy.typing as npt

from truceline.coverage.footprint import View, view_of
from truceline.coverage.terrain import Terrain
from truceline.means.source import Source
from truceline.means.watch import Cone, Footprint, Sector, Watch
from truceline.terms.classes import ObjectClass
from truceline.terms.place import CellGrid, Theatre

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Codes = npt.NDArray[np.uint8]
Times = npt.NDArray[np.int64]


class Look(msgspec.Struct, frozen=True):
    """One source's footprint and the stretches [start_ns, end_ns), disjoint and sorted, of watching."""

    source: int
    footprint: Footprint
    mode: str
    view: View
    start_ns: Times
    end_ns: Times

    def watched_s(self, edges_ns: Times) -> Floats:
        """Return the watched seconds within each of the consecutive stretches of ``edges_ns`` (n + 1,)."""
        return _overlap_s(self.start_ns, self.end_ns, edges_ns)


class Coverage(msgspec.Struct, frozen=True):
    """``probability`` [class, step, cell]; ``by_source`` and ``cause`` [source, class, step, cell].

    Steps start at ``start_ns + n step_ns``; ``dwell_s`` and ``heights_m`` are those each class was folded
    with; ``groups`` numbers the sources' independence groups; ``looks`` are what the arrays were made of.
    """

    grid: CellGrid
    start_ns: int
    step_ns: int
    classes: tuple[str, ...]
    sources: tuple[str, ...]
    probability: Singles
    by_source: Singles
    cause: Codes
    terrain: str
    groups: tuple[int, ...]
    dwell_s: tuple[float, ...]
    heights_m: tuple[float, ...]
    looks: tuple[Look, ...]

    @property
    def steps(self) -> int:
        """Return the number of steps."""
        return int(self.probability.shape[1])

    @property
    def end_ns(self) -> int:
        """Return the end of the last step."""
        return self.start_ns + self.steps * self.step_ns

    def steps_in(self, start_ns: int, end_ns: int) -> tuple[int, int]:
        """Return the first step and the step after the last that [start_ns, end_ns) touches."""
        first = (start_ns - self.start_ns) // self.step_ns
        last = -((self.start_ns - end_ns) // self.step_ns)
        return max(0, min(first, self.steps)), max(0, min(last, self.steps))


def looks_of(
    watches: Sequence[Watch],
    sources: Sequence[Source],
    theatre: Theatre,
    grid: CellGrid,
    classes: Sequence[ObjectClass],
    start_ns: int,
    end_ns: int,
    terrain: Terrain | None = None,
) -> tuple[Look, ...]:
    """Return the looks of Watches within a period, in order of source and content."""
    numbers = {source.name: number for number, source in enumerate(sources)}
    held: dict[tuple[int, bytes], list[Watch]] = {}
    for watch in watches:
        if watch.source in numbers and watch.start_ns < end_ns and watch.end_ns > start_ns:
            held.setdefault((numbers[watch.source], _look_key(watch)), []).append(watch)
    looks = []
    for (number, _), own in sorted(held.items(), key=lambda entry: entry[0]):
        view = view_of(own[0], sources[number], theatre, grid, classes, terrain)
        starts, ends = _union([(max(w.start_ns, start_ns), min(w.end_ns, end_ns)) for w in own])
        looks.append(Look(number, own[0].footprint, own[0].mode, view, starts, ends))
    return tuple(looks)


def _look_key(watch: Watch) -> bytes:
    """A visit's probability belongs to the whole visit, so its times are part of it; a sector's are not."""
    steady = isinstance(watch.footprint, Sector | Cone)
    times = (0, 0) if steady else (watch.start_ns, watch.end_ns)
    said = (watch.trust, watch.conditions)
    return msgspec.json.encode((times, watch.footprint, watch.health, watch.mode, watch.classes, said))


def _union(stretches: Sequence[tuple[int, int]]) -> tuple[Times, Times]:
    starts: list[int] = []
    ends: list[int] = []
    for start, end in sorted(stretches):
        if starts and start <= ends[-1]:
            ends[-1] = max(ends[-1], end)
        else:
            starts.append(start)
            ends.append(end)
    return np.array(starts, np.int64), np.array(ends, np.int64)


@numba.njit(cache=True)
def _overlap_s(starts: Times, ends: Times, edges: Times) -> Floats:
    watched = np.zeros(len(edges) - 1)
    first = 0
    for n in range(len(edges) - 1):
        while first < len(starts) and ends[first] <= edges[n]:
            first += 1
        total = np.int64(0)
        i = first
        while i < len(starts) and starts[i] < edges[n + 1]:
            total += min(ends[i], edges[n + 1]) - max(starts[i], edges[n])
            i += 1
        watched[n] = total / 1e9
    return watched
