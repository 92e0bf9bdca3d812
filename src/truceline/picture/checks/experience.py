"""Experience: how often a sensor really noticed the aircraft that it is known to notice, by cell and height.

    chance = (noticed + WEIGHT declared) / (looks + WEIGHT)

Only aircraft that were noticed at some time count, so neither a dark track nor a ghost speaks about the sensor that
misses it. A receiver behind a hill, or a radar with a blind spot, thus earns little trust there; ground where nobody
flew keeps the declared chance. One look of one aircraft in a minute counts, since looks in a row tell the same.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from truceline.picture.picture import Floats

Ints = npt.NDArray[np.int64]
CELL_M = 20_000.0
# height bands: near the ground, low, at cruising levels, unknown
LOW_M, HIGH_M = 1_500.0, 4_500.0
WEIGHT = 5.0
SPELL_NS = 60 * 10**9


def experienced(
    declared: Floats,
    noticed: npt.NDArray[np.bool_],
    target: Ints,
    time_ns: Ints,
    east_m: Floats,
    north_m: Floats,
    height_m: Floats,
) -> Floats:
    """Return the chance per look at each place, 0 where ``declared`` is 0; all shapes (n,).

    ``target`` names the aircraft of a look; those never noticed teach nothing.
    """
    place = _places(east_m, north_m, height_m)
    _, who = np.unique(target, return_inverse=True)
    known = np.bincount(who, noticed)[who] > 0 if len(who) else np.zeros(0, np.bool_)
    lesson = np.flatnonzero(known & (declared > 0.0))
    # one lesson a minute of an aircraft in a cell: the share of its looks there that noticed it
    key = np.stack([place[lesson], who[lesson], time_ns[lesson] // SPELL_NS], axis=1)
    lessons, which = np.unique(key, axis=0, return_inverse=True)
    which = which.reshape(-1)
    looks = np.bincount(which, minlength=len(lessons)).astype(np.float64)
    shares = np.bincount(which, noticed[lesson], len(lessons)) / np.maximum(looks, 1.0)
    cells = int(place.max()) + 1 if len(place) else 0
    taught = np.bincount(lessons[:, 0], minlength=cells).astype(np.float64)
    total = np.bincount(lessons[:, 0], shares, cells)
    chance: Floats = (total[place] + WEIGHT * declared) / (taught[place] + WEIGHT)
    return np.where(declared > 0.0, chance, 0.0)


def _places(east_m: Floats, north_m: Floats, height_m: Floats) -> Ints:
    """Return a number for each cell and height band in use, ascending by (east, north, band)."""
    band = np.where(np.isfinite(height_m), (height_m > LOW_M) + 1 * (height_m > HIGH_M), 3)
    column = np.floor(np.nan_to_num(east_m) / CELL_M)
    row = np.floor(np.nan_to_num(north_m) / CELL_M)
    key = np.stack([column, row, band.astype(np.float64)], axis=1).astype(np.int64)
    return np.unique(key, axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)
