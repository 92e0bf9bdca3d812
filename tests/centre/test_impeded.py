"""Alive and no witness: blind, jammed, frozen and astray radars through the rehearsal's wire bytes lose their coverage."""

from __future__ import annotations

import math
from collections.abc import Callable

import msgspec
import numpy as np
import pytest

from truceline.centre.config import CentreSettings, Config, TheatreSettings, grid_of, theatre_of
from truceline.centre.impeded import believed, impediments, sights
from truceline.centre.inputs import Decoded, canonical_order, decode
from truceline.coverage.coverage import CAUSES, Coverage, fold_coverage
from truceline.exercise.script import Script, read_script
from truceline.exercise.sensors import adsb_rows, radar_rows
from truceline.exercise.world import paths
from truceline.means.adsb import encode_timed as adsb_timed
from truceline.means.asterix import encode_timed as asterix_timed
from truceline.means.watch import Watch
from truceline.record.record import Record, content_of
from truceline.terms.classes import NAMES
from truceline.terms.columns import Columns, concat
from truceline.terms.time import NS_PER_MINUTE, NS_PER_S, parse_time

START = parse_time("2020-11-19T20:25:00Z")
MINUTES = 100
FAILS = START + 60 * NS_PER_MINUTE
END = START + MINUTES * NS_PER_MINUTE
UAV = NAMES.index("uav")
Spoil = Callable[[Columns], Columns]


def busy_script() -> Script:
    script = read_script("karabakh-2020")
    sources = tuple(source for source in script.source if source.name in ("R1", "R2", "ADSB-1"))
    traffic = msgspec.structs.replace(script.traffic, flights=60)
    return msgspec.structs.replace(
        script,
        end="2020-11-19T22:05:00Z",
        source=sources,
        traffic=traffic,
        flight=(),
        outage=(),
        terrain=None,
    )


SCRIPT = busy_script()
WAYS = paths(SCRIPT)
CONFIG = Config(
    CentreSettings(), TheatreSettings(SCRIPT.lat_deg, SCRIPT.lon_deg, 60_000.0), source=SCRIPT.source
)


def recorded(spoil: Spoil | None = None, lag_s: Callable[[int], float] = lambda _: 0.0) -> tuple[Record, ...]:
    """The rehearsal's bytes of both radars and the receiver, R2's rows spoiled before they are written."""
    records = []
    for number, source in enumerate(SCRIPT.source):
        if source.means == "asterix":
            rows, watches = radar_rows(SCRIPT, source, WAYS, number)
            if spoil is not None and source.name == "R2":
                rows = spoil(rows)
            bodies = asterix_timed(rows, watches, source)
        else:
            bodies = adsb_timed(*adsb_rows(SCRIPT, source, WAYS, number), source)
        for time_ns, body in bodies:
            late = lag_s(time_ns) if source.name == "R2" else 0.0
            stamp = time_ns + round((0.02 + late) * NS_PER_S)
            content = content_of("raw", source.name, stamp, body)
            records.append(Record(0, "raw", source.name, stamp, stamp, 0, body, content, source.home))
    return canonical_order(records)


def judged(records: tuple[Record, ...], end_ns: int = END) -> tuple[tuple[Watch, ...], Coverage, Decoded]:
    held = canonical_order(r for r in records if r.stamp_ns <= end_ns)
    decoded = decode(list(held), CONFIG, START, end_ns, counted_ns=START)
    theatre = theatre_of(CONFIG)
    watches = believed(decoded.observations, decoded.watches, held, CONFIG.source, theatre, (START, end_ns))
    step = 5 * NS_PER_MINUTE
    coverage = fold_coverage(watches, CONFIG.source, theatre, grid_of(CONFIG), START, end_ns, step, NAMES)
    return watches, coverage, decoded


def health(watches: tuple[Watch, ...], source: str, time_ns: int) -> set[str]:
    return {w.health for w in watches if w.source == source and w.start_ns <= time_ns < w.end_ns}


def kept_before(rows: Columns, also: np.ndarray) -> Columns:
    return rows.take((rows["time_ns"] < FAILS) | also)


def blinded(rows: Columns) -> Columns:
    """North marks go on, false plots too; what is there gives no echo any more."""
    return kept_before(rows, (rows["squawk"] < 0) & (rows["address"] < 0) & (np.arange(len(rows)) % 3 == 0))


def jammed(rows: Columns) -> Columns:
    return kept_before(rows, (rows["azimuth_rad"] < math.pi) | (rows["azimuth_rad"] > 7 / 4 * math.pi))


def stuck(rows: Columns) -> Columns:
    """From the failure on the last turn's plots come again and again."""
    turn = round(SCRIPT.source[1].detection.look_s * NS_PER_S)
    before = rows.take(rows["time_ns"] < FAILS)
    last = before.take(before["time_ns"] >= FAILS - turn)
    again = [last.put(time_ns=last["time_ns"] + n * turn) for n in range(1, (END - FAILS) // turn)]
    return concat(rows.table, [before, *again])


@pytest.fixture(scope="module")
def well() -> tuple[tuple[Watch, ...], Coverage, Decoded]:
    return judged(recorded())


def test_a_radar_that_sees_what_is_there_keeps_its_coverage(
    well: tuple[tuple[Watch, ...], Coverage, Decoded],
) -> None:
    watches, coverage, decoded = well
    late = [w for w in watches if w.source in ("R1", "R2") and w.start_ns > START + 30 * NS_PER_MINUTE]
    assert {w.health for w in watches} <= {"up", "degraded"}
    assert all(w.trust >= 0.7 for w in late)
    estimates = sights(decoded.observations, decoded.watches, CONFIG.source, theatre_of(CONFIG), (START, END))
    for name in ("R1", "R2"):
        whole = estimates[name][0][1]
        # the script's true share is 0.97 of the booked one
        assert whole.mean[-1] == pytest.approx(0.97, abs=0.05)
        assert np.all(whole.low <= whole.mean + 0.03) and np.all(whole.mean <= whole.high + 0.03)
    assert coverage.by_source[1, UAV].max() > 0.9


def test_blind_but_alive_loses_its_coverage_within_ten_minutes(
    well: tuple[tuple[Watch, ...], Coverage, Decoded],
) -> None:
    records = recorded(blinded)
    watches, _, decoded = judged(records, FAILS + 10 * NS_PER_MINUTE)
    assert any(w.source == "R2" and w.end_ns > FAILS + 9 * NS_PER_MINUTE for w in decoded.watches)
    late = health(watches, "R2", FAILS + 9 * NS_PER_MINUTE + NS_PER_MINUTE // 2)
    assert late and late <= {"blind", "jammed"}
    watches, coverage, _ = judged(records)
    # once it is known, nothing since its last sighting counts
    soon = health(watches, "R2", FAILS + 3 * NS_PER_MINUTE)
    assert soon and soon <= {"blind", "jammed"}
    after = (FAILS + 5 * NS_PER_MINUTE - START) // coverage.step_ns
    assert not coverage.by_source[1, :, after:].any()
    told = {CAUSES[code] for code in np.unique(coverage.cause[1, UAV, after:])}
    assert told & {"impeded", "jamming"} and "watched" not in told
    assert coverage.by_source[0, UAV, after:].any() and health(watches, "R1", FAILS + 20 * NS_PER_MINUTE) == {
        "up"
    }
    assert coverage.by_source[1, UAV, : after - 2].max() > 0.9


def test_a_jammed_bearing_is_cut_out_and_the_rest_counts() -> None:
    watches, coverage, _ = judged(recorded(jammed))
    late = END - 10 * NS_PER_MINUTE
    assert "jammed" in health(watches, "R2", late) and health(watches, "R2", late) & {"up"}
    step = int((late - START) // coverage.step_ns)
    held = {CAUSES[code] for code in np.unique(coverage.cause[1, UAV, step])}
    assert {"jamming", "watched"} <= held


def test_a_frozen_picture_covers_nothing() -> None:
    watches, coverage, _ = judged(recorded(stuck))
    assert health(watches, "R2", FAILS + 10 * NS_PER_MINUTE) & {"frozen", "blind"}
    step = int((FAILS + 10 * NS_PER_MINUTE - START) // coverage.step_ns)
    assert not coverage.by_source[1, :, step].any()
    assert "frozen" in {w.health for w in watches if w.source == "R2"}


def test_a_clock_that_drifts_away_covers_nothing() -> None:
    def drift(time_ns: int) -> float:
        return max(0.0, (time_ns - FAILS) / NS_PER_S / 60.0)

    watches, coverage, _ = judged(recorded(lag_s=drift))
    assert health(watches, "R2", FAILS + 20 * NS_PER_MINUTE) == {"clock"}
    step = int((FAILS + 20 * NS_PER_MINUTE - START) // coverage.step_ns)
    assert not coverage.by_source[1, :, step].any()


def test_an_impediment_is_a_check_and_names_the_source() -> None:
    watches, _, _ = judged(recorded(blinded))
    found = impediments(watches, CONFIG.source, theatre_of(CONFIG))
    assert {check.kind for check in found} == {"impeded"} and all("R2" in check.reason for check in found)
    assert found[0].to_ns > FAILS


def test_the_order_of_records_changes_nothing() -> None:
    records = recorded(blinded)
    one = judged(records)[0]
    assert judged(tuple(reversed(records)))[0] == one
