"""A small rehearsal that the tests share: 100 minutes, one crossing that both radars see, officers, a torn feed."""

from __future__ import annotations

from pathlib import Path

import msgspec

from truceline.centre.shipped import agreement_bytes
from truceline.centre.spread import Spread, in_order
from truceline.exercise.rehearsal import rehearse
from truceline.exercise.script import Body, Script, read_script
from truceline.report.day import Day

CROSSING = "2020-11-19T21:08:00Z"
COMPLAINT = {
    "party": "AZE",
    "clause": "1.air",
    "text": "an aircraft without lights was heard over Agdam",
    "start": "2020-11-19T21:10:00Z",
    "end": "2020-11-19T21:30:00Z",
    "place": "Agdam",
}


class Rehearsed(msgspec.Struct, frozen=True):
    """Where it lies and what both parts sealed. Read it; copy it before changing anything."""

    root: Path
    days: tuple[Day, ...]

    def part(self, name: str = "A") -> Path:
        return self.root / name


def small_script(seed: int = 0) -> Script:
    """The shipped scenario cut to its first 100 minutes, its seen crossing moved into them."""
    script = read_script("karabakh-2020")
    flights = tuple(
        msgspec.structs.replace(flight, start=CROSSING, until="")
        for flight in script.flight
        if flight.name == "silent-seen"
    )
    clocks = tuple(
        msgspec.structs.replace(clock, duplicates=0.05, torn=clock.torn and 0.004) for clock in script.clock
    )
    bodies = tuple(body for body in script.body if body.kind in ("agreement", "notice"))
    report = next(body for body in script.body if body.source == "patrol-A")
    told = Body("2020-11-19T21:40:00Z", report.source, "raw", _moved(report.document))
    complaint = Body("2020-11-19T21:50:00Z", "AZE", "statement", dict(COMPLAINT))
    return msgspec.structs.replace(
        script,
        seed=script.seed + seed,
        end="2020-11-19T22:05:00Z",
        traffic=msgspec.structs.replace(script.traffic, flights=8),
        flight=flights,
        outage=(),
        clock=clocks,
        satellite_pass=script.satellite_pass[:1],
        body=(*bodies, told, complaint),
    )


def _moved(document: dict[str, object]) -> dict[str, object]:
    text = msgspec.json.encode(document).replace(b"2020-11-20T04:", b"2020-11-19T21:")
    return msgspec.json.decode(text, type=dict[str, object])


def run_small(out: Path, script: Script | None = None, spread: Spread = in_order) -> tuple[Day, ...]:
    """Run it and return what both parts sealed."""
    chosen = script or small_script()
    return rehearse(chosen, out, agreement_bytes(chosen.agreement), frozenset(), spread, lambda _: None)
