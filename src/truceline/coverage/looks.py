"""One look of a source that stands somewhere, by its declared model: the chance per class and range.

    model       what ``[source.detection]`` says for it                        file
    radar       reference_range_m, pfa, swerling, frequency_ghz (rain)         ``detection``, ``rain``
    gmti        the same, and least_rate_mps; ground classes only              ``gmti``
    camera      pixel_rad; visibility                                          ``camera``
    acoustic    noise_db, threshold_db; wind                                   ``acoustic``
    seismic     noise_db, threshold_db                                         ``seismic``
    receiver    covers no class (decision 11)                                  ``receiver``
    patrol, satellite   see visits and passes                                  ``patrol``, ``footprint``
A sender's own conditions (``Watch.conditions``) come before declared ones; weather that nobody reported is fair: no
rain, 20 km of visibility, no wind. The chance is multiplied by the trust of the running estimate.
"""

from __future__ import annotations

from collections.abc import Sequence

import numba
import numpy as np
import numpy.typing as npt

from truceline.coverage.acoustic import LEVEL_DB, heard_look
from truceline.coverage.camera import CLEAR_M, SIZE_M, camera_look
from truceline.coverage.detection import radar_look
from truceline.coverage.gmti import RCS_M2, fast_enough
from truceline.coverage.rain import rain_db_per_km
from truceline.coverage.seismic import CHARGE_KG, felt_look
from truceline.means.source import Detection, Source
from truceline.terms.classes import ObjectClass

Floats = npt.NDArray[np.float64]
Conditions = tuple[tuple[str, float], ...]
RADAR, CAMERA, ACOUSTIC, SEISMIC = range(4)
ONE_SHOT: tuple[str, ...] = ("acoustic", "seismic")


def look_chances(
    source: Source,
    classes: Sequence[ObjectClass],
    slant_m: Floats,
    conditions: Conditions = (),
    trust: float = 1.0,
) -> Floats:
    """Return the chance of one look per class and place; ``slant_m`` (classes, places) in metres."""
    model, said = source.detection, dict(conditions)
    out = np.zeros(slant_m.shape)
    for number, item in enumerate(classes):
        kind, values, scale = _asked(model, item, said)
        if kind >= 0:
            out[number] = _looks(kind, slant_m[number], values, trust * scale, model.ceiling)
    return out


def sees_class(source: Source, item: ObjectClass) -> bool:
    """Return whether a source's model sees a class at all, however near."""
    return _asked(source.detection, item, {})[0] >= 0


def is_moving_only(source: Source) -> bool:
    """Return whether a source sees only what moves towards or away from it."""
    return source.detection.model == "gmti"


def _asked(
    model: Detection, item: ObjectClass, said: dict[str, float]
) -> tuple[int, tuple[float, float, float, float, float], float]:
    """Which formula, its values, and a factor on its chance; formula -1: never seen."""
    nothing = (-1, (0.0, 0.0, 0.0, 0.0, 0.0), 0.0)
    rain = rain_db_per_km(said.get("rain_mmh", 0.0), model.frequency_ghz)
    if model.model == "radar":
        beam = (item.rcs_m2, model.reference_range_m, model.pfa, float(model.swerling), rain)
        return (RADAR, beam, 1.0) if item.rcs_m2 > 0.0 else nothing
    if model.model == "gmti":
        fast = fast_enough(item.speed_mps, model.least_rate_mps)
        echo = RCS_M2.get(item.name, 0.0)
        beam = (echo, model.reference_range_m, model.pfa, float(model.swerling), rain)
        return (RADAR, beam, fast) if echo > 0.0 and fast > 0.0 else nothing
    if model.model == "camera" and item.name in SIZE_M:
        pixel = said.get("pixel_rad", model.pixel_rad)
        return CAMERA, (SIZE_M[item.name], pixel, said.get("visibility_m", CLEAR_M), 0.0, 0.0), 1.0
    if model.model == "acoustic" and item.name in LEVEL_DB:
        level, frequency = LEVEL_DB[item.name]
        noise, wind = said.get("noise_db", model.noise_db), said.get("wind_mps", 0.0)
        return ACOUSTIC, (level, frequency, noise, wind, model.threshold_db), 1.0
    if model.model == "seismic" and item.name in CHARGE_KG:
        noise = said.get("noise_db", model.noise_db)
        return SEISMIC, (CHARGE_KG[item.name], noise, model.threshold_db, 0.0, 0.0), 1.0
    return nothing


@numba.njit(cache=True)
def _looks(
    kind: int,
    slant_m: Floats,
    values: tuple[float, float, float, float, float],
    scale: float,
    ceiling: float,
) -> Floats:
    out = np.empty(len(slant_m))
    for i in range(len(slant_m)):
        r = slant_m[i]
        if kind == RADAR:
            p = radar_look(r, values[0], values[1], values[2], ceiling, int(values[3]), values[4])
        elif kind == CAMERA:
            p = camera_look(r, values[0], values[1], values[2])
        elif kind == ACOUSTIC:
            p = heard_look(r, values[0], values[1], values[2], values[3], values[4])
        else:
            p = felt_look(r, values[0], values[1], values[2])
        out[i] = scale * min(ceiling, p)
    return out
