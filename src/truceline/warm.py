"""Compile the Numba kernels into their cache by running a small rehearsal through the whole stair.

``python -m truceline.warm``; ``make install`` calls it, so that the first real run starts at once.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import msgspec

from truceline.centre.fold import fold_day
from truceline.centre.shipped import agreement_bytes
from truceline.cli.telling import Progress
from truceline.exercise.rehearsal import everything, mirror, prepare, take_in
from truceline.exercise.script import Script, read_script
from truceline.terms.time import parse_time


def short_script() -> Script:
    """Return the rehearsal cut to its first hour, with few flights."""
    script = read_script("karabakh-2020")
    traffic = msgspec.structs.replace(script.traffic, flights=6)
    bodies = tuple(body for body in script.body if body.kind == "agreement")
    return msgspec.structs.replace(
        script, end="2020-11-19T21:40:00Z", traffic=traffic, body=bodies, officer=()
    )


def main() -> None:
    """Run it, saying so."""
    progress = Progress()
    progress("compiling the kernels (once for each machine)")
    with tempfile.TemporaryDirectory(prefix="truceline-warm-") as folder:
        script = short_script()
        sent, _ = everything(script, frozenset(), lambda _: None)
        parts = prepare(script, Path(folder), agreement_bytes(script.agreement))
        try:
            take_in(script, parts, sent, 0, len(sent))
            mirror(parts)
            fold_day(parts.parts[0].records(), "A", known_ns=parse_time(script.end))
        finally:
            parts.close()
    progress("kernels compiled")


if __name__ == "__main__":
    main()
