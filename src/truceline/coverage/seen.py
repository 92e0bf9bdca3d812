"""Could we have seen it at this place and time, and if not, why not? One answer for the command line and the desk."""

from __future__ import annotations

import msgspec
import numpy as np

from truceline.coverage.reasons import Answer, explain
from truceline.coverage.watched import Coverage
from truceline.terms.faults import Refusal
from truceline.terms.place import Theatre, to_grid


class Seen(msgspec.Struct, frozen=True):
    """The step that answers, the chance that at least one source saw (None off the raster), and each source's, best first.

    ``terrain`` names the ground that every number here rests on.
    """

    start_ns: int
    end_ns: int
    height_m: float
    probability: float | None
    sources: tuple[Answer, ...]
    terrain: str


def step_at(coverage: Coverage, at_ns: int, now_ns: int) -> int:
    """Return the step that shows an instant.

    The step that is still running has been watched for a part only; up to its end the last whole one stands for it.
    """
    step = (min(at_ns, now_ns) - coverage.start_ns) // coverage.step_ns
    if coverage.start_ns + (step + 1) * coverage.step_ns > now_ns:
        step -= 1
    return int(min(max(step, 0), coverage.steps - 1))


def seen_there(
    coverage: Coverage, theatre: Theatre, name: str, at_ns: int, now_ns: int, lon_deg: float, lat_deg: float
) -> Seen:
    """Return who could have seen a class at a place, at an instant known at ``now_ns``; probabilities to 3 digits.

    Raises:
        Refusal: the class was not folded.
    """
    if name not in coverage.classes:
        raise Refusal(f"no coverage was folded for {name!r}", remedy=f"one of {', '.join(coverage.classes)}")
    kind, step = coverage.classes.index(name), step_at(coverage, at_ns, now_ns)
    start_ns = coverage.start_ns + step * coverage.step_ns
    east, north = to_grid(theatre, np.array([lat_deg]), np.array([lon_deg]))
    cell = int(coverage.grid.cell_of(east, north)[0]) if np.isfinite(east[0]) else -1
    answers = explain(coverage, name, start_ns, float(east[0]), float(north[0])) if cell >= 0 else []
    probability = round(float(coverage.probability[kind, step, cell]), 3) if cell >= 0 else None
    best_first = sorted(answers, key=lambda answer: -answer[1])
    return Seen(
        start_ns,
        start_ns + coverage.step_ns,
        coverage.heights_m[kind],
        probability,
        tuple((who, round(p, 3), why, say) for who, p, why, say in best_first),
        coverage.terrain,
    )
