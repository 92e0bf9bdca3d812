"""Loops that lay looks over cells and steps and join sources, in one order of operations on every processor.

The formulas stand in ``coverage``.
"""

from __future__ import annotations

import math

import numba
import numpy as np
import numpy.typing as npt

from truceline.coverage.view import JAMMING, SECTOR

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Codes = npt.NDArray[np.uint8]
Times = npt.NDArray[np.int64]


@numba.njit(cache=True)
def lay_look(
    by_source: Singles,
    cause: Codes,
    cells: Times,
    share: Singles,
    rate: Floats,
    reason: Codes,
    ceiling: Floats,
    watched: Floats,
    dwells: Floats,
    step_s: float,
) -> None:
    """Write one look into its source's [class, step, cell] arrays: the higher value stands, else why none."""
    kinds, count = rate.shape
    for kind in range(kinds):
        held = -1.0
        chance = np.zeros(count, np.float32)
        for step in range(len(watched)):
            seconds = watched[step]
            if seconds <= 0.0:
                continue
            if seconds != held:
                held = seconds
                within = min(seconds, dwells[kind])
                part = max(seconds, dwells[kind]) / step_s
                surely = max(0.0, dwells[kind] - (step_s - seconds))
                for i in range(count):
                    if rate[kind, i] > 0.0:
                        chord = part * min(ceiling[kind], 1.0 - math.exp(-rate[kind, i] * within))
                        least = min(ceiling[kind], 1.0 - math.exp(-rate[kind, i] * surely))
                        chance[i] = np.float32(share[kind, i] * max(chord, least))
            for i in range(count):
                cell = cells[i]
                by_source[kind, step, cell] = max(by_source[kind, step, cell], chance[i])
                if by_source[kind, step, cell] > 0.0:
                    cause[kind, step, cell] = 0
                elif reason[kind, i] != 0 and not (
                    reason[kind, i] == SECTOR and cause[kind, step, cell] >= JAMMING
                ):
                    # a look past a jammed bearing does not hide that it is jammed
                    cause[kind, step, cell] = reason[kind, i]


@numba.njit(cache=True)
def at_least_one(by_source: Singles, groups: Times) -> Singles:
    """Return the probability of at least one source, [class, step, cell]; a group counts by its best."""
    sources, kinds, steps, cells = by_source.shape
    out = np.zeros((kinds, steps, cells), np.float32)
    best = np.zeros(sources)
    for kind in range(kinds):
        for step in range(steps):
            for cell in range(cells):
                best[:] = 0.0
                some = False
                for source in range(sources):
                    p = by_source[source, kind, step, cell]
                    if p > 0.0:
                        some = True
                        best[groups[source]] = max(best[groups[source]], p)
                if some:
                    missed = 1.0
                    for group in range(sources):
                        missed *= 1.0 - best[group]
                    out[kind, step, cell] = 1.0 - missed
    return out


@numba.njit(cache=True)
def at_least_two(by_source: Singles, groups: Times, trust: float) -> Singles:
    """Return ``trust`` times the probability of at least two groups, [step, cell], for one class."""
    sources, steps, cells = by_source.shape
    out = np.zeros((steps, cells), np.float32)
    best = np.zeros(sources)
    for step in range(steps):
        for cell in range(cells):
            best[:] = 0.0
            for source in range(sources):
                best[groups[source]] = max(best[groups[source]], by_source[source, step, cell])
            none, one = 1.0, 0.0
            for group in range(sources):
                one = one * (1.0 - best[group]) + none * best[group]
                none *= 1.0 - best[group]
            out[step, cell] = max(0.0, trust * (1.0 - none - one))
    return out
