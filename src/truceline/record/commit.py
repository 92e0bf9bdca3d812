"""Salted commitments, one per field: what is written now and shown later, or shown in part.

    commitment of a field = SHA-256("truceline field v1" LF || salt (32 bytes) || length of name, uint16 ||
    name || value) body of the record    = canonical JSON {"fields": {name: commitment in hex, ...},
    "subject": what it is about}

A mirror that holds the record learns the names of the fields alone. Who later gets value and salt of some
fields checks those against the record; the others stay closed, and the record itself never changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import msgspec

from truceline.terms.faults import Refusal
from truceline.terms.ids import canonical

SALT_B = 32
_DOMAIN = b"truceline field v1\n"


class Opening(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What opens one field: its value and the salt it was committed with, the salt in hex."""

    value: str
    salt: str


class Committed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a record of commitments."""

    fields: dict[str, str]
    subject: str


def commitment(name: str, value: str, salt: bytes) -> str:
    """Return the commitment of a field in hex.

    Raises:
        Refusal: the salt has not 32 bytes, or the name more than 65,535.
    """
    spelled = name.encode()
    if len(salt) != SALT_B or len(spelled) > 0xFFFF:
        raise Refusal("a field is committed with a salt of 32 bytes and a short name", where=name[:40])
    return hashlib.sha256(
        _DOMAIN + salt + len(spelled).to_bytes(2, "big") + spelled + value.encode()
    ).hexdigest()


def commit(
    subject: str, values: Mapping[str, str], salts: Mapping[str, bytes]
) -> tuple[bytes, dict[str, Opening]]:
    """Return the record's body that commits to all values, and the openings to keep until they are shown."""
    fields = {name: commitment(name, value, salts[name]) for name, value in values.items()}
    openings = {name: Opening(value, salts[name].hex()) for name, value in values.items()}
    return canonical({"fields": fields, "subject": subject}), openings


def read_committed(body: bytes) -> Committed:
    """Return the commitments of a record's body.

    Raises:
        Refusal: the body is none, or not in its canonical spelling.
    """
    try:
        found = msgspec.json.decode(body, type=Committed)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refusal(f"no commitments: {error}") from error
    if canonical(msgspec.to_builtins(found)) != body:
        raise Refusal("commitments in a spelling that is not canonical", where=found.subject[:40])
    return found


def opened(body: bytes, openings: Mapping[str, Opening]) -> dict[str, str]:
    """Return the values of the fields that are shown, each checked against the record.

    Raises:
        Refusal: a field that was not committed, or a value or salt that is not the committed one.
    """
    committed = read_committed(body)
    values: dict[str, str] = {}
    for name, opening in openings.items():
        try:
            salt = bytes.fromhex(opening.salt)
        except ValueError as error:
            raise Refusal("a salt is written in hex", where=name) from error
        if commitment(name, opening.value, salt) != committed.fields.get(name):
            raise Refusal("this is not what was committed", where=name)
        values[name] = opening.value
    return values
