"""ADS-B and raw Mode S from a 1090 MHz receiver: what aircraft broadcast of themselves.

    Beast    0x1a | type '1' Mode A/C, '2' short, '3' long, '4' status | 12 MHz counter 6 | signal 1 |
             message 2, 7, 14 (0x1a doubled after the type); a stream that may be cut anywhere
    AVR      *8D4840D6202CC371C32CE0576098;   @<12 hex counter>8D48...;   one a line
    lists    CSV "seconds,HEX,ADDRESS", JSON lines {"timestamp": ..., "frame": "8d48..."}, gzip of these
    message  downlink format 5 bits | ... | parity 24 bits: see message.py, cpr.py, parity.py
A body is a stretch of the stream, a datagram or a whole file. Records are frames with good parity or a
confirmed address. A silent receiver is not a quiet sky: only frames and heartbeats (dump1090's: a Mode A/C
frame of nine zero bytes, ``*0000;``) no further apart than the source's heartbeat_s make a Watch, and only
of aircraft that carry a transponder and use it.
Source: ICAO Annex 10 Vol. IV; RTCA DO-260B / EUROCAE ED-102A; ICAO Doc 9871; Mode-S Beast output formats;
dump1090.

Decoding is our own columns in Numba loops: nothing foreign runs, so nothing can crash the centre, and every
processor gives the same rows. rs1090 is the independent decoder of the golden tests.
"""

from __future__ import annotations

import numpy as np

from truceline.means.adsb.explain import explain
from truceline.means.adsb.frames import AVR, HEX, find
from truceline.means.adsb.read import decode
from truceline.means.adsb.write import AVR_HEARTBEAT, HEARTBEAT, encode, encode_timed
from truceline.means.means import Means
from truceline.means.packed import is_packed, unpack_head

__all__ = ["AVR_HEARTBEAT", "HEARTBEAT", "MEANS", "claims", "decode", "encode", "encode_timed", "explain"]


def claims(name: str, head: bytes) -> float:
    """Return how sure it is that a file holds raw Mode S: by its frames, not its name."""
    if is_packed(head):
        return claims(name.removesuffix(".gz"), unpack_head(head))
    if head[:1] == b"\x1a" and head[1:2] in {b"1", b"2", b"3", b"4"}:
        return 0.95 if _frames(head) else 0.4
    lines = head.removeprefix(b"\xef\xbb\xbf").splitlines()[:40]
    if not lines:
        return 0.0
    share = sum(1 for line in lines if AVR.fullmatch(line) or HEX.search(line)) / len(lines)
    if head.lstrip()[:1] == b"{" and b'"frame"' not in head:
        return 0.6 if share > 0.1 and HEX.search(lines[1] if len(lines) > 1 else b"") else 0.0
    return 0.9 if share >= 0.5 else 0.6 * share


def _frames(head: bytes) -> bool:
    found = find(head, np.array([0, len(head)], np.int64))
    return len(found.start) > 0 and len(found.bad) <= 1 + len(found.start) // 10


MEANS = Means(
    name="adsb",
    standard="ICAO Annex 10 Vol. IV (Mode S), RTCA DO-260B (ADS-B), Beast and AVR framing",
    claims=claims,
    decode=decode,
    encode=encode,
    explain=explain,
    watch="frames and heartbeats no further apart than heartbeat_s, when the receiver's site is declared",
    no_watch="",
    accuracy="95 % radius by NACp or type code; accuracy.position_m when the aircraft states none",
    detection="receiver range and horizon, only aircraft that broadcast: a silent one is not an absent one",
    classes=("aircraft",),
    native=False,
    timed=False,
)
