"""Rounding once, at the finding: decimal text with a fixed number of digits, decided on as rounded.

Half is rounded up, after a guard of 1e-9 in units of the last digit, so that the last bits in which two processors may
differ do not reach the text.
"""

from __future__ import annotations

import math

GUARD = 1e-9


def rounded(value: float, digits: int) -> float:
    """Return ``value`` rounded to ``digits`` decimals; NaN and infinities pass."""
    if not math.isfinite(value):
        return value
    scale = 10.0**digits
    return math.floor(value * scale + 0.5 + GUARD) / scale


def text(value: float, digits: int) -> str:
    """Return the fixed decimal spelling used in ids and reports (``nan``, ``inf``, ``-inf`` for those)."""
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    spelled = f"{rounded(value, digits):.{digits}f}"
    return spelled[1:] if spelled.startswith("-") and float(spelled) == 0 else spelled
