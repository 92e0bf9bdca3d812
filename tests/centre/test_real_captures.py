"""Real radar captures taken in by hand: tracks that agree with their plots, Watches from north marks, a seal, a report."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import msgspec
import numpy as np
import pytest

from truceline.centre.audit import audit_centre
from truceline.centre.clock import SetClock
from truceline.centre.founding import first_config
from truceline.centre.part import Part, make_part
from truceline.centre.reading import noon, parse_site
from truceline.centre.seal import seal_day
from truceline.centre.shipped import agreement_bytes
from truceline.centre.take_in import Taken, take_files
from truceline.report.day import Day
from truceline.terms.time import NS_PER_S, format_time, parse_day, parse_time

AGREEMENT = "2020-11-karabakh.toml"


class Sealed(msgspec.Struct, frozen=True):
    """What was taken in and what came of it."""

    root: Path
    taken: Taken
    day: Day


def sealed(root: Path, file: Path, site: str, source: str, day: str, date: str = "") -> Sealed:
    body = agreement_bytes(AGREEMENT)
    lat, lon, _ = (float(item) for item in site.split(","))
    config = first_config(body, AGREEMENT, "A", "Trial", (lat, lon))
    make_part(root, config, body, SetClock(parse_time("2026-06-02T00:00:00Z"))).close()
    (taken,) = take_files(root, [file], "", source, parse_site(site), noon(date) if date else 0)
    part = Part(root)
    try:
        return Sealed(root, taken, seal_day(part, parse_day(day)))
    finally:
        part.close()


@pytest.fixture(scope="module")
def cordoba(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    file = data_dir / "asterix" / "argentina" / "cba_010626.pcap"
    root = tmp_path_factory.mktemp("cordoba") / "c"
    return sealed(root, file, "-31.31,-64.21,500", "R7", "2026-06-01")


@pytest.fixture(scope="module")
def jahorina(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    file = data_dir / "asterix" / "misc" / "Jahorina.raw"
    root = tmp_path_factory.mktemp("jahorina") / "c"
    return sealed(root, file, "43.73,18.56,1900", "J1", "2021-03-03", date="2021-03-03")


def agreement_of(day: Day) -> tuple[float, float]:
    """Share of updates whose plot bears its track's squawk, and the median height difference in metres."""
    tracks, states, rows = day.air.tracks, day.air.states, day.observations
    held = states.take(states["observation"] >= 0)
    lasting = (tracks["last_ns"] - tracks["first_ns"])[held["track"]] > 60 * NS_PER_S
    held = held.take(lasting)
    plots = rows.take(held["observation"])
    known = plots["squawk"] >= 0
    same = (plots["squawk"] == tracks["squawk"][held["track"]])[known]
    level = np.isfinite(plots["pressure_altitude_m"])
    off = np.abs(plots["pressure_altitude_m"] - held["height_m"])[level]
    return float(same.mean()), float(np.median(off))


@pytest.mark.parametrize("name", ["cordoba", "jahorina"])
def test_tracks_agree_with_their_plots(name: str, request: pytest.FixtureRequest) -> None:
    day = request.getfixturevalue(name).day
    share, off_m = agreement_of(day)
    assert share > 0.95
    assert off_m < 15.0  # half a flight level
    plots = Counter(day.observations["squawk"][day.observations["range_m"] > 0].tolist())
    often = {squawk for squawk, count in plots.items() if squawk > 0 and count >= 18}
    confirmed = day.air.tracks["squawk"][day.air.tracks["confirmed_ns"] >= 0].tolist()
    assert len(often) > 10
    assert len(often - set(confirmed)) <= len(often) // 20
    assert not set(confirmed) - set(plots)


def test_every_datagram_of_the_capture_is_accounted_for(cordoba: Sealed) -> None:
    taken = cordoba.taken
    assert (taken.means, taken.observations, taken.watches) == ("asterix", 3_803, 2)
    assert taken.records == 15_685
    assert (taken.first, taken.last) == ("2026-06-01T14:13:00Z", "2026-06-01T14:38:08Z")
    (fault,) = cordoba.day.faults
    assert fault.reason == "15325 times: 8 octets after the last data block"
    assert cordoba.day.seal is not None
    assert cordoba.day.seal.counts["faults"] == 1


def test_watches_run_from_north_mark_to_north_mark_and_not_over_the_gap(cordoba: Sealed) -> None:
    first, second = cordoba.day.watches
    assert {watch.mode for watch in (first, second)} == {"rotating"}
    assert first.end_ns < second.start_ns
    times = cordoba.day.observations["time_ns"]
    silent = (times > first.end_ns + 5 * NS_PER_S) & (times < second.start_ns - 5 * NS_PER_S)
    assert not silent.any()
    minutes = (first.end_ns - first.start_ns + second.end_ns - second.start_ns) / 60 / NS_PER_S
    assert 20 < minutes < 25.2
    covered = cordoba.day.coverage.probability.max(axis=(0, 2)) > 0
    start_ns, step_ns = cordoba.day.coverage.start_ns, cordoba.day.coverage.step_ns
    seen = [format_time(start_ns + n * step_ns)[11:16] for n in np.flatnonzero(covered).tolist()]
    assert seen == ["14:10", "14:20", "14:30"]


def test_callsigns_come_through_where_the_radar_hears_them(jahorina: Sealed) -> None:
    assert (jahorina.taken.records, jahorina.taken.observations) == (2_119, 2_099)
    assert jahorina.taken.first.startswith("2021-03-03T09:25")
    labels = set(jahorina.day.air.tracks["label"].tolist())
    assert {b"HCC6553", b"EZY4602", b"TVS2367"} <= labels
    assert len(jahorina.day.watches) == 1


@pytest.mark.parametrize("name", ["cordoba", "jahorina"])
def test_nothing_is_verified_where_no_clause_was_watched_and_the_audit_agrees(
    name: str, request: pytest.FixtureRequest
) -> None:
    held = request.getfixturevalue(name)
    assert {finding.verdict for finding in held.day.findings} <= {"not verified"}
    result = audit_centre(held.root)
    assert result.same, result.steps[-1]


def test_a_report_of_the_day_is_written(cordoba: Sealed) -> None:
    from truceline.report.daily import render

    told = msgspec.json.decode(render(cordoba.day, "en", "json"))
    assert "2026-06-01" in msgspec.json.encode(told).decode()
    page = render(cordoba.day, "en", "html").decode()
    assert "EXERCISE" not in page
