"""track and Lane: the same bytes however plots arrive, nothing from later plots, identity as evidence, hostile input."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import truceline
from tests.picture.plotted import AT_NS, RADARS, SECOND_NS, digest, flights, gather, seen, truth
from truceline.picture.picture import evidence
from truceline.terms.faults import Refusal
from truceline.terms.place import Site

ROOT = Path(__file__).resolve().parents[2]
SIDE = truceline.Sensor(
    "S", 0.0, 0.0, range_sigma_m=50.0, azimuth_sigma_rad=0.002, max_range_m=2e5, scan_period_s=4.0
)


@pytest.fixture(scope="module")
def plots() -> dict[str, np.ndarray]:
    return seen(flights(8))


@pytest.fixture(scope="module")
def found(plots: dict[str, np.ndarray]) -> pa.Table:
    return truceline.track(plots, RADARS, AT_NS)


def test_every_flight_has_its_track_near_it(found: pa.Table) -> None:
    assert found.column_names == [
        "time_ns", "track_id", "east_m", "north_m", "vel_east_mps", "vel_north_mps",
        "var_e_m2", "var_n_m2", "cov_en_m2", "existence", "status",
    ]  # fmt: skip
    assert found.schema.field("vel_east_mps").metadata[b"unit"] == b"m/s"
    last = found.filter(pa.compute.equal(found["time_ns"], AT_NS[-1])).to_pydict()
    assert len(last["track_id"]) == len(set(last["track_id"])) == 8
    assert set(last["status"]) == {"confirmed"}
    for east, north, v_east, v_north in truth(flights(8), AT_NS[-1]):
        miss = np.hypot(np.array(last["east_m"]) - east, np.array(last["north_m"]) - north)
        best = int(np.argmin(miss))
        assert miss[best] < 300.0
        assert np.hypot(last["vel_east_mps"][best] - v_east, last["vel_north_mps"][best] - v_north) < 40.0


def test_no_arrival_order_and_no_doubled_row_changes_a_byte(
    plots: dict[str, np.ndarray], found: pa.Table
) -> None:
    rows = len(plots["time_ns"])
    for seed in range(4):
        order = np.random.default_rng(seed).permutation(rows)
        mixed = truceline.track({name: plots[name][order] for name in plots}, RADARS[::-1], AT_NS)
        assert digest(mixed) == digest(found)
    twice = {name: np.concatenate([values, values[::2]]) for name, values in plots.items()}
    assert digest(truceline.track(pa.table(twice), RADARS, AT_NS)) == digest(found)


def test_no_later_plot_changes_an_earlier_state(plots: dict[str, np.ndarray], found: pa.Table) -> None:
    for number in (5, 17):
        moment = AT_NS[number]
        early = {name: values[plots["time_ns"] <= moment] for name, values in plots.items()}
        cut = truceline.track(early, RADARS, AT_NS[: number + 1])
        assert digest(cut) == digest(found.filter(pa.compute.less_equal(found["time_ns"], moment)))
        alone = truceline.track(plots, RADARS, [moment])
        assert digest(alone) == digest(found.filter(pa.compute.equal(found["time_ns"], moment)))


def test_a_stream_gives_the_bytes_of_the_batch(plots: dict[str, np.ndarray], found: pa.Table) -> None:
    rng = np.random.default_rng(3)
    edges = np.sort(np.concatenate([rng.integers(0, AT_NS[-1], 60), AT_NS]))
    lane, before, shown = truceline.Lane.open(RADARS), -1, []
    for edge in edges.tolist():
        part = (plots["time_ns"] > before) & (plots["time_ns"] <= edge)
        lane, before = lane.step({name: values[part] for name, values in plots.items()}), edge
        assert lane.late == 0 and lane.faults == ()
        if edge in AT_NS:
            shown.append(lane.at(edge))
    assert digest(pa.concat_tables(shown)) == digest(found)


def test_a_seed_goes_on_where_a_lane_stands(plots: dict[str, np.ndarray], found: pa.Table) -> None:
    middle = AT_NS[12]
    first = plots["time_ns"] <= middle
    lane = truceline.Lane.open(RADARS).step({name: values[first] for name, values in plots.items()})
    rest = {name: values[~first] for name, values in plots.items()}
    for _ in range(2):  # the lane is not changed by being used
        after = truceline.track(rest, RADARS, AT_NS[13:], seed_state=lane)
        assert digest(after) == digest(found.filter(pa.compute.greater(found["time_ns"], middle)))
    with pytest.raises(Refusal, match="older than what the seed has settled"):
        truceline.track(plots, RADARS, AT_NS[13:], seed_state=lane)
    with pytest.raises(Refusal, match=r"plots up to \d+ have come"):
        truceline.track(rest, RADARS, AT_NS[:1], seed_state=lane)
    with pytest.raises(Refusal, match="other sensors"):
        truceline.track(rest, RADARS[:1], AT_NS[13:], seed_state=lane)


@pytest.mark.parametrize("seeds", [("1",), pytest.param(("2", "3", "0"), marks=pytest.mark.long)])
def test_other_processes_and_hash_seeds_give_the_same_bytes(found: pa.Table, seeds: tuple[str, ...]) -> None:
    script = """
import truceline
from tests.picture.plotted import AT_NS, RADARS, digest, flights, seen
print(digest(truceline.track(seen(flights(8)), RADARS, AT_NS)))
"""
    for seed in seeds:
        done = subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert done.stdout.strip() == digest(found)


def test_polar_and_cartesian_rows_may_be_mixed(plots: dict[str, np.ndarray], found: pa.Table) -> None:
    from truceline.picture.plots import located

    rows = located(plots, RADARS).rows
    flat = rows["item"] % 2 == 0
    names = np.array(sorted(sensor.name for sensor in RADARS))
    hidden = {"range_m": np.where(flat, np.nan, rows["range_m"]), "azimuth_rad": rows["azimuth_rad"]}
    given = {
        "east_m": "east_m",
        "north_m": "north_m",
        "var_e_m2": "cov_ee_m2",
        "var_n_m2": "cov_nn_m2",
        "cov_en_m2": "cov_en_m2",
    }
    mixed = {
        "time_ns": plots["time_ns"][np.lexsort([plots["time_ns"]])][:0], "sensor": names[rows["source"]], **hidden,
        **{name: np.where(flat, rows[column], np.nan) for name, column in given.items()},
    }  # fmt: skip
    mixed["time_ns"] = np.sort(plots["time_ns"])
    same = truceline.track(mixed, RADARS, AT_NS[-1:])
    assert same.num_rows == 8
    best = found.filter(pa.compute.equal(found["time_ns"], AT_NS[-1]))
    assert np.allclose(np.sort(same["east_m"].to_numpy()), np.sort(best["east_m"].to_numpy()), atol=1.0)


def test_a_track_coasts_and_is_gone_when_its_plots_end(plots: dict[str, np.ndarray]) -> None:
    moments = [AT_NS[-1] + n * SECOND_NS for n in (0, 9, 3600)]
    states = truceline.track(plots, RADARS, moments).to_pydict()
    by_time = {
        m: [s for t, s in zip(states["time_ns"], states["status"], strict=True) if t == m] for m in moments
    }
    assert set(by_time[moments[0]]) == {"confirmed"}
    assert "coasting" in by_time[moments[1]]
    assert by_time[moments[2]] == []


def test_a_forged_address_merges_no_distant_targets() -> None:
    ways = flights(2)
    honest = seen(ways, identity=lambda which, look: f"address:{0x4CA100 + which:06X}")
    forged = seen(ways, identity=lambda which, look: "address:4CA100")
    for plots in (honest, forged):
        lane = truceline.Lane.open(RADARS).step(plots)
        last = lane.at(AT_NS[-1]).to_pydict()
        assert len(last["track_id"]) == 2
        for east, north, *_ in truth(ways, AT_NS[-1]):
            assert np.hypot(np.array(last["east_m"]) - east, np.array(last["north_m"]) - north).min() < 300.0


def test_a_swapped_identity_is_kept_as_evidence() -> None:
    ways = flights(2)
    swapped = seen(ways, identity=lambda which, look: f"address:{0x4CA100 + (which + look // 20) % 2:06X}")
    lane = truceline.Lane.open(RADARS).step(swapped)
    picture = lane.picture()
    held = [n for n in range(len(picture.tracks)) if picture.tracks["confirmed_ns"][n] >= 0]
    assert len(held) == 2
    assert len(lane.at(AT_NS[-1])) == 2
    # every plot after the swap still moves the track of its place, and both addresses stand in what moved it
    from truceline.picture.plots import located

    addresses = located(swapped, RADARS).rows["address"]
    for number in held:
        assert set(addresses[evidence(picture, number)].tolist()) >= {0x4CA100, 0x4CA101}
    assert sorted(picture.tracks["address"][held].tolist()) == [0x4CA100, 0x4CA101]


def row(**changed: Any) -> dict[str, Any]:
    plain = {
        "time_ns": np.array([1, 2]), "sensor": ["S", "S"], "range_m": [1e4, 1e4], "azimuth_rad": [0.0, 1.0],
    }  # fmt: skip
    return {name: values for name, values in {**plain, **changed}.items() if values is not None}


@pytest.mark.parametrize(
    ("plots", "words"),
    [
        (row(time_ns=None), "plots, column time_ns: is missing"),
        (row(range_m=None), "plots, column range_m: is missing"),
        (row(azimuth_rad=None), "plots, column azimuth_rad: is missing"),
        (row(range_m=[1e4, np.nan]), "plots, column range_m, row 1: nan says no place"),
        (row(range_m=[np.inf, 1.0]), "plots, column range_m, row 0: inf is outside"),
        (row(range_m=[-1.0, 1.0]), "plots, column range_m, row 0: -1.0 is outside"),
        (row(azimuth_rad=[0.0, 270.0]), "column azimuth_rad, row 1: 270.0 is outside .*degrees?"),
        (row(sensor=["S", "T"]), "plots, column sensor, row 1: 'T' is no sensor .*'S'"),
        (row(sensor=[1, 2]), "plots, column sensor: is of type int64"),
        (row(range_m=["a", "b"]), "plots, column range_m: is of type"),
        (row(time_ns=[1.0, 2.0]), "plots, column time_ns: times are of type float64"),
        (row(time_ns=[1, 2**63]), "plots, column time_ns: times are beyond int64"),
        (row(time_ns=[1, 2**62]), "plots, column time_ns, row 1: 4611686018427387904 ns is outside"),
        (row(time_ns=[1]), "columns of different lengths"),
        (row(azimut_rad=[1.0, 1.0]), "plots, column azimut_rad: is no column of plots .*azimuth_rad"),
        (row(range_m=[[1.0], [2.0]]), "plots, column range_m: has 2 dimensions"),
        (row(east_m=[1.0, 1.0], north_m=[1.0, 1.0]), "column var_e_m2, row 0: a Cartesian row without it"),
        (
            row(east_m=[1.0, 1.0], north_m=[1.0, 1.0], var_e_m2=[1.0, 1.0], var_n_m2=[1.0, 1.0], cov_en_m2=[0.0, 2.0]),
            "column var_e_m2, row 1: is no covariance",
        ),
        (row(identity=["address:12", ""]), "plots, column identity, row 0: 'address:12' is no address"),
        (row(identity=["", "squawk:8000"]), "plots, column identity, row 1: 'squawk:8000' is no code"),
        (row(identity=[1, 1 << 24]), "plots, column identity, row 1: 16777216 is outside"),
        (row(identity=[1.5, 2.5]), "plots, column identity: is of type"),
        ([1, 2, 3], "a list is no table"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(plots: Any, words: str) -> None:
    with pytest.raises(Refusal, match=words):
        truceline.track(plots, [SIDE], [5])


def test_wrong_times_lanes_and_sensors_are_named() -> None:
    with pytest.raises(Refusal, match="at_ns: item 1 is earlier than the one before"):
        truceline.track(row(), [SIDE], [5, 4])
    with pytest.raises(Refusal, match="at_ns, column at_ns: times are of type float64"):
        truceline.track(row(), [SIDE], [5.0])
    with pytest.raises(Refusal, match="lane: no lane is called 'sea'"):
        truceline.track(row(), [SIDE], [5], lane="sea")
    with pytest.raises(Refusal, match="two sensors are called 'S'"):
        truceline.track(row(), [SIDE, SIDE], [5])
    with pytest.raises(Refusal, match="sensors: plots, but no sensor"):
        truceline.track(row(), [], [5])
    with pytest.raises(Refusal, match="Sensor 'R': range_sigma_m is nan"):
        truceline.Sensor(
            "R", 0.0, 0.0, range_sigma_m=np.nan, azimuth_sigma_rad=0.01, max_range_m=1e5, scan_period_s=4.0
        )
    assert truceline.track({}, [SIDE], [5]).num_rows == 0
    assert truceline.track(row(), [SIDE], []).num_rows == 0


ANY = st.floats(allow_nan=True, allow_infinity=True) | st.sampled_from([0.0, -0.0, 1e4, 5e4, 1e308, -1.0])
NEAR = st.floats(0.0, 2e5) | st.sampled_from([0.0, 1e4, 1e4])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(-(2**64), 2**64), ANY, ANY, ANY, st.text(max_size=8)), max_size=6))
def test_hostile_columns_are_refused_or_followed(rows: list[tuple[int, float, float, float, str]]) -> None:
    plots = {
        "time_ns": [r[0] for r in rows], "sensor": ["S"] * len(rows), "range_m": [r[1] for r in rows],
        "azimuth_rad": [r[2] for r in rows], "height_m": [r[3] for r in rows], "identity": [r[4] for r in rows],
    }  # fmt: skip
    try:
        states = truceline.track(plots, [SIDE], [2**61])
    except Refusal as refusal:
        assert refusal.where and refusal.remedy
    else:
        sound(states)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 40) | st.sampled_from([0, 0, 10**9 * 3600 * 24 * 365]), NEAR, st.floats(-6.3, 6.3),
            st.floats(-1e5, 1e5) | st.just(np.nan), st.sampled_from(["", "A", "address:4CA123", "squawk:7000", "track:3"]),
        ),
        max_size=60,
    )
)  # fmt: skip
def test_whatever_can_be_is_followed(rows: list[tuple[int, float, float, float, str]]) -> None:
    """Doubles, crowds at one time and place, plots overhead, one plot alone, years between two."""
    plots = {
        "time_ns": [r[0] * 10**8 for r in rows], "sensor": ["S"] * len(rows), "range_m": [r[1] for r in rows],
        "azimuth_rad": [r[2] for r in rows], "height_m": [r[3] for r in rows], "identity": [r[4] for r in rows],
    }  # fmt: skip
    plots["time_ns"] = [min(value, 3 * 10**18) for value in plots["time_ns"]]
    sound(truceline.track(plots, [SIDE], [10**9, 10**10, 3 * 10**18]))


def sound(states: pa.Table) -> None:
    for name in ("east_m", "north_m", "vel_east_mps", "vel_north_mps", "var_e_m2", "var_n_m2", "cov_en_m2"):
        assert np.isfinite(states[name].to_numpy()).all()
    existence = states["existence"].to_numpy()
    assert ((existence > 0.0) & (existence <= 1.0)).all()
    assert (
        states["var_e_m2"].to_numpy() * states["var_n_m2"].to_numpy() > states["cov_en_m2"].to_numpy() ** 2
    ).all()


def test_the_ground_lane_follows_what_stops_and_goes() -> None:
    rng, looks = np.random.default_rng(4), np.arange(180)
    camera = truceline.Sensor(
        "C", 0.0, 0.0, range_sigma_m=8.0, azimuth_sigma_rad=0.001, max_range_m=2e4, scan_period_s=1.0
    )
    gone = np.where(looks < 60, 15.0 * looks, np.where(looks < 120, 900.0, 900.0 + 15.0 * (looks - 120)))
    east, north = np.tile(-500.0 + gone, 2), np.repeat([4_000.0, 6_000.0], len(looks))
    plots = {
        "time_ns": np.tile(looks * SECOND_NS, 2), "sensor": np.full(2 * len(looks), "C"),
        "east_m": east + rng.normal(0.0, 8.0, len(east)), "north_m": north + rng.normal(0.0, 8.0, len(east)),
        **{name: np.full(len(east), 64.0) for name in ("var_e_m2", "var_n_m2")}, "cov_en_m2": np.zeros(len(east)),
    }  # fmt: skip
    states = truceline.track(plots, [camera], [100 * SECOND_NS, 175 * SECOND_NS], lane="ground").to_pydict()
    assert states["time_ns"] == [100 * SECOND_NS] * 2 + [175 * SECOND_NS] * 2
    assert sorted(states["track_id"][:2]) == sorted(states["track_id"][2:])
    assert np.abs(states["vel_east_mps"][:2]).max() < 1.0
    assert np.abs(np.array(states["vel_east_mps"][2:]) - 15.0).max() < 3.0
    assert np.abs(np.array(states["east_m"][2:]) - 1225.0).max() < 20.0


def test_a_capture_that_was_read_can_be_tracked(data_dir: Path) -> None:
    site = Site(-31.31, -64.21, 500.0)
    reading = truceline.read(data_dir / "asterix" / "argentina" / "cba_010626.pcap", site=site)
    radar = truceline.Sensor(
        "radar", 0.0, 0.0, site.height_m,
        range_sigma_m=60.0, azimuth_sigma_rad=0.0015, max_range_m=450e3, scan_period_s=5.0,
    )  # fmt: skip
    rows = gather(reading.observations)
    moments = [int(rows["time_ns"].max())]
    states = truceline.track(reading.observations, [radar], moments)
    assert 5 <= states.num_rows <= 60
    assert set(states["status"].to_pylist()) <= {"confirmed", "coasting", "new"}
