"""Norm states from day to day: a broken clause stays on record, a repaired one says so."""

import msgspec
import pytest

from tests.verify.scenes import CROSSING, END, R1, R2, agreement, at, both_radars, flight, material, nobody
from truceline.terms.time import NS_PER_DAY, parse_time
from truceline.verify.finding import Finding
from truceline.verify.judge import judge, norm_states
from truceline.verify.norms import STATES, Norms, states_of

QUIET = judge(agreement(), material(both_radars()))
CROSSED = judge(agreement(), material(both_radars(), flight([R1, R2], at("08:05"), CROSSING)))
BLIND = judge(agreement(), material(nobody()))


def after(previous: Norms, findings: list[Finding], now_ns: int = END) -> dict[str, str]:
    return states_of(norm_states(previous, findings, agreement(), now_ns))


def test_states_are_those_of_the_method() -> None:
    states = after((), BLIND)
    assert set(states) == {clause.id for clause in agreement().clauses}
    assert set(states.values()) <= set(STATES)
    assert (
        states["1.air"] == "active"
        and states["6.kalbajar"] == "pending"
        and states["6.corridor_forces"] == "pending"
    )
    assert states["2.agdam"] == "active", "its deadline has passed and nothing is decided"


def test_a_violation_stays_until_a_whole_period_was_kept() -> None:
    broken = norm_states((), CROSSED, agreement(), END)
    assert states_of(broken)["1.air"] == "violated"
    assert after(broken, BLIND)["1.air"] == "violated"
    assert after(broken, QUIET)["1.air"] == "repaired"
    repaired = norm_states(broken, QUIET, agreement(), END)
    assert after(repaired, BLIND)["1.air"] == "repaired"
    assert after(repaired, CROSSED)["1.air"] == "violated"
    assert after((), QUIET)["1.air"] == "active"


def test_what_was_due_and_done_stays_fulfilled() -> None:
    done = [
        msgspec.structs.replace(finding, verdict="compliant") if finding.clause == "2.agdam" else finding
        for finding in BLIND
    ]
    fulfilled = norm_states((), done, agreement(), END)
    assert states_of(fulfilled)["2.agdam"] == "fulfilled"
    assert after(fulfilled, BLIND)["2.agdam"] == "fulfilled"


@pytest.mark.parametrize(
    ("moment", "state"), [("2020-11-01T00:00:00Z", "pending"), ("2026-01-01T00:00:00Z", "expired")]
)
def test_a_window_opens_and_closes(moment: str, state: str) -> None:
    assert after((), [], parse_time(moment))["4.term"] == state


def test_the_order_of_findings_does_not_matter() -> None:
    assert norm_states((), CROSSED[::-1], agreement(), END) == norm_states((), CROSSED, agreement(), END)
    assert after((), [], END + NS_PER_DAY)["1.air"] == "active"
