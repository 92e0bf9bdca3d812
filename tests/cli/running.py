"""The real command line in a process of its own."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

import msgspec

from truceline.centre import isolate
from truceline.cli import main

LIMIT_S = 280
ROOT = Path(__file__).resolve().parents[2]
FORKSERVER = multiprocessing.get_context("forkserver")
FORKSERVER.set_forkserver_preload([__name__])


class Ran(msgspec.Struct, frozen=True):
    """What a command answered."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def truceline(*words: object, fresh: bool = False, **variables: str) -> Ran:
    """Run `truceline WORDS...` in a process of its own; whatever happens, nobody is shown a traceback.

    The process is a fork of a server that has loaded everything and started no thread (a fork of this one would
    inherit the locks of threads it does not have); ``fresh`` starts a new interpreter.
    """
    with tempfile.NamedTemporaryFile() as out, tempfile.NamedTemporaryFile() as err:
        if fresh or variables:
            status = subprocess.run(
                [sys.executable, "-c", "from truceline.cli import main; main()", *map(str, words)],
                stdout=out,
                stderr=err,
                timeout=LIMIT_S,
                check=False,
                cwd=ROOT,
                env={**os.environ, **variables},
            ).returncode
        else:
            status = _forked([str(word) for word in words], out.name, err.name)
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode("utf-8", "replace"))
    ran = Ran(status, *texts)
    assert "Traceback" not in ran.err + ran.out, ran.err
    assert ran.status >= 0, ran
    return ran


def _forked(words: list[str], out: str, err: str) -> int:
    child = FORKSERVER.Process(target=_command, args=(words, out, err, str(Path.cwd()), dict(os.environ)))
    child.start()
    child.join()
    assert child.exitcode is not None
    return child.exitcode


def _command(words: list[str], out: str, err: str, folder: str, environ: dict[str, str]) -> None:
    code = 70
    try:
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environ)
        for number, name in ((1, out), (2, err)):
            os.dup2(os.open(name, os.O_WRONLY), number)
        sys.stdout, sys.stderr = open(1, "w", closefd=False), open(2, "w", closefd=False)
        signal.alarm(LIMIT_S)
        sys.argv = ["truceline", *words]
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        isolate.close_workers()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def refused(*words: object, names: str, status: int = 2, fresh: bool = False) -> str:
    """Run a command that must answer with one line that names the place, and return that line."""
    ran = truceline(*words, fresh=fresh)
    assert ran.status == status, (ran.status, ran.err, ran.out)
    lines = [line for line in ran.err.splitlines() if line.startswith("truceline: ")]
    assert len(lines) == 1, ran.err
    assert names in lines[0], lines[0]
    assert lines[0].endswith(")"), f"no remedy: {lines[0]}"
    return lines[0]
