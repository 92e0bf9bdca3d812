"""The air lane against a seeded world with known truth."""

import math

import numpy as np

from tests.picture.scene import R1, R2, confirmed, errors, fold, owner, world
from tests.picture.world import START_NS, THEATRE, Radar, Target, broadcasts, plots, together
from truceline.means.observations import KIND, OBSERVATIONS
from truceline.picture.air import fold_air
from truceline.picture.picture import Picture, evidence, source_numbers
from truceline.terms.columns import Columns, concat


def test_every_target_is_one_confirmed_track(traffic_picture: tuple[Picture, list[Target], Columns]) -> None:
    picture, targets, _ = traffic_picture
    owners = [owner(picture, track, targets) for track in confirmed(picture)]
    assert sorted(owners) == list(range(len(targets)))


def test_tracks_are_confirmed_soon(traffic_picture: tuple[Picture, list[Target], Columns]) -> None:
    picture, _, _ = traffic_picture
    delays = [
        (picture.tracks["confirmed_ns"][track] - picture.tracks["first_ns"][track]) * 1e-9
        for track in confirmed(picture)
    ]
    assert max(delays) <= 3 * R1.period_s


def test_states_are_nearer_the_truth_than_plots(
    traffic_picture: tuple[Picture, list[Target], Columns],
) -> None:
    picture, targets, observations = traffic_picture
    for track in confirmed(picture):
        target = targets[owner(picture, track, targets)]
        rows = evidence(picture, track)
        noise = np.sqrt(np.mean(observations["cov_ee_m2"][rows] + observations["cov_nn_m2"][rows]))
        assert np.sqrt(np.mean(errors(picture, track, target)[10:] ** 2)) < 1.3 * noise
    radar_only = [track for track in confirmed(picture) if picture.tracks["address"][track] < 0]
    ratio = []
    for track in radar_only:
        rows = evidence(picture, track)
        noise = np.sqrt(np.mean(observations["cov_ee_m2"][rows] + observations["cov_nn_m2"][rows]))
        target = targets[owner(picture, track, targets)]
        ratio.append(np.sqrt(np.mean(errors(picture, track, target)[10:] ** 2)) / noise)
    assert np.mean(ratio) < 0.8


def test_ellipses_hold_the_truth(traffic_picture: tuple[Picture, list[Target], Columns]) -> None:
    picture, targets, _ = traffic_picture
    inside = total = 0
    for track in confirmed(picture):
        target = targets[owner(picture, track, targets)]
        states = picture.states.take(picture.states["track"] == track)
        for row in range(5, len(states)):
            truth = target.at((int(states["time_ns"][row]) - START_NS) * 1e-9)
            if truth is None:
                continue
            de, dn = states["east_m"][row] - truth[0], states["north_m"][row] - truth[1]
            ee, en, nn = (states[name][row] for name in ("cov_ee_m2", "cov_en_m2", "cov_nn_m2"))
            inside += (de * de * nn - 2 * de * dn * en + dn * dn * ee) / (ee * nn - en * en) < 4.605
            total += 1
    assert 0.84 < inside / total < 0.96


def test_the_silent_drone_is_one_track_of_both_radars(
    traffic_picture: tuple[Picture, list[Target], Columns],
) -> None:
    picture, targets, observations = traffic_picture
    (track,) = [t for t in confirmed(picture) if owner(picture, t, targets) == len(targets) - 1]
    assert source_numbers(int(picture.tracks["sources"][track])) == (0, 1)
    assert set(observations["source"][evidence(picture, track)].tolist()) == {0, 1}
    assert picture.tracks["address"][track] == -1 and picture.tracks["squawk"][track] == -1
    assert np.isnan(picture.states["height_m"][picture.states["track"] == track]).all()


def test_radar_and_broadcast_of_one_aircraft_are_one_track(
    traffic_picture: tuple[Picture, list[Target], Columns],
) -> None:
    picture, targets, observations = traffic_picture
    for track in confirmed(picture):
        target = targets[owner(picture, track, targets)]
        assert picture.tracks["squawk"][track] == target.squawk
        if target.broadcasts:
            assert picture.tracks["address"][track] == target.address
            assert picture.tracks["label"][track] == target.label.encode()
            seen = set(observations["source"][evidence(picture, track)].tolist())
            assert 2 in seen and seen & {0, 1}
        if target.squawk >= 0:
            heights = picture.states["height_m"][picture.states["track"] == track]
            assert abs(np.nanmedian(heights) - target.height_m) < 1.0


def test_broadcasts_move_the_filter_once_a_second(
    traffic_picture: tuple[Picture, list[Target], Columns],
) -> None:
    picture, _, _ = traffic_picture
    for track in confirmed(picture):
        states = picture.states.take((picture.states["track"] == track) & (picture.states["source"] == 2))
        assert (np.diff(states["time_ns"]) > 740_000_000).all()


def test_no_observation_is_evidence_twice(traffic_picture: tuple[Picture, list[Target], Columns]) -> None:
    picture, _, _ = traffic_picture
    held = np.isin(picture.states["track"], confirmed(picture))
    rows = picture.states["observation"][held]
    assert len(np.unique(rows)) == len(rows)


def test_crossing_targets_keep_their_tracks() -> None:
    one = Target(-30_000.0, 0.0, math.radians(80), 180.0, ((330.0, 0.0),))
    two = Target(-30_000.0, 10_000.0, math.radians(100), 180.0, ((330.0, 0.0),))
    quiet = Radar("R1", 0.0, -60_000.0, period_s=4.0, false_plots=5.0)
    picture = fold(world([one, two], 330.0, (quiet,)), (quiet,))
    tracks = confirmed(picture)
    assert sorted(owner(picture, track, [one, two]) for track in tracks) == [0, 1]
    for track in tracks:
        last = errors(picture, track, [one, two][owner(picture, track, [one, two])])[-5:]
        assert last.max() < 600.0


def test_a_target_one_radar_cannot_see_is_held_by_the_other() -> None:
    low = Target(0.0, 0.0, 0.5, 40.0, ((600.0, 0.0),))
    deaf = Radar("R2", 20_000.0, 70_000.0, offset_s=3.3, sees=lambda target: False)
    picture = fold(world([low], 600.0, (R1, deaf)), (R1, deaf))
    (track,) = confirmed(picture)
    assert source_numbers(int(picture.tracks["sources"][track])) in {(0,), (0, 1)}
    assert (picture.tracks["last_ns"][track] - picture.tracks["first_ns"][track]) * 1e-9 > 500.0


def test_nothing_is_invented_in_an_outage() -> None:
    target = Target(-20_000.0, 0.0, math.pi / 2, 120.0, ((700.0, 0.0),))
    dead = Radar("R1", 0.0, -60_000.0, blind=((200.0, 500.0),))
    picture = fold(world([target], 700.0, (dead,)), (dead,))
    seconds = (picture.states["time_ns"] - START_NS) * 1e-9
    assert not ((seconds > 200.0) & (seconds < 500.0)).any()
    tracks = confirmed(picture)
    assert len(tracks) == 2
    ended = (picture.tracks["ended_ns"][tracks[0]] - START_NS) * 1e-9
    assert picture.tracks["ended_ns"][tracks[0]] > 0 and ended >= 200.0


def test_a_ghost_with_a_known_address_is_another_track() -> None:
    real = Target(-20_000.0, 0.0, 1.0, 150.0, ((400.0, 0.0),), address=0x4B1234, broadcasts=True, squawk=4321)
    ghost = Target(40_000.0, 30_000.0, 4.0, 150.0, ((400.0, 0.0),), address=0x4B1234, broadcasts=True)
    parts = [plots(R1, 0, [real], 400.0, 2)[0], broadcasts(2, [real, ghost], 400.0, 2)]
    picture = fold(together(parts))
    tracks = confirmed(picture)
    assert sorted(owner(picture, track, [real, ghost]) for track in tracks) == [0, 1]
    assert (picture.tracks["address"][tracks] == 0x4B1234).all()


def test_a_forged_address_at_the_same_place_breaks_nothing() -> None:
    real = Target(-20_000.0, 0.0, 1.0, 150.0, ((400.0, 0.0),), address=0x4B1234, broadcasts=True, squawk=4321)
    observations = together([plots(R1, 0, [real], 400.0, 2)[0], broadcasts(2, [real], 400.0, 2)])
    forged = observations["address"].copy()
    forged[np.arange(len(forged)) % 7 == 3] = 0x123456
    picture = fold(observations.put(address=np.where(observations["address"] >= 0, forged, -1)))
    following = [t for t in confirmed(picture) if owner(picture, t, [real]) == 0]
    assert 0x4B1234 in picture.tracks["address"][following].tolist()


def test_rows_without_a_place_or_a_known_source_are_left_out() -> None:
    target = Target(-20_000.0, 0.0, 1.0, 150.0, ((300.0, 0.0),))
    good = world([target], 300.0)
    bad = good.take(slice(0, 40))
    rng = np.random.default_rng(0)
    spoiled = [
        bad.put(east_m=np.nan), bad.put(north_m=np.inf), bad.put(source=99), bad.put(source=-1), bad.put(kind=5),
        bad.put(east_m=1e12), bad.put(time_ns=0), bad.put(kind=KIND["identity"], address=-1),
    ]  # fmt: skip
    mixed = concat(OBSERVATIONS, [good, *spoiled])
    picture = fold(mixed.take(rng.permutation(len(mixed))).sort(("time_ns", "source", "seq", "kind")))
    clean = fold(good.sort(("time_ns", "source", "seq", "kind")))
    assert picture.tracks["id"].tolist() == clean.tracks["id"].tolist()
    assert picture.states["east_m"].tolist() == clean.states["east_m"].tolist()


def test_wild_values_break_nothing() -> None:
    rng = np.random.default_rng(5)
    rows = 400
    wild = OBSERVATIONS.build(
        rows,
        {
            "source": rng.integers(-1, 4, rows),
            "kind": rng.integers(0, 9, rows),
            "time_ns": START_NS + np.sort(rng.integers(0, 60_000_000_000, rows)),
            "east_m": rng.choice([0.0, 1e3, -1e5, np.nan, np.inf, 1.9e6], rows),
            "north_m": rng.choice([0.0, 1e3, -1e5, np.nan, -np.inf, 1e300], rows),
            "cov_ee_m2": rng.choice([np.nan, 0.0, -1.0, 1e-9, 1e3, 1e300], rows),
            "cov_en_m2": rng.choice([np.nan, 0.0, 1e3], rows),
            "cov_nn_m2": rng.choice([np.nan, 0.0, 1e-9, 1e3, 1e300], rows),
            "pressure_altitude_m": rng.choice([np.nan, 1e3, 1e12, -1e12, np.inf], rows),
            "vel_east_mps": rng.choice([np.nan, 0.0, 1e9], rows),
            "vel_north_mps": rng.choice([np.nan, 0.0, -1e9], rows),
            "quality": rng.choice([np.nan, -1.0, 0.0, 1e300], rows),
            "address": rng.integers(-1, 3, rows),
            "squawk": rng.integers(-1, 8, rows),
            "time_sigma_ns": rng.choice([0, 1, 10**18], rows),
        },
    )
    picture = fold(wild)
    assert np.isfinite(picture.states["east_m"]).all() and np.isfinite(picture.states["cov_ee_m2"]).all()
    assert (picture.states["existence"] >= 0.0).all() and (picture.states["existence"] <= 1.0).all()


def test_no_input_gives_an_empty_picture() -> None:
    empty = fold(OBSERVATIONS.empty())
    assert len(empty.tracks) == 0 and len(empty.states) == 0
    assert len(fold_air(OBSERVATIONS.empty(3), [], THEATRE).tracks) == 0


def test_foreign_tracks_are_positions_with_doubt() -> None:
    target = Target(-20_000.0, 0.0, 1.0, 150.0, ((200.0, 0.0),))
    rows = []
    for second in range(0, 200, 5):
        state = target.at(float(second))
        assert state is not None
        rows.append(state)
    east, north, vel_east, vel_north = (np.array([row[k] for row in rows]) for k in range(4))
    observations = OBSERVATIONS.build(
        len(rows),
        {
            "source": np.full(len(rows), 1),
            "kind": np.full(len(rows), KIND["track"]),
            "time_ns": START_NS + np.arange(0, 200, 5) * 1_000_000_000,
            "east_m": east,
            "north_m": north,
            "vel_east_mps": vel_east,
            "vel_north_mps": vel_north,
            "track_number": np.full(len(rows), 77),
            "label": np.full(len(rows), b"PARTNER"),
            "simulated": np.full(len(rows), True),
        },
    )
    picture = fold(observations)
    (track,) = confirmed(picture)
    assert picture.tracks["label"][track] == b"PARTNER" and picture.tracks["simulated"][track]
    assert len(evidence(picture, track)) == len(rows)


def test_ids_are_of_the_first_observation() -> None:
    target = Target(-20_000.0, 0.0, 1.0, 150.0, ((300.0, 0.0),))
    observations = world([target], 300.0)
    picture = fold(observations)
    assert len({bytes(name) for name in picture.tracks["id"]}) == len(picture.tracks)
    (track,) = confirmed(picture)
    assert observations["time_ns"][evidence(picture, track)[0]] == picture.tracks["first_ns"][track]
    again = fold(observations.take(slice(3, None)))
    if evidence(picture, track)[0] >= 3:
        assert bytes(picture.tracks["id"][track]) in {bytes(name) for name in again.tracks["id"]}


def test_a_target_that_leaves_the_radars_stays_the_track_of_its_broadcasts() -> None:
    target = Target(0.0, -40_000.0, math.pi / 2, 200.0, ((900.0, 0.0),), address=0x4B0001, broadcasts=True)
    near = tuple(
        Radar(
            radar.name,
            radar.east_m,
            -60_000.0 + k * 30_000.0,
            period_s=5.0,
            offset_s=1.7 * k,
            range_m=70_000.0,
            detection=0.95,
        )
        for k, radar in enumerate((R1, R2))
    )
    parts = [plots(radar, number, [target], 900.0, 6)[0] for number, radar in enumerate(near)]
    parts.append(broadcasts(2, [target], 900.0, 6, per_s=0.04))
    picture = fold(together(parts), near)
    (track,) = confirmed(picture)
    assert (picture.tracks["last_ns"][track] - START_NS) * 1e-9 > 870.0
    assert source_numbers(int(picture.tracks["sources"][track])) == (0, 1, 2)
