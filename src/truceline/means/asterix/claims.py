"""Claiming a file: which first octets announce ASTERIX.

pcap, pcapng, final format, gps: the container, and a frame in it that splits into data blocks
raw: data blocks one after another, each with a category below 64 or one that is read here
"""

from __future__ import annotations

import numpy as np

from truceline.means.asterix import walk
from truceline.means.asterix.categories import KNOWN, OWN
from truceline.means.container import unpack

SUFFIXES = (".ast", ".asterix", ".ff", ".raw", ".bin", ".gps", ".pcap", ".pcapng", ".cap")
TRIED_FRAMES = 64


def claims(name: str, head: bytes) -> float:
    """Return how sure it is, 0 to 1, that a file of that name with those first octets is ASTERIX.

    An empty file, or one whose only sign is its name, is claimed weakly.
    """
    frames = unpack(head)
    named = name.lower().endswith(SUFFIXES)
    if not head:
        return 0.2 if named else 0.0
    data = np.frombuffer(head, dtype=np.uint8)
    known = 0
    for start, end, _ in frames.rows[:TRIED_FRAMES].tolist():
        span = np.array([[start, end]], dtype=np.int64)
        blocks, _, _, _ = walk.blocks(data, span, 0, -1, KNOWN, 1 << 16)
        known += int(KNOWN[blocks[:, 3]].sum())
        if not len(blocks) and data[start] in OWN and len(head) >= 4096:
            known += 1  # a first block longer than the head
    if known:
        return 0.95 if frames.kind in {"final", "gps"} else 0.9 if named else 0.8
    if frames.kind != "raw":
        return 0.5
    return 0.3 if named and head[0] in OWN else 0.0
