"""CAT002, service messages of older radars: north marks and sector crossings, beside CAT001.

    FRN 1 I002/010 SAC SIC | 2 I002/000 message type | 3 I002/020 sector 360/256 deg | 4 I002/030 time of day, 1/128 s
    5 I002/041 rotation period, 1/128 s | 6 I002/050 | 7 I002/060 | 8 I002/070 | 9 I002/100 | 10 I002/090 | 11 I002/080
    12 spare | 13 special purpose | 14 random field sequence

Source: EUROCONTROL SUR.ET1.ST05.2000-STD-02b-01 (ASTERIX Part 2b, Category 002), edition 1.2.
"""

from __future__ import annotations

from truceline.means.asterix.layout import Category, Item, Part, compiled

NORTH_MARK, SECTOR, SOUTH_MARK = 1, 2, 3
MESSAGES = (
    (NORTH_MARK, "north marker"),
    (SECTOR, "sector crossing"),
    (SOUTH_MARK, "south marker"),
    (8, "blind zone filtering begins"),
    (9, "blind zone filtering ends"),
)

CAT002 = compiled(
    Category(
        2,
        "1.2",
        (
            Item("010", "Data source identifier", "2", (Part("SAC", 0, 8), Part("SIC", 8, 8))),
            Item("000", "Message type", "1", (Part("message", 0, 8, words=MESSAGES),)),
            Item("020", "Sector number", "1", (Part("sector azimuth", 0, 8, 360 / 256, "deg"),)),
            Item("030", "Time of day", "3", (Part("time of day", 0, 24, 1 / 128, "s"),)),
            Item("041", "Antenna rotation speed", "2", (Part("rotation period", 0, 16, 1 / 128, "s"),)),
            Item("050", "Station configuration status", "1+"),
            Item("060", "Station processing mode", "1+"),
            Item("070", "Plot count values", "*2"),
            Item("100", "Dynamic window", "8"),
            Item("090", "Collimation error", "2"),
            Item("080", "Warning and error conditions", "1+"),
            Item("-", "Spare", ""),
            Item("SP", "Special purpose field", "L"),
            Item("RFS", "Random field sequence", "R"),
        ),
    )
)
