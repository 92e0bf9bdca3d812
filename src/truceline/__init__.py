"""Truceline: a joint ceasefire monitoring centre whose every line can be re-verified by a stranger.

    truceline.read  truceline.track  truceline.Sensor  truceline.Lane  truceline.road_lines
    truceline.viewshed  truceline.coverage  truceline.judge  truceline.audit
stand in ``truceline.api`` and are loaded on first use, so that ``import truceline`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_PUBLIC = ("Lane", "Sensor", "audit", "judge", "read", "road_lines", "track", "viewshed")


def __getattr__(name: str) -> Any:
    """Load a public function on first use."""
    if name == "coverage":  # a package that can be called
        return import_module("truceline.coverage")
    if name in _PUBLIC:
        return getattr(import_module("truceline.api"), name)
    raise AttributeError(f"module 'truceline' has no attribute {name!r}")
