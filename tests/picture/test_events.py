"""Events: fires and reports gathered in space and time, whatever the order of arrival."""

import math

import numpy as np

from tests.picture.world import START_NS, THEATRE
from truceline.means.observations import KIND, OBSERVATIONS
from truceline.means.source import Source
from truceline.picture.events import fold_events
from truceline.picture.picture import Picture, evidence, source_numbers
from truceline.picture.settings import Settings
from truceline.terms.classes import NAMES
from truceline.terms.columns import Columns

HOUR_NS = 3_600_000_000_000
SOURCES = (Source("FIRMS", "firms"), Source("PATROL", "report", simulated=True))


def sightings(rows: list[tuple[str, float, float, float, int, float]], sigma_m: float = 200.0) -> Columns:
    """Rows of (kind, hours, east, north, source, quality)."""
    kind, hours, east, north, source, quality = zip(*rows, strict=True)
    return OBSERVATIONS.build(
        len(rows),
        {
            "seq": np.arange(len(rows)),
            "item": np.arange(len(rows)),
            "kind": [KIND[name] for name in kind],
            "time_ns": START_NS + (np.array(hours) * HOUR_NS).astype(np.int64),
            "east_m": east,
            "north_m": north,
            "cov_ee_m2": np.full(len(rows), sigma_m**2),
            "cov_en_m2": np.zeros(len(rows)),
            "cov_nn_m2": np.full(len(rows), sigma_m**2),
            "source": source,
            "quality": quality,
            "label": np.array([f"E{k}" for k in range(len(rows))], dtype="S16"),
        },
    )


FIRE = [
    ("fire", 0.0, 0.0, 0.0, 0, 0.8),
    ("fire", 0.1, 350.0, 100.0, 0, 0.6),
    ("fire", 1.5, 200.0, 50.0, 0, 0.9),
    ("fire", 0.0, 9_000.0, 0.0, 0, 0.5),
    ("fire", 90.0, 100.0, 0.0, 0, 0.5),
]


def test_near_fires_are_one_event() -> None:
    events = fold_events(sightings(FIRE), SOURCES, THEATRE)
    assert sorted(len(evidence(events, event)) for event in range(len(events.tracks))) == [1, 1, 3]
    assert (events.tracks["object_class"] == NAMES.index("fire")).all()
    assert events.lane == "events"


def test_the_order_of_arrival_does_not_matter() -> None:
    rng = np.random.default_rng(2)
    scattered = [
        ("fire", float(t), float(e), float(n), 0, 0.5)
        for t, e, n in zip(rng.uniform(0, 24, 120), *rng.uniform(-8e3, 8e3, (2, 120)), strict=True)
    ]
    table = sightings(scattered)
    want = facts(fold_events(table, SOURCES, THEATRE), table)
    for seed in range(5):
        shuffled = table.take(np.random.default_rng(seed).permutation(len(table)))
        assert facts(fold_events(shuffled, SOURCES, THEATRE), shuffled) == want


def facts(events: Picture, table: Columns) -> list[tuple[object, ...]]:
    """What an event is, with its evidence named by content instead of row."""
    found = []
    for event in range(len(events.tracks)):
        states = events.states.take(events.states["track"] == event)
        cited = tuple(sorted(table["item"][evidence(events, event)].tolist()))
        place = (float(states["east_m"][-1]), float(states["north_m"][-1]), float(states["cov_ee_m2"][-1]))
        found.append(
            (bytes(events.tracks["id"][event]), cited, place, float(events.tracks["existence"][event]))
        )
    return found


def test_the_place_is_the_weighted_mean_with_its_covariance() -> None:
    events = fold_events(sightings(FIRE[:3]), SOURCES, THEATRE)
    last = events.states.take(events.states["track"] == 0).take(slice(-1, None))
    each = 200.0**2 + Settings().event_sigma_m ** 2
    assert math.isclose(last["east_m"][0], (0.0 + 350.0 + 200.0) / 3.0, rel_tol=1e-9)
    assert math.isclose(last["cov_ee_m2"][0], each / 3.0, rel_tol=1e-9)


def test_two_sources_make_an_event_surer_than_one() -> None:
    one = fold_events(
        sightings([("fire", 0.0, 0.0, 0.0, 0, 0.8), ("fire", 0.1, 0.0, 0.0, 0, 0.8)]), SOURCES, THEATRE
    )
    two = fold_events(
        sightings([("fire", 0.0, 0.0, 0.0, 0, 0.8), ("fire", 0.1, 0.0, 0.0, 1, 0.8)]), SOURCES, THEATRE
    )
    assert math.isclose(one.tracks["existence"][0], 0.8) and math.isclose(two.tracks["existence"][0], 0.96)
    assert source_numbers(int(two.tracks["sources"][0])) == (0, 1)
    assert bool(two.tracks["simulated"][0]) and not bool(one.tracks["simulated"][0])


def test_classes_stay_apart_and_empty_reports_are_no_events() -> None:
    table = sightings(
        [("fire", 0.0, 0.0, 0.0, 0, 0.8), ("report", 0.0, 0.0, 0.0, 1, 0.8), ("empty", 0.0, 0.0, 0.0, 1, 0.8)]
    ).put(object_class=np.array([-1, NAMES.index("vehicle"), NAMES.index("vehicle")]))
    events = fold_events(table, SOURCES, THEATRE)
    assert sorted(events.tracks["object_class"].tolist()) == [NAMES.index("vehicle"), NAMES.index("fire")]
    told = fold_events(table.put(object_class=np.array([-1, NAMES.index("fire"), -1])), SOURCES, THEATRE)
    assert len(told.tracks) == 1


def test_a_vague_time_reaches_further() -> None:
    rows = [("fire", 0.0, 0.0, 0.0, 0, 0.8), ("fire", 10.0, 0.0, 0.0, 0, 0.8)]
    assert len(fold_events(sightings(rows), SOURCES, THEATRE).tracks) == 2
    vague = sightings(rows).put(time_sigma_ns=12 * HOUR_NS)
    assert len(fold_events(vague, SOURCES, THEATRE).tracks) == 1


def test_bad_rows_and_no_rows_break_nothing() -> None:
    table = sightings(FIRE).put(cov_ee_m2=np.nan, quality=np.nan)
    assert len(fold_events(table, SOURCES, THEATRE).tracks) == 3
    assert len(fold_events(table.put(east_m=np.nan), SOURCES, THEATRE).tracks) == 0
    assert len(fold_events(table.put(source=7), SOURCES, THEATRE).tracks) == 0
    assert len(fold_events(OBSERVATIONS.empty(), (), THEATRE).tracks) == 0
