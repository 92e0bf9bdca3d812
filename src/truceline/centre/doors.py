"""Doors: the only places where bytes enter. Stamp and append first; nothing looks at them before they are durable.

    udp:HOST:PORT   one record a datagram
    tcp:HOST:PORT   the centre connects and reads a stream; one record a stretch of at most STRETCH_S
    file:           bytes handed in by ``ingest`` or watched for in DIR/inbox/<source>: write NAME.part, then rename it
The one place with a broad ``except``: whatever fails while bytes are taken in is told and counted, and the door stays open.
What could not be written yet waits and is written again; nothing is dropped before MAX_WAITING bodies wait.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from truceline.centre.config import is_address
from truceline.centre.part import Part, Writing
from truceline.means.source import Source
from truceline.record.record import content_of
from truceline.terms.faults import Broken, Refusal
from truceline.terms.ids import canonical

STRETCH_S = 1.0
LOOK_S = 1.0
LONGEST_WAIT_S = 30.0
MAX_BODY_B = 1 << 20
MAX_WAITING = 200_000
RECEIVE_B = 4 << 20
UNFINISHED = (".part", ".refused")
Tell = Callable[[str], None]


class Doors:
    """The doors of one part: everything taken is stamped at once and written in groups, in the order taken."""

    def __init__(self, part: Part, tell: Tell = lambda _: None) -> None:
        """Open no socket yet; ``tell`` gets one line for each thing a person should know."""
        self.part = part
        self.tell = tell
        self.refused = 0
        self._waiting: list[Writing] = []
        self._lock = threading.Lock()
        self._writing = threading.Lock()

    def take(self, source: str, body: bytes, kind: str = "raw", effective_ns: int = 0) -> None:
        """Stamp a body with the part's clock; ``flush`` makes it durable. Too many waiting: refused and counted."""
        with self._lock:
            full = len(self._waiting) >= MAX_WAITING
            if body and not full:
                stamp_ns = self.part.clock.now_ns()
                self._waiting.append(Writing(kind, source, stamp_ns, body, effective_ns))
                return
            self.refused += 1
            first = self.refused == 1
        if full and first:
            self.tell(
                f"{source}: {MAX_WAITING:,} bodies wait to be written; what comes now is lost and counted"
            )

    def take_officer(self, officer: str, kind: str, body: Mapping[str, object]) -> str:
        """Take an officer's word (canonical JSON) and return the content id of its record."""
        data = canonical(dict(body))
        with self._lock:
            now_ns = self.part.clock.now_ns()
            self._waiting.append(Writing(kind, officer, now_ns, data))
        return content_of(kind, officer, now_ns, data)

    def flush(self) -> int:
        """Write what waits and return how many records that were.

        Raises:
            Refusal, Broken: it could not be written; it waits still.
        """
        with self._writing:
            with self._lock:
                group = list(self._waiting)
            if group:
                self.part.write(group)
                with self._lock:
                    del self._waiting[: len(group)]
        return len(group)

    async def run(self, stop: asyncio.Event, rhythm_s: float = 0.05) -> None:
        """Keep every declared door of this part open until ``stop``, flushing each ``rhythm_s``.

        Raises:
            Refusal: an address is in use or not ours.
            Broken: the log can no longer be written.
        """
        loop = asyncio.get_running_loop()
        transports: list[asyncio.DatagramTransport] = []
        tasks: list[asyncio.Task[None]] = []
        home = [source for source in self.part.config.source if source.home == self.part.name]
        try:
            for source in home:
                way, _, address = source.door.partition(":")
                if way == "udp":
                    transports.append(await self._listen(source.name, address))
            tasks += [asyncio.create_task(self._keep(source, stop)) for source in home]
            failing = ""
            while not stop.is_set():
                await asyncio.sleep(rhythm_s)
                failing = await loop.run_in_executor(None, self._try_flush, failing)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for transport in transports:
                transport.close()
            self.flush()

    def _try_flush(self, failing: str) -> str:
        """Flush; return what keeps it from that, told once when it begins and once when it ends."""
        try:
            self.flush()
        except Broken:
            raise
        except Exception as error:
            if str(error) != failing:
                self.tell(f"could not write, it waits and is tried again: {error}")
            return str(error)
        if failing:
            self.tell("writing again; nothing was lost meanwhile")
        return ""

    async def _keep(self, source: Source, stop: asyncio.Event) -> None:
        """Serve one stream or inbox until ``stop``, whatever goes wrong with it."""
        way, _, address = source.door.partition(":")
        while way != "udp" and not stop.is_set():
            try:
                if way == "tcp":
                    await self._read(source.name, address, stop)
                else:
                    await self._watch(source.name, stop)
            except Exception as error:
                self.tell(f"{source.name}: {error}")
                await asyncio.sleep(LOOK_S)

    async def _listen(self, source: str, address: str) -> asyncio.DatagramTransport:
        host, port = place_of(address, source)
        loop = asyncio.get_running_loop()
        try:
            transport, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(self, source), (host, port))
        except OSError as error:
            raise Refusal(
                f"cannot listen on udp {host}:{port}: {error.strerror or error}",
                where=f"source {source}",
                remedy="another program may use the port; change `door` in centre.toml",
            ) from error
        # a burst must not be lost while a group is being written
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_B)
        return transport

    async def _read(self, source: str, address: str, stop: asyncio.Event) -> None:
        host, port = place_of(address, source)
        wait_s = 1.0
        while not stop.is_set():
            try:
                reader, writer = await asyncio.open_connection(host, port)
            except OSError as error:
                why = error.strerror or error
                self.tell(f"{source}: {host}:{port} does not answer ({why}); next try in {wait_s:.0f} s")
                await asyncio.sleep(wait_s)
                wait_s = min(LONGEST_WAIT_S, wait_s * 2)
                continue
            self.tell(f"{source}: connected to {host}:{port}")
            wait_s = 1.0
            try:
                # a peer that vanished without a word would otherwise look like a quiet one for ever
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
                await self._stretches(source, reader, stop)
            except OSError as error:
                self.tell(f"{source}: {host}:{port} broke off ({error.strerror or error})")
            finally:
                writer.close()
            if not stop.is_set():
                self.tell(f"{source}: {host}:{port} has closed; connecting again")
                await asyncio.sleep(wait_s)

    async def _stretches(self, source: str, reader: asyncio.StreamReader, stop: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()
        held, since = b"", loop.time()
        try:
            while not stop.is_set():
                try:
                    data = await asyncio.wait_for(reader.read(65_536), STRETCH_S)
                except TimeoutError:
                    data = None
                held += data or b""
                if held and (loop.time() - since >= STRETCH_S or len(held) > MAX_BODY_B):
                    self.take(source, held)
                    held, since = b"", loop.time()
                if data == b"":
                    return
        finally:
            # what was read must not go with the connection that broke
            if held:
                self.take(source, held)

    async def _watch(self, source: str, stop: asyncio.Event) -> None:
        """Take every finished file of inbox/<source>; a file is removed once its bytes are in the log."""
        loop = asyncio.get_running_loop()
        inbox = self.part.root / "inbox" / source
        told: dict[str, str] = {}
        while not stop.is_set():
            for path in sorted(inbox.iterdir()) if inbox.is_dir() else []:
                if not path.is_file() or path.name.startswith(".") or path.name.endswith(UNFINISHED):
                    continue
                try:
                    await loop.run_in_executor(None, self._take_file, source, path)
                except Exception as error:
                    if told.get(path.name) != str(error):
                        self.tell(f"{path}: {error}")
                    told[path.name] = str(error)
            await asyncio.sleep(LOOK_S)

    def _take_file(self, source: str, path: Path) -> None:
        limit = self.part.config.here.max_file_mib
        size = path.stat().st_size
        if not 0 < size <= limit << 20:
            path.rename(path.with_name(path.name + ".refused"))
            reason = f"larger than {limit} MiB" if size else "empty"
            raise Refusal(reason, where=str(path), remedy="kept as .refused; split it, or raise max_file_mib")
        self.part.write([Writing("raw", source, self.part.clock.now_ns(), path.read_bytes())])
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
    if not is_address(address):
        raise Refusal(
            f"{address!r} is no HOST:PORT",
            where=f"source {source}",
            remedy='write door = "udp:127.0.0.1:8600"',
        )
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)


def check_doors(part: Part) -> None:
    """Refuse, before anything else is started, a UDP door of this part whose port cannot be had.

    Raises:
        Refusal: names the source, the port and the remedy.
    """
    for source in part.config.source:
        way, _, address = source.door.partition(":")
        if way != "udp" or source.home != part.name:
            continue
        host, port = place_of(address, source.name)
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as tried:
                tried.bind((host.strip("[]"), port))
        except OSError as error:
            raise Refusal(
                f"cannot listen on udp {host}:{port}: {error.strerror or error}",
                where=f"source {source.name}",
                remedy="another program may use the port; change `door` in centre.toml",
            ) from error
