"""The plan of a siting, as TOML: what must be seen, where sensors may stand, what they could be.

    title = "..."    lat_deg, lon_deg, half_width_m, cell_m     the theatre and its raster
    sensors = 6      budget = 20.0      standoff_m = 10000      at most so many, for so much, no nearer to [[keep_off]]
    objective = "area" | "least"        area seen, or D_min: of an adversary who knows the sites
    terrain = "karabakh-2020"           synthetic terrain of a shipped scenario; left out: smooth earth
    [[permitted]] ring                  land on which sensors may stand;  [[keep_off]] points: the line, or any other
    [[area]] id, ring                   [[clause]] id, area, class, height_m, weight, how, required
    [[kind]] name, mast_m, cost, detection (as in [source.detection])
    spacing_m = 5000                    candidates on a raster of the permitted land, at its highest spots; or
    [[candidate]] name, lat, lon, kind  named ones
    [[satellite]] name, line1, line2, half_swath_m, gsd_m, clear
    [[flight]] name, start, hours, radius_m, lat, lon, gsd_m
    fresh_h = 3.0                       for how long one look of a satellite or flight answers for what it saw
Angles in degrees WGS84, lengths in metres. Source: this project.
"""

from __future__ import annotations

import math

import msgspec

from truceline.means.source import MODELS, Detection
from truceline.terms.classes import BY_NAME
from truceline.terms.faults import Refusal
from truceline.terms.place import CellGrid, Theatre

Ring = tuple[tuple[float, float], ...]
MOST_CELLS = 250_000


class Stretch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line that sensors keep off."""

    points: Ring


class Land(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Land on which sensors may stand."""

    ring: Ring


class Zone(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An area of the agreement."""

    id: str
    ring: Ring


class Task(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A clause: what must be seen where, at which height above ground, how (cross, stay, once), and how surely."""

    id: str
    area: str
    object_class: str = msgspec.field(name="class")
    height_m: float = -1.0
    weight: float = 1.0
    how: str = ""
    required: float = 0.8


class Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of sensor: its mast, what it costs, and its detection model."""

    name: str
    mast_m: float = 30.0
    cost: float = 1.0
    detection: Detection = Detection()


class Named(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A candidate of its own: a place, and the kind (empty: the first)."""

    name: str
    lat: float
    lon: float
    kind: str = ""


class Satellite(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A satellite by its element set, what it images and how sharply, and the usual share of clear sky."""

    name: str
    line1: str
    line2: str
    half_swath_m: float
    gsd_m: float
    clear: float = 0.5


class Flight(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A slot of an unmanned aircraft: start (ISO 8601), hours, the circle it can search, and its sample distance."""

    name: str
    start: str
    hours: float
    lat: float
    lon: float
    radius_m: float
    gsd_m: float


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole plan, see the module."""

    title: str
    lat_deg: float
    lon_deg: float
    half_width_m: float
    cell_m: float
    area: tuple[Zone, ...]
    clause: tuple[Task, ...]
    kind: tuple[Kind, ...]
    permitted: tuple[Land, ...] = ()
    keep_off: tuple[Stretch, ...] = ()
    standoff_m: float = 0.0
    sensors: int = 6
    budget: float = math.inf
    objective: str = "area"
    terrain: str = ""
    spacing_m: float = 0.0
    most_candidates: int = 200
    candidate: tuple[Named, ...] = ()
    satellite: tuple[Satellite, ...] = ()
    flight: tuple[Flight, ...] = ()
    start: str = ""
    fresh_h: float = 3.0

    @property
    def theatre(self) -> Theatre:
        """The grid's origin."""
        return Theatre(self.lat_deg, self.lon_deg)

    @property
    def grid(self) -> CellGrid:
        """The raster."""
        cells = max(1, round(2.0 * self.half_width_m / self.cell_m))
        return CellGrid(-self.half_width_m, -self.half_width_m, self.cell_m, cells, cells)


def read_plan(body: bytes, where: str = "plan") -> Plan:
    """Return a plan.

    Raises:
        Refusal: no TOML, an unknown key, or a plan that contradicts itself.
    """
    try:
        plan = msgspec.toml.decode(body, type=Plan)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refusal(f"no plan: {error}", where=where, remedy="see docs/how-to/siting") from error
    for wrong in _flaws(plan):
        raise Refusal(wrong, where=where, remedy="see docs/how-to/siting")
    return plan


def _flaws(plan: Plan) -> list[str]:
    areas, kinds = {zone.id for zone in plan.area}, {kind.name for kind in plan.kind}
    found = []
    if not (abs(plan.lat_deg) <= 89 and abs(plan.lon_deg) <= 180):
        found.append("its origin is not on the earth")
    if not (plan.half_width_m > 0 and plan.cell_m > 0):
        found.append("half_width_m and cell_m must be above 0")
    elif (2.0 * plan.half_width_m / plan.cell_m) ** 2 > MOST_CELLS:
        found.append(f"more than {MOST_CELLS:,} cells: a larger cell_m or a smaller half_width_m")
    if not plan.kind or not plan.clause or plan.sensors < 1:
        found.append("it needs a kind of sensor, a clause, and one sensor or more")
    if plan.objective not in ("area", "least"):
        found.append(f"no objective is called {plan.objective!r}: area or least")
    if not plan.candidate and not (plan.spacing_m > 0 and plan.permitted):
        found.append("it names no candidates: give [[candidate]], or spacing_m and [[permitted]]")
    for task in plan.clause:
        if task.area not in areas:
            found.append(f"clause {task.id}: no area is called {task.area!r}")
        if task.object_class not in BY_NAME:
            found.append(f"clause {task.id}: no class is called {task.object_class!r}")
        if (
            not 0.0 < task.required <= 1.0
            or task.weight < 0.0
            or task.how not in ("", "cross", "stay", "once")
        ):
            found.append(f"clause {task.id}: required is 0 to 1, weight 0 or more, how cross, stay or once")
    for kind in plan.kind:
        if kind.detection.model not in MODELS or kind.mast_m < 0.0 or kind.cost < 0.0:
            found.append(f"kind {kind.name}: an unknown model, or a mast or cost below 0")
    found += [
        f"candidate {c.name}: no kind is called {c.kind!r}"
        for c in plan.candidate
        if c.kind not in kinds | {""}
    ]
    return found
