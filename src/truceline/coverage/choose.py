"""Which of many candidates to take: the most weight covered by k of them within a budget, with a bound beside it.

    problem     max sum_j w_j [some chosen i covers j],  at most k chosen, sum cost <= budget        (MCLP)
    lazy greedy gains only fall, so a stale gain is an upper bound: only the top of a heap is computed anew
    swap        one chosen against one that is not, while it gains; ties to the lower number
    bound       optimum of the linear relaxation over cells joined by equal covering sets (HiGHS), or of CP-SAT when
                asked: nobody can do better than this
Without a budget greedy reaches 1 - 1/e of the best at least. Sources: Church and ReVelle, The Maximal Covering Location
Problem, 1974; Nemhauser, Wolsey and Fisher, 1978; Minoux, Accelerated greedy algorithms, 1978.
"""

from __future__ import annotations

import heapq
import math

import msgspec
import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog
from scipy.sparse import csr_matrix, hstack, identity, vstack

from truceline.terms.faults import Refusal

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


class Choice(msgspec.Struct, frozen=True):
    """Chosen candidates in order of their numbers, the weight they cover, the bound on it, and whose bound it is."""

    chosen: tuple[int, ...]
    covered: float
    bound: float
    by: str

    @property
    def share(self) -> float:
        """Covered over the bound; 1 when nothing can be covered."""
        return self.covered / self.bound if self.bound > 0.0 else 1.0


def best_set(
    covers: Flags, weight: Floats, cost: Floats, most: int, budget: float = math.inf, exact_s: float = 0.0
) -> Choice:
    """Return a set by greedy and swap with its bound; ``covers`` (candidates, cells), ``weight`` (cells,).

    ``exact_s`` above 0 asks CP-SAT for a better set and bound for so many seconds.

    Raises:
        Refusal: CP-SAT is asked for and OR-tools is not installed.
    """
    if not len(covers) or most <= 0:
        return Choice((), 0.0, 0.0, "nothing to choose")
    joined, heavy = _joined(covers, weight)
    found = max(
        (swapped(joined, heavy, cost, greedy(joined, heavy, cost, most, budget, per_cost), budget)
         for per_cost in (False, True)),
        key=lambda chosen: (covered_by(joined, heavy, chosen), [-n for n in chosen]),
    )  # fmt: skip
    value = covered_by(joined, heavy, found)
    bound, by = relaxed_bound(joined, heavy, cost, most, budget), "linear relaxation"
    if exact_s > 0.0:
        better, proven = _exact(joined, heavy, cost, most, budget, found, exact_s)
        if covered_by(joined, heavy, better) > value:
            found, value = better, covered_by(joined, heavy, better)
        if proven < bound:
            bound, by = proven, "CP-SAT"
    return Choice(tuple(found), value, max(bound, value), by)


def covered_by(covers: Flags, weight: Floats, chosen: list[int] | tuple[int, ...]) -> float:
    """Return the weight that a set covers."""
    return math.fsum(weight[np.any(covers[list(chosen)], axis=0)]) if len(chosen) else 0.0


def greedy(
    covers: Flags, weight: Floats, cost: Floats, most: int, budget: float, per_cost: bool = False
) -> list[int]:
    """Return candidates by falling gain (by gain per cost when ``per_cost``), in order of their numbers."""
    left = weight.astype(float).copy()
    scale = np.maximum(cost, 1e-12) if per_cost else np.ones(len(cost))
    heap = [(-float(covers[n] @ left) / scale[n], n, 0) for n in range(len(covers))]
    heapq.heapify(heap)
    chosen: list[int] = []
    spent = 0.0
    while heap and len(chosen) < most:
        gain, n, age = heapq.heappop(heap)
        if gain >= 0.0:
            break
        if spent + cost[n] > budget:
            continue
        if age < len(chosen):
            heapq.heappush(heap, (-float(covers[n] @ left) / scale[n], n, len(chosen)))
            continue
        chosen.append(n)
        spent += float(cost[n])
        left[covers[n]] = 0.0
    return sorted(chosen)


def swapped(covers: Flags, weight: Floats, cost: Floats, chosen: list[int], budget: float) -> list[int]:
    """Return the set after every exchange of one for one that gains."""
    held = list(chosen)
    value = covered_by(covers, weight, held)
    better = True
    while better:
        better = False
        for place in range(len(held)):
            rest = held[:place] + held[place + 1 :]
            left = np.where(np.any(covers[rest], axis=0), 0.0, weight) if rest else weight
            gains = covers @ left
            gains[rest] = -1.0
            gains[math.fsum(cost[rest]) + cost > budget] = -1.0
            n = int(np.argmax(gains))
            found = weight.sum() - left.sum() + gains[n]
            if gains[n] >= 0.0 and found > value * (1.0 + 1e-9) + 1e-12:
                held[place], value, better = n, float(found), True
    return sorted(held)


def relaxed_bound(covers: Flags, weight: Floats, cost: Floats, most: int, budget: float) -> float:
    """Return the optimum of the linear relaxation: no set covers more."""
    sites, cells = covers.shape
    if cells == 0:
        return 0.0
    open_cells = hstack([csr_matrix(-covers.T.astype(float)), identity(cells, format="csr")])
    number = csr_matrix(np.concatenate([np.ones(sites), np.zeros(cells)])[None])
    rows, right = [open_cells, number], [np.zeros(cells), np.array([float(most)])]
    if math.isfinite(budget):
        rows.append(csr_matrix(np.concatenate([cost, np.zeros(cells)])[None]))
        right.append(np.array([budget]))
    gain = np.concatenate([np.zeros(sites), -weight])
    found = linprog(gain, A_ub=vstack(rows), b_ub=np.concatenate(right), bounds=(0.0, 1.0), method="highs")
    return float(-found.fun) if found.status == 0 else float(weight.sum())


def _joined(covers: Flags, weight: Floats) -> tuple[Flags, Floats]:
    """Cells that the same candidates cover as one, cells that nobody covers left out."""
    some = covers.any(axis=0)
    packed = np.packbits(covers[:, some], axis=0)
    _, first, place = np.unique(packed, axis=1, return_index=True, return_inverse=True)
    heavy = np.bincount(np.ravel(place), weights=weight[some], minlength=len(first)).astype(float)
    return covers[:, some][:, first], heavy


def _exact(
    covers: Flags, weight: Floats, cost: Floats, most: int, budget: float, hint: list[int], limit_s: float
) -> tuple[list[int], float]:
    """The set and bound of CP-SAT; weights in millionths of their sum, rounded up in the bound."""
    try:
        from ortools.sat.python import cp_model  # noqa: PLC0415 - the extra `planning`
    except ImportError as error:
        raise Refusal(
            "an exact search needs OR-tools", remedy="install truceline[planning], or leave --exact out"
        ) from error
    scale = 1e9 / max(float(weight.sum()), 1e-300)
    model = cp_model.CpModel()
    take = [model.new_bool_var(f"x{n}") for n in range(len(covers))]
    seen = [model.new_bool_var(f"y{n}") for n in range(covers.shape[1])]
    model.add(sum(take) <= most)
    if math.isfinite(budget):
        whole = np.ceil(cost * 1000.0).astype(int)
        model.add(sum(int(c) * x for c, x in zip(whole, take, strict=True)) <= int(budget * 1000.0))
    for cell, y in enumerate(seen):
        model.add(sum(take[n] for n in np.flatnonzero(covers[:, cell])) >= y)
    model.maximize(sum(math.ceil(w * scale) * y for w, y in zip(weight, seen, strict=True)))
    for n, x in enumerate(take):
        model.add_hint(x, n in hint)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = limit_s
    solver.parameters.num_workers = 2
    solver.parameters.random_seed = 1
    status = solver.solve(model)
    solved = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    chosen = [n for n, x in enumerate(take) if solved and solver.value(x)]
    return chosen or hint, float(solver.best_objective_bound) / scale
