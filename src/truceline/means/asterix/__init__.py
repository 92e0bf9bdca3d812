"""ASTERIX: EUROCONTROL's format for radar plots, service messages, ADS-B reports and system tracks.

    frame (a datagram) = data blocks;  data block = CAT (1), LEN (2, counts all three), records
    record = FSPEC (presence bits by FRN, chained by FX) + the items that it announces, in order

CAT048 gives plots and replies, CAT034 their radar's Watches. One file per category declares its items (``cat048.py`` ...);
``walk`` finds them in the bytes, ``take`` reads numbers from them.

Source: EUROCONTROL-SPEC-0149 (ASTERIX Part 1), edition 3.1; the parts named in the category files.
"""

from __future__ import annotations

from truceline.means.asterix.claims import claims
from truceline.means.asterix.decode import decode
from truceline.means.asterix.encode import encode, encode_timed
from truceline.means.asterix.explain import explain
from truceline.means.means import Means

MEANS = Means(
    name="asterix",
    standard="EUROCONTROL ASTERIX: CAT 001, 002, 021, 034, 048, 062, 063, 065; others by libasterix",
    claims=claims,
    decode=decode,
    encode=encode,
    explain=explain,
    watch="north marks and sector crossings of CAT034: a sector round the radar's site from first to last proof of life",
    no_watch="",
    accuracy="declared per source; wire quantisation 7.2 m in range, 0.0055 deg in azimuth, 7.8 ms in time",
    detection="declared per source: range equation with Swerling 1, horizon and terrain",
    classes=("aircraft", "uav"),
)

__all__ = ["MEANS", "encode_timed"]
