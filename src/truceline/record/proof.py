"""One entry's proof in one file, for a stranger without the log (C2SP tlog-proof, extension ``.tlog-proof``).

c2sp.org/tlog-proof@v1
extra <base64>                      optional, not authenticated
index <decimal>
<base64 of a 32-byte hash>          one line per step, from the leaf's sibling upwards
<empty line>
<the signed checkpoint, as it is>
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from truceline.record.note import (
    Checkpoint,
    Note,
    check,
    format_note,
    from_base64,
    parse_checkpoint,
    parse_note,
    to_base64,
)
from truceline.record.policy import Policy
from truceline.record.prove import TileReader, prove_inclusion, verify_inclusion
from truceline.record.tiles import HASH_B, leaf_hash
from truceline.terms.faults import Refusal

MAGIC = "c2sp.org/tlog-proof@v1"
_MAX_HASHES = 63


class Proof(msgspec.Struct, frozen=True):
    """A proof as its file holds it, nothing of it checked yet."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: Note
    extra: bytes | None = None


def make_proof(tiles: TileReader, checkpoint: Note, index: int, extra: bytes | None = None) -> Proof:
    """Return the proof that entry ``index`` is in the log of that checkpoint.

    Raises:
        Refusal: there is no such entry.
    """
    size = parse_checkpoint(checkpoint.text).size
    return Proof(index, tuple(prove_inclusion(tiles, size, index)), checkpoint, extra)


def format_proof(proof: Proof) -> bytes:
    """Return the bytes of a ``.tlog-proof`` file."""
    lines = [MAGIC]
    if proof.extra is not None:
        lines.append(f"extra {to_base64(proof.extra)}")
    lines.append(f"index {proof.index}")
    lines += [to_base64(item) for item in proof.hashes]
    return "".join(f"{line}\n" for line in lines).encode() + b"\n" + format_note(proof.checkpoint)


def parse_proof(data: bytes) -> Proof:
    """Return the proof of a file's bytes.

    Raises:
        Refusal: the bytes are no proof in its canonical form.
    """
    head, blank, tail = data.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise Refusal("not a tlog-proof") from error
    if not blank or lines.pop(0) != MAGIC:
        raise Refusal("not a tlog-proof", remedy=f"its first line is {MAGIC}")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = from_base64(lines.pop(0).removeprefix("extra "))
    if not lines or not lines[0].startswith("index "):
        raise Refusal("a tlog-proof says the index of its entry")
    index = lines.pop(0).removeprefix("index ")
    if not (index.isdecimal() and len(index) <= 19 and str(int(index)) == index) or len(lines) > _MAX_HASHES:
        raise Refusal("the index of a tlog-proof is a plain decimal number, its hashes are at most 63")
    hashes = tuple(from_base64(line) for line in lines)
    if any(len(item) != HASH_B for item in hashes):
        raise Refusal("the hashes of a tlog-proof have 32 bytes each")
    return Proof(int(index), hashes, parse_note(tail), extra)


def verify_proof(proof: Proof, entry: bytes, policy: Policy) -> Checkpoint:
    """Return the checkpoint that proves the entry, under a policy.

    Raises:
        Refusal: the policy does not accept the checkpoint, or the entry is not at that place of the log.
    """
    head = parse_checkpoint(proof.checkpoint.text)
    log_keys = policy.log_keys(head.origin)
    checked = check(proof.checkpoint, policy.keys)
    missing = policy.missing(checked.keys)
    if checked.failed:
        raise Refusal("a signature of the checkpoint is false", where=checked.failed[0].name)
    if not checked.keys.intersection(log_keys):
        raise Refusal("the checkpoint is not signed by a log that the policy knows", where=head.origin)
    if missing:
        raise Refusal(f"the policy asks for {missing}", where=head.origin)
    if not _included(proof.hashes, entry, proof.index, head):
        raise Refusal(f"this entry is not entry {proof.index} of the log", where=head.origin)
    return head


def _included(hashes: Sequence[bytes], entry: bytes, index: int, head: Checkpoint) -> bool:
    return verify_inclusion(leaf_hash(entry), index, head.size, hashes, head.root)
