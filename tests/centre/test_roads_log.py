"""Roads as configuration: logged once, read from the log alone, the same in both parts, refused when they are others."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import msgspec
import numpy as np
import pytest

from tests.centre.stamped import CONFIG as STAMPED
from tests.centre.stamped import DAY, RADAR, turns
from truceline.centre.clock import SetClock
from truceline.centre.config import Config, GroundSettings, PartSettings, read_config
from truceline.centre.fold import fold_day
from truceline.centre.live import Live
from truceline.centre.part import Part, Writing, look, make_part
from truceline.centre.roads_log import roads_at
from truceline.centre.shipped import agreement_bytes
from truceline.terms.faults import Refusal
from truceline.terms.time import NS_PER_S, civil_date

AGREEMENT = agreement_bytes("2020-11-karabakh.toml")
LATER = DAY + 3_600 * NS_PER_S
VEHICLES = msgspec.structs.replace(
    RADAR, detection=msgspec.structs.replace(RADAR.detection, ground=True), door="udp:127.0.0.1:8601"
)
BASE = Config(theatre=STAMPED.theatre, part=(PartSettings("A"),), source=(VEHICLES,))


def geojson(*lines: list[list[float]]) -> bytes:
    shapes = [{"type": "LineString", "coordinates": line} for line in lines]
    features = [{"type": "Feature", "geometry": shape} for shape in [*shapes, {"type": "Point"}]]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


ROADS = geojson([[46.8, 40.0], [47.0, 39.9], [47.3, 39.7]])


def founded(root: Path, ground: GroundSettings) -> Part:
    """A part whose log holds the turns of a radar that looks at the ground; without roads at first."""
    part = make_part(root, BASE, AGREEMENT, SetClock(DAY), rhythm_s=0.0)
    part.write([Writing("raw", "R1", stamp, body) for stamp, body in turns(DAY, 40)])
    part.close()
    (root / "roads.geojson").write_bytes(ROADS)
    text = (root / "centre.toml").read_text()
    for key, value in msgspec.to_builtins(ground).items():
        text = text.replace(
            f"{key} = {json.dumps(getattr(GroundSettings(), key))}", f"{key} = {json.dumps(value)}"
        )
    (root / "centre.toml").write_text(text)
    return Part(root, SetClock(LATER), rhythm_s=0.0)


def test_the_roads_are_logged_once_and_a_fold_elsewhere_has_them(tmp_path: Path) -> None:
    part = founded(tmp_path / "a", GroundSettings("roads.geojson"))
    sha = hashlib.sha256(ROADS).hexdigest()
    assert part.config.ground.roads_sha256 == sha
    part.close()
    Part(tmp_path / "a", SetClock(LATER + 5), rhythm_s=0.0).close()
    shutil.copytree(tmp_path / "a", tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "roads.geojson").unlink()
    name, records = look(tmp_path / "elsewhere")
    assert [r.body for r in records if r.source == "roads"] == [ROADS]
    roads = roads_at(records, msgspec.structs.replace(BASE, ground=GroundSettings("roads.geojson", sha)))
    assert roads is not None and len(roads.ends) == 2
    day = fold_day(records, name, civil_date(LATER, "Asia/Baku"))
    assert len(day.ground.tracks) == 1 and not len(day.air.tracks)
    assert (day.ground.tracks["confirmed_ns"] >= 0).all()
    told = [fault.reason for fault in day.faults if fault.source == "roads"]
    assert told == ["features[1], line 0: a Point is no road line"]
    before = fold_day([r for r in records if r.stamp_ns < LATER], name, civil_date(LATER, "Asia/Baku"))
    off = day.ground.states["cov_ee_m2"] != before.ground.states["cov_ee_m2"]
    assert off.any(), "the roads changed nothing"


def test_live_follows_the_ground_as_the_fold_does(tmp_path: Path) -> None:
    part = founded(tmp_path / "a", GroundSettings("roads.geojson"))
    live = Live(part)
    live.begin(LATER)
    air, ground = live.present()
    assert (air.lane, len(air.tracks), ground.lane) == ("air", 0, "ground")
    day = live.judge(LATER)
    folded = fold_day(part.records(), "A", civil_date(LATER, "Asia/Baku"), known_ns=LATER)
    assert day.ground.tracks["id"].tolist() == folded.ground.tracks["id"].tolist()
    for name in ("east_m", "cov_ee_m2", "existence", "observation"):
        assert np.array_equal(day.ground.states[name], folded.ground.states[name])
    part.close()


@pytest.mark.parametrize(
    ("ground", "what"),
    [
        (GroundSettings("roads.geojson", "0" * 64), "is not that of the settings"),
        (GroundSettings("none.geojson"), "cannot read"),
        (GroundSettings("../roads.geojson"), "is no file's name"),
    ],
)
def test_other_roads_than_the_settings_name_are_refused(
    tmp_path: Path, ground: GroundSettings, what: str
) -> None:
    with pytest.raises(Refusal, match=what) as refused:
        founded(tmp_path / "a", ground)
    assert refused.value.remedy


@pytest.mark.parametrize("body", [b"no json", geojson([[39.9, 46.8], [39.9, 46.9]])])
def test_a_file_without_roads_of_the_theatre_is_refused_before_it_is_logged(
    tmp_path: Path, body: bytes
) -> None:
    founded(tmp_path / "a", GroundSettings()).close()
    (tmp_path / "a" / "roads.geojson").write_bytes(body)
    path = tmp_path / "a" / "centre.toml"
    path.write_text(path.read_text().replace('roads = ""', 'roads = "roads.geojson"'))
    held = len(look(tmp_path / "a")[1])
    with pytest.raises(Refusal, match=r"JSON|inside the theatre"):
        Part(tmp_path / "a", SetClock(LATER), rhythm_s=0.0)
    assert len(look(tmp_path / "a")[1]) == held


def test_roads_that_no_log_holds_are_refused() -> None:
    config = msgspec.structs.replace(BASE, ground=GroundSettings("roads.geojson", "1" * 64))
    with pytest.raises(Refusal, match="no log holds the roads"):
        roads_at([], config)
    assert roads_at([], BASE) is None
    with pytest.raises(Refusal):
        read_config(b'[[part]]\nname = "A"\n[ground]\nroads_sha256 = "x"\n', "centre.toml")
