"""What can be said of a picture without truth: by the names that plots state, and by the filter's own promises.

A flight is the rows of one name, cut where it was silent longer than a track may coast. A figure per flight:

    tracks a flight     confirmed tracks that hold at least three of its rows; 1 is ideal
    held                share of named rows that a track of their name cites as evidence
    purity              share of the named rows a track cites that state the track's own name
    unexplained gaps    gaps of a track longer than two and a half turns while its flight's rows kept coming
    shown               share of the turns between a flight's first and last row at which a track of its name is shown
    first shown         turns from a flight's first row to the first turn at which it is shown

NIS = v' S^-1 v with v = row - track, S = P + R, the track predicted to the row's time from earlier rows alone: mean 2,
90 % below 4.605 when the declared noise and the filter's covariance are true. Horizontal error is taken from a curve
through the flight's own rows (local quadratic, nine rows, the row itself left out), as EUROCONTROL's SASS-C does when it
reconstructs traffic: it contains the curve's own error, so it is an upper bound.
Sources: Bar-Shalom, Li, Kirubarajan 2001, chapter 5.4 (NIS); EUROCAE ED-142 (kinds of figures).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from bench.real_captures import SECOND, Capture
from truceline.picture.air import AirState, present, start, step
from truceline.picture.picture import Picture
from truceline.terms.columns import Columns

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
SILENT_S = 120.0
LEAST_ROWS = 10
CHI2_90 = 4.605
NINE = 4  # rows on either side of the curve's


@dataclass(frozen=True)
class Flight:
    """Rows of one name without a silence longer than a track may coast."""

    name: int
    rows: Ints


@dataclass(frozen=True)
class Live:
    """What a display showed while the rows came: innovations, and which flights were shown at which turn."""

    rows: Ints
    nis: Floats
    turns: int
    shown: int
    first_turns: Floats
    strangers: int
    looks: int


def flights_of(capture: Capture, gap_s: float = SILENT_S) -> list[Flight]:
    """Flights of at least ten rows, in the order of their names and times."""
    names, times = capture.observations[capture.name_of], capture.observations["time_ns"]
    named = np.flatnonzero(capture.named())
    found = []
    for name in np.unique(names[named]).tolist():
        rows = named[names[named] == name]
        cuts = np.flatnonzero(np.diff(times[rows]) > gap_s * SECOND) + 1
        found += [Flight(name, part) for part in np.split(rows, cuts) if len(part) >= LEAST_ROWS]
    return found


def owners(picture: Picture, rows: int) -> Ints:
    """The confirmed track that cites each row, -1 none."""
    confirmed = picture.tracks["confirmed_ns"] >= 0
    states = picture.states
    cited = (states["observation"] >= 0) & confirmed[states["track"]]
    owner = np.full(rows, -1, dtype=np.int64)
    owner[states["observation"][cited]] = states["track"][cited]
    return owner


def continuity(capture: Capture, picture: Picture) -> dict[str, float]:
    """Figures of identity and continuity; every one a share or a mean."""
    o = capture.observations
    names = o[capture.name_of]
    owner = owners(picture, len(o))
    flights = flights_of(capture)
    tracks = []
    for flight in flights:
        held, counts = np.unique(owner[flight.rows], return_counts=True)
        tracks.append(int(((held >= 0) & (counts >= 3)).sum()))
    named = np.flatnonzero(capture.named())
    cited = owner[named] >= 0
    own = np.zeros(len(named), dtype=bool)
    own[cited] = picture.tracks[capture.name_of][owner[named][cited]] == names[named][cited]
    confirmed = np.flatnonzero(picture.tracks["confirmed_ns"] >= 0)
    nameless = picture.tracks[capture.name_of][confirmed] <= 0
    return {
        "flights": float(len(flights)),
        "tracks": float(len(confirmed)),
        "tracks a flight": float(np.mean(tracks)) if tracks else math.nan,
        "flights of one track": float(np.mean(np.array(tracks) == 1)) if tracks else math.nan,
        "flights without a track": float((np.array(tracks) == 0).sum()),
        "held": float(own.mean()),
        "purity": float(own[cited].mean()),
        "nameless tracks": float(nameless.sum()),
        "unexplained gaps": float(sum(gaps(capture, picture, flight, owner) for flight in flights)),
    }


def gaps(capture: Capture, picture: Picture, flight: Flight, owner: Ints) -> int:
    """Gaps of more than two and a half turns between cited rows of a flight in which uncited rows of it lie."""
    times = capture.observations["time_ns"][flight.rows]
    cited = np.flatnonzero(owner[flight.rows] >= 0)
    long = np.diff(times[cited]) > 2.5 * capture.turn_s * SECOND
    return int((long & (np.diff(cited) > 1)).sum())


def curve_errors(capture: Capture, picture: Picture) -> tuple[float, float]:
    """RMS distance of rows and of track states from the curve through their flight's other rows, m."""
    o, states = capture.observations, picture.states
    state_of = np.full(len(o), -1, dtype=np.int64)
    state_of[states["observation"][states["observation"] >= 0]] = np.flatnonzero(states["observation"] >= 0)
    row_errors, state_errors = [], []
    for flight in flights_of(capture, gap_s=4.5 * capture.turn_s):
        time = (o["time_ns"][flight.rows] - o["time_ns"][flight.rows[0]]) * 1e-9
        keep = np.append(True, np.diff(time) > 0.3 * capture.turn_s)
        rows, time = flight.rows[keep], time[keep]
        east, north = o["east_m"][rows], o["north_m"][rows]
        for k in range(NINE, len(rows) - NINE):
            near = np.array([*range(k - NINE, k), *range(k + 1, k + NINE + 1)])
            x = np.column_stack([np.ones(len(near)), time[near] - time[k], (time[near] - time[k]) ** 2])
            fit = np.linalg.lstsq(x, np.column_stack([east[near], north[near]]), rcond=None)[0][0]
            row_errors.append((east[k] - fit[0]) ** 2 + (north[k] - fit[1]) ** 2)
            at = state_of[rows[k]]
            if at >= 0:
                off = (states["east_m"][at] - fit[0]) ** 2 + (states["north_m"][at] - fit[1]) ** 2
                state_errors.append(off)
    return tuple(float(np.sqrt(np.mean(part))) if part else math.nan for part in (row_errors, state_errors))


def speeds(capture: Capture, picture: Picture) -> tuple[Floats, Floats]:
    """Filter less stated ground speed, m/s, and angle between both, deg, from a track's tenth row on.

    Only rows that state another velocity than their track's row before: lists repeat what they last heard.
    """
    o, states = capture.observations, picture.states
    cited = states["observation"] >= 0
    order = np.lexsort([states["time_ns"], states["track"]])
    order = order[cited[order]]
    track, row = states["track"][order], states["observation"][order]
    fresh = np.append(False, (np.diff(o["vel_east_mps"][row]) != 0) | (np.diff(o["vel_north_mps"][row]) != 0))
    settled = np.arange(len(order)) - np.searchsorted(track, track) >= LEAST_ROWS
    stated = np.hypot(o["vel_east_mps"][row], o["vel_north_mps"][row])
    u, v = states["vel_east_mps"][order], states["vel_north_mps"][order]
    away = np.arctan2(u, v) - np.arctan2(o["vel_east_mps"][row], o["vel_north_mps"][row])
    angle = np.degrees(np.abs((away + np.pi) % (2 * np.pi) - np.pi))
    taken = fresh & settled & (stated > 30.0)
    return (np.hypot(u, v) - stated)[taken], angle[taken]


def conflicts(capture: Capture, picture: Picture) -> tuple[int, int]:
    """Confirmed tracks that cite rows of two addresses; pairs of confirmed tracks of one address at one time."""
    owner = owners(picture, len(capture.observations))
    named = np.flatnonzero(capture.named() & (owner >= 0))
    pairs = np.unique(np.column_stack([owner[named], capture.observations[capture.name_of][named]]), axis=0)
    mixed = int((np.unique(pairs[:, 0], return_counts=True)[1] > 1).sum())
    t = picture.tracks
    doubled = 0
    confirmed = np.flatnonzero(t["confirmed_ns"] >= 0)
    for name in np.unique(t[capture.name_of][confirmed]).tolist():
        same = confirmed[t[capture.name_of][confirmed] == name]
        for a in range(len(same)):
            for b in range(a + 1, len(same)):
                together = min(t["last_ns"][same[a]], t["last_ns"][same[b]])
                together -= max(t["first_ns"][same[a]], t["first_ns"][same[b]])
                doubled += int(together > 5 * SECOND and name > 0)
    return mixed, doubled


@lru_cache(maxsize=4)
def watch(capture: Capture, picture: Picture) -> Live:
    """Run the capture as it came, a quarter second at a time, and look before every row is taken in."""
    o = capture.observations
    ids = picture.tracks["id"]
    owner = owners(picture, len(o))
    rows = np.flatnonzero(capture.placed())
    slices = o["time_ns"][rows] // (SECOND // 4)
    state = start([capture.source], capture.theatre)
    found: list[tuple[int, float]] = []
    turns = Turns(capture)
    for part in np.split(rows, np.flatnonzero(np.diff(slices)) + 1):
        for row in part[owner[part] >= 0].tolist():
            square = innovation(state, o, row, ids[owner[row]])
            found += [(row, square)] if math.isfinite(square) else []
        turns.look(state, int(o["time_ns"][part[0]]))
        state = step(state, o.take(part))
    measured = np.array([row for row, _ in found], dtype=np.int64), np.array([square for _, square in found])
    return Live(*measured, turns.due, turns.met, np.array(turns.first_turns), turns.strangers, turns.looks)


def innovation(state: AirState, o: Columns, row: int, name: bytes) -> float:
    """The normalised innovation squared of one row; NaN when its track is not shown before the row."""
    shown = present(state, int(o["time_ns"][row]))
    found = np.flatnonzero(shown.tracks["id"] == name)
    if not len(found):
        return math.nan
    k = int(np.flatnonzero(shown.states["track"] == found[0])[0])
    de, dn = o["east_m"][row] - shown.states["east_m"][k], o["north_m"][row] - shown.states["north_m"][k]
    ee, en, nn = (shown.states[c][k] + o[c][row] for c in ("cov_ee_m2", "cov_en_m2", "cov_nn_m2"))
    return float((de * de * nn - 2 * de * dn * en + dn * dn * ee) / (ee * nn - en * en))


class Turns:
    """Counts, turn by turn, which flights a display shows."""

    def __init__(self, capture: Capture) -> None:
        """Begin with the flights of a capture."""
        self.capture = capture
        times = capture.observations["time_ns"]
        self.flights = [
            (flight.name, int(times[flight.rows[0]]), int(times[flight.rows[-1]]))
            for flight in flights_of(capture)
        ]
        self.names = set(np.unique(capture.observations[capture.name_of][capture.named()]).tolist())
        self.next_ns = 0
        self.due = self.met = self.strangers = self.looks = 0
        self.begun: set[int] = set()
        self.first_turns: list[float] = []

    def look(self, state: AirState, time_ns: int) -> None:
        """Look at the display once a turn."""
        if time_ns < self.next_ns:
            return
        turn_ns = int(self.capture.turn_s * SECOND)
        self.next_ns = time_ns + turn_ns
        shown = present(state, time_ns).tracks
        named = shown[self.capture.name_of].tolist()
        self.looks += 1
        self.strangers += sum(name <= 0 or name not in self.names for name in named)
        held = set(named)
        for number, (name, first, last) in enumerate(self.flights):
            if first < time_ns <= last:
                self.due += 1
                self.met += name in held
                if name in held and number not in self.begun:
                    self.begun.add(number)
                    self.first_turns.append((time_ns - first) / turn_ns)
