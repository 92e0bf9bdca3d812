"""Explain: one frame's fields for a person, with the bytes they stand in."""

from __future__ import annotations

import math

import numpy as np

from truceline.means.adsb.frames import Frames, find
from truceline.means.adsb.message import (
    FOOT_M,
    KNOT_MPS,
    NACP_M,
    SOUND,
    TORN,
    UNREAD,
    Fields,
    bits,
    read_fields,
)
from truceline.means.means import Field
from truceline.means.packed import unpack
from truceline.means.source import Source

FORMS = {
    0: "short air-air surveillance",
    4: "surveillance, altitude reply",
    5: "surveillance, identity reply",
    11: "all-call reply",
    16: "long air-air surveillance",
    17: "extended squitter",
    18: "extended squitter, not a transponder",
    20: "Comm-B, altitude reply",
    21: "Comm-B, identity reply",
    24: "Comm-D",
}


def explain(body: bytes, item: int, source: Source) -> list[Field]:
    """Return the fields of the frame that begins at byte ``item`` of a body (of its text when packed)."""
    plain = unpack(body) or b""
    frames = find(plain[max(0, item) :], np.array([0, max(0, len(plain) - max(0, item))], np.int64))
    if item < 0 or not len(frames.start) or frames.start[0] != 0:
        return [Field("frame", max(0, item), len(plain) - max(0, item), _rest(plain, item))]
    raw = plain[item : item + int(frames.stop[0])]
    fields = read_fields(frames.message[:1], frames.size[:1])
    place = _places(raw, int(frames.size[0])) if raw[:1] == b"\x1a" else _text_places(raw, frames)
    return _frame(raw, item, frames) + [
        Field(name, item + place[first], place[last + 1] - place[first], text)
        for name, first, last, text in _message(frames, fields)
    ]


def _rest(plain: bytes, item: int) -> str:
    if not 0 <= item < len(plain):
        return "no such byte in this record"
    return "no whole frame begins here; if this is the end of the record, the next record continues it"


def _places(raw: bytes, size: int) -> list[int]:
    """Return where each message byte stands in a Beast frame (doubled 0x1a counted), and the frame's end."""
    places, at = [], 2
    while at < len(raw):
        places.append(at)
        at += 2 if raw[at] == 0x1A else 1
    return [*places[7 : 7 + size], len(raw)]


def _text_places(raw: bytes, frames: Frames) -> list[int]:
    size = int(frames.size[0])
    first = max(0, raw.lower().find(frames.message[0, :size].tobytes().hex().encode()))
    return [first + 2 * place for place in range(size + 1)]


def _frame(raw: bytes, item: int, frames: Frames) -> list[Field]:
    if raw[:1] != b"\x1a":
        return [Field("line", item, len(raw), raw.decode("utf-8", "replace").strip())]
    kinds = {0x31: "Mode A/C", 0x32: "Mode S short", 0x33: "Mode S long", 0x34: "receiver status"}
    counter = int(frames.counter[0])
    text = "heartbeat" if frames.alive[0] else kinds[raw[1]]
    ticks = "not stated" if counter < 0 else f"{counter} ticks of 12 MHz"
    return [
        Field("Beast frame", item, 2, text),
        Field("counter", item + 2, 6 + raw[2:8].count(0x1A) // 2, ticks),
    ]


def _message(frames: Frames, fields: Fields) -> list[tuple[str, int, int, str]]:
    """Return (name, first message byte, last, text)."""
    size, state = int(frames.size[0]), int(fields.state[0])
    if size == 2:
        return [("code", 0, 1, frames.message[0, :2].tobytes().hex())]
    form, code = int(fields.form[0]), int(fields.code[0])
    found = [("downlink format", 0, 0, f"{form}: {FORMS.get(form, 'not read')}")]
    if state == UNREAD:
        return found
    last = 13 if form >= 16 else 6
    where = (1, 3) if form in {11, 17, 18} else (last - 2, last)
    verdict = (
        "sound"
        if state == SOUND
        else "fails"
        if state == TORN
        else "holds the address or an interrogator code"
    )
    found.append(("address", *where, f"{int(fields.address[0]):06X}"))
    found.append(("parity", last - 2, last, verdict))
    for name, value, unit in (
        ("pressure altitude", fields.altitude_m[0] / FOOT_M, "ft"),
        ("ellipsoidal height", fields.height_m[0], "m"),
        ("ellipsoidal height above pressure altitude", fields.rise_m[0] / FOOT_M, "ft"),
        ("velocity east", fields.east_mps[0] / KNOT_MPS, "kt"),
        ("velocity north", fields.north_mps[0] / KNOT_MPS, "kt"),
        ("vertical rate", fields.up_mps[0] / FOOT_M * 60, f"ft/min{_rate_source(frames, code)}"),
    ):
        if not math.isnan(value):
            found.append((name, *((2, 3) if form < 17 or form > 18 else (4, 10)), f"{value:.6g} {unit}"))
    if fields.squawk[0] >= 0:
        found.append(("mode A code", *((2, 3) if code < 0 else (5, 6)), f"{int(fields.squawk[0]):04d}"))
    return found + (_squitter(fields, code) if code >= 0 else [])


def _rate_source(frames: Frames, code: int) -> str:
    if code != 19:
        return ""
    return ", barometric" if bits(frames.message[0], 68, 68) else ", GNSS"


def _squitter(fields: Fields, code: int) -> list[tuple[str, int, int, str]]:
    found = [("type code", 4, 4, str(code))]
    if fields.label[0]:
        found.append(("callsign", 5, 10, fields.label[0].decode("ascii")))
    if fields.odd[0] >= 0:
        half = "odd" if fields.odd[0] else "even"
        found.append(("encoded latitude", 6, 8, f"{int(fields.lat_cpr[0])} ({half})"))
        found.append(("encoded longitude", 8, 10, str(int(fields.lon_cpr[0]))))
    if fields.nacp[0] >= 0:
        claimed = NACP_M[int(fields.nacp[0])]
        radius = "unknown" if math.isnan(claimed) else f"95 % within {claimed:g} m"
        found.append(("accuracy category NACp", 9, 9, f"{int(fields.nacp[0])}: {radius}"))
    return found
