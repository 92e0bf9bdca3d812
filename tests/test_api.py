"""The public functions: read, track, viewshed, coverage, judge, audit."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

import truceline
from tests.centre.stamped import fire, fires
from truceline.api import judge
from truceline.centre.config import grid_of
from truceline.centre.part import settings_of
from truceline.centre.terrain_log import terrain_at
from truceline.terms.faults import Refusal
from truceline.terms.place import Site, to_grid
from truceline.terms.time import NS_PER_S, parse_day
from truceline.verify.judge import Material


def test_what_the_page_names_is_there() -> None:
    for name in ("Lane", "Sensor", "audit", "coverage", "judge", "read", "road_lines", "track", "viewshed"):
        assert callable(getattr(truceline, name)), name
    with pytest.raises(AttributeError, match="no attribute 'fly'"):
        _ = truceline.fly  # type: ignore[attr-defined]
    assert truceline.__version__


def test_they_load_on_first_use_and_import_costs_nothing() -> None:
    code = (
        "import sys, truceline\n"
        "assert 'numpy' not in sys.modules\n"
        "for name in ('coverage', 'judge', 'audit'):\n    assert callable(getattr(truceline, name)), name\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_read(tmp_path: Path, data_dir: Path) -> None:
    (tmp_path / "fires.csv").write_bytes(fires(fire(), fire(lat="95")))
    found = truceline.read(tmp_path / "fires.csv")
    assert (found.records, found.observations.num_rows, len(found.faults), found.watches) == (1, 1, 1, [])
    assert found.observations.schema.field("lat_deg").metadata[b"unit"] == b"deg"
    with pytest.raises(Refusal, match="cannot read"):
        truceline.read(tmp_path / "nothing")
    with pytest.raises(Refusal, match="no technical means is called"):
        truceline.read(tmp_path / "fires.csv", "radar")
    capture = data_dir / "asterix" / "argentina" / "cba_010626.pcap"
    radar = truceline.read(str(capture), site=Site(-31.31, -64.21, 500.0))
    assert radar.observations.num_rows == 3_803
    assert len(radar.watches) == 2


def sensors_of(day: Any) -> list[truceline.Sensor]:
    """The day's radars and receivers as a notebook would declare them."""
    found = []
    for source in day.sources:
        site = source.site or Site(day.theatre.lat_deg, day.theatre.lon_deg)
        east, north = to_grid(day.theatre, np.array([site.lat_deg]), np.array([site.lon_deg]))
        found.append(
            truceline.Sensor(
                source.name, float(east[0]), float(north[0]), site.height_m,
                range_sigma_m=source.accuracy.range_m, azimuth_sigma_rad=source.accuracy.azimuth_rad,
                max_range_m=source.detection.range_m,
                scan_period_s=source.detection.look_s if source.means == "asterix" else 0.0,
            )
        )  # fmt: skip
    return found


def test_track_follows_what_a_day_observed(rehearsal: Any) -> None:
    day = rehearsal.days[0]
    asked = [day.start_ns + n * 600 * NS_PER_S for n in range(5)]
    found = truceline.track(day.observations.to_arrow(), sensors_of(day), asked)
    assert set(found["time_ns"].to_pylist()) <= set(asked)
    assert found.num_rows > 5
    pairs = list(zip(found["time_ns"].to_pylist(), found["track_id"].to_pylist(), strict=True))
    assert len(set(pairs)) == len(pairs)
    assert truceline.track(day.observations, sensors_of(day), []).num_rows == 0


def test_coverage_and_judge_give_what_the_fold_gave(rehearsal: Any) -> None:
    day = rehearsal.days[0]
    grid = grid_of(settings_of(rehearsal.part("A")))
    period = (day.start_ns, day.end_ns)
    ground = terrain_at(day.records, settings_of(rehearsal.part("A")), day.known_ns)
    found = truceline.coverage(day.watches, ground, grid, period, sensors=day.sources, theatre=day.theatre)
    assert np.array_equal(found.probability, day.coverage.probability)
    material = Material(
        day.sources, day.theatre, day.observations, day.air, day.events, found,
        tuple(record.content for record in day.records), day.start_ns, day.end_ns, day.known_ns,
        tuple(record.body for record in day.records if record.kind == "notice"),
    )  # fmt: skip
    findings = judge(day.agreement, material, parse_day(day.day))
    assert [item.id for item in findings] == [item.id for item in day.findings]


def test_viewshed() -> None:
    flat = truceline.viewshed(np.zeros((21, 21), np.float32), 100.0, 10, 10, 10.0)
    assert flat.shape == (21, 21)
    assert flat.dtype == np.float32


def test_audit(rehearsal: Any, tmp_path: Path) -> None:
    result = truceline.audit(rehearsal.part("B"))
    assert (result.same, result.pinned, result.path) == (True, False, str(rehearsal.part("B")))
    with pytest.raises(Refusal, match="quorum"):
        truceline.audit(rehearsal.part("B"), policy=b"")
    with pytest.raises(Refusal, match="neither"):
        truceline.audit(tmp_path / "nothing")
    assert msgspec.json.decode(msgspec.json.encode(result))["days"] == ["2020-11-20"]
