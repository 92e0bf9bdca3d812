"""Clocks: the machine's, and one that a rehearsal sets. Nothing below this floor knows what time it is."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Whatever tells a door the time."""

    def now_ns(self) -> int:
        """Return nanoseconds UTC since 1970."""
        ...


class SystemClock:
    """The machine's clock."""

    def now_ns(self) -> int:
        """Return the machine's time."""
        return time.time_ns()


class SetClock:
    """A clock that shows what it is set to; a rehearsal's time."""

    def __init__(self, start_ns: int) -> None:
        """Start at a time."""
        self._now_ns = start_ns

    def now_ns(self) -> int:
        """Return the time it was set to."""
        return self._now_ns

    def set(self, time_ns: int) -> None:
        """Show another time; it never runs backwards."""
        self._now_ns = max(self._now_ns, time_ns)
