"""The registry: every means by name, and the one that claims a file."""

from pathlib import Path

import pytest

from truceline.means import registry
from truceline.means.means import Means
from truceline.terms.faults import Broken, Refusal


def test_every_means_is_a_means_in_order_of_name() -> None:
    known = registry.every_means()
    assert "asterix" in known
    assert list(known) == sorted(known)
    assert all(isinstance(item, Means) and item.name == name for name, item in known.items())


def test_a_name_nobody_bears_is_refused_with_the_names() -> None:
    with pytest.raises(Refusal, match="asterix"):
        registry.named("asterisk")
    assert registry.named("asterix").name == "asterix"


def test_every_asterix_capture_is_claimed_by_asterix(data_dir: Path) -> None:
    for path in sorted((data_dir / "asterix").glob("*/*")):
        assert registry.guess(path.name, path.read_bytes()[:4096]).name == "asterix", path.name
        nameless = registry.guess("file", path.read_bytes()[:4096])
        assert nameless.name == "asterix", path.name


def test_other_files_are_not_asterix(data_dir: Path) -> None:
    claims = registry.named("asterix").claims
    others = [
        path for folder in ("adsb", "fires", "cot", "sapient") for path in (data_dir / folder).rglob("*")
    ]
    assert others
    for path in others:
        if path.is_file():
            assert claims(path.name, path.read_bytes()[:4096]) < registry.CLAIM_THRESHOLD, path.name


@pytest.mark.parametrize("head", [b"", b"\x00" * 4096, b"%PDF-1.7\n", b"hello, world\n" * 50])
def test_nothing_claims_what_it_does_not_know(head: bytes) -> None:
    with pytest.raises(Refusal, match="no technical means claims"):
        registry.guess("file.dat", head)


def test_two_means_of_one_name_stop_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    held = registry.named("asterix")

    class Point:
        name = "second"

        @staticmethod
        def load() -> object:
            return held

    registry.every_means.cache_clear()
    monkeypatch.setattr(
        registry, "entry_points", lambda group: [Point()] if group == "truceline.means" else []
    )
    with pytest.raises(Broken, match="share a name"):
        registry.every_means()
    monkeypatch.undo()
    registry.every_means.cache_clear()
    assert registry.every_means()


def test_an_entry_point_that_is_no_means_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    class Point:
        name = "odd"

        @staticmethod
        def load() -> object:
            return object()

    registry.every_means.cache_clear()
    monkeypatch.setattr(registry, "entry_points", lambda group: [Point()])
    with pytest.raises(Broken, match="no Means"):
        registry.every_means()
    monkeypatch.undo()
    registry.every_means.cache_clear()
