"""What could have gone unseen: which classes a watch of an area may have missed, how long, and why.

    unseen class   D_min (``exposure.least_exposed``) is below the confidence asked for
    longest gap    the longest run of steps in which the worst cell of the area, holes counted, is below it
    share          1 = seen + causes: each cell and step gives its probability to "seen" and the rest to the
                   reason of
                   the source that was nearest to having seen
Source: threshold monitoring (NORSAR capability maps): publish the largest event that could have happened
unseen.
"""

from __future__ import annotations

import msgspec
import numba
import numpy as np
import numpy.typing as npt

from truceline.coverage.exposure import least_exposed
from truceline.coverage.footprint import CAUSES
from truceline.coverage.reasons import RANK
from truceline.coverage.watched import Coverage
from truceline.terms.time import NS_PER_S

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Codes = npt.NDArray[np.uint8]
Times = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class Unseen(msgspec.Struct, frozen=True):
    """What could have gone unseen: which classes, D_min and longest gap in s of each, and which could not."""

    confidence: float
    classes: tuple[str, ...]
    covered: tuple[str, ...]
    least: tuple[float, ...]
    gap_s: tuple[float, ...]
    terrain: str
    text: str


def largest_unseen(
    coverage: Coverage,
    mask: Mask,
    start_ns: int,
    end_ns: int,
    confidence: float = 0.9,
    names: tuple[str, ...] = (),
) -> Unseen:
    """Return which of the named (else all) classes could have been in an area and period unseen, how long."""
    missed: list[tuple[str, float, float]] = []
    covered: list[str] = []
    for name in names or coverage.classes:
        least, _ = least_exposed(coverage, name, mask, start_ns, end_ns)
        if least >= confidence:
            covered.append(name)
        else:
            missed.append((name, least, longest_gap_s(coverage, name, mask, start_ns, end_ns, confidence)))
    return Unseen(
        confidence,
        tuple(name for name, _, _ in missed),
        tuple(covered),
        tuple(least for _, least, _ in missed),
        tuple(gap for _, _, gap in missed),
        coverage.terrain,
        _text(coverage, missed, covered, confidence),
    )


def longest_gap_s(
    coverage: Coverage, name: str, mask: Mask, start_ns: int, end_ns: int, confidence: float = 0.9
) -> float:
    """Return the longest time in s for which some cell of the area stays below a confidence for a class."""
    first, last = coverage.steps_in(start_ns, end_ns)
    cells = np.flatnonzero(mask)
    if name not in coverage.classes or last <= first or not len(cells):
        return max(0, end_ns - start_ns) / NS_PER_S
    steps = np.arange(first, last, dtype=np.int64)
    begins = np.maximum(coverage.start_ns + steps * coverage.step_ns, start_ns)
    ends = np.minimum(coverage.start_ns + (steps + 1) * coverage.step_ns, end_ns)
    held = coverage.probability[coverage.classes.index(name), first:last]
    return _longest_run(held, cells, (ends - begins) / NS_PER_S, confidence)


def unobserved(
    coverage: Coverage, name: str, mask: Mask, start_ns: int, end_ns: int
) -> tuple[tuple[str, float], ...]:
    """Return ("seen", share) and per cause its share of the unseen rest; in all 1, () when empty.

    The cause "watched" is the chance of a miss although somebody watched.
    """
    first, last = coverage.steps_in(start_ns, end_ns)
    cells = np.flatnonzero(mask)
    if name not in coverage.classes or last <= first or not len(cells):
        return ()
    kind = coverage.classes.index(name)
    shares = _split(coverage.probability[kind, first:last], coverage.cause[:, kind, first:last], cells, RANK)
    seen = max(0.0, 1.0 - float(shares.sum()))
    split = [(cause, float(shares[number])) for number, cause in enumerate(CAUSES) if shares[number] > 0.0]
    return (("seen", seen), *split)


def _text(
    coverage: Coverage, missed: list[tuple[str, float, float]], covered: list[str], confidence: float
) -> str:
    parts = []
    for name, _, gap in missed:
        height = coverage.heights_m[coverage.classes.index(name)]
        where = f" at {height:g} m above ground" if height > 0.0 else ""
        parts.append(f"{name}{where} for up to {_hours(gap)}")
    could = (
        f"could have gone unseen: {', '.join(parts)}"
        if parts
        else "nothing of the classes asked for could have gone unseen"
    )
    could_not = (
        f"; would have been seen with {confidence:.0%} or more: {', '.join(covered)}" if covered else ""
    )
    return f"{could}{could_not} ({coverage.terrain})"


def _hours(seconds: float) -> str:
    minutes = round(seconds / 60.0)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"


@numba.njit(cache=True)
def _longest_run(probability: Singles, cells: Times, seconds: Floats, confidence: float) -> float:
    longest = 0.0
    for cell in cells:
        run = 0.0
        for step in range(len(seconds)):
            run = run + seconds[step] if probability[step, cell] < confidence else 0.0
            longest = max(longest, run)
    return longest


@numba.njit(cache=True)
def _split(probability: Singles, cause: Codes, cells: Times, rank: Codes) -> Floats:
    shares = np.zeros(len(rank))
    sources, steps, _ = cause.shape
    for step in range(steps):
        for cell in cells:
            nearest, code = 255, 1
            for source in range(sources):
                if rank[cause[source, step, cell]] < nearest:
                    code = cause[source, step, cell]
                    nearest = rank[code]
            shares[code] += 1.0 - probability[step, cell]
    for code in range(len(shares)):
        shares[code] /= steps * len(cells)
    return shares
