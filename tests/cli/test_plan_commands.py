"""The command `site` on the shipped example: a table, a map, GeoJSON, what-if; and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.house.source import ROOT
from truceline.cli import app
from truceline.terms.faults import Refusal

EXAMPLE = ROOT / "examples" / "siting" / "plan.toml"


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["site", str(EXAMPLE), *arguments], catch_exceptions=True)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.stdout


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, object], Path]:
    out = tmp_path_factory.mktemp("plan")
    text = run("--json", "--out", str(out), "--weather", "rain_mmh=60", "--jam", "*:200-300")
    return json.loads(text), out


def test_the_example_is_near_its_bound(planned: tuple[dict[str, object], Path]) -> None:
    told, _ = planned
    assert float(str(told["share_of_bound"])) >= 0.985
    assert told["candidates"] == 200 and len(told["sensors"]) == 6  # type: ignore[arg-type]
    assert "EXERCISE synthetic" in str(told["terrain"])


def test_it_says_what_radar_cannot_do(planned: tuple[dict[str, object], Path]) -> None:
    clauses = {c["clause"]: c for c in planned[0]["clauses"]}  # type: ignore[attr-defined]
    assert clauses["6.withdrawal"]["why_not"].startswith("radar cannot see the class convoy at all")
    assert planned[0]["slots"] and all(not c["why_not"] for c in clauses.values() if c["verifiable"])


def test_what_if_only_loses(planned: tuple[dict[str, object], Path]) -> None:
    lost = planned[0]["what_if"]
    assert sum(item["area_hours_lost_a_day"] for item in lost) > 0  # type: ignore[attr-defined]
    assert all(item["d_min_after"] <= item["d_min_before"] for item in lost)  # type: ignore[attr-defined]


def test_its_files_are_what_they_say(planned: tuple[dict[str, object], Path]) -> None:
    out = planned[1]
    assert (out / "map.png").read_bytes().startswith(b"\x89PNG")
    features = json.loads((out / "plan.geojson").read_text())["features"]
    kinds = {feature["geometry"]["type"] for feature in features}
    assert kinds >= {"Point", "Polygon"}
    assert json.loads((out / "plan.json").read_text())["candidates"] == 200


@pytest.mark.parametrize("wrong", [("--weather", "moon=1"), ("--jam", "north"), ("--without", "nobody")])
def test_what_cannot_be_asked_is_refused(wrong: tuple[str, str]) -> None:
    with pytest.raises(Refusal):
        run(*wrong)
