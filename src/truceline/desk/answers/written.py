"""What was written: evidence in figures and bytes."""

from __future__ import annotations

import msgspec


class EvidenceRow(msgspec.Struct, frozen=True):
    """One piece of evidence, cited by content and by the byte at which its item begins, with what it says in figures."""

    content: str
    item: int
    time: str
    source: str
    means: str
    kind: str
    known: str
    lon: float | None
    lat: float | None
    range_m: float | None
    azimuth_deg: float | None
    height_m: float | None
    address: str
    squawk: str
    label: str
    object_class: str
    amount: float | None
    simulated: bool
    track: str


class FieldAnswer(msgspec.Struct, frozen=True):
    """One decoded field: its name, where it stands in the body, its bytes and what they say."""

    name: str
    offset: int
    length: int
    hex: str
    text: str


class EvidenceAnswer(msgspec.Struct, frozen=True):
    """The bytes behind a piece of evidence. ``hex`` shows ``shown_length`` bytes of the body from ``shown_offset``."""

    content: str
    item: int
    seq: int
    kind: str
    source: str
    means: str
    standard: str
    stamp: str
    effective: str
    length: int
    sha256: str
    shown_offset: int
    shown_length: int
    hex: str
    fields: tuple[FieldAnswer, ...]
    faults: tuple[str, ...] = ()
