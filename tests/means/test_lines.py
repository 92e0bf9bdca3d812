"""Lines of a body, and a crowd of faults told as one."""

from hypothesis import given
from hypothesis import strategies as st

from truceline.means import adsb
from truceline.means.lines import MOST_FAULTS, few, lines
from truceline.means.means import Input
from truceline.means.source import Source
from truceline.terms.faults import Fault


@given(st.binary(max_size=200))
def test_every_byte_lies_in_one_line(body: bytes) -> None:
    place = 0
    for offset, length, text in lines(body):
        assert offset == place
        assert "\n" not in text
        place += length
    assert place == len(body)


def test_the_byte_order_mark_is_no_text() -> None:
    assert list(lines(b"\xef\xbb\xbfa\r\nb")) == [(0, 6, "a"), (6, 1, "b")]


def test_a_crowd_of_faults_keeps_its_bytes() -> None:
    faults = [Fault("s", seq, offset, 2, "bad") for seq in (0, 1) for offset in range(0, 20, 2)]
    told = few(faults, 4)
    assert [fault.seq for fault in told] == [0] * 4 + [1] * 4 + [0, 1]
    assert told[-1] == Fault("s", 1, 8, 12, "6 more faults, the first: bad")
    assert sum(fault.length for fault in told) == sum(fault.length for fault in faults)
    assert few(faults, 20) == tuple(faults)


def test_a_crowd_of_torn_frames_keeps_its_bytes() -> None:
    bodies = [b"*8D4840D6202CC371C32CE0576099;\n" * 3_000, b"\x1a2" * 5_000 + b"\x1a", b"2" * 10]
    reading = adsb.decode([Input(n, 0, body) for n, body in enumerate(bodies)], Source("rx", "adsb"))
    whole = reading.decoded_bytes + reading.framing_bytes + sum(fault.length for fault in reading.faults)
    assert whole == sum(map(len, bodies))
    assert len(reading.faults) < 2 * MOST_FAULTS + 5
    assert "2000 more faults, the first: parity fails" in " ".join(fault.reason for fault in reading.faults)
