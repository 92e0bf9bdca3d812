"""The three kinds of error of the house.

Fault      bad input: data, recorded and counted, never raised
Trouble    root of what is raised
Refusal  a person asks for what the rules or the facts forbid: answered with the remedy, recorded
Broken   an invariant of ours failed: stop and restart from the log
"""

from __future__ import annotations

import msgspec


class Fault(msgspec.Struct, frozen=True, order=True):
    """Input that could not be read: which source, which record, which bytes of it, and why.

    ``seq`` is the number of the record as handed to the decoder, ``offset`` and ``length`` are bytes in its body.
    """

    source: str
    seq: int
    offset: int
    length: int
    reason: str


class Trouble(Exception):
    """A message a person can act on: what happened, where, and the remedy."""

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        """Keep the three parts; ``str()`` joins them into one line."""
        super().__init__(what)
        self.what = what
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        """Return ``where: what (remedy)`` with the empty parts left out."""
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head} ({self.remedy})" if self.remedy else head


class Refusal(Trouble):
    """A person, file or peer asks for what the rules forbid; nothing was changed."""


class Broken(Trouble):
    """An invariant of Truceline failed; the process must stop and restart from the log."""
