"""Each check on flights made by hand: told when it must, silent when nothing is odd, and honest when it cannot tell."""

from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.picture.checks.scene import (
    RADAR,
    SECOND,
    START,
    claims,
    observed,
    plots,
    shuffled,
    tracked,
    way,
)  # fmt: skip
from truceline.means.observations import KIND, OBSERVATIONS
from truceline.picture.checks import dark as dark_module
from truceline.picture.checks.check import DEFAULT, FLAG, KINDS, NOT_ASSESSABLE, Check, check_id, in_order
from truceline.picture.checks.dark import dark
from truceline.picture.checks.ghost import Radar, ghosts
from truceline.picture.checks.interference import interference, jammed
from truceline.picture.checks.motion import CLIMB, JUMP, TWO, motion
from truceline.picture.checks.shifted import shifted
from truceline.picture.picture import STATES, TRACKS, Picture
from truceline.terms.columns import Columns
from truceline.terms.time import NS_PER_HOUR

PLACES = np.array([[0.0, 0.0], [np.nan, np.nan]])
LOOKS = np.array([5.0, 10.0])
LOOK_S = 10.0


def honest(flights: int = 7, last_s: float = 300.0, identified: bool = True) -> list[Columns]:
    return [
        part for n in range(flights) for part in (claims(n, last_s), plots(n, last_s, identified=identified))
    ]


def every_check(seen: Columns, chance: float = 0.9) -> tuple[Check, ...]:
    """All checks, with every sensor able to notice everything."""
    picture = tracked(seen)
    found = dark(seen, picture, np.full(len(picture.states), chance), LOOK_S)
    found += ghosts(seen, [Radar(RADAR, 5.0, np.full(len(seen), chance))])
    found += shifted(seen, picture, PLACES, LOOKS) + motion(seen) + interference(seen)
    return in_order(found)


def flags(found: tuple[Check, ...] | list[Check]) -> list[Check]:
    return [check for check in found if check.state == FLAG]


def told(check: Check, seen: Columns) -> Any:
    """A check with its evidence as content, so that two orders of rows can be compared."""
    rows = sorted(
        (int(seen["time_ns"][n]), int(seen["source"][n]), float(seen["east_m"][n])) for n in check.evidence
    )
    return msgspec.to_builtins(msgspec.structs.replace(check, evidence=())) | {"evidence": rows}


def test_honest_flights_raise_nothing() -> None:
    assert flags(every_check(observed(honest()))) == []
    assert flags(every_check(observed(honest(identified=False)))) == []


def test_nothing_gives_nothing() -> None:
    none = OBSERVATIONS.empty()
    empty = Picture("air", TRACKS.empty(), STATES.empty())
    assert dark(none, empty, np.zeros(0), LOOK_S) == [] == ghosts(none, [Radar(0, 5.0, np.zeros(0))])
    assert shifted(none, empty, PLACES, LOOKS) == [] == motion(none) == interference(none)


@settings(max_examples=15)
@given(st.integers(0, 10**6))
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    silent = plots(8, 300.0, identified=False)
    liar = claims(9, 300.0)
    liar = liar.put(north_m=liar["north_m"] + 700.0)
    seen = observed([*honest(3), silent, liar, plots(9, 300.0), claims(10, 300.0)])
    other = shuffled(seen, seed)
    first, second = every_check(seen), every_check(other)
    assert {check.kind for check in flags(first)} == {"dark", "shifted", "ghost"}
    assert [told(check, seen) for check in first] == [told(check, other) for check in second]


@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_no_flag_without_evidence_on_any_rows(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count = 300
    kinds = [KIND[name] for name in ("plot", "reply", "position", "identity")]
    seen = OBSERVATIONS.build(
        count,
        {
            "kind": rng.choice(kinds, count),
            "source": rng.integers(0, 2, count),
            "time_ns": START + rng.integers(0, 200 * SECOND, count),
            "east_m": rng.choice([np.nan, 0.0, 1e4, 5e5, 1e300], count) + rng.normal(0, 1e3, count),
            "north_m": rng.choice([0.0, 1e4], count) + rng.normal(0, 1e3, count),
            "cov_ee_m2": rng.choice([np.nan, -1.0, 100.0], count),
            "cov_nn_m2": rng.choice([np.nan, 0.0, 100.0], count),
            "cov_en_m2": rng.choice([np.nan, 0.0], count),
            "address": rng.choice([-1, 1, 2, 3], count),
            "pressure_altitude_m": rng.choice([np.nan, 0.0, 9e3, 1e300], count),
            "integrity": rng.integers(-1, 12, count),
            "accuracy_category": rng.integers(-1, 12, count),
        },
    )
    states = STATES.build(
        count,
        {
            "track": rng.integers(0, 3, count),
            "observation": rng.integers(-1, count, count),
            "time_ns": seen["time_ns"],
            "east_m": seen["east_m"],
            "north_m": seen["north_m"],
        },
    )
    tracks = TRACKS.build(3, {"id": [b"a", b"b", b"c"], "confirmed_ns": [START, -1, START + SECOND]})
    picture = Picture("air", tracks, states)
    found = dark(seen, picture, rng.choice([np.nan, 0.0, 0.9, 1.0], count), LOOK_S)
    found += ghosts(seen, [Radar(0, 5.0, rng.choice([np.nan, 0.0, 0.9], count))])
    found += shifted(seen, picture, PLACES, LOOKS) + motion(seen) + interference(seen)
    for check in in_order(found):
        assert check.kind in KINDS and len(check_id(check)) == 64
        assert check.from_ns <= check.to_ns and check.from_ns <= check.time_ns
        assert all(0 <= row < count for row in check.evidence) and list(check.evidence) == sorted(
            check.evidence
        )
        if check.state == FLAG:
            assert check.evidence and check.statistic >= check.threshold
        else:
            assert check.state == NOT_ASSESSABLE


def test_a_silent_track_is_dark_within_a_minute_where_it_would_have_been_heard() -> None:
    seen = observed([*honest(3), plots(8, 300.0, identified=False)])
    picture = tracked(seen)
    found = dark(seen, picture, np.full(len(picture.states), 0.9), LOOK_S)
    assert [(check.state, check.reason) for check in found] == [(FLAG, dark_module.NO_CLAIM)]
    assert found[0].time_ns - START <= 60 * SECOND and found[0].to_ns - START >= 290 * SECOND
    assert np.all(seen["north_m"][list(found[0].evidence)] > 80e3) and len(found[0].evidence) == 60
    assert found[0].track == picture.tracks["id"][-1].decode()


def test_where_no_receiver_could_hear_it_is_not_assessable() -> None:
    seen = observed([*honest(3), plots(8, 300.0, identified=False)])
    picture = tracked(seen)
    for chance, reason in ((0.0, dark_module.NO_RECEIVER), (np.nan, dark_module.NO_RECEIVER)):
        found = dark(seen, picture, np.full(len(picture.states), chance), LOOK_S)
        assert [(check.state, check.reason) for check in found] == [(NOT_ASSESSABLE, reason)]
    # the receiver lived for twenty seconds only
    alive = np.where(picture.states["time_ns"] < START + 20 * SECOND, 0.9, 0.0)
    found = dark(seen, picture, alive, LOOK_S)
    assert [(check.state, check.reason) for check in found] == [(NOT_ASSESSABLE, dark_module.TOO_SHORT)]


def test_a_track_that_falls_silent_is_dark_from_then() -> None:
    seen = observed([claims(0, 100.0), plots(0, 300.0)])
    picture = tracked(seen)
    found = dark(seen, picture, np.full(len(picture.states), 0.9), LOOK_S)
    assert len(found) == 1 and found[0].from_ns - START >= 100 * SECOND
    assert found[0].time_ns - START <= 160 * SECOND and found[0].address == 0x600000


def test_a_track_beside_a_claim_is_not_called_dark() -> None:
    """The picture may hold one aircraft twice: a second track 500 m beside an honest flight tells nothing."""
    double = plots(2, 300.0, seed=5, identified=False)
    double = double.put(north_m=double["north_m"] + 64e3)
    beside = claims(2, 300.0).put(address=0x600077)
    beside = beside.put(north_m=beside["north_m"] + 64e3 + 500.0)
    seen = observed([double, beside])
    picture = tracked(seen)
    found = dark(seen, picture, np.full(len(picture.states), 0.9), LOOK_S)
    assert [(check.state, check.reason) for check in found] == [(NOT_ASSESSABLE, dark_module.TOO_SHORT)]


@pytest.mark.parametrize("identified", [True, False])
def test_claims_off_the_radar_are_shifted_from_the_look_that_shows_it(identified: bool) -> None:
    liar = claims(8, 300.0)
    late = liar["time_ns"] >= START + 150 * SECOND
    liar = liar.put(north_m=liar["north_m"] + np.where(late, 800.0, 0.0))
    seen = observed([*honest(6), liar, plots(8, 300.0, identified=identified)])
    found = shifted(seen, tracked(seen), PLACES, LOOKS)
    assert [check.address for check in found] == [0x600008]
    assert START + 150 * SECOND <= found[0].time_ns <= START + 161 * SECOND
    assert found[0].from_ns >= START + 145 * SECOND and found[0].to_ns >= START + 290 * SECOND
    assert {KIND["plot"], KIND["position"]} == set(seen["kind"][list(found[0].evidence)].tolist())


def test_the_errors_of_the_radar_are_not_laid_on_the_aircraft() -> None:
    """400 m of range, 0.3 deg of azimuth and 1 s of clock: all flights show them, and one liar is found all the same."""
    parts = []
    for n in range(8):
        wrong = plots(n, 600.0)
        ground = np.hypot(wrong["east_m"], wrong["north_m"])
        turn = np.arctan2(wrong["east_m"], wrong["north_m"]) + np.radians(0.3)
        longer = ground + 400.0
        wrong = wrong.put(
            east_m=longer * np.sin(turn) + 200.0, north_m=longer * np.cos(turn), time_ns=wrong["time_ns"]
        )
        parts += [claims(n, 600.0), wrong]
    seen = observed(parts)
    assert shifted(seen, tracked(observed(honest(8, 600.0))), PLACES, LOOKS) == []
    liar = claims(3, 600.0)
    parts[6] = liar.put(north_m=liar["north_m"] + 600.0)
    lying = observed(parts)
    found = shifted(lying, tracked(observed(honest(8, 600.0))), PLACES, LOOKS)
    assert {check.address for check in found} == {0x600003}


def test_who_is_seen_where_he_says_is_not_accused_for_a_mistaken_plot() -> None:
    """A silent companion 1.2 km beside an honest flight: its plots may be anybody's, the flight's own clear it."""
    other = plots(2, 300.0, seed=3, identified=False)
    other = other.put(north_m=other["north_m"] + 1200.0, time_ns=other["time_ns"] + SECOND // 10)
    seen = observed([*honest(6, identified=False), other])
    assert shifted(seen, tracked(observed(honest(6, identified=False))), PLACES, LOOKS) == []


def test_claims_where_the_radar_sees_nothing_are_a_ghost_within_a_minute() -> None:
    seen = observed([*honest(4), claims(9, 300.0)])
    sure = np.full(len(seen), 0.95)
    found = ghosts(seen, [Radar(RADAR, 5.0, sure)])
    assert [(check.state, check.address) for check in found] == [(FLAG, 0x600009)]
    assert found[0].time_ns - START <= 60 * SECOND
    blind = ghosts(seen, [Radar(RADAR, 5.0, np.zeros(len(seen)))])
    assert [(check.state, check.address) for check in blind] == [(NOT_ASSESSABLE, 0x600009)]
    assert {check.state for check in ghosts(seen, [])} == {NOT_ASSESSABLE}


def jumped(at_s: int, east_m: float, height_m: float = 0.0, back_s: int = 10**6) -> Columns:
    row = claims(0, 200.0)
    away = (row["time_ns"] >= START + at_s * SECOND) & (row["time_ns"] < START + back_s * SECOND)
    return row.put(
        east_m=row["east_m"] + np.where(away, east_m, 0.0),
        pressure_altitude_m=row["pressure_altitude_m"] + np.where(away, height_m, 0.0),
    )


def test_a_jump_no_aircraft_can_make_is_impossible() -> None:
    found = motion(jumped(100, 30e3))
    assert [(check.kind, check.reason) for check in found] == [("impossible", JUMP)]
    assert 29e3 < found[0].statistic < 31e3 and found[0].time_ns == START + 102 * SECOND
    fall = motion(jumped(100, 0.0, -6000.0))
    assert [(check.kind, check.reason) for check in fall] == [("impossible", CLIMB)]


def test_one_wild_claim_and_heights_by_turns_are_not_told() -> None:
    assert motion(jumped(100, 30e3, back_s=102)) == []
    assert motion(jumped(100, 0.0, -6000.0, back_s=105)) == []
    turns = claims(0, 200.0)
    odd = np.arange(len(turns)) % 2 == 1
    assert motion(turns.put(pressure_altitude_m=np.where(odd, 3000.0, 9000.0))) == []


def test_one_address_at_two_places_is_a_duplicate_told_once() -> None:
    other = claims(5, 200.0).put(address=0x600000)
    found = motion(observed([claims(0, 200.0), other]))
    assert [(check.kind, check.reason, check.address) for check in found] == [("duplicate", TWO, 0x600000)]
    assert found[0].time_ns - START <= 5 * SECOND and found[0].statistic == pytest.approx(40e3, rel=0.01)


def test_a_flight_at_the_limit_is_possible() -> None:
    fast = claims(0, 300.0)
    fast = fast.put(east_m=-60e3 + 690.0 * np.arange(len(fast)))
    assert motion(fast) == []


def hours(
    aircraft: int, jammed_hour: int = -1, share: float = 0.0, seed: int = 1, count: int = 24
) -> Columns:
    """Hours of one cell: so many aircraft an hour, one claim each, 2 % of them poor, and in one hour ``share`` more."""
    rng = np.random.default_rng(seed)
    hour = np.repeat(np.arange(count), aircraft)
    poor = rng.random(len(hour)) < np.where(hour == jammed_hour, share, 0.02)
    return OBSERVATIONS.build(
        len(hour),
        {
            "kind": np.full(len(hour), KIND["position"]),
            "source": np.full(len(hour), 1),
            "time_ns": (START // NS_PER_HOUR + hour) * NS_PER_HOUR + rng.integers(0, NS_PER_HOUR, len(hour)),
            "east_m": rng.uniform(0.0, 29e3, len(hour)),
            "north_m": rng.uniform(0.0, 29e3, len(hour)),
            "address": np.arange(len(hour)),
            "integrity": np.where(poor, 0, 8),
            "accuracy_category": np.where(poor, 0, 9),
        },
    )


def test_half_of_twenty_aircraft_degraded_is_interference_and_an_impediment() -> None:
    seen = hours(20, 7, 0.6)
    found = interference(seen)
    assert [check.state for check in found] == [FLAG]
    assert found[0].from_ns == (START // NS_PER_HOUR + 7) * NS_PER_HOUR and len(found[0].evidence) >= 6
    assert np.all(seen["integrity"][list(found[0].evidence)] == 0)
    inside = jammed(found, np.array([1e3, 40e3]), np.array([1e3, 1e3]), np.full(2, found[0].from_ns + 1))
    assert inside.tolist() == [True, False]


def test_a_cell_with_few_aircraft_is_not_assessable_whatever_they_say() -> None:
    found = interference(hours(9, 7, 1.0))
    assert [check.state for check in found] == [NOT_ASSESSABLE] * 24
    assert all(check.evidence == () and check.statistic == 9.0 for check in found)


def test_false_alarms_of_interference_are_rare() -> None:
    alarms = sum(len(interference(hours(15, seed=seed, count=48))) for seed in range(200))
    assert alarms <= 5  # 9,600 cell-hours at 1e-4: one expected


@pytest.mark.long
def test_false_alarms_of_interference_in_two_hundred_thousand_cell_hours() -> None:
    alarms = sum(len(interference(hours(15, seed=10**4 + seed, count=240))) for seed in range(833))
    assert alarms <= 30  # twenty expected at 1e-4


def test_the_bounds_are_those_of_the_methods() -> None:
    assert (DEFAULT.shift_rate_per_hour, DEFAULT.interference_rate) == (1e-3, 1e-4)
    assert DEFAULT.interference_aircraft == 10
    assert way(1, np.zeros(1))[1][0] == 28e3
