"""Floor 3: what was watched; Watches, sensors and terrain folded into the probability of having been seen.

The package is also the public function ``truceline.coverage(...)``: a name cannot be both a package and a function, so the
package can be called and hands on to ``fold_coverage`` with all classes.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from truceline.coverage.coverage import Coverage
    from truceline.coverage.terrain import Terrain
    from truceline.means.source import Source
    from truceline.means.watch import Watch
    from truceline.terms.place import CellGrid, Theatre


class _Called(ModuleType):
    """This package, when it is called."""

    def __call__(
        self,
        watches: Sequence[Watch],
        terrain: Terrain | None,
        cells: CellGrid,
        period: tuple[int, int],
        *,
        sensors: Sequence[Source],
        theatre: Theatre,
        step_s: float = 600.0,
    ) -> Coverage:
        """Return the probability of having been seen per cell, step and class over [start_ns, end_ns)."""
        from truceline.coverage.coverage import fold_coverage  # noqa: PLC0415 - the kernels load on first use
        from truceline.terms.classes import NAMES  # noqa: PLC0415

        step_ns = round(step_s * 1e9)
        return fold_coverage(watches, sensors, theatre, cells, *period, step_ns, NAMES, terrain)


sys.modules[__name__].__class__ = _Called
