"""CAT034, monoradar service messages: north marks and sector crossings (proof of life), status, jamming.

    FRN 1 I034/010 SAC SIC | 2 I034/000 message type | 3 I034/030 time of day, 1/128 s | 4 I034/020 sector, 360/256 deg
    5 I034/041 rotation period, 1/128 s | 6 I034/050 configuration and status, compound (COM, PSR, SSR, MDS)
    7 I034/060 processing mode, compound | 8 I034/070 n x (type 5 bits, count 11 bits) | 9 I034/100 polar window
    10 I034/110 data filter | 11 I034/120 height 1 m, latitude and longitude 180/2^23 deg | 12 I034/090 collimation error
    13 reserved expansion | 14 special purpose

Source: EUROCONTROL-SPEC-0149-2b (ASTERIX Part 2b, Category 034), edition 1.29.
"""

from __future__ import annotations

from truceline.means.asterix.layout import Category, Item, Part, compiled, flag

NORTH_MARK, SECTOR, FILTER, JAMMING, STORM, SSR_JAMMING, MODE_S_JAMMING = range(1, 8)
MESSAGES = (
    (NORTH_MARK, "north marker"),
    (SECTOR, "sector crossing"),
    (FILTER, "geographical filtering"),
    (JAMMING, "jamming strobe"),
    (STORM, "solar storm"),
    (SSR_JAMMING, "SSR jamming strobe"),
    (MODE_S_JAMMING, "Mode S jamming strobe"),
)
CONNECTED = "monitoring system disconnected"

CAT034 = compiled(
    Category(
        34,
        "1.29",
        (
            Item("010", "Data source identifier", "2", (Part("SAC", 0, 8), Part("SIC", 8, 8))),
            Item("000", "Message type", "1", (Part("message", 0, 8, words=MESSAGES),)),
            Item("030", "Time of day", "3", (Part("time of day", 0, 24, 1 / 128, "s"),)),
            Item("020", "Sector number", "1", (Part("sector azimuth", 0, 8, 360 / 256, "deg"),)),
            Item("041", "Antenna rotation speed", "2", (Part("rotation period", 0, 16, 1 / 128, "s"),)),
            Item(
                "050",
                "System configuration and status",
                "(COM:1 - - PSR:1 SSR:1 MDS:2)",
                (
                    flag(0, "NOGO", "not released for operational use", "COM"),
                    flag(3, "OVL RDP", "radar data processor overloaded", "COM"),
                    flag(4, "OVL XMT", "transmission overloaded", "COM"),
                    flag(5, "MSC", CONNECTED, "COM"),
                    flag(6, "TSV", "time source invalid", "COM"),
                    flag(3, "PSR OVL", "primary radar overloaded", "PSR"),
                    flag(4, "PSR MSC", f"primary radar: {CONNECTED}", "PSR"),
                    flag(3, "SSR OVL", "secondary radar overloaded", "SSR"),
                    flag(4, "SSR MSC", f"secondary radar: {CONNECTED}", "SSR"),
                    flag(3, "MDS OVL", "Mode S overloaded", "MDS"),
                    flag(4, "MDS MSC", f"Mode S: {CONNECTED}", "MDS"),
                ),
            ),
            Item("060", "System processing mode", "(COM:1 - - PSR:1 SSR:1 MDS:1)"),
            Item("070", "Message count values", "*2"),
            Item(
                "100",
                "Generic polar window",
                "8",
                (
                    Part("from range", 0, 16, 1 / 256, "NM"),
                    Part("to range", 16, 16, 1 / 256, "NM"),
                    Part("from azimuth", 32, 16, 360 / 65536, "deg"),
                    Part("to azimuth", 48, 16, 360 / 65536, "deg"),
                ),
            ),
            Item("110", "Data filter", "1", (Part("filter", 0, 8),)),
            Item(
                "120",
                "3D position of the data source",
                "8",
                (
                    Part("height", 0, 16, 1.0, "m", "s"),
                    Part("latitude", 16, 24, 180 / 2**23, "deg", "s"),
                    Part("longitude", 40, 24, 180 / 2**23, "deg", "s"),
                ),
            ),
            Item(
                "090",
                "Collimation error",
                "2",
                (
                    Part("range error", 0, 8, 1 / 128, "NM", "s"),
                    Part("azimuth error", 8, 8, 360 / 16384, "deg", "s"),
                ),
            ),
            Item("RE", "Reserved expansion field", "L"),
            Item("SP", "Special purpose field", "L"),
        ),
    )
)
STATUS = (
    "NOGO", "OVL RDP", "OVL XMT", "MSC", "TSV",
    "PSR OVL", "PSR MSC", "SSR OVL", "SSR MSC", "MDS OVL", "MDS MSC",
)  # fmt: skip
