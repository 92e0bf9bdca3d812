"""Bundles: what is packed is audited anywhere; what is damaged, hostile or no bundle is told apart."""

from __future__ import annotations

import random
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.centre.full_disk import small_disk
from truceline.centre.audit import audit_path, declared_policy
from truceline.centre.bundle_files import Damaged, unpacked, write_bundle
from truceline.centre.clock import SetClock
from truceline.centre.part import Part, Writing
from truceline.terms.faults import Refusal
from truceline.terms.time import parse_time


@pytest.fixture(scope="module")
def bundle(rehearsal: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("bundle") / "finding.zip"
    size = write_bundle(rehearsal.part("A"), b'{"id":"x"}', out)
    assert size == out.stat().st_size
    return out


def test_a_bundle_is_audited_as_its_centre_is(bundle: Path, rehearsal: Any) -> None:
    result = audit_path(bundle)
    assert result.same, result.steps[-1]
    assert result.path == str(bundle)
    assert result.findings_digest == rehearsal.days[0].seal.findings
    assert audit_path(bundle, declared_policy(rehearsal.part("A"))).pinned


def test_a_bundle_holds_nothing_private(bundle: Path) -> None:
    with zipfile.ZipFile(bundle) as held:
        names = held.namelist()
        assert held.read("finding.json") == b'{"id":"x"}'
    assert {name.split("/")[0] for name in names} == {
        "centre.toml",
        "blobs",  # the terrain of the theatre
        "log",
        "mirror",
        "finding.json",
        "READ-ME.txt",
    }
    assert not [name for name in names if {"private", "spool", "evidence", "derived"} & set(name.split("/"))]
    assert {"log/checkpoint", "mirror/B/log/checkpoint"} <= set(names)


def test_a_bundle_of_a_running_centre_is_whole(rehearsal: Any, tmp_path: Path) -> None:
    shutil.copytree(rehearsal.root, tmp_path / "run")
    before = len(list((tmp_path / "run" / "A" / "blobs").rglob("*/*")))
    part = Part(tmp_path / "run" / "A", SetClock(parse_time("2020-11-22T00:00:00Z")), rhythm_s=0.0)
    try:
        part.write([Writing("raw", "patrol-A", part.clock.now_ns(), b"x" * 70_000)])
        part.log.flush()
        part.write([Writing("raw", "patrol-A", part.clock.now_ns(), b"y" * 70_000)])  # not published
        write_bundle(part.root, b"{}", tmp_path / "b.zip")
    finally:
        part.close()
    with unpacked(tmp_path / "b.zip") as root:
        assert len(list((root / "blobs").rglob("*/*"))) == before + 1
    result = audit_path(tmp_path / "b.zip")
    assert result.same, result.steps[-1]


def test_every_flipped_bit_gives_no_or_changes_nothing(bundle: Path, tmp_path: Path) -> None:
    """A bit in the zip's own dates or padding changes nothing; all others are found, never with a crash."""
    data, chance = bundle.read_bytes(), random.Random(2)
    told = {"different": 0, "refused": 0, "same": 0}
    for _ in range(60):
        bit = chance.randrange(8 * len(data))
        bad = bytearray(data)
        bad[bit // 8] ^= 1 << bit % 8
        (tmp_path / "bad.zip").write_bytes(bad)
        try:
            result = audit_path(tmp_path / "bad.zip")
        except Refusal:
            told["refused"] += 1
            continue
        told["same" if result.same else "different"] += 1
        assert result.same or result.steps[-1].reason
    assert told["different"] > 40


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_cut_bundle_is_no_bundle_or_damaged(share: float, bundle: Path, tmp_path: Path) -> None:
    data = bundle.read_bytes()
    (tmp_path / "cut.zip").write_bytes(data[: int(share * len(data))])
    with pytest.raises(Refusal, match=r"neither a centre directory nor a bundle|damaged"):
        with unpacked(tmp_path / "cut.zip"):
            pass


def zipped(path: Path, **files: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as bundle:
        for name, data in files.items():
            bundle.writestr(name.replace("__", "/"), data)
    return path


def test_other_zips_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="a zip file, but no bundle"), unpacked(zipped(tmp_path / "z", a=b"1")):
        pass
    for name in ("../../etc/cron.d/x", "/etc/passwd", "..\\x"):
        bad = zipped(tmp_path / "bad.zip", log__checkpoint=b"")
        with zipfile.ZipFile(bad, "a") as more:
            more.writestr(name, b"x")
        with pytest.raises(Refusal, match="reaches outside itself"), unpacked(bad):
            pass
    assert not (tmp_path.parent / "etc").exists()


def test_a_bundle_that_would_not_fit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("truceline.centre.bundle_files.MAX_BYTES", 1_000)
    with (
        pytest.raises(Refusal, match="too large"),
        unpacked(zipped(tmp_path / "b", log__checkpoint=b"x" * 1_001)),
    ):
        pass


def test_a_damaged_bundle_is_the_answer_no(bundle: Path, tmp_path: Path) -> None:
    data = bytearray(bundle.read_bytes())
    place = data.index(b"log/checkpoint") + 60
    data[place] ^= 0xFF
    (tmp_path / "d.zip").write_bytes(data)
    with pytest.raises(Damaged), unpacked(tmp_path / "d.zip"):
        pass
    result = audit_path(tmp_path / "d.zip")
    assert (result.same, result.steps[0].name) == (False, "bundle")


def test_a_full_disk_leaves_no_half_bundle(rehearsal: Any, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", kib=64) as disk:
        with pytest.raises(Refusal, match="No space left"):
            write_bundle(rehearsal.part("A"), b"{}", disk / "b.zip")
        assert list(disk.iterdir()) == []


def test_what_is_nowhere_is_refused(rehearsal: Any, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="No such file"):
        write_bundle(rehearsal.part("A"), b"{}", tmp_path / "no" / "such" / "folder.zip")
