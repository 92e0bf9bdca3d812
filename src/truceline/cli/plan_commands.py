"""Commands about what is not there yet: site (where sensors should stand, and what they would and would not see)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from truceline.cli.telling import Progress, answer, table
from truceline.terms.faults import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from truceline.coverage.plan import Plan
    from truceline.coverage.siting import Candidate, Kept, Laid
    from truceline.coverage.terrain import Terrain


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("site")(site)


def site(
    plan: Annotated[Path, typer.Argument(help="plan (TOML)")],
    json: Annotated[bool, typer.Option("--json", help="answer as JSON")] = False,
    out: Annotated[Path | None, typer.Option(help="write plan.json, map.png and plan.geojson here")] = None,
    exact: Annotated[
        float, typer.Option(help="seconds of an exact search beside our own (extra planning)")
    ] = 0.0,
    without: Annotated[list[str] | None, typer.Option(help="what if this sensor is gone")] = None,
    weather: Annotated[str, typer.Option(help="what if: rain_mmh=20,visibility_m=2000,wind_mps=12")] = "",
    jam: Annotated[
        list[str] | None, typer.Option(help="what if bearings are jammed: NAME:FROM-TO degrees, * for all")
    ] = None,
) -> None:
    """Choose where sensors should stand on permitted land, with a bound, and say what stays unseen.

    Example: truceline site examples/siting/plan.toml --out plan --weather rain_mmh=20
    """
    from truceline.centre.reading import bytes_of
    from truceline.coverage.plan import read_plan
    from truceline.coverage.siting import candidates_of, changed, choose, kept, lay
    from truceline.coverage.slots import slots_of

    asked = read_plan(bytes_of(plan), plan.name)
    conditions, jammed = _conditions(weather), [_jam(text) for text in jam or []]
    tell = Progress(quiet=json)
    terrain = _terrain(asked)
    every = candidates_of(asked, terrain)
    tell(f"{len(every)} candidates on {terrain.text() if terrain else 'a smooth earth (no terrain given)'}")
    laid = lay(asked, every, terrain)
    tell("what each would see is computed")
    choice = choose(asked, laid, every, exact)
    tell(f"{len(choice.chosen)} chosen, {choice.share:.1%} of the bound ({choice.by})")
    now = kept(asked, laid, choice.chosen)
    most = kept(asked, laid, range(len(every)))
    told: dict[str, Any] = {
        "plan": asked.title,
        "terrain": terrain.text() if terrain else "smooth earth",
        "candidates": len(every),
        "objective": asked.objective,
        "sensors": [_sensor(every[n]) for n in choice.chosen],
        "cost": sum(every[n].cost for n in choice.chosen),
        "value": choice.covered,
        "bound": choice.bound,
        "share_of_bound": choice.share,
        "bound_by": choice.by,
        "clauses": _clauses(asked, now, most),
        "slots": slots_of(asked, laid, now)[:10],
    }
    if conditions or without or jammed:
        unknown = set(without or []) - {every[n].name for n in choice.chosen}
        if unknown:
            raise Refusal(f"no chosen sensor is called {sorted(unknown)}", where=plan.name)
        left = changed(asked, every, terrain, choice.chosen, conditions, without or [], jammed)
        told["what_if"] = _lost(now, left)
    if out is not None:
        _write(out, asked, every, choice.chosen, laid, now, terrain, told)
        tell(f"plan.json, map.png and plan.geojson are in {out}")
    answer(told) if json else _show(told)


def _terrain(asked: Plan) -> Terrain | None:
    if not asked.terrain:
        return None
    from truceline.exercise.mountains import terrain_of
    from truceline.exercise.script import read_script
    from truceline.terms.place import Theatre

    script = read_script(asked.terrain)
    if Theatre(script.lat_deg, script.lon_deg) != asked.theatre:
        raise Refusal(
            f"the terrain of {asked.terrain} has its origin at {script.lat_deg}, {script.lon_deg}",
            remedy="give the plan the same lat_deg and lon_deg",
        )
    return terrain_of(script)


def _conditions(text: str) -> tuple[tuple[str, float], ...]:
    from truceline.means.stations import CONDITIONS

    found = {}
    for part in filter(None, text.split(",")):
        name, _, value = part.partition("=")
        try:
            found[name] = float(value)
        except ValueError:
            name = ""
        if name not in CONDITIONS:
            raise Refusal(f"no weather: {part!r}", remedy="rain_mmh=20,visibility_m=2000,wind_mps=12")
    return tuple(sorted(found.items()))


def _jam(text: str) -> tuple[str, float, float]:
    name, _, bearings = text.rpartition(":")
    low, _, high = bearings.partition("-")
    try:
        return name or "*", float(low), float(high)
    except ValueError as error:
        raise Refusal(
            f"no jammed bearing: {text!r}", remedy="NAME:FROM-TO, such as radar-012:240-300"
        ) from error


def _sensor(item: Candidate) -> dict[str, Any]:
    return {
        "name": item.name,
        "kind": item.kind,
        "lat_deg": item.site.lat_deg,
        "lon_deg": item.site.lon_deg,
        "height_m": item.site.height_m,
        "cost": item.cost,
    }


def _clauses(asked: Plan, now: Sequence[Kept], most: Sequence[Kept]) -> list[dict[str, Any]]:
    from truceline.coverage.siting import why_not

    rows = []
    for number, (task, held, best) in enumerate(zip(asked.clause, now, most, strict=True)):
        reason = ""
        if not held.enough:
            reason = (
                "more or other of these candidates could" if best.enough else why_not(asked, number, best)
            )
        rows.append(
            {
                "clause": task.id,
                "class": task.object_class,
                "area_seen": held.area,
                "d_min": held.least,
                "required": task.required,
                "verifiable": held.enough,
                "area_seen_by_all": best.area,
                "d_min_of_all": best.least,
                "why_not": reason,
            }
        )
    return rows


def _lost(now: Sequence[Kept], left: Sequence[Kept]) -> list[dict[str, Any]]:
    return [
        {
            "clause": before.clause,
            "verifiable_before": before.enough,
            "verifiable_after": after.enough,
            "d_min_before": before.least,
            "d_min_after": after.least,
            "area_before": before.area,
            "area_after": after.area,
            "clause_hours_lost_a_day": 24.0 if before.enough and not after.enough else 0.0,
            "area_hours_lost_a_day": 24.0 * max(0.0, before.area - after.area),
        }
        for before, after in zip(now, left, strict=True)
    ]


def _show(told: dict[str, Any]) -> None:
    print(f"{told['plan']}: {told['candidates']} candidates, {told['terrain']}")
    print(
        f"value {told['value']:.3f} of at most {told['bound']:.3f} ({told['share_of_bound']:.1%}, {told['bound_by']})\n"
    )
    sensors = [
        [s["name"], f"{s['lat_deg']:.4f}", f"{s['lon_deg']:.4f}", f"{s['height_m']:.0f}"]
        for s in told["sensors"]
    ]
    table(["sensor", "lat", "lon", "eye m"], sensors)
    print()
    rows = [
        [c["clause"], c["class"], f"{c['area_seen']:.1%}", f"{c['d_min']:.2f}", f"{c['required']:.2f}",
         "yes" if c["verifiable"] else "no"]
        for c in told["clauses"]
    ]  # fmt: skip
    table(["clause", "class", "area seen", "D_min", "required", "verifiable"], rows)
    for c in told["clauses"]:
        if c["why_not"]:
            print(f"\n{c['clause']}: {c['why_not']}")
    if told["slots"]:
        print("\npasses and flights that close most of what stays open")
        table(
            ["what", "kind", "start", "clause-hours"],
            [[s.name, s.kind, s.start, f"{s.closes_h:.2f}"] for s in told["slots"]],
        )
    if "what_if" in told:
        print("\nwhat if")
        rows = [
            [w["clause"], f"{w['d_min_before']:.2f}", f"{w['d_min_after']:.2f}", f"{w['clause_hours_lost_a_day']:.0f}",
             f"{w['area_hours_lost_a_day']:.1f}"]
            for w in told["what_if"]
        ]  # fmt: skip
        table(["clause", "D_min", "then", "clause-hours lost a day", "area-hours"], rows)


def _write(
    out: Path,
    asked: Plan,
    every: Sequence[Candidate],
    chosen: Sequence[int],
    laid: Laid,
    now: Sequence[Kept],
    terrain: Terrain | None,
    told: dict[str, Any],
) -> None:
    import msgspec
    import numpy as np

    from truceline.coverage.planmap import drawn, exercise, png
    from truceline.coverage.siting import SPAN_S

    out.mkdir(parents=True, exist_ok=True)
    grid = asked.grid
    shape = (grid.rows, grid.columns)
    first = (laid.rate[:, 0] * laid.share[:, 0])[list(chosen)].sum(axis=0)
    seen = (1.0 - np.exp(-SPAN_S * first)).reshape(shape)
    ground = np.zeros(shape)
    if terrain is not None:
        east, north = grid.centres()
        cells = [terrain.cell_at(float(e), float(n)) for e, n in zip(east, north, strict=True)]
        ground = np.array([float(terrain.heights_m[c]) if c else 0.0 for c in cells]).reshape(shape)
    spots = [
        (
            int((every[n].north_m - grid.north_m) // grid.cell_m),
            int((every[n].east_m - grid.east_m) // grid.cell_m),
        )
        for n in chosen
    ]
    way = [divmod(cell, grid.columns) for cell in now[0].way]
    picture = drawn(seen, laid.masks.any(axis=0).reshape(shape), np.nan_to_num(ground), spots, way)
    (out / "map.png").write_bytes(png(exercise(picture) if _simulated(asked) else picture))
    (out / "plan.json").write_bytes(msgspec.json.format(msgspec.json.encode(told), indent=2))
    (out / "plan.geojson").write_bytes(msgspec.json.encode(_geojson(asked, every, chosen, now)))


def _geojson(
    asked: Plan, every: Sequence[Candidate], chosen: Sequence[int], now: Sequence[Kept]
) -> dict[str, Any]:
    from truceline.coverage.slots import ring_of

    features = []
    for n in chosen:
        place = {"type": "Point", "coordinates": [every[n].site.lon_deg, every[n].site.lat_deg]}
        features.append({"type": "Feature", "geometry": place, "properties": _sensor(every[n])})
    for zone in asked.area:
        ring = [*zone.ring, zone.ring[0]]
        features.append(
            {
                "type": "Feature",
                "geometry": {"type": "Polygon", "coordinates": [ring]},
                "properties": {"area": zone.id},
            }
        )
    for held in now:
        if len(held.way) > 1:
            line = {"type": "LineString", "coordinates": [ring_of(asked, cell) for cell in held.way]}
            said = {"clause": held.clause, "least_exposed_way": True, "d_min": held.least}
            features.append({"type": "Feature", "geometry": line, "properties": said})
    return {
        "type": "FeatureCollection",
        "name": asked.title,
        "exercise": _simulated(asked),
        "features": features,
    }


def _simulated(asked: Plan) -> bool:
    return bool(asked.terrain) or "EXERCISE" in asked.title
