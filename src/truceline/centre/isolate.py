"""Foreign decoders in a process of their own: a crash, panic or hang costs a record, not the centre.

    parent -> child   the means, pickled, once; then the inputs and the source (MessagePack)
    child -> parent   the Reading (MessagePack; columns as raw bytes), or the error's text
When the child dies, runs over its time or its memory, it is replaced and the batch is halved until single
records are found to blame; each of them becomes one Fault over its whole body, and the others are decoded
together again. The child talks over one inherited socket; its standard output and error are closed, so a
decoder's chatter harms nothing. This is isolation against faults, not a sandbox against attackers: what the
child sends is parsed as data, never unpickled, but it runs with the centre's own rights.
"""

from __future__ import annotations

import atexit
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from truceline.means.means import Input, Means, Reading, merge
from truceline.means.observations import OBSERVATIONS
from truceline.means.source import Source
from truceline.means.watch import Watch
from truceline.terms.columns import Columns
from truceline.terms.faults import Broken, Fault

START_S = 120.0
LEAST_S = 10.0
MEMORY_MB = 2048
OUT_OF_MEMORY = 77
CHILD = "from truceline.centre.isolate import serve; serve({fd}, {memory})"


class Job(msgspec.Struct, frozen=True):
    """What the child is asked: decode these inputs of this source."""

    inputs: tuple[Input, ...]
    source: Source
    limit_s: float


class Answer(msgspec.Struct, frozen=True):
    """What the child says: a Reading with its columns as bytes, or an error."""

    error: str = ""
    rows: int = 0
    columns: tuple[bytes, ...] = ()
    watches: tuple[Watch, ...] = ()
    faults: tuple[Fault, ...] = ()
    records: int = 0
    decoded_bytes: int = 0
    framing_bytes: int = 0


class Worker:
    """One child process that decodes for one means; it is started when needed and again after each death."""

    def __init__(self, means: Means, memory_mb: int) -> None:
        """Remember what to decode with; no process yet."""
        self._means = pickle.dumps(means)
        self._memory_mb = memory_mb
        self._child: subprocess.Popen[bytes] | None = None
        self._line: Connection[Any, Any] | None = None
        self.lock = threading.Lock()
        self.starts = 0

    def ask(self, job: Job) -> Answer:
        """Return the child's answer, or an Answer with the reason why there is none.

        Raises:
            Broken: the child does not start.
        """
        line = self._ready()
        try:
            line.send_bytes(msgspec.msgpack.encode(job))
            if not line.poll(job.limit_s):
                self.stop()
                return Answer(error=f"the decoder took longer than {job.limit_s:g} s")
            answer = msgspec.msgpack.decode(line.recv_bytes(), type=Answer)
        except (EOFError, OSError, msgspec.MsgspecError):
            return Answer(error=self._death())
        if answer.error:
            self.stop()
        return answer

    def stop(self) -> None:
        """End the child, if there is one."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()
        if self._line is not None:
            self._line.close()
        self._child = self._line = None

    def _ready(self) -> Connection[Any, Any]:
        """Return the line to a child that has its means loaded.

        Raises:
            Broken: it does not start.
        """
        if self._line is not None and self._child is not None and self._child.poll() is None:
            return self._line
        self.stop()
        here, there = Pipe()
        command = [sys.executable, "-c", CHILD.format(fd=there.fileno(), memory=self._memory_mb)]
        paths = os.pathsep.join(entry for entry in sys.path if entry)
        self._child = subprocess.Popen(
            command,
            pass_fds=(there.fileno(),),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": paths},
        )
        there.close()
        self._line = here
        self.starts += 1
        try:
            here.send_bytes(self._means)
            if here.poll(START_S) and here.recv_bytes() == b"ready":
                return here
        except (EOFError, OSError):
            pass
        self.stop()
        raise Broken("the decoder's process does not start", remedy="check the installation of the means")

    def _death(self) -> str:
        """Return in words how the child ended, and clear it away."""
        code = None
        if self._child is not None:
            try:
                code = self._child.wait(5.0)
            except subprocess.TimeoutExpired:
                code = None
        self.stop()
        if code is None:
            return "the decoder stopped answering"
        if code == OUT_OF_MEMORY:
            return f"the decoder used more than {self._memory_mb} MB"
        if code < 0:
            return f"the decoder crashed ({signal.Signals(-code).name})"
        return f"the decoder stopped (exit status {code})"


_WORKERS: dict[tuple[str, int], Worker] = {}


def decode_isolated(
    means: Means, inputs: Sequence[Input], source: Source, timeout_s: float = 60.0, memory_mb: int = MEMORY_MB
) -> Reading:
    """Return what ``means.decode(inputs, source)`` gives, run in a process of its own.

    ``timeout_s`` bounds the whole batch; the parts of a batch that failed get their share of it by bytes, at
    least 10 s (or ``timeout_s``). Inputs on which the decoder dies, hangs or runs out of memory become Faults.

    Raises:
        Broken: the decoder's process does not start, or fails without any input.
    """
    key = (means.name, memory_mb)
    worker = _WORKERS.setdefault(key, Worker(means, memory_mb))
    with worker.lock:
        return _decode(worker, tuple(inputs), source, timeout_s)


def close_workers() -> None:
    """End all children; the next call starts new ones."""
    while _WORKERS:
        _WORKERS.popitem()[1].stop()


atexit.register(close_workers)


def _decode(worker: Worker, inputs: tuple[Input, ...], source: Source, timeout_s: float) -> Reading:
    whole = max(1, sum(len(item.body) for item in inputs))

    def attempt(batch: tuple[Input, ...]) -> Answer:
        share = sum(len(item.body) for item in batch) / whole
        limit_s = max(timeout_s * share, min(timeout_s, LEAST_S))
        return worker.ask(Job(batch, source, limit_s))

    def blame(batch: tuple[Input, ...], answer: Answer) -> dict[int, str]:
        """Return the places (in ``inputs``) of the records to blame, with the reason."""
        if len(batch) == 1:
            return {place[id(batch[0])]: answer.error}
        found: dict[int, str] = {}
        middle = len(batch) // 2
        for half in (batch[:middle], batch[middle:]):
            part = attempt(half)
            if part.error:
                found |= blame(half, part)
        return found

    place = {id(item): number for number, item in enumerate(inputs)}
    guilty: dict[int, str] = {}
    while True:
        rest = tuple(item for number, item in enumerate(inputs) if number not in guilty)
        answer = attempt(rest)
        if not answer.error:
            break
        if not rest:
            raise Broken(f"the decoder fails on no input at all: {answer.error}", where=source.means)
        found = blame(rest, answer)
        if not found:
            # No single record is to blame: the records are fine apart and not together.
            found = {place[id(item)]: f"{answer.error}, with the records around it" for item in rest}
        guilty |= found
    faults = tuple(
        Fault(source.name, inputs[number].seq, 0, len(inputs[number].body), reason)
        for number, reason in sorted(guilty.items())
    )
    blamed = Reading(OBSERVATIONS.empty(), (), faults, 0, 0, 0)
    return merge([_reading(answer), blamed]) if faults else _reading(answer)


def _reading(answer: Answer) -> Reading:
    """Return the Reading of an answer.

    Raises:
        Broken: the columns have another form than declared.
    """
    wanted = OBSERVATIONS.columns
    if len(answer.columns) != len(wanted):
        raise Broken("a decoder's process answered with other columns than declared")
    data = {}
    for column, raw in zip(wanted, answer.columns, strict=True):
        dtype = np.dtype(column.dtype)
        if len(raw) != answer.rows * dtype.itemsize:
            raise Broken(f"a decoder's process answered with a torn column {column.name}")
        data[column.name] = np.frombuffer(raw, dtype).copy()
    return Reading(
        Columns(OBSERVATIONS, data),
        answer.watches,
        answer.faults,
        answer.records,
        answer.decoded_bytes,
        answer.framing_bytes,
    )


# ------------------------------------------------------------------ in the child


def serve(fd: int, memory_mb: int) -> None:
    """Decode what comes over a socket until it closes; an exception ends the process, told to the parent."""
    line: Connection[Any, Any] = Connection(fd)
    _bound(memory_mb)

    def tell(kind: type[BaseException], error: BaseException, trace: object) -> None:
        if issubclass(kind, MemoryError):
            os._exit(OUT_OF_MEMORY)
        if not issubclass(kind, EOFError):
            text = f"the decoder raised {kind.__name__}: {str(error)[:200]}"
            line.send_bytes(msgspec.msgpack.encode(Answer(error=text)))
            # The parent reads the answer before it ends this process.
            time.sleep(5.0)
        os._exit(1)

    sys.excepthook = tell
    means: Means = pickle.loads(line.recv_bytes())
    line.send_bytes(b"ready")
    while True:
        job = msgspec.msgpack.decode(line.recv_bytes(), type=Job)
        # Should the parent die meanwhile, a hanging decoder must not outlive it for long.
        signal.alarm(int(job.limit_s) + 10)
        read = means.decode(job.inputs, job.source)
        rows = read.observations
        columns = tuple(np.ascontiguousarray(rows[column.name]).tobytes() for column in OBSERVATIONS.columns)
        line.send_bytes(
            msgspec.msgpack.encode(
                Answer(
                    rows=len(rows),
                    columns=columns,
                    watches=read.watches,
                    faults=read.faults,
                    records=read.records,
                    decoded_bytes=read.decoded_bytes,
                    framing_bytes=read.framing_bytes,
                )
            )
        )


def _bound(memory_mb: int) -> None:
    """Bound the child's memory above what it has now, and let it write no core files."""
    import resource  # noqa: PLC0415 - exists on POSIX only

    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    pages = _virtual_bytes() or used
    resource.setrlimit(resource.RLIMIT_AS, (pages + (memory_mb << 20),) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _virtual_bytes() -> int:
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
