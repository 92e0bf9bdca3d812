"""The interval monitor: signals of which only bounds are known, through always, eventually and until, to three answers.

A signal is a margin per step of equal length, in physical units, known to lie in [low, high]; what nobody observed is
[-inf, +inf], and so is all that lies beyond the signal's end. With x a signal, a <= b whole steps from now:

    always      A(t) = min x(t + k),  a <= k <= b             not   [-high, -low]
    eventually  E(t) = max x(t + k),  a <= k <= b             and   min,  or  max
    until       U(t) = max over a <= k <= b of min( y(t + k), min x(t + j), 0 <= j < k )
                     = min( A[0, a - 1] x (t),  E[a, b] y (t),  u(t + a) ),  u(t) = max( y(t), min(x(t), u(t + 1)) )
    answer      low >= 0: satisfied;  high < 0: violated;  else unknown
Every operator is monotone, so bounds go through it as they are: an observation less can only widen what comes out.
``b`` None is "for ever". Source: robust satisfaction intervals (Deshmukh et al., FMSD 2017); the until by parts (Donze,
Ferrere, Maler, CAV 2013); sliding minimum in blocks (van Herk 1992, Gil and Werman 1993).
"""

from __future__ import annotations

import math

import msgspec
import numba
import numpy as np
import numpy.typing as npt

from truceline.terms.faults import Broken

Floats = npt.NDArray[np.float64]
SATISFIED, UNKNOWN, VIOLATED = 1, 0, -1


class Signal(msgspec.Struct, frozen=True):
    """Bounds of a margin, one per step: ``low`` and ``high``, shapes (steps,), ``low`` <= ``high``."""

    low: Floats
    high: Floats

    def __len__(self) -> int:
        """Return the number of steps."""
        return len(self.low)

    def at(self, step: int) -> tuple[float, float]:
        """Return the bounds at a step."""
        return float(self.low[step]), float(self.high[step])


def observed(values: npt.ArrayLike) -> Signal:
    """Return a signal known exactly; a NaN is a step that nobody observed."""
    given = np.asarray(values, np.float64)
    gap = np.isnan(given)
    return Signal(np.where(gap, -math.inf, given), np.where(gap, math.inf, given))


def bounded(low: npt.ArrayLike, high: npt.ArrayLike) -> Signal:
    """Return a signal known by its bounds.

    Raises:
        Broken: they differ in length, one is NaN, or a lower bound is over its upper one.
    """
    least = np.ascontiguousarray(low, np.float64)
    most = np.ascontiguousarray(high, np.float64)
    if least.shape != most.shape or least.ndim != 1 or not bool((least <= most).all()):
        raise Broken("bounds of a signal that are none", where="verify.monitor")
    return Signal(least, most)


def unobserved(steps: int) -> Signal:
    """Return a signal of which nothing is known."""
    return Signal(np.full(steps, -math.inf), np.full(steps, math.inf))


def over(signal: Signal, value: float) -> Signal:
    """Return the margin of "at least ``value``": the signal minus it."""
    return Signal(signal.low - value, signal.high - value)


def under(signal: Signal, value: float) -> Signal:
    """Return the margin of "at most ``value``": it minus the signal."""
    return Signal(value - signal.high, value - signal.low)


def negated(signal: Signal) -> Signal:
    """Return the margin of the contrary."""
    return Signal(-signal.high, -signal.low)


def both(one: Signal, other: Signal) -> Signal:
    """Return the margin of "one and the other"."""
    return Signal(np.minimum(one.low, other.low), np.minimum(one.high, other.high))


def either(one: Signal, other: Signal) -> Signal:
    """Return the margin of "one or the other"."""
    return Signal(np.maximum(one.low, other.low), np.maximum(one.high, other.high))


def implies(when: Signal, then: Signal) -> Signal:
    """Return the margin of "when the one, then the other"."""
    return either(negated(when), then)


def always(signal: Signal, first: int = 0, last: int | None = None) -> Signal:
    """Return the margin of "at every step from ``first`` to ``last`` from now".

    Raises:
        Broken: the steps run backward.
    """
    return Signal(_least(signal.low, first, last, -math.inf), _least(signal.high, first, last, math.inf))


def eventually(signal: Signal, first: int = 0, last: int | None = None) -> Signal:
    """Return the margin of "at some step from ``first`` to ``last`` from now".

    Raises:
        Broken: the steps run backward.
    """
    return negated(always(negated(signal), first, last))


def until(held: Signal, freed: Signal, first: int = 0, last: int | None = None) -> Signal:
    """Return the margin of "``held`` until ``freed``, which comes from ``first`` to ``last`` steps from now".

    Raises:
        Broken: the steps run backward.
    """
    came = eventually(freed, first, last)
    bounds = []
    for keep, free, edge, beyond in (
        (held.low, freed.low, came.low, -math.inf),
        (held.high, freed.high, came.high, math.inf),
    ):
        whole = _unbounded(keep, free, beyond)
        found = np.minimum(edge, _shifted(whole, first, beyond))
        bounds.append(np.minimum(found, _least(keep, 0, first - 1, beyond)) if first else found)
    return Signal(bounds[0], bounds[1])


def answer(low: float, high: float) -> int:
    """Return SATISFIED, UNKNOWN or VIOLATED for the bounds of a margin."""
    if low >= 0.0:
        return SATISFIED
    return VIOLATED if high < 0.0 else UNKNOWN


def longest(holds: Signal) -> tuple[int, int]:
    """Return the longest run of steps at which something surely holds, and at which it may hold."""
    return int(_run(holds.low)), int(_run(holds.high))


def _least(bound: Floats, first: int, last: int | None, beyond: float) -> Floats:
    """Sliding minimum over [t + first, t + last] of a bound that has the value ``beyond`` after its end."""
    if first < 0 or (last is not None and last < first):
        raise Broken(f"steps from {first} to {last} run backward", where="verify.monitor")
    held, steps = np.ascontiguousarray(bound, np.float64), len(bound)
    begin = min(first, steps)
    if last is None:
        return _shifted(_suffix(held, beyond), begin, beyond)
    return _slide(held, begin, min(last, max(steps, begin)), beyond)


def _shifted(bound: Floats, steps: int, beyond: float) -> Floats:
    if steps == 0:
        return bound
    held = np.full(len(bound), beyond)
    if steps < len(bound):
        held[: len(bound) - steps] = bound[steps:]
    return held


@numba.njit(cache=True)
def _slide(bound: Floats, first: int, last: int, beyond: float) -> Floats:
    steps, width = len(bound), last - first + 1
    out, suffix = np.empty(steps), np.empty(width)
    # a window that begins in one block of its own width ends in the next: the rest of the one, the start of the other
    for begin in range(0, steps, width):
        place = begin + first
        least = math.inf
        for step in range(width - 1, -1, -1):
            value = bound[place + step] if place + step < steps else beyond
            least = value if value < least else least
            suffix[step] = least
        least = math.inf
        for step in range(min(width, steps - begin)):
            out[begin + step] = suffix[step] if suffix[step] < least else least
            after = place + width + step
            value = bound[after] if after < steps else beyond
            least = value if value < least else least
    return out


@numba.njit(cache=True)
def _suffix(bound: Floats, beyond: float) -> Floats:
    out = np.empty(len(bound))
    least = beyond
    for step in range(len(bound) - 1, -1, -1):
        least = min(least, bound[step])
        out[step] = least
    return out


@numba.njit(cache=True)
def _unbounded(keep: Floats, free: Floats, beyond: float) -> Floats:
    out = np.empty(len(keep))
    after = beyond
    for step in range(len(keep) - 1, -1, -1):
        after = keep[step] if keep[step] < after else after
        after = free[step] if free[step] > after else after
        out[step] = after
    return out


@numba.njit(cache=True)
def _run(bound: Floats) -> int:
    best = now = 0
    for step in range(len(bound)):
        now = now + 1 if bound[step] >= 0.0 else 0
        best = max(best, now)
    return best
