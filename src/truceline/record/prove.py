"""Inclusion and consistency proofs of a log's tree.

A proof is a list of 32-byte hashes, from the leaves upward. Proofs are made from tiles:
``tiles(level, index, width)`` gives a tile's bytes, so any directory or web server with the log can serve.
Source: RFC 6962 sections 2.1.1 and 2.1.2 (making), RFC 9162 sections 2.1.3.2 and 2.1.4.2 (checking).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from truceline.record.tiles import HASH_B, WIDTH, fold, node_hash
from truceline.terms.faults import Refusal

TileReader = Callable[[int, int, int], bytes]
"""(level, index, width) -> the bytes of that tile of the tree."""

_TILE_HEIGHT = 8


def _node(tiles: TileReader, size: int, height: int, index: int) -> bytes:
    level, rest = divmod(height, _TILE_HEIGHT)
    start = index << rest
    tile, first = divmod(start, WIDTH)
    width = min(WIDTH, size // WIDTH**level - tile * WIDTH)
    data = tiles(level, tile, width)
    stop = first + (1 << rest)
    if len(data) != width * HASH_B or stop > width:
        raise Refusal(f"tile {tile} of level {level} has not the {width} hashes of a tree of {size}")
    return fold([data[i * HASH_B : (i + 1) * HASH_B] for i in range(first, stop)])


def _range_root(tiles: TileReader, size: int, start: int, stop: int) -> bytes:
    length = stop - start
    height = length.bit_length() - 1
    if length == 1 << height:
        return _node(tiles, size, height, start >> height)
    half = 1 << ((length - 1).bit_length() - 1)
    return node_hash(
        _range_root(tiles, size, start, start + half), _range_root(tiles, size, start + half, stop)
    )


def tree_root(tiles: TileReader, size: int, at_size: int) -> bytes:
    """Return the root of the first ``at_size`` > 0 entries of a tree of ``size``."""
    return _range_root(tiles, size, 0, at_size)


def prove_inclusion(tiles: TileReader, size: int, index: int) -> list[bytes]:
    """Return the proof that entry ``index`` is in the tree of ``size`` entries.

    Raises:
        Refusal: there is no such entry, or a tile has not the right length.
    """
    if not 0 <= index < size:
        raise Refusal(f"entry {index} is not in a tree of {size}")
    proof: list[bytes] = []
    start, stop = 0, size
    while stop - start > 1:
        half = 1 << ((stop - start - 1).bit_length() - 1)
        middle = start + half
        if index < middle:
            proof.append(_range_root(tiles, size, middle, stop))
            stop = middle
        else:
            proof.append(_range_root(tiles, size, start, middle))
            start = middle
    proof.reverse()
    return proof


def prove_consistency(tiles: TileReader, size: int, old_size: int) -> list[bytes]:
    """Return the proof that the tree of ``old_size`` entries is the beginning of the tree of ``size``.

    Raises:
        Refusal: the old tree is larger than the new one, or a tile has not the right length.
    """
    if not 0 <= old_size <= size:
        raise Refusal(f"a tree of {size} cannot continue one of {old_size}")
    if old_size in {0, size}:
        return []
    proof: list[bytes] = []
    start, stop, whole = 0, size, True
    while old_size != stop:
        half = 1 << ((stop - start - 1).bit_length() - 1)
        middle = start + half
        if old_size <= middle:
            proof.append(_range_root(tiles, size, middle, stop))
            stop = middle
        else:
            proof.append(_range_root(tiles, size, start, middle))
            start, whole = middle, False
    if not whole:
        proof.append(_range_root(tiles, size, start, stop))
    proof.reverse()
    return proof


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Return whether a leaf hash is entry ``index`` of the tree of ``size`` with that root."""
    if not 0 <= index < size:
        return False
    here, last, running = index, size - 1, leaf
    for sibling in proof:
        if last == 0 or len(sibling) != HASH_B:
            return False
        if here & 1 or here == last:
            running = node_hash(sibling, running)
            while not here & 1 and here:
                here >>= 1
                last >>= 1
        else:
            running = node_hash(running, sibling)
        here >>= 1
        last >>= 1
    return last == 0 and running == root


def verify_consistency(
    old_size: int, size: int, proof: Sequence[bytes], old_root: bytes, root: bytes
) -> bool:
    """Return whether the tree of ``old_size`` is the beginning of the tree of ``size``.

    Every tree continues the empty one: for ``old_size`` 0 the proof must be empty.
    """
    if not 0 <= old_size <= size:
        return False
    if old_size in {0, size}:
        return not proof and (old_size == 0 or old_root == root)
    path = list(proof)
    if any(len(item) != HASH_B for item in path):
        return False
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    here, last = old_size - 1, size - 1
    while here & 1:
        here >>= 1
        last >>= 1
    old_running = running = path[0]
    for item in path[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            old_running, running = node_hash(item, old_running), node_hash(item, running)
            while not here & 1 and here:
                here >>= 1
                last >>= 1
        else:
            running = node_hash(running, item)
        here >>= 1
        last >>= 1
    return last == 0 and old_running == old_root and running == root
