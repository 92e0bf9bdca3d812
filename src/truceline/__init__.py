"""Truceline: a joint ceasefire monitoring centre whose every line can be re-verified by a stranger."""

__version__ = "0.1.0"
