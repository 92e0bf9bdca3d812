"""The truth of a rehearsal, kept apart from every log: what happened, for scoring and for people who look back."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from truceline.exercise.script import Script
from truceline.exercise.world import Path
from truceline.terms.time import NS_PER_S, format_time, parse_time


def truth_of(script: Script, ways: Sequence[Path]) -> bytes:
    """Return the truth as JSON lines marked EXERCISE: one line a flight, a fire, an outage."""
    opened = parse_time(script.start)
    lines: list[dict[str, object]] = [{"exercise": script.name, "seed": script.seed, "mark": "EXERCISE"}]
    for way in ways:
        lines.append(
            {
                "kind": "flight",
                "name": way.name,
                "address": f"{way.address:06x}" if way.address >= 0 else "",
                "start": format_time(opened + round(float(way.time_s[0]) * NS_PER_S)),
                "end": format_time(opened + round(float(way.time_s[-1]) * NS_PER_S)),
                "highest_m": round(float(np.max(way.height_m))),
                "rcs_m2": way.rcs_m2,
            }
        )
    for group in ("fire", "outage"):
        for item in getattr(script, group):
            lines.append({"kind": group, **msgspec.to_builtins(item)})
    return b"".join(msgspec.json.encode(line) + b"\n" for line in lines)
