"""Ids from content: SHA-256 over a canonical encoding, so that two parts give one thing one name.

Canonical form: JSON, keys sorted, no spaces, UTF-8; bytes as hex; floats never (round to text or integers first).
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from truceline.terms.faults import Broken


def digest(data: bytes) -> str:
    """Return the SHA-256 of bytes in hex (64 signs)."""
    return hashlib.sha256(data).hexdigest()


def canonical(value: Any) -> bytes:
    """Return the canonical JSON bytes of dicts, lists, tuples, str, int, bool, None and bytes.

    Raises:
        Broken: the value holds a float, whose spelling would differ between writers.
    """
    return json.dumps(
        _plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def content_id(kind: str, value: Any) -> str:
    """Return the content id of a value, its kind mixed in so that two kinds never share an id."""
    return digest(kind.encode() + b"\n" + canonical(value))


def short(identity: str, signs: int = 8) -> str:
    """Return the first signs of an id, for people."""
    return identity[:signs]


def _plain(value: Any) -> Any:
    if isinstance(value, bool) or value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    raise Broken(
        f"{type(value).__name__} has no canonical form", remedy="round it to text or an integer first"
    )
