"""The judge as a whole: silence never becomes peace, order never matters, and every clause gets its answer."""

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.verify.scenes import (
    CROSSING,
    END,
    GRID,
    HOUR,
    PATROL_A,
    PATROL_B,
    R1,
    R2,
    SOURCES,
    START,
    THEATRE,
    agreement,
    at,
    both_radars,
    box,
    coverage_of,
    flight,
    gather,
    looked,
    material,
    nobody,
    outage,
    patrol_watch,
    radar_watch,
    report,
)
from truceline.agreement.clauses import WRAPPERS, kind_of
from truceline.coverage.coverage import fold_coverage
from truceline.means.observations import OBSERVATIONS
from truceline.picture.picture import STATES, Picture
from truceline.terms.classes import NAMES
from truceline.terms.columns import concat
from truceline.terms.faults import Broken
from truceline.terms.place import CellGrid
from truceline.verify.judge import Material, judge
from truceline.verify.words import sentence

SITES = [(site.lon_deg, site.lat_deg) for site in agreement().area("agdam").site]
LOOKS = [(PATROL_A + n % 2, f"{9 + n // 2:02d}:{15 + 20 * (n % 2):02d}", *SITES[n // 2]) for n in range(8)]
WATCHES: list[Any] = [
    *(
        radar_watch(source, START + part * 6 * HOUR, START + (part + 1) * 6 * HOUR)
        for source in (R1, R2)
        for part in range(4)
    ),
    *(
        patrol_watch(s, box(lon, lat, 0.04), at(clock) - HOUR // 4, at(clock) + HOUR // 4)
        for s, clock, lon, lat in LOOKS
    ),
]


def busy(coverage: Any) -> Material:
    """A day with a crossing, looks at every site, shots, a column, and a liner."""
    liner = flight([R1, R2], at("04:00"), CROSSING, 230.0, height_m=9500.0, address=0x4B8B02)
    reports = [looked(*look) for look in LOOKS]
    reports += [
        report(PATROL_A, "16:00", 46.95, 40.2, "shot", "heard"),
        report(PATROL_B, "06:00", *SITES[0], "convoy"),
    ]
    return material(coverage, gather(liner, flight([R1, R2], at("08:05"), CROSSING)), reports)


def verdicts(given_material: Material) -> dict[tuple[str, str, int, int], str]:
    found = judge(agreement(), given_material)
    return {(f.clause, f.area, f.start_ns, f.end_ns): f.verdict for f in found}


def test_every_clause_in_force_gets_its_answers() -> None:
    findings = judge(agreement(), busy(both_radars()))
    clauses = {f.clause for f in findings}
    bound = {c.id for c in agreement().clauses if kind_of(c) not in WRAPPERS}
    assert bound - clauses == {"6.corridor_forces"}, "its window begins in December"
    hours = [f for f in findings if f.clause == "1.air"]
    assert len(hours) == 25 and len({f.id for f in findings}) == len(findings)
    assert findings == sorted(findings, key=lambda f: (f.clause, f.area, f.start_ns, f.end_ns))
    for finding in findings:
        assert sentence(finding.reason) and sentence(finding.largest_unseen)
        assert [item.part for item in finding.posteriors] == ["A", "B"]
        assert finding.agreement_version == "2" and finding.map_version == "1" and finding.method_version


def test_with_no_watch_every_clause_is_not_verified() -> None:
    for given_material in (busy(nobody()), material(nobody())):
        findings = judge(agreement(), given_material)
        assert {f.verdict for f in findings} == {"not verified"}
        assert all(f.watched == 0.0 and f.detection_min == 0.0 for f in findings)


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.booleans(), min_size=len(WATCHES), max_size=len(WATCHES)))
def test_taking_a_watch_away_never_makes_a_clause_compliant(kept: list[bool]) -> None:
    fewer = [watch for watch, keep in zip(WATCHES, kept, strict=True) if keep]
    whole, part = verdicts(busy(coverage_of(WATCHES))), verdicts(busy(coverage_of(fewer)))
    assert whole.keys() == part.keys()
    for key, verdict in part.items():
        if verdict == "compliant":
            assert whole[key] == "compliant", key
        if verdict == "violated":
            assert whole[key] == "violated", key


def test_the_busy_day_says_all_three() -> None:
    found = verdicts(busy(coverage_of(WATCHES)))
    day = {
        clause: verdict for (clause, _, start, end), verdict in found.items() if (start, end) == (START, END)
    }
    assert day["1.air"] == "violated" and day["2.agdam"] == "compliant" and day["1.cease"] == "not verified"


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False))
def test_the_order_of_records_does_not_matter(random: Any) -> None:
    """Rows shuffled, records renumbered: the same findings with the same ids."""
    given_material = busy(coverage_of(WATCHES))
    observations = given_material.observations
    rows = list(range(len(observations)))
    random.shuffle(rows)
    numbers = list(range(len(given_material.contents)))
    random.shuffle(numbers)
    place = np.empty(len(rows), np.int64)
    place[rows] = np.arange(len(rows))
    moved = observations.take(np.array(rows))
    moved = moved.put(seq=np.array(numbers)[moved["seq"]])
    contents = [""] * len(numbers)
    for number, content in zip(numbers, given_material.contents, strict=True):
        contents[number] = content
    other = Material(
        given_material.sources, given_material.theatre, moved, renumbered(given_material.air, place),
        renumbered(given_material.events, place), given_material.coverage, tuple(contents), START, END, END,
    )  # fmt: skip
    assert judge(agreement(), other) == judge(agreement(), given_material)


def renumbered(picture: Picture, place: Any) -> Picture:
    """A picture whose states cite the same observations at other rows."""
    held = picture.states["observation"]
    return Picture(
        picture.lane, picture.tracks, picture.states.put(observation=np.where(held >= 0, place[held], -1))
    )


def test_a_period_that_is_not_over_is_never_compliant() -> None:
    now = at("10:30")
    findings = [f for f in judge(agreement(), material(both_radars(), end_ns=now)) if f.clause == "1.air"]
    hours = [f for f in findings if f.end_ns - f.start_ns == HOUR]
    assert len(hours) == 14, "the hours that have begun"
    assert {f.verdict for f in hours if f.end_ns <= now} == {"compliant"}
    running = [f for f in findings if f.end_ns > now]
    assert {f.verdict for f in running} == {"not verified"} and {f.reason.key for f in running} == {
        "period.open"
    }


def test_a_violation_need_not_wait_for_the_end() -> None:
    crossing = flight([R1, R2], at("08:05"), CROSSING)
    findings = judge(agreement(), material(both_radars(), crossing, end_ns=at("08:30")))
    assert {f.verdict for f in findings if f.clause == "1.air" and f.end_ns > at("08:30")} == {"violated"}


def test_the_period_a_clause_began_in_is_cut_to_its_window() -> None:
    """A part of a day may be judged by itself."""
    held = material(both_radars())
    part = Material(
        held.sources,
        held.theatre,
        held.observations,
        held.air,
        held.events,
        held.coverage,
        (),
        at("09:30"),
        at("12:00"),
        END,
    )
    air = [f for f in judge(agreement(), part) if f.clause == "1.air"]
    assert [(f.start_ns, f.end_ns) for f in air] == [
        (at("09:30"), at("10:30")), (at("09:30"), at("12:00")), (at("10:30"), at("11:30")), (at("11:30"), at("12:00")),
    ]  # fmt: skip


def test_ground_beyond_the_raster_is_not_watched() -> None:
    held = both_radars()
    small = CellGrid(GRID.east_m, GRID.north_m, GRID.cell_m, 24, 40)
    cut = fold_coverage(
        [radar_watch(R1), radar_watch(R2)], SOURCES, THEATRE, small, START, END, held.step_ns, NAMES
    )
    (finding,) = [
        f
        for f in judge(agreement(), material(cut))
        if f.clause == "1.air" and f.end_ns - f.start_ns > 2 * HOUR
    ]
    assert finding.verdict == "not verified" and finding.detection_min == 0.0
    assert dict(finding.unwatched)["not there"] > 0.2


def test_coverage_that_ends_early_does_not_stand_for_the_rest() -> None:
    half = fold_coverage(
        [radar_watch(R1), radar_watch(R2)],
        SOURCES,
        THEATRE,
        GRID,
        START,
        START + 12 * HOUR,
        both_radars().step_ns,
        NAMES,
    )
    findings = [f for f in judge(agreement(), material(half)) if f.clause == "1.air"]
    late = [f for f in findings if f.end_ns > START + 12 * HOUR]
    assert {f.verdict for f in late} == {"not verified"} and {
        f.verdict for f in findings if f not in late
    } == {"compliant"}


def test_evidence_that_cites_no_record_is_broken() -> None:
    picture, rows = flight([R1, R2], at("08:05"), CROSSING)
    held = material(both_radars(), (picture, rows))
    lost = Material(
        held.sources,
        held.theatre,
        held.observations,
        picture,
        held.events,
        held.coverage,
        (),
        START,
        END,
        END,
    )
    with pytest.raises(Broken):
        judge(agreement(), lost)


def test_numbers_that_differ_in_the_last_bits_give_the_same_finding() -> None:
    picture, rows = flight([R1, R2], at("08:05"), CROSSING)
    bent = picture.states.put(
        east_m=np.nextafter(picture.states["east_m"], np.inf),
        cov_ee_m2=np.nextafter(picture.states["cov_ee_m2"], 0),
    )
    other = (Picture("air", picture.tracks, bent), rows)
    one, two = (judge(agreement(), material(both_radars(), air)) for air in ((picture, rows), other))
    assert [f.id for f in one] == [f.id for f in two]


def test_an_empty_picture_and_no_observations_will_do() -> None:
    held = material(outage())
    assert len(concat(OBSERVATIONS, [held.observations])) == 0 and len(held.air.states) == len(STATES.empty())
    assert len(judge(agreement(), held)) == 162
