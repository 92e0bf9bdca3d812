"""Commands of the ground and of what could have been seen: terrain add, terrain agree, terrain list, seen."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from truceline.cli.telling import answer, table, tell
from truceline.terms.faults import Refusal

Json = Annotated[bool, typer.Option("--json", help="answer as JSON")]
Centre = Annotated[Path, typer.Argument(help="directory of the centre")]


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    terrain = typer.Typer(help="The ground that coverage rests on.", no_args_is_help=True)
    terrain.command("add")(add)
    terrain.command("agree")(agree)
    terrain.command("list")(held)
    app.add_typer(terrain, name="terrain")
    app.command("seen")(seen)


def add(
    directory: Centre,
    file: Annotated[list[Path], typer.Argument(help="SRTM .hgt, GeoTIFF, or terrarium tiles Z/X/Y.png")],
    source_note: Annotated[str, typer.Option(help="where the files come from, for whoever checks them")],
    datum: Annotated[
        str, typer.Option(help="what heights count from: ellipsoid or geoid; .hgt alone: geoid")
    ] = "",
    geoid_m: Annotated[
        float | None, typer.Option(help="height of the geoid above the ellipsoid here, added to the heights")
    ] = None,
    unit: Annotated[str, typer.Option(help="unit of the heights: m or ft")] = "m",
    cell_m: Annotated[
        float, typer.Option(help="spacing on the theatre grid; the files' own unless given")
    ] = 0.0,
    name: Annotated[str, typer.Option(help="name of the terrain, on every number that rests on it")] = "",
    json: Json = False,
) -> None:
    """Lay elevation models on the theatre grid and write the result into the log, with the files' hashes.

    From then on coverage is masked by it, once every part holds the same: the other part runs `truceline terrain agree`.

    Example: truceline terrain add centre N39E046.hgt N39E047.hgt --source-note "SRTM 3.0" --geoid-m 9
    """
    from truceline.centre.part import Part, settings_of
    from truceline.centre.terrain_files import Declared, terrain_of_files
    from truceline.centre.terrain_log import write_terrain
    from truceline.coverage.elevation import read_elevation

    declared = Declared(source_note, datum, geoid_m, unit, cell_m, name)
    body = terrain_of_files(file, settings_of(directory), declared)
    part = Part(directory)
    try:
        write_terrain(part, body)
    finally:
        part.close()
    sheet, made = read_elevation(body)
    if json:
        answer(sheet)
        return
    print(f"{made.text()}: {sheet.rows} x {sheet.columns} cells, {sheet.holes:,} of them holes")
    tell("coverage rests on it from now on, once every part holds the same (terrain list)")


def agree(directory: Centre) -> None:
    """Take the newest terrain of the other part's log, as mirrored here, into the own log: both then fold with it.

    Example: truceline terrain agree centre
    """
    from truceline.centre.part import Part, settings_of
    from truceline.centre.terrain_log import terrain_records, write_terrain
    from truceline.coverage.elevation import check_sites, read_elevation
    from truceline.terms.place import Theatre

    own = settings_of(directory)
    part = Part(directory)
    try:
        theirs = [r for r in terrain_records(part.records()) if r.held_by != part.name]
        if not theirs:
            raise Refusal(
                "the other part's log holds no terrain", where=str(directory), remedy="mirror its log first"
            )
        sheet, made = read_elevation(theirs[-1].body)
        check_sites(made, own.source, Theatre(sheet.lat_deg, sheet.lon_deg))
        write_terrain(part, theirs[-1].body)
    finally:
        part.close()
    print(f"{made.text()}: {sheet.source_note}")


def held(directory: Centre, json: Json = False) -> None:
    """List the terrains in the logs: resolution, source, datum, who holds them, and which is in force.

    Example: truceline terrain list centre
    """
    from truceline.centre.inputs import canonical_order, config_at
    from truceline.centre.part import look
    from truceline.centre.terrain_log import logged

    name, records = look(directory)
    inputs = canonical_order(records)
    now_ns = max((record.stamp_ns for record in inputs), default=0)
    found = logged(inputs, config_at(inputs, now_ns, name), now_ns)
    if json:
        answer(found)
        return
    if not found:
        print("no terrain: coverage is that of a smooth earth")
        return
    head = ["terrain", "cell_m", "native_m", "datum", "holes", "held by", "in force", "source"]
    rows = []
    for item in found:
        sheet = item.sheet
        datum = sheet.datum if sheet.datum == "ellipsoid" else f"{sheet.datum} {sheet.geoid_m:+g} m"
        rows.append(
            [f"{sheet.name} {item.digest[:8]}", f"{sheet.cell_m:g}", f"{sheet.native_m:g}", datum,
             f"{sheet.holes:,}", item.held_by, "yes" if item.in_force else "no", sheet.source_note]
        )  # fmt: skip
    table(head, rows)


def seen(
    directory: Centre,
    at: Annotated[str, typer.Option(help="place: LAT,LON or LAT,LON,HEIGHT (m above ground)")],
    time: Annotated[str, typer.Option(help="instant, ISO 8601 UTC")],
    object_class: Annotated[str, typer.Option("--class", help="object class asked about")] = "uav",
    json: Json = False,
) -> None:
    """Answer whether an object could have been seen at a place and time, by which sensor, and if not why not.

    The probability is that of the coverage step that holds the instant, as the desk shows it.

    Example: truceline seen demo/A --at 39.52,47.1 --time 2020-11-20T15:30:00Z --class uav
    """
    from truceline.centre.seen import could_have_seen, parse_place
    from truceline.terms.time import parse_time

    found = could_have_seen(directory, parse_place(at), parse_time(time), object_class)
    if json:
        answer(found)
        return
    if found.probability is None:
        print("outside the theatre: nothing was asked of anybody there")
        return
    where = f"{found.height_m:g} m above ground"
    print(f"{object_class} {where}, {found.start} to {found.end}: {found.probability:.3f} ({found.terrain})")
    rows = [[item.source, f"{item.probability:.3f}", item.cause, item.sentence] for item in found.sources]
    table(["source", "probability", "cause", "why"], rows)
