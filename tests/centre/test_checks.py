"""The checks of a whole centre: liars of a simulated theatre, the rehearsal's silent crossing, and real traffic."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from tests.picture.checks.liars import World, world
from tests.rehearsed import small_script
from truceline.centre.checks import _hearing, _radars, checks_of
from truceline.centre.fold import findings_of
from truceline.centre.inputs import Decoded, config_at
from truceline.centre.locate import locate
from truceline.centre.seal import findings_digest
from truceline.exercise.world import paths
from truceline.means.means import Input
from truceline.means.registry import named
from truceline.means.source import Source
from truceline.picture.checks.check import DEFAULT, FLAG, Check
from truceline.picture.checks.claims import claims_of
from truceline.picture.checks.motion import motion
from truceline.terms.place import Theatre
from truceline.terms.time import NS_PER_S, parse_time

NEAR_M = 5_500.0  # a plot without height, near its radar, lies so far from the truth


class Score(msgspec.Struct, frozen=True):
    """Seconds from when it could be told to the flag, inf never, of each case; false flags; hours."""

    dark_s: tuple[float, ...]
    shifted_s: tuple[float, ...]
    ghost_s: tuple[float, ...]
    false: tuple[Check, ...]
    hours: float


def score(held: World) -> Score:
    found = checks_of(held.observations, held.picture, held.watches, held.sources, held.theatre)
    flags = [check for check in found if check.state == FLAG]
    own: set[int] = set()
    dark = [_dark(held, name, flags, own) for name in held.silent]
    shifted, ghost = [], []
    sure = sure_of(held)
    for address, (since_s, _) in held.lying.items():
        mine = [n for n, check in enumerate(flags) if check.address == address]
        own.update(mine)
        _dark(held, next(way.name for way in held.ways if way.address == address), flags, own)
        begun = held.start_ns + round(since_s * NS_PER_S)
        told = [flags[n].time_ns for n in mine if flags[n].kind == "shifted"]
        shifted.append((min(told) - begun) / 1e9 if told else np.inf)
    for address in held.invented:
        mine = [n for n, check in enumerate(flags) if check.address == address]
        own.update(mine)
        when = held.observations["time_ns"][(held.observations["address"] == address) & sure]
        if len(when) >= 20:
            told = [flags[n].time_ns for n in mine if flags[n].kind == "ghost"]
            ghost.append((min(told) - when.min()) / 1e9 if told else np.inf)
    false = tuple(check for n, check in enumerate(flags) if n not in own)
    return Score(tuple(dark), tuple(shifted), tuple(ghost), false, held.hours)


def sure_of(held: World) -> Any:
    """Rows of claims where a radar would see a small aircraft with 0.8 or more."""
    radars = _radars(
        held.observations, claims_of(held.observations), held.watches, held.sources, held.theatre, DEFAULT
    )
    return np.max([radar.chance for radar in radars], axis=0) >= 0.8


def _dark(held: World, name: str, flags: list[Check], own: set[int]) -> float:
    """Seconds from the first state where the silent aircraft could be heard to its dark flag."""
    way = next(item for item in held.ways if item.name == name)
    states = held.picture.states
    time_s = (states["time_ns"] - held.start_ns) / 1e9
    hearing, _ = _hearing(
        held.observations, held.picture, held.watches, held.sources, held.theatre, [], DEFAULT
    )

    def beside(when: Any, east: Any, north: Any) -> Any:
        there = way.at(np.clip(when, way.time_s[0], way.time_s[-1]))
        alive = (when >= way.time_s[0]) & (when <= way.time_s[-1])
        return alive & (np.hypot(there[0] - east, there[1] - north) < NEAR_M)

    seen = beside(time_s, states["east_m"], states["north_m"]) & (hearing > 0.0)
    told = []
    for number, check in enumerate(flags):
        when = np.array([(check.time_ns - held.start_ns) / 1e9])
        if check.kind == "dark" and beside(when, check.east_m, check.north_m)[0]:
            own.add(number)
            told.append(float(when[0]))
    return min(told) - float(time_s[seen].min()) if told and seen.any() else np.inf


def in_a_minute(delays: list[float]) -> float:
    return float(np.mean(np.array(delays) <= 60.0))


def test_silent_lying_and_invented_aircraft_are_flagged_in_a_minute() -> None:
    one = score(world(0, lie_after_s=120.0))
    assert in_a_minute([*one.dark_s, *one.ghost_s, *one.shifted_s]) >= 0.9
    assert one.false == ()


@pytest.mark.long
def test_liars_of_twenty_hours() -> None:
    scores = [score(world(seed, lie_after_s=120.0, identified=seed % 2 == 0)) for seed in range(20)]
    dark = [delay for one in scores for delay in one.dark_s]
    ghost = [delay for one in scores for delay in one.ghost_s]
    shifted = [delay for one in scores for delay in one.shifted_s]
    false = [check for one in scores for check in one.false]
    hours = sum(one.hours for one in scores)
    for name, delays in (("dark", dark), ("ghost", ghost), ("shifted", shifted)):
        print(f"{name}: {len(delays)}, in 60 s {in_a_minute(delays):.1%}, median {np.median(delays):.0f} s")
    print(f"false flags: {len(false)} in {hours:g} h", [(c.kind, c.reason) for c in false])
    assert in_a_minute(dark + shifted) >= 0.95 and in_a_minute(ghost) >= 0.9
    assert len(false) / hours <= 1.0


def test_the_silent_crossing_of_the_rehearsal_is_dark_and_no_verdict_moves(rehearsal: Any) -> None:
    day = rehearsal.days[0]
    flags = [check for check in day.checks if check.state == FLAG]
    way = next(item for item in paths(small_script()) if item.name == "silent-seen")
    dark = [check for check in flags if check.kind == "dark"]
    assert len(dark) == 1 == len(flags)
    assert dark[0].time_ns - dark[0].from_ns <= 60 * NS_PER_S and dark[0].address == -1
    opened = parse_time(small_script().start)
    at = way.at(np.array([(dark[0].time_ns - opened) / 1e9]))
    assert np.hypot(at[0][0] - dark[0].east_m, at[1][0] - dark[0].north_m) < 1_500.0
    config = config_at(day.records, day.known_ns, day.part)
    decoded = Decoded(day.observations, day.watches, (), 0, 0)
    period = (day.start_ns, min(day.end_ns, day.known_ns))
    bare = findings_of(
        day.records,
        decoded,
        day.air,
        day.events,
        day.coverage,
        config,
        day.agreement,
        period,
        day.known_ns,
        (),
    )
    told = findings_of(
        day.records, decoded, day.air, day.events, day.coverage, config, day.agreement, period, day.known_ns,
        (), day.checks,
    )  # fmt: skip
    assert findings_digest(bare) == findings_digest(told)


def test_without_a_living_receiver_nothing_is_called_dark() -> None:
    held = world(1, hours=0.4, flights=20, silent=4, lying=0, invented=0)
    deaf = [watch for watch in held.watches if watch.source != "ADSB-1"]
    found = checks_of(held.observations, held.picture, deaf, held.sources, held.theatre)
    assert {check.state for check in found if check.kind == "dark"} <= {"not assessable"}
    assert any(check.kind == "dark" for check in found)
    assert checks_of(held.observations, held.picture, (), (), held.theatre) is not None


def test_real_traffic_is_no_storm_of_impossible_flights(data_dir: Path) -> None:
    """390,000 claims: heights that stick in one file, nothing else: places repeated under later times are told once."""
    counted: dict[str, int] = {}
    for path in sorted((data_dir / "adsb/traffic_samples").rglob("*.json.gz")):
        source = Source("archive", "flights")
        rows = named("flights").decode([Input(0, 0, path.read_bytes())], source).observations
        lat, lon = (float(np.nanmedian(rows[name])) for name in ("lat_deg", "lon_deg"))
        located = locate(rows.put(source=0), source, Theatre(round(lat, 1), round(lon, 1)))
        found = motion(located)
        if found:
            counted[path.name.split(".")[0]] = len(found)
            assert {check.reason for check in found if path.name.startswith("quick")} <= {
                "climbed or fell faster than anything flies"
            }
    assert set(counted) <= {"quickstart"} and counted.get("quickstart", 0) <= 12
