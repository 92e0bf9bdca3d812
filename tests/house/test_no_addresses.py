"""No file names a package registry, a machine's own path or a person's home."""

import os
import re
from urllib.parse import urlsplit

import pytest

from tests.house.source import ROOT, project_files

# Spelt in pieces, so that this file passes its own rule.
HOSTS = ["python" + "hosted.org", "pypi" + ".org", "npm" + "js.org", "npm" + "js.com", "deb." + "debian.org"]
PATHS = [
    r"/wo" + r"rk/[a-z.]",
    r"/ro" + r"ot/",
    r"/ho" + r"me/[a-z]",
    r"/Us" + r"ers/[a-z]",
    r"/tmp/br" + r"ief",
]
INDEX_VARIABLES = [
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
    "UV_INDEX_URL",
    "UV_DEFAULT_INDEX",
    "npm_config_registry",
]


def pattern() -> re.Pattern[str]:
    """What may stand nowhere, with the hosts that this machine's own package clients use."""
    used = [urlsplit(os.environ.get(name, "").split(" ")[0]).hostname for name in INDEX_VARIABLES]
    hosts = [re.escape(host) for host in [*HOSTS, *used] if host and host != "localhost"]
    return re.compile("|".join([*hosts, *(rf"(?<![\w.]){path}" for path in PATHS)]))


def addresses(name: str, text: str) -> list[str]:
    """Every line of a text that holds a refused address."""
    refused = pattern()
    return [
        f"{name}:{i}: {m[0]}" for i, line in enumerate(text.splitlines(), 1) if (m := refused.search(line))
    ]


def test_no_file_names_a_registry_or_a_machine() -> None:
    found: list[str] = []
    for path in project_files():
        try:
            found += addresses(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            continue  # pictures and samples
    assert found == []


def test_locks_hold_hashes_and_no_index() -> None:
    for path in sorted(ROOT.glob("requirements*.lock")):
        text = path.read_text(encoding="utf-8")
        assert "://" not in text and "--index" not in text, path.name
        pins = re.findall(r"^[a-z][\w.-]*==", text, flags=re.MULTILINE)
        assert pins and text.count("--hash=sha256:") >= len(pins), path.name


def test_the_console_lock_names_no_address() -> None:
    lock = ROOT / "console" / "package-lock.json"
    if not lock.is_file():
        pytest.skip("console/package-lock.json is not written yet")
    assert '"resolved"' not in lock.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text", ["see https://files." + HOSTS[0], "cd /ro" + "ot/x", "open('/ho" + "me/ann/x')"]
)
def test_addresses_are_seen(text: str) -> None:
    assert len(addresses("seeded", text)) == 1


@pytest.mark.parametrize("text", ["http://127.0.0.1:8000/", "docs/root/index.md", "from PyPI"])
def test_other_words_pass(text: str) -> None:
    assert addresses("seeded", text) == []
