"""The one shape of a technical means: how its bytes are claimed, decoded, explained and written.

A means is one file (or folder) that ends with ``MEANS = Means(...)``. ``decode`` takes the records of ONE source in order
and is pure: same records, same reading. A record's body is a datagram, a stretch of a stream, or a whole file (pcap,
final format, CSV, ...), which the means unpacks itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from truceline.means.observations import OBSERVATIONS
from truceline.means.source import Source
from truceline.means.watch import Watch
from truceline.terms.columns import Columns, concat
from truceline.terms.faults import Fault


class Input(msgspec.Struct, frozen=True):
    """One record as a decoder sees it: its number, the stamp of its first hop, its bytes."""

    seq: int
    stamp_ns: int
    body: bytes


class Reading(msgspec.Struct, frozen=True):
    """What was read. ``records`` counts well-formed data records of every category, faults apart.

    The bytes add up: ``decoded_bytes + framing_bytes + sum(fault.length) == sum(len(body))``.
    """

    observations: Columns
    watches: tuple[Watch, ...]
    faults: tuple[Fault, ...]
    records: int
    decoded_bytes: int
    framing_bytes: int


class Field(msgspec.Struct, frozen=True):
    """One field of a decoded item, for a person: its name, the bytes it stands in, and what they say."""

    name: str
    offset: int
    length: int
    text: str


class Means(msgspec.Struct, frozen=True):
    """A technical means.

    ``claims(name, head)`` says how sure it is (0 to 1) that a file of that name with those first 4,096 bytes is its own.
    ``encode(items, source)`` writes wire bytes: one body per element of the result; ``items`` is a Columns of OBSERVATIONS
    (and, where the format has them, Watches), what ``decode`` gave. ``explain(body, item, source)`` decodes one item.
    ``watch`` says where Watches come from; ``no_watch`` is the reason when there are none (then it never supports
    ``compliant``). ``native`` marks foreign compiled decoders, which the centre runs in a process of their own.
    ``timed`` says that the bytes carry their own time, so that equal bodies within a minute are one (duplicate datagram).
    """

    name: str
    standard: str
    claims: Callable[[str, bytes], float]
    decode: Callable[[Sequence[Input], Source], Reading]
    encode: Callable[[Columns, Sequence[Watch], Source], list[bytes]]
    explain: Callable[[bytes, int, Source], list[Field]]
    watch: str
    no_watch: str
    accuracy: str
    detection: str
    classes: tuple[str, ...]
    native: bool = False
    timed: bool = True


def merge(readings: Sequence[Reading]) -> Reading:
    """Return several readings of one source as one (rows in the order given)."""
    return Reading(
        concat(OBSERVATIONS, [item.observations for item in readings]),
        tuple(watch for item in readings for watch in item.watches),
        tuple(fault for item in readings for fault in item.faults),
        sum(item.records for item in readings),
        sum(item.decoded_bytes for item in readings),
        sum(item.framing_bytes for item in readings),
    )
