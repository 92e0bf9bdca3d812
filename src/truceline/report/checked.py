"""Checks as a sheet: what was odd about claims and silent aircraft, on which statistic, and where that could not be told."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from truceline.picture.checks.check import check_id
from truceline.report.day import Day
from truceline.report.sheet import Field, list_field, number_field, objects, text_field, times
from truceline.terms.place import to_geographic

Array = npt.NDArray[Any]
EVIDENCE = "content#item of every observation it rests on: hash of the record, offset in its body"


def checks_of(day: Day, mark: str, marked: str) -> tuple[tuple[Field, ...], Array]:
    """Return one row per check, with its evidence; ``mark`` is the day's mark, ``marked`` what that column means."""
    found = day.checks
    lat, lon = to_geographic(
        day.theatre, np.array([c.east_m for c in found], float), np.array([c.north_m for c in found], float)
    )
    contents = [record.content for record in day.records]
    seqs, items = day.observations["seq"], day.observations["item"]
    proof = [[f"{contents[int(seqs[row])]}#{int(items[row])}" for row in c.evidence] for c in found]
    fields = (
        text_field("id", [check_id(c) for c in found], "content id of the check"),
        text_field(
            "kind",
            [c.kind for c in found],
            "dark, shifted, impossible, duplicate, ghost, interference, impeded",
        ),
        text_field("state", [c.state for c in found], "flag, or not assessable: it could not have been told"),
        text_field("reason", [c.reason for c in found], "what is odd, or why it could not be told"),
        Field("time", times([c.time_ns for c in found]), "", "when the evidence sufficed, UTC"),
        Field("start_time", times([c.from_ns for c in found]), "", "start of what it speaks of, UTC"),
        Field("end_time", times([c.to_ns for c in found]), "", "end of what it speaks of, UTC"),
        text_field("track", [c.track for c in found], "id of the track"),
        text_field(
            "address",
            ["" if c.address < 0 else f"{c.address:06X}" for c in found],
            "24-bit aircraft address, hexadecimal",
        ),
        number_field("statistic", np.array([c.statistic for c in found], float), "", "the test's statistic"),
        number_field("threshold", np.array([c.threshold for c in found], float), "", "what it had to reach"),
        list_field("evidence", proof, EVIDENCE),
        text_field("exercise", [mark] * len(found), marked),
    )
    places = [
        shapely.Point(x, y) if np.isfinite(x) else None
        for x, y in zip(lon.tolist(), lat.tolist(), strict=True)
    ]
    return fields, objects(places)
