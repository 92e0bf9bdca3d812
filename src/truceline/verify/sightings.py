"""Sightings: people's reports of objects or events, as rows of the observations, and how they are counted.

What was only told counts as no sighting. Sightings near enough in place and time to be of the same objects
are one group

    distance <= RADIUS_M + 3 sigma + speed |dt|,   |dt| <= WINDOW_NS
and a group counts for the most that any one of its sightings says, so that 95 carriers seen twice are 95,
never 190.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from truceline.means.observations import KIND, KNOWN
from truceline.terms.classes import BY_NAME, NAMES
from truceline.terms.columns import Columns
from truceline.terms.time import NS_PER_MINUTE

RADIUS_M = 1000.0
WINDOW_NS = 30 * NS_PER_MINUTE
TOLD = KNOWN.index("told")
SEEN = KNOWN.index("seen")

Rows = npt.NDArray[np.int64]


class Sightings(msgspec.Struct, frozen=True):
    """Rows of the observations that are reports of an object or event, in order of time and source."""

    observations: Columns
    rows: Rows

    def of(self, classes: Sequence[str], start_ns: int, end_ns: int) -> Rows:
        """Return the rows of some classes in [start_ns, end_ns)."""
        held = self.observations
        numbers = [NAMES.index(name) for name in classes]
        time_ns = held["time_ns"][self.rows]
        kept = (time_ns >= start_ns) & (time_ns < end_ns) & np.isin(held["object_class"][self.rows], numbers)
        return self.rows[kept]


def sightings_of(observations: Columns) -> Sightings:
    """Return the reports that somebody saw, heard or recorded, with a place."""
    report = (observations["kind"] == KIND["report"]) & (observations["known"] != TOLD)
    placed = np.isfinite(observations["east_m"]) & np.isfinite(observations["north_m"])
    rows = np.flatnonzero(report & placed).astype(np.int64)
    order = np.lexsort(
        [observations["item"][rows], observations["source"][rows], observations["time_ns"][rows]]
    )
    return Sightings(observations, rows[order])


def amount_of(observations: Columns, row: int) -> int:
    """Return how many objects a sighting speaks of: its number rounded down, at least one; a convoy is at least four."""
    stated = float(observations["amount"][row])
    if math.isfinite(stated):
        return max(0, math.floor(stated))
    return 4 if int(observations["object_class"][row]) == NAMES.index("convoy") else 1


def least_count(observations: Columns, rows: Sequence[int]) -> tuple[int, tuple[int, ...]]:
    """Return the least number of objects that sightings prove to have been there at one time, and the rows that do.

    Over every window that a sighting opens: the sum over groups of the most that one sighting of the group
    says.
    """
    best = 0
    proof: tuple[int, ...] = ()
    times = observations["time_ns"]
    for row in rows:
        window = [other for other in rows if 0 <= int(times[other]) - int(times[row]) <= WINDOW_NS]
        tops = [
            max(group, key=lambda r: (amount_of(observations, r), -r))
            for group in _groups(observations, window)
        ]
        total = sum(amount_of(observations, top) for top in tops)
        if total > best:
            best, proof = total, tuple(tops)
    return best, proof


def most_count(seen: int, detection: float) -> int | None:
    """Return the most objects that ``seen`` sighted ones leave room for with 95 % confidence, None when no bound holds.

    The largest N with N D - 1.645 sqrt(N D (1 - D)) <= seen + 1/2 (binomial thinning, normal approximation).
    """
    if detection <= 0.0:
        return None
    spread = 1.645 * math.sqrt(detection * (1.0 - detection))
    root = (spread + math.sqrt(spread * spread + 4.0 * detection * (seen + 0.5))) / (2.0 * detection)
    return max(seen, math.floor(root * root))


def _groups(observations: Columns, rows: Sequence[int]) -> list[list[int]]:
    groups: list[list[int]] = []
    for row in rows:
        near = [group for group in groups if any(_same(observations, row, other) for other in group)]
        joined = [row, *(other for group in near for other in group)]
        groups = [group for group in groups if group not in near] + [joined]
    return groups


def _same(observations: Columns, one: int, other: int) -> bool:
    east, north = observations["east_m"], observations["north_m"]
    speed = max(BY_NAME[NAMES[int(observations["object_class"][row])]].speed_mps for row in (one, other))
    sigma2 = sum(
        float(observations[name][row])
        for row in (one, other)
        for name in ("cov_ee_m2", "cov_nn_m2")
        if math.isfinite(observations[name][row])
    )
    seconds = abs(int(observations["time_ns"][one]) - int(observations["time_ns"][other])) / 1e9
    reach = RADIUS_M + 3.0 * math.sqrt(sigma2) + speed * seconds
    de, dn = float(east[one] - east[other]), float(north[one] - north[other])
    return de * de + dn * dn <= reach * reach
