"""The Merkle tree of a log (RFC 6962) laid out in tiles (C2SP tlog-tiles).

    leaf hash = SHA-256(0x00 || entry)          node hash = SHA-256(0x01 || left || right)
    tile/<L>/<N>[.p/<W>]        W (absent = 256) hashes of 32 bytes; hash i of tile N at level L is the
                                root of the 256**L entries from (N * 256 + i) * 256**L on
    tile/entries/<N>[.p/<W>]    the same entries: big-endian uint16 length, then the bytes, each

N is written in groups of three digits, all but the last with an x before it (1234067 = ``x001/x234/067``).
A partial tile is never hashed into the level above; its width is floor(size / 256**L) mod 256.
Source: RFC 6962 section 2.1, C2SP tlog-tiles.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator, Sequence

import msgspec

from truceline.terms.faults import Refusal

WIDTH = 256
HASH_B = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
_sha256 = hashlib.sha256
_LENGTH = struct.Struct(">H")


class Tile(msgspec.Struct, frozen=True):
    """One tile: its place in the tree and its hashes, one after the other."""

    level: int
    index: int
    width: int
    data: bytes

    @property
    def path(self) -> str:
        """Path of the tile below the log's directory."""
        return tile_path(self.level, self.index, self.width)


def leaf_hash(entry: bytes) -> bytes:
    """Return the 32-byte leaf hash of an entry (RFC 6962 section 2.1)."""
    return _sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the 32-byte hash of an inner node (RFC 6962 section 2.1)."""
    return _sha256(b"\1" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """Return the RFC 6962 root over neighbours of one height (the last may be of a smaller subtree)."""
    if not hashes:
        return EMPTY_ROOT
    row = list(hashes)
    while len(row) > 1:
        odd = [row[-1]] if len(row) % 2 else []
        row = [_sha256(b"\1" + row[i] + row[i + 1]).digest() for i in range(0, len(row) - 1, 2)] + odd
    return row[0]


def split_hashes(data: bytes) -> list[bytes]:
    """Return the 32-byte hashes of a tile's bytes.

    Raises:
        Refusal: the length is no multiple of 32.
    """
    if len(data) % HASH_B:
        raise Refusal(f"a tile is a whole number of 32-byte hashes, not {len(data)} bytes")
    return [data[i : i + HASH_B] for i in range(0, len(data), HASH_B)]


# ---------------------------------------------------------------- paths


def _index_path(index: int) -> str:
    groups = [f"{index % 1000:03d}"]
    index //= 1000
    while index:
        groups.append(f"x{index % 1000:03d}")
        index //= 1000
    return "/".join(reversed(groups))


def tile_path(level: int, index: int, width: int = WIDTH) -> str:
    """Return the path of a tile below the log's directory, such as ``tile/0/x001/000.p/7``."""
    partial = "" if width == WIDTH else f".p/{width}"
    return f"tile/{level}/{_index_path(index)}{partial}"


def bundle_path(index: int, width: int = WIDTH) -> str:
    """Return the path of an entry bundle below the log's directory."""
    partial = "" if width == WIDTH else f".p/{width}"
    return f"tile/entries/{_index_path(index)}{partial}"


def tile_widths(size: int) -> Iterator[tuple[int, int, int]]:
    """Yield (level, count of full tiles, width of the partial one or 0) for each level of a tree."""
    level = 0
    while size:
        yield level, size // WIDTH, size % WIDTH
        size //= WIDTH
        level += 1


def tree_paths(size: int) -> Iterator[str]:
    """Yield the path of every tile and entry bundle of a tree of ``size``, and no other."""
    for level, full, partial in tile_widths(size):
        for index in range(full):
            yield tile_path(level, index)
        if partial:
            yield tile_path(level, full, partial)
    full, partial = divmod(size, WIDTH)
    for index in range(full):
        yield bundle_path(index)
    if partial:
        yield bundle_path(full, partial)


# ---------------------------------------------------------------- entry bundles


def join_bundle(entries: Sequence[bytes]) -> bytes:
    """Return the entry bundle of 1 to 256 entries of at most 65,535 bytes each."""
    pack = _LENGTH.pack
    return b"".join([part for entry in entries for part in (pack(len(entry)), entry)])


def split_bundle(data: bytes) -> list[bytes]:
    """Return the entries of a bundle.

    Raises:
        Refusal: a length runs past the end.
    """
    entries: list[bytes] = []
    place, end = 0, len(data)
    while place < end:
        start = place + 2
        stop = start + int.from_bytes(data[place:start], "big")
        if stop > end or start > end:
            raise Refusal("an entry runs past the end of its bundle", where=f"byte {place}")
        entries.append(data[start:stop])
        place = stop
    return entries


# ---------------------------------------------------------------- the growing tree


class Tree:
    """The right edge of a growing tree: at each level the hashes of its partial tile, nothing else."""

    def __init__(self, size: int = 0, tails: Sequence[Sequence[bytes]] = ()) -> None:
        """Begin empty, or at a known edge: ``tails[L]`` = hashes of the partial tile at level L."""
        self.size = size
        self.tails: list[list[bytes]] = [list(tail) for tail in tails]
        widths = [partial for _, _, partial in tile_widths(size)]
        if [len(tail) for tail in self.tails] != widths:
            raise Refusal(f"these partial tiles are not the edge of a tree of {size} entries")

    def copy(self) -> Tree:
        """Return an independent copy."""
        return Tree(self.size, self.tails)

    def extend(self, leaves: Sequence[bytes]) -> list[Tile]:
        """Take up leaf hashes and return the tiles that became full, lower levels first within each step."""
        full: list[Tile] = []
        place = 0
        while place < len(leaves):
            if not self.tails:
                self.tails.append([])
            take = WIDTH - len(self.tails[0])
            self.tails[0].extend(leaves[place : place + take])
            self.size += len(leaves[place : place + take])
            place += take
            self._carry(full)
        return full

    def _carry(self, full: list[Tile]) -> None:
        level = 0
        while level < len(self.tails) and len(self.tails[level]) == WIDTH:
            hashes = self.tails[level]
            index = self.size // WIDTH ** (level + 1) - 1
            full.append(Tile(level, index, WIDTH, b"".join(hashes)))
            self.tails[level] = []
            if level + 1 == len(self.tails):
                self.tails.append([])
            self.tails[level + 1].append(fold(hashes))
            level += 1

    def partials(self) -> list[Tile]:
        """Return the partial tiles of the tree as it stands."""
        return [
            Tile(level, self.size // WIDTH ** (level + 1), len(tail), b"".join(tail))
            for level, tail in enumerate(self.tails)
            if tail
        ]

    def root(self) -> bytes:
        """Return the RFC 6962 root hash of the tree as it stands."""
        carry: list[bytes] = []
        for tail in self.tails:
            if tail or carry:
                carry = [fold(tail + carry)]
        return carry[0] if carry else EMPTY_ROOT
