"""The registry: every technical means of the house, and those that other packages bring.

The modules of this package are scanned for a constant ``MEANS``; packages add theirs under the entry-point group
``truceline.means``. An import error stops the start: a centre that silently lacks a means would be blind to it.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import lru_cache
from importlib.metadata import entry_points
from types import MappingProxyType

import truceline.means as package
from truceline.means.means import Means
from truceline.terms.faults import Broken, Refusal

CLAIM_THRESHOLD = 0.5


@lru_cache(maxsize=1)
def every_means() -> MappingProxyType[str, Means]:
    """Return all means by name, in order of name.

    Raises:
        Broken: two means of one name, or an entry point that is no Means.
    """
    found: list[Means] = []
    for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda entry: entry.name):
        held = getattr(importlib.import_module(f"{package.__name__}.{module.name}"), "MEANS", None)
        if held is not None:
            found.append(held)
    for point in sorted(entry_points(group="truceline.means"), key=lambda entry: entry.name):
        loaded = point.load()
        if not isinstance(loaded, Means):
            raise Broken(f"entry point {point.name} is no Means", where="truceline.means")
        found.append(loaded)
    names = [item.name for item in found]
    if len(set(names)) != len(names):
        raise Broken(f"two technical means share a name: {sorted(names)}", where="truceline.means")
    return MappingProxyType({item.name: item for item in sorted(found, key=lambda entry: entry.name)})


def named(name: str) -> Means:
    """Return the means of a name.

    Raises:
        Refusal: there is none; the known names are listed.
    """
    known = every_means()
    if name not in known:
        raise Refusal(f"no technical means is called {name!r}", remedy=f"known: {', '.join(known)}")
    return known[name]


def guess(file_name: str, head: bytes) -> Means:
    """Return the means that claims a file most surely.

    Raises:
        Refusal: none does.
    """
    claims = sorted((-item.claims(file_name, head), item.name) for item in every_means().values())
    if not claims or -claims[0][0] < CLAIM_THRESHOLD:
        raise Refusal(
            "no technical means claims this file",
            where=file_name,
            remedy="name one with --means; `truceline means` lists them",
        )
    return every_means()[claims[0][1]]
