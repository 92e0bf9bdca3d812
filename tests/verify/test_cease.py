"""CEASE: who witnessed a shot, what was announced, and that a fire proves no firing."""

import msgspec
import pytest

from tests.verify.scenes import (
    END,
    FIRMS,
    PATROL_A,
    PATROL_B,
    START,
    agreement,
    at,
    box,
    coverage_of,
    material,
    nobody,
    notice,
    observed,
    patrol_watch,
    place,
    report,
)
from truceline.agreement.clauses import RequiredDetection
from truceline.coverage.coverage import Coverage
from truceline.verify.finding import Finding
from truceline.verify.judge import Material, judge
from truceline.verify.words import sentence

HERE = (47.13, 39.705)


def watched() -> Coverage:
    """Patrols listen round the place of the shots, all day."""
    return coverage_of([patrol_watch(source, box(*HERE, 0.1), START, END) for source in (PATROL_A, PATROL_B)])


def firing(given: Material) -> Finding:
    (found,) = [
        f
        for f in judge(agreement(), given)
        if f.clause == "1.cease" and f.end_ns - f.start_ns > 20 * 3600 * 10**9
    ]
    return found


def test_two_who_heard_it_prove_a_shot() -> None:
    heard = [
        report(PATROL_A, "09:40", *HERE, "shot", "heard"),
        report(PATROL_B, "09:41", *HERE, "shot", "heard"),
    ]
    finding = firing(material(watched(), None, heard))
    assert finding.verdict == "violated" and finding.sources == ("patrol-A", "patrol-B")
    assert finding.evidence_total == 2 and finding.counts[0] == ("events", 1)
    assert sentence(finding.reason).endswith("witnessed by patrol-A, patrol-B.")


def test_without_a_watch_even_two_only_indicate() -> None:
    heard = [
        report(PATROL_A, "09:40", *HERE, "shot", "heard"),
        report(PATROL_B, "09:41", *HERE, "shot", "heard"),
    ]
    finding = firing(material(nobody(), None, heard))
    assert finding.verdict == "not verified" and finding.indication and finding.reason.key == "seen.unwatched"


@pytest.mark.parametrize("second", [None, "told"])
def test_one_witness_or_hearsay_only_indicates(second: str | None) -> None:
    reports = [report(PATROL_A, "09:40", *HERE, "shot", "seen")]
    reports += [report(PATROL_B, "09:41", *HERE, "shot", second)] if second else []
    finding = firing(material(watched(), None, reports))
    assert finding.verdict == "not verified" and finding.indication and finding.sources == ("patrol-A",)


def test_what_was_only_told_is_counted_and_witnesses_nothing() -> None:
    finding = firing(material(watched(), None, [report(PATROL_B, "09:41", *HERE, "shot", "told")]))
    assert finding.verdict == "not verified" and not finding.sources and finding.counts[0] == ("events", 1)


def test_announced_demining_stays_in_the_count_and_is_no_violation() -> None:
    heard = [
        report(PATROL_A, "09:40", *HERE, "shot", "heard"),
        report(PATROL_B, "09:41", *HERE, "shot", "heard"),
    ]
    held = notice("N-118", ("shot",), "09:00", "11:00", lat=HERE[1], lon=HERE[0], radius_m=2500.0)
    finding = firing(material(watched(), None, heard, [held]))
    assert finding.verdict == "not verified" and not finding.indication
    assert dict(finding.counts) == {"events": 1, "notified": 1, "indications": 0}


def test_a_fire_alone_is_an_indication_whatever_was_watched() -> None:
    east, north = place(*HERE)
    fire = observed("fire", FIRMS, [at("10:31")], [east], [north], quality=0.9, amount=18.0)
    finding = firing(material(watched(), None, [fire]))
    assert finding.verdict == "not verified" and dict(finding.counts)["indications"] == 1


def test_a_shot_outside_the_zone_is_not_ours() -> None:
    far = [report(PATROL_A, "09:40", 47.9, 40.4, "shot"), report(PATROL_B, "09:41", 47.9, 40.4, "shot")]
    assert firing(material(watched(), None, far)).counts[0] == ("events", 0)


def test_silence_is_compliant_only_where_all_was_heard() -> None:
    ring = tuple(tuple(point) for point in box(46.6, 39.6, 1.2))
    everywhere = coverage_of([patrol_watch(PATROL_A, ring, START, END, 0.99)])  # type: ignore[arg-type]
    quiet = firing(material(everywhere))
    assert quiet.verdict == "compliant" and quiet.reason.key == "cease.nothing_reported"
    half = coverage_of([patrol_watch(PATROL_A, ring, START, at("09:00"), 0.99)])  # type: ignore[arg-type]
    assert firing(material(half)).reason.key == "watch.too_little"
    held = agreement()
    easy = msgspec.structs.replace(held.clause("1.cease"), required_detection=RequiredDetection("mean", 0.2))
    lax = msgspec.structs.replace(held, clauses=(easy,))
    (finding,) = [f for f in judge(lax, material(half)) if f.end_ns - f.start_ns > 20 * 3600 * 10**9]
    assert finding.verdict == "not verified", "a low minimum does not override the guarantors' priors"
    assert finding.reason.key == "watch.prior"
