"""Synthetic mountains of a rehearsal: a sloping plain, a range that rises from its foot, ridges and valleys on it.

    u           distance behind the foot line, towards the mountains;   s(t) = t^2 (3 - 2 t) clipped to 0..1
    ground      plain + rise s(u / width) + ridge s((u + width / 6) / width) sum_o 2^-o r(2^o place / length)
    r(p)        1 - |2 n(p) - 1| of seeded lattice noise n, cubic between the nodes: ridges sharp, valleys wide
Heights are metres above the ellipsoid. Sums, products and comparisons only, in loops of our own: the same bytes on every
processor. Source: ridged noise after Musgrave, in Ebert et al., Texturing and Modeling, 1994.
"""

from __future__ import annotations

import math

import numba
import numpy as np
import numpy.typing as npt

from truceline.coverage.elevation import Sheet, elevation_body, read_elevation
from truceline.coverage.terrain import Terrain
from truceline.exercise.script import Mountains, Script
from truceline.terms.place import Theatre, to_grid

Floats = npt.NDArray[np.float64]
LATTICE = 64
OCTAVES = 6


def terrain_body(script: Script) -> bytes:
    """Return the terrain of a script as the body of a log record; empty when the script's earth is smooth."""
    if script.terrain is None:
        return b""
    asked = script.terrain
    cells = round(2 * asked.half_width_m / asked.cell_m)
    heights = _heights(asked, script)
    sheet = Sheet(
        1, asked.name, "synthetic, made from the script's seed", script.lat_deg, script.lon_deg,
        -asked.half_width_m, -asked.half_width_m, asked.cell_m, cells, cells, asked.cell_m,
        "ellipsoid", 0.0, "m", 0, (), script.name,
    )  # fmt: skip
    return elevation_body(sheet, heights)


def terrain_of(script: Script) -> Terrain | None:
    """Return the terrain of a script, in the heights that the log holds; None when its earth is smooth."""
    body = terrain_body(script)
    return read_elevation(body)[1] if body else None


def _heights(asked: Mountains, script: Script) -> Floats:
    lon, lat = (np.array(column) for column in zip(*asked.foot, strict=True))
    east, north = to_grid(Theatre(script.lat_deg, script.lon_deg), lat, lon)
    # whole metres: no projection library may move the foot
    foot = tuple(float(np.rint(value)) for value in (east[0], north[0], east[1], north[1]))
    lattice = np.random.default_rng([script.seed, 7]).random((OCTAVES, LATTICE, LATTICE))
    return _mountains(
        lattice,
        (asked.half_width_m, asked.cell_m),
        (foot[0], foot[1], foot[2], foot[3]),
        (asked.plain_m, asked.plain_east, asked.plain_north),
        (asked.rise_m, asked.ridge_m, asked.width_m, asked.length_m),
    )


@numba.njit(cache=True)
def _smooth(t: float) -> float:
    t = min(1.0, max(0.0, t))
    return t * t * (3.0 - 2.0 * t)


@numba.njit(cache=True)
def _noise(nodes: Floats, x: float, y: float) -> float:
    column, row = math.floor(x), math.floor(y)
    across, along = _smooth(x - column), _smooth(y - row)
    r0, c0 = row % LATTICE, column % LATTICE
    r1, c1 = (row + 1) % LATTICE, (column + 1) % LATTICE
    low = nodes[r0, c0] + (nodes[r0, c1] - nodes[r0, c0]) * across
    high = nodes[r1, c0] + (nodes[r1, c1] - nodes[r1, c0]) * across
    return float(low + (high - low) * along)


@numba.njit(cache=True)
def _mountains(
    lattice: Floats,
    extent: tuple[float, float],
    foot: tuple[float, float, float, float],
    plain: tuple[float, float, float],
    shape: tuple[float, float, float, float],
) -> Floats:
    half, cell = extent
    cells = round(2.0 * half / cell)
    rise, ridge, width, length = shape
    de, dn = foot[2] - foot[0], foot[3] - foot[1]
    norm = math.sqrt(de * de + dn * dn)
    ground = np.empty((cells, cells))
    for row in range(cells):
        north = -half + (row + 0.5) * cell
        for column in range(cells):
            east = -half + (column + 0.5) * cell
            # to the right hand of whoever goes along the foot
            behind = ((east - foot[0]) * dn - (north - foot[1]) * de) / norm
            ridges, scale, strength = 0.0, 1.0 / length, 1.0
            for octave in range(OCTAVES):
                value = _noise(lattice[octave], east * scale, north * scale)
                ridges += strength * (1.0 - abs(2.0 * value - 1.0))
                scale, strength = scale * 2.0, strength * 0.5
            level = plain[0] + (plain[1] * east + plain[2] * north) / 1000.0
            relief = ridge * _smooth((behind + width / 6.0) / width) * (ridges - 0.8)
            ground[row, column] = level + rise * _smooth(behind / width) + relief
    return ground
