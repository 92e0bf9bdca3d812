"""What enters a fold: once each, in an order that depends on no log; what cannot be is a Fault that is counted once."""

from __future__ import annotations

import random
from collections.abc import Sequence

import msgspec
import numpy as np
import pytest

from tests.centre.stamped import (
    CONFIG,
    DAY,
    FIRES,
    HOUR,
    PLANES,
    RADAR,
    fire,
    fires,
    record,
    report,
    settings,
    turns,
)
from truceline.centre.config import Config, PartSettings, config_digest
from truceline.centre.inputs import AHEAD, Decoded, canonical_order, config_at, decode, raw_window
from truceline.record.record import Record
from truceline.terms.faults import Refusal
from truceline.terms.time import NS_PER_DAY, NS_PER_S

END = DAY + 24 * HOUR


def read(records: Sequence[Record], config: Config = CONFIG, counted_ns: int | None = None) -> Decoded:
    held = canonical_order(records)
    return decode(raw_window(held, config, DAY, END), config, DAY, END, counted_ns=counted_ns)


def radar(offset_ns: int = 0, start_ns: int = DAY + 10 * HOUR, count: int = 12) -> list[Record]:
    return [record("R1", time_ns + offset_ns, body) for time_ns, body in turns(start_ns, count)]


def same(one: Decoded, other: Decoded) -> bool:
    rows = all(
        np.array_equal(
            one.observations[name],
            other.observations[name],
            equal_nan=one.observations[name].dtype.kind == "f",
        )
        for name in one.observations
    )
    return rows and (one.watches, one.faults, one.duplicates) == (
        other.watches,
        other.faults,
        other.duplicates,
    )


# ------------------------------------------------------------------ order


def test_any_order_and_any_split_between_logs_gives_the_same_records() -> None:
    records = [*radar(), record("F1", END, fires(fire())), record("W1", DAY + HOUR, report())]
    whole = canonical_order(records)
    for seed in range(20):
        chance = random.Random(seed)
        twice = [*records, *chance.sample(records, 5)]
        chance.shuffle(twice)
        numbered = [msgspec.structs.replace(item, seq=n) for n, item in enumerate(twice)]
        assert canonical_order(numbered) == whole
        assert same(read(numbered), read(records))


def test_the_order_is_that_of_stamps_and_not_of_arrival() -> None:
    # the test above can fail: in order of arrival the same records give other rows
    records = radar()
    arrived = [msgspec.structs.replace(item, seq=n) for n, item in enumerate(reversed(records))]
    assert tuple(arrived) != canonical_order(records)
    assert not same(decode(arrived, CONFIG, DAY, END), read(records))


def test_a_record_in_both_logs_is_one_and_says_so() -> None:
    one = record("R1", DAY, b"x", held_by="A")
    other = msgspec.structs.replace(one, held_by="B", seq=9)
    for pair in ([one, other], [other, one]):
        (held,) = canonical_order(pair)
        assert (held.held_by, held.seq) == ("AB", 0)


def test_one_content_with_two_effective_times_is_two_records_in_any_order() -> None:
    one = record("F1", DAY, b"x", held_by="A")
    other = record("F1", DAY, b"x", effective_ns=DAY + 5, held_by="B")
    assert canonical_order([one, other]) == canonical_order([other, one])
    assert len(canonical_order([one, other])) == 2


def test_outputs_are_never_read_back() -> None:
    assert (
        canonical_order([record("A", DAY, b"{}", kind) for kind in ("finding", "case", "seal", "report")])
        == ()
    )


# ------------------------------------------------------------------ settings


def changed(lateness_s: int) -> Config:
    return msgspec.structs.replace(
        CONFIG, centre=msgspec.structs.replace(CONFIG.centre, lateness_s=float(lateness_s))
    )


def in_force(known_ns: int, *records: Record, own: str = "A") -> float:
    return config_at(records, known_ns, own).centre.lateness_s


def test_settings_that_one_part_changes_alone_change_nothing() -> None:
    both = [settings(changed(1), 1, "A"), settings(changed(1), 2, "B")]
    alone = settings(changed(2), 10, "B")
    assert in_force(99, *both, alone) == in_force(99, *both, alone, own="B") == 1
    joined = settings(changed(2), 20, "A")
    assert in_force(19, *both, alone, joined) == 1
    assert in_force(20, *both, alone, joined) == in_force(99, *both, alone, joined, own="B") == 2
    back = settings(changed(1), 30, "B")
    assert in_force(99, *both, alone, joined, back) == 2


def test_a_part_whose_log_holds_none_yet_is_not_asked() -> None:
    first = settings(changed(1), 1, "A")
    assert in_force(5, first) == 1
    with pytest.raises(Refusal, match="hold different settings"):
        in_force(5, settings(changed(1), 1, "A"), settings(changed(2), 1, "B"), own="C")


def test_nobody_is_bound_by_settings_that_drop_it() -> None:
    both = [settings(changed(1), 1, "A"), settings(changed(1), 1, "B")]
    without_b = msgspec.structs.replace(changed(2), part=(PartSettings("A"),), source=())
    dropped = settings(without_b, 10, "A")
    assert in_force(99, *both, dropped, own="B") == 1
    assert in_force(99, *both, dropped, own="A") == 2  # one part goes on alone


def test_settings_act_from_their_effective_time_and_garbage_never() -> None:
    records = [
        settings(changed(1), 1, "A"),
        record("centre", 2, b"{not json", "config", held_by="A"),
        msgspec.structs.replace(settings(changed(2), 3, "A"), effective_ns=50),
    ]
    assert in_force(49, *records) == 1
    assert in_force(50, *records) == 2
    with pytest.raises(Refusal, match="no settings were in force"):
        in_force(0, *records)
    assert config_digest(config_at(records, 49)) == config_digest(changed(1))


# ------------------------------------------------------------------ whose word


def test_a_part_cannot_speak_for_the_other_parts_sensor() -> None:
    forged = [msgspec.structs.replace(item, held_by="B") for item in radar()]
    found = read(forged)
    assert len(found.observations) == 0
    assert found.watches == ()
    assert {fault.reason for fault in found.faults} == {"logged by part B, but its home is part A"}
    honest = read([msgspec.structs.replace(item, held_by="A") for item in radar()])
    assert len(honest.observations) == 12
    assert same(read([*forged, *(msgspec.structs.replace(item, held_by="A") for item in radar())]), honest)


def test_an_undeclared_source_is_a_fault() -> None:
    found = read([record("ghost", DAY + 5, b"abc")])
    assert [(f.source, f.length, f.reason) for f in found.faults] == [
        ("ghost", 3, "no source of this name is declared")
    ]


# ------------------------------------------------------------------ duplicates


def test_equal_datagrams_within_a_minute_are_one_and_counted() -> None:
    records = radar()
    again = [msgspec.structs.replace(item, stamp_ns=item.stamp_ns + NS_PER_S) for item in records]
    again = [record("R1", item.stamp_ns, item.body) for item in again]
    found, once = read([*records, *again]), read(records)
    assert found.duplicates == len(records)
    assert np.array_equal(found.observations["time_ns"], once.observations["time_ns"])
    assert len(found.observations) == len(once.observations) == 12


def test_equal_datagrams_beyond_a_minute_are_two() -> None:
    first, *_ = radar()
    later = record("R1", first.stamp_ns + 61 * NS_PER_S, first.body)
    assert read([first, later]).duplicates == 0
    assert read([first, record("R1", first.stamp_ns + 60 * NS_PER_S, first.body)]).duplicates == 1


def test_a_file_taken_in_twice_counts_once_however_late() -> None:
    body = fires(fire())
    found = read([record("F1", DAY + 12 * HOUR, body), record("F1", END - HOUR, body)])
    assert (len(found.observations), found.duplicates) == (1, 1)


def test_a_file_dated_by_hand_otherwise_is_another_file() -> None:
    source = msgspec.structs.replace(RADAR, name="R7", door="file:")
    config = msgspec.structs.replace(CONFIG, source=(source,))
    body = b"".join(body for _, body in turns(DAY + 10 * HOUR, 3))
    stamp = END + 30 * NS_PER_DAY
    records = [
        record("R7", stamp, body, effective_ns=DAY + 12 * HOUR),
        record("R7", stamp + HOUR, body, effective_ns=DAY - 12 * HOUR),
    ]
    found = read(records, config)
    assert (len(found.observations), found.duplicates) == (3, 0)
    assert found.observations["time_ns"].min() > DAY


# ------------------------------------------------------------------ time


def test_a_clock_seven_seconds_off_moves_no_observation() -> None:
    assert np.array_equal(
        read(radar()).observations["time_ns"], read(radar(7 * NS_PER_S)).observations["time_ns"]
    )


@pytest.mark.parametrize("off_ns", [3 * HOUR, -3 * HOUR, 11 * HOUR])
def test_a_clock_in_another_time_zone_is_not_believed(off_ns: int) -> None:
    found = read(radar(off_ns))
    assert len(found.observations) == 0
    assert found.watches == ()
    assert found.faults
    assert {fault.source for fault in found.faults} == {"R1"}


def planes(now_s: float) -> bytes:
    return msgspec.json.encode(
        {
            "now": now_s,
            "messages": 10,
            "aircraft": [
                {"hex": "4b8b02", "lat": 39.9, "lon": 47.0, "alt_baro": 30000, "seen_pos": 1.0, "seen": 0.5}
            ],
        }
    )


@pytest.mark.parametrize(
    ("off_ns", "reason"),
    [(365 * NS_PER_DAY, AHEAD), (-365 * NS_PER_DAY, "its time is over an hour before its stamp")],
)
def test_another_year_from_a_live_device_is_a_fault(off_ns: int, reason: str) -> None:
    stamp = DAY + 10 * HOUR
    good = read([record("P1", stamp, planes(stamp / NS_PER_S))])
    assert len(good.observations) == 1
    found = read([record("P1", stamp, planes((stamp + off_ns) / NS_PER_S))])
    assert len(found.observations) == 0
    assert reason in {fault.reason for fault in found.faults} | {AHEAD}
    assert found.faults


def test_a_file_may_be_old_but_not_from_the_future() -> None:
    old = read([record("F1", END + 900 * NS_PER_DAY, fires(fire()))])
    assert len(old.observations) == 1
    early = read([record("F1", DAY + HOUR, fires(fire(clock="1032")))])
    assert len(early.observations) == 0
    assert [fault.reason for fault in early.faults] == [AHEAD]


def test_a_watch_from_the_future_is_no_watch() -> None:
    stamp = DAY + HOUR
    line = {
        "satellite": "N", "start": "2020-11-20T10:31:00Z", "end": "2020-11-20T10:33:00Z",
        "ring": [[45.2, 38.8], [48.2, 38.8], [48.2, 40.9]], "clear": 0.9, "classes": {"fire": 0.8},
    }  # fmt: skip
    passes = msgspec.structs.replace(FIRES, name="S1", means="passes")
    config = msgspec.structs.replace(CONFIG, source=(passes,))
    body = msgspec.json.encode(line) + b"\n"
    assert len(read([record("S1", DAY + 12 * HOUR, body)], config).watches) == 1
    early = read([record("S1", stamp, body)], config)
    assert early.watches == ()
    assert [fault.reason for fault in early.faults] == [AHEAD]


# ------------------------------------------------------------------ places


@pytest.mark.parametrize(
    ("lat", "lon"), [("95", "46"), ("nan", "46"), ("40", "181"), ("inf", "46"), ("", "46")]
)
def test_a_place_that_is_none_is_a_fault(lat: str, lon: str) -> None:
    found = read([record("F1", END, fires(fire(), fire(lat=lat, lon=lon)))])
    assert len(found.observations) == 1
    assert len(found.faults) == 1


@pytest.mark.parametrize("lat", [95.0, -91.0, 1e300])
def test_a_report_from_nowhere_is_a_fault(lat: float) -> None:
    found = read([record("W1", DAY + 11 * HOUR, report(lat=lat), held_by="B")])
    assert (len(found.observations), len(found.faults)) == (0, 1)


# ------------------------------------------------------------------ counted once


def test_faults_and_duplicates_of_the_warm_up_are_not_counted_again() -> None:
    good = radar(start_ns=DAY + HOUR, count=3)
    torn = [
        record("R1", DAY + 60 * NS_PER_S, good[0].body[:7]),
        record("R1", DAY + 2 * HOUR, good[1].body[:7]),
    ]
    doubled = [record("R1", item.stamp_ns + 1, item.body) for item in good]
    every = read([*good, *torn, *doubled])
    assert (len(every.faults), every.duplicates) == (2, len(good))
    counted = read([*good, *torn, *doubled], counted_ns=DAY + 90 * 60 * NS_PER_S)
    assert (len(counted.faults), counted.duplicates) == (1, 0)
    assert len(counted.observations) == len(every.observations)


def test_a_files_faults_are_told_on_the_days_it_speaks_of() -> None:
    body = fires(fire(), fire(lat="95"), fire(date="2020-11-18"))
    late = record("F1", END + 40 * NS_PER_DAY, body)
    assert len(read([late]).faults) == 1
    silent = canonical_order([late])
    other = decode(raw_window(silent, CONFIG, DAY + 3 * NS_PER_DAY, END + 3 * NS_PER_DAY), CONFIG,
                   DAY + 3 * NS_PER_DAY, END + 3 * NS_PER_DAY)  # fmt: skip
    assert (len(other.observations), other.faults) == (0, ())


def test_files_taken_in_later_than_their_day_still_count_and_datagrams_do_not() -> None:
    far = END + 400 * NS_PER_DAY
    assert len(read([record("F1", far, fires(fire()))]).observations) == 1
    held = canonical_order([record("R1", far, turns(DAY + 10 * HOUR, 1)[0][1])])
    assert raw_window(held, CONFIG, DAY, END) == []
    late = record("R1", END + round((CONFIG.centre.late_s - 1) * NS_PER_S), b"x")
    assert raw_window(canonical_order([late]), CONFIG, DAY, END) != []


def test_nothing_is_nothing() -> None:
    assert read([]).observations.table.name == "observations"
    assert len(read([record("P1", DAY + 5, b"")]).observations) == 0
    assert PLANES.name in {fault.source for fault in read([record("P1", DAY + 5, b"?")]).faults}
