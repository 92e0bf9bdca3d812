"""CAT001, monoradar target reports of older radars: plots and tracks, with a time of day cut to 512 s.

    FRN of a plot:  1 I001/010 | 2 I001/020 TYP SIM SSR/PSR(2) ANT SPI RAB FX | TST .. | 3 I001/040 RHO 1/128 NM, THETA
        360/65536 deg | 4 I001/070 | 5 I001/090 | 6 I001/130 | 7 I001/141 1/128 s, modulo 512 s | 8 I001/050 | 9 I001/120
        2^-8 NM/s | 10 I001/131 | 11 I001/080 | 12 I001/100 | 13 I001/060 | 14 I001/030 | 15 I001/150 | 16 to 19 spare
        20 special purpose | 21 random field sequence
    FRN of a track: 1 I001/010 | 2 I001/020 | 3 I001/161 | 4 I001/040 | 5 I001/042 1/64 NM | 6 I001/200 | 7 I001/070
        8 I001/090 | 9 I001/141 | 10 I001/130 | 11 I001/131 | 12 I001/120 | 13 I001/170 | 14 I001/210 | 15 I001/050
        16 I001/080 | 17 I001/100 | 18 I001/060 | 19 I001/030 | 20 special purpose | 21 random field sequence | 22 I001/150

TYP, the first bit of I001/020, says which of the two a record is; a record without I001/020 is a plot.
Source: EUROCONTROL SUR.ET1.ST05.2000-STD-02a-01 (ASTERIX Part 2a, Category 001), edition 1.4.
"""

from __future__ import annotations

from truceline.means.asterix.cat048 import CODE, SOURCE
from truceline.means.asterix.layout import Category, Item, Part, compiled, flag

DETECTIONS = ((0, "no detection"), (1, "sole primary"), (2, "sole secondary"), (3, "combined"))

_ITEMS = {
    item.number: item
    for item in (
        Item("010", "Data source identifier", "2", SOURCE),
        Item(
            "020",
            "Target report descriptor",
            "x2",
            (
                Part("TYP", 0, 1, words=((0, "plot"), (1, "track"))),
                flag(1, "SIM", "simulated"),
                Part("detection", 2, 2, words=DETECTIONS),
                flag(5, "SPI", "special position identification"),
                flag(6, "RAB", "report from a fixed transponder (field monitor)"),
                flag(8, "TST", "test target"),
            ),
        ),
        Item(
            "040",
            "Measured position in polar co-ordinates",
            "4",
            (Part("range", 0, 16, 1 / 128, "NM"), Part("azimuth", 16, 16, 360 / 65536, "deg")),
        ),
        Item(
            "042",
            "Calculated position in Cartesian co-ordinates",
            "4",
            (Part("X", 0, 16, 1 / 64, "NM", "s"), Part("Y", 16, 16, 1 / 64, "NM", "s")),
        ),
        Item("070", "Mode 3/A code", "2", CODE),
        Item(
            "090",
            "Mode C code",
            "2",
            (
                flag(0, "V", "not validated"),
                flag(1, "G", "garbled"),
                Part("flight level", 2, 14, 0.25, "FL", "s"),
            ),
        ),
        Item(
            "120", "Measured radial Doppler speed", "1", (Part("Doppler speed", 0, 8, 2.0**-8, "NM/s", "s"),)
        ),
        Item("130", "Radar plot characteristics", "1+"),
        Item("131", "Received power", "1", (Part("power", 0, 8, 1.0, "dBm", "s"),)),
        Item("141", "Truncated time of day", "2", (Part("time modulo 512 s", 0, 16, 1 / 128, "s"),)),
        Item("161", "Track number", "2", (Part("track number", 0, 16),)),
        Item(
            "170",
            "Track status",
            "x2",
            (flag(0, "CON", "track under initiation"), flag(8, "TRE", "end of track")),
        ),
        Item(
            "200",
            "Calculated track velocity in polar co-ordinates",
            "4",
            (Part("ground speed", 0, 16, 2.0**-14, "NM/s"), Part("heading", 16, 16, 360 / 65536, "deg")),
        ),
        Item("210", "Track quality", "1+"),
        Item("030", "Warning and error conditions", "1+"),
        Item("050", "Mode 2 code", "2", CODE),
        Item("060", "Mode 2 code confidence", "2"),
        Item("080", "Mode 3/A code confidence", "2"),
        Item("100", "Mode C code and confidence", "4"),
        Item("150", "Presence of X-pulse", "1"),
        Item("SP", "Special purpose field", "L"),
        Item("RFS", "Random field sequence", "R"),
        Item("-", "Spare", ""),
    )
}


def _profile(numbers: str) -> Category:
    return Category(1, "1.4", tuple(_ITEMS[number] for number in numbers.split()))


TRACK = compiled(
    _profile("010 020 161 040 042 200 070 090 141 130 131 120 170 210 050 080 100 060 030 SP RFS 150")
)
PLOT = compiled(_profile("010 020 040 070 090 130 141 050 120 131 080 100 060 030 150 - - - - SP RFS"))
