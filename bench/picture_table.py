"""Print how good and how fast the air picture is: python -m bench.picture_table [--case NAME] [--seeds N] ...

``make bench-picture`` runs it whole (a good half hour). Accuracy is taken over the seeds in two processes, time alone
in one. Progress goes to stderr.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from bench.__main__ import conditions, figure
from bench.picture_cases import CASES, FRESH, PAIRS, REASONS, SEEDS, Case, Pair
from bench.picture_digest import agreement
from bench.picture_run import Accuracy, accuracy, timed

BIAS_M, BIAS_DEG = 10.0, 0.005
PERIOD_S = 4.0


@dataclass
class Line:
    """One case or question: figures by name, the goals of its own it fails, and of those for every case."""

    name: str
    figures: dict[str, float | str]
    failed: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    note: str = ""


def main(arguments: Sequence[str]) -> None:
    """Measure what was asked and print it."""
    asked = parsed(arguments)
    taken = conditions()
    begin = time.monotonic()

    def tell(text: str) -> None:
        print(f"[{time.monotonic() - begin:5.0f} s] {text}", file=sys.stderr, flush=True)

    lines = list(measured(asked, tell))
    found = {"conditions": taken, "lines": [asdict(line) for line in lines]}
    if asked.out:
        Path(asked.out).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    if asked.json:
        print(json.dumps(found, indent=1))
        return
    print("\n".join(f"{key:9} {value}" for key, value in taken.items()))
    print()
    print("\n".join(printed(lines)))
    met, whole = sum(not line.failed for line in lines), sum(not line.failed + line.beside for line in lines)
    print(f"\n{met} of {len(lines)} lines met, {whole} of them with the goals for every case")
    for reason in reasons(lines):
        print(f"why not {reason}")


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(prog="python -m bench.picture_table", description=__doc__)
    parser.add_argument("--case", action="append", help="only cases whose name contains this; repeatable")
    parser.add_argument("--seeds", type=int, help="seeds a case (the large cases use fewer unless given)")
    parser.add_argument("--first", type=int, default=FRESH, help="the first seed")
    parser.add_argument("--scans", type=int, help="scans a run instead of 60")
    parser.add_argument("--quick", action="store_true", help="three seeds, no case above 500 targets")
    parser.add_argument("--processes", type=int, default=2, help="processes for accuracy")
    parser.add_argument("--no-time", action="store_true", help="leave the time out")
    parser.add_argument("--stone-soup", action="store_true", help="run Stone Soup beside it (extra oracle)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--out", help="write JSON to a file as well")
    return parser.parse_args(arguments)


def measured(asked: argparse.Namespace, tell: Callable[[str], None]) -> Iterator[Line]:
    """Every line asked for, in the table's order."""

    def wanted(name: str) -> bool:
        return not asked.case or any(part in name for part in asked.case)

    cases = [case for case in CASES if wanted(case.name) and not (asked.quick and case.slow)]
    spent: dict[int, float] = {}
    with ProcessPoolExecutor(asked.processes) as pool:
        for case in cases:
            line = case_line(case, asked, pool, tell)
            if case in CASES[:4] and "live_ms" in line.figures:
                spent[case.sky.targets] = float(line.figures["live_ms"])
            yield line
        for pair in PAIRS:
            if wanted(pair.name):
                yield pair_line(pair, asked, pool, tell)
    if len(spent) > 1:
        yield growth_line(spent)
    if wanted("determinism"):
        tell("determinism: 4 orders x 3 hash seeds x map and 2 processes")
        digests, runs = agreement()
        failed = [] if len(digests) == 1 else [f"{len(digests)} digests"]
        yield Line("determinism", {"runs": runs, "digests": len(digests)}, failed)
    if asked.stone_soup:
        from bench.oracle_stonesoup import side_by_side

        tell("Stone Soup, 100 targets")
        found = side_by_side(asked.first)
        failed = [] if found["times_faster"] >= 300 else ["below 300 times faster"]
        failed += [] if found["gospa_ratio"] <= 0.75 else ["GOSPA above 0.75 of Stone Soup's"]
        yield Line("side by side with Stone Soup, 100", found, failed)


def seeds_of(asked: argparse.Namespace, usual: int) -> range:
    """The seeds to run."""
    count = asked.seeds or (min(usual, 3) if asked.quick else usual)
    return range(asked.first, asked.first + count)


def case_line(
    case: Case, asked: argparse.Namespace, pool: ProcessPoolExecutor, tell: Callable[[str], None]
) -> Line:
    """Measure one case and hold it against its goals."""
    seeds = seeds_of(asked, case.seeds)
    sky = msgspec.structs.replace(case.sky, scans=asked.scans or case.sky.scans)
    tell(f"{case.name}: seeds {seeds.start}-{seeds.stop - 1}, {sky.scans} scans")
    found = list(pool.map(accuracy, [msgspec.structs.replace(sky, seed=seed) for seed in seeds]))
    figures: dict[str, float | str] = means(found)
    figures.update(goal_m=case.gospa_m, seeds=len(seeds), scans=sky.scans)
    for name in ("stone_soup_m", "reference_m"):
        if (value := getattr(case, name)) is not None:
            figures[name] = value
    failed = own_goals(case, figures)
    if not asked.no_time:
        live, fold = timed(msgspec.structs.replace(sky, seed=seeds.start))
        figures.update(live_ms=live, fold_ms=fold)
        if case.milliseconds is not None:
            figures["goal_ms"] = case.milliseconds
            failed += above("time", live, case.milliseconds, "ms")
    short = len(seeds) < SEEDS or sky.scans < 60
    note = f"{len(seeds)} seeds of {sky.scans} scans only" if short else ""
    tell(f"{case.name}: GOSPA {figures['gospa_m']:.1f} m, oracle {figures['oracle_m']:.1f} m")
    return Line(case.name, figures, failed, shared_goals(case, figures), note)


def means(found: Sequence[Accuracy]) -> dict[str, float | str]:
    """The figures of several seeds as means; a spread for GOSPA."""

    def mean(values: Sequence[float]) -> float:
        known = [value for value in values if not math.isnan(value)]
        return statistics.fmean(known) if known else math.nan

    scores = [part.score for part in found]
    gospa = [part.gospa_per_target_m for part in scores]
    names = [name for name in type(scores[0]).__struct_fields__ if name != "gospa_per_target_m"]
    figures: dict[str, float | str] = {"gospa_m": mean(gospa)}
    figures["spread_m"] = statistics.stdev(gospa) if len(gospa) > 1 else math.nan
    wait = np.array([seconds for part in found for seconds in part.latencies_s])
    figures["oracle_m"] = mean([part.oracle_m for part in found])
    figures.update(
        {name: mean([getattr(part, name) for part in scores]) for name in names if name != "gospa_m"}
    )
    # Few targets come late in one run: of all runs together a percentile means something.
    figures["latency_p50_s"], figures["latency_p95_s"] = (
        float(np.percentile(wait, share)) if len(wait) else math.nan for share in (50, 95)
    )
    for name in ("horizontal_rms_m", "detection", "long_gaps", "false", "continuity"):
        figures[f"standing_{name}"] = mean([getattr(part.standing, name) for part in found])
    if all(part.bias for part in found):
        figures["bias_error_m"] = max(part.bias[0] for part in found)
        figures["bias_error_deg"] = max(part.bias[1] for part in found)
    return figures


def above(what: str, value: float, most: float, unit: str) -> list[str]:
    """A reason when a value is above what is promised, or not known."""
    if math.isnan(value):
        return [f"{what} not told"]
    return [] if value <= most * (1.0 + 1e-12) else [f"{what} {value:.4g} > {most:.4g} {unit}".rstrip()]


def own_goals(case: Case, figures: dict[str, Any]) -> list[str]:
    """Which of a case's own goals are not met (time is asked for elsewhere)."""
    failed = above("GOSPA", figures["gospa_m"], case.gospa_m, "m")
    if case.sky.biased:
        failed += above("range bias error", figures.get("bias_error_m", math.nan), BIAS_M, "m")
        failed += above("azimuth bias error", figures.get("bias_error_deg", math.nan), BIAS_DEG, "deg")
    return failed


def shared_goals(case: Case, figures: dict[str, Any]) -> list[str]:
    """Which of the goals for every case are not met: life of tracks and consistency."""
    failed = above("p50", figures["latency_p50_s"] / PERIOD_S, case.latency_scans, "scans")
    failed += above("p95", figures["latency_p95_s"] / PERIOD_S, 5.0, "scans")
    failed += above("false", 100.0 * figures["false_share"], 1.0, "%")
    if case.sky.targets == 100:
        failed += above("false ids, strict", figures["false_sure_tracks"], 5.0, "")
        failed += above("switches", figures["switches_per_100_target_min"], 0.5, "")
    inside = 100.0 * figures["ellipse_90"]
    failed += [] if 88.0 <= inside <= 94.0 else [f"ellipses {inside:.1f} %, not 88-94"]
    consistent = figures["state_nees"]
    failed += [] if 3.0 <= consistent <= 6.0 else [f"NEES {consistent:.1f}, not 3-6"]
    return failed


def pair_line(
    pair: Pair, asked: argparse.Namespace, pool: ProcessPoolExecutor, tell: Callable[[str], None]
) -> Line:
    """Measure a tracker told wrong figures beside one told the truth."""
    seeds = seeds_of(asked, SEEDS)
    tell(f"{pair.name}: seeds {seeds.start}-{seeds.stop - 1}")
    wrong = pool.map(accuracy, [msgspec.structs.replace(pair.wrong, seed=seed) for seed in seeds])
    right = pool.map(
        accuracy,
        [msgspec.structs.replace(pair.right, seed=seed) for seed in seeds],
        [pair.learned] * len(seeds),
    )
    figures = means(list(wrong))
    told = means(list(right))
    ratio = float(figures["gospa_m"]) / float(told["gospa_m"])
    figures.update(goal_m=float(told["gospa_m"]) * (1.0 + pair.within), told_m=told["gospa_m"], ratio=ratio)
    figures.update(seeds=len(seeds), scans=pair.wrong.scans)
    failed = above("ratio to the same tracker told the truth", ratio, 1.0 + pair.within, "")
    note = f"told the truth {float(told['gospa_m']):.1f} m, ratio {ratio:.3f}"
    return Line(pair.name, figures, failed, note=note)


def growth_line(spent: dict[int, float]) -> Line:
    """Whether time grows no faster than N log N between the smallest and the largest case measured."""
    few, many = min(spent), max(spent)
    allowed = many * math.log(many) / (few * math.log(few))
    grown = spent[many] / spent[few]
    failed = above("growth", grown, allowed, "times")
    return Line(f"growth of time from {few:,} to {many:,}", {"times": grown, "n_log_n": allowed}, failed)


COLUMNS: tuple[tuple[str, Callable[[dict[str, Any]], str]], ...] = (
    ("GOSPA m", lambda f: f"{f['gospa_m']:.1f}"),
    ("goal", lambda f: f"{f['goal_m']:.0f}"),
    ("oracle", lambda f: f"{f['oracle_m']:.1f}"),
    ("Stone Soup", lambda f: f"{f['stone_soup_m']:.0f}" if "stone_soup_m" in f else "-"),
    ("ms live", lambda f: figure(f["live_ms"]) if "live_ms" in f else "-"),
    ("fold", lambda f: figure(f["fold_ms"]) if "fold_ms" in f else "-"),
    ("goal", lambda f: figure(f["goal_ms"]) if "goal_ms" in f else "-"),
    ("p50/p95 scans", lambda f: f"{f['latency_p50_s'] / PERIOD_S:.1f}/{f['latency_p95_s'] / PERIOD_S:.1f}"),
    ("false %", lambda f: f"{100 * f['false_share']:.2f}"),
    ("ids strict", lambda f: f"{f['false_tracks']:.1f} {f['false_sure_tracks']:.1f}"),
    ("switches", lambda f: f"{f['switches_per_100_target_min']:.2f}"),
    ("90 % ell.", lambda f: f"{100 * f['ellipse_90']:.1f}"),
    (
        "NEES pos vel whole (all)",
        lambda f: (
            f"{f['position_nees']:.2f} {f['velocity_nees']:.2f} {f['state_nees']:.2f} ({f['state_nees_all']:.1f})"
        ),
    ),
    ("RMS m", lambda f: f"{f['standing_horizontal_rms_m']:.0f}"),
    ("PD %", lambda f: f"{100 * f['standing_detection']:.2f}"),
    ("long gaps %", lambda f: f"{100 * f['standing_long_gaps']:.3f}"),
)


def printed(lines: Sequence[Line]) -> Iterator[str]:
    """The table: one row a case, then the questions that are no case."""
    rows = [line for line in lines if "goal_m" in line.figures]
    cells = [["case", *(head for head, _ in COLUMNS), "verdict"]]
    cells += [[line.name, *(write(line.figures) for _, write in COLUMNS), verdict(line)] for line in rows]
    widths = [max(len(row[k]) for row in cells) for k in range(len(cells[0]) - 1)]
    if rows:
        for row in cells:
            aligned = [row[0].ljust(widths[0]), *(row[k].rjust(widths[k]) for k in range(1, len(widths)))]
            yield " | ".join([*aligned, row[-1]])
    for line in lines:
        if "goal_m" not in line.figures:
            told = ", ".join(
                f"{name} {value if isinstance(value, str) else figure(value)}"
                for name, value in line.figures.items()
            )
            yield f"{line.name}: {told}: {verdict(line)}"


def reasons(lines: Sequence[Line]) -> list[str]:
    """Why goals are not met, one line for each kind of goal that some line misses."""
    said = [failure for line in lines for failure in [*line.failed, *line.beside]]
    return [f"{kind}: {why}" for kind, why in REASONS.items() if any(part.startswith(kind) for part in said)]


def verdict(line: Line) -> str:
    """Met, or what is not; then the goals for every case that are not met."""
    own = "met" if not line.failed else "not met: " + "; ".join(line.failed)
    beside = f"; of the goals for every case not: {'; '.join(line.beside)}" if line.beside else ""
    return own + beside + (f" ({line.note})" if line.note else "")


if __name__ == "__main__":
    main(sys.argv[1:])
