"""A camera by day or by heat: what it resolves at a range through the air, and which ground its cone takes in.

    ground sample   g = R pixel_rad                         metres of one pixel across the line of sight
    cycles          N = tau size / (2 g)                    a cycle is two pixels over the class's critical size
    air             tau = exp(-3.912 R / V)                 V visibility; beyond V nothing is seen
    detection       P = x^E / (1 + x^E),  x = N / N50,  E = 2.7 + 0.7 x,  N50 = 0.75 (detection; half is found)
    ground of a cone  each ray: the first point where  z_eye + d tan e <= ground - d^2 / (2 k R_earth)
Cycles falling with the air's transmission is a linear stand-in for the display's contrast; it says less than an
MRT curve would. Sources: Johnson, Analysis of Image Forming Systems, 1958; Holst, Electro-Optical Imaging System
Performance (TTPF, N50 of detection); Koschmieder 1924 (3.912 / V, contrast threshold 2 %); k = 7/6 for light.
"""

from __future__ import annotations

import math

import numba
import numpy as np
import numpy.typing as npt

from truceline.coverage.detection import EARTH_M

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]

# Critical size in metres (root of height times width of the least favourable side).
SIZE_M: dict[str, float] = {
    "aircraft": 4.0,
    "uav": 1.5,
    "convoy": 2.3,
    "vehicle": 2.3,
    "person": 0.75,
    "fire": 3.0,
}
N50 = 0.75
KOSCHMIEDER = 3.912
CLEAR_M = 20_000.0
LIGHT_K = 7.0 / 6.0
RAYS = 48


@numba.njit(cache=True)
def found_share(cycles: float) -> float:
    """Return the chance that an observer finds a target with so many resolved cycles across it (TTPF)."""
    x = cycles / N50
    if x <= 0.0:
        return 0.0
    raised = math.exp((2.7 + 0.7 * x) * math.log(x)) if x < 10.0 else math.inf
    return 1.0 if math.isinf(raised) else raised / (1.0 + raised)


@numba.njit(cache=True)
def camera_look(range_m: float, size_m: float, pixel_rad: float, visibility_m: float) -> float:
    """Return the chance that one look of a camera finds an object of a critical size at a slant range in metres."""
    if size_m <= 0.0 or pixel_rad <= 0.0 or range_m >= visibility_m:
        return 0.0
    through = math.exp(-KOSCHMIEDER * range_m / visibility_m)
    return found_share(through * size_m / (2.0 * max(range_m, 1.0) * pixel_rad))


@numba.njit(cache=True)
def sampled_look(gsd_m: float, size_m: float) -> float:
    """Return the chance that an object of a critical size is found in an image of a ground sample distance in metres."""
    return found_share(size_m / (2.0 * gsd_m)) if gsd_m > 0.0 else 0.0


def cone_ring(
    eye: tuple[float, float, float],
    azimuth_rad: float,
    elevation_rad: float,
    half_angle_rad: float,
    range_m: float,
    ground_m: Singles | None = None,
    corner: tuple[float, float, float] = (0.0, 0.0, 1.0),
) -> tuple[Floats, Floats]:
    """Return (east_m, north_m) of the ground that a cone takes in, ``RAYS`` points round it.

    ``eye`` is (east_m, north_m, height_m), the azimuth from grid north. Without ``ground_m`` the ground is a sphere at
    height 0; with it (rows, columns) it is a raster whose south-west corner and spacing are ``corner``. A ray that meets
    no ground within ``range_m`` ends there; ground outside the raster ends it too.
    """
    held = np.zeros((0, 0), np.float32) if ground_m is None else ground_m
    return _cone(eye, azimuth_rad, elevation_rad, half_angle_rad, range_m, held, corner)


@numba.njit(cache=True)
def _ground(held: Singles, corner: tuple[float, float, float], east: float, north: float) -> float:
    row = math.floor((north - corner[1]) / corner[2])
    column = math.floor((east - corner[0]) / corner[2])
    if row < 0 or column < 0 or row >= held.shape[0] or column >= held.shape[1]:
        return math.inf
    return float(held[row, column])


@numba.njit(cache=True)
def _reach(
    eye: tuple[float, float, float],
    heading: tuple[float, float],
    slope: float,
    range_m: float,
    held: Singles,
    corner: tuple[float, float, float],
) -> float:
    """Ground distance at which a ray meets the ground; its slant range is cut at ``range_m``."""
    most = range_m / math.sqrt(1.0 + slope * slope)
    bend = 1.0 / (2.0 * LIGHT_K * EARTH_M)
    if held.size == 0:
        # eye + d slope = -bend d^2
        inside = slope * slope - 4.0 * bend * eye[2]
        if slope >= 0.0 or inside < 0.0:
            return most
        return min(most, (-slope - math.sqrt(inside)) / (2.0 * bend))
    step = max(1.0, 0.5 * corner[2])
    d = 0.0
    while d < most:
        ground = _ground(held, corner, eye[0] + d * heading[0], eye[1] + d * heading[1])
        if not ground - bend * d * d < eye[2] + d * slope:
            return d
        d += step
    return most


@numba.njit(cache=True)
def _cone(
    eye: tuple[float, float, float],
    azimuth: float,
    elevation: float,
    half: float,
    range_m: float,
    held: Singles,
    corner: tuple[float, float, float],
) -> tuple[Floats, Floats]:
    east, north = np.empty(RAYS), np.empty(RAYS)
    ce, se, ca, sa = math.cos(elevation), math.sin(elevation), math.cos(azimuth), math.sin(azimuth)
    for n in range(RAYS):
        turn = 2.0 * math.pi * n / RAYS
        along, right, up = math.cos(half), math.sin(half) * math.cos(turn), math.sin(half) * math.sin(turn)
        x = along * ce * sa + right * ca - up * se * sa
        y = along * ce * ca - right * sa - up * se * ca
        z = along * se + up * ce
        flat = math.sqrt(x * x + y * y)
        if flat < 1e-9:
            east[n], north[n] = eye[0], eye[1]
            continue
        d = _reach(eye, (x / flat, y / flat), z / flat, range_m, held, corner)
        east[n], north[n] = eye[0] + d * x / flat, eye[1] + d * y / flat
    return east, north
