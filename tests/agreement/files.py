"""The agreement files under test, and edited copies of them."""

from tests.house.source import ROOT

FOLDER = ROOT / "agreements"
KARABAKH = (FOLDER / "2020-11-karabakh.toml").read_bytes()
AMENDMENT = (FOLDER / "2020-11-karabakh.amendment-1.toml").read_bytes()


def edited(old: str, new: str, data: bytes = KARABAKH) -> bytes:
    """A copy in which the first occurrence of a text is another one."""
    text = data.decode()
    assert old in text, f"{old!r} is not in the file"
    return text.replace(old, new, 1).encode()


def line_of(data: bytes, text: str) -> int:
    """The 1-based line on which a text first stands."""
    return data[: data.index(text.encode())].count(b"\n") + 1
