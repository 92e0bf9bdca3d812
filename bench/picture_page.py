"""Write what was measured into docs/reference/picture.md: `python -m bench.picture_page [FIGURES.json]`.

FIGURES.json is what ``bench.picture_table --out`` wrote; without it, or when it lacks a case, the table of goals stays as
it is. The captures are measured here and their maps drawn into docs/images. Only what stands between the page's markers
changes.
"""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from bench import Row
from bench.__main__ import conditions, figure
from bench.picture_table import Line, reasons, verdict

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reference" / "picture.md"
IMAGES = ROOT / "docs" / "images"
SCAN_S = 4.0


def write(block: str, lines: Iterable[str], page: Path = PAGE) -> None:
    """Put lines between the markers of a block; the rest of the page stays as it is.

    Raises:
        SystemExit: the page has no such block.
    """
    text = page.read_text(encoding="utf-8")
    form = re.compile(
        rf"(<!-- bench-picture {block}: begin[^\n]*-->\n).*?(<!-- bench-picture {block}: end -->)", re.S
    )
    body = "".join(f"{line}\n" for line in lines)
    fresh, found = form.subn(lambda held: f"{held[1]}{body}{held[2]}", text)
    if found != 1:
        raise SystemExit(f"{page.name}: no block {block}")
    page.write_text(fresh, encoding="utf-8")


def taken(held: dict[str, str]) -> str:
    """The conditions of a measurement in one sentence."""
    return f"Measured {held['date']} on {held['machine']}, load {held['load']}; {held['versions']}."


def goals(found: dict[str, Any]) -> list[str]:
    """The table of cases against their goals, in Markdown."""
    head = "case|GOSPA m|goal|oracle|Stone Soup|ms a scan|p50/p95 scans|false %|switches|90 % ell.|NEES place, speed, both"
    columns = head.split("|")
    lines = [taken(found["conditions"]), "", row([*columns, "verdict"])]
    lines.append(row(["---", *["---:"] * (len(columns) - 1), "---"]))
    others = []
    for line in found["lines"]:
        f, said = line["figures"], verdict(Line(**line))
        if "goal_m" not in f:
            told = ", ".join(f"{name.replace('_', ' ')} {number(value)}" for name, value in f.items())
            others.append(f"- {line['name']}: {told}; {said}")
            continue
        lines.append(
            row(
                [
                    line["name"], number(f["gospa_m"]), number(f["goal_m"]), number(f["oracle_m"]),
                    number(f.get("stone_soup_m")), number(f.get("live_ms")),
                    f"{number(f['latency_p50_s'] / SCAN_S)}/{number(f['latency_p95_s'] / SCAN_S)}",
                    number(100 * f["false_share"]), number(f["switches_per_100_target_min"]),
                    number(100 * f["ellipse_90"]), f"{number(f['position_nees'])}, {number(f['velocity_nees'])}, "
                    f"{number(f['state_nees'])} ({number(f['state_nees_all'])})",
                    said,
                ]
            )
        )  # fmt: skip
    why = [f"- why not {reason}" for reason in reasons([Line(**line) for line in found["lines"]])]
    return [*lines, *([""] if others or why else []), *others, *why]


def real(rows: Sequence[Row]) -> list[str]:
    """The figures of the captures, in Markdown: one column a capture of a kind, one line a figure."""
    lines = [taken(conditions())]
    names = [row.what.removeprefix("real, ").split(": ", 1) for row in rows]
    shape: dict[tuple[str, ...], list[str]] = {}
    for capture in dict.fromkeys(name for name, _ in names):
        shape.setdefault(tuple(what for name, what in names if name == capture), []).append(capture)
    held = {(name, what): found for (name, what), found in zip(names, rows, strict=True)}
    for figures, captures in shape.items():
        values = {
            (name, what): f"{number(held[name, what].value)} {held[name, what].unit}".strip()
            for name in captures
            for what in figures
        }
        first = [held[captures[0], what] for what in figures]
        best = [part.goal or "–" for part in first]
        lines.append("")
        if len(captures) > len(figures) // 2:
            lines += [row(["", *figures]), row(["---", *["---:"] * len(figures)])]
            lines += [row([name, *(values[name, what] for what in figures)]) for name in captures]
            lines.append(row(["best", *best]))
            noted = [f"{what}: {part.note}" for what, part in zip(figures, first, strict=True) if part.note]
            lines += ["", f"{'; '.join(noted)}."]
            continue
        lines += [row(["", *captures, "best", ""]), row(["---", *["---:"] * (len(captures) + 1), "---"])]
        for what, part, goal in zip(figures, first, best, strict=True):
            lines.append(row([what, *(values[name, what] for name in captures), goal, part.note]))
    return lines


def row(cells: Sequence[str]) -> str:
    """One line of a Markdown table."""
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def number(value: Any) -> str:
    """A figure as the page prints it; what is not known is a dash."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    return value if isinstance(value, str) else figure(float(value))


def main(arguments: Sequence[str]) -> None:
    """Rewrite the page's blocks and the maps."""
    from bench.picture_cases import CASES
    from bench.real_picture import folded, pictures, rows

    if arguments:
        found = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
        missing = {case.name for case in CASES} - {line["name"] for line in found["lines"]}
        if missing:
            print(f"goals: left as they are, {len(missing)} cases were not measured", file=sys.stderr)
        else:
            write("goals", goals(found))
    if not folded():
        print("real data: none found, left as they are; set TRUCELINE_DATA", file=sys.stderr)
        return
    write("real", real(list(rows())))
    print("\n".join(str(path.relative_to(ROOT)) for path in pictures(IMAGES)))


if __name__ == "__main__":
    main(sys.argv[1:])
