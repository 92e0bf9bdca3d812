"""Quantities and identities as the raw values of ASTERIX items: the inverse of what ``polar`` and ``take`` read."""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

from truceline.means.asterix import when
from truceline.means.asterix.take import ABSENT, Floats
from truceline.means.asterix.walk import Longs
from truceline.means.source import Source
from truceline.terms.faults import Refusal
from truceline.terms.time import NS_PER_DAY


def identifier(source: Source) -> int:
    """Return SAC (0) and SIC (from the source's name) as one 16-bit number."""
    return hashlib.sha256(source.name.encode()).digest()[0]


def ticks(time_ns: Longs) -> Longs:
    """Return the time of day in 1/128 s, to the nearest."""
    return np.asarray((time_ns % NS_PER_DAY + when.TICK_NS // 2) // when.TICK_NS % when.TICKS_PER_DAY)


def whole(values: Floats, lsb: float, low: int, high: int, what: str) -> Longs:
    """Return ``values / lsb`` to the nearest, ABSENT where NaN.

    Raises:
        Refusal: a value outside [low, high].
    """
    known = np.isfinite(values)
    counts = np.floor(np.where(known, values, 0.0) / lsb + 0.5)
    wrong = np.flatnonzero((counts < low) | (counts > high) | np.isinf(values))
    if len(wrong):
        raise Refusal(
            f"{what} {values[wrong[0]]:g} does not fit",
            where=f"row {wrong[0]}",
            remedy=f"{low * lsb:g} to {high * lsb:g}",
        )
    return np.where(known, counts.astype(np.int64), ABSENT)


def masked(values: Longs, bits: int) -> Longs:
    """Return the low bits of two's complement values, ABSENT where absent."""
    return np.where(values == ABSENT, ABSENT, values & ((1 << bits) - 1))


def identities(values: npt.NDArray[np.signedinteger], bits: int) -> Longs:
    """Return identity numbers cut to so many bits, ABSENT where -1."""
    numbers = values.astype(np.int64)
    return np.where(numbers < 0, ABSENT, numbers & ((1 << bits) - 1))


def octal(squawk: npt.NDArray[np.int16]) -> Longs:
    """Return the 12 bits of mode A codes, ABSENT where -1."""
    value = squawk.astype(np.int64)
    bits = (value // 1000 % 10 << 9) | (value // 100 % 10 << 6) | (value // 10 % 10 << 3) | value % 10
    return np.where(value < 0, ABSENT, bits & 0xFFF)


def six_bits(label: npt.NDArray[np.bytes_]) -> Longs:
    """Return the first eight characters of labels as 48 bits, ABSENT where empty."""
    letters = np.ascontiguousarray(label.astype("S8")).view(np.uint8).reshape(-1, 8)
    codes = np.full(256, 32, dtype=np.int64)
    codes[ord("A") : ord("Z") + 1] = np.arange(1, 27)
    codes[ord("a") : ord("z") + 1] = np.arange(1, 27)
    codes[ord("0") : ord("9") + 1] = np.arange(48, 58)
    packed = (codes[letters] << np.arange(42, -1, -6, dtype=np.int64)).sum(axis=1)
    return np.where(label == b"", ABSENT, packed)


def paired(first: Longs, second: Longs, bits: int) -> Longs:
    """Return two values of so many bits each as one, ABSENT where either is."""
    both = masked(first, bits) << bits | masked(second, bits)
    return np.where((first == ABSENT) | (second == ABSENT), ABSENT, both)
