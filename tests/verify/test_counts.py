"""LIMIT, HOLD and columns on the ground: counts as intervals, and what a sighting cannot tell."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.verify.scenes import (
    END,
    PATROL_A,
    PATROL_B,
    START,
    agreement,
    box,
    coverage_of,
    material,
    nobody,
    notice,
    patrol_watch,
    report,
)
from truceline.agreement.calendar import Window
from truceline.agreement.clauses import Exclude, Hold, Limit, Measure
from truceline.agreement.document import Agreement
from truceline.coverage.coverage import Coverage
from truceline.means.observations import OBSERVATIONS
from truceline.terms.columns import concat
from truceline.verify.finding import Finding
from truceline.verify.judge import Material, judge
from truceline.verify.sightings import least_count, most_count, sightings_of

HERE = (46.75, 40.0)
RING = box(46.65, 39.98, 0.45)


def ceiling(limit: int, item: str = "") -> Agreement:
    """The agreement with only a ceiling on vehicles."""
    clause = agreement().clause("3.apc")
    assert isinstance(clause, Limit)
    measure = Measure("count", "<=", limit, "carriers")
    return msgspec.structs.replace(
        agreement(), clauses=(msgspec.structs.replace(clause, measure=measure, item=item),)
    )


def watched(chance: float = 0.95) -> Coverage:
    """Both parts look at the whole zone all day."""
    return coverage_of([patrol_watch(source, RING, START, END, chance) for source in (PATROL_A, PATROL_B)])


def day_of(held: Agreement, given_material: Material) -> Finding:
    return max(judge(held, given_material), key=lambda f: f.end_ns - f.start_ns)


def twice(amount: float) -> list:  # type: ignore[type-arg]
    """The same carriers, seen by both parts in one yard within ten minutes."""
    return [
        report(PATROL_A, "10:00", *HERE, "vehicle", amount=amount),
        report(PATROL_B, "10:09", HERE[0] + 0.002, HERE[1], "vehicle", amount=amount),
    ]


def test_carriers_seen_twice_are_counted_once() -> None:
    finding = day_of(ceiling(90), material(watched(), None, twice(95)))
    counts = dict(finding.counts)
    assert counts["at least"] == 95 and finding.verdict == "violated"
    assert all("190" not in value for _, value in finding.reason.values)
    more = day_of(ceiling(100), material(watched(0.7), None, twice(95)))
    assert more.verdict == "not verified" and more.reason.key == "limit.straddles"
    assert dict(more.counts)["at least"] == 95 and 100 < dict(more.counts)["at most"] < 190
    wide = day_of(ceiling(140), material(watched(0.99), None, twice(95)))
    assert wide.verdict == "compliant" and wide.reason.key == "limit.within"


def test_one_witness_over_the_ceiling_only_indicates() -> None:
    finding = day_of(ceiling(90), material(watched(), None, twice(95)[:1]))
    assert finding.verdict == "not verified" and finding.indication
    both = [*twice(95)[:1], *twice(80)[1:]]
    finding = day_of(ceiling(90), material(watched(), None, both))
    assert finding.verdict == "not verified" and finding.indication, (
        "only one of the two proves more than the ceiling"
    )


def test_without_coverage_no_ceiling_is_verified() -> None:
    finding = day_of(ceiling(90), material(nobody(), None, twice(10)))
    assert finding.verdict == "not verified" and "at most" not in dict(finding.counts)
    assert day_of(ceiling(90), material(nobody(), None, twice(95))).verdict == "not verified"


def test_what_reports_do_not_tell_apart_has_no_lower_bound() -> None:
    finding = day_of(ceiling(90, "APC"), material(watched(), None, twice(95)))
    assert finding.verdict == "not verified" and dict(finding.counts)["at least"] == 0


def test_what_was_told_is_not_counted() -> None:
    told = report(PATROL_A, "10:00", *HERE, "vehicle", "told", amount=500.0)
    assert dict(day_of(ceiling(90), material(watched(), None, [told])).counts)["sightings"] == 0


@given(
    st.lists(
        st.tuples(st.sampled_from([PATROL_A, PATROL_B]), st.integers(0, 59), st.integers(1, 50)),
        min_size=1,
        max_size=6,
    )
)
def test_the_least_count_is_never_more_than_what_could_be_there(seen: list[tuple[int, int, int]]) -> None:
    """All sightings are of one place within an hour: they may be the same objects."""
    rows = [
        report(source, f"10:{minute:02d}", *HERE, "vehicle", amount=float(n)) for source, minute, n in seen
    ]
    held = concat(OBSERVATIONS, [row.put(seq=number) for number, row in enumerate(rows)])
    low, proof = least_count(held, sightings_of(held).rows.tolist())
    assert low == max(n for _, _, n in seen) and len(proof) == 1


def test_places_too_far_apart_to_be_the_same_add_up() -> None:
    rows = [
        report(PATROL_A, "10:00", 46.60, 40.0, amount=30.0),
        report(PATROL_A, "10:05", 46.85, 40.0, amount=25.0),
    ]
    held = concat(OBSERVATIONS, [row.put(seq=number) for number, row in enumerate(rows)])
    assert least_count(held, sightings_of(held).rows.tolist())[0] == 55
    later = concat(OBSERVATIONS, [rows[0], report(PATROL_A, "11:05", 46.85, 40.0, amount=25.0)])
    assert least_count(later, sightings_of(later).rows.tolist())[0] == 30, (
        "an hour later they may have driven there"
    )


@pytest.mark.parametrize(
    ("seen", "detection", "most"), [(60, 0.9, 74), (60, 0.7, 101), (0, 0.95, 3), (5, 1.0, 5)]
)
def test_the_most_that_thinning_allows(seen: int, detection: float, most: int) -> None:
    found = most_count(seen, detection)
    assert found is not None and seen <= found <= most
    assert most_count(seen, 0.0) is None


@given(st.integers(0, 500), st.floats(0.05, 0.99), st.floats(0.05, 0.99))
def test_less_detection_never_narrows_the_interval(seen: int, one: float, other: float) -> None:
    low, high = sorted((one, other))
    wide, narrow = most_count(seen, low), most_count(seen, high)
    assert wide is not None and narrow is not None and wide >= narrow >= seen


def holding(beyond: str = "") -> Agreement:
    clause = agreement().clause("1.hold")
    assert isinstance(clause, Hold)
    changed = msgspec.structs.replace(clause, beyond=beyond, area=("agdam",))
    return msgspec.structs.replace(agreement(), clauses=(changed,))


def columns() -> list:  # type: ignore[type-arg]
    return [
        report(PATROL_A, "10:00", 46.85, 40.0, "convoy"),
        report(PATROL_B, "10:05", 46.85, 40.0, "convoy"),
    ]


def test_whose_column_it_is_cannot_be_told() -> None:
    finding = day_of(holding(), material(watched(), None, columns()))
    assert (
        finding.verdict == "not verified" and finding.indication and finding.reason.key == "hold.side_untold"
    )


def test_ground_on_which_nobody_may_stand_tells_it() -> None:
    finding = day_of(holding("agdam"), material(watched(), None, columns()))
    assert finding.verdict == "violated" and finding.reason.key == "hold.beyond"
    assert day_of(holding("agdam"), material(watched(), None, columns()[:1])).verdict == "not verified"
    shallow = [
        report(PATROL_A, "10:00", 46.984, 39.95, "convoy"),
        report(PATROL_B, "10:05", 46.984, 39.95, "convoy"),
    ]
    assert day_of(holding("agdam"), material(watched(), None, shallow)).verdict != "violated"


def test_a_notified_column_is_no_breach() -> None:
    held = notice("N-2", ("convoy",), "09:00", "12:00", area="agdam")
    finding = day_of(holding("agdam"), material(watched(0.99), None, columns(), [held]))
    assert finding.verdict == "compliant" and dict(finding.counts)["notified"] == 2


def test_no_force_seen_where_it_would_have_been_is_kept() -> None:
    assert day_of(holding(), material(watched(0.99))).verdict == "compliant"
    assert day_of(holding(), material(nobody())).verdict == "not verified"


def test_columns_in_an_area_are_judged_on_sightings() -> None:
    clause = agreement().clause("6.corridor_forces")
    assert isinstance(clause, Exclude)
    changed = msgspec.structs.replace(clause, area=("agdam",), window=Window("2020-11-10"), how="stay")
    held = msgspec.structs.replace(agreement(), clauses=(changed,))
    assert day_of(held, material(watched(), None, columns())).verdict == "violated"
    one = day_of(held, material(watched(), None, columns()[:1]))
    assert one.verdict == "not verified" and one.indication
    assert day_of(held, material(watched(0.99))).verdict == "compliant"
