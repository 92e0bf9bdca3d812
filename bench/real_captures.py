"""Real captures for the picture: two radars' plots and four lists of broadcasts, located on a grid of their own.

The files are read where they lie (``TRUCELINE_DATA``); what is absent is left out. Neither radar's capture states where
the radar stands: the places are given by hand, as an operator would.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from truceline.centre.locate import locate
from truceline.means import adsb, flights
from truceline.means.asterix import MEANS as ASTERIX
from truceline.means.means import Input
from truceline.means.observations import KIND, OBSERVATIONS
from truceline.means.source import Accuracy, Detection, Source
from truceline.terms.columns import Columns
from truceline.terms.place import Site, Theatre

ROOT = Path(__file__).resolve().parents[1]
STAMP_NS = 1_780_323_180_000_000_000
SECOND = 1_000_000_000


@dataclass(frozen=True, eq=False)
class Capture:
    """One file's observations on a grid; ``name_of`` is the column that tells flights apart."""

    name: str
    file: str
    observations: Columns
    source: Source
    theatre: Theatre
    name_of: str
    turn_s: float

    def placed(self) -> npt.NDArray[np.bool_]:
        """Which rows the picture may use for tracks: reports with a place, no identities; what came twice, once."""
        o = self.observations
        held = np.flatnonzero(np.isfinite(o["east_m"]) & (o["kind"] != KIND["identity"]))
        told = np.column_stack([o[name][held] for name in ("time_ns", "east_m", "north_m", self.name_of)])
        first = np.unique(told, axis=0, return_index=True)[1]
        placed = np.zeros(len(o), dtype=np.bool_)
        placed[held[first]] = True
        return placed

    def named(self) -> npt.NDArray[np.bool_]:
        """Which of them state a name (code 0 is no name)."""
        return self.placed() & (self.observations[self.name_of] > 0)


def data_folder() -> Path:
    """The folder of real captures: $TRUCELINE_DATA, else ../shared/data beside the project."""
    return Path(os.environ.get("TRUCELINE_DATA") or ROOT.parent / "shared" / "data")


def radars(folder: Path) -> Iterator[Capture]:
    """The two radar captures; rotation declared 4 and 5 s."""
    for name, file, site, turn_s in (
        ("Argentina", "asterix/argentina/cba_010626.pcap", Site(-31.31, -64.21, 500.0), 4.0),
        ("Jahorina", "asterix/misc/Jahorina.raw", Site(43.73, 18.56, 1900.0), 5.0),
    ):
        if (folder / file).is_file():
            source = Source(name, "asterix", site=site, detection=Detection(range_m=470_000.0, look_s=turn_s))
            reading = ASTERIX.decode([Input(0, STAMP_NS, (folder / file).read_bytes())], source)
            yield located(name, file, reading.observations, source, "squawk", turn_s)


def broadcasts(folder: Path) -> Iterator[Capture]:
    """Lists of broadcasts with many aircraft, and single flights known for their faults."""
    for name, file in (
        ("quickstart", "adsb/traffic_samples/collections/quickstart.json.gz"),
        ("firefighting", "adsb/traffic_samples/firefighting/calfire.json.gz"),
        ("refuelling", "adsb/traffic_samples/military/inflight_refuelling.json.gz"),
        ("noisy times", "adsb/traffic_samples/noisy/noisy_time_issue.json.gz"),
        ("noisy landing", "adsb/traffic_samples/noisy/noisy_landing.json.gz"),
    ):
        if (folder / file).is_file():
            source = Source(name, "flights")
            reading = flights.decode([Input(0, STAMP_NS, (folder / file).read_bytes())], source)
            yield located(name, file, reading.observations, source, "address", 1.0)
    file = "adsb/modes_raw/full_flight_short.jsonl.gz"
    if (folder / file).is_file():
        source = Source("raw frames", "adsb")
        reading = adsb.decode([Input(0, STAMP_NS, (folder / file).read_bytes())], source)
        yield located("raw frames", file, reading.observations, source, "address", 1.0)
    file = "tracking/OpenSky_Plane_States.csv"
    if (folder / file).is_file():
        source = Source("OpenSky", "flights", accuracy=Accuracy(position_m=50.0))
        yield located("OpenSky", file, state_vectors(folder / file), source, "address", 10.0)


def state_vectors(path: Path) -> Columns:
    """Rows of a list of state vectors in CSV; a place bears the time it was heard, repeated ones count once."""
    held = {}
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            held[row["icao24"], row["lastposupdate"]] = row
    rows = list(held.values())

    def column(name: str) -> npt.NDArray[np.float64]:
        return np.array([float(row[name] or "nan") for row in rows])

    return OBSERVATIONS.build(
        len(rows),
        {
            "item": np.arange(len(rows)),
            "kind": np.full(len(rows), KIND["position"]),
            "time_ns": np.round(column("lastposupdate") * 1e3).astype(np.int64) * (SECOND // 1000),
            "lat_deg": column("lat"),
            "lon_deg": column("lon"),
            "pressure_altitude_m": column("baroaltitude"),
            "vel_east_mps": column("x_speed"),
            "vel_north_mps": column("y_speed"),
            "address": np.array([int(row["icao24"], 16) for row in rows]),
            "label": np.array([row["callsign"].strip().encode() for row in rows]),
        },
    )


def located(
    name: str, file: str, rows: Columns, source: Source, name_of: str, turn_s: float
) -> Capture:  # fmt: skip
    """The rows on a grid round the source's site, or round the middle of the places they state."""
    if source.site is not None:
        theatre = Theatre(source.site.lat_deg, source.site.lon_deg)
    else:
        middle = [round(float(np.nanmedian(rows[column])), 1) for column in ("lat_deg", "lon_deg")]
        theatre = Theatre(*middle)
    put = locate(rows.put(source=0), source, theatre).sort(("time_ns", "item"))
    return Capture(name, file, put, source, theatre, name_of, turn_s)
