"""A means whose decoder dies in the way its input says: what foreign compiled code may do."""

import ctypes
import os
import time
from collections.abc import Sequence
from typing import Any

from truceline.means.means import Input, Means, Reading
from truceline.means.observations import OBSERVATIONS
from truceline.means.source import Source


class Panic(BaseException):
    """What Rust bindings raise: no Exception."""


def decode(records: Sequence[Input], source: Source) -> Reading:
    for record in records:
        match record.body:
            case b"SEGV":
                ctypes.string_at(0)
            case b"ABRT":
                os.abort()
            case b"EXIT":
                os._exit(3)
            case b"HANG":
                time.sleep(3600)
            case b"SPIN":
                while True:
                    pass
            case b"MEMORY":
                held = [bytearray(1 << 20)]
                while True:
                    held.append(bytearray(len(held[-1]) + (1 << 20)))
            case b"PANIC":
                raise Panic("called unwrap on None")
            case b"ERROR":
                raise ValueError("bad input")
            case b"CHATTER":
                print("x" * 1_000_000)
                os.write(1, b"y" * 1_000_000)
                os.write(2, b"z" * 1_000_000)
    if any(r.body == b"FLINT" for r in records) and any(r.body == b"STEEL" for r in records):
        os.abort()
    seqs = [record.seq for record in records]
    rows = OBSERVATIONS.build(len(records), {"seq": seqs, "amount": [len(record.body) for record in records]})
    return Reading(rows, (), (), len(records), sum(len(record.body) for record in records), 0)


def unused(*_: Any) -> Any:
    raise NotImplementedError


CRASHING = Means(
    name="crashing",
    standard="none",
    claims=unused,
    decode=decode,
    encode=unused,
    explain=unused,
    watch="",
    no_watch="a test",
    accuracy="",
    detection="",
    classes=(),
    native=True,
)
