"""A finding refuses to say more than it may; its id is that of its content."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.terms.faults import Broken
from truceline.verify.finding import (
    MOST_EVIDENCE,
    Alternative,
    Explanation,
    Finding,
    Margin,
    Posterior,
    Words,
    make_finding,
)

KEPT = (Posterior("A", 0.2, 0.01), Posterior("B", 0.3, 0.02))
BROKEN = (Posterior("A", 0.2, 0.99), Posterior("B", 0.3, 0.995))
EVIDENCE = tuple((f"{number:064x}", number * 7) for number in range(5))


def draft(**given: object) -> Finding:
    """A finding that may be called compliant, but for what is given."""
    held: dict[str, object] = {
        "id": "", "agreement": "a", "agreement_version": "1", "clause": "1.air", "kind": "EXCLUDE", "article": "1",
        "area": "line", "map_version": "1", "reading": "", "start_ns": 0, "end_ns": 10, "deadline": "",
        "verdict": "compliant", "indication": False, "reason": Words("period.open"), "likelihood_ratio": 0.05,
        "posteriors": KEPT, "object_class": "uav", "detection_mean": 0.97, "detection_min": 0.95, "required": 0.9,
        "required_measure": "min", "watched": 0.98, "unwatched": (("outage", 0.02),),
        "largest_unseen": Words("unseen.not_asked"), "counts": (("tracks", 0),), "evidence": EVIDENCE,
        "evidence_total": 5, "sources": ("R1", "R2"), "explanations": (), "alternatives": (),
        "method": "exclude", "method_version": "1",
    }  # fmt: skip
    return Finding(**(held | given))  # type: ignore[arg-type]


VIOLATED = {
    "verdict": "violated",
    "posteriors": BROKEN,
    "explanations": (Explanation("birds", "excluded", Words("explain.echo.two")),),
}


def test_what_is_carried_may_be_said() -> None:
    assert len(make_finding(draft(), 0.95, 0).id) == 64
    assert make_finding(draft(**VIOLATED), 0.95, 2).verdict == "violated"
    assert (
        make_finding(draft(verdict="not verified", detection_min=0.0, watched=0.0), 0.95, 0).stage
        == "provisional"
    )


@pytest.mark.parametrize(
    "given",
    [
        {"detection_min": 0.899},
        {"detection_min": 0.0, "required": 0.0},
        {"detection_mean": 0.5, "required_measure": "mean"},
        {"watched": 0.0},
        {"watched": 1e-7},
        {"posteriors": ()},
        {"posteriors": (Posterior("A", 0.2, 0.01), Posterior("B", 0.3, 0.06))},
        {"indication": True},
        {"verdict": "fine"},
        {"detection_min": float("nan")},
        {"likelihood_ratio": float("inf")},
        {"stage": "done"},
    ],
)
def test_not_observed_never_becomes_did_not_happen(given: dict[str, object]) -> None:
    with pytest.raises(Broken):
        make_finding(draft(**given), 0.95, 0)


@pytest.mark.parametrize(
    ("given", "held"),
    [
        ({}, 1),
        ({"evidence": ()}, 2),
        ({"watched": 0.0}, 2),
        ({"posteriors": KEPT}, 2),
        ({"posteriors": ()}, 2),
        ({"explanations": ()}, 2),
    ],
)
def test_violated_needs_witnesses_evidence_and_explanations(given: dict[str, object], held: int) -> None:
    with pytest.raises(Broken):
        make_finding(draft(**(VIOLATED | given)), 0.95, held)


def test_decisions_are_taken_on_rounded_numbers() -> None:
    assert make_finding(draft(detection_min=0.8996), 0.95, 0).detection_min == 0.9
    one = make_finding(draft(detection_mean=0.97 + 1e-13), 0.95, 0)
    assert one == make_finding(draft(detection_mean=0.97 - 1e-13), 0.95, 0)


@given(st.permutations(EVIDENCE))
def test_the_order_of_evidence_is_not_in_the_id(evidence: list[tuple[str, int]]) -> None:
    assert make_finding(draft(evidence=tuple(evidence)), 0.95, 0).id == make_finding(draft(), 0.95, 0).id


OUTSIDE = {
    "id",
    "stage",
    "supersedes",
    "tracks",
    "kind",
    "article",
    "required_measure",
    "evidence_total",
    "posteriors",
}


@pytest.mark.parametrize("field", [field for field in Finding.__struct_fields__ if field not in OUTSIDE])
def test_whatever_a_finding_says_is_in_its_id(field: str) -> None:
    changed = {
        "start_ns": 1, "end_ns": 11, "verdict": "not verified", "indication": True, "reason": Words("watch.none"),
        "likelihood_ratio": 0.06, "detection_mean": 0.98, "detection_min": 0.96, "required": 0.91, "watched": 0.5,
        "unwatched": (("range", 0.02),), "largest_unseen": Words("unseen.no_limit"), "counts": (("tracks", 1),),
        "evidence": EVIDENCE[1:], "sources": ("R1",), "explanations": (Explanation("birds", "kept", Words("period.open")),),
        "margin": Margin(1.0, 2.0, "m"), "accepted": (("ARM", "drew it"),),
        "alternatives": (Alternative("before", "", "violated", Words("period.open")),),
    }  # fmt: skip
    value = changed.get(field, "other")
    given = {field: value} | ({"verdict": "not verified"} if field == "indication" else {})
    before = draft(verdict="not verified") if field == "indication" else draft()
    assert make_finding(draft(**given), 0.95, 0).id != make_finding(before, 0.95, 0).id


@pytest.mark.parametrize(
    "given", [{"stage": "final"}, {"supersedes": "abc"}, {"tracks": ("t",)}, {"id": "x"}]
)
def test_stage_and_link_stand_outside_the_id(given: dict[str, object]) -> None:
    assert make_finding(draft(**given), 0.95, 0).id == make_finding(draft(), 0.95, 0).id


def test_too_much_evidence_is_cut_in_the_middle_and_counted() -> None:
    many = tuple((f"{number:064x}", 0) for number in range(1000))
    finding = make_finding(draft(evidence=(*many, *many)), 0.95, 0)
    assert finding.evidence_total == 1000 and len(finding.evidence) == MOST_EVIDENCE
    assert finding.evidence[0] == many[0] and finding.evidence[-1] == many[-1]


def test_a_finding_survives_json() -> None:
    finding = make_finding(draft(), 0.95, 0)
    assert msgspec.json.decode(msgspec.json.encode(finding), type=Finding) == finding
