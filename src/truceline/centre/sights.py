"""Viewsheds once computed, kept in memory and in derived/viewsheds/ by what they were computed from.

    derived/viewsheds/<key>.npy     the shares of the cells in view of one site, as ``coverage.terrain`` keys them
A courtesy to a desk that starts again: a seal and an audit compute their own. A file that does not read is made anew.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np

from truceline.centre.disk import make_folder, place
from truceline.coverage.terrain import Floats
from truceline.terms.faults import Trouble

FOLDER = "viewsheds"


class Kept:
    """Gives a viewshed by its key: from memory, else from the folder, else made and kept in both."""

    def __init__(self, derived: Path | None = None) -> None:
        """Keep in memory alone, or in ``derived``/viewsheds as well."""
        self._held: dict[str, Floats] = {}
        self._folder = derived / FOLDER if derived is not None else None

    def __call__(self, key: str, make: Callable[[], Floats]) -> Floats:
        """Return what is kept under a key, else make it."""
        if key not in self._held:
            found = self._read(key)
            if found is None:
                found = make()
                self._write(key, found)
            self._held[key] = found
        return self._held[key].copy()

    def _read(self, key: str) -> Floats | None:
        if self._folder is None:
            return None
        try:
            held = np.load(self._folder / f"{key}.npy", allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return None
        return held if held.dtype == np.float64 and held.ndim == 2 else None

    def _write(self, key: str, found: Floats) -> None:
        if self._folder is None:
            return
        held = io.BytesIO()
        np.save(held, found)
        try:
            make_folder(self._folder)
            place(self._folder / f"{key}.npy", held.getvalue(), self._folder)
        except (OSError, Trouble):
            # a folder that cannot be written costs time, not the answer
            self._folder = None
