"""centre.toml: one file, frozen structs, the unit in every key; an unknown key is an error.

``[centre] [theatre] [[part]] [[source]]`` are shared: they enter both logs as a config record and every verdict rests on
them. ``[here]`` is this part's own: where it stands, its desk, its limits. It is never logged.
"""

from __future__ import annotations

import re
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from truceline.means.source import Source
from truceline.terms.faults import Refusal
from truceline.terms.ids import digest
from truceline.terms.place import CellGrid, Theatre

Text = Annotated[str, Meta(max_length=200)]


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
        config = msgspec.toml.decode(text, type=Config, strict=False)
    except msgspec.ValidationError as error:
        raise Refusal(
            str(error), where=_place(text, str(error), where), remedy="see docs/reference/settings"
        ) from error
    except msgspec.DecodeError as error:
        raise Refusal(f"not TOML: {error}", where=where, remedy="mend the line named") from error
    _check(config, where)
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
    for name in ("centre", "theatre", "here"):
        section = getattr(config, name)
        lines += [f"[{name}]", *_described(section), ""]
    for part in config.part:
        lines += ["[[part]]", *_described(part), ""]
    for source in config.source:
        lines += ["[[source]]", *_plain(msgspec.to_builtins(source), "source"), ""]
    return "\n".join(lines)


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
    return msgspec.json.encode(str(value)).decode()


def _place(text: bytes, message: str, where: str) -> str:
    key = re.search(r"unknown field `([^`]+)`", message) or re.search(r"`\$\.(?:[^`]*\.)?([a-z_]+)`", message)
    if key:
        for number, line in enumerate(text.decode("utf-8", "replace").splitlines(), 1):
            if re.match(rf"\s*\[*{re.escape(key.group(1))}\b", line):
                return f"{where}:{number}"
    return where


def _check(config: Config, where: str) -> None:
    names = [source.name for source in config.source]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Refusal(
            f"two sources are called {twice[0]!r}", where=where, remedy="give each source its own name"
        )
    parts = [part.name for part in config.part]
    if len(set(parts)) != len(parts):
        raise Refusal("two parts have the same letter", where=where, remedy="name them A and B")
    if parts and config.here.part not in parts:
        raise Refusal(
            f"[here] part {config.here.part!r} is not among {parts}",
            where=where,
            remedy="name a declared part",
        )
    for source in config.source:
        if parts and source.home not in parts:
            raise Refusal(
                f"source {source.name!r} has home {source.home!r}", where=where, remedy=f"one of {parts}"
            )
