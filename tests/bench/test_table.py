"""The table that `make bench` prints."""

import json

import pytest

from bench import Row
from bench.__main__ import conditions, figure, main, table


def test_rows_become_an_aligned_table() -> None:
    lines = table(
        [Row("durable appends", 23456.7, "1/s", ">= 20,000"), Row("gating", 0.8512, "ms")]
    ).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert "23,457" in lines[2] and ">= 20,000" in lines[2]
    assert "0.851" in lines[3]


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (99.94, "99.9"), (123456, "123,456"), (-250.4, "-250")]
)
def test_figures(value: float, text: str) -> None:
    assert figure(value) == text


def test_conditions_say_what_a_figure_depends_on() -> None:
    assert set(conditions()) == {"date", "machine", "load", "python", "versions"}


def test_an_unknown_measurement_is_refused() -> None:
    with pytest.raises(SystemExit, match="no such measurement"):
        main(["no_such_thing"])


def test_rows_are_json_for_programs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("bench.__main__.measured", lambda names: [Row("a", 1.0, "s")])
    main(["--json"])
    assert json.loads(capsys.readouterr().out)["rows"] == [
        {"what": "a", "value": 1.0, "unit": "s", "goal": "", "note": ""}
    ]
