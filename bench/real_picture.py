"""The picture on real captures: figures for the bench and maps for the documentation.

    python -m bench.real_picture                    prints the table
    python -m bench.real_picture docs/images        draws the maps into that folder as well

There is no truth in a capture, so a figure says what the plots' own names and the filter's own promises allow to say (see
``bench.real_figures``). The maps show tracks, which are our own results, over the plots they were made of.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np

from bench import Row
from bench.drawing import COLOURS, Drawing, chart, fitted
from bench.real_captures import SECOND, Capture, broadcasts, data_folder, radars
from bench.real_figures import CHI2_90, conflicts, continuity, curve_errors, speeds, watch
from truceline.picture.air import fold_air
from truceline.picture.picture import Picture

Held = tuple[Capture, Picture]
NEAR = (-20_000.0, -25_000.0, 35_000.0, 25_000.0)
EDGE = (105_000.0, -420_000.0, 190_000.0, -390_000.0)


@lru_cache(maxsize=1)
def folded() -> tuple[Held, ...]:
    """Every capture that is there, with its picture; radars first."""
    folder = data_folder()
    return tuple(
        (capture, fold_air(capture.observations, [capture.source], capture.theatre))
        for capture in [*radars(folder), *broadcasts(folder)]
    )


def rows() -> Iterator[Row]:
    """All figures; one line saying so where there are no captures."""
    held = folded()
    if not held:
        yield Row("real data", 0, "captures", "", "none found: set TRUCELINE_DATA")
    for capture, picture in held:
        if capture.name_of == "squawk":
            yield from radar_rows(capture, picture)
        else:
            yield from broadcast_rows(capture, picture)


def radar_rows(capture: Capture, picture: Picture) -> Iterator[Row]:
    """Continuity, identity, innovations and display of a radar's capture."""
    name, found = f"real, {capture.name}", continuity(capture, picture)
    live = watch(capture, picture)
    plots, tracks = curve_errors(capture, picture)
    begun = np.percentile(live.first_turns, [50, 95])
    yield Row(f"{name}: flights", found["flights"], "", "", "by code, cut at a silence of two minutes")
    yield Row(f"{name}: confirmed tracks", found["tracks"], "")
    yield Row(f"{name}: tracks a flight", found["tracks a flight"], "", "1")
    yield Row(f"{name}: flights of one track", 100 * found["flights of one track"], "%", "100")
    yield Row(f"{name}: coded plots held", 100 * found["held"], "%", "100", "cited by a track of their code")
    yield Row(
        f"{name}: purity", 100 * found["purity"], "%", "100", "coded plots that state their track's code"
    )
    note = "over 2.5 turns, while the flight's own plots came"
    yield Row(f"{name}: gaps in tracks", found["unexplained gaps"], "", "0", note)
    yield Row(f"{name}: flight shown", 100 * live.shown / live.turns, "%", "100", "of the turns of its life")
    yield Row(f"{name}: first shown, p50", begun[0], "turns", "<= 2", "after the flight's first plot")
    yield Row(f"{name}: first shown, p95", begun[1], "turns", "<= 5")
    yield Row(f"{name}: nameless shown", live.strangers / max(live.looks, 1), "", "0", "without a code, mean")
    yield Row(f"{name}: NIS, mean", float(live.nis.mean()), "", "2", "before the update")
    yield Row(f"{name}: NIS, median", float(np.median(live.nis)), "", "1.39")
    share = 100 * float((live.nis < CHI2_90).mean())
    yield Row(f"{name}: innovations inside 90 %", share, "%", "90", "declared 50 m, 0.086 deg")
    yield Row(f"{name}: RMS of tracks from a curve", tracks, "m", "", "through the flight's own plots")
    yield Row(f"{name}: RMS of plots from it", plots, "m")


def broadcast_rows(capture: Capture, picture: Picture) -> Iterator[Row]:
    """Identity and kinematics of a list of broadcasts."""
    name, found = f"real, {capture.name}", continuity(capture, picture)
    mixed, doubled = conflicts(capture, picture)
    off, angle = (np.median(part) if len(part) else math.nan for part in speeds(capture, picture))
    away = speeds(capture, picture)[0]
    yield Row(f"{name}: flights", found["flights"], "", "", "by address, cut at a silence of two minutes")
    yield Row(f"{name}: confirmed tracks", found["tracks"], "")
    yield Row(f"{name}: tracks a flight", found["tracks a flight"], "", "1")
    yield Row(f"{name}: tracks of two addresses", mixed, "", "0")
    yield Row(f"{name}: one address twice at once", doubled, "", "0", "pairs of tracks")
    spread = float(np.median(np.abs(away))) if len(away) else math.nan
    yield Row(f"{name}: speed, filter off", spread, "m/s", "0", "from the one stated; half are nearer")
    yield Row(f"{name}: slow by", -float(off), "m/s", "0", "median of stated less filter")
    yield Row(f"{name}: course off", float(angle), "deg", "0", "half are nearer")


def pictures(folder: Path) -> list[Path]:
    """Draw the maps that the captures allow, and say where."""
    drawn: dict[str, Drawing] = {}
    for capture, picture in folded():
        if capture.name == "Argentina":
            drawn["picture-argentina"] = radar_map(capture, picture)
            drawn["picture-approach"] = part_map(capture, picture, "Near the radar", NEAR, False)
            drawn["picture-edge"] = part_map(capture, picture, "At the edge of its range", EDGE, True)
        if capture.name == "Jahorina":
            drawn["picture-jahorina"] = radar_map(capture, picture)
        if capture.name == "OpenSky":
            drawn["picture-broadcasts"] = broadcast_map(capture, picture)
    ranges = [held for held in folded() if held[0].name_of == "squawk"]
    if ranges:
        drawn["picture-innovations"] = innovation_chart(ranges)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, drawing in sorted(drawn.items()):
        paths.append(folder / f"{name}.svg")
        paths[-1].write_text(drawing.svg(), encoding="utf-8")
    return paths


def confirmed(picture: Picture) -> list[int]:
    """Confirmed tracks in the order in which they began."""
    return np.flatnonzero(picture.tracks["confirmed_ns"] >= 0).tolist()


def colours(capture: Capture, picture: Picture) -> dict[int, str]:
    """One colour for each code or address, in their order."""
    names = np.unique(picture.tracks[capture.name_of])
    return {name: COLOURS[number % len(COLOURS)] for number, name in enumerate(names.tolist())}


def minutes(capture: Capture) -> str:
    """How long a capture is, in words."""
    times = capture.observations["time_ns"][capture.placed()]
    seconds = (times.max() - times.min()) / SECOND
    return f"{seconds / 60:.0f} minutes" if seconds > 120 else f"{seconds:.0f} seconds"


def radar_map(capture: Capture, picture: Picture) -> Drawing:
    """All plots of a capture, its tracks by colour, each named by its code where it ends."""
    o, placed = capture.observations, capture.placed()
    note = (
        f"{minutes(capture)}, {placed.sum():,} plots (grey), {len(confirmed(picture))} tracks (colour), "
        f"named by their code. File: {capture.file}"
    )
    east, north = o["east_m"][placed], o["north_m"][placed]
    edge = 14_000.0
    corners = (east.min() - edge, north.min() - edge, east.max() + 3 * edge, north.max() + edge)
    drawing = fitted(f"Radar {capture.name}", note, corners)
    for reach in range(100, 500, 100):
        drawing.ring(0.0, 0.0, reach * 1e3, f"{reach} km" if reach * 1e3 < north.max() else "")
    drawing.dots(*drawing.place(east, north), 1.9)
    many = len(confirmed(picture)) > 60
    lines_of(drawing, capture, picture, names=not many, thick=1.3)
    drawing.mark(0.0, 0.0, "radar")
    drawing.bar(100)
    return drawing


def lines_of(
    drawing: Drawing, capture: Capture, picture: Picture, names: bool, thick: float
) -> None:  # fmt: skip
    """Draw every confirmed track; one colour for one code or address."""
    t = picture.tracks
    shades = colours(capture, picture)
    taken: list[tuple[float, float]] = []
    for track in confirmed(picture):
        states = picture.states.take(picture.states["track"] == track)
        x, y = drawing.place(states["east_m"], states["north_m"])
        name = int(t[capture.name_of][track])
        drawing.line(x, y, shades[name], thick)
        end = (float(x[-1]), float(y[-1]))
        clear = all(abs(end[0] - a) > 34 or abs(end[1] - b) > 12 for a, b in taken)
        if names and clear and name > 0:
            taken.append(end)
            drawing.text(end[0] + 5, end[1] + 4, f"{name:04d}", "ink", 11)


def part_map(
    capture: Capture, picture: Picture, title: str, corners: tuple[float, float, float, float], ellipses: bool
) -> Drawing:  # fmt: skip
    """A part of a radar's map, (west, south, east, north) in m; with the 90 % ellipse of every third state."""
    o, placed = capture.observations, capture.placed()
    west, south, east, north = corners
    here = (
        placed & (o["east_m"] > west) & (o["east_m"] < east) & (o["north_m"] > south) & (o["north_m"] < north)
    )
    note = f"{here.sum():,} plots (grey) and the tracks made of them, named by their code"
    drawing = fitted(
        title, note + (", with the 90 % ellipse of every third state" if ellipses else ""), corners, 760
    )
    drawing.dots(*drawing.place(o["east_m"][here], o["north_m"][here]), 2.2)
    shades = colours(capture, picture)
    for track in confirmed(picture):
        s = picture.states.take(picture.states["track"] == track)
        s = s.take(
            (s["east_m"] > west) & (s["east_m"] < east) & (s["north_m"] > south) & (s["north_m"] < north)
        )
        if not len(s):
            continue
        name = int(picture.tracks["squawk"][track])
        colour = shades[name]
        for k in range(0, len(s) if ellipses else 0, 3):
            values = (s[column][k] for column in ("east_m", "north_m", "cov_ee_m2", "cov_en_m2", "cov_nn_m2"))
            drawing.ellipse(*values, math.sqrt(CHI2_90), colour)
        drawing.line(*drawing.place(s["east_m"], s["north_m"]), colour, 1.4)
        x, y = drawing.place(s["east_m"][len(s) // 3 :][:1], s["north_m"][len(s) // 3 :][:1])
        drawing.text(float(x[0]) + 8, float(y[0]) - 8, f"{name:04d}" if name >= 0 else "no code", "ink", 12)
    if west < 0.0 < east and south < 0.0 < north:
        drawing.mark(0.0, 0.0, "radar")
    drawing.bar(10)
    return drawing


def broadcast_map(capture: Capture, picture: Picture) -> Drawing:
    """Places that aircraft broadcast, and the tracks."""
    o, placed = capture.observations, capture.placed()
    note = (
        f"{minutes(capture)}, {placed.sum():,} broadcast places (grey), {len(confirmed(picture))} tracks (colour). "
        f"File: {capture.file}"
    )
    east, north = o["east_m"][placed], o["north_m"][placed]
    drawing = fitted(
        "Broadcasts over England",
        note,
        (east.min() - 9e3, north.min() - 9e3, east.max() + 9e3, north.max() + 9e3),
    )
    drawing.dots(*drawing.place(east, north), 1.9)
    lines_of(drawing, capture, picture, names=False, thick=1.3)
    drawing.bar(50)
    return drawing


def innovation_chart(held: list[Held]) -> Drawing:
    """The share of plots inside the 90 % ellipse predicted for them, by range."""
    edges = np.array([0, 50, 100, 150, 200, 250, 300, 350, 400, 450, 500]) * 1e3
    lines = []
    for number, (capture, picture) in enumerate(held):
        live = watch(capture, picture)
        reach = capture.observations["range_m"][live.rows]
        shares = [inside(live.nis[(reach >= a) & (reach < b)]) for a, b in pairwise(edges)]
        last = max(k for k, share in enumerate(shares) if math.isfinite(share))
        lines.append(
            (capture.name, [0.0 if math.isnan(s) else s for s in shares[: last + 1]], COLOURS[number])
        )
    lines.append(("as promised", [90.0] * (len(edges) - 1), "#8a96a3"))
    note = "share of plots inside the 90 % ellipse predicted for them, % (declared noise 50 m and 0.086 deg)"
    middles = [(a + b) / 2e3 for a, b in pairwise(edges)]
    return chart("Innovations by range", note, ("range of the plot, km", middles), lines, 100.0)


def inside(nis: np.ndarray) -> float:
    """Percentage below the 90 % bound; NaN of fewer than ten."""
    return 100 * float((nis < CHI2_90).mean()) if len(nis) >= 10 else math.nan


def main(arguments: list[str]) -> None:
    """Print the figures; draw the maps into a folder when one is named."""
    from bench.__main__ import table

    print(table(list(rows())))
    for path in pictures(Path(arguments[0])) if arguments else []:
        print(path)


if __name__ == "__main__":
    main(sys.argv[1:])
