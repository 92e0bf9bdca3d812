"""Running detection: what share of its declared chance a sensor shows on what was surely there, and what that leaves of it.

    opportunity   something known to be in view (an aircraft that says where it is, an inject), declared chance p
    share s       true over declared chance of a look; on a lattice (0.025, 0.05 .. 1)
    prior         19/20 spread evenly over [1 - spread, 1], 1/20 over what lies below: any sensor may fail
    each look     w(s) <- w(s)^F prior(s)^(1-F),  w(s) <- w(s) (s p if seen, else 1 - s p);   F = 0.98: about 50 looks
    each minute without a look  w <- w^G prior^(1-G),  G = exp(-1/120): about two hours; not while it is blind
    trust         the 10 % quantile of s, rounded down to tenths
    blind         the 95 % quantile is under 0.3: from the last look that saw something until the next that does
With p near one this is the Beta posterior with forgetting, on a lattice since p differs from look to look. Source: METHODS
section 0, rule 4 (detection is a distribution, learned from injects and targets of opportunity); power priors: Ibrahim
and Chen, Statistical Science 15, 2000.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
import numba
import numpy as np
import numpy.typing as npt

from truceline.means.watch import Sector, Watch
from truceline.terms.time import NS_PER_MINUTE

Floats = npt.NDArray[np.float64]
Times = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

LATTICE = 40
FAILED = 0.05
KEEP_LOOK = 0.98
KEEP_MINUTE = math.exp(-1.0 / 120.0)
LOW, HIGH, BLIND = 0.1, 0.95, 0.3
STEPS = 10


class Running(msgspec.Struct, frozen=True):
    """Per minute from ``start_ns``: the low quantile, mean and high quantile of the share, and whether it is blind."""

    start_ns: int
    low: Floats
    mean: Floats
    high: Floats
    blind: Flags


def running(
    time_ns: Times, seen: Flags, chance: Floats, start_ns: int, end_ns: int, spread: float
) -> Running:
    """Return the running estimate of one sensor over [start, end) from opportunities sorted by time; shapes (n,)."""
    minutes = max(1, -(-(end_ns - start_ns) // NS_PER_MINUTE))
    low, mean, high, last = _filter(
        (time_ns - start_ns) // NS_PER_MINUTE, seen, chance, minutes, prior_of(spread)
    )
    blind = np.zeros(minutes, np.bool_)
    for minute in range(minutes):
        if high[minute] < BLIND:
            # it stopped seeing at its last sighting, not when that became sure
            blind[max(0, last[minute]) : minute + 1] = True
    return Running(start_ns, low, mean, high, blind)


def prior_of(spread: float) -> Floats:
    """Return the prior over the lattice of shares."""
    share = (np.arange(LATTICE) + 1.0) / LATTICE
    inside = share >= 1.0 - spread - 1e-9
    prior = np.where(inside, (1.0 - FAILED) / inside.sum(), FAILED / max(1, (~inside).sum()))
    return np.asarray(prior / prior.sum())


def trusted(
    watches: Sequence[Watch], estimate: Running, bearings: Sequence[tuple[float, float]] = ()
) -> list[Watch]:
    """Return Watches of one sensor cut where its trust changes; blind stretches are alive but no witness.

    ``bearings`` are true azimuths (from, to) in radians: the estimate holds only inside them, as a jammed bearing does, and
    only its blindness counts.
    """
    found: list[Watch] = []
    for watch in watches:
        for start, end, level, blind in _stretches(watch, estimate, bool(bearings)):
            part = msgspec.structs.replace(watch, start_ns=start, end_ns=end)
            if not bearings:
                part = msgspec.structs.replace(part, trust=watch.trust * level)
                found.append(_ill(part, "blind") if blind else part)
            elif blind:
                found += _jammed(part, bearings)
            else:
                found.append(part)
    return found


def _ill(watch: Watch, health: str) -> Watch:
    return msgspec.structs.replace(watch, health=health, trust=1.0)


def _jammed(watch: Watch, bearings: Sequence[tuple[float, float]]) -> list[Watch]:
    """The Watch as a jammed sector for every bearing inside it, and the rest of it as it was."""
    if not isinstance(watch.footprint, Sector):
        return [_ill(watch, "jammed")]
    left = [(watch.footprint.from_rad, watch.footprint.to_rad)]
    found = []
    for low, high in bearings:
        kept = []
        for start, end in left:
            a, b = max(start, low), min(end, high)
            if b <= a:
                kept.append((start, end))
                continue
            found.append(_ill(_turned(watch, a, b), "jammed"))
            kept += [(start, a)] if a > start else []
            kept += [(b, end)] if end > b else []
        left = kept
    return [*(_turned(watch, a, b) for a, b in left), *found]


def _turned(watch: Watch, low: float, high: float) -> Watch:
    return msgspec.structs.replace(
        watch, footprint=msgspec.structs.replace(watch.footprint, from_rad=low, to_rad=high)
    )


def _stretches(watch: Watch, estimate: Running, blindness_only: bool) -> list[tuple[int, int, float, bool]]:
    """(start, end, trust, blind) of a Watch's stretches of one value; outside the estimate the nearest minute holds."""
    count = len(estimate.low)
    found: list[tuple[int, int, float, bool]] = []
    cursor = watch.start_ns
    while cursor < watch.end_ns:
        minute = (cursor - estimate.start_ns) // NS_PER_MINUTE
        at = min(count - 1, max(0, minute))
        until = (
            watch.end_ns if minute >= count - 1 else estimate.start_ns + (max(minute, -1) + 1) * NS_PER_MINUTE
        )
        until = min(max(until, cursor + 1), watch.end_ns)
        level = 1.0 if blindness_only else math.floor(float(estimate.low[at]) * STEPS + 1e-9) / STEPS
        value = (level, bool(estimate.blind[at]))
        if found and found[-1][2:] == value:
            found[-1] = (found[-1][0], until, *value)
        else:
            found.append((cursor, until, *value))
        cursor = until
    return found


@numba.njit(cache=True)
def _quantile(weight: Floats, level: float) -> float:
    total = 0.0
    for i in range(len(weight)):
        total += weight[i]
        if total >= level:
            return (i + 1.0) / len(weight)
    return 1.0


@numba.njit(cache=True)
def _temper(weight: Floats, prior: Floats, keep: float) -> None:
    total = 0.0
    for i in range(len(weight)):
        weight[i] = math.exp(keep * math.log(max(weight[i], 1e-300)) + (1.0 - keep) * math.log(prior[i]))
        total += weight[i]
    for i in range(len(weight)):
        weight[i] /= total


@numba.njit(cache=True)
def _filter(
    minute: Times, seen: Flags, chance: Floats, minutes: int, prior: Floats
) -> tuple[Floats, Floats, Floats, Times]:
    low, mean, high = np.empty(minutes), np.empty(minutes), np.empty(minutes)
    last_seen = np.full(minutes, 0)
    weight = prior.copy()
    n, last = 0, 0
    for now in range(minutes):
        looked = False
        while n < len(minute) and minute[n] <= now:
            _temper(weight, prior, KEEP_LOOK)
            total = 0.0
            for i in range(len(weight)):
                p = min(0.999, (i + 1.0) / len(weight) * chance[n])
                weight[i] *= p if seen[n] else 1.0 - p
                total += weight[i]
            for i in range(len(weight)):
                weight[i] /= total
            last = now if seen[n] else last
            looked = True
            n += 1
        if not looked and _quantile(weight, HIGH) >= BLIND:
            _temper(weight, prior, KEEP_MINUTE)
        low[now], high[now] = _quantile(weight, LOW), _quantile(weight, HIGH)
        mean[now] = 0.0
        for i in range(len(weight)):
            mean[now] += weight[i] * (i + 1.0) / len(weight)
        last_seen[now] = last
    return low, mean, high, last_seen
