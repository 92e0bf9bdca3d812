"""Formulas of the monitor as nested lists: drawn at random, spelled for RTAMT, evaluated by ours, with their horizon."""

from typing import Any

import numpy as np

from truceline.verify import monitor
from truceline.verify.monitor import Signal

Formula = list[Any]


def random_formula(rng: np.random.Generator, depth: int) -> Formula:
    """A formula over x and y at most ``depth`` operators deep."""
    if depth == 0 or rng.random() < 0.15:
        return ["over", str(rng.choice(["x", "y"])), float(rng.integers(-10, 10))]
    name = str(rng.choice(["not", "and", "or", "implies", "always", "eventually", "until"]))
    if name == "not":
        return [name, random_formula(rng, depth - 1)]
    first = int(rng.integers(0, 4))
    span = [first, first + int(rng.integers(0, 5))]
    if name in ("always", "eventually"):
        return [name, span, random_formula(rng, depth - 1)]
    parts = [random_formula(rng, depth - 1), random_formula(rng, depth - 1)]
    return [name, span, *parts] if name == "until" else [name, *parts]


def spelled(formula: Formula) -> str:
    """The formula in RTAMT's own language."""
    name = formula[0]
    if name == "over":
        return f"({formula[1]} >= {formula[2]})"
    if name == "not":
        return f"(not {spelled(formula[1])})"
    if name in ("and", "or", "implies"):
        word = {"and": "and", "or": "or", "implies": "->"}[name]
        return f"({spelled(formula[1])} {word} {spelled(formula[2])})"
    first, last = formula[1]
    if name == "until":
        return f"(({spelled(formula[2])}) until[{first},{last}] ({spelled(formula[3])}))"
    return f"({name}[{first},{last}] {spelled(formula[2])})"


def horizon(formula: Formula) -> int:
    """How many steps after now the formula looks at."""
    name = formula[0]
    if name == "over":
        return 0
    if name in ("always", "eventually", "until"):
        return int(formula[1][1]) + max(horizon(part) for part in formula[2:])
    return max(horizon(part) for part in formula[1:])


def evaluated(formula: Formula, x: Signal, y: Signal) -> Signal:
    """The bounds that our monitor gives."""
    name = formula[0]
    if name == "over":
        return monitor.over(x if formula[1] == "x" else y, formula[2])
    if name == "not":
        return monitor.negated(evaluated(formula[1], x, y))
    if name == "always":
        return monitor.always(evaluated(formula[2], x, y), *formula[1])
    if name == "eventually":
        return monitor.eventually(evaluated(formula[2], x, y), *formula[1])
    if name == "until":
        return monitor.until(evaluated(formula[2], x, y), evaluated(formula[3], x, y), *formula[1])
    joined = {"and": monitor.both, "or": monitor.either, "implies": monitor.implies}[name]
    return joined(evaluated(formula[1], x, y), evaluated(formula[2], x, y))
