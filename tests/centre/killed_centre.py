"""A centre with its doors open that says what it has made durable: `python -m tests.centre.killed_centre DIR`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from truceline.centre.doors import Doors
from truceline.centre.part import Part, Writing


class Telling(Part):
    """A part that prints the body of every record once it is durable."""

    def write(self, writings: Sequence[Writing]) -> range:
        """Write, then say so."""
        found = super().write(writings)
        bodies = [item.body for item in writings if item.kind == "raw"]
        if bodies:
            sys.stdout.buffer.write(b"\n".join([*bodies, b"flushed", b""]))
            sys.stdout.buffer.flush()
        return found


async def main(root: Path) -> None:
    part = Telling(root, rhythm_s=0.05)
    running = asyncio.create_task(Doors(part).run(asyncio.Event(), rhythm_s=0.005))
    await asyncio.sleep(0.2)
    sys.stdout.buffer.write(b"open\n")
    sys.stdout.buffer.flush()
    await running


asyncio.run(main(Path(sys.argv[1])))
