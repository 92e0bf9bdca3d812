"""Doors: real datagrams, each a record in its order; nothing taken is lost, whatever the disk does."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import threading
from pathlib import Path

import pytest

from tests.centre.full_disk import small_disk
from tests.centre.open_doors import HOST, NOW, failing, free_port, made, opened, radar, raw, until
from truceline.centre import doors as module
from truceline.centre.doors import Doors, place_of
from truceline.centre.part import look
from truceline.means.source import Source
from truceline.record.record import content_of
from truceline.terms.faults import Broken, Refusal

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
