"""What every test may rely on: the development data, a closed network, reproducible examples."""

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent

# Timing belongs to `make bench`: a deadline would make a slow machine look like a defect.
settings.register_profile("default", deadline=None)
settings.register_profile(
    "ci", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("ci" if os.environ.get("CI") else "default")

LOOPBACK = ("127.", "::1", "::ffff:127.", "localhost")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip browser tests, saying so, on a machine without Chromium."""
    if chromium_path() is not None:
        return
    reason = "no Chromium: install it (Debian: chromium) or name it in the variable CHROMIUM"
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=reason))


def chromium_path() -> str | None:
    """The browser that `browser` tests drive: $CHROMIUM, else the system's."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if Path(named).is_file() else None
    return shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser; a test that asks for it carries the marker `browser`."""
    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium: install it (Debian: chromium) or name it in the variable CHROMIUM")
    return path


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of real captures: $TRUCELINE_DATA, else ../shared/data beside the project."""
    folder = Path(os.environ.get("TRUCELINE_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no development data at {folder}: set TRUCELINE_DATA to the folder that holds it")
    return folder


@pytest.fixture(scope="session")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A small rehearsal, run once: `root` holds A/ and B/, `days` what both sealed. Copy it before changing anything."""
    from tests.rehearsed import Rehearsed, run_small

    root = tmp_path_factory.mktemp("rehearsal")
    return Rehearsed(root, run_small(root))


def is_local(address: Any) -> bool:
    """Whether a socket address stays on this machine: a path, a loopback host, or netlink's numbers."""
    if not isinstance(address, tuple) or not isinstance(address[0], str):
        return True
    return address[0] in {"", "0.0.0.0", "::"} or address[0].startswith(LOOPBACK)


@pytest.fixture(scope="session", autouse=True)
def closed_network() -> Iterator[None]:
    """Let no test reach beyond loopback: nothing here may depend on a network."""
    guarded = {name: getattr(socket.socket, name) for name in ("connect", "connect_ex", "sendto")}

    def guard(name: str) -> Any:
        def call(self: socket.socket, *args: Any) -> Any:
            if args and not is_local(args[-1]):
                raise PermissionError(f"tests have no network: {name} to {args[-1]}")
            return guarded[name](self, *args)

        return call

    patch = pytest.MonkeyPatch()
    for name in guarded:
        patch.setattr(socket.socket, name, guard(name))
    yield
    patch.undo()
