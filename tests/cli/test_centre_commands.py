"""init, ingest, seal, audit: a centre from nothing to a checked seal, and everything that can stand in the way."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path
from typing import Any

import pytest

from tests.centre.full_disk import frozen, small_disk
from tests.centre.stamped import fire, fires
from tests.cli.running import refused, truceline
from truceline.centre.clock import SetClock
from truceline.centre.config import Config, HereSettings, PartSettings
from truceline.centre.part import Part, look, make_part
from truceline.centre.shipped import agreement_bytes
from truceline.means.source import Source
from truceline.record.record import Record
from truceline.terms.time import parse_time

AGREEMENT = "2020-11-karabakh.toml"
NOW = parse_time("2020-11-10T00:00:00Z")


def founded(root: Path, *sources: Source, port: int = 0) -> Path:
    config = Config(part=(PartSettings("A"),), source=sources, here=HereSettings(desk_port=port))
    make_part(root, config, agreement_bytes(AGREEMENT), SetClock(NOW)).close()
    return root


def raw(root: Path) -> list[Record]:
    return [record for record in look(root)[1] if record.kind == "raw"]


def test_from_nothing_to_a_checked_seal(tmp_path: Path) -> None:
    root = tmp_path / "centre"
    ran = truceline("init", root, "--agreement", AGREEMENT, "--name", 'Centre "Agdam"', "--part", "B")
    assert ran.status == 0
    assert str(root / "centre.toml") in ran.err
    (tmp_path / "fires.csv").write_bytes(fires(fire(), fire(lat="nan")))
    ran = truceline("ingest", root, tmp_path / "fires.csv", "--json")
    assert ran.status == 0
    assert [(item["means"], item["observations"], item["faults"]) for item in ran.json] == [("firms", 1, 1)]
    ran = truceline("seal", root, "2020-11-20", "--json")
    assert ran.status == 0
    assert (ran.json["day"], ran.json["mode"], ran.json["counts"]["faults"]) == (
        "2020-11-20",
        "single part",
        1,
    )
    assert ran.json["counts"]["violated"] == ran.json["counts"]["compliant"] == 0
    ran = truceline("audit", root)
    assert ran.status == 0
    assert ran.out.splitlines()[-2:] == ["keys not pinned: internally consistent only", "same"]
    policy = truceline("audit", root, "--print-policy")
    assert policy.out.splitlines()[-1] == "quorum none"
    (tmp_path / "keys.policy").write_text(policy.out)
    ran = truceline("audit", root, "--policy", tmp_path / "keys.policy", "--json")
    assert (ran.status, ran.json["same"], ran.json["pinned"], ran.json["days"]) == (
        0,
        True,
        True,
        ["2020-11-20"],
    )
    again = truceline("seal", root, "2020-11-20")
    assert again.out.startswith("2020-11-20 single part: 0 violated")


def test_audit_answers_no_with_one_and_the_step(rehearsal: Any, tmp_path: Path) -> None:
    shutil.copytree(rehearsal.part("A"), tmp_path / "A")
    bundle = next((tmp_path / "A" / "log" / "tile" / "entries").glob("000"))
    data = bytearray(bundle.read_bytes())
    data[1_000] ^= 4
    bundle.write_bytes(data)
    ran = truceline("audit", tmp_path / "A")
    assert ran.status == 1
    assert ran.out.splitlines()[-1].startswith("different: step 4, log A: entries hash to their tiles")
    wrong = tmp_path / "wrong.policy"
    wrong.write_text((tmp_path / "A" / "centre.toml").read_text())
    refused("audit", rehearsal.part("A"), "--policy", wrong, names=f"{wrong}: line 3: not a line of a policy")
    refused("audit", rehearsal.part("A"), "--policy", tmp_path / "none", names="none: cannot read")


def test_what_is_no_centre_and_no_bundle(tmp_path: Path, rehearsal: Any) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "letter").write_bytes(b"Dear colleague")
    for name in ("empty", "letter", "nothing"):
        refused("audit", tmp_path / name, names=str(tmp_path / name))
    refused("seal", tmp_path / "empty", "2020-11-20", names="no centre here")
    refused("findings", tmp_path / "nothing", names="no centre here")
    ran = truceline(
        "bundle", rehearsal.part("A"), rehearsal.days[0].findings[0].id, "--out", tmp_path / "b.zip"
    )
    assert ran.status == 0
    data = bytearray((tmp_path / "b.zip").read_bytes())
    data[data.index(b"log/checkpoint") + 60] ^= 0xFF
    (tmp_path / "b.zip").write_bytes(data)
    ran = truceline("audit", tmp_path / "b.zip")
    assert ran.status == 1
    assert "FAILED  bundle" in ran.out
    (tmp_path / "b.zip").write_bytes(data[:5_000])
    refused("audit", tmp_path / "b.zip", names="neither a centre directory nor a bundle")


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["--part", "alpha"], "regex"),
        (["--theatre", "39.8"], "'39.8' is not an origin"),
        (["--name", "x", "--agreement", "nothing.toml"], "nothing.toml: no agreement file"),
    ],
)
def test_a_founding_that_cannot_be(words: list[str], names: str, tmp_path: Path) -> None:
    extra = [] if "--agreement" in words else ["--agreement", AGREEMENT]
    refused("init", tmp_path / "c", *words, *extra, names=names)
    assert not [path for path in (tmp_path / "c").rglob("*") if path.is_file()]


def test_a_broken_agreement_file_names_line_and_rule(tmp_path: Path) -> None:
    path = tmp_path / "broken.toml"
    path.write_bytes(agreement_bytes(AGREEMENT).replace(b'kind = "EXCLUDE"', b'kind = "EXCUSE"', 1))
    line = refused("init", tmp_path / "c", "--agreement", path, names=f"{path}:")
    assert "truceline lint" in line
    assert not (tmp_path / "c").exists()


def test_an_unknown_key_in_the_settings_names_its_line(tmp_path: Path) -> None:
    root = founded(tmp_path / "c")
    path = root / "centre.toml"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:4], "latenes_s = 3", *lines[4:]]))
    for words in (["seal", root, "2020-11-20"], ["findings", root], ["run", root], ["audit", root]):
        refused(*words, names=f"{path}:5: Object contains unknown field `latenes_s`")


def test_nothing_is_taken_in_that_cannot_be(tmp_path: Path) -> None:
    root = founded(tmp_path / "c", Source("R1", "asterix", "A", "udp:127.0.0.1:20001"))
    good = tmp_path / "fires.csv"
    good.write_bytes(fires(fire()))
    huge = tmp_path / "huge.csv"
    huge.write_bytes(fires(fire()))
    with huge.open("r+b") as handle:
        handle.truncate(2 << 30)
    refused("ingest", root, good, huge, names=f"{huge}: 2,048 MiB is more than 512 MiB")
    refused("ingest", root, tmp_path / "none", names="none: cannot read")
    refused("ingest", root, good, "--source", "R1", names="source 'R1' reads asterix, this file is firms")
    refused("ingest", root, good, "--date", "20/11/2020", names="'20/11/2020' is not a day")
    assert raw(root) == []


def test_a_full_disk_takes_nothing_and_loses_nothing(tmp_path: Path) -> None:
    large = tmp_path / "fires.csv"
    large.write_bytes(fires(*(fire(lat=f"{39 + n / 40_000:.5f}") for n in range(30_000))))
    with small_disk(tmp_path / "disk", kib=1_500) as disk:
        root = founded(disk / "c")
        small = tmp_path / "small.csv"
        small.write_bytes(fires(fire()))
        assert truceline("ingest", root, small).status == 0
        line = refused("ingest", root, large, names="the disk is full")
        assert "nothing that was acknowledged is lost" in line
        assert [record.body for record in raw(root)] == [small.read_bytes()]
        assert truceline("audit", root).status == 0


def test_a_read_only_directory_is_told(tmp_path: Path) -> None:
    root = founded(tmp_path / "c")
    good = tmp_path / "fires.csv"
    good.write_bytes(fires(fire()))
    with frozen(root):
        refused("ingest", root, good, names="cannot be written")
        refused("seal", root, "2020-11-20", names="cannot be written")
        refused("run", root, names="cannot be written")
        assert truceline("audit", root).status == 0
        assert truceline("findings", root, "--as-known-on", "2020-11-10T01:00:00Z", "--json").status == 0
    with small_disk(tmp_path / "disk", kib=512, read_only=True) as disk:
        refused("init", disk / "c", "--agreement", AGREEMENT, names=str(disk))
        refused("demo", "--once", "--out", disk / "x", names="cannot write")


def test_a_port_in_use_is_told(tmp_path: Path) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        port = held.getsockname()[1]
        root = founded(tmp_path / "c", port=port)
        refused("run", root, names=f"desk: cannot listen on 127.0.0.1:{port}")
        refused("run", root, "--port", port, names=f"127.0.0.1:{port}")
        refused("demo", "--port", port, names=f"127.0.0.1:{port}")


def test_a_centre_that_another_process_writes_is_told(tmp_path: Path) -> None:
    root = founded(tmp_path / "c")
    part = Part(root, SetClock(NOW))
    try:
        refused("seal", root, "2020-11-20", names="another process writes this log")
    finally:
        part.close()


def test_a_day_that_has_not_ended_is_told(tmp_path: Path) -> None:
    root = founded(tmp_path / "c")
    refused("seal", root, "2199-01-01", names="2199-01-01 has not ended")
    refused("seal", root, "Friday", names="'Friday' is not a day")
