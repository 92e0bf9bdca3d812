"""Views: what the desk asks of the centre (``Desk``), and the clock, picture and heads it is told.

The desk shows what the stair made and computes no verdict. Whoever runs the stair binds a ``Desk`` to it: the centre for
its live window, a test for a day it built by hand.
"""

from __future__ import annotations

from typing import Protocol

import msgspec

from truceline.means.means import Field
from truceline.picture.picture import Picture
from truceline.record.record import Record
from truceline.report.day import Day, Head

LANGUAGES: tuple[str, ...] = ("en", "ru", "tr")


class Status(msgspec.Struct, frozen=True):
    """The centre now.

    ``now_ns`` is the centre's clock (in a rehearsal the scenario's), ``pace`` how many of its seconds pass in one of the
    reader's (0: it stands still), ``revision`` grows whenever ``day()`` would answer something else, ``tick_ns`` is the end
    of the last closed tick, ``connected`` names the parts heard now, ``notice`` is one sentence for the reader or "".
    """

    now_ns: int
    pace: float
    revision: int
    tick_ns: int
    heads: tuple[Head, ...]
    connected: tuple[str, ...]
    notice: str = ""


class Moving(msgspec.Struct, frozen=True):
    """What moved since a serial: a Picture that holds the changed tracks, each with its newest state.

    ``serial`` is what to ask for next; ``whole`` says that the pictures hold every living track (the first answer, or when
    ``since`` is too old), so that the reader drops all others. ``ended`` names track ids. ``waited_ns`` is how long, by the
    machine's own clock, the newest report in it lay between its door and this answer; -1 when unknown.
    """

    serial: int
    now_ns: int
    pictures: tuple[Picture, ...]
    ended: tuple[str, ...] = ()
    whole: bool = False
    waited_ns: int = -1


class Desk(Protocol):
    """What the desk needs to be told; all answers are immutable."""

    def status(self) -> Status:
        """Return the centre's state; called often, so it must be cheap."""
        ...

    def day(self, known_ns: int = 0) -> Day:
        """Return the present folded window, or the same as known at an earlier time.

        Raises:
            Refusal: that earlier knowledge cannot be folded here.
        """
        ...

    def moving(self, since: int) -> Moving:
        """Return what moved since a serial (-1: everything alive)."""
        ...

    def evidence(self, content: str, item: int) -> tuple[Record, list[Field]]:
        """Return the record of a content id and one item of it decoded through its means' ``explain``.

        Raises:
            Refusal: no such record, or no such item in it.
        """
        ...

    def reports(self) -> tuple[str, ...]:
        """Return the civil days (YYYY-MM-DD) that have a report, newest first."""
        ...

    def report(self, day: str, language: str) -> bytes:
        """Return the HTML report of a day.

        Raises:
            Refusal: that day has none.
        """
        ...
