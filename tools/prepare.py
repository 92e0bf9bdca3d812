"""Prepares a checkout for use: environment, console, warm kernels. Run by `make`; standard library only.

Each step leaves a stamp in .venv/.truceline holding the hash of all that it was made from, so a second run
does nothing. Usage: python3 tools/prepare.py {core,dev,console,warm,check-console}...
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
import tomllib
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / ".truceline"
CONSOLE = ROOT / "console"
BUILT = ROOT / "src" / "truceline" / "desk" / "static"
OLDEST_PYTHON = (3, 11)


def say(text: str) -> None:
    """One plain line of progress."""
    print(f"truceline: {text}", flush=True)


def stop(text: str) -> None:
    """Ends with a message that names the remedy."""
    print(f"truceline: {text}", file=sys.stderr, flush=True)
    raise SystemExit(2)


def digest(paths: Iterable[Path], *words: str) -> str:
    """The hash of some words and of files with their names."""
    total = hashlib.sha256("\0".join(words).encode())
    for path in sorted(paths):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"\n{path.relative_to(ROOT)} {content}".encode())
    return total.hexdigest()


def is_done(step: str, made_from: str) -> bool:
    """Whether a step's stamp names just these inputs."""
    stamp = STAMPS / step
    return stamp.is_file() and stamp.read_text() == made_from


def mark(step: str, made_from: str) -> None:
    """Leaves the step's stamp."""
    STAMPS.mkdir(exist_ok=True)
    (STAMPS / step).write_text(made_from)


def run(command: list[str], show: Callable[[str], str | None], cwd: Path = ROOT, **extra: str) -> None:
    """Runs a command, showing the lines that `show` makes of its output, and all of the end if it fails."""
    if shutil.which(command[0], path=extra.get("PATH")) is None:
        stop(f"cannot run {command[0]}: it is not there")
    last: list[str] = []
    with subprocess.Popen(
        command, cwd=cwd, env={**os.environ, **extra}, text=True, bufsize=1,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as child:  # fmt: skip
        assert child.stdout is not None
        for line in child.stdout:
            last = [*last[-39:], line.rstrip()]
            if text := show(line.rstrip()):
                say(text)
    if child.returncode != 0:
        print("\n".join(last), file=sys.stderr)
        stop(f"failed (exit {child.returncode}): {' '.join(command[:6])} ...")


# ------------------------------------------------------------ environment
def environment() -> None:
    """A virtual environment beside the sources, made by the Python that runs this file."""
    if sys.version_info < OLDEST_PYTHON:
        stop(f"needs Python 3.11 or newer; this is {sys.version.split()[0]}. Try: make PYTHON=python3.11 ...")
    if PYTHON.exists() and (VENV / "bin" / "pip").exists():
        return
    say(f"making the virtual environment .venv with Python {sys.version.split()[0]}")
    answer = subprocess.run(
        [sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False
    )
    if answer.returncode != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        remedy = "on Debian or Ubuntu: apt install python3-venv"
        stop(f"python3 cannot make virtual environments; {remedy}\n{answer.stdout}{answer.stderr}")


def install(step: str, *locks: str) -> None:
    """Installs exactly what the locks say, every file checked against its hash, then this project itself."""
    environment()
    made_from = installed_from(*locks)
    if is_done(step, made_from):
        say(f"{step}: packages are in place")
        return
    begin = time.monotonic()
    text = "".join((ROOT / name).read_text(encoding="utf-8") for name in locks)
    pins = len(re.findall(r"^[a-z][\w.-]*==", text, flags=re.MULTILINE))
    say(f"{step}: installing {pins} packages, hashes checked (minutes when they must be downloaded)")
    pip = [
        str(PYTHON),
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--no-input",
        "--progress-bar=off",
    ]
    wanted = [part for name in locks for part in ("-r", name)]
    run([*pip, "--require-hashes", "--only-binary=:all:", *wanted], pip_progress(pins))
    if step in {"core", "dev"}:
        run([*pip, "--no-deps", "--no-build-isolation", "-e", "."], lambda _: None)
    mark(step, made_from)
    if step == "dev":  # what the tests need holds what a user needs
        mark("core", installed_from("requirements.lock"))
    say(f"{step}: done in {time.monotonic() - begin:.0f} s")


def installed_from(*locks: str) -> str:
    """The hash of what decides an environment: interpreter, locks, and how this project is installed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    recipe = [str(project[key]) for key in ("build-system", "project")] + [str(project["tool"]["hatch"])]
    interpreter = f"{sysconfig.get_platform()} {os.path.realpath(PYTHON)} {ROOT}"
    return digest([ROOT / name for name in locks], interpreter, *recipe)


def pip_progress(pins: int) -> Callable[[str], str | None]:
    """Turns pip's output into `12 of 55: numpy`."""
    seen: set[str] = set()

    def show(line: str) -> str | None:
        if line.startswith("Installing collected packages"):
            return "  unpacking"
        match = re.match(r"(Collecting|Requirement already satisfied:) ([\w.-]+)", line)
        if match is None or match[2].lower() in seen:
            return None
        seen.add(match[2].lower())
        return f"  {len(seen)} of {pins}: {match[2]}" if match[1] == "Collecting" else None

    return show


# ------------------------------------------------------------ console
def node_folder() -> Path:
    """Where `node` and `npm` are: the machine's when new enough, else one from PyPI in the environment."""
    found, npm = shutil.which("node"), shutil.which("npm")
    if found and npm and builds_the_console(found):
        return Path(found).parent
    install("node", "requirements-node.lock")
    return VENV / "bin"


def builds_the_console(node: str) -> bool:
    """Whether Vite runs on this Node: 20.19 or newer of 20, or 22.12 and newer."""
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    match = re.match(r"v(\d+)\.(\d+)", answer.stdout)
    version = (int(match[1]), int(match[2])) if match else (0, 0)
    return (20, 19) <= version < (21, 0) or version >= (22, 12)


def node_modules() -> str:
    """Installs the console's packages as locked; returns the PATH on which Node is found."""
    folder = node_folder()
    path = os.pathsep.join([str(folder), str(PYTHON.parent), os.environ.get("PATH", "")])
    made_from = digest([CONSOLE / "package.json", CONSOLE / "package-lock.json"], str(folder))
    if not (is_done("node_modules", made_from) and (CONSOLE / "node_modules").is_dir()):
        say("console: installing its packages from package-lock.json (a minute when downloaded anew)")
        run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], lambda _: None, CONSOLE, PATH=path)
        mark("node_modules", made_from)
    return path


def check_console() -> None:
    """Runs the console's own checks: types, style, unit tests."""
    if not (CONSOLE / "package.json").is_file():
        say("console: no console/package.json in this checkout, nothing to check")
        return
    environment()
    say("console: npm run check")
    run(["npm", "run", "--silent", "check"], lambda line: line and f"  {line}", CONSOLE, PATH=node_modules())


def console() -> None:
    """Builds the console into the package, when its sources have changed."""
    if not (CONSOLE / "package.json").is_file():
        say("console: no console/package.json in this checkout, nothing to build")
        return
    skipped = {"node_modules", "dist", "test-results"}
    sources = [path for path in CONSOLE.rglob("*") if path.is_file() and not skipped.intersection(path.parts)]
    made_from = digest(sources)
    if is_done("console", made_from) and (BUILT / "index.html").is_file():
        say("console: built and up to date")
        return
    environment()
    path = node_modules()
    say("console: building")
    run(["npx", "--no-install", "vite", "build"], lambda _: None, CONSOLE, PATH=path)
    if not (BUILT / "index.html").is_file():
        stop(f"console: the build left no {BUILT.relative_to(ROOT)}/index.html")
    mark("console", made_from)
    say(f"console: built, {sum(p.stat().st_size for p in BUILT.rglob('*') if p.is_file()) / 1e6:.1f} MB")


# ------------------------------------------------------------ kernels
def warm() -> None:
    """Compiles the numeric kernels into their cache, so that nobody waits for it later."""
    package = ROOT / "src" / "truceline"
    if not ((package / "warm.py").is_file() or (package / "warm").is_dir()):
        say("warm: no kernels to compile in this checkout")
        return
    texts = (path for path in package.rglob("*.py"))
    kernels = [path for path in texts if "numba" in path.read_text(encoding="utf-8") or path.stem == "warm"]
    made_from = digest([*kernels, ROOT / "requirements.lock"], os.path.realpath(PYTHON))
    if is_done("warm", made_from):
        say("warm: kernels are compiled")
        return
    begin = time.monotonic()
    # the cache of a kernel does not notice a changed callee in another file
    for stale in (*package.rglob("__pycache__/*.nbi"), *package.rglob("__pycache__/*.nbc")):
        stale.unlink(missing_ok=True)
    say("warm: compiling the numeric kernels, once")
    run([str(PYTHON), "-m", "truceline.warm"], lambda line: f"  {line}" if line else None)
    mark("warm", made_from)
    say(f"warm: done in {time.monotonic() - begin:.0f} s")


STEPS: dict[str, Callable[[], None]] = {
    "core": lambda: install("core", "requirements.lock"),
    "dev": lambda: install("dev", "requirements-dev.lock"),
    "console": console,
    "warm": warm,
    "check-console": check_console,
}


def main(steps: list[str]) -> None:
    """Runs the named steps in order; console and kernels last, side by side."""
    unknown = [step for step in steps if step not in STEPS]
    if unknown or not steps:
        stop(f"usage: prepare.py {{{','.join(STEPS)}}}...; unknown: {' '.join(unknown) or 'nothing asked'}")
    side_by_side = [step for step in steps if step in {"console", "warm"}]
    for step in steps:
        if step not in side_by_side:
            STEPS[step]()
    # neither needs the other, and each leaves a core idle for long
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(STEPS[step]) for step in side_by_side]:
            done.result()


if __name__ == "__main__":
    main(sys.argv[1:])
