"""The events lane: fires and people's reports gathered into events, clustered in space and time.

Two observations of one class belong to one event when

    d' S^-1 d + dt^2 / (s1^2 + s2^2 + gap^2) <= gate,    S = R1 + R2 + 2 spread^2 I,   d = difference of positions

and events are the connected sets of that relation, so that the order of arrival cannot matter. The place of an event is
the information-weighted mean of its observations, cumulated in order of time; its existence is 1 minus the product, over
its sources, of 1 - the best reliability stated, since two pixels of one pass are not two witnesses.
Source: single-linkage clustering (Sibson 1973) with a chi-square gate; fusion as in Bar-Shalom et al. 2001.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numba
import numpy as np

from truceline.means.observations import KIND
from truceline.means.source import Source
from truceline.picture.picture import (
    STATES,
    TRACKS,
    Picture,
    assemble,
    covariance,
    first_id,
    placed,
    source_bit,
)
from truceline.picture.settings import DEFAULT, Settings
from truceline.picture.slots import Floats, Ints
from truceline.terms import classes
from truceline.terms.columns import Columns
from truceline.terms.place import Theatre

UNSTATED = 0.5  # reliability of an observation that states none
E_EAST, E_NORTH, E_EE, E_EN, E_NN, E_TIME, E_SIGMA, E_CLASS = range(8)


def fold_events(
    observations: Columns, sources: Sequence[Source], theatre: Theatre, settings: Settings = DEFAULT
) -> Picture:
    """Return the events of located fires and reports, the same for any order of rows; "empty" reports are no events."""
    del theatre  # positions are on the grid already; the argument keeps both lanes callable alike
    rows = _rows(observations, sources)
    held = observations.take(rows)
    facts = _facts(held, sources)
    order = _canonical(held, facts)
    rows, held, facts = rows[order], held.take(order), facts[order]
    parent = np.arange(len(rows), dtype=np.int64)
    if len(rows):
        along = np.argsort(facts[:, E_EAST], kind="stable")
        link(facts, along, settings.event_gate, settings.event_sigma_m**2, settings.event_gap_s**2, parent)
    _, number = np.unique(parent, return_inverse=True)
    states, existence, confirmed = _states(held, facts, rows, number, settings)
    return assemble("events", _tracks(held, number, sources, existence, confirmed), states)


@numba.njit(cache=True)
def link(facts: Floats, along: Ints, gate: float, spread2: float, gap2: float, parent: Ints) -> None:
    """Write each row's event into ``parent``: the lowest row connected with it; ``along`` sorts the rows by east."""
    widest = 0.0
    for row in range(len(facts)):
        widest = max(widest, facts[row, E_EE])
    for one in range(len(along)):
        i = along[one]
        reach = math.sqrt(gate * (facts[i, E_EE] + widest + 2.0 * spread2))
        for two in range(one + 1, len(along)):
            j = along[two]
            de, dn = facts[j, E_EAST] - facts[i, E_EAST], facts[j, E_NORTH] - facts[i, E_NORTH]
            if de > reach:
                break
            if facts[i, E_CLASS] != facts[j, E_CLASS]:
                continue
            xx = facts[i, E_EE] + facts[j, E_EE] + 2.0 * spread2
            xy = facts[i, E_EN] + facts[j, E_EN]
            yy = facts[i, E_NN] + facts[j, E_NN] + 2.0 * spread2
            dt = facts[j, E_TIME] - facts[i, E_TIME]
            near = (de * de * yy - 2.0 * de * dn * xy + dn * dn * xx) / (xx * yy - xy * xy)
            near += (
                dt
                * dt
                / (facts[i, E_SIGMA] * facts[i, E_SIGMA] + facts[j, E_SIGMA] * facts[j, E_SIGMA] + gap2)
            )
            if near <= gate:
                a, b = _root(parent, i), _root(parent, j)
                parent[max(a, b)] = min(a, b)
    for row in range(len(parent)):
        parent[row] = _root(parent, row)


@numba.njit(cache=True)
def _root(parent: Ints, row: int) -> int:
    while parent[row] != row:
        parent[row] = parent[parent[row]]
        row = parent[row]
    return row


def _rows(observations: Columns, sources: Sequence[Source]) -> Ints:
    event = (observations["kind"] == KIND["fire"]) | (observations["kind"] == KIND["report"])
    known = (observations["source"] >= 0) & (observations["source"] < len(sources))
    return np.flatnonzero(event & placed(observations) & known & (observations["time_ns"] > 0)).astype(
        np.int64
    )


def _facts(held: Columns, sources: Sequence[Source]) -> Floats:
    """Return what linking needs, one row each; time in seconds after the earliest."""
    facts = np.empty((len(held), 8))
    declared = np.array([source.accuracy.position_m for source in sources] or [100.0])
    facts[:, E_EAST], facts[:, E_NORTH] = held["east_m"], held["north_m"]
    facts[:, E_EE], facts[:, E_EN], facts[:, E_NN] = covariance(held, declared[held["source"]])
    earliest = int(held["time_ns"].min()) if len(held) else 0
    facts[:, E_TIME] = (held["time_ns"] - earliest) * 1e-9
    facts[:, E_SIGMA] = held["time_sigma_ns"] * 1e-9
    fire = (held["kind"] == KIND["fire"]) & (held["object_class"] < 0)
    facts[:, E_CLASS] = np.where(fire, classes.NAMES.index("fire"), held["object_class"])
    return facts


def _canonical(held: Columns, facts: Floats) -> Ints:
    """Return the order of rows by content, which no order of arrival can change."""
    keys = (
        facts[:, E_CLASS],
        held["cov_ee_m2"],
        held["north_m"],
        held["east_m"],
        held["item"],
        held["source"],
    )
    return np.lexsort([held["label"], *keys, held["time_ns"]]).astype(np.int64)


def _reliability(held: Columns) -> Floats:
    stated = held["quality"]
    return np.where(np.isfinite(stated), np.clip(stated, 0.0, 0.99), UNSTATED)


def _states(
    held: Columns, facts: Floats, rows: Ints, number: Ints, settings: Settings
) -> tuple[Columns, list[float], list[int]]:
    """Return one state per observation, and per event its existence and when it was confirmed."""
    spread = settings.event_sigma_m**2
    trust, sources, times = _reliability(held), held["source"].tolist(), held["time_ns"].tolist()
    events = int(number.max()) + 1 if len(number) else 0
    sums = np.zeros((events, 5))
    best: list[dict[int, float]] = [{} for _ in range(events)]
    existence, confirmed = [0.0] * events, [-1] * events
    out = np.empty((len(rows), 6))
    for row, event in enumerate(number.tolist()):
        xx, xy, yy = facts[row, E_EE] + spread, facts[row, E_EN], facts[row, E_NN] + spread
        det = xx * yy - xy * xy
        x, y = facts[row, E_EAST], facts[row, E_NORTH]
        sums[event] += (yy / det, -xy / det, xx / det, (yy * x - xy * y) / det, (xx * y - xy * x) / det)
        a, b, c, p, q = sums[event].tolist()
        det = a * c - b * b
        best[event][sources[row]] = max(best[event].get(sources[row], 0.0), float(trust[row]))
        doubt = 1.0
        for source in sorted(best[event]):
            doubt *= 1.0 - best[event][source]
        existence[event] = 1.0 - doubt
        if confirmed[event] < 0 and existence[event] >= settings.confirm_existence:
            confirmed[event] = times[row]
        out[row] = (
            (c * p - b * q) / det,
            (a * q - b * p) / det,
            c / det,
            -b / det,
            a / det,
            existence[event],
        )
    table = {
        "track": number, "time_ns": held["time_ns"], "height_m": held["height_m"], "observation": rows,
        "source": held["source"], "vel_east_mps": np.zeros(len(rows)), "vel_north_mps": np.zeros(len(rows)),
    }  # fmt: skip
    for column, name in enumerate(("east_m", "north_m", "cov_ee_m2", "cov_en_m2", "cov_nn_m2", "existence")):
        table[name] = out[:, column]
    return STATES.build(len(rows), table), existence, confirmed


def _tracks(
    held: Columns, number: Ints, sources: Sequence[Source], existence: list[float], confirmed: list[int]
) -> Columns:
    """Return one row per event."""
    events = len(existence)
    table = TRACKS.empty(events)
    simulated = (
        np.array([source.simulated for source in sources] or [False])[held["source"]] | held["simulated"]
    )
    masks = [0] * events
    ids = [""] * events
    for row, event in enumerate(number.tolist()):
        source = int(held["source"][row])
        if not ids[event]:
            place = (float(held["east_m"][row]), float(held["north_m"][row]))
            ids[event] = first_id(
                sources[source].name, int(held["time_ns"][row]), int(held["item"][row]), *place
            )
            table["first_ns"][event] = held["time_ns"][row]
            fire = held["kind"][row] == KIND["fire"] and held["object_class"][row] < 0
            table["object_class"][event] = classes.NAMES.index("fire") if fire else held["object_class"][row]
        masks[event] |= source_bit(source)
        table["last_ns"][event] = max(int(table["last_ns"][event]), int(held["time_ns"][row]))
        table["simulated"][event] |= bool(simulated[row])
        if not table["label"][event]:
            table["label"][event] = held["label"][row]
    table["id"][:] = np.array(ids, dtype="S64")
    table["existence"][:] = existence
    table["confirmed_ns"][:] = confirmed
    table["sources"][:] = np.array(masks, dtype=np.int64)
    return table
