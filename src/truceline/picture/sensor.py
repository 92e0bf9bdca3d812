"""A sensor as scripts and notebooks declare it: its place on a grid of metres, its accuracy, its scan.

What is not declared (``detection_probability``, ``false_plots_per_km2``) is estimated while running; what is declared is
where the estimate starts, since the field differs from the brochure.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import msgspec

from truceline.means.source import Accuracy, Detection, Source
from truceline.terms.faults import Refusal

FARTHEST_M = 2e6
DETECTION = 0.9  # where learning starts when nothing is declared
MOST_RANGE_M = 6e5  # what is declared beyond says nothing of where false plots lie
HEIGHT_SIGMA_M = 30.0
M2_PER_KM2 = 1e6
REPORTS_S = 10.0  # within that time a receiver of position reports hears a target again


class _Placed(msgspec.Struct, frozen=True):
    name: str
    east_m: float
    north_m: float
    height_m: float = 0.0


class Sensor(_Placed, frozen=True, kw_only=True):
    """One radar, or one receiver of position reports (``scan_period_s=0``: silence of a target then says nothing).

    Attributes:
        name: What the column ``sensor`` of the plots says.
        east_m: Place on the grid, metres.
        north_m: Place on the grid, metres.
        height_m: Height of the antenna in metres, above the same level as the heights of plots.
        range_sigma_m: One sigma of its ranges, metres.
        azimuth_sigma_rad: One sigma of its azimuths, radians (at most 0.5).
        max_range_m: Instrumented range, metres.
        scan_period_s: Time between two looks at a target, seconds; learned again while running.
        rotating: Its plots carry their own times. A whole scan under one time is recognised by itself.
        detection_probability: Probability of a plot per look and target, in (0, 1]; None: estimated while running.
        false_plots_per_km2: False plots per km2 and scan; None: estimated while running.
        elevation_sigma_rad: One sigma of its elevations, radians; None: as the azimuth.
        height_sigma_m: One sigma of the heights its plots state, metres.
        range_rate_sigma_mps: One sigma of its range rates, m/s; None: range rates are not relied on.

    Raises:
        Refusal: a figure that is not finite or out of its range.
    """

    range_sigma_m: float
    azimuth_sigma_rad: float
    max_range_m: float
    scan_period_s: float
    rotating: bool = True
    detection_probability: float | None = None
    false_plots_per_km2: float | None = None
    elevation_sigma_rad: float | None = None
    height_sigma_m: float = HEIGHT_SIGMA_M
    range_rate_sigma_mps: float | None = None

    def __post_init__(self) -> None:
        """Check every figure against its range."""
        name: Any = self.name
        if not isinstance(name, str) or not name:
            raise Refusal("a sensor needs a name", where="Sensor", remedy="give a text such as 'R1'")
        for field, (least, most) in _RANGES.items():
            value: Any = getattr(self, field)
            if value is None and field in _OPTIONAL:
                continue
            number = isinstance(value, int | float) or hasattr(value, "__float__")
            if not number or not least <= float(value) <= most:
                raise Refusal(
                    f"{field} is {value!r}",
                    where=f"Sensor {name!r}",
                    remedy=f"give a number from {least:g} to {most:g}",
                )

    @property
    def revisit_s(self) -> float:
        """How long a target in view is silent at most when every look gives a plot."""
        return self.scan_period_s or REPORTS_S

    def source(self, lane: str) -> Source:
        """Return the declaration that a lane of the picture works with."""
        return Source(
            self.name,
            "plots",
            accuracy=Accuracy(
                range_m=float(self.range_sigma_m),
                azimuth_rad=float(self.azimuth_sigma_rad),
                position_m=float(self.range_sigma_m),
                height_m=float(self.height_sigma_m),
                rate_mps=float(self.range_rate_sigma_mps or 0.0),
            ),
            detection=Detection(
                range_m=min(float(self.max_range_m), MOST_RANGE_M),
                ceiling=float(self.detection_probability or DETECTION),
                look_s=float(self.revisit_s),
                ground=lane == "ground",
            ),
        )

    @property
    def false_plots_m2(self) -> float | None:
        """Declared false plots per m2 and look."""
        return None if self.false_plots_per_km2 is None else float(self.false_plots_per_km2) / M2_PER_KM2


_RANGES = {
    "east_m": (-FARTHEST_M, FARTHEST_M),
    "north_m": (-FARTHEST_M, FARTHEST_M),
    "height_m": (-1e4, 1e5),
    "range_sigma_m": (1e-3, 1e5),
    "azimuth_sigma_rad": (1e-7, 0.5),
    "max_range_m": (1.0, math.inf),
    "scan_period_s": (0.0, 86_400.0),
    "detection_probability": (1e-3, 1.0),
    "false_plots_per_km2": (0.0, 1e6),
    "elevation_sigma_rad": (1e-7, 0.5),
    "height_sigma_m": (0.0, 1e5),
    "range_rate_sigma_mps": (1e-3, 1e3),
}
_OPTIONAL = ("detection_probability", "false_plots_per_km2", "elevation_sigma_rad", "range_rate_sigma_mps")


def checked(sensors: Sequence[Sensor]) -> tuple[Sensor, ...]:
    """Return the sensors as given.

    Raises:
        Refusal: something that is no ``Sensor``, or two of one name.
    """
    held = tuple(sensors)
    names: set[str] = set()
    for number, sensor in enumerate(held):
        if not isinstance(sensor, Sensor):
            raise Refusal(
                f"item {number} is a {type(sensor).__name__}",
                where="sensors",
                remedy="give truceline.Sensor(...)",
            )
        if sensor.name in names:
            raise Refusal(f"two sensors are called {sensor.name!r}", where="sensors", remedy="rename one")
        names.add(sensor.name)
    return held
