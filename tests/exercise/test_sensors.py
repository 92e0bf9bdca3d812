"""What sensors would have measured: with the declared accuracy, as often as booked, never while silent."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import numpy as np
import pytest

from truceline.exercise.script import Outage, Script, read_script
from truceline.exercise.sensors import adsb_rows, radar_rows
from truceline.exercise.world import Path, paths
from truceline.means.observations import KIND
from truceline.means.source import Source
from truceline.terms.faults import Broken
from truceline.terms.place import Theatre, grid_to_polar, to_grid
from truceline.terms.time import NS_PER_S, parse_time

FULL = read_script("karabakh-2020")
SCRIPT = msgspec.structs.replace(
    FULL,
    end="2020-11-19T22:25:00Z",
    traffic=msgspec.structs.replace(FULL.traffic, flights=10),
    flight=(),
    outage=(
        Outage("R1", "2020-11-19T21:00:00Z", "2020-11-19T21:20:00Z"),
        Outage("R2", "2020-11-20T14:00:00Z", "2020-11-20T17:00:00Z"),
    ),
)
WAYS = paths(SCRIPT)


def source(name: str, script: Script = SCRIPT) -> Source:
    return next(item for item in script.source if item.name == name)


@pytest.fixture(scope="module")
def plots() -> Any:
    return radar_rows(SCRIPT, source("R2"), WAYS, 1)


def test_plots_scatter_as_declared(plots: Any) -> None:
    rows, _ = plots
    radar, theatre = source("R2"), Theatre(SCRIPT.lat_deg, SCRIPT.lon_deg)
    begin = parse_time(SCRIPT.start)
    assert radar.site is not None
    off_range, off_azimuth = [], []
    for way in WAYS:
        mine = rows.take(rows["address"] == way.address)
        east, north, height = way.at((mine["time_ns"] - begin) / NS_PER_S)
        range_m, azimuth, _ = grid_to_polar(theatre, radar.site, east, north, height)
        off_range += (mine["range_m"] - range_m).tolist()
        off_azimuth += ((mine["azimuth_rad"] - azimuth + math.pi) % (2 * math.pi) - math.pi).tolist()
    assert len(off_range) > 1_000
    assert np.mean(off_range) == pytest.approx(0.0, abs=5.0)
    assert np.std(off_range) == pytest.approx(radar.accuracy.range_m, rel=0.06)
    assert np.std(off_azimuth) == pytest.approx(radar.accuracy.azimuth_rad, rel=0.06)


def test_the_beam_points_where_the_plot_is(plots: Any) -> None:
    rows, _ = plots
    turn_s = source("R2").detection.look_s
    phase = ((rows["time_ns"] - parse_time(SCRIPT.start)) / NS_PER_S) % turn_s / turn_s
    off = (phase - rows["azimuth_rad"] / (2 * math.pi) + 0.5) % 1.0 - 0.5
    assert np.abs(off).max() < 0.02


def test_false_plots_come_as_often_as_scripted(plots: Any) -> None:
    rows, _ = plots
    turns = (parse_time(SCRIPT.end) - parse_time(SCRIPT.start)) / NS_PER_S / source("R2").detection.look_s
    clutter = next(item for item in SCRIPT.clutter if item.source == "R2")
    false = int((rows["kind"] == KIND["plot"]).sum())
    assert false == pytest.approx(clutter.per_turn * turns, rel=0.1)


def test_nothing_is_seen_in_an_outage_and_the_watch_says_so() -> None:
    rows, watches = radar_rows(SCRIPT, source("R1"), WAYS, 0)
    silent = (parse_time("2020-11-19T21:00:00Z"), parse_time("2020-11-19T21:20:00Z"))
    assert not ((rows["time_ns"] >= silent[0]) & (rows["time_ns"] < silent[1])).any()
    assert [(watch.start_ns, watch.end_ns) for watch in watches] == [
        (parse_time(SCRIPT.start), silent[0]),
        (silent[1], parse_time(SCRIPT.end)),
    ]


def test_an_outage_after_the_scripts_end_changes_nothing(plots: Any) -> None:
    _, watches = plots
    assert [(watch.start_ns, watch.end_ns) for watch in watches] == [
        (parse_time(SCRIPT.start), parse_time(SCRIPT.end))
    ]


def test_messages_come_at_the_standards_rates() -> None:
    rows, _ = adsb_rows(SCRIPT, source("ADSB-1"), WAYS, 2)
    kinds = rows["kind"]
    positions, others = int((kinds == KIND["position"]).sum()), int((kinds == KIND["identity"]).sum())
    assert others / positions == pytest.approx(2.2 / 2.0, rel=0.05)
    assert (rows["simulated"] == False).all()  # noqa: E712 - the source's mark is laid on at the fold
    assert (rows["address"] >= 0).all()


def test_nothing_is_heard_beyond_the_horizon_or_range() -> None:
    low = msgspec.structs.replace(
        source("ADSB-1"), detection=msgspec.structs.replace(source("ADSB-1").detection, range_m=30_000.0)
    )
    assert low.site is not None
    rows, _ = adsb_rows(SCRIPT, low, WAYS, 2)
    placed = rows.take(rows["kind"] == KIND["position"])
    theatre = Theatre(SCRIPT.lat_deg, SCRIPT.lon_deg)
    east, north = to_grid(theatre, placed["lat_deg"], placed["lon_deg"])
    range_m, _, _ = grid_to_polar(theatre, low.site, east, north, placed["pressure_altitude_m"])
    assert range_m.max() <= 30_001.0


def test_an_empty_sky_still_has_a_watch() -> None:
    none: tuple[Path, ...] = ()
    quiet = msgspec.structs.replace(SCRIPT, clutter=())
    rows, watches = radar_rows(quiet, source("R2"), none, 1)
    assert (len(rows), len(watches)) == (0, 1)
    rows, watches = adsb_rows(quiet, source("ADSB-1"), none, 2)
    assert (len(rows), len(watches)) == (0, 1)


def test_a_sensor_without_a_site_is_broken() -> None:
    with pytest.raises(Broken, match="has no site"):
        radar_rows(SCRIPT, msgspec.structs.replace(source("R1"), site=None), WAYS, 0)
