"""Places of open data as shapely shapes in longitude and latitude (OGC:CRS84): points, ways, cells and areas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from truceline.agreement.areas import Area
from truceline.report.sheet import objects
from truceline.terms.columns import Columns
from truceline.terms.place import CellGrid, Theatre, to_geographic, to_grid

Floats = npt.NDArray[np.float64]
Array = npt.NDArray[Any]


def track_lines(points: Floats, lengths: Sequence[int]) -> Array:
    """Return a line per track from the points of all, one count a track; a point, or None, where it has no more."""
    ends = np.cumsum([0, *lengths])
    shapes = [points[a:b] for a, b in pairwise(ends.tolist())]
    return objects(
        [
            None if not len(p) else shapely.Point(p[0]) if len(p) == 1 else shapely.LineString(p)
            for p in shapes
        ]
    )


def observation_points(theatre: Theatre, rows: Columns) -> Array:
    """Return each observation's place as stated, else from the theatre grid; None where it has none."""
    lat, lon = to_geographic(theatre, rows["east_m"], rows["north_m"])
    stated = np.isfinite(rows["lat_deg"]) & np.isfinite(rows["lon_deg"])
    lon, lat = np.where(stated, rows["lon_deg"], lon), np.where(stated, rows["lat_deg"], lat)
    shapes = np.full(len(rows), None, dtype=object)
    known = np.isfinite(lon) & np.isfinite(lat)
    shapes[known] = shapely.points(lon[known], lat[known])
    return shapes


def cell_polygons(grid: CellGrid, theatre: Theatre) -> Array:
    """Return the square of every cell of a raster, counterclockwise, row by row."""
    east = grid.east_m + np.arange(grid.columns + 1) * grid.cell_m
    north = grid.north_m + np.arange(grid.rows + 1) * grid.cell_m
    lat, lon = to_geographic(theatre, np.tile(east, len(north)), np.repeat(north, len(east)))
    node = np.stack([lon, lat], axis=1)
    column, row = np.tile(np.arange(grid.columns), grid.rows), np.repeat(np.arange(grid.rows), grid.columns)
    south_west = row * (grid.columns + 1) + column
    corners = np.stack(
        [south_west, south_west + 1, south_west + grid.columns + 2, south_west + grid.columns + 1], axis=1
    )
    return np.asarray(shapely.polygons(node[corners]), dtype=object)


def area_shape(area: Area, areas: Mapping[str, Area], theatre: Theatre) -> Any:
    """Return an area as it is drawn: polygon, line, or all ground near a line; None when it has no shape."""
    if area.kind == "polygon":
        return shapely.orient_polygons(shapely.Polygon(area.ring))
    if area.kind == "line" or area.of not in areas:
        return shapely.LineString(area.line) if len(area.line) > 1 else None
    points = np.array(areas[area.of].line, float)
    east, north = to_grid(theatre, points[:, 1], points[:, 0])
    wide = shapely.buffer(shapely.LineString(np.stack([east, north], axis=1)), area.half_width_m)

    def back(grid: Floats) -> Floats:
        lat, lon = to_geographic(theatre, grid[:, 0], grid[:, 1])
        return np.stack([lon, lat], axis=1)

    return shapely.orient_polygons(shapely.transform(wide, back))
