"""Late rows: what is settled depends on the rows alone; what is newest holds all of them; what is too late is named."""

import numpy as np
import pytest

import truceline
from tests.picture.plotted import AT_NS, RADARS, SECOND_NS, digest, flights, seen
from tests.picture.scene import ADSB, R1, R2, world
from tests.picture.scene import digest as picture_digest
from tests.picture.world import START_NS, THEATRE, Target, traffic
from truceline.picture import late
from truceline.picture.air import close, start
from truceline.picture.picture import Picture
from truceline.terms.columns import Columns
from truceline.terms.faults import Broken

LAG_NS = 30 * SECOND_NS
ORDER = ("time_ns", "source", "kind", "seq")


def window(lag_ns: int = LAG_NS, every_ns: int = 4 * SECOND_NS) -> late.Window:
    return late.opened(start([R1.source(), R2.source(), ADSB], THEATRE), lag_ns, every_ns, ORDER)


def arrival(rows: Columns, lateness_ns: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The order in which rows come that are late by up to so much, and when each comes."""
    comes = rows["time_ns"] + np.random.default_rng(seed).integers(0, lateness_ns, len(rows))
    order = np.argsort(comes, kind="stable")
    return order, comes[order]


def feed(rows: Columns, order: np.ndarray, batch: int) -> late.Window:
    held = window()
    for low in range(0, len(order), batch):
        taken = late.take(held, rows.take(order[low : low + batch]))
        assert len(taken.late) == 0
        held = taken.window
    return held


@pytest.mark.parametrize(("seed", "batch"), [(0, 7), (1, 61), (2, 1009)])
def test_rows_late_by_up_to_the_lag_give_the_picture_of_rows_in_order(
    traffic_picture: tuple[Picture, list[Target], Columns], seed: int, batch: int
) -> None:
    picture, _, rows = traffic_picture
    part = rows if batch > 7 else rows.take(rows["time_ns"] < START_NS + 120 * SECOND_NS)
    whole = picture if batch > 7 else close(feed(part, np.arange(len(part)), len(part)).state)
    held = feed(part, arrival(part, LAG_NS, seed)[0], batch)
    assert picture_digest(close(held.state)) == picture_digest(whole)


@pytest.mark.long
def test_an_hour_shuffled_by_its_lateness_settles_to_the_picture_in_order() -> None:
    rows = world(traffic(10, 3600.0, 5, side_m=120_000.0), 3600.0)
    ordered = feed(rows, np.arange(len(rows)), len(rows))
    for seed in range(2):
        assert picture_digest(close(feed(rows, arrival(rows, LAG_NS, seed)[0], 97).state)) == picture_digest(
            close(ordered.state)
        )


def test_the_newest_state_holds_all_that_came(traffic_picture: tuple[Picture, list[Target], Columns]) -> None:
    _, _, rows = traffic_picture
    order, comes = arrival(rows, LAG_NS, 3)
    for share in (0.2, 0.5):
        count = int(share * len(order))
        held = feed(rows, order[:count], 83)
        so_far = np.sort(order[:count])
        assert picture_digest(close(held.state)) == picture_digest(close(feed(rows, so_far, count).state))
        assert comes[count - 1] - held.cut_ns <= 2 * LAG_NS + 4 * SECOND_NS


def test_what_is_settled_is_every_row_once_in_order(
    traffic_picture: tuple[Picture, list[Target], Columns],
) -> None:
    _, _, rows = traffic_picture
    order, _ = arrival(rows, LAG_NS, 4)
    held, done = window(), []
    for low in range(0, len(order), 40):
        taken = late.take(held, rows.take(order[low : low + 40]))
        held, before = taken.window, held
        done.append(taken.settled["seq"] * 10 + taken.settled["source"])
        if len(taken.settled):
            assert int(taken.settled["time_ns"].max()) < held.cut_ns
            assert int(taken.settled["time_ns"].min()) >= before.cut_ns
        assert all(
            point.row == np.searchsorted(held.rows["time_ns"], max(point.time_ns, held.cut_ns))
            for point in held.points
        )
        assert len(held.points) <= LAG_NS // (4 * SECOND_NS) + 3
    done.append(held.rows["seq"] * 10 + held.rows["source"])
    assert (np.concatenate(done) == rows["seq"] * 10 + rows["source"]).all()


def test_rows_later_than_the_lag_are_handed_back() -> None:
    rows = world(traffic(3, 300.0, 6, side_m=60_000.0), 300.0)
    early = rows["time_ns"] < START_NS + 100 * SECOND_NS
    held = late.take(window(), rows.take(~early)).window
    before = picture_digest(close(held.state))
    taken = late.take(held, rows.take(early))
    assert len(taken.late) == int(early.sum())
    assert picture_digest(close(taken.window.state)) == before


def test_a_clock_settles_what_the_newest_row_does_not() -> None:
    rows = world(traffic(3, 100.0, 6, side_m=60_000.0), 100.0)
    far = rows.take(slice(0, 1)).put(time_ns=START_NS + 86_400 * SECOND_NS, seq=10**6)
    now = START_NS + 50 * SECOND_NS
    held = late.take(window(), rows.take(rows["time_ns"] < now), now).window
    held = late.take(held, far, now).window  # its clock is a day ahead: nothing is settled by it
    taken = late.take(held, rows.take(rows["time_ns"] >= now), START_NS + 100 * SECOND_NS)
    assert len(taken.late) == 0
    assert late.take(taken.window, rows.take(slice(0, 0)), now + 3600 * SECOND_NS).window.points[0].row == 0


def test_checkpoints_never_cut_a_slice() -> None:
    with pytest.raises(Broken, match="cut slices of 250000000 ns"):
        window(every_ns=3 * 10**8)


def test_a_lane_with_a_lag_puts_late_plots_into_their_place() -> None:
    plots = seen(flights(6))
    rows = len(plots["time_ns"])
    comes = plots["time_ns"] + np.random.default_rng(8).integers(0, 10 * SECOND_NS, rows)
    order = np.argsort(comes)
    lane = truceline.Lane.open(RADARS, lag_s=10.0)
    for part in np.array_split(order, 50):
        lane = lane.step({name: values[part] for name, values in plots.items()})
        assert lane.faults == ()
    assert digest(lane.at(AT_NS[-1])) == digest(truceline.track(plots, RADARS, AT_NS[-1:]))


def test_a_lane_says_what_came_too_late_or_twice() -> None:
    plots = seen(flights(2))
    lane = truceline.Lane.open(RADARS, lag_s=5.0).step(plots)
    again = lane.step({name: values[-1:] for name, values in plots.items()})
    assert [fault.reason for fault in again.faults] == ["the same plot was given twice"]
    old = lane.step({name: values[:3] for name, values in plots.items()})
    assert old.late == 3
    assert {fault.reason for fault in old.faults} == {"it came after its time was settled"}
    assert {fault.source for fault in old.faults} <= {"R1", "R2"}
    assert digest(old.at(AT_NS[-1])) == digest(lane.at(AT_NS[-1]))
    assert lane.late == 0
