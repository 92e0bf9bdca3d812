"""Bytes that nobody sent in good faith: faults, never exceptions, and every octet accounted for."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.means.asterix import MEANS, general
from truceline.means.asterix.categories import OWN
from truceline.means.asterix.decode import MOST_FAULTS
from truceline.means.means import Input, Reading
from truceline.means.source import Source
from truceline.terms.place import Site
from truceline.terms.time import parse_time

RADAR = Source("R1", "asterix", site=Site(40.0, 47.0, 100.0))
STAMP = parse_time("2020-11-20T12:00:00Z")
SEEDS = (
    "croatia/cat048.raw", "croatia/cat062cat065.raw", "croatia/cat21_re.ast", "croatia/cat_001_002.pcap",
    "croatia/cat_034_048.pcap", "croatia/cat_062_065.pcap", "croatia/parsegps.gps",
    "jade/NATS_CAT048_119bytes_TCAS.ff", "misc/goasterix_sample.ast",
    "misc/CRASH_asterix-decoder-0.7.11_cat062_93bytes.bin",
)  # fmt: skip


def survive(bodies: list[bytes], source: Source = RADAR) -> Reading:
    reading = MEANS.decode([Input(seq, STAMP, body) for seq, body in enumerate(bodies)], source)
    lost = sum(fault.length for fault in reading.faults)
    assert reading.decoded_bytes + reading.framing_bytes + lost == sum(len(body) for body in bodies)
    for fault in reading.faults:
        assert 0 <= fault.offset <= fault.offset + fault.length <= len(bodies[fault.seq])
    items = reading.observations
    assert all(0 <= item < len(bodies[seq]) for seq, item in zip(items["seq"], items["item"], strict=True))
    return reading


def test_ten_thousand_random_bodies() -> None:
    rng = np.random.default_rng(20)
    categories = np.array([*OWN, *general.NUMBERS, 0, 7, 30, 255])
    bodies = []
    for _ in range(12_000):
        body = bytearray(rng.integers(0, 256, rng.integers(0, 120), dtype=np.uint8).tobytes())
        if len(body) >= 3 and rng.random() < 0.8:
            body[0] = int(rng.choice(categories))
            length = len(body) if rng.random() < 0.8 else int(rng.integers(0, 200))
            body[1:3] = length.to_bytes(2, "big")
        bodies.append(bytes(body))
    reading = survive(bodies)
    assert reading.faults


@pytest.mark.parametrize("name", SEEDS)
def test_captures_with_flipped_octets_and_cuts(data_dir: Path, name: str) -> None:
    good = (data_dir / "asterix" / name).read_bytes()
    rng = np.random.default_rng(len(good))
    bodies = []
    for _ in range(200):
        body = bytearray(good)
        for place in rng.integers(0, len(body), rng.integers(1, 6)):
            body[place] = rng.integers(0, 256)
        bodies.append(bytes(body[: rng.integers(1, len(body) + 1)]))
    survive(bodies)
    for body in bodies[::40]:
        survive([body])


@settings(max_examples=150)
@given(
    st.binary(max_size=400),
    st.sampled_from([b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\x3c\x4d", b"\x0a\x0d\x0d\x0a", b"\xcd" * 2200]),
)
def test_containers_that_only_begin_well(rest: bytes, magic: bytes) -> None:
    survive([magic + rest])
    if magic[:1] == b"\x0a":
        survive([magic + b"\x1c\0\0\0\x4d\x3c\x2b\x1a" + rest])


@settings(max_examples=100)
@given(st.binary(max_size=300), st.integers(0, 300))
def test_explaining_any_octet_of_anything(body: bytes, item: int) -> None:
    for field in MEANS.explain(body, item, RADAR):
        assert field.offset >= 0 and field.length >= 0


def test_torn_blocks_behind_each_other_are_one_fault() -> None:
    reading = survive([bytes([48, 0, 4, 0xFF]) * 100_000])
    assert [(item.offset, item.length) for item in reading.faults] == [(0, 400_000)]
    assert reading.records == 0


def test_faults_without_end_are_counted_not_kept() -> None:
    """Good and torn data blocks in turn: the first faults are listed, the rest is one sum."""
    turns = MOST_FAULTS + 50_000
    reading = survive([bytes([48, 0, 6, 0x80, 1, 2, 48, 0, 4, 0xFF]) * turns])
    kept = [item for item in reading.faults if item.length]
    assert len(kept) == MOST_FAULTS + 1
    assert reading.records == turns
    assert [item.length for item in kept if item.reason.startswith("50000 more")] == [200_000]


def test_zeros_are_not_a_million_records() -> None:
    reading = survive([bytes([48, 0xFF, 0xFF]) + bytes(65_532)])
    assert reading.records == 0
    assert [item.reason for item in reading.faults] == ["CAT048: a record holds no item"]


@pytest.mark.long
def test_a_hundred_megabytes_of_noise() -> None:
    rng = np.random.default_rng(3)
    survive([rng.integers(0, 256, 100_000_000, dtype=np.uint8).tobytes()])
