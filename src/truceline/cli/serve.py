"""Serving the desk: a rehearsal at its pace, or a centre at the machine's clock; Ctrl-C stops both cleanly."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uvicorn

from truceline.centre.doors import Doors, check_doors
from truceline.centre.live import Live
from truceline.centre.part import Part
from truceline.cli.telling import Progress
from truceline.desk.api import build
from truceline.desk.bound import BoundDesk
from truceline.exercise.script import Script
from truceline.exercise.stage import Stage
from truceline.report.day import Head
from truceline.terms.faults import Refusal, Trouble
from truceline.terms.time import NS_PER_S, format_time, parse_time

BEGIN = "2020-11-20T08:10:00Z"
TICK_S = 0.5
JUDGE_S = 12.0
LOCAL = "127.0.0.1"


def serve_rehearsal(
    script: Script, out: Path, cut: frozenset[str], port: int, pace: float, begin: str
) -> None:
    """Play a rehearsal with the console until Ctrl-C; at the script's end both parts seal.

    Raises:
        Refusal: the port is in use.
    """
    progress = Progress()
    held = _bind(LOCAL, port)
    stage = Stage(script, out, cut, parse_time(begin or BEGIN), progress)
    live = Live(stage.parts.parts[0], progress)
    live.begin(stage.now_ns)
    progress("live: folding the day so far")
    live.judge(stage.now_ns)
    heads: list[tuple[Head, ...]] = [stage.heads()]
    desk = BoundDesk(live, lambda: stage.now_ns, lambda: heads[0])
    desk.pace = pace
    stop = threading.Event()
    play = threading.Thread(target=_play, args=(stage, live, desk, heads, stop, pace, progress), daemon=True)
    judging = threading.Thread(
        target=_keep_judging, args=(live, lambda: stage.now_ns, lambda: stage.over, stop), daemon=True
    )
    play.start()
    judging.start()
    try:
        _serve(build(desk), held, progress, f"rehearsal at {pace:g} x from {format_time(stage.now_ns)}")
    finally:
        stop.set()
        play.join(timeout=30)
        judging.join(timeout=60)
        stage.close()
        progress("stopped; both logs are closed")


def run_centre(directory: Path, port: int) -> None:
    """Open the doors and the desk of a centre until Ctrl-C.

    Raises:
        Refusal: no centre there, another process writes it, or an address is in use.
    """
    progress = Progress()
    part = Part(directory)
    try:
        here = part.config.here
        check_doors(part)
        held = _bind(here.desk_host, here.desk_port if port < 0 else port)
        live = Live(part, progress)
        now_ns = part.clock.now_ns()
        live.begin(now_ns)
        live.judge(now_ns)
        progress(f"part {part.name}: {part.log.size:,} records, {len(part.config.source)} sources")
        heads = [part.heads()]
        desk = BoundDesk(live, part.clock.now_ns, lambda: heads[0])
        stop = threading.Event()
        workers = [
            threading.Thread(target=_open_doors, args=(part, stop, progress), daemon=True),
            threading.Thread(target=_keep_ticking, args=(part, live, heads, stop, progress), daemon=True),
            threading.Thread(
                target=_keep_judging, args=(live, part.clock.now_ns, lambda: False, stop), daemon=True
            ),
        ]
        for worker in workers:
            worker.start()
        try:
            _serve(build(desk), held, progress, f"centre {part.config.centre.name}, part {part.name}")
        finally:
            stop.set()
            for worker in workers:
                worker.join(timeout=60)
    finally:
        part.close()
        progress("stopped; the log is closed")


def _play(
    stage: Stage,
    live: Live,
    desk: BoundDesk,
    heads: list[tuple[Head, ...]],
    stop: threading.Event,
    pace: float,
    progress: Progress,
) -> None:
    begin_ns, begun_s = stage.now_ns, time.monotonic()
    while not stop.wait(TICK_S) and not stage.over:
        taken_s = time.monotonic()
        stage.advance(begin_ns + round((taken_s - begun_s) * pace * NS_PER_S))
        live.tick(stage.now_ns)
        live.waited_ns = round((time.monotonic() - taken_s) * NS_PER_S)
        heads[0] = stage.heads()
    if stop.is_set():
        return
    progress("the script is over: both parts seal the day")
    sealed = stage.seal(progress)
    live.show(sealed[0])
    heads[0] = stage.heads()
    desk.pace = 0.0
    desk.notice = "The rehearsal is over; both parts have sealed the day."


def _keep_judging(
    live: Live, now: Callable[[], int], over: Callable[[], bool], stop: threading.Event
) -> None:
    while not stop.wait(JUDGE_S) and not over():
        live.judge(now())


def _keep_ticking(
    part: Part, live: Live, heads: list[tuple[Head, ...]], stop: threading.Event, progress: Progress
) -> None:
    while not stop.wait(1.0):
        try:
            live.tick(part.clock.now_ns())
            heads[0] = part.heads()
        except Refusal as refusal:
            progress(str(refusal))


def _open_doors(part: Part, stop: threading.Event, progress: Progress) -> None:
    async def opened() -> None:
        ended = asyncio.Event()
        doors = asyncio.create_task(Doors(part, progress).run(ended))
        while not stop.is_set() and not doors.done():
            await asyncio.sleep(0.2)
        ended.set()
        await doors

    try:
        asyncio.run(opened())
    except Trouble as trouble:
        progress(f"doors closed: {trouble}")


def _bind(host: str, port: int) -> socket.socket:
    held = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        held.bind((host, port))
        # whoever reads the printed address may knock before the first answer is ready
        held.listen(128)
    except OSError as error:
        held.close()
        raise Refusal(
            f"cannot listen on {host}:{port}: {error.strerror}",
            where="desk",
            remedy="choose another with --port, or 0 for any",
        ) from error
    return held


def _serve(app: Any, held: socket.socket, progress: Progress, what: str) -> None:
    host, port = held.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=5)
    progress(what)
    print(f"Console: http://{shown}:{port}/   (Ctrl-C stops)", flush=True)
    uvicorn.Server(config).run(sockets=[held])
