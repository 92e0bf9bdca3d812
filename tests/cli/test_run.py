"""truceline run: doors and desk open, a clean stop, and after a kill it goes on from the log."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.centre.stamped import fire, fires, turns
from tests.cli.running import ROOT
from truceline.centre.clock import SetClock
from truceline.centre.config import Config, HereSettings, PartSettings
from truceline.centre.part import look, make_part
from truceline.centre.shipped import agreement_bytes
from truceline.means.source import Source
from truceline.terms.place import Site
from truceline.terms.time import parse_time

HOST = "127.0.0.1"


@pytest.fixture
def centre(tmp_path: Path) -> tuple[Path, int]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as held:
        held.bind((HOST, 0))
        port = held.getsockname()[1]
    sources = (
        Source("R1", "asterix", "A", f"udp:{HOST}:{port}", Site(40.0, 46.8, 300.0)),
        Source("F1", "firms", "A", "file:"),
    )
    config = Config(part=(PartSettings("A"),), source=sources, here=HereSettings(desk_port=0))
    root = tmp_path / "c"
    clock = SetClock(parse_time("2020-11-10T00:00:00Z"))
    make_part(root, config, agreement_bytes("2020-11-karabakh.toml"), clock).close()
    return root, port


@contextlib.contextmanager
def running(root: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with (root / "told").open("w") as told:
        child = subprocess.Popen(
            [sys.executable, "-c", "from truceline.cli import main; main()", "run", str(root)],
            stdout=subprocess.PIPE, stderr=told, text=True, cwd=ROOT,
        )  # fmt: skip
    try:
        assert child.stdout is not None
        line = child.stdout.readline()
        assert line.startswith("Console: http://"), (root / "told").read_text()
        yield child, line.split()[1].rstrip("/")
    finally:
        if child.poll() is None:
            child.kill()
        child.wait()
        assert child.stdout is not None
        child.stdout.close()


def asked(url: str) -> Any:
    for _ in range(100):
        try:
            with urllib.request.urlopen(url, timeout=20) as answer:
                return json.load(answer)
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError):
                raise
            time.sleep(0.1)
    raise AssertionError(f"{url} never answered")


def raw(root: Path) -> list[bytes]:
    return [record.body for record in look(root)[1] if record.kind == "raw"]


def wait_for(root: Path, count: int) -> list[bytes]:
    for _ in range(600):
        if len(found := raw(root)) >= count:
            return found
        time.sleep(0.05)
    raise AssertionError((root / "told").read_text())


def send(port: int, bodies: list[bytes]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        for body in bodies:
            line.sendto(body, (HOST, port))


def test_it_takes_in_stops_cleanly_and_goes_on_after_a_kill(centre: tuple[Path, int]) -> None:
    root, port = centre
    now_ns = time.time_ns()
    bodies = [body for _, body in turns(now_ns - 120_000_000_000, 10)]
    with running(root) as (child, url):
        status = asked(f"{url}/api/status")
        assert status
        send(port, bodies)
        inbox = root / "inbox" / "F1"
        inbox.mkdir(parents=True)
        (inbox / "list.csv.part").write_bytes(fires(fire()))
        (inbox / "list.csv.part").rename(inbox / "list.csv")
        wait_for(root, len(bodies) + 1)
        child.send_signal(signal.SIGINT)
        assert child.wait(60) in (0, 130)
    told = (root / "told").read_text()
    assert "stopped; the log is closed" in told
    assert "Traceback" not in told
    assert sorted(raw(root)) == sorted([*bodies, fires(fire())])
    with running(root) as (child, _):
        send(port, [b"not ASTERIX %d" % number for number in range(50)])
        before = wait_for(root, len(bodies) + 51)
        child.kill()
        child.wait()
    with running(root) as (child, url):
        assert set(raw(root)) >= set(before)
        assert asked(f"{url}/api/status")
        send(port, [b"after the kill"])
        assert b"after the kill" in wait_for(root, len(before) + 1)
        child.send_signal(signal.SIGTERM)
        assert child.wait(60) in (0, 130, 143, -15)
    assert "Traceback" not in (root / "told").read_text()
