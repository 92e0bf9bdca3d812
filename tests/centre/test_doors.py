"""Doors: real datagrams, a real stream that breaks off, files; nothing taken is lost, whatever the disk does."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.centre.full_disk import small_disk
from tests.centre.stamped import fire, fires
from truceline.centre import doors as module
from truceline.centre.clock import SetClock
from truceline.centre.config import Config, PartSettings
from truceline.centre.doors import Doors, place_of
from truceline.centre.live import Live
from truceline.centre.part import Part, Writing, look, make_part
from truceline.centre.shipped import agreement_bytes
from truceline.means.source import Source
from truceline.record.record import content_of
from truceline.terms.faults import Broken, Refusal
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


# ------------------------------------------------------------------ datagrams


def test_every_datagram_is_one_record_in_order(tmp_path: Path) -> None:
    port = free_port()
    part = made(tmp_path / "a", radar(port))
    sent = [b"%d" % n * (1 + n % 40) for n in range(300)] + [os.urandom(60_000)]

    async def scene() -> None:
        async with opened(Doors(part)):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
                for number, body in enumerate(sent):
                    line.sendto(body, (HOST, port))
                    if number % 50 == 0:
                        await asyncio.sleep(0.02)
                line.sendto(b"", (HOST, port))
            await until(lambda: len(raw(part)) >= len(sent))

    asyncio.run(scene())
    assert raw(part) == sent
    part.close()
    assert [r.body for r in look(tmp_path / "a")[1] if r.kind == "raw"] == sent


def test_only_the_home_part_opens_the_door(tmp_path: Path) -> None:
    port = free_port()
    part = made(tmp_path / "a", radar(port, home="B"))

    async def scene() -> None:
        async with opened(Doors(part)):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
                line.bind((HOST, port))  # nobody listens there

    asyncio.run(scene())
    part.close()


def test_a_port_in_use_is_refused_with_source_port_and_remedy(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind((HOST, 0))
        port = other.getsockname()[1]
        free = free_port()
        first = Source("R0", "asterix", "A", f"udp:{HOST}:{free}")
        part = made(tmp_path / "a", first, radar(port))
        with pytest.raises(Refusal) as found:
            asyncio.run(Doors(part).run(asyncio.Event()))
        assert found.value.where == "source R1"
        assert f"{HOST}:{port}" in found.value.what
        assert "centre.toml" in found.value.remedy
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.bind((HOST, free))  # the door that had opened is closed again
        part.close()


def test_an_address_that_is_none_is_refused() -> None:
    assert place_of("127.0.0.1:8600", "R1") == ("127.0.0.1", 8600)
    assert place_of("[::1]:8600", "R1") == ("::1", 8600)
    for address in ("8600", ":8600", "host:", "host:0", "host:65536", "host:٣", "host:-1"):
        with pytest.raises(Refusal, match="no HOST:PORT"):
            place_of(address, "R1")


# ------------------------------------------------------------------ what cannot be written


def failing(part: Part, monkeypatch: pytest.MonkeyPatch, error: Exception, times: int) -> list[int]:
    write, tried = part.write, [0]

    def once_more(writings: Any) -> Any:
        tried[0] += 1
        if tried[0] <= times:
            raise error
        return write(writings)

    monkeypatch.setattr(part, "write", once_more)
    return tried


def test_a_full_disk_loses_nothing_and_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    part = made(tmp_path / "a", radar(port))
    told: list[str] = []
    failing(part, monkeypatch, Refusal("the disk is full", remedy="free space"), 20)

    async def scene() -> None:
        async with opened(Doors(part, told.append)):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
                for number in range(30):
                    line.sendto(b"%d" % number, (HOST, port))
                    await asyncio.sleep(0.005)
            await until(lambda: len(raw(part)) == 30)

    asyncio.run(scene())
    assert raw(part) == [b"%d" % number for number in range(30)]
    assert [line for line in told if "disk is full" in line] == [
        "could not write, it waits and is tried again: the disk is full (free space)"
    ]
    assert "writing again; nothing was lost meanwhile" in told
    part.close()


def test_a_disk_that_is_really_full_and_then_freed(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", kib=16_384) as disk:
        part = made(disk / "a", Source("P1", "human", "A", "file:"))
        ballast = disk / "ballast"
        with contextlib.suppress(OSError), ballast.open("wb") as handle:
            handle.write(b"x" * (32 << 20))
        doors = Doors(part)
        for number in range(40):
            doors.take("P1", b"%d" % number * 10_000)
        with pytest.raises(Refusal, match="disk is full"):
            for _ in range(20):
                doors.flush()
        held = raw(part)
        ballast.unlink()
        doors.flush()
        assert raw(part)[: len(held)] == held
        assert raw(part) == [b"%d" % number * 10_000 for number in range(40)]
        part.close()


def test_a_broken_log_stops_the_doors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    part = made(tmp_path / "a", radar(free_port()))
    failing(part, monkeypatch, Broken("the disk answered: I/O error"), 10**9)
    doors = Doors(part)
    doors.take("R1", b"x")
    with pytest.raises(Broken):
        asyncio.run(doors.run(asyncio.Event(), rhythm_s=0.01))
    part.close()


def test_too_much_at_once_is_refused_counted_and_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_WAITING", 3)
    part, told = made(tmp_path / "a", radar(free_port())), []
    doors = Doors(part, told.append)
    for number in range(10):
        doors.take("R1", b"%d" % number)
    assert (doors.refused, len(told)) == (7, 1)
    assert doors.flush() == 3
    assert raw(part) == [b"0", b"1", b"2"]
    doors.take("R1", b"later")
    assert (doors.flush(), doors.flush()) == (1, 0)
    part.close()


def test_takers_in_many_threads_lose_nothing(tmp_path: Path) -> None:
    part = made(tmp_path / "a", radar(free_port()))
    doors, over = Doors(part), threading.Event()

    def keep_flushing() -> None:
        while not over.is_set():
            doors.flush()

    flushing = threading.Thread(target=keep_flushing)
    flushing.start()
    takers = [
        threading.Thread(target=lambda k=k: [doors.take("R1", b"%d %d" % (k, n)) for n in range(500)])
        for k in range(4)
    ]
    for taker in takers:
        taker.start()
    for taker in takers:
        taker.join()
    over.set()
    flushing.join()
    doors.flush()
    held = raw(part)
    part.close()
    assert sorted(held) == sorted(b"%d %d" % (k, n) for k in range(4) for n in range(500))
    assert [body for body in held if body.startswith(b"2 ")] == [b"2 %d" % n for n in range(500)]


def test_an_officers_word_has_its_content_id(tmp_path: Path) -> None:
    part = made(tmp_path / "a")
    doors = Doors(part)
    content = doors.take_officer("head-a", "commitment", {"case": "c", "part": "A"})
    doors.flush()
    (held,) = [record for record in part.records() if record.kind == "commitment"]
    part.close()
    assert held.content == content == content_of("commitment", "head-a", NOW, held.body)


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
