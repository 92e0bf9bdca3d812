"""The tree against published vectors and against the definition, read as a recursion."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.record import prove, tiles
from truceline.terms.faults import Refusal

# The leaves, roots and proofs that Certificate Transparency implementations test with (merkletree tests of
# google/certificate-transparency, kept in transparency-dev/merkle).
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    bytes.fromhex(text)
    for text in (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
]
INCLUSION = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


def mth(entries: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\0" + entries[0]).digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return hashlib.sha256(b"\1" + mth(entries[:k]) + mth(entries[k:])).digest()


def grown(entries: list[bytes]) -> tuple[tiles.Tree, dict[tuple[int, int], bytes]]:
    """A tree and its full tiles and current partial ones, by (level, index)."""
    tree = tiles.Tree()
    held = {(t.level, t.index): t.data for t in tree.extend([tiles.leaf_hash(e) for e in entries])}
    held.update({(t.level, t.index): t.data for t in tree.partials()})
    return tree, held


def reader(held: dict[tuple[int, int], bytes]) -> prove.TileReader:
    return lambda level, index, width: held[level, index][: width * 32]


def test_published_roots() -> None:
    for size, root in enumerate(ROOTS):
        assert grown(LEAVES[:size])[0].root() == root == mth(LEAVES[:size])


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_published_inclusion_proofs(index: int, size: int) -> None:
    _, held = grown(LEAVES[:size])
    proof = prove.prove_inclusion(reader(held), size, index)
    assert [item.hex() for item in proof] == INCLUSION[index, size]
    assert prove.verify_inclusion(tiles.leaf_hash(LEAVES[index]), index, size, proof, ROOTS[size])


@pytest.mark.parametrize(("old", "size"), CONSISTENCY)
def test_published_consistency_proofs(old: int, size: int) -> None:
    _, held = grown(LEAVES[:size])
    proof = prove.prove_consistency(reader(held), size, old)
    assert [item.hex() for item in proof] == CONSISTENCY[old, size]
    assert prove.verify_consistency(old, size, proof, ROOTS[old], ROOTS[size])


def test_all_small_trees_prove_and_refuse() -> None:
    entries = [bytes([i]) for i in range(40)]
    for size in range(1, 41):
        tree, held = grown(entries[:size])
        root = tree.root()
        assert root == mth(entries[:size])
        for index in range(size):
            leaf = tiles.leaf_hash(entries[index])
            proof = prove.prove_inclusion(reader(held), size, index)
            assert prove.verify_inclusion(leaf, index, size, proof, root)
            assert not prove.verify_inclusion(leaf, index, size, [*proof, root], root)
            assert not prove.verify_inclusion(leaf, index, size, proof[:-1], root) or size == 1
            wrong = (index + 1) % size
            assert size == 1 or not prove.verify_inclusion(leaf, wrong, size, proof, root)
        for old in range(size + 1):
            proof = prove.prove_consistency(reader(held), size, old)
            old_root = mth(entries[:old])
            assert prove.verify_consistency(old, size, proof, old_root, root)
            if 0 < old < size:
                assert not prove.verify_consistency(old, size, proof, root, root)
                assert not prove.verify_consistency(old, size, proof[:-1], old_root, root)
                assert not prove.verify_consistency(old, size, [*proof, root], old_root, root)


@settings(max_examples=15, deadline=None)
@given(size=st.integers(1, 70_000), data=st.data())
def test_proofs_of_large_trees(size: int, data: st.DataObject) -> None:
    entries = [b"%d" % i for i in range(size)]
    tree, held = grown(entries)
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(0, size))
    proof = prove.prove_inclusion(reader(held), size, index)
    leaf = tiles.leaf_hash(entries[index])
    assert prove.verify_inclusion(leaf, index, size, proof, tree.root())
    if proof:
        bit = data.draw(st.integers(0, len(proof) * 256 - 1))
        flipped = bytearray(proof[bit // 256])
        flipped[bit % 256 // 8] ^= 1 << bit % 8
        bent = [*proof]
        bent[bit // 256] = bytes(flipped)
        assert not prove.verify_inclusion(leaf, index, size, bent, tree.root())
    steady = prove.prove_consistency(reader(held), size, old)
    assert prove.verify_consistency(old, size, steady, grown(entries[:old])[0].root(), tree.root())
    assert old == 0 or prove.tree_root(reader(held), size, old) == grown(entries[:old])[0].root()


@settings(max_examples=30, deadline=None)
@given(cuts=st.lists(st.integers(1, 700), min_size=1, max_size=8))
def test_growing_in_any_steps_gives_the_same_tiles(cuts: list[int]) -> None:
    leaves = [tiles.leaf_hash(b"%d" % i) for i in range(sum(cuts))]
    whole = tiles.Tree()
    full = whole.extend(leaves)
    stepped, parts, place = tiles.Tree(), [], 0
    for cut in cuts:
        parts += stepped.extend(leaves[place : place + cut])
        place += cut
    assert sorted(parts, key=lambda t: (t.level, t.index)) == sorted(full, key=lambda t: (t.level, t.index))
    assert stepped.root() == whole.root()
    assert stepped.partials() == whole.partials()
    assert tiles.Tree(whole.size, whole.tails).root() == whole.root()
    for tile in full:
        assert tile.width == 256
        assert len(tile.data) == 8192


def test_paths_of_the_specification() -> None:
    assert tiles.tile_path(0, 1234067) == "tile/0/x001/x234/067"
    assert tiles.tile_path(3, 0, 7) == "tile/3/000.p/7"
    assert tiles.bundle_path(1000, 255) == "tile/entries/x001/000.p/255"
    # tlog-tiles counts the tiles of a tree of 70,000 entries; so do we.
    assert list(tiles.tile_widths(70_000)) == [(0, 273, 112), (1, 1, 17), (2, 0, 1)]
    assert list(tiles.tree_paths(256)) == ["tile/0/000", "tile/1/000.p/1", "tile/entries/000"]
    assert list(tiles.tree_paths(0)) == []


@given(st.lists(st.binary(max_size=300), max_size=256))
def test_bundle_round_trip(entries: list[bytes]) -> None:
    assert tiles.split_bundle(tiles.join_bundle(entries)) == entries


@given(st.binary(max_size=400))
def test_hostile_bundle(data: bytes) -> None:
    try:
        entries = tiles.split_bundle(data)
    except Refusal:
        return
    assert tiles.join_bundle(entries) == data


def test_edges_are_refused() -> None:
    with pytest.raises(Refusal):
        tiles.Tree(3, [[b"\0" * 32]])
    with pytest.raises(Refusal):
        tiles.split_hashes(b"\0" * 33)
    with pytest.raises(Refusal):
        prove.prove_inclusion(reader({}), 3, 3)
    with pytest.raises(Refusal):
        prove.prove_consistency(reader({}), 3, 4)
