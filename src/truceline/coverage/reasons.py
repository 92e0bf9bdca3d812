"""Could we have seen it there, then? Each source's probability, and in words what stood in the way.

The table COVERAGE is the same for every cell and stretch of time: mean and least probability, the best
source, and what stood in the way at the worst step.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numba
import numpy as np
import numpy.typing as npt

from truceline.coverage.footprint import CAUSES
from truceline.coverage.watched import Coverage, Look
from truceline.terms.columns import Column, Columns, Table, concat
from truceline.terms.time import NS_PER_S, format_time

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Codes = npt.NDArray[np.uint8]
Times = npt.NDArray[np.int64]
Answer = tuple[str, float, str, str]

COVERAGE = Table(
    "coverage",
    (
        Column("cell", "<i4", "", "number of the cell, row by row from the south-west", -1),
        Column("east_m", "<f8", "m", "theatre grid, centre of the cell", math.nan),
        Column("north_m", "<f8", "m", "theatre grid, centre of the cell", math.nan),
        Column("start_ns", "<i8", "ns", "start of the stretch of time, UTC since 1970", 0),
        Column("end_ns", "<i8", "ns", "end of the stretch of time", 0),
        Column("object_class", "S16", "", "object class asked about", b""),
        Column("probability", "<f4", "", "mean probability that at least one source would have seen it", 0.0),
        Column("lowest", "<f4", "", "least probability of its steps", 0.0),
        Column("best_source", "S32", "", "source with the highest mean probability; empty when none", b""),
        Column("cause", "S16", "", "at the worst step: watched, or what stood in the way", b""),
    ),
)
# When several sources see nothing, the reason nearest to having seen speaks: an outage before the range, and
# so on.
NEAREST: tuple[str, ...] = (
    "watched",
    "outage",
    "impeded",
    "jamming",
    "weather",
    "terrain",
    "horizon",
    "sector",
    "range",
    "not there",
    "class",
)
RANK: Codes = np.array([NEAREST.index(cause) for cause in CAUSES], np.uint8)


def explain(coverage: Coverage, name: str, time_ns: int, east_m: float, north_m: float) -> list[Answer]:
    """Return (source, probability, cause, sentence) of every source for a class at a time and place.

    The probability is that of the step that holds the time. Outside the raster, the period or the folded
    classes the list is empty: nothing was asked of anybody there.
    """
    cell = int(coverage.grid.cell_of(np.array([east_m]), np.array([north_m]))[0])
    if cell < 0 or name not in coverage.classes or not coverage.start_ns <= time_ns < coverage.end_ns:
        return []
    step = (time_ns - coverage.start_ns) // coverage.step_ns
    kind = coverage.classes.index(name)
    answers: list[Answer] = []
    for source, title in enumerate(coverage.sources):
        p = float(coverage.by_source[source, kind, step, cell])
        cause = CAUSES[coverage.cause[source, kind, step, cell]]
        looks = [look for look in coverage.looks if look.source == source]
        words = _sentence(coverage, looks, name, kind, step, cell, p, cause, time_ns)
        answers.append((title, p, cause, words))
    return answers


def coverage_table(
    coverage: Coverage,
    every_s: float = 3600.0,
    classes: Sequence[str] = (),
    cells: npt.NDArray[np.bool_] | None = None,
) -> Columns:
    """Return the table COVERAGE in stretches of ``every_s`` seconds, for all or the named classes and cells.

    Rows are sorted by class, time and cell; cells that nobody watched are rows like any other.
    """
    each = max(1, round(every_s * NS_PER_S / coverage.step_ns))
    east, north = coverage.grid.centres()
    chosen = np.arange(len(east)) if cells is None else np.flatnonzero(cells)
    names = [b"", *(title.encode()[:32] for title in coverage.sources)]
    labels = np.array(CAUSES, "S16")
    parts = []
    for name in classes or coverage.classes:
        kind = coverage.classes.index(name)
        for first in range(0, coverage.steps, each):
            last = min(coverage.steps, first + each)
            mean, lowest, best, cause = _summary(
                coverage.probability[kind, first:last], coverage.by_source[:, kind, first:last],
                coverage.cause[:, kind, first:last], chosen, RANK,
            )  # fmt: skip
            given = {
                "cell": chosen,
                "east_m": east[chosen],
                "north_m": north[chosen],
                "start_ns": np.full(len(chosen), coverage.start_ns + first * coverage.step_ns),
                "end_ns": np.full(len(chosen), coverage.start_ns + last * coverage.step_ns),
                "object_class": np.full(len(chosen), name.encode(), "S16"),
                "probability": mean,
                "lowest": lowest,
                "best_source": np.array(names, "S32")[best + 1],
                "cause": labels[cause],
            }
            parts.append(COVERAGE.build(len(chosen), given))
    return concat(COVERAGE, parts)


def _sentence(
    coverage: Coverage,
    looks: Sequence[Look],
    name: str,
    kind: int,
    step: int,
    cell: int,
    p: float,
    cause: str,
    time_ns: int,
) -> str:
    height = f"{coverage.heights_m[kind]:g} m above ground"
    away = _distance(coverage, looks, cell)
    if cause == "watched":
        edges = coverage.start_ns + np.array([step, step + 1], np.int64) * coverage.step_ns
        seconds = min(sum(float(look.watched_s(edges)[0]) for look in looks), coverage.step_ns / NS_PER_S)
        return (
            f"watched {seconds:.0f} of {coverage.step_ns / NS_PER_S:.0f} s{away}; it would have seen "
            f"a {name} {height} with probability {p:.2f}"
        )
    if cause in ("outage", "not there"):
        return _silence(looks, time_ns, cause)
    return {
        "range": f"a {name} was too far away for it{away}",
        "horizon": f"a {name} {height} was below its horizon on a {coverage.terrain}{away}",
        "terrain": f"terrain ({coverage.terrain}) hid a {name} {height}{away}",
        "class": f"it does not see the class {name}",
        "sector": f"it looked into another direction{away}",
        "weather": "weather was in the way: cloud (or nobody knows whether there was), or air too thick",
        "jamming": "it was alive, and jammed in that direction: no evidence of absence",
        "impeded": "it was alive, but blind, frozen or its clock astray: no evidence of absence",
    }[cause]


def _distance(coverage: Coverage, looks: Sequence[Look], cell: int) -> str:
    east, north = coverage.grid.centres()
    for look in looks:
        if look.view.steady:
            dx, dy = float(east[cell]) - look.view.east_m, float(north[cell]) - look.view.north_m
            return f" from {math.sqrt(dx * dx + dy * dy) / 1000.0:.0f} km"
    return ""


def _silence(looks: Sequence[Look], time_ns: int, cause: str) -> str:
    before = [int(end) for look in looks for end in look.end_ns if end <= time_ns]
    after = [int(start) for look in looks for start in look.start_ns if start > time_ns]
    since = f"since {format_time(max(before))}" if before else "since the period began"
    until = f"until {format_time(min(after))}" if after else "until the period's end"
    what = "no proof of life" if cause == "outage" else "it did not look there"
    return f"{what} {since}, {until}"


@numba.njit(cache=True)
def _summary(
    probability: Singles, by_source: Singles, cause: Codes, cells: Times, rank: Codes
) -> tuple[Singles, Singles, Times, Codes]:
    sources, steps, _ = by_source.shape
    count = len(cells)
    mean, lowest = np.zeros(count, np.float32), np.zeros(count, np.float32)
    best, reason = np.full(count, -1), np.zeros(count, np.uint8)
    for i in range(count):
        cell = cells[i]
        total, least, worst = 0.0, 2.0, 0
        for step in range(steps):
            total += probability[step, cell]
            if probability[step, cell] < least:
                least, worst = probability[step, cell], step
        mean[i], lowest[i] = total / steps, least
        most = 0.0
        nearest = 255
        for source in range(sources):
            held = 0.0
            for step in range(steps):
                held += by_source[source, step, cell]
            if held > most:
                most, best[i] = held, source
            code = cause[source, worst, cell]
            if rank[code] < nearest:
                nearest, reason[i] = rank[code], code
        if sources == 0:
            reason[i] = 1
    return mean, lowest, best, reason
