"""The object classes that clauses speak of and sensors are asked about, with the size each stands for.

The size is what "would have been seen" means for the class: radar cross section after METHODS section 1 (classes 0.01,
0.1, 1 and 5 m2), speed and height of the least favourable member the class covers.
"""

from __future__ import annotations

import msgspec


class ObjectClass(msgspec.Struct, frozen=True):
    """One class: radar cross section in m2 (0: radar does not see it), ground or air speed, height above ground."""

    name: str
    lane: str
    rcs_m2: float
    speed_mps: float
    height_m: float
    meaning: str


CLASSES: tuple[ObjectClass, ...] = (
    ObjectClass("aircraft", "air", 5.0, 120.0, 1500.0, "manned aircraft or helicopter"),
    ObjectClass(
        "uav",
        "air",
        0.5,
        35.0,
        1000.0,
        "unmanned aircraft of tactical size, above the height its clause names",
    ),
    ObjectClass("convoy", "ground", 0.0, 8.0, 0.0, "four or more vehicles together"),
    ObjectClass("vehicle", "ground", 0.0, 10.0, 0.0, "one vehicle"),
    ObjectClass("person", "ground", 0.0, 1.0, 0.0, "one person on foot"),
    ObjectClass("fire", "events", 0.0, 0.0, 0.0, "a fire hot and large enough for a satellite to see"),
    ObjectClass("shot", "events", 0.0, 0.0, 0.0, "a shot, burst or explosion"),
)
BY_NAME: dict[str, ObjectClass] = {item.name: item for item in CLASSES}
NAMES: tuple[str, ...] = tuple(item.name for item in CLASSES)

# what a reporter may tell apart within a class, as clauses count it: type -> class
OBJECT_TYPES: dict[str, str] = {
    "TANK": "vehicle", "APC": "vehicle", "GUN": "vehicle", "MORTAR": "vehicle", "MLRS": "vehicle",
    "AAGUN": "vehicle", "SAM": "vehicle", "SSM": "vehicle", "TRUCK": "vehicle", "CAR": "vehicle",
    "SOLDIER": "person", "POLICE": "person", "CIVILIAN": "person",
}  # fmt: skip
