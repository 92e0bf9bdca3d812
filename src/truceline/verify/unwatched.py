"""Why an area was not watched: every cell and step gives its probability to "seen", the rest to one cause; in all 1.

    rest = 1 - P(at least one source)
    P >= 0.9    the rest is the chance of a miss although somebody watched: cause "watched"
    P <  0.9    the first of FAULTS that any source gives there: what failed comes before what never reached
An outage is named even where another source still watched weakly: it is what took the detection away.
"""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

from truceline.coverage.coverage import CAUSE, CAUSES, Coverage

ENOUGH = 0.9
FAULTS = (
    "outage",
    "impeded",
    "jamming",
    "weather",
    "terrain",
    "horizon",
    "sector",
    "range",
    "watched",
    "not there",
    "class",
)
RANKS = np.array([FAULTS.index(name) for name in CAUSES], dtype=np.int64)
WATCHED, CLASS = CAUSE["watched"], CAUSE["class"]


def shares(
    coverage: Coverage, name: str, mask: npt.NDArray[np.bool_], start_ns: int, end_ns: int
) -> tuple[float, dict[str, float]]:
    """Return the seen share of area x time, and the share of each cause of the rest; (0, {"not there": 1}) when empty."""
    first, last = coverage.steps_in(start_ns, end_ns)
    cells = np.flatnonzero(mask).astype(np.int64)
    if name not in coverage.classes or last <= first or not len(cells):
        return 0.0, {"not there": 1.0}
    kind = coverage.classes.index(name)
    split = _split(coverage.probability[kind, first:last], coverage.cause[:, kind, first:last], cells, RANKS)
    rest = {cause: float(split[number]) for number, cause in enumerate(CAUSES) if split[number] > 0.0}
    return max(0.0, 1.0 - sum(rest.values())), rest


@numba.njit(cache=True)
def _split(
    probability: npt.NDArray[np.float32],
    cause: npt.NDArray[np.uint8],
    cells: npt.NDArray[np.int64],
    ranks: npt.NDArray[np.int64],
) -> npt.NDArray[np.float64]:
    found = np.zeros(len(ranks))
    sources, steps, _ = cause.shape
    for step in range(steps):
        for cell in cells:
            code = WATCHED
            if probability[step, cell] < ENOUGH:
                code = CLASS
                for source in range(sources):
                    if ranks[cause[source, step, cell]] < ranks[code]:
                        code = int(cause[source, step, cell])
            found[code] += 1.0 - probability[step, cell]
    for code in range(len(found)):
        found[code] /= steps * len(cells)
    return found
