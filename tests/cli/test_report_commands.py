"""findings, report, bundle, export, score: answers from the log of a sealed rehearsal."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import refused, truceline


def test_the_sealed_findings_are_shown_and_explained(rehearsal: Any) -> None:
    ran = truceline("findings", rehearsal.part("A"), "--json")
    assert ran.status == 0
    assert (ran.json["day"], ran.json["exercise"]) == ("2020-11-20", "karabakh-2020")
    assert [item["id"] for item in ran.json["findings"]] == [f.id for f in rehearsal.days[0].findings]
    violated = next(item for item in ran.json["findings"] if item["verdict"] == "violated")
    plain = truceline("findings", rehearsal.part("A"), "--explain", violated["id"][:12])
    assert plain.out.startswith("EXERCISE karabakh-2020\nVIOLATED: clause 1.air, article 1\n")
    assert violated["id"] in plain.out and violated["evidence"][0][0][:16] in plain.out
    assert "bytes that R" in plain.out and "_ns" not in plain.out and "{" not in plain.out
    only = truceline("findings", rehearsal.part("A"), "--clause", "1.air", "--verdict", "violated", "--json")
    assert {(f["clause"], f["verdict"]) for f in only.json["findings"]} == {("1.air", "violated")}
    table = truceline("findings", rehearsal.part("A"), "--day", "2020-11-20")
    assert len(table.out.splitlines()) == 2 + len(rehearsal.days[0].findings)


def test_as_known_on_shows_the_deadline_known_then(rehearsal: Any) -> None:
    for instant, deadline in (("2020-11-14T12:00:00Z", "2020-11-15"), ("2020-11-16T12:00:00Z", "2020-11-25")):
        ran = truceline("findings", rehearsal.part("B"), "--as-known-on", instant, "--json")
        assert ran.status == 0
        held = {item["clause"]: item for item in ran.json["findings"]}
        assert held["6.kalbajar"]["deadline"].startswith(deadline)
        assert ran.json["as_known_on"] == instant


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["--as-known-on", "yesterday"], "'yesterday' is not an instant"),
        (["--as-known-on", "2020-11-14T12:00:00"], "is not an instant"),
        (["--as-known-on", "2020-11-01T00:00:00Z"], "2020-11-01T00:00:00Z: no settings were in force"),
        (["--as-known-on", "9999-01-01T00:00:00Z"], "out of range"),
        (
            ["--as-known-on", "2020-11-14T12:00:00Z", "--day", "2020-11-20"],
            "2020-11-20 had not begun by then",
        ),
        (["--explain", "zz"], "0 findings begin with 'zz'"),
        (["--verdict", "fine"], "--verdict 'fine' is not known"),
        (["--explain", ""], ""),
        (["--day", "20 Nov"], "'20 Nov' is not a day"),
    ],
)
def test_questions_that_have_no_answer(words: list[str], names: str, rehearsal: Any) -> None:
    if names:
        refused("findings", rehearsal.part("A"), *words, names=names)
    else:
        assert truceline("findings", rehearsal.part("A"), *words).status == 0


def test_an_unsealed_day_is_provisional(rehearsal: Any) -> None:
    ran = truceline("findings", rehearsal.part("A"), "--day", "2020-11-19", "--json")
    assert ran.status == 0
    assert "2020-11-19 is not sealed" in ran.err
    assert {item["stage"] for item in ran.json["findings"]} == {"provisional"}


@pytest.mark.parametrize(
    ("lang", "form", "begins"), [("en", "html", b"<!"), ("ru", "pdf", b"%PDF"), ("tr", "json", b"{")]
)
def test_the_report_is_written(lang: str, form: str, begins: bytes, rehearsal: Any, tmp_path: Path) -> None:
    out = tmp_path / f"report.{form}"
    ran = truceline(
        "report", rehearsal.part("A"), "2020-11-20", "--lang", lang, "--format", form, "--out", out
    )
    assert ran.status == 0, ran.err
    assert out.read_bytes().startswith(begins)
    if form != "pdf":
        assert b"EXERCISE" in out.read_bytes()


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["2020-11-20", "--lang", "xx"], "--lang 'xx' is not known"),
        (["2020-11-20", "--format", "doc"], "--format 'doc' is not known"),
        (["someday"], "'someday' is not a day"),
    ],
)
def test_a_report_that_cannot_be(words: list[str], names: str, rehearsal: Any) -> None:
    refused("report", rehearsal.part("A"), *words, names=names)


@pytest.mark.parametrize(
    ("what", "form"), [("tracks", "geojson"), ("findings", "csv"), ("observations", "parquet")]
)
def test_exports_are_written(what: str, form: str, rehearsal: Any, tmp_path: Path) -> None:
    out = tmp_path / f"x.{form}"
    ran = truceline("export", rehearsal.part("A"), "--what", what, "--format", form, "--out", out)
    assert ran.status == 0, ran.err
    assert out.stat().st_size > 500
    if form == "geojson":
        assert json.loads(out.read_bytes())["type"] == "FeatureCollection"


def test_exports_that_cannot_be(rehearsal: Any, tmp_path: Path) -> None:
    part = rehearsal.part("A")
    refused(
        "export", part, "--what", "secrets", "--out", tmp_path / "x", names="--what 'secrets' is not known"
    )
    refused(
        "export", part, "--what", "tracks", "--format", "xls", "--out", tmp_path / "x", names="--format 'xls'"
    )
    refused(
        "export",
        part,
        "--what",
        "findings",
        "--out",
        tmp_path / "no" / "x",
        names=f"{tmp_path / 'no' / 'x'}: cannot write",
    )
    refused("bundle", part, "nothing", "--out", tmp_path / "x.zip", names="0 findings begin with 'nothing'")
    identity = rehearsal.days[0].findings[0].id
    refused("bundle", part, identity, "--out", tmp_path / "no" / "x.zip", names="cannot write")


def test_a_bundle_is_checked_by_a_stranger(rehearsal: Any, tmp_path: Path) -> None:
    identity = next(f.id for f in rehearsal.days[0].findings if f.verdict == "violated")
    out = tmp_path / "finding.zip"
    assert truceline("bundle", rehearsal.part("A"), identity[:10], "--out", out).status == 0
    ran = truceline("audit", out, "--json")
    assert (ran.status, ran.json["same"]) == (0, True)
    assert ran.json["findings_digest"] == rehearsal.days[0].seal.findings


def test_the_score_names_each_mismatch(rehearsal: Any, tmp_path: Path) -> None:
    ran = truceline("score", rehearsal.part("A"), "--json")
    assert ran.status == 1  # the small rehearsal is not the whole day
    assert ran.json["missed"] == len([line for line in ran.json["lines"] if line.startswith("missed: ")]) > 0
    shutil.copytree(rehearsal.part("A"), tmp_path / "A", ignore=shutil.ignore_patterns("mirror"))
    refused("score", tmp_path / "nothing", names="no centre here")


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["demo", "--once"], "--once needs a place"),
        (["demo", "--once", "--out", "{full}"], "the directory is not empty"),
        (["demo", "--once", "--out", "{new}", "--without", "R1,R99"], "no feed is called 'R99'"),
        (["rehearse", "atlantis", "--out", "{new}"], "no scenario file 'atlantis.toml'"),
        (["demo", "--once", "--out", "{file}"], "cannot write"),
        (["demo", "--begin", "noon", "--port", "0"], "'noon' is not an instant"),
    ],
)
def test_rehearsals_that_cannot_be(words: list[str], names: str, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_bytes(b"x")
    (tmp_path / "file").write_bytes(b"x")
    places = {name: str(tmp_path / name) for name in ("full", "new", "file")}
    refused(*(word.format(**places) for word in words), names=names)
    assert sorted(path.name for path in tmp_path.rglob("*")) in (
        ["file", "full", "x"],
        ["file", "full", "new", "x"],
    )
