"""Measurements: each bench_*.py yields rows; `make bench` prints them with their conditions."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One measured figure. `goal` is what the project promises, empty when it promises nothing."""

    what: str
    value: float
    unit: str
    goal: str = ""
    note: str = ""
