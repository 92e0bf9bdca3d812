"""Small days by hand: the Karabakh agreement, two radars, patrols, and whatever a test lets happen."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import msgspec
import numpy as np

from tests.agreement.files import AMENDMENT, KARABAKH
from truceline.agreement.text import Agreement, fold_agreement
from truceline.coverage.coverage import Coverage, fold_coverage
from truceline.means.observations import KIND, KNOWN, OBSERVATIONS
from truceline.means.source import Detection, Shares, Source
from truceline.means.watch import Area, Sector, Watch
from truceline.picture.events import fold_events
from truceline.picture.picture import STATES, TRACKS, Picture, source_bit
from truceline.terms.classes import NAMES
from truceline.terms.columns import Columns, concat
from truceline.terms.ids import digest
from truceline.terms.place import CellGrid, Site, Theatre, to_grid
from truceline.terms.time import NS_PER_HOUR, NS_PER_S, parse_time
from truceline.verify.judge import Material

THEATRE = Theatre(39.8, 46.8)
GRID = CellGrid(-100_000.0, -100_000.0, 5_000.0, 40, 40)
START = parse_time("2020-11-19T21:00:00Z")
END = parse_time("2020-11-20T21:00:00Z")
R1, R2, ADSB, PATROL_A, PATROL_B, FIRMS, R1_TWIN = range(7)
SITE_1, SITE_2 = Site(40.36, 47.22, 420.0), Site(39.68, 47.72, 310.0)
RADAR = Detection(range_m=190_000.0, reference_range_m=112_000.0, look_s=6.0)
SHORT = Detection(range_m=190_000.0, reference_range_m=74_000.0, look_s=6.0)
SOURCES = (
    Source(
        "R1", "asterix", "A", site=SITE_1, detection=SHORT, shares=Shares("barda", "grid-a", "fibre-a", "A")
    ),
    Source(
        "R2",
        "asterix",
        "B",
        site=SITE_2,
        detection=RADAR,
        shares=Shares("beylagan", "grid-b", "fibre-b", "B"),
    ),
    Source("ADSB-1", "adsb", "A", site=SITE_1, shares=Shares("barda", "grid-a", "fibre-a", "A")),
    Source("patrol-A", "human", "A", shares=Shares(owner="A", link="radio-a")),
    Source("patrol-B", "human", "B", shares=Shares(owner="B", link="radio-b")),
    Source("FIRMS", "firms", "B", shares=Shares(owner="B")),
    Source(
        "R1-twin", "asterix", "A", site=SITE_1, detection=SHORT, shares=Shares("barda", "grid-a", "x", "A")
    ),
)
EMPTY_AIR = Picture("air", TRACKS.empty(), STATES.empty())


def at(clock: str, day: str = "2020-11-20") -> int:
    """An instant of the day in UTC."""
    return parse_time(f"{day}T{clock}Z")


@cache
def agreement(amended: bool = True) -> Agreement:
    """The nine points as known on the judged day."""
    log = [(0, KARABAKH), (1, AMENDMENT)]
    return fold_agreement(log if amended else log[:1], 2)


def place(lon_deg: float, lat_deg: float) -> tuple[float, float]:
    """A point on the theatre grid."""
    east, north = to_grid(THEATRE, np.array([lat_deg]), np.array([lon_deg]))
    return float(east[0]), float(north[0])


def radar_watch(source: int, start_ns: int = START, end_ns: int = END) -> Watch:
    """A radar that rotates from one proof of life to another."""
    held = SOURCES[source]
    assert held.site is not None
    return Watch(held.name, start_ns, end_ns, Sector(held.site, 190_000.0), "up", "rotating")


def box(lon_deg: float, lat_deg: float, half_deg: float) -> tuple[tuple[float, float], ...]:
    """A square ring."""
    w, e, s, n = lon_deg - half_deg, lon_deg + half_deg, lat_deg - half_deg, lat_deg + half_deg
    return ((w, s), (e, s), (e, n), (w, n))


def patrol_watch(
    source: int, ring: tuple[tuple[float, float], ...], start_ns: int, end_ns: int, chance: float = 0.95
) -> Watch:
    """A patrol's look at a ring."""
    noticed = (("vehicle", chance), ("convoy", chance), ("shot", chance))
    return Watch(SOURCES[source].name, start_ns, end_ns, Area(ring), "up", "patrol", -1, noticed)


def coverage_of(watches: Sequence[Watch]) -> Coverage:
    """The coverage of the day."""
    return fold_coverage(list(watches), SOURCES, THEATRE, GRID, START, END, 600 * NS_PER_S, NAMES)


@cache
def both_radars() -> Coverage:
    """Both radars up all day."""
    return coverage_of([radar_watch(R1), radar_watch(R2)])


@cache
def nobody() -> Coverage:
    """Nobody watched anything."""
    return coverage_of([])


@cache
def outage() -> Coverage:
    """R2 silent from 14:00 to 17:00."""
    return coverage_of(
        [radar_watch(R1), radar_watch(R2, START, at("14:00")), radar_watch(R2, at("17:00"), END)]
    )


def observed(
    kind: str, source: int, time_ns: Sequence[int], east_m: Any, north_m: Any, **given: Any
) -> Columns:
    """Rows of the observations; seq and item follow the source and the row."""
    rows = len(time_ns)
    held: dict[str, Any] = {
        "cov_ee_m2": 1e4,
        "cov_en_m2": 0.0,
        "cov_nn_m2": 1e4,
        "known": KNOWN.index("recorded"),
    }
    held |= {
        "kind": KIND[kind],
        "source": source,
        "time_ns": time_ns,
        "east_m": east_m,
        "north_m": north_m,
    } | given
    seq = held.setdefault("seq", np.arange(rows) * 10 + source)
    return OBSERVATIONS.build(
        rows, {name: np.broadcast_to(np.asarray(value), rows) for name, value in held.items()} | {"seq": seq}
    )


def report(
    source: int,
    clock: str,
    lon_deg: float,
    lat_deg: float,
    name: str = "vehicle",
    known: str = "seen",
    **given: Any,
) -> Columns:
    """One person's report."""
    east, north = place(lon_deg, lat_deg)
    row = {
        "object_class": NAMES.index(name),
        "known": KNOWN.index(known),
        "amount": 1.0,
        "quality": 0.95,
    } | given
    kind = row.pop("kind", "report")
    return observed(kind, source, [at(clock)], [east], [north], **row)


def looked(
    source: int, clock: str, lon_deg: float, lat_deg: float, half_deg: float = 0.03, **given: Any
) -> Columns:
    """A report that nothing was there: its place and spread are those of the searched square."""
    wide = (half_deg * 85_000.0) ** 2 / 3.0
    tall = (half_deg * 111_000.0) ** 2 / 3.0
    spread = {"cov_ee_m2": wide, "cov_nn_m2": tall}
    return report(source, clock, lon_deg, lat_deg, kind="empty", **spread, **given)


def flight(
    sources: Sequence[int],
    start_ns: int,
    points: Sequence[tuple[float, float]],
    speed_mps: float = 40.0,
    every_s: float = 10.0,
    confirmed: bool = True,
    **given: Any,
) -> tuple[Picture, Columns]:
    """One track along points (lon, lat), its observations in turn by each source; ``given`` are track columns."""
    corners = np.array([place(*point) for point in points])
    legs = np.hypot(*np.diff(corners, axis=0).T)
    along = np.arange(0.0, legs.sum(), speed_mps * every_s)
    east = np.interp(along, np.concatenate([[0.0], np.cumsum(legs)]), corners[:, 0])
    north = np.interp(along, np.concatenate([[0.0], np.cumsum(legs)]), corners[:, 1])
    times = start_ns + np.round(along / speed_mps * NS_PER_S).astype(np.int64)
    turn = np.array(sources)[np.arange(len(along)) % len(sources)]
    height = given.pop("height_m", np.nan)
    rows = observed(
        "plot", 0, times, east, north, seq=np.arange(len(along)) % 40, item=np.arange(len(along)) * 48
    ).put(source=turn)
    heading = (corners[1] - corners[0]) / np.hypot(*(corners[1] - corners[0]))
    mask = 0
    for source in sources:
        mask |= source_bit(source)
    states = STATES.build(
        len(along),
        {
            "track": np.zeros(len(along)), "time_ns": times, "east_m": east, "north_m": north,
            "height_m": np.full(len(along), height), "vel_east_mps": np.full(len(along), heading[0] * speed_mps),
            "vel_north_mps": np.full(len(along), heading[1] * speed_mps), "cov_ee_m2": np.full(len(along), 2500.0),
            "cov_en_m2": np.zeros(len(along)), "cov_nn_m2": np.full(len(along), 2500.0),
            "existence": np.full(len(along), 0.99), "observation": np.arange(len(along)), "source": turn,
        },
    )  # fmt: skip
    track = {
        "id": [digest(repr((start_ns, points)).encode()).encode()], "first_ns": times[:1], "last_ns": times[-1:],
        "confirmed_ns": times[3:4] if confirmed else [-1], "existence": [0.99], "sources": [mask],
    } | {name: [value] for name, value in given.items()}  # fmt: skip
    return Picture("air", TRACKS.build(1, track), states), rows


def gather(*flights: tuple[Picture, Columns]) -> tuple[Picture, Columns]:
    """Several flights in one picture."""
    tracks, states, rows = [], [], []
    count = 0
    for number, (picture, observations) in enumerate(flights):
        tracks.append(picture.tracks)
        states.append(picture.states.put(track=number, observation=picture.states["observation"] + count))
        rows.append(observations.put(seq=observations["seq"] + 100 * number))
        count += len(observations)
    joined = concat(STATES, states).sort(["time_ns", "track", "observation"])
    return Picture("air", concat(TRACKS, tracks), joined), concat(OBSERVATIONS, rows)


def material(
    coverage: Coverage,
    air: tuple[Picture, Columns] | None = None,
    reports: Sequence[Columns] = (),
    notices: Sequence[bytes] = (),
    end_ns: int = END,
) -> Material:
    """The judged day; reports get record numbers of their own after the air's."""
    picture, rows = air or (EMPTY_AIR, OBSERVATIONS.empty())
    first = int(rows["seq"].max()) + 1 if len(rows) else 0
    numbered = [item.put(seq=first + number) for number, item in enumerate(reports)]
    held = concat(OBSERVATIONS, [rows, *numbered])
    events = fold_events(held, SOURCES, THEATRE)
    count = int(held["seq"].max()) + 1 if len(held) else 0
    contents = tuple(digest(b"record %d" % number) for number in range(count))
    return Material(
        SOURCES, THEATRE, held, picture, events, coverage, contents, START, end_ns, end_ns, tuple(notices)
    )


def notice(
    name: str = "N-1",
    classes: tuple[str, ...] = ("uav",),
    start: str = "07:00",
    end: str = "12:00",
    **where: Any,
) -> bytes:
    """The body of a notice record."""
    return msgspec.json.encode(
        {
            "notice": name, "party": "AZE", "activity": "flight", "start": f"2020-11-20T{start}:00Z",
            "end": f"2020-11-20T{end}:00Z", "place": where or {"area": "line-buffer"}, "classes": classes,
        }
    )  # fmt: skip


CROSSING = [(47.30, 40.02), (47.10, 40.06), (46.90, 40.08), (46.72, 40.07)]
SOUTH = [(47.33, 39.60), (47.20, 39.62), (47.00, 39.62)]
HOUR = NS_PER_HOUR
