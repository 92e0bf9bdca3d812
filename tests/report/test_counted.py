"""Counts beside rates: exact intervals, notified apart, no rate where nobody watched, the same rate under less looking."""

from __future__ import annotations

import msgspec
import pytest

from tests.report.reported import blind_day, day_of, seen_day
from tests.verify import scenes
from truceline.means.watch import Watch
from truceline.report.account import build
from truceline.report.counted import figure, interval
from truceline.report.figures import Rate
from truceline.terms.time import NS_PER_HOUR, NS_PER_MINUTE

# 90 % two-sided limits of a Poisson count, as tabled (Garwood 1936; Pearson and Hartley, Biometrika Tables I, table 40).
TABLED = {
    0: (0.0, 2.996),
    1: (0.0513, 4.744),
    2: (0.355, 6.296),
    3: (0.818, 7.754),
    5: (1.970, 10.513),
    10: (5.425, 16.962),
    30: (21.594, 40.691),
}


@pytest.mark.parametrize("count", TABLED)
def test_intervals_are_the_tabled_ones(count: int) -> None:
    rate, low, high = interval(count, 1.0)
    assert rate == count
    assert (low, high) == pytest.approx(TABLED[count], abs=6e-4)
    assert interval(count, 4.0) == pytest.approx((rate / 4, low / 4, high / 4))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.0438, "0.0438"),
        (21.66, "21.7"),
        (23405.4, "23405"),
        (0.000123456, "0.000123"),
        (1.5, "1.50"),
    ],
)
def test_three_significant_digits(value: float, text: str) -> None:
    assert figure(value) == text


def rate_of(rates: tuple[Rate, ...], what: str, name: str = "") -> Rate:
    return next(rate for rate in rates if rate.what == what and name in ("", rate.object_class))


def test_counts_are_the_judges() -> None:
    day = seen_day()
    report = build(day)
    cease = next(f for f in day.findings if f.clause == "1.cease" and f.end_ns - f.start_ns > NS_PER_HOUR)
    rate = rate_of(report.rates, "events")
    assert (rate.count, rate.notified) == (dict(cease.counts)["events"], dict(cease.counts)["notified"])
    flights = next(f for f in day.findings if f.clause == "1.air" and f.end_ns - f.start_ns > NS_PER_HOUR)
    assert rate_of(report.rates, "uninvited").count == dict(flights.counts)["uninvited"] == 1
    assert rate.finding == cease.id


def test_notified_activity_is_counted_and_named_but_in_no_rate() -> None:
    report = build(seen_day())
    rate = rate_of(report.rates, "theatre", "shot")
    assert (rate.count, rate.notified, rate.watched) == (2, 1, 0)
    inside = [event for event in report.events if event.notice]
    assert [(event.notice, event.reports, event.known) for event in inside] == [
        ("N-118", 2, ("seen", "heard"))
    ]
    assert [(item.notice, item.events) for item in report.notices] == [("N-118", 1)]


def test_where_nobody_watched_no_rate_is_stated() -> None:
    for rate in build(blind_day()).rates:
        assert (rate.per_hour, rate.per_1000, rate.observed_km2h) == ((), (), "0")


def patrolled(every_h: int) -> Rate:
    """A day on which a vehicle passes every two hours, and a patrol looks for one of every so many hours."""
    watches: list[Watch] = []
    told = []
    for begin in range(0, 24, every_h):
        start_ns = scenes.START + begin * NS_PER_HOUR
        ring = scenes.box(46.9, 39.9, 0.2)
        watches.append(scenes.patrol_watch(scenes.PATROL_A, ring, start_ns, start_ns + NS_PER_HOUR))
        seen = scenes.report(scenes.PATROL_A, "00:00:00", 46.9 + 0.15 * (begin // 2 % 3 - 1), 39.9)
        told.append(seen.put(time_ns=start_ns + 30 * NS_PER_MINUTE))
    day = day_of(scenes.material(scenes.coverage_of(watches), None, told), watches)
    return rate_of(build(day).rates, "theatre", "vehicle")


def test_half_the_looking_halves_the_count_and_leaves_the_rate() -> None:
    whole, half = patrolled(2), patrolled(4)
    assert (whole.count, half.count) == (12, 6)
    assert (whole.watched, half.watched) == (12, 6)
    rate, low, high = (float(value) for value in half.per_1000)
    assert low <= float(whole.per_1000[0]) <= high
    assert rate == pytest.approx(float(whole.per_1000[0]), rel=0.05)
    assert high - low > float(whole.per_1000[2]) - float(whole.per_1000[1])


def test_what_fell_where_nobody_watched_is_counted_but_in_no_rate() -> None:
    told = [scenes.report(scenes.PATROL_A, "18:00:00", 46.9, 39.9)]
    watch = scenes.patrol_watch(
        scenes.PATROL_A, scenes.box(46.9, 39.9, 0.2), scenes.at("08:00:00"), scenes.at("09:00:00")
    )
    rate = rate_of(
        build(day_of(scenes.material(scenes.coverage_of([watch]), None, told), [watch])).rates,
        "theatre",
        "vehicle",
    )
    assert (rate.count, rate.watched) == (1, 0)
    assert rate.per_1000[0] == "0"


def test_equal_evidence_is_told_once() -> None:
    report = build(seen_day())
    assert len(report.violated) == 1
    assert len(report.violated[0].same) == 1
    assert (
        sum(number for _, number in report.violated[0].items)
        == report.finding(report.violated[0].finding).evidence_total
    )


def test_a_sealed_day_is_whole_though_its_last_input_came_early() -> None:
    from tests.report.reported import sealed

    early = msgspec.structs.replace(blind_day(), known_ns=scenes.START - NS_PER_HOUR)
    assert not build(early).complete
    assert build(sealed(early)).complete
