"""The shipped scenario reads, keeps to the volumes it promises, and a bad one is refused in words."""

from __future__ import annotations

import pytest

from truceline.agreement.text import read_agreement, read_amendment
from truceline.centre.config import Config, PartSettings, flaws
from truceline.centre.shipped import agreement_bytes
from truceline.exercise.script import Script, _read, read_expected, read_script, resource, scenarios
from truceline.means.source import independent
from truceline.terms.faults import Refusal
from truceline.terms.time import NS_PER_HOUR, civil_day, parse_day, parse_time

SCRIPT = read_script("karabakh-2020")


def test_every_shipped_scenario_reads_with_its_expected_findings() -> None:
    assert "karabakh-2020" in scenarios()
    for name in scenarios():
        script, expected = read_script(name), read_expected(name)
        assert script.name == expected.scenario == name
        clauses = {clause.id for clause in read_agreement(agreement_bytes(script.agreement)).clauses}
        assert {line.clause for line in expected.finding} <= clauses
        for line in expected.finding:
            assert parse_time(line.start) < parse_time(line.end)
            assert line.why


def test_its_sources_are_sound_settings() -> None:
    parts = tuple(PartSettings(name) for name in sorted(SCRIPT.part_titles))
    assert list(flaws(Config(part=parts, source=SCRIPT.source))) == []
    assert all(source.simulated for source in SCRIPT.source)
    radars = [source for source in SCRIPT.source if source.means == "asterix"]
    assert len(radars) >= 2
    assert independent(radars[0], radars[1])


def test_it_covers_the_day_and_opens_with_the_agreement_ten_days_before() -> None:
    zone = read_agreement(agreement_bytes(SCRIPT.agreement)).time_zone
    start_ns, end_ns = civil_day(parse_day(SCRIPT.day), zone)
    assert parse_time(SCRIPT.start) < start_ns < end_ns < parse_time(SCRIPT.end)
    assert parse_time(SCRIPT.end) - parse_time(SCRIPT.start) >= 24 * NS_PER_HOUR
    assert SCRIPT.opens == "2020-11-09T21:00:00Z"


def test_its_volumes_are_those_promised() -> None:
    assert SCRIPT.traffic.flights + len(SCRIPT.flight) >= 60
    assert len(SCRIPT.fire) >= 10
    assert sum(body.source.startswith("patrol") for body in SCRIPT.body) >= 20
    names = {source.name for source in SCRIPT.source}
    assert {outage.source for outage in SCRIPT.outage} <= names
    assert {clutter.source for clutter in SCRIPT.clutter} <= names
    assert {clock.part for clock in SCRIPT.clock} <= set(SCRIPT.part_titles)
    assert any(
        clock.offset_s == 7.0 and clock.jitter_s > 0 and clock.duplicates > 0 for clock in SCRIPT.clock
    )


def test_its_amendment_fits_its_agreement() -> None:
    agreement = read_agreement(agreement_bytes(SCRIPT.agreement))
    for body in SCRIPT.body:
        if body.kind == "agreement":
            found = read_amendment(
                resource(body.resource) if body.resource in _local() else agreement_bytes(body.resource)
            )
            assert found.amends == agreement.id


def _local() -> set[str]:
    return {f"{name}.toml" for name in scenarios()}


def test_what_is_no_scenario_is_refused() -> None:
    with pytest.raises(Refusal, match="no scenario file") as found:
        read_script("atlantis-9000")
    assert "karabakh-2020" in found.value.remedy
    with pytest.raises(Refusal, match="no scenario file"):
        read_expected("../../secret")
    with pytest.raises(Refusal, match="not a scenario"):
        _read(b"name = 3", Script, "x.toml")
    with pytest.raises(Refusal, match="not a scenario"):
        _read(b"[[[", Script, "x.toml")
