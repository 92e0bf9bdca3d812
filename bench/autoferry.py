"""The ground lane on the Autoferry set: a ferry's radar, lidar and cameras against boats with satellite positioning.

    python -m bench.autoferry            prints GOSPA per scenario, for radar alone, with lidar, with the cameras' bearings

    <scenario>_detections.json   [{"sensorID": 1 lidar | 2 radar | 3 infrared | 4 optical, "time": s,
                                   "ownshipPosition": [north, east], "measurement": [[north..], [east..]] from own ship,
                                   or bearings in rad}, ...]
    <scenario>_groundTruth.json  per detection the boats: [{"targetID", "position": [north, east, 0], "time"}, ...]

GOSPA: p 2, alpha 2, c 30 m. Boats without positioning are in the data and no truth: what follows them counts as false.
Source: Helgesen, Vasstein, Brekke, Stahl 2022, Heterogeneous multi-sensor tracking for an autonomous surface vehicle in a
littoral environment (Ocean Engineering); data CC0.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bench import Row
from bench.real_captures import data_folder
from truceline.exercise.gospa import ELLIPSE_90, matching, nees
from truceline.means.observations import KIND, OBSERVATIONS
from truceline.means.source import Accuracy, Detection, Source
from truceline.picture.air import present, start_at, step
from truceline.picture.ground import GROUND, GROUND_BANK
from truceline.terms.columns import Columns
from truceline.terms.place import Theatre

Floats = npt.NDArray[np.float64]
THEATRE = Theatre(63.4389029083, 10.39908278)
CUT_M = 30.0
SETTLED_S = 10.0
LIDAR, RADAR, INFRARED, OPTICAL = 1, 2, 3, 4
# boats are longer than the sensors are vague: the sigma is that of where on the hull a detection falls
POSITION_M = {LIDAR: 6.0, RADAR: 9.0}
BEARING_RAD = 0.06
LOOK_S = {LIDAR: 0.504, RADAR: 1.679, INFRARED: 0.117, OPTICAL: 0.2}
CEILING = {LIDAR: 0.7, RADAR: 0.9, INFRARED: 0.5, OPTICAL: 0.8}
USES = {
    "radar": (RADAR,),
    "radar, lidar": (RADAR, LIDAR),
    "radar, lidar, cameras": (RADAR, LIDAR, INFRARED, OPTICAL),
}


@dataclass(frozen=True, eq=False)
class Scenario:
    """One run: observations of all four sensors, the ferry's mean place, and the boats (time, n, 2) in metres."""

    number: int
    observations: Columns
    place: tuple[float, float]
    times_ns: npt.NDArray[np.int64]
    boats: Floats


def sources() -> tuple[Source, ...]:
    """Lidar, radar, infrared and optical camera, in this order."""
    held = []
    for sensor, name in ((LIDAR, "lidar"), (RADAR, "radar"), (INFRARED, "infrared"), (OPTICAL, "optical")):
        detection = Detection(
            range_m=1_000.0 if sensor == RADAR else 150.0,
            ceiling=CEILING[sensor],
            look_s=LOOK_S[sensor],
            ground=True,
        )
        accuracy = Accuracy(position_m=POSITION_M.get(sensor, 10.0), azimuth_rad=BEARING_RAD, time_s=0.0)
        held.append(Source(name, name, accuracy=accuracy, detection=detection))
    return tuple(held)


def scenarios(folder: Path) -> Iterator[Scenario]:
    """Every scenario that is there, by number."""
    found = sorted((folder / "tracking" / "autoferry").glob("scenario*"), key=lambda path: int(path.name[8:]))
    for path in found:
        seen, truth = (
            json.loads((path / f"{path.name}_{part}.json").read_text(encoding="utf-8"))
            for part in ("detections", "groundTruth")
        )
        own = np.array([part["ownshipPosition"] for part in seen])
        boats = np.array([[boat["position"][1::-1] for boat in row] for row in truth])
        times = np.array([_nanoseconds(part["time"]) for part in seen])
        place = (float(own[:, 1].mean()), float(own[:, 0].mean()))
        yield Scenario(int(path.name[8:]), _observations(seen), place, times, boats)


def _nanoseconds(seconds: float) -> int:
    return round(seconds * 1e6) * 1000


def _observations(seen: list[dict[str, Any]]) -> Columns:
    """Every detection as one row on the grid (east, north from the set's origin)."""
    rows: list[tuple[int, int, int, float, float, float]] = []
    for part in seen:
        sensor, time = part["sensorID"], _nanoseconds(part["time"])
        north, east = part["ownshipPosition"]
        if sensor in POSITION_M:
            for away in np.array(part["measurement"], dtype=float).reshape(2, -1).T:
                rows.append((time, sensor - 1, KIND["plot"], east + away[1], north + away[0], math.nan))
        else:
            for bearing in np.atleast_1d(np.array(part["measurement"], dtype=float)).ravel():
                rows.append((time, sensor - 1, KIND["bearing"], east, north, float(bearing)))
    time, source, kind, east, north, azimuth = (np.array([row[k] for row in rows]) for k in range(6))
    sigma2 = np.array([POSITION_M.get(sensor, math.nan) ** 2 for sensor in (source + 1).tolist()])
    return OBSERVATIONS.build(
        len(rows),
        {
            "seq": np.arange(len(rows)), "time_ns": time, "source": source, "kind": kind, "east_m": east,
            "north_m": north, "azimuth_rad": azimuth, "cov_ee_m2": sigma2, "cov_en_m2": 0.0 * sigma2,
            "cov_nn_m2": sigma2,
        },
    ).sort(("time_ns", "source", "seq"))  # fmt: skip


@dataclass(frozen=True)
class Result:
    """Means over a scenario: GOSPA of a moment, error of matched boats, boats missed and tracks of no boat a moment."""

    gospa_m: float
    error_m: float
    missed: float
    false: float
    inside_90: float
    ids: float


def run(scenario: Scenario, uses: tuple[int, ...]) -> Result:
    """Track one scenario with these sensors and compare every second with the boats."""
    held = sources()
    observations = scenario.observations.take(np.isin(scenario.observations["source"] + 1, uses))
    state = start_at(held, [scenario.place] * len(held), (), THEATRE, GROUND, GROUND_BANK, "ground")
    low, squares, errors, inside, names = 0, [], [], [], [set(), set()]
    missed = false = 0
    first, last = int(scenario.times_ns[0]), int(scenario.times_ns[-1])
    moments = np.arange(first + round(SETTLED_S * 1e9), last, 1_000_000_000)
    for moment in moments.tolist():
        high = int(np.searchsorted(observations["time_ns"], moment, side="right"))
        state, low = step(state, observations.take(slice(low, high))), high
        picture = present(state, moment)
        shown = picture.states
        boats = scenario.boats[int(np.searchsorted(scenario.times_ns, moment, side="right")) - 1]
        places = np.column_stack([shown["east_m"], shown["north_m"]])
        true, track, square = matching(boats, places, CUT_M)
        missed, false = missed + len(boats) - len(true), false + len(places) - len(true)
        squares.append(square.sum() + CUT_M**2 / 2 * (len(boats) + len(places) - 2 * len(true)))
        errors.extend(square)
        own = np.column_stack([shown[name][track] for name in ("cov_ee_m2", "cov_en_m2", "cov_nn_m2")])
        inside.extend(nees(places[track] - boats[true], own) < ELLIPSE_90)
        for boat, row in zip(true, track, strict=True):
            names[boat].add(picture.tracks["id"][shown["track"][row]])
    count = len(moments)
    return Result(
        math.sqrt(np.mean(squares)),
        math.sqrt(np.mean(errors)),
        missed / count,
        false / count,
        float(np.mean(inside)),
        float(np.mean([len(part) for part in names])),
    )


def rows() -> Iterator[Row]:
    """GOSPA per scenario and sensors."""
    for scenario in scenarios(data_folder()):
        for name, uses in USES.items():
            result = run(scenario, uses)
            note = (
                f"matched {result.error_m:.1f} m, missed {result.missed:.2f} of {scenario.boats.shape[1]}, false "
                f"{result.false:.2f}, 90 % ellipses {100 * result.inside_90:.0f} %, {result.ids:.1f} ids a boat"
            )
            yield Row(f"autoferry: GOSPA, scenario {scenario.number}, {name}", result.gospa_m, "m", "", note)


if __name__ == "__main__":
    for row in rows():
        print(f"{row.what:62s} {row.value:6.1f} {row.unit}   {row.note}")
