"""CAT063, sensor status as a tracking centre reports it: counted and explained, no rows.

    FRN 1 I063/010 SAC SIC | 2 I063/015 | 3 I063/030 time, 1/128 s | 4 I063/050 sensor SAC SIC
    5 I063/060 CON(2) PSR SSR MDS ADS MLT FX | OPS ODP OXT MSC TSV NPW .. | 6 I063/070 1 ms | 7 I063/080 | 8 I063/081
    9 I063/090 | 10 I063/091 | 11 I063/092 | 12 spare | 13 reserved expansion | 14 special purpose

Source: EUROCONTROL-SPEC-0149-10 (ASTERIX Part 10, Category 063), edition 1.7.
"""

from __future__ import annotations

from truceline.means.asterix.layout import Category, Item, Part, compiled, flag

CONNECTIONS = ((0, "operational"), (1, "degraded"), (2, "initialising"), (3, "not connected"))

CAT063 = compiled(
    Category(
        63,
        "1.7",
        (
            Item("010", "Data source identifier", "2", (Part("SAC", 0, 8), Part("SIC", 8, 8))),
            Item("015", "Service identification", "1", (Part("service", 0, 8),)),
            Item("030", "Time of message", "3", (Part("time of day", 0, 24, 1 / 128, "s"),)),
            Item("050", "Sensor identifier", "2", (Part("SAC", 0, 8), Part("SIC", 8, 8))),
            Item(
                "060",
                "Sensor configuration and status",
                "x3",
                (
                    Part("sensor", 0, 2, words=CONNECTIONS),
                    flag(2, "PSR", "primary radar NOGO"),
                    flag(3, "SSR", "secondary radar NOGO"),
                    flag(4, "MDS", "Mode S NOGO"),
                    flag(8, "OPS", "operational use inhibited"),
                    flag(11, "MSC", "monitoring system disconnected"),
                    flag(12, "TSV", "time source invalid"),
                ),
            ),
            Item("070", "Time stamping bias", "2", (Part("bias", 0, 16, 1.0, "ms", "s"),)),
            Item("080", "SSR and Mode S range gain and bias", "4"),
            Item("081", "SSR and Mode S azimuth bias", "2", (Part("bias", 0, 16, 360 / 65536, "deg", "s"),)),
            Item("090", "PSR range gain and bias", "4"),
            Item("091", "PSR azimuth bias", "2", (Part("bias", 0, 16, 360 / 65536, "deg", "s"),)),
            Item("092", "PSR elevation bias", "2", (Part("bias", 0, 16, 360 / 65536, "deg", "s"),)),
            Item("-", "Spare", ""),
            Item("RE", "Reserved expansion field", "L"),
            Item("SP", "Special purpose field", "L"),
        ),
    )
)
