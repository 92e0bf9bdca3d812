"""The desk bound to a live part: what ``Live`` knows, in the words of ``views``."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np

from truceline.centre.fold import fold_day
from truceline.centre.live import Live
from truceline.desk.views import Moving, Status
from truceline.means.means import Field
from truceline.picture.picture import Picture
from truceline.record.record import Record
from truceline.report.daily import render
from truceline.report.day import Day, Head
from truceline.terms.faults import Refusal

CONFIRMED = 0
KEPT_FOLDS = 4


class BoundDesk:
    """A ``Desk`` over one part's ``Live``; ``now`` is the centre's clock, ``heads`` what both logs last published."""

    def __init__(self, live: Live, now: Callable[[], int], heads: Callable[[], tuple[Head, ...]]) -> None:
        """Bind; nothing is read before it is asked for."""
        self.live = live
        self.pace = 1.0
        self.notice = ""
        self._now = now
        self._heads = heads
        self._lock = threading.Lock()
        self._reports: dict[tuple[int, str], bytes] = {}
        self._folds: dict[tuple[int, int], Day] = {}

    def status(self) -> Status:
        """Return the centre's state."""
        heads = self._heads()
        return Status(
            now_ns=self._now(),
            pace=self.pace,
            revision=self.live.revision,
            tick_ns=self.live.tick_ns,
            heads=heads,
            connected=tuple(head.part for head in heads if head.size),
            notice=self.notice,
        )

    def day(self, known_ns: int = 0) -> Day:
        """Return the present Day, or the same civil day folded from the records known at an earlier time.

        Raises:
            Refusal: nothing was in force then.
        """
        day = self.live.day
        if not known_ns or known_ns >= day.known_ns:
            return day
        key = (self.live.revision, known_ns)
        with self._lock:
            if key not in self._folds:
                while len(self._folds) >= KEPT_FOLDS:
                    self._folds.pop(next(iter(self._folds)))
                self._folds[key] = fold_day(day.records, day.part, None, known_ns)
            return self._folds[key]

    def moving(self, since: int) -> Moving:
        """Return every confirmed track held now; ``since`` the present serial gives an empty answer."""
        serial = self.live.tick_ns // 1_000_000
        if since == serial:
            return Moving(serial, self._now(), ())
        pictures = tuple(_confirmed(picture) for picture in self.live.present())
        return Moving(serial, self._now(), pictures, whole=True, waited_ns=self.live.waited_ns)

    def evidence(self, content: str, item: int) -> tuple[Record, list[Field]]:
        """Return a record and one item of it, decoded.

        Raises:
            Refusal: no such record or item.
        """
        return self.live.evidence(content, item)

    def reports(self) -> tuple[str, ...]:
        """Return the days that have a report: the present one, provisional until sealed."""
        return (self.live.day.day,)

    def report(self, day: str, language: str) -> bytes:
        """Return the HTML report of the present day.

        Raises:
            Refusal: another day is asked for.
        """
        held = self.live.day
        if day != held.day:
            raise Refusal(
                f"no report of {day} here",
                remedy=f"this desk holds {held.day}; `truceline report` makes others",
            )
        key = (self.live.revision, language)
        with self._lock:
            if key not in self._reports:
                self._reports = {k: v for k, v in self._reports.items() if k[0] == key[0]}
                self._reports[key] = render(held, language, "html")
            return self._reports[key]


def _confirmed(picture: Picture) -> Picture:
    rows = np.flatnonzero(picture.tracks["confirmed_ns"] >= CONFIRMED)
    place = np.full(len(picture.tracks) + 1, -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    states = picture.states.take(place[picture.states["track"]] >= 0)
    return Picture(picture.lane, picture.tracks.take(rows), states.put(track=place[states["track"]]))
