"""The checks in the daily report: counts, each flag with its evidence, and no count where nothing was checked."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest

from tests.report.given_day import DARK, NOBODY, RECORDS
from tests.report.given_day import given_day as given
from tests.report.reported import blind_day
from truceline.means.observations import KIND
from truceline.report.account import build
from truceline.report.flags import MOST_FLAGS, checked_of, flagged_of
from truceline.report.paper import spoken
from truceline.report.tell import tell


def without_positions(day: Any) -> Any:
    """The day's rows, every position that an aircraft stated being a radar's plot instead."""
    kinds = day.observations["kind"]
    return day.observations.put(kind=np.where(kinds == KIND["position"], KIND["plot"], kinds))


def test_a_flag_names_its_evidence() -> None:
    day = given()
    (flag,) = flagged_of(day)
    assert (flag.kind, flag.statistic, flag.threshold, flag.evidence_total) == ("dark", "12.50", "9.20", 3)
    assert flag.evidence == tuple(
        (RECORDS[int(day.observations["seq"][row])].content, int(day.observations["item"][row]))
        for row in (0, 1, 2)
    )
    many = msgspec.structs.replace(day, checks=(DARK,) * 300)
    assert len(flagged_of(many)) == MOST_FLAGS


def test_no_count_stands_where_nothing_was_checked() -> None:
    day = given()
    held = {item.kind: item for item in checked_of(day)}
    assert (held["dark"].flags, held["dark"].untold, held["dark"].able, held["dark"].only_untold) == (
        1,
        1,
        True,
        False,
    )
    untold = msgspec.structs.replace(day, checks=(NOBODY,))
    assert next(item for item in checked_of(untold) if item.kind == "dark").only_untold
    plots = without_positions(day)
    deaf = {
        item.kind: item.able
        for item in checked_of(msgspec.structs.replace(day, observations=plots, checks=()))
    }
    assert deaf["dark"] and not deaf["shifted"] and not deaf["impossible"] and not deaf["interference"]


@pytest.mark.parametrize(
    ("language", "words"), [("en", "not checked"), ("ru", "не проверено"), ("tr", "denetlenmedi")]
)
def test_the_section_speaks_every_language(language: str, words: str) -> None:
    day: Any = given()
    deaf = msgspec.structs.replace(day, observations=without_positions(day))
    report = msgspec.structs.replace(build(blind_day()), checks=checked_of(deaf), flags=flagged_of(deaf))
    paper = tell(report, language)
    (section,) = [held for held in paper.sections if held.id == "checks"]
    said = [text for _, text in spoken(msgspec.structs.replace(paper, sections=(section,)))]
    assert words in said and "12.50 / 9.20" in said
    assert any(text.endswith("#0") for text in said)
