"""Doors held open for a test, over loopback and real files."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from truceline.centre.clock import SetClock
from truceline.centre.config import Config, PartSettings
from truceline.centre.doors import Doors
from truceline.centre.part import Part, make_part
from truceline.centre.shipped import agreement_bytes
from truceline.means.source import Source
from truceline.terms.place import Site
from truceline.terms.time import parse_time

NOW = parse_time("2020-11-20T10:00:00Z")
HOST = "127.0.0.1"


def free_port(kind: int = socket.SOCK_DGRAM) -> int:
    with socket.socket(socket.AF_INET, kind) as held:
        held.bind((HOST, 0))
        port: int = held.getsockname()[1]
        return port


def made(root: Path, *sources: Source) -> Part:
    config = Config(part=(PartSettings("A"), PartSettings("B")), source=sources)
    return make_part(root, config, agreement_bytes("2020-11-karabakh.toml"), SetClock(NOW), rhythm_s=0.0)


def radar(port: int, home: str = "A") -> Source:
    return Source("R1", "asterix", home, f"udp:{HOST}:{port}", Site(40.0, 46.8, 300.0))


def raw(part: Part, source: str = "") -> list[bytes]:
    return [r.body for r in part.records() if r.kind == "raw" and source in ("", r.source)]


@contextlib.asynccontextmanager
async def opened(doors: Doors) -> AsyncIterator[asyncio.Task[None]]:
    """Doors that run while the block does, and stop cleanly after it."""
    stop = asyncio.Event()
    task = asyncio.create_task(doors.run(stop, rhythm_s=0.01))
    await asyncio.sleep(0.05)
    try:
        yield task
    finally:
        stop.set()
        await task


async def until(true: Callable[[], bool], what: str = "") -> None:
    for _ in range(1_500):
        if true():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"it never came: {what}")


def failing(part: Part, monkeypatch: pytest.MonkeyPatch, error: Exception, times: int) -> list[int]:
    write, tried = part.write, [0]

    def once_more(writings: Any) -> Any:
        tried[0] += 1
        if tried[0] <= times:
            raise error
        return write(writings)

    monkeypatch.setattr(part, "write", once_more)
    return tried
