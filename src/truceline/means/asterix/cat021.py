"""CAT021, ADS-B target reports: what aircraft broadcast of themselves, as ground stations report it.

    FRN 1 I021/010 SAC SIC | 2 I021/040 ATP(3) ARC(2) RC RAB FX | DCR GBS SIM TST SAA CL(2) FX | ..
    3 I021/161 track number | 4 I021/015 | 5 I021/071 time of applicability of position, 1/128 s
    6 I021/130 latitude, longitude 180/2^23 deg | 7 I021/131 the same, 180/2^30 deg | 8 I021/072 | 9 I021/150 | 10 I021/151
    11 I021/080 target address | 12 I021/073 time of reception of position, 1/128 s | 13 to 15 I021/074 to 076
    16 I021/140 height, 6.25 ft | 17 I021/090 NUCr/NACv(3) NUCp/NIC(4) FX | NICbaro SIL(2) NACp(4) FX | ..
    18 I021/210 MOPS version | 19 I021/070 mode 3/A | 20 I021/230 | 21 I021/145 FL 1/4 | 22 I021/152 | 23 I021/200
    24 I021/155, 25 I021/157 vertical rates 6.25 ft/min | 26 I021/160 ground speed 2^-14 NM/s, track angle 360/65536 deg
    27 I021/165 | 28 I021/077 time of transmission, 1/128 s | 29 I021/170 callsign | 30 I021/020 emitter category
    31 I021/220 | 32 I021/146 | 33 I021/148 | 34 I021/110 | 35 I021/016 | 36 I021/008 | 37 I021/271 | 38 I021/132
    39 I021/250 | 40 I021/260 | 41 I021/400 | 42 I021/295 | 43 to 47 spare | 48 reserved expansion | 49 special purpose

Editions 2.0 and later are one layout; editions 0.23 to 0.26 are another one under the same number, which no octet tells
apart, and are not read. Source: EUROCONTROL-SPEC-0149-12 (ASTERIX Part 12, Category 021), edition 2.7.
"""

from __future__ import annotations

from truceline.means.asterix.layout import Category, Item, Part, compiled, flag

ADDRESSES = (
    (0, "24-bit ICAO address"), (1, "duplicate address"), (2, "surface vehicle address"), (3, "anonymous address"),
)  # fmt: skip
RATE = (flag(0, "RE", "beyond the defined range"), Part("rate", 1, 15, 6.25, "ft/min", "s"))
TIME = (Part("time of day", 0, 24, 1 / 128, "s"),)


def _place(bits: int, lsb: float) -> tuple[Part, Part]:
    return Part("latitude", 0, bits, lsb, "deg", "s"), Part("longitude", bits, bits, lsb, "deg", "s")


CAT021 = compiled(
    Category(
        21,
        "2.7",
        (
            Item("010", "Data source identification", "2", (Part("SAC", 0, 8), Part("SIC", 8, 8))),
            Item(
                "040",
                "Target report descriptor",
                "x5",
                (
                    Part("ATP", 0, 3, words=ADDRESSES),
                    Part("ARC", 3, 2, words=((0, "25 ft"), (1, "100 ft"), (2, "unknown"), (3, "invalid"))),
                    flag(5, "RC", "range check passed, CPR validation pending"),
                    flag(6, "RAB", "report from a fixed transponder (field monitor)"),
                    flag(8, "DCR", "differential correction"),
                    flag(9, "GBS", "on the ground"),
                    flag(10, "SIM", "simulated target report"),
                    flag(11, "TST", "test target"),
                    flag(18, "IPC", "independent position check failed"),
                    flag(19, "NOGO", "NOGO bit set"),
                    flag(21, "LDPJ", "local decoding position jump"),
                    flag(22, "RCF", "range check failed"),
                ),
            ),
            Item("161", "Track number", "2", (Part("track number", 4, 12),)),
            Item("015", "Service identification", "1", (Part("service", 0, 8),)),
            Item("071", "Time of applicability for position", "3", TIME),
            Item("130", "Position in WGS84", "6", _place(24, 180 / 2**23)),
            Item("131", "High-resolution position in WGS84", "8", _place(32, 180 / 2**30)),
            Item("072", "Time of applicability for velocity", "3", TIME),
            Item("150", "Air speed", "2"),
            Item("151", "True air speed", "2", (Part("true air speed", 1, 15, 1.0, "kt"),)),
            Item("080", "Target address", "3", (Part("address", 0, 24, code="hex"),)),
            Item("073", "Time of message reception for position", "3", TIME),
            Item("074", "Time of message reception for position, high precision", "4"),
            Item("075", "Time of message reception for velocity", "3", TIME),
            Item("076", "Time of message reception for velocity, high precision", "4"),
            Item("140", "Geometric height", "2", (Part("height", 0, 16, 6.25, "ft", "s"),)),
            Item(
                "090",
                "Quality indicators",
                "x9",
                (
                    Part("NUCr/NACv", 0, 3),
                    Part("NUCp/NIC", 3, 4),
                    Part("SIL", 9, 2),
                    Part("NACp", 11, 4),
                    Part("PIC", 24, 4),
                ),
            ),
            Item(
                "210",
                "MOPS version",
                "1",
                (Part("VN", 2, 3, words=((0, "DO-260"), (1, "DO-260A"), (2, "DO-260B"), (3, "DO-260C"))),),
            ),
            Item("070", "Mode 3/A code", "2", (Part("code", 4, 12, code="octal"),)),
            Item("230", "Roll angle", "2", (Part("roll", 0, 16, 0.01, "deg", "s"),)),
            Item("145", "Flight level", "2", (Part("flight level", 0, 16, 0.25, "FL", "s"),)),
            Item("152", "Magnetic heading", "2", (Part("heading", 0, 16, 360 / 65536, "deg"),)),
            Item(
                "200",
                "Target status",
                "1",
                (Part("priority status", 3, 3), Part("surveillance status", 6, 2)),
            ),
            Item("155", "Barometric vertical rate", "2", RATE),
            Item("157", "Geometric vertical rate", "2", RATE),
            Item(
                "160",
                "Airborne ground vector",
                "4",
                (
                    flag(0, "RE", "beyond the defined range"),
                    Part("ground speed", 1, 15, 2.0**-14, "NM/s"),
                    Part("track angle", 16, 16, 360 / 65536, "deg"),
                ),
            ),
            Item("165", "Track angle rate", "2", (Part("rate", 6, 10, 1 / 32, "deg/s", "s"),)),
            Item("077", "Time of report transmission", "3", TIME),
            Item("170", "Target identification", "6", (Part("callsign", 0, 48, code="ia5"),)),
            Item("020", "Emitter category", "1", (Part("category", 0, 8),)),
            Item("220", "Met information", "(WS:2 WD:2 TMP:2 TRB:1)"),
            Item("146", "Selected altitude", "2", (Part("altitude", 3, 13, 25.0, "ft", "s"),)),
            Item("148", "Final state selected altitude", "2", (Part("altitude", 3, 13, 25.0, "ft", "s"),)),
            Item("110", "Trajectory intent", "(TIS:x1 TID:*15)"),
            Item("016", "Service management", "1", (Part("report period", 0, 8, 0.5, "s"),)),
            Item("008", "Aircraft operational status", "1"),
            Item("271", "Surface capabilities and characteristics", "x2"),
            Item("132", "Message amplitude", "1", (Part("amplitude", 0, 8, 1.0, "dBm", "s"),)),
            Item("250", "Mode S MB data", "*8"),
            Item("260", "ACAS resolution advisory report", "7", (Part("MB", 0, 56, code="hex"),)),
            Item("400", "Receiver identification", "1", (Part("receiver", 0, 8),)),
            Item(
                "295",
                "Data ages",
                "(AOS:1 TRD:1 M3A:1 QI:1 TI1:1 MAM:1 GH:1 FL:1 SAL:1 FSA:1 AS:1 TAS:1 MH:1 BVR:1 GVR:1 GV:1 TAR:1 TI2:1"
                " TS:1 MET:1 ROA:1 ARA:1 SCC:1)",
            ),
            *(Item("-", "Spare", "") for _ in range(5)),
            Item("RE", "Reserved expansion field", "L"),
            Item("SP", "Special purpose field", "L"),
        ),
    )
)
