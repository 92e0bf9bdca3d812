"""Could we have seen it: the command line says what the desk says, with the ground it rests on; terrain in the log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from truceline.centre.config import Config, PartSettings, TheatreSettings, shared_body
from truceline.centre.seen import could_have_seen, parse_place
from truceline.centre.sights import Kept
from truceline.centre.terrain_log import logged, record_in_force, site_faults, terrain_at
from truceline.coverage.elevation import Sheet, elevation_body
from truceline.coverage.seen import seen_there
from truceline.means.source import Source
from truceline.record.record import Record, content_of
from truceline.terms.faults import Refusal
from truceline.terms.place import Site
from truceline.terms.time import parse_time

AT = parse_time("2020-11-19T21:35:00Z")
CONFIG = Config(
    theatre=TheatreSettings(39.5, 46.5, 20_000.0),
    part=(PartSettings("A"), PartSettings("B")),
    source=(
        Source("R1", "asterix", site=Site(39.5, 46.5, 100.0)),
        Source("R2", "asterix", site=Site(39.9, 46.5, 900.0)),
    ),
)


def test_the_command_line_says_what_the_desk_says(rehearsal: Any) -> None:
    day = rehearsal.days[0]
    for lat, lon in ((39.9, 47.03), (39.1, 45.9), (39.52, 47.1)):
        desk = seen_there(day.coverage, day.theatre, "uav", AT, day.known_ns, lon, lat)
        here = could_have_seen(rehearsal.part("A"), (lat, lon, None), AT, "uav")
        assert here.probability == desk.probability
        assert tuple((s.source, s.probability, s.cause, s.sentence) for s in here.sources) == desk.sources
        assert (
            here.terrain == desk.terrain
            and "synthetic mountains" in here.terrain
            and here.terrain.endswith("300 m")
        )


def test_lower_is_hidden_by_the_ground(rehearsal: Any) -> None:
    low = could_have_seen(rehearsal.part("A"), (39.1, 45.9, 100.0), AT, "uav")
    assert low.height_m == 100.0 and low.probability == 0.0
    assert {s.cause for s in low.sources if s.source in ("R1", "R2")} == {"terrain"}
    assert any((rehearsal.part("A") / "derived" / "viewsheds").glob("*.npy"))


def test_off_the_theatre_nobody_was_asked(rehearsal: Any) -> None:
    assert could_have_seen(rehearsal.part("A"), (10.0, 10.0, None), AT, "uav").probability is None


@pytest.mark.parametrize(("at", "name"), [(AT + 10**18, "uav"), (AT, "dragon")])
def test_what_nobody_can_answer_is_refused(rehearsal: Any, at: int, name: str) -> None:
    with pytest.raises(Refusal):
        could_have_seen(rehearsal.part("A"), (39.9, 47.0, None), at, name)


@pytest.mark.parametrize("text", ["", "1", "x,y", "91,0", "0,181", "1,2,-3", "1,2,3,4"])
def test_a_place_is_read_strictly(text: str) -> None:
    with pytest.raises(Refusal):
        parse_place(text)
    assert parse_place("1,2") == (1.0, 2.0, None) and parse_place("1,2,3") == (1.0, 2.0, 3.0)


def body(height_m: float = 50.0, lat: float = 39.5) -> bytes:
    sheet = Sheet(1, "t", "n", lat, 46.5, -20_000.0, -20_000.0, 1_000.0, 0, 0, 30.0, "ellipsoid", 0.0, "m", 0)
    return elevation_body(sheet, np.full((40, 40), height_m))


def record(kind_body: bytes, stamp: int, held: str, source: str = "terrain") -> Record:
    return Record(
        0, "config", source, stamp, stamp, 0, kind_body, content_of("config", source, stamp, kind_body), held
    )


SETTINGS = record(shared_body(CONFIG), 1, "AB", "centre")


def test_terrain_is_in_force_once_both_parts_hold_it() -> None:
    first = [SETTINGS, record(body(), 2, "A")]
    assert terrain_at(first, CONFIG, 9) is None
    both = [*first, record(body(), 5, "B")]
    assert terrain_at(both, CONFIG, 4) is None and terrain_at(both, CONFIG, 9) is not None
    other = [*both, record(body(60.0), 6, "A")]
    held = record_in_force(other, CONFIG, 9)
    assert held is not None and held.body == body()
    assert [(item.held_by, item.in_force) for item in logged(other, CONFIG, 9)] == [
        ("AB", True),
        ("A", False),
    ]


def test_terrain_of_another_theatre_or_damaged_is_none() -> None:
    for wrong in (body(lat=41.0), b"no terrain"):
        assert terrain_at([SETTINGS, record(wrong, 2, "AB")], CONFIG, 9) is None


def test_sites_under_the_ground_or_off_it_are_faults() -> None:
    records = [SETTINGS, record(body(500.0), 2, "AB")]
    faults = site_faults(records, terrain_at(records, CONFIG, 9), CONFIG, 9)
    assert [fault.source for fault in faults] == ["R1", "R2"]
    assert "400 m under" in faults[0].reason and "off the terrain" in faults[1].reason
    assert site_faults(records, None, CONFIG, 9) == ()


def test_viewsheds_are_kept_by_key_and_made_anew_when_damaged(tmp_path: Path) -> None:
    made: list[int] = []

    def make() -> Any:
        made.append(1)
        return np.ones((2, 3))

    assert Kept(tmp_path)("k", make).sum() == Kept(tmp_path)("k", make).sum() == 6.0
    assert len(made) == 1
    (tmp_path / "viewsheds" / "k.npy").write_bytes(b"broken")
    assert Kept(tmp_path)("k", make).sum() == 6.0 and len(made) == 2
    assert msgspec.structs.fields(Sheet)[0].name == "terrain"
