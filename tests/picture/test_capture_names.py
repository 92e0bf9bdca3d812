"""Real captures judged by the codes and addresses that their own rows state; and every capture folds to sound states."""

from pathlib import Path

import numpy as np
import pytest

from bench.real_captures import Capture, broadcasts, radars
from bench.real_figures import CHI2_90, conflicts, continuity, flights_of, owners, speeds, watch
from truceline.centre.locate import locate
from truceline.means.means import Input
from truceline.means.registry import guess
from truceline.means.source import Detection, Source
from truceline.picture.air import fold_air
from truceline.picture.picture import Picture
from truceline.terms.faults import Refusal
from truceline.terms.place import Site, Theatre

Held = tuple[Capture, Picture]
STAMP_NS = 1_780_323_180_000_000_000


@pytest.fixture(scope="module")
def held(data_dir: Path) -> dict[str, Held]:
    found = [*radars(data_dir), *broadcasts(data_dir)]
    return {part.name: (part, fold_air(part.observations, [part.source], part.theatre)) for part in found}


def test_no_flight_is_without_a_track(held: dict[str, Held]) -> None:
    for name, (capture, picture) in held.items():
        assert continuity(capture, picture)["flights without a track"] == 0, name


def test_codes_and_addresses_stay_together(held: dict[str, Held]) -> None:
    for name, (capture, picture) in held.items():
        assert continuity(capture, picture)["purity"] >= 0.98, name


def test_a_fading_radar_breaks_few_flights(held: dict[str, Held]) -> None:
    """Replies from beyond 380 km come in bursts of minutes; nearer, one flight breaks at replies without a level."""
    capture, picture = held["Argentina"]
    assert continuity(capture, picture)["tracks a flight"] <= 1.5
    owner = owners(picture, len(capture.observations))
    whole = []
    for flight in flights_of(capture):
        if capture.observations["range_m"][flight.rows].max() < 350_000.0:
            kept, counts = np.unique(owner[flight.rows], return_counts=True)
            whole.append(((kept >= 0) & (counts >= 3)).sum() == 1)
    assert len(whole) >= 15 and np.mean(whole) >= 0.9


def test_a_dense_sky_gives_one_track_a_code(held: dict[str, Held]) -> None:
    """Also while the recorder writes every plot twice."""
    capture, picture = held["Jahorina"]
    figures = continuity(capture, picture)
    assert figures["flights"] >= 100
    assert figures["flights of one track"] == 1.0
    assert figures["tracks"] <= 1.05 * len(np.unique(capture.observations["squawk"]))


def test_innovations_are_what_the_filter_promises_or_less(held: dict[str, Held]) -> None:
    for name in ("Argentina", "Jahorina"):
        live = watch(*held[name])
        assert (live.nis < CHI2_90).mean() >= 0.9, name
        assert np.percentile(live.first_turns, 95) <= 5.0, name


def test_broadcasts_keep_their_addresses(held: dict[str, Held]) -> None:
    capture, picture = held["OpenSky"]
    assert conflicts(capture, picture) == (0, 0)
    assert continuity(capture, picture)["tracks a flight"] <= 1.05


def test_velocities_are_those_stated(held: dict[str, Held]) -> None:
    for name in ("OpenSky", "raw frames", "noisy landing"):
        off, angle = speeds(*held[name])
        assert np.median(np.abs(off)) < 3.0, name
        assert np.median(angle) < 2.0, name


def test_every_capture_folds_to_sound_states(data_dir: Path) -> None:
    folders = [data_dir / "asterix", data_dir / "adsb" / "modes_raw", data_dir / "adsb" / "traffic_samples"]
    paths = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    alike = [path for path in paths if path.parent.name == "calibration"]
    folded = 0
    for path in paths:
        body = path.read_bytes()
        if len(body) > 4_000_000 or path in alike[4:]:
            continue  # the other tests read the large one; of those alike a few are enough
        try:
            means = guess(path.name, body[:4096])
        except Refusal:
            continue  # no sensor's file
        site = Site(44.0, 15.0, 100.0)
        source = Source("S", means.name, site=site, detection=Detection(range_m=400_000.0))
        rows = means.decode([Input(0, STAMP_NS, body)], source).observations.put(source=0)
        lat, lon = rows["lat_deg"], rows["lon_deg"]
        known = np.isfinite(lat) & np.isfinite(lon)
        theatre = Theatre(float(np.median(lat[known])), float(np.median(lon[known]))) if known.any() else None
        theatre = theatre or Theatre(site.lat_deg, site.lon_deg)
        located = locate(rows, source, theatre).sort(("time_ns", "item"))
        sound(fold_air(located, [source], theatre), path.name)
        folded += 1
    assert folded >= 25


def sound(picture: Picture, name: str) -> None:
    s = picture.states
    for column in ("east_m", "north_m", "vel_east_mps", "vel_north_mps", "cov_en_m2"):
        assert np.isfinite(s[column]).all(), (name, column)
    assert (s["cov_ee_m2"] > 0).all() and (s["cov_nn_m2"] > 0).all(), name
    assert (s["cov_ee_m2"] * s["cov_nn_m2"] > s["cov_en_m2"] ** 2).all(), name
    assert ((s["existence"] >= 0) & (s["existence"] <= 1)).all(), name
    assert (np.diff(s["time_ns"]) >= 0).all(), name
    assert (picture.tracks["last_ns"] >= picture.tracks["first_ns"]).all(), name
