"""The agreements that travel with Truceline: in the wheel beside the package, in a checkout at its root."""

from __future__ import annotations

from pathlib import Path

import truceline
from truceline.terms.faults import Refusal


def agreements_folder() -> Path:
    """Return the folder of shipped agreement files.

    Raises:
        Refusal: the installation has none.
    """
    package = Path(truceline.__file__).parent
    for folder in (package / "agreements", package.parents[1] / "agreements"):
        if folder.is_dir():
            return folder
    raise Refusal("this installation has no agreement files", remedy="name a file with --agreement")


def agreement_bytes(name: str | Path) -> bytes:
    """Return an agreement file: a path that exists, else a shipped file of that name.

    Raises:
        Refusal: neither is there.
    """
    path = Path(name)
    if not path.is_file():
        path = agreements_folder() / path.name
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refusal(
            f"no agreement file ({error.strerror})", where=str(name), remedy="name a TOML file"
        ) from error
