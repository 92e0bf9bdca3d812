"""Column tables, ids, rounding and the three kinds of error."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.means.observations import OBSERVATIONS
from truceline.terms.columns import Columns, concat
from truceline.terms.faults import Broken, Refusal
from truceline.terms.ids import canonical, content_id
from truceline.terms.quantity import rounded, text


def test_empty_values_are_not_zero() -> None:
    """What was not stated is NaN or -1, never a value that could be believed."""
    row = OBSERVATIONS.empty(1)
    assert math.isnan(row["lat_deg"][0]) and math.isnan(row["height_m"][0])
    assert row["address"][0] == -1 and row["squawk"][0] == -1


def test_refuses_undeclared_columns_and_types() -> None:
    """A table holds what it declares, in its order and dtypes."""
    with pytest.raises(Broken, match="no column"):
        OBSERVATIONS.build(1, {"speed": [1.0]})
    data = dict(OBSERVATIONS.empty(2).data)
    data["time_ns"] = data["time_ns"].astype(np.float64)
    with pytest.raises(Broken, match="time_ns"):
        Columns(OBSERVATIONS, data)


def test_sort_is_stable_and_concat_keeps_order() -> None:
    """Rows with equal keys stay in the order given."""
    rows = OBSERVATIONS.build(4, {"time_ns": [2, 1, 2, 1], "seq": [0, 1, 2, 3]})
    assert rows.sort(["time_ns"])["seq"].tolist() == [1, 3, 0, 2]
    both = concat(OBSERVATIONS, [rows, OBSERVATIONS.empty(), rows])
    assert both["seq"].tolist() == [0, 1, 2, 3, 0, 1, 2, 3]


def test_arrow_carries_unit_and_meaning() -> None:
    """The outside form says what each column means."""
    table = OBSERVATIONS.build(1, {"label": [b"CIV001"], "range_m": [5.0]}).to_arrow()
    assert table["label"].to_pylist() == ["CIV001"]
    assert table.schema.field("range_m").metadata[b"unit"] == b"m"


@given(
    st.dictionaries(
        st.text(max_size=5), st.integers() | st.text(max_size=8) | st.booleans() | st.none(), max_size=6
    )
)
def test_canonical_does_not_depend_on_order(value: dict[str, object]) -> None:
    """Two dicts that are equal have one spelling, whatever the order of their keys."""
    assert canonical(value) == canonical(dict(reversed(value.items())))


def test_ids_refuse_floats_and_mix_in_the_kind() -> None:
    """A float's spelling differs between writers, so it may not enter an id."""
    with pytest.raises(Broken, match="float"):
        content_id("finding", {"d": 0.5})
    assert content_id("case", [1]) != content_id("finding", [1])


@given(st.floats(-1e6, 1e6), st.integers(0, 4))
def test_rounding_absorbs_the_last_bits(value: float, digits: int) -> None:
    """A difference in the last bit reaches the text only at a true rounding border, and then by one unit."""
    near = math.nextafter(value, math.inf)
    assert abs(rounded(near, digits) - rounded(value, digits)) <= 1.0000001 * 10.0**-digits
    assert float(text(value, digits)) == pytest.approx(value, abs=0.51 * 10.0**-digits)


def test_text_of_odd_values() -> None:
    """Half goes up even when the processor left it one bit short; zero has no sign."""
    assert text(0.125, 2) == "0.13"
    assert text(math.nextafter(0.125, 0.0), 2) == "0.13"
    assert text(-0.0001, 2) == "0.00"
    assert [text(v, 2) for v in (math.nan, math.inf, -math.inf)] == ["nan", "inf", "-inf"]


def test_a_refusal_names_place_and_remedy() -> None:
    """The one line a person reads has all three parts."""
    assert str(Refusal("no such zone", where="centre.toml:4", remedy="use an IANA name")) == (
        "centre.toml:4: no such zone (use an IANA name)"
    )
