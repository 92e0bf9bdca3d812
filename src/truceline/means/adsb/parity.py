"""The 24-bit parity of Mode S: over a message it leaves zero, the address or an interrogator code.

    generator  x^24 + x^23 + ... + x^10 + x^3 + 1  (0xFFF409), over all bits before the last 24
    remainder  = computed parity xor the last 24 bits
    DF17, DF18         remainder 0 when the message is whole
    DF11               remainder 0, or the interrogator's code in its low 7 bits (all-call reply)
    DF0 4 5 16 20 21   remainder = the aircraft's address (AP field), so a torn bit shows only as another
                       address
Source: ICAO Annex 10 Vol. IV 3.1.2.3.3 (error protection); RTCA DO-260B 2.2.3.2.1.7.
"""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

GENERATOR = 0xFFF409


def _table() -> npt.NDArray[np.uint32]:
    table = np.zeros(256, np.uint32)
    for value in range(256):
        rest = value << 16
        for _ in range(8):
            rest = (rest << 1) ^ (0x1000000 | GENERATOR) if rest & 0x800000 else rest << 1
        table[value] = rest & 0xFFFFFF
    return table


TABLE = _table()


@numba.njit(cache=True)
def remainder(message: npt.NDArray[np.uint8], size: int) -> int:
    """Return computed parity xor the transmitted one, for ``size`` bytes (7 or 14) of a (14,) array."""
    rest = np.uint32(0)
    for place in range(size - 3):
        rest = np.uint32(((rest << 8) & 0xFFFFFF) ^ TABLE[((rest >> 16) ^ message[place]) & 0xFF])
    sent = (
        (np.int64(message[size - 3]) << 16) | (np.int64(message[size - 2]) << 8) | np.int64(message[size - 1])
    )
    return int(np.int64(rest) ^ sent)


@numba.njit(cache=True)
def seal(message: npt.NDArray[np.uint8]) -> None:
    """Write the parity of a 14-byte extended squitter into its last three bytes."""
    message[11] = message[12] = message[13] = 0
    rest = remainder(message, 14)
    message[11], message[12], message[13] = (rest >> 16) & 0xFF, (rest >> 8) & 0xFF, rest & 0xFF
