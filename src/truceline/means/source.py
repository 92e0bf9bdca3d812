"""A source: one sensor or feed as the centre's configuration declares it, with what it shares with others.

Sources are read from config records in the log, so that a third party judges with the same declarations.
"""

from __future__ import annotations

import msgspec

from truceline.terms.place import Site

# How a source sees: the detection models of ``coverage.looks`` and ``coverage.visits``.
MODELS: tuple[str, ...] = (
    "radar",
    "gmti",
    "receiver",
    "camera",
    "acoustic",
    "seismic",
    "patrol",
    "satellite",
)


class Accuracy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Declared one-sigma accuracy of a source; ``rate_mps`` is that of a range rate, 0: it gives none to rely on."""

    range_m: float = 50.0
    azimuth_rad: float = 0.0015
    position_m: float = 100.0
    height_m: float = 60.0
    time_s: float = 0.1
    rate_mps: float = 0.0


class Detection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Declared detection model of a source.

    ``range_m`` is the instrumented range; ``reference_range_m`` is where a 1 m2 target is seen with probability 0.5 a look
    at false-alarm probability ``pfa``; ``ceiling`` caps every probability (what the maker and the injects allow).
    ``ground``: it looks at the ground, so its plots make tracks of the ground lane, not of the air's. ``least_rate_mps``:
    the radial speed at which a radar for moving targets sees half as often as at high speed; what stands gives no plot.
    ``model`` is one of MODELS (``coverage.looks``); what follows it is what one or the other of them asks for. The true
    chance of a look lies between ``1 - spread`` and 1 times the declared one until the running estimate knows better.
    """

    range_m: float = 200_000.0
    reference_range_m: float = 120_000.0
    pfa: float = 1e-6
    ceiling: float = 0.95
    look_s: float = 10.0
    ground: bool = False
    least_rate_mps: float = 0.0
    model: str = "radar"
    swerling: int = 1
    confirm_hits: int = 3
    confirm_looks: int = 5
    frequency_ghz: float = 3.0
    pixel_rad: float = 0.0001
    gsd_m: float = 0.0
    noise_db: float = 40.0
    threshold_db: float = 6.0
    spread: float = 0.2


class Shares(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a source shares with others; two sources with one of these equal (and not empty) are not independent."""

    site: str = ""
    power: str = ""
    link: str = ""
    owner: str = ""


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One ``[[source]]`` of centre.toml.

    ``home`` is the part that stamps and logs it; ``door`` is ``udp:HOST:PORT``, ``tcp:HOST:PORT`` or ``file:PATH``;
    ``heartbeat_s`` is the longest silence between two proofs of life; ``simulated`` marks exercise input.
    """

    name: str
    means: str
    home: str = "A"
    door: str = "file:"
    site: Site | None = None
    heartbeat_s: float = 30.0
    accuracy: Accuracy = Accuracy()
    detection: Detection = Detection()
    shares: Shares = Shares()
    simulated: bool = False


def independent(one: Source, other: Source) -> bool:
    """Return whether two sources share no site, power, link or owner (and are not the same source)."""
    if one.name == other.name:
        return False
    pairs = (
        (one.shares.site, other.shares.site),
        (one.shares.power, other.shares.power),
        (one.shares.link, other.shares.link),
        (one.shares.owner, other.shares.owner),
    )
    return not any(left and left == right for left, right in pairs)
