"""What leaves the world: genuine wire bytes in order of arrival, with just the wrongs that were scripted."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec
import pytest

from tests.rehearsed import small_script
from truceline.exercise.emit import Sent, emit
from truceline.exercise.script import Clock
from truceline.exercise.truth import truth_of
from truceline.exercise.world import paths
from truceline.means.means import Input
from truceline.means.registry import named
from truceline.terms.time import NS_PER_S, parse_time

SCRIPT = small_script()
WAYS = paths(SCRIPT)


@pytest.fixture(scope="module")
def sent() -> list[Sent]:
    return emit(SCRIPT, WAYS)


def of(sent: list[Sent], name: str) -> list[Sent]:
    return [item for item in sent if item.source == name]


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(sent: list[Sent]) -> None:
    assert emit(SCRIPT, WAYS) == sent
    other = small_script(seed=1)
    assert emit(other, paths(other)) != sent
    assert sent == sorted(sent)


def test_every_feed_speaks_bytes_that_its_means_reads(sent: list[Sent]) -> None:
    clean = msgspec.structs.replace(SCRIPT, clock=())
    for source in SCRIPT.source:
        bodies = of(emit(clean, WAYS), source.name)
        inputs = [Input(n, item.stamp_ns, item.body) for n, item in enumerate(bodies)]
        reading = named(source.means).decode(inputs, source)
        assert reading.faults == (), source.name
        assert not bodies or reading.records
        if source.means in ("asterix", "adsb"):
            assert reading.watches
            off = [reading.observations["time_ns"][row] - inputs[int(reading.observations["seq"][row])].stamp_ns
                   for row in range(0, len(reading.observations), 50)]  # fmt: skip
            assert max(abs(item) for item in off) < 8 * NS_PER_S


def test_a_parts_wrong_line_is_wrong_as_scripted(sent: list[Sent]) -> None:
    plain = of(emit(msgspec.structs.replace(SCRIPT, clock=()), WAYS), "R2")
    wrong = of(sent, "R2")
    (clock,) = [item for item in SCRIPT.clock if item.part == "B"]
    assert {item.stamp_ns - item.arrival_ns for item in wrong} == {7 * NS_PER_S}
    twice = len(wrong) - len(plain)
    assert twice == pytest.approx(clock.duplicates * len(plain), rel=0.3)
    known = Counter(item.body for item in plain)
    torn = sum(item.body not in known for item in wrong)
    assert 0 < torn < 0.02 * len(plain)
    order = [item.body for item in wrong if item.body in known]
    assert order != [item.body for item in plain]  # reordered
    assert of(sent, "R1") == of(emit(msgspec.structs.replace(SCRIPT, clock=()), WAYS), "R1")


def test_cut_feeds_say_nothing_and_the_others_say_the_same(sent: list[Sent]) -> None:
    cut = emit(SCRIPT, WAYS, frozenset({"R1", "patrol-A"}))
    assert of(cut, "R1") == of(cut, "patrol-A") == []
    assert cut == [item for item in sent if item.source not in ("R1", "patrol-A")]
    every = emit(SCRIPT, WAYS, frozenset(source.name for source in SCRIPT.source))
    assert {item.kind for item in every} == {"agreement", "notice", "statement"}


def test_nothing_of_the_truth_is_sent(sent: list[Sent]) -> None:
    truth = truth_of(SCRIPT, WAYS)
    lines = [msgspec.json.decode(line) for line in truth.splitlines()]
    assert lines[0]["mark"] == "EXERCISE"
    flights = [line["name"] for line in lines if line.get("kind") == "flight"]
    assert len(flights) == len(WAYS)
    assert "silent-seen" in flights
    assert not [item for item in sent if b"silent-seen" in item.body]


def test_documents_come_when_they_should(sent: list[Sent]) -> None:
    amendment = next(item for item in sent if item.kind == "agreement")
    assert amendment.arrival_ns == parse_time("2020-11-15T09:00:00Z")
    complaint: Any = msgspec.json.decode(next(item.body for item in sent if item.kind == "statement"))
    assert complaint["clause"] == "1.air"


def test_a_clock_without_wrongs_is_right() -> None:
    assert Clock("A") == Clock("A", 0.0, 0.0, 0.0, 0.0)
