"""Evidence: the observation behind a citation in figures, and the record's bytes with what each of them says."""

from __future__ import annotations

import math

from truceline.desk.answers import EvidenceAnswer, EvidenceRow, FieldAnswer
from truceline.desk.plain import address_of, class_of, number, squawk_of, text
from truceline.desk.shelf import Page
from truceline.means.means import Field
from truceline.means.observations import KINDS, KNOWN
from truceline.means.registry import every_means
from truceline.record.record import Record
from truceline.terms.ids import digest
from truceline.terms.place import to_geographic
from truceline.terms.time import format_time

SHOWN_BYTES = 768
MARGIN_BYTES = 24
SHOWN_FIELD_BYTES = 64


def evidence_row(page: Page, content: str, item: int, tracks: dict[int, str]) -> EvidenceRow:
    """Return one cited item in figures; ``tracks`` names the track that an observation row moved."""
    row = page.row_of(content, item)
    if row < 0:
        return _bare(page, content, item)
    day, held = page.day, page.day.observations
    source = (
        day.sources[int(held["source"][row])] if 0 <= int(held["source"][row]) < len(day.sources) else None
    )
    lat, lon = float(held["lat_deg"][row]), float(held["lon_deg"][row])
    if not (math.isfinite(lat) and math.isfinite(lon)):
        north, east = to_geographic(
            day.theatre, held["east_m"][row : row + 1], held["north_m"][row : row + 1]
        )
        lat, lon = float(north[0]), float(east[0])
    azimuth = float(held["azimuth_rad"][row])
    height = (
        held["height_m"][row] if math.isfinite(held["height_m"][row]) else held["pressure_altitude_m"][row]
    )
    return EvidenceRow(
        content=content,
        item=item,
        time=format_time(int(held["time_ns"][row]), 3),
        source=source.name if source else "",
        means=source.means if source else "",
        kind=KINDS[int(held["kind"][row])],
        known=KNOWN[int(held["known"][row])],
        lon=number(lon, 5),
        lat=number(lat, 5),
        range_m=number(held["range_m"][row], 0),
        azimuth_deg=number(math.degrees(azimuth) % 360, 1) if math.isfinite(azimuth) else None,
        height_m=number(height, 0),
        address=address_of(held["address"][row]),
        squawk=squawk_of(held["squawk"][row]),
        label=text(held["label"][row]),
        object_class=class_of(held["object_class"][row]),
        amount=number(held["amount"][row], 2),
        simulated=bool(held["simulated"][row]),
        track=tracks.get(row, ""),
    )


def evidence_bytes(page: Page, record: Record, item: int, fields: list[Field]) -> EvidenceAnswer:
    """Return a record's bytes round one item, and its decoded fields."""
    source = page.sources.get(record.source)
    means = every_means().get(source.means) if source else None
    body = record.body
    start, end = _window(len(body), item, fields)
    return EvidenceAnswer(
        content=record.content,
        item=item,
        seq=record.seq,
        kind=record.kind,
        source=record.source,
        means=source.means if source else "",
        standard=means.standard if means else "",
        stamp=format_time(record.stamp_ns, 3),
        effective=format_time(record.effective_ns, 3),
        length=len(body),
        sha256=digest(body),
        shown_offset=start,
        shown_length=end - start,
        hex=body[start:end].hex(),
        fields=tuple(
            FieldAnswer(
                field.name,
                field.offset,
                field.length,
                body[field.offset : field.offset + min(field.length, SHOWN_FIELD_BYTES)].hex(),
                field.text,
            )
            for field in fields
        ),
        faults=tuple(fault.reason for fault in page.day.faults if fault.seq == record.seq),
    )


def _hex(body: bytes, field: Field) -> str:
    return body[field.offset : field.offset + min(field.length, SHOWN_FIELD_BYTES)].hex()


def _window(length: int, item: int, fields: list[Field]) -> tuple[int, int]:
    """A short body is shown whole; of a long one the item's bytes with a little before and after."""
    if length <= SHOWN_BYTES:
        return 0, length
    first = min((field.offset for field in fields), default=item)
    last = max((field.offset + field.length for field in fields), default=item)
    start = max(0, min(first, item) - MARGIN_BYTES)
    return start, min(length, max(last + MARGIN_BYTES, start + MARGIN_BYTES * 4), start + SHOWN_BYTES)


def _bare(page: Page, content: str, item: int) -> EvidenceRow:
    seq = page.seqs.get(content)
    record = page.day.records[seq] if seq is not None else None
    source = page.sources.get(record.source) if record else None
    return EvidenceRow(
        content=content,
        item=item,
        time=format_time(record.stamp_ns, 3) if record else "",
        source=record.source if record else "",
        means=source.means if source else "",
        kind=record.kind if record else "none",
        known="recorded",
        lon=None,
        lat=None,
        range_m=None,
        azimuth_deg=None,
        height_m=None,
        address="",
        squawk="",
        label="",
        object_class="",
        amount=None,
        simulated=False,
        track="",
    )
