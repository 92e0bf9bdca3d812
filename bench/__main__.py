"""Run the measurements and print one table: python -m bench [--json] [NAME ...], as in bench_NAME.py."""

import importlib
import json
import os
import pkgutil
import platform
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import psutil

import bench
from bench import Row

PACKAGES = ("truceline", "numpy", "numba", "scipy", "cryptography", "pyarrow")


def conditions() -> dict[str, str]:
    """What a figure depends on besides the code: machine, load, date, versions."""
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": f"{os.cpu_count()} CPU ({model}), {psutil.virtual_memory().total / 2**30:.0f} GiB",
        "load": f"{load} (1, 5, 15 min) before the run",
        "python": f"{platform.python_version()} on {platform.system()} {platform.machine()}",
        "versions": ", ".join(f"{name} {version(name)}" for name in PACKAGES),
    }


def version(name: str) -> str:
    """The installed version of a package."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"


def measured(names: list[str]) -> Iterator[Row]:
    """The rows of every wanted bench module, in the order of their names."""
    found = sorted(
        part.name for part in pkgutil.iter_modules(bench.__path__) if part.name.startswith("bench_")
    )
    wanted = [f"bench_{name.removeprefix('bench_')}" for name in names] or found
    if missing := [name for name in wanted if name not in found]:
        raise SystemExit(
            f"no such measurement: {', '.join(missing)}; there are: {', '.join(found) or 'none'}"
        )
    for name in wanted:
        begin = time.monotonic()
        yield from importlib.import_module(f"bench.{name}").rows()
        print(f"{name}: {time.monotonic() - begin:.1f} s", file=sys.stderr, flush=True)


def figure(value: float) -> str:
    """A number as a person reads it: three figures, thousands apart."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def table(rows: Iterable[Row]) -> str:
    """Rows as an aligned Markdown table."""
    cells = [("what", "measured", "unit", "goal", "note"), ("---", "---:", "---", "---", "---")]
    cells += [(row.what, figure(row.value), row.unit, row.goal, row.note) for row in rows]
    widths = [max(len(line[i]) for line in cells) for i in range(5)]
    lines = (
        " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in cells
    )
    return "\n".join(f"| {line} |" for line in lines)


def main(arguments: list[str]) -> None:
    """Measure what was asked, or everything."""
    taken = conditions()
    rows = list(measured([word for word in arguments if word != "--json"]))
    if "--json" in arguments:
        print(json.dumps({"conditions": taken, "rows": [asdict(row) for row in rows]}, indent=1))
        return
    print("\n".join(f"{key:9} {value}" for key, value in taken.items()))
    print(f"\n{table(rows)}" if rows else "\nno measurement: bench/ has no bench_*.py")


if __name__ == "__main__":
    main(sys.argv[1:])
