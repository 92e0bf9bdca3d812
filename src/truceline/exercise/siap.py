"""The picture in the words of surveillance standards, after EUROCAE ED-142, and of the single integrated air picture.

After ED-142 (wide area multilateration), of a display refreshed at every scan's end, with every target in the air due:

    horizontal RMS        root of the mean squared horizontal error of what is shown for a target
    detection             share of due updates at which the target is shown
    long gaps             breaks of more than three due updates in a row between two at which it is shown, per due update
    false tracks          share of what is shown that is no target

SIAP (Single Integrated Air Picture attributes, Votruba and others 2001): ambiguity is left out, since a matching gives a
target one track at most; spuriousness is ``false``; continuity is the longest share of its time a target has one track.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from truceline.exercise.gospa import SETTLED, Scan

LONG_GAP = 3


class Standing(msgspec.Struct, frozen=True):
    """Figures of one run as the standards name them; NaN where nothing could be counted."""

    horizontal_rms_m: float
    detection: float
    long_gaps: float
    false: float
    continuity: float
    due: int


def standing(scans: Sequence[Scan], settled: int = SETTLED) -> Standing:
    """Return the standards' figures of a run, the first ``settled`` scans left out."""
    rest = scans[settled:]
    due = sum(len(scan.flight) for scan in rest)
    held = sum(len(scan.held) for scan in rest)
    shown = sum(len(scan.track) for scan in rest)
    if not due or not held:
        return Standing(np.nan, 0.0 if due else np.nan, np.nan, np.nan, np.nan, due)
    apart2 = np.concatenate([scan.apart2 for scan in rest])
    return Standing(
        horizontal_rms_m=float(np.sqrt(apart2.mean())),
        detection=held / due,
        long_gaps=long_gaps(rest) / due,
        false=(shown - held) / shown,
        continuity=continuity(rest),
        due=due,
    )


def long_gaps(scans: Sequence[Scan]) -> int:
    """Return how many breaks of more than ``LONG_GAP`` due updates there are inside the times targets are shown."""
    flight = np.concatenate([scan.flight[scan.flown] for scan in scans])
    when = np.concatenate([np.full(len(scan.flown), k) for k, scan in enumerate(scans)])
    order = np.lexsort([when, flight])
    flight, when = flight[order], when[order]
    broken = (flight[1:] == flight[:-1]) & (when[1:] - when[:-1] > LONG_GAP + 1)
    return int(np.count_nonzero(broken))


def continuity(scans: Sequence[Scan]) -> float:
    """Return the mean over targets of the largest share of their due updates that one track has."""
    flights, due = np.unique(np.concatenate([scan.flight for scan in scans]), return_counts=True)
    flight = np.concatenate([scan.flight[scan.flown] for scan in scans])
    names = np.unique(np.concatenate([scan.track[scan.held] for scan in scans]), return_inverse=True)[1]
    pairs, counts = np.unique(np.column_stack([flight, names]), axis=0, return_counts=True)
    most = np.zeros(len(flights), dtype=np.int64)
    np.maximum.at(most, np.searchsorted(flights, pairs[:, 0]), counts)
    return float(np.mean(most / due))
