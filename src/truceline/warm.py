"""Compile the Numba kernels into their cache by running a small rehearsal through the whole stair.

``python -m truceline.warm``; ``make install`` calls it, so that the first real run starts at once.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec

from truceline.centre.config import Config, theatre_of
from truceline.centre.fold import fold_day, watched
from truceline.centre.inputs import canonical_order, decode
from truceline.centre.locate import locate
from truceline.centre.shipped import agreement_bytes
from truceline.cli.telling import Progress
from truceline.exercise.rehearsal import Parts, everything, mirror, prepare, take_in
from truceline.exercise.script import Body, Script, read_script
from truceline.exercise.sensors import adsb_rows, radar_rows
from truceline.exercise.world import paths
from truceline.means.observations import OBSERVATIONS
from truceline.picture.air import fold_air
from truceline.picture.public import track
from truceline.picture.sensor import Sensor
from truceline.terms.columns import concat
from truceline.terms.faults import Broken
from truceline.terms.time import parse_time

# two sightings that the event lane may link, and a look that found nothing
REPORTS = ("A-01", "B-01", "A-06")


def short_script() -> Script:
    """Return the rehearsal cut to its first hour, with few flights and a report of each form."""
    script = read_script("karabakh-2020")
    traffic = msgspec.structs.replace(script.traffic, flights=6)
    told = [body for body in script.body if body.document.get("report") in REPORTS]
    bodies = (*(body for body in script.body if body.kind == "agreement"), *map(_in_the_first_hour, told))
    return msgspec.structs.replace(
        script, end="2020-11-19T22:00:00Z", traffic=traffic, body=bodies, officer=()
    )


def _in_the_first_hour(body: Body) -> Body:
    text = re.sub(rb"2020-11-20T\d\d:", b"2020-11-19T21:", msgspec.json.encode(body))
    return msgspec.json.decode(text, type=Body)


def picture_kernels(script: Script) -> None:
    """Fold the air lane of plots made directly from the world: no wire, no log."""
    config = Config(source=script.source)
    ways = paths(script)
    rows = []
    for number, source in enumerate(script.source[:3]):
        made = radar_rows if source.means == "asterix" else adsb_rows
        observed, _ = made(script, source, ways, number)
        rows.append(locate(observed.put(source=number), source, theatre_of(config)))
    observations = concat(OBSERVATIONS, rows).sort(["time_ns", "source", "item"])
    fold_air(observations, config.source, theatre_of(config))
    radar = Sensor(
        "radar", 0.0, 0.0, range_sigma_m=50.0, azimuth_sigma_rad=0.002, max_range_m=2e5, scan_period_s=4.0
    )
    track({"time_ns": [0], "range_m": [1e4], "azimuth_rad": [0.0]}, [radar], [0])


def wire_kernels(script: Script, parts: Parts) -> None:
    """Write and read the wire, and fold coverage."""
    sent, _ = everything(script, frozenset(), lambda _: None)
    take_in(script, parts, sent, 0, len(sent))
    mirror(parts)
    first = parts.parts[0]
    period = (parse_time(script.start), parse_time(script.end))
    raw = [record for record in canonical_order(first.records()) if record.kind == "raw"]
    watched(decode(raw, first.config, *period).watches, first.config, *period)


def main(steps: list[str]) -> None:
    """Compile in two processes side by side, then fold once for what is left."""
    script = short_script()
    if steps == ["picture"]:
        picture_kernels(script)
        return
    progress = Progress()
    progress("compiling the kernels (once for each machine)")
    beside = subprocess.Popen([sys.executable, "-m", "truceline.warm", "picture"])
    with tempfile.TemporaryDirectory(prefix="truceline-warm-") as folder:
        parts = prepare(script, Path(folder), agreement_bytes(script.agreement))
        try:
            wire_kernels(script, parts)
            progress("wire and coverage compiled")
            if beside.wait():
                raise Broken("the picture's kernels did not compile", where="truceline.warm")
            progress("picture compiled")
            fold_day(parts.parts[0].records(), "A", known_ns=parse_time(script.end))
        finally:
            beside.kill()
            parts.close()
    progress("kernels compiled")


if __name__ == "__main__":
    main(sys.argv[1:])
