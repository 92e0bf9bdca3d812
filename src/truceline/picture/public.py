"""Tracks for scripts, notebooks and the running centre: plots in, the tracks that a display would show out.

    track(plots, sensors, at_ns)                     all at once
    lane = Lane.open(sensors); lane = lane.step(batch); lane.at(time_ns)          as they come

Both are the same code and give the same bytes, however the stream is cut and whatever the order of rows inside a batch.
A lane is never changed: ``step`` returns the next one, and any earlier one can be stepped again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from truceline.picture import late
from truceline.picture.air import AirState, close, present, start_at
from truceline.picture.ground import GROUND, GROUND_BANK
from truceline.picture.picture import Picture, source_numbers
from truceline.picture.plots import ORDER, SHIFT_NS, Located, located, times_of
from truceline.picture.predict import make_bank, make_ground_bank
from truceline.picture.roads import network
from truceline.picture.sensor import REPORTS_S, Sensor, checked
from truceline.picture.settings import DEFAULT, Settings
from truceline.picture.slots import Bank
from truceline.terms.columns import Column, Columns, Table
from truceline.terms.faults import Fault, Refusal
from truceline.terms.place import Theatre

LANES: dict[str, tuple[Settings, Bank]] = {"air": (DEFAULT, make_bank()), "ground": (GROUND, GROUND_BANK)}
CHECKPOINTS = 8  # in a lag
COASTS = 1.5  # of the longest revisit of the sensors that saw a track
TOO_LATE = "it came after its time was settled"
PLANE = Theatre(0.0, 0.0)

SHOWN = Table(
    "shown",
    (
        Column("time_ns", "<i8", "ns", "the time asked for; the state is predicted to it", 0),
        Column("track_id", "S64", "", "content id of the track's first plot", b""),
        Column("east_m", "<f8", "m", "position", math.nan),
        Column("north_m", "<f8", "m", "position", math.nan),
        Column("vel_east_mps", "<f8", "m/s", "velocity", math.nan),
        Column("vel_north_mps", "<f8", "m/s", "velocity", math.nan),
        Column("var_e_m2", "<f8", "m2", "position covariance, east east", math.nan),
        Column("var_n_m2", "<f8", "m2", "position covariance, north north", math.nan),
        Column("cov_en_m2", "<f8", "m2", "position covariance, east north", math.nan),
        Column("existence", "<f8", "", "probability that there is a target", 0.0),
        Column(
            "status",
            "S9",
            "",
            "confirmed; coasting: confirmed, without a plot of late; new: not yet confirmed",
            b"",
        ),
    ),
)


class Lane(msgspec.Struct, frozen=True):
    """A lane of the picture between two batches.

    Attributes:
        name: "air" or "ground".
        sensors: The sensors as declared.
        window: The rows that may still change their places, with checkpoints.
        faults: Rows of the last batch that did not count, each with the reason: too late, or given twice.
        late: Rows of all batches that came too late.
        settled: Located rows that the last batch settled; nothing that comes later changes what they made.
        lost: Located rows of the last batch that came too late.
        shift_ns: What located rows' times are later than the times given.
    """

    name: str
    sensors: tuple[Sensor, ...]
    window: late.Window
    settled: Columns
    lost: Columns
    faults: tuple[Fault, ...] = ()
    late: int = 0
    shift_ns: int = 0

    @classmethod
    def open(
        cls, sensors: Sequence[Sensor], lane: str = "air", *, lag_s: float = 0.0, roads: Any = None
    ) -> Lane:
        """Return a lane into which nothing has come.

        ``lag_s``: seconds by which plots may be late. A plot that comes late goes into its place; one later than that is
        counted in ``late`` and stands in ``faults``. ``roads``: those of the ground lane (see ``track``).

        Raises:
            Refusal: no such lane, two sensors of one name, a lag that is negative or over a day, or roads that are none.
        """
        held = checked(sensors)
        if lane not in LANES:
            raise Refusal(
                f"no lane is called {lane!r}", where="lane", remedy=f"choose one of {', '.join(LANES)}"
            )
        if not 0.0 <= lag_s <= 86_400.0:
            raise Refusal(f"{lag_s!r} s is no lag", where="lag_s", remedy="give seconds from 0 to 86,400")
        ranked = sorted(held, key=lambda sensor: sensor.name)
        state = start_at(
            [sensor.source(lane) for sensor in ranked],
            [(float(sensor.east_m), float(sensor.north_m)) for sensor in ranked],
            [sensor.false_plots_m2 for sensor in ranked],
            PLANE,
            LANES[lane][0],
            _bank(lane, roads),
            lane,
        )
        opened = cls.of(state, round(lag_s * 1e9), 0, ORDER)
        return msgspec.structs.replace(opened, sensors=held, shift_ns=SHIFT_NS)

    @classmethod
    def of(cls, state: AirState, lag_ns: int, every_ns: int, order: tuple[str, ...]) -> Lane:
        """Return the lane of a started state, for located rows; ``every_ns`` 0: eight checkpoints in a lag."""
        part = late.slice_of(state)
        every = every_ns or max(-(-lag_ns // (CHECKPOINTS * part)), 1) * part
        window = late.opened(state, lag_ns, every, order)
        return cls(state.lane, (), window, window.rows, window.rows)

    @property
    def state(self) -> AirState:
        """The lane's state after all rows that came."""
        return self.window.state

    def step(self, batch: Any, now_ns: int | None = None) -> Lane:
        """Return the lane after a batch of plots (see ``track``), in any order.

        ``now_ns`` is the clock that the lag is counted from; without one it is the newest plot's time, and one plot with
        a time far ahead then settles all before it.

        Raises:
            Refusal: the batch is wrong; the lane stands as it was.
        """
        found = (
            located(batch, self.sensors)
            if self.sensors or not isinstance(batch, Columns)
            else Located(batch, ())
        )
        return self._took(found, None if now_ns is None else now_ns + self.shift_ns)

    def _took(self, found: Located, now_ns: int | None) -> Lane:
        rows, doubles = found.rows, found.doubles
        if self.sensors:
            rows, again = _fresh(rows, self.window, self.state)
            doubles += again
        taken = late.take(self.window, rows, now_ns)
        names = [source.name for source in self.state.sources]
        lost = tuple(
            Fault(_name(names, number), row, 0, 0, TOO_LATE)
            for row, number in enumerate(taken.late["source"].tolist())
        )
        return msgspec.structs.replace(
            self,
            window=taken.window,
            settled=taken.settled,
            lost=taken.late,
            faults=doubles + lost,
            late=self.late + len(taken.late),
        )

    def at(self, time_ns: int) -> pa.Table:
        """Return the tracks that a display shows at a time, predicted to it; the columns are those of ``track``.

        Raises:
            Refusal: plots later than that time have come, so that the state could not be without them.
        """
        moment = times_of([time_ns], "time_ns", "at")
        return _table([self._shown(int(moment[0]))])

    def picture(self) -> Picture:
        """Return all tracks so far and every state they went through, with the observation that moved it."""
        whole = close(self.state)
        tracks = whole.tracks.put(
            **{
                name: np.where(whole.tracks[name] > 0, whole.tracks[name] - self.shift_ns, whole.tracks[name])
                for name in ("first_ns", "last_ns", "confirmed_ns", "ended_ns")
            }
        )
        return Picture(whole.lane, tracks, whole.states.put(time_ns=whole.states["time_ns"] - self.shift_ns))

    def _shown(self, time_ns: int) -> Columns:
        moment = time_ns + self.shift_ns
        if self.window.last_ns > moment:
            raise Refusal(
                f"plots up to {self.window.last_ns - self.shift_ns} have come",
                where=f"at {time_ns}",
                remedy="ask an earlier lane, or for a later time",
            )
        found = present(self.state, moment)
        tracks, states = found.tracks, found.states
        row = states["track"]
        return SHOWN.build(
            len(states),
            {
                "time_ns": np.full(len(states), time_ns),
                "track_id": tracks["id"][row],
                **{name: states[name] for name in ("east_m", "north_m", "vel_east_mps", "vel_north_mps")},
                "var_e_m2": states["cov_ee_m2"],
                "var_n_m2": states["cov_nn_m2"],
                "cov_en_m2": states["cov_en_m2"],
                "existence": states["existence"],
                "status": _status(tracks, self._revisits_ns(), moment)[row],
            },
        )

    def _revisits_ns(self) -> list[int]:
        times = {sensor.name: sensor.revisit_s for sensor in self.sensors}
        return [round(1e9 * times.get(source.name, REPORTS_S)) for source in self.state.sources]


def track(
    plots: Any,
    sensors: Sequence[Sensor],
    at_ns: Any,
    *,
    lane: str = "air",
    seed_state: Lane | None = None,
    roads: Any = None,
) -> pa.Table:
    """Return the tracks that a display would show at each asked time, from the plots up to that time and no later one.

    Args:
        plots: A ``pyarrow.Table`` or a dict of NumPy columns, in any order of rows. ``time_ns`` (int64, UTC since 1970 or of
            a simulation), ``sensor`` (text), and ``range_m``, ``azimuth_rad`` (clockwise from north), optionally
            ``elevation_rad``, ``range_rate_mps``, ``height_m``, ``identity``; or ``east_m``, ``north_m``, ``var_e_m2``,
            ``var_n_m2``, ``cov_en_m2``. Polar and Cartesian rows may be mixed. A table of observations will do too.
        sensors: A ``truceline.Sensor`` for every name in ``sensor``, on the grid whose metres the result is in.
        at_ns: Ascending times at which states are wanted, int64 ns.
        lane: "air": aircraft and drones; "ground": vehicles and boats, which stop and go.
        seed_state: The ``Lane`` that a stream has come to; the plots go on from it.
        roads: For the ground lane: polylines, each a sequence of (east_m, north_m), that vehicles may follow or leave.
            ``truceline.road_lines`` reads them out of GeoJSON.

    Returns:
        One row for each time and shown track, in that order: ``time_ns``, ``track_id``, ``east_m``, ``north_m``,
        ``vel_east_mps``, ``vel_north_mps``, ``var_e_m2``, ``var_n_m2``, ``cov_en_m2``, ``existence``, ``status``.

    Raises:
        Refusal: a wrong column, row, sensor, time or lane; the text names it and the remedy.
    """
    moments = _ascending(at_ns)
    if seed_state is None:
        held = Lane.open(sensors, lane, roads=roads)
    else:
        held = _seeded(seed_state, sensors, lane, roads)
    found = located(plots, checked(sensors))
    stops = np.searchsorted(found.rows["time_ns"], moments + held.shift_ns, side="right")
    parts: list[Columns] = []
    done = 0
    for moment, stop in zip(moments.tolist(), stops.tolist(), strict=True):
        if stop > done:
            held = held._took(Located(found.rows.take(slice(done, stop)), ()), None)
            if held.lost:
                first = int(held.lost["time_ns"][0]) - held.shift_ns
                raise Refusal(
                    f"a plot at {first} ns is older than what the seed has settled",
                    where="plots, column time_ns",
                    remedy="give later plots, or a seed opened with lag_s",
                )
            done = stop
        parts.append(held._shown(moment))
    return _table(parts)


def _ascending(at_ns: Any) -> npt.NDArray[np.int64]:
    moments = times_of(at_ns, "at_ns", "at_ns").reshape(-1)
    if (np.diff(moments) < 0).any():
        row = int(np.argmax(np.diff(moments) < 0)) + 1
        raise Refusal(
            f"item {row} is earlier than the one before",
            where="at_ns",
            remedy="sort the asked times ascending",
        )
    return moments


def _bank(lane: str, roads: Any) -> Bank:
    if roads is None:
        return LANES[lane][1]
    if lane != "ground":
        raise Refusal(
            "nothing in the air follows roads", where="roads", remedy='give them with lane="ground"'
        )
    return make_ground_bank(network(roads))


def _seeded(seed: Lane, sensors: Sequence[Sensor], lane: str, roads: Any) -> Lane:
    if not isinstance(seed, Lane):
        raise Refusal(
            f"a {type(seed).__name__} is no lane", where="seed_state", remedy="give a truceline.Lane"
        )
    if seed.name != lane or sorted(checked(sensors), key=_named) != sorted(seed.sensors, key=_named):
        raise Refusal(
            "it was opened for another lane or other sensors",
            where="seed_state",
            remedy="give the same sensors again",
        )
    if roads is not None and not np.array_equal(_bank(lane, roads).roads.ends, seed.state.bank.roads.ends):
        raise Refusal("it was opened with other roads", where="seed_state", remedy="leave roads out")
    return seed


def _named(sensor: Sensor) -> str:
    return sensor.name


def _fresh(rows: Columns, window: late.Window, state: AirState) -> tuple[Columns, tuple[Fault, ...]]:
    """Return the rows that are not in the open window yet, and a Fault for each that is."""
    if not len(rows) or not len(window.rows) or int(rows["time_ns"][0]) > window.last_ns:
        return rows, ()
    held = set(zip(*(window.rows[name].tolist() for name in ORDER), strict=True))
    again = np.array([row in held for row in zip(*(rows[name].tolist() for name in ORDER), strict=True)])
    names = [source.name for source in state.sources]
    faults = (
        Fault(names[int(rows["source"][row])], row, 0, 0, "the same plot was given twice")
        for row in np.flatnonzero(again).tolist()
    )
    return rows.take(~again), tuple(faults)


def _status(tracks: Columns, revisits_ns: Sequence[int], time_ns: int) -> npt.NDArray[np.bytes_]:
    """Return the status of every track."""
    longest = max(revisits_ns, default=0)
    masks = {
        mask: max(
            [revisits_ns[number] if number < 62 else longest for number in source_numbers(mask)] or [longest]
        )
        for mask in sorted(set(tracks["sources"].tolist()))
    }
    patience = np.array([COASTS * masks[mask] for mask in tracks["sources"].tolist()])
    coasting = time_ns - tracks["last_ns"] > patience
    known = tracks["confirmed_ns"] >= 0
    return np.where(known, np.where(coasting, b"coasting", b"confirmed"), b"new")


def _table(parts: Sequence[Columns]) -> pa.Table:
    data = {
        name: np.concatenate([SHOWN.empty()[name], *(part[name] for part in parts)]) for name in SHOWN.empty()
    }
    return Columns(SHOWN, data).to_arrow()


def _name(names: Sequence[str], number: int) -> str:
    return names[number] if 0 <= number < len(names) else ""
