"""What the picture's tests share: the usual radars, folding, and who a track follows."""

import hashlib
import math

import numpy as np

from tests.picture.world import START_NS, THEATRE, Radar, Target, broadcasts, plots, together
from truceline.means.source import Source
from truceline.picture.air import fold_air
from truceline.picture.picture import Picture
from truceline.terms.columns import Columns

R1 = Radar("R1", 0.0, -60_000.0)
R2 = Radar("R2", 20_000.0, 70_000.0, offset_s=3.3)
ADSB = Source("ADSB", "adsb")


def world(
    targets: list[Target], seconds: float, radars: tuple[Radar, ...] = (R1, R2), seed: int = 1
) -> Columns:
    parts = [plots(radar, number, targets, seconds, seed)[0] for number, radar in enumerate(radars)]
    if any(target.broadcasts for target in targets):
        parts.append(broadcasts(len(radars), targets, seconds, seed))
    return together(parts)


def fold(observations: Columns, radars: tuple[Radar, ...] = (R1, R2)) -> Picture:
    return fold_air(observations, [*(radar.source() for radar in radars), ADSB], THEATRE)


def digest(picture: Picture) -> str:
    total = hashlib.sha256()
    for table in (picture.tracks, picture.states):
        for name in table:
            total.update(np.ascontiguousarray(table[name]).tobytes())
    return total.hexdigest()


def confirmed(picture: Picture) -> list[int]:
    return np.flatnonzero(picture.tracks["confirmed_ns"] >= 0).tolist()


def errors(picture: Picture, track: int, target: Target) -> np.ndarray:
    """Distance of a track's states from a target while it flies, metres."""
    states = picture.states.take(picture.states["track"] == track)
    found = []
    for time_ns, east, north in zip(states["time_ns"], states["east_m"], states["north_m"], strict=True):
        truth = target.at((int(time_ns) - START_NS) * 1e-9)
        if truth is not None:
            found.append(math.hypot(east - truth[0], north - truth[1]))
    return np.array(found or [math.inf])


def owner(picture: Picture, track: int, targets: list[Target]) -> int:
    """The target a track follows: the nearest in the median, -1 when none is within 1 km."""
    medians = [float(np.median(errors(picture, track, target))) for target in targets]
    best = int(np.argmin(medians))
    return best if medians[best] < 1000.0 else -1
