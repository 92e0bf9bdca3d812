"""What one footprint covers of the raster, and the causes for which a cell is not covered.

The causes:

    watched     it was watched; the rest is the chance of a miss        terrain   hidden by the ground
    not there   no source looked at this ground                         class     its means cannot see this class
    outage      it would reach the cell, but gave no proof of life      sector    it looked into another direction
    range       too far away                                            weather   cloud, or air too thick
    horizon     below the 4/3 earth's horizon                           jamming   alive, and jammed there
    impeded     alive, but blind, frozen or its clock astray
Source: the names are this project's own.
"""

from __future__ import annotations

import math

import msgspec
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Codes = npt.NDArray[np.uint8]

CAUSES: tuple[str, ...] = (
    "watched",
    "not there",
    "outage",
    "range",
    "horizon",
    "terrain",
    "class",
    "sector",
    "weather",
    "jamming",
    "impeded",
)
CAUSE: dict[str, int] = {name: number for number, name in enumerate(CAUSES)}
WATCHED, NOT_THERE, OUTAGE, RANGE, HORIZON, TERRAIN, CLASS, SECTOR, WEATHER, JAMMING, IMPEDED = range(11)

# A share this near to one is one: elevation models and rings are no better than that.
WHOLE_SHARE = 0.98
# What a sensor that calls itself degraded is still trusted with; beside the running estimate, not in its place.
DEGRADED = 0.5
# A sensor that shows less than this share of its declared chance is not sure of anything, however long it looks.
HALF = 0.5
INSTANT: tuple[str, ...] = ("shot",)


class View(msgspec.Struct, frozen=True):
    """What one footprint covers: ``cells`` (n,); per class and cell the share in view, rate per s, and cause.

    ``ceiling`` caps every probability of a class. ``steady`` views last (sector, cone); the others are visits
    or passes, whose rate per class (``visit``) and share of clear sky are the same all over the ring. ``moving``: only
    what must move is seen, so that whatever may stand still is not covered.
    """

    cells: npt.NDArray[np.int64]
    share: Singles
    rate: Floats
    cause: Codes
    ceiling: Floats
    steady: bool
    visit: Floats
    clear: float = 1.0
    east_m: float = math.nan
    north_m: float = math.nan
    moving: bool = False


def whole(share: Floats) -> Floats:
    """Return shares with those that are one within the accuracy of maps as one."""
    return np.where(share >= WHOLE_SHARE, 1.0, share)


def trust_of(health: str, trust: float) -> float:
    """Return what is left of the declared chance of a look by the sender's own health and the running estimate."""
    return trust * (DEGRADED if health == "degraded" else 1.0)


def cap_of(health: str, trust: float) -> float:
    """Return what is left of the declared ceiling: looks of a lesser chance add up to it, unless under HALF is left."""
    return trust_of(health, trust if trust < HALF else 1.0)
