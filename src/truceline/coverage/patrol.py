"""A human patrol: how probably it notices an object beside its way, by distance and visibility.

    lateral range   p(x) = 1 - exp(-W^2 / (4 pi x^2))     inverse-cube law, W the sweep width
    sweep width     W = 2 min(half-width of the class, visibility), 0 beyond the reach looked at
    a cell          mean of p over 8 x 8 points of the cell, x the distance to the nearest leg of the way
    the whole cell's share is that mean over the best p; the rate is that of the best p for the whole visit
Half-widths for an attentive pair of eyes with binoculars in open country: person 300 m, vehicle 1,000 m, convoy
2,000 m, fire 4,000 m; broken ground and woods ask for a smaller reach in the report. Source: Koopman, Search and
Screening, OEG Report 56, 1946, ch. 2 (lateral range, sweep width, inverse-cube law).
"""

from __future__ import annotations

import math

import numba
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

HALF_WIDTH_M: dict[str, float] = {"person": 300.0, "vehicle": 1000.0, "convoy": 2000.0, "fire": 4000.0}
SAMPLES = 8


@numba.njit(cache=True)
def lateral_chance(distance_m: float, half_width_m: float, visibility_m: float, reach_m: float) -> float:
    """Return the chance that what stands so far beside the way is noticed."""
    if distance_m > min(reach_m, visibility_m) or half_width_m <= 0.0:
        return 0.0
    sweep = 2.0 * min(half_width_m, visibility_m)
    x = max(distance_m, 1.0)
    return 1.0 - math.exp(-sweep * sweep / (4.0 * math.pi * x * x))


@numba.njit(cache=True)
def way_distance(x: float, y: float, east: Floats, north: Floats) -> float:
    """Return the distance of a point from a way of points, in metres."""
    best = math.inf
    for n in range(max(1, len(east) - 1)):
        m = min(n + 1, len(east) - 1)
        dx, dy = east[m] - east[n], north[m] - north[n]
        length = dx * dx + dy * dy
        t = 0.0 if length <= 0.0 else ((x - east[n]) * dx + (y - north[n]) * dy) / length
        t = min(1.0, max(0.0, t))
        px, py = x - east[n] - t * dx, y - north[n] - t * dy
        best = min(best, math.sqrt(px * px + py * py))
    return best


@numba.njit(cache=True)
def patrolled(
    area: tuple[float, float, float, int, int],
    east: Floats,
    north: Floats,
    half_widths: Floats,
    visibility_m: float,
    reach_m: float,
) -> Floats:
    """Return the mean chance per class and cell of a raster (east_m, north_m, cell_m, rows, columns) along a way."""
    rows, columns = area[3], area[4]
    out = np.zeros((len(half_widths), rows * columns))
    corner = area[2] * math.sqrt(0.5)
    for cell in range(rows * columns):
        row, column = cell // columns, cell % columns
        x0, y0 = area[0] + column * area[2], area[1] + row * area[2]
        if way_distance(x0 + 0.5 * area[2], y0 + 0.5 * area[2], east, north) > reach_m + corner:
            continue
        for i in range(SAMPLES):
            for j in range(SAMPLES):
                x = x0 + (j + 0.5) / SAMPLES * area[2]
                y = y0 + (i + 0.5) / SAMPLES * area[2]
                away = way_distance(x, y, east, north)
                for kind in range(len(half_widths)):
                    out[kind, cell] += lateral_chance(away, half_widths[kind], visibility_m, reach_m)
        for kind in range(len(half_widths)):
            out[kind, cell] /= SAMPLES * SAMPLES
    return out
