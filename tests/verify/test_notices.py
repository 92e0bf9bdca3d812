"""Notices: readable or refused, never half taken."""

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.verify.scenes import THEATRE, agreement, at, notice, place
from truceline.terms.faults import Refusal
from truceline.verify.notices import announced, covers, read_notice

RING = [[46.8, 39.9], [47.0, 39.9], [47.0, 40.1], [46.8, 40.1]]


def test_a_notice_is_read() -> None:
    held = read_notice(notice("N-118", ("shot",), lat=39.7, lon=47.1, radius_m=2500.0))
    assert (held.notice, held.classes, held.place.radius_m) == ("N-118", ("shot",), 2500.0)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{}", b"\xff",
        notice(start="12:00", end="07:00"),
        notice(classes=()),
        notice(classes=("dragon",)),
        notice(lat=39.7, lon=47.1),
        notice(ring=RING[:2]),
        notice(colour="red"),
        notice(start="noon"),
    ],
)  # fmt: skip
def test_what_is_no_notice_is_refused(body: bytes) -> None:
    with pytest.raises(Refusal):
        read_notice(body)


@pytest.mark.parametrize(
    "where", [{"ring": RING}, {"lat": 40.0, "lon": 46.9, "radius_m": 9000.0}, {"area": "agdam"}]
)
def test_a_notice_covers_its_place_time_and_classes(where: dict[str, object]) -> None:
    (held,) = announced(agreement(), [notice(**where)], THEATRE)
    east, north = (np.array([value]) for value in place(46.9, 40.0))
    assert covers(held, ["uav", "aircraft"], at("07:00"), at("12:00"), east, north)
    assert not covers(held, ["uav"], at("06:59"), at("08:00"), east, north)
    assert not covers(held, ["uav"], at("11:00"), at("12:01"), east, north)
    assert not covers(held, ["shot"], at("08:00"), at("09:00"), east, north)
    assert not covers(held, ["uav"], at("08:00"), at("09:00"), east + 50_000.0, north)
    assert not covers(
        held, ["uav"], at("08:00"), at("09:00"), np.array([east[0], east[0] + 50_000.0]), np.tile(north, 2)
    )


def test_notices_come_in_one_order_and_once() -> None:
    bodies = [notice("b"), notice("a"), notice("a"), b"rubbish", notice("c", area="nowhere")]
    first, second = (announced(agreement(), order, THEATRE) for order in (bodies, bodies[::-1]))
    assert [item.digest for item in first] == [item.digest for item in second] and len(first) == 2


@given(st.binary(max_size=100))
def test_no_bytes_break_the_judge(body: bytes) -> None:
    assert announced(agreement(), [body], THEATRE) == ()


def test_a_notice_survives_json() -> None:
    held = read_notice(notice(ring=RING))
    assert read_notice(msgspec.json.encode(held)) == held
