"""Record for record what libasterix reads, on captures and on bytes made to be hard."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.means.asterix.reference import data_blocks, ours, theirs
from truceline.means.asterix import general, walk
from truceline.means.asterix.categories import KNOWN, OWN

CAPTURES = (
    "argentina/cba_010626.pcap", "croatia/asterix.pcap", "croatia/cat048.raw", "croatia/cat062cat065.raw",
    "croatia/cat21_re.ast", "croatia/cat_001_002.pcap", "croatia/cat_034_048.pcap", "croatia/cat_062_065.pcap",
    "croatia/parsegps.gps", "jade/NATS_CAT048_119bytes_TCAS.ff", "jade/final_frame_062_065_large_packet_30min.ff",
    "jade/final_frame_062_30min.ff", "jade/final_frame_062_one_packet_sample2.FF",
    "jade/final_frame_cat062_one_packet.ff", "misc/CRASH_asterix-decoder-0.7.11_cat062_93bytes.bin",
    "misc/Jahorina.raw", "misc/goasterix_sample.ast",
)  # fmt: skip
MOST_BLOCKS = 150


@pytest.mark.parametrize("name", CAPTURES)
def test_captures_are_read_as_libasterix_reads_them(data_dir: Path, name: str) -> None:
    blocks = list(data_blocks(data_dir / "asterix" / name))
    assert blocks
    for category, offset, octets in blocks[:: max(1, len(blocks) // MOST_BLOCKS)]:
        assert ours(category, octets) == theirs(category, octets), (name, offset)


@pytest.mark.long
@pytest.mark.parametrize("name", [name for name in CAPTURES if "30min" in name or "cba" in name])
def test_whole_captures_are_read_as_libasterix_reads_them(data_dir: Path, name: str) -> None:
    for category, offset, octets in data_blocks(data_dir / "asterix" / name):
        assert ours(category, octets) == theirs(category, octets), (name, offset)


def fspec(bits: list[bool]) -> bytes:
    """Presence bits as octets chained by FX; at least one octet."""
    groups = [bits[at : at + 7] for at in range(0, len(bits), 7)] or [[]]
    held = [sum(bit << (7 - place) for place, bit in enumerate(group)) for group in groups]
    return bytes(value | (place < len(held) - 1) for place, value in enumerate(held))


@st.composite
def records(draw: st.DrawFn) -> tuple[int, bytes]:
    """Octets that begin like records: a plausible FSPEC, then low octets, so that chains and counts end early."""
    category = draw(st.sampled_from(sorted(OWN)))
    octets = b""
    for _ in range(draw(st.integers(1, 4))):
        octets += fspec(draw(st.lists(st.booleans(), max_size=OWN[category][0].frns + 3)))
        octets += draw(st.binary(max_size=80) | st.lists(st.sampled_from(range(8)), max_size=60).map(bytes))
    return category, octets


@settings(max_examples=600)
@given(records())
def test_made_up_records_are_read_as_libasterix_reads_them(made: tuple[int, bytes]) -> None:
    assert ours(*made) == theirs(*made)


@settings(max_examples=300)
@given(st.sampled_from(general.NUMBERS), st.binary(max_size=120))
def test_categories_of_libasterix_are_walked_as_it_does(category: int, octets: bytes) -> None:
    assert ours(category, octets) == theirs(category, octets)


def split(data: bytes) -> tuple[list[list[int]], list[list[int]]]:
    frames = np.array([[0, len(data)]], dtype=np.int64)
    rows, wrong, frame, _ = walk.blocks(np.frombuffer(data, np.uint8), frames, 0, -1, KNOWN, 1 << 20)
    assert frame == 1
    return rows.tolist(), wrong.tolist()


def test_lengths_that_lie_end_the_frame() -> None:
    good = bytes([48, 0, 5, 0x80, 0])
    assert split(good + good) == ([[0, 5, 0, 48], [5, 10, 0, 48]], [])
    assert split(good + bytes([48, 0, 2])) == ([[0, 5, 0, 48]], [[5, 8, 0, walk.SHORT_BLOCK]])
    assert split(good + bytes([48, 0, 9, 0x80])) == ([[0, 5, 0, 48]], [[5, 9, 0, walk.TORN_BLOCK]])
    assert split(good + bytes([48])) == ([[0, 5, 0, 48]], [[5, 6, 0, walk.TORN_HEADER]])
    assert split(bytes([48, 0])) == ([], [[0, 2, 0, walk.TORN_HEADER]])


def test_a_recorders_tag_behind_the_last_block_is_a_trailer() -> None:
    good, tag = bytes([34, 0, 5, 0x80, 0]), bytes.fromhex("4002200ae5186c86")
    assert split(good + tag) == ([[0, 5, 0, 34]], [[5, 13, 0, walk.TRAILER]])
    assert split(good + tag * 3)[1] == [[5, 29, 0, walk.TORN_BLOCK]], "too long for a tag"
    assert split(tag)[1] == [[0, 8, 0, walk.TORN_BLOCK]], "no block before it"


def test_blocks_are_split_in_steps_that_join_to_the_whole() -> None:
    data = np.frombuffer(bytes([48, 0, 5, 0x80, 0]) * 40 + bytes([48, 0, 9]), np.uint8)
    frames = np.array([[0, 60], [60, 60], [60, 203]], dtype=np.int64)
    whole, torn, _, _ = walk.blocks(data, frames, 0, -1, KNOWN, 1 << 20)
    rows, wrong, frame, pos = [], [], 0, -1
    while frame < len(frames):
        found, faults, frame, pos = walk.blocks(data, frames, frame, pos, KNOWN, 7)
        rows += found.tolist()
        wrong += faults.tolist()
    assert rows == whole.tolist()
    assert wrong == torn.tolist() == [[200, 203, 2, walk.TORN_BLOCK]]
