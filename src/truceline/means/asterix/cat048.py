"""CAT048, monoradar target reports: plots and replies of one radar, in slant range and azimuth.

    FRN 1 I048/010 SAC SIC | 2 I048/140 time of day, 1/128 s | 3 I048/020 TYP(3) SIM RDP SPI RAB FX | TST ERR .. FX
    4 I048/040 RHO 1/256 NM, THETA 360/65536 deg | 5 I048/070 V G L 0, mode 3/A (12) | 6 I048/090 V G, FL 1/4 (14)
    7 I048/130 compound | 8 I048/220 address | 9 I048/240 8 characters of 6 bits | 10 I048/250 n x 8 octets
    11 I048/161 track number | 12 I048/042 X Y 1/128 NM | 13 I048/200 ground speed 2^-14 NM/s, heading 360/65536 deg
    14 I048/170 x2 | 15 I048/210 | 16 I048/030 | 17 I048/080 | 18 I048/100 | 19 I048/110 height 25 ft
    20 I048/120 compound: CAL D, 5 spare, Doppler 1 m/s in 10 bits | 21 I048/230 | 22 I048/260 | 23 I048/055 | 24 I048/050
    25 I048/065 | 26 I048/060 | 27 special purpose | 28 reserved expansion

Source: EUROCONTROL-SPEC-0149-4 (ASTERIX Part 4, Category 048), edition 1.32; earlier editions from 1.14 have the same
layout with fewer octets in I048/020.
"""

from __future__ import annotations

from truceline.means.asterix.layout import Category, Item, Part, compiled, flag

TYPES = (
    (0, "no detection"),
    (1, "single PSR detection"),
    (2, "single SSR detection"),
    (3, "SSR + PSR detection"),
    (4, "single Mode S all-call"),
    (5, "single Mode S roll-call"),
    (6, "Mode S all-call + PSR"),
    (7, "Mode S roll-call + PSR"),
)
SOURCE = (Part("SAC", 0, 8), Part("SIC", 8, 8))
CODE = (
    flag(0, "V", "not validated"),
    flag(1, "G", "garbled"),
    flag(2, "L", "not extracted in the last scan"),
    Part("code", 4, 12, code="octal"),
)

CAT048 = compiled(
    Category(
        48,
        "1.32",
        (
            Item("010", "Data source identifier", "2", SOURCE),
            Item("140", "Time of day", "3", (Part("time of day", 0, 24, 1 / 128, "s"),)),
            Item(
                "020",
                "Target report descriptor",
                "x6",
                (
                    Part("TYP", 0, 3, words=TYPES),
                    flag(3, "SIM", "simulated target report"),
                    flag(4, "RDP", "chain 2"),
                    flag(5, "SPI", "special position identification"),
                    flag(6, "RAB", "report from a fixed transponder (field monitor)"),
                    flag(8, "TST", "test target report"),
                    flag(9, "ERR", "extended range"),
                    flag(10, "XPP", "X-pulse present"),
                    flag(11, "ME", "military emergency"),
                    flag(12, "MI", "military identification"),
                    Part("FOE/FRI", 13, 2, words=((1, "friendly"), (2, "unknown"), (3, "no reply"))),
                ),
            ),
            Item(
                "040",
                "Measured position in polar co-ordinates",
                "4",
                (Part("range", 0, 16, 1 / 256, "NM"), Part("azimuth", 16, 16, 360 / 65536, "deg")),
            ),
            Item("070", "Mode 3/A code", "2", CODE),
            Item(
                "090",
                "Flight level",
                "2",
                (
                    flag(0, "V", "not validated"),
                    flag(1, "G", "garbled"),
                    Part("flight level", 2, 14, 0.25, "FL", "s"),
                ),
            ),
            Item(
                "130",
                "Radar plot characteristics",
                "(SRL:1 SRR:1 SAM:1 PRL:1 PAM:1 RPD:1 APD:1)",
                (
                    Part("SSR run length", 0, 8, 360 / 8192, "deg", sub="SRL"),
                    Part("replies received", 0, 8, sub="SRR"),
                    Part("amplitude of SSR reply", 0, 8, 1.0, "dBm", "s", sub="SAM"),
                    Part("PSR run length", 0, 8, 360 / 8192, "deg", sub="PRL"),
                    Part("PSR amplitude", 0, 8, 1.0, "dBm", "s", sub="PAM"),
                    Part("range PSR-SSR", 0, 8, 1 / 256, "NM", "s", sub="RPD"),
                    Part("azimuth PSR-SSR", 0, 8, 360 / 16384, "deg", "s", sub="APD"),
                ),
            ),
            Item("220", "Aircraft address", "3", (Part("address", 0, 24, code="hex"),)),
            Item("240", "Aircraft identification", "6", (Part("callsign", 0, 48, code="ia5"),)),
            Item("250", "BDS register data", "*8"),
            Item("161", "Track number", "2", (Part("track number", 4, 12),)),
            Item(
                "042",
                "Calculated position in Cartesian co-ordinates",
                "4",
                (Part("X", 0, 16, 1 / 128, "NM", "s"), Part("Y", 16, 16, 1 / 128, "NM", "s")),
            ),
            Item(
                "200",
                "Calculated track velocity in polar co-ordinates",
                "4",
                (Part("ground speed", 0, 16, 2.0**-14, "NM/s"), Part("heading", 16, 16, 360 / 65536, "deg")),
            ),
            Item(
                "170",
                "Track status",
                "x2",
                (
                    flag(0, "CNF", "tentative track"),
                    flag(3, "DOU", "low confidence"),
                    flag(8, "TRE", "end of track"),
                ),
            ),
            Item("210", "Track quality", "4"),
            Item(
                "030",
                "Warning and error conditions, target classification",
                "1+",
                (Part("first code", 0, 7),),
            ),
            Item("080", "Mode 3/A code confidence", "2"),
            Item("100", "Mode C code and confidence", "4"),
            Item("110", "Height measured by a 3D radar", "2", (Part("height", 2, 14, 25.0, "ft", "s"),)),
            Item(
                "120",
                "Radial Doppler speed",
                "(CAL:2 RDS:*6)",
                (flag(0, "D", "doubtful", "CAL"), Part("Doppler speed", 6, 10, 1.0, "m/s", "s", sub="CAL")),
            ),
            Item("230", "Communications and ACAS capability, flight status", "2", (Part("STAT", 3, 3),)),
            Item("260", "ACAS resolution advisory", "7", (Part("MB", 0, 56, code="hex"),)),
            Item("055", "Mode 1 code", "1"),
            Item("050", "Mode 2 code", "2", CODE),
            Item("065", "Mode 1 code confidence", "1"),
            Item("060", "Mode 2 code confidence", "2"),
            Item("SP", "Special purpose field", "L"),
            Item("RE", "Reserved expansion field", "L"),
        ),
    )
)
