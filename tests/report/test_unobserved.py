"""What was not observed adds up, is never understated, and gaps are told with their reason."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.report.reported import blind_day, day_of, radar_watches, seen_day, watched_day
from tests.verify import scenes
from truceline.coverage.coverage import CAUSES
from truceline.report.account import build
from truceline.report.unobserved import shares_of, silences_of, watched_ns
from truceline.terms.time import NS_PER_HOUR, format_time

causes = st.lists(
    st.tuples(st.sampled_from(CAUSES), st.floats(0.0, 1.0)), unique_by=lambda item: item[0], max_size=9
)


@given(st.floats(0.0, 1.0), causes)
def test_observed_and_causes_make_the_whole(watched: float, unwatched: list[tuple[str, float]]) -> None:
    observed, shares = shares_of(watched, unwatched)
    assert observed + sum(share.permille for share in shares) == 1000
    assert observed <= 1000 * watched + 1e-6
    assert all(share.permille > 0 for share in shares)
    assert [share.permille for share in shares] == sorted((s.permille for s in shares), reverse=True)


def test_almost_all_is_not_all() -> None:
    assert shares_of(0.99996, [("outage", 0.00004)])[0] == 999
    assert shares_of(1.0, [])[0] == 1000


def test_largest_remainders_share_the_rest() -> None:
    observed, shares = shares_of(0.5, [("outage", 0.2505), ("range", 0.1495), ("terrain", 0.1)])
    assert (observed, [(share.cause, share.permille) for share in shares]) == (
        500,
        [("outage", 251), ("range", 149), ("terrain", 100)],
    )


def test_the_outage_is_a_gap_of_its_source_and_of_the_clause() -> None:
    gaps = build(seen_day()).gaps
    silent = next(gap for gap in gaps if gap.source == "R2")
    assert (silent.start, silent.end, silent.seconds) == (
        "2020-11-20T14:00:00Z",
        "2020-11-20T17:00:00Z",
        10_800,
    )
    flight = next(gap for gap in gaps if gap.clause == "1.air")
    assert (flight.start, flight.end) == (silent.start, silent.end)
    assert flight.silent == ("R2", "R1-twin")  # which was never heard, and would have helped
    assert flight.causes[0].cause == "outage"
    assert float(flight.highest) < float(flight.required)
    held = {finding.id: finding for finding in seen_day().findings}
    assert [held[item].verdict for item in flight.findings] == ["not verified"] * 3


def test_a_clause_nobody_watched_is_one_gap_and_blames_no_source_that_could_not_see_it() -> None:
    gaps = [gap for gap in build(seen_day()).gaps if gap.clause == "3.men"]
    assert len(gaps) == 1
    assert gaps[0].seconds == 24 * 3600
    assert gaps[0].silent == ()


def test_a_source_never_heard_is_a_gap_all_day() -> None:
    holes = silences_of(blind_day())
    assert holes["R1"] == ((scenes.START, scenes.END),)
    assert "patrol-A" not in holes


def test_a_gap_reaches_to_what_is_known_and_not_beyond() -> None:
    known = scenes.at("15:30:00")
    day = msgspec.structs.replace(seen_day(), known_ns=known)
    assert silences_of(day)["R2"] == ((scenes.at("14:00:00"), known),)
    assert build(watched_day()).gaps[0].source == "ADSB-1"


def test_time_to_come_is_nobodys_silence() -> None:
    now_ns = scenes.at("12:20:00")
    watches = [scenes.radar_watch(source, scenes.START, now_ns) for source in (scenes.R1, scenes.R2)]
    day = day_of(scenes.material(scenes.coverage_of(watches), end_ns=now_ns), watches, end_ns=now_ns)
    report = build(day)
    ahead = (24 * 60 - 15 * 60 - 20) * 1000 // (24 * 60)
    for item in report.unobserved:
        causes = {share.cause: share.permille for share in item.causes}
        assert item.observed + sum(causes.values()) == 1000
        assert not item.asked or abs(causes["to come"] - ahead) <= 1
    last = [gap for gap in report.gaps if gap.clause == "3.men"][-1]
    assert (last.end, last.seconds) == ("2020-11-20T12:20:00Z", 15 * 3600 + 20 * 60)


def test_silence_shorter_than_the_heartbeat_is_no_gap() -> None:
    watches = radar_watches(("14:00:00", "14:00:29"))
    assert silences_of(msgspec.structs.replace(watched_day(), watches=watches))["R2"] == ()


@pytest.mark.parametrize("shift", [0, 1])
def test_overlapping_watches_count_once(shift: int) -> None:
    one = scenes.radar_watch(scenes.R1, scenes.START, scenes.START + 3 * NS_PER_HOUR)
    two = scenes.radar_watch(scenes.R1, scenes.START + (2 + shift) * NS_PER_HOUR, scenes.END + NS_PER_HOUR)
    end_ns = scenes.START + 6 * NS_PER_HOUR
    assert watched_ns([two, one, one], scenes.START, end_ns) == 6 * NS_PER_HOUR
    assert watched_ns([], scenes.START, end_ns) == 0


def test_sources_tell_their_day() -> None:
    sources = {source.name: source for source in build(seen_day()).sources}
    assert (sources["R2"].watched_s, sources["R2"].gaps, sources["R2"].faults) == (21 * 3600, 1, 2)
    assert sources["R2"].reasons == (("a data block says it is n octets long, but n are left", 2),)
    assert (sources["patrol-A"].steady, sources["patrol-A"].looks) == (False, 1)
    assert sources["patrol-A"].first == format_time(scenes.at("08:10:00"))
    assert build(seen_day()).other_faults == 1
