"""REACH: clear by the deadline, late, still there, or not known; under every reading."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.verify.scenes import (
    END,
    HOUR,
    PATROL_A,
    PATROL_B,
    agreement,
    at,
    box,
    coverage_of,
    looked,
    material,
    nobody,
    patrol_watch,
    report,
)
from truceline.terms.columns import Columns
from truceline.verify.finding import Finding
from truceline.verify.judge import judge

SITES = [(site.lon_deg, site.lat_deg) for site in agreement().area("agdam").site]


def agdam(
    watches: Sequence[Any], reports: Sequence[Columns] = (), end_ns: int = END, clause: str = "2.agdam"
) -> Finding:
    """The finding of the day for one clause."""
    given = material(coverage_of(watches), None, reports, end_ns=end_ns)
    (found,) = [f for f in judge(agreement(), given) if f.clause == clause]
    return found


def looks(
    sources: Sequence[int] = (PATROL_A, PATROL_B),
    hour: int = 9,
    sites: Sequence[tuple[float, float]] = SITES,
    chance: float = 0.95,
) -> tuple[list[Any], list[Columns]]:
    """Looks of 40 minutes at every site, one site an hour."""
    watches, reports = [], []
    for number, (lon, lat) in enumerate(sites):
        for source in sources:
            start = at(f"{hour + number:02d}:00") + (source % 2) * HOUR // 3
            watches.append(patrol_watch(source, box(lon, lat, 0.03), start, start + 2 * HOUR // 3, chance))
            reports.append(looked(source, f"{hour + number:02d}:{20 + 20 * (source % 2)}", lon, lat))
    return watches, reports


def test_all_sites_seen_empty_by_both_parts_before_the_deadline() -> None:
    finding = agdam(*looks())
    assert (
        finding.verdict == "compliant"
        and finding.deadline.startswith("2020-11-20")
        and finding.reading == "by"
    )
    assert finding.detection_min >= 0.9 and dict(finding.counts)["clear"] == 4
    assert finding.evidence_total == 8


def test_the_other_reading_stands_beside_it() -> None:
    finding = agdam(*looks())
    (other,) = finding.alternatives
    assert (other.reading, other.verdict, other.reason.key) == ("before", "not verified", "reach.clear_late")
    assert other.deadline == "2020-11-20T00:00:00+03:00"


def test_convoys_after_an_exclusive_deadline_break_it() -> None:
    watches, reports = looks()
    leaving = [report(PATROL_A, "04:25", *SITES[0], "convoy"), report(PATROL_B, "04:31", *SITES[0], "convoy")]
    finding = agdam(watches, [*reports, *leaving])
    assert finding.verdict == "compliant", "they left in the morning and the sites were empty later"
    assert finding.alternatives[0].verdict == "violated"


@pytest.mark.parametrize("left_out", range(8))
def test_every_site_needs_both_lookers(left_out: int) -> None:
    watches, reports = looks()
    finding = agdam(watches, reports[:left_out] + reports[left_out + 1 :])
    assert finding.verdict == "not verified" and finding.reason.key == "reach.looks_missing"
    finding = agdam(watches[:left_out] + watches[left_out + 1 :], reports)
    assert finding.verdict == "not verified", "a report without its Watch is no look"


def test_one_party_alone_does_not_clear_a_site() -> None:
    assert agdam(*looks([PATROL_A])).verdict == "not verified"
    assert agdam(*looks([PATROL_A, PATROL_A])).verdict == "not verified"


def test_weak_looks_are_not_enough() -> None:
    finding = agdam(*looks(chance=0.6))
    assert finding.verdict == "not verified" and finding.reason.key == "watch.too_little"


def test_looks_before_the_last_sighting_say_nothing() -> None:
    watches, reports = looks()
    finding = agdam(watches, [*reports, report(PATROL_A, "19:00", *SITES[2])])
    assert finding.verdict == "not verified" and finding.reason.key == "reach.looks_missing"


def test_before_the_deadline_nothing_is_violated() -> None:
    still = [report(PATROL_A, "19:00", *SITES[0]), report(PATROL_B, "19:05", *SITES[0])]
    finding = agdam(*looks(), end_ns=at("20:00"))
    assert finding.verdict == "not verified" and finding.reason.key == "reach.pending"
    later = material(
        nobody(), None, [*still, report(PATROL_A, "19:00", 46.0, 40.1), report(PATROL_B, "19:05", 46.0, 40.1)]
    )
    verdicts = {f.clause: f.verdict for f in judge(agreement(), later)}
    assert (verdicts["2.agdam"], verdicts["6.kalbajar"], verdicts["6.lachin"]) == ("not verified",) * 3


def test_after_the_deadline_two_who_see_them_there_prove_it() -> None:
    """Kalbajar without the amendment: due 15 November, judged on the 20th."""
    there = [report(PATROL_A, "10:00", 46.035, 40.105), report(PATROL_B, "10:30", 46.04, 40.10)]
    watch = [patrol_watch(PATROL_A, box(46.035, 40.105, 0.1), at("09:00"), at("11:00"))]
    found = {
        amended: next(
            f
            for f in judge(agreement(amended), material(coverage_of(watch), None, there))
            if f.clause == "6.kalbajar"
        )
        for amended in (False, True)
    }
    assert found[False].verdict == "violated" and found[False].deadline[:10] == "2020-11-15"
    assert found[True].verdict == "not verified" and found[True].deadline[:10] == "2020-11-25"
    assert not found[True].indication
    alone = material(coverage_of(watch), None, there[:1])
    (one,) = [f for f in judge(agreement(False), alone) if f.clause == "6.kalbajar"]
    assert one.verdict == "not verified" and one.indication


def test_presence_cannot_be_told() -> None:
    finding = agdam(*looks(), clause="3.deploy")
    assert finding.verdict == "not verified" and finding.reason.key == "reach.present_untold"
