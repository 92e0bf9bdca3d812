"""Spread: the ordered map the engine runs on. In process, over a pool of processes, or over a Ray cluster: same bytes.

    Spread = (function, items) -> results in the order of the items
A function given to a spread must be a module-level pure function, so that it can be named in another process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

from truceline.terms.faults import Refusal

Spread = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]


def in_order(function: Callable[[Any], Any], items: Iterable[Any]) -> Iterable[Any]:
    """Run in this process, one item after the other."""
    return map(function, items)


class Pool:
    """Run in ``workers`` processes of this machine; close it when done."""

    def __init__(self, workers: int) -> None:
        """Start the processes (spawned, so that no lock or thread of this process is copied)."""
        self._pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))

    def __call__(self, function: Callable[[Any], Any], items: Iterable[Any]) -> Iterable[Any]:
        """Return the results in the order of the items."""
        return self._pool.map(function, items)

    def close(self) -> None:
        """Stop the processes."""
        self._pool.shutdown()


def on_ray(function: Callable[[Any], Any], items: Iterable[Any]) -> Iterable[Any]:
    """Run on the Ray cluster this process is connected to (extra ``scale``).

    Raises:
        Refusal: the extra is not installed.
    """
    try:
        import ray  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise Refusal("Ray is not installed", remedy="pip install 'truceline[scale]'") from error
    remote = ray.remote(function)
    yield from ray.get([remote.remote(item) for item in items])
