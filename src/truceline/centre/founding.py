"""Founding a centre: the first settings, drawn from the agreement it is to watch.

theatre origin   middle of the box round all areas, to a tenth of a degree
half width       the farther edge of that box and a sixth more, in whole 10 km, 50 km to 1,000 km
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from truceline.agreement.areas import Area
from truceline.agreement.text import lint, read_agreement
from truceline.centre.config import CentreSettings, Config, HereSettings, PartSettings, TheatreSettings
from truceline.terms.faults import Refusal

M_PER_DEG = 111_195.0
LEAST_M = 50_000.0
MOST_M = 500_000.0
ELSEWHERE_M = 250_000.0
MARGIN = 7.0 / 6.0


def first_config(
    agreement: bytes, where: str, part: str, name: str, origin: tuple[float, float] | None = None
) -> Config:
    """Return the settings of a new centre without sources; ``origin`` (lat, lon) overrides the middle of the areas.

    Raises:
        Refusal: the agreement has a defect (its line and rule are named).
    """
    defects = [item for item in lint(agreement, where) if item.severity == "defect"]
    if defects:
        first = defects[0]
        raise Refusal(
            f"{first.rule}: {first.message}",
            where=f"{where}:{first.line}",
            remedy="truceline lint lists every defect",
        )
    held = read_agreement(agreement, where)
    title = next((party.name.get("en", party.id) for party in held.parties if party.part == part), "")
    return Config(
        CentreSettings(name=name),
        theatre_round(held.areas, origin),
        part=(PartSettings(part, title),),
        here=HereSettings(part=part),
    )


def theatre_round(areas: Sequence[Area], origin: tuple[float, float] | None = None) -> TheatreSettings:
    """Return a theatre that holds all areas."""
    points = [point for area in areas for point in (*area.ring, *area.line)]
    if not points:
        return TheatreSettings(*origin) if origin else TheatreSettings()
    lons, lats = [point[0] for point in points], [point[1] for point in points]
    lat, lon = origin or (
        round((min(lats) + max(lats)) / 2, 1),
        round((min(lons) + max(lons)) / 2, 1),
    )
    north_m = max(abs(value - lat) for value in lats) * M_PER_DEG
    east_m = max(abs(value - lon) for value in lons) * M_PER_DEG * math.cos(math.radians(lat))
    reach_m = math.ceil(max(north_m, east_m) * MARGIN / 10_000.0) * 10_000.0
    if reach_m > MOST_M:
        # the agreement's areas lie elsewhere: a theatre for sensors that are tried out far from it
        reach_m = ELSEWHERE_M
    return TheatreSettings(lat, lon, max(LEAST_M, reach_m))
