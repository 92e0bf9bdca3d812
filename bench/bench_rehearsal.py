"""The rehearsal end to end: how much faster than the day it plays, what each step of a seal takes, memory, an audit."""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench import Row

# prints "step seconds" lines for one fold of part A, each step the second time so that no kernel is being loaded
STEPS = """
import sys, time
from pathlib import Path
from truceline.centre.fold import findings_of, pictures, watched, agreement_at
from truceline.centre.inputs import canonical_order, config_at, decode, raw_window
from truceline.centre.part import look
from truceline.centre.seal import bulletins
from truceline.terms.time import civil_day, parse_day

def timed(what, work):
    for _ in range(2):
        begin = time.perf_counter()
        made = work()
        spent = time.perf_counter() - begin
    print(what, spent, flush=True)
    return made

name, every = timed("read", lambda: look(Path(sys.argv[1])))
records = timed("order", lambda: canonical_order(every))
now_ns = max(record.stamp_ns for record in records)
config, agreement = config_at(records, now_ns, name), agreement_at(records, now_ns)
start_ns, end_ns = civil_day(parse_day(bulletins(every, name)[-1].seal.day), agreement.time_zone)
warm_ns = start_ns - round(config.centre.warmup_s * 1e9)
raw = raw_window(records, config, warm_ns, end_ns)
decoded = timed("decode", lambda: decode(raw, config, warm_ns, end_ns))
air, events = timed("pictures", lambda: pictures(decoded.observations, config))
coverage = timed("coverage", lambda: watched(decoded.watches, config, start_ns, end_ns))
timed("findings", lambda: findings_of(
    records, decoded, air, events, coverage, config, agreement, (start_ns, end_ns), now_ns, ()))
print("records", len(records))
print("observations", len(decoded.observations))
"""
SAID = {
    "read": "records of both logs read and their content ids computed",
    "order": "inputs put in canonical order",
    "decode": "bytes decoded and placed on the theatre grid",
    "pictures": "air and event pictures folded",
    "coverage": "coverage folded",
    "findings": "all clauses judged, hour by hour and for the day",
}
CODE = "from truceline.cli import main; main()"


def run(*words: str) -> tuple[float, float]:
    """Seconds and peak memory (MiB) of a command; other processes of this one count with it."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", CODE, *words], check=True, capture_output=True)
    spent = time.perf_counter() - begin
    return spent, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def script_seconds() -> float:
    """Seconds of centre time that the scenario plays."""
    from truceline.exercise.script import read_script
    from truceline.terms.time import NS_PER_S, parse_time

    script = read_script("karabakh-2020")
    return (parse_time(script.end) - parse_time(script.start)) / NS_PER_S


def rows() -> Iterator[Row]:
    """Measure in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="truceline-bench-") as folder:
        root = Path(folder) / "run"
        spent, peak = run("demo", "--once", "--out", str(root))
        note = (
            "one process, kernels compiled before: world, wire bytes, both logs, cases, two seals, 18 reports"
        )
        yield Row("rehearsal, whole", spent, "s", "<= 180", note)
        yield Row("rehearsal, times real time", script_seconds() / spent, "x", "", note)
        yield Row("rehearsal, peak memory", peak, "MiB", "", "largest process")
        again, _ = run("demo", "--once", "--workers", "2", "--out", str(Path(folder) / "two"))
        yield Row("rehearsal, two worker processes", again, "s", "", "decode spread over sources")
        spent, _ = run("audit", str(root / "A"))
        yield Row("audit of the sealed day", spent, "s", "", "both logs checked and the day folded again")
        done = subprocess.run(
            [sys.executable, "-c", STEPS, str(root / "A")], check=True, capture_output=True, text=True
        )
        held = dict(line.rsplit(" ", 1) for line in done.stdout.splitlines())
        size = f"{int(held['records']):,} records, {int(held['observations']):,} observations"
        for step, said in SAID.items():
            yield Row(f"seal: {step}", float(held[step]), "s", "", f"{said}; {size}")
