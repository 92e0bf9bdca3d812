"""Plain: nanoseconds, NumPy scalars and codes as what JSON and a reader can carry; NaN and -1 become "unknown"."""

from __future__ import annotations

import math
from typing import Any

from truceline.terms.classes import NAMES

NS_PER_MS = 1_000_000


def ms(time_ns: int) -> int:
    """Return milliseconds of nanoseconds, cut."""
    return int(time_ns) // NS_PER_MS


def ns(time_ms: float) -> int:
    """Return nanoseconds of milliseconds."""
    return int(time_ms) * NS_PER_MS


def number(value: Any, digits: int = 3) -> float | None:
    """Return a rounded float, None for NaN and infinities."""
    held = float(value)
    return round(held, digits) if math.isfinite(held) else None


def text(value: Any) -> str:
    """Return a bytes column's value as text, spaces at the end cut."""
    return bytes(value).decode("utf-8", "replace").rstrip(" \0")


def address_of(value: Any) -> str:
    """Return a 24-bit aircraft address as six hex signs, "" for none."""
    return "" if int(value) < 0 else f"{int(value):06x}"


def squawk_of(value: Any) -> str:
    """Return a mode A code as four digits, "" for none."""
    return "" if int(value) < 0 else f"{int(value):04d}"


def class_of(value: Any) -> str:
    """Return the name of an object class number, "" for unknown."""
    return NAMES[int(value)] if 0 <= int(value) < len(NAMES) else ""
