"""Watch: what a source really looked at, from when to when, by its own proof of life.

Seen needs watched: without a Watch there is no coverage, and without coverage no verdict but "not verified".
A Watch runs from proof of life to proof of life and never past the last one.
"""

from __future__ import annotations

import msgspec

from truceline.terms.place import Site


class Sector(msgspec.Struct, frozen=True, tag="sector"):
    """A disc or sector round a site: range in metres, true azimuths clockwise from ``from_rad`` to ``to_rad``."""

    site: Site
    range_m: float
    from_rad: float = 0.0
    to_rad: float = 6.283185307179586


class Area(msgspec.Struct, frozen=True, tag="area"):
    """A polygon that was looked at: one ring of (lon_deg, lat_deg), closed or not."""

    ring: tuple[tuple[float, float], ...]


class Cone(msgspec.Struct, frozen=True, tag="cone"):
    """A camera's view: from a site, towards an azimuth and elevation, with a half angle and a range."""

    site: Site
    azimuth_rad: float
    elevation_rad: float
    half_angle_rad: float
    range_m: float


class Swath(msgspec.Struct, frozen=True, tag="swath"):
    """A satellite pass: the ground ring of what it imaged, the share of it free of cloud (NaN: not known)."""

    ring: tuple[tuple[float, float], ...]
    clear_share: float


class Route(msgspec.Struct, frozen=True, tag="route"):
    """A patrol's way: points (lon_deg, lat_deg) in order, and how far from it was looked at all, in metres."""

    points: tuple[tuple[float, float], ...]
    reach_m: float


Footprint = Sector | Area | Cone | Swath | Route

# What a live sensor can suffer: alive, yet nothing it does not see is evidence of absence. Never a violation by itself.
IMPEDED: tuple[str, ...] = ("jammed", "blind", "frozen", "clock")


class Watch(msgspec.Struct, frozen=True):
    """One stretch of watching. ``seq`` is the record of its first proof of life, as handed to the decoder.

    ``health`` is up, degraded or one of IMPEDED; ``mode`` is the sender's word (rotating, pass, patrol). ``classes`` names
    what this look could have seen, with the sender's own probability for it; empty means the source's declared detection
    model decides. ``trust`` is the share of the declared chance of a look that the running estimate supports;
    ``conditions`` are (name, value) of what the model asks for, by name: cloud, noise_db, rain_mmh, visibility_m, wind_mps.
    """

    source: str
    start_ns: int
    end_ns: int
    footprint: Footprint
    health: str = "up"
    mode: str = ""
    seq: int = -1
    classes: tuple[tuple[str, float], ...] = ()
    trust: float = 1.0
    conditions: tuple[tuple[str, float], ...] = ()
