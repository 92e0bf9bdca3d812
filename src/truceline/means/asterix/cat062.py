"""CAT062, system tracks: what another centre's tracker makes of its sensors.

    FRN 1 I062/010 SAC SIC | 2 spare | 3 I062/015 service | 4 I062/070 time of track, 1/128 s
    5 I062/105 latitude, longitude 180/2^25 deg | 6 I062/100 X Y 0.5 m | 7 I062/185 VX VY 0.25 m/s | 8 I062/210
    9 I062/060 V G CH 0, mode 3/A in 12 bits | 10 I062/245 STI(2) 6 spare, 8 characters of 6 bits
    11 I062/380 aircraft derived data: compound of 28, ADR first | 12 I062/040 track number
    13 I062/080 MON SPI MRH SRC(3) CNF FX | SIM TSE TSB .. FX | .. | 14 I062/290 ages | 15 I062/200 | 16 I062/295 ages
    17 I062/136 measured FL 1/4 | 18 I062/130 geometric altitude 6.25 ft | 19 I062/135 QNH, barometric altitude FL 1/4
    20 I062/220 climb 6.25 ft/min | 21 I062/390 flight plan: compound of 18 | 22 I062/270 | 23 I062/300 | 24 I062/110
    25 I062/120 | 26 I062/510 cells of 3 octets, chained | 27 I062/500 accuracies: APC 0.5 m, COV, APW 180/2^25 deg, ..
    28 I062/340 measured information | 29 to 33 spare | 34 reserved expansion | 35 special purpose

Source: EUROCONTROL-SPEC-0149-9 (ASTERIX Part 9, Category 062), edition 1.21.
"""

from __future__ import annotations

from truceline.means.asterix.layout import Category, Item, Part, compiled, flag

IDENTITIES = (
    (0, "downlinked callsign or registration"),
    (1, "callsign, not downlinked"),
    (2, "registration, not downlinked"),
)

CAT062 = compiled(
    Category(
        62,
        "1.21",
        (
            Item("010", "Data source identifier", "2", (Part("SAC", 0, 8), Part("SIC", 8, 8))),
            Item("-", "Spare", ""),
            Item("015", "Service identification", "1", (Part("service", 0, 8),)),
            Item("070", "Time of track information", "3", (Part("time of day", 0, 24, 1 / 128, "s"),)),
            Item(
                "105",
                "Calculated position in WGS84",
                "8",
                (
                    Part("latitude", 0, 32, 180 / 2**25, "deg", "s"),
                    Part("longitude", 32, 32, 180 / 2**25, "deg", "s"),
                ),
            ),
            Item(
                "100",
                "Calculated track position (Cartesian)",
                "6",
                (Part("X", 0, 24, 0.5, "m", "s"), Part("Y", 24, 24, 0.5, "m", "s")),
            ),
            Item(
                "185",
                "Calculated track velocity (Cartesian)",
                "4",
                (Part("VX", 0, 16, 0.25, "m/s", "s"), Part("VY", 16, 16, 0.25, "m/s", "s")),
            ),
            Item(
                "210",
                "Calculated acceleration (Cartesian)",
                "2",
                (Part("AX", 0, 8, 0.25, "m/s2", "s"), Part("AY", 8, 8, 0.25, "m/s2", "s")),
            ),
            Item(
                "060",
                "Track mode 3/A code",
                "2",
                (
                    flag(0, "V", "not validated"),
                    flag(1, "G", "garbled"),
                    flag(2, "CH", "code has changed"),
                    Part("code", 4, 12, code="octal"),
                ),
            ),
            Item(
                "245",
                "Target identification",
                "7",
                (Part("STI", 0, 2, words=IDENTITIES), Part("callsign", 8, 48, code="ia5")),
            ),
            Item(
                "380",
                "Aircraft derived data",
                "(ADR:3 ID:6 MHG:2 IAS:2 TAS:2 SAL:2 FSS:2 TIS:x1 TID:*15 COM:2 SAB:2 ACS:7 BVR:2 GVR:2 RAN:2 TAR:2 TAN:2"
                " GS:2 VUN:1 MET:8 EMC:1 POS:6 GAL:2 PUN:1 BDSDATA:*8 IAR:2 MAC:2 BPS:2)",
                (
                    Part("address", 0, 24, code="hex", sub="ADR"),
                    Part("callsign", 0, 48, code="ia5", sub="ID"),
                    Part("magnetic heading", 0, 16, 360 / 65536, "deg", sub="MHG"),
                    Part("true air speed", 0, 16, 1.0, "kt", sub="TAS"),
                    Part("selected altitude", 3, 13, 25.0, "ft", "s", "SAL"),
                    Part("barometric vertical rate", 0, 16, 6.25, "ft/min", "s", "BVR"),
                    Part("geometric vertical rate", 0, 16, 6.25, "ft/min", "s", "GVR"),
                    Part("track angle", 0, 16, 360 / 65536, "deg", sub="TAN"),
                    Part("ground speed", 0, 16, 2.0**-14, "NM/s", "s", "GS"),
                    Part("emitter category", 0, 8, sub="EMC"),
                    Part("latitude", 0, 24, 180 / 2**23, "deg", "s", "POS"),
                    Part("longitude", 24, 24, 180 / 2**23, "deg", "s", "POS"),
                    Part("geometric altitude", 0, 16, 6.25, "ft", "s", "GAL"),
                    Part("indicated air speed", 0, 16, 1.0, "kt", sub="IAR"),
                    Part("Mach", 0, 16, 0.008, sub="MAC"),
                ),
            ),
            Item("040", "Track number", "2", (Part("track number", 0, 16),)),
            Item(
                "080",
                "Track status",
                "x7",
                (
                    flag(0, "MON", "one sensor only"),
                    flag(1, "SPI", "special position identification"),
                    flag(6, "CNF", "tentative track"),
                    flag(8, "SIM", "simulated track"),
                    flag(9, "TSE", "last message of the track"),
                    flag(10, "TSB", "first message of the track"),
                    flag(19, "ME", "military emergency"),
                    flag(24, "CST", "coasting"),
                    flag(25, "PSR", "primary radar lost"),
                    flag(26, "SSR", "secondary radar lost"),
                    flag(27, "MDS", "Mode S lost"),
                    flag(28, "ADS", "ADS-B lost"),
                ),
            ),
            Item(
                "290",
                "System track update ages",
                "(TRK:1 PSR:1 SSR:1 MDS:1 ADS:2 ES:1 VDL:1 UAT:1 LOP:1 MLT:1)",
                tuple(
                    Part(f"{sub} age", 0, 8, 0.25, "s", sub=sub) for sub in ("TRK", "PSR", "SSR", "MDS", "ES")
                ),
            ),
            Item("200", "Mode of movement", "1"),
            Item(
                "295",
                "Track data ages",
                "(MFL:1 MD1:1 MD2:1 MDA:1 MD4:1 MD5:1 MHG:1 IAS:1 TAS:1 SAL:1 FSS:1 TID:1 COM:1 SAB:1 ACS:1 BVR:1 GVR:1"
                " RAN:1 TAR:1 TAN:1 GSP:1 VUN:1 MET:1 EMC:1 POS:1 GAL:1 PUN:1 MB:1 IAR:1 MAC:1 BPS:1)",
            ),
            Item("136", "Measured flight level", "2", (Part("flight level", 0, 16, 0.25, "FL", "s"),)),
            Item(
                "130", "Calculated track geometric altitude", "2", (Part("altitude", 0, 16, 6.25, "ft", "s"),)
            ),
            Item(
                "135",
                "Calculated track barometric altitude",
                "2",
                (flag(0, "QNH", "QNH correction applied"), Part("flight level", 1, 15, 0.25, "FL", "s")),
            ),
            Item("220", "Calculated rate of climb", "2", (Part("rate", 0, 16, 6.25, "ft/min", "s"),)),
            Item(
                "390",
                "Flight plan related data",
                "(TAG:2 CS:7 IFI:4 FCT:1 TAC:4 WTC:1 DEP:4 DST:4 RDS:3 CFL:2 CTL:2 TOD:*4 AST:6 STS:1 STD:7 STA:7 PEM:2"
                " PEC:7)",
                (
                    Part("callsign", 0, 56, code="ascii", sub="CS"),
                    Part("type of aircraft", 0, 32, code="ascii", sub="TAC"),
                    Part("departure", 0, 32, code="ascii", sub="DEP"),
                    Part("destination", 0, 32, code="ascii", sub="DST"),
                    Part("cleared level", 0, 16, 0.25, "FL", sub="CFL"),
                ),
            ),
            Item("270", "Target size and orientation", "x3"),
            Item("300", "Vehicle fleet identification", "1"),
            Item("110", "Mode 5 data reports", "(SUM:1 PMN:4 POS:6 GA:2 EM1:2 TOS:1 XP:1)"),
            Item("120", "Track mode 2 code", "2", (Part("code", 4, 12, code="octal"),)),
            Item("510", "Composed track number", "3+", (Part("unit", 0, 8), Part("track", 8, 15))),
            Item(
                "500",
                "Estimated accuracies",
                "(APC:4 COV:2 APW:4 AGA:1 ABA:1 ATV:2 AA:2 ARC:1)",
                (
                    Part("sigma X", 0, 16, 0.5, "m", sub="APC"),
                    Part("sigma Y", 16, 16, 0.5, "m", sub="APC"),
                    Part("sigma latitude", 0, 16, 180 / 2**25, "deg", sub="APW"),
                    Part("sigma longitude", 16, 16, 180 / 2**25, "deg", sub="APW"),
                ),
            ),
            Item(
                "340",
                "Measured information",
                "(SID:2 POS:4 HEIGHT:2 MDC:2 MDA:2 TYP:1)",
                (
                    Part("SAC", 0, 8, sub="SID"),
                    Part("SIC", 8, 8, sub="SID"),
                    Part("range", 0, 16, 1 / 256, "NM", sub="POS"),
                    Part("azimuth", 16, 16, 360 / 65536, "deg", sub="POS"),
                    Part("mode C", 2, 14, 0.25, "FL", "s", "MDC"),
                    Part("code", 4, 12, code="octal", sub="MDA"),
                ),
            ),
            *(Item("-", "Spare", "") for _ in range(5)),
            Item("RE", "Reserved expansion field", "L"),
            Item("SP", "Special purpose field", "L"),
        ),
    )
)
