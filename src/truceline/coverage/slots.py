"""Satellite passes and flights to come that close the most clause-hours of what the chosen sensors leave open.

    closed      hours x share of the clause's area inside the swath or circle x chance that its class is found
    a pass      hours: ``fresh_h``, for one look answers no longer;  a flight: its own hours and ``fresh_h`` more
Only clauses that the sensors do not verify count, each by its weight. A flight that is planned is no Watch: nothing of it
counts until it reports what it looked at. Source: METHODS of this project, section 1 (revisit, cloud).
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from truceline.coverage.camera import SIZE_M, sampled_look
from truceline.coverage.footprint import site_place
from truceline.coverage.orbit import imaged_chance, overflights, read_elements
from truceline.coverage.plan import Plan
from truceline.coverage.siting import Floats, Kept, Laid
from truceline.terms.place import Site, to_geographic
from truceline.terms.time import NS_PER_S, format_time, parse_time

HORIZON_H = 48.0


class Slot(msgspec.Struct, frozen=True):
    """One pass or flight: what it is, when it begins, and the weighted clause-hours that it closes, by clause."""

    name: str
    kind: str
    start: str
    closes_h: float
    clauses: tuple[tuple[str, float], ...]


def slots_of(plan: Plan, laid: Laid, open_clauses: Sequence[Kept]) -> tuple[Slot, ...]:
    """Return the passes and flights of the next 48 h, those that close most first.

    Raises:
        Refusal: an element set with a wrong checksum or too old, or a time that is none.
    """
    if not plan.start:
        return ()
    start_ns = parse_time(plan.start)
    wanted = [n for n, held in enumerate(open_clauses) if not held.enough]
    found = []
    for satellite in plan.satellite:
        elements = read_elements(satellite.name, satellite.line1, satellite.line2, start_ns)
        here = overflights(
            elements,
            plan.lat_deg,
            plan.lon_deg,
            start_ns,
            HORIZON_H,
            satellite.half_swath_m + plan.half_width_m,
        )
        for item in here:
            reach = max(0.0, 1.0 - max(0.0, item.away_m - satellite.half_swath_m) / plan.half_width_m)
            chances = {
                n: reach * imaged_chance(satellite.gsd_m, plan.clause[n].object_class, satellite.clear)
                for n in wanted
            }
            hours = {n: plan.fresh_h * chance for n, chance in chances.items()}
            found.append(_slot(plan, satellite.name, "satellite", item.time_ns, hours))
    for flight in plan.flight:
        inside = _circle(plan, flight.lat, flight.lon, flight.radius_m)
        hours = {}
        for n in wanted:
            mask = laid.masks[n]
            share = float(inside[mask].mean()) if mask.any() else 0.0
            chance = float(sampled_look(flight.gsd_m, SIZE_M.get(plan.clause[n].object_class, 0.0)))
            hours[n] = share * chance * (flight.hours + plan.fresh_h)
        begins = parse_time(flight.start)
        if start_ns <= begins < start_ns + round(HORIZON_H * 3600) * NS_PER_S:
            found.append(_slot(plan, flight.name, "flight", begins, hours))
    useful = [slot for slot in found if slot.closes_h > 0.0]
    return tuple(sorted(useful, key=lambda slot: (-slot.closes_h, slot.start, slot.name)))


def _slot(plan: Plan, name: str, kind: str, time_ns: int, hours: dict[int, float]) -> Slot:
    by_clause = tuple((plan.clause[n].id, round(value, 3)) for n, value in hours.items() if value > 0.0005)
    weighted = sum(plan.clause[n].weight * value for n, value in hours.items())
    return Slot(name, kind, format_time(time_ns), round(weighted, 3), by_clause)


def _circle(plan: Plan, lat: float, lon: float, radius_m: float) -> Floats:
    east0, north0 = site_place(plan.theatre, Site(lat, lon))
    east, north = plan.grid.centres()
    return ((east - east0) ** 2 + (north - north0) ** 2 <= radius_m**2).astype(float)


def ring_of(plan: Plan, cell: int) -> tuple[float, float]:
    """Return (lon_deg, lat_deg) of a cell's middle."""
    east, north = plan.grid.centres()
    lat, lon = to_geographic(plan.theatre, np.array([east[cell]]), np.array([north[cell]]))
    return round(float(lon[0]), 6), round(float(lat[0]), 6)
