"""Every locked package has a licence that Apache-2.0 can stand beside; nothing under the GPL is installed."""

import re
from importlib import metadata

import pytest

from tests.house.source import ROOT

ALLOWED = {
    "0BSD", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC",
    "MIT", "MIT-0", "MPL-2.0", "PSF-2.0", "Python-2.0", "Unlicense", "Zlib",
}  # fmt: skip
# What older metadata calls the same licences.
OLD_NAMES = {
    "Apache Software License": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "BSD": "BSD-3-Clause",
    "BSD 2-Clause License": "BSD-2-Clause",
    "3-Clause BSD License": "BSD-3-Clause",
    "ISC License": "ISC",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
# Whose metadata is silent or wrong, and what their licence file says.
READ_BY_HAND: dict[str, str] = {}


def locked() -> list[str]:
    """The names of all packages in the locks that are installed into the test environment."""
    text = "".join(
        (ROOT / name).read_text("utf-8") for name in ("requirements.lock", "requirements-dev.lock")
    )
    pins = re.findall(r"^([a-z][\w.-]*)==\S+(?: *; *(.*?))? *\\$", text, flags=re.MULTILINE)
    return sorted({name for name, marker in pins if "sys_platform == 'win32'" not in marker})


def declared(package: metadata.PackageMetadata) -> list[str]:
    """The licences that a package's metadata declares, newest kind of statement first."""
    if expression := package.get("License-Expression"):
        return re.split(r" (?:AND|OR) ", re.sub(r"[()]", "", expression))
    classes = [
        line.split(" :: ")[-1]
        for line in package.get_all("Classifier") or []
        if line.startswith("License ::")
    ]
    lines = (package.get("License") or "").strip().splitlines()
    text = [part for part in re.split(r" (?:AND|OR) ", lines[0])] if lines and lines[0] != "UNKNOWN" else []
    named = [line for line in classes if line not in {"OSI Approved", "DFSG approved"}]
    return named or text


def objections(name: str, licences: list[str]) -> list[str]:
    """Why a package may not be a dependency: empty when it may."""
    known = [OLD_NAMES.get(licence, licence) for licence in licences]
    if not known:
        return [f"{name}: declares no licence"]
    return [f"{name}: {licence}" for licence in known if licence not in ALLOWED]


def test_every_locked_package_is_permissive() -> None:
    found: list[str] = []
    for name in locked():
        try:
            licences = [READ_BY_HAND[name]] if name in READ_BY_HAND else declared(metadata.metadata(name))
        except metadata.PackageNotFoundError:
            found.append(f"{name}: locked but not installed, run `make install-dev`")
            continue
        found += objections(name, licences)
    assert found == []


@pytest.mark.parametrize("name", ["asterix-decoder", "pymodes", "pymerkle", "asterix_decoder", "pyModeS"])
def test_no_gpl_package_is_locked_or_installed(name: str) -> None:
    assert name.lower().replace("_", "-") not in locked()
    with pytest.raises(metadata.PackageNotFoundError):
        metadata.version(name)


def test_one_owner_for_the_module_asterix() -> None:
    owners = metadata.packages_distributions()
    assert owners["asterix"] == ["libasterix"]
    assert set(owners["aviconv_asterix"]) == {"aviconv-asterix"}


@pytest.mark.parametrize(
    "licence",
    ["GPL-3.0-or-later", "GNU General Public License v3 (GPLv3)", "AGPL-3.0-only", "LGPL-2.1", "Proprietary"],
)
def test_other_licences_are_refused(licence: str) -> None:
    assert objections("seeded", [licence]) == [f"seeded: {licence}"]
    assert objections("seeded", []) == ["seeded: declares no licence"]
