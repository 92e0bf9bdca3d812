"""The script of a rehearsal: sensors, traffic, incidents and clocks, read from one TOML file with its seed.

A script holds the truth. It never enters a log: the centre sees only the bytes that ``emit`` makes of it.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TypeVar

import msgspec

from truceline.means.source import Source
from truceline.terms.faults import Refusal

T = TypeVar("T")


class Clock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is wrong with one part's clock and line.

    Its clock is off by ``offset_s``; bodies are reordered within ``jitter_s``; of them, ``duplicates`` come twice and
    ``torn`` arrive cut in half (shares, 0 to 1).
    """

    part: str
    offset_s: float = 0.0
    jitter_s: float = 0.0
    duplicates: float = 0.0
    torn: float = 0.0


class Traffic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Civil flights that cross the theatre high, with transponder."""

    flights: int
    low_height_m: float
    high_height_m: float
    low_speed_mps: float
    high_speed_mps: float
    ring_m: float
    received: float


class Flight(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One scripted flight: way points (lon_deg, lat_deg, height_m), flown once or round and round until ``until``."""

    name: str
    start: str
    speed_mps: float
    points: tuple[tuple[float, float, float], ...]
    rcs_m2: float
    until: str = ""
    address: str = ""
    callsign: str = ""
    squawk: int = -1


class Outage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A source says nothing from ``start`` to ``end``."""

    source: str
    start: str
    end: str


class Clutter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """False plots of a radar: mean number a turn, and the true share of its booked detection probability."""

    source: str
    per_turn: float
    true_share: float = 1.0


class Fire(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fire burning from ``start`` to ``end``; a satellite that passes sees it."""

    lat_deg: float
    lon_deg: float
    start: str
    end: str
    power_mw: float


class Pass(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A satellite pass: the ring it imaged, how much of it was clear, and how late its fire list is delivered."""

    satellite: str
    start: str
    end: str
    ring: tuple[tuple[float, float], ...]
    clear_share: float
    delay_s: float


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A document that arrives at a door as it is: a person's report, a notice, an amendment."""

    time: str
    source: str
    kind: str
    document: dict[str, object] = {}
    resource: str = ""


class Mountains(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The synthetic ground: cells of ``cell_m`` to ``half_width_m`` each way, heights above the ellipsoid.

    The plain is ``plain_m`` at the origin and slopes by ``plain_east`` and ``plain_north`` m a km. To the right of the
    ``foot`` line (two points lon_deg, lat_deg) the ground rises by ``rise_m`` within ``width_m``, with ridges about
    ``ridge_m`` high and ``length_m`` from one to the next.
    """

    name: str
    cell_m: float
    half_width_m: float
    foot: tuple[tuple[float, float], tuple[float, float]]
    plain_m: float
    plain_east: float
    plain_north: float
    rise_m: float
    ridge_m: float
    width_m: float
    length_m: float


class Officer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an officer of a part assesses about the cases of a clause."""

    part: str
    officer: str
    clause: str
    verdict: str
    text: str
    reservation: str = ""


class Script(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole rehearsal. Times are ISO 8601 UTC."""

    name: str
    title: str
    seed: int
    agreement: str
    opens: str
    start: str
    end: str
    day: str
    lat_deg: float
    lon_deg: float
    half_width_m: float
    part_titles: dict[str, str]
    traffic: Traffic
    source: tuple[Source, ...]
    clock: tuple[Clock, ...] = ()
    clutter: tuple[Clutter, ...] = ()
    flight: tuple[Flight, ...] = ()
    outage: tuple[Outage, ...] = ()
    fire: tuple[Fire, ...] = ()
    satellite_pass: tuple[Pass, ...] = ()
    body: tuple[Body, ...] = ()
    officer: tuple[Officer, ...] = ()
    terrain: Mountains | None = None


class Expected(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the expected findings: a clause, a stretch (whole hours, or the day), and the verdict it must have."""

    clause: str
    start: str
    end: str
    verdict: str
    why: str = ""


class ExpectedFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The expected findings of a scenario."""

    scenario: str
    finding: tuple[Expected, ...]


def scenarios() -> tuple[str, ...]:
    """Return the names of the scenarios that are shipped."""
    folder = files("truceline.exercise").joinpath("scenarios")
    names = (entry.name for entry in folder.iterdir())
    return tuple(
        sorted(n.removesuffix(".toml") for n in names if n.endswith(".toml") and ".expected" not in n)
    )


def resource(name: str) -> bytes:
    """Return the bytes of a file beside the scenarios.

    Raises:
        Refusal: there is none.
    """
    held = files("truceline.exercise").joinpath("scenarios", name)
    if not held.is_file():
        raise Refusal(f"no scenario file {name!r}", remedy=f"known scenarios: {', '.join(scenarios())}")
    return held.read_bytes()


def read_script(name: str) -> Script:
    """Return a shipped scenario.

    Raises:
        Refusal: no such scenario, or it does not fit the form.
    """
    return _read(resource(f"{name}.toml"), Script, f"{name}.toml")


def read_expected(name: str) -> ExpectedFile:
    """Return the expected findings of a shipped scenario.

    Raises:
        Refusal: no such file, or it does not fit the form.
    """
    return _read(resource(f"{name}.expected.toml"), ExpectedFile, f"{name}.expected.toml")


def _read(data: bytes, form: type[T], where: str) -> T:
    try:
        return msgspec.toml.decode(data, type=form, strict=False)
    except msgspec.DecodeError as error:
        raise Refusal(f"not a scenario: {error}", where=where) from error
