"""EXCLUDE: who crosses, who holds it, and what else it could have been."""

import json

import pytest

from tests.verify.scenes import (
    ADSB,
    CROSSING,
    HOUR,
    R1,
    R1_TWIN,
    R2,
    SOUTH,
    START,
    agreement,
    at,
    both_radars,
    flight,
    gather,
    material,
    nobody,
    notice,
    outage,
    report,
)
from truceline.terms.classes import NAMES
from truceline.terms.time import parse_time
from truceline.verify.finding import Finding
from truceline.verify.judge import Material, judge
from truceline.verify.words import sentence

MORNING = at("08:05")


def hours_of(given: Material) -> list[Finding]:
    """The findings of clause 1.air, hour by hour."""
    return [f for f in judge(agreement(), given) if f.clause == "1.air" and f.end_ns - f.start_ns == HOUR]


def flights_over_the_line(given: Material, hour: int = 11) -> Finding:
    """The finding of clause 1.air for one hour of the day."""
    (found,) = [f for f in hours_of(given) if f.start_ns == START + hour * HOUR]
    return found


def states(finding: Finding) -> dict[str, str]:
    return {item.name: item.state for item in finding.explanations}


def test_two_radars_that_share_nothing_prove_a_crossing() -> None:
    finding = flights_over_the_line(material(both_radars(), flight([R1, R2], MORNING, CROSSING)))
    assert finding.verdict == "violated" and not finding.indication
    assert finding.sources == ("R1", "R2")
    assert len(finding.evidence) == finding.evidence_total >= 20
    assert finding.tracks and dict(finding.counts)["uninvited"] == 1
    assert states(finding) == {
        "civil flight": "excluded", "own sortie": "excluded", "false echo": "excluded", "birds": "excluded",
        "bias": "excluded",
    }  # fmt: skip
    assert sentence(finding.reason).startswith("Uninvited in line-buffer: 1, from 2020-11-20T08:")
    assert all(item.violated >= 0.95 for item in finding.posteriors)


def test_evidence_is_what_was_observed_inside_the_area_only() -> None:
    air = flight([R1, R2], MORNING, CROSSING)
    finding = flights_over_the_line(material(both_radars(), air))
    assert finding.evidence_total < len(air[1])


@pytest.mark.parametrize("sources", [[R1], [R1, R1_TWIN], [R1, ADSB]])
def test_sources_that_share_something_only_indicate(sources: list[int]) -> None:
    finding = flights_over_the_line(material(both_radars(), flight(sources, MORNING, CROSSING)))
    assert finding.verdict == "not verified" and finding.indication
    assert finding.reason.key == "exclude.one_source" and finding.evidence
    assert states(finding)["false echo"] == "kept"


def test_one_radar_and_a_person_who_saw_it_prove_it() -> None:
    seen = report(4, "08:16:00", 47.0, 40.07, "uav")
    heard = report(4, "08:16:00", 47.0, 40.07, "uav", "heard")
    air = flight([R1], MORNING, CROSSING)
    assert flights_over_the_line(material(both_radars(), air, [seen])).verdict == "violated"
    assert flights_over_the_line(material(both_radars(), air, [heard])).verdict == "not verified"


def test_a_tentative_track_does_not_count() -> None:
    finding = flights_over_the_line(
        material(both_radars(), flight([R1, R2], MORNING, CROSSING, confirmed=False))
    )
    assert finding.verdict == "compliant"


def test_a_flight_beside_the_area_does_not_count() -> None:
    beside = flight([R1, R2], MORNING, [(47.30, 40.3), (47.35, 39.9)])
    assert flights_over_the_line(material(both_radars(), beside)).verdict == "compliant"


def test_identified_traffic_high_up_is_permitted_and_low_down_is_not() -> None:
    named = {"address": 0x4B8B02, "squawk": 4301}
    high = flight([R1, R2], MORNING, CROSSING, 230.0, height_m=9500.0, **named)
    low = flight([R1, R2], MORNING, CROSSING, 90.0, height_m=1500.0, **named)
    silent = flight([R1, R2], MORNING, CROSSING, 230.0, height_m=9500.0)
    quiet = flights_over_the_line(material(both_radars(), high))
    assert quiet.verdict == "compliant" and dict(quiet.counts)["permitted"] == 1
    named_low = flights_over_the_line(material(both_radars(), low))
    assert named_low.verdict == "violated" and states(named_low)["civil flight"] == "kept"
    assert flights_over_the_line(material(both_radars(), silent)).verdict == "violated"


def test_a_shadow_of_an_identified_flight_is_no_intruder() -> None:
    """A second track beside an airliner is its echo until something tells them apart."""
    liner = flight([R1, R2], MORNING, CROSSING, 230.0, height_m=9500.0, address=0x4B8B02)
    echo = flight([R1, R2], MORNING, [(lon, lat + 0.004) for lon, lat in CROSSING], 230.0)
    finding = flights_over_the_line(material(both_radars(), gather(liner, echo)))
    assert finding.verdict == "not verified" and finding.indication
    assert finding.reason.key == "exclude.innocent" and states(finding)["civil flight"] == "kept"


def test_what_is_as_slow_as_birds_is_no_proof() -> None:
    slow = flight([R1, R2], MORNING, [(47.05, 40.06), (46.95, 40.07)], 12.0)
    finding = flights_over_the_line(material(both_radars(), slow))
    assert finding.verdict == "not verified" and finding.indication and states(finding)["birds"] == "kept"
    known = flight([R1, R2], MORNING, [(47.05, 40.06), (46.95, 40.07)], 12.0, object_class=NAMES.index("uav"))
    assert flights_over_the_line(material(both_radars(), known)).verdict == "violated"


def test_a_notified_flight_is_counted_and_not_blamed() -> None:
    air = flight([R1, R2], MORNING, CROSSING)
    finding = flights_over_the_line(material(both_radars(), air, notices=[notice()]))
    assert (
        finding.verdict == "compliant"
        and dict(finding.counts)["notified"] == 1
        and dict(finding.counts)["tracks"] == 1
    )
    for other in (notice(end="08:15"), notice(classes=("shot",)), notice(area="agdam")):
        assert flights_over_the_line(material(both_radars(), air, notices=[other])).verdict == "violated"


def test_an_unreadable_notice_covers_nothing() -> None:
    bodies = [
        b"",
        b"{}",
        json.dumps({"notice": "x"}).encode(),
        notice(area="nowhere"),
        notice(start="12:00", end="07:00"),
    ]
    air = flight([R1, R2], MORNING, CROSSING)
    assert flights_over_the_line(material(both_radars(), air, notices=bodies)).verdict == "violated"


def test_nothing_seen_where_all_was_watched_is_compliant() -> None:
    finding = flights_over_the_line(material(both_radars()))
    assert finding.verdict == "compliant" and finding.detection_min >= finding.required
    assert finding.largest_unseen.key == "unseen.number"
    assert finding.watched + sum(share for _, share in finding.unwatched) == pytest.approx(1.0, abs=2e-3)


def test_an_outage_is_never_compliant() -> None:
    """R2 is silent from 14:00 to 17:00 and alone can see the southern end; something crosses there unseen."""
    given = material(outage())
    verdicts = [finding.verdict for finding in hours_of(given)]
    assert [hour for hour, verdict in enumerate(verdicts) if verdict != "compliant"] == [17, 18, 19]
    finding = flights_over_the_line(given, 18)
    assert finding.verdict == "not verified" and finding.reason.key == "watch.too_little"
    assert dict(finding.unwatched)["outage"] > 0.05 and finding.detection_min < 0.5


def test_a_crossing_seen_by_one_radar_in_the_outage_is_an_indication() -> None:
    finding = flights_over_the_line(material(outage(), flight([R1], at("15:20"), SOUTH)), 18)
    assert finding.verdict == "not verified" and finding.indication


def test_nobody_there_says_nothing_even_of_what_is_on_the_picture() -> None:
    finding = flights_over_the_line(material(nobody(), flight([R1, R2], MORNING, CROSSING)))
    assert finding.verdict == "not verified" and finding.indication and finding.reason.key == "seen.unwatched"


def test_two_crossings_are_counted_as_two() -> None:
    air = gather(flight([R1, R2], MORNING, CROSSING), flight([R1, R2], at("08:30"), CROSSING))
    finding = flights_over_the_line(material(both_radars(), air))
    assert dict(finding.counts)["uninvited"] == 2 and len(finding.tracks) == 2
    assert dict(finding.reason.values)["number"] == "2"


def test_a_crossing_over_the_hour_is_one_crossing() -> None:
    """Both hours hold it, by the same evidence, so that it opens one case."""
    given = material(both_radars(), flight([R1, R2], at("08:49:30"), CROSSING))
    before, after = flights_over_the_line(given, 11), flights_over_the_line(given, 12)
    assert before.verdict == after.verdict == "violated"
    assert before.evidence == after.evidence and before.tracks == after.tracks


def test_one_state_over_the_hour_is_enough() -> None:
    """A second inside belongs to the entry it is part of: that hour was not kept."""
    whole = flights_over_the_line(material(both_radars(), flight([R1, R2], MORNING, CROSSING)))
    last_ns = parse_time(dict(whole.reason.values)["last"])
    moved = flight([R1, R2], MORNING + at("09:00") - last_ns, CROSSING)
    assert [f.verdict for f in hours_of(material(both_radars(), moved))][11:13] == ["violated", "violated"]
    ends = flight([R1, R2], MORNING + at("08:59:59") - last_ns, CROSSING)
    assert [f.verdict for f in hours_of(material(both_radars(), ends))][11:13] == ["violated", "compliant"]


def test_a_second_visit_is_a_second_entry() -> None:
    there_and_back = [*CROSSING, (46.4, 40.07), (46.72, 40.07), *CROSSING[2::-1]]
    finding = flights_over_the_line(
        material(both_radars(), flight([R1, R2], at("08:01"), there_and_back, 60.0))
    )
    assert dict(finding.counts)["uninvited"] == 2 and finding.verdict == "violated"


def test_columns_in_the_corridor_are_judged_on_reports() -> None:
    """Clause 6.corridor_forces binds from December: on the judged day it gives no finding."""
    assert not [f for f in judge(agreement(), material(both_radars())) if f.clause == "6.corridor_forces"]
