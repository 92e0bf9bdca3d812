"""Values that do not come from our decoder: rs1090, pyModeS's golden file, and messages known from the literature."""

import gzip
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rs1090

from truceline.means.adsb import MEANS
from truceline.means.adsb.frames import find
from truceline.means.adsb.message import FOOT_M, KNOT_MPS, SOUND, Fields, bits, read_fields
from truceline.means.adsb.parity import seal
from truceline.means.means import Input, Reading
from truceline.means.observations import KIND
from truceline.means.source import Source
from truceline.terms.place import Site

SECOND = 10**9


def fields_of(messages: list[str]) -> Fields:
    held = np.array([list(bytes.fromhex(text).ljust(14, b"\0")) for text in messages], np.uint8)
    return read_fields(held, np.array([len(text) // 2 for text in messages]))


def read(*lines: str, site: Site | None = None) -> Reading:
    inputs = [Input(n, 10**18 + n * SECOND, f"*{line};\n".encode()) for n, line in enumerate(lines)]
    return MEANS.decode(inputs, Source("rx", "adsb", site=site))


def test_golden_identification_known_from_the_literature() -> None:
    reading = read("8D4840D6202CC371C32CE0576098")
    assert reading.observations["label"].tolist() == [b"KLM1023"]
    assert reading.observations["address"].tolist() == [0x4840D6]


def test_golden_pair_of_positions_known_from_the_literature() -> None:
    """The odd message came second; the literature gives the even one's place when that is the newer."""
    rows = read("8D40621D58C386435CC412692AD6", "8D40621D58C382D690C8AC2863A7").observations
    assert rows["kind"].tolist() == [KIND["identity"], KIND["position"]]
    assert rows["lat_deg"][1] == pytest.approx(52.25720214843750, abs=1e-9)
    assert rows["lon_deg"][1] == pytest.approx(3.91937255859375, abs=1e-9)
    assert rows["pressure_altitude_m"][1] == pytest.approx(38_000 * FOOT_M)


def test_golden_single_position_by_the_site() -> None:
    rows = read("8D40621D58C382D690C8AC2863A7", site=Site(52.258, 3.918, 0.0)).observations
    assert rows["lat_deg"][0] == pytest.approx(52.25720214843750, abs=1e-9)
    assert rows["lon_deg"][0] == pytest.approx(3.91937255859375, abs=1e-9)


def test_golden_surface_position_by_the_site() -> None:
    rows = read("8C4841753A9A153237AEF0F275BE", site=Site(51.99, 4.375, 0.0)).observations
    assert rows["lat_deg"][0] == pytest.approx(52.320560, abs=1e-5)
    assert rows["lon_deg"][0] == pytest.approx(4.735735, abs=1e-5)
    assert math.hypot(rows["vel_east_mps"][0], rows["vel_north_mps"][0]) == pytest.approx(17 * KNOT_MPS)


def test_golden_velocity_over_ground() -> None:
    rows = read("8D485020994409940838175B284F").observations
    assert math.hypot(rows["vel_east_mps"][0], rows["vel_north_mps"][0]) / KNOT_MPS == pytest.approx(
        159.20, abs=0.01
    )
    track = math.degrees(math.atan2(rows["vel_east_mps"][0], rows["vel_north_mps"][0])) % 360
    assert track == pytest.approx(182.88, abs=0.01)
    assert rows["vel_up_mps"][0] * 60 / FOOT_M == pytest.approx(-832)


def test_golden_airspeed_is_no_velocity_over_ground() -> None:
    rows = read("8DA05F219B06B6AF189400CBC33F").observations
    assert math.isnan(rows["vel_east_mps"][0])
    assert rows["vel_up_mps"][0] * 60 / FOOT_M == pytest.approx(-2304)


def test_golden_altitude_and_identity_replies() -> None:
    held = fields_of(["A02014B400000000000000F9D514", "2A00516D492B80"])
    assert held.altitude_m[0] / FOOT_M == pytest.approx(32_300)
    assert held.squawk[1] == 356


@pytest.mark.parametrize(
    ("message", "source"), [("8D485020994409940838175B284F", 0), ("8DA05F219B06B6AF189400CBC33F", 1)]
)
def test_the_source_of_the_vertical_rate_is_the_standards_and_not_rs1090s(message: str, source: int) -> None:
    """DO-260B 2.2.3.2.6.1.10: ME bit 36 is 0 for GNSS, 1 for barometric; rs1090 0.7 has it the other way."""
    held = np.frombuffer(bytes.fromhex(message), np.uint8)
    assert bits(held, 68, 68) == source
    assert rs1090.decode(message)["vrate_src"] == ("GNSS" if source else "barometric")
    told = MEANS.explain(f"*{message};\n".encode(), 0, Source("rx", "adsb"))
    assert [f.text.split(", ")[1] for f in told if f.name == "vertical rate"] == [
        ["GNSS", "barometric"][source]
    ]


def test_rs1090_leaves_out_the_factor_of_supersonic_velocities() -> None:
    """DO-260B 2.2.3.2.6.2: subtype 2 counts in steps of 4 kt; rs1090 0.7 takes 1 kt."""
    message = "8d6810cd9a041b11f5eed6605b47"
    held = fields_of([message])
    ours = math.hypot(held.east_mps[0], held.north_mps[0]) / KNOT_MPS
    assert ours == pytest.approx(4 * rs1090.decode(message)["groundspeed"])


def stated(message: dict[str, Any]) -> dict[str, float]:
    """The measures of a message that rs1090 decoded, in feet and knots, NaN when it states none."""
    found = {"altitude": message.get("altitude"), "vertical_rate": message.get("vertical_rate")}
    speed, track = message.get("groundspeed"), message.get("track")
    if speed is not None and track is not None:
        found["east"] = speed * math.sin(math.radians(track))
        found["north"] = speed * math.cos(math.radians(track))
    return {name: math.nan if value is None else float(value) for name, value in found.items()}


def compare(messages: list[str]) -> int:
    """Check every message that rs1090 decodes against ours; return how many there were."""
    ours, count = fields_of(messages), 0
    for row, theirs in enumerate(rs1090.decode(messages)):
        if theirs is None:
            continue
        count += 1
        code = int(ours.code[row])
        assert int(ours.form[row]) == int(theirs["df"])
        assert int(ours.address[row]) == int(theirs["icao24"], 16)
        if theirs.get("squawk") and (code < 0 or theirs.get("subtype") == "emergency_priority"):
            assert int(ours.squawk[row]) == int(theirs["squawk"])
        if "callsign" in theirs:
            assert ours.label[row].decode().replace(" ", "") == theirs["callsign"].replace(" ", "")
        if "lat_cpr" in theirs:
            odd = int(theirs["parity"] == "odd")
            assert (int(ours.odd[row]), int(ours.lat_cpr[row])) == (odd, theirs["lat_cpr"])
            assert int(ours.lon_cpr[row]) == theirs["lon_cpr"]
        measures = {
            "altitude": (ours.height_m if code >= 20 else ours.altitude_m)[row] / FOOT_M,
            "vertical_rate": ours.up_mps[row] * 60 / FOOT_M,
            "east": ours.east_mps[row] / KNOT_MPS,
            "north": ours.north_mps[row] / KNOT_MPS,
        }
        for name, value in stated(theirs).items():
            # Metric and negative Gillham altitudes, reserved velocity subtypes: read by one of the two only.
            if math.isfinite(value) and math.isfinite(measures[name]):
                assert measures[name] == pytest.approx(value, abs=1e-3), (messages[row], name)
    return count


def listed(name: str, data_dir: Path) -> list[str]:
    lines = (data_dir / "adsb/modes_raw" / name).read_text(encoding="utf-8-sig").splitlines()
    return [part.lower() for line in lines for part in line.replace('"', "").split(",") if len(part) == 28]


@pytest.mark.parametrize(
    "name", ["sample_data_adsb.csv", "sample_data_commb_df20.csv", "sample_data_commb_df21.csv"]
)
def test_golden_lists_equal_rs1090(name: str, data_dir: Path) -> None:
    messages = listed(name, data_dir)
    assert compare(messages) == len(messages)


def test_golden_recording_of_dump1090_equals_rs1090(data_dir: Path) -> None:
    data = (data_dir / "adsb/modes_raw/sample_dump1090.bin").read_bytes()
    found = find(data, np.array([0, len(data)]))
    messages = [m[:size].tobytes().hex() for m, size in zip(found.message, found.size, strict=True)]
    assert compare(messages) == len(messages) == 239


def test_golden_flight_equals_the_places_stated_with_it(data_dir: Path) -> None:
    """The file states the places that jet1090 computed from the same frames."""
    body = (data_dir / "adsb/modes_raw/full_flight_short.jsonl.gz").read_bytes()
    rows = MEANS.decode([Input(0, 0, body)], Source("rx", "adsb")).observations
    theirs, frames, place = {}, [], 0
    for line in gzip.decompress(body).splitlines(keepends=True):
        theirs[place] = json.loads(line)
        frames.append(theirs[place]["frame"])
        place += len(line)
    assert compare(frames) == 57_793
    placed = np.flatnonzero(rows["kind"] == KIND["position"])
    assert len(placed) == 6_969
    for row in placed.tolist():
        known = theirs[int(rows["item"][row])]
        assert rows["lat_deg"][row] == pytest.approx(known["latitude"], abs=1e-9)
        assert rows["lon_deg"][row] == pytest.approx(known["longitude"], abs=1e-9)
        assert abs(int(rows["time_ns"][row]) - round(known["timestamp"] * SECOND)) < 1_000


def test_golden_values_of_pymodes(data_dir: Path) -> None:
    golden = json.loads((data_dir / "adsb/modes_raw/golden_v2.json").read_text(encoding="utf-8"))
    ours, compared = fields_of(list(golden)), 0
    for row, (message, known) in enumerate(golden.items()):
        assert ours.form[row] == known["df"], message
        assert f"{ours.address[row]:06X}" == known["icao"].upper()
        if known.get("altitude") is not None:
            assert ours.altitude_m[row] / FOOT_M == pytest.approx(known["altitude"])
            compared += 1
        if "squawk" in known:
            assert f"{ours.squawk[row]:04d}" == known["squawk"]
            compared += 1
        if known.get("typecode") == 19:
            speed = math.hypot(ours.east_mps[row], ours.north_mps[row]) / KNOT_MPS
            # pyModeS cuts the speed to whole knots
            assert known["groundspeed"] <= speed + 1e-9 < known["groundspeed"] + 1
            assert ours.up_mps[row] * 60 / FOOT_M == pytest.approx(known["vertical_rate"])
            compared += 1
    assert compared > 500


def test_golden_sound_messages_of_any_content_equal_rs1090() -> None:
    rng = np.random.default_rng(20)
    messages = rng.integers(0, 256, (6_000, 14)).astype(np.uint8)
    messages[:, 0] = 0x8D
    # subtype 2 of TC19 is left out: see the test of the supersonic factor
    code = rng.choice([1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 18, 19, 20, 21, 22], len(messages))
    messages[:, 4] = (code << 3) | np.where(code == 19, 1, messages[:, 4] & 7)
    for message in messages:
        seal(message)
    assert (read_fields(messages, np.full(len(messages), 14)).state == SOUND).all()
    assert compare([message.tobytes().hex() for message in messages]) > 3_000
