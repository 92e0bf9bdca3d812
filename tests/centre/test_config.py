"""Settings: what is written is read back; what is wrong is named with its line and a remedy."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.centre.config import (
    CentreSettings,
    Config,
    HereSettings,
    PartSettings,
    TheatreSettings,
    config_digest,
    grid_of,
    read_config,
    read_shared,
    shared_body,
    theatre_of,
    write_config,
    write_source,
)
from truceline.centre.config_lines import path_in, place_of_key
from truceline.centre.keys import exercise_keys
from truceline.means.source import Accuracy, Detection, Shares, Source
from truceline.terms.faults import Refusal
from truceline.terms.place import Site

KEYS = exercise_keys("test.example/EXERCISE/a", 3)
PART = "[[part]]\nname = 'A'\n"
SOURCE = "[[source]]\nname = 'R1'\nmeans = 'asterix'\n"


def refusal(text: str) -> Refusal:
    with pytest.raises(Refusal) as found:
        read_config(text.encode(), "centre.toml")
    return found.value


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
plain = st.floats(0.001, 1e6)
sources = st.builds(
    Source,
    name=st.sampled_from(["R1", "радар-2", "camera 3", 'a"b', "x\\u007f'".replace("\\", "")]),
    means=st.sampled_from(["asterix", "adsb", "human"]),
    door=st.sampled_from(["file:", "udp:127.0.0.1:8600", "tcp:[::1]:30005"]),
    site=st.none() | st.builds(Site, st.floats(-90, 90), st.floats(-180, 180), st.floats(-400, 9000)),
    heartbeat_s=plain,
    accuracy=st.builds(Accuracy, plain, plain, plain, plain, plain),
    detection=st.builds(Detection, plain, plain, st.floats(1e-12, 0.5), st.floats(0, 1), plain),
    shares=st.builds(Shares, texts, texts, texts, texts),
    simulated=st.booleans(),
)
configs = st.builds(
    Config,
    centre=st.builds(CentreSettings, name=texts, exercise=texts, lateness_s=st.floats(0, 3600)),
    theatre=st.builds(TheatreSettings, st.floats(-89, 89), st.floats(-180, 180)),
    part=st.just((PartSettings("A", "Росія 'x'", (KEYS.log.key.vkey,), (KEYS.mirror.key.vkey,)),)),
    source=st.lists(
        sources, max_size=3, unique_by=(lambda source: source.name, lambda source: source.door)
    ).map(tuple),
    here=st.builds(HereSettings, desk_port=st.integers(0, 65535), max_file_mib=st.integers(1, 10**6)),
)


@given(configs)
def test_what_is_written_is_read_back(config: Config) -> None:
    assert read_config(write_config(config).encode(), "x") == config
    assert read_shared(shared_body(config)) == msgspec.structs.replace(config, here=HereSettings())


def test_a_source_added_at_the_end_is_read_with_the_rest() -> None:
    first = Config(part=(PartSettings("A"),), source=(Source("R1", "asterix", site=Site(40.0, 47.0, 3.0)),))
    added = Source("R2", "adsb", site=Site(39.0, 46.0, 9.0))
    text = write_config(first) + write_source(added)
    assert read_config(text.encode(), "x").source == (*first.source, added)


def test_every_key_stands_with_its_meaning() -> None:
    text = write_config(Config(part=(PartSettings("A"),)))
    for struct in (CentreSettings, TheatreSettings, HereSettings, PartSettings):
        for field in msgspec.structs.fields(struct):
            line = next(line for line in text.splitlines() if line.startswith(f"{field.encode_name} = "))
            assert "  # " in line, line


def test_here_is_never_logged() -> None:
    one = Config(part=(PartSettings("A"),))
    other = msgspec.structs.replace(one, here=HereSettings(desk_port=1, max_file_mib=7))
    assert shared_body(one) == shared_body(other)
    assert config_digest(one) == config_digest(other)


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("[centre]\nlatenes_s = 3\n" + PART, 2, "unknown field `latenes_s`"),
        (PART + "[centre]\n\nlateness_s = 9999\n", 5, "<= 3600"),
        (PART + "[centre]\nstep_s = 'ten'\n", 4, "Expected `float`"),
        ("colour = 1\n" + PART, 1, "unknown field `colour`"),
        (PART + SOURCE + "[source.site]\nlat_deg = 40.0\nlon = 3.0\n", 8, "unknown field `lon`"),
        (PART + SOURCE + "site = { lat_deg = 95.0, lon_deg = 3.0 }\n", 6, "not on the earth"),
        (
            PART + SOURCE + "\n" + SOURCE.replace("R1", "R2") + "door = 'usb:3'\n",
            10,
            "no door is called 'usb:3'",
        ),
        (PART + SOURCE + "door = 'udp:127.0.0.1:99999'\n", 6, "no door"),
        (PART + SOURCE + "door = 'udp:8600'\n", 6, "no door"),
        (
            PART + SOURCE + "door = 'udp:h:1'\n" + SOURCE.replace("R1", "R2") + "door = 'udp:h:1'\n",
            10,
            "sources 'R1' and 'R2' share udp:h:1",
        ),
        (PART + SOURCE + SOURCE, 7, "two sources are called 'R1'"),
        (PART + SOURCE.replace("asterix", "astrix"), 5, "no technical means is called 'astrix'"),
        (PART + SOURCE + "home = 'B'\n", 6, "its home 'B' is not declared"),
        (PART + SOURCE + "heartbeat_s = 0.0\n", 6, "not above 0"),
        (PART + SOURCE + "[source.accuracy]\nrange_m = -5.0\n", 7, "not above 0"),
        (PART + SOURCE + "[source.detection]\nceiling = 1.5\n", 6, "not between 0 and 1"),
        (PART + SOURCE + "[source.accuracy]\nheight_m = nan\n", 7, "no number"),
        (PART + "[theatre]\nhalf_width_m = inf\n", 4, "<= 1000000"),
        (PART + "[centre]\nwarmup_s = inf\n", 4, "no number"),
        (PART + PART, 4, "two parts are called 'A'"),
        ("[[part]]\nname = 'alpha'\n", 2, "matching regex"),
        (PART + "[here]\npart = 'B'\n", 4, "'B' is not declared"),
        (PART + "log_keys = ['rubbish']\n", 3, "vkey"),
        (PART + "[theatre]\nhalf_width_m = 900000.0\n[centre]\ncell_m = 100.0\n", 6, "cells and steps"),
        ("[centre]\nname = 'x'\n", 0, "no [[part]]"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: str, line: int, what: str) -> None:
    found = refusal(text)
    assert found.where == (f"centre.toml:{line}" if line else "centre.toml")
    assert what in found.what
    assert found.remedy


@pytest.mark.parametrize("text", [b"[centre\n", b"\xff\xfe[centre]", b"a = 1\na = 2\n"])
def test_what_is_no_toml_is_refused(text: bytes) -> None:
    with pytest.raises(Refusal, match="not TOML"):
        read_config(text, "centre.toml")


@given(st.binary(max_size=200))
def test_hostile_bytes_are_refused_and_nothing_else(data: bytes) -> None:
    with pytest.raises(Refusal):
        read_config(data, "centre.toml")
    with pytest.raises(Refusal):
        read_shared(data + b"\x00")


NUMBERS = [
    f.encode_name for f in msgspec.structs.fields(CentreSettings) if f.encode_name.endswith(("_s", "_m"))
]


@pytest.mark.parametrize("key", NUMBERS)
def test_no_setting_takes_nan(key: str) -> None:
    assert refusal(PART + f"[centre]\n{key} = nan\n").where == "centre.toml:4"


def test_a_place_is_the_line_of_the_longest_known_path() -> None:
    text = b"[a]\nx = 1\n[[b]]\nx = 1\n[b.c]\nd.e = 2\n[[b]]\nx = 3\n[b.c]\nd.e = 3\n"
    assert place_of_key(text, ("b", 1, "c", "d", "e"), "f") == "f:10"
    assert place_of_key(text, ("b", 0, "x"), "f") == "f:4"
    assert place_of_key(text, ("b", 1, "unknown"), "f") == "f:7"
    assert place_of_key(text, ("z",), "f") == "f"
    assert path_in("unknown field `q` - at `$.b[1].c`") == ("b", 1, "c", "q")


def test_the_raster_is_centred_on_the_theatre() -> None:
    config = Config(theatre=TheatreSettings(10.0, 20.0, 30_000.0), centre=CentreSettings(cell_m=4_000.0))
    grid, theatre = grid_of(config), theatre_of(config)
    east, north = grid.centres()
    assert (theatre.lat_deg, theatre.lon_deg) == (10.0, 20.0)
    assert (grid.rows, grid.columns) == (15, 15)
    assert math.isclose(float(east.mean()), 0.0, abs_tol=1e-6)
    assert math.isclose(float(north.mean()), 0.0, abs_tol=1e-6)


def test_the_settings_of_the_shipped_scenario_are_sound(tmp_path: Path, rehearsal: Any) -> None:
    text = (rehearsal.part("B") / "centre.toml").read_bytes()
    config = read_config(text, "centre.toml")
    assert [source.name for source in config.source] == [source.name for source in rehearsal.days[1].sources]
    assert config.here.part == "B"
