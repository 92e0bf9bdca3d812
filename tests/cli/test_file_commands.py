"""decode, means, lint: exit status, messages with place and remedy, and files nobody should read whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyarrow.parquet
import pytest

from tests.centre.full_disk import small_disk
from tests.centre.stamped import fire, fires, turns
from tests.cli.running import ROOT, refused, truceline
from truceline.terms.time import parse_time


def file(tmp_path: Path, name: str, body: bytes) -> Path:
    (tmp_path / name).write_bytes(body)
    return tmp_path / name


def test_decode_counts_and_writes_parquet(tmp_path: Path) -> None:
    path = file(tmp_path, "fires.csv", fires(fire(), fire(lat="95")))
    ran = truceline("decode", path, "--json", "--parquet", tmp_path / "out.parquet")
    assert ran.status == 0
    assert ran.json == {"means": "firms", "records": 1, "observations": 1, "watches": 0, "faults": 1}
    assert pyarrow.parquet.read_table(tmp_path / "out.parquet").num_rows == 1
    plain = truceline("decode", path)
    assert "fault at byte 197" in plain.out
    assert "out of range" in plain.out


def test_a_file_of_faults_alone_is_done(tmp_path: Path) -> None:
    ran = truceline("decode", file(tmp_path, "x.bin", b"\xff" * 500), "--means", "asterix", "--json")
    assert (ran.status, ran.json["records"]) == (0, 0)
    assert ran.json["faults"] >= 1


def test_a_truncated_capture_keeps_what_is_whole(tmp_path: Path) -> None:
    whole = b"".join(body for _, body in turns(parse_time("2020-11-20T10:00:00Z"), 20))
    path = file(tmp_path, "cut.ast", whole[: len(whole) * 2 // 3])
    ran = truceline("decode", path, "--means", "asterix", "--date", "2020-11-20", "--json")
    assert ran.status == 0
    assert 10 <= ran.json["observations"] < 20
    assert 1 <= ran.json["faults"] <= 3


def test_another_category_is_read_or_told_but_never_a_crash(tmp_path: Path) -> None:
    body = bytes.fromhex("63000a") + bytes(7) + bytes.fromhex("30000500ff")
    ran = truceline("decode", file(tmp_path, "x.ast", body), "--means", "asterix", "--json")
    assert ran.status == 0
    assert ran.json["faults"] >= 1


def test_what_nobody_claims_is_two_and_names_the_file(tmp_path: Path) -> None:
    path = file(tmp_path, "letter.txt", b"Dear colleague, the meeting is at noon.\n" * 40)
    line = refused("decode", path, fresh=True, names=f"{path}: no technical means claims this file")
    assert "--means" in line


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["nothing.csv"], "nothing.csv: cannot read (No such file or directory)"),
        (["."], ".: not a file"),
        (["empty.csv"], "empty.csv: the file is empty"),
        (["ok.csv", "--means", "radar"], "no technical means is called 'radar'"),
        (["ok.csv", "--site", "1,2"], "'1,2' is not a site"),
        (["ok.csv", "--date", "tomorrow"], "'tomorrow' is not a day"),
        (["ok.csv", "--date", "9999-12-31"], "out of range"),
        (["ok.csv", "--parquet", "no/such/folder/x"], "no/such/folder/x: cannot write"),
    ],
)
def test_wrong_input_is_told_with_place_and_remedy(words: list[str], names: str, tmp_path: Path) -> None:
    file(tmp_path, "ok.csv", fires(fire()))
    file(tmp_path, "empty.csv", b"")
    placed = [str(tmp_path / words[0]) if words[0] != "." else str(tmp_path), *words[1:]]
    refused("decode", *placed, names=names if words[0] != "." else f"{tmp_path}: not a file")


def peak_mib(*words: object) -> tuple[int, float, str]:
    """Exit status, peak memory and messages of a command."""
    code = (
        "import resource, subprocess, sys\n"
        "done = subprocess.run([sys.executable, '-c', 'from truceline.cli import main; main()', *sys.argv[1:]],"
        " capture_output=True, text=True)\n"
        "print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)\n"
        "print(done.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, words)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    head, _, rest = done.stdout.partition("\n")
    status, peak = head.split()
    return int(status), float(peak), rest


def test_a_file_of_two_gigabytes_is_refused_without_being_read(tmp_path: Path) -> None:
    path = file(tmp_path, "huge.csv", fires(fire()))
    with path.open("r+b") as handle:
        handle.truncate(2 << 30)
    status, peak, told = peak_mib("decode", path)
    assert status == 2
    assert f"{path}: 2,048 MiB is more than 512 MiB" in told
    assert "split it" in told
    assert peak < 400


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    path = file(tmp_path, "fires.csv", fires(*(fire(lat=f"{39 + n / 9000:.5f}") for n in range(3_000))))
    with small_disk(tmp_path / "disk", kib=16) as disk:
        refused("decode", path, "--parquet", disk / "x.parquet", names=f"{disk / 'x.parquet'}: cannot write")


def test_means_are_listed() -> None:
    ran = truceline("means", "--json")
    assert ran.status == 0
    assert {"asterix", "adsb", "firms", "human"} <= {item["name"] for item in ran.json}
    assert "asterix" in truceline("means").out


def test_lint_names_line_and_rule_and_answers_no(tmp_path: Path) -> None:
    good = ROOT / "agreements" / "2020-11-karabakh.toml"
    assert truceline("lint", good).status == 0
    bad = file(tmp_path, "bad.toml", good.read_bytes().replace(b'kind = "CEASE"', b'kind = "CEESE"', 1))
    ran = truceline("lint", good, bad)
    assert ran.status == 1
    assert f"{bad}:" in ran.out
    found = truceline("lint", bad, "--json")
    assert found.status == 1
    assert any(item["severity"] == "defect" and item["line"] > 1 and item["rule"] for item in found.json)
    odd = file(tmp_path, "odd.toml", b"\xff\x00 not TOML [")
    assert truceline("lint", odd).status == 1
    refused("lint", tmp_path / "nothing.toml", names="nothing.toml: cannot read")
