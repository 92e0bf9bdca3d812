"""CAT065, status of a tracking centre's service: counted and explained, no rows.

    FRN 1 I065/010 SAC SIC | 2 I065/000 message type | 3 I065/015 | 4 I065/030 time, 1/128 s | 5 I065/020 batch
    6 I065/040 NOGO(2) OVL TSV PSS(2) STTN | 7 I065/050 report | 8 to 12 spare | 13 reserved expansion | 14 special purpose

Source: EUROCONTROL-SPEC-0149-15 (ASTERIX Part 15, Category 065), edition 1.6.
"""

from __future__ import annotations

from truceline.means.asterix.layout import Category, Item, Part, compiled, flag

STATES = ((0, "operational"), (1, "degraded"), (2, "not connected"), (3, "unknown"))
MESSAGES = ((1, "SDPS status"), (2, "end of batch"), (3, "service status report"))

CAT065 = compiled(
    Category(
        65,
        "1.6",
        (
            Item("010", "Data source identifier", "2", (Part("SAC", 0, 8), Part("SIC", 8, 8))),
            Item("000", "Message type", "1", (Part("message", 0, 8, words=MESSAGES),)),
            Item("015", "Service identification", "1", (Part("service", 0, 8),)),
            Item("030", "Time of message", "3", (Part("time of day", 0, 24, 1 / 128, "s"),)),
            Item("020", "Batch number", "1", (Part("batch", 0, 8),)),
            Item(
                "040",
                "SDPS configuration and status",
                "1",
                (
                    Part("NOGO", 0, 2, words=STATES),
                    flag(2, "OVL", "overload"),
                    flag(3, "TSV", "time source invalid"),
                ),
            ),
            Item("050", "Service status report", "1", (Part("report", 0, 8),)),
            *(Item("-", "Spare", "") for _ in range(5)),
            Item("RE", "Reserved expansion field", "L"),
            Item("SP", "Special purpose field", "L"),
        ),
    )
)
