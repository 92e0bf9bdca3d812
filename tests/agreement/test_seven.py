"""Seven agreements: every clause typed, lint clean, the documented table in step, and blind all of them are not verified."""

import subprocess
import sys

import numpy as np
import pytest

from tests.house.source import ROOT
from tests.verify.scenes import GRID, SOURCES
from truceline.agreement.clauses import BY_KIND, WRAPPERS, kind_of
from truceline.agreement.text import lint, notes, read_agreement
from truceline.coverage.coverage import fold_coverage
from truceline.means.observations import OBSERVATIONS
from truceline.picture.picture import STATES, TRACKS, Picture
from truceline.terms.classes import NAMES
from truceline.terms.place import Theatre
from truceline.terms.time import NS_PER_DAY, NS_PER_S, civil_date, civil_day, parse_time
from truceline.verify.judge import Material, judge
from truceline.verify.wrappers import life_of

FILES = sorted(p for p in (ROOT / "agreements").glob("*.toml") if ".amendment-" not in p.name)
HELD = {path.stem: read_agreement(path.read_bytes(), path.name) for path in FILES}


def test_there_are_seven_with_every_kind_among_them() -> None:
    assert len(HELD) == 7
    assert {kind_of(c) for held in HELD.values() for c in held.clauses} == set(BY_KIND)


@pytest.mark.parametrize("name", HELD)
def test_lint_is_clean_and_every_clause_is_whole(name: str) -> None:
    data = next(path for path in FILES if path.stem == name).read_bytes()
    assert all(item.severity == "note" for item in lint(data, name))
    attested = [c for c in HELD[name].clauses if kind_of(c) == "ATTEST"]
    assert len(notes(data, name)) == len(attested)
    for clause in HELD[name].clauses:
        assert clause.bearer and clause.area and clause.window.start and clause.citation
        assert kind_of(clause) in WRAPPERS or hasattr(clause, "measure")
        assert set(clause.title) == {"en", "ru", "tr"}
    assert all(area.approximate for area in HELD[name].areas)


@pytest.mark.parametrize("name", HELD)
def test_with_nothing_observed_every_clause_is_not_verified(name: str) -> None:
    held = HELD[name]
    points = np.array([p for area in held.areas for p in (*area.ring, *area.line)])
    theatre = Theatre(float(points[:, 1].mean()), float(points[:, 0].mean()))
    lives = [life_of(held, clause, ()) for clause in held.clauses]
    last = max(life.start_ns for life in lives) + NS_PER_DAY
    start, end = civil_day(civil_date(last, held.time_zone), held.time_zone)
    empty = Picture("air", TRACKS.empty(), STATES.empty())
    coverage = fold_coverage([], SOURCES, theatre, GRID, start, end, 3600 * NS_PER_S, NAMES)
    blind = Material(SOURCES, theatre, OBSERVATIONS.empty(), empty, empty, coverage, (), start, end, end)
    found = judge(held, blind)
    judged = [c for c in held.clauses if kind_of(c) not in WRAPPERS and life_of(held, c, ()).end_ns > start]
    assert {item.clause for item in found} == {c.id for c in judged}
    assert {item.verdict for item in found} == {"not verified"}


def test_the_extension_of_lebanon_is_known_from_its_day_on() -> None:
    held = HELD["2024-11-lebanon"]
    before = held.known_on(parse_time("2025-01-25T00:00:00Z")).clause("12.withdraw")
    after = held.known_on(parse_time("2025-02-01T00:00:00Z")).clause("12.withdraw")
    assert before.deadline.at == "2025-01-26T04:00" and after.deadline.at == "2025-02-18"  # type: ignore[union-attr]


def test_the_documented_table_is_in_step() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "document_agreements.py"), "--check"], check=False
    )
    assert done.returncode == 0, "run tools/document_agreements.py"
