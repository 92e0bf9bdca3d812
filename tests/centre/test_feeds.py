"""Doors: a stream that breaks off, files in an inbox, and a centre that is killed while datagrams arrive."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.centre.open_doors import HOST, failing, free_port, made, opened, radar, raw, until
from tests.centre.stamped import fire, fires
from truceline.centre import doors as module
from truceline.centre.doors import Doors
from truceline.centre.live import Live
from truceline.centre.part import Part, Writing
from truceline.means.source import Source
from truceline.terms.faults import Refusal

# ------------------------------------------------------------------ streams


class Feed:
    """A TCP feed that says its pieces to each caller in turn, then hangs up (or resets)."""

    def __init__(self, *calls: list[bytes], reset: bool = False) -> None:
        self.calls = list(calls)
        self.reset = reset
        self.served = 0

    async def serve(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        pieces = self.calls[self.served] if self.served < len(self.calls) else []
        self.served += 1
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.02)
        if self.reset:
            writer.transport.abort()
        writer.close()


def streamed(tmp_path: Path, feed: Feed, wanted: bytes, told: list[str]) -> list[bytes]:
    async def scene() -> list[bytes]:
        server = await asyncio.start_server(feed.serve, HOST, 0)
        port = server.sockets[0].getsockname()[1]
        part = made(tmp_path / "a", Source("ADSB", "adsb", "A", f"tcp:{HOST}:{port}"))
        async with server, opened(Doors(part, told.append)):
            await until(lambda: b"".join(raw(part)) == wanted, "the stream")
        held = raw(part)
        part.close()
        return held

    return asyncio.run(scene())


def test_a_stream_that_breaks_off_is_taken_to_its_last_byte_and_called_again(tmp_path: Path) -> None:
    first, second = [os.urandom(50) for _ in range(20)], [os.urandom(31) for _ in range(5)]
    told: list[str] = []
    feed = Feed(first, second)
    held = streamed(tmp_path, feed, b"".join(first + second), told)
    assert feed.served >= 2
    assert 2 <= len(held) < 25  # stretches, not packets
    assert sum("connected to" in line for line in told) >= 2


def test_a_reset_loses_no_byte_that_was_read(tmp_path: Path) -> None:
    told: list[str] = []
    assert streamed(tmp_path, Feed([b"\x1a3" + b"x" * 20], reset=True), b"\x1a3" + b"x" * 20, told)


def test_a_feed_that_is_not_there_is_told_and_tried_again(tmp_path: Path) -> None:
    port = free_port(socket.SOCK_STREAM)
    told: list[str] = []

    async def scene() -> None:
        part = made(tmp_path / "a", Source("ADSB", "adsb", "A", f"tcp:{HOST}:{port}"))
        async with opened(Doors(part, told.append)):
            await until(lambda: bool(told))
            server = await asyncio.start_server(Feed([b"hello"]).serve, HOST, port)
            async with server:
                await until(lambda: raw(part) == [b"hello"])
        part.close()

    asyncio.run(scene())
    assert "does not answer" in told[0]
    assert "next try in 1 s" in told[0]


# ------------------------------------------------------------------ files


def test_finished_files_are_taken_and_removed_and_others_left(tmp_path: Path) -> None:
    part = made(tmp_path / "a", Source("F1", "firms", "A", "file:"))
    inbox = part.root / "inbox" / "F1"
    inbox.mkdir(parents=True)
    bodies = {f"{n}.csv": fires(fire(lat=f"{39 + n}.5")) for n in range(3)}
    for name, body in bodies.items():
        (inbox / name).write_bytes(body)
    for name in ("growing.csv.part", ".hidden", "empty.csv"):
        (inbox / name).write_bytes(b"" if name == "empty.csv" else b"later")
    (inbox / "folder").mkdir()
    told: list[str] = []

    async def scene() -> None:
        async with opened(Doors(part, told.append)):
            await until(lambda: len(raw(part)) == 3 and any("empty" in line for line in told))
            (inbox / "growing.csv.part").rename(inbox / "grown.csv")
            await until(lambda: len(raw(part)) == 4)

    asyncio.run(scene())
    assert raw(part)[:3] == list(bodies.values())
    part.close()
    assert {path.name for path in inbox.iterdir()} == {".hidden", "empty.csv.refused", "folder"}


def test_a_file_too_large_is_set_aside(tmp_path: Path) -> None:
    part = made(tmp_path / "a", Source("F1", "firms", "A", "file:"))
    inbox = part.root / "inbox" / "F1"
    inbox.mkdir(parents=True)
    with (inbox / "huge.csv").open("wb") as handle:
        handle.truncate(2 << 30)
    told: list[str] = []

    async def scene() -> None:
        async with opened(Doors(part, told.append)):
            await until(lambda: bool(told))

    asyncio.run(scene())
    assert "larger than 512 MiB" in told[0]
    assert raw(part) == []
    part.close()
    assert (inbox / "huge.csv.refused").stat().st_size == 2 << 30


def test_a_file_that_could_not_be_written_stays_until_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK_S", 0.01)
    part = made(tmp_path / "a", Source("F1", "firms", "A", "file:"))
    inbox = part.root / "inbox" / "F1"
    inbox.mkdir(parents=True)
    (inbox / "a.csv").write_bytes(b"abc")
    failing(part, monkeypatch, Refusal("the disk is full"), 5)
    told: list[str] = []

    async def scene() -> None:
        async with opened(Doors(part, told.append)):
            await until(lambda: raw(part) == [b"abc"])

    asyncio.run(scene())
    part.close()
    assert len(told) == 1
    assert list(inbox.iterdir()) == []


# ------------------------------------------------------------------ killed


def test_a_killed_centre_keeps_what_it_acknowledged_and_goes_on_from_the_log(tmp_path: Path) -> None:
    """A process with open doors is killed while datagrams arrive; what it said is in the log is there, and live goes on."""
    port = free_port()
    made(tmp_path / "a", radar(port)).close()
    held: set[bytes] = set()
    number = 0
    for _ in range(3):
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.centre.killed_centre", str(tmp_path / "a")],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )
        assert child.stdout is not None
        assert child.stdout.readline() == b"open\n"
        acknowledged: list[bytes] = []
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            while len(acknowledged) < 200:
                for _ in range(20):
                    line.sendto(b"datagram %d" % number, (HOST, port))
                    number += 1
                while (word := child.stdout.readline().rstrip(b"\n")) != b"flushed":
                    acknowledged.append(word)
            child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        held.update(acknowledged)
        part = Part(tmp_path / "a", rhythm_s=0.0)
        found = raw(part)
        assert held <= set(found)
        assert len(set(found)) == len(found)
        held.add(b"after the restart %d" % number)
        live = Live(part)
        now_ns = part.clock.now_ns()
        live.begin(now_ns)
        day = live.judge(now_ns)
        assert {item.body for item in day.records if item.kind == "raw"} == set(found)
        assert len(day.faults) == len(found)  # they were no ASTERIX
        part.write([Writing("raw", "R1", now_ns, b"after the restart %d" % number)])
        assert live.tick(now_ns + 1) == 1
        part.close()
