"""The shelf: days as the desk shows them, each with what is looked up in it again and again.

The present day changes with the centre's revision; days as known at an earlier time never change, cost a whole fold, and are
folded once however many questions ask for them.
"""

from __future__ import annotations

import threading
from functools import cached_property

import numpy as np
import numpy.typing as npt

from truceline.desk.sayings import Voices, voices_of
from truceline.desk.views import Desk
from truceline.means.source import Source
from truceline.report.day import Day
from truceline.verify.finding import Finding
from truceline.verify.margins import Mask, mask_of, shape_of

MOST_DAYS = 4


class Page:
    """One day with its look-ups; everything is computed when it is first asked for."""

    def __init__(self, day: Day) -> None:
        """Hold a day."""
        self.day = day
        self._masks: dict[str, Mask] = {}

    @cached_property
    def sources(self) -> dict[str, Source]:
        """Sources by name."""
        return {source.name: source for source in self.day.sources}

    @cached_property
    def voices(self) -> Voices:
        """A voice per language, for what findings say."""
        return voices_of(self.day.agreement)

    @cached_property
    def seqs(self) -> dict[str, int]:
        """Record numbers by content id."""
        return {record.content: number for number, record in enumerate(self.day.records)}

    @cached_property
    def findings(self) -> dict[str, Finding]:
        """Findings by id."""
        return {finding.id: finding for finding in self.day.findings}

    @cached_property
    def cited(self) -> dict[str, tuple[str, ...]]:
        """Ids of the violated findings that cite a track, by the track's id."""
        found: dict[str, tuple[str, ...]] = {}
        for finding in self.day.findings:
            if finding.verdict == "violated":
                for track in finding.tracks:
                    found[track] = (*found.get(track, ()), finding.id)
        return found

    def rows_of(self, seq: int) -> npt.NDArray[np.int64]:
        """Return the rows of the observations that stand in a record."""
        order, sorted_seqs = self._by_seq
        first, last = np.searchsorted(sorted_seqs, [seq, seq + 1])
        return order[first:last]

    def row_of(self, content: str, item: int) -> int:
        """Return the observation row of a piece of evidence, -1 when there is none."""
        seq = self.seqs.get(content)
        if seq is None:
            return -1
        rows = self.rows_of(seq)
        held = rows[self.day.observations["item"][rows] == item]
        return int(held[0]) if len(held) else -1

    def mask(self, area: str) -> Mask:
        """Return an area's cells of the coverage raster."""
        if area not in self._masks:
            agreement = self.day.agreement
            shape = shape_of(agreement, agreement.area(area), self.day.theatre)
            self._masks[area] = mask_of(shape, self.day.coverage.grid)[0]
        return self._masks[area]

    @cached_property
    def _by_seq(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        seqs = self.day.observations["seq"]
        order = np.argsort(seqs, kind="stable")
        return order, seqs[order]


class Shelf:
    """Keeps the pages of the present day and of a few earlier knowings; safe to ask from several threads."""

    def __init__(self, desk: Desk) -> None:
        """Ask this desk."""
        self.desk = desk
        self._lock = threading.Lock()
        self._turns: dict[int, threading.Lock] = {}
        self._past: dict[int, Page] = {}
        self._now: tuple[int, Page] | None = None

    def page(self, known_ns: int = 0) -> Page:
        """Return the day as known at a time (0: now).

        Raises:
            Refusal: the desk cannot say what was known then.
        """
        if known_ns == 0:
            return self._present()
        with self._lock:
            turn = self._turns.setdefault(known_ns, threading.Lock())
        with turn:
            held = self._past.get(known_ns)
            if held is None:
                held = Page(self.desk.day(known_ns))
                with self._lock:
                    while len(self._past) >= MOST_DAYS:
                        oldest = next(iter(self._past))
                        del self._past[oldest]
                        self._turns.pop(oldest, None)
                    self._past[known_ns] = held
            return held

    def _present(self) -> Page:
        revision = self.desk.status().revision
        held = self._now
        if held is None or held[0] != revision:
            day = self.desk.day()
            held = (revision, held[1] if held is not None and held[1].day is day else Page(day))
            self._now = held
        return held[1]
