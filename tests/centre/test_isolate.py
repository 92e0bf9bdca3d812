"""Whatever a foreign decoder does to its own process, the centre goes on and names the record."""

import os
from collections.abc import Iterator

import numpy as np
import pytest

from tests.centre.crashing import CRASHING, decode
from truceline.centre import isolate
from truceline.centre.isolate import Answer, close_workers, decode_isolated
from truceline.means import adsb
from truceline.means.means import Input, Means, Reading
from truceline.means.source import Source
from truceline.terms.faults import Broken
from truceline.terms.place import Site

SOURCE = Source("radar", "crashing")


@pytest.fixture(scope="module", autouse=True)
def workers() -> Iterator[None]:
    yield
    close_workers()


def run(*bodies: bytes, timeout_s: float = 30.0, memory_mb: int = 256) -> Reading:
    inputs = [Input(10 + number, 0, body) for number, body in enumerate(bodies)]
    return decode_isolated(CRASHING, inputs, SOURCE, timeout_s, memory_mb)


def whole(reading: Reading) -> int:
    return reading.decoded_bytes + reading.framing_bytes + sum(fault.length for fault in reading.faults)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"SEGV", "the decoder crashed (SIGSEGV)"),
        (b"ABRT", "the decoder crashed (SIGABRT)"),
        (b"EXIT", "the decoder stopped (exit status 3)"),
        (b"MEMORY", "the decoder used more than 256 MB"),
        (b"PANIC", "the decoder raised Panic: called unwrap on None"),
        (b"ERROR", "the decoder raised ValueError: bad input"),
    ],
)
def test_the_record_that_kills_the_decoder_becomes_a_fault(body: bytes, reason: str) -> None:
    reading = run(b"one", body)
    assert [(fault.seq, fault.offset, fault.length, fault.reason) for fault in reading.faults] == [
        (11, 0, len(body), reason)
    ]
    assert reading.observations["seq"].tolist() == [10]
    assert whole(reading) == 3 + len(body)


@pytest.mark.parametrize("body", [b"HANG", b"SPIN"])
def test_a_hang_is_ended_by_the_time_limit(body: bytes) -> None:
    reading = run(b"one", body, timeout_s=1.0)
    assert [fault.reason for fault in reading.faults] == ["the decoder took longer than 1 s"]
    assert reading.observations["seq"].tolist() == [10]


def test_several_culprits_are_found_and_the_rest_is_decoded_together() -> None:
    reading = run(b"a", b"SEGV", b"b", b"c", b"ABRT")
    assert [fault.seq for fault in reading.faults] == [11, 14]
    assert reading.observations["seq"].tolist() == [10, 12, 13]
    assert reading.records == 3


def test_records_that_crash_only_together_are_all_named() -> None:
    reading = run(b"FLINT", b"STEEL")
    assert [fault.seq for fault in reading.faults] == [10, 11]
    assert all("with the records around it" in fault.reason for fault in reading.faults)


def test_the_worker_is_kept_between_batches_and_replaced_after_a_crash() -> None:
    close_workers()
    run(b"one")
    worker = isolate._WORKERS["crashing", 256]
    run(b"two")
    assert worker.starts == 1
    run(b"SEGV")
    run(b"three")
    assert worker.starts > 1


def test_a_child_killed_from_outside_is_replaced() -> None:
    run(b"one")
    child = isolate._WORKERS["crashing", 256]._child
    assert child is not None
    child.kill()
    child.wait()
    assert run(b"two").records == 1


def test_chatter_of_a_decoder_harms_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(b"CHATTER").records == 1
    assert capfd.readouterr() == ("", "")


def test_no_input_is_an_empty_reading() -> None:
    assert run().records == 0


def test_a_means_gives_the_same_inside_and_outside() -> None:
    source = Source("rx", "adsb", site=Site(52.26, 3.92, 0.0))
    frames = b"*8D40621D58C382D690C8AC2863A7;\n*8D40621D58C386435CC412692AD6;\n"
    inputs = [Input(0, 10**18, frames), Input(1, 10**18 + 10**9, frames), Input(2, 10**18, b"?")]
    inside, outside = decode_isolated(adsb.MEANS, inputs, source), adsb.MEANS.decode(inputs, source)
    assert inside.watches == outside.watches
    assert inside.faults == outside.faults
    for name in outside.observations:
        np.testing.assert_array_equal(inside.observations[name], outside.observations[name])


def test_a_decoder_that_cannot_start_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolate, "CHILD", "raise SystemExit({fd} + {memory})")
    close_workers()
    with pytest.raises(Broken, match="does not start"):
        run(b"one")
    close_workers()


def test_an_answer_of_another_form_is_broken() -> None:
    with pytest.raises(Broken, match="other columns"):
        isolate._reading(Answer(rows=1, columns=(b"",)))
    wrong = [b""] * len(decode([], SOURCE).observations.data)
    with pytest.raises(Broken, match="torn column"):
        isolate._reading(Answer(rows=1, columns=tuple(wrong)))


def test_the_child_ends_with_its_worker() -> None:
    run(b"one")
    child = isolate._WORKERS["crashing", 256]._child
    assert child is not None
    close_workers()
    with pytest.raises(ProcessLookupError):
        os.kill(child.pid, 0)


def test_the_means_is_named_once_for_all() -> None:
    assert isinstance(CRASHING, Means)
    assert CRASHING.native
