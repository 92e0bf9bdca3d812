"""centre.toml: one file, frozen structs, the unit in every key; an unknown key is an error.

``[centre] [theatre] [ground] [[part]] [[source]]`` are shared: they enter both logs as a config record and
every verdict rests on them. ``[here]`` is this part's own: where it stands, its desk, its limits. It is never logged.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from truceline.centre.config_lines import path_in, place_of_key
from truceline.means.registry import every_means
from truceline.means.source import MODELS, Source
from truceline.record.note import parse_vkey
from truceline.terms.faults import Refusal
from truceline.terms.ids import digest
from truceline.terms.place import CellGrid, Theatre

DOORS = ("udp", "tcp", "file")
MOST_LOOKS = 8_000_000


class CentreSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[centre]``: what both parts fold with."""

    name: Annotated[str, Meta(description="name of the centre, on every report")] = "Joint monitoring centre"
    exercise: Annotated[str, Meta(description="name of the exercise; empty means live input")] = ""
    lateness_s: Annotated[float, Meta(ge=0, le=3600, description="how long a tick waits for late input")] = (
        30.0
    )
    late_s: Annotated[
        float, Meta(ge=0, description="datagrams stamped this long after a day still enter it")
    ] = 3600.0
    tick_s: Annotated[float, Meta(gt=0, le=600, description="length of one live tick")] = 10.0
    warmup_s: Annotated[
        float, Meta(ge=0, description="the seal folds from empty tracks this long before the day")
    ] = 1800.0
    duplicate_s: Annotated[float, Meta(ge=0, description="equal datagrams within this time are one")] = 60.0
    step_s: Annotated[float, Meta(ge=60, le=3600, description="length of one coverage step")] = 600.0
    cell_m: Annotated[float, Meta(ge=100, description="side of one coverage cell")] = 5000.0


class TheatreSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[theatre]``: the grid's origin and how far coverage is computed from it."""

    lat_deg: Annotated[float, Meta(ge=-89, le=89, description="latitude of the grid's origin")] = 39.8
    lon_deg: Annotated[float, Meta(ge=-180, le=180, description="longitude of the grid's origin")] = 46.8
    half_width_m: Annotated[
        float, Meta(gt=0, le=1_000_000, description="half the side of the covered square")
    ] = 100_000.0


class GroundSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[ground]``: the roads that vehicles may follow; without them the ground is open everywhere."""

    roads: Annotated[
        str, Meta(max_length=200, description="GeoJSON of road lines (WGS84), in this directory; empty: none")
    ] = ""
    roads_sha256: Annotated[
        str,
        Meta(
            pattern="^([0-9a-f]{64})?$",
            description="SHA-256 of that file; empty: of the file found at the start",
        ),
    ] = ""
    roads_width_m: Annotated[
        float, Meta(ge=0.5, le=100, description="one sigma of vehicles, and of the map, off the centre line")
    ] = 5.0


class PartSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[[part]]``: one guarantor's part and its public keys."""

    name: Annotated[str, Meta(pattern="^[A-Z]$", description="letter of the part")]
    title: Annotated[str, Meta(description="the guarantor, as reports name it")] = ""
    log_keys: Annotated[
        tuple[str, ...], Meta(description="verifier keys of the part's log (C2SP vkeys)")
    ] = ()
    mirror_keys: Annotated[
        tuple[str, ...], Meta(description="verifier keys of its cosignatures as a mirror")
    ] = ()
    officer_keys: Annotated[tuple[str, ...], Meta(description="verifier keys of its officers")] = ()


class HereSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[here]``: this installation's own settings, never logged."""

    part: Annotated[str, Meta(description="which part runs here")] = "A"
    desk_host: Annotated[
        str, Meta(description="address the desk listens on; loopback unless a proxy guards it")
    ] = "127.0.0.1"
    desk_port: Annotated[int, Meta(ge=0, le=65535, description="port of the desk; 0 takes a free one")] = 8470
    max_file_mib: Annotated[int, Meta(ge=1, description="largest file that ingest takes")] = 512
    decode_timeout_s: Annotated[
        float, Meta(gt=0, description="longest time a foreign decoder may take for one batch")
    ] = 60.0


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of centre.toml."""

    centre: CentreSettings = CentreSettings()
    theatre: TheatreSettings = TheatreSettings()
    ground: GroundSettings = GroundSettings()
    part: tuple[PartSettings, ...] = ()
    source: tuple[Source, ...] = ()
    here: HereSettings = HereSettings()


def shared_body(config: Config) -> bytes:
    """Return the bytes of the config record: all but ``[here]``, as JSON with sorted keys."""
    return msgspec.json.encode(msgspec.structs.replace(config, here=HereSettings()), order="deterministic")


def config_digest(config: Config) -> str:
    """Return the digest that seals name."""
    return digest(shared_body(config))


def read_shared(body: bytes) -> Config:
    """Return the configuration of a config record.

    Raises:
        Refusal: the body is none.
    """
    try:
        return msgspec.json.decode(body, type=Config)
    except msgspec.DecodeError as error:
        raise Refusal(f"unreadable config record: {error}", where="log") from error


def read_config(text: bytes, where: str) -> Config:
    """Return the configuration of centre.toml.

    Raises:
        Refusal: bad TOML, an unknown key, a value out of range, or sources that contradict each other; names the line.
    """
    try:
        config = msgspec.convert(tomllib.loads(text.decode("utf-8")), Config)
    except msgspec.ValidationError as error:
        raise Refusal(
            str(error),
            where=place_of_key(text, path_in(str(error)), where),
            remedy="docs/reference/settings lists every key",
        ) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Refusal(f"not TOML: {error}", where=where, remedy="mend the line named") from error
    for wrong in flaws(config):
        raise Refusal(wrong.message, where=place_of_key(text, wrong.path, where), remedy=wrong.remedy)
    return config


def theatre_of(config: Config) -> Theatre:
    """Return the theatre grid's origin."""
    return Theatre(config.theatre.lat_deg, config.theatre.lon_deg)


def grid_of(config: Config) -> CellGrid:
    """Return the raster on which coverage is computed."""
    cells = max(1, round(2 * config.theatre.half_width_m / config.centre.cell_m))
    corner = -config.theatre.half_width_m
    return CellGrid(corner, corner, config.centre.cell_m, cells, cells)


def write_config(config: Config) -> str:
    """Return centre.toml with every key's meaning beside it."""
    lines: list[str] = ["# Truceline centre. Every key is described in docs/reference/settings.", ""]
    for name in ("centre", "theatre", "ground", "here"):
        section = getattr(config, name)
        lines += [f"[{name}]", *_described(section), ""]
    for part in config.part:
        lines += ["[[part]]", *_described(part), ""]
    return "\n".join(lines) + "\n".join(["", *(write_source(source) for source in config.source)])


def write_source(source: Source) -> str:
    """Return a source as a ``[[source]]`` table of centre.toml."""
    return "\n".join(["[[source]]", *_plain(msgspec.to_builtins(source), "source"), ""])


class Flaw(msgspec.Struct, frozen=True):
    """What is wrong with settings that have the right form: the path of the key, the message, the remedy."""

    path: tuple[str | int, ...]
    message: str
    remedy: str


def flaws(config: Config) -> Iterator[Flaw]:
    """Yield what contradicts itself or cannot be, in the order of the file."""
    parts = [part.name for part in config.part]
    if not parts:
        yield Flaw(("part",), "no [[part]] is declared", "truceline init writes one; restore it")
    for number, part in enumerate(config.part):
        if part.name in parts[:number]:
            yield Flaw(("part", number, "name"), f"two parts are called {part.name!r}", "name them A and B")
        for field in ("log_keys", "mirror_keys", "officer_keys"):
            for key in getattr(part, field):
                if message := _no_vkey(key):
                    yield Flaw(("part", number, field), message, "copy the key as the other part gave it")
    if parts and config.here.part not in parts:
        yield Flaw(
            ("here", "part"), f"part {config.here.part!r} is not declared", f"one of {', '.join(parts)}"
        )
    for path, value in _numbers(msgspec.to_builtins(config), ()):
        if not math.isfinite(value):
            yield Flaw(path, f"{value} is no number", "write a finite one")
    if (looks := _looks(config)) > MOST_LOOKS:
        yield Flaw(
            ("centre", "cell_m"),
            f"coverage of {looks:,.0f} cells and steps a day is more than {MOST_LOOKS:,}",
            "larger cell_m or step_s, or a smaller half_width_m",
        )
    if set("/\\") & {*config.ground.roads} or config.ground.roads in (".", ".."):
        yield Flaw(
            ("ground", "roads"), f"{config.ground.roads!r} is no file's name", "lay it beside centre.toml"
        )
    names = [source.name for source in config.source]
    for number, source in enumerate(config.source):
        if source.name in names[:number]:
            yield Flaw(
                ("source", number, "name"),
                f"two sources are called {source.name!r}",
                "give each source its own name",
            )
        taken = [other.name for other in config.source[:number] if other.door == source.door]
        if taken and source.door.startswith("udp:"):
            yield Flaw(
                ("source", number, "door"),
                f"sources {taken[0]!r} and {source.name!r} share {source.door}",
                "give each its own port: a datagram does not say which of them sent it",
            )
        for key, message, remedy in _source_flaws(source, parts):
            yield Flaw(("source", number, *key), f"source {source.name!r}: {message}", remedy)


def _looks(config: Config) -> float:
    cells = (2 * config.theatre.half_width_m / config.centre.cell_m) ** 2
    return cells * 86_400 / config.centre.step_s if math.isfinite(cells) else 0.0


def _source_flaws(source: Source, parts: list[str]) -> Iterator[tuple[tuple[str, ...], str, str]]:
    if (
        not source.name
        or len(source.name) > 200
        or not source.name.isprintable()
        or set("/\\") & {*source.name}
    ):
        yield ("name",), "not a name for a source", "1 to 200 printable signs without / and \\"
    if source.means not in every_means():
        yield (
            ("means",),
            f"no technical means is called {source.means!r}",
            f"one of {', '.join(every_means())}",
        )
    if parts and source.home not in parts:
        yield ("home",), f"its home {source.home!r} is not declared", f"one of {', '.join(parts)}"
    way, _, address = source.door.partition(":")
    if way not in DOORS or (way != "file" and not is_address(address)):
        yield ("door",), f"no door is called {source.door!r}", "udp:HOST:PORT, tcp:HOST:PORT or file:"
    if source.site is not None and not (
        abs(source.site.lat_deg) <= 90
        and abs(source.site.lon_deg) <= 180
        and abs(source.site.height_m) <= 100_000
    ):
        yield ("site",), "its site is not on the earth", "degrees WGS84, metres above the ellipsoid"
    positive = (("heartbeat_s",), ("detection", "look_s"), ("detection", "range_m"), ("detection", "pfa"))
    # a rate_mps of 0 says that the source gives none
    accuracies = (("accuracy", name) for name in source.accuracy.__struct_fields__ if name != "rate_mps")
    for path in (*positive, *accuracies):
        value = getattr(source, path[0]) if len(path) == 1 else getattr(getattr(source, path[0]), path[1])
        if value <= 0:
            yield path, f"{value} is not above 0", "write what the maker declares"
    if not 0.0 <= source.detection.ceiling <= 1.0 or source.detection.pfa >= 1.0:
        yield ("detection",), "a probability is not between 0 and 1", "see ceiling and pfa"
    yield from _model_flaws(source)


def _model_flaws(source: Source) -> Iterator[tuple[tuple[str, ...], str, str]]:
    held = source.detection
    if held.model not in MODELS:
        yield ("detection", "model"), f"no model is called {held.model!r}", f"one of {', '.join(MODELS)}"
    if held.swerling not in (1, 3):
        yield ("detection", "swerling"), f"{held.swerling} is no case it knows", "1 or 3"
    if not 1 <= held.confirm_hits <= held.confirm_looks <= 100:
        yield ("detection", "confirm_hits"), "not 1 to confirm_looks", "such as 3 of 5, at most 100"
    if not 0.0 <= held.spread < 1.0:
        yield (
            ("detection", "spread"),
            f"{held.spread} is not 0 to 1",
            "0.2 when the maker's word is all there is",
        )
    for key in ("frequency_ghz", "pixel_rad"):
        if getattr(held, key) <= 0.0:
            yield ("detection", key), f"{getattr(held, key)} is not above 0", "write what the maker declares"
    if held.gsd_m < 0.0:
        yield ("detection", "gsd_m"), f"{held.gsd_m} is below 0", "0 when it is not known"


def is_address(address: str) -> bool:
    """Return whether text is HOST:PORT with a port from 1 to 65,535."""
    host, _, port = address.rpartition(":")
    return bool(host) and port.isascii() and port.isdecimal() and 0 < int(port) <= 65_535


def _no_vkey(text: str) -> str:
    try:
        parse_vkey(text)
    except Refusal as refusal:
        return str(refusal)
    return ""


def _numbers(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], float]]:
    if isinstance(value, float):
        yield path, value
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, (list, tuple))
        else ()
    )
    for key, item in items:
        yield from _numbers(item, (*path, key))


def _described(section: msgspec.Struct) -> list[str]:
    lines = []
    for field in msgspec.inspect.type_info(type(section)).fields:  # type: ignore[attr-defined]
        value = getattr(section, field.encode_name)
        about = (getattr(field.type, "extra_json_schema", None) or {}).get("description", "")
        lines.append(f"{field.encode_name} = {_toml(value)}" + (f"  # {about}" if about else ""))
    return lines


def _plain(item: dict[str, Any], head: str) -> list[str]:
    flat = [
        f"{key} = {_toml(value)}"
        for key, value in item.items()
        if value is not None and not isinstance(value, dict)
    ]
    for key, value in item.items():
        if isinstance(value, dict):
            flat += [f"[{head}.{key}]", *(f"{name} = {_toml(entry)}" for name, entry in value.items())]
    return flat


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    # a JSON string is a TOML basic string but for DEL, which TOML wants escaped
    return msgspec.json.encode(str(value)).decode().replace("\x7f", "\\u007f")
