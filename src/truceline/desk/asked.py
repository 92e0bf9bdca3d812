"""What may be asked: every parameter of the API with its bounds, and how a text becomes a time, a class, a verdict."""

from __future__ import annotations

from typing import Annotated

from litestar.params import PathParameter, QueryParameter

from truceline.terms.classes import NAMES
from truceline.terms.faults import Refusal
from truceline.terms.time import parse_time
from truceline.verify.finding import VERDICTS

INSTANT = r"^\d{4}-\d\d-\d\dT[0-9:.+Z-]{3,24}$"
NAME = r"^[\w .:-]{1,80}$"
CONTENT = r"^[0-9a-f]{64}$"
IDENTITY = r"^[0-9a-f]{6,64}$"

Instant = Annotated[
    str | None, QueryParameter(pattern=INSTANT, max_length=40, description="an instant, ISO 8601 with a zone")
]
ObjectClass = Annotated[
    str, QueryParameter(name="cls", max_length=16, description=f"one of {', '.join(NAMES)}")
]
VerdictName = Annotated[
    str, QueryParameter(max_length=16, description=f"one of {', '.join(VERDICTS)}; empty: all")
]
ClauseId = Annotated[
    str, QueryParameter(max_length=80, pattern=r"^[\w .:-]{0,80}$", description="a clause's id; empty: all")
]
Span = Annotated[
    str, QueryParameter(max_length=4, pattern="^(day|hour|)$", description="day, hour, or empty for both")
]
Offset = Annotated[int, QueryParameter(ge=0, le=1_000_000, description="rows to pass over")]
Limit = Annotated[int, QueryParameter(ge=1, le=500, description="most rows in the answer")]
Longitude = Annotated[float, QueryParameter(ge=-180, le=180, description="degrees WGS84")]
Latitude = Annotated[float, QueryParameter(ge=-90, le=90, description="degrees WGS84")]
Serial = Annotated[
    int, QueryParameter(ge=-1, le=2**62, description="serial of the last batch; -1: everything alive")
]
Content = Annotated[
    str, PathParameter(pattern=CONTENT, min_length=64, max_length=64, description="content id of a record")
]
Item = Annotated[int, PathParameter(ge=0, le=2**40, description="offset of the item in the record's body")]
FindingId = Annotated[
    str, PathParameter(pattern=IDENTITY, max_length=64, description="a finding's id, or its first signs")
]
Day = Annotated[str, PathParameter(pattern=r"^\d{4}-\d\d-\d\d$", max_length=10, description="a civil day")]
Language = Annotated[
    str, QueryParameter(pattern="^[a-z]{2}$", max_length=2, description="language of the report")
]


def known_ns(k: str | None) -> int:
    """Return the time as known on, 0 for now.

    Raises:
        Refusal: the text is no instant.
    """
    return 0 if k is None else parse_time(k)


def at_ns(t: str | None, now_ns: int) -> int:
    """Return the instant asked for, else the present one.

    Raises:
        Refusal: the text is no instant.
    """
    return now_ns if t is None else parse_time(t)


def class_named(name: str) -> str:
    """Return an object class's name.

    Raises:
        Refusal: there is none.
    """
    if name not in NAMES:
        raise Refusal(f"no object class is called {name!r}", remedy=f"one of {', '.join(NAMES)}")
    return name


def verdict_named(name: str) -> str:
    """Return a verdict's name, "" for all.

    Raises:
        Refusal: there is none.
    """
    if name and name not in VERDICTS:
        raise Refusal(f"no verdict is called {name!r}", remedy=f"one of {', '.join(VERDICTS)}")
    return name
