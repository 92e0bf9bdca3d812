"""A real radar's 25 minutes: the tracks' codes and flight levels must agree with the plots they cite."""

from pathlib import Path

import numpy as np
import pytest

from truceline.means.asterix import MEANS
from truceline.means.means import Input
from truceline.means.observations import KIND
from truceline.means.source import Detection, Source
from truceline.picture.air import fold_air
from truceline.picture.picture import Picture, evidence
from truceline.terms.columns import Columns
from truceline.terms.place import Site, Theatre, polar_to_grid

# The capture states no position: this one is given by hand, as an operator would.
SITE = Site(-31.31, -64.21, 500.0)
THEATRE = Theatre(SITE.lat_deg, SITE.lon_deg)
SOURCE = Source("CBA", "asterix", site=SITE, detection=Detection(range_m=470_000.0, look_s=4.0))


def on_the_grid(rows: Columns) -> Columns:
    height = np.where(np.isfinite(rows["pressure_altitude_m"]), rows["pressure_altitude_m"], 3000.0)
    reach = np.where(np.isfinite(rows["range_m"]), rows["range_m"], 0.0)
    azimuth = np.where(np.isfinite(rows["azimuth_rad"]), rows["azimuth_rad"], 0.0)
    east, north = polar_to_grid(THEATRE, SITE, reach, azimuth, np.minimum(height, reach))
    along, across = SOURCE.accuracy.range_m**2, (reach * SOURCE.accuracy.azimuth_rad) ** 2
    sine, cosine = np.sin(azimuth), np.cos(azimuth)
    known = np.isfinite(rows["range_m"]) & np.isfinite(rows["azimuth_rad"])
    return rows.put(
        source=0,
        east_m=np.where(known, east, np.nan),
        north_m=np.where(known, north, np.nan),
        cov_ee_m2=along * sine**2 + across * cosine**2,
        cov_en_m2=(along - across) * sine * cosine,
        cov_nn_m2=along * cosine**2 + across * sine**2,
    ).sort(("time_ns", "item"))


@pytest.fixture(scope="module")
def capture(data_dir: Path) -> tuple[Columns, Picture]:
    path = data_dir / "asterix" / "argentina" / "cba_010626.pcap"
    reading = MEANS.decode([Input(0, 1_780_323_180_000_000_000, path.read_bytes())], SOURCE)
    observations = on_the_grid(reading.observations)
    return observations, fold_air(observations, [SOURCE], THEATRE)


def tracks(picture: Picture) -> list[int]:
    return np.flatnonzero(picture.tracks["confirmed_ns"] >= 0).tolist()


def radar_rows(observations: Columns) -> np.ndarray:
    """Plots and replies; the radar's own fixed transponder is neither."""
    return np.isin(observations["kind"], [KIND["plot"], KIND["reply"]]) & np.isfinite(observations["east_m"])


def test_a_track_holds_one_code(capture: tuple[Columns, Picture]) -> None:
    observations, picture = capture
    for track in tracks(picture):
        codes = observations["squawk"][evidence(picture, track)]
        stated = codes[codes >= 0]
        assert len(stated) and (stated == picture.tracks["squawk"][track]).mean() >= 0.95


def test_every_code_seen_long_has_its_track(capture: tuple[Columns, Picture]) -> None:
    observations, picture = capture
    placed = radar_rows(observations)
    codes, counts = np.unique(observations["squawk"][placed], return_counts=True)
    lasting = {int(code) for code, count in zip(codes, counts, strict=True) if code >= 0 and count >= 50}
    assert len(lasting) >= 12
    assert lasting <= set(picture.tracks["squawk"][tracks(picture)].tolist())


def test_lasting_codes_are_held_nearly_whole(capture: tuple[Columns, Picture]) -> None:
    observations, picture = capture
    held = np.unique(np.concatenate([evidence(picture, track) for track in tracks(picture)]))
    placed = np.flatnonzero(radar_rows(observations) & (observations["squawk"] >= 0))
    assert np.isin(placed, held).mean() > 0.97


def test_heights_follow_the_flight_levels(capture: tuple[Columns, Picture]) -> None:
    observations, picture = capture
    for track in tracks(picture):
        states = picture.states.take(picture.states["track"] == track)
        reported = observations["pressure_altitude_m"][states["observation"]]
        known = np.isfinite(reported)
        assert np.abs(states["height_m"] - reported)[known].max() < 100.0


def test_speeds_are_those_of_aircraft(capture: tuple[Columns, Picture]) -> None:
    _, picture = capture
    for track in tracks(picture):
        states = picture.states.take(picture.states["track"] == track)
        if len(states) >= 50:
            speed = np.hypot(states["vel_east_mps"], states["vel_north_mps"])
            assert 60.0 < np.median(speed) < 320.0


def test_the_rotation_is_learned_when_declared_wrong(capture: tuple[Columns, Picture]) -> None:
    observations, picture = capture
    slow = Source("CBA", "asterix", site=SITE, detection=Detection(range_m=470_000.0, look_s=10.0))
    other = fold_air(observations, [slow], THEATRE)
    assert set(other.tracks["squawk"][tracks(other)].tolist()) >= {
        code for code in picture.tracks["squawk"][tracks(picture)].tolist() if code > 0
    } - {411}
