"""GOSPA and what stands beside it: how far a shown picture is from the truth, scan by scan.

    GOSPA^2 = min over matchings of  sum d^2 (matched) + c^2/2 (missed + false)        p = 2, alpha = 2, c = 1000 m

Pairs farther apart than c are never matched, so the matching is found component by component of the graph of nearer
pairs, which is exact. Over a run: root of the mean over scans of GOSPA^2 per target. Source: Rahmathullah,
Garcia-Fernandez, Svensson 2017, Generalized optimal sub-pattern assignment metric.

Consistency is asked of matched pairs: share of 90 % position ellipses that hold the truth, and mean of e' P^-1 e of
position and of velocity (2 for a filter that knows its errors) and of both together (4). Source: Bar-Shalom, Li,
Kirubarajan 2001, chapter 5.4. The matching knows places only: where two aircraft cross it pairs each track with the
other's target for a scan, and the difference of their headings counts as an error of hundreds of sigmas. So the NEES of
velocity and of whole states is asked of pairs matched at the scan before too; ``state_nees_all`` is that of all pairs.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

CUT_M = 1_000.0
SETTLED = 8  # scans left out of the means while tracks begin
ELLIPSE_90 = 4.605170185988092  # chi-square with two degrees of freedom
ELLIPSE_999 = 13.815510557964274


class Shown(msgspec.Struct, frozen=True):
    """Tracks shown at one instant, one row each.

    ``state`` (n, 4): east, north (m) and their velocities (m/s). ``place``, ``motion`` (n, 3): ee, en, nn of position (m2)
    and of velocity (m2/s2); ``cross`` (n, 4): east and north each with both velocities (m2/s); NaN where not told.
    ``sure``: also in a display of confirmed tracks only.
    """

    track: npt.NDArray[np.bytes_]
    state: Floats
    place: Floats
    motion: Floats
    cross: Floats
    sure: npt.NDArray[np.bool_]


class Scan(msgspec.Struct, frozen=True):
    """One comparison: who flew, what was shown, and the best matching of both (positions in those two lists)."""

    at_s: float
    flight: Ints
    track: npt.NDArray[np.bytes_]
    sure: npt.NDArray[np.bool_]
    flown: Ints
    held: Ints
    apart2: Floats
    faster2: Floats
    place_nees: Floats
    motion_nees: Floats
    state_nees: Floats

    @property
    def missed(self) -> int:
        """Targets that no track is matched to."""
        return len(self.flight) - len(self.flown)

    @property
    def false(self) -> int:
        """Tracks that no target is matched to."""
        return len(self.track) - len(self.held)

    @property
    def gospa2(self) -> float:
        """Squared GOSPA of the whole scan, m2."""
        return float(self.apart2.sum()) + CUT_M**2 / 2 * (self.missed + self.false)


class Score(msgspec.Struct, frozen=True):
    """The figures of one run; ``*_per_scan`` are means; NaN where nothing could be counted."""

    gospa_per_target_m: float
    gospa_m: float
    completeness: float
    missed_per_scan: float
    false_per_scan: float
    false_share: float
    false_tracks: int
    false_sure_tracks: int
    tracks: int
    switches_per_100_target_min: float
    latency_p50_s: float
    latency_p95_s: float
    position_rms_m: float
    velocity_rms_mps: float
    ellipse_90: float
    ellipse_999: float
    position_nees: float
    velocity_nees: float
    state_nees: float
    state_nees_all: float


def matching(true: Floats, shown: Floats, cut_m: float = CUT_M) -> tuple[Ints, Ints, Floats]:
    """Return GOSPA's best matching of points (n, 2) and (m, 2): rows of both and squared distances, m2."""
    nothing = np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    if not len(true) or not len(shown):
        return nothing
    near = cKDTree(true).sparse_distance_matrix(cKDTree(shown), cut_m, output_type="coo_matrix")
    if not near.nnz:
        return nothing
    row, column = near.row.astype(np.int64), near.col.astype(np.int64)
    square = np.sum((true[row] - shown[column]) ** 2, axis=1)
    size = len(true) + len(shown)
    graph = coo_array((np.ones(len(row)), (row, len(true) + column)), shape=(size, size))
    part = connected_components(graph, directed=False)[1][row]
    order = np.lexsort([column, row, part])
    row, column, square, part = row[order], column[order], square[order], part[order]
    begin = np.flatnonzero(np.r_[True, part[1:] != part[:-1]])
    end = np.r_[begin[1:], len(part)]
    alone = begin[end - begin == 1]
    chosen = [alone]
    for a, b in zip(begin[end - begin > 1].tolist(), end[end - begin > 1].tolist(), strict=True):
        chosen.append(a + _best(row[a:b], column[a:b], square[a:b] - cut_m**2))
    pick = np.sort(np.concatenate(chosen))
    return row[pick], column[pick], square[pick]


def _best(row: Ints, column: Ints, gain: Floats) -> Ints:
    """Return which of these pairs of one component are in its cheapest matching; ``gain`` is at most 0."""
    rows, at_row = np.unique(row, return_inverse=True)
    columns, at_column = np.unique(column, return_inverse=True)
    cost, edge = np.zeros((len(rows), len(columns))), np.full((len(rows), len(columns)), -1)
    cost[at_row, at_column], edge[at_row, at_column] = gain, np.arange(len(row))
    found = edge[linear_sum_assignment(cost)]
    return np.asarray(found[found >= 0], dtype=np.int64)


def gospa(true: Floats, shown: Floats, cut_m: float = CUT_M) -> float:
    """Return the GOSPA distance of two sets of points (n, 2) and (m, 2), m."""
    square = matching(true, shown, cut_m)[2]
    left = len(true) + len(shown) - 2 * len(square)
    return float(np.sqrt(square.sum() + cut_m**2 / 2 * left))


def compare(at_s: float, flight: Ints, state: Floats, shown: Shown) -> Scan:
    """Return one scan's comparison of true states (n, 4) of these flights with the tracks shown."""
    flown, held, square = matching(state[:, :2], shown.state[:, :2])
    away = shown.state[held] - state[flown]
    return Scan(
        at_s=at_s,
        flight=flight,
        track=shown.track,
        sure=shown.sure,
        flown=flown,
        held=held,
        apart2=square,
        faster2=np.sum(away[:, 2:] ** 2, axis=1),
        place_nees=nees(away[:, :2], shown.place[held]),
        motion_nees=nees(away[:, 2:], shown.motion[held]),
        state_nees=nees_of_states(away, shown.place[held], shown.motion[held], shown.cross[held]),
    )


def nees(away: Floats, covariance: Floats) -> Floats:
    """Return e' P^-1 e of errors (n, 2) and covariances (n, 3) of ee, en, nn."""
    ee, en, nn = covariance.T
    x, y = away.T
    return np.asarray((x * x * nn - 2.0 * x * y * en + y * y * ee) / (ee * nn - en * en))


def nees_of_states(away: Floats, place: Floats, motion: Floats, cross: Floats) -> Floats:
    """Return e' P^-1 e of whole errors (n, 4) and their covariances in the parts of ``Shown``."""
    whole = np.empty((len(away), 4, 4))
    whole[:, :2, :2] = place[:, [0, 1, 1, 2]].reshape(-1, 2, 2)
    whole[:, 2:, 2:] = motion[:, [0, 1, 1, 2]].reshape(-1, 2, 2)
    whole[:, :2, 2:] = cross.reshape(-1, 2, 2)
    whole[:, 2:, :2] = whole[:, :2, 2:].transpose(0, 2, 1)
    found = np.full(len(away), np.nan)
    told = np.isfinite(whole).all(axis=(1, 2))
    found[told] = np.sum(away[told] * np.linalg.solve(whole[told], away[told][:, :, None])[:, :, 0], axis=1)
    return found


def score(scans: Sequence[Scan], settled: int = SETTLED) -> Score:
    """Return the figures of a run; the first ``settled`` scans count only for who was seen when."""
    rest = scans[settled:]
    targets = sum(len(scan.flight) for scan in rest)
    held = sum(len(scan.held) for scan in rest)
    false = sum(scan.false for scan in rest)
    count, per = max(len(rest), 1), [scan.gospa2 / max(len(scan.flight), 1) for scan in rest]
    minutes = targets / count * (rest[-1].at_s - rest[0].at_s) / 60.0 if rest else 0.0
    wait = latencies(scans)
    names, sure_names, true_names = _names(scans)
    place, motion, state = (_joined(rest, f"{name}_nees") for name in ("place", "motion", "state"))
    stayed = _stayed(scans, settled)
    return Score(
        gospa_per_target_m=_mean(per) ** 0.5,
        gospa_m=_mean([scan.gospa2 for scan in rest]) ** 0.5,
        completeness=held / max(targets, 1),
        missed_per_scan=(targets - held) / count,
        false_per_scan=false / count,
        false_share=false / max(targets, 1),
        false_tracks=len(names - true_names),
        false_sure_tracks=len(sure_names - true_names),
        tracks=len(names),
        switches_per_100_target_min=float(100.0 * switches(scans, settled) / minutes) if minutes else np.nan,
        latency_p50_s=float(np.median(wait)) if len(wait) else np.nan,
        latency_p95_s=float(np.percentile(wait, 95)) if len(wait) else np.nan,
        position_rms_m=_mean(_joined(rest, "apart2")) ** 0.5,
        velocity_rms_mps=_mean(_joined(rest, "faster2")) ** 0.5,
        ellipse_90=_mean(place < ELLIPSE_90),
        ellipse_999=_mean(place < ELLIPSE_999),
        position_nees=_mean(place),
        velocity_nees=_mean(motion[stayed]),
        state_nees=_mean(state[stayed]),
        state_nees_all=_mean(state),
    )


def _stayed(scans: Sequence[Scan], settled: int) -> npt.NDArray[np.bool_]:
    """Return of every pair after the first ``settled`` scans whether it was matched at the scan before too."""
    found = [np.zeros(0, np.bool_)]
    before: dict[int, bytes] = {}
    for number, scan in enumerate(scans):
        pairs = list(zip(scan.flight[scan.flown].tolist(), scan.track[scan.held].tolist(), strict=True))
        if number >= settled:
            found.append(np.array([before.get(flight) == track for flight, track in pairs], dtype=np.bool_))
        before = dict(pairs)
    return np.concatenate(found)


def switches(scans: Sequence[Scan], settled: int = SETTLED) -> int:
    """Return how often, after the first ``settled`` scans, a target is matched to another track than before."""
    flight = np.concatenate([scan.flight[scan.flown] for scan in scans])
    track = np.concatenate([scan.track[scan.held] for scan in scans])
    when = np.concatenate([np.full(len(scan.held), k) for k, scan in enumerate(scans)])
    order = np.lexsort([when, flight])
    flight, track, when = flight[order], track[order], when[order]
    other = (flight[1:] == flight[:-1]) & (track[1:] != track[:-1]) & (when[1:] >= settled)
    return int(np.count_nonzero(other))


def latencies(scans: Sequence[Scan]) -> Floats:
    """Return, of every target that came after the first scan and was ever matched, seconds from its first scan to that."""
    came, hit = _first(scans, False), _first(scans, True)
    return np.array([hit[name] - at for name, at in came.items() if at > scans[0].at_s and name in hit])


def _first(scans: Sequence[Scan], matched: bool) -> dict[int, float]:
    """Return when each flight was first in the air, or first matched."""
    flight = np.concatenate([scan.flight[scan.flown] if matched else scan.flight for scan in scans])
    sizes = [len(scan.flown) if matched else len(scan.flight) for scan in scans]
    when = np.repeat([scan.at_s for scan in scans], sizes)
    names, place = np.unique(flight, return_index=True)
    return dict(zip(names.tolist(), when[place].tolist(), strict=True))


def _names(scans: Sequence[Scan]) -> tuple[set[bytes], set[bytes], set[bytes]]:
    """Return the ids of all tracks, of those ever sure, and of those ever matched."""
    every, sure, true = (set[bytes]() for _ in range(3))
    for scan in scans:
        every.update(scan.track.tolist())
        sure.update(scan.track[scan.sure].tolist())
        true.update(scan.track[scan.held].tolist())
    return every, sure, true


def _joined(scans: Sequence[Scan], name: str) -> Floats:
    return np.concatenate([np.zeros(0), *(getattr(scan, name) for scan in scans)])


def _mean(values: Sequence[float] | Floats | npt.NDArray[np.bool_]) -> float:
    return float(np.asarray(values, dtype=np.float64).mean()) if len(values) else float("nan")
