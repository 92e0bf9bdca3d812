"""What is sealed on disk: unreadable without its key, bound to its name, and any change is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from truceline.centre.private import PrivateStore, openings_of, seal_fields
from truceline.record.commit import opened
from truceline.terms.faults import Refusal


def test_seal_and_reveal(tmp_path: Path) -> None:
    store = PrivateStore(tmp_path)
    body = seal_fields(store, "case 7", {"verdict": "violated", "text": "two crossings"})
    again = PrivateStore(tmp_path)
    assert opened(body, openings_of(again, body)) == {"verdict": "violated", "text": "two crossings"}
    assert opened(body, openings_of(again, body, ("verdict",))) == {"verdict": "violated"}
    (name,) = again.names()
    held = (tmp_path / "sealed" / name).read_bytes()
    assert b"crossings" not in held
    assert (tmp_path / "sealed" / name).stat().st_mode & 0o077 == 0
    again.drop(name)
    assert again.names() == []
    with pytest.raises(Refusal, match="nothing is sealed"):
        again.get(name)


def test_any_change_is_told(tmp_path: Path) -> None:
    store = PrivateStore(tmp_path)
    store.put("ab", b"secret")
    path = tmp_path / "sealed" / "ab"
    good = path.read_bytes()
    for place in range(len(good)):
        bent = bytearray(good)
        bent[place] ^= 1
        path.write_bytes(bent)
        with pytest.raises(Refusal, match="changed"):
            store.get("ab")
    path.write_bytes(b"")
    with pytest.raises(Refusal, match="changed"):
        store.get("ab")
    (tmp_path / "sealed" / "cd").write_bytes(good)
    with pytest.raises(Refusal, match="changed"):
        store.get("cd")
    with pytest.raises(Refusal, match="hex"):
        store.put("../ab", b"")


def test_the_key_is_kept_and_guarded(tmp_path: Path) -> None:
    PrivateStore(tmp_path).put("ab", b"secret")
    key = tmp_path / "keys" / "store.secret"
    assert key.stat().st_mode & 0o777 == 0o600
    held = key.read_bytes()
    key.chmod(0o644)
    with pytest.raises(Refusal, match="others can read"):
        PrivateStore(tmp_path)
    key.chmod(0o600)
    key.write_bytes(b"zz\n")
    with pytest.raises(Refusal, match="32 bytes"):
        PrivateStore(tmp_path)
    key.unlink()
    with pytest.raises(Refusal, match="gone"):
        PrivateStore(tmp_path)
    key.write_bytes(held)
    key.chmod(0o600)
    assert PrivateStore(tmp_path).get("ab") == b"secret"
