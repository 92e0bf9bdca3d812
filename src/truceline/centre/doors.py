"""Doors: the only places where bytes enter. Stamp and append first; nothing looks at them before they are durable.

    udp:HOST:PORT   one record a datagram
    tcp:HOST:PORT   the centre connects and reads a stream; one record a stretch of at most STRETCH_S
    file:           bytes handed in by ``ingest`` or watched for in DIR/inbox/<source>
The one place with a broad ``except``: whatever fails while bytes are taken in is told and counted, and the door stays open.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from truceline.centre.part import Part, Writing
from truceline.record.record import content_of
from truceline.terms.faults import Broken, Refusal
from truceline.terms.ids import canonical

STRETCH_S = 1.0
MAX_BODY_B = 1 << 20
MAX_WAITING = 200_000
Tell = Callable[[str], None]


class Doors:
    """The doors of one part: everything taken is stamped at once and written in groups, in the order taken."""

    def __init__(self, part: Part, tell: Tell = lambda _: None) -> None:
        """Open no socket yet; ``tell`` gets one line for each thing a person should know."""
        self.part = part
        self.tell = tell
        self.refused = 0
        self._waiting: list[Writing] = []

    def take(self, source: str, body: bytes, kind: str = "raw", effective_ns: int = 0) -> None:
        """Stamp a body with the part's clock; ``flush`` makes it durable. Too many waiting: refused and counted."""
        if len(self._waiting) >= MAX_WAITING or not body:
            self.refused += 1
            return
        self._waiting.append(Writing(kind, source, self.part.clock.now_ns(), body, effective_ns))

    def take_officer(self, officer: str, kind: str, body: dict[str, object]) -> str:
        """Take an officer's word (canonical JSON) and return the content id of its record."""
        data = canonical(body)
        now_ns = self.part.clock.now_ns()
        self._waiting.append(Writing(kind, officer, now_ns, data))
        return content_of(kind, officer, now_ns, data)

    def flush(self) -> int:
        """Write what waits and return how many records that were."""
        group, self._waiting = self._waiting, []
        if group:
            self.part.write(group)
        return len(group)

    async def run(self, stop: asyncio.Event, rhythm_s: float = 0.05) -> None:
        """Keep every declared door of this part open until ``stop``, flushing each ``rhythm_s``.

        Raises:
            Refusal: an address is in use or not ours.
        """
        loop = asyncio.get_running_loop()
        transports = []
        streams = []
        for source in self.part.config.source:
            if source.home != self.part.name:
                continue
            way, _, address = source.door.partition(":")
            if way == "udp":
                transports.append(await self._listen(source.name, address))
            elif way == "tcp":
                streams.append(asyncio.create_task(self._read(source.name, address, stop)))
            elif way == "file":
                streams.append(asyncio.create_task(self._watch(source.name, stop)))
        try:
            while not stop.is_set():
                await asyncio.sleep(rhythm_s)
                try:
                    await loop.run_in_executor(None, self.flush)
                except Broken:
                    raise
                except Exception as error:
                    self.tell(f"could not write: {error}")
        finally:
            for task in streams:
                task.cancel()
            for transport in transports:
                transport.close()
            self.flush()

    async def _listen(self, source: str, address: str) -> asyncio.DatagramTransport:
        host, port = place_of(address, source)
        loop = asyncio.get_running_loop()
        try:
            transport, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(self, source), (host, port))
        except OSError as error:
            raise Refusal(
                f"cannot listen on udp {host}:{port}: {error.strerror}",
                where=f"source {source}",
                remedy="another program may use the port; change `door` in centre.toml",
            ) from error
        return transport

    async def _read(self, source: str, address: str, stop: asyncio.Event) -> None:
        host, port = place_of(address, source)
        wait_s = 1.0
        while not stop.is_set():
            try:
                reader, writer = await asyncio.open_connection(host, port)
                self.tell(f"{source}: connected to {host}:{port}")
                wait_s = 1.0
                await self._stretches(source, reader, stop)
                writer.close()
            except OSError as error:
                self.tell(
                    f"{source}: {host}:{port} does not answer ({error.strerror}); next try in {wait_s:.0f} s"
                )
            await asyncio.sleep(wait_s)
            wait_s = min(30.0, wait_s * 2)

    async def _stretches(self, source: str, reader: asyncio.StreamReader, stop: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()
        held, since = b"", loop.time()
        while not stop.is_set():
            try:
                data = await asyncio.wait_for(reader.read(65_536), STRETCH_S)
            except TimeoutError:
                data = None
            held += data or b""
            if held and (loop.time() - since >= STRETCH_S or len(held) > MAX_BODY_B or data == b""):
                self.take(source, held)
                held, since = b"", loop.time()
            if data == b"":
                return

    async def _watch(self, source: str, stop: asyncio.Event) -> None:
        """Take every finished file of inbox/<source>; a file is removed once its bytes are in the log."""
        inbox = self.part.root / "inbox" / source
        limit = self.part.config.here.max_file_mib << 20
        while not stop.is_set():
            for path in sorted(inbox.glob("*")) if inbox.is_dir() else []:
                if path.is_file() and not path.name.endswith((".part", ".refused")):
                    try:
                        self._take_file(source, path, limit)
                    except Exception as error:
                        self.tell(f"{path}: {error}")
            await asyncio.sleep(1.0)

    def _take_file(self, source: str, path: Path, limit: int) -> None:
        if path.stat().st_size > limit:
            path.rename(path.with_name(path.name + ".refused"))
            raise Refusal(
                f"larger than {limit >> 20} MiB", where=str(path), remedy="split it, or raise max_file_mib"
            )
        self.take(source, path.read_bytes())
        self.flush()
        path.unlink()


class _Datagrams(asyncio.DatagramProtocol):
    """One UDP door."""

    def __init__(self, doors: Doors, source: str) -> None:
        self._doors = doors
        self._source = source

    def datagram_received(self, data: bytes, _address: tuple[str, int]) -> None:
        """Take one datagram."""
        self._doors.take(self._source, data)


def place_of(address: str, source: str) -> tuple[str, int]:
    """Return (host, port) of ``HOST:PORT``.

    Raises:
        Refusal: it is not of that form.
    """
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) <= 65_535:
        raise Refusal(
            f"{address!r} is no HOST:PORT",
            where=f"source {source}",
            remedy='write door = "udp:127.0.0.1:8600"',
        )
    return host, int(port)
