"""Keys on disk: made once, for their owner alone; exercise keys are marked and come from their seed."""

from __future__ import annotations

from pathlib import Path

import pytest

from truceline.centre.keys import KeyPair, exercise_keys, load_keys, make_keys, parse_private, save_keys
from truceline.record.note import COSIGN_MLDSA44, ED25519
from truceline.terms.faults import Refusal


def test_make_load(tmp_path: Path) -> None:
    made = make_keys(tmp_path / "private" / "keys", "centre.example/a", ("ivanov",))
    loaded = load_keys(tmp_path / "private" / "keys")
    assert loaded.origin == "centre.example/a"
    for one, two in zip((*made.signers, *made.cosigners), (*loaded.signers, *loaded.cosigners), strict=True):
        assert one.key == two.key
    assert loaded.officers["ivanov"].key.name == "centre.example/a/officer/ivanov"
    assert len({pair.key.public for pair in (*loaded.signers, *loaded.cosigners)}) == 4
    for path in (tmp_path / "private" / "keys").iterdir():
        assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(Refusal, match="keys already"):
        make_keys(tmp_path / "private" / "keys", "centre.example/a")


def test_a_store_key_beside_them_is_not_theirs(tmp_path: Path) -> None:
    (tmp_path / "store.secret").write_text("00")
    (tmp_path / "store.secret").chmod(0o600)
    made = make_keys(tmp_path, "centre.example/a")
    assert load_keys(tmp_path).log.key == made.log.key


def test_others_must_not_read_them(tmp_path: Path) -> None:
    make_keys(tmp_path, "centre.example/a")
    (tmp_path / "log.key").chmod(0o640)
    with pytest.raises(Refusal, match="chmod 600"):
        load_keys(tmp_path)
    (tmp_path / "log.key").unlink()
    with pytest.raises(Refusal, match="no key log"):
        load_keys(tmp_path)


def test_exercise_keys_are_marked_and_repeat(tmp_path: Path) -> None:
    one, two = (
        exercise_keys("truceline/EXERCISE/a", 5, ("x",)),
        exercise_keys("truceline/EXERCISE/a", 5, ("x",)),
    )
    assert [pair.line for pair in one.signers] == [pair.line for pair in two.signers]
    assert one.officers["x"].key == two.officers["x"].key
    assert exercise_keys("truceline/EXERCISE/a", 6).log.key != one.log.key
    assert "EXERCISE" in one.mirror_pq.key.name
    with pytest.raises(Refusal, match="exercises alone"):
        exercise_keys("truceline/a", 5)
    with pytest.raises(Refusal, match="kept for exercise"):
        make_keys(tmp_path / "k", "truceline/EXERCISE/a")
    save_keys(tmp_path / "keys", one)
    assert load_keys(tmp_path / "keys").log_pq.key == one.log_pq.key


@pytest.mark.parametrize(
    "line",
    [
        "",
        "PRIVATE+KEY+a+00000000+AAAA",
        "a+b+c",
        KeyPair("a", ED25519, bytes(32)).line.replace("a+", "b+", 1),
    ],
)
def test_bad_private_lines(line: str) -> None:
    with pytest.raises(Refusal):
        parse_private(line)


def test_bad_seeds_and_names() -> None:
    with pytest.raises(Refusal):
        KeyPair("a", ED25519, bytes(31))
    with pytest.raises(Refusal):
        KeyPair("a b", COSIGN_MLDSA44, bytes(32))
    with pytest.raises(Refusal):
        KeyPair("a", 2, bytes(32))
