"""The score: each expected line met, each miss and each surprise in one line that names it."""

from __future__ import annotations

import msgspec

from tests.centre.findings import HOUR, START, finding
from truceline.exercise.score import only_not_verified, score
from truceline.exercise.script import Expected, ExpectedFile
from truceline.verify.finding import Finding


def hours(*verdicts: str, clause: str = "1.air") -> list[Finding]:
    return [finding(clause, verdict, START + n * HOUR) for n, verdict in enumerate(verdicts)]


def line(verdict: str, first: str = "21", last: str = "22", clause: str = "1.air") -> Expected:
    return Expected(clause, f"2020-11-19T{first}:00:00Z", f"2020-11-19T{last}:00:00Z", verdict)


def file(*lines: Expected) -> ExpectedFile:
    return ExpectedFile("x", lines)


def test_what_is_expected_and_found_is_matched() -> None:
    found = score(
        hours("compliant", "violated", "not verified"), file(line("compliant"), line("violated", "22", "23"))
    )
    assert (found.matched, found.missed, found.unexpected, found.passed) == (2, 0, 0, True)
    assert found.sentence == "expected findings: 2 matched, 0 missed, 0 unexpected"


def test_a_stretch_is_met_only_if_every_hour_in_it_is() -> None:
    found = score(hours("compliant", "not verified"), file(line("compliant", "21", "23")))
    assert (found.matched, found.missed, found.passed) == (0, 1, False)
    assert "1.air" in found.lines[0]
    assert "should be compliant" in found.lines[0]
    assert "22:00 not verified" in found.lines[0]


def test_the_whole_day_is_met_by_the_finding_of_the_whole_day() -> None:
    hour, day = finding("1.air", "violated"), finding("1.air", "compliant")
    day = msgspec.structs.replace(day, id="day", end_ns=START + 2 * HOUR)
    found = score([hour, day], file(line("compliant", "21", "23"), line("violated")))
    assert found.passed


def test_a_clause_that_is_not_there_is_missed() -> None:
    found = score(hours("compliant"), file(line("compliant", clause="9.guards")))
    (told,) = found.lines
    assert told.startswith(
        "missed: 9.guards 2020-11-19T21:00:00Z to 2020-11-19T22:00:00Z should be compliant"
    )
    assert told.endswith("(no finding of that clause and time)")


def test_a_violation_nobody_expects_is_unexpected_and_a_compliance_is_not() -> None:
    found = score(hours("violated", "compliant"), file(line("compliant", "22", "23")))
    assert (found.matched, found.unexpected, found.passed) == (1, 1, False)
    assert found.lines == ("unexpected: 1.air 2020-11-19T21:00:00Z is violated",)
    assert score(hours("compliant"), file()).passed


def test_without_feeds_only_not_verified_will_do() -> None:
    assert only_not_verified(hours("not verified", "not verified")).passed
    found = only_not_verified(hours("not verified", "compliant", "violated"))
    assert (found.matched, found.unexpected, found.passed) == (1, 2, False)
    assert "compliant though nobody looked" in found.lines[0]
