"""Following another part's log: its next checkpoint is taken only when it continues what is held.

A mirror holds every entry, so it computes the root of the grown tree itself; a consistency proof is then no
longer needed to accept, but it tells a fork from entries that were damaged on their way. Source: C2SP
tlog-mirror, tlog-witness.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from truceline.record.note import Checkpoint, Key, Note, add_signatures, check, parse_checkpoint
from truceline.record.prove import verify_consistency
from truceline.record.record import decode_entry
from truceline.record.tiles import Tile, Tree, leaf_hash
from truceline.terms.faults import Refusal


class Conflict(Refusal):
    """The other log showed what does not continue what it showed before; both sides are the evidence."""

    def __init__(self, what: str, ours: Note, theirs: Note) -> None:
        """Keep the checkpoint that is held and the one that was offered."""
        super().__init__(
            what,
            where=ours.text.partition("\n")[0],
            remedy="nothing was taken over; both checkpoints are kept as evidence: ask the other part",
        )
        self.ours = ours
        self.theirs = theirs


class Accepted(msgspec.Struct, frozen=True):
    """A checkpoint that continues what is held: grown tree, tiles that became full, blobs with lengths."""

    head: Checkpoint
    tree: Tree
    full: tuple[Tile, ...]
    blobs: tuple[tuple[str, int], ...]


def offered_head(offered: Note, keys: Sequence[Key]) -> Checkpoint:
    """Return the head of an offered checkpoint when it is the log's.

    Raises:
        Refusal: it is no checkpoint, of another log, not signed by it, or bears a false signature of it.
    """
    head = parse_checkpoint(offered.text)
    own = [key for key in keys if key.name == head.origin]
    checked = check(offered, own)
    if not own or not checked.verified or checked.failed:
        raise Refusal("this checkpoint is not signed with the keys of that log", where=head.origin)
    return head


def extend(
    tree: Tree,
    held: Note | None,
    offered: Note,
    keys: Sequence[Key],
    entries: Sequence[bytes],
    proof: Sequence[bytes] | None = None,
) -> Accepted:
    """Return what a mirror may store and then cosign.

    Args:
        tree: the tree of what is held; it stays as it is.
        held: the checkpoint that was cosigned last, None at the beginning.
        offered: the other log's checkpoint now.
        keys: the other log's keys.
        entries: its entries from the size held to the size offered.
        proof: its consistency proof between the two, when it gives one.

    Raises:
        Conflict: rolled back or forked.
        Refusal: wrong keys, entries that are missing, damaged on their way, or not canonical.
    """
    head = offered_head(offered, keys)
    if head.size < tree.size and held is not None:
        raise Conflict(f"rolled back: it offers {head.size} entries and had {tree.size}", held, offered)
    if len(entries) != head.size - tree.size:
        raise Refusal(
            f"{head.size - tree.size} new entries are needed, {len(entries)} were given", where=head.origin
        )
    grown = tree.copy()
    full = grown.extend([leaf_hash(entry) for entry in entries])
    if grown.root() != head.root:
        known = proof is not None and verify_consistency(tree.size, head.size, proof, tree.root(), head.root)
        if known or held is None:
            raise Refusal("the entries are not the ones that the checkpoint signs", where=head.origin)
        raise Conflict("forked: it does not continue the entries that it showed before", held, offered)
    return Accepted(head, grown, tuple(full), _blobs(entries, tree.size, head.origin))


def _blobs(entries: Sequence[bytes], first: int, origin: str) -> tuple[tuple[str, int], ...]:
    named: dict[str, int] = {}
    for seq, entry in enumerate(entries, first):
        try:
            header = decode_entry(entry).header
        except Refusal as error:
            raise Refusal(error.what, where=f"{origin}, entry {seq}", remedy="it is not cosigned") from error
        if header.blob is not None and header.length is not None:
            named[header.blob] = header.length
    return tuple(named.items())


def signed_part(offered: Note, keys: Sequence[Key]) -> Note:
    """Return the checkpoint with the log's own signatures alone, to which a mirror adds its own."""
    names = {(key.name, key.key_id) for key in keys}
    return add_signatures(
        Note(offered.text, ()), [line for line in offered.signatures if (line.name, line.key_id) in names]
    )
