"""Words that several answers share."""

from __future__ import annotations

from typing import Literal

Verdict = Literal["compliant", "violated", "not verified"]
Point = tuple[float, float]
"""(longitude, latitude) in degrees WGS84, as in GeoJSON."""
Words = dict[str, str]
"""One text per language (en, ru, tr)."""
