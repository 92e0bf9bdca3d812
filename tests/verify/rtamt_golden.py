"""Makes data/rtamt.json: random formulas over random signals with the robustness that RTAMT gives them.

Run by hand where RTAMT 0.4.10 (BSD-3-Clause) is installed: python -m tests.verify.rtamt_golden
"""

import json
from importlib import import_module
from pathlib import Path

import numpy as np

from tests.verify.formulas import Formula, random_formula, spelled

FILE = Path(__file__).parent / "data" / "rtamt.json"
CASES, STEPS, SEED = 60, 40, 20201110


def rtamt_values(formula: Formula, x: list[float], y: list[float]) -> list[float]:
    """The robustness at every step as RTAMT's discrete-time offline monitor computes it."""
    monitor = import_module("rtamt").StlDiscreteTimeSpecification()
    monitor.declare_var("x", "float")
    monitor.declare_var("y", "float")
    monitor.spec = spelled(formula)
    monitor.parse()
    told = monitor.evaluate({"time": list(range(len(x))), "x": x, "y": y})
    return [float(value) for _, value in told]


def main() -> None:
    """Write the file."""
    rng = np.random.default_rng(SEED)
    cases = []
    for _ in range(CASES):
        formula = random_formula(rng, 3)
        x, y = (np.round(rng.normal(0.0, 10.0, STEPS), 3).tolist() for _ in range(2))
        values = [value if np.isfinite(value) else None for value in rtamt_values(formula, x, y)]
        cases.append({"formula": formula, "x": x, "y": y, "robustness": values})
    said = f"RTAMT 0.4.10, discrete time, offline; tests/verify/rtamt_golden.py, seed {SEED}; None: infinite"
    FILE.write_text(json.dumps({"made": said, "cases": cases}) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
