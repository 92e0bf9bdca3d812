"""PERMIT carves out of what others count; types and sides told apart; competing drawings of an area each get a finding."""

from typing import Any

import msgspec

from tests.verify.scenes import (
    END,
    PATROL_A,
    PATROL_B,
    START,
    agreement,
    box,
    coverage_of,
    material,
    notice,
    patrol_watch,
    report,
)
from truceline.agreement.calendar import Window
from truceline.agreement.clauses import Exclude, Hold, Limit, Measure, Permit
from truceline.agreement.document import Agreement
from truceline.coverage.coverage import Coverage
from truceline.terms.columns import Columns
from truceline.verify.finding import Finding
from truceline.verify.judge import judge

HERE = (46.975, 39.95)
AIR_RING = box(46.85, 39.97, 0.47)


def watched() -> Coverage:
    return coverage_of([patrol_watch(source, AIR_RING, START, END, 0.99) for source in (PATROL_A, PATROL_B)])


def with_permit(**given: Any) -> Agreement:
    """No columns in Agdam, but the peacekeepers may be there."""
    clause, permit = agreement().clause("6.corridor_forces"), agreement().clause("3.permit")
    assert isinstance(clause, Exclude) and isinstance(permit, Permit)
    shut = msgspec.structs.replace(
        clause, area=("agdam",), window=Window("2020-11-10"), how="stay", classes=("convoy", "person")
    )
    allowed = msgspec.structs.replace(permit, area=("agdam",), of=(shut.id,), **given)
    return msgspec.structs.replace(agreement(), clauses=(shut, allowed))


def columns(side: bytes, name: str = "convoy", amount: float = 6.0) -> list[Columns]:
    return [
        report(source, clock, *HERE, name, amount=amount).put(side=side)
        for source, clock in ((PATROL_A, "10:00"), (PATROL_B, "10:05"))
    ]


def whole(held: Agreement, reports: list[Columns], **more: Any) -> Finding:
    found = judge(held, msgspec.structs.replace(material(watched(), None, reports), **more))
    return max(found, key=lambda f: f.end_ns - f.start_ns)


def test_a_permitted_partys_column_does_not_count_another_ones_does() -> None:
    own = whole(with_permit(), columns(b"RUS"))
    assert own.verdict == "compliant" and dict(own.counts)["permitted"] == 2
    other = whole(with_permit(), columns(b"ARM"))
    assert other.verdict == "violated" and other.margin.high == -6.0


def test_what_nobody_told_apart_only_indicates() -> None:
    finding = whole(with_permit(), columns(b""))
    assert finding.verdict == "not verified" and finding.indication and finding.reason.key == "seen.untold"
    assert "permitted force" in {item.name for item in finding.explanations}


def test_more_than_the_permitted_number_counts() -> None:
    few, many = columns(b"RUS", "person", 90.0), columns(b"RUS", "person", 120.0)
    assert whole(with_permit(number=100), few).verdict == "compliant"
    assert whole(with_permit(number=100), many).verdict == "violated"


def test_a_permission_that_asks_for_notice_holds_only_with_it() -> None:
    held = with_permit(notice_h=24.0)
    body = msgspec.json.encode(
        msgspec.json.decode(notice("N-9", ("convoy",), "09:00", "12:00", area="agdam"), type=dict)
        | {"party": "RUS"}
    )
    assert whole(held, columns(b"RUS")).verdict == "violated"
    clause = msgspec.structs.replace(held.clauses[0], permitted=())
    bare = msgspec.structs.replace(held, clauses=(clause, held.clauses[1]))
    assert whole(bare, columns(b"RUS"), notices=(body,), notice_stamps=(0,)).verdict == "compliant"


def test_a_contested_permission_excuses_nothing() -> None:
    finding = whole(with_permit(contested=True), columns(b"RUS"))
    assert finding.verdict == "violated"
    assert "contested permission" in {item.name for item in finding.explanations if item.state == "kept"}


def carriers(kind: bytes, amount: float) -> list[Columns]:
    return [
        report(source, clock, 46.75, 40.0, "vehicle", amount=amount).put(object_type=kind)
        for source, clock in ((PATROL_A, "10:00"), (PATROL_B, "10:09"))
    ]


def ceiling(limit: int) -> Agreement:
    clause = agreement().clause("3.apc")
    assert isinstance(clause, Limit) and clause.item == "APC"
    measure = Measure("count", "<=", limit, "carriers")
    return msgspec.structs.replace(agreement(), clauses=(msgspec.structs.replace(clause, measure=measure),))


def test_a_ceiling_counts_its_own_type() -> None:
    assert whole(ceiling(90), carriers(b"APC", 95)).verdict == "violated"
    assert whole(ceiling(90), carriers(b"TRUCK", 95)).verdict == "compliant"
    untold = whole(ceiling(90), carriers(b"", 95))
    assert untold.verdict == "not verified" and untold.reason.key == "limit.untold"
    counts = dict(whole(ceiling(90), carriers(b"APC", 95)).counts)
    assert counts["at least"] == 95 <= counts["at most"] < 190


def sided() -> Agreement:
    """Armenian forces stay on the right hand of the line as drawn southward (its west), Azerbaijani ones on the left."""
    clause = agreement().clause("1.hold")
    assert isinstance(clause, Hold)
    held = msgspec.structs.replace(clause, sides={"ARM": "right", "AZE": "left"}, tolerance_m=500.0)
    return msgspec.structs.replace(agreement(), clauses=(held,))


def test_a_side_named_by_two_is_judged_by_its_distance_over_the_line() -> None:
    over = whole(sided(), columns(b"AZE"))
    assert over.verdict == "violated" and over.reason.key == "hold.over_line" and over.margin.unit == "m"
    assert over.margin.high is not None and over.margin.high < 0.0
    behind = whole(sided(), columns(b"ARM"))
    assert behind.verdict == "compliant" and behind.margin.low is not None and behind.margin.low > 0.0
    assert whole(sided(), columns(b"")).indication
    assert whole(sided(), columns(b"AZE")[:1]).verdict == "not verified"


def test_competing_drawings_each_get_a_finding() -> None:
    held = with_permit()
    first = held.area("agdam")
    moved = msgspec.structs.replace(
        first, id="agdam-2", map_version="2", variant_of="agdam", accepted={"RUS": "changed it"},
        ring=((46.0, 39.0), (46.2, 39.0), (46.2, 39.2)), site=(),
    )  # fmt: skip
    both = msgspec.structs.replace(held, areas=(*held.areas, moved))
    found = judge(both, material(watched(), None, columns(b"ARM")))
    told = {(f.map_version, f.verdict, f.accepted) for f in found if f.end_ns - f.start_ns == END - START}
    assert told == {("1", "violated", ()), ("2", "not verified", (("RUS", "changed it"),))}
