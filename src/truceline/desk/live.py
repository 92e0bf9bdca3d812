"""The live line: one WebSocket per console, a batch when something moved, a heartbeat each second when nothing did.

At most four batches a second. A page of another origin is refused: browsers let any page open a WebSocket anywhere.
"""

from __future__ import annotations

import asyncio
import logging
from urllib.parse import urlsplit

import msgspec
from litestar import WebSocket, websocket
from litestar.datastructures import State
from litestar.exceptions import WebSocketDisconnect

from truceline.desk.answers import LiveAnswer
from truceline.desk.shelf import Shelf
from truceline.desk.tracks import live
from truceline.desk.views import Desk

TICK_S = 0.25
BEAT_TICKS = 4
MOST_PING_SIGNS = 64
FOREIGN = 4403

HUNG_UP = (WebSocketDisconnect, RuntimeError)
"""How a console that has gone away shows itself: on reading, and on writing to what is closed."""

_log = logging.getLogger("truceline.desk")
_encoder = msgspec.json.Encoder()


@websocket("/live", opt={"exclude_from_auth": True})
async def live_line(socket: WebSocket[object, object, State], state: State) -> None:
    """Push batches until the console hangs up."""
    if not _is_own(socket):
        await socket.accept()
        await socket.close(code=FOREIGN, reason="this desk answers only its own pages")
        return
    await socket.accept()
    tasks = (
        asyncio.create_task(_push(socket, state["desk"], state["shelf"])),
        asyncio.create_task(_answer(socket)),
    )
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
        for end in ends:
            if isinstance(end, Exception) and not isinstance(end, HUNG_UP):
                _log.error("the live line broke", exc_info=end)


def batch(desk: Desk, shelf: Shelf, since: int) -> LiveAnswer:
    """Return what moved since a serial."""
    return live(shelf.page(), desk.status(), desk.moving(since), since)


async def _push(socket: WebSocket[object, object, State], desk: Desk, shelf: Shelf) -> None:
    since, revision, quiet = -1, -1, 0
    while True:
        message = await asyncio.to_thread(batch, desk, shelf, since)
        news = message.serial != since or message.revision != revision
        quiet = 0 if news else quiet + 1
        if news or quiet >= BEAT_TICKS:
            await socket.send_data(_encoder.encode(message).decode(), mode="text")
            since, revision, quiet = message.serial, message.revision, 0
        await asyncio.sleep(TICK_S)


async def _answer(socket: WebSocket[object, object, State]) -> None:
    """Answer pings, by which the console measures how far away we are."""
    while True:
        text = await socket.receive_text()
        if len(text) > MOST_PING_SIGNS:
            await socket.close(code=1009, reason="only pings are heard here")
            return
        await socket.send_data('{"pong":1}', mode="text")


def _is_own(socket: WebSocket[object, object, State]) -> bool:
    origin = socket.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == socket.headers.get("host", "")
