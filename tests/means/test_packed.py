"""Packed bodies: what unpacks, what does not, and how their bytes add up."""

import gzip
import zlib

import pytest

from truceline.means import packed
from truceline.means.means import Input, Reading
from truceline.means.observations import OBSERVATIONS
from truceline.terms.faults import Fault


def test_a_packed_body_is_unpacked_and_any_other_left_as_it_is() -> None:
    assert packed.unpack(gzip.compress(b"text")) == b"text"
    assert packed.unpack(b"text") == b"text"
    assert packed.unpack(b"") == b""


@pytest.mark.parametrize(
    "harm", [lambda b: b[:-1], lambda b: b[:12] + b"\xff" + b[13:], lambda b: b + b"more"]
)
def test_a_damaged_packed_body_is_none(harm) -> None:  # type: ignore[no-untyped-def]
    assert packed.unpack(harm(gzip.compress(b"text" * 100))) is None


def test_a_body_that_unpacks_without_end_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "UNPACK_LIMIT", 1_000)
    assert packed.unpack(gzip.compress(bytes(1_000_000))) is None


def test_the_head_of_a_packed_file_is_read_without_its_end() -> None:
    body = gzip.compress(bytes(range(256)) * 100)
    assert packed.unpack_head(body[: len(body) // 2], 100) == bytes(range(100))
    assert packed.unpack_head(b"\x1f\x8b\x08garbage") == b""
    with pytest.raises(zlib.error):
        zlib.decompress(b"\x1f\x8b\x08garbage", 31)


def test_faults_inside_a_packed_body_keep_their_place_and_count_no_bytes() -> None:
    record = Input(3, 0, gzip.compress(b"good\nbad\n"))
    inside = Reading(OBSERVATIONS.empty(), (), (Fault("s", 3, 5, 4, "bad line"),), 1, 5, 0)
    reading = packed.balance(inside, [record])
    assert reading.faults == (Fault("s", 3, 5, 0, "bad line (4 bytes unpacked)"),)
    assert reading.decoded_bytes + reading.framing_bytes == len(record.body)
